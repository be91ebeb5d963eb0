//! A future is dropped at every await of a day. The journal goes on, and it is as after a power cut: what the
//! cancelled call was to do happened as a whole or not at all, and the oracle of the power cuts holds.
//!
//! The same day on the blocking journal writes the same bytes.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used, clippy::panic)] // these are tests

#[path = "../common/mod.rs"]
mod common;

mod chip;
mod waiting;

use std::panic::{AssertUnwindSafe, catch_unwind};

use chip::{FATES, Fate, Slow, finish, run};
use common::Dice;
use common::geometry::{ALL, Geometry};
use common::judge::{self, Known};
use common::promises::Promises;
use pos_journal::flash::sim::SimFlash;
use pos_journal::ledger::Duty;
use pos_journal::log::FormatAs;
use pos_journal::log::broken::{Broken, set};
use pos_journal::nonblocking::journal::Journal;
use pos_journal::record::TransactionKind;
use waiting::script::{self, Habits, Step};

type Till<const W: usize, const E: usize, const I: usize, const B: usize> =
    Journal<Slow<W, E>, I, B>;

/// What a day came to.
#[derive(Debug, Default)]
struct Tally {
    steps: u64,
    /// Awaits at which a future was dropped.
    awaits: u64,
    /// Of these, with the chip at work.
    at_work: u64,
    /// Days that went on from there, with each thing that may become of the chip's work.
    went_on: u64,
    /// Of these, with the recovery cancelled too.
    twice: u64,
    /// The cancelled call had done its work all the same.
    done: u64,
    erases: u64,
    violations: Vec<String>,
}

struct Plan {
    steps: u64,
    /// Violations that are enough.
    enough: usize,
}

const EVERY: Plan = Plan { steps: 600, enough: 3 };

/// What the till holds.
fn known<const W: usize, const E: usize, const I: usize, const B: usize>(
    till: &Till<W, E, I, B>,
    promises: &Promises,
) -> Known<I, B> {
    let (ledger, next_seq) = (judge::essence(till.ledger()), till.log().next_seq());
    Known { ledger, next_seq, promises: promises.clone() }
}

fn fresh<const W: usize, const E: usize, const I: usize, const B: usize>(
    geometry: &Geometry,
    seed: u64,
) -> Till<W, E, I, B> {
    let chip = Slow::new(geometry.chip(seed));
    let how = FormatAs::live(seed as u32 | 1);
    finish(Journal::format(chip, geometry.region(), &geometry.settings(), how)).unwrap()
}

/// A small day, and at every await of it another one that is cancelled there.
fn day<const W: usize, const E: usize, const I: usize, const B: usize>(
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
        for at in 0..waits {
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
    run(till.confirm(), common::mix(at) % waits).0.is_none()
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
const LAPS: &Geometry = &ALL[9];
const ECC: &Geometry = &ALL[5];

fn told(geometry: &Geometry, tally: &Tally) {
    println!(
        "{:18} {} steps, {} erases; {} awaits, {} with the chip at work; {} went on, {} of them cancelled \
         twice; done all the same {}",
        geometry.name,
        tally.steps,
        tally.erases,
        tally.awaits,
        tally.at_work,
        tally.went_on,
        tally.twice,
        tally.done
    );
}

#[test]
fn a_call_may_be_cancelled_at_every_await() {
    let tally = day::<16, 2048, 3, 1>(LAPS, 1, &EVERY);
    told(LAPS, &tally);
    assert_eq!(tally.violations, [""; 0], "{tally:?}");
    assert!(tally.awaits > 5_000 && tally.at_work > 200 && tally.done > 500, "{tally:?}");
    assert!(tally.erases > 10, "the ring is lapped: {tally:?}");
}

#[test]
fn and_where_torn_units_cannot_be_read() {
    let tally = day::<8, 2048, 3, 1>(ECC, 6, &EVERY);
    told(ECC, &tally);
    assert_eq!(tally.violations, [""; 0], "{tally:?}");
    assert!(tally.awaits > 5_000 && tally.at_work > 200 && tally.done > 500, "{tally:?}");
}

/// A suite that cannot fail proves nothing: the same day, where nothing is mounted again.
#[test]
fn going_on_without_mounting_again_is_noticed() {
    set(Some(Broken::GoOnAfterCancel));
    std::panic::set_hook(Box::new(|_| {}));
    let tally = day::<16, 2048, 3, 1>(LAPS, 4, &Plan { enough: 1, ..EVERY });
    let _ = std::panic::take_hook();
    set(None);
    let first = tally.violations.first().map_or("", |what| what.lines().next().unwrap_or(""));
    println!("{}", first.chars().take(160).collect::<String>());
    assert!(!tally.violations.is_empty(), "{tally:?}");
}

/// Both journals are one source: the same day leaves the same bytes, by the same operations.
#[test]
fn the_async_journal_does_what_the_blocking_one_does() {
    fn both<const W: usize, const E: usize, const I: usize, const B: usize>(geometry: &Geometry) {
        let (mut dice, mut promises) = (Dice::new(3), Promises::default());
        let (mut also_dice, mut also_promises) = (Dice::new(3), Promises::default());
        let mut till: Till<W, E, I, B> = fresh(geometry, 3);
        let mut also: common::geometry::Till<W, E, I, B> = geometry.fresh(3);
        let habits = Habits { reboots: u64::MAX, batch: 6 };
        let also_habits = common::script::Habits { reboots: u64::MAX, batch: 6 };
        for _ in 0..2_000 {
            let step = script::next(&till, &promises, &mut dice, habits);
            finish(script::take(&mut till, &step, &mut promises)).unwrap();
            let step = common::script::next(&also, &also_promises, &mut also_dice, also_habits);
            common::script::take(&mut also, &step, &mut also_promises).unwrap();
        }
        let (chip, also_chip): (SimFlash<W, E>, _) =
            (till.into_flash().into_chip(), also.into_flash());
        assert_eq!(chip.counts(), also_chip.counts());
        assert!(chip.counts().erases > 20);
        assert!(chip.image() == also_chip.image());
        assert_eq!(promises, also_promises);
    }
    both::<16, 2048, 3, 1>(LAPS);
}

/// What a call decides is decided on what is there: each one that may read looks first whether the one before
/// it was cancelled.
#[test]
fn every_call_looks_first_whether_the_last_one_ended() {
    let mut calls = 0;
    for file in std::fs::read_dir("src/journal").unwrap() {
        let path = file.unwrap().path();
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        for (at, _) in text.match_indices("    pub async fn ") {
            let call = &text[at + 17..];
            let name = &call[..call.find(['(', '<']).unwrap()];
            if matches!(name, "format" | "format_and_lose" | "mount" | "export" | "recover") {
                continue;
            }
            let body = &call[call.find("{\n").unwrap() + 2..];
            let first = body.lines().next().unwrap();
            assert!(first.contains("self.awake().await"), "{name} in {path:?}: {first}");
            calls += 1;
        }
    }
    assert!(calls > 40, "{calls}");
}

/// The chip of these tests does go on by itself, and does tear.
#[test]
fn a_dropped_program_goes_on() {
    use embedded_storage_async::nor_flash::{NorFlash, ReadNorFlash};
    let mut chip = Slow::new(SimFlash::<4, 4096>::new(4096, 1));
    assert!(run(chip.write(0, &[1; 4]), 0).0.is_none());
    assert!(!chip.is_busy(), "it had not reached the chip");
    assert!(run(chip.write(0, &[1; 4]), 1).0.is_none());
    assert!(chip.is_busy());
    let mut seen = [0; 4];
    finish(chip.read(0, &mut seen)).unwrap();
    assert_eq!(seen, [1; 4]);
    chip.fate = Fate::Torn(pos_journal::flash::sim::Tear::Prefix { bytes: 0 });
    assert!(run(chip.write(4, &[2; 4]), 1).0.is_none());
    finish(chip.read(4, &mut seen)).unwrap();
    assert_eq!((seen, chip.dropped), ([0xFF; 4], 2));
}
