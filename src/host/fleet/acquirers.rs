//! Whose acquirer a payment went to, and when its money is due. A journal knows books and merchant
//! ids; which acquirer stands behind them, and what was agreed, its owner has to say:
//!
//! ```toml
//! [[acquirer]]
//! name = "north"
//! merchants = ["8981"]        # merchant ids that begin so; without it all
//! book = 0                    # this book alone; without it all
//! terms = { cycle = "T+1", cut = "23:00" }   # without it nothing is due
//! ```
//!
//! The first entry that fits counts.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use serde::Deserialize;

use super::super::calendar::{Calendar, Terms};
use super::clock::Instant;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    acquirer: Vec<Acquirer>,
}

/// One of them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Acquirer {
    pub name: String,
    book: Option<u8>,
    merchants: Option<Vec<String>>,
    terms: Option<Terms>,
}

/// All of them, and the working days of China.
pub(super) struct Acquirers {
    known: Vec<Acquirer>,
    calendar: Calendar,
}

/// When the money of a payment is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Due {
    /// In days since 1970.
    pub day: i32,
    /// In microseconds since 1970 UTC.
    pub late_after: i64,
}

impl Default for Acquirers {
    fn default() -> Self {
        Acquirers { known: Vec::new(), calendar: Calendar::china() }
    }
}

impl Acquirers {
    pub fn read(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        Ok(Acquirers { known: file.acquirer, ..Acquirers::default() })
    }

    /// The acquirer of a book of a merchant.
    pub fn of(&self, book: u8, merchant: Option<&str>) -> Option<&Acquirer> {
        let begins = |prefix: &String| merchant.is_some_and(|id| id.starts_with(prefix.as_str()));
        self.known.iter().find(|acquirer| {
            acquirer.book.is_none_or(|only| only == book)
                && acquirer.merchants.as_ref().is_none_or(|ids| ids.iter().any(begins))
        })
    }

    /// When the money is due of what was paid then; `None` without terms, or where nobody can know
    /// the working days in between.
    pub fn due(&self, acquirer: &Acquirer, paid: Instant) -> Option<Due> {
        let local = Timestamp::from_second(paid.local_seconds()).ok()?;
        let local = local.to_zoned(TimeZone::UTC).datetime();
        let due = acquirer.terms?.due(local, &self.calendar).ok()?;
        let offset = Offset::from_seconds(i32::try_from(paid.offset * 60).ok()?).ok()?;
        let midnight = due.date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second();
        Some(Due {
            day: i32::try_from(midnight.div_euclid(86_400)).ok()?,
            late_after: offset.to_timestamp(due.late_after).ok()?.as_microsecond(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
        [[acquirer]]
        name = "north"
        merchants = ["8981", "8982"]
        terms = { cycle = "T+1", cut = "23:00" }
        [[acquirer]]
        name = "wallet"
        book = 1
        terms = { cycle = "D+1" }
        [[acquirer]]
        name = "others"
    "#;

    #[test]
    fn the_first_that_fits_counts() {
        let acquirers = Acquirers::read(TEXT).unwrap();
        let name = |book, merchant| acquirers.of(book, merchant).unwrap().name.as_str();
        assert_eq!(name(0, Some("898200000000001")), "north");
        assert_eq!(name(1, Some("898300000000001")), "wallet");
        assert_eq!(name(0, Some("898300000000001")), "others");
        assert_eq!(name(0, None), "others");
        assert!(Acquirers::read("[[acquirer]]\nname = \"x\"\nsince = 1").is_err());
        assert!(Acquirers::default().of(0, None).is_none());
    }

    #[test]
    fn money_is_due_by_the_terminals_clock() {
        let acquirers = Acquirers::read(TEXT).unwrap();
        let north = acquirers.of(0, Some("8981")).unwrap();
        // Friday 2026-03-06 23:30 in Beijing: the next business day, which is a Saturday.
        let paid = Instant { micros: 1_772_811_000 * 1_000_000, offset: 480 };
        let due = acquirers.due(north, paid).unwrap();
        // Monday 2026-03-09, 18:00 in Beijing.
        assert_eq!(due, Due { day: 20_521, late_after: 1_773_050_400 * 1_000_000 });
        assert_eq!(acquirers.due(acquirers.of(0, None).unwrap(), paid), None);
    }
}
