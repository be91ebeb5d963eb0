use std::fmt;

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, ToSpan};
use serde::Deserialize;

use super::{Calendar, Day, UnknownYear};

/// What was agreed with the acquirer about when money arrives.
///
/// | key | meaning | if absent |
/// |---|---|---|
/// | `cycle` | `T+n`: n working days after the business day; `D+n`: n calendar days. What a contract calls T+n in *natural* days is a `D+n` here | `T+1` |
/// | `cut` | from this hour on, a payment belongs to the next day; `00:00`: no cut before midnight | `00:00` |
/// | `arrives` | the hours of the due day in which the money arrives | `10:00-18:00` |
/// | `makeup_days_settle` | whether money is paid out on weekend days that are worked | true |
///
/// ```
/// use pos_journal::host::calendar::{Calendar, Terms};
/// let terms = Terms::read("cycle = \"T+1\"\ncut = \"23:00\"").unwrap();
/// let due = terms.due("2026-09-30T23:30:00".parse().unwrap(), &Calendar::china()).unwrap();
/// assert_eq!(due.date, "2026-10-08".parse().unwrap());
/// assert_eq!(due.late_after.to_string(), "2026-10-08T18:00:00");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Terms {
    /// How many days, and which count.
    pub cycle: Cycle,
    /// Where the business day ends.
    #[serde(deserialize_with = "hour")]
    pub cut: Time,
    /// When on the due day the money arrives.
    pub arrives: Window,
    /// Whether weekend days that are worked count (no source says; most acquirers settle on them).
    pub makeup_days_settle: bool,
}

/// How many days after the business day, and which of them count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Cycle {
    /// Working days.
    T(u8),
    /// Calendar days.
    D(u8),
}

/// From when to when, on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Window {
    /// Not before.
    pub from: Time,
    /// Late after.
    pub to: Time,
}

/// When the money of a payment is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The acquirer's day to which the payment belongs.
    pub business_day: Date,
    /// The day on which the money is due.
    pub date: Date,
    /// When it may arrive first.
    pub from: DateTime,
    /// From then on it is late, and waiting is no longer right.
    pub late_after: DateTime,
}

/// Terms cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermsError(String);

impl fmt::Display for TermsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TermsError {}

impl Default for Terms {
    fn default() -> Self {
        Self {
            cycle: Cycle::T(1),
            cut: Time::midnight(),
            arrives: Window { from: Time::constant(10, 0, 0, 0), to: Time::constant(18, 0, 0, 0) },
            makeup_days_settle: true,
        }
    }
}

impl Terms {
    /// Reads terms (TOML).
    ///
    /// # Errors
    /// [`TermsError`], which says what is wrong.
    pub fn read(text: &str) -> Result<Self, TermsError> {
        toml::from_str(text).map_err(|error| TermsError(error.to_string()))
    }

    /// When the money of a payment of this moment (the acquirer's local time) is due.
    ///
    /// # Errors
    /// [`UnknownYear`] where a day in between is not in the calendar: then nobody can know.
    pub fn due(&self, paid: DateTime, calendar: &Calendar) -> Result<Due, UnknownYear> {
        let has_cut = self.cut != Time::midnight();
        let business_day = match has_cut && paid.time() >= self.cut {
            true => step(paid.date(), 1)?,
            false => paid.date(),
        };
        let date = match self.cycle {
            Cycle::D(days) => step(business_day, i64::from(days))?,
            Cycle::T(days) => {
                let mut date = business_day;
                for _ in 0..days {
                    date = self.next_working(date, calendar)?;
                }
                date
            }
        };
        Ok(Due {
            business_day,
            date,
            from: date.to_datetime(self.arrives.from),
            late_after: date.to_datetime(self.arrives.to),
        })
    }

    /// Ends: where nobody works, the calendar does after its last year.
    fn next_working(&self, after: Date, calendar: &Calendar) -> Result<Date, UnknownYear> {
        let mut date = after;
        loop {
            date = step(date, 1)?;
            match calendar.day(date)? {
                Day::Work => return Ok(date),
                Day::MakeUp if self.makeup_days_settle => return Ok(date),
                Day::MakeUp | Day::Weekend | Day::Holiday => {}
            }
        }
    }
}

impl Due {
    /// Whether it is late at this moment.
    #[must_use]
    pub fn is_late(&self, now: DateTime) -> bool {
        now > self.late_after
    }

    /// How long it is late already; nothing before that.
    #[must_use]
    pub fn late_by(&self, now: DateTime) -> Option<SignedDuration> {
        self.is_late(now).then(|| self.late_after.duration_until(now))
    }
}

fn step(date: Date, days: i64) -> Result<Date, UnknownYear> {
    date.checked_add(days.days()).map_err(|_| UnknownYear(date.year()))
}

impl TryFrom<String> for Cycle {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let days =
            text.get(2..).and_then(|days| days.parse::<u8>().ok()).filter(|days| *days <= 30);
        match (text.get(..2), days) {
            (Some("T+"), Some(days)) => Ok(Self::T(days)),
            (Some("D+"), Some(days)) => Ok(Self::D(days)),
            _ => Err(format!("{text:?}: a cycle is T+n or D+n, n from 0 to 30")),
        }
    }
}

impl fmt::Display for Cycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::T(days) => write!(f, "T+{days}"),
            Self::D(days) => write!(f, "D+{days}"),
        }
    }
}

impl TryFrom<String> for Window {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let parts = text.split_once('-').and_then(|(from, to)| Some((time(from)?, time(to)?)));
        match parts {
            Some((from, to)) if from <= to => Ok(Self { from, to }),
            _ => Err(format!("{text:?}: a window is HH:MM-HH:MM")),
        }
    }
}

fn hour<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Time, D::Error> {
    let text = String::deserialize(from)?;
    time(&text).ok_or_else(|| serde::de::Error::custom(format!("{text:?}: an hour is HH:MM")))
}

/// `HH:MM`; 24:00 is midnight.
fn time(text: &str) -> Option<Time> {
    let (hour, minute) = text.trim().split_once(':')?;
    match (hour.parse().ok()?, minute.parse().ok()?) {
        (24, 0) => Some(Time::midnight()),
        (hour, minute) => Time::new(hour, minute, 0, 0).ok(),
    }
}
