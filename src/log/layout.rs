//! Where things lie in a region: sectors, stripes, units. Arithmetic only.

use core::num::NonZeroU32;

use super::format::{COPY_HEAD, HEADER_BYTES, Shape, frame_bytes, max_payload};

/// Why a region, a chip and the settings do not go together.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadShape {
    /// The region is not made of whole erase blocks, or lies outside the chip.
    Region,
    /// A sector is not a whole number of erase blocks and of anchors.
    SectorBytes,
    /// Fewer than two sectors, or more than 65,534.
    SectorCount,
    /// The unit is not a power of two from 1 to 256, or smaller than what the chip programs.
    Unit,
    /// Anchors must be a power of two, at least two of the largest frames apart, four to a sector.
    Anchor,
    /// The largest frame is not a multiple of 8 and of the unit between 48 and 264 bytes.
    Frame,
}

impl core::fmt::Display for BadShape {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            BadShape::Region => {
                "the region must lie on the chip and be a whole number of erase blocks"
            }
            BadShape::SectorBytes => {
                "a log sector must be a whole number of erase blocks and of anchors"
            }
            BadShape::SectorCount => "a region needs 2 to 65534 log sectors: make it larger",
            BadShape::Unit => {
                "the unit must be a power of two up to 256 and fit the chip's write size"
            }
            BadShape::Anchor => {
                "anchors must be a power of two, two largest frames apart, at least 4 to a sector"
            }
            BadShape::Frame => {
                "the largest frame must be a multiple of 8 and of the unit, 48 to 264 bytes"
            }
        })
    }
}

impl core::error::Error for BadShape {}

/// The checked shape of a region, and the arithmetic on it. Offsets are bytes into a sector;
/// addresses are bytes into the region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    shape: Shape,
    // Once more from the shape, in types by which nothing that is divided by them can panic.
    sectors: NonZeroU32,
    sector_bytes: NonZeroU32,
    erase_bytes: u32,
}

impl Layout {
    /// Checks a shape against the chip's erase size.
    ///
    /// # Errors
    /// [`BadShape`] names the first rule that does not hold.
    pub const fn new(shape: Shape, erase_bytes: u32) -> Result<Self, BadShape> {
        if shape.unit_log2 > 8 {
            return Err(BadShape::Unit);
        }
        let unit = 1u32 << shape.unit_log2;
        let frame = shape.frame_max as u32;
        if frame < 48 || frame > 264 || !frame.is_multiple_of(8) || !frame.is_multiple_of(unit) {
            return Err(BadShape::Frame);
        }
        if shape.anchor_log2 > 24 || (1u32 << shape.anchor_log2) < 2 * frame {
            return Err(BadShape::Anchor);
        }
        let anchor = 1u32 << shape.anchor_log2;
        let bytes = shape.sector_bytes;
        let Some(sector_bytes) = NonZeroU32::new(bytes) else {
            return Err(BadShape::SectorBytes);
        };
        let Some(sectors) = NonZeroU32::new(shape.sectors as u32) else {
            return Err(BadShape::SectorCount);
        };
        if erase_bytes == 0 || !bytes.is_multiple_of(erase_bytes) || !bytes.is_multiple_of(anchor) {
            return Err(BadShape::SectorBytes);
        }
        if bytes / anchor < 4 || bytes > 1 << 26 || shape.tail_bytes as u32 > anchor / 4 {
            return Err(BadShape::Anchor);
        }
        if shape.sectors < 2
            || shape.sectors == 0xFFFF
            || shape.sectors as u64 * bytes as u64 > u32::MAX as u64
        {
            return Err(BadShape::SectorCount);
        }
        Ok(Layout { shape, sectors, sector_bytes, erase_bytes })
    }

    /// The shape as the headers record it.
    pub const fn shape(&self) -> Shape {
        self.shape
    }

    /// Alignment of frames in bytes.
    pub const fn unit(&self) -> u32 {
        1 << self.shape.unit_log2
    }

    /// Bytes between anchors.
    pub const fn anchor(&self) -> u32 {
        1 << self.shape.anchor_log2
    }

    /// Bytes of a sector.
    pub const fn sector_bytes(&self) -> u32 {
        self.sector_bytes.get()
    }

    /// Number of sectors.
    pub const fn sectors(&self) -> u32 {
        self.sectors.get()
    }

    /// Bytes of the region.
    pub const fn region_bytes(&self) -> u32 {
        self.sectors() * self.sector_bytes()
    }

    /// Largest frame in bytes.
    pub const fn frame_max(&self) -> u32 {
        self.shape.frame_max as u32
    }

    /// Largest payload of a record in bytes.
    pub const fn payload_max(&self) -> usize {
        max_payload(self.shape.frame_max as usize)
    }

    /// The chip's erase size in bytes.
    pub const fn erase_bytes(&self) -> u32 {
        self.erase_bytes
    }

    /// Rounds up to whole units.
    pub const fn round_up(&self, bytes: u32) -> u32 {
        let mask = self.unit() - 1;
        (bytes + mask) & !mask
    }

    /// Offset of the first frame.
    pub const fn first_frame(&self) -> u32 {
        self.round_up(HEADER_BYTES as u32)
    }

    /// Offset behind the last byte that frames may use.
    pub const fn room_end(&self) -> u32 {
        self.sector_bytes() - self.shape.tail_bytes as u32
    }

    /// Address of an offset of a sector.
    pub const fn address(&self, sector: u32, off: u32) -> u32 {
        sector * self.sector_bytes() + off
    }

    /// Sector and offset of an address.
    pub const fn locate(&self, address: u32) -> (u32, u32) {
        (address / self.sector_bytes(), address % self.sector_bytes())
    }

    /// The sector that an epoch stands for.
    pub const fn sector_of(&self, epoch: u32) -> u32 {
        self.in_ring(epoch)
    }

    /// The remainder by the number of sectors, which is never 0; the compiler does not always see it.
    const fn in_ring(&self, n: u32) -> u32 {
        match n.checked_rem(self.sectors()) {
            Some(n) => n,
            None => 0,
        }
    }

    /// The next epoch after `epoch` that stands for `sector`.
    pub const fn epoch_after(&self, epoch: u32, sector: u32) -> u32 {
        let here = self.sector_of(epoch);
        let ahead = self.in_ring(sector + self.sectors() - here);
        epoch.saturating_add(if ahead == 0 { self.sectors() } else { ahead })
    }

    /// Whether a frame at this offset begins a stripe and so carries its sequence number.
    pub const fn begins_stripe(&self, off: u32) -> bool {
        off == self.first_frame() || off.is_multiple_of(self.anchor())
    }

    /// The first anchor at or after an offset.
    pub const fn anchor_at_or_after(&self, off: u32) -> u32 {
        off.next_multiple_of(self.anchor())
    }

    /// Where the stripe that holds `off` ends.
    pub const fn stripe_end(&self, off: u32) -> u32 {
        let end = (off / self.anchor() + 1) * self.anchor();
        if end > self.room_end() { self.room_end() } else { end }
    }

    /// Where the next stripe begins; `None` after the last.
    pub const fn next_stripe(&self, off: u32) -> Option<u32> {
        let next = (off / self.anchor() + 1) * self.anchor();
        if next + self.anchor() <= self.sector_bytes() { Some(next) } else { None }
    }

    /// Padded length of a frame at this offset.
    pub const fn frame_len(&self, off: u32, payload: usize) -> u32 {
        self.round_up(frame_bytes(payload, self.begins_stripe(off)) as u32)
    }

    /// Bytes that a record with this payload takes when it is carried: what keeping it costs.
    pub const fn copy_bytes(&self, payload: usize) -> u32 {
        self.round_up(frame_bytes(payload + COPY_HEAD, false) as u32)
    }

    /// The most bytes that may be needed at a time, with so many sectors retired: see
    /// [`Log::keep_limit`](super::Log::keep_limit).
    pub const fn keep_limit(&self, checkpoint: u32, retired: u32) -> u32 {
        let sectors = self.sectors();
        let checkpoints = if sectors == 2 { 2 * checkpoint + self.anchor() } else { checkpoint };
        // At an anchor up to a frame stays unused; on average it is half of one.
        let stripes = self.sector_bytes() / self.anchor();
        let gaps = stripes * self.frame_max() / 8;
        let beside =
            (self.room_end() - self.first_frame()).saturating_sub(checkpoints).saturating_sub(gaps);
        let usable = (sectors - 1).saturating_sub(retired);
        let dense = self.sector_bytes() / 4 * 3;
        usable.saturating_mul(if beside < dense { beside } else { dense })
    }

    /// How many sectors hold nothing needed, besides the active one.
    pub const fn spares(&self) -> u32 {
        if self.sectors() >= super::carry::TWO_SPARES { 2 } else { 1 }
    }

    /// Where a frame with this payload goes when the log has reached `end`; `None` when the sector
    /// is full.
    pub const fn place(&self, end: u32, payload: usize) -> Option<u32> {
        if end < self.room_end() && end + self.frame_len(end, payload) <= self.stripe_end(end) {
            return Some(end);
        }
        match self.next_stripe(end.saturating_sub(if end.is_multiple_of(self.anchor()) {
            1
        } else {
            0
        })) {
            Some(next) if next + self.frame_len(next, payload) <= self.stripe_end(next) => {
                Some(next)
            }
            _ => None,
        }
    }
}
