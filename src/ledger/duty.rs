//! What is owed, in the order in which a terminal pays it.

use super::kinds::{Owes, rule};
use super::{Item, ItemState, Ledger, Phase};
use crate::record::{ReversalReason, Seq};

/// Something that the terminal owes to a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Duty {
    /// A settlement goes on with this step.
    Settle {
        /// The book.
        book: u8,
        /// What comes next.
        step: SettleStep,
    },
    /// A reversal has to be sent.
    Reversal {
        /// The payment.
        item: Seq,
        /// Its DE39.
        reason: ReversalReason,
        /// Attempts made so far.
        attempts: u16,
        /// It was sent before: a repeat where the host tells them apart (0401, 0421).
        repeat: bool,
        /// The host said once that there is nothing to reverse: ask again after the
        /// hold-off.
        confirm: bool,
        /// The attempt limit was reached: retry by policy only. With `attempts` 0 records are lost
        /// and its approval may be among them: retry only when a person has looked into it.
        unresolved: bool,
    },
    /// A refund has to be asked about.
    Query {
        /// The payment.
        item: Seq,
        /// The limit was reached: retry by policy only.
        unresolved: bool,
    },
}

/// The next step of a settlement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettleStep {
    /// Send the first 0500, or call it off.
    Send,
    /// Send the 0500 again, with the same figures.
    Repeat,
    /// Upload the records after this payment, then the end message.
    Upload {
        /// The last payment that was acknowledged; 0 if none was.
        after: Seq,
    },
    /// Close the batch.
    Close,
}

impl<const ITEMS: usize, const BOOKS: usize> Ledger<ITEMS, BOOKS> {
    /// What is owed: settlements in order of their books, then reversals oldest first,
    /// unresolved reversals, and refunds to ask about, unresolved ones last.
    pub fn due(&self) -> impl Iterator<Item = Duty> {
        let settlements = (0u8..).zip(&self.books).filter_map(|(book, state)| {
            let step = settle_step(state.phase, state.uploaded)?;
            Some(Duty::Settle { book, step })
        });
        let owed = |owes, unresolved| {
            self.items
                .iter()
                .filter(move |item| item.owes() == Some(owes) && item.unresolved == unresolved)
        };
        settlements
            .chain(owed(Owes::Reversal, false).map(Item::duty))
            .chain(owed(Owes::Reversal, true).map(Item::duty))
            .chain(owed(Owes::Query, false).map(Item::duty))
            .chain(owed(Owes::Query, true).map(Item::duty))
    }

    /// The first of [`Ledger::due`].
    #[must_use]
    pub fn next_duty(&self) -> Option<Duty> {
        self.due().next()
    }
}

const fn settle_step(phase: Phase, uploaded: Seq) -> Option<SettleStep> {
    match phase {
        Phase::Open => None,
        Phase::Frozen => Some(SettleStep::Send),
        Phase::Sent => Some(SettleStep::Repeat),
        Phase::Uploading => Some(SettleStep::Upload { after: uploaded }),
        Phase::Ended => Some(SettleStep::Close),
    }
}

impl Item {
    /// What it owes now; nothing while this run of the firmware is busy with it.
    pub(super) fn owes(&self) -> Option<Owes> {
        let undecided = matches!(self.state, ItemState::Unanswered | ItemState::Approved);
        if undecided && self.in_flight { None } else { Some(rule(self.kind).owes) }
    }

    fn duty(&self) -> Duty {
        let (item, unresolved) = (self.seq, self.unresolved);
        match rule(self.kind).owes {
            Owes::Query => Duty::Query { item, unresolved },
            Owes::Reversal => Duty::Reversal {
                item,
                reason: self.reason(),
                attempts: self.attempts,
                repeat: self.attempts > 0,
                confirm: self.state == ItemState::NothingOnce,
                unresolved,
            },
        }
    }
}
