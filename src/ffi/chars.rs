//! Characters and bytes, in and out.

use core::ffi::c_char;

use super::code::*;
use super::fail::{Done, Fail};
use crate::record::{Emv, EmvError, PanError, Sealed, SealedError, TextError};

/// Characters that came in.
pub(super) struct Chars<const N: usize> {
    bytes: [u8; N],
    len: usize,
}

impl<const N: usize> Chars<N> {
    /// The characters of a field: up to its zero, of which there must be one.
    pub fn of(field: &[c_char; N]) -> Done<Self> {
        let mut chars = Chars { bytes: [0; N], len: 0 };
        // A C char is signed here and unsigned there.
        #[allow(clippy::unnecessary_cast)]
        for (to, from) in chars.bytes.iter_mut().zip(field) {
            *to = *from as u8;
        }
        chars.len = chars.bytes.iter().position(|byte| *byte == 0).ok_or(Fail::of(PJ_ERR_TEXT))?;
        Ok(chars)
    }

    /// The characters that a pointer names: fewer than `N` and a zero.
    ///
    /// # Safety
    /// Promise 4 of the module's head.
    pub unsafe fn at(pointer: *const c_char) -> Done<Self> {
        if pointer.is_null() {
            return Err(Fail::of(PJ_ERR_NULL));
        }
        let mut chars = Chars { bytes: [0; N], len: 0 };
        for (at, to) in chars.bytes.iter_mut().enumerate() {
            // SAFETY: no byte before this one is zero, so by promise 4 this one is there too.
            let byte = unsafe { pointer.add(at).read() };
            if byte == 0 {
                chars.len = at;
                return Ok(chars);
            }
            #[allow(clippy::unnecessary_cast)]
            {
                *to = byte as u8;
            }
        }
        Err(Fail::of(PJ_ERR_TEXT))
    }

    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    pub fn text(&self) -> Done<&str> {
        core::str::from_utf8(self.bytes()).map_err(|_| Fail::of(PJ_ERR_TEXT))
    }

    /// An empty field says 'none'.
    pub fn optional(&self) -> Done<Option<&str>> {
        let text = self.text()?;
        Ok((!text.is_empty()).then_some(text))
    }
}

/// A field for C: the characters that fit, and zeros behind them.
pub(super) fn chars<const N: usize>(text: &str) -> [c_char; N] {
    let mut field = [0; N];
    // The last place stays zero.
    for (to, from) in field.iter_mut().take(N.saturating_sub(1)).zip(text.bytes()) {
        *to = from as c_char;
    }
    field
}

/// As [`chars`], of something that may be missing: empty.
pub(super) fn chars_or_none<const N: usize>(text: Option<&str>) -> [c_char; N] {
    chars(text.unwrap_or_default())
}

/// More bytes than any field takes.
const MANY: u32 = 4096;

/// The bytes that a pointer and a size name; none: the size is 0.
///
/// # Safety
/// Promise 4 of the module's head.
pub(super) unsafe fn bytes<'a>(pointer: *const u8, size: u32) -> Done<Option<&'a [u8]>> {
    match (pointer.is_null(), size) {
        (_, 0) => Ok(None),
        (true, _) => Err(Fail::of(PJ_ERR_NULL)),
        (false, MANY..) => Err(Fail::of(PJ_ERR_VALUE)),
        // SAFETY: by promise 4 so many bytes are there, and nobody changes them during the call.
        (false, _) => Ok(Some(unsafe { core::slice::from_raw_parts(pointer, size as usize) })),
    }
}

/// Bytes for C, with zeros behind them.
pub(super) fn blob<const N: usize>(from: &[u8]) -> [u8; N] {
    let mut field = [0; N];
    for (to, from) in field.iter_mut().zip(from) {
        *to = *from;
    }
    field
}

/// # Safety
/// As [`bytes`].
pub(super) unsafe fn emv(pointer: *const u8, size: u32) -> Done<Option<Emv>> {
    // SAFETY: the caller's promise.
    let tlv = unsafe { bytes(pointer, size) }?;
    tlv.map(Emv::new).transpose().map_err(Fail::from)
}

/// # Safety
/// As [`bytes`].
pub(super) unsafe fn sealed(pointer: *const u8, size: u32) -> Done<Option<Sealed>> {
    // SAFETY: the caller's promise.
    let ciphertext = unsafe { bytes(pointer, size) }?;
    ciphertext.map(Sealed::new).transpose().map_err(Fail::from)
}

impl From<TextError> for Fail {
    fn from(error: TextError) -> Fail {
        Fail::of(match error {
            TextError::CardNumber => PJ_ERR_CARD_NUMBER,
            TextError::Length { .. } | TextError::Empty | TextError::NotPrintable => PJ_ERR_TEXT,
        })
    }
}

impl From<EmvError> for Fail {
    fn from(error: EmvError) -> Fail {
        match error {
            EmvError::CardNumber(tag) => Fail::with(PJ_ERR_CARD_NUMBER, tag.into()),
            EmvError::Forbidden(tag) => Fail::with(PJ_ERR_EMV, tag.into()),
            EmvError::TooLong(_) | EmvError::Malformed => Fail::of(PJ_ERR_EMV),
        }
    }
}

impl From<SealedError> for Fail {
    fn from(error: SealedError) -> Fail {
        Fail::of(match error {
            SealedError::CardNumber => PJ_ERR_CARD_NUMBER,
            SealedError::TooLong(_) => PJ_ERR_VALUE,
        })
    }
}

impl From<PanError> for Fail {
    fn from(_: PanError) -> Fail {
        Fail::of(PJ_ERR_PAN)
    }
}
