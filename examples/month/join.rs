//! The tools that a merchant's people have, over the whole month: `reconcile` compares all dumps with all
//! bills and the bank's statement; `explain` (in `evening`) says of each payment why its money is not there.
//! What is planted must be named, and nothing else; what is owed must be what the acquirer's books say.

use super::accounts::{self, PROFILES};
use super::compare::{Told, Verdict};
use super::evening;
use super::plants::{self, What};
use super::script::{self, Month};
use crate::acquirer::Failure;
use crate::terminal::till::{CARDS, WALLET};
use jiff::civil::Time;
use pos_journal::host::explain::Cause;
use pos_journal::host::{Exit, FileArgs, Format, Lang, ReconcileArgs, StyleArgs, reconcile_report};
use pos_journal::record::Seq;
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
    /// The days of which a payout is missing, and whether each of their payments says so.
    pub unpaid: BTreeMap<u32, bool>,
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
    bill_number: Option<String>,
}

/// What is known of a format beyond its documents, and what was agreed about fees.
pub const FACTS: (&str, &str) = ("facts.toml", "[unionpay]\ntrace_is_stan = true\n");
pub const RATES: (&str, &str) = ("rates.toml", "[[rate]]\npercent = \"0.60\"\n");
/// Days after which nothing is on its way any more.
pub const WEEKS: u32 = 20;

pub fn join(dir: &Path, month: &Month, verdict: &Verdict) -> Result<Joined, Failure> {
    let mut joined = Joined::default();
    reconcile(dir, month, verdict, &mut joined)?;
    for terminal in 1..=month.terminals {
        for day in 0..month.days {
            evening::explained(dir, month, (terminal, day), verdict, &mut joined)?;
        }
    }
    for what in What::OF_PAYMENTS {
        let planted = verdict.planted.values().filter(|other| **other == what).count();
        joined.plants.entry(what).or_default().0 = u32::try_from(planted)?;
    }
    let unpaid: Vec<u32> =
        (0..month.days).filter(|day| plants::is_unpaid(month, *day, WALLET)).collect();
    let named = unpaid.iter().filter(|day| joined.unpaid.get(day) == Some(&true)).count();
    let counts = (u32::try_from(unpaid.len())?, u32::try_from(named)?);
    joined.plants.insert(What::PayoutMissing, counts);
    if named < unpaid.len() {
        joined.differences.push(format!("of {unpaid:?} {named} missing payouts are named"));
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

pub fn dump(dir: &Path, terminal: u32, day: u32) -> PathBuf {
    dir.join(script::terminal(0, terminal)).join(format!("day-{:02}.dump", day + 1))
}

/// Some weeks later, when everything is paid out that ever is.
fn reconcile(
    dir: &Path,
    month: &Month,
    verdict: &Verdict,
    joined: &mut Joined,
) -> Result<(), Failure> {
    fs::write(dir.join(RATES.0), RATES.1)?;
    fs::write(dir.join(FACTS.0), FACTS.1)?;
    let terminals = 1..=month.terminals;
    let args = ReconcileArgs {
        dumps: terminals
            .flat_map(|t| (0..month.days).map(move |d| (t, d)))
            .map(|(t, d)| dump(dir, t, d))
            .collect(),
        bills: accounts::of_days(dir, 0..=month.days)?,
        till: None,
        bank: Some(dir.join("bank.csv")),
        profiles: PROFILES.map(|(name, _)| dir.join(name)).into(),
        rates: Some(dir.join(RATES.0)),
        facts: Some(dir.join(FACTS.0)),
        calendar: None,
        from: None,
        to: None,
        as_of: accounts::date(month.days + WEEKS)?.to_datetime(Time::midnight()).to_string(),
        weak: false,
        file: FileArgs { gaps_erased: false },
        style: StyleArgs { format: Format::Jsonl, lang: Some(Lang::En) },
    };
    let mut out = Vec::new();
    let exit = reconcile_report(&args, &mut out).map_err(|failed| failed.to_string())?;
    let items: BTreeMap<Item, &String> =
        verdict.told.iter().map(|(key, told)| (told.item, key)).collect();
    let mut found = 0;
    for line in out.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let line: Line = serde_json::from_slice(line)?;
        *joined.classes.entry(line.class.clone()).or_default() += 1;
        let item = line.item();
        let key = item.and_then(|item| items.get(&item));
        let planted = key.and_then(|key| verdict.planted.get(*key));
        let is_unpaid = key
            .and_then(|key| verdict.told.get(*key))
            .is_some_and(|told| unpaid_day(month, told).is_some() && line.bill_minor.is_some());
        let wanted = match planted {
            Some(What::RowMissing | What::Held) => Some("journal_only"),
            Some(What::AmountWrong) => Some("amount_differs"),
            Some(What::FeeWrong) => Some("fee_differs"),
            // The other merchant's account is not on this one's statement.
            Some(What::OtherMerchant) => Some("not_paid_out"),
            _ if is_unpaid => Some("not_paid_out"),
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
    }
    // Its exit says the same as its lines.
    let expected = if found == 0 { Exit::Clean } else { Exit::Findings };
    if exit != expected {
        joined
            .differences
            .push(format!("reconcile ends with {exit:?}, and names {found} differences"));
    }
    Ok(())
}

/// The day of which no payout comes, if this payment is part of it.
pub fn unpaid_day(month: &Month, told: &Told) -> Option<u32> {
    let day = told.booked?;
    let book = if told.order.is_some() { WALLET } else { CARDS };
    plants::is_unpaid(month, day, book).then_some(day)
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
}
