//! What is owed, in the order in which a terminal pays it.
//!
//! | class | what |
//! |---|---|
//! | settlements | in order of their books |
//! | script results | oldest first |
//! | reversals, cancels of QR orders, refunds of QR orders told as failed | oldest first |
//! | advices | oldest first |
//! | queries about refunds and QR orders | oldest first |
//!
//! Within a class, what is unresolved or refused comes behind the others. When a duty may be tried
//! again is not said here: the ledger has no clock.

use super::book::Book;
use super::item::Millis;
use super::kinds::Owes;
use super::{Item, ItemState, Ledger, Phase};
use crate::record::{ReversalReason, Seq, TransactionKind};

/// Something that the terminal owes to a host.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
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
    /// The results of an issuer script have to be sent.
    Notice {
        /// The payment.
        item: Seq,
        /// Attempts made so far.
        attempts: u16,
        /// It was sent before: a repeat where the host tells them apart (0621).
        repeat: bool,
        /// The limit was reached: retry by policy only.
        unresolved: bool,
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
    /// A QR order has to be cancelled, under its own order number.
    Cancel {
        /// The payment.
        item: Seq,
        /// Attempts made so far.
        attempts: u16,
        /// The wallet said once that it knows no such order: ask again after the hold-off.
        confirm: bool,
        /// The limit was reached: retry by policy only.
        unresolved: bool,
    },
    /// A QR order that was told as failed is paid: it has to be refunded, under the number that
    /// [`refund_number`](super::refund_number) gives.
    RefundOrder {
        /// The payment.
        item: Seq,
        /// Attempts made so far.
        attempts: u16,
        /// The limit was reached: retry by policy only.
        unresolved: bool,
    },
    /// A stored advice has to be sent.
    Advice {
        /// The payment.
        item: Seq,
        /// What kind of advice.
        kind: TransactionKind,
        /// Attempts made so far.
        attempts: u16,
        /// It was sent before: 0221 where the host tells them apart.
        repeat: bool,
        /// The host refused it, or the limit was reached: retry by policy or an operator's decision
        /// only.
        unresolved: bool,
    },
    /// A refund or a QR order has to be asked about.
    Query {
        /// The payment.
        item: Seq,
        /// Times it was sent again so far, where the host allows that.
        attempts: u16,
        /// The limit was reached: retry by policy only.
        unresolved: bool,
    },
}

impl Duty {
    /// The payment that it is about; none for a settlement.
    #[must_use]
    pub const fn item(&self) -> Option<Seq> {
        match self {
            Self::Settle { .. } => None,
            Self::Notice { item, .. }
            | Self::Reversal { item, .. }
            | Self::Cancel { item, .. }
            | Self::RefundOrder { item, .. }
            | Self::Advice { item, .. }
            | Self::Query { item, .. } => Some(*item),
        }
    }
}

/// The next step of a settlement.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
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

/// The classes of duties of payments, in the order in which they are paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Notice,
    Undo,
    Advice,
    Query,
}

const CLASSES: [Class; 4] = [Class::Notice, Class::Undo, Class::Advice, Class::Query];

impl<const ITEMS: usize, const BOOKS: usize> Ledger<ITEMS, BOOKS> {
    /// What is owed, in the order of the table above.
    pub fn due(&self) -> impl Iterator<Item = Duty> {
        let settlements = (0u8..).zip(&self.books).filter_map(|(book, state)| {
            let step = settle_step(state)?;
            Some(Duty::Settle { book, step })
        });
        let queues = CLASSES.into_iter().flat_map(|class| [(class, false), (class, true)]);
        let payments = queues.flat_map(|(class, unresolved)| {
            let queued =
                move |item: &&Item| item.class() == Some(class) && item.unresolved == unresolved;
            self.items.iter().filter(queued).map(Item::duty)
        });
        settlements.chain(payments)
    }

    /// The first of [`Ledger::due`].
    #[must_use]
    pub fn next_duty(&self) -> Option<Duty> {
        self.due().next()
    }

    /// Something about a payment was tried now, in milliseconds since this start, of which no record
    /// tells: a query, a connection that failed. Says whether the payment is open.
    pub fn tried(&mut self, item: Seq, now: u64) -> bool {
        let open = self.items.iter_mut().find(|open| open.seq == item);
        open.map(|open| open.tried_at = Millis(now)).is_some()
    }
}

fn settle_step(book: &Book) -> Option<SettleStep> {
    let settling = book.settling.as_ref()?;
    match settling.phase {
        Phase::Open => None,
        Phase::Frozen => Some(SettleStep::Send),
        Phase::Sent => Some(SettleStep::Repeat),
        Phase::Uploading => Some(SettleStep::Upload { after: settling.uploaded }),
        Phase::Ended => Some(SettleStep::Close),
    }
}

impl Item {
    /// What it owes now; nothing while this run of the firmware is busy with it.
    fn class(&self) -> Option<Class> {
        if self.is_undecided() && self.in_flight {
            return None;
        }
        match (self.owed(), self.state) {
            (Owes::Notice, _) => Some(Class::Notice),
            (Owes::Reversal, _) => Some(Class::Undo),
            (
                Owes::Order,
                ItemState::Cancelling | ItemState::NothingOnce | ItemState::RefundDue,
            ) => Some(Class::Undo),
            (Owes::Advice, _) => Some(Class::Advice),
            (Owes::Query | Owes::Order, _) => Some(Class::Query),
            (Owes::Nothing, _) => None,
        }
    }

    /// It has to be reversed before its book does online business.
    pub(super) fn blocks(&self) -> bool {
        self.owed() == Owes::Reversal && self.class().is_some() && !self.unresolved
    }

    fn duty(&self) -> Duty {
        let Self { seq: item, attempts, unresolved, kind, .. } = *self;
        let (repeat, confirm) = (attempts > 0, self.state == ItemState::NothingOnce);
        match (self.owed(), self.state) {
            (Owes::Notice, _) => Duty::Notice { item, attempts, repeat, unresolved },
            (Owes::Advice, _) => Duty::Advice { item, kind, attempts, repeat, unresolved },
            (Owes::Reversal, _) => {
                let reason = self.reason();
                Duty::Reversal { item, reason, attempts, repeat, confirm, unresolved }
            }
            (Owes::Order, ItemState::RefundDue) => Duty::RefundOrder { item, attempts, unresolved },
            (Owes::Order, ItemState::Cancelling | ItemState::NothingOnce) => {
                Duty::Cancel { item, attempts, confirm, unresolved }
            }
            (Owes::Query | Owes::Order | Owes::Nothing, _) => {
                Duty::Query { item, attempts, unresolved }
            }
        }
    }
}
