//! What survives a reclaim: the ledger as a few short entries.
//!
//! | tag | entry | how many |
//! |---|---|---|
//! | 1 | format version, newest payment | 1 |
//! | 2 | a book: counters, phase, pinned bytes, totals of its first currency | one per book in use |
//! | 3 | totals of a book's further currency | as needed |
//! | 4 | an open payment | one each |
//!
//! The tag is followed by postcard. Bytes after a well-formed entry are tolerated.

use super::book::Book;
use super::{Item, ItemState, Ledger, Newest, Phase};
use crate::record::sparse::sparse;
use crate::record::{
    Amount, Batch, CURRENCIES, Currency, CurrencyTotals, Invoice, Place, ReversalReason, Seq, Stan,
    Totals, TransactionKind,
};
use core::fmt;
use serde::{Deserialize, Serialize};

/// The longest entry, in bytes.
pub const MAX_ENTRY: usize = 96;
/// The version of the entries.
const VERSION: u8 = 1;

const GENERAL: u8 = 1;
const BOOK: u8 = 2;
const FURTHER_TOTALS: u8 = 3;
const ITEM: u8 = 4;

/// Bounds of the four entries, tag included; a test encodes the largest of each.
const MAX_GENERAL: usize = 10;
const MAX_BOOK: usize = 81;
const MAX_FURTHER: usize = 49;
const MAX_ITEM: usize = 57;

/// Why an entry cannot be restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unreadable {
    /// Written in a later version of the entries.
    Version(u8),
    /// No such entry is known.
    Tag(u8),
    /// The entry ends early or holds a value that its field cannot have.
    Malformed,
    /// The ledger was built for fewer books.
    NoSuchBook(u8),
    /// The ledger was built for fewer open payments.
    ItemsFull,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(version) => write!(f, "checkpoint of version {version}: update"),
            Self::Tag(tag) => write!(f, "unknown checkpoint entry {tag}"),
            Self::Malformed => f.write_str("malformed checkpoint entry"),
            Self::NoSuchBook(book) => write!(f, "checkpoint of book {book}: configure more books"),
            Self::ItemsFull => f.write_str("more open payments than fit: configure more items"),
        }
    }
}

impl core::error::Error for Unreadable {}

#[derive(Serialize, Deserialize)]
struct GeneralEntry(u8, Option<Newest>);

#[derive(Serialize, Deserialize)]
struct FurtherEntry(u8, CurrencyTotals);

struct BookEntry {
    number: u8,
    phase: Phase,
    batch: Batch,
    next_stan: Stan,
    next_invoice: Invoice,
    batch_from: Seq,
    pinned: u32,
    first_stan: Option<Stan>,
    settle_attempts: Option<u16>,
    uploaded: Option<Seq>,
    totals: Option<CurrencyTotals>,
}

sparse! {
    BookEntry {
        always { number, phase, batch, next_stan, next_invoice, batch_from, pinned },
        maybe { first_stan, settle_attempts, uploaded, totals },
    }
}

struct ItemEntry {
    state: ItemState,
    seq: Seq,
    place: Place,
    book: u8,
    kind: TransactionKind,
    stan: Stan,
    batch: Batch,
    amount: Amount,
    currency: Currency,
    cost: u32,
    attempts: Option<u16>,
    reason: Option<ReversalReason>,
    original: Option<Seq>,
    approved: Option<Amount>,
    unresolved: Option<()>,
    reopened: Option<()>,
}

sparse! {
    ItemEntry {
        always { state, seq, place, book, kind, stan, batch, amount, currency, cost },
        maybe { attempts, reason, original, approved, unresolved, reopened },
    }
}

/// A value that is stored only where it differs from the usual one.
fn unless<T: PartialEq>(value: T, usual: &T) -> Option<T> {
    (value != *usual).then_some(value)
}

impl BookEntry {
    fn of(number: u8, book: &Book) -> Self {
        Self {
            number,
            phase: book.phase,
            batch: book.batch,
            next_stan: book.next_stan,
            next_invoice: book.next_invoice,
            batch_from: book.batch_from,
            pinned: book.pinned,
            first_stan: book.first_stan,
            settle_attempts: unless(book.settle_attempts, &0),
            uploaded: unless(book.uploaded, &Seq(0)),
            totals: book.totals.per_currency().first().copied(),
        }
    }

    fn into_book(self) -> Book {
        let mut totals = Totals::new();
        if let Some(first) = self.totals
            && let Some(entry) = totals.entry(first.currency)
        {
            *entry = first;
        }
        Book {
            totals,
            batch_from: self.batch_from,
            pinned: self.pinned,
            uploaded: self.uploaded.unwrap_or(Seq(0)),
            batch: self.batch,
            next_stan: self.next_stan,
            first_stan: self.first_stan,
            next_invoice: self.next_invoice,
            settle_attempts: self.settle_attempts.unwrap_or(0),
            phase: self.phase,
            used: true,
        }
    }
}

impl ItemEntry {
    fn of(item: &Item) -> Self {
        Self {
            state: item.state,
            seq: item.seq,
            place: item.place,
            book: item.book,
            kind: item.kind,
            stan: item.stan,
            batch: item.batch,
            amount: item.amount,
            currency: item.currency,
            cost: item.cost,
            attempts: unless(item.attempts, &0),
            reason: unless(item.reason, &ReversalReason::NoAnswer),
            original: item.original(),
            approved: unless(item.approved, &item.amount),
            unresolved: item.unresolved.then_some(()),
            reopened: item.reopened.then_some(()),
        }
    }

    fn into_item(self) -> Item {
        Item {
            amount: self.amount,
            approved: self.approved.unwrap_or(self.amount),
            seq: self.seq,
            place: self.place,
            original: self.original.map_or(u32::MAX, |seq| seq.0),
            stan: self.stan,
            batch: self.batch,
            cost: self.cost,
            attempts: self.attempts.unwrap_or(0),
            currency: self.currency,
            book: self.book,
            kind: self.kind,
            state: self.state,
            reason: self.reason.unwrap_or(ReversalReason::NoAnswer),
            unresolved: self.unresolved.is_some(),
            reopened: self.reopened.is_some(),
            in_flight: false,
            asked: false,
        }
    }
}

fn write(tag: u8, entry: &impl Serialize, out: &mut [u8; MAX_ENTRY]) -> Option<usize> {
    let (first, rest) = out.split_first_mut()?;
    *first = tag;
    let written = postcard::to_slice(entry, rest).ok()?;
    Some(written.len() + 1)
}

fn read<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Unreadable> {
    postcard::take_from_bytes(bytes).map(|(entry, _)| entry).map_err(|_| Unreadable::Malformed)
}

impl<const ITEMS: usize, const BOOKS: usize> Ledger<ITEMS, BOOKS> {
    /// The most bytes that all entries of a checkpoint take together, without frames.
    pub const MAX_CHECKPOINT: usize =
        MAX_GENERAL + BOOKS * (MAX_BOOK + (CURRENCIES - 1) * MAX_FURTHER) + ITEMS * MAX_ITEM;

    /// The most entries that a checkpoint has.
    pub const MAX_ENTRIES: usize = 1 + BOOKS * CURRENCIES + ITEMS;

    /// Writes entry number `index` and returns its length; `None` after the last one.
    ///
    /// Entry 0 is always there. Which entry has which number holds until the next change.
    pub fn checkpoint_entry(&self, index: usize, out: &mut [u8; MAX_ENTRY]) -> Option<usize> {
        let Some(mut left) = index.checked_sub(1) else {
            return write(GENERAL, &GeneralEntry(VERSION, self.newest), out);
        };
        for (number, book) in (0u8..).zip(&self.books).filter(|(_, book)| book.used) {
            let Some(further) = left.checked_sub(1) else {
                return write(BOOK, &BookEntry::of(number, book), out);
            };
            let totals = book.totals.per_currency().get(1..).unwrap_or_default();
            if let Some(totals) = totals.get(further) {
                return write(FURTHER_TOTALS, &FurtherEntry(number, *totals), out);
            }
            left = further.saturating_sub(totals.len());
        }
        write(ITEM, &ItemEntry::of(self.items.get(left)?), out)
    }

    /// Back to a ledger to which nothing has happened, ready for [`Ledger::restore_entry`].
    pub fn reset(&mut self) {
        *self = Self::new();
    }

    /// Takes an entry of a checkpoint. Entries are restored in the order they were written.
    ///
    /// # Errors
    /// The entry cannot be read, or the ledger is too small for it. After an error the
    /// ledger has to be reset.
    pub fn restore_entry(&mut self, bytes: &[u8]) -> Result<(), Unreadable> {
        let (tag, rest) = bytes.split_first().ok_or(Unreadable::Malformed)?;
        match *tag {
            GENERAL => self.restore_general(rest),
            BOOK => {
                let entry: BookEntry = read(rest)?;
                let book = self.restored_book(entry.number)?;
                *book = entry.into_book();
                Ok(())
            }
            FURTHER_TOTALS => {
                let FurtherEntry(number, totals) = read(rest)?;
                let book = self.restored_book(number)?;
                *book.totals.entry(totals.currency).ok_or(Unreadable::Malformed)? = totals;
                Ok(())
            }
            ITEM => self.restore_item(rest),
            tag => Err(Unreadable::Tag(tag)),
        }
    }

    fn restore_general(&mut self, rest: &[u8]) -> Result<(), Unreadable> {
        let version = *rest.first().ok_or(Unreadable::Malformed)?;
        if version != VERSION {
            return Err(Unreadable::Version(version));
        }
        let GeneralEntry(_, newest) = read(rest)?;
        self.newest = newest;
        Ok(())
    }

    fn restored_book(&mut self, number: u8) -> Result<&mut Book, Unreadable> {
        self.books.get_mut(usize::from(number)).ok_or(Unreadable::NoSuchBook(number))
    }

    fn restore_item(&mut self, rest: &[u8]) -> Result<(), Unreadable> {
        let item = read::<ItemEntry>(rest)?.into_item();
        self.restored_book(item.book)?;
        if item.state.is_final() || self.item(item.seq).is_some() {
            return Err(Unreadable::Malformed);
        }
        if self.items.is_full() {
            return Err(Unreadable::ItemsFull);
        }
        self.insert(item);
        Ok(())
    }
}
