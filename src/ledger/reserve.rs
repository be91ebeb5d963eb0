//! Which records reclaim must keep, and the room that open payments can still need.

use super::kinds::{Owes, rule};
use super::{ItemState, Ledger, Placed};
use crate::record::{AnswerClass, Record, Seq, TransactionKind};

/// Bytes of payload that the records of an unanswered sale or void can still take, at worst: an
/// outcome with 100 bytes of chip data, then a reversal that the host knows nothing of, is
/// given up, answered twice more, decided by an operator and answered late. Further attempts
/// are not pinned: reclaim turns them into a count. The chip's confirmation is shorter than
/// that chain. A refund may take more outcomes: see [`closing_bytes`].
pub const CLOSING_COST: u32 = OUTCOME + CHAIN;
/// In how many frames: outcome, reverse, attempt, three answers, unresolved, operator, late.
pub const CLOSING_FRAMES: u32 = 9;

/// The largest outcome.
pub(super) const OUTCOME: u32 = 162;
/// The largest reverse, attempt, three answers, unresolved, operator and late together.
pub(super) const CHAIN: u32 = 168;

/// How long a record is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keep {
    /// While its batch is unsettled or its payment is open.
    WhileOpen,
    /// While its batch is unsettled: evidence of how a payment ended.
    WhileUnsettled,
    /// Not at all: a checkpoint holds what it says.
    Never,
}

/// The table of what is kept.
const fn keep(record: &Record) -> Keep {
    match record {
        Record::Intent(_) | Record::Outcome(_) | Record::Reopen(_) => Keep::WhileOpen,
        Record::Completed(_)
        | Record::Reverse(_)
        | Record::NotSent(_)
        | Record::Unresolved(_)
        | Record::Operator(_)
        | Record::Late(_) => Keep::WhileUnsettled,
        // The answers that end a payment are its only proof of having been reversed.
        Record::Answer(answer)
            if matches!(answer.class, AnswerClass::Done | AnswerClass::NothingToReverse) =>
        {
            Keep::WhileUnsettled
        }
        _ => Keep::Never,
    }
}

impl<const ITEMS: usize, const BOOKS: usize> Ledger<ITEMS, BOOKS> {
    /// Whether reclaim must keep this record, whose sequence number is `seq`.
    ///
    /// Of an open payment that outlived its batch only the records it stands on are kept:
    /// intent and outcome, or the record that opened it again.
    #[must_use]
    pub fn pins(&self, seq: Seq, record: &Record) -> bool {
        let keep = keep(record);
        let Some(book) = record.book().filter(|_| keep != Keep::Never) else { return false };
        let payment = record.item().unwrap_or(seq);
        if self.book(book).is_ok_and(|book| payment >= book.batch_from) {
            return true;
        }
        keep == Keep::WhileOpen
            && self
                .item(payment)
                .is_some_and(|item| item.reopened == matches!(record, Record::Reopen(_)))
    }

    /// No record before this one is pinned.
    #[must_use]
    pub fn needs_from(&self) -> Seq {
        let books = self.books.iter().filter(|book| book.used).map(|book| book.batch_from);
        let items = self.items.iter().map(|item| item.seq);
        books.chain(items).min().unwrap_or(Seq(u32::MAX))
    }

    /// Bytes of the records that [`Ledger::pins`] holds, by the costs they were applied with.
    #[must_use]
    pub fn pinned_bytes(&self) -> u32 {
        let batches = self.books.iter().map(|book| book.pinned);
        let older = self
            .items
            .iter()
            .filter(|item| self.book(item.book).is_ok_and(|book| item.seq < book.batch_from));
        batches.chain(older.map(|item| item.cost)).fold(0, u32::saturating_add)
    }

    /// Bytes that the open payments can still need at worst, each frame with
    /// `frame_overhead` bytes of header, checksum and padding.
    #[must_use]
    pub fn reserve_bytes(&self, frame_overhead: u32) -> u32 {
        self.items
            .iter()
            .map(|item| still_needed(rule(item.kind).owes, item.state, frame_overhead))
            .fold(0, u32::saturating_add)
    }

    /// Adds the record's cost to what is pinned.
    pub(super) fn account(&mut self, at: Placed, record: &Record) {
        let keep = keep(record);
        let Some(number) = record.book().filter(|_| keep != Keep::Never) else { return };
        let payment = record.item().unwrap_or(at.seq);
        if let Some(book) = self.books.get_mut(usize::from(number))
            && payment >= book.batch_from
        {
            book.used = true;
            book.pinned = book.pinned.saturating_add(at.cost);
        }
        if let (Record::Outcome(_), Some(item)) =
            (record, self.items.iter_mut().find(|item| item.seq == payment))
        {
            item.cost = item.cost.saturating_add(at.cost);
        }
    }
}

/// Bytes that the records of a payment of this kind can take at worst once it has begun, each frame
/// with `frame_overhead` bytes of header, checksum and padding.
#[must_use]
pub const fn closing_bytes(kind: TransactionKind, frame_overhead: u32) -> u32 {
    still_needed(rule(kind).owes, ItemState::Unanswered, frame_overhead)
}

/// What a payment can still need: the outcomes that may come, and what follows them.
const fn still_needed(owes: Owes, state: ItemState, frame_overhead: u32) -> u32 {
    let outcomes = match (owes, state) {
        (Owes::Reversal, ItemState::Unanswered) => 1,
        (Owes::Reversal, _) => 0,
        // An approval, then no word from the chip, then the result of the query.
        (Owes::Query, ItemState::Unanswered) => 3,
        (Owes::Query, ItemState::Approved) => 2,
        (Owes::Query, _) => 1,
    };
    let frames = (CLOSING_FRAMES - 1 + outcomes).saturating_mul(frame_overhead);
    (outcomes * OUTCOME + CHAIN).saturating_add(frames)
}
