//! What each kind of transaction is: what its silence owes, how it counts, its original.
//!
//! | kind | owes | counts | original | scope |
//! |---|---|---|---|---|
//! | Sale | Reversal | Sales | none | Anywhere |
//! | Void | Reversal | Voided | Sale, OfflineSale | Here |
//! | Refund | Query | Refunds | Sale, Completion, CompletionAdvice, OfflineSale | Anywhere |
//! | PreAuth | Reversal | None | none | Anywhere |
//! | Increment | Reversal | None | PreAuth | Anywhere |
//! | PreAuthVoid | Reversal | None | PreAuth | Anywhere |
//! | Completion | Reversal | Sales | PreAuth | Anywhere |
//! | CompletionVoid | Reversal | Voided | Completion | Here |
//! | RefundVoid | Reversal | RefundsVoided | Refund | Here |
//! | CompletionAdvice | Advice | Sales | PreAuth | Anywhere |
//! | OfflineSale | Advice | Sales | none | Anywhere |
//! | TipAdjust | Advice | Tip | Sale, Completion, OfflineSale | Batch |
//! | ScriptResult | Notice | None | any | Anywhere |
//! | QrSale | Order | Sales | none | Anywhere |
//! | QrRefund | Query | Refunds | QrSale | Anywhere |
//! | BalanceInquiry | Nothing | None | none | Anywhere |
//!
//! A test compares the table above with [`rule`].

use crate::record::TransactionKind;

/// What a payment without an answer owes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owes {
    /// A reversal, until the host confirms it.
    Reversal,
    /// A question to the host or to an operator: a refund (0220) is never reversed
    /// (UnionPay terminal field specification, 2002). Where the host declares it idempotent it may
    /// be sent again instead, identically: an attempt.
    Query,
    /// The same message again (0220, then 0221), until the host answers it.
    Advice,
    /// As an advice, and nothing waits for it.
    Notice,
    /// A question, then a cancel with the same order number (QR).
    Order,
    /// Nothing: no money moves.
    Nothing,
}

impl Owes {
    /// It is stored first and sent when there is time: the host is not asked before the goods leave.
    #[must_use]
    pub const fn is_offline(self) -> bool {
        matches!(self, Self::Advice | Self::Notice)
    }
}

/// Where a completed payment counts in the batch's totals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    /// Nowhere.
    None,
    /// Among the sales.
    Sales,
    /// Among the refunds.
    Refunds,
    /// Among the voided sales and completions.
    Voided,
    /// Among the voided refunds.
    RefundsVoided,
    /// Its amount among the sales and the tips, its number nowhere.
    Tip,
}

impl Counts {
    /// It takes another payment out of the totals.
    #[must_use]
    pub const fn is_void(self) -> bool {
        matches!(self, Self::Voided | Self::RefundsVoided)
    }
}

/// Whether an intent names an original payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// It never does.
    NoOriginal,
    /// It must, by record or by value: a payment of one of these kinds.
    Original(&'static [TransactionKind]),
    /// It must: any payment.
    Any,
}

/// Where an original payment has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Also at another terminal, or in a batch long closed.
    Anywhere,
    /// If it is in this journal, then in the open batch.
    Batch,
    /// In this journal and in the open batch.
    Here,
}

/// The rules of one kind of transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindRule {
    /// What silence owes.
    pub owes: Owes,
    /// Where it counts.
    pub counts: Counts,
    /// Whether it names an original.
    pub needs: Needs,
    /// Where the original has to be.
    pub scope: Scope,
}

/// The table of kinds. A new kind is a new row.
#[must_use]
pub const fn rule(kind: TransactionKind) -> KindRule {
    use Needs::{Any, NoOriginal, Original};
    use Scope::{Anywhere, Batch, Here};
    use TransactionKind as K;
    const SALES: &[K] = &[K::Sale, K::Completion, K::CompletionAdvice, K::OfflineSale];
    const TIPPED: &[K] = &[K::Sale, K::Completion, K::OfflineSale];
    let (owes, counts, needs, scope) = match kind {
        K::Sale => (Owes::Reversal, Counts::Sales, NoOriginal, Anywhere),
        K::Void => (Owes::Reversal, Counts::Voided, Original(&[K::Sale, K::OfflineSale]), Here),
        K::Refund => (Owes::Query, Counts::Refunds, Original(SALES), Anywhere),
        K::PreAuth => (Owes::Reversal, Counts::None, NoOriginal, Anywhere),
        K::Increment => (Owes::Reversal, Counts::None, Original(&[K::PreAuth]), Anywhere),
        K::PreAuthVoid => (Owes::Reversal, Counts::None, Original(&[K::PreAuth]), Anywhere),
        K::Completion => (Owes::Reversal, Counts::Sales, Original(&[K::PreAuth]), Anywhere),
        K::CompletionVoid => (Owes::Reversal, Counts::Voided, Original(&[K::Completion]), Here),
        K::RefundVoid => (Owes::Reversal, Counts::RefundsVoided, Original(&[K::Refund]), Here),
        K::CompletionAdvice => (Owes::Advice, Counts::Sales, Original(&[K::PreAuth]), Anywhere),
        K::OfflineSale => (Owes::Advice, Counts::Sales, NoOriginal, Anywhere),
        K::TipAdjust => (Owes::Advice, Counts::Tip, Original(TIPPED), Batch),
        K::ScriptResult => (Owes::Notice, Counts::None, Any, Anywhere),
        K::QrSale => (Owes::Order, Counts::Sales, NoOriginal, Anywhere),
        K::QrRefund => (Owes::Query, Counts::Refunds, Original(&[K::QrSale]), Anywhere),
        K::BalanceInquiry => (Owes::Nothing, Counts::None, NoOriginal, Anywhere),
    };
    KindRule { owes, counts, needs, scope }
}

/// An order number is its idempotency key: without one it cannot be asked about.
pub(super) const fn needs_order(kind: TransactionKind) -> bool {
    matches!(kind, TransactionKind::QrSale | TransactionKind::QrRefund)
}
