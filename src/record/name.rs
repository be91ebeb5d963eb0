//! Names that others give: typed, short, and never scanned for card numbers, because order numbers
//! often pass such a scan by chance.

use super::scan::text_holds_card;
use super::text::TextError;
use super::{Broken, is_broken};
use core::fmt;
use serde::{Deserialize, Serialize};

/// A name of 1 to `N` visible ASCII characters; no blanks.
///
/// `Debug` does not show one that looks like a card number; `Display` shows every name.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "heapless::String<N>", into = "heapless::String<N>")]
pub struct Name<const N: usize>(heapless::String<N>);

/// The cash register's (ECR) own reference of a payment.
pub type Reference = Name<32>;
/// The merchant's order number of a QR payment (`out_trade_no`): its idempotency key.
pub type OrderNumber = Name<64>;
/// Terminal id (DE41), with the blanks at its end cut off.
pub type TerminalId = Name<8>;
/// Merchant id (DE42), with the blanks at its end cut off.
pub type MerchantId = Name<15>;

impl<const N: usize> Name<N> {
    /// The longest one, in characters.
    pub const MAX: usize = N;

    /// Takes the characters.
    ///
    /// # Errors
    /// Empty, longer than `N`, or with anything but visible ASCII.
    pub fn new(name: &str) -> Result<Self, TextError> {
        let error = TextError::Length { len: name.len(), max: N };
        heapless::String::try_from(name).map_err(|_| error)?.try_into()
    }

    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const N: usize> TryFrom<heapless::String<N>> for Name<N> {
    type Error = TextError;
    fn try_from(text: heapless::String<N>) -> Result<Self, TextError> {
        if text.is_empty() {
            Err(TextError::Empty)
        } else if is_broken(Broken::NamesSearched) && text_holds_card(text.as_bytes()) {
            Err(TextError::CardNumber)
        } else if text.bytes().all(|b| b.is_ascii_graphic()) {
            Ok(Self(text))
        } else {
            Err(TextError::NotPrintable)
        }
    }
}

impl<const N: usize> From<Name<N>> for heapless::String<N> {
    fn from(name: Name<N>) -> Self {
        name.0
    }
}

impl<const N: usize> fmt::Display for Name<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const N: usize> fmt::Debug for Name<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `Debug` is what ends up in logs, and somebody may take a card number for a name.
        if text_holds_card(self.0.as_bytes()) && !is_broken(Broken::NamesShown) {
            write!(f, "Name({} characters, like a card number)", self.0.len())
        } else {
            fmt::Debug::fmt(self.as_str(), f)
        }
    }
}
