//! What was agreed with the acquirer about fees, and when the money arrives.
//!
//! | key | says | if absent |
//! |---|---|---|
//! | `rounding` | `half-up`, `half-even`, `up` or `down`, on each row | `half-up`, as UnionPay rounds |
//! | `tolerance` | minor units by which a fee may differ | 0 |
//! | `[[rate]]` | a rate; the first that fits a row counts | none: fees are not judged |
//! | `method` | `card`, `wechat`, `alipay`, `unionpay`, `other` | any |
//! | `card_type` | as the bill prints it | any |
//! | `percent` | such as `"0.60"` | must |
//! | `fixed`, `min`, `max` | minor units: added to each, and the bounds of the whole | 0, none |
//! | `refund` | `back`: given back in proportion; `kept`: not | `back` |
//! | `[settlement]` | [`Terms`]: cycle, cut-off hour, hours of arrival, but for bills whose `--profile` has its own | T+1 |

use serde::Deserialize;

use super::entry::Side;
use crate::host::bills::{BillRow, Method};
use crate::host::calendar::Terms;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Rates {
    rounding: Rounding,
    tolerance: u32,
    #[serde(rename = "rate")]
    rates: Vec<Rate>,
    pub settlement: Terms,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rate {
    method: Option<Method>,
    card_type: Option<String>,
    percent: Percent,
    #[serde(default)]
    fixed: i64,
    min: Option<i64>,
    max: Option<i64>,
    #[serde(default)]
    refund: Refund,
}

/// Parts per million.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
struct Percent(u32);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Rounding {
    #[default]
    HalfUp,
    HalfEven,
    Up,
    Down,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Refund {
    #[default]
    Back,
    Kept,
}

impl TryFrom<String> for Percent {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        let digits = format!("{whole}{part:0<4}");
        let is_number = !whole.is_empty()
            && part.len() <= 4
            && digits.bytes().all(|digit| digit.is_ascii_digit());
        let ppm = digits.parse().ok().filter(|ppm| is_number && *ppm <= 1_000_000);
        ppm.map(Self).ok_or_else(|| {
            format!("{text:?}: a rate is a percentage with at most four places, such as \"0.60\"")
        })
    }
}

const MILLION: i128 = 1_000_000;

impl Rounding {
    fn of(self, amount: u64, ppm: u32) -> i64 {
        let exact = i128::from(amount) * i128::from(ppm);
        let (whole, rest) = (exact / MILLION, exact % MILLION);
        let up = match self {
            Self::HalfUp => rest * 2 >= MILLION,
            Self::HalfEven => rest * 2 > MILLION || (rest * 2 == MILLION && whole % 2 == 1),
            Self::Up => rest > 0,
            Self::Down => false,
        };
        i64::try_from(whole + i128::from(up)).unwrap_or(i64::MAX)
    }
}

impl Rates {
    pub fn read(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    /// The fee agreed for a row: positive is paid by the merchant. `None`: no rate fits it.
    pub fn agreed(&self, row: &BillRow, side: Side) -> Option<i64> {
        let rate = self.rates.iter().find(|rate| rate.fits(row))?;
        if side != Side::Charge && rate.refund == Refund::Kept {
            return Some(0);
        }
        let fee = self.rounding.of(row.amount, rate.percent.0).saturating_add(rate.fixed);
        let fee = fee.max(rate.min.unwrap_or(0)).min(rate.max.unwrap_or(i64::MAX));
        Some(if side == Side::Charge { fee } else { -fee })
    }

    /// Whether a fee is the one agreed. A row without a fee says nothing.
    pub fn agrees(&self, agreed: Option<i64>, stated: Option<i64>) -> bool {
        let apart = agreed.zip(stated).map(|(agreed, stated)| agreed.abs_diff(stated));
        apart.is_none_or(|apart| apart <= u64::from(self.tolerance))
    }
}

impl Rate {
    fn fits(&self, row: &BillRow) -> bool {
        self.method.is_none_or(|method| row.method == Some(method))
            && (self.card_type.is_none() || self.card_type == row.keys.card_type)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fee_is_rounded_as_agreed() {
        // 0.6 % of 12.25 is 7.35 fen, of 12.50 it is 7.5, of 14.1667 8.5.
        let cases = [
            (Rounding::HalfUp, 1225, 7),
            (Rounding::HalfUp, 1250, 8),
            (Rounding::HalfEven, 1250, 8),
            (Rounding::HalfEven, 1083, 6),
            (Rounding::HalfEven, 750, 4),
            (Rounding::HalfUp, 750, 5),
            (Rounding::Down, 1250, 7),
            (Rounding::Up, 1001, 7),
        ];
        for (rounding, amount, fee) in cases {
            assert_eq!(rounding.of(amount, 6_000), fee, "{rounding:?} {amount}");
        }
    }

    #[test]
    fn rates_are_percentages() {
        for (text, ppm) in [("0.60", 6_000), ("0.6", 6_000), ("1", 10_000), ("0.3825", 3_825)] {
            assert_eq!(Percent::try_from(text.to_string()), Ok(Percent(ppm)));
        }
        for text in ["", ".6", "0.60%", "-1", "0.38251", "101"] {
            assert!(Percent::try_from(text.to_string()).is_err(), "{text}");
        }
        let wrong = Rates::read("[[rate]]\npercent = '0.6'\nmethd = 'card'").unwrap_err();
        assert!(wrong.contains("methd"), "{wrong}");
    }
}
