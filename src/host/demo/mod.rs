//! `pos-journal demo`: a terminal is killed again and again and loses nothing.
//!
//! The terminal is a process of its own with its journal in a file. It takes payments of every kind
//! at two acquirers in this process, one for cards and one for QR orders, over lines that lose,
//! delay and repeat messages. This process kills it at random moments and starts it again. At the
//! end the acquirers' books are held against the journal, payment by payment.
//!
//! | question | file |
//! |---|---|
//! | What does a firmware do with the journal? | `terminal`, then `pay`, `owed`, `settling`, `answers` |
//! | What do the customers ask for? | `script`, `wanted` |
//! | Who are the acquirers to the terminal? | `hosts` |
//! | What do terminal and acquirers say to each other? | `wire`, `link`, `message` |
//! | What goes wrong on a line? | `network` |
//! | What does an acquirer book? | `acquirer` |
//! | Who kills, when, and what was hit? | `supervise`, `aim` |
//! | Do the books agree? | `compare`, `journal_side` |
//! | What is printed? | `report` |

mod acquirer;
mod aim;
mod answers;
mod chip;
mod compare;
mod event;
mod hosts;
mod journal_side;
mod link;
mod message;
mod network;
mod owed;
mod pay;
mod report;
mod script;
mod settling;
mod supervise;
mod terminal;
mod wanted;
mod wire;

use event::Event;
use hosts::{Both, Host};
use network::Network;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use supervise::Supervisor;
use terminal::{Setup, Terminal};

/// Whatever ends the demo early; its text is for people.
pub(crate) type Failure = Box<dyn std::error::Error>;

/// What the demo can be told.
#[derive(Debug, Clone, clap::Args)]
pub struct DemoArgs {
    /// Decides the payments, the faults of the line and the moments of the kills
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Payments to take
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    transactions: u32,
    /// How often to kill the terminal, at least
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(0..=10_000))]
    kills: u32,
    /// Of a hundred messages, how many are lost; others are late, repeated or held back as well
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u32).range(0..=50))]
    drop_percent: u32,
    /// Where the journal goes; made if missing [default: a new directory for temporary files]
    #[arg(long)]
    dir: Option<PathBuf>,
    /// TEST ONLY: build the terminal wrong, to see the comparison fail
    #[arg(long = "break", value_name = "WHAT", hide = true)]
    broken: Option<Break>,
    /// Be the terminal and not the demo; the addresses are those of the card acquirer and the wallet
    #[arg(long, value_name = "ADDRESS", hide = true, requires = "dir", num_args = 2)]
    terminal: Vec<SocketAddr>,
}

/// A terminal that is built wrong on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Break {
    /// It sends first and makes the intent durable when the answer is there.
    DurableBeforeSend,
    /// It asks at once about an order that was just paid, while copies of its cancel are under way, and
    /// lies to the journal about the time.
    NoHoldOff,
}

impl Break {
    const fn name(self) -> &'static str {
        match self {
            Self::DurableBeforeSend => "durable-before-send",
            Self::NoHoldOff => "no-hold-off",
        }
    }
}

/// Runs the demo, or the terminal inside it.
///
/// 0: the books agree. 1: they do not, or the demo could not be run to its end. 2: it could not
/// be started.
pub fn run(args: DemoArgs) -> ExitCode {
    match (args.terminal.as_slice(), &args.dir) {
        (&[cards, wallet], Some(dir)) => be_terminal(&args, Both { cards, wallet }, dir),
        _ => be_demo(&args),
    }
}

/// The journal in a directory of the demo.
fn image_in(dir: &Path) -> PathBuf {
    dir.join("journal.img")
}

fn be_terminal(args: &DemoArgs, acquirers: Both<SocketAddr>, dir: &Path) -> ExitCode {
    Event::Started.say();
    let setup = Setup {
        image: image_in(dir),
        acquirers,
        seed: args.seed,
        transactions: args.transactions,
        broken: args.broken,
    };
    match Terminal::start(setup).and_then(|mut terminal| terminal.run()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("terminal: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn be_demo(args: &DemoArgs) -> ExitCode {
    let started = prepare(args).and_then(|image| {
        let open = |host| Network::open(host, args.seed, args.drop_percent, image.clone());
        let lines = Both { cards: open(Host::Cards)?, wallet: open(Host::Wallet)? };
        Ok((image, lines))
    });
    let (image, lines) = match started {
        Ok(started) => started,
        Err(failure) => {
            eprintln!("pos-journal demo: {failure}");
            return ExitCode::from(2);
        }
    };
    println!("seed {}, journal {}", args.seed, image.display());
    let run = Supervisor::new(args, &image, &lines).run();
    let remains = Both { cards: lines.cards.remains(), wallet: lines.wallet.remains() };
    drop(lines);
    let mut copies = [remains.cards.copies.as_slice(), &remains.wallet.copies].concat();
    copies.sort();
    let acquirers = [&remains.cards.acquirer, &remains.wallet.acquirer];
    let verdict = compare::compare(&acquirers, &image, &copies, args.transactions);
    match report::print(args, &image, &run, &verdict, &remains) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// A directory with a new journal in it.
fn prepare(args: &DemoArgs) -> Result<PathBuf, Failure> {
    let dir = match &args.dir {
        Some(dir) => dir.clone(),
        None => std::env::temp_dir().join(format!("pos-journal-demo-{}", std::process::id())),
    };
    fs::create_dir_all(&dir).map_err(|error| format!("cannot make {}: {error}", dir.display()))?;
    let image = image_in(&dir);
    chip::make(&image, args.seed)?;
    Ok(image)
}
