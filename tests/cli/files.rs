//! What those commands say that write files, in both languages: kept in `files.txt`.

use std::fmt::Write;
use std::path::Path;

use super::run::{folder, run};

const LINES: [&str; 9] = [
    "evidence orphaned.gz TILL-STUCK --now 2026-03-04 -o bundle",
    "evidence orphaned.gz TILL-STUCK --now 2026-03-04 -o bundle",
    "evidence orphaned.gz NOBODY --now 2026-03-04 -o none",
    "report orphaned.gz --now 2026-03-04 -o page.html",
    "report text.gz --now 2026-03-04 -o none.html",
    "report orphaned.gz --now 2026-03-04 -o none/page.html",
    "export orphaned.gz clean.gz text.gz --now 2026-03-04T00:00:00Z -o tables",
    "export orphaned.gz clean.gz --now 2026-03-04T00:00:00Z --format csv -o csv",
    "export orphaned.gz -o tables",
];

/// No test can know how long it took.
fn timeless(text: &str) -> String {
    let is_number = |word: &str| word.parse::<f64>().is_ok();
    let mut words: Vec<String> = text.split(' ').map(String::from).collect();
    for at in 0..words.len() {
        let unit = words.get(at + 1).map(|unit| unit.trim_end_matches([',', ';']));
        if matches!(unit, Some("s" | "秒" | "MB/s")) && is_number(&words[at]) {
            words[at] = "[..]".into();
        }
    }
    words.join(" ")
}

#[test]
fn what_is_said_of_written_files() {
    let mut said = String::new();
    for lang in ["en", "zh"] {
        let dumps = ["cli/dumps/orphaned.gz", "cli/dumps/clean.gz", "cli/dumps/text.gz"];
        let folder = folder(&format!("files-{lang}"), &dumps);
        for line in LINES {
            let line = format!("{line} --lang {lang}");
            let done = run(&folder, &line);
            writeln!(said, "$ pos-journal {line}\n? {}", done.status.code().unwrap()).unwrap();
            for text in [&done.stdout, &done.stderr] {
                said += &timeless(core::str::from_utf8(text).unwrap());
            }
            said += "\n";
        }
    }
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/files.txt");
    if std::env::var_os("TRYCMD").is_some_and(|what| what == "overwrite") {
        std::fs::write(&kept, &said).unwrap();
    }
    let kept = std::fs::read_to_string(kept).unwrap();
    for (now, kept) in said.split("$ ").zip(kept.split("$ ")) {
        assert_eq!(now, kept);
    }
    assert_eq!(said, kept);
}
