//! The power fails at every unit of every operation, torn in every way, on many geometries.
//!
//! `cargo test --release --features sim --test power_cuts -- --nocapture` makes more than a million
//! cuts; without `--release` it is a taste of that.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used)] // these are tests

mod common;

use std::sync::Mutex;
use std::time::Instant;

use common::class::Class;
use common::explore::{Plan, Spot, Tally, explore};
use common::geometry::ALL;

/// Runs jobs on all cores.
fn on_all_cores(jobs: Vec<(usize, Plan)>) -> Vec<(usize, Tally)> {
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
    let (jobs, done) = (Mutex::new(jobs), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let Some((index, plan)) = jobs.lock().unwrap().pop() else { return };
                    let tally = on_geometry!(index, explore(&plan, None));
                    done.lock().unwrap().push((index, tally));
                }
            });
        }
    });
    done.into_inner().unwrap()
}

/// Days with different customers.
const SEEDS: [u64; 3] = [1, 2, 3];
/// The steps of a day are shared out among so many jobs.
const PARTS: u64 = 4;
/// Where a cut is followed by every cut of the recovery: three sectors, few and large units.
const NESTED: usize = 10;

/// Unoptimised this is a taste of it: every such step of a day, and one lap.
const TASTE: u64 = 60;

/// Every job, so that the longest begin first: jobs are taken from the end.
fn jobs() -> Vec<(usize, Plan)> {
    let mut jobs = Vec::new();
    if cfg!(debug_assertions) {
        let plan = Plan { laps: 1, parts: TASTE, ..Plan::new(1) };
        jobs.extend((0..ALL.len()).map(|index| (index, plan)));
        jobs.push((NESTED, Plan { nested: true, ..plan }));
        return jobs;
    }
    for part in 0..PARTS {
        let part = |plan| Plan { part, parts: PARTS, ..plan };
        let days = SEEDS.iter().flat_map(|&seed| (0..ALL.len()).map(move |i| (i, seed)));
        jobs.extend(days.map(|(index, seed)| (index, part(Plan::new(seed)))));
    }
    for part in 0..PARTS {
        let plan = Plan { nested: true, part, parts: PARTS, ..Plan::new(4) };
        jobs.push((NESTED, plan));
    }
    jobs
}

#[test]
fn every_cut_leaves_what_was_acknowledged() {
    let began = Instant::now();
    let mut all = Tally::default();
    let mut each: Vec<Tally> = vec![Tally::default(); ALL.len()];
    for (index, tally) in on_all_cores(jobs()) {
        each[index].add(tally.clone());
        all.add(tally);
    }
    println!("{:22} {:>6} {:>9} {:>9}", "geometry", "laps", "cuts", "nested");
    for (geometry, tally) in ALL.iter().zip(&each) {
        let (cuts, nested) = (tally.total(), tally.nested);
        println!("{:22} {:>6} {cuts:>9} {nested:>9}", geometry.name, tally.laps);
    }
    println!("cut points: {}", all.total());
    for class in Class::ALL {
        let cuts = all.cuts[class as usize];
        let share = cuts as f64 * 100.0 / all.total() as f64;
        println!("  {:10} {cuts:>9} {share:>5.1} %", class.name());
    }
    println!("nested: {}", all.nested);
    println!("geometries: {}", ALL.len());
    println!("violations: {}", all.violations.len());
    println!("{:.0} s", began.elapsed().as_secs_f64());
    for violation in all.violations.iter().take(5) {
        println!("{} cut, tear '{}': {}", violation.class.name(), violation.tear, violation.what);
        println!("  {}", violation.replay);
    }
    assert!(all.violations.is_empty(), "see the lines above; each replays alone");
    if cfg!(debug_assertions) {
        return;
    }
    // What the README claims.
    assert!(all.total() >= 1_000_000, "{} cut points", all.total());
    assert!(each.iter().all(|tally| tally.laps >= 3), "a ring was not lapped three times");
    for class in Class::ALL {
        let cuts = all.cuts[class as usize];
        let is_fair = cuts >= 10_000 && cuts * 10 <= all.total() * 3;
        assert!(is_fair, "{}: {cuts} of {}", class.name(), all.total());
    }
}

#[test]
fn replay() {
    let Ok(line) = std::env::var("POS_REPLAY") else { return };
    let words: Vec<&str> = line.split_whitespace().collect();
    let index = ALL.iter().position(|g| g.name == words[0]).expect("a geometry's name");
    let n: Vec<u64> = words[1..].iter().map(|word| word.parse().unwrap()).collect();
    let nested = (n.len() > 5).then(|| (n[4] as usize, n[5] as usize));
    let spot = Spot { step: n[1], op: n[2] as usize, tear: n[3] as usize, nested };
    let plan = Plan { nested: nested.is_some(), ..Plan::new(n[0]) };
    let tally = on_geometry!(index, explore(&plan, Some(spot)));
    for violation in &tally.violations {
        println!("{violation:#?}");
    }
    assert!(tally.violations.is_empty());
}
