//! The duty cycle of a terminal in one screen: pay what is owed, then take a payment.
//!
//! `cargo run --features std --example first_payment`

use pos_journal::flash::{RamFlash, Region};
use pos_journal::journal::{Begin, Begun, Journal, OutcomeOf};
use pos_journal::ledger::Duty;
use pos_journal::log::{FormatAs, Settings};
use pos_journal::record::*;

/// Stands for the host: approves every sale.
fn send(_: &Intent) -> Option<ResponseCode> {
    Some(ResponseCode::APPROVED)
}

/// Stands for the host: reverses everything.
fn send_reversal(_: &Intent, _: ReversalReason) -> Option<ResponseCode> {
    Some(ResponseCode::APPROVED)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sale = Begin {
        book: 0,
        kind: TransactionKind::Sale,
        amount: Amount::new(12_50),
        currency: Currency::new(156, 2).ok_or("currency")?,
        entry: EntryMode::CONTACTLESS,
        condition: Condition::NORMAL,
        moment: Moment::default(),
        pan: Some(TruncatedPan::from_pan("6222020000001234")?),
        card_sequence: None,
        reference: Some(Reference::new("till-7/000123")?),
        original: None,
        ..Begin::new(0, TransactionKind::Sale, Amount::ZERO, Currency::CNY)
    };
    // README begin
    // Any `embedded_storage::nor_flash::NorFlash`; here RAM that keeps a chip's rules.
    let chip = RamFlash::<_, 8, 4096>::owned(256 * 1024)?;
    let region = Region::new(0, 256 * 1024);
    let mut journal: Journal<_> =
        Journal::format(chip, region, &Settings::new(), FormatAs::live(0x2F6E_91B4))?;

    // After every start, and whenever nothing else is to be done: pay what is owed, in order.
    while let Some(duty) = journal.due(Uptime(0))?.now() {
        if let Duty::Reversal { item, .. } = duty {
            let attempt = journal.attempt(item, Uptime(0))?; // durable before its first byte leaves
            match send_reversal(&attempt.intent, attempt.reason) {
                Some(code) => journal.answered(item, Some(code))?,
                None => break, // later again: it stays owed
            };
        }
    }

    // A payment.
    journal.may_start(0, TransactionKind::Sale)?; // before the card is read
    if let Begun::New { item, intent } = journal.begin(&sale)? {
        // STAN, batch and invoice number are durable. Only now may a byte leave.
        match send(&intent) {
            Some(code) => {
                let verdict = Verdict::from_code(Some(code), true);
                let of = OutcomeOf { code: Some(code), ..OutcomeOf::default() };
                let status = journal.outcome(item, verdict, &of)?; // only now may it be shown
                println!("payment {item}: {status}");
            }
            None => {
                journal.no_answer(item, 30_000, Uptime(30_000))?; // from now on its reversal is owed
            }
        }
    }
    // README end
    Ok(())
}
