//! Does what is in the flash keep what was promised?
//!
//! The image is read twice: by the host's decoder, byte by byte, and by a mount, as the next life
//! of the terminal will find it.

use firmware::nor::{BLOCK, BYTES, UNIT};
use firmware::promise::Status;
use firmware::till::{REGION, SETTINGS};
use pos_journal::dump::{Class, Image, verify};
use pos_journal::flash::RamFlash;
use pos_journal::journal::Journal;
use pos_journal::ledger::{Duty, PaymentStatus, Phase};
use pos_journal::record::{CardClass, Currency, Reference};

use crate::books::{Books, Id, Sent};

type Chip = RamFlash<Vec<u8>, UNIT, BLOCK>;

/// The terminal has one host.
const BOOK: u8 = 0;

#[derive(Default)]
pub struct Found {
    pub torn: bool,
    pub violations: Vec<String>,
}

/// The image after a kill.
pub fn check(bytes: &[u8], books: &Books) -> Found {
    let mut found = Found::default();
    let image = match Image::open(bytes) {
        Ok(image) => image,
        Err(why) => {
            found.violations.push(format!("not readable: {why}"));
            return found;
        }
    };
    for finding in verify(&image).findings() {
        match finding.class {
            Class::TornOrLost => found.torn = true,
            _ => found.violations.push(format!("verify: {finding:?}")),
        }
    }
    match mount(bytes) {
        Ok(mut journal) => found.violations.extend(compare(&mut journal, books)),
        Err(why) => found.violations.push(why),
    }
    found
}

/// The image when nothing is left to do.
pub fn check_end(bytes: &[u8], books: &Books) -> Vec<String> {
    let mut violations = check(bytes, books).violations;
    let shown = |number| books.shown.get(&number).copied();
    let ended = |number| {
        matches!(shown(number), Some(Status::Approved | Status::Declined | Status::Reversed))
    };
    for number in (1..=books.last_number()).filter(|number| !ended(*number)) {
        violations.push(format!("payment {number} came to no end: {:?}", shown(number)));
    }
    match mount(bytes) {
        Ok(journal) => {
            if let Some(duty) = journal.duties().next() {
                violations.push(format!("still owed: {duty:?}"));
            }
            let totals = journal.ledger().totals(BOOK).map(|totals| totals.is_zero());
            if totals != Ok(true) {
                violations.push("the last batch is not settled".to_string());
            }
        }
        Err(why) => violations.push(why),
    }
    violations
}

fn mount(bytes: &[u8]) -> Result<Journal<Chip>, String> {
    let chip = Chip::owned_image(bytes.get(..BYTES).unwrap_or_default().to_vec());
    let chip = chip.map_err(|error| error.to_string())?;
    Journal::mount(chip, REGION, &SETTINGS).map_err(|error| format!("does not mount: {error}"))
}

fn compare(journal: &mut Journal<Chip>, books: &Books) -> Vec<String> {
    let mut violations = Vec::new();
    if !journal.report().lost.is_empty() || journal.skipped_records() != 0 {
        violations.push(format!("the mount lost records: {:?}", journal.report()));
    }
    violations.extend(numbers(journal, books).err());
    for (number, id) in &books.by_number {
        if let Some(sent) = books.payments.get(id) {
            violations.extend(payment(journal, books, *number, *id, sent).err());
        }
    }
    violations
}

/// The open batch, its STANs and its settlement.
fn numbers(journal: &Journal<Chip>, books: &Books) -> Result<(), String> {
    let ledger = journal.ledger();
    let fail = |refusal| format!("the ledger: {refusal}");
    let batch = ledger.batch(BOOK).map_err(fail)?.get();
    let stan = ledger.next_stan(BOOK).map_err(fail)?.get();
    let newest = books.payments.keys().next_back().map_or(0, |id| id.0);
    if newest > batch {
        return Err(format!("promised in batch {newest}, and batch {batch} is open"));
    }
    if books.payments.contains_key(&(batch, stan)) {
        return Err(format!("STAN {stan} of batch {batch} would be given out again"));
    }
    if let Some(closed) = books.closed.last().filter(|closed| **closed >= batch) {
        return Err(format!("batch {closed} was closed, and batch {batch} is open"));
    }
    let Some(settled) = books.settlements.get(&batch) else { return Ok(()) };
    let phase = ledger.phase(BOOK).map_err(fail)?;
    let attempts = u32::from(ledger.settle_attempts(BOOK).map_err(fail)?);
    if matches!(phase, Phase::Open | Phase::Frozen) || attempts < settled.attempt {
        return Err(format!("{settled:?} was sent: the journal says {phase}, {attempts}"));
    }
    let totals = ledger.totals(BOOK).map_err(fail)?;
    let of = totals.of(Currency::CNY, CardClass::Domestic);
    let figures = of.map_or(((0, 0), (0, 0)), |of| {
        let tally = |tally: pos_journal::record::Tally| (tally.count, tally.amount.minor() as u32);
        (tally(of.sales), tally(of.voided))
    });
    if figures != (settled.sales, settled.voids) {
        return Err(format!("{settled:?} was sent: the journal says {figures:?}"));
    }
    Ok(())
}

/// A payment that was sent.
fn payment(
    journal: &mut Journal<Chip>,
    books: &Books,
    number: u32,
    id: Id,
    sent: &Sent,
) -> Result<(), String> {
    let fail = |error: &dyn core::fmt::Display| format!("payment {number}: {error}");
    let reference = Reference::new(&format!("R-{number:08}")).map_err(|error| fail(&error))?;
    let open_batch = journal.ledger().batch(BOOK).map_err(|error| fail(&error))?.get();
    let Some(known) = journal.status(&reference).map_err(|error| fail(&error))?.known() else {
        // Of a settled batch the ring may forget.
        return if id.0 < open_batch { Ok(()) } else { Err(fail(&"was sent and is not there")) };
    };
    let receipt = journal.receipt(known.item).map_err(|error| fail(&error))?;
    let written = (receipt.intent.batch.get(), receipt.intent.stan.get());
    let amount = receipt.intent.amount.minor() as u32;
    if (written, amount) != (id, sent.amount) {
        return Err(fail(&format!("sent as {id:?} {sent:?}, written as {written:?} {amount}")));
    }
    let item = journal.ledger().item(known.item);
    let attempted = books.attempts.get(&id).copied().unwrap_or_default();
    if let Some(item) = item
        && u32::from(item.next_attempt()) <= attempted
    {
        return Err(fail(&format!("reversal {attempted} was sent and would be given again")));
    }
    let owed = journal
        .duties()
        .any(|duty| matches!(duty, Duty::Reversal { item, .. } if item == known.item));
    let shown = books.shown.get(&number).copied();
    match is_kept(known.status, shown, sent, owed, id.0 < open_batch) {
        true => Ok(()),
        false => Err(fail(&format!(
            "the journal says {}, owed {owed}; shown {shown:?}; {sent:?}",
            known.status
        ))),
    }
}

/// | the journal says | it may have been shown as | and |
/// |---|---|---|
/// | approved | approved, nothing yet | the acquirer has booked it |
/// | declined | declined, nothing yet | the acquirer declined it |
/// | reversed | reversing, reversed, nothing yet | the acquirer has it not on its books |
/// | reversing, unknown | reversing, nothing yet | its reversal is owed |
/// | anything but approved, declined, reversed | anything | its batch is settled, and the ring has begun to forget it |
fn is_kept(
    told: PaymentStatus,
    shown: Option<Status>,
    sent: &Sent,
    owed: bool,
    settled: bool,
) -> bool {
    use PaymentStatus as P;
    use Status as S;
    match told {
        P::Approved => matches!(shown, None | Some(S::Approved)) && sent.stands(),
        P::Declined => {
            matches!(shown, None | Some(S::Declined))
                && sent.fate == firmware::script::Fate::Declined
        }
        P::Reversed => matches!(shown, None | Some(S::Reversing | S::Reversed)) && !sent.stands(),
        _ if settled => true,
        P::Reversing | P::Unknown => matches!(shown, None | Some(S::Reversing)) && owed,
        _ => false,
    }
}
