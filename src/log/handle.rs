//! The log as firmware holds it: what it knows between two calls, and what it says without reading.

use heapless::Vec;

use super::cancel::Call;
use super::event::Held;
use super::layout::Layout;
use super::medium::Medium;
use super::replay::Unused;
use super::{Loss, Mode, MountReport, ReadOnly, Spare};
use crate::flash::Region;

/// An append-only log on a region of flash, with frames of at most `FRAME` bytes.
///
/// `append` is one program call. Everything else that it may have to do (boot frames, opening a
/// sector, an erase) is described in DESIGN.md and counted in the tests.
#[cfg_attr(any(test, feature = "sim"), derive(Clone))]
pub struct Log<F, const FRAME: usize> {
    pub(super) medium: Medium<F>,
    pub(super) verify: bool,
    /// Milliseconds of up-time before idle work may begin.
    pub(super) quiet_ms: u32,
    pub(super) mode: Mode,
    /// Epoch of the active sector.
    pub(super) epoch: u32,
    /// Where the next frame may go; only meaningful when `tail` is clean.
    pub(super) end: u32,
    /// Where the last proven frame ends: what a resume frame or a commit states.
    pub(super) last_end: u32,
    /// Offset behind every unit that may have been programmed.
    pub(super) touched: u32,
    pub(super) next_seq: u32,
    /// Whether nothing unknown lies behind `end`.
    pub(super) clean: bool,
    /// The last frame found at mount, until this boot has made it durable.
    pub(super) provisional: Option<Held>,
    /// Without the provisional record, which may never have happened, nothing below this number is
    /// needed.
    pub(super) needs_without: u32,
    pub(super) spares: Vec<Spare, 2>,
    /// Epoch of the sector that was active before; its checkpoint is the one to fall back to.
    pub(super) prev_epoch: u32,
    /// A spare that failed to open once in this boot.
    pub(super) suspect: Option<u32>,
    /// The highest epoch that this boot wrote into a header.
    pub(super) headed: u32,
    /// A frame stands behind the active sector's commit: from then on it counts, and what it was opened
    /// from may be erased.
    pub(super) sealed: bool,
    /// A loss frame in the active sector says that numbers jumped. Then it takes no record: those behind
    /// the jump go into the next sector, and when that is lost the jump still stands here.
    pub(super) closed: bool,
    /// While mounting: an opening that was passed over.
    pub(super) unused: Option<Unused>,
    /// A failed opening may have left a durable commit that could not be erased: what went into the
    /// active sector now would be forgotten at the next mount.
    pub(super) leave: bool,
    /// A program into the active sector failed in this boot: nothing more goes into it.
    pub(super) failed: bool,
    /// Slots for marks before this offset are used, in this boot or before.
    pub(super) marked: u32,
    /// Losses found at mount that no frame states yet.
    pub(super) unwritten: Vec<Loss, 4>,
    /// So many of them, from the first on, are known to the tenant.
    pub(super) told: usize,
    /// A sector whose records are being carried in idle time: how far, by address.
    pub(super) carrying: Option<(u32, u32)>,
    pub(super) read_only: Option<ReadOnly>,
    pub(super) report: MountReport,
    /// Whether a call came to its end.
    pub(super) call: Call,
    pub(super) buf: [u8; FRAME],
    /// Payload of the provisional frame.
    pub(super) last: [u8; FRAME],
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

    pub(super) fn sector(&self) -> u32 {
        self.medium.layout.sector_of(self.epoch)
    }
}
