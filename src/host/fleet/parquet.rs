//! A table's file in Parquet, written column by column: a group of rows for each lot that is handed over.

use std::fs::File;
use std::io::{self, BufWriter};
use std::sync::{Arc, OnceLock};

use parquet::basic::Compression;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, Int32Type, Int64Type};
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::Type;

use super::schema::{Column, Kind, Row, Table, Value};

/// A file that is being written.
pub(super) struct Writer {
    table: Table,
    file: SerializedFileWriter<BufWriter<File>>,
}

impl Writer {
    pub fn new(file: File, table: Table) -> io::Result<Self> {
        static PROPERTIES: OnceLock<Arc<WriterProperties>> = OnceLock::new();
        let properties = PROPERTIES.get_or_init(|| {
            let builder = WriterProperties::builder()
                .set_compression(Compression::SNAPPY)
                .set_statistics_enabled(EnabledStatistics::Chunk)
                // For files with many pages; ours are small and many.
                .set_offset_index_disabled(true)
                .set_created_by(concat!("pos-journal ", env!("CARGO_PKG_VERSION")).into());
            Arc::new(builder.build())
        });
        let schema = schema(table).map_err(failed)?;
        let file = SerializedFileWriter::new(BufWriter::new(file), schema, properties.clone());
        Ok(Writer { table, file: file.map_err(failed)? })
    }

    pub fn write(&mut self, rows: &[Row]) -> io::Result<()> {
        self.group(rows).map_err(failed)
    }

    fn group(&mut self, rows: &[Row]) -> Result<()> {
        let mut group = self.file.next_row_group()?;
        for (at, column) in self.table.columns().iter().enumerate() {
            let Some(mut writer) = group.next_column()? else { break };
            let values = rows.iter().map(|row| row.get(at).unwrap_or(&Value::Null));
            write(&mut writer, column, values)?;
            writer.close()?;
        }
        group.close().map(|_| ())
    }

    pub fn finish(self) -> io::Result<File> {
        // This writes the end of the file first.
        let file = self.file.into_inner().map_err(failed)?;
        file.into_inner().map_err(io::IntoInnerError::into_error)
    }
}

fn failed(error: ParquetError) -> io::Error {
    io::Error::other(error)
}

fn schema(table: Table) -> Result<Arc<Type>> {
    let columns = table.columns().iter().map(|column| {
        let repetition = if column.always { "REQUIRED" } else { "OPTIONAL" };
        let (physical, logical) = match column.kind {
            Kind::Text => ("BYTE_ARRAY", " (STRING)"),
            Kind::Int => ("INT64", ""),
            Kind::Bool => ("BOOLEAN", ""),
            Kind::Date => ("INT32", " (DATE)"),
            Kind::Time => ("INT64", " (TIMESTAMP(MICROS,true))"),
        };
        format!("{repetition} {physical} {}{logical};", column.name)
    });
    let message = format!("message {} {{ {} }}", table.name(), columns.collect::<String>());
    parse_message_type(&message).map(Arc::new)
}

fn write<'v>(
    writer: &mut SerializedColumnWriter<'_>,
    column: &Column,
    values: impl Iterator<Item = &'v Value>,
) -> Result<()> {
    match column.kind {
        Kind::Text => typed::<ByteArrayType>(writer, column, values, |value| match value {
            Value::Text(text) => Some(ByteArray::from(text.as_bytes().to_vec())),
            _ => None,
        }),
        Kind::Int => typed::<Int64Type>(writer, column, values, |value| match value {
            Value::Int(number) => Some(*number),
            _ => None,
        }),
        Kind::Bool => typed::<BoolType>(writer, column, values, |value| match value {
            Value::Bool(is) => Some(*is),
            _ => None,
        }),
        Kind::Date => typed::<Int32Type>(writer, column, values, |value| match value {
            Value::Date(days) => Some(*days),
            _ => None,
        }),
        Kind::Time => typed::<Int64Type>(writer, column, values, |value| match value {
            Value::Time(micros) => Some(*micros),
            _ => None,
        }),
    }
}

fn typed<'v, T: DataType>(
    writer: &mut SerializedColumnWriter<'_>,
    column: &Column,
    values: impl Iterator<Item = &'v Value>,
    get: impl Fn(&Value) -> Option<T::T>,
) -> Result<()> {
    let (mut known, mut levels) = (Vec::new(), Vec::new());
    for value in values {
        let value = get(value);
        levels.push(i16::from(value.is_some()));
        known.extend(value);
    }
    // In a column that is never null a level would have no meaning.
    let levels = if column.always { None } else { Some(levels.as_slice()) };
    writer.typed::<T>().write_batch(&known, levels, None).map(|_| ())
}
