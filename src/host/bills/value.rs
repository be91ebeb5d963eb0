//! Amounts and times as bills print them. Money is never a float.

use jiff::civil::{Date, DateTime};

/// A decimal number in units of 10^-`places`: `decimal("12.3", 2)` is 1230. `None` where it is no
/// number, has more places that are not zero, or does not fit.
pub(in crate::host) fn decimal(text: &str, places: usize) -> Option<i64> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => (-1, text.get(1..)?),
        b'+' => (1, text.get(1..)?),
        _ => (1, text),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && part.is_empty() {
        return None;
    }
    let kept = part.get(..places.min(part.len()))?;
    let dropped = part.get(kept.len()..)?;
    if dropped.bytes().any(|digit| digit != b'0') {
        return None;
    }
    let zeros = std::iter::repeat_n(b'0', places.saturating_sub(kept.len()));
    let mut value: i64 = 0;
    for digit in whole.bytes().chain(kept.bytes()).chain(zeros) {
        if !digit.is_ascii_digit() {
            return None;
        }
        value = value.checked_mul(10)?.checked_add(i64::from(digit - b'0'))?;
    }
    Some(value * sign)
}

/// Half away from zero, by `places` fewer places.
pub(super) fn round(value: i64, places: u32) -> i64 {
    let unit = 10_i64.pow(places);
    let half = if value < 0 { -unit / 2 } else { unit / 2 };
    value.saturating_add(half) / unit
}

/// An amount in minor units as a text with its places.
pub fn decimal_text(minor: i128, places: u8) -> String {
    let places = usize::from(places);
    let digits = format!("{:0>width$}", minor.unsigned_abs(), width = places + 1);
    let sign = if minor < 0 { "-" } else { "" };
    match digits.split_at_checked(digits.len().saturating_sub(places)) {
        Some((whole, part)) if !part.is_empty() => format!("{sign}{whole}.{part}"),
        _ => format!("{sign}{digits}"),
    }
}

/// `yyyy-MM-dd HH:mm:ss`, with anything from a point on behind it, or a T in its middle.
pub(super) fn date_time(text: &str) -> Option<DateTime> {
    let bytes = text.as_bytes();
    let at = |from: usize, to: usize| number(bytes.get(from..to)?);
    let is = |at: usize, wanted: &[u8]| bytes.get(at).is_some_and(|byte| wanted.contains(byte));
    let marks = is(4, b"-/") && is(7, b"-/") && is(10, b" T") && is(13, b":") && is(16, b":");
    let ends = bytes.len() == 19 || is(19, b".");
    if !marks || !ends {
        return None;
    }
    let day = |from, to| at(from, to).and_then(|n| i8::try_from(n).ok());
    let year = i16::try_from(at(0, 4)?).ok()?;
    let (month, date) = (day(5, 7)?, day(8, 10)?);
    DateTime::new(year, month, date, day(11, 13)?, day(14, 16)?, day(17, 19)?, 0).ok()
}

/// `yyyy-MM-dd` or `yyyyMMdd`.
pub(super) fn date(text: &str) -> Option<Date> {
    let digits: Vec<u8> = match text.as_bytes() {
        [y @ .., b'-', m1, m2, b'-', d1, d2] if y.len() == 4 => {
            y.iter().chain([m1, m2, d1, d2]).copied().collect()
        }
        plain if plain.len() == 8 => plain.to_vec(),
        _ => return None,
    };
    let at = |from: usize, to: usize| number(digits.get(from..to)?);
    let small = |n: u32| i8::try_from(n).ok();
    Date::new(i16::try_from(at(0, 4)?).ok()?, small(at(4, 6)?)?, small(at(6, 8)?)?).ok()
}

/// `MMDDhhmmss` in a year.
pub(super) fn short_time(text: &str, year: i16) -> Option<DateTime> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 {
        return None;
    }
    let at = |from: usize| i8::try_from(number(bytes.get(from..from + 2)?)?).ok();
    DateTime::new(year, at(0)?, at(2)?, at(4)?, at(6)?, at(8)?, 0).ok()
}

/// Digits only.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0_u32, |value, digit| {
        if !digit.is_ascii_digit() {
            return None;
        }
        value.checked_mul(10)?.checked_add(u32::from(digit - b'0'))
    })
}

/// The numbers in a text of words, in order: `交易合计：2笔，共-1.50元` has `2` and `-1.50`.
pub(super) fn numbers(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | '.');
    text.split(move |c| !is_part(c)).filter(|part| part.bytes().any(|b| b.is_ascii_digit()))
}

/// `0.60%` in parts per million.
pub(super) fn percent_ppm(text: &str) -> Option<u32> {
    u32::try_from(decimal(text.strip_suffix('%')?, 4)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact() {
        let cases = [
            ("12.30", 2, Some(1230)),
            ("12", 2, Some(1200)),
            ("-0.05", 2, Some(-5)),
            ("+1.5", 2, Some(150)),
            (".5", 2, Some(50)),
            ("0.60000", 2, Some(60)),
            ("0.60001", 2, None),
            ("0.60000", 5, Some(60_000)),
            ("12345", 0, Some(12_345)),
            ("20.0", 0, Some(20)),
            ("92233720368547758.07", 2, Some(i64::MAX)),
            ("92233720368547758.08", 2, None),
            ("1,000.00", 2, None),
            ("1e3", 2, None),
            ("--1", 2, None),
            ("-", 2, None),
            ("", 2, None),
            (".", 2, None),
            ("１", 2, None),
            ("1.é", 1, None),
        ];
        for (text, places, value) in cases {
            assert_eq!(decimal(text, places), value, "{text}");
        }
        assert_eq!((round(60_500, 3), round(-60_500, 3), round(60_499, 3)), (61, -61, 60));
        assert_eq!(decimal_text(-5, 2), "-0.05");
        assert_eq!(decimal_text(123_456, 2), "1234.56");
        assert_eq!(decimal_text(7, 0), "7");
    }

    #[test]
    fn times_and_dates() {
        let time = |text: &str| date_time(text).map(|t| t.to_string());
        assert_eq!(time("2026-11-20 10:15:32").unwrap(), "2026-11-20T10:15:32");
        assert_eq!(time("2026-11-21 03:33:36.0").unwrap(), "2026-11-21T03:33:36");
        for wrong in
            ["2026-11-20", "2026-13-01 00:00:00", "2026-11-20 24:00:00", "", "2026-11-20 10:15:32x"]
        {
            assert_eq!(time(wrong), None, "{wrong}");
        }
        assert_eq!(date("2026-11-20"), date("20261120"));
        assert_eq!(date("2026-02-30"), None);
        assert_eq!(date("20-261120"), None);
        assert_eq!(short_time("1120101532", 2026).unwrap().to_string(), "2026-11-20T10:15:32");
        assert_eq!(short_time("0229101532", 2026), None);
        assert_eq!(numbers("#退款合计：4笔，共-0.04元").collect::<Vec<_>>(), ["4", "-0.04"]);
        assert_eq!(percent_ppm("0.60%"), Some(6000));
    }
}
