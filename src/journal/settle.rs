//! Settlement, one durable step after the other.

use super::nor_flash::NorFlash;

use heapless::Vec;

use super::{Error, Journal, Receipt, SettleRequest, bisync};
use crate::ledger::figures::{DETAILS_PER_UPLOAD, UnionPayEnd, unionpay_answer};
use crate::ledger::{Counts, Duty, ItemState, SettleStep, rule};
use crate::record::{
    Batch, BatchClosed, Freeze, Invoice, NextBatch, Record, ResponseCode, Seq, SetBatch,
    SettleAnswer, SettleAttempt, SettleClass, Stan, Text, Totals, Unfreeze, UploadEnd, Uploaded,
    Uptime,
};

#[bisync]
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
    pub async fn close_batch(&mut self, book: u8) -> Result<Totals, Error<F::Error>> {
        self.awake().await?;
        let totals = self.state.ledger.settle_totals(book)?;
        let batch = self.state.ledger.settle_batch(book)?;
        self.write(&Record::Freeze(Freeze { book, batch, totals: totals.clone() })).await?;
        Ok(totals)
    }

    /// Calls a settlement off; possible only before its first 0500.
    ///
    /// # Errors
    /// A 0500 may have been sent, or none is under way, or the flash failed.
    pub async fn unlock_batch(&mut self, book: u8) -> Result<(), Error<F::Error>> {
        self.awake().await?;
        self.write(&Record::Unfreeze(Unfreeze { book })).await.map(drop)
    }

    /// Makes a 0500 durable, before its first byte leaves, and says what to send.
    ///
    /// # Errors
    /// The batch is not frozen, or the flash failed.
    pub async fn settle_attempt(
        &mut self,
        book: u8,
        now: Uptime,
    ) -> Result<SettleRequest, Error<F::Error>> {
        self.awake().await?;
        self.confirm().await?;
        let ledger = &self.state.ledger;
        let batch = ledger.settle_batch(book)?;
        let stan = ledger.next_settle_stan(book)?;
        let number = ledger.settle_attempts(book)?.saturating_add(1);
        let totals = ledger.settle_totals(book)?;
        self.write(&Record::SettleAttempt(SettleAttempt { book, batch, stan, number })).await?;
        self.pace.unbalanced(book);
        self.pace.settling(book, now.0);
        Ok(SettleRequest { batch, stan, number, totals })
    }

    /// The answer to a 0500, as the profile reads it. That it answers the newest attempt, by its
    /// STAN, is for the caller to see: a late answer to an earlier 0500 is not told apart here.
    ///
    /// # Errors
    /// No 0500 was sent, or the flash failed.
    pub async fn settle_answer(
        &mut self,
        book: u8,
        class: SettleClass,
        code: Option<ResponseCode>,
    ) -> Result<(), Error<F::Error>> {
        self.awake().await?;
        let batch = self.state.ledger.settle_batch(book)?;
        self.write(&Record::SettleAnswer(SettleAnswer { book, batch, class, code })).await?;
        // Whatever was heard before is outdated.
        self.pace.unbalanced(book);
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

    /// The DE39 of the answer to a 0500, read by the profile; none: no answer, or none that can be used.
    /// 90 is busy, not unbalanced. What it means is durable when this returns.
    ///
    /// # Errors
    /// As [`settle_answer`](Self::settle_answer).
    pub async fn settle_answer_de39(
        &mut self,
        book: u8,
        code: Option<ResponseCode>,
    ) -> Result<SettleClass, Error<F::Error>> {
        self.awake().await?;
        let class = self.profile(book).codes.settlement(code);
        self.settle_answer(book, class, code).await?;
        Ok(class)
    }

    /// DE48 of the answer to a UnionPay-style 0500, which has no DE39: bytes 31 and 62 say whether
    /// domestic and foreign cards balance.
    ///
    /// Balanced is not the end: the host waits for an end message all the same. Until that is answered
    /// ([`upload_ended`](Self::upload_ended)) nothing of the balance is written, and a power cut before
    /// it repeats the 0500 with the same figures. [`due`](Self::due) says that an upload with nothing
    /// left goes on.
    ///
    /// # Errors
    /// As [`settle_answer`](Self::settle_answer).
    pub async fn settle_answer_de48(
        &mut self,
        book: u8,
        de48: &[u8],
    ) -> Result<SettleClass, Error<F::Error>> {
        self.awake().await?;
        let class = unionpay_answer(de48);
        let batch = self.state.ledger.settle_batch(book)?;
        let record = Record::SettleAnswer(SettleAnswer { book, batch, class, code: None });
        self.state.ledger.check_live(&record)?;
        if class == SettleClass::Balanced {
            self.pace.balanced(book);
        } else {
            self.settle_answer(book, class, None).await?;
        }
        Ok(class)
    }

    /// DE60.3 of the message that ends a UnionPay-style settlement: 207 where it balanced, 202 after an
    /// upload.
    #[must_use]
    pub fn settle_end(&self, book: u8) -> UnionPayEnd {
        if self.pace.is_balanced(book) { UnionPayEnd::Balanced } else { UnionPayEnd::Unbalanced }
    }

    /// The next payments to upload in one message (UnionPay: eight in a 0320), after one that was
    /// acknowledged; empty after the last. Their [`receipt`](Self::receipt)s say the rest. Reads the
    /// whole log for each.
    ///
    /// # Errors
    /// As [`next_upload`](Self::next_upload), where there is not one to upload before that.
    pub async fn next_uploads(
        &mut self,
        book: u8,
        after: Seq,
    ) -> Result<Vec<Seq, DETAILS_PER_UPLOAD>, Error<F::Error>> {
        self.awake().await?;
        let mut group = Vec::new();
        let mut after = after;
        while !group.is_full() {
            match self.next_to_upload(book, after, false).await {
                Ok(Some(next)) => {
                    after = next;
                    let _ = group.push(next);
                }
                Err(error) if group.is_empty() => return Err(error),
                Ok(None) | Err(_) => break,
            }
        }
        Ok(group)
    }

    /// The next payment to upload (0320) after one that was acknowledged; `None` after the last.
    /// Reads the whole log.
    ///
    /// # Errors
    /// Records are lost or could not be read, and the next one may be among them
    /// ([`Error::MayBeLost`]): try again, for a driver may have failed once; if it stays so, look what
    /// is missing, and go on with [`next_upload_even_if_lost`](Self::next_upload_even_if_lost) and
    /// [`upload_ended_even_if_lost`](Self::upload_ended_even_if_lost).
    /// Or no upload is under way, or as [`receipt`](Self::receipt).
    pub async fn next_upload(
        &mut self,
        book: u8,
        after: Seq,
    ) -> Result<Option<Receipt>, Error<F::Error>> {
        self.awake().await?;
        self.receipt_of_next(book, after, false).await
    }

    /// As [`next_upload`](Self::next_upload), where records are lost for good and someone has looked: the
    /// next payment that can be read.
    ///
    /// # Errors
    /// As [`next_upload`](Self::next_upload), without [`Error::MayBeLost`].
    pub async fn next_upload_even_if_lost(
        &mut self,
        book: u8,
        after: Seq,
    ) -> Result<Option<Receipt>, Error<F::Error>> {
        self.awake().await?;
        self.receipt_of_next(book, after, true).await
    }

    async fn receipt_of_next(
        &mut self,
        book: u8,
        after: Seq,
        even_if_lost: bool,
    ) -> Result<Option<Receipt>, Error<F::Error>> {
        match self.next_to_upload(book, after, even_if_lost).await? {
            Some(next) => self.receipt(next).await.map(Some),
            None => Ok(None),
        }
    }

    /// One that cannot be read now may come before the next one that can: once that is uploaded, nobody
    /// looks behind it.
    async fn next_to_upload(
        &mut self,
        book: u8,
        after: Seq,
        even_if_lost: bool,
    ) -> Result<Option<Seq>, Error<F::Error>> {
        self.confirm_shown().await?;
        let batch = self.state.ledger.settle_batch(book)?;
        // What is lost just before the first payment that can be read may be the first of the batch.
        let from = Seq(self.state.ledger.settle_from(book)?.0.saturating_sub(1));
        let look = async |journal: &mut Self| journal.next_of_batch(book, batch, after).await;
        match self.watched(from, look).await {
            (_, places @ 1..) if !even_if_lost => Err(Error::MayBeLost { places }),
            (next, _) => Ok(next),
        }
    }

    async fn next_of_batch(&mut self, book: u8, batch: Batch, after: Seq) -> Option<Seq> {
        let mut after = after;
        // Each round goes on behind the last, and there are no more payments than STANs.
        for _ in 0..Stan::MAX.get() {
            let next = self
                .first_intent_after(after, |i| {
                    i.book == book && i.batch == batch && rule(i.kind).counts != Counts::None
                })
                .await?;
            if self.story(next).await.is_some_and(|story| story.state == ItemState::Completed) {
                return Some(next);
            }
            after = next;
        }
        None
    }

    /// The host acknowledged the upload of every payment up to and with this one.
    ///
    /// # Errors
    /// No upload is under way, or the flash failed.
    pub async fn uploaded(&mut self, book: u8, through: Seq) -> Result<(), Error<F::Error>> {
        self.awake().await?;
        let batch = self.state.ledger.settle_batch(book)?;
        self.write(&Record::Uploaded(Uploaded { book, batch, through })).await?;
        self.pace.settled(book);
        Ok(())
    }

    /// The host acknowledged the end of the upload, or the end message of a settlement that balanced.
    /// Durable when this returns.
    ///
    /// # Errors
    /// A payment is not uploaded yet ([`Error::NotUploaded`]), or one may be among records that are lost
    /// or could not be read ([`Error::MayBeLost`]): as for [`next_upload`](Self::next_upload). No upload
    /// is under way, or the flash failed.
    pub async fn upload_ended(&mut self, book: u8) -> Result<(), Error<F::Error>> {
        self.awake().await?;
        self.end_upload(book, false).await
    }

    /// As [`upload_ended`](Self::upload_ended), where records are lost for good and someone has looked
    /// which payments of the batch were among them.
    ///
    /// # Errors
    /// As [`upload_ended`](Self::upload_ended), without [`Error::MayBeLost`].
    pub async fn upload_ended_even_if_lost(&mut self, book: u8) -> Result<(), Error<F::Error>> {
        self.awake().await?;
        self.end_upload(book, true).await
    }

    async fn end_upload(&mut self, book: u8, even_if_lost: bool) -> Result<(), Error<F::Error>> {
        let batch = self.state.ledger.settle_batch(book)?;
        if self.pace.is_balanced(book) {
            let class = SettleClass::Balanced;
            return self.settle_answer(book, class, None).await;
        }
        let record = Record::UploadEnd(UploadEnd { book, batch });
        self.state.ledger.check_live(&record)?;
        let uploaded = self.state.ledger.due().find_map(|duty| match duty {
            Duty::Settle { book: of, step: SettleStep::Upload { after } } if of == book => {
                Some(after)
            }
            _ => None,
        });
        if let Some(after) = uploaded
            && let Some(item) = self.next_to_upload(book, after, even_if_lost).await?
        {
            return Err(Error::NotUploaded { item });
        }
        self.write(&record).await?;
        self.pace.settled(book);
        Ok(())
    }

    /// An operator opens the next batch although the settlement of this one is not finished, as when
    /// its 0500 is refused for good. The old batch stays owed, with the figures that were sent; its
    /// settlement goes on beside the new business, and the next one waits for it. Durable when this
    /// returns.
    ///
    /// # Errors
    /// No 0500 was sent yet ([`unlock_batch`](Self::unlock_batch) calls it off), the next batch is open
    /// already, or the flash failed.
    pub async fn next_batch(&mut self, book: u8, who: Text<16>) -> Result<Batch, Error<F::Error>> {
        self.awake().await?;
        let batch = self.state.ledger.settle_batch(book)?;
        let next = batch.next();
        self.write(&Record::NextBatch(NextBatch { book, batch, next, who })).await?;
        Ok(next)
    }

    /// Closes the settled batch; the next one is open when this returns.
    ///
    /// # Errors
    /// The settlement has not ended, or the flash failed.
    pub async fn batch_closed(&mut self, book: u8) -> Result<Batch, Error<F::Error>> {
        self.awake().await?;
        let batch = self.state.ledger.settle_batch(book)?;
        let next = batch.next();
        self.write(&Record::BatchClosed(BatchClosed { book, batch, next })).await?;
        Ok(next)
    }

    /// Sets the numbers of an empty book: the host did at sign-on, or this terminal replaces
    /// another.
    ///
    /// # Errors
    /// The book is not empty, or the flash failed.
    pub async fn set_numbers(
        &mut self,
        book: u8,
        batch: Batch,
        stan: Option<Stan>,
        invoice: Option<Invoice>,
    ) -> Result<(), Error<F::Error>> {
        self.awake().await?;
        self.write(&Record::SetBatch(SetBatch { book, next: batch, stan, invoice })).await.map(drop)
    }
}
