//! What was measured, for people and for programs.

mod table;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use crate::work::{Rows, Value};

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
