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
//! | what do the merchant's bills, notices and bank statement say? | `accounts` |
//! | do the books agree? | `compare` |
//! | what is planted, and by which cause has it to be named? | `plants` |
//! | what do `reconcile` and `explain` say of all of it? | `join`, `evening` |
//!
//! Time is told and not waited for: a terminal asks whether the next hour may begin, and an empty message
//! says that a time-out has passed.

mod accounts;
#[path = "../acquirer/mod.rs"]
mod acquirer;
mod compare;
mod evening;
mod join;
mod plants;
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
use comfy_table::{Cell, CellAlignment, Table};
use compare::Verdict;
use indicatif::{ProgressBar, ProgressStyle};
use join::Joined;
use pos_journal::host::Lang;
use pos_journal::host::explain::{cause_name, certainty_words};
use pos_journal::ledger::ItemState;
use script::Month;
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
    /// Where journals, dumps, books and bills go [default: a new directory, in memory where the system
    /// has such a place: a kill takes nothing from there, and a month has half a million syncs]
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

impl Args {
    const fn month(&self) -> Month {
        let &Self { seed, days, terminals, payments, .. } = self;
        Month { seed, days, terminals, payments }
    }
}

/// 0: the books agree. 1: they do not. 2: the month could not be lived to its end.
fn main() -> ExitCode {
    let args = Args::parse();
    if let (Some(number), Some(dir)) = (args.shop, &args.dir) {
        return be_shop(&args, number, dir);
    }
    let dir = args.dir.clone().unwrap_or_else(|| {
        let memory = Path::new("/dev/shm");
        let parent = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        parent.join(format!("pos-journal-month-{}", std::process::id()))
    });
    println!("seed {}, in {}", args.seed, dir.display());
    match month(&args, &dir) {
        Ok(verdict) if verdict.differences.is_empty() => {
            println!("The journals, the acquirer's books and the bills agree on every payment.");
            if args.dir.is_none() {
                // Nobody asked for it, and it lies in memory.
                let _ = std::fs::remove_dir_all(&dir);
            }
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
        month: args.month(),
        number,
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
        month: args.month(),
        dir: dir.to_owned(),
        acquirer: listener.local_addr()?,
        broken: args.broken,
    };
    let clocks: Vec<Clock> = (0..args.terminals).map(|_| Clock::default()).collect();
    let (told, script) = (clocks.clone(), args.month());
    serve::serve(
        listener,
        host.clone(),
        Arc::new(move |terminal| supervise::now(&script, &told, terminal)),
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
    let lived = begun.elapsed().as_secs_f64();
    let mut verdict = compare::compare(dir, &args.month(), &host.books)?;
    let joined = join::join(dir, &args.month(), &verdict)?;
    report(&lives, &verdict, &joined, [lived, begun.elapsed().as_secs_f64()]);
    verdict.differences.extend(joined.differences);
    Ok(verdict)
}

fn report(lives: &[Lived], verdict: &Verdict, joined: &Joined, seconds: [f64; 2]) {
    let in_state = |states: &[ItemState]| {
        verdict.told.values().filter(|told| states.contains(&told.state)).count().to_string()
    };
    let sum = |of: fn(&Lived) -> u64| lives.iter().map(of).sum::<u64>().to_string();
    let mut rows = vec![
        ("payments".to_owned(), verdict.told.len().to_string()),
        ("  approved".to_owned(), in_state(&[ItemState::Completed])),
        ("  declined".to_owned(), in_state(&[ItemState::Declined])),
        ("  reversals: done".to_owned(), in_state(&[ItemState::Reversed, ItemState::Refunded])),
        ("  reversals: nothing to reverse".to_owned(), in_state(&[ItemState::NotFound])),
        ("  never sent".to_owned(), in_state(&[ItemState::NeverSent, ItemState::Cancelled])),
        ("  unresolved at the end".to_owned(), verdict.open.to_string()),
        ("kills".to_owned(), sum(|lived| lived.kills.into())),
        ("  orphans found after them".to_owned(), sum(|lived| lived.orphans)),
        ("batches settled".to_owned(), verdict.batches.to_string()),
        ("  because they were full".to_owned(), sum(|lived| lived.full.into())),
        ("rows of bills".to_owned(), verdict.bill_rows.to_string()),
        ("bytes written".to_owned(), sum(|lived| lived.bytes)),
        ("sectors erased".to_owned(), sum(|lived| lived.erases)),
    ];
    let slowest = lives.iter().map(|lived| lived.slowest_us).max().unwrap_or_default();
    let append = lives.iter().map(|lived| lived.slowest_append_us).max().unwrap_or_default();
    rows.push((
        "slowest append of an intent, ms".to_owned(),
        format!("{:.1}", append as f64 / 1_000.0),
    ));
    rows.push(("slowest customer, ms".to_owned(), format!("{:.1}", slowest as f64 / 1_000.0)));
    let mut faults = acquirer::proxy::Counts::new();
    for (fate, count) in lives.iter().flat_map(|lived| &lived.faults) {
        *faults.entry(*fate).or_default() += count;
    }
    rows.extend(
        faults.into_iter().map(|(fate, count)| (format!("line: {fate:?}"), count.to_string())),
    );
    for (class, count) in &joined.classes {
        rows.push((format!("reconcile: {}", class.replace('_', " ")), count.to_string()));
    }
    for (cause, count) in &joined.causes {
        rows.push((
            format!("explain: {} {}", cause.code(), cause_name(*cause, Lang::En)),
            count.to_string(),
        ));
    }
    rows.push(("owed to the merchant".to_owned(), yuan(joined.owed)));
    rows.push(("  by the acquirer's books".to_owned(), yuan(verdict.net)));
    rows.push((
        "seconds, of them lived".to_owned(),
        format!("{:.1}, {:.1}", seconds[1], seconds[0]),
    ));
    print(&[], rows.into_iter().map(|(what, count)| vec![what, count]));

    let planted = joined.plants.iter().filter(|(_, (planted, _))| *planted > 0);
    print(
        &["planted", "cause", "certainty", "times", "named"],
        planted.map(|(what, (planted, named))| {
            let (cause, certainty) = what.cause();
            let cause = format!("{} {}", cause.code(), cause_name(cause, Lang::En));
            let certainty = certainty_words(certainty, Lang::En).to_owned();
            vec![what.name().into(), cause, certainty, planted.to_string(), named.to_string()]
        }),
    );
}

fn yuan(fen: i64) -> String {
    format!("{}.{:02}", fen / 100, fen.unsigned_abs() % 100)
}

/// A table whose numbers stand at the right.
fn print(head: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    if !head.is_empty() {
        table.set_header(head.iter().copied());
    }
    for row in rows {
        table.add_row(row.into_iter().map(|text| {
            let is_number = text.starts_with(|first: char| first.is_ascii_digit());
            let side = if is_number { CellAlignment::Right } else { CellAlignment::Left };
            Cell::new(text).set_alignment(side)
        }));
    }
    println!("{table}");
}
