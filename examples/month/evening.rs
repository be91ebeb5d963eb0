//! `explain` over every payment, twice: the evening it was made, with the bills of its day; and weeks later, with
//! the bank's statement too.
//!
//! | payment | on its evening `explain` may say |
//! |---|---|
//! | planted, and not by what only time shows | its sign, no other |
//! | approved, and it stands | not due yet; nobody knows when (the clock was wrong) |
//! | a hold | nothing |
//! | approved, and a void or refund of it | that |
//! | approved, and the host knows no void of it that was sent | that nobody can tell |
//! | declined | whose fault, by DE39 |
//! | reversed | that |
//! | unknown to the host | whatever went wrong before: line, power, issuer, switch |
//! | never sent | that |
//!
//! | payment | weeks later |
//! |---|---|
//! | planted | its sign, no other |
//! | in a bill, of a day that was not paid out | that |
//! | in a bill | credited, and on which day; else only what it said on its evening |
//! | else | what it said on its evening |

use super::accounts::{self, PROFILES};
use super::compare::{Told, Verdict};
use super::join::{FACTS, Joined, RATES, WEEKS, dump, unpaid_day};
use super::plants::What;
use super::script::{self, Month};
use crate::acquirer::Failure;
use jiff::ToSpan;
use jiff::civil::{DateTime, Time};
use pos_journal::dump::{Export, Image, Outline, outline};
use pos_journal::host::explain::{BillFacts, BillSource, Finding, Owed, Payout, Sign, Story};
use pos_journal::host::explain::{World, explain, stories};
use pos_journal::host::{BillsArgs, BillsTold, Lang};
use pos_journal::ledger::ItemState;
use pos_journal::record::{Seq, TransactionKind as Kind};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Everything that a terminal did on a day, as its dump of that night tells it.
pub fn explained(
    dir: &Path,
    month: &Month,
    (terminal, day): (u32, u32),
    verdict: &Verdict,
    joined: &mut Joined,
) -> Result<(), Failure> {
    let path = dump(dir, terminal, day);
    let file = fs::read(&path)?;
    let named = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let export = Export::read(&file).map_err(|error| named(&error))?;
    let image = Image::of_export(&export).map_err(|error| named(&error))?;
    let outline = outline(&image);
    let tonight = World::new(evening_of(day)?);
    let later = World::new(evening_of(day + WEEKS)?);
    let bills = bills(dir, day, &outline, (&tonight, false), joined)?;
    let statements = self::bills(dir, day, &outline, (&later, true), joined)?;
    let stories: BTreeMap<Seq, Story<'_>> =
        stories(&outline).into_iter().map(|story| (story.item, story)).collect();
    let of_day = |reference: &str| script::numbers(reference).is_some_and(|(of, _)| of == day);
    let in_doubt = in_doubt(terminal, verdict);
    for (key, told) in &verdict.told {
        if told.item.0 != terminal || !of_day(&told.reference) {
            continue;
        }
        let name = format!("{key} ({})", told.reference);
        let item = told.item.1;
        let Some(story) = stories.get(&item) else {
            joined.differences.push(format!("{name}: not in the dump of its night"));
            continue;
        };
        let in_doubt = in_doubt.get(&item);
        let planted = verdict.planted.get(key).copied();
        let (bill, paid) = (bills.facts(item), statements.facts(item));
        let found = explain(story, bill.as_ref(), &tonight);
        let at_last = explain(story, paid.as_ref(), &later);
        joined.owed += match in_doubt {
            Some(refunded) => told.amount as i64 - refunded,
            None => found.as_ref().map_or(0, owed_to_merchant),
        };
        let usual = |sign: Option<Sign>| match in_doubt {
            Some(_) => sign == Some(Sign::BeingUndone),
            None => may_be(story, sign),
        };
        let [first, last] = [&found, &at_last].map(|found| found.as_ref().map(|found| found.sign));
        let unpaid = unpaid_day(month, told).filter(|_| is_billed(paid.as_ref()));
        let is_right_first = match planted.filter(|what| *what != What::RowMissing) {
            Some(what) => first == Some(what.sign()),
            None => usual(first),
        };
        let is_right_last = match (planted, unpaid) {
            (Some(what), _) => last == Some(what.sign()),
            (None, Some(_)) => last == Some(What::PayoutMissing.sign()),
            (None, None) if is_billed(paid.as_ref()) => {
                let sign = last.or(Some(Sign::NotDue));
                is_credited(paid.as_ref(), told)? && usual(sign)
            }
            (None, None) => usual(last),
        };
        if let Some(what) = planted {
            joined.plants.entry(what).or_default().1 += u32::from(is_right_first && is_right_last);
        }
        if let Some(day) = unpaid {
            *joined.unpaid.entry(day).or_insert(true) &= is_right_last;
        }
        let only_later = unpaid.is_some() || planted == Some(What::RowMissing);
        let shown = if only_later { &at_last } else { &found };
        if let Some(found) = shown {
            *joined.causes.entry(found.cause).or_default() += 1;
        }
        let times =
            [("that evening", found, is_right_first), ("weeks later", at_last, is_right_last)];
        for (when, found, _) in times.into_iter().filter(|(.., is_right)| !is_right) {
            let planted = planted.or(unpaid.map(|_| What::PayoutMissing));
            let planted = planted.map_or("nothing was planted", What::name);
            let said = found.map_or("nothing".into(), |found| {
                format!("{} ({:?}, owed {:?})", found.cause.code(), found.sign, found.owed)
            });
            joined.differences.push(format!(
                "explain: {name}, {} {}: {planted}, and {when} it says {said}",
                told.kind.name(),
                told.state
            ));
        }
    }
    Ok(())
}

/// What `explain --bill` hears: the bills of a day (the last payments may be in those of the next), and later
/// the statement.
fn bills(
    dir: &Path,
    day: u32,
    outline: &Outline,
    (world, has_statement): (&World, bool),
    joined: &mut Joined,
) -> Result<BillsTold, Failure> {
    let args = BillsArgs {
        bills: accounts::of_days(dir, day..=day + 1)?,
        bank: has_statement.then(|| dir.join("bank.csv")),
        profiles: PROFILES.map(|(name, _)| dir.join(name)).into(),
        rates: Some(dir.join(RATES.0)),
        facts: Some(dir.join(FACTS.0)),
    };
    let told = args.told(outline, world, Lang::En)?;
    if told.bad > 0 || !told.not_read.is_empty() {
        let BillsTold { bad, not_read, .. } = &told;
        joined.differences.push(format!("day {}: {bad} bad rows, {not_read:?}", day + 1));
    }
    Ok(told)
}

/// A row charges it, whose settlement has to be paid out.
fn is_billed(bill: Option<&BillFacts>) -> bool {
    bill.is_some_and(|bill| bill.payout.is_some())
}

/// The bank has credited it on the working day after the acquirer's day.
fn is_credited(bill: Option<&BillFacts>, told: &Told) -> Result<bool, Failure> {
    let Some(Payout::Paid(Some(on))) = bill.and_then(|bill| bill.payout) else { return Ok(false) };
    let Some(day) = told.booked else { return Ok(false) };
    Ok(accounts::credited(day)? == on)
}

/// Payments of which a void or refund was sent and the host says that it knows no such thing: that it came
/// to nothing is likely, and no proof; only the books can tell, and `compare` has held that they stand
/// there. With what other refunds have given back.
fn in_doubt(terminal: u32, verdict: &Verdict) -> BTreeMap<Seq, i64> {
    let amounts: BTreeMap<Seq, i64> = verdict
        .told
        .values()
        .filter(|told| told.item.0 == terminal)
        .map(|told| (told.item.1, told.amount as i64))
        .collect();
    let mut undone: BTreeMap<Seq, (bool, i64)> = BTreeMap::new();
    for told in verdict.told.values().filter(|told| told.item.0 == terminal) {
        let Some((_, original)) = told.original else { continue };
        let (unknown, back) = undone.entry(original).or_default();
        match (told.kind, told.state) {
            (Kind::Void | Kind::Refund, ItemState::NotFound) => *unknown = true,
            (Kind::Refund, ItemState::Completed) => *back += told.amount as i64,
            (Kind::Void, ItemState::Completed) => *back += amounts.get(&original).unwrap_or(&0),
            _ => {}
        }
    }
    let stands = |(item, (unknown, back)): (Seq, (bool, i64))| {
        let rest = amounts.get(&item).is_some_and(|amount| *amount > back);
        (unknown && rest).then_some((item, back))
    };
    undone.into_iter().filter_map(stands).collect()
}

/// The table at the head.
fn may_be(story: &Story<'_>, sign: Option<Sign>) -> bool {
    use ItemState as S;
    let Some(intent) = story.intent else { return false };
    let Some(sign) = sign else { return intent.kind == Kind::PreAuth };
    let undone = story.undone.is_some();
    match (story.state, intent.kind) {
        (Some(S::Completed), Kind::Void | Kind::Refund) => sign == Sign::GivesBack,
        (Some(S::Completed), _) if undone => matches!(sign, Sign::Undone | Sign::PartUndone),
        (Some(S::Completed), _) => matches!(sign, Sign::NotDue | Sign::DueUnknown),
        (Some(S::Declined), _) => matches!(sign, Sign::HolderDeclined | Sign::Declined),
        (Some(S::Reversed), _) => matches!(sign, Sign::Reversed | Sign::ReversedUnanswered),
        (Some(S::Refunded), _) => sign == Sign::PaidAfterAll,
        (Some(S::NeverSent | S::Cancelled), _) => sign == Sign::NeverSent,
        (Some(S::NotFound), _) => matches!(
            sign,
            Sign::NotFound
                | Sign::NoAnswer
                | Sign::Restarted
                | Sign::IssuerFault
                | Sign::NetworkFault
                | Sign::Clustered
                | Sign::ClusterOneBook
        ),
        _ => false,
    }
}

fn owed_to_merchant(found: &Finding<'_>) -> i64 {
    let amount = match (found.owed, found.sign) {
        (Owed::Merchant(amount), _) => amount,
        (Owed::Both { merchant, .. }, _) => merchant,
        // It is in the books until the second one is taken back.
        (Owed::Perhaps(amount), Sign::Double) => amount,
        _ => return 0,
    };
    amount.minor() as i64
}

/// The night of a day: everything is settled, nothing is paid out.
fn evening_of(day: u32) -> Result<DateTime, Failure> {
    Ok(accounts::date(day)?.to_datetime(Time::midnight()).checked_add(24.hours())?)
}
