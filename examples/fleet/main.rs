//! A fleet of terminals that never was: a dump of each, the bill of their acquirers, and a list of what is
//! wrong in it on purpose.
//!
//! ```sh
//! cargo run --release --features cli --example fleet -- --dumps 2000 --seed 1 --dir fleet
//! cargo run --release --features cli -- export fleet/dumps -o tables --as-of 2026-03-05T12:00:00+08:00 \
//!     --acquirers fleet/acquirers.toml
//! python3 examples/fleet/query.py --engine duckdb --tables tables --bill fleet/bill.csv examples/fleet/*.sql
//! ```
//!
//! | file | what |
//! |---|---|
//! | `make` | the fleet, also for tests |
//! | `orphans.sql`, `unsettled.sql`, `clusters.sql`, `uncredited.sql` | questions to a fleet; they run unchanged on DuckDB and on Spark |
//! | `query.py` | runs them on either |
//! | `SCHEMA.md` | every table and column |

mod make;

use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

/// Makes the dumps of a fleet, the bill of its acquirers, and a list of what is wrong in it on purpose.
#[derive(Parser)]
struct Args {
    /// How many terminals.
    #[arg(long, default_value_t = 2000)]
    dumps: u32,
    /// The same seed makes the same fleet.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where: `dumps`, `bill.csv`, `acquirers.toml` and `planted.json` are written there.
    #[arg(long)]
    dir: PathBuf,
}

fn main() -> ExitCode {
    match write(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cannot write the fleet: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(args: &Args) -> io::Result<()> {
    let dumps = args.dir.join("dumps");
    fs::create_dir_all(&dumps)?;
    let planted =
        make::fleet(args.dumps, args.seed, |name, bytes| fs::write(dumps.join(name), bytes))?;
    fs::write(args.dir.join("bill.csv"), planted.bill())?;
    fs::write(args.dir.join("acquirers.toml"), make::ACQUIRERS)?;
    fs::write(args.dir.join("planted.json"), planted.json())?;
    print!("{planted}");
    Ok(())
}
