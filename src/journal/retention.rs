//! How far back closed batches can be looked up.
//!
//! The log gives up its oldest sector when it needs one, and can do no better: a region holds so much,
//! and a sale is never refused for the sake of old evidence. So what can be done is to choose the region
//! ([`plan`](super::plan)) and to say how far it reaches.

use super::nor_flash::NorFlash;

use super::{Journal, Retention, bisync};
use crate::record::{Clock, Intent, Moment, Record, Seq};

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

#[bisync]
impl<F: NorFlash, const ITEMS: usize, const BOOKS: usize, const FRAME: usize>
    Journal<F, ITEMS, BOOKS, FRAME>
{
    /// From when on every payment can be looked up. Reads the whole log: call it once a day, after a
    /// batch was closed, and warn if [`keeps`](Retention::keeps) says too little.
    ///
    /// Payments that are still needed are kept however old they are, and do not count here.
    pub async fn retention(&mut self) -> Retention {
        let _ = self.awake().await;
        let mut ends = Ends::default();
        let reach = self
            .log
            .history(|entry| match Record::decode(entry.kind, entry.payload) {
                Ok(Record::Intent(intent)) => ends.take(entry.seq, &intent),
                Ok(Record::OfflineApproved(offline)) => ends.take(entry.seq, &offline.intent),
                _ => {}
            })
            .await;
        Retention {
            all: reach.all,
            payments: ends.payments,
            from: ends.oldest.map(|(seq, _)| Seq(seq)),
            since: when(ends.oldest),
            until: when(ends.newest),
        }
    }
}
