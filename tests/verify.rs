//! `verify` finds any changed byte of a dump, unless the byte held nothing that counts.
#![cfg(feature = "std")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests are tests"
)]

use std::sync::atomic::{AtomicUsize, Ordering};

use pos_journal::dump::{Class, Image, Verification, outline, verify};
use pos_journal::flash::{RamFlash, Region};
use pos_journal::journal::{Begin, Begun, Journal, OutcomeOf};
use pos_journal::ledger::{Duty, SettleStep};
use pos_journal::log::{FormatAs, Maintained, Settings};
use pos_journal::record::{
    Amount, AnswerClass, Batch, Condition, Currency, EntryMode, Moment, Original, Reference,
    ReversalReason, Rrn, Seq, SettleClass, TransactionKind, TruncatedPan, Uptime, Verdict,
};

const UNIT: usize = 8;
const ERASE: usize = 1024;
const SECTOR: u32 = 4096;

type Chip = RamFlash<Vec<u8>, UNIT, ERASE>;
type Terminal = Journal<Chip, 8, 1>;

fn region(sectors: u32) -> Region {
    Region::new(0, sectors * SECTOR)
}

fn settings() -> Settings {
    Settings { sector_bytes: SECTOR, quiet_ms: 0, ..Settings::new() }
}

fn formatted(sectors: u32) -> Terminal {
    let chip = Chip::owned((sectors * SECTOR) as usize).unwrap();
    Terminal::format(chip, region(sectors), &settings(), FormatAs::live(0xC0FF_EE00)).unwrap()
}

/// Power off and on again.
fn reboot(terminal: Terminal, sectors: u32) -> Terminal {
    Terminal::mount(terminal.into_flash(), region(sectors), &settings()).unwrap()
}

fn begin(terminal: &mut Terminal, n: u32, kind: TransactionKind, original: Option<Seq>) -> Seq {
    let begin = Begin {
        book: 0,
        kind,
        amount: Amount::new(1_000),
        currency: Currency::THB,
        entry: EntryMode::CONTACTLESS,
        condition: Condition::NORMAL,
        moment: Moment { local_seconds: 1_790_000_000 + n, ..Moment::default() },
        pan: TruncatedPan::from_pan("6222020200112341234").ok(),
        card_sequence: None,
        reference: n.is_multiple_of(3).then(|| Reference::new(&format!("R-{n:06}")).unwrap()),
        original: original.map(Original::ByRecord),
        ..Begin::new(0, TransactionKind::Sale, Amount::ZERO, Currency::CNY)
    };
    match terminal.begin(&begin).unwrap() {
        Begun::New { item, .. } => item,
        Begun::Existing { .. } => panic!("payment {n} is known"),
    }
}

fn approved(n: u32) -> OutcomeOf {
    OutcomeOf { rrn: Rrn::new(&format!("{n:012}")).ok(), elapsed_ms: 900, ..OutcomeOf::default() }
}

/// A payment of one of the usual kinds and ends.
fn payment(terminal: &mut Terminal, n: u32) -> Seq {
    let item = begin(terminal, n, TransactionKind::Sale, None);
    match n % 7 {
        0 => {
            terminal.outcome(item, Verdict::Declined, &OutcomeOf::default()).unwrap();
        }
        1 => {
            terminal.no_answer(item, 30_000, Uptime(5)).unwrap();
            terminal.attempt(item, Uptime(9)).unwrap();
            terminal.answer(item, AnswerClass::Done, None).unwrap();
        }
        2 => {
            let chip = Verdict::Approved { completed: false };
            terminal.outcome(item, chip, &approved(n)).unwrap();
            terminal.complete(item, None).unwrap();
        }
        3 => {
            let done = Verdict::Approved { completed: true };
            terminal.outcome(item, done, &approved(n)).unwrap();
            let void = begin(terminal, 100_000 + n, TransactionKind::Void, Some(item));
            terminal.outcome(void, done, &approved(n)).unwrap();
        }
        _ => {
            let done = Verdict::Approved { completed: true };
            terminal.outcome(item, done, &approved(n)).unwrap();
        }
    }
    item
}

fn settle(terminal: &mut Terminal) {
    terminal.close_batch(0).unwrap();
    terminal.settle_attempt(0, Uptime(0)).unwrap();
    terminal.settle_answer(0, SettleClass::Balanced, None).unwrap();
    terminal.batch_closed(0).unwrap();
}

fn idle(terminal: &mut Terminal) {
    for _ in 0..20 {
        if terminal.maintain(1_000_000).unwrap() == Maintained::Idle {
            return;
        }
    }
}

/// A journal with a history: laps of the ring, settled batches, reboots, and an open reversal.
fn lived(sectors: u32, payments: u32) -> Terminal {
    let mut terminal = formatted(sectors);
    for n in 0..payments {
        payment(&mut terminal, n);
        if n % 9 == 8 {
            settle(&mut terminal);
        }
        if n % 5 == 4 {
            idle(&mut terminal);
        }
        if n % 23 == 11 {
            terminal = reboot(terminal, sectors);
        }
    }
    let open = begin(&mut terminal, 200_000, TransactionKind::Sale, None);
    terminal.outcome(open, Verdict::Approved { completed: false }, &approved(1)).unwrap();
    terminal.reverse(open, ReversalReason::Other).unwrap();
    terminal.attempt(open, Uptime(77)).unwrap();
    terminal
}

fn check(bytes: &[u8]) -> Verification {
    verify(&Image::open(bytes).unwrap())
}

fn is_exempt(clean: &Verification, address: usize) -> bool {
    let spans = clean.exempt_spans();
    spans.iter().any(|span| (span.from as usize..span.to as usize).contains(&address))
}

/// Every byte that a change of is not found, without those that are exempt.
fn missed(bytes: &[u8], clean: &Verification) -> Vec<(usize, u8)> {
    let next = AtomicUsize::new(0);
    let search = || {
        let mut image = bytes.to_vec();
        let mut missed = Vec::new();
        loop {
            let address = next.fetch_add(1, Ordering::Relaxed);
            let Some(&byte) = bytes.get(address) else { return missed };
            if is_exempt(clean, address) {
                continue;
            }
            for changed in [byte ^ 0x01, byte ^ 0x80, 0] {
                image[address] = changed;
                let found = changed == byte
                    || Image::open(&image).map_or(true, |image| !verify(&image).is_clean());
                if !found {
                    missed.push((address, changed));
                }
            }
            image[address] = byte;
        }
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..2).map(|_| scope.spawn(search)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

fn exempt_bytes(clean: &Verification) -> usize {
    clean.exempt_spans().iter().map(|span| (span.to - span.from) as usize).sum()
}

#[test]
fn any_changed_byte_is_found() {
    let terminal = lived(6, 130);
    let chip = terminal.into_flash();
    let bytes = chip.image();
    assert!(bytes.len() <= 64 * 1024);
    let clean = check(bytes);
    assert_eq!(clean.findings(), [], "{:#?}", clean.findings());
    let exempt = exempt_bytes(&clean);
    assert!(exempt * 2 < bytes.len(), "{exempt} of {} bytes are exempt", bytes.len());
    assert_eq!(missed(bytes, &clean), [], "(address, byte) of changes that were not found");
}

#[test]
fn any_changed_byte_is_found_in_a_new_journal_and_in_one_of_two_sectors() {
    let fresh = formatted(3);
    let mut first = formatted(3);
    payment(&mut first, 4);
    let mut again = reboot(lived(2, 40), 2);
    again.due(Uptime(1 << 40)).unwrap();
    for terminal in [fresh, first, again] {
        let chip = terminal.into_flash();
        let clean = check(chip.image());
        assert_eq!(clean.findings(), []);
        assert_eq!(missed(chip.image(), &clean), []);
    }
}

#[test]
fn every_stage_of_a_journals_life_is_clean() {
    // Two sectors have no room for eleven payments and all that may become of the last.
    for (sectors, batch) in [(2, 8), (3, 11), (6, 11)] {
        let mut terminal = formatted(sectors);
        for n in 0..150 {
            payment(&mut terminal, n);
            if n % batch == batch - 1 {
                settle(&mut terminal);
            }
            if n % 4 == 3 {
                idle(&mut terminal);
            }
            if n % 13 == 5 {
                terminal = reboot(terminal, sectors);
            }
            let chip = terminal.into_flash();
            let found = check(chip.image());
            assert!(found.is_clean(), "{sectors} sectors, payment {n}: {:#?}", found.findings());
            terminal = Terminal::mount(chip, region(sectors), &settings()).unwrap();
        }
        let chip = terminal.into_flash();
        let outline = outline(&Image::open(chip.image()).unwrap());
        assert!(outline.open.is_empty());
        assert!(outline.records.len() > 10);
    }
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// What a terminal does between two power cuts; ends early when the power fails.
fn busy(terminal: &mut Terminal, n: u32) -> Result<(), String> {
    for n in n..n + 20 {
        drain(terminal)?;
        if n % 4 == 2 {
            terminal.close_batch(0).map_err(said)?;
            drain(terminal)?;
        }
        let begin = Begin {
            book: 0,
            kind: TransactionKind::Sale,
            amount: Amount::new(u64::from(n)),
            currency: Currency::THB,
            entry: EntryMode::CHIP,
            condition: Condition::NORMAL,
            moment: Moment::default(),
            pan: None,
            card_sequence: None,
            reference: None,
            original: None,
            ..Begin::new(0, TransactionKind::Sale, Amount::ZERO, Currency::CNY)
        };
        let Begun::New { item, .. } = terminal.begin(&begin).map_err(said)? else {
            panic!("no reference, no known payment")
        };
        let verdict = if n.is_multiple_of(3) {
            Verdict::NoAnswer
        } else {
            Verdict::Approved { completed: n % 3 == 1 }
        };
        terminal.outcome(item, verdict, &approved(n)).map_err(said)?;
        if n % 3 == 2 {
            terminal.complete(item, None).map_err(said)?;
        }
        terminal.maintain(1_000_000).map_err(said)?;
    }
    Ok(())
}

fn drain(terminal: &mut Terminal) -> Result<(), String> {
    while let Some(duty) = terminal.due(Uptime(1 << 40)).map_err(said)?.now() {
        pay(terminal, duty)?;
    }
    Ok(())
}

fn pay(terminal: &mut Terminal, duty: Duty) -> Result<(), String> {
    match duty {
        Duty::Reversal { item, .. } => {
            terminal.attempt(item, Uptime(1)).map_err(said)?;
            terminal.answer(item, AnswerClass::Done, None).map(drop).map_err(said)
        }
        Duty::Settle { step: SettleStep::Send | SettleStep::Repeat, .. } => {
            terminal.settle_attempt(0, Uptime(0)).map_err(said)?;
            terminal.settle_answer(0, SettleClass::Balanced, None).map_err(said)
        }
        Duty::Settle { .. } => terminal.batch_closed(0).map(drop).map_err(said),
        duty => panic!("{duty:?}"),
    }
}

#[test]
fn a_power_cut_is_told_as_torn_or_lost_until_the_next_boot_appends() {
    for sectors in [2, 3, 5] {
        let mut told = 0;
        let mut chip = formatted(sectors).into_flash();
        for cut in 0..250u32 {
            chip.set_seed(u64::from(cut * 7 + sectors) + 1);
            chip.set_cut(u64::from(cut * cut % 467) + 1);
            let mut terminal = Terminal::mount(chip, region(sectors), &settings()).unwrap();
            let _ = busy(&mut terminal, cut * 20);
            chip = terminal.into_flash();
            chip.power_on();
            chip.clear_cut();
            let found = check(chip.image());
            let torn = |found: &Verification| {
                // An erase cut with the active sector full: the log raised its counters to be safe.
                let rest = found.findings().iter().filter(|f| f.class != Class::RecordedLoss);
                let classes: Vec<Class> = rest.map(|f| f.class).collect();
                let all = classes.iter().all(|&class| class == Class::TornOrLost);
                assert!(all, "{sectors} sectors, cut {cut}: {:#?}", found.findings());
                !classes.is_empty()
            };
            if !torn(&found) {
                continue;
            }
            told += 1;
            let mut terminal = Terminal::mount(chip, region(sectors), &settings()).unwrap();
            terminal
                .set_numbers(0, Batch::FIRST, None, None)
                .map_or_else(|_| busy(&mut terminal, cut * 20).unwrap(), |()| ());
            chip = terminal.into_flash();
            let found = check(chip.image());
            assert!(!torn(&found), "{sectors} sectors, after {cut}: {:#?}", found.findings());
        }
        assert!(told > 30, "{told} cuts left a torn tail");
    }
}

/// What the terminal found after damage and wrote down stays a finding of its own; nothing that the
/// damage caused is told as if the books were wrong.
#[test]
fn damage_that_the_terminal_has_seen_is_a_recorded_loss() {
    let sectors = 5;
    let sound = lived(sectors, 60).into_flash();
    let clean = check(sound.image());
    let mut recorded = 0;
    for address in (0..sound.image().len()).step_by(13) {
        let mut image = sound.image().to_vec();
        image[address] ^= 0x04;
        let chip = Chip::owned_image(image).unwrap();
        let Ok(mut terminal) = Terminal::mount(chip, region(sectors), &settings()) else {
            continue;
        };
        let lost = !terminal.report().lost.is_empty();
        if busy(&mut terminal, 300_000).is_err() {
            continue;
        }
        let chip = terminal.into_flash();
        let found = check(chip.image());
        let has = |class| found.findings().iter().any(|f| f.class == class);
        let lies = found.findings().iter().any(|f| f.text.contains("not what the records"));
        assert!(!lies, "{address:#x}: {:#?}", found.findings());
        assert!(!has(Class::Contradiction), "{address:#x}: {:#?}", found.findings());
        if lost && !is_exempt(&clean, address) {
            assert!(has(Class::RecordedLoss), "{address:#x}: {:#?}", found.findings());
            recorded += 1;
        }
    }
    assert!(recorded > 5, "{recorded} recorded losses");
}

/// The program itself: what it prints and how it ends.
#[cfg(feature = "cli")]
mod program {
    use super::{check, is_exempt, lived};
    use std::io::Write;
    use std::process::{Command, Stdio};

    /// Runs a command with an image on its standard input: exit status and output.
    fn run(args: &[&str], image: &[u8]) -> (i32, String) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_pos-journal"))
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // A command that ends before it has read everything is no fault of this test.
        let _ = child.stdin.take().unwrap().write_all(image);
        let output = child.wait_with_output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    }

    fn json(text: &str) -> serde_json::Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn the_exit_status_says_what_was_found() {
        let chip = lived(4, 60).into_flash();
        let clean = chip.image().to_vec();
        let mut damaged = clean.clone();
        let checked = check(&clean);
        let place = (4_500..clean.len()).find(|&at| !is_exempt(&checked, at)).unwrap();
        damaged[place] ^= 0x20;
        assert_eq!(run(&["verify", "-"], &clean).0, 0);
        assert_eq!(run(&["verify", "-"], &damaged).0, 1);
        assert_eq!(run(&["verify"], &clean).0, 2);
        assert_eq!(run(&["verify", "/nowhere/at/all.img"], &clean).0, 2);
        assert_eq!(run(&["verify", "-"], &[0xFF; 8192]).0, 3);
        assert_eq!(run(&["show", "-"], b"%PDF-1.7").0, 3);
        assert_eq!(run(&["show", "-"], &damaged).0, 0);

        let (_, text) = run(&["verify", "-", "--format", "json"], &damaged);
        let found = json(&text);
        assert_eq!(found["clean"], false);
        let near = found["findings"][0]["address"].as_u64().unwrap().abs_diff(place as u64);
        assert!(near < 264, "{text}");
    }

    #[test]
    fn show_begins_with_what_is_owed() {
        let chip = lived(4, 60).into_flash();
        let (status, text) = run(&["show", "-"], chip.image());
        assert_eq!(status, 0);
        assert!(text.starts_with("Open (1)"), "{text}");
        assert!(text.contains("reversal, DE39 06, sent once, not acknowledged"), "{text}");
        assert!(text.contains("10.00") && text.contains("THB"), "{text}");
        assert!(!text.contains('\x1b'), "no colour but on a terminal");
        assert!(text.trim_end().lines().last().unwrap().starts_with("clean: "), "{text}");

        let (_, text) = run(&["show", "-", "--format", "json"], chip.image());
        let shown = json(&text);
        assert_eq!(shown["open"][0]["state"], "being reversed");
        assert_eq!(shown["open"][0]["amount"], 1000);
        let records = shown["journal"].as_array().unwrap();
        let number = |record: &serde_json::Value| record["record"].as_u64().unwrap();
        assert!(records.is_sorted_by_key(number));
        assert!(records.len() > 20);
    }
}
