//! What takes a payment back: a void takes all of it, a refund as much as it says, and neither where it
//! was voided itself.

use crate::dump::{Payment, Shown};
use crate::ledger::{Counts, ItemState, rule};
use crate::record::{Amount, Intent, TransactionKind};

use super::proof::{gives_back, is_sale};

/// How far a payment was taken back, the nearer to all of it the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Undo {
    /// Not at all.
    None,
    /// A void or refund of it is not decided.
    InDoubt,
    /// Refunds of a part of it are done.
    Part,
    /// It is taken back as a whole.
    Whole,
}

/// What took a payment back.
#[derive(Clone, Debug)]
pub struct Undone<'a> {
    /// How far.
    pub how: Undo,
    /// How much is proven to go back.
    pub back: Amount,
    /// The voids and refunds that count, by their first record.
    pub by: Vec<&'a Shown>,
}

/// One void or refund of a payment.
pub(super) struct Undoing<'a> {
    pub payment: &'a Payment,
    pub intent: &'a Intent,
    pub shown: &'a Shown,
    /// How far it was taken back itself.
    pub itself: Undo,
}

/// Whether a payment of this kind takes back one of that kind.
pub(super) fn takes_back(kind: TransactionKind, original: TransactionKind) -> bool {
    match gives_back(original) {
        true => rule(kind).counts == Counts::RefundsVoided,
        false => is_sale(original) && gives_back(kind),
    }
}

/// The amount that was approved, or the one requested.
pub(super) fn amount(payment: &Payment, intent: &Intent) -> Amount {
    let approved = payment.outcome.as_ref().and_then(|outcome| outcome.approved_amount);
    approved.unwrap_or(intent.amount)
}

/// How far all of them together take back a payment of this amount.
pub(super) fn together<'a>(total: Amount, all: &[Undoing<'a>], is_all: bool) -> Undone<'a> {
    let (mut whole, mut doubt, mut sum) = (false, !is_all, 0u64);
    let mut by = Vec::new();
    for one in all {
        let is_void = !matches!(rule(one.intent.kind).counts, Counts::Refunds);
        let is_done = one.payment.state == Some(ItemState::Completed);
        match (one.itself, is_done, is_void) {
            (Undo::Whole, ..) => continue,
            (Undo::None | Undo::Part, true, true) => whole = true,
            (Undo::None | Undo::Part, true, false) => {
                sum = sum.saturating_add(amount(one.payment, one.intent).minor());
            }
            (Undo::None | Undo::Part | Undo::InDoubt, ..) => doubt = true,
        }
        by.push(one.shown);
    }
    let whole = whole || (sum > 0 && sum >= total.minor());
    let how = match (whole, doubt, sum > 0) {
        (true, ..) => Undo::Whole,
        (false, true, _) => Undo::InDoubt,
        (false, false, true) => Undo::Part,
        (false, false, false) => Undo::None,
    };
    let back = if whole { total } else { Amount::new(sum) };
    Undone { how, back, by }
}
