//! The tools that a merchant's people have, over the whole month: `reconcile` compares all dumps with all
//! bills, `explain` says of each payment why its money is not there, the evening it was made. What is
//! planted must be named, and nothing else; what is owed must be what the acquirer's books say.
//!
//! | payment | `explain` may say |
//! |---|---|
//! | planted | its sign, no other |
//! | approved, and it stands | not due yet; nobody knows when (the clock was wrong) |
//! | a hold | nothing |
//! | approved, and a void or refund of it | that |
//! | approved, and the host knows no void of it that was sent | that nobody can tell |
//! | declined | whose fault, by DE39 |
//! | reversed | that |
//! | unknown to the host | whatever went wrong before: line, power, issuer, switch |
//! | never sent | that |

use super::compare::Verdict;
use super::plants::What;
use super::script::{self, Month};
use crate::acquirer::Failure;
use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, ToSpan};
use pos_journal::dump::{Export, Image, outline};
use pos_journal::host::explain::{BillFacts, Cause, Finding, Owed, Presence, Sign, Story, World};
use pos_journal::host::explain::{explain, stories};
use pos_journal::host::{Exit, FileArgs, Format, Lang, ReconcileArgs, StyleArgs, reconcile_report};
use pos_journal::ledger::ItemState;
use pos_journal::record::{Seq, TransactionKind as Kind};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What came out.
#[derive(Debug, Default)]
pub struct Joined {
    /// How often each plant was made, and named.
    pub plants: BTreeMap<What, (u32, u32)>,
    /// Payments by class.
    pub classes: BTreeMap<String, u32>,
    /// Payments by cause.
    pub causes: BTreeMap<Cause, u32>,
    /// Owed to the merchant, as the journals alone say it.
    pub owed: i64,
    pub differences: Vec<String>,
}

/// A payment's terminal and its own number.
type Item = (u32, Seq);

/// A line of `reconcile --format jsonl`.
#[derive(Debug, Deserialize)]
struct Line {
    class: String,
    difference: String,
    dump: Option<String>,
    payment: Option<u32>,
    terminal: Option<String>,
    stan: Option<u32>,
    bill_minor: Option<i64>,
    fee_minor: Option<i64>,
    agreed_fee_minor: Option<i64>,
    bill_number: Option<String>,
}

/// What is known of a format beyond its documents, and what was agreed about fees.
const FACTS: &str = "[unionpay]\ntrace_is_stan = true\n";
const RATES: &str = "[[rate]]\npercent = \"0.60\"\n";

pub fn join(dir: &Path, month: &Month, verdict: &Verdict) -> Result<Joined, Failure> {
    let mut joined = Joined::default();
    let facts = reconcile(dir, month, verdict, &mut joined)?;
    for terminal in 1..=month.terminals {
        for day in 0..month.days {
            evening(dir, (terminal, day), verdict, &facts, &mut joined)?;
        }
    }
    for what in What::ALL {
        let planted = verdict.planted.values().filter(|other| **other == what).count();
        joined.plants.entry(what).or_default().0 = u32::try_from(planted)?;
    }
    if joined.owed != verdict.net {
        joined.differences.push(format!(
            "owed to the merchant: {} by the journals, {} by the acquirer's books",
            joined.owed, verdict.net
        ));
    }
    Ok(joined)
}

// ---- reconcile -----------------------------------------------------------------------------

fn dump(dir: &Path, terminal: u32, day: u32) -> PathBuf {
    dir.join(script::terminal(0, terminal)).join(format!("day-{:02}.dump", day + 1))
}

/// What the bills say of each payment.
fn reconcile(
    dir: &Path,
    month: &Month,
    verdict: &Verdict,
    joined: &mut Joined,
) -> Result<BTreeMap<Item, BillFacts>, Failure> {
    let (rates, facts) = (dir.join("rates.toml"), dir.join("facts.toml"));
    fs::write(&rates, RATES)?;
    fs::write(&facts, FACTS)?;
    let terminals = 1..=month.terminals;
    let args = ReconcileArgs {
        dumps: terminals
            .flat_map(|t| (0..month.days).map(move |d| (t, d)))
            .map(|(t, d)| dump(dir, t, d))
            .collect(),
        bills: fs::read_dir(dir.join("bills"))?
            .map(|file| Ok(file?.path()))
            .collect::<Result<_, Failure>>()?,
        till: None,
        bank: None,
        profiles: Vec::new(),
        rates: Some(rates),
        facts: Some(facts),
        calendar: None,
        from: None,
        to: None,
        as_of: date(month.days)?.to_datetime(Time::midnight()).to_string(),
        weak: false,
        file: FileArgs { gaps_erased: false },
        style: StyleArgs { format: Format::Jsonl, lang: Some(Lang::En) },
    };
    let mut out = Vec::new();
    let exit = reconcile_report(&args, &mut out).map_err(|failed| failed.to_string())?;
    let items: BTreeMap<Item, &String> =
        verdict.told.iter().map(|(key, told)| (told.item, key)).collect();
    let (mut facts, mut found) = (BTreeMap::new(), 0);
    for line in out.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let line: Line = serde_json::from_slice(line)?;
        *joined.classes.entry(line.class.clone()).or_default() += 1;
        let item = line.item();
        let key = item.and_then(|item| items.get(&item));
        let planted = key.and_then(|key| verdict.planted.get(*key));
        let wanted = match planted {
            Some(What::RowMissing) => Some("journal_only"),
            Some(What::AmountWrong) => Some("amount_differs"),
            Some(What::FeeWrong) => Some("fee_differs"),
            _ => None,
        };
        let differs = (line.difference == "yes").then_some(line.class.as_str());
        found += u32::from(differs.is_some());
        if differs != wanted {
            joined.differences.push(format!(
                "reconcile: {}: {}, not {}",
                key.map_or_else(|| line.name(), |key| (*key).clone()),
                line.class,
                wanted.unwrap_or("in agreement")
            ));
        }
        if let Some(item) = item {
            facts.insert(item, line.facts());
        }
    }
    // Its exit says the same as its lines.
    let expected = if found == 0 { Exit::Clean } else { Exit::Findings };
    if exit != expected {
        joined
            .differences
            .push(format!("reconcile ends with {exit:?}, and names {found} differences"));
    }
    Ok(facts)
}

impl Line {
    fn item(&self) -> Option<Item> {
        let terminal = Path::new(self.dump.as_deref()?).parent()?.file_name()?.to_str()?;
        Some((terminal.get(6..)?.parse().ok()?, Seq(self.payment?)))
    }

    fn name(&self) -> String {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        format!(
            "{}/{:06} {}",
            text(&self.terminal),
            self.stan.unwrap_or_default(),
            text(&self.bill_number)
        )
    }

    fn facts(&self) -> BillFacts {
        BillFacts {
            presence: if self.bill_minor.is_some() { Presence::Present } else { Presence::Absent },
            amount: self.bill_minor.map(i64::unsigned_abs),
            fee: self.fee_minor,
            agreed_fee: self.agreed_fee_minor,
            ..BillFacts::default()
        }
    }
}

// ---- explain -------------------------------------------------------------------------------

/// Everything that a terminal did on a day, as its dump of that night tells it.
fn evening(
    dir: &Path,
    (terminal, day): (u32, u32),
    verdict: &Verdict,
    facts: &BTreeMap<Item, BillFacts>,
    joined: &mut Joined,
) -> Result<(), Failure> {
    let path = dump(dir, terminal, day);
    let file = fs::read(&path)?;
    let named = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let export = Export::read(&file).map_err(|error| named(&error))?;
    let image = Image::of_export(&export).map_err(|error| named(&error))?;
    let outline = outline(&image);
    let world = World::new(evening_of(day)?);
    // That a row is missing shows when its money is late.
    let later = World::new(evening_of(day + 20)?);
    let stories: BTreeMap<Seq, Story<'_>> =
        stories(&outline).into_iter().map(|story| (story.item, story)).collect();
    let of_day = |reference: &str| script::numbers(reference).is_some_and(|(of, _)| of == day);
    let in_doubt = in_doubt(terminal, verdict);
    for (key, told) in &verdict.told {
        if told.item.0 != terminal || !of_day(&told.reference) {
            continue;
        }
        let name = format!("{key} ({})", told.reference);
        let Some(story) = stories.get(&told.item.1) else {
            joined.differences.push(format!("{name}: not in the dump of its night"));
            continue;
        };
        let bill = facts.get(&told.item);
        let is_late = verdict.planted.get(key) == Some(&What::RowMissing);
        let found = explain(story, bill, if is_late { &later } else { &world });
        let sign = found.as_ref().map(|found| found.sign);
        let in_doubt = in_doubt.get(&told.item.1);
        joined.owed += match in_doubt {
            Some(refunded) => told.amount as i64 - refunded,
            None => found.as_ref().map_or(0, owed_to_merchant),
        };
        if let Some(found) = &found {
            *joined.causes.entry(found.cause).or_default() += 1;
        }
        let is_right = match verdict.planted.get(key) {
            Some(what) => {
                let is_right = sign == Some(what.sign());
                joined.plants.entry(*what).or_default().1 += u32::from(is_right);
                is_right
            }
            None if in_doubt.is_some() => sign == Some(Sign::BeingUndone),
            None => may_be(story, sign),
        };
        if !is_right {
            let planted =
                verdict.planted.get(key).map_or("nothing was planted", |what| what.name());
            let said = found.map_or("nothing".into(), |found| {
                format!("{} ({:?}, owed {:?})", found.cause.code(), found.sign, found.owed)
            });
            joined.differences.push(format!(
                "explain: {name}, {} {}: {planted}, and it says {said}",
                told.kind.name(),
                told.state
            ));
        }
    }
    Ok(())
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

/// A day of the month; day 0 is its first.
fn date(day: u32) -> Result<Date, Failure> {
    let seconds = i64::try_from(script::EPOCH)? + i64::from(day) * 86_400;
    let since = SignedDuration::from_secs(seconds);
    Ok(Date::constant(1970, 1, 1).to_datetime(Time::midnight()).checked_add(since)?.date())
}

/// The night of a day: everything is settled, nothing is paid out.
fn evening_of(day: u32) -> Result<DateTime, Failure> {
    Ok(date(day)?.to_datetime(Time::midnight()).checked_add(24.hours())?)
}
