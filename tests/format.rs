//! The format, held still: a golden image per version is kept for ever, and the worked
//! example in FORMAT.md is decoded here, so that the document cannot go stale.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // helpers of tests

use pos_journal::flash::{RamFlash, Region};
use pos_journal::journal::{Begin, Begun, Journal, OutcomeOf};
use pos_journal::log::{FormatAs, Mode, SectorHeader, Seed, Settings, kind};
use pos_journal::record::*;

#[path = "format/trade.rs"]
mod trade;

type Chip = RamFlash<Vec<u8>, 1, 4096>;
type Till = Journal<Chip, 4, 1, 256>;

const REGION: Region = Region::new(0, 16 * 1024);
const FORMAT_ID: u32 = 0x504A_0001;

fn settings() -> Settings {
    Settings { quiet_ms: 0, ..Settings::new() }
}

fn sale(n: u64) -> Begin {
    Begin {
        book: 0,
        kind: TransactionKind::Sale,
        amount: Amount::new(1_000 + n),
        currency: Currency::new(156, 2).unwrap(),
        entry: EntryMode::CONTACTLESS,
        condition: Condition::NORMAL,
        moment: Moment {
            local_seconds: 1_790_000_000 + 60 * n as u32,
            utc_offset_quarters: 32,
            clock: Clock::Set,
            boot: 1,
            uptime: Uptime(5_000 * n),
        },
        pan: Some(TruncatedPan::from_pan("6222020000001234").unwrap()),
        card_sequence: None,
        reference: n.is_multiple_of(3).then(|| Reference::new(&format!("R-{n:04}")).unwrap()),
        original: None,
        ..Begin::new(0, TransactionKind::Sale, Amount::ZERO, Currency::CNY)
    }
}

/// Images that are kept for ever: of before there were marks, with marks, with the whole trade, and as they
/// are written now: 'just paid' counts as kept.
const GOLDEN: [&str; 4] = ["v1.bin", "v1-marks.bin", "v2.bin", "v2-paid.bin"];

fn path(name: &str) -> std::path::PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "golden", name].iter().collect()
}

fn golden(name: &str) -> Vec<u8> {
    std::fs::read(path(name)).unwrap()
}

#[test]
fn the_same_script_writes_the_same_bytes_as_ever() {
    let bytes = trade::script();
    if std::env::var("POS_JOURNAL_NEW_GOLDEN").is_ok() {
        std::fs::write(path(GOLDEN[3]), &bytes).unwrap();
    }
    let golden = golden(GOLDEN[3]);
    let first = bytes.iter().zip(&golden).position(|(a, b)| a != b);
    assert_eq!((bytes.len(), first), (golden.len(), None), "the format has changed");
}

#[test]
fn the_golden_images_are_read_as_what_was_written() {
    GOLDEN[..2].iter().for_each(|name| is_read_as_written(golden(name)));
    GOLDEN[2..].iter().for_each(|name| trade::is_read_as_written(golden(name)));
}

/// The firmware is updated in the field: it goes on where version 0.1 stopped.
#[test]
fn a_journal_of_version_0_1_goes_on() {
    for name in &GOLDEN[..2] {
        let chip = Chip::owned_image(golden(name)).unwrap();
        let mut till = Till::mount(chip, REGION, &settings()).unwrap();
        let (item, _) = till.ledger().items().map(|i| (i.seq(), i.stan())).next().unwrap();
        till.attempt(item, Uptime(1)).unwrap();
        till.answer(item, AnswerClass::Done, None).unwrap();
        let before = till.ledger().totals(0).unwrap().rows()[0].sales;
        // Some laps of the ring, so that every sector is written anew.
        for n in 0..300 {
            let reference = Reference::new(&format!("V2-{n}")).ok();
            let begin = Begin { reference, ..sale(n) };
            let Begun::New { item, .. } = till.begin(&begin).unwrap() else { panic!() };
            let approved = Verdict::Approved { completed: true };
            till.outcome(item, approved, &OutcomeOf::default()).unwrap();
            if n == 20 {
                let sales = till.ledger().totals(0).unwrap().rows()[0].sales;
                assert_eq!(sales.count, before.count + 21, "the batch of version 0.1 goes on");
            }
            if n % 100 == 20 {
                till.close_batch(0).unwrap();
                till.settle_attempt(0, Uptime(1)).unwrap();
                till.settle_answer(0, SettleClass::Balanced, None).unwrap();
                till.batch_closed(0).unwrap();
            }
            if n % 70 == 50 {
                let ledger = till.ledger().clone();
                till = Till::mount(till.into_flash(), REGION, &settings()).unwrap();
                assert_eq!(*till.ledger(), ledger);
                assert_eq!(till.skipped_records(), 0);
            }
        }
        assert_eq!(till.ledger().batch(0).unwrap(), Batch::new(6).unwrap());
    }
}

fn is_read_as_written(image: Vec<u8>) {
    let chip = Chip::owned_image(image).unwrap();
    let mut till = Till::mount(chip, REGION, &settings()).unwrap();
    assert_eq!(till.skipped_records(), 0);
    assert!(till.report().lost.is_empty() && till.report().damaged == 0);
    let ledger = till.ledger();
    assert_eq!(ledger.batch(0).unwrap(), Batch::new(3).unwrap());
    assert_eq!(ledger.next_stan(0).unwrap(), Stan::new(264).unwrap());
    let open: Vec<_> = ledger.items().map(|item| (item.stan().get(), item.amount())).collect();
    assert_eq!(open, [(263, Amount::new(1_999))]);
    let sums = *ledger.totals(0).unwrap().rows().first().unwrap();
    // 59 payments since the second close, less those declined, never sent and reversed.
    let counted = (201..260u64).filter(|n| !matches!(n % 10, 8 | 9) && n % 7 != 1);
    let (count, sum) = counted.fold((0, 0), |(c, s), n| (c + 1, s + 1_000 + n));
    assert_eq!((sums.sales.count, sums.sales.amount), (count, Amount::new(sum)));
    let receipt = till.status(&Reference::new("R-0258").unwrap()).unwrap().known();
    assert!(receipt.is_some());
}

/// The hex lines of FORMAT.md that follow a marker, as bytes.
fn example(marker: &str) -> Vec<u8> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/FORMAT.md")).unwrap();
    let start = text.find(marker).unwrap_or_else(|| panic!("FORMAT.md has no {marker:?}"));
    let block = text[start..].split("```").nth(1).unwrap();
    let hex: String = block
        .lines()
        .skip(1)
        .flat_map(|line| line.split('|').next().unwrap().split_whitespace())
        .collect();
    (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()).collect()
}

#[test]
fn the_worked_example_is_the_golden_image() {
    let golden = golden(GOLDEN[0]);
    // The sector that FORMAT.md shows.
    let base = 4096 * EXAMPLE_SECTOR;
    let header = example("Example: a sector header");
    assert_eq!(header, golden[base..base + 32]);
    let decoded = SectorHeader::decode(EXAMPLE_SECTOR as u32, header[..].try_into().unwrap());
    let decoded = decoded.unwrap();
    assert_eq!(
        (decoded.format_id, decoded.mode, decoded.formatting),
        (FORMAT_ID, Mode::Live, false)
    );
    assert_eq!(decoded.epoch as usize % 4, EXAMPLE_SECTOR);
    let seed = Seed { format_id: decoded.format_id, epoch: decoded.epoch };

    let commit = example("Example: a commit");
    assert_eq!(commit, golden[base + 32..base + 32 + commit.len()]);
    let first_seq = u32::from_le_bytes(commit[2..6].try_into().unwrap());
    let body = commit.len() - 4;
    let crc = u32::from_le_bytes(commit[body..].try_into().unwrap());
    assert_eq!(commit[1], kind::COMMIT);
    assert_eq!(crc, seed.frame_crc((base + 32) as u32, first_seq, &commit[..body]));

    let frame = example("Example: a record");
    let at = base + 32 + commit.len();
    assert_eq!(frame, golden[at..at + frame.len()]);
    let body = frame.len() - 4;
    let crc = u32::from_le_bytes(frame[body..].try_into().unwrap());
    assert_eq!(crc, seed.frame_crc(at as u32, first_seq, &frame[..body]));
    let record = Record::decode(frame[1], &frame[2..body]).unwrap();
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/FORMAT.md")).unwrap();
    let shown = format!("{record:?}");
    assert!(text.contains(&shown), "FORMAT.md should say\n{shown}");
}

/// The sector of the golden image whose first bytes FORMAT.md shows.
const EXAMPLE_SECTOR: usize = 2;

#[test]
fn the_readme_shows_the_example_that_runs() {
    let root = env!("CARGO_MANIFEST_DIR");
    let readme = std::fs::read_to_string(format!("{root}/README.md")).unwrap();
    let example = std::fs::read_to_string(format!("{root}/examples/first_payment.rs")).unwrap();
    let shown = example.split("// README begin\n").nth(1).unwrap();
    let shown = shown.split("// README end").next().unwrap();
    for line in shown.lines().map(|line| line.strip_prefix("    ").unwrap_or(line)) {
        assert!(readme.contains(line.trim_end()), "the README lacks {line:?}");
    }
}
