//! The dumps of a fleet as tables: every format holds the same rows, the questions that `examples/fleet`
//! asks have the planted answers, the sums are the ledger's, and no file stops the others.
//!
//! DuckDB and Spark read the tables of 2,000 terminals in `.ci/fleet`.
#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests are tests"
)]

#[path = "../../examples/fleet/make/mod.rs"]
mod make;

mod answers;
mod hostile;
mod rows;
mod same;
mod sums;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::{env, fs};

use make::Planted;

/// A directory that goes when the test does.
struct Dir(PathBuf);

impl Dir {
    fn new(name: &str) -> Self {
        let dir = env::temp_dir().join(format!("pos-journal-fleet-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).unwrap();
        Dir(dir)
    }

    fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Names and bytes, and what was planted in them.
type Small = (Vec<(String, Vec<u8>)>, Planted);

/// A small fleet on disk: the last of its terminals with an older dump is 220, so this one has one too.
fn small() -> &'static Small {
    static FLEET: OnceLock<Small> = OnceLock::new();
    FLEET.get_or_init(|| {
        let mut files = Vec::new();
        let planted = make::fleet(90, 7, |name, bytes| {
            files.push((name.to_string(), bytes.to_vec()));
            Ok(())
        });
        (files, planted.unwrap())
    })
}

fn write(dir: &Path) -> &'static Planted {
    let (files, planted) = small();
    fs::create_dir_all(dir.join("dumps")).unwrap();
    for (name, bytes) in files {
        fs::write(dir.join("dumps").join(name), bytes).unwrap();
    }
    fs::write(dir.join("acquirers.toml"), make::ACQUIRERS).unwrap();
    planted
}

/// Runs the program in a directory.
fn run(dir: &Path, args: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_pos-journal"));
    program.current_dir(dir).args(args).env("LC_ALL", "C").output().unwrap()
}

/// Exports the fleet of a directory, with what else is asked for.
fn export(dir: &Path, out: &str, more: &[&str]) -> Output {
    let args =
        ["export", "dumps", "-o", out, "--acquirers", "acquirers.toml", "--as-of", make::AS_OF];
    run(dir, &[&args, more].concat())
}

/// Files below a directory, by their path in it.
fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// `SCHEMA.md` is what the code says.
#[test]
fn the_schema_is_documented() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/fleet/SCHEMA.md");
    let says = pos_journal::host::fleet_schema();
    if env::var_os("POS_REGENERATE").is_some() {
        fs::write(&path, &says).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == says, "POS_REGENERATE=1 cargo test --features cli --test fleet writes it anew");
}
