//! The oracle: the mounted journal is what was acknowledged, plus at most the record in flight.

use embedded_storage::nor_flash::NorFlash;
use pos_journal::flash::sim::{Cut, Op, SimFlash};
use pos_journal::journal::Journal;
use pos_journal::ledger::{Duty, Ledger};
use pos_journal::record::{Place, Text, TransactionKind};

use super::geometry::{Geometry, Till};
use super::promises::Promises;
use super::script::{self, Step};

/// A state that a mount may find.
#[derive(Clone, Debug)]
pub struct Known<const I: usize, const B: usize> {
    pub ledger: Ledger<I, B>,
    pub next_seq: u32,
    pub promises: Promises,
}

/// Everything that a mount must restore; not where it lies.
pub fn essence<const I: usize, const B: usize>(ledger: &Ledger<I, B>) -> Ledger<I, B> {
    let mut ledger = ledger.clone();
    let items: Vec<_> = ledger.items().map(|item| item.seq()).collect();
    for item in items {
        ledger.moved(item, Place(0));
    }
    ledger.boot();
    ledger
}

impl<const I: usize, const B: usize> Known<I, B> {
    pub fn of<F: NorFlash>(till: &Journal<F, I, B>, promises: &Promises) -> Self {
        let (ledger, next_seq) = (essence(till.ledger()), till.log().next_seq());
        Known { ledger, next_seq, promises: promises.clone() }
    }

    pub fn is<F: NorFlash>(&self, till: &Journal<F, I, B>) -> bool {
        self.next_seq == till.log().next_seq() && self.ledger == essence(till.ledger())
    }
}

/// A mount, and what every mount must keep: it ends, writes nothing, and finds one of these states.
pub fn mount<const W: usize, const E: usize, const I: usize, const B: usize>(
    geometry: &Geometry,
    mut chip: SimFlash<W, E>,
    may_be: &[&Known<I, B>],
) -> Result<(Till<W, E, I, B>, usize), String> {
    chip.power_on();
    let (ops, counts) = (chip.ops(), chip.counts());
    let till: Till<W, E, I, B> = Journal::mount(chip, geometry.region(), &geometry.settings())
        .map_err(|e| format!("mount: {e}"))?;
    let flash = till.log().flash();
    if flash.ops() != ops {
        return Err("mount wrote to the flash".into());
    }
    let read = (flash.counts() - counts).read_bytes;
    let most = 16 * u64::from(geometry.region().bytes()) + 64 * 1024;
    if read > most {
        return Err(format!("mount read {read} bytes of {}", geometry.region().bytes()));
    }
    if flash.violations() > 0 {
        return Err(format!("{} units were programmed twice", flash.violations()));
    }
    if till.skipped_records() > 0 {
        return Err(format!("{} records were skipped", till.skipped_records()));
    }
    if let Some(lost) = till.report().lost.iter().find(|lost| !lost.perhaps) {
        return Err(format!("reported as lost: {lost:?}"));
    }
    let Some(which) = may_be.iter().position(|known| known.is(&till)) else {
        let seqs: Vec<u32> = may_be.iter().map(|known| known.next_seq).collect();
        let found = (till.log().next_seq(), essence(till.ledger()));
        let known: Vec<_> = may_be.iter().map(|known| &known.ledger).collect();
        return Err(format!(
            "found next {} where {seqs:?} may be\nfound {:?}\nknown {known:?}\n{:?}",
            found.0,
            found.1,
            till.report()
        ));
    };
    may_be[which].promises.kept_by(till.ledger())?;
    Ok((till, which))
}

/// A mount of what has rotted: it is as it was, or it says that it is not; and even then no number is
/// given out again.
pub fn mount_damaged<const W: usize, const E: usize, const I: usize, const B: usize>(
    geometry: &Geometry,
    mut chip: SimFlash<W, E>,
    may_be: &[&Known<I, B>],
) -> Result<(), String> {
    chip.power_on();
    let ops = chip.ops();
    let mounted: Result<Till<W, E, I, B>, _> =
        Journal::mount(chip, geometry.region(), &geometry.settings());
    // An error that says so is not silent.
    let Ok(mut till) = mounted else { return Ok(()) };
    if till.log().flash().ops() != ops {
        return Err("mount wrote to the flash".into());
    }
    if may_be.iter().any(|known| known.is(&till)) {
        return Ok(());
    }
    let report = till.report().clone();
    let tail = report.torn_or_lost.is_some();
    let said = tail
        || !report.lost.is_empty()
        || report.damaged > 0
        || report.fell_back
        // The ring contradicts itself: DESIGN.md 7 says what may be gone then.
        || report.scanned
        || till.skipped_records() > 0
        || till.log().read_only().is_some();
    if !said {
        let (next, was) = (till.log().next_seq(), may_be.last().map(|known| known.next_seq));
        return Err(format!(
            "something is gone and nothing is said: next {next}, was {was:?}; {report:?}"
        ));
    }
    if till.confirm().is_err() {
        return Ok(());
    }
    // What was in flight when the power failed was not given out; the first state is without it. And a
    // rotten last frame cannot be told from a torn one.
    let promises = &may_be.first().ok_or("no past")?.promises;
    for book in 0..B as u8 {
        let (Ok(stan), Ok(batch)) = (till.ledger().next_stan(book), till.ledger().batch(book))
        else {
            continue;
        };
        let again = promises.stans.contains(&(book, batch.get(), stan.get()));
        if again && !report.lost.is_empty() {
            return Err(format!(
                "STAN {stan:?} of book {book} would be given out again: {report:?}"
            ));
        }
    }
    till.note(Text::new("it goes on").unwrap())
        .map_err(|e| e.to_string())
        .map(drop)
        .or_else(|e| if till.log().read_only().is_some() { Ok(()) } else { Err(e) })
}

/// What a terminal does first after a start: makes durable what it found, pays one debt or sells
/// something, and has some idle time.
pub fn first_steps<F: NorFlash, const I: usize, const B: usize>(
    till: &Journal<F, I, B>,
) -> Vec<Step> {
    let reversal = till.duties().find_map(|duty| match duty {
        Duty::Reversal { item, .. } => Some(item),
        _ => None,
    });
    let business = match reversal {
        Some(item) => Step::Attempt(item),
        None if till.may_start(0, TransactionKind::Sale).is_ok()
            && till.room().payments_left > 1 =>
        {
            Step::Begin(Box::new(script::sale(0, 777)))
        }
        None => Step::Note(9),
    };
    vec![Step::Due, Step::Confirm, business, Step::Maintain, Step::Maintain]
}

/// A mounted journal goes on: every step works, and one more mount finds what it then holds. The
/// stages on the way.
pub fn goes_on<const W: usize, const E: usize, const I: usize, const B: usize>(
    geometry: &Geometry,
    mut till: Till<W, E, I, B>,
    steps: &[Step],
    mut promises: Promises,
) -> Result<Vec<Stage<I, B>>, String> {
    let mut stages = Vec::new();
    let mut firm = false;
    for step in steps {
        let before = Known::of(&till, &promises);
        till.flash_mut().trace();
        let acted = script::take(&mut till, step, &mut promises);
        let ops = till.flash_mut().end_trace();
        let after = Known::of(&till, &promises);
        stages.push(Stage { before, after, ops, firm });
        firm |= acted.map_err(|e| format!("{step:?}: {e}"))?;
    }
    promises.kept_by(till.ledger())?;
    let last = Known::of(&till, &promises);
    let chip = till.into_flash();
    mount(geometry, chip, &[&last]).map_err(|e| format!("after {steps:?}: {e}"))?;
    Ok(stages)
}

/// A step of a recovery.
pub struct Stage<const I: usize, const B: usize> {
    pub before: Known<I, B>,
    pub after: Known<I, B>,
    pub ops: Vec<Op>,
    /// Something was done because of what was found: it may not turn out never to have happened.
    pub firm: bool,
}

/// What a step leaves that was cut in an operation.
pub fn cut_in<const W: usize, const E: usize, const I: usize, const B: usize>(
    till: &Till<W, E, I, B>,
    step: &Step,
    cut: Cut,
    seed: u64,
) -> Result<SimFlash<W, E>, String> {
    let mut torn = till.clone();
    torn.flash_mut().seed_cut(seed);
    torn.flash_mut().cut(cut);
    // What the journal says of it nobody hears: the power is off.
    let _ = script::take(&mut torn, step, &mut Promises::default());
    let chip = torn.into_flash();
    if !chip.is_off() {
        return Err(format!("{step:?} never came to {cut:?}"));
    }
    Ok(chip)
}
