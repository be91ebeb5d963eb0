//! The close of a batch, one durable step after the other.

use super::coded::coded;
use super::totals::TotalsV1;
use super::{Batch, Invoice, ResponseCode, Seq, Stan, Text, Totals};
use serde::{Deserialize, Serialize};

/// The book is locked for its settlement and its totals are fixed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freeze {
    /// The book.
    pub book: u8,
    /// The batch to settle.
    pub batch: Batch,
    /// What the 0500 will say.
    pub totals: Totals,
}

/// As version 0.1 wrote it (kind 0x90).
#[derive(Deserialize)]
pub(crate) struct FreezeV1(u8, Batch, TotalsV1);

impl From<FreezeV1> for Freeze {
    fn from(FreezeV1(book, batch, totals): FreezeV1) -> Self {
        Self { book, batch, totals: totals.into() }
    }
}

/// The settlement is called off; possible only before the first 0500 is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfreeze {
    /// The book.
    pub book: u8,
}

/// A 0500 is about to be sent: durable before its first byte leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettleAttempt {
    /// The book.
    pub book: u8,
    /// The batch being settled.
    pub batch: Batch,
    /// DE11 of the 0500: the book's next one.
    pub stan: Stan,
    /// 1 for the first attempt, and so on; stays at 65 535.
    pub number: u16,
}

coded! {
    /// What a host's answer to a 0500 means, by the profile at the time.
    SettleClass {
        /// The totals agree.
        Balanced = 0,
        /// They do not: each record has to be uploaded (0320).
        Unbalanced = 1,
        /// The host cannot do it now (90 among others).
        Busy = 2,
        /// The host refuses.
        Refused = 3,
        /// No answer, or none that can be used.
        Nothing = 4,
    }
}

/// The answer to a 0500.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettleAnswer {
    /// The book.
    pub book: u8,
    /// The batch being settled.
    pub batch: Batch,
    /// What it means.
    pub class: SettleClass,
    /// DE39, where there is one.
    pub code: Option<ResponseCode>,
}

/// The host acknowledged the upload (0320) of every payment up to and with `through`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uploaded {
    /// The book.
    pub book: u8,
    /// The batch being settled.
    pub batch: Batch,
    /// The last payment that the host acknowledged; a resume goes on after it.
    pub through: Seq,
}

/// The host acknowledged the message that ends the upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadEnd {
    /// The book.
    pub book: u8,
    /// The batch being settled.
    pub batch: Batch,
}

/// The batch is closed and the next one open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchClosed {
    /// The book.
    pub book: u8,
    /// The batch that was settled.
    pub batch: Batch,
    /// The new batch: one more.
    pub next: Batch,
}

/// An operator opened the next batch although the settlement of this one is not finished. The old
/// batch stays owed, with the figures that were sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextBatch {
    /// The book.
    pub book: u8,
    /// The batch whose settlement goes on.
    pub batch: Batch,
    /// The batch that takes new business: one more.
    pub next: Batch,
    /// Who decided.
    pub who: Text<16>,
}

/// The host set the batch number at sign-on, or a replacement terminal took over its
/// predecessor's counters. Possible only while the book is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetBatch {
    /// The book.
    pub book: u8,
    /// The batch that is open from here on.
    pub next: Batch,
    /// The next STAN, where that is set too.
    pub stan: Option<Stan>,
    /// The next invoice number, where that is set too.
    pub invoice: Option<Invoice>,
}
