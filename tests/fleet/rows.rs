//! Rows of each format, as the same texts: null is nothing, an instant is RFC 3339, a date ISO 8601.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use pos_journal::host::{Out, plain};
use serde_json::Value;

use super::files;

/// A row by its columns.
pub type Row = BTreeMap<String, String>;

/// All rows of a table, in order, whatever its format; texts as CSV writes them.
pub fn rows(out: &Path, table: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    for path in files(&out.join(table)) {
        let file = File::open(&path).unwrap();
        match path.extension().and_then(|end| end.to_str()) {
            Some("parquet") => {
                let reader = SerializedFileReader::new(file).unwrap();
                let read = reader.get_row_iter(None).unwrap().map(|row| of_parquet(&row.unwrap()));
                rows.extend(read);
            }
            Some("jsonl") => {
                let text = std::io::read_to_string(file).unwrap();
                rows.extend(text.lines().map(of_json));
            }
            Some("csv") => {
                let mut csv = csv::Reader::from_reader(file);
                rows.extend(csv.deserialize().map(|row| row.unwrap()));
            }
            other => panic!("{other:?} of {}", path.display()),
        }
    }
    rows.sort();
    rows
}

fn text(text: &str) -> String {
    plain(text, Out::Csv).into_owned()
}

fn of_parquet(row: &parquet::record::Row) -> Row {
    let cell = |field: &Field| match field {
        Field::Null => String::new(),
        Field::Bool(is) => is.to_string(),
        Field::Long(number) => number.to_string(),
        Field::Str(of) => text(of),
        Field::Date(days) => (Date::constant(1970, 1, 1) + i64::from(*days).days()).to_string(),
        Field::TimestampMicros(micros) => Timestamp::from_microsecond(*micros).unwrap().to_string(),
        other => panic!("{other:?}"),
    };
    row.get_column_iter().map(|(name, field)| (name.clone(), cell(field))).collect()
}

fn of_json(line: &str) -> Row {
    let Value::Object(fields) = serde_json::from_str(line).unwrap() else { panic!("{line}") };
    let cell = |value: Value| match value {
        Value::Null => String::new(),
        Value::String(of) => text(&of),
        other => other.to_string(),
    };
    fields.into_iter().map(|(name, value)| (name, cell(value))).collect()
}
