//! What a batch adds up to, per currency.

use super::{Amount, Currency};
use heapless::Vec;
use serde::{Deserialize, Serialize};

/// How many currencies one batch of a book can hold.
pub const CURRENCIES: usize = 2;

/// A number of payments and their sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    /// How many.
    pub count: u32,
    /// Their sum, in minor units.
    pub amount: Amount,
}

impl Tally {
    /// None.
    pub const ZERO: Self = Self { count: 0, amount: Amount::ZERO };

    /// With one more payment.
    #[must_use]
    pub const fn plus(self, amount: Amount) -> Self {
        Self { count: self.count.saturating_add(1), amount: self.amount.saturating_add(amount) }
    }

    /// Without the payments of `other`.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self {
            count: self.count.saturating_sub(other.count),
            amount: self.amount.saturating_sub(other.amount),
        }
    }
}

/// The completed payments of a batch in one currency. Reversed payments and those with a
/// reversal open are not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrencyTotals {
    /// The currency.
    pub currency: Currency,
    /// Completed sales, also those that were voided later.
    pub sales: Tally,
    /// Completed refunds.
    pub refunds: Tally,
    /// Sales that a completed void cancelled.
    pub voided: Tally,
}

/// Debit and credit by the rule that a voided sale counts on neither side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Net {
    /// Sales that stand.
    pub debit: Tally,
    /// Refunds.
    pub credit: Tally,
}

impl CurrencyTotals {
    /// Nothing yet in this currency.
    #[must_use]
    pub const fn new(currency: Currency) -> Self {
        Self { currency, sales: Tally::ZERO, refunds: Tally::ZERO, voided: Tally::ZERO }
    }

    /// What a host is told that leaves voided sales out. A profile that counts both sides
    /// builds its figures from the three tallies.
    #[must_use]
    pub const fn net(&self) -> Net {
        Net { debit: self.sales.minus(self.voided), credit: self.refunds }
    }

    /// No payment is in it.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        *self == Self::new(self.currency)
    }
}

/// The totals of a batch, one entry per currency in the order of first use.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals(pub(crate) Vec<CurrencyTotals, CURRENCIES>);

impl Totals {
    /// Nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// One entry per currency, in the order of first use.
    #[must_use]
    pub fn per_currency(&self) -> &[CurrencyTotals] {
        &self.0
    }

    /// The entry of one currency.
    #[must_use]
    pub fn of(&self, currency: Currency) -> Option<&CurrencyTotals> {
        self.0.iter().find(|totals| totals.currency == currency)
    }

    /// No payment is in it.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0.iter().all(CurrencyTotals::is_zero)
    }

    /// The entry of a currency, made if there is room for it.
    pub(crate) fn entry(&mut self, currency: Currency) -> Option<&mut CurrencyTotals> {
        if self.of(currency).is_none() {
            self.0.push(CurrencyTotals::new(currency)).ok()?;
        }
        self.0.iter_mut().find(|totals| totals.currency == currency)
    }
}
