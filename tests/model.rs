//! Every interleaving of a small world: the real ledger behind a terminal, a network that loses, delays,
//! duplicates and reorders, a host with its own books, an operator, a register that asks again, and a
//! power cut anywhere. `cargo test --release --test model -- --nocapture` prints what was visited.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test

#[path = "model/broken.rs"]
mod broken;
#[path = "model/host.rs"]
mod host;
#[path = "model/properties.rs"]
mod properties;
#[path = "model/repair.rs"]
mod repair;
#[path = "model/till.rs"]
mod till;
#[path = "model/wire.rs"]
mod wire;
#[path = "model/world.rs"]
mod world;

use std::time::Instant;

use broken::Broken;
use pos_journal::record::TransactionKind::{OfflineSale, QrSale, Refund, Sale, Void};
use stateright::{Checker, Model};
use world::Scenario;

const SALE: Scenario = Scenario {
    name: "a sale",
    wishes: &[Sale],
    cuts: 2,
    losses: 1,
    duplicates: 1,
    asks_again: 1,
    attempts: 2,
    decisions: 1,
    host_marks: true,
    broken: None,
};

const SCENARIOS: &[Scenario] = &[
    SALE,
    Scenario { name: "a sale, a host that leaves no marks", host_marks: false, ..SALE },
    Scenario { name: "two sales", wishes: &[Sale, Sale], cuts: 1, decisions: 0, ..SALE },
    Scenario { name: "a sale and its void", wishes: &[Sale, Void], cuts: 1, decisions: 0, ..SALE },
    Scenario {
        name: "a sale and its refund",
        wishes: &[Sale, Refund],
        cuts: 1,
        decisions: 0,
        ..SALE
    },
    Scenario { name: "an offline sale", wishes: &[OfflineSale], ..SALE },
    Scenario { name: "a QR sale", wishes: &[QrSale], decisions: 0, ..SALE },
];

/// States visited of a scenario: a taste in a debug build, all that matters in an optimised one.
const USUAL: usize = if cfg!(debug_assertions) { 20_000 } else { 500_000 };

/// Visits states in the order of their distance from the first, up to a number (`POS_STATES=2000000`).
fn check(scenario: Scenario, usual: usize) -> (usize, usize, Vec<(&'static str, String)>) {
    let most = std::env::var("POS_STATES").ok().and_then(|n| n.parse().ok()).unwrap_or(usual);
    let checker = scenario.checker().threads(2).target_state_count(most).spawn_bfs().join();
    let violated = checker
        .discoveries()
        .into_iter()
        .map(|(property, path)| {
            let steps: Vec<String> =
                path.into_actions().iter().map(|step| format!("{step:?}")).collect();
            (property, steps.join(", "))
        })
        .collect();
    (checker.unique_state_count(), checker.max_depth(), violated)
}

#[test]
fn nothing_is_violated_in_any_state() {
    let (mut all, mut wrong) = (0, 0);
    for scenario in SCENARIOS {
        let started = Instant::now();
        let (states, depth, violated) = check(*scenario, USUAL);
        let seconds = started.elapsed().as_secs_f32();
        println!("{:<40} states: {states:>9}  depth: {depth:>3}  {seconds:>6.1} s", scenario.name);
        for (property, path) in &violated {
            println!("  VIOLATED {property}: {path}");
        }
        all += states;
        wrong += violated.len();
    }
    println!("states: {all}\nviolated: {wrong}");
    assert_eq!(wrong, 0);
}

#[test]
fn every_broken_ledger_is_caught() {
    for broken in Broken::ALL {
        let wishes: &[_] = match broken {
            Broken::NoHoldOffAfterPaid => &[QrSale],
            _ => &[Sale],
        };
        let scenario = Scenario { broken: Some(*broken), host_marks: false, wishes, ..SALE };
        // An order takes more steps than a sale before anything can go wrong.
        let enough = if wishes == [QrSale] { 500_000 } else { USUAL };
        let (states, _, violated) = check(scenario, enough);
        let caught: Vec<&str> = violated.iter().map(|(property, _)| *property).collect();
        println!("{broken:?}: violated after {states} states: {}", caught.join("; "));
        if let Some((_, path)) = violated.first() {
            println!("  {path}");
        }
        assert!(!caught.is_empty(), "{broken:?} is not caught");
    }
}
