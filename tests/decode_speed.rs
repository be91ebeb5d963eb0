//! How fast a dump is read, on one core.
#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests are tests")]

use pos_journal::dump::{Image, outline, salvage, verify};
use pos_journal::flash::{RamFlash, Region};
use pos_journal::journal::{Begin, Begun, Journal, OutcomeOf};
use pos_journal::log::{FormatAs, Settings};
use pos_journal::record::{
    Amount, Condition, Currency, Emv, EntryMode, Moment, Rrn, Sealed, SettleClass, TransactionKind,
    TruncatedPan, Uptime, Verdict,
};

type Chip = RamFlash<Vec<u8>, 8, 4096>;

/// What DE55 of a chip sale keeps for its reversal: tags 95, 9F1E, 9F10, 9F36, DF31, 9F26, 9F34.
fn chip_data() -> Option<Emv> {
    let mut tlv = vec![0x95, 5, 0, 0, 4, 0x80, 0, 0x9F, 0x1E, 8];
    tlv.extend(b"00000007");
    tlv.extend([0x9F, 0x10, 19, 7, 1, 1, 3, 0xA0, 0, 2, 1, 10, 1]);
    tlv.extend([0xC3; 9]);
    tlv.extend([0x9F, 0x36, 2, 0, 7, 0xDF, 0x31, 5, 0x20, 0, 0, 0, 0]);
    tlv.extend([0x9F, 0x26, 8, 0x9D, 0x21, 0xB7, 0x44, 0xE0, 0x5A, 0xC1, 0x3F]);
    tlv.extend([0x9F, 0x34, 3, 0x1E, 3, 0]);
    Some(Emv::new(&tlv).unwrap())
}

/// A region that is full to its last sectors with payments and their settlements: contactless ones
/// with nothing besides, or chip cards, of which the sealed number and the chip data are kept.
fn dump(bytes: u32, sector: u32, inserted: bool) -> Vec<u8> {
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
            entry: if inserted { EntryMode::CHIP } else { EntryMode::CONTACTLESS },
            sealed: Sealed::new(&[0xC5; 32]).ok().filter(|_| inserted),
            emv: chip_data().filter(|_| inserted),
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

/// The fastest of some runs, each long enough for a clock that ticks every 4 ms.
fn time(name: &str, bytes: usize, mut work: impl FnMut()) -> f64 {
    let mut best = f64::MAX;
    for _ in 0..5 {
        let (started, mut times) = (busy(), 0);
        while times == 0 || busy() - started < 0.2 {
            work();
            times += 1;
        }
        best = best.min((busy() - started) / f64::from(times));
    }
    let speed = bytes as f64 / 1e6 / best;
    println!("{name}: {bytes} bytes in {best:.4} s, {speed:.0} MB/s");
    speed
}

#[test]
#[ignore = "long run: in a release build, cargo test --release --features std --test decode_speed -- --ignored --nocapture"]
fn dumps_are_read_fast() {
    for (bytes, sector, chip) in
        [(4 << 20, 4096, false), (4 << 20, 65_536, false), (4 << 20, 4096, true)]
    {
        let started = busy();
        let dump = dump(bytes, sector, chip);
        println!("written in {:.1} s", busy() - started);
        // For whoever wants to see where the time goes: perf record pos-journal verify FILE.
        let of = if chip { "chip" } else { "contactless" };
        let file = format!("{}/{of}-{sector}.bin", env!("CARGO_TARGET_TMPDIR"));
        std::fs::write(file, &dump).unwrap();
        let image = Image::open(&dump).unwrap();
        let found = verify(&image);
        assert!(found.is_clean(), "{:?}", found.findings().first());
        println!("{of} sales, sectors of {sector}: {} records", found.records());
        // Floors that a machine with other work on it reaches: half of what was seen there.
        let verify = time("verify", dump.len(), || assert!(verify(&image).is_clean()));
        let show = time("show", dump.len(), || assert!(!outline(&image).records.is_empty()));
        let salvage = time("salvage", dump.len(), || assert!(salvage(&image).is_clean()));
        assert!(verify > 80.0 && show > 20.0 && salvage > 12.0, "{verify} {show} {salvage}");
    }
}
