//! What happened to the terminal itself: evidence, and nothing that is owed.

use super::nor_flash::NorFlash;

use super::{Error, Journal, bisync};
use crate::record::{Boot, Note, Record, Seq, Text};

#[bisync]
impl<F: NorFlash, const ITEMS: usize, const BOOKS: usize, const FRAME: usize>
    Journal<F, ITEMS, BOOKS, FRAME>
{
    /// Records that the terminal has started. Not done by itself, because a boot that appends
    /// nothing is to write nothing: call it before the first payment of a boot, if at all.
    ///
    /// # Errors
    /// The flash failed, or the journal is read-only.
    pub async fn started(&mut self, boot: Boot) -> Result<Seq, Error<F::Error>> {
        self.awake().await?;
        Ok(self.write(&Record::Boot(boot)).await?.0)
    }

    /// Records a remark, such as the cashier's yes to a warning of a duplicate.
    ///
    /// # Errors
    /// The flash failed, or the journal is read-only.
    pub async fn note(&mut self, text: Text<48>) -> Result<Seq, Error<F::Error>> {
        self.awake().await?;
        Ok(self.write(&Record::Note(Note { text })).await?.0)
    }
}
