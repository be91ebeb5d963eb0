//! A book: one host, merchant and terminal id, with its batch, counters and totals.

use super::phase::Phase;
use crate::record::{Batch, Invoice, Seq, Stan, Totals};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Book {
    pub(super) totals: Totals,
    /// Every payment of the open batch has at least this sequence number.
    pub(super) batch_from: Seq,
    /// Bytes of the open batch's records that reclaim must keep.
    pub(super) pinned: u32,
    /// The last payment whose upload was acknowledged.
    pub(super) uploaded: Seq,
    pub(super) batch: Batch,
    pub(super) next_stan: Stan,
    /// The first STAN used since the batch was opened: the next one may not run into it.
    pub(super) first_stan: Option<Stan>,
    pub(super) next_invoice: Invoice,
    pub(super) settle_attempts: u16,
    pub(super) phase: Phase,
    /// A record of it was ever seen; others take no room in a checkpoint.
    pub(super) used: bool,
}

impl Book {
    pub(super) const UNUSED: Self = Self {
        totals: Totals::new(),
        batch_from: Seq(0),
        pinned: 0,
        uploaded: Seq(0),
        batch: Batch::FIRST,
        next_stan: Stan::FIRST,
        first_stan: None,
        next_invoice: Invoice::FIRST,
        settle_attempts: 0,
        phase: Phase::Open,
        used: false,
    };

    /// Opens a batch whose payments all come after `seq`.
    pub(super) fn open_batch(&mut self, batch: Batch, seq: Seq) {
        self.batch = batch;
        self.batch_from = seq.next();
        self.first_stan = None;
        self.pinned = 0;
        self.totals = Totals::new();
        self.reopen_for_sale();
    }

    /// Back to business, with no trace of a settlement.
    pub(super) fn reopen_for_sale(&mut self) {
        self.phase = Phase::Open;
        self.settle_attempts = 0;
        self.uploaded = Seq(0);
    }

    /// Takes note of a STAN that was used.
    pub(super) fn use_stan(&mut self, stan: Stan) {
        self.first_stan.get_or_insert(stan);
        self.next_stan = stan.next();
    }

    /// How many STANs are left before the first one of the unsettled batch.
    pub(super) fn stans_left(&self, from: Stan) -> u32 {
        self.first_stan.map_or(Stan::MAX.get(), |first| from.steps_to(first))
    }

    /// The number of the next 0500.
    pub(super) fn next_settle_attempt(&self) -> u16 {
        self.settle_attempts.saturating_add(1)
    }

    /// A settlement that was begun and is not closed.
    pub(super) fn is_settling(&self) -> bool {
        self.phase != Phase::Open
    }
}
