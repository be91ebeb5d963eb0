//! Which payments can be in the bills at all, and which rows in the journals.
//!
//! | payment without a row | counts as |
//! |---|---|
//! | its business day is in no bill that has payments of its kind | not examined |
//! | in the last five minutes of a bill's last day: it may be in the next bill | not examined |
//! | else, also where the terminal did not know the time | in the journal only |
//!
//! | row without a payment | counts as |
//! |---|---|
//! | of a terminal whose journal was not given | not examined |
//! | of a day before the journals' first or behind their last payment, or not asked for | not examined |
//! | before, or within five minutes of, the time from which on its terminal's journal has every payment: older ones were reclaimed | not examined |
//! | else | in the bill only |

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

use super::entry::Entry;
use super::row::{Covers, Row, local};
use crate::host::calendar::Terms;

/// A payment is in the bill of the day on which it was answered.
const LAST_SECONDS: i64 = 300;

pub(super) struct Days {
    cut: Time,
    offset: Offset,
    /// For every bill: its first and last business day, where these end, and what is in it.
    bills: Vec<(Date, Date, Time, Covers)>,
    forced: Option<(Date, Date)>,
    journals: Option<(Date, Date)>,
    terminals: HashSet<Box<str>>,
    /// From when on each terminal's journal has every payment, where it has not all.
    since: HashMap<Arc<str>, i64>,
}

/// Why a payment or row is not examined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outside {
    Days,
    NextBill,
    Terminal,
    Journals,
    Superseded,
    Aside,
}

impl Outside {
    pub const fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Days => {
                ("days", "payments of days or kinds that no bill has", "账单未覆盖的交易")
            }
            Self::NextBill => (
                "next_bill",
                "payments of the last five minutes: they may be in the next bill",
                "日终前五分钟的交易，可能在次日账单",
            ),
            Self::Terminal => (
                "terminal",
                "rows of terminals whose journals were not given",
                "未提供流水的终端的账单行",
            ),
            Self::Journals => {
                ("journals", "rows of days or hours that no journal has", "流水未覆盖时段的账单行")
            }
            Self::Superseded => {
                ("superseded", "rows that a final one followed", "已有最终结果的处理中行")
            }
            Self::Aside => (
                "aside",
                "rows that move no money of a payment: fees, holds, what failed",
                "不涉及交易资金的行（手续费、冻结、失败等）",
            ),
        }
    }
}

impl Days {
    pub fn new(terms: &Terms, forced: Option<(Date, Date)>, since: HashMap<Arc<str>, i64>) -> Self {
        Self {
            cut: terms.cut,
            offset: super::HERE,
            bills: Vec::new(),
            forced,
            journals: None,
            terminals: HashSet::new(),
            since,
        }
    }

    /// The day to which a moment counts where no bill says otherwise.
    fn business(&self, time: DateTime) -> Date {
        business(time, self.cut)
    }

    /// The zone of the bills, and what the journals have by it.
    pub fn zone(&mut self, offset: Offset, entries: &[Entry]) {
        self.offset = offset;
        self.journals = None;
        for entry in entries {
            if let Some(tid) = &entry.tid
                && !self.terminals.contains(&**tid)
            {
                self.terminals.insert((&**tid).into());
            }
            let time = entry.at.and_then(|at| local(at, offset));
            self.journals = stretch(self.journals, time.map(|time| self.business(time)));
        }
    }

    /// A bill ends.
    pub fn ended(&mut self, days: &BillDays, covers: Covers) {
        if let Some((first, last)) = days.range {
            self.bills.push((first, last, days.cut, covers));
        }
    }

    /// No bill says which days it has.
    pub fn is_blank(&self) -> bool {
        self.bills.is_empty() && self.forced.is_none()
    }

    pub fn of_entry(&self, entry: &Entry) -> Option<Outside> {
        let time = local(entry.at?, self.offset)?;
        let day = self.business(time);
        if let Some((first, last)) = self.forced {
            return (!(first..=last).contains(&day)).then_some(Outside::Days);
        }
        let has = |time: DateTime| {
            self.bills.iter().any(|(first, last, cut, covers)| {
                let covered = if entry.is_qr() { covers.orders } else { covers.cards };
                covered && (*first..=*last).contains(&business(time, *cut))
            })
        };
        if !has(time) {
            return Some(Outside::Days);
        }
        let later = time.checked_add(LAST_SECONDS.seconds()).ok()?;
        (!has(later)).then_some(Outside::NextBill)
    }

    pub fn of_row(&self, row: &Row) -> Option<Outside> {
        let is_foreign = |tid: &str| !self.terminals.is_empty() && !self.terminals.contains(tid);
        if row.tid.as_deref().is_some_and(is_foreign) {
            return Some(Outside::Terminal);
        }
        let day = row.time.map(|time| self.business(time));
        let range = self.forced.or(self.journals);
        let outside = day.zip(range).is_some_and(|(day, (a, b))| !(a..=b).contains(&day));
        let since = match &row.tid {
            Some(tid) => self.since.get(&**tid),
            // It may be of any of them.
            None => self.since.values().max(),
        };
        let is_older = row.at.zip(since).is_some_and(|(at, since)| at < since + LAST_SECONDS);
        (outside || is_older).then_some(Outside::Journals)
    }
}

/// The days of a bill that is being read.
pub(super) struct BillDays {
    cut: Time,
    range: Option<(Date, Date)>,
}

impl BillDays {
    pub const fn new(terms: &Terms) -> Self {
        Self { cut: terms.cut, range: None }
    }

    /// The day of a row.
    pub fn row(&mut self, time: DateTime) -> Date {
        let day = business(time, self.cut);
        self.range = stretch(self.range, Some(day));
        day
    }
}

/// The day to which an acquirer counts a moment.
fn business(time: DateTime, cut: Time) -> Date {
    let has_cut = cut != Time::midnight() && time.time() >= cut;
    let date = time.date();
    if has_cut { date.checked_add(1.days()).unwrap_or(date) } else { date }
}

fn stretch(range: Option<(Date, Date)>, day: Option<Date>) -> Option<(Date, Date)> {
    match (range, day) {
        (range, None) => range,
        (None, Some(day)) => Some((day, day)),
        (Some((first, last)), Some(day)) => Some((first.min(day), last.max(day))),
    }
}
