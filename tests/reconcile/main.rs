//! Journals against bills: known differences are planted, all have to be found and none invented.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests are tests"
)]

mod apart;
mod bank;
mod fees;
#[path = "../bills/make.rs"]
#[allow(dead_code, reason = "another test needs the rest")]
mod make;
mod million;
mod money;
mod paid;
mod parts;
mod planted;
mod printed;
mod random;
mod shop;
mod table;
mod till;
mod write;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use clap::Parser;
use pos_journal::host::{Exit, ReconcileArgs, reconcile_report};
use serde_json::Value;

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    args: ReconcileArgs,
}

/// A directory of its own, removed at the end.
struct Dir(PathBuf);

impl Dir {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir()
            .join(format!("pos-journal-reconcile-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run(args: &[&str]) -> (String, Exit) {
    let now: &[&str] =
        if args.contains(&"--as-of") { &[] } else { &["--as-of", "2026-11-25T12:00:00"] };
    let args = Cli::parse_from(["reconcile", "--lang", "en"].iter().chain(now).chain(args)).args;
    let mut out = Vec::new();
    // The sums tie, or this is an error.
    let exit = reconcile_report(&args, &mut out).unwrap();
    (String::from_utf8(out).unwrap(), exit)
}

/// Every payment and row, by its class.
fn rows(args: &[&str]) -> (Vec<Value>, Exit) {
    let (text, exit) = run(&[args, &["--format", "jsonl"]].concat());
    (text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), exit)
}

fn json(args: &[&str]) -> (Value, Exit) {
    let (text, exit) = run(&[args, &["--format", "json"]].concat());
    (serde_json::from_str(&text).unwrap(), exit)
}

/// Class and standing, and the numbers of what is in it: the payment's, or the row's.
fn classes(rows: &[Value]) -> BTreeMap<String, Vec<String>> {
    let mut classes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows {
        let class = match (&row["class"], &row["standing"]) {
            (Value::String(class), Value::String(standing)) if class == "journal_only" => {
                format!("{class} {standing}")
            }
            (class, _) => class.as_str().unwrap().to_string(),
        };
        let number = [&row["order"], &row["reference"], &row["bill_number"]];
        let number = number.into_iter().find_map(Value::as_str).unwrap_or_default();
        classes.entry(class).or_default().push(number.into());
    }
    classes.values_mut().for_each(|numbers| numbers.sort());
    classes
}
