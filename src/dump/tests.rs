//! Dumps that no terminal ever wrote: random bytes, changed images, and lies with a CRC that fits.

use super::*;
use crate::flash::{RamFlash, Region};
use crate::journal::{Begin, Begun, Journal, OutcomeOf};
use crate::log::parts::Draft;
use crate::log::{FormatAs, HEADER_BYTES, Mode, SectorHeader, Seed, Settings, Shape, kind};
use crate::record::{
    Amount, Condition, Currency, EntryMode, Moment, Record, Reference, TransactionKind, Verdict,
};

type Chip = RamFlash<Vec<u8>, 8, 1024>;

const SECTORS: u32 = 4;
const SECTOR: u32 = 4096;

/// Random numbers that are the same at every run (xorshift64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}

/// A small journal: its dump.
pub(super) fn dump(payments: u32) -> Vec<u8> {
    let region = Region::new(0, SECTORS * SECTOR);
    let settings = Settings { sector_bytes: SECTOR, quiet_ms: 0, ..Settings::new() };
    let chip = Chip::owned(region.bytes() as usize).unwrap();
    let mut journal: Journal<_, 8, 1> =
        Journal::format(chip, region, &settings, FormatAs::live(7)).unwrap();
    for n in 0..payments {
        let begin = Begin {
            book: 0,
            kind: TransactionKind::Sale,
            amount: Amount::new(1_000),
            currency: Currency::THB,
            entry: EntryMode::CONTACTLESS,
            condition: Condition::NORMAL,
            moment: Moment::default(),
            pan: None,
            card_sequence: None,
            reference: Reference::new(&format!("R-{n}")).ok(),
            original: None,
            ..Begin::new(0, TransactionKind::Sale, Amount::ZERO, Currency::CNY)
        };
        let Begun::New { item, .. } = journal.begin(&begin).unwrap() else { panic!() };
        let verdict = Verdict::Approved { completed: true };
        journal.outcome(item, verdict, &OutcomeOf::default()).unwrap();
    }
    journal.into_flash().image().to_vec()
}

/// Reads whatever it is, and shows it.
fn read_all(bytes: &[u8]) {
    if let Ok(image) = Image::open(bytes) {
        let found = outline(&image);
        assert!(found.verification.findings().len() <= bytes.len() + 8);
    }
}

#[test]
fn random_bytes_are_no_journal() {
    let mut random = Random(1);
    for len in [0, 1, 31, 32, 127, 128, 4096, 65_537] {
        let bytes: Vec<u8> = (0..len).map(|_| random.next() as u8).collect();
        assert_eq!(
            Image::open(&bytes).err(),
            Some(NotReadable::NotAJournal).filter(|_| len > 0).or(Some(NotReadable::Blank))
        );
    }
    assert_eq!(Image::open(&[0xFF; 4096]).err(), Some(NotReadable::Blank));
}

#[test]
fn a_changed_image_is_read_without_a_panic() {
    let clean = dump(90);
    let mut random = Random(2);
    for _ in 0..1_500 {
        let mut bytes = clean.clone();
        for _ in 0..=random.below(6) {
            let (at, to) = (random.below(bytes.len()), random.below(bytes.len()));
            match random.below(5) {
                0 => bytes[at] = random.next() as u8,
                1 => bytes.truncate(at.max(200)),
                2 => bytes.copy_within(at..(at + 300).min(to.max(at)), to.saturating_sub(300)),
                3 => bytes[at..].iter_mut().take(to % 600).for_each(|b| *b = 0xFF),
                _ => bytes[at..].iter_mut().take(to % 90).for_each(|b| *b ^= random.next() as u8),
            }
        }
        read_all(&bytes);
    }
}

/// Fills a region of any shape with frames of any content whose CRC fits.
fn forged(random: &mut Random) -> Vec<u8> {
    let anchor_log2 = 7 + random.below(3) as u8;
    let shape = Shape {
        unit_log2: random.below(4) as u8,
        anchor_log2,
        sector_bytes: (4 + random.below(4) as u32) << anchor_log2,
        sectors: 2 + random.below(5) as u16,
        frame_max: 48.max((1 << anchor_log2) / 2).min(264),
        tail_bytes: 0,
    };
    let layout = crate::log::Layout::new(shape, shape.sector_bytes).unwrap();
    let mut bytes = vec![0xFF; layout.region_bytes() as usize];
    for sector in 0..layout.sectors() {
        let epoch = sector + layout.sectors() * random.below(3) as u32;
        let header = SectorHeader {
            shape,
            format_id: 1,
            epoch,
            wear: 1,
            mode: Mode::Live,
            formatting: sector == 0 && random.below(4) == 0,
        };
        let base = layout.address(sector, 0) as usize;
        if random.below(8) > 0 {
            bytes[base..base + HEADER_BYTES].copy_from_slice(&header.encode(sector));
        }
        let (mut off, mut seq) = (layout.first_frame(), random.below(50) as u32);
        let kinds = [kind::COMMIT, kind::PART, kind::BOOT, kind::COPY, kind::FREED, kind::LOSS];
        loop {
            let small = layout.anchor() as usize * 4;
            let payload: Vec<u8> = (0..random.below(layout.payload_max()))
                .map(|i| if i < 13 && i % 4 > 0 { 0 } else { random.below(small) as u8 })
                .collect();
            let kind = match random.below(3) {
                0 => kinds[random.below(kinds.len())],
                1 => crate::record::KINDS[random.below(crate::record::KINDS.len())].0,
                _ => random.next() as u8,
            };
            let Some(at) = layout.place(off, payload.len()) else { break };
            let mut buf = [0; 264];
            let draft = Draft { kind, seq, payload: [&payload, &[]] };
            let seed = Seed { format_id: 1, epoch };
            let total = draft.encode(&layout, seed, sector, at, &mut buf).unwrap();
            let from = base + at as usize;
            bytes[from..from + total].copy_from_slice(&buf[..total]);
            off = at + total as u32;
            seq += u32::from(kind::is_record(kind)) + random.below(10) as u32 / 9;
        }
    }
    bytes
}

#[test]
fn a_forged_image_is_read_without_a_panic() {
    let mut random = Random(3);
    let mut readable = 0;
    for _ in 0..1_500 {
        let bytes = forged(&mut random);
        readable += u32::from(Image::open(&bytes).is_ok());
        read_all(&bytes);
    }
    assert!(readable > 1_000, "only {readable} were read at all");
}

/// Changes the first record of a kind and makes its CRC fit again.
fn lie(bytes: &mut [u8], change: impl Fn(&mut Record) -> bool) -> Spot {
    let copy = bytes.to_vec();
    let image = Image::open(&copy).unwrap();
    let layout = *image.layout();
    let mut ignored = Vec::new();
    let survey = sectors::survey(&image, &mut ignored);
    for sector in survey.in_use() {
        for piece in &sector.pieces {
            let Ok(mut record) = Record::decode(piece.kind, piece.payload) else { continue };
            if !change(&mut record) {
                continue;
            }
            let mut buf = [0; 256];
            let payload = record.encode(&mut buf).unwrap();
            assert_eq!(payload.len(), piece.payload.len());
            let draft = Draft { kind: piece.kind, seq: piece.seq, payload: [payload, &[]] };
            let seed = Seed { format_id: image.format_id(), epoch: sector.epoch };
            let mut frame = [0; 264];
            let total = draft.encode(&layout, seed, sector.index, piece.off, &mut frame).unwrap();
            let at = layout.address(sector.index, piece.off) as usize;
            bytes[at..at + total].copy_from_slice(&frame[..total]);
            return image.spot(sector.index, piece.off);
        }
    }
    panic!("no such record");
}

fn classes(bytes: &[u8]) -> Vec<Class> {
    let found = verify(&Image::open(bytes).unwrap());
    found.findings().iter().map(|f| f.class).collect()
}

#[test]
fn another_amount_with_a_crc_that_fits_is_found_at_the_next_checkpoint() {
    let mut bytes = dump(90);
    assert_eq!(classes(&bytes), []);
    lie(&mut bytes, |record| match record {
        Record::Intent(intent) => {
            intent.amount = Amount::new(1_001);
            true
        }
        _ => false,
    });
    let found = verify(&Image::open(&bytes).unwrap());
    let texts: Vec<&str> = found.findings().iter().map(|f| f.text.as_str()).collect();
    assert!(found.findings().iter().all(|f| f.class == Class::Checkpoint), "{texts:?}");
    assert!(texts.iter().any(|t| t.contains("totals of book 0")), "{texts:?}");
}

#[test]
fn a_decline_made_of_an_approval_is_found() {
    let mut bytes = dump(90);
    lie(&mut bytes, |record| match record {
        Record::Outcome(outcome) => {
            outcome.verdict = Verdict::Declined;
            true
        }
        _ => false,
    });
    assert!(classes(&bytes).contains(&Class::Checkpoint));
}

#[test]
fn a_short_dump_says_how_much_is_missing_and_is_read_as_far_as_it_goes() {
    let bytes = dump(20);
    let cut = &bytes[..bytes.len() - 5_000];
    let found = verify(&Image::open(cut).unwrap());
    let text = &found.findings()[0].text;
    assert!(text.contains("last 5000 are missing"), "{text}");
    assert_eq!(found.findings()[0].class, Class::Length);
    assert!(found.records() >= 40);
}

#[test]
fn damage_is_named_by_address_and_sequence_number() {
    let mut bytes = dump(20);
    let spot = lie(&mut bytes, |record| matches!(record, Record::Outcome(o) if o.item.0 == 7));
    bytes[spot.address as usize + 3] ^= 0x10;
    let found = verify(&Image::open(&bytes).unwrap());
    let damage = &found.findings()[0];
    assert_eq!((damage.class, damage.at, damage.seqs), (Class::Damaged, Some(spot), Some((8, 8))));
    assert!(damage.text.contains("record 8 was here"), "{}", damage.text);
}
