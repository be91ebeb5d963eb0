//! What each kind of transaction is: what its silence owes, how it counts, its original.

use crate::record::TransactionKind;

/// What a payment without an answer owes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owes {
    /// A reversal, until the host confirms it.
    Reversal,
    /// A question to the host or to an operator: a refund (0220) is never reversed
    /// (UnionPay terminal field specification, 2002).
    Query,
}

/// Where a completed payment counts in the batch's totals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    /// Among the sales.
    Sales,
    /// Among the refunds.
    Refunds,
    /// Among the voided sales.
    Voided,
}

/// Whether an intent names an original payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// It never does.
    NoOriginal,
    /// It must, by record or by value.
    Original,
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
}

/// The table of kinds. A new kind is a new row.
#[must_use]
pub const fn rule(kind: TransactionKind) -> KindRule {
    use TransactionKind::{Refund, Sale, Void};
    let (owes, counts, needs) = match kind {
        Sale => (Owes::Reversal, Counts::Sales, Needs::NoOriginal),
        Void => (Owes::Reversal, Counts::Voided, Needs::Original),
        Refund => (Owes::Query, Counts::Refunds, Needs::Original),
    };
    KindRule { owes, counts, needs }
}
