//! Plain ISO 8583:1987: DE74 to 77, 86 to 89 and 97, one message per currency.

use super::{TooManyDigits, VoidedCount, digits};
use crate::record::{Tally, TotalsRow};

/// The data elements of one currency, as digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IsoFigures {
    /// DE74, credits, number.
    pub credits: [u8; 10],
    /// DE75, credits, reversal number: voided refunds.
    pub credits_cancelled: [u8; 10],
    /// DE76, debits, number.
    pub debits: [u8; 10],
    /// DE77, debits, reversal number: voided sales.
    pub debits_cancelled: [u8; 10],
    /// DE86, credits, amount.
    pub credits_amount: [u8; 16],
    /// DE87, credits, reversal amount.
    pub credits_cancelled_amount: [u8; 16],
    /// DE88, debits, amount.
    pub debits_amount: [u8; 16],
    /// DE89, debits, reversal amount.
    pub debits_cancelled_amount: [u8; 16],
    /// DE97, net settlement: `D` or `C` and 16 digits. `D`: the cardholders pay the merchant.
    pub net: [u8; 17],
}

/// The data elements of one row.
///
/// # Errors
/// A figure has too many digits.
pub fn iso_figures(row: &TotalsRow, voided: VoidedCount) -> Result<IsoFigures, TooManyDigits> {
    let sides = voided.sides(row);
    let (debit, credit) = (sides.debit.amount.minor(), sides.credit.amount.minor());
    let mut net = [b'D'; 17];
    if let Some((sign, field)) = net.split_first_mut() {
        *sign = if debit >= credit { b'D' } else { b'C' };
        digits::write(field, debit.abs_diff(credit))?;
    }
    Ok(IsoFigures {
        credits: count(sides.credit)?,
        credits_cancelled: count(sides.credit_cancelled)?,
        debits: count(sides.debit)?,
        debits_cancelled: count(sides.debit_cancelled)?,
        credits_amount: amount(sides.credit)?,
        credits_cancelled_amount: amount(sides.credit_cancelled)?,
        debits_amount: amount(sides.debit)?,
        debits_cancelled_amount: amount(sides.debit_cancelled)?,
        net,
    })
}

fn count(tally: Tally) -> Result<[u8; 10], TooManyDigits> {
    let mut field = [0; 10];
    digits::write(&mut field, u64::from(tally.count)).map(|()| field)
}

fn amount(tally: Tally) -> Result<[u8; 16], TooManyDigits> {
    let mut field = [0; 16];
    digits::write(&mut field, tally.amount.minor()).map(|()| field)
}
