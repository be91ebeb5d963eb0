//! pos-journal and its peers on the same work: how many operations and bytes, and the time that a part
//! would need for them. Counts do not depend on the machine.
//!
//! | room | question |
//! |---|---|
//! | `chip` | What was done to the flash, how long does it take? |
//! | `file` | How are stores in files used, what do they ask of the system? |
//! | `record` | What is written? |
//! | `store` | How is each store used? |
//! | `work` | What is asked of it? |
//! | `show` | Tables, TSV, plot, the README's section |

mod chip;
mod file;
mod record;
mod show;
mod store;
mod wait;
mod work;

use std::path::{Path, PathBuf};

use clap::Parser;
use pos_journal::flash::sim::Part;
use work::{CHIP, Rows, SPI, W1, W2, W4, boot, day, files, hold};

/// Measures pos-journal and its peers on the same work.
#[derive(Parser)]
struct Options {
    /// Fewer days, positions and commits.
    #[arg(long)]
    quick: bool,
    /// Only these works; all of them without it.
    #[arg(long = "work", value_name = "W1|W2|W4")]
    works: Vec<String>,
    /// Where the numbers go, one per line.
    #[arg(long, value_name = "PATH", default_value = concat!(env!("CARGO_TARGET_TMPDIR"), "/flash_cost.tsv"))]
    tsv: PathBuf,
    /// Measure nothing: print the README's section from the TSV of an earlier run.
    #[arg(long)]
    readme: bool,
    /// Draw boot time against history, as SVG.
    #[arg(long, value_name = "PATH")]
    plot: Option<PathBuf>,
    /// Only stores with this in their name.
    #[arg(long, value_name = "PART OF A NAME")]
    only: Option<String>,
    /// What cargo passes to a benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

const PARTS: [(&str, Part); 2] = [(SPI, Part::W25Q128JV), (CHIP, Part::STM32L4)];

impl Options {
    fn wants(&self, work: &str) -> bool {
        self.works.is_empty() || self.works.iter().any(|wanted| wanted.eq_ignore_ascii_case(work))
    }

    fn entrants<const W: usize, const E: usize>(&self) -> Vec<store::Entrant<W, E>> {
        let mut all = store::entrants();
        all.retain(|entrant| self.only.as_ref().is_none_or(|part| entrant.name.contains(part)));
        all
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = Options::parse();
    let rows = if options.readme {
        show::from_tsv(&options.tsv)?
    } else {
        let rows = measure(&options);
        show::tables(&rows);
        show::tsv(&rows, &options.tsv)?;
        println!("TSV: {}", options.tsv.display());
        rows
    };
    if let Some(path) = &options.plot {
        show::plot(&rows, path)?;
    }
    if options.readme {
        print!("{}", show::readme(&rows));
    }
    Ok(())
}

fn measure(options: &Options) -> Rows {
    let mut rows = Rows::default();
    if options.wants(W1) {
        let days = if options.quick { 3 } else { 10 };
        for entrant in options.entrants::<1, 4096>() {
            day::run(&entrant, PARTS[0], days, &mut rows);
            hold::run(&entrant, PARTS[0], &mut rows);
        }
        for entrant in options.entrants::<8, 2048>() {
            day::run(&entrant, PARTS[1], days, &mut rows);
            hold::run(&entrant, PARTS[1], &mut rows);
        }
    }
    if options.wants(W2) {
        boots(options, &mut rows);
    }
    if options.wants(W4) {
        let turns = if options.quick { 20 } else { 50 };
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR"));
        files::run(dir, turns, options.only.as_deref(), &mut rows);
    }
    rows
}

fn boots(options: &Options, rows: &mut Rows) {
    let positions = match options.quick {
        true => boot::Positions { usual: 32, slow: 1 },
        false => boot::Positions { usual: 64, slow: 2 },
    };
    for entrant in options.entrants::<1, 4096>() {
        for payments in boot::SMALL {
            let size = (payments, boot::SMALL_BYTES);
            boot::run(&entrant, PARTS[0], size, positions, rows);
        }
        boot::run(&entrant, PARTS[0], (boot::LARGE, boot::LARGE_BYTES), positions, rows);
    }
    for entrant in options.entrants::<1, 4096>().iter().filter(|e| e.name == store::LOG) {
        boot::damaged(entrant, PARTS[0], rows);
    }
    for entrant in options.entrants().iter().filter(|e| e.name == store::LOG) {
        boot::two_sectors(entrant, rows);
    }
}
