//! What the classes add up to, and that nothing is lost between them.
//!
//! Both totals are counted where payments and rows are read; the classes where each ends. For every
//! currency, to the minor unit:
//!
//! ```text
//! journals = sum over the classes + what was not examined
//! bills    = sum over the classes + what was not examined
//! journals + differences = bills, over the classes
//! ```
//!
//! The third follows from how an item is counted, and shows which amounts make the difference.

use std::collections::BTreeMap;

use super::class::Class;
use super::days::Outside;
use super::item::Item;
use crate::record::Currency;

#[derive(Default)]
pub(super) struct Sums {
    pub classes: BTreeMap<(Currency, Class), Sum>,
    pub outside: BTreeMap<(Currency, Outside), Sum>,
    journals: BTreeMap<Currency, Total>,
    bills: BTreeMap<Currency, Total>,
    /// By method: rows whose fee was judged, what they say and what was agreed.
    pub fees: BTreeMap<(Currency, &'static str), Fees>,
}

/// Payments or rows, and their amounts on both sides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub items: u64,
    /// Of these: payments of the journals, rows of the bills.
    pub payments: u64,
    pub rows: u64,
    pub journal: i128,
    pub bill: i128,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Total {
    count: u64,
    amount: i128,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fees {
    pub rows: u64,
    pub stated: i128,
    pub agreed: i128,
}

/// Sums that do not tie: a fault of this program.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Untied {
    pub currency: Currency,
    pub what: &'static str,
    pub read: (u64, i128),
    pub classed: (u64, i128),
}

impl Sums {
    /// A payment was read.
    pub fn payment(&mut self, currency: Currency, amount: i128) {
        let total = self.journals.entry(currency).or_default();
        total.count += 1;
        total.amount += amount;
    }

    /// A row was read.
    pub fn row(&mut self, currency: Currency, amount: i128) {
        let total = self.bills.entry(currency).or_default();
        total.count += 1;
        total.amount += amount;
    }

    pub fn add(&mut self, item: &Item<'_>) {
        let rows = [item.own, item.undo];
        let currency = item.entry.map(|entry| entry.currency);
        let currency = currency.or(rows.into_iter().flatten().next().map(|row| row.currency));
        let Some(currency) = currency else { return };
        let sum = self.classes.entry((currency, item.class)).or_default();
        sum.items += 1;
        sum.payments += u64::from(item.entry.is_some());
        sum.rows += rows.into_iter().flatten().count() as u64;
        sum.journal += item.journal();
        sum.bill += item.bill();
    }

    /// A payment or a row that is not examined.
    pub fn leave_out(
        &mut self,
        currency: Currency,
        why: Outside,
        journal: Option<i128>,
        bill: Option<i128>,
    ) {
        let sum = self.outside.entry((currency, why)).or_default();
        sum.items += 1;
        sum.payments += u64::from(journal.is_some());
        sum.rows += u64::from(bill.is_some());
        sum.journal += journal.unwrap_or(0);
        sum.bill += bill.unwrap_or(0);
    }

    pub fn fee(&mut self, currency: Currency, method: &'static str, stated: i64, agreed: i64) {
        let fees = self.fees.entry((currency, method)).or_default();
        fees.rows += 1;
        fees.stated += i128::from(stated);
        fees.agreed += i128::from(agreed);
    }

    pub fn currencies(&self) -> impl Iterator<Item = Currency> {
        let all = self.journals.keys().chain(self.bills.keys()).copied();
        all.collect::<std::collections::BTreeSet<_>>().into_iter()
    }

    /// Over all classes of a currency.
    pub fn total(&self, currency: Currency) -> Sum {
        let of = self.classes.iter().filter(|((c, _), _)| *c == currency);
        of.fold(Sum::default(), |all, (_, sum)| all.and(sum))
    }

    /// Payments and rows that somebody has to look at.
    pub fn differences(&self) -> u64 {
        let of = self.classes.iter().filter(|((_, class), _)| class.is_difference());
        of.map(|(_, sum)| sum.items).sum()
    }

    /// The assertion: everything that was read ended in a class, to the minor unit.
    pub fn ties(&self) -> Result<(), Untied> {
        for currency in self.currencies() {
            let outside = self.outside.iter().filter(|((c, _), _)| *c == currency);
            let all = outside.fold(self.total(currency), |all, (_, sum)| all.and(sum));
            let of = |totals: &BTreeMap<Currency, Total>| {
                let total = totals.get(&currency).copied().unwrap_or_default();
                (total.count, total.amount)
            };
            let sides = [
                ("journals", of(&self.journals), (all.payments, all.journal)),
                ("bills", of(&self.bills), (all.rows, all.bill)),
            ];
            for (what, read, classed) in sides {
                if read != classed {
                    return Err(Untied { currency, what, read, classed });
                }
            }
        }
        Ok(())
    }
}

impl Sum {
    fn and(self, other: &Self) -> Self {
        Self {
            items: self.items + other.items,
            payments: self.payments + other.payments,
            rows: self.rows + other.rows,
            journal: self.journal + other.journal,
            bill: self.bill + other.bill,
        }
    }
}
