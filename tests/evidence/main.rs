//! The bundle of a payment for a dispute.
//!
//! `POS_REGENERATE=1 cargo test --features cli --test evidence` takes down the bundles anew.
#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests are tests"
)]

mod bundle;
mod kept;
#[path = "../explain/till.rs"]
#[allow(dead_code, reason = "the tests of explain say more with it")]
mod till;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

/// A directory of this name that is not there yet.
fn fresh(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("evidence").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

/// What the program says when it is asked for the bundle of a payment of a stored dump.
fn run(dump: &str, which: &str, to: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pos-journal"))
        .args(["evidence", "--now", "2026-03-04T09:00:00", "--lang", "en"])
        .arg(root().join("tests/explain/dumps").join(dump))
        .args([which, "-o"])
        .arg(to)
        .output()
        .unwrap()
}
