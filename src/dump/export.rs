//! A stream that `Journal::export` made, taken apart again: the region, what the chip could not read,
//! and what the line did to it.

use core::ops::Range;

use super::holes;
use crate::journal::{EXPORT_HEADER, EXPORT_MAGIC, EXPORT_VERSION, SPAN_HEAD, span, span_crc};
use crate::log::{CRC, CrcDigest, ERASED};

/// Larger regions are none of a terminal.
const MOST_BYTES: u32 = 1 << 28;
/// Most bytes that a span carries.
const MOST_CARRIED: usize = 256;
const CRC_BYTES: usize = 4;

/// Something that the stream lacks or that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// Bytes of the region concerned, where that is known.
    pub region: Option<Range<u32>>,
    pub text: String,
}

/// An exported region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    pub(super) bytes: Vec<u8>,
    pub(super) holes: Vec<Range<u32>>,
    pub(super) unreadable: Vec<Range<u32>>,
    pub(super) faults: Vec<Fault>,
    crc: Option<u32>,
    start: u32,
}

/// A file that begins like an export and cannot be read as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotAnExport {
    /// It does not begin like one.
    Foreign,
    /// A later version of the stream.
    Version(u8),
    /// Nothing behind the header can be read.
    Damaged,
}

impl core::fmt::Display for NotAnExport {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            NotAnExport::Foreign => f.write_str("not an export of a journal"),
            NotAnExport::Version(version) => write!(
                f,
                "not readable: an export of version {version}, which this program does not know; \
                 use a newer one"
            ),
            NotAnExport::Damaged => f.write_str(
                "damaged: it begins like an export, and nothing that follows can be read; transfer \
                 it again, in binary mode",
            ),
        }
    }
}

impl core::error::Error for NotAnExport {}

/// A span whose CRC fits.
struct Span<'a> {
    kind: u8,
    address: u32,
    length: u32,
    carried: &'a [u8],
    crc: u32,
    /// Offset behind it.
    end: usize,
}

impl Export {
    /// Whether the bytes begin like an export.
    #[must_use]
    pub fn is_one(bytes: &[u8]) -> bool {
        bytes.starts_with(&EXPORT_MAGIC)
    }

    /// Takes an export apart that is somewhere in a file, behind what a terminal wrote on the same line
    /// before it, say; that there was something is a finding. `None`: there is none.
    #[must_use]
    pub fn within(file: &[u8]) -> Option<Self> {
        let is_header = |header: &[u8]| {
            header.starts_with(&EXPORT_MAGIC)
                && u32_at(header, EXPORT_HEADER - CRC_BYTES)
                    == header.get(..EXPORT_HEADER - CRC_BYTES).map(|bytes| CRC.checksum(bytes))
        };
        let at = file.windows(EXPORT_HEADER).position(is_header)?;
        let mut export = Self::read(file.get(at..)?).ok()?;
        if at > 0 {
            let text = format!("{at} foreign bytes come before the export");
            export.faults.push(Fault { region: None, text });
        }
        Some(export)
    }

    /// Takes a stream apart. What is damaged in it is a finding of
    /// [`verify`](super::verify), not an error.
    ///
    /// # Errors
    /// [`NotAnExport`]: nothing in it can be read.
    pub fn read(stream: &[u8]) -> Result<Self, NotAnExport> {
        if !Self::is_one(stream) {
            return Err(NotAnExport::Foreign);
        }
        let header: &[u8; EXPORT_HEADER] = stream.first_chunk().ok_or(NotAnExport::Damaged)?;
        let word = |at| u32_at(header, at).unwrap_or_default();
        let (version, seed) = (word(4) as u8, word(EXPORT_HEADER - CRC_BYTES));
        let whole = CRC.checksum(header.get(..EXPORT_HEADER - CRC_BYTES).unwrap_or_default());
        if whole == seed && version != EXPORT_VERSION {
            return Err(NotAnExport::Version(version));
        }
        let mut reader = Reader {
            stream,
            seed: seed.to_le_bytes(),
            most: word(8).min(MOST_BYTES),
            whole: CRC.digest(),
            into: Export {
                bytes: Vec::new(),
                holes: Vec::new(),
                unreadable: Vec::new(),
                faults: Vec::new(),
                crc: None,
                start: word(12),
            },
        };
        if whole != seed {
            // The spans say all that matters; only where they end is not known.
            reader.most = MOST_BYTES;
            reader.fault(None, "the header of the export is damaged");
        }
        reader.read()?;
        Ok(reader.into)
    }

    /// The bytes of the region. Those that are not known read erased here.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Spans of the region that the chip could not read.
    #[must_use]
    pub fn unreadable(&self) -> &[Range<u32>] {
        &self.unreadable
    }

    /// Spans of the region that are not known: unreadable, or lost on the line.
    #[must_use]
    pub fn holes(&self) -> &[Range<u32>] {
        &self.holes
    }

    /// The CRC that the terminal computed over the stream, if it arrived.
    #[must_use]
    pub fn crc(&self) -> Option<u32> {
        self.crc
    }

    /// Where the region begins on the chip.
    #[must_use]
    pub fn start(&self) -> u32 {
        self.start
    }

    /// Whether the stream arrived as it was sent.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.faults.is_empty()
    }
}

struct Reader<'a> {
    stream: &'a [u8],
    seed: [u8; 4],
    /// Bytes of the region, as far as that is known.
    most: u32,
    /// Over the CRCs of header and spans.
    whole: CrcDigest,
    into: Export,
}

impl<'a> Reader<'a> {
    fn read(&mut self) -> Result<(), NotAnExport> {
        let mut at = EXPORT_HEADER;
        self.whole.update(&self.seed);
        let mut found = false;
        while let Some((skipped, span)) = self.next(at) {
            found = true;
            self.skipped(skipped, at, span.address);
            if span.kind == span::END {
                self.end(&span);
                return Ok(());
            }
            self.take(&span);
            at = span.end;
        }
        if !found {
            return Err(NotAnExport::Damaged);
        }
        let text = format!("the export ends early: {} bytes of it arrived", self.stream.len());
        let reached = self.reached();
        let rest = (self.most < MOST_BYTES).then_some(reached..self.most.max(reached));
        if let Some(rest) = &rest {
            self.hole(rest.end);
        }
        self.fault(rest.filter(|rest| !rest.is_empty()), text);
        Ok(())
    }

    /// How far the region is known.
    fn reached(&self) -> u32 {
        self.into.bytes.len() as u32
    }

    /// The next span from an offset on, and how many bytes before it are none.
    fn next(&self, at: usize) -> Option<(usize, Span<'a>)> {
        let rest = self.stream.len().saturating_sub(at);
        (0..rest).find_map(|skipped| Some((skipped, self.span(at + skipped)?)))
    }

    /// The span at an offset, if one is there that may follow what was read.
    fn span(&self, at: usize) -> Option<Span<'a>> {
        let head: &[u8; SPAN_HEAD] = self.stream.get(at..)?.first_chunk()?;
        let kind = head.first().copied()?;
        let (address, length) = (u32_at(head, 1)?, u32_at(head, 5)?);
        let carried = match kind {
            span::BYTES => Some(length as usize).filter(|bytes| *bytes <= MOST_CARRIED)?,
            span::ERASED | span::UNREADABLE => 0,
            span::END => CRC_BYTES,
            _ => return None,
        };
        let covered = if kind == span::END { 0 } else { length };
        let fits = address >= self.reached() && address.checked_add(covered)? <= self.most;
        if !fits {
            return None;
        }
        let from = at + SPAN_HEAD;
        let (carried, crc) = self.stream.get(from..)?.split_at_checked(carried)?;
        let stored = u32_at(crc, 0)?;
        let end = from + carried.len() + CRC_BYTES;
        let valid = stored == span_crc(self.seed, head, carried);
        valid.then_some(Span { kind, address, length, carried, crc: stored, end })
    }

    /// Bytes of the stream that are no span, and what of the region is missing for them.
    fn skipped(&mut self, skipped: usize, at: usize, address: u32) {
        let missing = self.reached()..address;
        if skipped > 0 {
            let text = format!("{skipped} bytes of the export are damaged, from its byte {at} on");
            self.fault(Some(missing.clone()).filter(|missing| !missing.is_empty()), text);
        } else if !missing.is_empty() {
            self.fault(Some(missing), "these bytes are missing from the export");
        }
        self.hole(address);
    }

    /// What is not known up to an address.
    fn hole(&mut self, to: u32) {
        let from = self.reached();
        if from < to {
            holes::add(&mut self.into.holes, from..to);
            self.into.bytes.resize(to as usize, ERASED);
        }
    }

    fn take(&mut self, span: &Span<'_>) {
        self.whole.update(&span.crc.to_le_bytes());
        let end = span.address + span.length;
        if span.kind == span::UNREADABLE {
            holes::add(&mut self.into.unreadable, span.address..end);
            holes::add(&mut self.into.holes, span.address..end);
        }
        self.into.bytes.extend_from_slice(span.carried);
        self.into.bytes.resize(end as usize, ERASED);
    }

    fn end(&mut self, span: &Span<'_>) {
        let crc = u32_at(span.carried, 0);
        self.into.crc = crc;
        let counted: u32 = self.into.unreadable.iter().map(|hole| hole.end - hole.start).sum();
        let unknown = self.into.faults.is_empty();
        if unknown && crc != Some(self.whole.clone().finalize()) {
            self.fault(None, "the export is not as it was sent: its CRC differs");
        } else if counted != span.length {
            self.fault(None, "the export counts its unreadable bytes differently");
        }
        if span.end < self.stream.len() {
            let text = format!("{} bytes follow the export", self.stream.len() - span.end);
            self.fault(None, text);
        }
    }

    fn fault(&mut self, region: Option<Range<u32>>, text: impl Into<String>) {
        self.into.faults.push(Fault { region, text: text.into() });
    }
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|word| u32::from_le_bytes(*word))
}
