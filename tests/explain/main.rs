//! Each cause by a script that leads to it, and what is said of it.
#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests are tests"
)]

mod bill;
mod bills;
mod journal;
mod parts;
mod printed;
mod reclaimed;
mod till;

use std::path::{Path, PathBuf};

/// The table in the README is the one that the program decides by.
#[test]
fn the_readme_has_the_table_of_causes() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let table = pos_journal::host::explain::reference_table();
    assert!(readme.contains(&table), "README.md lacks this table:\n{table}");
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}
