//! What is kept beside a payment: the sealed card number, chip data, that its slip was printed.

use super::nor_flash::NorFlash;

use super::{Error, Journal, bisync};
use crate::record::{Attach, Emv, Printed, Record, Sealed, Seq};

#[bisync]
impl<F: NorFlash, const ITEMS: usize, const BOOKS: usize, const FRAME: usize>
    Journal<F, ITEMS, BOOKS, FRAME>
{
    /// Keeps a sealed card number or chip data beside a payment, until both the payment and its batch
    /// are closed; durable when this returns. The newest of each counts: a chip that said AAC gives
    /// other data for the reversal.
    ///
    /// # Errors
    /// The payment and its batch are closed, there is no room ([`Error::Full`]), or the flash failed.
    pub async fn attach(
        &mut self,
        item: Seq,
        sealed: Option<Sealed>,
        emv: Option<Emv>,
    ) -> Result<(), Error<F::Error>> {
        self.awake().await?;
        let book = self.book_anywhere(item).await?;
        let record = Record::Attach(Attach { item, book, sealed, emv });
        self.state.ledger.check_live(&record)?;
        self.has_room_for_evidence(&record)?;
        self.write(&record).await.map(drop)
    }

    /// A slip of this payment was printed. From here on its receipt is a duplicate, also after a power
    /// cut: call it before the paper is cut, so that at worst a slip which nobody has is missing.
    ///
    /// # Errors
    /// The payment is not in the journal (any more), there is no room ([`Error::Full`]), or the flash
    /// failed.
    pub async fn printed(&mut self, item: Seq) -> Result<(), Error<F::Error>> {
        self.awake().await?;
        let book = self.book_anywhere(item).await?;
        let record = Record::Printed(Printed { item, book });
        self.state.ledger.check_live(&record)?;
        self.has_room_for_evidence(&record)?;
        self.write(&record).await.map(drop)
    }

    /// What is attached to a payment, the newest of each; none where nothing is. Reads the whole log.
    pub async fn attached(&mut self, item: Seq) -> Option<Attach> {
        let _ = self.awake().await;
        let (mut sealed, mut emv) = (None, None);
        let mut book = None;
        self.log
            .scan(|entry| {
                let Ok(Record::Attach(found)) = Record::decode(entry.kind, entry.payload) else {
                    return;
                };
                if found.item != item {
                    return;
                }
                book = Some(found.book);
                newer(&mut sealed, entry.seq, found.sealed);
                newer(&mut emv, entry.seq, found.emv);
            })
            .await;
        let (sealed, emv) = (sealed.map(|(_, newest)| newest), emv.map(|(_, newest)| newest));
        Some(Attach { item, book: book?, sealed, emv })
    }
}

#[bisync]
impl<F: NorFlash, const ITEMS: usize, const BOOKS: usize, const FRAME: usize>
    Journal<F, ITEMS, BOOKS, FRAME>
{
    /// The book of a payment that may be closed.
    async fn book_anywhere(&mut self, item: Seq) -> Result<u8, Error<F::Error>> {
        if let Ok(book) = self.book_of(item) {
            return Ok(book);
        }
        let mut book = None;
        self.each_intent(|seq, intent| {
            if seq == item {
                book = Some(intent.book);
            }
        })
        .await;
        book.ok_or(Error::NotFound { item })
    }
}

/// Takes a part over, if it is there and newer.
fn newer<T>(part: &mut Option<(u32, T)>, seq: u32, found: Option<T>) {
    if let Some(found) = found
        && part.as_ref().is_none_or(|(known, _)| seq >= *known)
    {
        *part = Some((seq, found));
    }
}
