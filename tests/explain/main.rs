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

/// What it shows of a terminal is what the program prints.
#[test]
fn the_readme_shows_what_is_printed() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let sessions: Vec<&str> = readme.split("```console\n$ pos-journal ").skip(1).collect();
    assert!(!sessions.is_empty());
    for session in sessions {
        let (command, shown) = session.split("```").next().unwrap().split_once('\n').unwrap();
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_pos-journal"));
        let args = program.current_dir(root()).env("LC_ALL", "C").args(command.split(' '));
        let printed = String::from_utf8(args.output().unwrap().stdout).unwrap();
        assert_eq!(shown.trim_end(), printed.trim_end(), "{command}");
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}
