//! What was measured, for people and for programs.

mod plot;
mod readme;
mod table;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use crate::work::{Row, Rows, Value};

pub use plot::plot;
pub use readme::readme;
pub use table::tables;

/// One number a line: store, work, part, metric, value.
pub fn tsv(rows: &Rows, path: &Path) -> std::io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    for row in &rows.0 {
        let value = match &row.value {
            Value::Number(number) => number.to_string(),
            Value::Word(word) => word.clone(),
        };
        writeln!(out, "{}\t{}\t{}\t{}\t{value}", row.store, row.work, row.part, row.metric)?;
    }
    out.flush()
}

/// Reads back what [`tsv`] wrote.
pub fn from_tsv(path: &Path) -> std::io::Result<Rows> {
    let mut rows = Rows::default();
    for line in std::fs::read_to_string(path)?.lines() {
        let mut fields = line.split('\t').map(String::from);
        let mut next = || fields.next().unwrap_or_default();
        let (store, work, part, metric, value) = (next(), next(), next(), next(), next());
        let value = value.parse().map_or(Value::Word(value), Value::Number);
        rows.0.push(Row { store, work, part, metric, value });
    }
    Ok(rows)
}
