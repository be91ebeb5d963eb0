//! X and Z: what the open batch adds up to, and what the last closed one did.

use super::nor_flash::NorFlash;

use super::{Error, Journal, XTotals, bisync};
use crate::ledger::Item;
use crate::record::{Freeze, Record};

#[bisync]
impl<F: NorFlash, const ITEMS: usize, const BOOKS: usize, const FRAME: usize>
    Journal<F, ITEMS, BOOKS, FRAME>
{
    /// The running totals of a book (X). Reads nothing.
    ///
    /// # Errors
    /// There is no such book, or the last record could not be made durable, without which nothing may
    /// be shown.
    pub async fn x_totals(&mut self, book: u8) -> Result<XTotals, Error<F::Error>> {
        self.awake().await?;
        self.confirm_shown().await?;
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
    pub async fn z_totals(&mut self, book: u8) -> Result<Option<Freeze>, Error<F::Error>> {
        self.awake().await?;
        self.confirm_shown().await?;
        let Some(wanted) = self.state.ledger.last_closed(book)? else { return Ok(None) };
        let mut found = None;
        self.log
            .scan(|entry| {
                if entry.seq == wanted.0
                    && let Ok(Record::Freeze(freeze)) = Record::decode(entry.kind, entry.payload)
                {
                    found = Some(freeze);
                }
            })
            .await;
        Ok(found)
    }
}
