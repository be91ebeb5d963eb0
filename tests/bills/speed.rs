//! Rows per second of each reader: printed, and a floor asserted where the build is optimised.
//!
//! `cargo test --release --features cli --test bills speed -- --nocapture`

use std::io::Read;
use std::sync::Arc;
use std::time::Instant;

use pos_journal::host::bills::Tally;

use super::{make, reader};

/// A head, one row again and again, an end: without holding it all.
struct Endless {
    parts: [Arc<[u8]>; 3],
    left: [u64; 3],
    at: usize,
}

impl Endless {
    fn new(head: &[u8], row: &[u8], end: &[u8], rows: u64) -> Self {
        // Several rows at a time.
        const TIMES: usize = 100;
        let rows = rows / TIMES as u64;
        Self {
            parts: [head.into(), row.repeat(TIMES).into(), end.into()],
            left: [1, rows, 1],
            at: 0,
        }
    }
}

impl Read for Endless {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let Some(now) = self.left.iter().position(|left| *left > 0) else { return Ok(0) };
        let rest = &self.parts[now][self.at..];
        let n = rest.len().min(out.len());
        out[..n].copy_from_slice(&rest[..n]);
        self.at += n;
        if self.at == self.parts[now].len() {
            self.at = 0;
            self.left[now] -= 1;
        }
        // An empty part is not the end.
        if n == 0 && self.left.iter().any(|left| *left > 0) { self.read(out) } else { Ok(n) }
    }
}

/// The seconds that this thread had a processor: others may be busy on the machine. Where the system
/// does not tell, the time that passed.
struct Stopwatch(Instant, Option<f64>);

impl Stopwatch {
    fn start() -> Self {
        Self(Instant::now(), Self::on_processor())
    }

    fn on_processor() -> Option<f64> {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        text.split(' ').next()?.parse::<f64>().ok().map(|nanoseconds| nanoseconds / 1e9)
    }

    fn seconds(&self) -> f64 {
        match self.1.zip(Self::on_processor()) {
            Some((from, to)) => to - from,
            None => self.0.elapsed().as_secs_f64(),
        }
    }
}

/// What stands before a row, and the row.
type Parts = (Vec<u8>, Vec<u8>);

/// The file's lines before the row with this number, this row, and nothing behind.
fn parts(bytes: &[u8], row: usize) -> Parts {
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    (lines[..row].concat(), lines[row].to_vec())
}

#[test]
fn rows_per_second() {
    let rows: u64 = if cfg!(debug_assertions) { 20_000 } else { 1_000_000 };
    let files: Vec<(&str, Parts)> = vec![
        ("WeChat trade", parts(make::wechat().as_bytes(), 1)),
        ("WeChat fund", parts(make::wechat_fund().as_bytes(), 1)),
        ("Alipay trade (GBK)", parts(&make::gbk(&make::alipay()), 5)),
        ("Alipay account (GBK)", parts(&make::gbk(&make::alipay_account()), 5)),
        ("Leshua trade (GBK)", parts(&make::gbk(&make::leshua("|")), 1)),
        ("Leshua payouts", (Vec::new(), make::payout(1, 1, "", "").into_bytes())),
        ("lcsw", parts(make::lcsw().as_bytes(), 0)),
        ("UnionPay ZM", parts(&make::zm(), 0)),
        ("UnionPay ZME", parts(&make::zme(), 0)),
        ("neutral CSV", parts(make::neutral().as_bytes(), 1)),
    ];
    for (name, (head, row)) in files {
        let bytes = head.len() as u64 + rows * row.len() as u64;
        let stream = Endless::new(&head, &row, b"", rows);
        let mut bill =
            reader().stream(name, stream).remove(0).unwrap_or_else(|(_, e)| panic!("{e}"));
        let begun = Stopwatch::start();
        let good = bill.by_ref().filter(Result::is_ok).count() as u64;
        let read = begun.seconds();
        assert_eq!(good, rows, "{name}");
        println!(
            "{name:22} {:>9.0} rows/s, {:>6.1} MB/s, {rows} rows in {read:.2} s",
            rows as f64 / read,
            bytes as f64 / read / 1e6
        );
        // 1,000,000 in 10 s is the goal of a whole reconciliation; reading must be a part of it.
        assert!(cfg!(debug_assertions) || read < 4.0, "{name}: {read} s");
    }
}

#[test]
fn sums_and_duplicates_too() {
    let rows: u64 = if cfg!(debug_assertions) { 20_000 } else { 1_000_000 };
    let (head, row) = parts(make::wechat().as_bytes(), 1);
    let mut bill = reader()
        .stream("x", Endless::new(&head, &row, b"", rows))
        .remove(0)
        .unwrap_or_else(|(_, e)| panic!("{e}"));
    let mut tally = Tally::new();
    let begun = Stopwatch::start();
    let twice =
        bill.by_ref().filter(|row| tally.add(row.as_ref().unwrap()).is_some()).count() as u64;
    println!("WeChat trade with sums: {rows} rows in {:.2} s", begun.seconds());
    assert_eq!(twice, rows - 1);
    assert_eq!(tally.lines().next().unwrap().amount, i128::from(rows) * 10_000);
}
