//! The counters: STAN, batch, invoice. No power cut and no loss lowers them.

use super::book::Book;
use super::kinds::rule;
use super::{Ledger, Refusal};
use crate::record::{Batch, Invoice, Seq, Stan, Tally, TransactionKind};

/// STANs that payments leave over in a batch, so that it can always be settled: a 0500 and
/// each of its repeats uses one.
const SETTLEMENT_STANS: u32 = 1_000;

impl<const ITEMS: usize, const BOOKS: usize> Ledger<ITEMS, BOOKS> {
    /// The STAN that the book's next intent must carry. It starts over after 999 999 and
    /// skips the STANs of open payments.
    ///
    /// # Errors
    /// No such book, or the unsettled batches have used all but the last 1000 STANs.
    pub fn next_stan(&self, book: u8) -> Result<Stan, Refusal> {
        self.free_stan(book, SETTLEMENT_STANS)
    }

    /// The STAN that the book's next 0500 must carry.
    ///
    /// # Errors
    /// No such book, or the unsettled batches have used every STAN.
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

    /// The batch that takes new business.
    ///
    /// # Errors
    /// There is no such book.
    pub fn batch(&self, book: u8) -> Result<Batch, Refusal> {
        self.book(book).map(|book| book.open.batch)
    }

    /// The batch in settlement; the open one where there is none.
    ///
    /// # Errors
    /// There is no such book.
    pub fn settle_batch(&self, book: u8) -> Result<Batch, Refusal> {
        self.book(book).map(|book| book.settled().batch)
    }

    /// No record of the batch that is to be settled has a lower number.
    ///
    /// # Errors
    /// There is no such book.
    pub(crate) fn settle_from(&self, book: u8) -> Result<Seq, Refusal> {
        self.book(book).map(Book::from)
    }

    /// The batch that the book's next intent must carry: the open one, and for an offline payment
    /// that begins during a settlement the next.
    ///
    /// # Errors
    /// There is no such book.
    pub fn intent_batch(&self, book: u8, kind: TransactionKind) -> Result<Batch, Refusal> {
        let book = self.book(book)?;
        let opens_next =
            rule(kind).owes.is_offline() && book.settling.is_some() && book.apart().is_none();
        Ok(if opens_next { book.open.batch.next() } else { book.open.batch })
    }

    /// How many 0500 of the batch in settlement were recorded.
    ///
    /// # Errors
    /// There is no such book.
    pub fn settle_attempts(&self, book: u8) -> Result<u16, Refusal> {
        self.book(book).map(|book| book.settling.as_ref().map_or(0, |settling| settling.attempts))
    }

    /// The sequence number from which the book's open batch holds every record.
    ///
    /// # Errors
    /// There is no such book.
    pub fn batch_from(&self, book: u8) -> Result<Seq, Refusal> {
        self.book(book).map(|book| book.open.from)
    }

    /// The sequence number from which the book's unsettled batches hold every record.
    ///
    /// # Errors
    /// There is no such book.
    pub fn unsettled_from(&self, book: u8) -> Result<Seq, Refusal> {
        self.book(book).map(Book::from)
    }

    /// The `Freeze` record of the batch that was closed last: its figures can be read back.
    ///
    /// # Errors
    /// There is no such book.
    pub fn last_closed(&self, book: u8) -> Result<Option<Seq>, Refusal> {
        self.book(book).map(|book| book.closed.map(|freeze| freeze.seq))
    }

    /// Payments that completed too late to count in their batch, and were not yet named by the
    /// settlement of a later one.
    ///
    /// # Errors
    /// There is no such book.
    pub fn uncounted(&self, book: u8) -> Result<Tally, Refusal> {
        self.book(book).map(|book| book.uncounted)
    }

    /// Index of the book's present identity, once one was recorded.
    ///
    /// # Errors
    /// There is no such book.
    pub fn identity(&self, book: u8) -> Result<Option<u8>, Refusal> {
        self.book(book).map(Book::current_identity)
    }

    /// The next batch takes all business although the old one is not closed.
    ///
    /// # Errors
    /// There is no such book.
    pub fn is_unlocked(&self, book: u8) -> Result<bool, Refusal> {
        self.book(book).map(|book| book.settling.is_some() && !book.is_locked())
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
            book.open.first_stan.get_or_insert(book.next_stan);
            book.next_stan = book.next_stan.ahead(steps.min(left));
            book.next_invoice = book.next_invoice.ahead(steps);
            book.used = true;
        }
    }
}
