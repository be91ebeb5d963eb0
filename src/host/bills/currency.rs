//! Currencies by their letters (ISO 4217).

use crate::record::Currency;

/// Letters, number, places.
const TABLE: &[(&str, u16, u8)] = &[
    ("CNY", 156, 2),
    ("AUD", 36, 2),
    ("CAD", 124, 2),
    ("CHF", 756, 2),
    ("EUR", 978, 2),
    ("GBP", 826, 2),
    ("HKD", 344, 2),
    ("IDR", 360, 2),
    ("INR", 356, 2),
    ("JPY", 392, 0),
    ("KRW", 410, 0),
    ("MOP", 446, 2),
    ("MYR", 458, 2),
    ("NZD", 554, 2),
    ("PHP", 608, 2),
    ("SGD", 702, 2),
    ("THB", 764, 2),
    ("TWD", 901, 2),
    ("USD", 840, 2),
    ("VND", 704, 0),
];

/// The currency of these letters; yuan where nothing is said.
pub(super) fn of(letters: &str) -> Option<Currency> {
    if letters.is_empty() {
        return Some(Currency::CNY);
    }
    let found = TABLE.iter().find(|(known, _, _)| *known == letters);
    found.and_then(|(_, number, places)| Currency::new(*number, *places))
}

/// The letters of a currency, or its number.
#[must_use]
pub fn letters(currency: Currency) -> String {
    let found = TABLE.iter().find(|(_, number, _)| *number == currency.numeric());
    found.map_or_else(|| currency.to_string(), |(letters, _, _)| (*letters).to_string())
}
