//! What was exported, for people.

use std::collections::BTreeMap;
use std::time::Duration;

use super::super::plain::{Out, plain};
use super::super::table::Sheet;
use super::super::words::table as w;
use super::super::{Exit, Lang};
use super::dumps::{Seen, What};
use super::parts::Tally;
use super::schema::Table;
use crate::record::Seq;

/// What was exported.
pub(super) struct Summary {
    pub seen: Vec<Seen>,
    pub tally: Tally,
    pub elapsed: Duration,
}

impl Summary {
    /// A dump that was not read is a wrong argument.
    pub fn exit(&self) -> Exit {
        match self.seen.iter().any(|seen| seen.trouble.is_some()) {
            true => Exit::Usage,
            false => Exit::Clean,
        }
    }

    /// Tells which dumps were not read, on standard error; returns what was written.
    pub fn told(&self, lang: Lang) -> String {
        for seen in &self.seen {
            let newer = seen.superseded_by.as_ref();
            let newer = newer.map(|newer| w::X_SUPERSEDED.with(lang, &[newer]));
            for text in seen.trouble.clone().into_iter().chain(newer) {
                let text = format!("{}: {text}", seen.name);
                eprintln!("{}", plain(&text, Out::Terminal));
            }
        }
        let read: Vec<&What> = self.seen.iter().filter_map(|seen| seen.what.as_ref()).collect();
        let bytes: u64 = read.iter().map(|what| what.bytes).sum();
        let seconds = self.elapsed.as_secs_f64();
        let bad = self.seen.iter().filter(|seen| seen.trouble.is_some()).count();
        let facts: [&dyn std::fmt::Display; 5] = [
            &read.len(),
            &format_args!("{:.1}", bytes as f64 / 1e6),
            &format_args!("{seconds:.1}"),
            &format_args!("{:.0}", bytes as f64 / 1e6 / seconds.max(1e-9)),
            &bad,
        ];
        let columns = [w::X_TABLE, w::X_ROWS, w::X_FILES, w::BYTES];
        let columns = columns.map(|word| (word.of(lang), word != w::X_TABLE));
        let mut sheet = Sheet::new(w::X_WRITTEN.with(lang, &facts), &columns);
        let Tally { rows, files, bytes } = &self.tally;
        for (table, ((rows, files), bytes)) in
            Table::ALL.iter().zip(rows.iter().zip(files).zip(bytes))
        {
            sheet.row([table.name().into(), rows.into(), files.into(), bytes.into()]);
        }
        sheet.render()
    }
}

/// Dumps of one journal hold the same payments: the one with the newest record counts, of equals one in
/// which nothing was found.
pub(super) fn mark_superseded(seen: &mut [Seen]) {
    let mut newest: BTreeMap<(String, u32), (Seq, bool, String)> = BTreeMap::new();
    let key = |what: &What| (what.terminal.clone(), what.format_id);
    for dump in seen.iter() {
        let Some(what) = &dump.what else { continue };
        let new = (what.newest, what.findings == 0, dump.name.clone());
        let known = newest.entry(key(what)).or_insert_with(|| new.clone());
        if *known < new {
            *known = new;
        }
    }
    for dump in seen {
        let of = dump.what.as_ref().and_then(|what| newest.get(&key(what)));
        dump.superseded_by =
            of.filter(|(.., name)| *name != dump.name).map(|(.., name)| name.clone());
    }
}
