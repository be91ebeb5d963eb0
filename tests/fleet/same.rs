//! The same rows, whatever the format, the partition and the number of workers.

use std::fs;

use super::rows::rows;
use super::{Dir, export, files, write};

const TABLES: [&str; 4] = ["payments", "records", "open_items", "dumps"];

#[test]
fn every_format_and_partition_holds_the_same_rows() {
    let dir = Dir::new("same");
    write(&dir.0);
    for partition in ["terminal-day", "day"] {
        for format in ["parquet", "jsonl", "csv"] {
            let out = format!("{partition}-{format}");
            let ended = export(&dir.0, &out, &["--format", format, "--partition", partition]);
            assert_eq!(ended.status.code(), Some(2), "three files are no dumps: {ended:?}");
        }
    }
    for table in TABLES {
        let all = rows(&dir.join("terminal-day-parquet"), table);
        assert!(all.len() >= if table == "open_items" { 4 } else { 90 }, "{table}: {}", all.len());
        for format in ["parquet", "jsonl", "csv"] {
            for partition in ["terminal-day", "day"] {
                let others = rows(&dir.join(&format!("{partition}-{format}")), table);
                assert_eq!(all.len(), others.len(), "{table} as {format} by {partition}");
                let differs = all.iter().zip(&others).find(|(a, b)| a != b);
                assert_eq!(differs, None, "{table} as {format} by {partition}");
            }
        }
    }
    let days = files(&dir.join("day-parquet/payments")).len();
    let terminals = files(&dir.join("terminal-day-parquet/payments")).len();
    assert!(days < 10 && terminals > 300, "{days} files by day, {terminals} by terminal and day");
}

#[test]
fn files_do_not_depend_on_the_number_of_workers() {
    let dir = Dir::new("jobs");
    write(&dir.0);
    export(&dir.0, "one", &["--jobs", "1", "--partition", "terminal-day"]);
    export(&dir.0, "five", &["--jobs", "5", "--partition", "terminal-day"]);
    let (one, five) = (files(&dir.join("one")), files(&dir.join("five")));
    assert_eq!(one.len(), five.len());
    for (a, b) in one.iter().zip(&five) {
        assert_eq!(
            a.strip_prefix(dir.join("one")).unwrap(),
            b.strip_prefix(dir.join("five")).unwrap()
        );
        assert!(fs::read(a).unwrap() == fs::read(b).unwrap(), "{}", a.display());
    }
}
