//! Who a book is to its host, and what runs on the terminal.

use super::nor_flash::NorFlash;

use super::{Error, IdentityChange, Journal, Who, bisync};
use crate::record::{Device, Identity, Record, Seq};

#[bisync]
impl<F: NorFlash, const ITEMS: usize, const BOOKS: usize, const FRAME: usize>
    Journal<F, ITEMS, BOOKS, FRAME>
{
    /// Says who a book is to its host from here on; payments refer to it by its index, which is
    /// returned. Durable when this returns. The same identity again writes nothing, so it may be called
    /// at every start.
    ///
    /// # Errors
    /// The book has open payments or an unsettled batch, and it is not forced; 256 identities are used
    /// up; or the flash failed.
    pub async fn set_identity(
        &mut self,
        book: u8,
        who: &Who,
        change: IdentityChange,
    ) -> Result<u8, Error<F::Error>> {
        self.awake().await?;
        let current = self.state.ledger.identity(book)?;
        if let Some(index) = current
            && let Some(known) = self.read_identity(book, index).await
            && known.who() == *who
        {
            return Ok(index);
        }
        let Who { terminal, merchant, currency, key } = who.clone();
        // One too many is refused by the ledger: its index is not the next one.
        let index = current.map_or(0, |index| index.saturating_add(1));
        let forced = change == IdentityChange::Forced;
        let record = Identity { book, index, terminal, merchant, currency, key, forced };
        self.write(&Record::Identity(record)).await?;
        Ok(index)
    }

    /// Who a book is to its host; none before the first [`set_identity`](Self::set_identity). Reads the
    /// whole log.
    ///
    /// # Errors
    /// There is no such book.
    pub async fn identity(&mut self, book: u8) -> Result<Option<Identity>, Error<F::Error>> {
        self.awake().await?;
        let index = self.state.ledger.identity(book)?;
        Ok(match index {
            Some(index) => self.read_identity(book, index).await,
            None => None,
        })
    }

    /// Records what runs on the terminal; the same again writes nothing, so it may be called at every
    /// start. Reads the whole log.
    ///
    /// # Errors
    /// The flash failed, or the journal is read-only.
    pub async fn device(&mut self, device: &Device) -> Result<(), Error<F::Error>> {
        self.awake().await?;
        let mut newest: Option<(u32, Device)> = None;
        self.log
            .scan(|entry| {
                if let Ok(Record::Device(found)) = Record::decode(entry.kind, entry.payload)
                    && newest.as_ref().is_none_or(|(seq, _)| entry.seq >= *seq)
                {
                    newest = Some((entry.seq, found));
                }
            })
            .await;
        match newest {
            Some((_, known)) if known == *device => Ok(()),
            _ => self.write(&Record::Device(device.clone())).await.map(drop),
        }
    }

    /// An identity by its index. Indices are used once, so the newest record is the only one.
    pub(super) async fn read_identity(&mut self, book: u8, index: u8) -> Option<Identity> {
        let mut newest: Option<(Seq, Identity)> = None;
        self.log
            .scan(|entry| {
                if let Ok(Record::Identity(found)) = Record::decode(entry.kind, entry.payload)
                    && (found.book, found.index) == (book, index)
                    && newest.as_ref().is_none_or(|(seq, _)| entry.seq >= seq.0)
                {
                    newest = Some((Seq(entry.seq), found));
                }
            })
            .await;
        newest.map(|(_, identity)| identity)
    }
}
