//! UnionPay-style settlement: DE48, uploads in groups of eight, an end message that is always sent.

use super::{Sides, TooManyDigits, VoidedCount, digits};
use crate::record::{Amount, CardClass, SettleClass, Stan, Totals, TotalsRow};

/// Bytes of DE48 in a 0500.
pub const DE48_BYTES: usize = 62;
/// Bytes of one card class: debit amount 12, debit count 3, credit amount 12, credit count 3, a flag.
const CLASS_BYTES: usize = 31;
/// Bytes of one payment in a 0320.
pub const DETAIL_BYTES: usize = 40;
/// Payments in one 0320.
pub const DETAILS_PER_UPLOAD: usize = 8;

/// DE48 of the 0500: domestic cards, then foreign ones, each with a flag that the host fills in
/// (0 in the request).
///
/// # Errors
/// A figure has too many digits.
pub fn unionpay_de48(
    totals: &Totals,
    voided: VoidedCount,
) -> Result<[u8; DE48_BYTES], TooManyDigits> {
    let mut field = [b'0'; DE48_BYTES];
    let classes = [CardClass::Domestic, CardClass::Foreign];
    for (part, class) in field.chunks_exact_mut(CLASS_BYTES).zip(classes) {
        let of_class = |row: &&TotalsRow| row.cards == class;
        let rows = totals.rows().iter().filter(of_class).map(|row| voided.sides(row));
        let Sides { debit, credit, .. } = rows.fold(Sides::default(), |sum, sides| Sides {
            debit: sum.debit.with(sides.debit),
            credit: sum.credit.with(sides.credit),
            ..sum
        });
        let parts = [
            (debit.amount.minor(), 12),
            (u64::from(debit.count), 3),
            (credit.amount.minor(), 12),
            (u64::from(credit.count), 3),
        ];
        digits::write_all(part, &parts)?;
    }
    Ok(field)
}

/// What the host's DE48 says: balanced where both flags (bytes 31 and 62) are 1. Anything but 1 and 2,
/// or a short field, is no answer.
#[must_use]
pub fn unionpay_answer(de48: &[u8]) -> SettleClass {
    let flags = (de48.get(CLASS_BYTES - 1), de48.get(DE48_BYTES - 1));
    match flags {
        (Some(b'1'), Some(b'1')) => SettleClass::Balanced,
        (Some(b'1' | b'2'), Some(b'1' | b'2')) => SettleClass::Unbalanced,
        _ => SettleClass::Nothing,
    }
}

/// DE60.3 of the message that ends a settlement: it is sent even when all is balanced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnionPayEnd {
    /// 207.
    Balanced,
    /// 202.
    Unbalanced,
}

impl UnionPayEnd {
    /// DE60.3.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::Balanced => 207,
            Self::Unbalanced => 202,
        }
    }
}

/// One payment of a 0320's DE48: card type 2, STAN 6, card number 20 (right-aligned, zeros before
/// it), amount 12, as public terminal sources have it; an acquirer's own specification goes first.
///
/// The card number is unsealed by the terminal for this message and stored nowhere.
///
/// # Errors
/// The amount has more than twelve digits, or `pan` is no number of at most 20 digits.
pub fn unionpay_detail(
    cards: CardClass,
    stan: Stan,
    pan: &[u8],
    amount: Amount,
) -> Result<[u8; DETAIL_BYTES], TooManyDigits> {
    let mut field = [b'0'; DETAIL_BYTES];
    let parts = [(u64::from(u8::from(cards)), 2), (u64::from(stan.get()), 6)];
    digits::write_all(&mut field, &parts)?;
    let too_long = TooManyDigits { value: pan.len() as u64, digits: 20 };
    let (_, tail) = field.split_at_mut_checked(8).ok_or(too_long)?;
    let (number, total) = tail.split_at_mut_checked(20).ok_or(too_long)?;
    let at = number.len().checked_sub(pan.len()).ok_or(too_long)?;
    if !pan.iter().all(u8::is_ascii_digit) {
        return Err(too_long);
    }
    for (to, from) in number.iter_mut().skip(at).zip(pan) {
        *to = *from;
    }
    digits::write(total, amount.minor())?;
    Ok(field)
}
