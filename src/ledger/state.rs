//! Where a payment stands, and what can happen to it.

use super::kinds::{Owes, rule};
use crate::record::{AnswerClass, Decision, Record, Seq, TransactionKind, Verdict, coded};

coded! {
    /// Where a payment stands. The numbers are stored in checkpoints and frozen.
    ItemState {
        /// Sent or about to be; no answer yet.
        Unanswered = 0,
        /// Approved; the chip's second GENERATE AC is outstanding.
        Approved = 1,
        /// A reversal is owed.
        Reversing = 2,
        /// The host said once that there is nothing to reverse; it has to say so again.
        NothingOnce = 3,
        /// A refund or QR order without an answer: the host or an operator has to be asked.
        Querying = 4,
        /// The attempt limit is reached; still owed, and never deleted.
        Unresolved = 5,
        /// An advice that is stored; nothing of it was sent.
        Stored = 6,
        /// An advice that was sent; no answer yet.
        Sending = 7,
        /// An advice that the host refused: an operator decides.
        Refused = 8,
        /// A QR order that is being cancelled.
        Cancelling = 9,
        /// A QR order that was told as failed and is paid: a refund is owed.
        RefundDue = 10,
        /// Final: approved and confirmed.
        Completed = 16,
        /// Final: declined.
        Declined = 17,
        /// Final: not a byte of it was sent.
        NeverSent = 18,
        /// Final: the host confirmed the reversal.
        Reversed = 19,
        /// Final: the host said twice that there is nothing to reverse.
        NotFound = 20,
        /// Final: an operator decided not to pursue it.
        Abandoned = 21,
        /// Final from the start: a balance inquiry, which owes nothing.
        Inquired = 22,
        /// Final: an advice that was cancelled before anything of it was sent.
        Cancelled = 23,
        /// Final: a QR order that was told as failed and is refunded.
        Refunded = 24,
    }
}

impl ItemState {
    /// Where a payment of this kind stands when it has been announced.
    #[must_use]
    pub const fn first(kind: TransactionKind) -> Self {
        match rule(kind).owes {
            Owes::Reversal | Owes::Query | Owes::Order => Self::Unanswered,
            Owes::Advice | Owes::Notice => Self::Stored,
            Owes::Nothing => Self::Inquired,
        }
    }

    /// Nothing more happens to the payment, short of a late approval.
    #[must_use]
    pub const fn is_final(self) -> bool {
        self as u8 >= Self::Completed as u8
    }

    /// The words an operator reads.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unanswered => "unanswered",
            Self::Approved => "approved, not confirmed by the chip",
            Self::Reversing => "being reversed",
            Self::NothingOnce => "being reversed, not known to the host",
            Self::Querying => "being asked about",
            Self::Unresolved => "unresolved",
            Self::Stored => "stored, not sent",
            Self::Sending => "sent, not answered",
            Self::Refused => "refused by the host",
            Self::Cancelling => "being cancelled",
            Self::RefundDue => "to be refunded",
            Self::Completed => "completed",
            Self::Declined => "declined",
            Self::NeverSent => "never sent",
            Self::Reversed => "reversed",
            Self::NotFound => "not known to the host",
            Self::Abandoned => "abandoned",
            Self::Inquired => "an inquiry",
            Self::Cancelled => "cancelled before it was sent",
            Self::Refunded => "refunded",
        }
    }
}

impl core::fmt::Display for ItemState {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(self.name())
    }
}

/// What a record does to a payment: the columns of the transition table.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ItemEvent {
    /// Approved, and nothing more is needed.
    OutcomeCompleted,
    /// Approved; the chip has to confirm.
    OutcomeApproved,
    /// Declined.
    OutcomeDeclined,
    /// No answer, or one that proves nothing.
    OutcomeUnknown,
    /// The chip confirmed.
    Completed,
    /// A reversal is owed for another reason than silence.
    Reverse,
    /// Proof that nothing was sent.
    NotSent,
    /// A reversal, an advice, a cancel or a refund is about to be sent.
    Attempt,
    /// The host did it.
    AnswerDone,
    /// The host knows of nothing to reverse.
    AnswerNothingToReverse,
    /// The host refuses it.
    AnswerRefused,
    /// Busy, or no usable answer.
    AnswerOther,
    /// Proof that nothing of the attempt was sent: it does not count.
    AnswerUnsent,
    /// A QR order cannot be cancelled, for its payer has just paid.
    AnswerPaid,
    /// The attempt limit is reached.
    GivenUp,
    /// An operator decided not to pursue it.
    Abandon,
    /// An operator decided to try again.
    OperatorRetry,
    /// An answer came too late.
    Late,
    /// A late approval after the close.
    Reopen,
    /// The chip approved offline, and what was sent is reversed.
    OfflineReverse,
    /// The chip approved offline, and nothing was sent before.
    OfflineUnsent,
}

impl ItemEvent {
    /// Every event.
    pub const ALL: &'static [Self] = &[
        Self::OutcomeCompleted,
        Self::OutcomeApproved,
        Self::OutcomeDeclined,
        Self::OutcomeUnknown,
        Self::Completed,
        Self::Reverse,
        Self::NotSent,
        Self::Attempt,
        Self::AnswerDone,
        Self::AnswerNothingToReverse,
        Self::AnswerRefused,
        Self::AnswerOther,
        Self::AnswerUnsent,
        Self::AnswerPaid,
        Self::GivenUp,
        Self::Abandon,
        Self::OperatorRetry,
        Self::Late,
        Self::Reopen,
        Self::OfflineReverse,
        Self::OfflineUnsent,
    ];

    /// The payment a record is about and what it does to it; `None` for an intent and for
    /// records that are about no payment or change none.
    #[must_use]
    pub fn of(record: &Record) -> Option<(Seq, Self)> {
        let event = match record {
            Record::Outcome(outcome) => match outcome.verdict {
                Verdict::Approved { completed: true } => Self::OutcomeCompleted,
                Verdict::Approved { completed: false } => Self::OutcomeApproved,
                Verdict::Declined => Self::OutcomeDeclined,
                Verdict::Doubtful | Verdict::NoAnswer => Self::OutcomeUnknown,
            },
            Record::Completed(_) => Self::Completed,
            Record::Reverse(_) => Self::Reverse,
            Record::NotSent(_) => Self::NotSent,
            Record::Attempt(_) => Self::Attempt,
            Record::Answer(answer) => match answer.class {
                AnswerClass::Done => Self::AnswerDone,
                AnswerClass::NothingToReverse => Self::AnswerNothingToReverse,
                AnswerClass::Refused => Self::AnswerRefused,
                AnswerClass::Busy | AnswerClass::Nothing => Self::AnswerOther,
                AnswerClass::Unsent => Self::AnswerUnsent,
                AnswerClass::Paid => Self::AnswerPaid,
            },
            Record::Unresolved(_) => Self::GivenUp,
            Record::Operator(operator) => match operator.decision {
                Decision::Abandon => Self::Abandon,
                Decision::Retry => Self::OperatorRetry,
            },
            Record::Late(_) => Self::Late,
            Record::Reopen(_) => Self::Reopen,
            Record::OfflineApproved(offline) => match offline.reverse {
                true => Self::OfflineReverse,
                false => Self::OfflineUnsent,
            },
            _ => return None,
        };
        record.item().map(|item| (item, event))
    }

    /// What it is called in an error.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OutcomeCompleted => "approval",
            Self::OutcomeApproved => "approval to be confirmed",
            Self::OutcomeDeclined => "decline",
            Self::OutcomeUnknown => "missing answer",
            Self::Completed => "confirmation by the chip",
            Self::Reverse => "debt of a reversal",
            Self::NotSent => "proof of never sent",
            Self::Attempt => "attempt",
            Self::AnswerDone => "answer 'done'",
            Self::AnswerNothingToReverse => "answer 'nothing to reverse'",
            Self::AnswerRefused => "answer 'refused'",
            Self::AnswerOther => "answer without result",
            Self::AnswerUnsent => "proof of an attempt never sent",
            Self::AnswerPaid => "answer 'just paid'",
            Self::GivenUp => "attempt limit",
            Self::Abandon => "operator's decision to abandon",
            Self::OperatorRetry => "operator's decision to retry",
            Self::Late => "late answer",
            Self::Reopen => "late approval",
            Self::OfflineReverse => "offline approval of what was sent",
            Self::OfflineUnsent => "offline approval of what was never sent",
        }
    }
}
