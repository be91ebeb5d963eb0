//! What is approved, and why not.

use super::super::script;
use super::super::wire::{Kind, Payment, code};
use super::books::{Booked, Books, holds};

/// A completion may be so much of its hold, in percent.
const COMPLETION_PERCENT: u64 = 115;

impl Books {
    /// The amount that is approved, or the DE39 with which it is declined.
    pub(super) fn judge(&self, payment: &Payment) -> Result<u64, &'static str> {
        let amount = payment.amount;
        match payment.kind {
            Kind::Sale | Kind::PreAuth => match script::answer_to(amount) {
                code::DONE => Ok(amount),
                code::PARTLY => Ok(amount / 2),
                refused => Err(refused),
            },
            Kind::OfflineSale if !script::takes_advice(amount) => Err(code::NOT_ALLOWED),
            Kind::OfflineSale | Kind::BalanceInquiry => Ok(amount),
            _ => {
                let named = payment.original.as_ref().and_then(|named| self.find(named));
                let original = named.ok_or(code::UNKNOWN)?;
                if self.can_follow(original, payment) { Ok(amount) } else { Err(code::UNKNOWN) }
            }
        }
    }

    fn can_follow(&self, original: &Booked, payment: &Payment) -> bool {
        const SALES: &[Kind] =
            &[Kind::Sale, Kind::OfflineSale, Kind::Completion, Kind::CompletionAdvice];
        let (id, amount) = (original.payment.id, payment.amount);
        let is = |kinds: &[Kind]| kinds.contains(&original.payment.kind) && original.stands();
        let here = payment.id.batch == id.batch && !self.is_closed(id.batch);
        let left = self.left_of(original);
        match payment.kind {
            Kind::Void => is(&[Kind::Sale, Kind::OfflineSale]) && here && left == amount,
            Kind::CompletionVoid => is(&[Kind::Completion]) && here && left == amount,
            Kind::RefundVoid => is(&[Kind::Refund]) && here && left == amount,
            Kind::Refund => is(SALES) && amount <= left,
            Kind::QrRefund => is(&[Kind::QrSale]) && amount <= left,
            Kind::TipAdjust => is(SALES) && here && left > 0,
            Kind::Increment => self.hold_of(original).is_some(),
            Kind::PreAuthVoid => self.hold_of(original) == Some(amount),
            Kind::Completion | Kind::CompletionAdvice => {
                self.hold_of(original).is_some_and(|hold| 100 * amount <= COMPLETION_PERCENT * hold)
            }
            // Told, whatever became of the payment.
            Kind::ScriptResult => true,
            Kind::Sale
            | Kind::PreAuth
            | Kind::OfflineSale
            | Kind::BalanceInquiry
            | Kind::QrSale => false,
        }
    }

    /// What is left of a payment after its voids and refunds, tips included.
    fn left_of(&self, original: &Booked) -> u64 {
        let id = original.payment.id;
        if self.is_undone(id) {
            return 0;
        }
        self.followers(id).fold(original.amount, |left, follower| match follower.payment.kind {
            Kind::TipAdjust => left + follower.amount,
            Kind::Refund | Kind::QrRefund if !self.is_undone(follower.payment.id) => {
                left.saturating_sub(follower.amount)
            }
            _ => left,
        })
    }

    /// The amount of a hold with its increments, while it is one.
    fn hold_of(&self, original: &Booked) -> Option<u64> {
        let id = original.payment.id;
        let completed = |follower: &Booked| {
            matches!(follower.payment.kind, Kind::Completion | Kind::CompletionAdvice)
                && !self.is_undone(follower.payment.id)
        };
        let ended = self.is_undone(id) || self.followers(id).any(completed);
        if original.payment.kind != Kind::PreAuth || !original.stands() || ended {
            return None;
        }
        let added = self.followers(id).filter(|follower| holds(follower.payment.kind) > 0);
        Some(original.amount + added.map(|follower| follower.amount).sum::<u64>())
    }
}
