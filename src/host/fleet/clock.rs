//! When a record was written, in UTC.
//!
//! | record | time |
//! |---|---|
//! | an intent | its own, if the terminal's clock was set |
//! | one with an up-time | the last intent's since the same start, and as much later as the up-times are apart |
//! | any other | not known; it belongs to the day of the record before it |

use crate::record::{Moment, OfflineApproved, Record, Uptime};

const MICROS: i64 = 1_000_000;
const DAY_S: i64 = 86_400;

/// A point in time, and what the terminal's clock was ahead of UTC then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Instant {
    /// Microseconds since 1970 UTC.
    pub micros: i64,
    /// Minutes to add to UTC for local time.
    pub offset: i64,
}

impl Instant {
    /// `None` where the clock was not set.
    pub fn of(moment: &Moment) -> Option<Self> {
        let seconds = super::super::open::utc(moment)?;
        Some(Instant {
            micros: seconds * MICROS,
            offset: i64::from(moment.utc_offset_quarters) * 15,
        })
    }

    /// Seconds since 1970 on a local clock.
    pub const fn local_seconds(self) -> i64 {
        self.micros.div_euclid(MICROS) + self.offset * 60
    }

    /// The local date, in days since 1970.
    pub fn day(self) -> i32 {
        i32::try_from(self.local_seconds().div_euclid(DAY_S)).unwrap_or_default()
    }

    fn after(self, from: Uptime, to: Uptime) -> Option<Self> {
        let ms = i64::try_from(to.0.checked_sub(from.0)?).ok()?;
        let micros = self.micros.checked_add(ms.checked_mul(1000)?)?;
        // Up-times of a damaged dump can say anything: no terminal runs for a century.
        (ms < 100 * 366 * DAY_S * 1000).then_some(Instant { micros, ..self })
    }
}

/// Knows what time it is while records go by, in their order.
#[derive(Default)]
pub(super) struct Clock {
    base: Option<(Instant, Uptime)>,
    day: Option<i32>,
}

impl Clock {
    /// When this record was written, and the day that it belongs to.
    pub fn hear(&mut self, record: &Record) -> (Option<Instant>, Option<i32>) {
        match record {
            Record::Intent(intent) | Record::OfflineApproved(OfflineApproved { intent, .. }) => {
                let at = Instant::of(&intent.moment);
                self.base = at.map(|at| (at, intent.moment.uptime));
            }
            Record::Boot(_) => self.base = None,
            _ => {}
        }
        let at = self.base.and_then(|(at, base)| at.after(base, uptime(record)?));
        self.day = at.map(Instant::day).or(self.day);
        (at, self.day)
    }
}

/// Milliseconds since the start of the terminal, where a record says them.
pub(super) const fn uptime(record: &Record) -> Option<Uptime> {
    match record {
        Record::Intent(intent) | Record::OfflineApproved(OfflineApproved { intent, .. }) => {
            Some(intent.moment.uptime)
        }
        Record::Outcome(outcome) => Some(outcome.uptime),
        Record::Attempt(attempt) => Some(attempt.uptime),
        Record::Late(late) => Some(late.uptime),
        Record::Reopen(reopen) => Some(reopen.uptime),
        _ => None,
    }
}
