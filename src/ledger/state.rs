//! Where a payment stands, and what can happen to it.

use crate::record::{AnswerClass, Record, Seq, Verdict, coded};

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
        /// A refund without an answer: the host or an operator has to be asked.
        Querying = 4,
        /// The attempt limit is reached; still owed, and never deleted.
        Unresolved = 5,
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
    }
}

impl ItemState {
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
            Self::Completed => "completed",
            Self::Declined => "declined",
            Self::NeverSent => "never sent",
            Self::Reversed => "reversed",
            Self::NotFound => "not known to the host",
            Self::Abandoned => "abandoned",
        }
    }
}

impl core::fmt::Display for ItemState {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(self.name())
    }
}

/// What a record does to a payment: the columns of the transition table.
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
    /// A reversal is about to be sent.
    Attempt,
    /// The host reversed it.
    AnswerDone,
    /// The host knows of nothing to reverse.
    AnswerNothingToReverse,
    /// Refused, busy, or no usable answer.
    AnswerOther,
    /// The attempt limit is reached.
    GivenUp,
    /// An operator decided not to pursue it.
    Abandon,
    /// An answer came too late.
    Late,
    /// A late approval after the close.
    Reopen,
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
        Self::AnswerOther,
        Self::GivenUp,
        Self::Abandon,
        Self::Late,
        Self::Reopen,
    ];

    /// The payment a record is about and what it does to it; `None` for an intent and for
    /// records that are about no payment.
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
                AnswerClass::Refused | AnswerClass::Busy | AnswerClass::Nothing => {
                    Self::AnswerOther
                }
            },
            Record::Unresolved(_) => Self::GivenUp,
            Record::Operator(_) => Self::Abandon,
            Record::Late(_) => Self::Late,
            Record::Reopen(_) => Self::Reopen,
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
            Self::Attempt => "reversal attempt",
            Self::AnswerDone => "answer 'reversed'",
            Self::AnswerNothingToReverse => "answer 'nothing to reverse'",
            Self::AnswerOther => "answer without result",
            Self::GivenUp => "attempt limit",
            Self::Abandon => "operator's decision",
            Self::Late => "late answer",
            Self::Reopen => "late approval",
        }
    }
}
