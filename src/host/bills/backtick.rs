//! The lines of WeChat Pay's bills: a header, rows whose values each have a backtick before them, and
//! two closing lines.

use super::bad::{Fault, What, Why};
use super::fields::{Cells, Encoding, Heads, split, split_as};
use super::notes::Notes;
use super::row::BillRow;
use super::value::decimal;

/// What differs between the bills of this form.
pub(super) trait Body: Send {
    /// Takes the header.
    fn header(&mut self, heads: &Heads) -> Result<(), &'static str>;
    /// Takes a row.
    fn row(&mut self, cells: &[&str], notes: &mut Notes) -> Result<BillRow, Fault>;
    /// What the rows add up to under a name of the closing lines: value, places.
    fn total(&self, name: &str) -> Option<(i128, u8)>;
}

/// Where in the file we are.
#[derive(Clone, Debug)]
enum Stage {
    Header,
    Rows(Heads),
    Closing(Heads),
    Ended,
    /// The header lacks a column: nothing can be read.
    Lost,
}

pub(super) struct Backtick<B> {
    encoding: Encoding,
    stage: Stage,
    body: B,
}

impl<B: Body> Backtick<B> {
    pub fn new(encoding: Encoding, body: B) -> Self {
        Self { encoding, stage: Stage::Header, body }
    }

    fn header(&mut self, line: &str, notes: &mut Notes) {
        let heads = Heads::of(line.split(','));
        self.stage = match self.body.header(&heads) {
            Ok(()) => Stage::Rows(heads),
            Err(missing) => {
                notes.push(What::NoColumn(missing.into()));
                Stage::Lost
            }
        };
    }

    /// The last line: every total that it states and that we know.
    fn closing(&self, heads: &Heads, values: &Cells<'_>, notes: &mut Notes) {
        for (at, value) in values.iter().enumerate() {
            let Some(name) = heads.name(at) else { continue };
            if let Some((counted, places)) = self.body.total(name) {
                let stated = decimal(value, usize::from(places)).map(i128::from);
                notes.tie(name, places, stated, counted);
            }
        }
    }
}

/// The values of a line that begins with a backtick. A comma within a value does no harm, as the next
/// value begins with comma and backtick.
fn values(line: &str) -> Option<&str> {
    line.strip_prefix('`')
}

impl<B: Body> super::grammar::Grammar for Backtick<B> {
    fn piece(&mut self, bytes: &[u8], notes: &mut Notes) -> Result<Option<BillRow>, Fault> {
        let line = self.encoding.text(bytes);
        if line.trim().is_empty() {
            return Ok(None);
        }
        match (&self.stage, values(&line)) {
            (Stage::Lost, _) => {}
            (Stage::Header, _) => self.header(&line, notes),
            (Stage::Rows(heads), Some(values)) => {
                let cells = split_as(values, ",`", heads)?;
                return self.body.row(&cells, notes).map(Some);
            }
            (Stage::Rows(_), None) => self.stage = Stage::Closing(Heads::of(line.split(','))),
            (Stage::Closing(heads), Some(values)) => {
                let cells = split(values, ",`");
                match cells {
                    Some(cells) if cells.len() == heads.len() => self.closing(heads, &cells, notes),
                    cells => {
                        let found = cells.map_or(0, |cells| cells.len());
                        return Err(Fault::row(Why::Columns { found, wanted: heads.len() }));
                    }
                }
                self.stage = Stage::Ended;
            }
            (Stage::Closing(_) | Stage::Ended, _) => return Err(Fault::row(Why::AfterEnd)),
        }
        Ok(None)
    }

    fn end(&mut self, notes: &mut Notes) {
        notes.at(0);
        if !matches!(self.stage, Stage::Ended | Stage::Lost) {
            notes.push(What::NoFooter);
        }
    }
}
