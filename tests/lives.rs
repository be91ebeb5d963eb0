//! Long lives with faults at random, in every weather.
mod common;
use common::geometry::ALL;
use common::life::{Lived, Weather, live};
use pos_journal::flash::sim::Fault;

fn env(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn a_life_keeps_every_promise_in_any_weather() {
    let (first, lives) =
        (env("POS_FIRST", 0), env("POS_LIVES", if cfg!(debug_assertions) { 1 } else { 4 }));
    let mut wrong = 0;
    for weather in Weather::ALL {
        let mut sum = Lived::default();
        let mut bad = Vec::new();
        for index in 0..ALL.len() {
            for seed in first..first + lives {
                match on_geometry!(index, live(seed, 60, weather)) {
                    Ok(lived) => {
                        sum.boots += lived.boots;
                        sum.cuts += lived.cuts;
                        sum.steps += lived.steps;
                        sum.errors += lived.errors;
                        sum.faults.add(&lived.faults);
                    }
                    Err(what) => bad.push(what),
                }
            }
        }
        println!(
            "{weather:?}: {} boots, {} cuts, {} steps, {} errors; violations {}",
            sum.boots,
            sum.cuts,
            sum.steps,
            sum.errors,
            bad.len()
        );
        for fault in Fault::ALL {
            if sum.faults.of(fault) > 0 {
                print!("  {} {};", fault.name(), sum.faults.of(fault));
            }
        }
        println!();
        for what in bad.iter().take(4) {
            println!("   {}", &what[..what.len().min(700)]);
        }
        wrong += bad.len();
    }
    assert_eq!(wrong, 0);
}

/// `POS_LIFE='w1-e512-2x4k ProgramErrors 5' POS_TRACE=1 cargo test ... replay`: one life alone.
#[test]
fn replay() {
    let Ok(line) = std::env::var("POS_LIFE") else { return };
    let words: Vec<&str> = line.split_whitespace().collect();
    let index = ALL.iter().position(|g| g.name == words[0]).expect("a geometry's name");
    let named = |w: &Weather| format!("{w:?}") == words[1];
    let weather = Weather::ALL.into_iter().find(named).expect("a weather's name");
    let seed = words[2].parse().expect("a seed");
    on_geometry!(index, live(seed, 60, weather)).map(drop).unwrap();
}
