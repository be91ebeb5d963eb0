//! Which payout or credit is a settlement's.

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Credit, Payout, Settlement};
use crate::record::Currency;

/// Money that goes out arrives at most so many days later.
const MOST_DAYS: i32 = 10;

/// Whether a payout is a settlement's, which is due on that day.
type Way = fn(&Settlement, &Payout, Option<Date>) -> bool;

/// A payout is looked for by these, in this order.
pub const WAYS: [Way; 3] = [same_day, same_amount, due_then];

fn same_day(settlement: &Settlement, payout: &Payout, _due: Option<Date>) -> bool {
    payout.mid.is_some()
        && payout.mid.as_deref() == settlement.mid.as_deref()
        && payout.for_day == Some(settlement.day)
}

fn same_amount(settlement: &Settlement, payout: &Payout, _due: Option<Date>) -> bool {
    let mids = payout.mid.as_deref().zip(settlement.mid.as_deref());
    let date = payout.made.or(payout.date);
    (payout.planned == settlement.net || payout.paid == settlement.net)
        && mids.is_none_or(|(a, b)| a == b)
        && date.is_some_and(|date| is_within(settlement.day, date))
}

fn due_then(settlement: &Settlement, payout: &Payout, due: Option<Date>) -> bool {
    let next = settlement.day.checked_add(1.days()).ok();
    let made = payout.made.or(payout.date);
    payout.mid.is_some()
        && payout.mid.as_deref() == settlement.mid.as_deref()
        && made.is_some()
        && (made == next || made == due)
}

fn is_within(from: Date, date: Date) -> bool {
    let days = (date - from).get_days();
    (0..=MOST_DAYS).contains(&days)
}

/// Uses up a credit of this amount, if there is one; its day.
pub fn take_credit(
    credits: &mut [Credit],
    id: Option<&str>,
    amount: i128,
    currency: Currency,
    from: Date,
) -> Option<Date> {
    let fits = |credit: &&mut Credit| {
        let named = id.is_some() && credit.id.as_deref() == id;
        !credit.used
            && credit.amount == amount
            && credit.currency == currency
            && (named || is_within(from, credit.date))
    };
    let found = credits.iter_mut().find(fits);
    found.map(|credit| {
        credit.used = true;
        credit.date
    })
}
