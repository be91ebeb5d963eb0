//! Settlement, one durable step after the other.

use embedded_storage::nor_flash::NorFlash;

use super::query::Receipt;
use super::{Error, Journal};
use crate::ledger::ItemState;
use crate::record::{
    Batch, BatchClosed, Freeze, Invoice, Record, ResponseCode, Seq, SetBatch, SettleAnswer,
    SettleAttempt, SettleClass, Stan, Totals, Unfreeze, UploadEnd, Uploaded, Uptime,
};

/// A 0500 that is durable: what to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettleRequest {
    /// The batch being settled.
    pub batch: Batch,
    /// DE11.
    pub stan: Stan,
    /// 1 for the first attempt.
    pub number: u16,
    /// The figures; the same at every attempt.
    pub totals: Totals,
}

impl<F: NorFlash, const ITEMS: usize, const BOOKS: usize, const FRAME: usize>
    Journal<F, ITEMS, BOOKS, FRAME>
{
    /// Locks a book for its settlement and freezes the figures. Only an unresolved refund that is
    /// answered before the first 0500 still joins them: send what
    /// [`settle_attempt`](Self::settle_attempt) says. One that is answered later counts in no batch,
    /// and is an expected difference, as are the unresolved payments that
    /// [`duties`](Self::duties) names.
    ///
    /// # Errors
    /// A payment of the batch is open and not unresolved, a settlement is under way, or the flash
    /// failed.
    pub fn close_batch(&mut self, book: u8) -> Result<Totals, Error<F::Error>> {
        let totals = self.state.ledger.settle_totals(book)?;
        let batch = self.state.ledger.settle_batch(book)?;
        self.write(&Record::Freeze(Freeze { book, batch, totals: totals.clone() }))?;
        Ok(totals)
    }

    /// Calls a settlement off; possible only before its first 0500.
    ///
    /// # Errors
    /// A 0500 may have been sent, or none is under way, or the flash failed.
    pub fn unlock_batch(&mut self, book: u8) -> Result<(), Error<F::Error>> {
        self.write(&Record::Unfreeze(Unfreeze { book })).map(drop)
    }

    /// Makes a 0500 durable, before its first byte leaves, and says what to send.
    ///
    /// # Errors
    /// The batch is not frozen, or the flash failed.
    pub fn settle_attempt(&mut self, book: u8, now: Uptime) -> Result<SettleRequest, Error<F::Error>> {
        self.confirm()?;
        let ledger = &self.state.ledger;
        let batch = ledger.settle_batch(book)?;
        let stan = ledger.next_settle_stan(book)?;
        let number = ledger.settle_attempts(book)?.saturating_add(1);
        let totals = ledger.settle_totals(book)?;
        self.write(&Record::SettleAttempt(SettleAttempt { book, batch, stan, number }))?;
        self.pace.settling(book, now.0);
        Ok(SettleRequest { batch, stan, number, totals })
    }

    /// The answer to a 0500, as the profile reads it. That it answers the newest attempt, by its
    /// STAN, is for the caller to see: a late answer to an earlier 0500 is not told apart here.
    ///
    /// # Errors
    /// No 0500 was sent, or the flash failed.
    pub fn settle_answer(
        &mut self,
        book: u8,
        class: SettleClass,
        code: Option<ResponseCode>,
    ) -> Result<(), Error<F::Error>> {
        let batch = self.state.ledger.settle_batch(book)?;
        self.write(&Record::SettleAnswer(SettleAnswer { book, batch, class, code }))?;
        if matches!(class, SettleClass::Balanced | SettleClass::Unbalanced) {
            self.pace.settled(book);
        }
        Ok(())
    }

    /// An upload or the message that ends it was not answered, or a connection for any step failed:
    /// [`due`](Self::due) waits from here on. Nothing is written.
    pub fn settle_tried(&mut self, book: u8, now: Uptime) {
        self.pace.settling(book, now.0);
    }

    /// The next payment to upload (0320) after one that was acknowledged; `None` after the last.
    /// Reads the whole log.
    pub fn next_upload(&mut self, book: u8, after: Seq) -> Option<Receipt> {
        let batch = self.state.ledger.settle_batch(book).ok()?;
        let mut after = after;
        loop {
            let next = self.first_intent_after(after, |i| i.book == book && i.batch == batch)?;
            if let Some(story) = self.story(next)
                && story.state == ItemState::Completed
            {
                return Some(self.receipt_of(story));
            }
            after = next;
        }
    }

    /// The host acknowledged the upload of every payment up to and with this one.
    ///
    /// # Errors
    /// No upload is under way, or the flash failed.
    pub fn uploaded(&mut self, book: u8, through: Seq) -> Result<(), Error<F::Error>> {
        let batch = self.state.ledger.settle_batch(book)?;
        self.write(&Record::Uploaded(Uploaded { book, batch, through }))?;
        self.pace.settled(book);
        Ok(())
    }

    /// The host acknowledged the end of the upload.
    ///
    /// # Errors
    /// No upload is under way, or the flash failed.
    pub fn upload_ended(&mut self, book: u8) -> Result<(), Error<F::Error>> {
        let batch = self.state.ledger.settle_batch(book)?;
        self.write(&Record::UploadEnd(UploadEnd { book, batch })).map(drop)
    }

    /// Closes the settled batch; the next one is open when this returns.
    ///
    /// # Errors
    /// The settlement has not ended, or the flash failed.
    pub fn batch_closed(&mut self, book: u8) -> Result<Batch, Error<F::Error>> {
        let batch = self.state.ledger.settle_batch(book)?;
        let next = batch.next();
        self.write(&Record::BatchClosed(BatchClosed { book, batch, next }))?;
        Ok(next)
    }

    /// Sets the numbers of an empty book: the host did at sign-on, or this terminal replaces
    /// another.
    ///
    /// # Errors
    /// The book is not empty, or the flash failed.
    pub fn set_numbers(
        &mut self,
        book: u8,
        batch: Batch,
        stan: Option<Stan>,
        invoice: Option<Invoice>,
    ) -> Result<(), Error<F::Error>> {
        self.write(&Record::SetBatch(SetBatch { book, next: batch, stan, invoice })).map(drop)
    }
}
