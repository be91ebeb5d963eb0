//! What a batch adds up to, per currency and class of cards.

use super::coded::coded;
use super::sparse::sparse;
use super::{Amount, Currency};
use heapless::Vec;
use serde::{Deserialize, Serialize};

/// How many rows the totals of one batch can have: currencies times classes of cards in use.
pub const ROWS: usize = 2;

coded! {
    /// Whose card it is, for settlements that tell them apart (UnionPay's DE48).
    CardClass {
        /// Of the terminal's own country.
        Domestic = 0,
        /// Of another country.
        Foreign = 1,
    }
}

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

    /// With the payments of `other`.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self {
            count: self.count.saturating_add(other.count),
            amount: self.amount.saturating_add(other.amount),
        }
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

/// The completed payments of a batch in one currency and class of cards. Reversed payments and those
/// with a reversal open are not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "StoredRow", into = "StoredRow")]
pub struct TotalsRow {
    /// The currency.
    pub currency: Currency,
    /// Whose cards.
    pub cards: CardClass,
    /// Completed sales, completions and tip adjustments, also those that were voided later.
    pub sales: Tally,
    /// Completed refunds, also those that were voided later.
    pub refunds: Tally,
    /// Sales and completions that a completed void cancelled.
    pub voided: Tally,
    /// Refunds that a completed void cancelled.
    pub refunds_voided: Tally,
    /// Tips that `sales` contains, for the merchant's report.
    pub tips: Tally,
}

/// The stored form: what is zero takes no room.
struct StoredRow {
    cards: CardClass,
    currency: Currency,
    sales: Option<Tally>,
    refunds: Option<Tally>,
    voided: Option<Tally>,
    refunds_voided: Option<Tally>,
    tips: Option<Tally>,
}

sparse! {
    StoredRow {
        tag { cards },
        always { currency },
        maybe { sales, refunds, voided, refunds_voided, tips },
    }
}

impl From<TotalsRow> for StoredRow {
    fn from(row: TotalsRow) -> Self {
        let some = |tally: Tally| (tally != Tally::ZERO).then_some(tally);
        Self {
            cards: row.cards,
            currency: row.currency,
            sales: some(row.sales),
            refunds: some(row.refunds),
            voided: some(row.voided),
            refunds_voided: some(row.refunds_voided),
            tips: some(row.tips),
        }
    }
}

impl From<StoredRow> for TotalsRow {
    fn from(row: StoredRow) -> Self {
        Self {
            currency: row.currency,
            cards: row.cards,
            sales: row.sales.unwrap_or(Tally::ZERO),
            refunds: row.refunds.unwrap_or(Tally::ZERO),
            voided: row.voided.unwrap_or(Tally::ZERO),
            refunds_voided: row.refunds_voided.unwrap_or(Tally::ZERO),
            tips: row.tips.unwrap_or(Tally::ZERO),
        }
    }
}

/// Debit and credit by the rule that a voided sale counts on neither side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Net {
    /// Sales that stand.
    pub debit: Tally,
    /// Refunds that stand.
    pub credit: Tally,
}

impl TotalsRow {
    /// Nothing yet.
    #[must_use]
    pub const fn new(currency: Currency, cards: CardClass) -> Self {
        let zero = Tally::ZERO;
        Self {
            currency,
            cards,
            sales: zero,
            refunds: zero,
            voided: zero,
            refunds_voided: zero,
            tips: zero,
        }
    }

    /// What a host is told that leaves voided payments out. A profile that counts both sides
    /// builds its figures from the tallies.
    #[must_use]
    pub const fn net(&self) -> Net {
        Net {
            debit: self.sales.minus(self.voided),
            credit: self.refunds.minus(self.refunds_voided),
        }
    }

    /// No payment is in it.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        *self == Self::new(self.currency, self.cards)
    }
}

/// The totals of a batch, one row per currency and class of cards in the order of first use.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals(pub(crate) Vec<TotalsRow, ROWS>);

impl Totals {
    /// Nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The rows, in the order of first use.
    #[must_use]
    pub fn rows(&self) -> &[TotalsRow] {
        &self.0
    }

    /// The row of one currency and class of cards.
    #[must_use]
    pub fn of(&self, currency: Currency, cards: CardClass) -> Option<&TotalsRow> {
        self.0.iter().find(|row| (row.currency, row.cards) == (currency, cards))
    }

    /// No payment is in it.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0.iter().all(TotalsRow::is_zero)
    }

    /// The row of a currency and class of cards, made if there is room for it.
    pub(crate) fn row(&mut self, currency: Currency, cards: CardClass) -> Option<&mut TotalsRow> {
        if self.of(currency, cards).is_none() {
            self.0.push(TotalsRow::new(currency, cards)).ok()?;
        }
        self.0.iter_mut().find(|row| (row.currency, row.cards) == (currency, cards))
    }
}

/// A row as version 0.1 wrote it.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct CurrencyTotalsV1 {
    currency: Currency,
    sales: Tally,
    refunds: Tally,
    voided: Tally,
}

impl From<CurrencyTotalsV1> for TotalsRow {
    fn from(old: CurrencyTotalsV1) -> Self {
        let CurrencyTotalsV1 { currency, sales, refunds, voided } = old;
        Self { sales, refunds, voided, ..Self::new(currency, CardClass::Domestic) }
    }
}

/// Totals as version 0.1 wrote them.
#[derive(Deserialize)]
pub(crate) struct TotalsV1(Vec<CurrencyTotalsV1, 2>);

impl From<TotalsV1> for Totals {
    fn from(old: TotalsV1) -> Self {
        let mut rows = Vec::new();
        // There is room: old totals had as many rows. Collecting them could panic.
        for row in old.0 {
            let _ = rows.push(TotalsRow::from(row));
        }
        Self(rows)
    }
}
