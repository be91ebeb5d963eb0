//! What a card number looks like: the issuers' published ranges, their lengths, the check digit.

use super::{Broken, is_broken};

/// Six-digit prefixes that one network issues, and how long its numbers are.
struct Issuers {
    /// The first prefix.
    from: u32,
    /// The last prefix.
    to: u32,
    /// Shortest number, in digits.
    shortest: usize,
    /// Longest number, in digits.
    longest: usize,
}

const fn issuers(from: u32, to: u32, shortest: usize, longest: usize) -> Issuers {
    Issuers { from, to, shortest, longest }
}

/// The fewest digits of a card number.
pub(super) const SHORTEST: usize = 13;
/// The most digits of a card number.
pub(super) const LONGEST: usize = 19;
/// Digits of an issuer's prefix.
const PREFIX: usize = 6;

/// Ranges inside others (Elo, mada, Verve, Dankort and the like in 4, 5 and 6) are not repeated.
/// Left out: the travel cards that begin with 1 (UATP), because milliseconds since 1970 do too.
const ISSUERS: &[Issuers] = &[
    issuers(194_600, 194_699, 16, 16), // GPN (Indonesia)
    issuers(220_000, 220_599, 16, 19), // Mir, Borica
    issuers(222_100, 272_099, 16, 16), // Mastercard
    issuers(300_000, 305_999, 14, 19), // Diners Club
    issuers(309_500, 309_599, 14, 19), // Diners Club
    issuers(340_000, 349_999, 15, 15), // American Express
    issuers(352_800, 358_999, 16, 19), // JCB
    issuers(360_000, 369_999, 14, 19), // Diners Club
    issuers(370_000, 379_999, 15, 15), // American Express
    issuers(380_000, 399_999, 14, 19), // Diners Club
    issuers(400_000, 499_999, 13, 19), // Visa
    issuers(500_000, 509_999, 13, 19), // Maestro, Elo, Verve, RuPay 508
    issuers(510_000, 559_999, 16, 16), // Mastercard
    issuers(560_000, 589_999, 13, 19), // Maestro
    issuers(600_000, 699_999, 13, 19), // Maestro, Discover, UnionPay 62, RuPay 60 and 65, Troy 65
    issuers(810_000, 829_999, 16, 19), // UnionPay 81, RuPay 81 and 82
    issuers(860_000, 860_099, 16, 16), // Uzcard
    issuers(940_000, 949_999, 16, 19), // domestic cards of China and Korea
    issuers(955_000, 955_999, 16, 19), // China, from before UnionPay's own range
    issuers(968_200, 968_299, 16, 16), // mada (Saudi Arabia)
    issuers(970_400, 970_499, 16, 19), // NAPAS (Vietnam)
    issuers(979_200, 979_299, 16, 16), // Troy (Türkiye)
    issuers(984_300, 984_399, 16, 19), // China, from before UnionPay's own range
    issuers(986_000, 986_099, 16, 16), // Humo (Uzbekistan)
];

/// Whether these digits (0 to 9 each) are a card number: an issuer's prefix, one of its lengths,
/// and the right check digit.
pub(super) fn is_card_number(digits: &[u8]) -> bool {
    let length = digits.len();
    let Some(head) = digits.get(..PREFIX) else { return false };
    let prefix = head.iter().fold(0, |prefix, digit| prefix * 10 + u32::from(*digit));
    let issued = |by: &Issuers| {
        (by.from..=by.to).contains(&prefix) && (by.shortest..=by.longest).contains(&length)
    };
    let known = ISSUERS.iter().any(issued) && !is_broken(Broken::NoIssuers);
    known && luhn(digits)
}

/// The check digit of ISO/IEC 7812-1, annex B.
fn luhn(digits: &[u8]) -> bool {
    let sum = digits.iter().rev().enumerate().fold(0u32, |sum, (at, digit)| {
        let doubled = u32::from(*digit) * if at % 2 == 1 { 2 } else { 1 };
        sum + doubled / 10 + doubled % 10
    });
    sum % 10 == 0
}
