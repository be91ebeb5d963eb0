//! Reads the journals, then everything else row by row.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::{Date, DateTime};

use super::beside::Beside;
use super::class::Class;
use super::days::{BillDays, Days, Outside};
use super::entry::{Entries, Side};
use super::files;
use super::outcome::{Listed, Outcome, Seen};
use super::pairing::Pairing;
use super::payouts::Payouts;
use super::rates::Rates;
use super::row::{Row, Use, covers, knows_terminals, number, signed, use_of, utc};
use super::sink::Sink;
use super::sums::Sums;
use crate::dump::{Outline, outline};
use crate::host::bills::{Bill, BillRow, Finding, Format, Method, NotOpened, Reader, Tally, What};
use crate::host::calendar::{Calendar, Terms};
use crate::host::input::{Reading, Source, load};
use crate::host::{Exit, Lang, input, words};

/// What is asked for.
pub(super) struct Task<'a> {
    pub reader: &'a Reader,
    pub rates: &'a Rates,
    pub calendar: &'a Calendar,
    pub forced: Option<(Date, Date)>,
    pub now: DateTime,
    pub weak: bool,
    pub lang: Lang,
}

/// The journals of all dumps.
#[derive(Default)]
pub(super) struct Journals {
    pub entries: Entries,
    pub dumps: Vec<Arc<str>>,
    /// For every dump: its payments, and what `verify` finds in it.
    pub doubts: Vec<(u64, usize)>,
}

impl Journals {
    pub fn add(&mut self, name: &str, outline: &Outline) {
        self.entries.add(self.dumps.len(), outline);
        let found = outline.verification.findings().len();
        self.doubts.push((outline.payments.len() as u64, found));
        self.dumps.push(name.into());
    }
}

/// Reads the dumps; what is wrong with one is told, and ends it all.
pub(super) fn journals(paths: &[PathBuf], gaps_erased: bool, lang: Lang) -> Result<Journals, Exit> {
    let mut journals = Journals::default();
    for path in paths {
        let loaded = load(path, Reading { gaps_erased, is_lenient: false }, lang)?;
        let refused = |why| {
            eprintln!("{}: {}", input::name(path), words::not_readable(why, lang));
            Exit::NotAJournal
        };
        let source = Source::of(loaded, false).map_err(refused)?;
        journals.add(&input::name(path), &outline(&source.image().map_err(refused)?));
    }
    Ok(journals)
}

/// What is read while it goes on.
pub(super) struct Gathering<'t, 's, 'o> {
    pub task: &'t Task<'t>,
    pub sink: &'s mut Sink<'o>,
    pub pairing: Pairing,
    pub days: Days,
    is_zoned: bool,
    pub tally: Tally,
    pub outcome: Outcome,
    /// Where somebody asks what bills say of each payment.
    pub beside: Option<Beside>,
}

impl<'t, 's, 'o> Gathering<'t, 's, 'o> {
    pub fn new(task: &'t Task<'t>, journals: Journals, sink: &'s mut Sink<'o>) -> Self {
        let mut sums = Sums::default();
        for entry in &journals.entries.all {
            sums.payment(entry.currency, entry.counted());
        }
        let pairing = Pairing::new(journals.entries.all, task.weak);
        let mut days = Days::new(&task.rates.settlement, task.forced, journals.entries.since);
        days.zone(super::HERE, &pairing.entries);
        let outcome = Outcome {
            dumps: journals.dumps,
            doubts: journals.doubts,
            bills: Vec::new(),
            bad: Listed::default(),
            findings: Listed::default(),
            not_read: Vec::new(),
            sums,
            payouts: Payouts::default(),
            till: None,
            no_days: false,
            unnamed: BTreeMap::new(),
            told: Vec::new(),
        };
        let tally = Tally::new();
        Self { task, sink, pairing, days, is_zoned: false, tally, outcome, beside: None }
    }

    /// Also hears what bills say of each payment.
    pub fn listen(&mut self) {
        self.beside = Some(Beside::new(&self.pairing.entries));
    }

    /// Reads bills row by row.
    pub fn bills(&mut self, paths: &[PathBuf]) -> io::Result<()> {
        let bar = files::progress(paths);
        for path in paths {
            self.read(files::open(self.task.reader, path, &bar))?;
        }
        bar.finish_and_clear();
        Ok(())
    }

    /// Reads the bills of a file.
    pub fn read(&mut self, bills: Vec<Result<Bill, NotOpened>>) -> io::Result<()> {
        for bill in bills {
            match bill {
                Ok(bill) => self.bill(bill)?,
                Err(not_read) => self.outcome.not_read.push(not_read),
            }
        }
        Ok(())
    }

    fn bill(&mut self, mut bill: Bill) -> io::Result<()> {
        let (source, format) = (bill.source().clone(), bill.format().clone());
        let mut seen = Seen { source, format, rows: 0, bad: 0 };
        // Each acquirer ends its day and pays out when it does.
        let terms = self.task.reader.terms(&seen.format).unwrap_or(self.task.rates.settlement);
        let mut days = BillDays::new(&terms);
        for row in &mut bill {
            match row {
                Ok(row) => {
                    seen.rows += 1;
                    self.row(&seen.format, &terms, row, &mut days)?;
                }
                Err(bad) => {
                    seen.bad += 1;
                    self.tally.reject();
                    self.outcome.bad.push(bad);
                }
            }
        }
        self.days.ended(&days, covers(&seen.format));
        self.tally.finish(&bill);
        for finding in bill.findings() {
            self.outcome.findings.push(finding);
        }
        self.outcome.bills.push(seen);
        Ok(())
    }

    fn row(
        &mut self,
        format: &Format,
        terms: &Terms,
        bill: BillRow,
        days: &mut BillDays,
    ) -> io::Result<()> {
        if !std::mem::replace(&mut self.is_zoned, true) {
            self.days.zone(bill.offset, &self.pairing.entries);
        }
        let twice = self.tally.add(&bill);
        if let Some(beside) = &mut self.beside {
            beside.hear(format, &bill);
        }
        let side = match use_of(format, &bill) {
            Use::Pair(side) => side,
            Use::Payout => {
                self.outcome.payouts.payout(&bill);
                twice.into_iter().for_each(|finding| self.outcome.findings.push(finding));
                return Ok(());
            }
            Use::Aside => {
                if let Some(beside) = &mut self.beside {
                    beside.aside(&self.pairing.entries, format, &bill);
                }
                let amount = signed(&bill);
                self.outcome.sums.row(bill.currency, amount);
                let sums = &mut self.outcome.sums;
                sums.leave_out(bill.currency, Outside::Aside, None, Some(amount));
                return Ok(());
            }
        };
        let mut row = self.cut_down(format, &bill, side);
        self.outcome.sums.row(row.currency, row.amount);
        let day = row.time.map(|time| days.row(time));
        if matches!(twice, Some(Finding { what: What::Duplicate, .. })) {
            return self.alone(&row, Class::Duplicate);
        }
        if let (Some(day), false) = (bill.clearing_date.or(day), row.is_pending) {
            row.settlement = self.outcome.payouts.settled(&bill, day, row.amount, terms);
        }
        if let Some(agreed) = row.agreed
            && let Some(stated) = row.fee
        {
            let method = row.method.map_or("", |method| method.name());
            self.outcome.sums.fee(row.currency, method, stated, agreed);
        }
        match self.pairing.offer(row) {
            None => Ok(()),
            Some(row) => self.alone(&row, Class::BillOnly),
        }
    }

    fn cut_down(&self, format: &Format, bill: &BillRow, side: Side) -> Row {
        let tid = bill.keys.tid.as_deref().filter(|_| knows_terminals(format));
        let beside = self.beside.as_ref().filter(|_| side != Side::Charge);
        Row {
            source: bill.source.clone(),
            line: bill.line,
            side,
            kind: bill.kind,
            amount: signed(bill),
            currency: bill.currency,
            fee: bill.fee,
            agreed: self.task.rates.agreed(bill, side),
            time: bill.time,
            at: utc(bill),
            method: bill.method,
            is_named: is_named(format, bill),
            is_pending: bill.state != crate::host::bills::State::Final,
            tid: tid.map(Box::from),
            number: number(bill),
            prints: self.pairing.printer.row(bill, side, tid),
            settlement: None,
            undoes: beside.and_then(|all| all.about(&self.pairing.entries, format, bill)),
        }
    }

    /// Reads a bank statement.
    pub fn bank(&mut self, statements: Vec<Result<Bill, NotOpened>>) {
        let Outcome { payouts, bad, not_read, findings, .. } = &mut self.outcome;
        for statement in statements {
            let mut statement = match statement {
                Ok(statement) => statement,
                Err(why) => {
                    not_read.push(why);
                    continue;
                }
            };
            let rows = statement.by_ref();
            payouts.credits(rows.filter_map(|row| row.map_err(|wrong| bad.push(wrong)).ok()));
            statement.findings().into_iter().for_each(|finding| findings.push(finding));
        }
    }
}

/// A wallet's row always is: by its order.
fn is_named(format: &Format, bill: &BillRow) -> bool {
    let keys = &bill.keys;
    let is_wallet = bill.method.is_some_and(|method| method != Method::Card);
    let has_number = keys.rrn.is_some() || keys.stan.is_some() || keys.auth_code.is_some();
    is_wallet || has_number || !covers(format).cards
}
