//! What calls give back.

use heapless::String;

#[cfg(doc)]
use super::Journal;
use crate::ledger::PaymentStatus;
use crate::record::{
    Amount, Attach, AuthCode, Emv, Identity, Intent, OrderNumber, Outcome, ReversalReason, Seq,
};

/// A payment, new or known.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)] // no alloc: there is nowhere to box it
pub enum Begun {
    /// The intent is durable: send it.
    New {
        /// Its name from here on.
        item: Seq,
        /// What was written, with STAN, batch and invoice number.
        intent: Intent,
    },
    /// The cash register asked for this payment before. Send nothing; tell it the status.
    Existing {
        /// The payment.
        item: Seq,
        /// Where it stands. Unknown is never told as declined.
        status: PaymentStatus,
    },
}

/// A payment that the one to begin looks like.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// The first payment.
    pub first: Seq,
    /// What may be told of it.
    pub status: PaymentStatus,
    /// How long ago it was, in seconds, where a clock can tell.
    pub age_s: Option<u32>,
    /// What to do about it.
    pub advice: DuplicateAdvice,
}

/// What to do about a payment that was made already.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DuplicateAdvice {
    /// It was approved: ask whether this one is for other goods, and
    /// [`confirmed`](Journal::confirmed) the yes.
    Ask,
    /// Nobody knows yet whether the customer was charged: query it, or let its reversal end, before a
    /// second one.
    Look,
    /// It did not go through and is being reversed: a second payment is right.
    Reversing,
}

/// An attempt that is durable: what to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempted {
    /// 1 for the first attempt.
    pub number: u16,
    /// The message type, such as `0400`; none for QR. By the profile a repeat has one of its own.
    pub mti: Option<&'static str>,
    /// DE39 of the reversal; the same at every attempt.
    pub reason: ReversalReason,
    /// The original: STAN, batch, amount, dates, exactly as first sent.
    pub intent: Intent,
    /// Its answer, if one came.
    pub outcome: Option<Outcome>,
    /// DE38, if one was received: of the answer, or of the late approval that opened it again.
    pub auth_code: Option<AuthCode>,
    /// The sealed card number and the chip data to send, where they were attached.
    pub attached: Option<Attach>,
    /// Terminal and merchant id under which it was first sent, where they are recorded: a repeat names
    /// the same.
    pub identity: Option<Identity>,
    /// The number under which a QR order that was told as failed is refunded: fixed, so that every
    /// repeat names the same refund.
    pub refund_number: Option<String<{ OrderNumber::MAX }>>,
}

/// What a late answer did.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LateResult {
    /// It is recorded as evidence and changes nothing.
    Evidence(Seq),
    /// The host approved what was taken for never sent, not found or abandoned: its reversal is
    /// owed again (of a QR order, its refund).
    Reopened(Seq),
    /// No payment in the journal has this number. Nothing was written.
    Stray,
    /// No payment with this number can be read, and it may be among what is lost or was not read at
    /// `places`: keep the answer and come back, or show it to a person. Nothing was written.
    Unread {
        /// Places in the log.
        places: u32,
    },
}

/// A payment that the journal knows.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The payment.
    pub item: Seq,
    /// What may be told.
    pub status: PaymentStatus,
}

/// What became of a payment that the cash register names.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// It is here.
    Known(Known),
    /// It was never started, or closed so long ago that its records are reclaimed.
    Never,
    /// It is not found, and may be among records that are lost or cannot be read: unknown, and never
    /// to be told as not started.
    Unknown {
        /// Places in the log at which something is missing or unreadable.
        places: u32,
    },
}

impl Asked {
    /// The payment, where it is known.
    #[must_use]
    pub const fn known(self) -> Option<Known> {
        match self {
            Self::Known(known) => Some(known),
            _ => None,
        }
    }

    /// The word for the register.
    #[must_use]
    pub const fn status(self) -> PaymentStatus {
        match self {
            Self::Known(known) => known.status,
            Self::Never => PaymentStatus::NeverStarted,
            Self::Unknown { .. } => PaymentStatus::Unknown,
        }
    }
}

/// What a slip needs. Tip, cash-back, instalments and the foreign amount are in the intent, RRN and
/// authorization code in the outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The payment.
    pub item: Seq,
    /// What was sent.
    pub intent: Intent,
    /// What was answered.
    pub outcome: Option<Outcome>,
    /// The amount that was approved.
    pub approved: Amount,
    /// What may be told.
    pub status: PaymentStatus,
    /// A slip was printed before: this one says that it is a duplicate.
    pub duplicate: bool,
    /// Terminal and merchant id under which it was sent, where they are recorded.
    pub identity: Option<Identity>,
    /// Chip data of after the second GENERATE AC; else of the answer, else what was attached.
    pub emv: Option<Emv>,
}

impl Receipt {
    /// The value of a chip data tag: 4F or 84 (AID), 9F26 (TC), 95 (TVR), 9F34 (CVM results).
    #[must_use]
    pub fn tag(&self, tag: u32) -> Option<&[u8]> {
        self.emv.as_ref()?.tag(tag)
    }
}
