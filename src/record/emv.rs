//! Chip data (DE55), filtered: no tag that holds a card number, a name or a PIN passes.

use super::scan::blob_holds_card;
use super::{Broken, is_broken};
use core::fmt;
use heapless::Vec;
use serde::{Deserialize, Serialize};

/// Chip data in BER-TLV, at most 145 bytes.
///
/// The constructor walks the tags and refuses those that may not be stored after authorization
/// (PCI DSS 3.3.1), templates, which could hide them, and values in which a card number can be read.
/// `Debug` shows the length only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<u8, 145>", into = "Vec<u8, 145>")]
pub struct Emv(Vec<u8, 145>);

/// Why chip data was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EmvError {
    /// More than 145 bytes.
    TooLong(usize),
    /// Not a plain run of BER-TLV objects; a template (constructed tag) is not taken apart.
    Malformed,
    /// The tag may never be stored.
    Forbidden(u32),
    /// The value of this tag holds a card number.
    CardNumber(u32),
}

impl fmt::Display for EmvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong(len) => write!(f, "{len} bytes of chip data, 145 fit: send a subset"),
            Self::Malformed => f.write_str("chip data is not a plain run of BER-TLV objects"),
            Self::Forbidden(tag) => write!(f, "tag {tag:X} may never be stored: leave it out"),
            Self::CardNumber(tag) => write!(f, "tag {tag:X} holds a card number: leave it out"),
        }
    }
}

impl core::error::Error for EmvError {}

/// Tags that hold, or let anyone compute, a card number, a track, a name, a PIN or a code that
/// proves possession of the card.
const FORBIDDEN: &[u32] = &[
    0x56,     // track 1 equivalent
    0x57,     // track 2 equivalent
    0x58,     // track 3 equivalent
    0x5A,     // card number
    0x5B,     // name of a person
    0x5E,     // log-in data
    0x99,     // PIN data
    0x5F20,   // cardholder name
    0x5F21,   // track 1
    0x5F22,   // track 2
    0x5F23,   // track 3
    0x5F2E,   // biometric data
    0x5F53,   // account number (IBAN)
    0x9F0B,   // cardholder name, extended
    0x9F1F,   // track 1 discretionary data
    0x9F20,   // track 2 discretionary data
    0x9F2D,   // certificate of the PIN key: the card number can be recovered from it
    0x9F46,   // certificate of the card's key: the same
    0x9F60,   // dynamic code (CVC3) of track 1
    0x9F61,   // dynamic code (CVC3) of track 2; in PBOC the holder's identity number
    0x9F6B,   // track 2 of a contactless card
    0xDF812A, // discretionary data of track 1, with its dynamic code
    0xDF812B, // discretionary data of track 2, with its dynamic code
];

/// Tags whose values may be long enough for a card number and are published to be something else:
/// identifiers, cryptograms, results. A value of any other tag is searched for a card number, since
/// anyone may put anything into those.
const KNOWN: &[u32] = &[
    0x84,   // name of the application
    0x91,   // the issuer's proof
    0x9F06, // identifier of the application
    0x9F10, // issuer application data
    0x9F26, // cryptogram
    0x9F4B, // signed dynamic data
    0x9F4C, // the card's dynamic number
    0x9F5B, // results of issuer scripts
    0x9F63, // product identification (UnionPay)
    0xDF31, // results of issuer scripts (UnionPay)
];

impl Emv {
    /// The most bytes that fit.
    pub const MAX: usize = 145;

    /// Takes chip data.
    ///
    /// # Errors
    /// Too long, not BER-TLV, with a forbidden tag or with a card number.
    pub fn new(tlv: &[u8]) -> Result<Self, EmvError> {
        Vec::from_slice(tlv).map_err(|_| EmvError::TooLong(tlv.len()))?.try_into()
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The value of a tag; the first one where it is there twice. For a slip: 4F or 84 (AID), 9F26
    /// (TC), 95 (TVR), 9F34 (CVM results), 9B (TSI), 50 (label).
    ///
    /// ```
    /// use pos_journal::record::Emv;
    /// let emv = Emv::new(&[0x95, 2, 0x80, 0x01, 0x9F, 0x34, 1, 0x1E]).unwrap();
    /// assert_eq!(emv.tag(0x9F34), Some(&[0x1E][..]));
    /// assert_eq!(emv.tag(0x9F26), None);
    /// ```
    #[must_use]
    pub fn tag(&self, wanted: u32) -> Option<&[u8]> {
        let mut rest = self.0.as_slice();
        // Every object takes at least two bytes.
        for _ in 0..Self::MAX {
            let (tag, after) = split_tag(rest)?;
            let (length, after) = split_length(after)?;
            let (value, after) = after.split_at_checked(length)?;
            if tag == wanted {
                return Some(value);
            }
            rest = after;
        }
        None
    }
}

impl TryFrom<Vec<u8, 145>> for Emv {
    type Error = EmvError;
    fn try_from(bytes: Vec<u8, 145>) -> Result<Self, EmvError> {
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            rest = skip_object(rest)?;
        }
        Ok(Self(bytes))
    }
}

impl From<Emv> for Vec<u8, 145> {
    fn from(emv: Emv) -> Self {
        emv.0
    }
}

impl fmt::Debug for Emv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Emv({} bytes)", self.0.len())
    }
}

/// Checks one object and returns what follows it.
fn skip_object(bytes: &[u8]) -> Result<&[u8], EmvError> {
    let (tag, rest) = split_tag(bytes).ok_or(EmvError::Malformed)?;
    if FORBIDDEN.contains(&tag) && !is_broken(Broken::TagsUnseen) {
        return Err(EmvError::Forbidden(tag));
    }
    let (length, rest) = split_length(rest).ok_or(EmvError::Malformed)?;
    let (value, rest) = rest.split_at_checked(length).ok_or(EmvError::Malformed)?;
    let searched = !KNOWN.contains(&tag) && !is_broken(Broken::ValuesUnseen);
    if searched && blob_holds_card(value) {
        return Err(EmvError::CardNumber(tag));
    }
    Ok(rest)
}

/// A tag of one to three bytes; `None` for a longer or a constructed one.
fn split_tag(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (first, mut rest) = bytes.split_first()?;
    if first & 0x20 != 0 {
        return None;
    }
    let mut tag = u32::from(*first);
    if first & 0x1F != 0x1F {
        return Some((tag, rest));
    }
    for _ in 0..2 {
        let (next, after) = rest.split_first()?;
        // No number begins with nothing: it would be a known tag, written longer.
        if *next == 0x80 && tag <= 0xFF {
            return None;
        }
        (tag, rest) = (tag << 8 | u32::from(*next), after);
        if next & 0x80 == 0 {
            return Some((tag, rest));
        }
    }
    None
}

/// A length of one byte, or of two where it is 128 or more.
fn split_length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    match bytes {
        [short @ 0..=0x7F, rest @ ..] => Some((usize::from(*short), rest)),
        [0x81, long, rest @ ..] => Some((usize::from(*long), rest)),
        _ => None,
    }
}
