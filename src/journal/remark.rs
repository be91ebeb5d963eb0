//! What happened to the terminal itself: evidence, and nothing that is owed.

use embedded_storage::nor_flash::NorFlash;

use super::{Error, Journal};
use crate::record::{Boot, Note, Record, Seq, Text};

impl<F: NorFlash, const ITEMS: usize, const BOOKS: usize, const FRAME: usize>
    Journal<F, ITEMS, BOOKS, FRAME>
{
    /// Records that the terminal has started. Not done by itself, because a boot that appends
    /// nothing is to write nothing: call it before the first payment of a boot, if at all.
    ///
    /// # Errors
    /// The flash failed, or the journal is read-only.
    pub fn started(&mut self, boot: Boot) -> Result<Seq, Error<F::Error>> {
        Ok(self.write(&Record::Boot(boot))?.0)
    }

    /// Records a remark, such as the cashier's yes to a warning of a duplicate.
    ///
    /// # Errors
    /// The flash failed, or the journal is read-only.
    pub fn note(&mut self, text: Text<48>) -> Result<Seq, Error<F::Error>> {
        Ok(self.write(&Record::Note(Note { text }))?.0)
    }
}
