//! What a dump says, for showing: every record in order, where each payment stands, what is owed.

use std::collections::BTreeMap;

use super::payments::payments;
use super::sectors::Survey;
use super::verify::read;
use super::{Image, Ledger, SectorClass, Spot, Verification};
use crate::ledger::{Duty, ItemState, Phase};
use crate::log::Mode;
use crate::record::{
    Amount, Batch, Currency, Intent, Invoice, Outcome, Record, Seq, Stan, Totals, TransactionKind,
};

/// A record of the dump.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its sequence number.
    pub seq: Seq,
    /// Where it lies.
    pub at: Spot,
    /// It is a copy: the sector in which it was written has been reclaimed.
    pub carried: bool,
    /// The payment that it is about: for an intent its own number.
    pub item: Option<Seq>,
    /// What it says.
    pub record: Record,
}

/// A payment of the dump, as far as its records are there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Payment {
    /// What was sent.
    pub intent: Option<Intent>,
    /// What was answered.
    pub outcome: Option<Outcome>,
    /// Where it stands; `None` when too little of it is left to say.
    pub state: Option<ItemState>,
}

/// A payment that is not closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenItem {
    /// The payment.
    pub item: Seq,
    /// Its book.
    pub book: u8,
    /// Sale, void, refund.
    pub kind: TransactionKind,
    /// DE11.
    pub stan: Stan,
    /// Its batch.
    pub batch: Batch,
    /// DE4.
    pub amount: Amount,
    /// DE49.
    pub currency: Currency,
    /// Where it stands.
    pub state: ItemState,
    /// Reversal attempts so far.
    pub attempts: u16,
    /// What is owed for it, after a restart of the terminal.
    pub owed: Option<Duty>,
}

/// Where a book stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookTotals {
    /// The book.
    pub book: u8,
    /// Its open batch.
    pub batch: Batch,
    /// The batch that is settled: the open one, unless an operator opened the next before its end.
    pub settling: Batch,
    /// How far that settlement has come.
    pub phase: Phase,
    /// What the open batch adds up to.
    pub totals: Totals,
    /// The next STAN; `None` when the batch has used them up.
    pub next_stan: Option<Stan>,
    /// The next invoice number.
    pub next_invoice: Option<Invoice>,
}

/// What of the region is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Space {
    /// Bytes of a sector.
    pub sector_bytes: u32,
    /// Sectors of the region.
    pub sectors: u32,
    /// Index of the active sector.
    pub active: Option<u32>,
    /// Bytes of the active sector up to its last frame.
    pub active_used: u32,
    /// Older sectors that hold records.
    pub kept: u32,
    /// Sectors that hold nothing needed.
    pub free: u32,
}

/// What a dump says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// Live, test or training.
    pub mode: Mode,
    /// The number that the format gave this journal.
    pub format_id: u32,
    /// Every record, by sequence number.
    pub records: Vec<Shown>,
    /// Every payment, by the sequence number of its intent.
    pub payments: BTreeMap<Seq, Payment>,
    /// Payments that are not closed, oldest first.
    pub open: Vec<OpenItem>,
    /// Settlements that were begun and not ended.
    pub settling: Vec<Duty>,
    /// Every book in use.
    pub books: Vec<BookTotals>,
    /// What of the region is used.
    pub space: Space,
    /// What the check of the dump found.
    pub verification: Verification,
}

/// Reads all that a dump says.
#[must_use]
pub fn outline(image: &Image<'_>) -> Outline {
    let mut ear = Ear { heard: Some(Heard::default()) };
    let verification = read(image, &mut ear);
    let Heard { own, copies, states, ledger, space } = ear.heard.unwrap_or_default();
    let records = in_order(own, copies);
    let payments = payments(&records, states, ledger.as_deref());
    let (open, settling, books) = ledger.as_deref().map(standing).unwrap_or_default();
    Outline {
        mode: image.mode(),
        format_id: image.format_id(),
        records,
        payments,
        open,
        settling,
        books,
        space,
        verification,
    }
}

/// Listens to a replay.
pub(super) struct Ear {
    heard: Option<Heard>,
}

/// A dump has a hundred thousand records, nearly all of them in order: nothing is looked up for each.
#[derive(Default)]
struct Heard {
    /// Records where they were written.
    own: Vec<Shown>,
    copies: BTreeMap<Seq, Shown>,
    /// What the payments became, one after the other.
    states: Vec<(Seq, ItemState)>,
    ledger: Option<Box<Ledger>>,
    space: Space,
}

impl Ear {
    /// Hears nothing.
    pub fn deaf() -> Self {
        Ear { heard: None }
    }

    pub fn record(&mut self, seq: u32, at: Spot, carried: bool, record: &Record) {
        let Some(heard) = &mut self.heard else { return };
        let seq = Seq(seq);
        let own = matches!(record, Record::Intent(_)).then_some(seq);
        let item = own.or(record.item());
        let shown = Shown { seq, at, carried, item, record: record.clone() };
        if carried {
            // A later copy is better evidence than an older one.
            heard.copies.insert(seq, shown);
        } else {
            heard.own.push(shown);
        }
    }

    pub fn state(&mut self, item: Seq, state: ItemState) {
        if let Some(heard) = &mut self.heard {
            heard.states.push((item, state));
        }
    }

    pub fn ledger(&mut self, ledger: &Ledger) {
        if let Some(heard) = &mut self.heard {
            heard.ledger = Some(Box::new(ledger.clone()));
        }
    }

    pub fn sectors(&mut self, image: &Image<'_>, survey: &Survey<'_>) {
        let Some(heard) = &mut self.heard else { return };
        let layout = image.layout();
        let of = |class| survey.sectors.iter().filter(move |s| s.class == class);
        let active = of(SectorClass::Active).next();
        let kept = of(SectorClass::Kept).count() as u32;
        heard.space = Space {
            sector_bytes: layout.sector_bytes(),
            sectors: layout.sectors(),
            active: active.map(|s| s.index),
            active_used: active.and_then(|s| s.pieces.last()).map_or(0, |last| last.end),
            kept,
            free: layout.sectors().saturating_sub(kept + u32::from(active.is_some())),
        };
    }
}

/// Every record once, by its number: its own frame is better evidence than a copy.
fn in_order(mut own: Vec<Shown>, mut copies: BTreeMap<Seq, Shown>) -> Vec<Shown> {
    if !own.is_sorted_by(|a, b| a.seq < b.seq) {
        // Of two frames with one number the later one.
        own.reverse();
        own.sort_by_key(|shown| shown.seq);
        own.dedup_by_key(|shown| shown.seq);
    }
    copies.retain(|seq, _| own.binary_search_by_key(seq, |shown| shown.seq).is_err());
    if !copies.is_empty() {
        own.extend(copies.into_values());
        own.sort_by_key(|shown| shown.seq);
    }
    own
}

/// What is open and owed after a restart, and where the books stand.
fn standing(ledger: &Ledger) -> (Vec<OpenItem>, Vec<Duty>, Vec<BookTotals>) {
    let mut ledger = ledger.clone();
    ledger.boot();
    let owed = |seq| ledger.due().find(|duty| duty.item() == Some(seq));
    let open = ledger
        .items()
        .map(|item| OpenItem {
            item: item.seq(),
            book: item.book(),
            kind: item.kind(),
            stan: item.stan(),
            batch: item.batch(),
            amount: item.amount(),
            currency: item.currency(),
            state: item.state(),
            attempts: item.attempts(),
            owed: owed(item.seq()),
        })
        .collect();
    let settling = ledger.due().filter(|duty| matches!(duty, Duty::Settle { .. })).collect();
    let books = (0..super::BOOKS as u8).filter_map(|book| book_totals(&ledger, book)).collect();
    (open, settling, books)
}

/// `None` for a book that was never used.
fn book_totals(ledger: &Ledger, book: u8) -> Option<BookTotals> {
    let stands = |ledger: &Ledger| {
        Some(BookTotals {
            book,
            batch: ledger.batch(book).ok()?,
            settling: ledger.settle_batch(book).ok()?,
            phase: ledger.phase(book).ok()?,
            totals: ledger.totals(book).ok()?.clone(),
            next_stan: ledger.next_stan(book).ok(),
            next_invoice: ledger.next_invoice(book).ok(),
        })
    };
    stands(ledger).filter(|stands_now| stands(&Ledger::new()).as_ref() != Some(stands_now))
}
