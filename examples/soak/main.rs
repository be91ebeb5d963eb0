//! Lives at random, over every geometry and in every weather, until the time is up; then a table of
//! what went wrong on purpose, and whether anything went wrong that must not.
//!
//! ```sh
//! cargo run --release --features sim --example soak -- --minutes 10 --seed 1
//! ```
//!
//! | question | file |
//! |---|---|
//! | What is tried next, and how is one try replayed? | `job` |
//! | Bytes that no journal wrote, or that were changed with care? | `crafted` |
//! | Another version, another region, half a dump? | `others` |
//! | An older image in the place of the newest? | `rollback` |
//! | A future of the async journal that is dropped? | `cancel`, with the days of `tests/cancel` |
//! | How often did each of the sixteen kinds of faults happen? | `tally` |

mod cancel;
#[path = "../../tests/common/mod.rs"]
mod common;
mod crafted;
mod job;
mod others;
mod rollback;
mod tally;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clap::Parser;

use job::Job;
use tally::Tally;

/// Lives of a terminal at random, with every fault, until the time is up.
#[derive(Parser)]
struct Args {
    /// How long.
    #[arg(long, default_value_t = 1.0, value_name = "M")]
    minutes: f64,
    /// Where the random numbers begin: the same seed tries the same things in the same order.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only this one try, as a violation names it.
    #[arg(long, value_name = "TRY")]
    replay: Option<Job>,
}

/// Violations after which nothing more is tried.
const ENOUGH: usize = 20;

fn main() -> ExitCode {
    let args = Args::parse();
    // A panic is a violation and is told as one; a stack for each would bury the table.
    if args.replay.is_none() {
        std::panic::set_hook(Box::new(|_| {}));
    }
    let mut tally = Tally::default();
    match args.replay {
        Some(job) => {
            job.run(&mut tally);
            // Alone it may be as long as it likes.
            tally.violations.iter().for_each(|(_, what)| eprintln!("{what}"));
        }
        None => tally = soak(args.seed, Duration::from_secs_f64(args.minutes.max(0.0) * 60.0)),
    }
    print!("{tally}");
    if tally.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Every core takes one try after the other.
fn soak(seed: u64, time: Duration) -> Tally {
    let began = Instant::now();
    let next = AtomicU64::new(0);
    let sum = Mutex::new(Tally::default());
    let held = || sum.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let is_over = || began.elapsed() >= time || held().violations.len() >= ENOUGH;
    let work = || {
        while !is_over() {
            let mut one = Tally::default();
            Job::nth(seed, next.fetch_add(1, Ordering::Relaxed)).run(&mut one);
            held().add(one);
        }
    };
    std::thread::scope(|scope| {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        while std::io::stderr().is_terminal() && !threads.iter().all(|t| t.is_finished()) {
            let line = held().line();
            eprint!("\r\x1b[K{} of {} s: {line}", began.elapsed().as_secs(), time.as_secs());
            let _ = std::io::stderr().flush();
            std::thread::sleep(Duration::from_millis(250));
        }
    });
    if std::io::stderr().is_terminal() {
        eprint!("\r\x1b[K");
    }
    sum.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
}
