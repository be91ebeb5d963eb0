//! The chip approves offline (Y3) when no answer came.

use super::nor_flash::NorFlash;

use super::{Begin, Error, Journal, Sent, bisync};
use crate::record::{Intent, OfflineApproved, Record, Seq, TransactionKind};

#[bisync]
impl<F: NorFlash, const ITEMS: usize, const BOOKS: usize, const FRAME: usize>
    Journal<F, ITEMS, BOOKS, FRAME>
{
    /// No answer came, and then the chip approved offline (Y3). What was sent owes a reversal, and the
    /// sale is stored as an offline one under a STAN of its own: both in one record, durable when this
    /// returns; then the goods may leave. The reversal is sent before the advice, as
    /// [`due`](Self::due) says.
    ///
    /// `begin` is the offline sale: its kind is taken for [`TransactionKind::OfflineSale`], its
    /// reference belongs into `begin` again. Returns the sale's name, and what was written with STAN,
    /// batch and invoice number.
    ///
    /// # Errors
    /// The payment does not wait for an answer in this run, its reversal was attempted already, there
    /// is no room ([`Error::Full`]: decline, then the payment owes its reversal), or the flash failed.
    pub async fn offline_approved(
        &mut self,
        item: Seq,
        sent: Sent,
        begin: &Begin,
    ) -> Result<(Seq, Intent), Error<F::Error>> {
        self.awake().await?;
        let kind = TransactionKind::OfflineSale;
        let begin = Begin { kind, ..begin.clone() };
        let record = self.offline(item, sent, &begin)?;
        self.state.ledger.check_live(&record)?;
        self.has_room(kind, &record, self.attached_bytes(&begin)?)?;
        self.confirm().await?;
        // Counters may have jumped when a loss was written down.
        let record = self.offline(item, sent, &begin)?;
        let (sale, _) = self.write(&record).await?;
        self.write_attached(sale, &begin).await?;
        match record {
            Record::OfflineApproved(offline) => Ok((sale, offline.intent)),
            _ => Err(Error::NotFound { item: sale }),
        }
    }

    fn offline(&self, item: Seq, sent: Sent, begin: &Begin) -> Result<Record, Error<F::Error>> {
        let (book, reverse) = (self.book_of(item)?, sent == Sent::Perhaps);
        let intent = self.numbered(begin)?;
        Ok(Record::OfflineApproved(OfflineApproved { item, book, reverse, intent }))
    }
}
