//! What a later message needs and an intent has no room for: the sealed card number, chip data.

use super::scan::blob_holds_card;
use super::sparse::sparse;
use super::{Broken, Emv, Seq, is_broken};
use core::fmt;
use heapless::Vec;
use serde::{Deserialize, Serialize};

/// A card number that the terminal's own secure element has encrypted, at most 48 bytes.
///
/// For hosts that want DE2 in a reversal or an upload. Reclaim drops it when both its payment and
/// its batch are closed. `Debug` shows the length only.
///
/// Bytes in which a card number can be read, as text or as BCD, are refused: they are not sealed.
/// Good ciphertext is refused less than once in a thousand (`tests/pci.rs`); a secure element that
/// takes a fresh initial value each time makes another one when it is asked again.
///
/// ```
/// use pos_journal::record::{Sealed, SealedError};
/// let clear = [0x41, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11];
/// assert_eq!(Sealed::new(&clear), Err(SealedError::CardNumber));
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<u8, 48>", into = "Vec<u8, 48>")]
pub struct Sealed(Vec<u8, 48>);

/// Why a blob was refused. It never repeats a byte of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SealedError {
    /// More than 48 bytes.
    TooLong(usize),
    /// A card number can be read in it: it is not encrypted.
    CardNumber,
}

impl fmt::Display for SealedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong(len) => write!(f, "{len} bytes of ciphertext, {} fit", Sealed::MAX),
            Self::CardNumber => {
                f.write_str("a card number can be read in it: it is not sealed, and is not stored")
            }
        }
    }
}

impl core::error::Error for SealedError {}

impl Sealed {
    /// The most bytes that fit.
    pub const MAX: usize = 48;

    /// Takes what the secure element made.
    ///
    /// # Errors
    /// Too long, or a card number can be read in it.
    pub fn new(ciphertext: &[u8]) -> Result<Self, SealedError> {
        Vec::from_slice(ciphertext).map_err(|_| SealedError::TooLong(ciphertext.len()))?.try_into()
    }

    /// The ciphertext.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl TryFrom<Vec<u8, 48>> for Sealed {
    type Error = SealedError;
    fn try_from(blob: Vec<u8, 48>) -> Result<Self, SealedError> {
        if blob_holds_card(&blob) && !is_broken(Broken::SealedUnseen) {
            return Err(SealedError::CardNumber);
        }
        Ok(Self(blob))
    }
}

impl From<Sealed> for Vec<u8, 48> {
    fn from(sealed: Sealed) -> Self {
        sealed.0
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

/// Something to keep beside a payment until it and its batch are closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attach {
    /// The payment.
    pub item: Seq,
    /// Its book.
    pub book: u8,
    /// The card number, sealed.
    pub sealed: Option<Sealed>,
    /// Chip data for a reversal (tags 95, 9F1E, 9F10, 9F36, DF31), filtered.
    pub emv: Option<Emv>,
}

sparse! {
    Attach { always { item, book }, maybe { sealed, emv } }
}
