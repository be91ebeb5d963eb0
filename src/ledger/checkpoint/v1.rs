//! A book as version 1 wrote it: read for ever, and never written again.

use super::super::Phase;
use super::super::book::{Book, Settling, Span, bounded_row};
use crate::record::sparse::sparse;
use crate::record::{Batch, CurrencyTotalsV1, Invoice, Seq, Stan, Tally, Totals, TotalsRow};
use serde::Deserialize;

pub(super) const BOOK: u8 = 2;
pub(super) const FURTHER_TOTALS: u8 = 3;

#[derive(Deserialize)]
pub(super) struct FurtherEntry(pub(super) u8, pub(super) CurrencyTotalsV1);

pub(super) struct BookEntry {
    pub(super) number: u8,
    phase: Phase,
    batch: Batch,
    next_stan: Stan,
    next_invoice: Invoice,
    batch_from: Seq,
    pinned: u32,
    first_stan: Option<Stan>,
    settle_attempts: Option<u16>,
    uploaded: Option<Seq>,
    totals: Option<CurrencyTotalsV1>,
}

sparse! {
    BookEntry {
        always { number, phase, batch, next_stan, next_invoice, batch_from, pinned },
        maybe { first_stan, settle_attempts, uploaded, totals },
    }
}

impl BookEntry {
    pub(super) fn into_book(self) -> Book {
        let settling = Settling {
            attempts: self.settle_attempts.unwrap_or(0),
            uploaded: self.uploaded.unwrap_or(Seq(0)),
            ..Settling::begun(self.phase, None, Tally::ZERO)
        };
        let mut totals = Totals::new();
        if let Some(row) = self.totals.map(TotalsRow::from)
            && let Some(first) = totals.row(row.currency, row.cards)
        {
            *first = bounded_row(row);
        }
        Book {
            open: Span {
                totals,
                batch: self.batch,
                from: self.batch_from,
                pinned: self.pinned,
                first_stan: self.first_stan,
                identity: None,
            },
            settling: (self.phase != Phase::Open).then_some(settling),
            next_stan: self.next_stan,
            next_invoice: self.next_invoice,
            used: true,
            ..Book::UNUSED
        }
    }
}

/// Leaves of a book what this version knew.
pub(super) fn forget_newer(book: &mut Book) {
    book.closed = None;
    book.uncounted = Tally::ZERO;
    book.identities = None;
    book.open.identity = None;
    if let Some(settling) = &mut book.settling {
        settling.freeze = None;
        settling.named = Tally::ZERO;
    }
}
