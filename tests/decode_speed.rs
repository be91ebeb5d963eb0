//! How fast a dump is read, on one core.
#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests are tests")]

use pos_journal::dump::{Image, outline, salvage, verify};
use pos_journal::flash::{RamFlash, Region};
use pos_journal::journal::{Begin, Begun, Journal, OutcomeOf};
use pos_journal::log::{FormatAs, Settings};
use pos_journal::record::{
    Amount, Condition, Currency, EntryMode, Moment, Rrn, SettleClass, TransactionKind,
    TruncatedPan, Uptime, Verdict,
};

type Chip = RamFlash<Vec<u8>, 8, 4096>;

/// A region that is full to its last sectors with payments and their settlements.
fn dump(bytes: u32, sector: u32) -> Vec<u8> {
    let region = Region::new(0, bytes);
    let settings = Settings { sector_bytes: sector, quiet_ms: 0, ..Settings::new() };
    let chip = Chip::owned(bytes as usize).unwrap();
    let mut journal: Journal<_, 8, 1> =
        Journal::format(chip, region, &settings, FormatAs::live(7)).unwrap();
    let mut n = 0u32;
    // More than fit: the ring has gone round, as in a terminal that has been in use for long.
    while n < bytes / 60 {
        n += 1;
        let begin = Begin {
            book: 0,
            kind: TransactionKind::Sale,
            amount: Amount::new(u64::from(n) + 1_000),
            currency: Currency::CNY,
            entry: EntryMode::CONTACTLESS,
            condition: Condition::NORMAL,
            moment: Moment { local_seconds: 1_790_000_000 + n, ..Moment::default() },
            pan: TruncatedPan::from_pan("6222020200112341234").ok(),
            card_sequence: None,
            // A reference would be looked for in the whole log each time.
            reference: None,
            original: None,
            ..Begin::new(0, TransactionKind::Sale, Amount::ZERO, Currency::CNY)
        };
        let Begun::New { item, .. } = journal.begin(&begin).unwrap() else { panic!() };
        let of = OutcomeOf { rrn: Rrn::new(&format!("{n:012}")).ok(), ..OutcomeOf::default() };
        journal.outcome(item, Verdict::Approved { completed: true }, &of).unwrap();
        if n.is_multiple_of(100) {
            journal.close_batch(0).unwrap();
            journal.settle_attempt(0, Uptime(0)).unwrap();
            journal.settle_answer(0, SettleClass::Balanced, None).unwrap();
            journal.batch_closed(0).unwrap();
        }
    }
    journal.into_flash().image().to_vec()
}

/// Seconds that this thread has run: what others do on the machine is not in it.
fn busy() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    let nanoseconds: f64 = text.split(' ').next().unwrap().parse().unwrap();
    nanoseconds / 1e9
}

/// The fastest of some runs.
fn time(name: &str, bytes: usize, mut work: impl FnMut()) -> f64 {
    let mut best = f64::MAX;
    for _ in 0..5 {
        let started = busy();
        work();
        best = best.min(busy() - started);
    }
    let speed = bytes as f64 / 1e6 / best;
    println!("{name}: {bytes} bytes in {best:.4} s, {speed:.0} MB/s");
    speed
}

#[test]
#[ignore = "long run: in a release build, cargo test --release --features std --test decode_speed -- --ignored --nocapture"]
fn dumps_are_read_fast() {
    for (bytes, sector) in [(4 << 20, 4096), (4 << 20, 65_536)] {
        let started = busy();
        let dump = dump(bytes, sector);
        println!("written in {:.1} s", busy() - started);
        // For whoever wants to see where the time goes: perf record pos-journal verify FILE.
        let file = format!("{}/{sector}.bin", env!("CARGO_TARGET_TMPDIR"));
        std::fs::write(file, &dump).unwrap();
        let image = Image::open(&dump).unwrap();
        let found = verify(&image);
        assert!(found.is_clean(), "{:?}", found.findings().first());
        println!("sectors of {sector}: {} records", found.records());
        // Floors that a machine with other work on it reaches: half of what was seen there.
        let verify = time("verify", dump.len(), || assert!(verify(&image).is_clean()));
        let show = time("show", dump.len(), || assert!(!outline(&image).records.is_empty()));
        let salvage = time("salvage", dump.len(), || assert!(salvage(&image).is_clean()));
        assert!(verify > 80.0 && show > 20.0 && salvage > 12.0, "{verify} {show} {salvage}");
    }
}
