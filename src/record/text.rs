//! Short texts: the register's reference, who decided and why, a note.

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
/// A whole run of 13 to 19 digits that starts like a card number and passes the Luhn check
/// is refused: people type card numbers into remarks.
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
        if text.split(|c: char| !c.is_ascii_digit()).any(looks_like_pan) {
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

/// A whole run of digits: card length, a card's first digit (2 to 6), Luhn.
fn looks_like_pan(run: &str) -> bool {
    (13..=19).contains(&run.len()) && run.starts_with(|c| matches!(c, '2'..='6')) && luhn(run)
}

/// The check digit of ISO/IEC 7812-1, annex B.
fn luhn(digits: &str) -> bool {
    let sum = digits.bytes().rev().enumerate().fold(0u32, |sum, (at, byte)| {
        let digit = u32::from(byte.saturating_sub(b'0'));
        let doubled = if at % 2 == 1 { digit * 2 } else { digit };
        sum + doubled / 10 + doubled % 10
    });
    sum % 10 == 0
}
