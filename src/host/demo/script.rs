//! What the customers do: payment n of a seed is always the same.

use super::wire::{Kind, code};
use crate::record::Reference;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// One payment as the cash register asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Planned {
    /// 1 for the first.
    pub(super) number: u32,
    /// What it is, if its original allows that; a sale otherwise.
    pub(super) kind: Kind,
    /// Minor units of a sale.
    pub(super) amount: u64,
    /// How many payments before this one the original of a void or refund lies.
    pub(super) back: u32,
    /// A contact chip: the approval has to be confirmed by a second record.
    pub(super) chip: bool,
    /// The card is pulled out before it has confirmed.
    pub(super) card_removed: bool,
    /// The card number.
    pub(super) pan: String,
}

/// Payment `number` of the script.
pub(super) fn payment(seed: u64, number: u32) -> Planned {
    let mut rng =
        StdRng::seed_from_u64(seed ^ u64::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let kind = match rng.random_range(0..100) {
        0..12 => Kind::Void,
        12..20 => Kind::Refund,
        _ => Kind::Sale,
    };
    let whole = rng.random_range(1..400) * 100;
    let amount = if rng.random_ratio(1, 10) { whole + NO_FUNDS } else { whole + 20 };
    let chip = rng.random_ratio(2, 5);
    Planned {
        number,
        kind,
        amount,
        back: if kind == Kind::Void { rng.random_range(1..4) } else { rng.random_range(1..25) },
        chip,
        card_removed: chip && rng.random_ratio(1, 12),
        pan: format!("622202{:010}", rng.random_range(0..10_000_000_000u64)),
    }
}

const NO_FUNDS: u64 = 51;

/// The acquirer's rule for declining: the last two digits of the amount. `None` approves.
pub(super) const fn declines(amount: u64) -> Option<&'static str> {
    if amount % 100 == NO_FUNDS { Some(code::NO_FUNDS) } else { None }
}

/// The cash register's reference of payment `number`.
pub(super) fn reference(number: u32) -> String {
    format!("R-{number:06}")
}

/// The number of the payment with this reference.
pub(super) fn number(reference: &Reference) -> Option<u32> {
    reference.as_str().strip_prefix("R-")?.parse().ok()
}

/// How many payments a batch holds: never more than 100, and at least two batches.
pub(super) fn batch_size(transactions: u32) -> u32 {
    (transactions / 2).clamp(1, 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_asks_for_the_same_payments() {
        assert_eq!(payment(7, 12), payment(7, 12));
        assert_ne!(payment(7, 12), payment(8, 12));
    }

    #[test]
    fn every_kind_occurs() {
        let kinds: Vec<Kind> = (1..100).map(|n| payment(1, n).kind).collect();
        assert!([Kind::Sale, Kind::Void, Kind::Refund].iter().all(|kind| kinds.contains(kind)));
    }
}
