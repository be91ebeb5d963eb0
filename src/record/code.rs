//! The response code (DE39) and what it proves.

use core::fmt;
use serde::{Deserialize, Serialize};

/// A response code (DE39): two letters or digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct ResponseCode([u8; 2]);

/// Not two letters or digits. A message with such a DE39 counts as one without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotACode;

impl fmt::Display for NotACode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a response code is two letters or digits")
    }
}

impl core::error::Error for NotACode {}

/// What a response code proves about the payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// The issuer approved it.
    Approved,
    /// It may have been approved: never told as declined.
    Doubtful,
    /// The issuer or the host refused it.
    Declined,
}

/// Codes that approve. 10 is a partial approval, 11 a VIP approval; A2, A4, A5 and A6 are
/// approvals with a remark of UnionPay-style hosts.
const APPROVED: &[[u8; 2]] = &[*b"00", *b"10", *b"11", *b"A2", *b"A4", *b"A5", *b"A6"];

/// Codes of failures on the way, after which the issuer may have approved all the same:
/// 06 and 20 errors, 68 and 98 time-outs, 90 cut-off, 91 and 92 issuer or route not reached,
/// 94 duplicate, 96 system fault.
const DOUBTFUL: &[[u8; 2]] =
    &[*b"06", *b"20", *b"68", *b"90", *b"91", *b"92", *b"94", *b"96", *b"98"];

const SYMBOLS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// All-digit codes are stored as 0 to 99 and so in one byte; the others follow.
const FIRST_WITH_LETTER: u16 = 100;

impl ResponseCode {
    /// 00, approved.
    pub const APPROVED: Self = Self(*b"00");

    /// Takes the two bytes of DE39.
    ///
    /// # Errors
    /// [`NotACode`] for anything but two ASCII letters or digits.
    pub fn new(code: &[u8]) -> Result<Self, NotACode> {
        match code {
            [a, b] if a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric() => Ok(Self([*a, *b])),
            _ => Err(NotACode),
        }
    }

    /// The two characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The two bytes of DE39.
    #[must_use]
    pub const fn bytes(self) -> [u8; 2] {
        self.0
    }

    /// What the code proves by the usual reading; a profile may read it otherwise.
    ///
    /// ```
    /// use pos_journal::record::{Proof, ResponseCode};
    /// let proof = |code: &str| ResponseCode::new(code.as_bytes()).unwrap().proof();
    /// assert_eq!(proof("00"), Proof::Approved);
    /// assert_eq!(proof("51"), Proof::Declined);
    /// assert_eq!(proof("91"), Proof::Doubtful);
    /// ```
    #[must_use]
    pub fn proof(self) -> Proof {
        if APPROVED.contains(&self.0) {
            Proof::Approved
        } else if DOUBTFUL.contains(&self.0) {
            Proof::Doubtful
        } else {
            Proof::Declined
        }
    }
}

impl Proof {
    /// What an answer proves, with or without a usable DE39; one without is doubtful.
    #[must_use]
    pub fn of(code: Option<ResponseCode>) -> Self {
        code.map_or(Self::Doubtful, ResponseCode::proof)
    }
}

impl TryFrom<u16> for ResponseCode {
    type Error = NotACode;
    fn try_from(word: u16) -> Result<Self, NotACode> {
        let (word, base) = match word.checked_sub(FIRST_WITH_LETTER) {
            None => (word, 10),
            Some(rest) => (rest, SYMBOLS.len() as u16),
        };
        let symbol = |at: u16| SYMBOLS.get(usize::from(at)).copied().ok_or(NotACode);
        Ok(Self([symbol(word / base)?, symbol(word % base)?]))
    }
}

impl From<ResponseCode> for u16 {
    fn from(ResponseCode([a, b]): ResponseCode) -> u16 {
        let index = |c: u8| SYMBOLS.iter().position(|s| *s == c).unwrap_or_default() as u16;
        if a.is_ascii_digit() && b.is_ascii_digit() {
            index(a) * 10 + index(b)
        } else {
            FIRST_WITH_LETTER + index(a) * SYMBOLS.len() as u16 + index(b)
        }
    }
}

impl fmt::Display for ResponseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for ResponseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DE39({})", self.as_str())
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for ResponseCode {
    fn format(&self, to: defmt::Formatter<'_>) {
        defmt::write!(to, "{=str}", self.as_str());
    }
}
