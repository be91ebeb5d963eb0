use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::civil::{Date, Weekday};
use serde::Deserialize;

/// The working days of a country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    name: String,
    weekend: Vec<Weekday>,
    years: BTreeSet<i16>,
    special: BTreeMap<Date, Day>,
}

/// What kind of day it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Day {
    /// An ordinary working day.
    Work,
    /// A weekend day that is worked in exchange for a holiday (调休上班).
    MakeUp,
    /// An ordinary weekend day.
    Weekend,
    /// A public holiday, weekend or not.
    Holiday,
}

/// No calendar lists this year: nothing can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownYear(pub i16);

impl fmt::Display for UnknownYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the holidays of {} are not in the calendar: the due date is unknown", self.0)
    }
}

impl std::error::Error for UnknownYear {}

/// A calendar file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarError(String);

impl fmt::Display for CalendarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CalendarError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    weekend: Vec<String>,
    #[serde(default)]
    year: Vec<Year>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Year {
    year: i16,
    #[serde(rename = "notice")]
    _notice: Option<String>,
    #[serde(default)]
    off: Vec<String>,
    #[serde(default)]
    work: Vec<String>,
}

/// From this day of December on, the next year's notice may have moved a day: in 2018 it moved the
/// 29th and the 31st.
const NEXT_NOTICE_FROM: i8 = 25;

/// More days than that in one range are a slip of the pen.
const MOST_DAYS: usize = 60;

impl Calendar {
    /// China, as far as it was announced when this program was built.
    #[must_use]
    pub fn china() -> Self {
        // A test reads it: it cannot fail. An empty calendar says of every day that it is unknown.
        Self::read(include_str!("cn.toml")).unwrap_or_else(|_| Self {
            name: String::new(),
            weekend: Vec::new(),
            years: BTreeSet::new(),
            special: BTreeMap::new(),
        })
    }

    /// Reads a calendar file (TOML, see `cn.toml`).
    ///
    /// # Errors
    /// [`CalendarError`], which says what is wrong in it.
    pub fn read(text: &str) -> Result<Self, CalendarError> {
        let file: File = toml::from_str(text).map_err(|error| CalendarError(error.to_string()))?;
        let mut calendar = Self {
            name: file.name,
            weekend: file.weekend.iter().map(|day| weekday(day)).collect::<Result<_, _>>()?,
            years: BTreeSet::new(),
            special: BTreeMap::new(),
        };
        for year in &file.year {
            calendar.add(year)?;
        }
        Ok(calendar)
    }

    /// Takes the years of another file in addition; its days win.
    pub fn extend(&mut self, other: Self) {
        self.years.extend(other.years);
        self.special.extend(other.special);
    }

    /// The calendar's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What kind of day this is.
    ///
    /// # Errors
    /// [`UnknownYear`] where the notice that decides on this day is not in the calendar.
    pub fn day(&self, date: Date) -> Result<Day, UnknownYear> {
        if !self.years.contains(&date.year()) {
            return Err(UnknownYear(date.year()));
        }
        let next = date.year().saturating_add(1);
        if date.month() == 12 && date.day() >= NEXT_NOTICE_FROM && !self.years.contains(&next) {
            return Err(UnknownYear(next));
        }
        let usual = if self.weekend.contains(&date.weekday()) { Day::Weekend } else { Day::Work };
        Ok(self.special.get(&date).copied().unwrap_or(usual))
    }

    fn add(&mut self, year: &Year) -> Result<(), CalendarError> {
        self.years.insert(year.year);
        for (ranges, day) in [(&year.off, Day::Holiday), (&year.work, Day::MakeUp)] {
            for range in ranges {
                for date in days(range)? {
                    // A notice may reach back into the December before.
                    let is_near = date.year() == year.year
                        || (date.year() + 1 == year.year && date.month() == 12);
                    if !is_near || self.special.insert(date, day).is_some() {
                        let text = format!("{date}: not in {}, or listed twice", year.year);
                        return Err(CalendarError(text));
                    }
                }
            }
        }
        Ok(())
    }
}

/// `2026-10-01` or `2026-10-01/2026-10-07`.
fn days(range: &str) -> Result<Vec<Date>, CalendarError> {
    let wrong = || CalendarError(format!("{range:?}: not a day, and not FIRST/LAST"));
    let (first, last) = range.split_once('/').unwrap_or((range, range));
    let first: Date = first.parse().map_err(|_| wrong())?;
    let last: Date = last.parse().map_err(|_| wrong())?;
    let all = std::iter::successors(Some(first), |date| date.tomorrow().ok());
    let days: Vec<Date> = all.take_while(|date| *date <= last).take(MOST_DAYS + 1).collect();
    if days.is_empty() || days.len() > MOST_DAYS { Err(wrong()) } else { Ok(days) }
}

fn weekday(name: &str) -> Result<Weekday, CalendarError> {
    const NAMES: [(&str, Weekday); 7] = [
        ("mon", Weekday::Monday),
        ("tue", Weekday::Tuesday),
        ("wed", Weekday::Wednesday),
        ("thu", Weekday::Thursday),
        ("fri", Weekday::Friday),
        ("sat", Weekday::Saturday),
        ("sun", Weekday::Sunday),
    ];
    let found = NAMES.iter().find(|(known, _)| *known == name);
    found.map(|(_, day)| *day).ok_or_else(|| CalendarError(format!("{name:?}: not mon to sun")))
}
