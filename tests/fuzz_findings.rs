//! Inputs that once failed under fuzzing, and the fuzzers' seeds, through the same checks: on
//! stable, with every run of the tests.
//!
//! A finding is a file `tests/fuzz/findings/<target>-<what it was>`.

#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    reason = "helpers of tests; the mutator and the seeds use the rest"
)]

use std::path::{Path, PathBuf};

#[path = "fuzz/src/checks/mod.rs"]
#[allow(missing_docs, reason = "a module of the fuzz package")]
mod checks;

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz").join(folder);
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn check(target: &str, path: &Path) {
    let bytes = std::fs::read(path).unwrap();
    // Printed only if the check fails, to say which input it was.
    println!("{}", path.display());
    match target {
        "mount" => checks::mount::check(&bytes),
        "dump" => checks::dump::check(&bytes),
        "events" => checks::events::check(&bytes),
        "bills" => checks::bills::check(&bytes),
        "containers" => checks::containers::check(&bytes),
        "exports" => checks::exports::check(&bytes),
        "profiles" => checks::profiles::check(&bytes),
        other => panic!("no fuzz target {other}"),
    }
}

#[test]
fn what_was_found_is_found_no_more() {
    for path in files("findings") {
        let name = path.file_name().unwrap().to_str().unwrap();
        check(name.split('-').next().unwrap(), &path);
    }
}

#[test]
fn seeds_pass() {
    for target in ["mount", "dump", "events", "bills", "containers", "exports", "profiles"] {
        let seeds = files(&format!("seeds/{target}"));
        assert!(seeds.len() >= 10, "{} seeds of {target}", seeds.len());
        seeds.iter().for_each(|path| check(target, path));
    }
}
