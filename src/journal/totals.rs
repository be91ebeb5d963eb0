//! X and Z: what the open batch adds up to, and what the last closed one did.

use embedded_storage::nor_flash::NorFlash;

use super::{Error, Journal};
use crate::ledger::{Item, Phase};
use crate::record::{Batch, Freeze, Record, Tally, Totals};

/// The running totals of a book. Reversed payments are not in them; the payments that nobody can tell
/// yet are named by [`unresolved`](Journal::unresolved_items).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XTotals {
    /// The batch that takes new business.
    pub batch: Batch,
    /// What completed in it, tips and voided payments apart.
    pub totals: Totals,
    /// What a settlement would say now of the batch that is, or would be, settled: without the
    /// originals of voids in doubt.
    pub settlement: Totals,
    /// How far the settlement has come.
    pub phase: Phase,
    /// Payments that completed too late to count in their batch: an expected difference.
    pub uncounted: Tally,
    /// Payments of the book that are open.
    pub open: u32,
    /// Of these, those that an operator has to look at.
    pub unresolved: u32,
    /// Of these, voids in doubt, whose originals a settlement leaves out.
    pub withheld: u32,
}

impl<F: NorFlash, const ITEMS: usize, const BOOKS: usize, const FRAME: usize>
    Journal<F, ITEMS, BOOKS, FRAME>
{
    /// The running totals of a book (X). Reads nothing.
    ///
    /// # Errors
    /// There is no such book, or the last record could not be made durable, without which nothing may
    /// be shown.
    pub fn x_totals(&mut self, book: u8) -> Result<XTotals, Error<F::Error>> {
        self.confirm_shown()?;
        let ledger = &self.state.ledger;
        let open = ledger.items().filter(|item| item.book() == book).count() as u32;
        Ok(XTotals {
            batch: ledger.batch(book)?,
            totals: ledger.totals(book)?.clone(),
            settlement: ledger.settle_totals(book)?,
            phase: ledger.phase(book)?,
            uncounted: ledger.uncounted(book)?,
            open,
            unresolved: self.unresolved_items(book).count() as u32,
            withheld: ledger.withheld(book).count() as u32,
        })
    }

    /// The payments of a book that an operator has to look at: in no totals, and named by a report.
    pub fn unresolved_items(&self, book: u8) -> impl Iterator<Item = &Item> {
        self.state.ledger.items().filter(move |item| item.book() == book && item.is_unresolved())
    }

    /// The figures of the batch that was closed last (Z), read back; none before the first one. Reads
    /// the whole log. They are those of its freeze: an unresolved refund that was answered between
    /// that and the first 0500 is in the figures that were sent, and not here.
    ///
    /// # Errors
    /// There is no such book, or as [`x_totals`](Self::x_totals).
    pub fn z_totals(&mut self, book: u8) -> Result<Option<Freeze>, Error<F::Error>> {
        self.confirm_shown()?;
        let Some(wanted) = self.state.ledger.last_closed(book)? else { return Ok(None) };
        let mut found = None;
        self.log.scan(|entry| {
            if entry.seq == wanted.0
                && let Ok(Record::Freeze(freeze)) = Record::decode(entry.kind, entry.payload)
            {
                found = Some(freeze);
            }
        });
        Ok(found)
    }
}
