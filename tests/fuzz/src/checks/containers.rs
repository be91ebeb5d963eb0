//! The readers of dumps stand any file, whatever it claims to be; and a dump says the same in whatever
//! it comes.
//!
//! | bits of the first byte | what |
//! |---|---|
//! | 0 | addresses that a HEX file leaves out were erased |
//! | 1 | the region has to be found |
//! | 2, 3 | the rest is: a file; an image (as for `dump`) in hex or base64; in Intel HEX; in S-record |
//! | 7 | JSON |

use std::fmt::Write;

use pos_journal::host::{Exit, Format, Lang, Style, from_bytes, salvaged, shown, verified};

use super::input;

/// Checks one input.
pub fn check(data: &[u8]) {
    let Some((&first, rest)) = data.split_first() else { return };
    let format = if first & 0x80 == 0 { Format::Table } else { Format::Json };
    let (gaps_erased, find) = (first & 1 != 0, first & 2 != 0);
    if first & 0x0C == 0 {
        for lang in [Lang::En, Lang::Zh] {
            let style = Style { format, lang };
            told(said(rest.to_vec(), gaps_erased, find, style), format);
            told(salvaged(rest.to_vec(), gaps_erased, style), format);
        }
        return;
    }
    let Some((geometry, image)) = input::image(rest) else { return };
    // Then the image is what the input has, which may be text itself.
    if geometry.raw {
        return;
    }
    let style = Style { format, lang: Lang::En };
    let texts = match first & 0x0C {
        0x04 => vec![hex(&image), base64(&image)],
        0x08 => vec![intel_hex(&image, 16), intel_hex(&image, 255)],
        _ => vec![s_record(&image, b'2'), s_record(&image, b'3')],
    };
    let raw = said(image.clone(), gaps_erased, find, style);
    let saved = salvaged(image, gaps_erased, style);
    for text in texts {
        let what = text[..text.len().min(40)].to_string();
        assert_eq!(said(text.clone().into(), gaps_erased, find, style), raw, "{what}");
        assert_eq!(salvaged(text.into(), gaps_erased, style), saved, "{what}");
    }
}

type Said = Result<(String, Exit), String>;

/// What `verify` and `show` print.
fn said(bytes: Vec<u8>, gaps_erased: bool, find: bool, style: Style) -> Said {
    from_bytes(bytes, gaps_erased, find, style.lang, |image| {
        let (text, exit) = verified(image, style.format);
        (text + &shown(image, style.format), exit)
    })
}

fn told(said: Said, format: Format) {
    let text = match said {
        Ok((text, _)) => text,
        Err(why) => return plain(&why),
    };
    plain(&text);
    if format == Format::Json {
        let mut values = serde_json::Deserializer::from_str(&text).into_iter();
        assert!(values.all(|value: Result<serde_json::Value, _>| value.is_ok()), "{text}");
    }
}

fn plain(text: &str) {
    let bad = text.chars().find(|c| *c != '\n' && c.is_control());
    assert_eq!(bad, None, "{text:?}");
}

/// In lines of 32 bytes, as tools print it.
fn hex(bytes: &[u8]) -> String {
    let line = |bytes: &[u8]| digits(bytes) + "\r\n";
    bytes.chunks(32).map(line).collect()
}

fn digits(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        let _ = write!(text, "{byte:02X}");
    }
    text
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - three.len()));
        for at in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * at) & 63) as usize];
            text.push(if at > three.len() { '=' } else { char::from(letter) });
        }
    }
    text + "\n"
}

/// With the address of a flash as it is in a microcontroller.
const BASE: u32 = 0x0801_0000;

fn intel_hex(bytes: &[u8], row: usize) -> String {
    let line = |record: &[u8]| {
        let sum = record.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
        format!(":{}{:02X}\n", digits(record), sum.wrapping_neg())
    };
    let (mut text, mut high) = (String::new(), None);
    for (at, row) in places(bytes, row) {
        if high != Some(at >> 16) {
            high = Some(at >> 16);
            let half = ((at >> 16) as u16).to_be_bytes();
            text += &line(&[2, 0, 0, 4, half[0], half[1]]);
        }
        let low = (at as u16).to_be_bytes();
        text += &line(&[&[row.len() as u8, low[0], low[1], 0], row].concat());
    }
    text + ":00000001FF\n"
}

/// Rows that cross no 64 KiB border.
fn places(bytes: &[u8], row: usize) -> Vec<(u32, &[u8])> {
    let whole = bytes.chunks(0x10000).enumerate();
    whole
        .flat_map(|(n, part)| {
            let rows = part.chunks(row).enumerate();
            rows.map(move |(m, bytes)| (BASE + (n * 0x10000 + m * row) as u32, bytes))
        })
        .collect()
}

fn s_record(bytes: &[u8], kind: u8) -> String {
    let wide = if kind == b'2' { 3 } else { 4 };
    let line = |kind: char, address: u32, bytes: &[u8]| {
        let address = &address.to_be_bytes()[4 - wide..];
        let count = [(wide + bytes.len() + 1) as u8];
        let record = [&count, address, bytes].concat();
        let sum = record.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
        format!("S{kind}{}{:02X}\r\n", digits(&record), !sum)
    };
    // Three bytes of address reach less far.
    let base = if kind == b'2' { 0x01_0000 } else { BASE };
    let rows = places(bytes, 32).into_iter();
    let rows: String =
        rows.map(|(at, row)| line(char::from(kind), at - BASE + base, row)).collect();
    let end = if kind == b'2' { '8' } else { '7' };
    rows + &line(end, base, &[])
}
