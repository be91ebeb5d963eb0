//! A month of shops: terminals as processes over ISO 8583, a hostile line, an acquirer with books of its
//! own. At the end the journals, the books and the bill files must say the same of every payment.
//!
//! ```sh
//! cargo run --release --features cli --example month -- --days 30 --terminals 8 --seed 1
//! ```
//!
//! | question | file |
//! |---|---|
//! | what happens when? | `script` |
//! | what does a terminal do all day? | `shop`, with `examples/terminal` |
//! | who starts and kills it, and tells it the time? | `supervise` |
//! | what is lost on the line, and what is booked? | `examples/acquirer` |
//! | do the books agree? | `compare` |
//!
//! Time is told and not waited for: a terminal asks whether the next hour may begin, and an empty message
//! says that a time-out has passed.

#[path = "../acquirer/mod.rs"]
mod acquirer;
mod compare;
mod script;
mod shop;
mod supervise;
#[path = "../terminal/mod.rs"]
#[allow(dead_code, reason = "shared by three examples")]
mod terminal;

use acquirer::books::Books;
use acquirer::host::Host;
use acquirer::{Failure, serve};
use clap::Parser;
use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{CellAlignment, Table};
use compare::Verdict;
use indicatif::{ProgressBar, ProgressStyle};
use pos_journal::ledger::ItemState;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::Instant;
use supervise::{Clock, Lived, Plan};
use terminal::till::Break;

/// A month of shops, in minutes.
#[derive(Parser)]
struct Args {
    /// Days of the month
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=99))]
    days: u32,
    /// Terminals, each a process
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=99))]
    terminals: u32,
    /// Customers of each terminal a day
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=2000))]
    payments: u32,
    /// Decides customers, weather, faults and kills
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where journals, dumps, books and bills go [default: a new directory for temporary files]
    #[arg(long)]
    dir: Option<PathBuf>,
    /// TEST ONLY: build the terminals wrong, to see the comparison fail
    #[arg(long = "break", value_name = "WHAT")]
    broken: Option<Break>,
    /// Be a terminal
    #[arg(long, hide = true, requires = "dir")]
    shop: Option<u32>,
    #[arg(long, hide = true, default_value_t = 0)]
    day: u32,
    #[arg(long, hide = true, default_value_t = 0)]
    now: u64,
    #[arg(long, hide = true, default_value = "127.0.0.1:1")]
    address: SocketAddr,
}

/// 0: the books agree. 1: they do not. 2: the month could not be lived to its end.
fn main() -> ExitCode {
    let args = Args::parse();
    if let (Some(number), Some(dir)) = (args.shop, &args.dir) {
        return be_shop(&args, number, dir);
    }
    let dir = args.dir.clone().unwrap_or_else(|| {
        std::env::temp_dir().join(format!("pos-journal-month-{}", std::process::id()))
    });
    println!("seed {}, in {}", args.seed, dir.display());
    match month(&args, &dir) {
        Ok(verdict) if verdict.differences.is_empty() => {
            println!("The journals, the acquirer's books and the bills agree on every payment.");
            ExitCode::SUCCESS
        }
        Ok(verdict) => {
            println!("The books DIFFER in {} places:", verdict.differences.len());
            verdict.differences.iter().take(40).for_each(|difference| println!("  {difference}"));
            ExitCode::FAILURE
        }
        Err(failure) => {
            eprintln!("month: {failure}");
            ExitCode::from(2)
        }
    }
}

fn be_shop(args: &Args, number: u32, dir: &Path) -> ExitCode {
    let orders = shop::Orders {
        seed: args.seed,
        number,
        days: args.days,
        payments: args.payments,
        day: args.day,
        now: args.now,
        address: args.address,
        broken: args.broken,
    };
    match shop::run(dir, &orders) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("terminal {number}: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn month(args: &Args, dir: &Path) -> Result<Verdict, Failure> {
    let begun = Instant::now();
    for number in 1..=args.terminals {
        shop::make(&dir.join(script::terminal(0, number)), number)
            .map_err(|error| error.to_string())?;
    }
    let host = Arc::new(Host { books: Books::open(&dir.join("books.redb"))? });
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let plan = Plan {
        seed: args.seed,
        days: args.days,
        payments: args.payments,
        dir: dir.to_owned(),
        acquirer: listener.local_addr()?,
        broken: args.broken,
    };
    let clocks: Vec<Clock> = (0..args.terminals).map(|_| Clock::default()).collect();
    let (told, seed) = (clocks.clone(), args.seed);
    serve::serve(
        listener,
        host.clone(),
        Arc::new(move |terminal| supervise::now(seed, &told, terminal)),
    );

    let bar = ProgressBar::new(u64::from(args.days * args.terminals * args.payments));
    bar.set_style(ProgressStyle::with_template("{bar:30} {pos}/{len} customers, {eta} left")?);
    let lives: Vec<Result<Lived, String>> = thread::scope(|scope| {
        let threads: Vec<_> = (1..=args.terminals)
            .zip(&clocks)
            .map(|(number, clock)| {
                let (plan, bar) = (&plan, &bar);
                scope.spawn(move || {
                    supervise::live(plan, number, clock, bar).map_err(|e| e.to_string())
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|t| t.join().unwrap_or_else(|_| Err("a thread has died".into())))
            .collect()
    });
    bar.finish_and_clear();
    let lives = lives.into_iter().collect::<Result<Vec<Lived>, String>>()?;
    let verdict = compare::compare(dir, args.terminals, args.days, &host.books)?;
    report(&lives, &verdict, begun.elapsed().as_secs_f64());
    Ok(verdict)
}

fn report(lives: &[Lived], verdict: &Verdict, seconds: f64) {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    let in_state = |states: &[ItemState]| {
        verdict.told.values().filter(|told| states.contains(&told.state)).count().to_string()
    };
    let sum = |of: fn(&Lived) -> u64| lives.iter().map(of).sum::<u64>().to_string();
    let mut rows = vec![
        ("payments".to_owned(), verdict.told.len().to_string()),
        ("  approved".to_owned(), in_state(&[ItemState::Completed])),
        ("  declined".to_owned(), in_state(&[ItemState::Declined])),
        ("  reversed".to_owned(), in_state(&[ItemState::Reversed, ItemState::Refunded])),
        ("  nothing to reverse".to_owned(), in_state(&[ItemState::NotFound])),
        ("  never sent".to_owned(), in_state(&[ItemState::NeverSent, ItemState::Cancelled])),
        ("kills".to_owned(), sum(|lived| lived.kills.into())),
        ("  orphans found after them".to_owned(), sum(|lived| lived.orphans)),
        ("batches settled".to_owned(), verdict.batches.to_string()),
        ("  because they were full".to_owned(), sum(|lived| lived.full.into())),
        ("rows of bills".to_owned(), verdict.bill_rows.to_string()),
        ("bytes written".to_owned(), sum(|lived| lived.bytes)),
        ("sectors erased".to_owned(), sum(|lived| lived.erases)),
    ];
    let slowest = lives.iter().map(|lived| lived.slowest_us).max().unwrap_or_default();
    rows.push(("slowest customer, ms".to_owned(), format!("{:.1}", slowest as f64 / 1_000.0)));
    let mut faults = acquirer::proxy::Counts::new();
    for (fate, count) in lives.iter().flat_map(|lived| &lived.faults) {
        *faults.entry(*fate).or_default() += count;
    }
    rows.extend(
        faults.into_iter().map(|(fate, count)| (format!("line: {fate:?}"), count.to_string())),
    );
    rows.push(("seconds".to_owned(), format!("{seconds:.1}")));
    for (what, how_many) in rows {
        table.add_row([what, how_many]);
    }
    if let Some(column) = table.column_mut(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    println!("{table}");
}
