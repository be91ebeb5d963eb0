//! What a 0500 says: debit and credit of a batch, and the data elements that carry them.
//!
//! | layout | carried in | the host says |
//! |---|---|---|
//! | [`UnionPay`](Layout::UnionPay) | DE48, domestic then foreign cards | DE48 bytes 31 and 62: 1 balanced, 2 not; no DE39 |
//! | [`Asian`](Layout::Asian) | DE63, DE3 = 920000, then 960000 | DE39: 00, 95 not, 77 closed with a difference |
//! | [`Iso`](Layout::Iso) | DE74 to 77, 86 to 89, 97 | DE39 |
//!
//! How a voided sale counts ([`VoidedCount`]) is a choice of its own: some hosts book the sale as a
//! debit and its void as a credit, others want neither.

mod asian;
mod digits;
mod iso;
mod unionpay;

pub use asian::{AsianStep, asian_de63};
pub use iso::{IsoFigures, iso_figures};
pub use unionpay::{
    DE48_BYTES, DETAIL_BYTES, DETAILS_PER_UPLOAD, UnionPayEnd, unionpay_answer, unionpay_de48,
    unionpay_detail,
};

use crate::record::{Tally, Totals, TotalsRow};
use core::fmt;

/// How the 0500 carries its figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Layout {
    /// DE48 with three-digit counts, domestic and foreign cards apart.
    UnionPay,
    /// DE63 with three-digit counts.
    Asian,
    /// DE74 to 97 with ten-digit counts.
    Iso,
}

impl Layout {
    /// Digits of a count.
    #[must_use]
    pub const fn count_digits(self) -> u32 {
        match self {
            Self::UnionPay | Self::Asian => 3,
            Self::Iso => 10,
        }
    }

    /// Digits of an amount.
    #[must_use]
    pub const fn amount_digits(self) -> u32 {
        match self {
            Self::UnionPay | Self::Asian => 12,
            Self::Iso => 16,
        }
    }
}

/// Whether a sale that was voided counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoidedCount {
    /// The sale among the debits, its void among the credits.
    BothSides,
    /// On neither side.
    Neither,
}

/// Debit and credit, with what was cancelled apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sides {
    /// Sales.
    pub debit: Tally,
    /// Refunds.
    pub credit: Tally,
    /// Voided sales, where they are told apart.
    pub debit_cancelled: Tally,
    /// Voided refunds, where they are told apart.
    pub credit_cancelled: Tally,
}

impl VoidedCount {
    /// The two sides of a row.
    #[must_use]
    pub const fn sides(self, row: &TotalsRow) -> Sides {
        match self {
            Self::BothSides => Sides {
                debit: row.sales.with(row.refunds_voided),
                credit: row.refunds.with(row.voided),
                debit_cancelled: Tally::ZERO,
                credit_cancelled: Tally::ZERO,
            },
            Self::Neither => {
                let net = row.net();
                Sides {
                    debit: net.debit,
                    credit: net.credit,
                    debit_cancelled: row.voided,
                    credit_cancelled: row.refunds_voided,
                }
            }
        }
    }
}

/// A figure has more digits than its field: settle before the payment that makes it so.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyDigits {
    /// The count or amount.
    pub value: u64,
    /// Digits of its field.
    pub digits: u32,
}

impl fmt::Display for TooManyDigits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { value, digits } = self;
        write!(f, "{value} does not fit the {digits} digits of the settlement: settle first")
    }
}

impl core::error::Error for TooManyDigits {}

/// Whether `more` payments of up to `amount` each still fit the figures of a batch.
///
/// # Errors
/// The figure that could overflow.
pub fn check_digits(
    layout: Layout,
    voided: VoidedCount,
    totals: &Totals,
    more: u32,
    amount: u64,
) -> Result<(), TooManyDigits> {
    let most_amount = u64::from(more).saturating_mul(amount);
    let zero = [Sides::default()];
    let rows = totals.rows().iter().map(|row| voided.sides(row));
    for sides in rows.chain(zero) {
        for tally in [sides.debit, sides.credit] {
            let count = u64::from(tally.count).saturating_add(u64::from(more));
            digits::fits(count, layout.count_digits())?;
            digits::fits(tally.amount.minor().saturating_add(most_amount), layout.amount_digits())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
