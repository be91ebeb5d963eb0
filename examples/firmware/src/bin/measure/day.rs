//! Some days of a terminal, each call measured.

use pos_journal::flash::Region;
use pos_journal::journal::{Begin, Begun, Error, Journal, OutcomeOf};
use pos_journal::ledger::{Duty, SettleStep};
use pos_journal::log::{Entry, FormatAs, Log, Maintained, Settings, Tenant};
use pos_journal::record::*;

use crate::chip::{BYTES, Chip, Outside};
use crate::probe::Probe;

const REGION: Region = Region::new(0, BYTES as u32);
const SETTINGS: Settings = Settings { quiet_ms: 0, ..Settings::new() };
const BOOK: u8 = 0;
/// Enough to lap the ring more than once.
const BATCHES: u32 = 10;
const PAYMENTS: u32 = 30;
/// Records of 40 bytes that the log alone takes: two laps.
const RECORDS: u32 = 2_000;

pub fn run(memory: &mut [u8; BYTES], probe: &mut Probe) -> Result<(), Error<Outside>> {
    log_alone(memory, probe)?;
    memory.fill(0xFF);
    whole_journal(memory, probe)
}

/// A tenant that keeps nothing.
struct Nobody;

impl Tenant for Nobody {
    fn reset(&mut self) {}
    fn restore(&mut self, _: &[u8]) -> bool {
        true
    }
    fn replay(&mut self, _: Entry<'_>) {}
    fn checkpoint(&self, _: usize, _: &mut [u8]) -> Option<usize> {
        None
    }
    fn pinned(&self, _: &Entry<'_>) -> bool {
        false
    }
    fn needs_from(&self) -> u32 {
        u32::MAX
    }
    fn key(&self, _: &Entry<'_>) -> Option<u32> {
        None
    }
    fn place(&self, _: u32) -> Option<u32> {
        None
    }
    fn moved(&mut self, _: u32, _: u32) {}
    fn lost(&mut self, _: u32, _: u32, _: bool) {}
}

type Alone<'a> = Log<Chip<'a>, 256>;

fn log_alone(memory: &mut [u8; BYTES], probe: &mut Probe) -> Result<(), Error<Outside>> {
    let chip = Chip(&mut *memory);
    let mut log: Alone<'_> = probe.run("log format", || {
        Log::format(chip, REGION, &SETTINGS, FormatAs::live(1), &mut Nobody)
    })?;
    for record in 0..RECORDS {
        let payload = [record as u8; 40];
        probe.run("log append", || log.append(0x30, &payload, &mut Nobody))?;
        while probe.run("log maintain", || log.maintain(u64::MAX, &mut Nobody))? != Maintained::Idle
        {
        }
    }
    for record in 0..RECORDS {
        let payload = [record as u8; 40];
        probe.run("log append without idle time", || log.append(0x30, &payload, &mut Nobody))?;
    }
    let chip = Chip(memory);
    let mut log: Alone<'_> =
        probe.run("log mount", || Log::mount(chip, REGION, &SETTINGS, &mut Nobody))?;
    probe.run("log first append", || log.append(0x30, &[1; 40], &mut Nobody))?;
    Ok(())
}

fn whole_journal(memory: &mut [u8; BYTES], probe: &mut Probe) -> Result<(), Error<Outside>> {
    let chip = Chip(&mut *memory);
    let _: Journal<Chip<'_>> =
        probe.run("format", || Journal::format(chip, REGION, &SETTINGS, FormatAs::live(2)))?;
    for batch in 0..BATCHES {
        let chip = Chip(&mut *memory);
        let mut journal: Journal<Chip<'_>> =
            probe.run("mount", || Journal::mount(chip, REGION, &SETTINGS))?;
        probe.run("confirm", || journal.confirm())?;
        for number in 0..PAYMENTS {
            payment(&mut journal, probe, batch * PAYMENTS + number)?;
            // One day in two has no idle time.
            if batch % 2 == 0 {
                while probe.run("maintain", || journal.maintain(u64::MAX))? != Maintained::Idle {}
            }
        }
        probe.run("close_batch", || journal.close_batch(BOOK))?;
        owed(&mut journal, probe, batch)?;
    }
    Ok(())
}

fn payment(
    journal: &mut Journal<Chip<'_>>,
    probe: &mut Probe,
    number: u32,
) -> Result<(), Error<Outside>> {
    let sale = sale(number);
    probe.run("may_start", || journal.may_start(BOOK, TransactionKind::Sale))?;
    let begun = probe.run("begin", || journal.begin(&sale))?;
    let Begun::New { item, .. } = begun else { return Ok(()) };
    match number % 10 {
        0..4 => {
            probe.run("no_answer", || journal.no_answer(item, 30_000, Uptime(1)))?;
            owed(journal, probe, 0)?;
        }
        4 => drop(probe.run("not_sent", || journal.not_sent(item))?),
        5 => {
            let verdict = Verdict::Approved { completed: false };
            probe.run("outcome", || journal.outcome(item, verdict, &answer()))?;
            probe.run("complete", || journal.complete(item, None))?;
        }
        _ => {
            let verdict = Verdict::Approved { completed: true };
            probe.run("outcome", || journal.outcome(item, verdict, &answer()))?;
        }
    }
    if let Some(reference) = &sale.reference {
        probe.run("status", || journal.status(reference))?;
    }
    probe.run("receipt", || journal.receipt(item))?;
    Ok(())
}

/// When no wait is left.
const LATER: Uptime = Uptime(1 << 40);

fn owed(
    journal: &mut Journal<Chip<'_>>,
    probe: &mut Probe,
    batch: u32,
) -> Result<(), Error<Outside>> {
    // Late enough for whatever waits.
    while let Some(duty) = probe.run("due", || journal.due(LATER))?.now() {
        match duty {
            Duty::Reversal { item, .. } => {
                probe.run("attempt", || journal.attempt(item, Uptime(2)))?;
                probe.run("answer", || journal.answer(item, AnswerClass::Done, None))?;
            }
            Duty::Settle { step: SettleStep::Send | SettleStep::Repeat, .. } => {
                probe.run("settle_attempt", || journal.settle_attempt(BOOK, Uptime(2)))?;
                // One batch in five is uploaded.
                let balanced = !batch.is_multiple_of(5);
                let class = if balanced { SettleClass::Balanced } else { SettleClass::Unbalanced };
                probe.run("settle_answer", || journal.settle_answer(BOOK, class, None))?;
            }
            Duty::Settle { step: SettleStep::Upload { after }, .. } => {
                match probe.run("next_upload", || journal.next_upload(BOOK, after))? {
                    Some(next) => probe.run("uploaded", || journal.uploaded(BOOK, next.item))?,
                    None => probe.run("upload_ended", || journal.upload_ended(BOOK))?,
                }
            }
            Duty::Settle { step: SettleStep::Close, .. } => {
                probe.run("batch_closed", || journal.batch_closed(BOOK))?;
            }
            _ => return Ok(()),
        }
    }
    Ok(())
}

fn sale(number: u32) -> Begin {
    let mut text = heapless::String::<16>::new();
    let _ = core::fmt::write(&mut text, format_args!("R-{number:08}"));
    Begin {
        entry: EntryMode::CONTACTLESS,
        pan: TruncatedPan::from_pan("6222020000001234").ok(),
        reference: Reference::new(&text).ok(),
        ..Begin::new(BOOK, TransactionKind::Sale, Amount::new(12_345), Currency::CNY)
    }
}

fn answer() -> OutcomeOf {
    OutcomeOf {
        code: Some(ResponseCode::APPROVED),
        rrn: Rrn::new("123456789012").ok(),
        auth_code: AuthCode::new("123456").ok(),
        elapsed_ms: 900,
        uptime: Uptime(3),
        ..OutcomeOf::default()
    }
}
