//! A mount stands any image: it ends, writes nothing, says the same again; and what firmware calls
//! after it ends too, whatever it answers.

use core::fmt::Debug;

use embedded_storage::nor_flash::NorFlash;
use pos_journal::flash::{Counts, RamFlash, Region};
use pos_journal::journal::{Begin, Begun, Error, Journal, LateAnswer, OutcomeOf};
use pos_journal::ledger::{Duty, Ledger, SettleStep};
use pos_journal::log::{FormatAs, Maintained, MountReport, Settings};
use pos_journal::record::{
    Amount, AnswerClass, Condition, Currency, EntryMode, Moment, Original, Reference, Seq,
    SettleClass, Text, TransactionKind, Uptime, Verdict,
};

use super::input::{self, FRAME, Geometry};

const ITEMS: usize = 4;
const BOOKS: usize = 2;

type Chip<const WRITE: usize, const ERASE: usize> = RamFlash<Vec<u8>, WRITE, ERASE>;
type Till<F> = Journal<F, ITEMS, BOOKS, FRAME>;

/// Checks one input.
pub fn check(data: &[u8]) {
    let Some((geometry, image)) = input::image(data) else { return };
    match (geometry.write, geometry.sector_bytes) {
        (1, 4096) => on::<1, 4096>(geometry, image),
        (4, 4096) => on::<4, 4096>(geometry, image),
        (8, 4096) => on::<8, 4096>(geometry, image),
        (_, 4096) => on::<32, 4096>(geometry, image),
        (1, _) => on::<1, 8192>(geometry, image),
        (4, _) => on::<4, 8192>(geometry, image),
        (8, _) => on::<8, 8192>(geometry, image),
        (..) => on::<32, 8192>(geometry, image),
    }
}

fn on<const WRITE: usize, const ERASE: usize>(geometry: Geometry, image: Vec<u8>) {
    let mut chip = Chip::<WRITE, ERASE>::owned_image(image).expect("whole blocks");
    let bound = Bound::of(geometry);
    let region = Region::new(0, geometry.bytes() as u32);
    let settings = Settings { quiet_ms: 0, sector_bytes: ERASE as u32, ..Settings::new() };
    let first = seen(Till::mount(&mut chip, region, &settings));
    bound.check_mount("mount", chip.counts());
    chip.reset_counts();
    let again = seen(Till::mount(&mut chip, region, &settings));
    bound.check_mount("second mount", chip.counts());
    assert_eq!(first, again, "two mounts of one image differ");
    refused_format_writes_nothing(chip.clone(), region, &settings);
    if first.is_err() {
        return;
    }
    chip.reset_counts();
    let mut till = Till::mount(chip, region, &settings).expect("it mounted before");
    let _ = live(&mut till);
    let mut chip = till.into_flash();
    chip.reset_counts();
    // Whatever came of it, and whatever lies further on in the image, is mounted in bounded time.
    let _ = seen(Till::mount(&mut chip, region, &settings));
    bound.check_mount("mount afterwards", chip.counts());
}

/// A format that is refused has changed nothing.
fn refused_format_writes_nothing<F>(mut chip: F, region: Region, settings: &Settings)
where
    F: NorFlash + Counted,
{
    chip.restart();
    let refused = match Till::format(&mut chip, region, settings, FormatAs::live(1)) {
        Ok(_) => false,
        Err(error) => {
            let _ = error.to_string();
            true
        }
    };
    let counts = chip.spent();
    assert!(!refused || (counts.programs, counts.erases) == (0, 0), "a refused format wrote");
}

trait Counted {
    fn spent(&self) -> Counts;
    fn restart(&mut self);
}

impl<const WRITE: usize, const ERASE: usize> Counted for Chip<WRITE, ERASE> {
    fn spent(&self) -> Counts {
        self.counts()
    }

    fn restart(&mut self) {
        self.reset_counts();
    }
}

/// How many reads a mount may take. Each sector may be walked a few times, and in the worst case
/// each of its units is tried as a frame with four numbers, by two reads each.
struct Bound {
    units: u64,
    sectors: u64,
}

/// Walks of every sector that a mount may take at worst.
const WALKS: u64 = 16;

impl Bound {
    fn of(geometry: Geometry) -> Self {
        let units = (geometry.bytes() / geometry.write) as u64;
        Bound { units, sectors: geometry.sectors as u64 }
    }

    fn check_mount(&self, what: &str, counts: Counts) {
        assert_eq!((counts.programs, counts.erases), (0, 0), "{what} wrote");
        let reads = WALKS * (8 * self.units + 64 * self.sectors);
        assert!(counts.reads <= reads, "{what} took {} reads, {reads} allowed", counts.reads);
    }
}

/// All that a mount says.
#[derive(Debug, PartialEq, Eq)]
struct View {
    ledger: Ledger<ITEMS, BOOKS>,
    report: MountReport,
    next_seq: u32,
    provisional: bool,
    skipped: u32,
    log: String,
}

/// What a mount says; an error by its words.
fn seen<F: NorFlash>(mounted: Result<Till<F>, Error<F::Error>>) -> Result<View, String>
where
    F::Error: Debug,
{
    let till = mounted.map_err(|error| error.to_string())?;
    let room = till.room();
    let log = format!(
        "{:?} {:?} {:?} {:?} {}",
        till.mode(),
        till.log().read_only(),
        till.space(),
        room,
        room.is_nearly_full()
    );
    Ok(View {
        ledger: till.ledger().clone(),
        report: till.report().clone(),
        next_seq: till.log().next_seq(),
        provisional: till.log().is_provisional(),
        skipped: till.skipped_records(),
        log,
    })
}

fn begin(book: u8, kind: TransactionKind, original: Option<Seq>, reference: Option<&str>) -> Begin {
    Begin {
        book,
        kind,
        amount: Amount::new(1_250),
        currency: Currency::CNY,
        entry: EntryMode::CONTACTLESS,
        condition: Condition::NORMAL,
        moment: Moment::default(),
        pan: None,
        card_sequence: None,
        reference: reference.and_then(|r| Reference::new(r).ok()),
        original: original.map(Original::ByRecord),
        ..Begin::new(0, TransactionKind::Sale, Amount::ZERO, Currency::CNY)
    }
}

/// What a terminal does after a start. Every answer is allowed; none may panic or take for ever.
fn live<F: NorFlash>(till: &mut Till<F>) -> Result<(), Error<F::Error>>
where
    F::Error: Debug,
{
    let open: Vec<Seq> = till.ledger().items().map(|item| item.seq()).collect();
    let _ = till.last();
    let _ = till.status(&Reference::new("R-1").expect("a reference"));
    for &item in &open {
        let _ = till.receipt(item);
        let stan = till.ledger().item(item).map(|open| (open.book(), open.stan()));
        if let Some((book, stan)) = stan {
            let answer = LateAnswer {
                book,
                stan,
                approved: true,
                code: None,
                rrn: None,
                auth_code: None,
                uptime: Uptime(5),
            };
            let _ = till.late(&answer);
        }
    }
    idle(till);
    pay_duties(till);
    idle(till);
    for book in 0..BOOKS as u8 {
        let sale = match till.begin(&begin(book, TransactionKind::Sale, None, Some("R-1"))) {
            Ok(Begun::New { item, .. }) => {
                till.outcome(item, Verdict::Approved { completed: true }, &OutcomeOf::default())?;
                Some(item)
            }
            Ok(Begun::Existing { item, .. }) => Some(item),
            Err(error) => {
                let _ = error.to_string();
                None
            }
        };
        let older = open.first().copied();
        for original in [sale, older].into_iter().flatten() {
            if let Ok(Begun::New { item, .. }) =
                till.begin(&begin(book, TransactionKind::Refund, Some(original), None))
            {
                till.no_answer(item, 30_000, Uptime(30_000))?;
            }
        }
        if let Ok(Begun::New { item, .. }) =
            till.begin(&begin(book, TransactionKind::Sale, None, None))
        {
            till.no_answer(item, 30_000, Uptime(30_000))?;
            till.attempt(item, Uptime(31_000))?;
            till.answer(item, AnswerClass::NothingToReverse, None)?;
        }
    }
    pay_duties(till);
    for book in 0..BOOKS as u8 {
        let _ = till.close_batch(book);
    }
    pay_duties(till);
    idle(till);
    Ok(())
}

/// Each sector is erased once and carried from in steps; more than that is no progress.
const IDLE_STEPS: usize = 2_000;

fn idle<F: NorFlash>(till: &mut Till<F>) {
    let mut last = None;
    for _ in 0..IDLE_STEPS {
        match till.maintain(1_000_000) {
            Ok(Maintained::Idle) | Err(_) => return,
            Ok(done) => last = Some(done),
        }
    }
    panic!("idle work does not end: {last:?}");
}

/// Pays what is owed, and leaves what cannot be paid. Of that there may be any amount, so each duty
/// is tried a few times only.
fn pay_duties<F: NorFlash>(till: &mut Till<F>) {
    for _ in 0..2 * (ITEMS + 4 * BOOKS) {
        let duties: Vec<Duty> = till.duties().collect();
        if till.due(Uptime(1 << 40)).is_err() || duties.is_empty() {
            return;
        }
        for duty in duties {
            pay(till, duty);
        }
    }
}

fn pay<F: NorFlash>(till: &mut Till<F>, duty: Duty) {
    match duty {
        Duty::Reversal { item, unresolved, .. } => {
            if till.attempt(item, Uptime(1)).is_err() && !unresolved {
                let _ = till.give_up(item);
                return;
            }
            let _ = till.answer(item, AnswerClass::NothingToReverse, None);
        }
        Duty::Query { item, .. } => query(till, item),
        Duty::Settle { book, step } => settle(till, book, step),
        _ => {}
    }
}

fn query<F: NorFlash>(till: &mut Till<F>, item: Seq) {
    if till.outcome(item, Verdict::Declined, &OutcomeOf::default()).is_err() {
        let why = Text::new("nobody knows").expect("a text");
        let _ = till.abandon(item, Text::new("fuzz").expect("a text"), why);
    }
}

fn settle<F: NorFlash>(till: &mut Till<F>, book: u8, step: SettleStep) {
    match step {
        SettleStep::Send | SettleStep::Repeat => {
            let _ = till.settle_attempt(book, Uptime(0));
            let _ = till.settle_answer(book, SettleClass::Unbalanced, None);
        }
        SettleStep::Upload { after } => {
            if let Ok(Some(receipt)) = till.next_upload(book, after) {
                let _ = till.uploaded(book, receipt.item);
            }
            let _ = till.upload_ended(book);
        }
        SettleStep::Close => {
            let _ = till.batch_closed(book);
        }
        _ => {}
    }
}
