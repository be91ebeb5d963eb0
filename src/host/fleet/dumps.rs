//! The table of dumps.

use super::dump::Dump;
use super::payments::mode;
use super::schema::{ALWAYS, Column, Kind, MAYBE, Row, Value, table};
use crate::record::Seq;

/// A file: what was found in it, or why it was not read.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub name: String,
    pub trouble: Option<String>,
    pub what: Option<What>,
    pub superseded_by: Option<String>,
}

/// What was found in a dump.
#[derive(Debug)]
pub(super) struct What {
    pub terminal: String,
    mode: Value,
    pub format_id: u32,
    pub bytes: u64,
    pub findings: u32,
    pub payments: u32,
    pub records: u32,
    pub open_items: u32,
    pub newest: Seq,
    as_of: Option<i64>,
}

impl Seen {
    pub fn of(dump: &Dump<'_>) -> Self {
        let outline = dump.outline;
        let what = What {
            terminal: dump.terminal.clone(),
            mode: mode(outline.mode),
            format_id: outline.format_id,
            bytes: dump.bytes as u64,
            findings: outline.verification.findings().len() as u32,
            payments: outline.payments.len() as u32,
            records: outline.records.len() as u32,
            open_items: outline.open.len() as u32,
            newest: outline.records.last().map(|shown| shown.seq).unwrap_or_default(),
            as_of: dump.as_of,
        };
        Seen { name: dump.name.clone(), what: Some(what), ..Seen::default() }
    }

    pub fn bad(name: String, trouble: String) -> Self {
        Seen { name, trouble: Some(trouble), ..Seen::default() }
    }

    fn of_what<T: Into<Value>>(&self, get: impl FnOnce(&What) -> T) -> Value {
        self.what.as_ref().map(get).into()
    }
}

table! {
    d: Seen;
    dump Text ALWAYS "the file" => d.name.as_str();
    trouble Text MAYBE "why it was not read; all that follows is null then" => d.trouble.as_deref();
    terminal_id Text MAYBE "as in `payments`" => d.of_what(|w| w.terminal.as_str().to_string());
    mode Text MAYBE "live, test or training" => d.of_what(|w| w.mode.clone());
    format_id Int MAYBE "the number that the format gave the journal" => d.of_what(|w| w.format_id);
    bytes Int MAYBE "its size, unpacked" => d.of_what(|w| w.bytes as i64);
    findings Int MAYBE "what `verify` finds in it" => d.of_what(|w| w.findings);
    payments Int MAYBE "its rows in `payments`" => d.of_what(|w| w.payments);
    records Int MAYBE "its rows in `records`" => d.of_what(|w| w.records);
    open_items Int MAYBE "its rows in `open_items`" => d.of_what(|w| w.open_items);
    newest_record Int MAYBE "the sequence number of its newest record" => d.of_what(|w| w.newest.0);
    as_of_utc Time MAYBE "the moment that ages are counted from (`--as-of`)" => d.what.as_ref().and_then(|w| Some(Value::Time(w.as_of?.saturating_mul(1_000_000))));
    superseded_by Text MAYBE "another dump of the same journal that is not older: its payments are in both" => d.superseded_by.as_deref();
}
