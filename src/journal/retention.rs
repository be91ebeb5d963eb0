//! How far back closed batches can be looked up.
//!
//! The log gives up its oldest sector when it needs one, and can do no better: a region holds so much,
//! and a sale is never refused for the sake of old evidence. So what can be done is to choose the region
//! ([`plan`](super::plan)) and to say how far it reaches.

use embedded_storage::nor_flash::NorFlash;

use super::Journal;
use crate::record::{Clock, Intent, Moment, Record, Seq};

const SECONDS_A_DAY: u32 = 86_400;

/// From when on every payment can be looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Retention {
    /// Nothing was ever reclaimed: this is all there is.
    pub all: bool,
    /// Payments that can be looked up.
    pub payments: u32,
    /// The oldest of them; none: there is no payment.
    pub from: Option<Seq>,
    /// When it was, if the clock was set.
    pub since: Option<Moment>,
    /// When the newest was, if the clock was set.
    pub until: Option<Moment>,
}

/// Whether evidence reaches back far enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It does.
    Enough,
    /// Not yet: nothing was ever reclaimed, the terminal is new.
    NotYet,
    /// It does not: the region is too small for this trade. Export the journal now and then.
    TooLittle {
        /// For so many days it does.
        days: u32,
    },
    /// The clock was not set, or was moved: nobody can tell.
    Unknown,
}

impl Retention {
    /// Whole days from the oldest payment to the newest, as far as the terminal's clock can tell.
    #[must_use]
    pub fn days(&self) -> Option<u32> {
        let (since, until) = (self.since?, self.until?);
        let seconds = until.local_seconds.checked_sub(since.local_seconds)?;
        Some(seconds / SECONDS_A_DAY)
    }

    /// Whether closed batches can be looked up for so many days; see
    /// [`EVIDENCE_DAYS`](super::plan::EVIDENCE_DAYS).
    #[must_use]
    pub fn keeps(&self, days: u32) -> Kept {
        match (self.days(), self.all) {
            (Some(kept), _) if kept >= days => Kept::Enough,
            (_, true) => Kept::NotYet,
            (Some(kept), false) => Kept::TooLittle { days: kept },
            (None, false) => Kept::Unknown,
        }
    }
}

/// The oldest and the newest payment so far.
#[derive(Default)]
struct Ends {
    oldest: Option<(u32, Moment)>,
    newest: Option<(u32, Moment)>,
    payments: u32,
}

impl Ends {
    fn take(&mut self, seq: u32, intent: &Intent) {
        self.payments = self.payments.saturating_add(1);
        if self.oldest.is_none_or(|(oldest, _)| seq < oldest) {
            self.oldest = Some((seq, intent.moment));
        }
        if self.newest.is_none_or(|(newest, _)| seq > newest) {
            self.newest = Some((seq, intent.moment));
        }
    }
}

/// Only a clock that was set says when something was.
fn when(end: Option<(u32, Moment)>) -> Option<Moment> {
    end.map(|(_, moment)| moment).filter(|moment| moment.clock == Clock::Set)
}

impl<F: NorFlash, const ITEMS: usize, const BOOKS: usize, const FRAME: usize>
    Journal<F, ITEMS, BOOKS, FRAME>
{
    /// From when on every payment can be looked up. Reads the whole log: call it once a day, after a
    /// batch was closed, and warn if [`keeps`](Retention::keeps) says too little.
    ///
    /// Payments that are still needed are kept however old they are, and do not count here.
    pub fn retention(&mut self) -> Retention {
        let mut ends = Ends::default();
        let reach = self.log.history(|entry| match Record::decode(entry.kind, entry.payload) {
            Ok(Record::Intent(intent)) => ends.take(entry.seq, &intent),
            Ok(Record::OfflineApproved(offline)) => ends.take(entry.seq, &offline.intent),
            _ => {}
        });
        Retention {
            all: reach.all,
            payments: ends.payments,
            from: ends.oldest.map(|(seq, _)| Seq(seq)),
            since: when(ends.oldest),
            until: when(ends.newest),
        }
    }
}
