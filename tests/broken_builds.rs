//! A suite that cannot fail proves nothing: here one rule of the journal at a time is not kept, and
//! the suite must notice.
//!
//! `cargo test --release --features sim --test broken_builds -- --nocapture`

#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used)] // these are tests

mod common;

use std::ops::Range;

use common::explore::{Plan, explore};
use common::geometry::ALL;
use common::life::{Weather, live};
use pos_journal::log::broken::{Broken, set};

/// The geometries on which the power is cut everywhere: two sectors and more, small units and large.
const CUT_ON: [usize; 4] = [5, 9, 10, 6];

/// The weather in which a rule is needed, where power cuts alone do not show that it is missing, and the
/// first life to try: a rule that only few lives need was looked for once, further on.
fn weather_of(broken: Broken) -> Option<(&'static [Weather], u64)> {
    match broken {
        Broken::NoAddress => Some((&[Weather::Misdirected], 200)),
        Broken::NoReadBack => Some((&[Weather::LostWrites], 0)),
        Broken::NoJump => Some((&[Weather::Rot], 0)),
        Broken::OneSpare => Some((&[Weather::StuckSector], 0)),
        Broken::StayAfterFailure => Some((&[Weather::Sagging], 1_000)),
        Broken::HalfOpeningLeft | Broken::CommitCounts => {
            Some((&[Weather::Sagging, Weather::ProgramErrors, Weather::Storm], 0))
        }
        _ => None,
    }
}

/// Which cut noticed, or nothing.
fn by_cuts() -> Option<String> {
    for index in CUT_ON {
        let plan = Plan { laps: 1, enough: 1, ..Plan::new(1) };
        let tally = on_geometry!(index, explore(&plan, None));
        if let Some(v) = tally.violations.first() {
            let (class, name) = (v.class.name(), ALL[index].name);
            return Some(format!("a cut of class {class}, tear '{}', on {name}", v.tear));
        }
    }
    let plan = Plan { laps: 1, enough: 1, nested: true, steps: 40, ..Plan::new(2) };
    let tally = on_geometry!(10, explore(&plan, None));
    let v = tally.violations.first()?;
    let (class, tear) = (v.class.name(), v.tear);
    Some(format!("a cut in the recovery from a cut of class {class}, tear '{tear}'"))
}

/// Which of so many lives noticed, or nothing.
fn by_lives(weathers: &[Weather], mut seeds: Range<u64>) -> Option<String> {
    seeds.find_map(|seed| {
        weathers.iter().find_map(|&weather| {
            (0..ALL.len()).find_map(|index| {
                let wrong = on_geometry!(index, live(seed, 60, weather)).err()?;
                let line = wrong.lines().next().unwrap_or_default();
                // What failed is a long call, and then the reason.
                let (what, why) = line.split_once(" failed: ").unwrap_or((line, ""));
                let short = |text: &str| text.chars().take(100).collect::<String>();
                Some(format!("a life: {} {}", short(what), short(why)))
            })
        })
    })
}

#[test]
#[cfg_attr(debug_assertions, ignore = "long run: with --release")]
fn every_broken_rule_is_noticed() {
    // A violation found by a panic is expected here: its message would only be noise.
    std::panic::set_hook(Box::new(|_| {}));
    let mut unnoticed = Vec::new();
    // `POS_BROKEN=NoJump` tries one alone.
    let one = std::env::var("POS_BROKEN").ok();
    let wanted = |broken: &Broken| one.as_ref().is_none_or(|name| *name == format!("{broken:?}"));
    for broken in Broken::ALL.into_iter().filter(wanted) {
        set(Some(broken));
        let what = match weather_of(broken) {
            Some((weathers, first)) => by_lives(weathers, first..first + 400),
            None => by_cuts().or_else(|| by_lives(&[Weather::Cuts, Weather::Flicker], 0..400)),
        };
        set(None);
        println!("{:18} {}", format!("{broken:?}"), what.as_deref().unwrap_or("NOT NOTICED"));
        if what.is_none() {
            unnoticed.push(broken);
        }
    }
    let _ = std::panic::take_hook();
    assert!(unnoticed.is_empty(), "{unnoticed:?}");
}

/// The same suite finds nothing where every rule is kept.
#[test]
#[cfg_attr(debug_assertions, ignore = "long run: with --release")]
fn the_sound_build_is_not_faulted() {
    assert_eq!(by_cuts(), None);
    assert_eq!(by_lives(&Weather::ALL, 0..2), None);
}
