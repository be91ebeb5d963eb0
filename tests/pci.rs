//! No card number, track or PIN gets in, and good data is not taken for one.
//!
//! Each check is shown to fail when a rule of the guard is not kept (`record::broken`).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests are tests"
)]

#[path = "pci/cards.rs"]
mod cards;
#[path = "pci/dice.rs"]
mod dice;
#[path = "pci/guard.rs"]
mod guard;
#[path = "pci/image.rs"]
mod image;

use guard::Checked;
use pos_journal::record::broken::{self, Broken};

type Check = (&'static str, fn() -> Checked);

const CHECKS: &[Check] = &[
    ("texts refuse card numbers", guard::texts_refuse_card_numbers),
    ("sealed blobs refuse clear numbers", guard::sealed_refuses_clear_numbers),
    ("chip data is filtered", guard::chip_data_is_filtered),
    ("chip data of real shape passes", guard::chip_data_of_real_shape_passes),
    ("a truncated number keeps nothing else", guard::a_truncated_number_keeps_nothing_else),
    ("Debug shows no card data", guard::debug_shows_no_card_data),
    ("good names and blobs pass", guard::good_names_and_blobs_pass),
    ("nothing of it is in a journal", image::nothing_of_it_is_in_a_journal),
];

#[test]
fn the_guard_holds() {
    for (name, check) in CHECKS {
        assert_eq!(check(), Ok(()), "{name}");
    }
}

#[test]
fn the_search_finds_every_form() {
    image::the_search_finds_every_form();
}

#[test]
fn a_million_random_blobs() {
    let refused = guard::refused_blobs(9, 1_000_000);
    println!("refused: {refused} of 1000000 random blobs of 48 bytes");
    assert!(refused < 1000);
}

#[test]
fn a_broken_guard_is_noticed() {
    for rule in Broken::ALL {
        broken::set(Some(rule));
        let noticed: Vec<&str> =
            CHECKS.iter().filter(|(_, check)| check().is_err()).map(|(name, _)| *name).collect();
        broken::set(None);
        println!("{rule:?}: {}", noticed.join("; "));
        assert!(!noticed.is_empty(), "{rule:?} is not noticed");
    }
}
