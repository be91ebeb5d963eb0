//! The figures of a settlement: what a batch adds up to, and what is left out of it.
//!
//! A void that is open withholds its original: nobody knows whether the host counts it, so neither
//! side is told. The figures follow the ledger until the first 0500, and are fixed from there on.

use super::book::Book;
use super::kinds::Counts;
use super::{Item, Ledger, Refusal};
use crate::record::{Tally, Totals};

impl<const ITEMS: usize, const BOOKS: usize> Ledger<ITEMS, BOOKS> {
    /// What the 0500 of the batch in settlement says, or would say of the open batch: its totals
    /// without the originals of open voids. From the first 0500 on it is what was sent.
    ///
    /// # Errors
    /// There is no such book.
    pub fn settle_totals(&self, book: u8) -> Result<Totals, Refusal> {
        let state = self.book(book)?;
        let mut totals = state.settled().totals.clone();
        if !state.is_fixed() {
            let left_out = self.withheld(book).filter(|item| !item.withheld);
            left_out.for_each(|item| shift(&mut totals, item, Tally::minus));
        }
        Ok(totals)
    }

    /// The open voids whose originals are left out of the figures of the batch in settlement (or,
    /// where there is none, would be left out of those of the open one).
    pub fn withheld(&self, book: u8) -> impl Iterator<Item = &Item> {
        let batch = self.settle_batch(book).ok();
        let sent = self.book(book).is_ok_and(Book::is_fixed);
        self.items.iter().filter(move |item| {
            let leaves_out = if sent { item.withheld } else { item.counts().is_void() };
            item.book == book && Some(item.batch) == batch && leaves_out
        })
    }

    /// The first 0500 is about to be sent: the figures stay as they are from here on.
    pub(super) fn fix_figures(&mut self, book: u8) {
        if self.book(book).is_ok_and(Book::is_fixed) {
            return;
        }
        let Ok(totals) = self.settle_totals(book) else { return };
        self.withhold(book);
        if let Some(book) = self.books.get_mut(usize::from(book)) {
            book.settled_mut().totals = totals;
        }
    }

    /// The originals of open voids are left out of the figures already.
    pub(super) fn withhold(&mut self, book: u8) {
        let Ok(batch) = self.settle_batch(book) else { return };
        let meant = |item: &&mut Item| (item.book, item.batch) == (book, batch);
        for item in self.items.iter_mut().filter(meant).filter(|item| item.counts().is_void()) {
            item.withheld = true;
        }
    }

    /// The settlement is called off: what was left out counts again. Figures of a running terminal
    /// are fixed only when it is too late for that; those of a log with losses may be before.
    pub(super) fn release_figures(&mut self, number: u8) {
        let Some(book) = self.books.get_mut(usize::from(number)) else { return };
        let span = book.settled_mut();
        let meant = |item: &&mut Item| (item.book, item.batch) == (number, span.batch);
        for item in self.items.iter_mut().filter(meant).filter(|item| item.withheld) {
            item.withheld = false;
            shift(&mut span.totals, item, |side, original| side.plus(original.amount));
        }
    }
}

/// Takes a void's original out of the totals, or puts it back.
fn shift(totals: &mut Totals, void: &Item, by: impl Fn(Tally, Tally) -> Tally) {
    let original = Tally { count: 1, amount: void.amount };
    if totals.of(void.currency, void.cards).is_none() {
        return;
    }
    let Some(row) = totals.row(void.currency, void.cards) else { return };
    let side = match void.counts() {
        Counts::RefundsVoided => &mut row.refunds,
        _ => &mut row.sales,
    };
    *side = by(*side, original);
}
