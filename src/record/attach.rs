//! What a later message needs and an intent has no room for: the sealed card number, chip data.

use super::sparse::sparse;
use super::{Emv, Seq};
use core::fmt;
use heapless::Vec;
use serde::{Deserialize, Serialize};

/// A card number that the terminal's own secure element has encrypted, at most 48 bytes.
///
/// For hosts that want DE2 in a reversal or an upload. Reclaim drops it when both its payment and
/// its batch are closed. `Debug` shows the length only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed(Vec<u8, 48>);

impl Sealed {
    /// The most bytes that fit.
    pub const MAX: usize = 48;

    /// Takes what the secure element made; `None` if it is longer.
    #[must_use]
    pub fn new(ciphertext: &[u8]) -> Option<Self> {
        Vec::from_slice(ciphertext).ok().map(Self)
    }

    /// The ciphertext.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
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
