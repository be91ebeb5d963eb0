//! The demo proves what it claims: an honest terminal that is killed agrees with its acquirers, and
//! one that sends before its intent is durable does not, nor one that is hasty about an order.
#![cfg(feature = "cli")]
#![allow(clippy::expect_used)]

use std::path::PathBuf;
use std::process::{Command, Output};

/// Runs the demo over so many payments in a directory of its own.
fn demo(name: &str, seed: u32, payments: u32, options: &[&str]) -> Output {
    let dir = std::env::temp_dir().join(format!("demo-test-{}-{name}-{seed}", std::process::id()));
    let output = Command::new(env!("CARGO_BIN_EXE_pos-journal"))
        .args(["demo", "--transactions", &payments.to_string(), "--seed", &seed.to_string()])
        .arg("--dir")
        .arg(&dir)
        .args(options)
        .output()
        .expect("the program starts");
    std::fs::remove_dir_all(&dir).expect("the demo made its directory");
    output
}

fn said(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    format!("{}\n{}", String::from_utf8_lossy(out), String::from_utf8_lossy(err))
}

/// The number in the row of the table that begins with `what`.
fn row(output: &Output, what: &str) -> u32 {
    let text = said(output);
    let begins = |line: &&str| line.trim_start_matches(['│', ' ']).starts_with(what);
    let line = text.lines().find(begins).expect("the table has this row");
    let number = line.split(|c: char| !c.is_ascii_digit()).find(|number| !number.is_empty());
    number.and_then(|number| number.parse().ok()).expect("the row has a number")
}

#[test]
fn a_terminal_that_is_killed_agrees_with_its_acquirers() {
    let output = demo("honest", 1, 40, &["--kills", "8"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(row(&output, "payments "), 40);
    let kills = row(&output, "kills");
    let inside = row(&output, "inside a program") + row(&output, "inside an erase");
    assert!(kills >= 8, "{kills} kills");
    assert!(3 * inside >= 8, "{inside} inside a program or an erase");
    assert!(said(&output).contains("pos-journal verify"), "it says what to run next");
}

/// About five seconds.
#[test]
fn all_kinds_in_two_books_agree_payment_by_payment() {
    let output = demo("kinds", 3, 120, &["--kills", "6"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let text = said(&output);
    let taken = |book: &str| {
        let of_book = |line: &&str| line.starts_with(&format!("│ {book} "));
        let count = |line: &str| line.split('┆').nth(2).and_then(|n| n.trim().parse().ok());
        let counts: Vec<u32> = text.lines().filter(of_book).filter_map(count).collect();
        (counts.iter().sum::<u32>(), counts.iter().filter(|count| **count > 0).count())
    };
    let ((cards, card_kinds), (orders, order_kinds)) = (taken("cards"), taken("wallet"));
    // An inquiry leaves nothing that has to be kept.
    assert!(cards + orders >= 115 && cards + orders <= 120, "{cards} + {orders} payments");
    assert!(card_kinds >= 11 && order_kinds == 2, "{card_kinds} + {order_kinds} kinds");
    assert!(row(&output, "settlements balanced") >= 4, "each book twice");
}

#[test]
fn without_loss_and_kills_nothing_is_reversed_for_lack_of_an_answer() {
    let output = demo("calm", 2, 40, &["--kills", "0", "--drop-percent", "0"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(row(&output, "orphans found"), 0);
}

/// A kill has to fall between the send and the record: some seed does it, nearly every one.
#[test]
fn a_terminal_that_sends_before_the_intent_is_durable_is_found_out() {
    is_found_out("durable-before-send", 60, "20");
}

/// A second copy of a cancel has to come after the question: some order meets it.
#[test]
fn a_terminal_that_does_not_wait_for_the_hold_off_is_found_out() {
    is_found_out("no-hold-off", 150, "4");
}

fn is_found_out(broken: &str, payments: u32, kills: &str) {
    let options = ["--kills", kills, "--break", broken];
    let output = (1..=12)
        .map(|seed| demo(broken, seed, payments, &options))
        .find(|output| output.status.code() == Some(1) && said(output).contains("DIFFER"))
        .expect("the comparison fails for one of these seeds");
    let named = said(&output).lines().any(|line| line.contains("│ R-000"));
    assert!(named, "the differing payments are named:\n{}", said(&output));
}

#[test]
fn a_directory_that_holds_a_journal_is_left_alone() {
    let dir: PathBuf = std::env::temp_dir().join(format!("demo-test-{}-taken", std::process::id()));
    std::fs::create_dir_all(&dir).expect("a directory");
    std::fs::write(dir.join("journal.img"), b"mine").expect("a file");
    let output = Command::new(env!("CARGO_BIN_EXE_pos-journal"))
        .args(["demo", "--transactions", "1", "--dir"])
        .arg(&dir)
        .output()
        .expect("the program starts");
    let kept = std::fs::read(dir.join("journal.img")).expect("it is still there");
    std::fs::remove_dir_all(&dir).expect("it was made above");
    assert_eq!((output.status.code(), kept.as_slice()), (Some(2), b"mine".as_slice()));
    assert!(said(&output).contains("exists already"), "{}", said(&output));
}
