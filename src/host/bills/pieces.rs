//! A file cut into pieces that are one row each: lines, lines with quoted line ends, JSON objects.
//!
//! Never more than one piece is in memory, and none is longer than [`MOST_BYTES`].

use std::io::{self, BufRead};

/// Longer than any row of a bill.
pub(super) const MOST_BYTES: usize = 64 * 1024;

/// How a file is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    Lines,
    /// A line end within quotes belongs to the row. A quote opens only at the beginning of a cell.
    Quoted {
        delimiter: u8,
        quote: u8,
    },
    /// The innermost `{...}` of any JSON: payouts are flat, whatever stands round them.
    Objects,
}

/// What a piece is like; its bytes are in [`Pieces::bytes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// The line in which it begins, from 1.
    pub line: u64,
    pub too_long: bool,
}

pub(super) struct Pieces<R> {
    reader: R,
    cut: Cut,
    /// Line ends so far.
    lines: u64,
    is_first: bool,
    buffer: Vec<u8>,
}

/// Where in a row with quotes we are. A quote within quotes is doubled, so that it closes and opens
/// again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    CellBegins,
    Cell,
    Quoted,
    QuoteEnded,
}

impl Place {
    const fn after(self, byte: u8, delimiter: u8, quote: u8) -> Self {
        match self {
            Self::Quoted if byte == quote => Self::QuoteEnded,
            Self::Quoted => Self::Quoted,
            Self::CellBegins | Self::QuoteEnded if byte == quote => Self::Quoted,
            _ if byte == delimiter => Self::CellBegins,
            _ => Self::Cell,
        }
    }
}

const BOM: &[u8] = b"\xef\xbb\xbf";

impl<R: BufRead> Pieces<R> {
    pub fn new(reader: R, cut: Cut) -> Self {
        Self { reader, cut, lines: 0, is_first: true, buffer: Vec::new() }
    }

    /// The last piece, without its line end; a BOM before the first is gone.
    pub fn bytes(&self) -> &[u8] {
        let line = self.buffer.strip_suffix(b"\n").unwrap_or(&self.buffer);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match self.is_first {
            true => line.strip_prefix(BOM).unwrap_or(line),
            false => line,
        }
    }

    /// The next piece; `None` at the end.
    pub fn next(&mut self) -> io::Result<Option<Piece>> {
        self.is_first = self.lines == 0;
        self.buffer.clear();
        match self.cut {
            Cut::Lines => {
                let line = self.lines + 1;
                Ok(self.line()?.map(|too_long| Piece { line, too_long }))
            }
            Cut::Quoted { delimiter, quote } => self.quoted(delimiter, quote),
            Cut::Objects => self.object(),
        }
    }

    /// Adds one line to the buffer: whether it is too long to be one, or `None` at the end.
    fn line(&mut self) -> io::Result<Option<bool>> {
        let before = self.buffer.len();
        let room = (MOST_BYTES + 1).saturating_sub(before) as u64;
        let read = io::Read::take(&mut self.reader, room).read_until(b'\n', &mut self.buffer)?;
        if read == 0 && room > 0 {
            return Ok(None);
        }
        self.lines += 1;
        let too_long = self.buffer.len() > MOST_BYTES;
        if too_long && !self.buffer.ends_with(b"\n") {
            self.reader.skip_until(b'\n')?;
        }
        Ok(Some(too_long))
    }

    /// A quote that is never closed takes what follows with it, but not more than one piece.
    fn quoted(&mut self, delimiter: u8, quote: u8) -> io::Result<Option<Piece>> {
        let line = self.lines + 1;
        let mut place = Place::CellBegins;
        let mut seen = 0;
        loop {
            let too_long = match self.line()? {
                None if seen == 0 => return Ok(None),
                None => return Ok(Some(Piece { line, too_long: false })),
                Some(too_long) => too_long,
            };
            let new = self.buffer.get(seen..).unwrap_or_default();
            place = new.iter().fold(place, |place, byte| place.after(*byte, delimiter, quote));
            seen = self.buffer.len();
            if place != Place::Quoted || too_long {
                return Ok(Some(Piece { line, too_long }));
            }
        }
    }

    fn object(&mut self) -> io::Result<Option<Piece>> {
        let (mut begun, mut in_text, mut escaped) = (None, false, false);
        let mut line = self.lines + 1;
        let mut too_long = false;
        loop {
            let chunk = self.reader.fill_buf()?;
            if chunk.is_empty() {
                // What is open at the end is a piece that is no JSON.
                let cut_short = begun.is_some() && !self.buffer.is_empty();
                self.buffer.truncate(MOST_BYTES);
                return Ok(cut_short.then_some(Piece { line, too_long }));
            }
            let mut used = 0;
            let mut complete = false;
            for byte in chunk {
                used += 1;
                self.lines += u64::from(*byte == b'\n');
                match (in_text, *byte) {
                    (true, _) if escaped => escaped = false,
                    (true, b'\\') => escaped = true,
                    (_, b'"') => in_text = !in_text,
                    (false, b'{') => {
                        self.buffer.clear();
                        begun = Some(());
                        line = self.lines + 1;
                        too_long = false;
                    }
                    _ => {}
                }
                if begun.is_some() {
                    too_long |= self.buffer.len() >= MOST_BYTES;
                    if !too_long {
                        self.buffer.push(*byte);
                    }
                    complete = !in_text && *byte == b'}';
                    if complete {
                        break;
                    }
                }
            }
            self.reader.consume(used);
            if complete {
                return Ok(Some(Piece { line, too_long }));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSV: Cut = Cut::Quoted { delimiter: b',', quote: b'"' };

    fn all(text: &[u8], cut: Cut) -> Vec<(u64, bool, String)> {
        let mut pieces = Pieces::new(text, cut);
        let mut out = Vec::new();
        while let Some(piece) = pieces.next().unwrap() {
            let bytes = String::from_utf8_lossy(pieces.bytes());
            out.push((piece.line, piece.too_long, bytes.chars().take(20).collect()));
        }
        out
    }

    fn piece(line: u64, text: &str) -> (u64, bool, String) {
        (line, false, text.into())
    }

    #[test]
    fn lines_end_with_lf_or_crlf_or_the_file() {
        let text = b"\xef\xbb\xbfa\r\n\r\nb\nc";
        let expected = [piece(1, "a"), piece(2, ""), piece(3, "b"), piece(4, "c")];
        assert_eq!(all(text, Cut::Lines), expected);
        assert_eq!(all(b"", Cut::Lines), []);
    }

    #[test]
    fn a_line_without_end_is_given_up_but_not_the_next() {
        let mut text = vec![b'x'; 10 * MOST_BYTES];
        text.extend(b"\nok\n");
        let found = all(&text, Cut::Lines);
        assert_eq!((found.len(), found[0].1), (2, true));
        assert_eq!(found[1], piece(2, "ok"));
        let mut text = vec![b'"'];
        text.extend(b"x\n".repeat(MOST_BYTES));
        text.extend(b"ok\n");
        let found = all(&text, CSV);
        assert!(found[0].1);
        assert_eq!(found.last().unwrap().2, "ok");
    }

    #[test]
    fn a_quoted_line_end_belongs_to_the_row() {
        let found = all(b"a,\"b\nc\",d\ne", CSV);
        assert_eq!(found, [piece(1, "a,\"b\nc\",d"), piece(3, "e")]);
        assert_eq!(all(b"\"a", CSV), [piece(1, "\"a")]);
        // Only at the beginning of a cell; doubled, it is a character.
        assert_eq!(all(b"5\" pipe\nb", CSV), [piece(1, "5\" pipe"), piece(2, "b")]);
        assert_eq!(all(b"\"a\"\"\nb\"\nc", CSV), [piece(1, "\"a\"\"\nb\""), piece(3, "c")]);
    }

    #[test]
    fn objects_are_found_in_any_envelope() {
        let text = b"{\"data\":{\"list\":[{\"a\":\"}{\\\"\"},\n {\"b\":2}]}}\n{\"c\":3}{\"cut\":";
        let expected = [
            piece(1, "{\"a\":\"}{\\\"\"}"),
            piece(2, "{\"b\":2}"),
            piece(3, "{\"c\":3}"),
            piece(3, "{\"cut\":"),
        ];
        assert_eq!(all(text, Cut::Objects), expected);
        let long = format!("[{{\"a\":\"{}\"}},{{\"b\":1}}]", "x".repeat(2 * MOST_BYTES));
        let found = all(long.as_bytes(), Cut::Objects);
        assert_eq!((found[0].1, &found[1]), (true, &piece(1, "{\"b\":1}")));
    }
}
