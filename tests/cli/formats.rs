//! Every command that lists something does it in every format, and no format depends on the language.

use super::run::{folder, run};

const LINES: [&str; 11] = [
    "show clean.gz",
    "open orphaned.gz --as-of last",
    "txn clean.gz 3",
    "explain shop.gz --now 2026-03-09 --bill bill.csv",
    "batches clean.gz",
    "map damaged.gz",
    "verify damaged.gz",
    "diff older.gz continued.gz",
    "salvage damaged.gz",
    "bill bill.csv",
    "reconcile shop.gz --bill bill.csv",
];

/// The names of all fields, whatever is in them.
fn keys(value: &serde_json::Value, into: &mut std::collections::BTreeSet<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            for (name, value) in fields {
                into.insert(name.clone());
                keys(value, into);
            }
        }
        serde_json::Value::Array(values) => values.iter().for_each(|value| keys(value, into)),
        _ => {}
    }
}

/// What a reader of this format takes for names.
fn names(format: &str, text: &str) -> Vec<String> {
    let mut names = std::collections::BTreeSet::new();
    match format {
        "json" => keys(&serde_json::from_str(text).unwrap(), &mut names),
        "jsonl" => text.lines().for_each(|l| keys(&serde_json::from_str(l).unwrap(), &mut names)),
        _ => {
            let mut rows = csv::Reader::from_reader(text.as_bytes());
            let heads = rows.headers().unwrap().iter().map(String::from).collect();
            // A row with more or fewer fields is an error.
            assert!(rows.records().map(Result::unwrap).count() > 0, "{text}");
            return heads;
        }
    }
    names.into_iter().collect()
}

#[test]
fn every_command_has_every_format() {
    let folder = folder(
        "formats",
        &[
            "cli/dumps/clean.gz",
            "cli/dumps/orphaned.gz",
            "cli/dumps/damaged.gz",
            "cli/dumps/older.gz",
            "cli/dumps/continued.gz",
            "explain/dumps/shop.gz",
            "explain/dumps/bill.csv",
        ],
    );
    for line in LINES {
        for format in ["json", "jsonl", "csv"] {
            let [en, zh] = ["en", "zh"].map(|lang| {
                let done = run(&folder, &format!("{line} --format {format} --lang {lang}"));
                assert!(matches!(done.status.code(), Some(0 | 1)), "{line}: {done:?}");
                let text = String::from_utf8(done.stdout).unwrap();
                // Colours and bars are for terminals.
                assert!(!text.contains('\u{1b}'), "{line} {format}");
                names(format, &text)
            });
            assert_eq!(en, zh, "{line} {format}");
            assert!(en.len() > 1 && en.iter().all(|name| name.is_ascii()), "{line}: {en:?}");
        }
    }
}
