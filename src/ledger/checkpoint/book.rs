//! The entries of a book: itself, its settlement, its rows of totals.

use super::super::book::{BOOK_ROWS, Book, Identities, Kept, Settling, Span, bounded, bounded_row};
use super::super::{Phase, Unreadable};
use super::{ROWS, unless};
use crate::record::sparse::sparse;
use crate::record::{Batch, Invoice, Seq, Stan, Tally, Totals, TotalsRow};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Serialize, Deserialize)]
struct KeptEntry(Seq, u32);

impl From<Kept> for KeptEntry {
    fn from(kept: Kept) -> Self {
        Self(kept.seq, kept.cost)
    }
}

impl From<KeptEntry> for Kept {
    fn from(KeptEntry(seq, cost): KeptEntry) -> Self {
        Self { seq, cost }
    }
}

#[derive(Clone, Copy, Serialize, Deserialize)]
struct IdentityEntry(u8, Seq, u32);

pub(super) struct BookEntry {
    pub(super) number: u8,
    batch: Batch,
    next_stan: Stan,
    next_invoice: Invoice,
    from: Seq,
    pinned: u32,
    first_stan: Option<Stan>,
    closed: Option<KeptEntry>,
    uncounted: Option<Tally>,
    identities: Option<IdentityEntry>,
    /// The identity when the batch was opened, where that is another than the present one.
    opened_as: Option<Option<u8>>,
}

sparse! {
    BookEntry {
        always { number, batch, next_stan, next_invoice, from, pinned },
        maybe { first_stan, closed, uncounted, identities, opened_as },
    }
}

impl BookEntry {
    pub(super) fn of(number: u8, book: &Book) -> Self {
        let entry = |i: Identities| IdentityEntry(i.current, i.from, i.bytes);
        Self {
            number,
            batch: book.open.batch,
            next_stan: book.next_stan,
            next_invoice: book.next_invoice,
            from: book.open.from,
            pinned: book.open.pinned,
            first_stan: book.open.first_stan,
            closed: book.closed.map(KeptEntry::from),
            uncounted: unless(book.uncounted, &Tally::ZERO),
            identities: book.identities.map(entry),
            opened_as: unless(book.open.identity, &book.current_identity()),
        }
    }

    pub(super) fn into_book(self) -> Book {
        let identities = self.identities.map(|IdentityEntry(current, from, bytes)| Identities {
            current,
            from,
            bytes,
        });
        let current = identities.map(|identities| identities.current);
        Book {
            open: Span {
                totals: Totals::new(),
                batch: self.batch,
                from: self.from,
                pinned: self.pinned,
                first_stan: self.first_stan,
                identity: self.opened_as.unwrap_or(current),
            },
            settling: None,
            identities,
            closed: self.closed.map(Kept::from),
            uncounted: bounded(self.uncounted.unwrap_or(Tally::ZERO)),
            next_stan: self.next_stan,
            next_invoice: self.next_invoice,
            used: true,
        }
    }
}

pub(super) struct SettlingEntry {
    pub(super) number: u8,
    phase: Phase,
    attempts: Option<u16>,
    uploaded: Option<Seq>,
    freeze: Option<KeptEntry>,
    unlocked: Option<()>,
    named: Option<Tally>,
    apart: Option<SpanEntry>,
}

sparse! {
    SettlingEntry {
        always { number, phase },
        maybe { attempts, uploaded, freeze, unlocked, named, apart },
    }
}

#[derive(Serialize, Deserialize)]
struct SpanEntry {
    batch: Batch,
    from: Seq,
    pinned: u32,
    first_stan: Option<Stan>,
    identity: Option<u8>,
}

impl SettlingEntry {
    pub(super) fn of(number: u8, settling: &Settling) -> Self {
        let span = |span: &Span| SpanEntry {
            batch: span.batch,
            from: span.from,
            pinned: span.pinned,
            first_stan: span.first_stan,
            identity: span.identity,
        };
        Self {
            number,
            phase: settling.phase,
            attempts: unless(settling.attempts, &0),
            uploaded: unless(settling.uploaded, &Seq(0)),
            freeze: settling.freeze.map(KeptEntry::from),
            unlocked: settling.unlocked.then_some(()),
            named: unless(settling.named, &Tally::ZERO),
            apart: settling.apart.as_ref().map(span),
        }
    }

    pub(super) fn into_settling(self) -> Result<Settling, Unreadable> {
        if self.phase == Phase::Open {
            return Err(Unreadable::Malformed);
        }
        let span = |span: SpanEntry| Span {
            totals: Totals::new(),
            batch: span.batch,
            from: span.from,
            pinned: span.pinned,
            first_stan: span.first_stan,
            identity: span.identity,
        };
        Ok(Settling {
            phase: self.phase,
            attempts: self.attempts.unwrap_or(0),
            uploaded: self.uploaded.unwrap_or(Seq(0)),
            freeze: self.freeze.map(Kept::from),
            unlocked: self.unlocked.is_some(),
            named: bounded(self.named.unwrap_or(Tally::ZERO)),
            apart: self.apart.map(span),
        })
    }
}

/// A row of the open batch, or of the one in settlement where that is apart.
pub(super) struct TotalsEntry {
    pub(super) number: u8,
    pub(super) row: TotalsRow,
    pub(super) apart: Option<()>,
}

sparse! {
    TotalsEntry { always { number, row }, maybe { apart } }
}

impl TotalsEntry {
    pub(super) fn of(number: u8, apart: bool, row: &TotalsRow) -> Self {
        Self { number, row: *row, apart: apart.then_some(()) }
    }
}

impl Book {
    /// Takes a row of totals. Rows come after their book and its settlement.
    pub(super) fn restore_row(&mut self, apart: bool, row: TotalsRow) -> Result<(), Unreadable> {
        let batch = match apart {
            true => self.apart().ok_or(Unreadable::Malformed)?.batch,
            false => self.open.batch,
        };
        if !self.has_row(batch, row.currency, row.cards) {
            return Err(Unreadable::Malformed);
        }
        let span = if apart { self.apart_mut() } else { Some(&mut self.open) };
        let totals = &mut span.ok_or(Unreadable::Malformed)?.totals;
        *totals.row(row.currency, row.cards).ok_or(Unreadable::Malformed)? = bounded_row(row);
        Ok(())
    }
}

const _: () = assert!(BOOK_ROWS > ROWS, "a batch that is full leaves the next one a row");
