//! What the constructors refuse, and what they must not.

use std::hash::{Hash, Hasher};

use pos_journal::record::*;

use super::cards::{BRANDS, bcd, checked, nibbles, numbers};
use super::dice::Dice;

/// What went wrong, without a digit of the number.
pub type Checked = Result<(), String>;

macro_rules! demand {
    ($holds:expr, $($said:tt)*) => {
        if !$holds { return Err(format!($($said)*)); }
    };
}

const EACH: usize = 20;

/// In groups of these many digits, the rest in one group.
fn grouped(number: &str, groups: &[usize], by: &str) -> String {
    let mut rest = number;
    let mut parts = Vec::new();
    for group in groups {
        let (head, tail) = rest.split_at((*group).min(rest.len()));
        parts.push(head);
        rest = tail;
    }
    parts.push(rest);
    parts.retain(|part| !part.is_empty());
    parts.join(by)
}

/// People type card numbers into remarks.
pub fn texts_refuse_card_numbers() -> Checked {
    for number in numbers(1, EACH) {
        let brand = &number[..4];
        let fours = [4, 4, 4, 4];
        for text in [
            number.clone(),
            format!("card {number}, please"),
            format!("({number})"),
            grouped(&number, &fours, " "),
            grouped(&number, &fours, "-"),
            grouped(&number, &[4, 6], " "),
            grouped(&number, &[6], "-"),
            format!("42 {}", grouped(&number, &fours, " ")),
        ] {
            let refused = Text::<48>::new(&text) == Err(TextError::CardNumber);
            demand!(refused, "a number {brand}... of {} is taken in a text", number.len());
        }
    }
    Ok(())
}

/// Whoever seals may pass the number itself.
pub fn sealed_refuses_clear_numbers() -> Checked {
    for number in numbers(2, EACH) {
        let packed = bcd(&number);
        let digits = number.len();
        let as_bytes = number.as_bytes().to_vec();
        let filled = |bytes: &[u8]| [bytes, &vec![0; 48 - bytes.len()]].concat();
        let wide: Vec<u8> = number.bytes().flat_map(|byte| [byte, 0]).collect();
        // 13 and 14 digits are too likely there.
        let noisy = [vec![0xAB, 0x9C], packed.clone(), vec![0xE7, 0x3F]].concat();
        let even = if digits.is_multiple_of(2) { "" } else { "0" };
        for (what, blob) in [
            ("as text", as_bytes.clone()),
            ("as text in a buffer", filled(&as_bytes)),
            ("as text behind its length", [format!("{digits}").as_bytes(), &as_bytes].concat()),
            ("as text in groups", grouped(&number, &[4, 4, 4, 4], " ").into_bytes()),
            ("as text of two bytes each", wide),
            ("as a track", format!(";{number}=2512201?").into_bytes()),
            ("in BCD", packed.clone()),
            ("in BCD, evened in front", nibbles(&format!("{even}{number}"))),
            ("in BCD, in a buffer", filled(&packed)),
            ("in BCD, to the right", [vec![0; 12], nibbles(&format!("{even}{number}"))].concat()),
            (
                "in BCD, behind its length",
                [vec![digits as u8], packed.clone(), vec![0x25]].concat(),
            ),
            ("as a TLV object", [vec![0x5A, packed.len() as u8], packed.clone()].concat()),
            ("in BCD between noise", if digits < 15 { packed.clone() } else { noisy }),
            ("as track 2", nibbles(&format!("{number}D25122011234{even}"))),
        ] {
            let refused = Sealed::new(&blob) == Err(SealedError::CardNumber);
            demand!(refused, "a number of {digits} digits is taken {what}");
        }
    }
    Ok(())
}

/// Card number, tracks, name, PIN, dynamic codes, certificates, and whatever the maker of a reader
/// calls its own.
pub fn chip_data_is_filtered() -> Checked {
    const FORBIDDEN: [&[u8]; 23] = [
        &[0x56],
        &[0x57],
        &[0x58],
        &[0x5A],
        &[0x5B],
        &[0x5E],
        &[0x99],
        &[0x5F, 0x20],
        &[0x5F, 0x21],
        &[0x5F, 0x22],
        &[0x5F, 0x23],
        &[0x5F, 0x2E],
        &[0x5F, 0x53],
        &[0x9F, 0x0B],
        &[0x9F, 0x1F],
        &[0x9F, 0x20],
        &[0x9F, 0x2D],
        &[0x9F, 0x46],
        &[0x9F, 0x60],
        &[0x9F, 0x61],
        &[0x9F, 0x6B],
        &[0xDF, 0x81, 0x2A],
        &[0xDF, 0x81, 0x2B],
    ];
    let before = [0x95, 5, 0, 0, 0, 0, 0, 0x9F, 0x36, 2, 0, 7];
    for tag in FORBIDDEN {
        let tlv = [&before, tag, &[1, 0], &before].concat();
        let refused = matches!(Emv::new(&tlv), Err(EmvError::Forbidden(_)));
        demand!(refused, "tag {tag:02X?} is taken");
    }
    for template in [&[0x70][..], &[0x77], &[0xE1], &[0xFF, 0x81, 0x06], &[0xBF, 0x0C]] {
        let tlv = [template, &[3, 0x5A, 1, 0x41]].concat();
        demand!(Emv::new(&tlv) == Err(EmvError::Malformed), "template {template:02X?} is taken");
    }
    demand!(Emv::new(&[0x5F, 0x80, 0x20, 1, 0]).is_err(), "a tag written longer is taken");
    for number in numbers(3, 2) {
        for value in [number.as_bytes().to_vec(), bcd(&number)] {
            // A reader's own tags, one that EMV leaves free, and padding taken for a tag.
            for tag in [&[0xDF, 0xEE, 0x23][..], &[0xDF, 0x01], &[0x9F, 0x7C], &[0x00]] {
                let tlv = [&before, tag, &[value.len() as u8], &value].concat();
                let refused = matches!(Emv::new(&tlv), Err(EmvError::CardNumber(_)));
                demand!(refused, "a number of {} is taken in {tag:02X?}", number.len());
            }
        }
    }
    Ok(())
}

/// What DE55 of a reversal and of an upload holds, as cards give it.
pub fn chip_data_of_real_shape_passes() -> Checked {
    let mut dice = Dice(4);
    for _ in 0..10_000 {
        let mut tlv = Vec::new();
        for (tag, length) in [
            (&[0x9F, 0x26][..], 8), // cryptogram
            (&[0x9F, 0x27], 1),
            (&[0x9F, 0x10], 19), // issuer application data
            (&[0x9F, 0x37], 4),
            (&[0x9F, 0x36], 2),
            (&[0x95], 5),
            (&[0x91], 10), // the issuer's proof
            (&[0x9F, 0x1E], 8),
            (&[0xDF, 0x31], 5),
        ] {
            let mut value = vec![0; length];
            dice.fill(&mut value);
            tlv.extend_from_slice(tag);
            tlv.push(length as u8);
            tlv.extend_from_slice(&value);
        }
        demand!(Emv::new(&tlv).is_ok(), "chip data is refused: {:?}", Emv::new(&tlv));
    }
    Ok(())
}

/// What a value is made of, as its own `Hash` gives it away.
#[derive(Default)]
struct Memory(Vec<u8>);

impl Hasher for Memory {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}

/// Numbers that differ only in the middle make the same value, in memory as in storage: nothing of
/// the middle can be in it.
pub fn a_truncated_number_keeps_nothing_else() -> Checked {
    let memory = |pan: &TruncatedPan| {
        let mut memory = Memory::default();
        pan.hash(&mut memory);
        memory.0
    };
    let mut dice = Dice(5);
    for (brand, prefix, lengths) in BRANDS {
        for &length in *lengths {
            let head = format!("{prefix}{}", dice.digits(6 - prefix.len()));
            let tail = dice.digits(4);
            let made = |canary: &str| TruncatedPan::from_pan(&format!("{head}{canary}{tail}"));
            let middle = length - 10;
            let first = made(&"0".repeat(middle)).map_err(|e| e.to_string())?;
            for canary in (0..EACH).map(|_| dice.digits(middle)).chain(["9".repeat(middle)]) {
                let pan = made(&canary).map_err(|e| e.to_string())?;
                demand!(memory(&pan) == memory(&first), "{brand}: its memory differs");
                demand!(
                    <[u8; 5]>::from(pan) == <[u8; 5]>::from(first),
                    "{brand}: stored, it differs"
                );
                let stars = format!("{head}{}{tail}", "*".repeat(middle));
                demand!(pan.to_string() == stars, "{brand}: shown as {pan}");
                demand!(format!("{pan:?}") == stars, "{brand}: shown as {pan:?}");
            }
        }
    }
    // The hash covers all of it: it is no larger than the number that was hashed.
    demand!(size_of::<TruncatedPan>() == 8, "{} bytes", size_of::<TruncatedPan>());
    Ok(())
}

/// Logs are printed with `Debug`.
pub fn debug_shows_no_card_data() -> Checked {
    for number in numbers(6, 2) {
        let cipher: Vec<u8> = bcd(&number).iter().map(|byte| byte ^ 0xA5).collect();
        let item = Seq(7);
        // Neither the whole number nor anything that was refused may be told.
        for text in [
            format!("{:?}", Reference::new(&number).map_err(|e| e.to_string())?),
            format!("{:?}", OrderNumber::new(&number).map_err(|e| e.to_string())?),
            format!("{:?}", TruncatedPan::from_pan(&number)),
            format!("{:?}", TruncatedPan::from_pan(&format!("{number}D2512"))),
            format!("{:?}", Text::<48>::new(&number)),
            format!("{:?}", Sealed::new(number.as_bytes())),
            format!("{:?}", Emv::new(&[&[0x5A, 8][..], &bcd(&number)].concat())),
        ] {
            demand!(!text.contains(&number[..12]), "card data is shown: {text}");
            demand!(!text.contains(&number[7..]), "card data is shown: {text}");
        }
        let attach = Attach { item, book: 0, sealed: Sealed::new(&cipher).ok(), emv: None };
        let of = attach.sealed.as_ref().map_or(0, |sealed| sealed.as_bytes().len());
        let plain = format!(
            "Attach {{ item: Seq(7), book: 0, sealed: Some(Sealed({of} bytes)), emv: None }}"
        );
        demand!(format!("{attach:?}") == plain, "ciphertext is shown: {attach:?}");
    }
    Ok(())
}

/// Order numbers of wallets and cash registers, as they are formed.
fn order_numbers(dice: &mut Dice, at: u64) -> Vec<String> {
    let day = format!("2025{:02}{:02}", 1 + dice.below(12), 1 + dice.below(28));
    let time = format!("{:02}{:02}{:02}", dice.below(24), dice.below(60), dice.below(60));
    let stamp = 1_735_689_600_000 + dice.below(31_536_000_000);
    vec![
        format!("4200{}{day}{}", dice.digits(6), dice.digits(10)), // WeChat, 28 digits
        format!("{day}{time}{}", dice.digits(18)),                 // WeChat's merchant, 32
        format!("{day}22001{}", dice.digits(15)),                  // Alipay, 28
        format!("{day}{time}{}{}", dice.digits(25), dice.digits(25)), // Alipay's merchant, 64
        dice.digits(16), // a register that counts at random
        dice.digits(19),
        format!("{stamp}"), // milliseconds
        format!("{stamp}{}", dice.digits(4)),
        format!("{day}-{:05}", at % 100_000),
        format!("POS{:03}-{day}-{time}-{:04}", at % 1000, at % 10_000),
        checked(&format!("62{}", dice.digits(16))), // one that looks like a card for certain
    ]
}

/// At most this many in ten thousand.
const FEW: usize = 9;
const TRIES: usize = 10_000;

/// How many order numbers are refused as names, and as texts, of how many.
pub fn refused_order_numbers() -> (usize, usize, usize) {
    let mut dice = Dice(7);
    let all: Vec<String> = (0..).flat_map(|at| order_numbers(&mut dice, at)).take(TRIES).collect();
    let names = all.iter().filter(|order| {
        let short = order.len() > 32 || Reference::new(order).is_ok();
        !(short && OrderNumber::new(order).is_ok())
    });
    let names = names.count();
    let texts = all.iter().filter(|order| Text::<64>::new(order).is_err()).count();
    (names, texts, all.len())
}

/// How many blobs of random bytes are refused.
pub fn refused_blobs(seed: u64, tries: usize) -> usize {
    let mut dice = Dice(seed);
    let mut blob = [0; 48];
    let refused = |_: &usize| {
        dice.fill(&mut blob);
        Sealed::new(&blob).is_err()
    };
    (0..tries).filter(refused).count()
}

pub fn good_names_and_blobs_pass() -> Checked {
    let (names, texts, all) = refused_order_numbers();
    let blobs = refused_blobs(8, TRIES);
    println!(
        "refused: {names} of {all} order numbers as names ({texts} as free text), {blobs} of {TRIES} random blobs of 48 bytes"
    );
    demand!(names <= FEW, "{names} order numbers are refused");
    demand!(blobs <= FEW, "{blobs} random blobs are refused");
    Ok(())
}
