//! Fields at fixed bytes.

use std::borrow::Cow;

use super::super::bad::{Fault, Why};
use super::super::fields::Encoding;
use super::super::value::decimal;

/// A field: its number from 1, its first byte, its width.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub number: usize,
    pub offset: usize,
    pub width: usize,
    pub name: &'static str,
}

/// The field of this number among fields of these widths, each with a blank behind it.
pub(super) const fn field(widths: &[usize], number: usize, name: &'static str) -> Field {
    let (mut offset, mut at) = (0, 0);
    while at + 1 < number {
        offset += nth(widths, at) + 1;
        at += 1;
    }
    Field { number, offset, width: nth(widths, at), name }
}

#[allow(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const fn nth(widths: &[usize], at: usize) -> usize {
    widths[at]
}

/// A whole row: the fields and the blanks between them.
pub(super) const fn row_bytes(widths: &[usize]) -> usize {
    let last = field(widths, widths.len(), "");
    last.offset + last.width
}

/// The first field behind which there is no blank, among those that the row reaches.
pub(super) fn shifted(row: &[u8], widths: &[usize]) -> Option<usize> {
    let mut offset = 0;
    for (at, width) in widths.iter().enumerate() {
        offset += width;
        match row.get(offset) {
            Some(b' ') | None => offset += 1,
            Some(_) => return Some(at + 1),
        }
    }
    None
}

impl Field {
    /// Its characters, without the blanks that fill it.
    pub fn text(self, row: &[u8]) -> Cow<'_, str> {
        let bytes = row.get(self.offset..self.offset + self.width).unwrap_or_default();
        match Encoding::Gbk.text(bytes) {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim_matches(' ')),
            Cow::Owned(text) => Cow::Owned(text.trim_matches(' ').to_string()),
        }
    }

    pub fn owned(self, row: &[u8]) -> Result<Option<String>, Fault> {
        let text = self.text(row);
        match text.as_ref() {
            "" => Ok(None),
            bad if bad.contains('\u{fffd}') => Err(self.fault(row, Why::NotText)),
            text => Ok(Some(text.to_string())),
        }
    }

    /// Digits only: fen.
    pub fn money(self, row: &[u8]) -> Result<i64, Fault> {
        let text = self.text(row);
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        decimal(&text, 0).filter(|_| digits).ok_or_else(|| self.fault(row, Why::NotMoney))
    }

    /// A sign and digits: positive to the merchant (`C`), negative from it (`D`).
    pub fn signed(self, row: &[u8]) -> Result<i64, Fault> {
        let text = self.text(row);
        let wrong = || self.fault(row, Why::NotMoney);
        let (sign, digits) = match text.as_bytes().first() {
            Some(b'C') => (1, text.get(1..).unwrap_or_default()),
            Some(b'D') => (-1, text.get(1..).unwrap_or_default()),
            // Without a sign it must be nothing.
            _ => (0, text.as_ref()),
        };
        let value = decimal(digits, 0).filter(|value| *value >= 0).ok_or_else(wrong)?;
        match (sign, value) {
            (0, 0) => Ok(0),
            (0, _) => Err(wrong()),
            (sign, value) => Ok(value * sign),
        }
    }

    pub fn fault(self, row: &[u8], why: Why) -> Fault {
        Fault::of(self.number, self.name, &self.text(row), why)
    }
}

/// The first six and the last four digits of a card number, masked or not.
pub(super) fn truncated(pan: &str) -> (Option<String>, Option<String>) {
    let digits = |text: Option<&str>| {
        text.filter(|t| t.bytes().all(|b| b.is_ascii_digit())).map(str::to_string)
    };
    if pan.len() < 13 {
        return (None, None);
    }
    (digits(pan.get(..6)), digits(pan.get(pan.len() - 4..)))
}
