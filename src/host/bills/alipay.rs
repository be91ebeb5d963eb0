//! What Alipay's four files share: `#` lines round a table whose texts have a TAB behind them.

use super::bad::{Fault, What, Why};
use super::fields::{Encoding, Heads, split_as};
use super::grammar::Grammar;
use super::notes::Notes;
use super::row::BillRow;
use super::value::numbers;

/// What differs between the files.
pub(super) trait Table: Send {
    /// Takes the header.
    fn header(&mut self, heads: &Heads) -> Result<(), &'static str>;
    /// Takes a row.
    fn row(&mut self, cells: &[&str], notes: &mut Notes) -> Result<Option<BillRow>, Fault>;
    /// Takes the account number out of the head.
    fn account(&mut self, _pid: &str) {}
    /// The closing line that begins with this name: places and what the rows add up to, number by
    /// number.
    fn totals(&self, name: &str) -> Option<[(u8, i128); 2]>;
    /// The names of the closing lines that must be there.
    fn closing(&self) -> &'static [&'static str];
    /// All rows were taken.
    fn end(&mut self, _notes: &mut Notes) {}
}

pub(super) struct Hashed<T> {
    encoding: Encoding,
    heads: Option<Heads>,
    lost: bool,
    closed: usize,
    table: T,
}

/// Behind the account number, on every file.
const SUFFIX: &str = "0156";

impl<T: Table> Hashed<T> {
    pub fn new(encoding: Encoding, table: T) -> Self {
        Self { encoding, heads: None, lost: false, closed: 0, table }
    }

    fn remark(&mut self, text: &str, notes: &mut Notes) {
        let text = text.trim_start_matches('#').trim();
        let Some((name, rest)) = text.split_once(['：', ':']) else { return };
        let name = name.trim();
        if name == "账号" {
            let number = numbers(rest).next().unwrap_or_default();
            self.table.account(number.strip_suffix(SUFFIX).unwrap_or(number));
        }
        if let Some(totals) = self.table.totals(name) {
            self.closed += 1;
            let mut stated = numbers(rest);
            for (places, counted) in totals {
                let text = stated.next().unwrap_or_default();
                let value = super::value::decimal(text, usize::from(places));
                // Some exports print money that goes back without its sign.
                notes.tie(name, places, value.map(|v| i128::from(v).abs()), counted.abs());
            }
        }
    }
}

impl<T: Table> Grammar for Hashed<T> {
    fn piece(&mut self, bytes: &[u8], notes: &mut Notes) -> Result<Option<BillRow>, Fault> {
        let line = self.encoding.text(bytes);
        if line.starts_with('#') {
            self.remark(&line, notes);
            return Ok(None);
        }
        if self.lost || line.trim().is_empty() {
            return Ok(None);
        }
        let Some(heads) = &self.heads else {
            let heads = Heads::of(line.split(','));
            match self.table.header(&heads) {
                Ok(()) => self.heads = Some(heads),
                Err(missing) => {
                    notes.push(What::NoColumn(missing.into()));
                    self.lost = true;
                }
            }
            return Ok(None);
        };
        if self.closed > 0 {
            return Err(Fault::row(Why::AfterEnd));
        }
        let cells = split_as(&line, ",", heads)?;
        self.table.row(&cells, notes)
    }

    fn end(&mut self, notes: &mut Notes) {
        notes.at(0);
        if self.closed < self.table.closing().len() {
            notes.push(What::NoFooter);
        }
        self.table.end(notes);
    }
}
