//! What goes out through `export` is what lies on the chip, and whatever happens to it is found.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::single_range_in_vec_init,
    reason = "helpers of tests are tests"
)]

use core::convert::Infallible;
use core::ops::Range;

use embedded_storage::nor_flash::{ErrorType, NorFlash, ReadNorFlash};
use pos_journal::dump::{Class, Export, Image, NotAnExport, compare, outline, verify};
use pos_journal::flash::{RamFlash, RamFlashError, Region};
use pos_journal::journal::{Begin, Begun, Exported, Journal, OutcomeOf, export};
use pos_journal::log::{FormatAs, Settings};
use pos_journal::record::{Amount, Currency, EntryMode, TransactionKind, Verdict};

type Chip = RamFlash<Vec<u8>, 8, 1024>;
type Terminal = Journal<Torn, 8, 1>;

const SECTOR: u32 = 4096;
const SECTORS: u32 = 4;
/// Not at the start of the chip.
const REGION: Region = Region::new(SECTOR, SECTORS * SECTOR);

/// A chip with units that cannot be read.
struct Torn {
    chip: Chip,
    bad: Vec<Range<u32>>,
}

impl ErrorType for Torn {
    type Error = RamFlashError;
}

impl ReadNorFlash for Torn {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), RamFlashError> {
        let end = offset + bytes.len() as u32;
        if self.bad.iter().any(|bad| bad.start < end && offset < bad.end) {
            return Err(RamFlashError::PowerIsOff);
        }
        self.chip.read(offset, bytes)
    }

    fn capacity(&self) -> usize {
        self.chip.capacity()
    }
}

impl NorFlash for Torn {
    const WRITE_SIZE: usize = 8;
    const ERASE_SIZE: usize = 1024;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), RamFlashError> {
        self.chip.erase(from, to)
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), RamFlashError> {
        self.chip.write(offset, bytes)
    }
}

fn sale(amount: u64) -> Begin {
    Begin {
        entry: EntryMode::CONTACTLESS,
        ..Begin::new(0, TransactionKind::Sale, Amount::new(amount), Currency::THB)
    }
}

/// A journal with so many payments.
fn journal(payments: u32) -> Terminal {
    let chip = Chip::owned((SECTOR * (SECTORS + 2)) as usize).unwrap();
    let settings = Settings { sector_bytes: SECTOR, quiet_ms: 0, ..Settings::new() };
    let chip = Torn { chip, bad: Vec::new() };
    let mut journal = Terminal::format(chip, REGION, &settings, FormatAs::live(7)).unwrap();
    pay(&mut journal, payments);
    journal
}

fn pay(journal: &mut Terminal, payments: u32) {
    for n in 0..payments {
        let begin = sale(100 + u64::from(n));
        let Begun::New { item, .. } = journal.begin(&begin).unwrap() else { panic!() };
        let verdict = Verdict::Approved { completed: true };
        journal.outcome(item, verdict, &OutcomeOf::default()).unwrap();
    }
}

fn region_of(journal: Terminal) -> Vec<u8> {
    let chip = journal.into_flash().chip;
    chip.image()[REGION.start() as usize..REGION.end() as usize].to_vec()
}

fn stream(journal: &mut Terminal) -> (Vec<u8>, Exported) {
    let mut out = Vec::new();
    let exported = journal.export(|bytes| {
        assert!((1..=256).contains(&bytes.len()));
        out.extend_from_slice(bytes);
        Ok::<(), Infallible>(())
    });
    (out, exported.unwrap())
}

#[test]
fn what_arrives_is_what_lies_there() {
    for payments in [0, 3, 70] {
        let mut journal = journal(payments);
        journal.flash_mut().chip.reset_counts();
        let (out, exported) = stream(&mut journal);
        let counts = journal.flash_mut().chip.counts();
        assert_eq!((counts.programs, counts.erases), (0, 0), "it only reads");
        let read = Export::read(&out).unwrap();
        let raw = region_of(journal);
        assert!(read.is_whole());
        assert_eq!(read.bytes(), raw);
        assert_eq!((read.crc(), read.start()), (Some(exported.crc), REGION.start()));
        assert_eq!((exported.bytes as usize, exported.unreadable), (out.len(), 0));
        let (one, other) = (Image::of_export(&read).unwrap(), Image::open(&raw).unwrap());
        assert_eq!(outline(&one), outline(&other));
        assert!(verify(&one).is_clean());
        println!("{payments} payments: {} bytes of stream for {}", out.len(), raw.len());
    }
}

/// Whether a stream says that something is wrong with it.
fn is_noticed(stream: &[u8]) -> bool {
    let Ok(read) = Export::read(stream) else { return true };
    let Ok(image) = Image::of_export(&read) else { return true };
    verify(&image).findings().iter().any(|found| found.class == Class::Export)
}

#[test]
fn one_flipped_bit_is_found_wherever_it_is() {
    let (out, _) = stream(&mut journal(12));
    assert!(!is_noticed(&out));
    for at in 0..out.len() {
        let mut changed = out.clone();
        changed[at] ^= 1 << (at % 8);
        assert!(is_noticed(&changed), "byte {at} of {}", out.len());
    }
}

#[test]
fn a_cut_a_gap_and_a_tail_are_found() {
    let (out, _) = stream(&mut journal(12));
    for length in 1..out.len() {
        assert!(is_noticed(&out[..length]), "cut after {length}");
    }
    for gap in (32..out.len() - 40).step_by(7) {
        let lacks = [&out[..gap], &out[gap + 40..]].concat();
        assert!(is_noticed(&lacks), "without 40 bytes from {gap}");
    }
    let more = [&out[..], b"\r\n"].concat();
    assert!(is_noticed(&more));
    assert_eq!(Export::read(&out[1..]), Err(NotAnExport::Foreign));
    assert_eq!(Export::read(&out[..40]), Err(NotAnExport::Damaged));
}

/// Where the spans of a stream begin, the end among them.
fn spans(stream: &[u8]) -> Vec<usize> {
    let mut all = vec![32];
    while let Some(&at) = all.last().filter(|at| stream[**at] != b'Z') {
        let length = u32::from_le_bytes(stream[at + 5..at + 9].try_into().unwrap()) as usize;
        all.push(at + 13 + if stream[at] == b'B' { length } else { 0 });
    }
    all
}

#[test]
fn a_span_that_is_missing_is_named() {
    let (out, _) = stream(&mut journal(12));
    for pair in spans(&out).windows(2) {
        let lacks = [&out[..pair[0]], &out[pair[1]..]].concat();
        let read = Export::read(&lacks).unwrap();
        assert!(!read.is_whole());
        let found = verify(&Image::of_export(&read).unwrap());
        let export = found.findings().iter().find(|found| found.class == Class::Export).unwrap();
        assert!(export.at.is_some() && export.bytes.is_some(), "{export:?}");
    }
}

#[test]
fn parts_of_two_exports_do_not_pass_for_one() {
    let mut terminal = journal(12);
    let (one, _) = stream(&mut terminal);
    pay(&mut terminal, 20);
    let (other, _) = stream(&mut terminal);
    let differ = one.iter().zip(&other).position(|(one, other)| one != other).unwrap();
    let (from, into) = (spans(&one), spans(&other));
    let at = from.iter().rposition(|at| *at <= differ).unwrap() + 1;
    assert_eq!(from[at - 1], into[at - 1]);
    let mixed = [&one[..from[at]], &other[into[at]..]].concat();
    assert!(!Export::read(&mixed).unwrap().is_whole());
}

#[test]
fn damage_takes_no_more_than_its_span_along() {
    let mut terminal = journal(70);
    let (mut out, _) = stream(&mut terminal);
    let raw = region_of(terminal);
    let written = &raw[SECTOR as usize + 512..][..32];
    let at = out.windows(32).position(|bytes| bytes == written).unwrap();
    out[at] ^= 1;
    let read = Export::read(&out).unwrap();
    let differs = raw.iter().zip(read.bytes()).filter(|(one, other)| one != other).count();
    assert!(read.bytes().len() == raw.len() && differs <= 256, "{differs} bytes are gone");
    let found = verify(&Image::of_export(&read).unwrap());
    let export = found.findings().iter().find(|found| found.class == Class::Export).unwrap();
    assert!(export.at.is_some() && export.bytes == Some(256), "{export:?}");
    println!("{export:?}");
}

#[test]
fn what_the_chip_cannot_read_is_said_and_not_filled_in() {
    let clean = outline(&Image::open(&region_of(journal(12))).unwrap());
    let lost = clean.records[10].at.address;
    let unit = lost - lost % 8;
    let free = SECTOR * 3 + 1000;
    let at = |unit: u32| REGION.start() + unit..REGION.start() + unit + 8;
    let mut terminal = journal(12);
    terminal.flash_mut().bad = vec![at(unit), at(free - free % 8), at(free - free % 8 + 8)];
    let (out, exported) = stream(&mut terminal);
    assert_eq!(exported.unreadable, 24);
    let read = Export::read(&out).unwrap();
    assert!(read.is_whole());
    assert_eq!(read.unreadable(), [unit..unit + 8, free - free % 8..free - free % 8 + 16]);
    let found = verify(&Image::of_export(&read).unwrap());
    let unreadable: Vec<_> =
        found.findings().iter().filter(|found| found.class == Class::Unreadable).collect();
    assert_eq!(unreadable[0].at.unwrap().address, unit);
    let lost = clean.records[10].seq.0;
    assert!(found.findings().iter().any(|found| found.seqs == Some((lost, lost))), "{found:#?}");
    assert_eq!(found.records() as usize, clean.records.len() - 1, "that record is gone, no other");
}

#[test]
fn a_sink_that_fails_ends_it() {
    let mut journal = journal(3);
    for most in 0..8 {
        let mut calls = 0;
        let result = journal.export(|_| {
            calls += 1;
            if calls > most { Err("the line is gone") } else { Ok(()) }
        });
        assert_eq!((result, calls), (Err("the line is gone"), most + 1));
    }
}

#[test]
fn a_region_that_does_not_mount_is_exported_too() {
    let chip = Chip::owned((SECTOR * (SECTORS + 2)) as usize).unwrap();
    let mut chip = Torn { chip, bad: vec![REGION.start()..REGION.end()] };
    chip.chip.write(REGION.start() + SECTOR, b"garbage!").unwrap();
    let mut out = Vec::new();
    let sink = |bytes: &[u8]| {
        out.extend_from_slice(bytes);
        Ok::<(), Infallible>(())
    };
    let exported = export(&mut chip, REGION, sink).unwrap();
    assert_eq!(exported.unreadable, REGION.bytes());
    assert!(Export::read(&out).unwrap().is_whole());
    assert!(exported.bytes < 100);
}

#[cfg(feature = "cli")]
#[test]
fn the_program_reads_it() {
    let run = |command: &str, bytes: &[u8]| {
        let name = format!("pos-journal-export-{}-{command}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, bytes).unwrap();
        let program = env!("CARGO_BIN_EXE_pos-journal");
        let out = std::process::Command::new(program).arg(command).arg(&path).output().unwrap();
        std::fs::remove_file(&path).unwrap();
        (out.status.code(), String::from_utf8_lossy(&out.stdout).into_owned())
    };
    let (out, _) = stream(&mut journal(12));
    let (code, text) = run("verify", &out);
    assert_eq!(code, Some(0), "{text}");
    assert!(run("show", &out).1.contains("sale"));
    let mut changed = out.clone();
    changed[out.len() / 2] ^= 4;
    let (code, text) = run("verify", &changed);
    assert!(code == Some(1) && text.contains("export"), "{text}");
    assert_eq!(run("verify", &out[..33]).0, Some(3));
}

#[test]
fn an_export_is_found_behind_what_the_line_said_before() {
    let mut terminal = journal(20);
    let (out, _) = stream(&mut terminal);
    let captured = [b"boot ok\r\n> PJEX ".as_slice(), &out].concat();
    let export = Export::within(&captured).unwrap();
    assert_eq!(export.bytes(), region_of(terminal));
    let found = verify(&Image::of_export(&export).unwrap());
    let classes: Vec<_> = found.findings().iter().map(|finding| finding.class).collect();
    assert_eq!(classes, [Class::Export]);
    assert_eq!(Export::within(b"PJEX, and nothing of an export behind it at all"), None);
}

#[test]
fn what_the_second_dump_cannot_show_is_not_told_as_reclaimed() {
    let mut terminal = journal(110);
    let (out, _) = stream(&mut terminal);
    let first = Export::read(&out).unwrap();
    let first = Image::of_export(&first).unwrap();
    // The oldest sector, as a whole: the next one's commit says that it was in use.
    let oldest = outline(&first).records[0].at.sector;
    let there = outline(&first).records.iter().filter(|r| r.at.sector == oldest).count();
    let from = REGION.start() + oldest * SECTOR;
    terminal.flash_mut().bad = vec![from..from + SECTOR];
    let (out, _) = stream(&mut terminal);
    let second = Export::read(&out).unwrap();
    let compared = compare(&first, &Image::of_export(&second).unwrap());
    assert!(there < outline(&first).records.len(), "another sector is in use");
    assert_eq!((compared.reclaimed, compared.lost.len()), (0, there));
}
