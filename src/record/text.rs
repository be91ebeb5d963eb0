//! Short texts: the register's reference, who decided and why, a note.

use super::scan::text_holds_card;
use super::{Broken, is_broken};
use core::fmt;
use serde::{Deserialize, Serialize};

/// Why a text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TextError {
    /// Too long, or another length than a field of fixed length has.
    Length {
        /// Bytes given.
        len: usize,
        /// Bytes that fit.
        max: usize,
    },
    /// A reference holds at least one character.
    Empty,
    /// Something in it is not printable ASCII (or, in a reference, is a blank).
    NotPrintable,
    /// It holds a run of digits that looks like a card number, which may not be stored.
    CardNumber,
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { len, max } => write!(f, "{len} characters do not fit a field of {max}"),
            Self::Empty => f.write_str("empty"),
            Self::NotPrintable => f.write_str("only printable ASCII is stored"),
            Self::CardNumber => f.write_str("looks like a card number, which is never stored"),
        }
    }
}

impl core::error::Error for TextError {}

/// Free text of up to `N` printable ASCII characters, blanks included.
///
/// A run of 13 to 19 digits, grouped by single blanks or hyphens or not, with an issuer's prefix
/// and the right check digit is refused: people type card numbers into remarks.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(try_from = "heapless::String<N>", into = "heapless::String<N>")]
pub struct Text<const N: usize>(heapless::String<N>);

impl<const N: usize> Text<N> {
    /// Takes a text.
    ///
    /// # Errors
    /// Too long, not printable ASCII, or with a card number in it.
    pub fn new(text: &str) -> Result<Self, TextError> {
        let error = TextError::Length { len: text.len(), max: N };
        heapless::String::try_from(text).map_err(|_| error)?.try_into()
    }

    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const N: usize> TryFrom<heapless::String<N>> for Text<N> {
    type Error = TextError;
    fn try_from(text: heapless::String<N>) -> Result<Self, TextError> {
        if !text.bytes().all(|b| matches!(b, b' '..=b'~')) {
            return Err(TextError::NotPrintable);
        }
        if text_holds_card(text.as_bytes()) && !is_broken(Broken::TextUnseen) {
            return Err(TextError::CardNumber);
        }
        Ok(Self(text))
    }
}

impl<const N: usize> From<Text<N>> for heapless::String<N> {
    fn from(text: Text<N>) -> Self {
        text.0
    }
}

impl<const N: usize> fmt::Display for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const N: usize> fmt::Debug for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
