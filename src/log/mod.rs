//! Bytes only: sectors, frames, append, recovery, reclaim. Knows nothing of payments.
//!
//! | question | room |
//! |---|---|
//! | How many bytes is a frame, what does the CRC cover? | `format` |
//! | Where may a frame lie? | `layout` |
//! | What is read back, what happens on a read error? | `medium` |
//! | Which frames live, which never happened? | `walk` |
//! | Which sector is the newest, what is replayed? | `mount` |
//! | What does an append write? | `append` |
//! | What does the tenant hear of a sector? | `reader` |
//! | How is a sector opened, what is retired? | `reclaim` |
//! | What of a sector is still needed, and where does it go? | `carry` |
//! | How is a checkpoint packed? | `checkpoint` |
//! | When does an opening count as never begun? | `void` |
//! | How far back does it reach? | `history` |
//! | What does `maintain` do, what does `space` count? | `idle` |
//!
//! What lives in the log is its [`Tenant`]: the log asks it for a checkpoint, replays records into
//! it and asks which records must be kept.

mod append;
#[cfg(any(test, feature = "sim"))]
pub mod broken;
#[cfg(not(any(test, feature = "sim")))]
mod broken;
mod carry;
mod checkpoint;
mod error;
mod format;
mod history;
mod idle;
mod layout;
mod medium;
mod mount;
mod reader;
mod reclaim;
mod report;
mod settings;
mod tenant;
mod void;
mod walk;

#[cfg(test)]
mod tests;

use heapless::Vec;

use crate::flash::Region;
pub use error::Error;
pub use format::{
    CommitHead, ERASED, HEADER_BYTES, Loss, MAGIC, Mode, NoHeader, SectorHeader, Seed, Shape,
    VERSION, kind, max_payload,
};
pub use history::Reach;
pub use idle::{Maintained, Space};
pub use layout::{BadShape, Layout};
pub use report::{Lost, MountReport, ReadOnly};
pub use settings::{Chip, FormatAs, Settings};
pub use tenant::{Entry, Tenant};

pub(crate) use broken::{Broken, is as is_broken};
pub(crate) use format::{CRC, CrcDigest};
use medium::Medium;
use walk::Held;

/// What the reading of a dump needs of these rooms.
#[cfg(feature = "std")]
pub(crate) mod parts {
    pub(crate) use super::format::{Draft, decode_boot, decode_copy, frame_bytes};
    pub(crate) use super::medium::{FrameInfo, Medium, Raw};
    pub(crate) use super::walk::{Event, Held, Walk, event, next_seq};
}

/// Where a record came to lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Its sequence number.
    pub seq: u32,
    /// Address of its frame: bytes into the region.
    pub at: u32,
    /// Bytes of the frame, padding included.
    pub bytes: u32,
}

/// A sector that holds nothing needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Spare {
    sector: u32,
    /// The epoch in its header, if it was erased and headed in this boot. What an earlier boot
    /// headed is not trusted: an opening may have begun in it and left no visible trace.
    ready: Option<u32>,
}

/// An append-only log on a region of flash, with frames of at most `FRAME` bytes.
///
/// `append` is one program call. Everything else that it may have to do (boot frames, opening a
/// sector, an erase) is described in DESIGN.md and counted in the tests.
#[cfg_attr(any(test, feature = "sim"), derive(Clone))]
pub struct Log<F, const FRAME: usize> {
    medium: Medium<F>,
    verify: bool,
    /// Milliseconds of up-time before idle work may begin.
    quiet_ms: u32,
    mode: Mode,
    /// Epoch of the active sector.
    epoch: u32,
    /// Where the next frame may go; only meaningful when `tail` is clean.
    end: u32,
    /// Where the last proven frame ends: what a resume frame or a commit states.
    last_end: u32,
    /// Offset behind every unit that may have been programmed.
    touched: u32,
    next_seq: u32,
    /// Whether nothing unknown lies behind `end`.
    clean: bool,
    /// The last frame found at mount, until this boot has made it durable.
    provisional: Option<Held>,
    /// Without the provisional record, which may never have happened, nothing below this number is
    /// needed.
    needs_without: u32,
    spares: Vec<Spare, 2>,
    /// Epoch of the sector that was active before; its checkpoint is the one to fall back to.
    prev_epoch: u32,
    /// A spare that failed to open once in this boot.
    suspect: Option<u32>,
    /// The highest epoch that this boot wrote into a header.
    headed: u32,
    /// A frame stands behind the active sector's commit: from then on it counts, and what it was opened
    /// from may be erased.
    sealed: bool,
    /// A loss frame in the active sector says that numbers jumped. Then it takes no record: those behind
    /// the jump go into the next sector, and when that is lost the jump still stands here.
    closed: bool,
    /// While mounting: an opening that was passed over.
    unused: Option<mount::Unused>,
    /// A failed opening may have left a durable commit that could not be erased: what went into the
    /// active sector now would be forgotten at the next mount.
    leave: bool,
    /// A program into the active sector failed in this boot: nothing more goes into it.
    failed: bool,
    /// Slots for marks before this offset are used, in this boot or before.
    marked: u32,
    /// Losses found at mount that no frame states yet.
    unwritten: Vec<Loss, 4>,
    /// So many of them, from the first on, are known to the tenant.
    told: usize,
    /// A sector whose records are being carried in idle time: how far, by address.
    carrying: Option<(u32, u32)>,
    read_only: Option<ReadOnly>,
    report: MountReport,
    buf: [u8; FRAME],
    /// Payload of the provisional frame.
    last: [u8; FRAME],
}

impl<F, const FRAME: usize> Log<F, FRAME> {
    /// What was found at mount.
    pub fn report(&self) -> &MountReport {
        &self.report
    }

    /// Why nothing can be appended, if so.
    pub fn read_only(&self) -> Option<ReadOnly> {
        self.read_only
    }

    /// Refuses every further append, for a reason that lies with the tenant.
    pub fn set_read_only(&mut self, why: ReadOnly) {
        self.read_only = self.read_only.or(Some(why));
    }

    /// Sequence number of the next record.
    pub fn next_seq(&self) -> u32 {
        self.next_seq
    }

    /// Whether the last record found at mount may still turn out never to have happened.
    pub fn is_provisional(&self) -> bool {
        self.provisional.is_some()
    }

    /// Live, test or training.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The shape of the region.
    pub fn layout(&self) -> &Layout {
        &self.medium.layout
    }

    /// Where it lies on the chip.
    pub fn region(&self) -> Region {
        Region::new(self.medium.start, self.medium.layout.region_bytes())
    }

    /// The flash, for counting and for leaving.
    pub fn flash(&self) -> &F {
        &self.medium.flash
    }

    /// The flash, to change its settings. Writing to it behind the log's back is what the checks of
    /// the next mount are for.
    pub fn flash_mut(&mut self) -> &mut F {
        &mut self.medium.flash
    }

    /// Gives the flash back.
    pub fn into_flash(self) -> F {
        self.medium.flash
    }

    fn sector(&self) -> u32 {
        self.medium.layout.sector_of(self.epoch)
    }
}
