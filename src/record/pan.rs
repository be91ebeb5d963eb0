//! The card number, cut down to what may lie on a flash chip (PCI DSS 3.5.1).

use super::cards::{LONGEST, SHORTEST};
use super::{Broken, is_broken};
use core::fmt;
use serde::{Deserialize, Serialize};

/// A truncated card number: the first six digits, the last four and the length.
///
/// The only constructor takes the full number and keeps nothing else of it: the value is one number
/// of 40 bits, made of those eleven figures.
///
/// No text turns into one by itself, so that a full number cannot get in by mistake:
///
/// ```compile_fail,E0308
/// use pos_journal::record::TruncatedPan;
/// let pan: TruncatedPan = "6222020200112341231";
/// ```
///
/// ```
/// use pos_journal::record::TruncatedPan;
/// let pan = TruncatedPan::from_pan("6222020200112341234").unwrap();
/// assert_eq!(format!("{pan}"), "622202*********1234");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "[u8; 5]", into = "[u8; 5]")]
pub struct TruncatedPan(u64);

/// Why a card number was refused. It never repeats a digit of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PanError {
    /// A card number has 13 to 19 digits; this is how many bytes were given.
    Length(usize),
    /// Something in it is not a decimal digit.
    NotDigits,
    /// Five bytes that no truncated card number packs into.
    Malformed,
}

impl fmt::Display for PanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(len) => write!(f, "a card number has 13 to 19 digits, not {len}"),
            Self::NotDigits => f.write_str("a card number holds decimal digits only"),
            Self::Malformed => f.write_str("not a packed truncated card number"),
        }
    }
}

impl core::error::Error for PanError {}

const HEAD_DIGITS: usize = 6;
const TAIL_DIGITS: usize = 4;
/// Ten digits are kept; the length above 13 is the digit before them.
const LENGTH_UNIT: u64 = 10_000_000_000;
const TAIL_UNIT: u64 = 10_000;
/// Bits of the packed form.
const PACKED_BITS: u32 = 40;

/// Two digits of the middle, for [`Broken::MiddleKept`].
fn middle(pan: &str) -> u64 {
    pan.bytes().skip(HEAD_DIGITS).take(2).fold(0, |two, digit| two * 10 + u64::from(digit & 0xF))
}

impl TruncatedPan {
    /// Truncates a full card number.
    ///
    /// # Errors
    /// Anything but 13 to 19 decimal digits.
    pub fn from_pan(pan: &str) -> Result<Self, PanError> {
        let length = pan.len();
        if !(SHORTEST..=LONGEST).contains(&length) {
            return Err(PanError::Length(length));
        }
        if !pan.bytes().all(|b| b.is_ascii_digit()) {
            return Err(PanError::NotDigits);
        }
        let tail_from = length.saturating_sub(TAIL_DIGITS);
        let kept = pan
            .bytes()
            .enumerate()
            .filter(|(at, _)| *at < HEAD_DIGITS || *at >= tail_from)
            .fold(0, |number, (_, digit)| number * 10 + u64::from(digit - b'0'));
        let beyond = length.saturating_sub(SHORTEST) as u64;
        let middle = if is_broken(Broken::MiddleKept) { middle(pan) } else { 0 };
        Ok(Self((middle << PACKED_BITS) + beyond * LENGTH_UNIT + kept))
    }

    /// The first six digits as a number: the issuer.
    #[must_use]
    pub const fn first6(self) -> u32 {
        (self.0 % LENGTH_UNIT / TAIL_UNIT) as u32
    }

    /// The last four digits as a number.
    #[must_use]
    pub const fn last4(self) -> u16 {
        (self.0 % TAIL_UNIT) as u16
    }

    /// How many digits the full number has, 13 to 19.
    #[must_use]
    pub const fn digits(self) -> usize {
        SHORTEST + (self.0 / LENGTH_UNIT) as usize
    }
}

impl TryFrom<[u8; 5]> for TruncatedPan {
    type Error = PanError;
    fn try_from(bytes: [u8; 5]) -> Result<Self, PanError> {
        let word = bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
        let beyond = (word / LENGTH_UNIT) as usize;
        if beyond <= LONGEST - SHORTEST { Ok(Self(word)) } else { Err(PanError::Malformed) }
    }
}

impl From<TruncatedPan> for [u8; 5] {
    fn from(pan: TruncatedPan) -> [u8; 5] {
        let [_, _, _, bytes @ ..] = pan.0.to_be_bytes();
        bytes
    }
}

impl fmt::Display for TruncatedPan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stars = self.digits().saturating_sub(HEAD_DIGITS + TAIL_DIGITS);
        write!(f, "{:06}{:*<stars$}{:04}", self.first6(), "", self.last4())
    }
}

impl fmt::Debug for TruncatedPan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
