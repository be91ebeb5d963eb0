//! A day of a till, with a future dropped at every await, or at one of each step.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pos_journal::ledger::Duty;
use pos_journal::log::FormatAs;
use pos_journal::nonblocking::journal::Journal;
use pos_journal::record::TransactionKind;

use super::chip::{FATES, Slow, finish, run};
use super::waiting::script::{self, Habits, Step};
use crate::common::geometry::{ALL, Geometry};
use crate::common::judge::{self, Known};
use crate::common::promises::Promises;
use crate::common::{Dice, mix};

pub type Till<const W: usize, const E: usize, const I: usize, const B: usize> =
    Journal<Slow<W, E>, I, B>;

/// What a day came to.
#[derive(Debug, Default)]
pub struct Tally {
    pub steps: u64,
    /// Awaits at which a future was dropped.
    pub awaits: u64,
    /// Of these, with the chip at work.
    pub at_work: u64,
    /// Days that went on from there, with each thing that may become of the chip's work.
    pub went_on: u64,
    /// Of these, with the recovery cancelled too.
    pub twice: u64,
    /// The cancelled call had done its work all the same.
    pub done: u64,
    pub erases: u64,
    pub violations: Vec<String>,
}

pub struct Plan {
    pub steps: u64,
    /// Violations that are enough.
    pub enough: usize,
    /// One await of each step, at random, instead of every one.
    pub one: bool,
}

/// What the till holds.
fn known<const W: usize, const E: usize, const I: usize, const B: usize>(
    till: &Till<W, E, I, B>,
    promises: &Promises,
) -> Known<I, B> {
    let (ledger, next_seq) = (judge::essence(till.ledger()), till.log().next_seq());
    Known { ledger, next_seq, promises: promises.clone() }
}

pub fn fresh<const W: usize, const E: usize, const I: usize, const B: usize>(
    geometry: &Geometry,
    seed: u64,
) -> Till<W, E, I, B> {
    let chip = Slow::new(geometry.chip(seed));
    let how = FormatAs::live(seed as u32 | 1);
    finish(Journal::format(chip, geometry.region(), &geometry.settings(), how)).unwrap()
}

/// A small day, and at every await of it another one that is cancelled there.
pub fn day<const W: usize, const E: usize, const I: usize, const B: usize>(
    geometry: &Geometry,
    seed: u64,
    plan: &Plan,
) -> Tally {
    let mut tally = Tally::default();
    let mut dice = Dice::new(seed);
    let mut till: Till<W, E, I, B> = fresh(geometry, seed);
    let mut promises = Promises::default();
    let habits = Habits { reboots: u64::MAX, batch: 4 };
    while tally.steps < plan.steps && tally.violations.len() < plan.enough {
        let step = script::next(&till, &promises, &mut dice, habits);
        let before = (till.clone(), promises.clone());
        let (acted, waits) = run(script::take(&mut till, &step, &mut promises), u64::MAX);
        acted.unwrap().unwrap_or_else(|e| panic!("{step:?}: {e}"));
        let after = known(&till, &promises);
        let one = mix(seed ^ tally.steps) % waits.max(1);
        for at in (0..waits).filter(|&at| !plan.one || at == one) {
            let name = || format!("{} seed {seed} step {} await {at}", geometry.name, tally.steps);
            let mut torn = before.0.clone();
            torn.flash_mut().seed = seed ^ (tally.steps << 20) ^ at;
            let (ended, _) = run(script::take(&mut torn, &step, &mut before.1.clone()), at);
            assert!(ended.is_none());
            let at_work = torn.log().flash().is_busy();
            tally.awaits += 1;
            tally.at_work += u64::from(at_work);
            let fates = if at_work { &FATES[..] } else { &FATES[..1] };
            for &fate in fates {
                for twice in [false, true] {
                    let mut torn = torn.clone();
                    torn.flash_mut().fate = fate;
                    if twice && !cancelled_again(&mut torn, at) {
                        continue;
                    }
                    tally.went_on += 1;
                    tally.twice += u64::from(twice);
                    let may_be = [&known(&before.0, &before.1), &after];
                    let went_on = || goes_on(geometry, torn, may_be);
                    match catch_unwind(AssertUnwindSafe(went_on)) {
                        Ok(Ok(done)) => tally.done += u64::from(done),
                        Ok(Err(what)) => {
                            tally.violations.push(format!("{} {fate:?} {step:?}: {what}", name()));
                        }
                        Err(panicked) => {
                            let text = panicked.downcast_ref::<String>().cloned();
                            tally
                                .violations
                                .push(format!("{} {fate:?} {step:?}: {text:?}", name()));
                        }
                    }
                }
            }
        }
        tally.steps += 1;
    }
    tally.erases = till.log().flash().chip().counts().erases;
    tally
}

/// The next call, which mounts again, is dropped as well; `false`: it did not get so far.
fn cancelled_again<const W: usize, const E: usize, const I: usize, const B: usize>(
    till: &mut Till<W, E, I, B>,
    at: u64,
) -> bool {
    let (_, waits) = run(till.clone().confirm(), u64::MAX);
    if waits == 0 {
        return false;
    }
    run(till.confirm(), mix(at) % waits).0.is_none()
}

/// Whatever comes next: the till mounts again by itself, finds one of these states, takes a few steps, and
/// then a terminal that starts finds what it holds. `true`: the second of them.
fn goes_on<const W: usize, const E: usize, const I: usize, const B: usize>(
    geometry: &Geometry,
    mut till: Till<W, E, I, B>,
    may_be: [&Known<I, B>; 2],
) -> Result<bool, String> {
    // A till that was cancelled while it only read is as it was.
    finish(till.recover()).map_err(|e| format!("recover: {e}"))?;
    let found = known(&till, &Promises::default());
    let same =
        |known: &&Known<I, B>| (known.next_seq, &known.ledger) == (found.next_seq, &found.ledger);
    let which = may_be.iter().position(same).ok_or_else(|| {
        let seqs = may_be.map(|known| known.next_seq);
        format!("found next {} where {seqs:?} may be: {:?}", found.next_seq, found.ledger)
    })?;
    let mut promises = may_be[which].promises.clone();
    promises.kept_by(till.ledger())?;
    for step in first_steps(&till) {
        finish(script::take(&mut till, &step, &mut promises))
            .map_err(|e| format!("{step:?}: {e}"))?;
    }
    promises.kept_by(till.ledger())?;
    let last = known(&till, &promises);
    judge::mount(geometry, till.into_flash().into_chip(), &[&last])
        .map_err(|e| format!("at the next start: {e}"))?;
    Ok(which == 1)
}

/// Makes durable what was found, pays one debt or sells something, and has some idle time.
fn first_steps<const W: usize, const E: usize, const I: usize, const B: usize>(
    till: &Till<W, E, I, B>,
) -> Vec<Step> {
    let reversal = till.duties().find_map(|duty| match duty {
        Duty::Reversal { item, .. } => Some(item),
        _ => None,
    });
    let sale = TransactionKind::Sale;
    let business = match reversal {
        Some(item) => Step::Attempt(item),
        None if till.may_start(0, sale).is_ok() && till.room().payments_left > 1 => {
            Step::Begin(Box::new(script::sale(0, 777)))
        }
        None => Step::Note(9),
    };
    vec![Step::Due, Step::Confirm, business, Step::Maintain, Step::Maintain]
}

/// Where the two unit sizes and shapes are that differ most. Not all of [`ALL`]: each is another journal to
/// compile.
pub const LAPS: &Geometry = &ALL[9];
pub const ECC: &Geometry = &ALL[5];
