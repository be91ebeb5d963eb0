//! What survives a reclaim: the ledger as a few short entries.
//!
//! | tag | entry | how many |
//! |---|---|---|
//! | 1 | format version, newest payment | 1 |
//! | 4 | an open payment | one each |
//! | 5 | a book: counters, its open batch | one per book in use |
//! | 6 | a book's settlement | one each |
//! | 7 | a row of totals | one each |
//!
//! The tag is followed by postcard. Bytes after a well-formed entry are tolerated. Version 1, which
//! had tags 2 and 3 instead of 5 to 7, is still read (`v1`).
//!
//! An entry is as long as the rules let its fields become, and no longer: amounts have at most twelve
//! digits, sums sixteen, counts the six of a STAN, and both batches of a book have at most five rows.

mod book;
mod item;
mod v1;

use super::{Ledger, Newest};
use crate::record::ROWS;
use crate::record::put::put;
use crate::record::take::take;
use book::{BookEntry, SettlingEntry, TotalsEntry};
use core::fmt;
use item::ItemEntry;
use serde::{Deserialize, Serialize};

/// The longest entry, in bytes.
pub const MAX_ENTRY: usize = 64;
/// The version of the entries.
const VERSION: u8 = 2;

const GENERAL: u8 = 1;
const ITEM: u8 = 4;
const BOOK: u8 = 5;
const SETTLING: u8 = 6;
const TOTALS: u8 = 7;

/// Bounds of the entries, tag included; a test encodes the largest of each.
const MAX_GENERAL: usize = 10;
const MAX_ITEM: usize = 58;
const MAX_BOOK: usize = 59;
const MAX_SETTLING: usize = 52;
const MAX_TOTALS: usize = 62;

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

/// A value that is stored only where it differs from the usual one.
fn unless<T: PartialEq>(value: T, usual: &T) -> Option<T> {
    (value != *usual).then_some(value)
}

#[inline(never)]
fn write(tag: u8, entry: &impl Serialize, out: &mut [u8; MAX_ENTRY]) -> Option<usize> {
    let (first, rest) = out.split_first_mut()?;
    *first = tag;
    Some(put(entry, rest).ok()? + 1)
}

#[inline(never)]
fn read<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Unreadable> {
    take(bytes).map_err(|_| Unreadable::Malformed)
}

impl<const ITEMS: usize, const BOOKS: usize> Ledger<ITEMS, BOOKS> {
    /// The most bytes that all entries of a checkpoint take together, without frames.
    pub const MAX_CHECKPOINT: usize = MAX_GENERAL
        + BOOKS * (MAX_BOOK + MAX_SETTLING + super::book::BOOK_ROWS * MAX_TOTALS)
        + ITEMS * MAX_ITEM;

    /// The most entries that a checkpoint has.
    pub const MAX_ENTRIES: usize = 1 + BOOKS * (2 + super::book::BOOK_ROWS) + ITEMS;

    /// Writes entry number `index` and returns its length; `None` after the last one.
    ///
    /// Entry 0 is always there. Which entry has which number holds until the next change.
    pub fn checkpoint_entry(&self, index: usize, out: &mut [u8; MAX_ENTRY]) -> Option<usize> {
        let Some(mut left) = index.checked_sub(1) else {
            return write(GENERAL, &GeneralEntry(VERSION, self.newest), out);
        };
        for (number, book) in (0u8..).zip(&self.books).filter(|(_, book)| book.used) {
            if left == 0 {
                return write(BOOK, &BookEntry::of(number, book), out);
            }
            left -= 1;
            if let Some(settling) = &book.settling {
                if left == 0 {
                    return write(SETTLING, &SettlingEntry::of(number, settling), out);
                }
                left -= 1;
            }
            let apart = book.apart().map_or(&[] as &[_], |apart| apart.totals.rows());
            let rows = book.open.totals.rows();
            let of = |apart, row| TotalsEntry::of(number, apart, row);
            let entry = match (rows.get(left), apart.get(left.saturating_sub(rows.len()))) {
                (Some(row), _) => Some(of(false, row)),
                (None, row) => row.map(|row| of(true, row)),
            };
            if let Some(entry) = entry {
                return write(TOTALS, &entry, out);
            }
            left -= rows.len() + apart.len();
        }
        write(ITEM, &ItemEntry::of(self.items.get(left)?), out)
    }

    /// Back to a ledger to which nothing has happened, ready for [`Ledger::restore_entry`].
    pub fn reset(&mut self) {
        // Piece by piece: a new ledger would be on the stack before it is moved.
        self.items.clear();
        for book in &mut self.books {
            *book = super::Book::UNUSED;
        }
        self.newest = None;
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
            v1::BOOK => {
                let entry: v1::BookEntry = read(rest)?;
                let book = self.restored_book(entry.number)?;
                *book = entry.into_book();
                Ok(())
            }
            v1::FURTHER_TOTALS => {
                let v1::FurtherEntry(number, totals) = read(rest)?;
                self.restored_book(number)?.restore_row(false, totals.into())
            }
            ITEM => self.restore_item(rest),
            BOOK => {
                let entry: BookEntry = read(rest)?;
                let book = self.restored_book(entry.number)?;
                *book = entry.into_book();
                Ok(())
            }
            SETTLING => {
                let entry: SettlingEntry = read(rest)?;
                let book = self.restored_book(entry.number)?;
                book.settling = Some(entry.into_settling()?);
                Ok(())
            }
            TOTALS => {
                let entry: TotalsEntry = read(rest)?;
                self.restored_book(entry.number)?.restore_row(entry.apart.is_some(), entry.row)
            }
            tag => Err(Unreadable::Tag(tag)),
        }
    }

    /// What a checkpoint of an older version did not say is forgotten, so that a ledger can be
    /// compared with what such a checkpoint restores to.
    pub fn forget_newer(&mut self, version: u8) {
        if version > 1 {
            return;
        }
        for book in self.books.iter_mut() {
            v1::forget_newer(book);
        }
    }

    fn restore_general(&mut self, rest: &[u8]) -> Result<(), Unreadable> {
        let version = *rest.first().ok_or(Unreadable::Malformed)?;
        if !(1..=VERSION).contains(&version) {
            return Err(Unreadable::Version(version));
        }
        let GeneralEntry(_, newest) = read(rest)?;
        self.newest = newest;
        Ok(())
    }

    fn restored_book(&mut self, number: u8) -> Result<&mut super::book::Book, Unreadable> {
        self.books.get_mut(usize::from(number)).ok_or(Unreadable::NoSuchBook(number))
    }

    fn restore_item(&mut self, rest: &[u8]) -> Result<(), Unreadable> {
        let item = read::<ItemEntry>(rest)?.into_item();
        self.restored_book(item.book)?;
        let too_large = item.amount > crate::record::Amount::DE4_MAX
            || item.approved > item.amount
            || item.tip > item.amount;
        if item.state.is_final() || too_large || self.item(item.seq).is_some() {
            return Err(Unreadable::Malformed);
        }
        if self.items.is_full() {
            return Err(Unreadable::ItemsFull);
        }
        self.insert(item);
        Ok(())
    }
}

/// The version that a general entry says it is of.
#[must_use]
pub fn checkpoint_version(entry: &[u8]) -> Option<u8> {
    match entry {
        [GENERAL, version, ..] => Some(*version),
        _ => None,
    }
}
