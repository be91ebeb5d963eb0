//! `net_minor` adds up to what the ledger says of each open batch.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use pos_journal::dump::{Image, outline};
use pos_journal::record::{Record, Totals, TotalsRow};

use super::rows::{Row, rows};
use super::{Dir, export, run, write};

/// By dump, book, batch and currency.
type Sums = BTreeMap<(String, String, u32, String), i64>;

fn of_rows(all: &[Row]) -> Sums {
    let mut sums = Sums::new();
    for row in all.iter().filter(|row| !row["net_minor"].is_empty()) {
        let batch = row["batch"].parse().unwrap();
        let key = (row["dump"].clone(), row["book"].clone(), batch, row["currency"].clone());
        *sums.entry(key).or_default() += row["net_minor"].parse::<i64>().unwrap();
    }
    sums
}

/// Every sum of an open batch; returns how many there are that are not nothing.
fn tie(sums: &Sums, name: &str, path: &Path) -> usize {
    let bytes = fs::read(path).unwrap();
    let Ok(image) = Image::open(&bytes) else { return 0 };
    let mut seen = 0;
    for book in outline(&image).books {
        let mut ledger: BTreeMap<String, i64> = BTreeMap::new();
        for row in book.totals.rows() {
            let net = row.net();
            let minor = net.debit.amount.minor() as i64 - net.credit.amount.minor() as i64;
            *ledger.entry(row.currency.to_string()).or_default() += minor;
        }
        for (currency, expected) in ledger {
            let key = (name.into(), book.book.to_string(), book.batch.get(), currency);
            let sum = sums.get(&key).copied().unwrap_or_default();
            assert_eq!(sum, expected, "{key:?}");
            seen += usize::from(expected != 0);
        }
    }
    seen
}

#[test]
fn sums_are_the_ledgers() {
    let dir = Dir::new("sums");
    write(&dir.0);
    export(&dir.0, "out", &[]);
    let sums = of_rows(&rows(&dir.join("out"), "payments"));
    let seen: usize = (0..90)
        .map(|n| {
            let name = format!("dumps/terminal-{n:05}.bin");
            tie(&sums, &name, &dir.join(&name))
        })
        .sum();
    assert!(seen > 60, "{seen}");
}

/// Tips, completions, voided refunds, offline sales: the golden image of version 2 has every kind.
#[test]
fn sums_of_every_kind_are_the_ledgers() {
    let dir = Dir::new("kinds");
    let golden = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v2.bin");
    let name = golden.to_str().unwrap();
    assert!(run(&dir.0, &["export", name, "-o", "out"]).status.success());
    let all = rows(&dir.join("out"), "payments");
    let sums = of_rows(&all);
    let bytes = fs::read(&golden).unwrap();
    let mut told: BTreeMap<(u8, u32), Totals> = BTreeMap::new();
    for shown in outline(&Image::open(&bytes).unwrap()).records {
        if let Record::Freeze(freeze) = shown.record {
            told.insert((freeze.book, freeze.batch.get()), freeze.totals);
        }
    }
    // Of the first batch some payments are reclaimed already; in the last some completed after its
    // figures were sent.
    for batch in [45, 46] {
        let net = |row: &TotalsRow| {
            row.net().debit.amount.minor() as i64 - row.net().credit.amount.minor() as i64
        };
        let expected: i64 = told[&(0, batch)].rows().iter().map(net).sum();
        let key = (name.to_string(), "0".to_string(), batch, "764".to_string());
        assert_eq!(sums[&key], expected, "batch {batch}");
        assert!(expected > 20_000);
    }
    let kinds: std::collections::BTreeSet<&str> =
        all.iter().map(|row| row["kind"].as_str()).collect();
    assert!(kinds.len() >= 12, "{kinds:?}");
}
