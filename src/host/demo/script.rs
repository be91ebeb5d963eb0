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
    /// What it is, if there is an original that allows it; a first one of the same kind of
    /// business otherwise.
    pub(super) kind: Kind,
    /// Minor units.
    pub(super) amount: u64,
    /// Where to begin to look for an original: so many payments before this one.
    pub(super) back: u32,
    /// What is special about it.
    pub(super) trait_: Trait,
    /// A contact chip: the approval has to be confirmed by a second record.
    pub(super) chip: bool,
    /// The card is pulled out before it has confirmed.
    pub(super) card_removed: bool,
    /// If no answer comes, the chip approves offline (Y3).
    pub(super) chip_decides: bool,
    /// The card number.
    pub(super) pan: String,
}

/// What is special about a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trait {
    Plain,
    /// The customer has swiped before: the card and amount of the payment before.
    SwipedAgain,
    /// With cash for the customer.
    CashBack,
    /// With a tip.
    Tip,
    Instalments,
    /// The cardholder pays in the card's own currency.
    Foreign,
    /// A refund that names its sale by the slip.
    BySlip,
}

/// Kinds and how often of a hundred they are asked for.
const KINDS: [(u32, Kind); 16] = [
    (23, Kind::Sale),
    (17, Kind::QrSale),
    (9, Kind::PreAuth),
    (6, Kind::OfflineSale),
    (2, Kind::BalanceInquiry),
    (5, Kind::Void),
    (5, Kind::Refund),
    (3, Kind::RefundVoid),
    (4, Kind::Increment),
    (4, Kind::PreAuthVoid),
    (5, Kind::Completion),
    (3, Kind::CompletionVoid),
    (3, Kind::CompletionAdvice),
    (4, Kind::TipAdjust),
    (3, Kind::ScriptResult),
    (4, Kind::QrRefund),
];

/// Payment `number` of the script.
pub(super) fn payment(seed: u64, number: u32) -> Planned {
    let planned = drawn(seed, number);
    if planned.trait_ != Trait::SwipedAgain || number < 2 {
        return planned;
    }
    let before = drawn(seed, number - 1);
    Planned { amount: before.amount, pan: before.pan, ..planned }
}

fn drawn(seed: u64, number: u32) -> Planned {
    let mut rng =
        StdRng::seed_from_u64(seed ^ u64::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let mut draw = rng.random_range(0..100);
    let mut kind = Kind::Sale;
    for (share, of) in KINDS {
        if draw < share {
            kind = of;
            break;
        }
        draw -= share;
    }
    let whole = rng.random_range(2..400) * 100;
    let amount = whole
        + match rng.random_range(0..20) {
            0 | 1 => NO_FUNDS,
            2 => PARTLY,
            3 => NOT_ALLOWED,
            _ => 20,
        };
    let chip = rng.random_ratio(2, 5) && matches!(kind, Kind::Sale | Kind::PreAuth);
    let trait_ = match (kind, rng.random_range(0..12)) {
        (Kind::Sale, 0) => Trait::SwipedAgain,
        (Kind::Sale, 1) => Trait::CashBack,
        (Kind::Sale, 2) => Trait::Tip,
        (Kind::Sale, 3) => Trait::Instalments,
        (Kind::Sale, 4 | 5) => Trait::Foreign,
        (Kind::Refund, 0..6) => Trait::BySlip,
        _ => Trait::Plain,
    };
    Planned {
        number,
        kind,
        amount,
        back: rng.random_range(1..12),
        trait_,
        chip,
        card_removed: chip && rng.random_ratio(1, 12),
        chip_decides: chip && kind == Kind::Sale && rng.random_ratio(1, 2),
        pan: format!("622202{:010}", rng.random_range(0..10_000_000_000u64)),
    }
}

const NO_FUNDS: u64 = 51;
const PARTLY: u64 = 52;
const NOT_ALLOWED: u64 = 53;

/// The acquirers' rule for an online payment: the last two digits of the amount.
pub(super) const fn answer_to(amount: u64) -> &'static str {
    match amount % 100 {
        NO_FUNDS => code::NO_FUNDS,
        PARTLY => code::PARTLY,
        _ => code::DONE,
    }
}

/// Whether the acquirer takes an offline sale of this amount.
pub(super) const fn takes_advice(amount: u64) -> bool {
    amount % 100 != NOT_ALLOWED
}

/// The cash register's reference of payment `number`.
pub(super) fn reference(number: u32) -> String {
    format!("R-{number:06}")
}

/// The number of the payment with this reference.
pub(super) fn number(reference: &Reference) -> Option<u32> {
    reference.as_str().strip_prefix("R-")?.parse().ok()
}

/// How many payments lie between two settlements of a book: never more than 100, and at least two
/// batches.
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
        let kinds: Vec<Kind> = (1..400).map(|n| payment(1, n).kind).collect();
        let missing = Kind::ALL.into_iter().find(|kind| !kinds.contains(kind));
        assert_eq!(missing, None);
        assert_eq!(KINDS.iter().map(|(share, _)| share).sum::<u32>(), 100);
    }
}
