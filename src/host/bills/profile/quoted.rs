//! One row of a CSV file with quotes.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::super::bad::{Fault, Why};
use super::super::fields::{Cells, MOST_COLUMNS};

/// Splits rows, one at a time.
pub(super) struct Splitter {
    reader: Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Splitter {
    pub fn new(delimiter: u8, quote: u8) -> Self {
        let reader = ReaderBuilder::new().delimiter(delimiter).quote(quote).build();
        Self { reader, text: Vec::new(), ends: vec![0; MOST_COLUMNS + 1] }
    }

    /// The cells of a row that is complete.
    pub fn split(&mut self, row: &str) -> Result<Cells<'_>, Fault> {
        self.reader.reset();
        // A cell is never longer than the row.
        self.text.resize(row.len() + 1, 0);
        let wide = || Fault::row(Why::Columns { found: MOST_COLUMNS + 1, wanted: MOST_COLUMNS });
        let mut input = row.as_bytes();
        let (mut written, mut cells) = (0, 0);
        loop {
            let (text, ends) = (
                self.text.get_mut(written..).unwrap_or_default(),
                self.ends.get_mut(cells..).unwrap_or_default(),
            );
            let (result, read, out, ended) = self.reader.read_record(input, text, ends);
            input = input.get(read..).unwrap_or_default();
            (written, cells) = (written + out, cells + ended);
            match result {
                // Once more with nothing left: that is the end.
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::Record | ReadRecordResult::End => break,
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    return Err(wide());
                }
            }
        }
        let mut out = Cells::new();
        let mut from = 0;
        for end in self.ends.get(..cells).unwrap_or_default() {
            let bytes = self.text.get(from..*end).unwrap_or_default();
            // Cells are cut at ASCII characters: they are text as the row was.
            out.push(std::str::from_utf8(bytes).unwrap_or("\u{fffd}")).map_err(|_| wide())?;
            from = *end;
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_protect_delimiters_quotes_and_line_ends() {
        let mut splitter = Splitter::new(b',', b'"');
        let mut cells = |row: &str| splitter.split(row).unwrap().join("|");
        assert_eq!(cells("a,\"b,\"\"c\"\"\nd\",,e"), "a|b,\"c\"\nd||e");
        assert_eq!(cells("a,"), "a|");
        assert_eq!(cells(""), "");
        assert_eq!(cells("\"open, never closed"), "open, never closed");
        assert_eq!(cells("面条,x"), "面条|x");
        assert!(splitter.split(&",".repeat(200)).is_err());
    }
}
