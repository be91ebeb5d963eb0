//! What a file holds, by its contents and never by its name.
//!
//! | it begins with | and | is |
//! |---|---|---|
//! | 1F 8B | - | gzip: unpacked, and looked at again |
//! | `:` and hex digits | - | Intel HEX |
//! | `S`, a digit and hex digits | - | S-record |
//! | an address and spaced pairs of hex digits | - | the output of a hex viewer: refused with advice |
//! | hex digits | has no other characters | hexadecimal |
//! | the characters of base64 | has no other characters | base64 |
//! | anything else | - | the bytes themselves |

use std::io::Read;
use std::ops::Range;

use super::super::words::table as w;
use super::trouble::Trouble;
use super::{MOST_BYTES, addressed, digits};

/// How a file is read.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::host) struct Reading {
    /// Addresses that a HEX file leaves out were erased.
    pub gaps_erased: bool,
    /// Lines that cannot be read are left out instead of refused.
    pub is_lenient: bool,
}

/// The bytes of a dump.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::host) struct Loaded {
    pub bytes: Vec<u8>,
    /// Spans that the file leaves out, in order.
    pub holes: Vec<Range<u32>>,
    /// What a reader should know.
    pub notes: Vec<Trouble>,
}

/// Compressed files in compressed files that are unpacked.
const MOST_LAYERS: usize = 3;
/// Characters that show what a text is.
const HEAD: usize = 512;

/// Takes the bytes out of whatever the file is.
pub(in crate::host) fn decode(bytes: Vec<u8>, how: Reading) -> Result<Loaded, Trouble> {
    decode_within(bytes, how, MOST_BYTES)
}

/// As [`decode`], of a compressed file that unpacks to so many bytes at most.
pub(in crate::host) fn decode_within(
    mut bytes: Vec<u8>,
    how: Reading,
    most: u64,
) -> Result<Loaded, Trouble> {
    for _ in 0..MOST_LAYERS {
        if !bytes.starts_with(&[0x1F, 0x8B]) {
            break;
        }
        bytes = unpack(&bytes, most)?;
    }
    let bare = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    match kind(bare) {
        Kind::IntelHex => addressed::intel_hex(bare, how),
        Kind::SRecord => addressed::s_record(bare, how),
        Kind::Listing => Err(Trouble::new(w::A_LISTING, &[])),
        Kind::Hex => digits::hex(bare).map(raw),
        Kind::Base64 => digits::base64(bare).map(raw),
        Kind::Raw => Ok(raw(bytes)),
    }
}

fn raw(bytes: Vec<u8>) -> Loaded {
    Loaded { bytes, ..Loaded::default() }
}

fn unpack(bytes: &[u8], most: u64) -> Result<Vec<u8>, Trouble> {
    let mut out = Vec::new();
    let mut source = flate2::read::MultiGzDecoder::new(bytes).take(most + 1);
    match source.read_to_end(&mut out) {
        Err(error) => Err(Trouble::new(w::BAD_GZIP, &[&error])),
        Ok(read) if read as u64 > most => Err(Trouble::new(w::TOO_LARGE, &[])),
        Ok(_) => Ok(out),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Raw,
    IntelHex,
    SRecord,
    Listing,
    Hex,
    Base64,
}

fn kind(bytes: &[u8]) -> Kind {
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    if head.trim_ascii().is_empty() || !head.iter().all(is_text) {
        return Kind::Raw;
    }
    let mut lines = head.split(|&b| b == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.find(|line| !line.is_empty()).unwrap_or_default();
    let all = |is: fn(&u8) -> bool| bytes.iter().all(|b| b.is_ascii_whitespace() || is(b));
    match first {
        [b':', rest @ ..] if rest.len() >= 10 && are_digits(rest) => Kind::IntelHex,
        [b'S', b'0'..=b'9', rest @ ..] if rest.len() >= 4 && are_digits(rest) => Kind::SRecord,
        line if is_listing(line) => Kind::Listing,
        _ if all(u8::is_ascii_hexdigit) => Kind::Hex,
        _ if all(is_base64) => Kind::Base64,
        _ => Kind::Raw,
    }
}

fn is_text(b: &u8) -> bool {
    matches!(b, b' '..=b'~' | b'\t' | b'\r' | b'\n')
}

fn are_digits(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_hexdigit)
}

fn is_base64(b: &u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_' | b'=')
}

/// As `xxd` (`00000000: 504a 4e4c ...`) and `hexdump -C` (`00000000  50 4a ...  |PJ`) print.
fn is_listing(line: &[u8]) -> bool {
    let mut words = line.split(|&b| b == b' ').filter(|word| !word.is_empty());
    let address = words.next().unwrap_or_default();
    let has_colon = address.ends_with(b":");
    let address = address.strip_suffix(b":").unwrap_or(address);
    let pairs = words.take(8).filter(|word| matches!(word.len(), 2 | 4) && are_digits(word));
    // Plain digits in equal groups have no text behind them.
    let has_more = has_colon || line.ends_with(b"|");
    has_more && (6..=16).contains(&address.len()) && are_digits(address) && pairs.count() > 0
}

#[cfg(test)]
mod tests {
    use super::super::super::Lang;
    use super::*;
    use std::io::Write;

    const BYTES: &[u8] = b"PJNL\xFF\x00\x01\x02 journal";

    fn load(text: &[u8]) -> Result<Loaded, String> {
        decode(text.to_vec(), Reading::default()).map_err(|why| why.told(Lang::En))
    }

    fn bytes_of(text: &[u8]) -> Vec<u8> {
        load(text).unwrap().bytes
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(bytes).unwrap();
        packed.finish().unwrap()
    }

    #[test]
    fn each_encoding_gives_the_same_bytes() {
        let hex = "504a4E4C FF000102\r\n206a6f75726e616c\n";
        let texts: [&[u8]; 8] = [
            BYTES,
            hex.as_bytes(),
            b"\xEF\xBB\xBF504a4e4cff000102206a6f75726e616c",
            b"UEpOTP8AAQIgam91cm5hbA==",
            b"UEpOTP8AAQIg\nam91cm5hbA",
            b":10400000504A4E4CFF000102206A6F75726E616C5F\n:00000001FF\n",
            b"S00600004844521B\r\nS1134000504A4E4CFF000102206A6F75726E616C5B\r\nS9030000FC\r\n",
            &gzip(&gzip(b"504a4e4cff000102206a6f75726e616c")),
        ];
        for text in texts {
            assert_eq!(bytes_of(text), BYTES, "{:?}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn what_is_no_encoding_is_taken_as_it_is() {
        let texts: [&[u8]; 5] = [b"", b"\xFF\xFF", b"hello, world", b"  \n", b"DEADBEEF\x00"];
        for text in texts {
            assert_eq!(bytes_of(text), text);
        }
    }

    #[test]
    fn errors_name_the_line_and_what_to_do() {
        let cases: [(&[u8], &str); 9] = [
            (b"50\n4", "ends in the middle"),
            (b"UEpO\nA", "not base64"),
            (b":0140000050\n:00000001FF", "line 1: not an Intel HEX record"),
            (b":014000005A65\n\n:0140010050AF\n", "line 3: not an Intel HEX record"),
            (b"S1134000504A4E4CFF000102206A6F75726E616C4E\n", "line 1: not an S-record"),
            (b"S9030000FC\n", "no data"),
            (b"00000000: 504a 4e4c ff00  PJNL..", "xxd -r"),
            (b"00000000  50 4a 4e 4c ff  |PJNL.|", "xxd -r"),
            (b"\x1F\x8Bnot gzip", "compressed file is damaged"),
        ];
        for (text, said) in cases {
            let why = load(text).unwrap_err();
            assert!(why.contains(said), "{:?}: {why}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn no_text_breaks_the_readers() {
        let mut state = 7u64;
        let mut random = move |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % below as u64) as usize
        };
        let seeds: [&[u8]; 6] = [
            b":10400000504A4E4CFF000102206A6F75726E616C5F\n:02000004FFFFFC\n:01FFFF005AA7\n:00000001FF\n",
            b"S0030000FC\nS1134000504A4E4CFF000102206A6F75726E616C5B\nS3FFFFFFFFFF00\nS9030000FC\n",
            b"S00400FFFFFD\nS001FE\nS1+F",
            b":+1400000\n:\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9",
            b"504a4e4c\n50",
            b"UEpOTP8AAQIg",
        ];
        for turn in 0..20_000 {
            let mut text = seeds[turn % seeds.len()].to_vec();
            for _ in 0..=random(4) {
                let at = random(text.len());
                match random(3) {
                    0 => text[at] = random(256) as u8,
                    1 => text.truncate(at.max(1)),
                    _ => text.insert(at, b"S:0F\n+"[random(6)]),
                }
            }
            let how = Reading { gaps_erased: turn % 2 == 0, is_lenient: turn % 3 == 0 };
            let _ = decode(text, how);
        }
    }
}
