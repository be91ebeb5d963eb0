//! Three books of the same payments: the journals, as the terminals dumped them every night; the
//! acquirer's; and the bill files that the merchant gets. Payment by payment.

use super::accounts;
use super::plants::{self, What};
use super::script::{self, Month};
use crate::acquirer::Failure;
use crate::acquirer::books::{Books, Entry, key};
use pos_journal::dump::{Export, Image, outline};
use pos_journal::host::bills::{Facts, Flow, Reader};
use pos_journal::ledger::{ItemState, Phase};
use pos_journal::record::{Original, Seq, TransactionKind as Kind};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// What the journal says of a payment.
#[derive(Clone, Debug)]
pub struct Told {
    pub terminal: String,
    pub stan: u32,
    pub state: ItemState,
    pub kind: Kind,
    pub amount: u64,
    pub order: Option<String>,
    pub original: Option<(u32, Seq)>,
    /// Its terminal's number and its own in that journal.
    pub item: (u32, Seq),
    /// The cash register's reference.
    pub reference: String,
    /// The day on which the acquirer booked it: behind midnight, where the line came back late.
    pub booked: Option<u32>,
}

/// By so much a planted amount differs.
pub const WRONG_BY: u64 = 100;

/// What came out.
#[derive(Debug, Default)]
pub struct Verdict {
    pub told: BTreeMap<String, Told>,
    /// What was planted, by payment.
    pub planted: BTreeMap<String, What>,
    /// What the merchant is to get by the acquirer's books, over all days.
    pub net: i64,
    pub bill_rows: usize,
    pub batches: usize,
    /// Not closed at the end.
    pub open: usize,
    /// Each line names a payment, a batch or a terminal.
    pub differences: Vec<String>,
}

/// Reads everything and holds it together.
pub fn compare(dir: &Path, month: &Month, books: &Books) -> Result<Verdict, Failure> {
    let mut verdict = Verdict::default();
    for number in 1..=month.terminals {
        journal(dir, number, month.days, &mut verdict)?;
    }
    find_plants(month, &mut verdict);
    let entries: BTreeMap<String, Entry> =
        books.all()?.into_iter().map(|entry| (entry.key(), entry)).collect();
    for (key, entry) in &entries {
        if let Some(told) = verdict.told.get_mut(key) {
            told.booked = Some(accounts::day(entry));
        }
    }
    for (key, told) in &verdict.told {
        let entry = entries.get(key).filter(|entry| entry.stands());
        let approved = told.state == ItemState::Completed;
        let name = format!("{key} ({}, {} over {})", told.reference, told.kind.name(), told.amount);
        match (approved, entry) {
            (true, None) => verdict
                .differences
                .push(format!("{name}: approved in the journal, not in the acquirer's books")),
            (false, Some(_)) => verdict.differences.push(format!(
                "{name}: {} in the journal, stands in the acquirer's books",
                told.state
            )),
            (true, Some(entry)) if entry.amount != told.amount => {
                verdict
                    .differences
                    .push(format!("{name}: {} in the acquirer's books", entry.amount));
            }
            _ => {}
        }
    }
    for (key, entry) in entries.iter().filter(|(_, entry)| entry.stands()) {
        if !verdict.told.contains_key(key) {
            verdict.differences.push(format!(
                "{key} over {}: in the acquirer's books, in no journal",
                entry.amount
            ));
        }
    }
    verdict.differences.extend(books.findings()?);
    accounts::write(dir, month, &entries, &mut verdict)?;
    let rows = read_bills(dir, &mut verdict)?;
    against_bills(rows, &mut verdict);
    Ok(verdict)
}

/// The dumps of one terminal, oldest first: a payment is told by the first in which it is closed.
fn journal(dir: &Path, number: u32, days: u32, verdict: &mut Verdict) -> Result<(), Failure> {
    let mut batches = BTreeSet::new();
    for day in 1..=days {
        let path = dir.join(script::terminal(0, number)).join(format!("day-{day:02}.dump"));
        let file = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let export = Export::read(&file).map_err(|error| format!("{}: {error}", path.display()))?;
        let image =
            Image::of_export(&export).map_err(|error| format!("{}: {error}", path.display()))?;
        let outline = outline(&image);
        let findings = outline.verification.findings().len();
        if findings > 0 {
            verdict.differences.push(format!("{}: {findings} findings of verify", path.display()));
        }
        let open: BTreeSet<Seq> = outline.open.iter().map(|open| open.item).collect();
        for (item, payment) in &outline.payments {
            let Some(intent) = &payment.intent else { continue };
            let terminal = script::terminal(intent.book, number);
            let key = key(&terminal, intent.batch.get(), intent.stan.get());
            batches.insert((intent.book, intent.batch));
            if open.contains(item) {
                verdict.told.remove(&key);
                continue;
            }
            let Some(state) = payment.state.filter(|state| state.is_final()) else { continue };
            let outcome = payment.outcome.as_ref();
            let approved = outcome.and_then(|outcome| outcome.approved_amount);
            verdict.told.entry(key).or_insert_with(|| Told {
                terminal,
                stan: intent.stan.get(),
                state,
                kind: intent.kind,
                amount: approved.unwrap_or(intent.amount).minor(),
                order: intent.order.as_ref().map(ToString::to_string),
                original: match intent.original {
                    Some(Original::ByRecord(seq)) => Some((number, seq)),
                    _ => None,
                },
                item: (number, *item),
                reference: intent.reference.as_ref().map(ToString::to_string).unwrap_or_default(),
                booked: None,
            });
        }
        if day == days {
            verdict.open += outline.open.len();
            for open in &outline.open {
                verdict.differences.push(format!(
                    "terminal {number}: payment {} is {} at the end",
                    open.item, open.state
                ));
            }
            for book in outline
                .books
                .iter()
                .filter(|book| book.phase != Phase::Open || !book.totals.is_zero())
            {
                verdict.differences.push(format!(
                    "terminal {number}, book {}: batch {} is not settled",
                    book.book, book.settling
                ));
            }
        }
    }
    verdict.batches += batches.len();
    Ok(())
}

/// Which payments were planted, and whether every plant took place.
fn find_plants(month: &Month, verdict: &mut Verdict) {
    let of = |told: &Told| {
        let (day, number) = script::numbers(&told.reference)?;
        Some((told.item.0, day, number))
    };
    let by_customer: BTreeMap<_, _> =
        verdict.told.iter().filter_map(|(key, told)| Some((of(told)?, key.clone()))).collect();
    for terminal in 1..=month.terminals {
        for day in 0..month.days {
            for plant in plants::of_day(month, terminal, day) {
                let number = plant.number + u32::from(plant.what == What::PaidTwice);
                match by_customer.get(&(terminal, day, number)) {
                    Some(key) => drop(verdict.planted.insert(key.clone(), plant.what)),
                    None => verdict.differences.push(format!(
                        "terminal {terminal}, {}: {} was planted and did not happen",
                        script::reference(day, number),
                        plant.what.name()
                    )),
                }
            }
        }
    }
}

/// A row of a bill: terminal and STAN, or order number; amount, negative where it goes out.
type BillRows = Vec<(String, i64)>;

/// The project's own readers read them, and check their sums.
fn read_bills(dir: &Path, verdict: &mut Verdict) -> Result<BillRows, Failure> {
    let facts = Facts::read("[unionpay]\ntrace_is_stan = true\n")?;
    let reader = Reader::new(Some(facts), Vec::new())?;
    let mut rows = Vec::new();
    for file in fs::read_dir(dir.join("bills"))? {
        for bill in reader.open(&file?.path()) {
            let mut bill = bill.map_err(|(source, error)| format!("{source}: {error}"))?;
            for row in bill.by_ref() {
                match row {
                    Ok(row) => {
                        let name = match (&row.keys.stan, &row.keys.order_no) {
                            (Some(stan), _) => {
                                format!("{}/{stan}", row.keys.tid.clone().unwrap_or_default())
                            }
                            (None, order) => order.clone().unwrap_or_default(),
                        };
                        let amount = i64::try_from(row.amount)?;
                        rows.push((name, if row.flow == Flow::Out { -amount } else { amount }));
                    }
                    Err(bad) => verdict.differences.push(format!("{bad:?}")),
                }
            }
            let findings = bill.findings();
            if !findings.is_empty() {
                verdict.differences.push(format!("{}: {findings:?}", bill.source()));
            }
        }
    }
    verdict.bill_rows = rows.len();
    Ok(rows)
}

/// The journals alone say what should be in the bills.
fn against_bills(rows: BillRows, verdict: &mut Verdict) {
    let completed = |told: &Told| told.state == ItemState::Completed;
    let voided: BTreeSet<(u32, Seq)> = verdict
        .told
        .values()
        .filter(|told| completed(told))
        .filter(|told| told.kind == Kind::Void)
        .filter_map(|told| told.original)
        .collect();
    let mut expected = BTreeMap::new();
    for (key, told) in verdict.told.iter().filter(|(_, told)| completed(told)) {
        let amount = match verdict.planted.get(key) {
            Some(What::RowMissing | What::Held) => continue,
            Some(What::AmountWrong) => (told.amount + WRONG_BY) as i64,
            _ => told.amount as i64,
        };
        let signed = match told.kind {
            Kind::Refund | Kind::QrRefund => -amount,
            Kind::Void | Kind::PreAuth => continue,
            _ => amount,
        };
        if voided.contains(&told.item) {
            continue;
        }
        let name =
            told.order.clone().unwrap_or_else(|| format!("{}/{:06}", told.terminal, told.stan));
        expected.insert(name, (signed, told.reference.clone()));
    }
    for (name, amount) in rows {
        match expected.remove(&name) {
            Some((wanted, _)) if wanted == amount => {}
            Some((wanted, reference)) => verdict.differences.push(format!(
                "{name} ({reference}): {wanted} in the journal, {amount} in the bill"
            )),
            None => verdict
                .differences
                .push(format!("{name}: {amount} in the bill, not in the journal")),
        }
    }
    for (name, (wanted, reference)) in expected {
        verdict
            .differences
            .push(format!("{name} ({reference}): {wanted} in the journal, not in the bill"));
    }
}
