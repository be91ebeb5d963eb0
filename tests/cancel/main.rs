//! A future is dropped at every await of a day. The journal goes on, and it is as after a power cut: what the
//! cancelled call was to do happened as a whole or not at all, and the oracle of the power cuts holds.
//!
//! The same day on the blocking journal writes the same bytes.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used, clippy::panic)] // these are tests

#[path = "../common/mod.rs"]
mod common;

mod chip;
mod day;
mod waiting;

use chip::{Fate, Slow, finish, run};
use common::Dice;
use common::geometry::Geometry;
use common::promises::Promises;
use day::{ECC, LAPS, Plan, Tally, Till, day, fresh};
use pos_journal::flash::sim::SimFlash;
use pos_journal::log::broken::{Broken, set};
use waiting::script::{self, Habits};

const EVERY: Plan = Plan { steps: 600, enough: 3, one: false };

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
