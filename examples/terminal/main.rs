//! A terminal that speaks ISO 8583:1987 over TCP, with its journal in a file.
//!
//! ```sh
//! cargo run --features cli --example acquirer -- --listen 127.0.0.1:8583 --faults 20 &
//! cargo run --features cli --example terminal -- --acquirer 127.0.0.1:8583 --payments 30
//! ```
//!
//! Kill either of them whenever you like and start it again: the terminal goes on where its journal says.

#[path = "mod.rs"]
#[allow(dead_code, reason = "shared by three examples")]
mod terminal;

use clap::Parser;
use pos_journal::journal::{Begin, Journal};
use pos_journal::log::{FormatAs, Mode};
use pos_journal::record::{
    Amount, Currency, EntryMode, MerchantId, Reference, TerminalId, TransactionKind, TruncatedPan,
    Uptime,
};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use terminal::link::Pace;
use terminal::message::Me;
use terminal::till::{self, CARDS, Chip, Failure, Setup, Sold, Till};
use terminal::world::{Board, World};

/// A terminal that speaks ISO 8583.
#[derive(Parser)]
struct Args {
    /// Where the acquirer listens
    #[arg(long, default_value = "127.0.0.1:8583")]
    acquirer: SocketAddr,
    /// The journal; made if missing
    #[arg(long, default_value = "terminal.img")]
    journal: PathBuf,
    /// Sales to take before the shop closes
    #[arg(long, default_value_t = 10)]
    payments: u64,
    /// How long an answer may take, in milliseconds
    #[arg(long, default_value_t = 2_000)]
    time_out: u64,
}

fn main() -> Result<(), Failure> {
    let args = Args::parse();
    if !args.journal.exists() {
        let chip = Chip::create(&args.journal, till::REGION.bytes() as usize)?;
        let how = FormatAs { format_id: 0x0150_8583, mode: Mode::Test, over_foreign: false };
        let _: Journal<Chip> = Journal::format(chip, till::REGION, &till::SETTINGS, how)?;
    }
    let me = |terminal: &str| -> Result<Me, Failure> {
        let merchant = MerchantId::new("898100000000001")?;
        Ok(Me { terminal: TerminalId::new(terminal)?, merchant })
    };
    let pace = Pace::Real(Duration::from_millis(args.time_out));
    let setup = Setup { me: [me("10000001")?, me("20000001")?], pace, broken: None };
    let mut till = Till::start(&args.journal, setup, Board::new(args.acquirer))?;
    for open in till.journal.ledger().items() {
        println!("after the start: payment {} is {}", open.seq(), open.state());
    }
    match till.sign_on()? {
        true => println!("signed on"),
        false => println!(
            "no answer to the sign-on from {}; without a line no sale is sent",
            args.acquirer
        ),
    }
    for number in 1..=args.payments {
        till.serve(Uptime(till.world.uptime().0 + 90_000))?; // what is owed goes before what is sold
        let second = till.world.moment().local_seconds;
        let pan = format!("62220200{:08}", (u64::from(second) + number) % 100_000_000); // each customer has a card
        let sale = Begin {
            entry: EntryMode::CONTACTLESS,
            pan: Some(TruncatedPan::from_pan(&pan)?),
            reference: Some(Reference::new(&format!("{second}-{number}"))?),
            ..Begin::new(
                CARDS,
                TransactionKind::Sale,
                Amount::new(1_000 + 100 * number),
                Currency::CNY,
            )
        };
        match till.pay(&sale, Some(&pan))? {
            Sold::Said(item, status) => {
                println!("sale {number} over {} fen: payment {item} is {status}", sale.amount)
            }
            Sold::Full => till.close()?,
            Sold::Not => println!("sale {number}: not now, a reversal goes first"),
        }
    }
    till.close()?;
    println!(
        "everything is reversed, sent and settled: batch {}",
        till.journal.ledger().batch(CARDS)?
    );
    Ok(())
}
