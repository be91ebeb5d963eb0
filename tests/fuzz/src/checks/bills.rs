//! The readers of bills stand any file, and so does the reconciliation with it: both end, in bounded
//! memory, what they print steers no terminal, and no fen is lost between journal and bill.
//!
//! | the first byte, modulo 6 | the rest is |
//! |---|---|
//! | 0, 1 | a bill, which is read, and written as neutral CSV and read again |
//! | 2, 3 | a bill, against a journal |
//! | 4 | the till's list |
//! | 5 | a bank statement |

use std::io::Cursor;
use std::sync::OnceLock;

use pos_journal::dump::Image;
use pos_journal::host::bills::{BillRow, Reader, Tally};
use pos_journal::host::{
    Exit, Format, Given, Lang, ReconcileFailed, Style, bill_neutral, reconciled,
};

use super::shop;

/// Checks one input.
pub fn check(data: &[u8]) {
    let Some((&first, rest)) = data.split_first() else { return };
    let reader = reader();
    let format = if first & 0x80 == 0 { Format::Table } else { Format::Json };
    match first % 6 {
        0 | 1 => again(reader, rest),
        2 | 3 => against(rest, None, None, format),
        4 => against(shop::BILL.as_bytes(), Some(rest), None, format),
        _ => against(shop::BILL.as_bytes(), None, Some(rest), format),
    }
}

fn reader() -> &'static Reader {
    static READER: OnceLock<Reader> = OnceLock::new();
    READER.get_or_init(|| Reader::new(None, Vec::new()).expect("the built-in facts"))
}

/// The good rows, and how many are bad.
pub fn rows(reader: &Reader, bytes: &[u8]) -> (Vec<BillRow>, u64) {
    let (mut rows, mut bad) = (Vec::new(), 0);
    let mut tally = Tally::new();
    for bill in reader.stream("bill", Cursor::new(bytes.to_vec())) {
        let Ok(mut bill) = bill else { continue };
        for row in &mut bill {
            match row {
                Ok(row) => {
                    drop(tally.add(&row));
                    rows.push(row);
                }
                Err(wrong) => {
                    bad += 1;
                    tally.reject();
                    for text in [wrong.to_string(), wrong.fault.say(Lang::Zh)] {
                        assert!(text.len() < 2000, "{text}");
                    }
                }
            }
        }
        tally.finish(&bill);
        let findings = bill.findings();
        assert!(findings.len() <= 1001, "{} findings", findings.len());
        for finding in findings {
            assert!(finding.say(Lang::En).len() < 4000, "{}", finding.say(Lang::En));
        }
    }
    drop(tally.findings("all"));
    (rows, bad)
}

/// What is written as neutral CSV is read as the same rows.
pub fn again(reader: &Reader, bytes: &[u8]) {
    let (first, _) = rows(reader, bytes);
    let text = bill_neutral(reader, Cursor::new(bytes.to_vec())).expect("a vector has room");
    let (second, bad) = rows(reader, &text);
    // The neutral format has no row without a time.
    let timed: Vec<_> = first.iter().filter(|row| row.time.is_some()).collect();
    assert_eq!(second.len() as u64 + bad, first.len() as u64, "{}", String::from_utf8_lossy(&text));
    assert_eq!(second.len(), timed.len(), "{}", String::from_utf8_lossy(&text));
    let facts = |row: &BillRow| {
        let what = (row.kind, row.state, row.flow, row.method, row.currency);
        (what, row.amount, row.fee, row.net, row.time, row.clearing_date)
    };
    for (a, b) in timed.into_iter().zip(&second) {
        assert_eq!(facts(a), facts(b), "{}", String::from_utf8_lossy(&text));
    }
}

/// The journal's payments all end somewhere, whatever the files say.
fn against(bill: &[u8], till: Option<&[u8]>, bank: Option<&[u8]>, format: Format) {
    let image = shop::image();
    let image = Image::open(&image).expect("a journal");
    for lang in [Lang::En, Lang::Zh] {
        let given = Given {
            image: &image,
            bill: bill.to_vec(),
            till: till.map(<[u8]>::to_vec),
            bank: bank.map(<[u8]>::to_vec),
            rates: shop::RATES,
            now: shop::NOW,
            weak: true,
        };
        match reconciled(given, reader(), Style { format, lang }) {
            // A list that is none is refused.
            Err(ReconcileFailed::Config(..)) => {
                assert!(till.is_some(), "nothing else is read here")
            }
            Err(error) => panic!("{error}"),
            Ok((text, exit)) => printed(&text, exit, format, lang),
        }
    }
}

fn printed(text: &str, exit: Exit, format: Format, lang: Lang) {
    let is_plain = |c: char| c == '\n' || !c.is_control();
    assert!(text.chars().all(is_plain), "{text:?}");
    if format == Format::Json {
        let facts: serde_json::Value = serde_json::from_str(text).expect("JSON");
        assert_eq!(facts["matches"].as_bool(), Some(exit == Exit::Clean), "the exit status");
        let sums = ["totals", "not_examined"].map(|key| sum(&facts[key]));
        assert_eq!(sums.iter().sum::<i64>(), shop::TOTAL, "the journal's total: {text}");
    } else {
        let last = text.lines().last().unwrap_or_default();
        let matches = ["everything matches", "全部一致"].contains(&last);
        assert_eq!(matches, exit == Exit::Clean, "{lang:?}: {text}");
    }
}

fn sum(of: &serde_json::Value) -> i64 {
    let all = of.as_array().into_iter().flatten();
    all.filter_map(|one| one["journal_minor"].as_i64()).sum()
}
