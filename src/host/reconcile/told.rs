//! What bills say of each payment of a journal, for `explain`, `report` and `evidence`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::beside::{Beside, line};
use super::class::Standing;
use super::entry::Side;
use super::gather::{Gathering, Journals, Task};
use super::outcome::Outcome;
use super::pairing::Paired;
use super::payouts::Verdict;
use super::row::Row;
use super::sink::Sink;
use super::{Failed, configured_by};
use crate::dump::Outline;
use crate::host::bills::{Format, NotOpened, PayoutState};
use crate::host::explain::words::{fill, frame};
use crate::host::explain::{BillFacts, BillSource, Payout, Presence, World};
use crate::host::{Exit, Lang, open};
use crate::record::{Record, Seq};

/// The bills that are compared with a journal.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct BillsArgs {
    /// Bills and payout records in any format that `bill` reads: what they say of each payment counts
    #[arg(long = "bill", num_args = 1.., value_name = "FILE")]
    pub bills: Vec<PathBuf>,
    /// A bank statement, in neutral CSV or in a format that a profile describes
    #[arg(long, value_name = "FILE")]
    pub bank: Option<PathBuf>,
    /// The description of a further format of bills (TOML); may be given more than once
    #[arg(long = "profile", value_name = "TOML")]
    pub profiles: Vec<PathBuf>,
    /// The rates agreed with the acquirer and their rounding (TOML), as for `reconcile`
    #[arg(long, value_name = "TOML")]
    pub rates: Option<PathBuf>,
    /// What is known beyond the documents of the formats (TOML), as for `bill`
    #[arg(long, value_name = "TOML")]
    pub facts: Option<PathBuf>,
}

/// What bills say of the payments of a journal.
#[derive(Debug, Default)]
pub struct Told {
    facts: BTreeMap<Seq, BillFacts>,
    /// Rows that were read, and those that cannot be used.
    pub rows: u64,
    /// See `rows`.
    pub bad: u64,
    /// Payments of which rows may be, without a number that says so.
    pub unnamed: usize,
    /// Files that cannot be read, and why.
    pub not_read: Vec<String>,
    is_given: bool,
}

impl BillSource for Told {
    fn facts(&self, item: Seq) -> Option<BillFacts> {
        self.facts.get(&item).cloned()
    }

    fn is_given(&self) -> bool {
        self.is_given
    }
}

impl BillsArgs {
    /// Reads the bills and puts their rows to the payments.
    ///
    /// # Errors
    /// What is wrong with a file that says how to read or judge.
    pub fn told(&self, outline: &Outline, world: &World, lang: Lang) -> Result<Told, String> {
        if self.bills.is_empty() && self.bank.is_none() {
            return Ok(Told::default());
        }
        self.read(outline, world, lang).map_err(|failed| failed.to_string())
    }

    fn read(&self, outline: &Outline, world: &World, lang: Lang) -> Result<Told, Failed> {
        let (reader, mut rates) =
            configured_by(self.facts.as_deref(), &self.profiles, self.rates.as_deref())?;
        // One agreement says when money is due.
        rates.settlement = world.terms;
        let task = Task {
            reader: &reader,
            rates: &rates,
            calendar: &world.calendar,
            forced: None,
            now: world.now,
            weak: false,
            lang,
        };
        let mut journals = Journals::default();
        journals.add("", outline);
        let mut sink = Sink::Nobody;
        let mut gathering = Gathering::new(&task, journals, &mut sink);
        gathering.listen();
        gathering.bills(&self.bills)?;
        if let Some(bank) = &self.bank {
            gathering.bank(reader.open(bank));
        }
        let merchants = merchants(outline);
        let mut outcome = gathering.finish(None)?;
        let mut told = Told {
            rows: outcome.bills.iter().map(|bill| bill.rows).sum(),
            bad: outcome.bad.count,
            not_read: outcome.not_read.iter().map(|not_read| why(not_read, lang)).collect(),
            is_given: true,
            ..Told::default()
        };
        for mut heard in std::mem::take(&mut outcome.told) {
            let ours = merchants.get(&heard.item);
            let theirs = heard.merchant.as_deref().map(str::trim).filter(|mid| !mid.is_empty());
            heard.facts.other_merchant =
                ours.zip(theirs).is_some_and(|(ours, theirs)| ours.trim() != theirs);
            told.unnamed += usize::from(heard.facts.presence == Presence::Unnamed);
            told.facts.insert(heard.item, heard.facts);
        }
        Ok(told)
    }
}

impl Told {
    /// Says what of the bills could not be used; and how the command ends: a file that cannot be read is
    /// an error.
    pub(in crate::host) fn warned(&self, exit: Exit, lang: Lang) -> Exit {
        for why in &self.not_read {
            open::usage(why.clone());
        }
        if self.bad > 0 {
            let text = frame(lang).bad_rows;
            open::usage(fill(text, &[&self.bad.to_string(), &(self.rows + self.bad).to_string()]));
        }
        if self.unnamed > 0 {
            open::usage(fill(frame(lang).unnamed_rows, &[&self.unnamed.to_string()]));
        }
        if self.not_read.is_empty() { exit } else { Exit::Usage }
    }
}

fn why((source, error): &NotOpened, lang: Lang) -> String {
    format!("{source}: {}", error.say(lang))
}

/// What bills say of a payment.
pub(super) struct Heard {
    pub item: Seq,
    /// The merchant that its row names, where the format prints the terminal's own.
    pub merchant: Option<Box<str>>,
    pub facts: BillFacts,
}

/// The merchant id under which each payment was sent.
fn merchants(outline: &Outline) -> BTreeMap<Seq, &str> {
    let mut known = BTreeMap::new();
    for shown in &outline.records {
        if let Record::Identity(who) = &shown.record {
            known.insert((who.book, who.index), who.merchant.as_str());
        }
    }
    let of = |(item, payment): (&Seq, &crate::dump::Payment)| {
        let intent = payment.intent.as_ref()?;
        Some((*item, *known.get(&(intent.book, intent.identity?))?))
    };
    outline.payments.iter().filter_map(of).collect()
}

impl Gathering<'_, '_, '_> {
    /// What was heard of each payment, when all is paired.
    pub(super) fn heard(&self, paired: &Paired, beside: &Beside) -> Vec<Heard> {
        let all = 0..paired.entries.len();
        all.filter_map(|at| self.heard_of(paired, beside, at)).collect()
    }

    fn heard_of(&self, paired: &Paired, beside: &Beside, at: usize) -> Option<Heard> {
        let (entry, found) = (paired.entries.get(at)?, paired.found.get(at)?);
        let row = |at: Option<usize>| at.and_then(|at| paired.rows.get(at));
        let (own, undo) = (row(found.own), row(found.undo));
        let mut said = beside.of(at);
        let agrees = |row: &Row| self.task.rates.agrees(row.agreed, row.fee);
        let is_unnamed = |tid: &str| beside.names_terminals && !beside.terminals.contains(tid);
        let presence = match own {
            Some(_) => Presence::Present,
            None if self.days.is_blank() || self.days.of_entry(entry).is_some() => {
                Presence::NotCovered
            }
            None if entry.tid.as_deref().is_some_and(is_unnamed) => Presence::NoTerminal,
            None if !said.unnamed.is_empty() => Presence::Unnamed,
            None => Presence::Absent,
        };
        let settlement = own.filter(|row| row.side == Side::Charge);
        let settlement = settlement.and_then(|row| row.settlement);
        let payouts = &self.outcome.payouts;
        let settlement = settlement.and_then(|at| payouts.settlements.get(at as usize));
        let (payout, why) = settlement
            .map_or((None, None), |settled| of_verdict(settled.verdict.clone(), settled.credited));
        let failed = if own.is_none() { said.failed } else { 0 };
        let undone = undo.map_or(0, |row| row.amount.unsigned_abs());
        let undone = u64::try_from(undone).unwrap_or(u64::MAX);
        let mut rows: Vec<String> = [own, undo].into_iter().flatten().map(text).collect();
        rows.append(&mut said.rows);
        if presence == Presence::Unnamed {
            rows.append(&mut said.unnamed);
        }
        rows.extend(settlement.and_then(|settled| settled.payout_row.clone()));
        let merchant = own.zip(settlement).filter(|(row, _)| self.prints_merchants(&row.source));
        let facts = BillFacts {
            presence,
            amount: own.and_then(|row| u64::try_from(row.amount.unsigned_abs()).ok()),
            expected: (entry.standing == Standing::Approved).then_some(entry.amount),
            fee: own.and_then(|row| row.fee),
            agreed_fee: own.filter(|row| !agrees(row)).and_then(|row| row.agreed),
            is_pending: own.is_some_and(|row| row.is_pending),
            payout,
            reason: why.or(said.reason),
            rows,
            is_disputed: said.disputed,
            is_outside: said.outside,
            is_audited: said.holds > 0,
            taken_back: said.taken_back.saturating_add(undone).saturating_add(failed),
            other_merchant: false,
        };
        let merchant = merchant.and_then(|(_, settled)| settled.mid.clone());
        Some(Heard { item: entry.seq, merchant, facts })
    }

    /// Whether a bill prints the merchant number that the terminal has (DE42): those of wallets and
    /// payment companies are their own.
    fn prints_merchants(&self, source: &Arc<str>) -> bool {
        let Outcome { bills, .. } = &self.outcome;
        let seen = bills.iter().find(|seen| seen.source == *source);
        seen.is_some_and(|seen| matches!(seen.format, Format::UnionpayTrade | Format::Profile(_)))
    }
}

/// Where the payout of a settlement stands, and why.
fn of_verdict(
    verdict: Verdict,
    credited: Option<jiff::civil::Date>,
) -> (Option<Payout>, Option<String>) {
    match verdict {
        Verdict::Unasked => (None, None),
        Verdict::Paid => (Some(Payout::Paid(credited)), None),
        Verdict::Waiting(_) => (Some(Payout::Waiting), None),
        Verdict::Short => (Some(Payout::Short), None),
        Verdict::Missing | Verdict::NotAtBank => (Some(Payout::Missing), None),
        Verdict::Not(state, why) => {
            let payout = match state {
                PayoutState::Pending => Payout::Pending,
                PayoutState::Failed | PayoutState::Paid => Payout::Failed,
                PayoutState::Returned => Payout::Returned,
                PayoutState::Held => Payout::Held,
            };
            (Some(payout), why.filter(|why| !why.is_empty()))
        }
    }
}

/// A row that was paired, in a line that needs no language.
pub(super) fn text(row: &Row) -> String {
    let time = row.time.map(|time| time.to_string());
    line(&row.source, row.line, row.amount, row.currency, &[time.as_deref(), Some(&row.number)])
}
