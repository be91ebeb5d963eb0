//! Bytes written as hexadecimal digits or as base64, with any line breaks.

use data_encoding::{DecodeKind, Encoding, Specification};

use super::super::words::table::{self as w, Word};
use super::trouble::Trouble;

pub(super) fn hex(text: &[u8]) -> Result<Vec<u8>, Trouble> {
    let mut spec = Specification::new();
    spec.symbols.push_str("0123456789abcdef");
    spec.translate.from.push_str("ABCDEF");
    spec.translate.to.push_str("abcdef");
    spec.ignore.push_str(" \t\r\n");
    decode(&spec, text, w::NOT_HEX, w::HALF_BYTE)
}

/// Either alphabet, with or without padding.
pub(super) fn base64(text: &[u8]) -> Result<Vec<u8>, Trouble> {
    let mut spec = Specification::new();
    spec.symbols.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    spec.translate.from.push_str("-_");
    spec.translate.to.push_str("+/");
    spec.check_trailing_bits = false;
    spec.ignore.push_str(" \t\r\n=");
    decode(&spec, text, w::NOT_BASE64, w::NOT_BASE64)
}

fn decode(spec: &Specification, text: &[u8], bad: Word, short: Word) -> Result<Vec<u8>, Trouble> {
    // The specifications above are sound; were one not, nothing could be read.
    let encoding: Encoding = spec.encoding().map_err(|_| Trouble::new(bad, &[]))?;
    encoding.decode(text).map_err(|error| {
        let word = if error.kind == DecodeKind::Length { short } else { bad };
        let before = text.get(..error.position).unwrap_or(text);
        let line = 1 + before.iter().filter(|&&b| b == b'\n').count();
        Trouble::new(word, &[]).in_line(line)
    })
}
