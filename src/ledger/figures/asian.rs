//! South-East Asian batches: DE63, and a second 0500 that ends the upload.

use super::{TooManyDigits, VoidedCount, digits};
use crate::record::{Totals, TotalsRow};

/// The two 0500 of a settlement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsianStep {
    /// DE3 = 920000: are the totals right?
    Totals,
    /// DE3 = 960000: the upload is complete.
    AfterUpload,
}

impl AsianStep {
    /// DE3.
    #[must_use]
    pub const fn processing_code(self) -> u32 {
        match self {
            Self::Totals => 920_000,
            Self::AfterUpload => 960_000,
        }
    }
}

/// DE63: sales (count 3, amount 12), refunds (count 3, amount 12), over all rows of the currency of the
/// first one. Such a host has a book per currency.
///
/// # Errors
/// A figure has too many digits.
pub fn asian_de63(totals: &Totals, voided: VoidedCount) -> Result<[u8; 30], TooManyDigits> {
    let currency = totals.rows().first().map(|row| row.currency);
    let (mut debit, mut credit) = Default::default();
    let of_currency = |row: &&TotalsRow| Some(row.currency) == currency;
    for sides in totals.rows().iter().filter(of_currency).map(|row| voided.sides(row)) {
        (debit, credit) = (sides.debit.with(debit), sides.credit.with(credit));
    }
    let mut field = [b'0'; 30];
    let parts = [
        (u64::from(debit.count), 3),
        (debit.amount.minor(), 12),
        (u64::from(credit.count), 3),
        (credit.amount.minor(), 12),
    ];
    digits::write_all(&mut field, &parts)?;
    Ok(field)
}
