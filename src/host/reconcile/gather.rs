//! Reads everything, pairs it and puts each payment into its class.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::{Date, DateTime};

use super::class::Class;
use super::days::{BillDays, Days, Outside};
use super::entry::{Entries, Entry, Side};
use super::item::Item;
use super::pairing::{Left, Paired, Pairing};
use super::payouts::Payouts;
use super::rates::Rates;
use super::row::{Row, Use, covers, knows_terminals, number, signed, use_of, utc};
use super::sink::Sink;
use super::sums::Sums;
use super::till::{Till, TillItem};
use crate::dump::outline;
use crate::host::Lang;
use crate::host::bills::{BadRow, Bill, BillRow, Finding, Format, OpenError, Reader, Tally, What};
use crate::host::calendar::Calendar;
use crate::host::input::{Reading, Source, load};
use crate::host::{Exit, input, words};
use crate::record::Seq;

/// What is asked for.
pub(super) struct Task<'a> {
    pub reader: &'a Reader,
    pub rates: &'a Rates,
    pub forced: Option<(Date, Date)>,
    pub now: DateTime,
    pub weak: bool,
    pub lang: Lang,
}

/// The first of many.
pub(super) struct Listed<T> {
    pub first: Vec<T>,
    pub count: u64,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self { first: Vec::new(), count: 0 }
    }
}

impl<T> Listed<T> {
    pub fn push(&mut self, one: T) {
        self.count += 1;
        if self.first.len() < super::sink::MOST_LISTED {
            self.first.push(one);
        }
    }
}

/// A bill that was read.
pub(super) struct Seen {
    pub source: Arc<str>,
    pub format: Format,
    pub rows: u64,
    pub bad: u64,
}

/// Everything that came of it, but for the items, which the sink has.
pub(super) struct Outcome {
    pub dumps: Vec<Arc<str>>,
    /// For every dump: its payments, and what `verify` finds in it.
    pub doubts: Vec<(u64, usize)>,
    pub bills: Vec<Seen>,
    pub bad: Listed<BadRow>,
    pub findings: Listed<Finding>,
    pub not_read: Vec<(Arc<str>, OpenError)>,
    pub sums: Sums,
    pub payouts: Payouts,
    pub till: Option<(Arc<str>, Vec<TillItem>)>,
    /// No bill says which days it has.
    pub no_days: bool,
}

/// The journals of all dumps.
pub(super) struct Journals {
    pub entries: Entries,
    pub dumps: Vec<Arc<str>>,
    pub doubts: Vec<(u64, usize)>,
}

/// Reads the dumps; what is wrong with one is told, and ends it all.
pub(super) fn journals(paths: &[PathBuf], gaps_erased: bool, lang: Lang) -> Result<Journals, Exit> {
    let mut journals =
        Journals { entries: Entries::default(), dumps: Vec::new(), doubts: Vec::new() };
    for path in paths {
        let loaded = load(path, Reading { gaps_erased, is_lenient: false }, lang)?;
        let refused = |why| {
            eprintln!("{}: {}", input::name(path), words::not_readable(why, lang));
            Exit::NotAJournal
        };
        let source = Source::of(loaded, false).map_err(refused)?;
        let outline = outline(&source.image().map_err(refused)?);
        journals.entries.add(journals.dumps.len(), &outline);
        let found = outline.verification.findings().len();
        journals.doubts.push((outline.payments.len() as u64, found));
        journals.dumps.push(input::name(path).into());
    }
    Ok(journals)
}

/// What is read while it goes on.
pub(super) struct Gathering<'t, 's, 'o> {
    task: &'t Task<'t>,
    sink: &'s mut Sink<'o>,
    pairing: Pairing,
    days: Days,
    is_zoned: bool,
    tally: Tally,
    outcome: Outcome,
}

impl<'t, 's, 'o> Gathering<'t, 's, 'o> {
    pub fn new(task: &'t Task<'t>, journals: Journals, sink: &'s mut Sink<'o>) -> Self {
        let mut sums = Sums::default();
        for entry in &journals.entries.all {
            sums.payment(entry.currency, entry.counted());
        }
        let pairing = Pairing::new(journals.entries.all, task.weak);
        let mut days = Days::new(&task.rates.settlement, task.forced);
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
        };
        Self { task, sink, pairing, days, is_zoned: false, tally: Tally::new(), outcome }
    }

    /// Reads bills row by row.
    pub fn bills(&mut self, paths: &[PathBuf]) -> io::Result<()> {
        let bar = progress(paths);
        for path in paths {
            for bill in open(self.task.reader, path, &bar) {
                match bill {
                    Ok(bill) => self.bill(bill)?,
                    Err(not_read) => self.outcome.not_read.push(not_read),
                }
            }
        }
        bar.finish_and_clear();
        for finding in self.tally.findings("") {
            self.outcome.findings.push(finding);
        }
        Ok(())
    }

    fn bill(&mut self, mut bill: Bill) -> io::Result<()> {
        let (source, format) = (bill.source().clone(), bill.format().clone());
        let mut seen = Seen { source, format, rows: 0, bad: 0 };
        let mut days = BillDays::default();
        for row in &mut bill {
            match row {
                Ok(row) => {
                    seen.rows += 1;
                    self.row(&seen.format, row, &mut days)?;
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

    fn row(&mut self, format: &Format, bill: BillRow, days: &mut BillDays) -> io::Result<()> {
        if !std::mem::replace(&mut self.is_zoned, true) {
            self.days.zone(bill.offset, &self.pairing.entries);
        }
        let twice = self.tally.add(&bill);
        let side = match use_of(format, &bill) {
            Use::Pair(side) => side,
            Use::Payout => {
                self.outcome.payouts.payout(&bill);
                twice.into_iter().for_each(|finding| self.outcome.findings.push(finding));
                return Ok(());
            }
            Use::Aside => {
                let amount = signed(&bill);
                self.outcome.sums.row(bill.currency, amount);
                let sums = &mut self.outcome.sums;
                sums.leave_out(bill.currency, Outside::Aside, None, Some(amount));
                return Ok(());
            }
        };
        let mut row = self.cut_down(format, &bill, side);
        self.outcome.sums.row(row.currency, row.amount);
        let day = row.time.map(|time| self.days.business(time));
        days.row(day);
        if matches!(twice, Some(Finding { what: What::Duplicate, .. })) {
            return self.alone(&row, Class::Duplicate);
        }
        if let (Some(day), false) = (bill.clearing_date.or(day), row.is_pending) {
            row.settlement = Some(self.outcome.payouts.settled(&bill, day, row.amount));
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
            is_pending: bill.state != crate::host::bills::State::Final,
            tid: tid.map(Box::from),
            number: number(bill),
            prints: self.pairing.printer.row(bill, side, tid),
            settlement: None,
        }
    }

    /// A row that no payment has.
    fn alone(&mut self, row: &Row, class: Class) -> io::Result<()> {
        if let Some(why) = self.days.of_row(row) {
            self.outcome.sums.leave_out(row.currency, why, None, Some(row.amount));
            return Ok(());
        }
        self.item(&Item {
            class,
            entry: None,
            own: Some(row),
            undo: None,
            rule: None,
            note: String::new(),
        })
    }

    fn item(&mut self, item: &Item<'_>) -> io::Result<()> {
        self.outcome.sums.add(item);
        self.sink.take(item, &self.outcome.dumps)
    }

    /// Reads a bank statement.
    pub fn bank(&mut self, path: &Path) {
        self.outcome.payouts.has_statement();
        for bill in self.task.reader.open(path) {
            let mut bill = match bill {
                Ok(bill) => bill,
                Err(not_read) => {
                    self.outcome.not_read.push(not_read);
                    continue;
                }
            };
            for row in &mut bill {
                match row {
                    Ok(row) => self.outcome.payouts.credit(&row),
                    Err(bad) => self.outcome.bad.push(bad),
                }
            }
            for finding in bill.findings() {
                self.outcome.findings.push(finding);
            }
        }
    }

    /// Pairs what was read and puts it into classes.
    pub fn finish(mut self, till: Option<Till>) -> io::Result<Outcome> {
        let (terms, now) = (&self.task.rates.settlement, self.task.now);
        self.outcome.payouts.judge(terms, &Calendar::china(), now);
        let empty = Pairing::new(Vec::new(), false);
        let paired = std::mem::replace(&mut self.pairing, empty).run();
        for at in 0..paired.entries.len() {
            self.payment(&paired, at)?;
        }
        for (row, left) in paired.rows.iter().zip(&paired.used) {
            match left {
                Left::Paired => {}
                Left::Duplicate => self.alone(row, Class::Duplicate)?,
                Left::Alone => self.alone(row, Class::BillOnly)?,
                Left::Superseded => {
                    let sums = &mut self.outcome.sums;
                    sums.leave_out(row.currency, Outside::Superseded, None, Some(row.amount));
                }
            }
        }
        if let Some(till) = till {
            self.till(&paired, till);
        }
        self.outcome.no_days = self.days.is_blank();
        Ok(self.outcome)
    }

    fn payment(&mut self, paired: &Paired, at: usize) -> io::Result<()> {
        let (Some(entry), Some(found)) = (paired.entries.get(at), paired.found.get(at)) else {
            return Ok(());
        };
        let row = |at: Option<usize>| at.and_then(|at| paired.rows.get(at));
        let (own, undo) = (row(found.own), row(found.undo));
        if own.is_none() && undo.is_none() {
            if let Some(why) = self.days.of_entry(entry) {
                let counted = Some(entry.counted());
                self.outcome.sums.leave_out(entry.currency, why, counted, None);
                return Ok(());
            }
            let class = Class::JournalOnly(entry.standing);
            let item =
                Item { class, entry: Some(entry), own, undo, rule: None, note: String::new() };
            return self.item(&item);
        }
        let rows = || [own, undo].into_iter().flatten();
        let fee_agrees = rows().all(|row| self.task.rates.agrees(row.agreed, row.fee));
        let unpaid = own.filter(|row| row.side == Side::Charge).and_then(|row| {
            let settlement = self.outcome.payouts.settlements.get(row.settlement? as usize)?;
            settlement.verdict.is_unpaid().then(|| settlement.verdict.say(self.task.lang))
        });
        let mut item = Item {
            class: Class::Matched,
            entry: Some(entry),
            own,
            undo,
            rule: found.rule,
            note: String::new(),
        };
        item.class = Class::of_pair(item.journal(), item.bill(), unpaid.is_none(), fee_agrees);
        item.note = match item.class {
            Class::NotPaidOut => unpaid.unwrap_or_default(),
            Class::FeeDiffers => fee_note(rows(), self.task),
            Class::AmountDiffers => amount_note(entry, self.task.lang),
            _ => String::new(),
        };
        self.item(&item)
    }

    fn till(&mut self, paired: &Paired, till: Till) {
        for bad in &till.bad {
            self.outcome.bad.push(bad.clone());
        }
        let method_of = |at: usize| {
            let row = paired.found.get(at).and_then(|found| paired.rows.get(found.own?));
            row.and_then(|row| row.method)
        };
        let paired_or_in_days = |entry: &Entry| {
            // The list is of the days that are examined.
            self.days.is_blank() || self.days.of_entry(entry).is_none()
        };
        let mut items = till.compare(&paired.entries, method_of, paired_or_in_days);
        for item in &mut items {
            let entry = item.entry.and_then(|at| paired.entries.get(at));
            item.entry_name = entry.map(|entry| name(&self.outcome.dumps, entry));
        }
        self.outcome.till = Some((till.source.clone(), items));
    }
}

fn fee_note<'r>(rows: impl Iterator<Item = &'r Row>, task: &Task<'_>) -> String {
    let differs = |row: &&Row| !task.rates.agrees(row.agreed, row.fee);
    let mut rows = rows.filter(differs);
    let Some(row) = rows.next() else { return String::new() };
    let money = |fee: Option<i64>| {
        crate::host::bills::decimal_text(fee.unwrap_or(0).into(), row.currency.exponent())
    };
    match task.lang {
        Lang::En => format!("fee {}, agreed {}", money(row.fee), money(row.agreed)),
        Lang::Zh => format!("手续费 {}，约定 {}", money(row.fee), money(row.agreed)),
    }
}

/// Where the journal counts nothing and the bill does.
fn amount_note(entry: &Entry, lang: Lang) -> String {
    if entry.standing.counts() {
        return String::new();
    }
    let (en, zh) = entry.standing.names();
    match lang {
        Lang::En => format!("the journal has it as {en}"),
        Lang::Zh => format!("流水为{zh}"),
    }
}

/// Shows how much of the bills is read, on a terminal only.
fn progress(paths: &[PathBuf]) -> ProgressBar {
    let bytes = paths.iter().filter_map(|path| path.metadata().ok()).map(|file| file.len()).sum();
    let style = ProgressStyle::with_template("{wide_bar} {bytes} of {total_bytes}, {eta}");
    let bar = ProgressBar::new(bytes);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// An archive is read from its end, so only other files tell how far they are.
fn open(
    reader: &Reader,
    path: &Path,
    bar: &ProgressBar,
) -> Vec<Result<Bill, (Arc<str>, OpenError)>> {
    let mut magic = [0; 4];
    let opened = File::open(path).and_then(|mut file| {
        let read = file.read(&mut magic)?;
        Ok((read, File::open(path)?))
    });
    match opened {
        Ok((_, file)) if !magic.starts_with(b"PK") => {
            reader.stream(&path.display().to_string(), bar.wrap_read(file))
        }
        _ => {
            let bytes = path.metadata().map_or(0, |file| file.len());
            bar.inc(bytes);
            reader.open(path)
        }
    }
}

/// So that a payment can be named.
fn name(dumps: &[Arc<str>], entry: &Entry) -> String {
    let Seq(seq) = entry.seq;
    format!("{} #{seq}", dumps.get(entry.dump).map_or("", |name| &**name))
}
