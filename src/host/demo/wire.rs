//! What terminal and acquirer say to each other: JSON, one message a line, over TCP.
//!
//! This is the demo's own protocol and no payment network's. It keeps the fields that matter to
//! a journal (STAN, batch, amount, DE39, what is reversed) and leaves out all the others. The
//! acquirer greets first: a terminal that was not greeted has not sent a byte, and can prove it.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How an acquirer knows a message of this terminal: batch and STAN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct Id {
    pub(super) batch: u32,
    pub(super) stan: u32,
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "batch {:06} STAN {:06}", self.batch, self.stan)
    }
}

/// What a payment message asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Kind {
    Sale,
    Void,
    Refund,
}

impl Kind {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::Void => "void",
            Self::Refund => "refund",
        }
    }
}

/// A payment, a void or a refund (0200, 0220).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Payment {
    pub(super) id: Id,
    pub(super) kind: Kind,
    /// Minor units.
    pub(super) amount: u64,
    /// The cash register's reference.
    pub(super) reference: String,
    /// The message it voids or refunds.
    pub(super) original: Option<Id>,
    /// When the terminal made the message, in microseconds (DE7, DE12, DE13 in one): the same
    /// STAN at another time is another payment.
    pub(super) sent_us: u64,
}

/// Number and sum of payments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Sum {
    pub(super) count: u32,
    pub(super) amount: u64,
}

impl Sum {
    pub(super) const fn add(&mut self, amount: u64) {
        self.count += 1;
        self.amount += amount;
    }
}

/// What a batch adds up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Figures {
    /// Approved sales, voided ones among them.
    pub(super) sales: Sum,
    pub(super) refunds: Sum,
    /// Sales that a void cancelled.
    pub(super) voided: Sum,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sales, refunds, voided } = self;
        write!(f, "{} sales over {}, ", sales.count, sales.amount)?;
        write!(f, "{} refunds over {}, ", refunds.count, refunds.amount)?;
        write!(f, "{} voids over {}", voided.count, voided.amount)
    }
}

/// From the terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Request {
    /// 0200 or 0220.
    Pay(Payment),
    /// 0400: under the original's own batch and STAN.
    Reverse { id: Id, amount: u64, reason: String, attempt: u16 },
    /// What became of a refund? An acquirer that does not know it bars it from then on.
    Query { id: Id, attempt: u16 },
    /// 0500.
    Settle { id: Id, figures: Figures },
    /// 0320 for each payment of an unbalanced batch.
    Upload { id: Id, payment: Id, kind: Kind, amount: u64 },
    /// The message that ends the upload.
    UploadEnd { id: Id },
}

/// Which request an answer belongs to. All of it has to match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Subject {
    Pay(Id),
    Reverse(Id, u16),
    Query(Id, u16),
    Settle(Id),
    /// The payment uploaded.
    Upload(Id, Id),
    UploadEnd(Id),
}

impl Request {
    pub(super) const fn subject(&self) -> Subject {
        match *self {
            Self::Pay(Payment { id, .. }) => Subject::Pay(id),
            Self::Reverse { id, attempt, .. } => Subject::Reverse(id, attempt),
            Self::Query { id, attempt } => Subject::Query(id, attempt),
            Self::Settle { id, .. } => Subject::Settle(id),
            Self::Upload { id, payment, .. } => Subject::Upload(id, payment),
            Self::UploadEnd { id } => Subject::UploadEnd(id),
        }
    }
}

/// From the acquirer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Response {
    pub(super) to: Subject,
    /// DE39.
    pub(super) code: String,
    /// DE37, 12 digits.
    pub(super) rrn: Option<String>,
    /// DE38, 6 digits.
    pub(super) auth_code: Option<String>,
}

/// DE39 as this acquirer uses it.
pub(super) mod code {
    pub(crate) const DONE: &str = "00";
    /// No such payment.
    pub(crate) const UNKNOWN: &str = "25";
    /// The reversal came before the request.
    pub(crate) const BARRED: &str = "12";
    pub(crate) const NO_FUNDS: &str = "51";
    /// The very same message again.
    pub(crate) const REPEATED: &str = "94";
    pub(crate) const OUT_OF_BALANCE: &str = "95";
}

/// The line with which the acquirer greets.
pub(super) const GREETING: &str = "pos-journal demo acquirer\n";
