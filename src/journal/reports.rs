//! What questions about the journal itself give back.

#[cfg(doc)]
use super::Journal;
use crate::ledger::Phase;
use crate::record::{Batch, Moment, Seq, Stan, Tally, Totals};

const SECONDS_A_DAY: u32 = 86_400;

/// From when on every payment can be looked up.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
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

/// Whether evidence reaches back far enough.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
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

/// The room that a journal has for what must not be dropped, in bytes.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Taken by what must be kept: unsettled batches and open payments.
    pub kept: u32,
    /// Set aside so that every open payment can be ended.
    pub reserved: u32,
    /// The most that both together may take.
    pub limit: u32,
    /// Payments open now.
    pub open_items: usize,
    /// Payments that can be open at a time.
    pub items_limit: usize,
    /// Typical payments (intent of 40 bytes, outcome of 25) that can still be begun and kept.
    pub payments_left: u32,
}

impl Room {
    /// Whether less than a tenth is left: time to settle.
    pub fn is_nearly_full(&self) -> bool {
        let taken = self.kept.saturating_add(self.reserved);
        self.limit.saturating_sub(taken) < self.limit / 10
            || self.open_items + 1 >= self.items_limit
    }
}

/// A 0500 that is durable: what to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettleRequest {
    /// The batch being settled.
    pub batch: Batch,
    /// DE11.
    pub stan: Stan,
    /// 1 for the first attempt.
    pub number: u16,
    /// The figures; the same at every attempt.
    pub totals: Totals,
}

/// A payment may begin. What to tell the cashier all the same.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// The oldest unresolved payment of the book: someone has to look at it.
    pub unresolved: Option<Seq>,
    /// Less than a tenth of the room is left, or the batch takes fewer than ten payments more: settle
    /// soon.
    pub nearly_full: bool,
    /// Payments that the batch still takes, by the digits of its counts or the limit of its host.
    pub batch_left: u32,
}

/// The running totals of a book. Reversed payments are not in them; the payments that nobody can tell
/// yet are named by [`unresolved`](Journal::unresolved_items).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XTotals {
    /// The batch that takes new business.
    pub batch: Batch,
    /// What completed in it, tips and voided payments apart.
    pub totals: Totals,
    /// What a settlement would say now of the batch that is, or would be, settled: without the
    /// originals of voids in doubt.
    pub settlement: Totals,
    /// How far the settlement has come.
    pub phase: Phase,
    /// Payments that completed too late to count in their batch: an expected difference.
    pub uncounted: Tally,
    /// Payments of the book that are open.
    pub open: u32,
    /// Of these, those that an operator has to look at.
    pub unresolved: u32,
    /// Of these, voids in doubt, whose originals a settlement leaves out.
    pub withheld: u32,
}

/// What was exported.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exported {
    /// Bytes of the stream.
    pub bytes: u32,
    /// Bytes of the region that the chip could not read.
    pub unreadable: u32,
    /// CRC-32C over the CRCs of header and spans, as the stream's end states it: to be printed or
    /// written down, and compared with what the host's tool says.
    pub crc: u32,
}
