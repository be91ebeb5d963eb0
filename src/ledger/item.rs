//! An open payment, as small as the RAM of a terminal wants it.

use super::state::ItemState;
use crate::record::{
    Amount, Batch, Currency, Intent, Original, Place, ReversalReason, Seq, Stan, TransactionKind,
};

/// Stands for 'none' where an `Option` would cost four bytes more.
const NONE: u32 = u32::MAX;

/// A payment that is not closed yet.
///
/// Two items are equal if a checkpoint cannot tell them apart: whether a payment is in
/// flight, or its reversal asked for, is known to the running terminal alone.
#[derive(Debug, Clone)]
pub struct Item {
    pub(super) amount: Amount,
    pub(super) approved: Amount,
    pub(super) seq: Seq,
    pub(super) place: Place,
    pub(super) original: u32,
    pub(super) stan: Stan,
    pub(super) batch: Batch,
    pub(super) cost: u32,
    pub(super) attempts: u16,
    pub(super) currency: Currency,
    pub(super) book: u8,
    pub(super) kind: TransactionKind,
    pub(super) state: ItemState,
    pub(super) reason: ReversalReason,
    pub(super) unresolved: bool,
    pub(super) reopened: bool,
    pub(super) in_flight: bool,
    /// An attempt was recorded in this run, and no answer since.
    pub(super) asked: bool,
}

impl Item {
    /// A payment that has just been announced.
    pub(super) fn announced(seq: Seq, place: Place, cost: u32, intent: &Intent) -> Self {
        Self {
            amount: intent.amount,
            approved: intent.amount,
            seq,
            place,
            original: intent.original.as_ref().and_then(Original::seq).map_or(NONE, |seq| seq.0),
            stan: intent.stan,
            batch: intent.batch,
            cost,
            attempts: 0,
            currency: intent.currency,
            book: intent.book,
            kind: intent.kind,
            state: ItemState::Unanswered,
            reason: ReversalReason::NoAnswer,
            unresolved: false,
            reopened: false,
            in_flight: true,
            asked: false,
        }
    }

    /// Its name: the sequence number of its intent.
    #[must_use]
    pub const fn seq(&self) -> Seq {
        self.seq
    }

    /// Where its intent lies, or the record that opened it again.
    #[must_use]
    pub const fn place(&self) -> Place {
        self.place
    }

    /// The payment it voids or refunds, where that is named by record.
    #[must_use]
    pub const fn original(&self) -> Option<Seq> {
        if self.original == NONE { None } else { Some(Seq(self.original)) }
    }

    /// Its book.
    #[must_use]
    pub const fn book(&self) -> u8 {
        self.book
    }

    /// Sale, void, refund.
    #[must_use]
    pub const fn kind(&self) -> TransactionKind {
        self.kind
    }

    /// DE11, as first sent.
    #[must_use]
    pub const fn stan(&self) -> Stan {
        self.stan
    }

    /// Its batch, which may be closed already.
    #[must_use]
    pub const fn batch(&self) -> Batch {
        self.batch
    }

    /// DE4 as requested: the amount that a reversal carries.
    #[must_use]
    pub const fn amount(&self) -> Amount {
        self.amount
    }

    /// The amount that the host approved; the one requested where it said nothing else.
    #[must_use]
    pub const fn approved_amount(&self) -> Amount {
        self.approved
    }

    /// DE49.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// Where it stands.
    #[must_use]
    pub const fn state(&self) -> ItemState {
        self.state
    }

    /// How many reversal attempts were recorded.
    #[must_use]
    pub const fn attempts(&self) -> u16 {
        self.attempts
    }

    /// The number of the next attempt.
    #[must_use]
    pub const fn next_attempt(&self) -> u16 {
        self.attempts.saturating_add(1)
    }

    /// DE39 of its reversal. Before anyone decided that one is owed it is what a restart
    /// makes of the state: silence, or an approval that the chip never confirmed.
    #[must_use]
    pub const fn reason(&self) -> ReversalReason {
        match self.state {
            ItemState::Unanswered => ReversalReason::NoAnswer,
            ItemState::Approved => ReversalReason::Other,
            _ => self.reason,
        }
    }

    /// The attempt limit was reached at some time: it does not hold up a settlement.
    #[must_use]
    pub const fn is_unresolved(&self) -> bool {
        self.unresolved
    }

    /// It was opened again by a late approval and stands on that one record.
    #[must_use]
    pub const fn is_reopened(&self) -> bool {
        self.reopened
    }

    /// This run of the firmware is busy with it: nothing is owed yet.
    #[must_use]
    pub const fn is_in_flight(&self) -> bool {
        self.in_flight
    }

    /// Bytes that the records it needs take in the log.
    #[must_use]
    pub const fn cost(&self) -> u32 {
        self.cost
    }

    fn durable(&self) -> impl PartialEq {
        (
            (self.seq, self.place, self.original, self.book, self.kind),
            (self.stan, self.batch, self.amount, self.approved, self.currency, self.cost),
            (self.state, self.attempts, self.reason, self.unresolved, self.reopened),
        )
    }
}

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        self.durable() == other.durable()
    }
}

impl Eq for Item {}
