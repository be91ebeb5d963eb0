//! A file of a table. It has its name only when it is whole: until then it is hidden, so that no query
//! reads half of it.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde_json::{Map, Value as Json};

use super::super::plain::{Out, plain};
use super::schema::{Row, Table, Value};
use super::{TableFormat, parquet};

/// A file that is being written.
pub(super) struct Sink {
    hidden: PathBuf,
    path: PathBuf,
    to: To,
}

enum To {
    Parquet(parquet::Writer),
    Jsonl(Table, BufWriter<File>),
    Csv(csv::Writer<File>),
}

impl Sink {
    /// `stem`: the file's name without what the format adds.
    pub fn create(dir: &Path, stem: &str, table: Table, format: TableFormat) -> io::Result<Self> {
        fs::create_dir_all(dir)?;
        let name = format!("{stem}.{}", format.extension());
        let hidden = dir.join(format!(".{name}.unfinished"));
        let file = File::create_new(&hidden)?;
        let to = match format {
            TableFormat::Parquet => To::Parquet(parquet::Writer::new(file, table)?),
            TableFormat::Jsonl => To::Jsonl(table, BufWriter::new(file)),
            TableFormat::Csv => {
                let mut csv = csv::Writer::from_writer(file);
                csv.write_record(table.columns().iter().map(|column| column.name))?;
                To::Csv(csv)
            }
        };
        Ok(Sink { hidden, path: dir.join(name), to })
    }

    pub fn write(&mut self, rows: &[Row]) -> io::Result<()> {
        match &mut self.to {
            To::Parquet(writer) => writer.write(rows),
            To::Jsonl(table, file) => {
                for row in rows {
                    serde_json::to_writer(&mut *file, &object(*table, row))?;
                    file.write_all(b"\n")?;
                }
                Ok(())
            }
            To::Csv(csv) => {
                for row in rows {
                    csv.write_record(row.iter().map(cell))?;
                }
                Ok(())
            }
        }
    }

    /// Gives the file its name; returns its length.
    pub fn finish(self) -> io::Result<u64> {
        let file = match self.to {
            To::Parquet(writer) => writer.finish()?,
            To::Jsonl(_, file) => file.into_inner().map_err(io::IntoInnerError::into_error)?,
            To::Csv(csv) => {
                csv.into_inner().map_err(|error| io::Error::other(error.to_string()))?
            }
        };
        fs::rename(&self.hidden, &self.path)?;
        Ok(file.metadata()?.len())
    }
}

/// Every column, also those that are null: a line says all that a row of the other formats does.
fn object(table: Table, row: &Row) -> Json {
    let fields = table.columns().iter().zip(row).map(|(column, value)| {
        let value = match value {
            Value::Null => Json::Null,
            Value::Text(text) => text.as_ref().into(),
            Value::Int(number) => (*number).into(),
            Value::Bool(is) => (*is).into(),
            Value::Date(days) => date(*days).into(),
            Value::Time(micros) => time(*micros).into(),
        };
        (column.name.to_string(), value)
    });
    Json::Object(fields.collect::<Map<_, _>>())
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Text(text) => plain(text, Out::Csv).into_owned(),
        Value::Int(number) => number.to_string(),
        Value::Bool(is) => is.to_string(),
        Value::Date(days) => date(*days),
        Value::Time(micros) => time(*micros),
    }
}

/// A date, from days since 1970.
pub(super) fn date(days: i32) -> String {
    let date = Date::constant(1970, 1, 1).checked_add(i64::from(days).days());
    date.map(|date| date.to_string()).unwrap_or_default()
}

/// An instant in RFC 3339.
fn time(micros: i64) -> String {
    Timestamp::from_microsecond(micros).map(|at| at.to_string()).unwrap_or_default()
}
