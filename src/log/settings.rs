use embedded_storage::nor_flash::NorFlash;

use super::format::{Mode, Shape};
use super::layout::{BadShape, Layout};
use crate::flash::Region;

/// How a log lies on its region. The same settings must be given at every mount: they are recorded
/// in the region and compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Bytes of a log sector: a whole number of erase blocks. 0 chooses the smallest that is at
    /// least 4 KiB.
    pub sector_bytes: u32,
    /// Bytes between anchors, a power of two. 0 chooses: the smallest that two of the largest
    /// frames fit into, twice that in sectors of 16 KiB or more.
    pub anchor_bytes: u32,
    /// The unit within which a torn program can spoil its neighbours, in bytes: the ECC granule.
    /// 0 or anything smaller than the chip's write size means the write size.
    pub ecc_bytes: u32,
    /// Read every frame back after programming it. Lost writes and stuck sectors are survived only
    /// with this on.
    pub verify: bool,
    /// Milliseconds of up-time before `maintain` does anything, so that a burst of brown-outs does
    /// not erase at every boot.
    pub quiet_ms: u32,
}

impl Settings {
    /// What fits most terminals: everything chosen from the chip, verify on, idle work after two
    /// seconds of up-time.
    pub const fn new() -> Self {
        Settings { sector_bytes: 0, anchor_bytes: 0, ecc_bytes: 0, verify: true, quiet_ms: 2_000 }
    }

    /// The layout of `region` on a chip of type `F` with frames of at most `frame` bytes.
    ///
    /// # Errors
    /// [`BadShape`] when the region, the chip and the settings do not go together.
    pub fn layout<F: NorFlash>(&self, region: Region, frame: usize) -> Result<Layout, BadShape> {
        let chip = Chip {
            write: F::WRITE_SIZE as u32,
            read: F::READ_SIZE as u32,
            erase: F::ERASE_SIZE as u32,
        };
        self.layout_at(chip, region, frame)
    }

    pub(super) const fn layout_at(
        &self,
        chip: Chip,
        region: Region,
        frame: usize,
    ) -> Result<Layout, BadShape> {
        if chip.erase == 0 || !region.start().is_multiple_of(chip.erase) {
            return Err(BadShape::Region);
        }
        self.layout_on(chip, region.bytes(), frame)
    }

    /// As [`layout`](Self::layout), of a region of so many bytes on a chip that is described.
    ///
    /// # Errors
    /// As [`layout`](Self::layout).
    pub const fn layout_on(
        &self,
        chip: Chip,
        region_bytes: u32,
        frame: usize,
    ) -> Result<Layout, BadShape> {
        let Chip { write, read, erase } = chip;
        let unit = larger(larger(self.ecc_bytes, write), read);
        if write == 0 || !unit.is_power_of_two() || unit > 256 || !unit.is_multiple_of(write) {
            return Err(BadShape::Unit);
        }
        if read == 0 || read > 32 || !unit.is_multiple_of(read) {
            return Err(BadShape::Unit);
        }
        if erase == 0 || !region_bytes.is_multiple_of(erase) {
            return Err(BadShape::Region);
        }
        if frame > 264 {
            return Err(BadShape::Frame);
        }
        let sector_bytes = match self.sector_bytes {
            0 => larger(erase, 4096u32.next_multiple_of(erase)),
            bytes => bytes,
        };
        let least = (2 * frame as u32).next_power_of_two();
        let anchor = match self.anchor_bytes {
            0 if sector_bytes >= 16 * 1024 => 2 * least,
            0 => least,
            bytes if bytes.is_power_of_two() => bytes,
            _ => return Err(BadShape::Anchor),
        };
        let sectors = region_bytes / larger(sector_bytes, 1);
        if sectors > 0xFFFE {
            return Err(BadShape::SectorCount);
        }
        let shape = Shape {
            unit_log2: unit.trailing_zeros() as u8,
            anchor_log2: anchor.trailing_zeros() as u8,
            sector_bytes,
            sectors: sectors as u16,
            frame_max: frame as u16,
            tail_bytes: super::void::tail_bytes(unit, anchor),
        };
        Layout::new(shape, erase)
    }
}

/// What of a chip matters to a layout, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chip {
    /// The least that can be programmed.
    pub write: u32,
    /// The least that can be read.
    pub read: u32,
    /// The least that can be erased.
    pub erase: u32,
}

/// `Ord::max` is not `const`.
const fn larger(one: u32, other: u32) -> u32 {
    if one > other { one } else { other }
}

impl Default for Settings {
    fn default() -> Self {
        Settings::new()
    }
}

/// What a format makes of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatAs {
    /// A number that no earlier format of this region used: from the chip's random generator, or
    /// from anything that differs each time. It seeds every CRC, so that nothing left over from
    /// before the format is ever taken for a record.
    pub format_id: u32,
    /// Live, test or training.
    pub mode: Mode,
    /// Overwrite bytes that are neither erased nor a journal.
    pub over_foreign: bool,
}

impl FormatAs {
    /// A live journal on an erased region or an old journal.
    pub const fn live(format_id: u32) -> Self {
        FormatAs { format_id, mode: Mode::Live, over_foreign: false }
    }
}
