//! A suite that cannot fail proves nothing: here one rule of the journal at a time is not kept, and
//! the suite must notice.
//!
//! `cargo test --release --features sim --test broken_builds -- --nocapture`

mod common;

use common::explore::{Plan, explore};
use common::geometry::ALL;
use common::life::{Weather, live};
use pos_journal::log::broken::{Broken, set};

/// The geometries that are tried first: small ones, with two sectors and with more.
const FIRST: [usize; 6] = [5, 9, 10, 6, 4, 1];

/// What noticed, or nothing; after the cuts, so many lives in every weather.
fn caught(lives: u64) -> Option<String> {
    for index in FIRST {
        let plan = Plan { laps: 1, enough: 1, ..Plan::new(1) };
        let tally = on_geometry!(index, explore(&plan, None));
        if let Some(v) = tally.violations.first() {
            return Some(format!(
                "{} cut, tear '{}', on {}",
                v.class.name(),
                v.tear,
                ALL[index].name
            ));
        }
    }
    for index in FIRST {
        let plan = Plan { laps: 1, enough: 1, nested: true, steps: 12, ..Plan::new(2) };
        let tally = on_geometry!(index, explore(&plan, None));
        if let Some(v) = tally.violations.first() {
            return Some(format!(
                "a cut in the recovery from a cut {}: {}",
                v.class.name(),
                v.what
            ));
        }
    }
    (0..lives).find_map(|seed| {
        Weather::ALL.into_iter().find_map(|weather| {
            let index = (seed % ALL.len() as u64) as usize;
            let wrong = on_geometry!(index, live(seed, 60, weather)).err()?;
            let line = wrong.lines().next().unwrap_or_default();
            Some(format!("a life with {weather:?} ({})", &line[..line.len().min(90)]))
        })
    })
}

#[test]
fn every_broken_rule_is_noticed() {
    // A violation found by a panic is expected here: its message would only be noise.
    std::panic::set_hook(Box::new(|_| {}));
    let mut unnoticed = Vec::new();
    for broken in Broken::ALL {
        set(Some(broken));
        let what = caught(200);
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
fn the_sound_build_is_not_faulted() {
    assert_eq!(caught(40), None);
}
