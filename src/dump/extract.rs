//! One region cut out of a file.

use core::ops::Range;

use super::holes;
use super::image::{Image, NotReadable};
use super::{Candidate, candidates};
use crate::log::{ERASED, Layout, Mode, SectorHeader};

/// A region cut out of a file, from its first byte on. What the file lacks of it is marked as not
/// known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extract {
    bytes: Vec<u8>,
    holes: Vec<Range<u32>>,
    layout: Layout,
    header: SectorHeader,
}

impl Extract {
    /// Cuts a region out of a file, of which `holes` are not known. `None` for a shape that no
    /// region has.
    #[must_use]
    pub fn of(file: &[u8], holes: &[Range<u32>], region: &Candidate) -> Option<Self> {
        let layout = Layout::new(region.shape, region.shape.sector_bytes).ok()?;
        let skipped = usize::try_from(region.begins.max(0)).ok()?;
        let lacks = u32::try_from(-region.begins.min(0)).ok()?.min(layout.region_bytes());
        let room = (layout.region_bytes() - lacks) as usize;
        let there = file.get(skipped..)?;
        let mut bytes = vec![ERASED; lacks as usize];
        bytes.extend_from_slice(there.get(..room).unwrap_or(there));
        let moved = |at: u32| {
            let at = i64::from(at) - region.begins;
            u32::try_from(at.clamp(0, bytes.len() as i64)).unwrap_or(0)
        };
        let mut unknown = Vec::new();
        holes::add(&mut unknown, 0..lacks);
        for hole in holes {
            holes::add(&mut unknown, moved(hole.start)..moved(hole.end));
        }
        let holes = unknown;
        let header = SectorHeader {
            shape: region.shape,
            format_id: region.format_id,
            epoch: region.newest,
            wear: 0,
            mode: region.mode,
            formatting: false,
        };
        Some(Extract { bytes, holes, layout, header })
    }

    /// The region with the most headers in a file.
    ///
    /// # Errors
    /// [`NotReadable`]: there is none.
    pub fn first(file: &[u8], holes: &[Range<u32>]) -> Result<Self, NotReadable> {
        let found = candidates(file).first().and_then(|region| Self::of(file, holes, region));
        found.ok_or_else(|| match Image::open(file) {
            Ok(_) | Err(NotReadable::Elsewhere { .. }) => NotReadable::NotAJournal,
            Err(why) => why,
        })
    }

    /// The region as a dump.
    #[must_use]
    pub fn image(&self) -> Image<'_> {
        Image::of_shape(&self.bytes, &self.holes, self.layout, &self.header)
    }

    /// Live, test or training.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.header.mode
    }
}
