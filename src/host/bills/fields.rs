//! Columns by their names, and the cells of a row by its columns.

use std::borrow::Cow;

use jiff::civil::DateTime;

use super::bad::{Fault, Why};
use super::value;

/// More columns than any bill has.
pub(super) const MOST_COLUMNS: usize = 96;

/// The cells of one row.
pub(super) type Cells<'a> = heapless::Vec<&'a str, MOST_COLUMNS>;

/// What stands round a value without belonging to it: blanks, TABs, the full-width blank.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\u{3000}', '\r'])
}

/// The characters of a file's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Gbk,
}

impl Encoding {
    /// What the bytes say; one that is no character becomes U+FFFD, which no key may hold.
    pub fn text(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes),
            Self::Gbk => encoding_rs::GBK.decode_without_bom_handling(bytes).0,
        }
    }

    /// UTF-8 where the bytes are (its end may be cut), else GBK.
    pub fn of(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(_) => Self::Utf8,
            Err(error) if error.error_len().is_none() => Self::Utf8,
            Err(_) => Self::Gbk,
        }
    }
}

/// The names of a file's columns.
#[derive(Clone, Debug, Default)]
pub(super) struct Heads(Vec<String>);

/// Where a column is, if the file has it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Col {
    at: Option<usize>,
    name: &'static str,
}

impl Col {
    /// A column without a header: counted from 1.
    pub const fn nth(number: usize, name: &'static str) -> Self {
        Self { at: number.checked_sub(1), name }
    }

    pub fn exists(self) -> bool {
        self.at.is_some()
    }
}

impl Heads {
    pub fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self(names.into_iter().take(MOST_COLUMNS).map(normal).collect())
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The name of a column, as [`normal`] has it.
    pub fn name(&self, at: usize) -> Option<&str> {
        self.0.get(at).map(String::as_str)
    }

    /// The column that has one of these names.
    pub fn find(&self, names: &[&'static str]) -> Col {
        let at = names.iter().find_map(|name| self.0.iter().position(|head| head == name));
        Col { at, name: names.first().copied().unwrap_or_default() }
    }

    /// The same, for a column without which the file is of no use.
    pub fn need(&self, names: &[&'static str]) -> Result<Col, &'static str> {
        let found = self.find(names);
        if found.exists() { Ok(found) } else { Err(found.name) }
    }
}

/// A column's name as our tables have it: without blanks, and with ASCII brackets.
pub(super) fn normal(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '（' => out.push('('),
            '）' => out.push(')'),
            c if c.is_whitespace() || matches!(c, '`' | '\u{feff}') => {}
            c => out.push(c),
        }
    }
    out
}

/// The cells of a row, by column. `nulls` are the texts that stand for nothing.
pub(super) struct Fields<'a> {
    pub cells: &'a [&'a str],
    pub nulls: &'static [&'static str],
}

impl<'a> Fields<'a> {
    /// What stands there; nothing where the file lacks the column.
    pub fn text(&self, col: Col) -> &'a str {
        let cell = col.at.and_then(|at| self.cells.get(at)).copied().unwrap_or_default();
        let cell = trim(cell);
        if self.nulls.contains(&cell) { "" } else { cell }
    }

    /// A text that is kept.
    pub fn owned(&self, col: Col) -> Result<Option<String>, Fault> {
        match self.text(col) {
            "" => Ok(None),
            text if text.contains('\u{fffd}') => Err(self.fault(col, Why::NotText)),
            text => Ok(Some(text.to_string())),
        }
    }

    /// What only people read: a character that nobody could read costs no row.
    pub fn words(&self, col: Col) -> Option<String> {
        Some(self.text(col)).filter(|text| !text.is_empty()).map(str::to_string)
    }

    pub fn need(&self, col: Col) -> Result<&'a str, Fault> {
        match self.text(col) {
            "" => Err(self.fault(col, Why::Missing)),
            text => Ok(text),
        }
    }

    /// An amount in units of 10^-places, if any stands there.
    pub fn money(&self, col: Col, places: usize) -> Result<Option<i64>, Fault> {
        match self.text(col) {
            "" => Ok(None),
            text => match value::decimal(text, places) {
                Some(amount) => Ok(Some(amount)),
                None => Err(self.fault(col, Why::NotMoney)),
            },
        }
    }

    pub fn need_money(&self, col: Col, places: usize) -> Result<i64, Fault> {
        self.money(col, places)?.ok_or_else(|| self.fault(col, Why::Missing))
    }

    pub fn time(&self, col: Col) -> Result<Option<DateTime>, Fault> {
        match self.text(col) {
            "" => Ok(None),
            text => match value::date_time(text) {
                Some(time) => Ok(Some(time)),
                None => Err(self.fault(col, Why::NotATime)),
            },
        }
    }

    pub fn need_time(&self, col: Col) -> Result<DateTime, Fault> {
        self.time(col)?.ok_or_else(|| self.fault(col, Why::Missing))
    }

    pub fn fault(&self, col: Col, why: Why) -> Fault {
        Fault::of(col.at.map_or(0, |at| at + 1), col.name, self.text(col), why)
    }
}

/// Splits a row without quotes; `None` if it has more cells than any bill.
pub(super) fn split<'a>(text: &'a str, token: &str) -> Option<Cells<'a>> {
    let mut cells = Cells::new();
    for cell in text.split(token) {
        cells.push(cell).ok()?;
    }
    Some(cells)
}

/// Splits a row without quotes that must have as many cells as the header.
pub(super) fn split_as<'a>(text: &'a str, token: &str, heads: &Heads) -> Result<Cells<'a>, Fault> {
    let wanted = heads.len();
    match split(text, token) {
        Some(cells) if cells.len() == wanted => Ok(cells),
        Some(cells) => Err(Fault::row(Why::Columns { found: cells.len(), wanted })),
        None => Err(Fault::row(Why::Columns { found: MOST_COLUMNS + 1, wanted })),
    }
}
