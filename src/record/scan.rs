//! Is there a card number in bytes that somebody else filled?
//!
//! | bytes | read as | a candidate is | why |
//! |---|---|---|---|
//! | a text that people typed | ASCII | whole groups of digits | a part of a longer number is no card number |
//! | a blob, which is ciphertext | ASCII | any digits in a row | random bytes hold no 13 digits in a row |
//! | the same | BCD | a whole run, or what a length before it covers | half of all nibbles are digits: anything looser refuses good ciphertext |
//!
//! Digits in ASCII may be grouped by single blanks or hyphens, as they are on a card; in a blob by
//! single zeros too, which is UTF-16.

use super::cards::{LONGEST, SHORTEST, is_card_number};
use super::{Broken, is_broken};
use core::ops::RangeInclusive;

const LENGTHS: RangeInclusive<usize> = SHORTEST..=LONGEST;

/// Whether a card number stands in a text: whole groups of digits, grouped or not.
pub(super) fn text_holds_card(text: &[u8]) -> bool {
    let grouped = !is_broken(Broken::GroupsUnseen);
    ascii(text, |byte| grouped && matches!(byte, b' ' | b'-'), true)
}

/// Whether a card number stands in bytes that should be ciphertext: as text or as BCD.
pub(super) fn blob_holds_card(blob: &[u8]) -> bool {
    // Most objects of chip data are too short for one.
    if 2 * blob.len() < SHORTEST {
        return false;
    }
    let bcd_seen = !is_broken(Broken::BcdUnseen);
    ascii(blob, |byte| matches!(byte, b' ' | b'-' | 0), false)
        || (bcd_seen && (0..=blob.len() - SHORTEST / 2).any(|at| bcd_from(blob, at)))
}

/// Digits as they are collected. More than the longest card number are only counted.
struct Digits {
    digits: [u8; LONGEST],
    count: usize,
}

impl Digits {
    const fn new() -> Self {
        Self { digits: [0; LONGEST], count: 0 }
    }

    fn push(&mut self, digit: u8) {
        if let Some(place) = self.digits.get_mut(self.count) {
            *place = digit;
        }
        self.count += 1;
    }

    /// Whether the first `length` of them are a card number.
    fn is_card(&self, length: usize) -> bool {
        length <= self.count
            && LENGTHS.contains(&length)
            && self.digits.get(..length).is_some_and(is_card_number)
    }
}

/// Looks from each digit where a number may begin to each where it may end.
fn ascii(bytes: &[u8], joins: impl Fn(u8) -> bool, whole_groups: bool) -> bool {
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    (0..bytes.len()).any(|from| {
        if !is_digit(from) || (whole_groups && from > 0 && is_digit(from - 1)) {
            return false;
        }
        let mut digits = Digits::new();
        let mut at = from;
        while let Some(byte) = bytes.get(at)
            && digits.count < LONGEST
        {
            if byte.is_ascii_digit() {
                digits.push(byte - b'0');
                let ends = !whole_groups || !is_digit(at + 1);
                if ends && digits.is_card(digits.count) {
                    return true;
                }
            } else if !joins(*byte) || !is_digit(at + 1) {
                return false;
            }
            at += 1;
        }
        false
    })
}

/// The nibble at a place counted in nibbles: the high one of a byte first.
fn nibble(bytes: &[u8], at: usize) -> Option<u8> {
    let byte = bytes.get(at / 2)?;
    Some(if at.is_multiple_of(2) { byte >> 4 } else { byte & 0xF })
}

const PADDING: u8 = 0xF;
/// Between card number and expiry date in the second track.
const SEPARATOR: u8 = 0xD;
/// Tags of a card number and of the second track.
const CARD_TAGS: [u8; 3] = [0x5A, 0x57, 0x6B];

/// Whether a card number in BCD begins at this byte, or behind a nibble that makes it even.
fn bcd_from(blob: &[u8], at: usize) -> bool {
    let evened = nibble(blob, 2 * at) == Some(0);
    bcd_begins(blob, at, 2 * at) || (evened && bcd_begins(blob, at, 2 * at + 1))
}

/// | the number begins | and ends | digits |
/// |---|---|---|
/// | at the front, after only zeros, or after a card's tag and a length | with the run, or before zeros to the end | any |
/// | at the front, or after a card's tag and a length | anywhere | [`RARE`] or more |
/// | after a nibble that is no digit | with the run, or before zeros to the end | [`RARE`] or more |
/// | after a byte that is its length | anywhere | any |
fn bcd_begins(blob: &[u8], at: usize, from: usize) -> bool {
    let run = || (from..).map_while(|at| nibble(blob, at).filter(|nibble| *nibble < 10));
    // In ciphertext there is hardly ever more than a few in a row.
    if run().nth(SHORTEST - 1).is_none() {
        return false;
    }
    let mut digits = Digits::new();
    run().for_each(|digit| digits.push(digit));
    let before = at.checked_sub(1).and_then(|at| blob.get(at)).copied();
    let tag = at.checked_sub(2).and_then(|at| blob.get(at));
    let marked = before.is_none() || tag.is_some_and(|tag| CARD_TAGS.contains(tag));
    let zeros_before = blob.iter().take(at).all(|byte| *byte == 0);
    let run_begins = before.is_some_and(|byte| byte & 0xF >= 10);
    let run_ends = match nibble(blob, from + digits.count) {
        None | Some(PADDING | SEPARATOR) => true,
        // A run that ends inside a byte and is not padded is no BCD field.
        Some(_) => (from + digits.count).is_multiple_of(2),
    };
    LENGTHS.filter(|length| digits.is_card(*length)).any(|length| {
        let ends = (length == digits.count && run_ends) || zeros_to_end(blob, from + length);
        let rare = length >= RARE;
        ((marked || zeros_before) && ends)
            || (marked && rare)
            || (run_begins && ends && rare)
            || before.is_some_and(|byte| is_length(byte, length))
            || is_broken(Broken::PartsOfRuns)
    })
}

/// So many digits in a row are rare in good ciphertext. Fewer, which few cards have, count only where
/// something else says that a number is there.
const RARE: usize = 15;

fn zeros_to_end(blob: &[u8], from: usize) -> bool {
    (from..2 * blob.len()).all(|at| nibble(blob, at) == Some(0))
}

/// Whether a byte before a field of so many digits is its length: in digits, as a number or in BCD, or
/// in bytes.
fn is_length(byte: u8, digits: usize) -> bool {
    let bcd = usize::from(byte >> 4) * 10 + usize::from(byte & 0xF);
    let number = usize::from(byte);
    bcd == digits || number == digits || number == digits.div_ceil(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    const EVEN: &str = "4111111111111111";
    const ODD: &str = "6222020200112341231";

    /// Nibbles two to a byte.
    fn packed(nibbles: &str) -> Vec<u8> {
        let value = |c: u8| (c as char).to_digit(16).unwrap() as u8;
        nibbles.as_bytes().chunks(2).map(|two| value(two[0]) << 4 | value(two[1])).collect()
    }

    #[test]
    fn whole_groups_of_a_text_are_found() {
        for text in [
            EVEN,
            ODD,
            "4111 1111 1111 1111",
            "card 4111-1111-1111-1111.",
            "622202 0200112341231",
            "3782 822463 10005",
            "3056 930902 5904",
            "till 42 4111 1111 1111 1111 ok",
            "41 11 11 11 11 11 11 11",
            "9704000000000000016",
        ] {
            assert!(text_holds_card(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn parts_of_longer_numbers_are_no_card_numbers() {
        for text in [
            "4111111111111112",             // the check digit is wrong
            "94111111111111111111",         // 20 digits
            "41111111111111119999",         // 20 digits that begin with one
            "4111  1111  1111  1111",       // not single
            "4111.1111.1111.1111",          // an amount or a version
            "1753954511000 20250731173512", // times
            "4200002345202507310123456789", // an order number
            "0000000000000000",             // nobody's prefix
            "",
        ] {
            assert!(!text_holds_card(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_blob_with_a_number_as_text_is_found() {
        let utf16: Vec<u8> = EVEN.bytes().flat_map(|byte| [byte, 0]).collect();
        let zero_filled = [EVEN.as_bytes(), &[0; 32]].concat();
        let second_track = std::format!(";{ODD}=25122010000000000?");
        let with_length = std::format!("16{EVEN}");
        for blob in [&utf16, &zero_filled, second_track.as_bytes(), with_length.as_bytes()] {
            assert!(blob_holds_card(blob), "{blob:x?}");
        }
    }

    #[test]
    fn a_blob_with_a_number_in_bcd_is_found() {
        for nibbles in [
            EVEN.into(),
            std::format!("{ODD}F"),
            std::format!("0{ODD}"),
            std::format!("{EVEN}FFFF"),
            std::format!("{EVEN}{:032}", 0), // a buffer filled with zeros
            std::format!("{:08}{EVEN}", 0),  // right-justified
            std::format!("16{EVEN}2512"),    // a length in BCD, an expiry date
            std::format!("10{EVEN}2512"),    // a length as a number
            std::format!("5A08{EVEN}5F24"),  // a TLV object
            std::format!("5A0A{ODD}F9F"),    // the same, padded
            std::format!("5711{EVEN}D25122010000000000"), // a second track
            std::format!("13{EVEN}2512123F"), // not a length: see below
            std::format!("{EVEN}2512123F"),  // with an expiry date and more
            std::format!("AB{EVEN}CD"),      // between bytes that are no digits
        ] {
            let blob = packed(&nibbles);
            // 19 digits are not what follows, and 0x13 is a digit pair.
            assert_eq!(blob_holds_card(&blob), !nibbles.starts_with("13"), "{nibbles}");
        }
    }

    #[test]
    fn a_length_is_told_in_three_ways() {
        assert!(is_length(0x16, 16) && is_length(16, 16) && is_length(8, 16) && is_length(8, 15));
        assert!(!is_length(0x13, 16) && !is_length(7, 16));
    }
}
