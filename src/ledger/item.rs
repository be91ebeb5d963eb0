//! An open payment, as small as the RAM of a terminal wants it.

use super::kinds::{Counts, Owes, rule};
use super::state::ItemState;
use crate::record::{
    Amount, Batch, CardClass, Currency, Intent, Original, Place, ReversalReason, Seq, Stan,
    TransactionKind,
};

/// Stands for 'none' where an `Option` would cost four bytes more.
const NONE: u32 = u32::MAX;

/// A time in milliseconds since this start. Aligned to four bytes, so that what holds one has no holes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C, packed(4))]
pub(crate) struct Millis(pub(crate) u64);

/// Stands for 'not in this run' for the same reason.
pub(super) const NOT_TRIED: Millis = Millis(u64::MAX);

/// A payment that is not closed yet.
///
/// Two items are equal if a checkpoint cannot tell them apart: whether a payment is in flight, its
/// reversal asked for, and when it was tried last, is known to the running terminal alone.
#[derive(Debug, Clone)]
pub struct Item {
    pub(super) amount: Amount,
    pub(super) approved: Amount,
    pub(super) tip: Amount,
    /// When something about it was sent last, in milliseconds since this start.
    pub(super) tried_at: Millis,
    pub(super) seq: Seq,
    pub(super) place: Place,
    pub(super) original: u32,
    pub(super) stan: Stan,
    pub(super) batch: Batch,
    pub(super) cost: u32,
    pub(super) attempts: u16,
    pub(super) currency: Currency,
    pub(super) cards: CardClass,
    pub(super) identity: Option<u8>,
    pub(super) book: u8,
    pub(super) kind: TransactionKind,
    pub(super) state: ItemState,
    pub(super) reason: ReversalReason,
    pub(super) unresolved: bool,
    pub(super) reopened: bool,
    /// A void in doubt, whose original was left out of the figures that were sent.
    pub(super) withheld: bool,
    pub(super) in_flight: bool,
    /// It was begun since the last start.
    pub(super) fresh: bool,
    /// An attempt was recorded in this run, and no answer since.
    pub(super) asked: bool,
}

impl Item {
    /// A payment that has just been announced.
    pub(super) fn announced(seq: Seq, place: Place, cost: u32, intent: &Intent) -> Self {
        Self {
            amount: intent.amount,
            approved: intent.amount,
            tip: intent.tip.unwrap_or(Amount::ZERO),
            tried_at: NOT_TRIED,
            seq,
            place,
            original: intent.original.as_ref().and_then(Original::seq).map_or(NONE, |seq| seq.0),
            stan: intent.stan,
            batch: intent.batch,
            cost,
            attempts: 0,
            currency: intent.currency,
            cards: intent.card_class(),
            identity: intent.identity,
            book: intent.book,
            kind: intent.kind,
            state: ItemState::first(intent.kind),
            reason: ReversalReason::NoAnswer,
            unresolved: false,
            reopened: false,
            withheld: false,
            in_flight: true,
            fresh: true,
            asked: false,
        }
    }

    /// Its name: the sequence number of its intent, or of the record that announced it.
    #[must_use]
    pub const fn seq(&self) -> Seq {
        self.seq
    }

    /// Where its intent lies, or the record that opened it again.
    #[must_use]
    pub const fn place(&self) -> Place {
        self.place
    }

    /// The payment it voids, refunds, completes or adjusts, where that is named by record.
    #[must_use]
    pub const fn original(&self) -> Option<Seq> {
        if self.original == NONE { None } else { Some(Seq(self.original)) }
    }

    /// Its book.
    #[must_use]
    pub const fn book(&self) -> u8 {
        self.book
    }

    /// What kind of transaction.
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

    /// The part of the amount that is a tip.
    #[must_use]
    pub const fn tip(&self) -> Amount {
        self.tip
    }

    /// Whose card it is.
    #[must_use]
    pub const fn cards(&self) -> CardClass {
        self.cards
    }

    /// Index of the identity that it was sent under; none: there was only one.
    #[must_use]
    pub const fn identity(&self) -> Option<u8> {
        self.identity
    }

    /// Where it stands.
    #[must_use]
    pub const fn state(&self) -> ItemState {
        self.state
    }

    /// How many attempts were recorded, without those of which nothing was sent.
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

    /// When an attempt was recorded or tried last, in milliseconds since this start of the terminal.
    #[must_use]
    pub const fn tried_at(&self) -> Option<u64> {
        let Millis(at) = self.tried_at;
        if at == u64::MAX { None } else { Some(at) }
    }

    /// The attempt limit was reached, the host refused it, or a loss or another identity left its end
    /// open, and no operator has decided to retry since: it does not hold up a settlement.
    #[must_use]
    pub const fn is_unresolved(&self) -> bool {
        self.unresolved
    }

    /// A void in doubt whose original was left out of the figures that were sent.
    #[must_use]
    pub const fn is_withheld(&self) -> bool {
        self.withheld
    }

    /// It was begun since the last start of the terminal.
    #[must_use]
    pub const fn is_fresh(&self) -> bool {
        self.fresh
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

    /// What its kind owes when it is not answered.
    pub(super) const fn owed(&self) -> Owes {
        rule(self.kind).owes
    }

    /// Where its kind counts.
    pub(super) const fn counts(&self) -> Counts {
        rule(self.kind).counts
    }

    /// Nobody knows yet whether the host has it.
    pub(super) const fn is_undecided(&self) -> bool {
        matches!(self.state, ItemState::Unanswered | ItemState::Approved)
    }

    /// Records about it are lost, or its identity is gone: someone has to look at it. Where the state
    /// says more than `Unresolved` would, it stays.
    pub(super) fn put_in_doubt(&mut self) {
        self.state = match (self.owed(), self.state) {
            (Owes::Order, ItemState::NothingOnce) => ItemState::Cancelling,
            (_, stays @ (ItemState::Cancelling | ItemState::RefundDue | ItemState::Refused)) => {
                stays
            }
            (_, ItemState::Stored) => ItemState::Stored,
            _ => ItemState::Unresolved,
        };
        self.unresolved = true;
        self.in_flight = false;
    }

    fn durable(&self) -> impl PartialEq {
        (
            (self.seq, self.place, self.original, self.book, self.kind),
            (self.stan, self.batch, self.amount, self.approved, self.currency, self.cost),
            (self.state, self.attempts, self.reason, self.unresolved, self.reopened),
            (self.tip, self.cards, self.identity, self.withheld),
        )
    }
}

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        self.durable() == other.durable()
    }
}

impl Eq for Item {}
