//! When all is read: pairs it and puts each payment into its class.

use std::io;
use std::sync::Arc;

use super::class::Class;
use super::days::Outside;
use super::entry::{Entry, Side};
use super::gather::{Gathering, Task};
use super::item::Item;
use super::outcome::Outcome;
use super::pairing::{Left, Paired, Pairing};
use super::row::Row;
use super::till::Till;
use super::told;
use crate::host::Lang;
use crate::host::bills::decimal_text;
use crate::record::Seq;

impl Gathering<'_, '_, '_> {
    /// Pairs what was read and puts it into classes.
    pub fn finish(mut self, till: Option<Till>) -> io::Result<Outcome> {
        for finding in self.tally.findings("") {
            self.outcome.findings.push(finding);
        }
        self.outcome.payouts.judge(self.task.calendar, self.task.now);
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
        if let Some(beside) = self.beside.take() {
            self.outcome.told = self.heard(&paired, &beside);
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

    /// A row that no payment has.
    pub fn alone(&mut self, row: &Row, class: Class) -> io::Result<()> {
        if let Some(why) = self.days.of_row(row) {
            self.outcome.sums.leave_out(row.currency, why, None, Some(row.amount));
            return Ok(());
        }
        if let (Some(beside), Some(at), Class::BillOnly) = (&mut self.beside, row.undoes, class) {
            let amount = u64::try_from(row.amount.unsigned_abs()).unwrap_or(u64::MAX);
            beside.undone(at, amount, told::text(row));
        }
        if let (Some(beside), Class::BillOnly) = (&mut self.beside, class) {
            beside.unnamed(row, || told::text(row));
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
        for row in item.own.into_iter().chain(item.undo) {
            let of_bill = self.outcome.unnamed.entry(row.source.clone()).or_default();
            let [alone, paired] = of_bill;
            *alone += u64::from(item.class == Class::BillOnly && !row.is_named);
            *paired += u64::from(item.entry.is_some());
        }
        self.outcome.sums.add(item);
        self.sink.take(item, &self.outcome.dumps)
    }
}

fn fee_note<'r>(rows: impl Iterator<Item = &'r Row>, task: &Task<'_>) -> String {
    let differs = |row: &&Row| !task.rates.agrees(row.agreed, row.fee);
    let mut rows = rows.filter(differs);
    let Some(row) = rows.next() else { return String::new() };
    let money = |fee: Option<i64>| decimal_text(fee.unwrap_or(0).into(), row.currency.exponent());
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

/// So that a payment can be named.
fn name(dumps: &[Arc<str>], entry: &Entry) -> String {
    let Seq(seq) = entry.seq;
    format!("{} #{seq}", dumps.get(entry.dump).map_or("", |name| &**name))
}
