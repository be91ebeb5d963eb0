//! What is owed when a payment went wrong: reversals, their answers, and giving up.

use super::coded::coded;
use super::{ResponseCode, Seq, Text, Uptime};
use serde::{Deserialize, Serialize};

coded! {
    /// Why a reversal is sent. Repeats send the first reason.
    ReversalReason {
        /// DE39 = 98: no usable answer.
        NoAnswer = 0,
        /// DE39 = 06: the answer is known, yet the payment did not go through (card removed,
        /// an AAC from the second GENERATE AC, an approved amount that is not supported).
        Other = 1,
        /// DE39 = A0: the answer's MAC is wrong.
        MacError = 2,
    }
}

impl ReversalReason {
    /// DE39 of the reversal request (UnionPay terminal specification).
    #[must_use]
    pub const fn de39(self) -> &'static str {
        match self {
            Self::NoAnswer => "98",
            Self::Other => "06",
            Self::MacError => "A0",
        }
    }
}

/// A reversal is owed although an answer may be known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reverse {
    /// The payment.
    pub item: Seq,
    /// Its book.
    pub book: u8,
    /// Why.
    pub reason: ReversalReason,
}

/// A reversal is about to be sent: durable before its first byte leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The payment.
    pub item: Seq,
    /// Its book.
    pub book: u8,
    /// 1 for the first attempt, and so on; stays at 65 535.
    pub number: u16,
    /// The reason in the message.
    pub reason: ReversalReason,
    /// Milliseconds since the start of the terminal.
    pub uptime: Uptime,
}

coded! {
    /// What a host's answer to a reversal means, by the profile at the time.
    AnswerClass {
        /// Reversed.
        Done = 0,
        /// The host knows no such payment (usually 25 or 12): final when repeated.
        NothingToReverse = 1,
        /// The host refuses it: still owed.
        Refused = 2,
        /// The host cannot do it now: still owed.
        Busy = 3,
        /// No answer, or none that can be used.
        Nothing = 4,
        /// It is proven that not a byte of the attempt was sent: it does not count.
        Unsent = 5,
        /// A QR order cannot be cancelled: its payer has just paid.
        Paid = 6,
    }
}

/// The answer to a reversal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The payment.
    pub item: Seq,
    /// Its book.
    pub book: u8,
    /// What it means.
    pub class: AnswerClass,
    /// DE39, where it is usable.
    pub code: Option<ResponseCode>,
}

/// The attempt limit is reached. The payment is never deleted for that: it is retried by
/// policy, and any later answer resolves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unresolved {
    /// The payment.
    pub item: Seq,
    /// Its book.
    pub book: u8,
}

coded! {
    /// What an operator decided.
    Decision {
        /// Do not pursue it any more. The result is `abandoned`, never `reversed`.
        Abandon = 0,
        /// Try again as if the attempt limit had not been reached.
        Retry = 1,
    }
}

/// An operator's decision: who and why are part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// The payment.
    pub item: Seq,
    /// Its book.
    pub book: u8,
    /// What was decided.
    pub decision: Decision,
    /// Who decided.
    pub who: Text<16>,
    /// Why.
    pub why: Text<40>,
}
