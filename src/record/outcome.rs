//! What came of a payment: answered, completed, never sent, answered late.

use super::sparse::sparse;
use super::{
    Amount, AuthCode, Emv, HostDate, HostTime, Intent, Proof, ResponseCode, ReversalReason, Rrn,
    Seq, UnknownValue, Uptime,
};
use serde::{Deserialize, Serialize};

/// What the terminal takes an answer to mean, by its profile at the time. It is stored, so
/// that a replay needs no profile.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// No usable answer: a time-out, a bad MAC, fields that do not match the request.
    NoAnswer,
    /// Refused: no money moves.
    Declined,
    /// A code that proves nothing. It counts as no answer and never as declined.
    Doubtful,
    /// Approved.
    Approved {
        /// Nothing more is needed. `false` for a contact chip until its second GENERATE AC
        /// returns a TC.
        completed: bool,
    },
}

/// The stored numbers, 0 to 7.
const VERDICTS: [Verdict; 5] = [
    Verdict::NoAnswer,
    Verdict::Declined,
    Verdict::Doubtful,
    Verdict::Approved { completed: false },
    Verdict::Approved { completed: true },
];

impl Verdict {
    /// The verdict on an answer by the usual reading of DE39; an answer without a usable
    /// code is doubtful. `completed` matters for an approval only.
    #[must_use]
    pub fn from_code(code: Option<ResponseCode>, completed: bool) -> Self {
        match Proof::of(code) {
            Proof::Approved => Self::Approved { completed },
            Proof::Doubtful => Self::Doubtful,
            Proof::Declined => Self::Declined,
        }
    }
}

impl From<Verdict> for u8 {
    fn from(verdict: Verdict) -> u8 {
        VERDICTS.iter().position(|v| *v == verdict).unwrap_or_default() as u8
    }
}

impl TryFrom<u8> for Verdict {
    type Error = UnknownValue;
    fn try_from(id: u8) -> Result<Self, UnknownValue> {
        VERDICTS.get(usize::from(id)).copied().ok_or(UnknownValue(id))
    }
}

/// The answer to a payment, or that none came. Also the result of a query about a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The payment.
    pub item: Seq,
    /// Its book.
    pub book: u8,
    /// What the answer means.
    pub verdict: Verdict,
    /// From the first byte sent to the answer or the time-out, in milliseconds.
    pub elapsed_ms: u32,
    /// Milliseconds since the start of the terminal.
    pub uptime: Uptime,
    /// DE39, where it is usable.
    pub code: Option<ResponseCode>,
    /// DE37.
    pub rrn: Option<Rrn>,
    /// DE38.
    pub auth_code: Option<AuthCode>,
    /// DE13 and DE12 as received.
    pub host_time: Option<HostTime>,
    /// DE4 of the answer, only where it differs from the amount requested.
    pub approved_amount: Option<Amount>,
    /// DE15 as received: the clearing date.
    pub settlement_date: Option<HostDate>,
    /// Chip data, filtered.
    pub emv: Option<Emv>,
}

sparse! {
    Outcome {
        tag { verdict },
        always { item, book, elapsed_ms, uptime },
        maybe { code, rrn, auth_code, host_time, approved_amount, settlement_date, emv },
    }
}

/// The second GENERATE AC returned a TC: the payment is logged and its reversal disarmed,
/// both in this one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completed {
    /// The payment.
    pub item: Seq,
    /// Its book.
    pub book: u8,
    /// Chip data of after the second GENERATE AC, filtered.
    pub emv: Option<Emv>,
}

/// Proof that the transport accepted zero bytes of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotSent {
    /// The payment.
    pub item: Seq,
    /// Its book.
    pub book: u8,
}

/// An answer that came when its payment was being reversed or was closed: evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Late {
    /// The payment.
    pub item: Seq,
    /// Its book.
    pub book: u8,
    /// It says approved.
    pub approved: bool,
    /// Milliseconds since the start of the terminal.
    pub uptime: Uptime,
    /// DE39, where it is usable.
    pub code: Option<ResponseCode>,
    /// DE37.
    pub rrn: Option<Rrn>,
    /// DE38.
    pub auth_code: Option<AuthCode>,
}

sparse! {
    Late { always { item, book, approved, uptime }, maybe { code, rrn, auth_code } }
}

/// A late approval of a payment that was closed as never sent, as not found or by an
/// operator: its reversal is owed again.
///
/// The original intent is repeated inside, so that the payment stands on this record alone,
/// however long ago its own records were reclaimed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reopen {
    /// The payment: the sequence number of the original intent.
    pub item: Seq,
    /// DE39 of the reversal to send: the reason of earlier attempts, if there were any.
    pub reason: ReversalReason,
    /// Milliseconds since the start of the terminal.
    pub uptime: Uptime,
    /// DE39 of the late approval.
    pub code: Option<ResponseCode>,
    /// DE37 of the late approval.
    pub rrn: Option<Rrn>,
    /// DE38 of the late approval.
    pub auth_code: Option<AuthCode>,
    /// The intent as first written. It stands last, as it may grow.
    pub intent: Intent,
}

/// No answer came, and then the chip approved offline (Y3): what was sent is reversed, and the sale
/// is stored as an offline one under a STAN of its own. One record, so that neither is ever without
/// the other. The offline sale is named by the sequence number of this record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfflineApproved {
    /// The payment that was not answered.
    pub item: Seq,
    /// Its book.
    pub book: u8,
    /// It owes a reversal. `false`: it is proven that not a byte of it was sent.
    pub reverse: bool,
    /// The offline sale. It stands last, as it may grow.
    pub intent: Intent,
}
