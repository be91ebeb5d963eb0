//! Card numbers as every network issues them, drawn by chance: right in prefix, length and check
//! digit, and of nobody. This table is written apart from the one in the crate.

use super::dice::Dice;

/// Brand, prefix, lengths.
pub const BRANDS: &[(&str, &str, &[usize])] = &[
    ("Visa", "4", &[13, 16, 19]),
    ("Mastercard", "51", &[16]),
    ("Mastercard", "55", &[16]),
    ("Mastercard, 2 series", "2221", &[16]),
    ("Mastercard, 2 series", "2720", &[16]),
    ("American Express", "34", &[15]),
    ("American Express", "37", &[15]),
    ("JCB", "3528", &[16, 19]),
    ("JCB", "3589", &[16, 19]),
    ("Diners Club", "300", &[14, 16]),
    ("Diners Club", "305", &[14, 16]),
    ("Diners Club", "3095", &[14]),
    ("Diners Club", "36", &[14, 19]),
    ("Diners Club", "38", &[16]),
    ("Discover", "6011", &[16, 19]),
    ("Discover", "644", &[16]),
    ("Discover", "65", &[16]),
    ("UnionPay", "62", &[16, 17, 18, 19]),
    ("UnionPay", "81", &[16, 19]),
    ("China, earlier", "955880", &[19]),
    ("China, earlier", "940000", &[16]),
    ("China, earlier", "984301", &[19]),
    ("Korea", "9410", &[16]),
    ("Maestro", "50", &[13, 14, 15, 16, 17, 18, 19]),
    ("Maestro", "56", &[13, 16, 19]),
    ("Maestro", "58", &[16]),
    ("Maestro", "67", &[13, 16, 18, 19]),
    ("Mir", "2200", &[16, 19]),
    ("Mir", "2204", &[16]),
    ("Borica", "2205", &[16]),
    ("RuPay", "60", &[16]),
    ("RuPay", "82", &[16]),
    ("RuPay", "508", &[16]),
    ("Elo", "636368", &[16]),
    ("Elo", "506699", &[16]),
    ("Hipercard", "606282", &[16]),
    ("Verve", "506100", &[16, 18, 19]),
    ("Troy", "9792", &[16]),
    ("mada", "968205", &[16]),
    ("NAPAS", "9704", &[16, 19]),
    ("Uzcard", "8600", &[16]),
    ("Humo", "9860", &[16]),
    ("GPN", "1946", &[16]),
];

/// `each` numbers of every brand and length.
pub fn numbers(seed: u64, each: usize) -> Vec<String> {
    let mut dice = Dice(seed);
    let mut all = Vec::new();
    for (_, prefix, lengths) in BRANDS {
        for length in *lengths {
            for _ in 0..each {
                all.push(checked(&format!("{prefix}{}", dice.digits(length - prefix.len() - 1))));
            }
        }
    }
    all
}

/// With its check digit.
pub fn checked(body: &str) -> String {
    let sum: u32 = body
        .chars()
        .rev()
        .enumerate()
        .map(|(at, c)| {
            let digit = c.to_digit(10).unwrap();
            match at % 2 {
                0 if digit >= 5 => digit * 2 - 9,
                0 => digit * 2,
                _ => digit,
            }
        })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

/// Two digits to a byte, an odd number filled up with F behind.
pub fn bcd(digits: &str) -> Vec<u8> {
    nibbles(digits)
}

/// Hexadecimal digits, two to a byte; an odd number is filled up with F.
pub fn nibbles(hex: &str) -> Vec<u8> {
    let values: Vec<u8> = hex.chars().map(|c| c.to_digit(16).unwrap() as u8).collect();
    values.chunks(2).map(|two| two[0] << 4 | two.get(1).unwrap_or(&0xF)).collect()
}
