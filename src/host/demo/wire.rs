//! What terminal and acquirers say to each other: JSON, one message a line, over TCP.
//!
//! This is the demo's own protocol and no payment network's. It keeps the fields that matter to
//! a journal (STAN, batch, amount, DE39, order number, what is reversed) and leaves out all the
//! others. The acquirer greets first: a terminal that was not greeted has not sent a byte, and
//! can prove it.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How an acquirer knows a message of its terminal: batch and STAN.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Kind {
    Sale,
    Void,
    Refund,
    RefundVoid,
    PreAuth,
    Increment,
    PreAuthVoid,
    Completion,
    CompletionVoid,
    CompletionAdvice,
    OfflineSale,
    TipAdjust,
    ScriptResult,
    BalanceInquiry,
    QrSale,
    QrRefund,
}

impl Kind {
    pub(super) const ALL: [Self; 16] = [
        Self::Sale,
        Self::Void,
        Self::Refund,
        Self::RefundVoid,
        Self::PreAuth,
        Self::Increment,
        Self::PreAuthVoid,
        Self::Completion,
        Self::CompletionVoid,
        Self::CompletionAdvice,
        Self::OfflineSale,
        Self::TipAdjust,
        Self::ScriptResult,
        Self::BalanceInquiry,
        Self::QrSale,
        Self::QrRefund,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::Void => "void",
            Self::Refund => "refund",
            Self::RefundVoid => "void of refund",
            Self::PreAuth => "pre-authorization",
            Self::Increment => "increment",
            Self::PreAuthVoid => "void of pre-authorization",
            Self::Completion => "completion",
            Self::CompletionVoid => "void of completion",
            Self::CompletionAdvice => "completion advice",
            Self::OfflineSale => "offline sale",
            Self::TipAdjust => "tip adjustment",
            Self::ScriptResult => "script results",
            Self::BalanceInquiry => "balance inquiry",
            Self::QrSale => "QR sale",
            Self::QrRefund => "QR refund",
        }
    }
}

/// How a message names the payment that it undoes, completes or adjusts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Named {
    /// By the message that began it.
    Message(Id),
    /// By its slip: DE37.
    Slip(String),
}

/// A payment, or what undoes, completes or adjusts one (0100, 0200, 0220, 0620, a QR order).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Payment {
    pub(super) id: Id,
    /// DE41.
    pub(super) terminal: String,
    pub(super) kind: Kind,
    /// Minor units.
    pub(super) amount: u64,
    /// The cash register's reference.
    pub(super) reference: String,
    pub(super) original: Option<Named>,
    /// The card is of another country.
    pub(super) foreign: bool,
    /// The merchant's order number of a QR payment; of a QR refund the refund's own.
    pub(super) order: Option<String>,
    /// When the terminal made the message, in microseconds (DE7, DE12, DE13 in one): the same
    /// STAN at another time is another payment.
    pub(super) sent_us: u64,
}

/// A payment of a batch that is uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Detail {
    pub(super) id: Id,
    pub(super) kind: Kind,
    pub(super) amount: u64,
}

/// From the terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Request {
    /// 0100, 0200, 0220, or a new QR order.
    Pay(Payment),
    /// 0220, 0221 or 0620 of something stored, or a refund that is sent again.
    Stored { payment: Payment, attempt: u16 },
    /// 0400: under the original's own batch and STAN.
    Reverse { id: Id, amount: u64, reason: String, attempt: u16 },
    /// What became of a refund? An acquirer that does not know it bars it from then on.
    Query { id: Id, attempt: u16 },
    /// What became of an order?
    QueryOrder { id: Id, order: String, attempt: u16 },
    /// The order is not to be paid any more.
    Cancel { id: Id, order: String, attempt: u16 },
    /// The order was paid although it was cancelled: give the money back, once for each number.
    RefundOrder { id: Id, order: String, number: String, attempt: u16 },
    /// 0500, with the fields that the acquirer's own specification asks for.
    Settle { id: Id, figures: String },
    /// 0320: payments of an unbalanced batch.
    Upload { id: Id, details: Vec<Detail>, last: Id },
    /// The message that ends a settlement: DE60.3 or DE3.
    End { id: Id, code: u32 },
    /// The terminal has nothing left to do. Has the acquirer?
    SignOff { attempt: u16 },
}

/// Which request an answer belongs to. All of it has to match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Subject {
    Pay(Id),
    Stored(Id, u16),
    Reverse(Id, u16),
    Query(Id, u16),
    Cancel(Id, u16),
    RefundOrder(Id, u16),
    Settle(Id),
    /// The last payment uploaded.
    Upload(Id, Id),
    End(Id),
    SignOff(u16),
    /// To none: the wallet tells of this order unasked.
    Notice(Id),
}

impl Request {
    pub(super) const fn subject(&self) -> Subject {
        match *self {
            Self::Pay(Payment { id, .. }) => Subject::Pay(id),
            Self::Stored { payment: Payment { id, .. }, attempt } => Subject::Stored(id, attempt),
            Self::Reverse { id, attempt, .. } => Subject::Reverse(id, attempt),
            Self::Query { id, attempt } | Self::QueryOrder { id, attempt, .. } => {
                Subject::Query(id, attempt)
            }
            Self::Cancel { id, attempt, .. } => Subject::Cancel(id, attempt),
            Self::RefundOrder { id, attempt, .. } => Subject::RefundOrder(id, attempt),
            Self::Settle { id, .. } => Subject::Settle(id),
            Self::Upload { id, last, .. } => Subject::Upload(id, last),
            Self::End { id, .. } => Subject::End(id),
            Self::SignOff { attempt } => Subject::SignOff(attempt),
        }
    }

    /// The payment that it takes back, if it does that.
    pub(super) const fn takes_back(&self) -> Option<Id> {
        match *self {
            Self::Reverse { id, .. } | Self::Cancel { id, .. } => Some(id),
            _ => None,
        }
    }
}

/// From an acquirer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Response {
    pub(super) to: Subject,
    /// DE39; none in the answer to a UnionPay-style 0500.
    pub(super) code: Option<String>,
    /// DE37, 12 digits.
    pub(super) rrn: Option<String>,
    /// DE38, 6 digits.
    pub(super) auth_code: Option<String>,
    /// DE4, where another amount was approved.
    pub(super) amount: Option<u64>,
    /// DE48 of a UnionPay-style settlement.
    pub(super) de48: Option<String>,
}

impl Response {
    /// An answer of a DE39 and nothing else.
    pub(super) fn new(to: Subject, code: &str) -> Self {
        let code = Some(code.to_owned());
        Self { to, code, rrn: None, auth_code: None, amount: None, de48: None }
    }

    pub(super) fn says(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }
}

/// DE39 as these acquirers use it.
pub(super) mod code {
    pub(crate) const DONE: &str = "00";
    /// A part of the amount is approved.
    pub(crate) const PARTLY: &str = "10";
    /// No such payment.
    pub(crate) const UNKNOWN: &str = "25";
    /// The reversal came before the request.
    pub(crate) const BARRED: &str = "12";
    pub(crate) const NO_FUNDS: &str = "51";
    /// An advice that this acquirer does not take.
    pub(crate) const NOT_ALLOWED: &str = "58";
    pub(crate) const NO_SUCH_TERMINAL: &str = "03";
    /// The very same message again.
    pub(crate) const REPEATED: &str = "94";
    /// Not now.
    pub(crate) const BUSY: &str = "90";
    pub(crate) const OUT_OF_BALANCE: &str = "95";
    /// The batch is closed, and a difference is left.
    pub(crate) const CLOSED_WITH_DIFFERENCE: &str = "77";
    /// The payer of the order has not paid yet.
    pub(crate) const PENDING: &str = "P1";
    /// The order cannot be cancelled: its payer has just paid.
    pub(crate) const JUST_PAID: &str = "P2";
    /// The order can no longer be paid.
    pub(crate) const CLOSED: &str = "P3";
}

/// The line with which an acquirer greets.
pub(super) const GREETING: &str = "pos-journal demo acquirer\n";
