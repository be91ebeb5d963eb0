//! The power fails at every unit of every operation, torn in every way, on many geometries.
//!
//! `cargo test --release --features sim --test power_cuts -- --nocapture`

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

#[test]
fn every_cut_leaves_what_was_acknowledged() {
    let began = Instant::now();
    let parts = 4;
    let mut jobs = Vec::new();
    for index in 0..ALL.len() {
        for part in 0..parts {
            jobs.push((index, Plan { part, parts, ..Plan::new(1) }));
        }
    }
    let mut all = Tally::default();
    let mut each: Vec<Tally> = vec![Tally::default(); ALL.len()];
    for (index, tally) in on_all_cores(jobs) {
        each[index].add(tally.clone());
        all.add(tally);
    }
    for (geometry, tally) in ALL.iter().zip(&each) {
        println!(
            "{:24} {:>9} cuts, {} laps, {} steps {:?}",
            geometry.name,
            tally.total(),
            tally.laps,
            tally.steps / parts,
            tally.cuts
        );
    }
    println!("cut points: {}", all.total());
    for class in Class::ALL {
        let cuts = all.cuts[class as usize];
        println!(
            "  {:12} {cuts:>9}  {:>4.1} %",
            class.name(),
            cuts as f64 * 100.0 / all.total() as f64
        );
    }
    println!("nested: {}", all.nested);
    println!("geometries: {}", ALL.len());
    println!("violations: {}", all.violations.len());
    println!("{:.0} s", began.elapsed().as_secs_f64());
    for violation in all.violations.iter().take(10) {
        println!(
            "{} {} {}\n  {}",
            violation.class.name(),
            violation.tear,
            violation.what,
            violation.replay
        );
    }
    assert!(all.violations.is_empty());
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
