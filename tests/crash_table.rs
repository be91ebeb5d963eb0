//! What is found after a power cut, seen on the simulator and published in FORMAT.md.
//!
//! Every line of the table is made from what was observed here. The test fails when FORMAT.md says
//! anything else; to write it anew:
//!
//! `POS_UPDATE=1 cargo test --release --features sim --test crash_table`

#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
mod table;

use std::path::Path;

use pos_journal::log::broken::{Broken, set};

use table::place::{BEGIN, COMMAND, END, published, replaced};

fn format_md() -> String {
    std::fs::read_to_string(path()).unwrap()
}

fn path() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/FORMAT.md"))
}

#[test]
fn format_md_says_what_is_found_after_a_power_cut() {
    let observed = table::observe().unwrap_or_else(|what| panic!("{what}"));
    let fresh = table::text::of(&observed);
    println!("{fresh}");
    let missing = observed.missing();
    assert!(missing.is_empty(), "the days never came to {missing:?}");
    let old = format_md();
    let said = published(&old).unwrap_or_else(|| panic!("FORMAT.md lacks {BEGIN} or {END}"));
    if std::env::var_os("POS_UPDATE").is_some() {
        std::fs::write(path(), replaced(&old, &fresh).unwrap()).unwrap();
        return;
    }
    let first = said.lines().zip(fresh.lines()).find(|(old, new)| old != new);
    assert!(
        said == fresh,
        "the crash table in FORMAT.md is stale, first at {first:?}\nto write it anew: {COMMAND}"
    );
}

/// A table that comes out the same whatever the journal does would prove nothing: with a rule of the
/// journal not kept it is another one, or a cut leaves what must not be.
#[test]
fn a_broken_journal_has_another_table() {
    let geometry = &table::TRIED[0];
    let sound = table::observe_one(geometry, 1).map(|observed| table::text::of(&observed)).unwrap();
    // A panic is expected here: its message would only be noise.
    std::panic::set_hook(Box::new(|_| {}));
    let unnoticed: Vec<Broken> = [
        Broken::OneBootFrame,
        Broken::ResumeAtFailure,
        Broken::VictimBeforeCommit,
        Broken::OldSpareTrusted,
        Broken::BlankIsErased,
        Broken::AttemptAfterSend,
    ]
    .into_iter()
    .filter(|&broken| {
        set(Some(broken));
        let seen = table::observe_one(geometry, 1).map(|observed| table::text::of(&observed));
        set(None);
        seen == Ok(sound.clone())
    })
    .collect();
    let _ = std::panic::take_hook();
    assert!(unnoticed.is_empty(), "the table does not show {unnoticed:?}");
}
