//! Whose money it is, how much, and until when waiting is right.

use jiff::civil::{Date, DateTime, Time};

use super::bill::{BillFacts, Payout, Presence};
use super::proof::{Standing, gives_back};
use super::story::Story;
use super::world::World;
use crate::host::calendar::{Due, Terms};
use crate::ledger::ItemState;
use crate::record::{Amount, HostDate, Record, Seq, Verdict};

/// What is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owed {
    /// Nothing.
    Nothing,
    /// To the merchant.
    Merchant(Amount),
    /// To the customer.
    Customer(Amount),
    /// To the customer, if anything was taken.
    Perhaps(Amount),
    /// A part to the customer, the rest to the merchant.
    Both {
        /// What was refunded.
        customer: Amount,
        /// What stands.
        merchant: Amount,
    },
    /// Counted with the payment that this one takes back.
    With(Seq),
    /// Nobody knows whose it is.
    Unknown(Option<Amount>),
}

/// Until when waiting is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// Until then.
    Date(DateTime),
    /// Not at all: something has to be done now.
    Now,
    /// Nobody can say.
    Unknown,
    /// There is nothing to wait for.
    Nothing,
}

/// A clearing date further from the terminal's date than that is not believed.
const MOST_APART_DAYS: i32 = 31;

/// The amount that was approved, or the one requested.
pub(super) fn approved(story: &Story<'_>) -> Option<Amount> {
    let approved = story.outcome.and_then(|outcome| outcome.approved_amount);
    approved.or(story.intent.map(|intent| intent.amount))
}

/// When an approved payment's money is due: by the host's clearing date where it gave one, else by
/// the terminal's time and the cut-off hour.
pub(super) fn due(story: &Story<'_>, world: &World) -> Option<Due> {
    let paid = story.local()?;
    let cleared = story.outcome.and_then(|outcome| outcome.settlement_date);
    match cleared.and_then(|date| near(date, paid.date())) {
        Some(date) => {
            let terms = Terms { cut: Time::midnight(), ..world.terms };
            terms.due(date.to_datetime(Time::midnight()), &world.calendar).ok()
        }
        None => world.terms.due(paid, &world.calendar).ok(),
    }
}

/// The date without a year, in the year that brings it nearest to another date.
fn near(date: HostDate, to: Date) -> Option<Date> {
    let (month, day) = (date.mmdd() / 100, date.mmdd() % 100);
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    let years = [to.year() - 1, to.year(), to.year() + 1];
    let dates = years.into_iter().filter_map(|year| Date::new(year, month, day).ok());
    let apart = |date: &Date| to.until(*date).map_or(i32::MAX, |span| span.get_days().abs());
    dates.min_by_key(apart).filter(|date| apart(date) <= MOST_APART_DAYS)
}

/// The bill says that the merchant has it.
pub(super) fn is_paid(bill: Option<&BillFacts>) -> bool {
    bill.is_some_and(|bill| matches!(bill.payout, Some(Payout::Paid(_))))
}

/// What is owed, by where the payment stands.
pub(super) fn owed(
    story: &Story<'_>,
    standing: Standing,
    is_double: bool,
    bill: Option<&BillFacts>,
) -> Owed {
    let back = bill.map_or(0, |bill| bill.taken_back);
    let owed = of_journal(story, standing, is_double, back);
    let (Some(bill), true) = (bill, story.original.is_none()) else { return owed };
    let charged = Amount::new(bill.charges());
    let is_settled = bill.presence == Presence::Present && !bill.is_pending;
    let nothing = matches!(standing, Standing::NotCharged(_) | Standing::Over | Standing::Doubtful);
    match (owed, is_paid(Some(bill))) {
        // Charged, although it was declined, reversed or given up.
        _ if nothing && charged > Amount::ZERO => Owed::Customer(charged),
        // Charged and taken back: it is on its way.
        (Owed::Perhaps(_), _) if nothing && is_settled => Owed::Customer(Amount::new(back)),
        (Owed::Merchant(of), true) => short(of, bill),
        (Owed::Both { customer, .. }, true) => Owed::Customer(customer),
        _ => owed,
    }
}

/// What of a payment that was paid out did not come: its row has less, or a higher fee.
fn short(of: Amount, bill: &BillFacts) -> Owed {
    let ours = bill.expected.unwrap_or(of.minor());
    let less = bill.amount.map_or(0, |amount| ours.saturating_sub(amount));
    let fee = bill.fee.zip(bill.agreed_fee).map_or(0, |(fee, agreed)| fee.saturating_sub(agreed));
    match less.saturating_add(u64::try_from(fee).unwrap_or(0)) {
        0 => Owed::Nothing,
        short => Owed::Merchant(Amount::new(short)),
    }
}

/// `back`: what a bill takes back besides.
fn of_journal(story: &Story<'_>, standing: Standing, is_double: bool, back: u64) -> Owed {
    if let Some(original) = story.original {
        return Owed::With(original);
    }
    let asked = story.intent.map(|intent| intent.amount);
    let Some(amount) = approved(story) else { return Owed::Unknown(asked) };
    let gives_back = story.intent.is_some_and(|intent| gives_back(intent.kind));
    match standing {
        Standing::Charged(_) if is_double => Owed::Perhaps(amount),
        Standing::Charged(_) | Standing::ToSend => Owed::Merchant(amount),
        Standing::PartDone => {
            let customer = given_back(story, back).unwrap_or(Amount::ZERO);
            Owed::Both { customer, merchant: amount.saturating_sub(customer) }
        }
        Standing::Done => Owed::Customer(given_back(story, back).unwrap_or(amount).min(amount)),
        Standing::ToRefund => Owed::Customer(amount),
        Standing::NotCharged(_) | Standing::Over => reversed(story, amount),
        Standing::ToQuery if gives_back => Owed::Perhaps(amount),
        Standing::Doubtful => Owed::Perhaps(amount),
        Standing::ToReverse | Standing::ToQuery | Standing::Refused | Standing::Unknown => {
            Owed::Unknown(asked)
        }
        Standing::Gone => Owed::Unknown(None),
        Standing::Inquiry => Owed::Nothing,
    }
}

fn given_back(story: &Story<'_>, back: u64) -> Option<Amount> {
    let ours = story.undone.as_ref().map(|undone| undone.back.minor());
    let theirs = Some(back).filter(|back| *back > 0);
    let both = ours.unwrap_or(0).saturating_add(theirs.unwrap_or(0));
    ours.or(theirs).map(|_| Amount::new(both))
}

/// Some answer approved it.
pub(super) fn was_approved(story: &Story<'_>) -> bool {
    story.records.iter().any(|shown| match &shown.record {
        Record::Outcome(outcome) => matches!(outcome.verdict, Verdict::Approved { .. }),
        Record::Late(late) => late.approved,
        Record::Reopen(_) => true,
        _ => false,
    })
}

fn reversed(story: &Story<'_>, amount: Amount) -> Owed {
    match (story.state, was_approved(story)) {
        (Some(ItemState::Reversed), true) => Owed::Customer(amount),
        (Some(ItemState::Reversed), false) => Owed::Perhaps(amount),
        _ => Owed::Nothing,
    }
}

/// Until when waiting is right.
pub(super) fn until(story: &Story<'_>, standing: Standing, owed: Owed, world: &World) -> Until {
    use Standing as S;
    let paid_out = || due(story, world).map(|due| due.late_after);
    let date = |at: Option<DateTime>| at.map_or(Until::Unknown, Until::Date);
    let is_settled = matches!(standing, S::Done | S::PartDone | S::NotCharged(_) | S::Over);
    match (standing, owed) {
        (S::Charged(_), Owed::Merchant(_)) => date(paid_out()),
        (_, Owed::Customer(_) | Owed::Perhaps(_)) if is_settled => date(back(story, world)),
        // Whichever has to come first.
        (_, Owed::Both { .. }) => date(paid_out().into_iter().chain(back(story, world)).min()),
        (_, Owed::With(_)) if is_settled => Until::Nothing,
        (S::Gone, _) | (_, Owed::Nothing) => Until::Nothing,
        _ => Until::Now,
    }
}

/// When the customer's money has to be back, counted from the last thing that gave it back.
fn back(story: &Story<'_>, world: &World) -> Option<DateTime> {
    let by = story.undone.iter().flat_map(|undone| &undone.by);
    let of_undo = by.filter_map(|shown| match &shown.record {
        Record::Intent(intent) => Story::at(&intent.moment),
        _ => None,
    });
    let since = of_undo.max().or_else(|| story.local())?;
    Some(world.refunds.due(since, &world.calendar).ok()?.late_after)
}
