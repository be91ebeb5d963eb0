//! A dump as flash that can be read, and the shape of the journal in it.

use core::ops::Range;

use embedded_storage::nor_flash::{ErrorType, NorFlashError, NorFlashErrorKind, ReadNorFlash};

use super::candidates::candidates;
use super::{Export, NotAnExport, Spot};
use crate::log::parts::Medium;
use crate::log::{ERASED, HEADER_BYTES, Layout, MAGIC, Mode, NoHeader, SectorHeader};

/// Sectors begin at multiples of this: two of the smallest frames, as a power of two.
const SECTOR_STEP: usize = 128;

/// Why a dump cannot be read at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotReadable {
    /// Every byte is erased.
    Blank,
    /// No sector header is where one would be if a journal began at the first byte.
    NotAJournal,
    /// A later version of the format.
    Version(u8),
    /// A journal is in it, and not from the first byte on.
    Elsewhere {
        /// How many bytes lie before the journal's region; less than 0 if so many of its own are
        /// not in the dump.
        begins: i64,
    },
    /// It begins like an export and is none that can be read.
    Export(NotAnExport),
    /// There is a sector header at this address and no header is whole.
    HeadersDamaged {
        /// Bytes into the dump.
        address: u32,
    },
}

impl core::fmt::Display for NotReadable {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            NotReadable::Blank => {
                f.write_str("not a journal: every byte is erased; was the right region dumped?")
            }
            NotReadable::NotAJournal => f.write_str(
                "not a journal: no sector header is in it; a dump must begin at the first byte of \
                 the journal's region",
            ),
            NotReadable::Version(version) => write!(
                f,
                "not readable: a journal of format version {version}, which this program does not \
                 know; use a newer one"
            ),
            NotReadable::Export(why) => why.fmt(f),
            NotReadable::Elsewhere { begins } if *begins < 0 => write!(
                f,
                "this dump starts {} bytes late, in the middle of the journal's region: dump the \
                 region from its first byte, or use 'salvage', which reads what is there",
                begins.unsigned_abs()
            ),
            NotReadable::Elsewhere { begins } => write!(
                f,
                "this dump starts early: {begins} foreign bytes come before the journal's region; \
                 use 'salvage', which finds it"
            ),
            NotReadable::HeadersDamaged { address } => write!(
                f,
                "damaged: a sector header is at {address:#x}, but not one header of the journal \
                 is whole, so its shape is not known"
            ),
        }
    }
}

impl core::error::Error for NotReadable {}

/// The bytes of a dump as flash that can only be read. What the dump lacks reads as an error.
#[derive(Clone, Copy, Debug)]
pub struct Slice<'a> {
    /// The bytes.
    pub bytes: &'a [u8],
    /// Spans that are not known, in order.
    pub holes: &'a [Range<u32>],
}

/// The read lies outside the dump.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutsideDump;

impl NorFlashError for OutsideDump {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::OutOfBounds
    }
}

impl ErrorType for Slice<'_> {
    type Error = OutsideDump;
}

impl ReadNorFlash for Slice<'_> {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), OutsideDump> {
        let from = offset as usize;
        let to = from.checked_add(bytes.len()).ok_or(OutsideDump)?;
        if !self.holes.is_empty() {
            let after = self.holes.partition_point(|hole| hole.end <= offset);
            if self.holes.get(after).is_some_and(|hole| (hole.start as usize) < to) {
                return Err(OutsideDump);
            }
        }
        bytes.copy_from_slice(self.bytes.get(from..to).ok_or(OutsideDump)?);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.bytes.len()
    }
}

/// A dump of a journal's region, with the shape that its headers record.
#[derive(Clone, Copy, Debug)]
pub struct Image<'a> {
    bytes: &'a [u8],
    holes: &'a [Range<u32>],
    export: Option<&'a Export>,
    layout: Layout,
    format_id: u32,
    mode: Mode,
}

impl<'a> Image<'a> {
    /// Finds the journal in an exported region.
    ///
    /// # Errors
    /// [`NotReadable`] says what is there instead.
    pub fn of_export(export: &'a Export) -> Result<Self, NotReadable> {
        Ok(Image { export: Some(export), ..Self::with_holes(export.bytes(), &export.holes)? })
    }

    /// Finds the journal in the bytes of a dump that begins where the region begins.
    ///
    /// # Errors
    /// [`NotReadable`] says what is there instead.
    pub fn open(bytes: &'a [u8]) -> Result<Self, NotReadable> {
        Self::with_holes(bytes, &[])
    }

    /// As [`open`](Self::open), of a dump that lacks spans: in order, apart, with any bytes in place.
    ///
    /// # Errors
    /// [`NotReadable`] says what is there instead.
    pub fn with_holes(bytes: &'a [u8], holes: &'a [Range<u32>]) -> Result<Self, NotReadable> {
        let mut instead = NotReadable::NotAJournal;
        for address in (0..bytes.len()).step_by(SECTOR_STEP) {
            match header_at(bytes, address) {
                Some(Ok((header, layout))) => {
                    return Ok(Self::of_shape(bytes, holes, layout, &header));
                }
                Some(Err(NoHeader::Version(version))) => instead = NotReadable::Version(version),
                Some(Err(_)) if instead == NotReadable::NotAJournal => {
                    instead = NotReadable::HeadersDamaged { address: address as u32 };
                }
                _ => {}
            }
        }
        if let (false, Some(found)) =
            (matches!(instead, NotReadable::Version(_)), candidates(bytes).first())
        {
            return Err(NotReadable::Elsewhere { begins: found.begins });
        }
        if instead == NotReadable::NotAJournal && bytes.iter().all(|&b| b == ERASED) {
            instead = NotReadable::Blank;
        }
        Err(instead)
    }

    /// The same, and how the export arrived that it was cut out of.
    #[must_use]
    pub const fn exported(self, export: &'a Export) -> Self {
        Image { export: Some(export), ..self }
    }

    /// A region of which the shape is known.
    pub(super) fn of_shape(
        bytes: &'a [u8],
        holes: &'a [Range<u32>],
        layout: Layout,
        header: &SectorHeader,
    ) -> Self {
        Image { bytes, holes, export: None, layout, format_id: header.format_id, mode: header.mode }
    }

    /// The bytes of the dump.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The shape of the region.
    #[must_use]
    pub const fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The number that the format gave this journal.
    #[must_use]
    pub const fn format_id(&self) -> u32 {
        self.format_id
    }

    /// Live, test or training.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// The export that it came in.
    #[must_use]
    pub const fn export(&self) -> Option<&'a Export> {
        self.export
    }

    /// Spans of the dump that are not known, in order.
    #[must_use]
    pub const fn holes(&self) -> &'a [Range<u32>] {
        self.holes
    }

    /// Whether not one byte of a sector is known.
    pub(super) fn is_missing(&self, sector: u32) -> bool {
        let (from, to) = (self.layout.address(sector, 0), self.layout.address(sector + 1, 0));
        let after = self.holes.partition_point(|hole| hole.end < to);
        self.holes.get(after).is_some_and(|hole| hole.start <= from)
    }

    pub(super) fn medium(&self) -> Medium<Slice<'a>> {
        let Image { bytes, holes, layout, format_id, .. } = *self;
        Medium { flash: Slice { bytes, holes }, start: 0, layout, format_id, unreadable: false }
    }

    /// How many sectors have at least one byte in the dump.
    pub(super) fn sectors_present(&self) -> u32 {
        let bytes = self.bytes.len().min(self.layout.region_bytes() as usize) as u32;
        bytes.div_ceil(self.layout.sector_bytes())
    }

    /// The bytes of a span of a sector, as far as the dump has them.
    pub(super) fn span(&self, sector: u32, span: Range<u32>) -> &'a [u8] {
        let base = self.layout.address(sector, 0) as usize;
        let end = (base + span.end as usize).min(self.bytes.len());
        let from = (base + span.start as usize).min(end);
        self.bytes.get(from..end).unwrap_or_default()
    }

    /// First and last byte that is not erased in a span of a sector, as offsets.
    pub(super) fn written(&self, sector: u32, span: Range<u32>) -> Option<(u32, u32)> {
        let bytes = self.span(sector, span.clone());
        let first = bytes.iter().position(|&b| b != ERASED)?;
        let last = bytes.iter().rposition(|&b| b != ERASED)?;
        Some((span.start + first as u32, span.start + last as u32))
    }

    pub(super) fn spot(&self, sector: u32, offset: u32) -> Spot {
        Spot { sector, offset, address: self.layout.address(sector, offset) }
    }
}

/// What the bytes at an address say if a sector begins there; `None` without the magic.
fn header_at(bytes: &[u8], address: usize) -> Option<Result<(SectorHeader, Layout), NoHeader>> {
    let head: &[u8; HEADER_BYTES] = bytes.get(address..)?.first_chunk()?;
    if !head.starts_with(&MAGIC) {
        return None;
    }
    let sector_bytes = head.get(8..)?.first_chunk().map_or(0, |b| u32::from_le_bytes(*b)) as usize;
    let sector = match address.checked_rem(sector_bytes) {
        Some(0) => address / sector_bytes,
        _ => return Some(Err(NoHeader::Damaged)),
    };
    let header = match SectorHeader::decode(sector as u32, head) {
        Ok(header) => header,
        Err(error) => return Some(Err(error)),
    };
    let layout = Layout::new(header.shape, header.shape.sector_bytes);
    Some(layout.map(|layout| (header, layout)).map_err(|_| NoHeader::Damaged))
}
