//! A payment or a row with its class, as data: the columns of CSV and JSON lines, declared once.

use std::io::{self, Write};
use std::sync::Arc;

use super::class::Class;
use super::entry::Entry;
use super::row::Row;
use crate::host::bills::letters;
use crate::host::style::Format;
use crate::host::{Out, plain, words};

/// A payment with its rows, or a row without a payment.
pub(super) struct Item<'a> {
    pub class: Class,
    pub entry: Option<&'a Entry>,
    /// The payment's own row, or the row without a payment.
    pub own: Option<&'a Row>,
    /// The row that undoes it.
    pub undo: Option<&'a Row>,
    pub rule: Option<&'static str>,
    pub note: String,
}

/// A value of a column.
enum Cell<'a> {
    Null,
    Number(i128),
    Text(&'a str),
    Owned(String),
}

impl<'a> From<Option<&'a str>> for Cell<'a> {
    fn from(text: Option<&'a str>) -> Self {
        text.map_or(Cell::Null, Cell::Text)
    }
}

const COLUMNS: [&str; 24] = [
    "class",
    "standing",
    "difference",
    "dump",
    "payment",
    "kind",
    "time",
    "terminal",
    "batch",
    "stan",
    "rrn",
    "order",
    "reference",
    "currency",
    "journal_minor",
    "bill_minor",
    "difference_minor",
    "fee_minor",
    "agreed_fee_minor",
    "matched_by",
    "bill_number",
    "bill",
    "line",
    "note",
];

impl Item<'_> {
    pub fn journal(&self) -> i128 {
        self.entry.map_or(0, Entry::counted)
    }

    pub fn bill(&self) -> i128 {
        [self.own, self.undo].into_iter().flatten().map(|row| row.amount).sum()
    }

    fn cells<'a>(&'a self, dumps: &'a [Arc<str>]) -> [Cell<'a>; COLUMNS.len()] {
        use Cell::{Null, Number, Owned, Text};
        let (entry, row) = (self.entry, self.own.or(self.undo));
        let number = |n: Option<i64>| n.map_or(Null, |n| Number(n.into()));
        let currency = entry.map(|e| e.currency).or(row.map(|row| row.currency));
        let time = row.and_then(|row| row.time).map(|time| Owned(time.to_string()));
        let at = entry.and_then(|e| super::row::local(e.at?, super::HERE));
        let time = time.or(at.map(|time| Owned(time.to_string())));
        let kind = entry.map(|e| e.kind.name()).or(row.map(|row| row.kind.names().0));
        [
            Text(self.class.key()),
            entry.map(|e| e.standing.names().0).into(),
            Text(if self.class.is_difference() { "yes" } else { "no" }),
            entry.and_then(|e| dumps.get(e.dump)).map(|name| &**name).into(),
            entry.map_or(Null, |e| Number(e.seq.0.into())),
            kind.into(),
            time.unwrap_or(Null),
            entry.and_then(|e| e.tid.as_deref()).or(row.and_then(|r| r.tid.as_deref())).into(),
            entry.map_or(Null, |e| Number(e.batch.into())),
            entry.map_or(Null, |e| Number(e.stan.into())),
            entry.and_then(|e| e.rrn.as_deref()).into(),
            entry.and_then(|e| e.order.as_deref()).into(),
            entry.and_then(|e| e.reference.as_deref()).into(),
            currency.map_or(Null, |currency| Owned(letters(currency))),
            entry.map_or(Null, |_| Number(self.journal())),
            row.map_or(Null, |_| Number(self.bill())),
            Number(self.bill() - self.journal()),
            number(row.and_then(|row| row.fee)),
            number(row.and_then(|row| row.agreed)),
            self.rule.into(),
            row.map(|row| &*row.number).into(),
            row.map(|row| &*row.source).into(),
            row.map_or(Null, |row| Number(row.line.into())),
            Some(&*self.note).filter(|note| !note.is_empty()).into(),
        ]
    }
}

/// Writes items one by one, as CSV or JSON lines.
pub(super) struct Lines<'o> {
    format: Format,
    out: &'o mut dyn Write,
}

impl<'o> Lines<'o> {
    /// With the head line, if the format has one.
    pub fn begin(format: Format, out: &'o mut dyn Write) -> io::Result<Self> {
        let mut lines = Self { format, out };
        if format == Format::Csv {
            lines.record(COLUMNS)?;
        }
        Ok(lines)
    }

    pub fn write(&mut self, item: &Item<'_>, dumps: &[Arc<str>]) -> io::Result<()> {
        match self.format {
            Format::Csv => {
                let cells = item.cells(dumps);
                self.record(cells.iter().map(|cell| match cell {
                    Cell::Null => String::new(),
                    Cell::Number(number) => number.to_string(),
                    Cell::Text(text) => plain(text, Out::Csv).into_owned(),
                    Cell::Owned(text) => plain(text, Out::Csv).into_owned(),
                }))
            }
            _ => {
                object(item, dumps, self.out)?;
                self.out.write_all(b"\n")
            }
        }
    }

    fn record<T: AsRef<[u8]>>(&mut self, cells: impl IntoIterator<Item = T>) -> io::Result<()> {
        let mut csv = csv::WriterBuilder::new().buffer_capacity(1024).from_writer(&mut self.out);
        csv.write_record(cells)?;
        csv.flush()
    }
}

/// One JSON object.
pub(super) fn object(item: &Item<'_>, dumps: &[Arc<str>], out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"{")?;
    for (n, (key, cell)) in COLUMNS.iter().zip(item.cells(dumps)).enumerate() {
        write!(out, "{}\"{key}\":", if n == 0 { "" } else { "," })?;
        match cell {
            Cell::Null => out.write_all(b"null")?,
            Cell::Number(number) => write!(out, "{number}")?,
            Cell::Text(text) => serde_json::to_writer(&mut *out, &plain(text, Out::Terminal))?,
            Cell::Owned(text) => serde_json::to_writer(&mut *out, &plain(&text, Out::Terminal))?,
        }
    }
    out.write_all(b"}")
}

/// An item in a table: short.
pub(super) struct Shown {
    pub class: Class,
    pub payment: String,
    pub kind: String,
    pub number: String,
    pub journal: String,
    pub bill: String,
    pub difference: String,
    pub place: String,
    pub note: String,
}

impl Shown {
    pub fn of(item: &Item<'_>, dumps: &[Arc<str>], lang: crate::host::Lang) -> Self {
        let (entry, row) = (item.entry, item.own.or(item.undo));
        let currency = entry.map(|e| e.currency).or(row.map(|row| row.currency));
        let places = currency.map_or(2, crate::record::Currency::exponent);
        let money = |minor: i128| crate::host::bills::decimal_text(minor, places);
        let dump = entry.and_then(|e| dumps.get(e.dump)).map_or("", |name| &**name);
        let kind = match (entry, row) {
            (Some(entry), _) => words::terms::kind(entry.kind).of(lang).to_string(),
            (None, Some(row)) => lang.pick(row.kind.names().0, row.kind.names().1).to_string(),
            (None, None) => String::new(),
        };
        let own = entry.and_then(|e| {
            e.order.as_deref().or(e.reference.as_deref()).or(e.rrn.as_deref()).map(str::to_owned)
        });
        let stan = || entry.map(|e| format!("STAN {:06}", e.stan));
        let by_bill = || row.map(|row| row.number.to_string());
        Self {
            class: item.class,
            payment: entry.map(|e| format!("{dump} #{}", e.seq.0)).unwrap_or_default(),
            kind,
            number: own.or_else(stan).or_else(by_bill).unwrap_or_default(),
            journal: entry.map(|_| money(item.journal())).unwrap_or_default(),
            bill: row.map(|_| money(item.bill())).unwrap_or_default(),
            difference: money(item.bill() - item.journal()),
            place: row.map(|row| format!("{}:{}", row.source, row.line)).unwrap_or_default(),
            note: item.note.clone(),
        }
    }
}
