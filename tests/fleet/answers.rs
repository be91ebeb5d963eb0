//! The questions of `examples/fleet/*.sql`, asked here in Rust, have the planted answers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::make::AS_OF_S;
use super::rows::{Row, rows};
use super::{Dir, export, write};

fn seconds(time: &str) -> i64 {
    time.parse::<jiff::Timestamp>().unwrap().as_second()
}

fn number(text: &str) -> i64 {
    text.parse().unwrap()
}

/// Rows of dumps that no other supersedes.
fn current(all: Vec<Row>, dumps: &[Row]) -> Vec<Row> {
    let old = |row: &Row| {
        let dump = dumps.iter().find(|dump| dump["dump"] == row["dump"]).unwrap();
        !dump["superseded_by"].is_empty()
    };
    all.into_iter().filter(|row| !old(row)).collect()
}

fn sorted(mut rows: Vec<Value>) -> Vec<String> {
    rows.sort_by_key(Value::to_string);
    rows.iter().map(Value::to_string).collect()
}

#[test]
fn what_was_planted_is_found_and_nothing_else() {
    let dir = Dir::new("answers");
    let planted = write(&dir.0).answers();
    export(&dir.0, "out", &["--format", "jsonl"]);
    let table = |name: &str| rows(&dir.join("out"), name);
    let dumps = table("dumps");
    let superseded = dumps.iter().filter(|dump| !dump["superseded_by"].is_empty()).count();
    assert_eq!(superseded, 1, "terminal 9 was dumped on Wednesday too");
    let payments = current(table("payments"), &dumps);

    let orphans = table("open_items").into_iter().filter(|o| number(&o["age_seconds"]) > 86_400);
    let orphans = orphans.map(|o| {
        let (amount, age) = (number(&o["amount_minor"]), number(&o["age_seconds"]));
        json!([
            o["terminal_id"].trim_start_matches('\''),
            o["acquirer"],
            o["currency"],
            1,
            amount,
            age
        ])
    });
    assert_eq!(sorted(orphans.collect()), sorted(planted["orphans"].clone()));
    assert!(planted["orphans"].len() >= 6);

    let mut unsettled: BTreeMap<(&str, &str), (u32, i64)> = BTreeMap::new();
    for p in payments.iter().filter(|p| !p["net_minor"].is_empty() && p["settlement"] != "closed") {
        let sum = unsettled.entry((&p["acquirer"], &p["currency"])).or_default();
        *sum = (sum.0 + 1, sum.1 + number(&p["net_minor"]));
    }
    let unsettled = unsettled.into_iter().map(|((a, c), (n, sum))| json!([a, c, 2, n, sum]));
    assert_eq!(sorted(unsettled.collect()), sorted(planted["unsettled"].clone()));
    assert_eq!(planted["unsettled"].len(), 3);

    let mut minutes: BTreeMap<i64, (BTreeSet<String>, u32)> = BTreeMap::new();
    for r in current(table("records"), &dumps) {
        if r["kind"] == "Outcome" && ["91", "96", "98"].contains(&r["code"].as_str()) {
            let at = seconds(&r["time_utc"]);
            let minute = minutes.entry(at - at % 60).or_default();
            minute.0.insert(r["terminal_id"].clone());
            minute.1 += 1;
        }
    }
    let clusters = minutes.into_iter().filter(|(_, (tills, _))| tills.len() >= 5);
    let clusters = clusters.map(|(minute, (tills, n))| json!([minute, tills.len(), n]));
    assert_eq!(sorted(clusters.collect()), sorted(planted["clusters"].clone()));
    assert_eq!(planted["clusters"].len(), 3);

    let bill = super::small().1.bill().to_string();
    let mut csv = csv::Reader::from_reader(bill.as_bytes());
    let credited: BTreeSet<(String, String)> = csv
        .deserialize()
        .map(Result::<Row, _>::unwrap)
        .filter(|row| row["state"] == "final")
        .map(|row| (row["tid"].clone(), row["rrn"].clone()))
        .collect();
    let late = payments.iter().filter(|p| {
        let is_due = !p["late_after_utc"].is_empty() && seconds(&p["late_after_utc"]) < AS_OF_S;
        let key = (p["tid"].trim_start_matches('\'').to_string(), p["rrn"].clone());
        is_due && p["undone_by"].is_empty() && !credited.contains(&key)
    });
    let late = late.map(|p| {
        let tid = p["terminal_id"].trim_start_matches('\'');
        let net = number(&p["net_minor"]);
        json!([p["acquirer"], tid, p["rrn"], net, p["currency"], p["due_date"]])
    });
    assert_eq!(sorted(late.collect()), sorted(planted["uncredited"].clone()));
    assert!(planted["uncredited"].len() >= 8);
}
