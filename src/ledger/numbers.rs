//! The counters: STAN, batch, invoice. No power cut and no loss lowers them.

use super::{Ledger, Refusal};
use crate::record::{Batch, Invoice, Seq, Stan};

/// STANs that payments leave over in a batch, so that it can always be settled: a 0500 and
/// each of its repeats uses one.
const SETTLEMENT_STANS: u32 = 1_000;

impl<const ITEMS: usize, const BOOKS: usize> Ledger<ITEMS, BOOKS> {
    /// The STAN that the book's next intent must carry. It starts over after 999 999 and
    /// skips the STANs of open payments.
    ///
    /// # Errors
    /// No such book, or the open batch has used all but the last 1000 STANs.
    pub fn next_stan(&self, book: u8) -> Result<Stan, Refusal> {
        self.free_stan(book, SETTLEMENT_STANS)
    }

    /// The STAN that the book's next 0500 must carry.
    ///
    /// # Errors
    /// No such book, or the open batch has used every STAN.
    pub fn next_settle_stan(&self, book: u8) -> Result<Stan, Refusal> {
        self.free_stan(book, 1)
    }

    fn free_stan(&self, book: u8, leave: u32) -> Result<Stan, Refusal> {
        let state = self.book(book)?;
        let taken = |stan| self.items.iter().any(|item| item.book == book && item.stan == stan);
        let mut stan = state.next_stan;
        // Each item can be met once: one step more finds a free number.
        for _ in 0..=ITEMS {
            if state.stans_left(stan) < leave {
                break;
            }
            if !taken(stan) {
                return Ok(stan);
            }
            stan = stan.next();
        }
        Err(Refusal::StanExhausted { book })
    }

    /// The invoice number that the book's next intent must carry.
    ///
    /// # Errors
    /// There is no such book.
    pub fn next_invoice(&self, book: u8) -> Result<Invoice, Refusal> {
        self.book(book).map(|book| book.next_invoice)
    }

    /// The book's open batch.
    ///
    /// # Errors
    /// There is no such book.
    pub fn batch(&self, book: u8) -> Result<Batch, Refusal> {
        self.book(book).map(|book| book.batch)
    }

    /// How many 0500 of the batch in settlement were recorded.
    ///
    /// # Errors
    /// There is no such book.
    pub fn settle_attempts(&self, book: u8) -> Result<u16, Refusal> {
        self.book(book).map(|book| book.settle_attempts)
    }

    /// The sequence number from which the book's open batch holds every record.
    ///
    /// # Errors
    /// There is no such book.
    pub fn batch_from(&self, book: u8) -> Result<Seq, Refusal> {
        self.book(book).map(|book| book.batch_from)
    }

    /// Raises STAN and invoice of every book past all that `records` lost records could
    /// have used. [`Ledger::lost`] does this.
    ///
    /// A batch that may have used every STAN is exhausted by this and has to be settled.
    pub fn jump(&mut self, records: u32) {
        // A lost intent may have stepped over the STANs of all open payments besides.
        let steps = records.saturating_add(ITEMS as u32);
        for book in self.books.iter_mut().filter(|_| records > 0) {
            let left = book.stans_left(book.next_stan).min(Stan::MAX.get() - 1);
            book.first_stan.get_or_insert(book.next_stan);
            book.next_stan = book.next_stan.ahead(steps.min(left));
            book.next_invoice = book.next_invoice.ahead(steps);
            book.used = true;
        }
    }
}
