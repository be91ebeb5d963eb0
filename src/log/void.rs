//! Marks at the end of a sector: an opening after it never happened.
//!
//! A torn frame behind a commit may be read at one boot and not at the next: the opening counts, or it
//! does not. A boot that cannot read it goes on in the sector before and erases the half-opened one. If
//! that erase is cut as well, the frame may be read again at the boot after, in front of units that are
//! weak now: what is then written there would be lost. So before a half-opened sector is erased, its
//! epoch is marked as void in the sector that goes on. The marks lie in a few slots behind all frames,
//! each programmed once.
//!
//! It takes two of them: one that was torn may come and go, and its epoch may have been given out again
//! by a boot that did not see it. Where the first of two can be read, no epoch is given out again.
//!
//! An opening whose commit this boot cannot find hardly needs a mark: if the commit is torn, nothing was
//! written behind it, and alone it never counts. Such a one is marked only while there are slots for
//! another. So they last for many cut openings: of those in a soak one in seven had its commit.
//!
//! Marks count only as long as no later boot went on in the opened sector: that boot saw less than two, so
//! the sector was not erased after they were begun; or it was before them, and its frame was torn. So a
//! marked opening is erased all the same before anything is appended in front of it.

use super::nor_flash::{NorFlash, ReadNorFlash};

use super::event::Event;
use super::format::{Draft, ERASED, kind};
use super::layout::Layout;
use super::medium::Medium;
use super::walk::Walk;
use super::{Broken, Log, ReadOnly, Seed, bisync, is_broken, only_sync};

/// Slots of a sector, where units are small enough.
#[only_sync]
const SLOTS: u32 = 4;
/// Marks that it takes.
const COPIES: usize = 2;
/// Bytes of the largest unit.
const SLOT_MAX: usize = 256;

/// Bytes to keep free for marks at the end of a sector.
#[only_sync]
pub(super) const fn tail_bytes(unit: u32, anchor: u32) -> u8 {
    let slot = MARK_BYTES.next_multiple_of(if unit == 0 { 1 } else { unit });
    let quarter = anchor / 4;
    let most = if quarter < u8::MAX as u32 { quarter } else { u8::MAX as u32 };
    let slots = match most.checked_div(slot) {
        Some(slots) if slots < SLOTS => slots,
        Some(_) => SLOTS,
        None => 0,
    };
    // At most 255.
    (slots * slot) as u8
}

/// Length, kind, epoch, CRC.
const MARK_BYTES: u32 = 10;

/// Where the slots of a sector begin, in the order in which they are used.
fn slots(layout: &Layout) -> impl Iterator<Item = u32> + use<> {
    let (slot, end) = (layout.round_up(MARK_BYTES), layout.sector_bytes());
    let next = move |off: u32| Some(off).filter(|off| off + slot <= end);
    core::iter::successors(next(layout.room_end()), move |off| next(off + slot))
}

#[bisync]
impl<F: ReadNorFlash> Medium<F> {
    /// Whether the sector that has `own` as its epoch says that epoch `of` is void.
    pub(crate) async fn is_void(&mut self, sector: u32, own: u32, of: u32) -> bool {
        let layout = self.layout;
        let mut copies = 0;
        for off in slots(&layout) {
            copies += usize::from(self.mark(sector, own, off).await == Mark::Void(of));
        }
        copies >= COPIES
    }

    /// An epoch as high as any that a mark could be about: those that are given out next are higher.
    /// A mark that cannot be read may be about any epoch that could have been given out when it was
    /// written, which is one lap for each.
    pub(super) async fn above_marks(&mut self, sector: u32, own: u32, epoch: u32) -> u32 {
        let layout = self.layout;
        let mut above = epoch;
        for off in slots(&layout) {
            above = match self.mark(sector, own, off).await {
                Mark::None => above,
                Mark::Void(void) => above.max(void),
                Mark::Unreadable => above.saturating_add(layout.sectors()),
            };
        }
        above
    }

    /// Tells offset and length of every mark that can be read.
    #[cfg(any(test, feature = "std"))]
    #[only_sync]
    pub(crate) fn marks(&mut self, sector: u32, own: u32, tell: &mut dyn FnMut(u32, u32)) {
        let layout = self.layout;
        for off in slots(&layout) {
            if matches!(self.mark(sector, own, off).await, Mark::Void(_)) {
                tell(off, layout.round_up(MARK_BYTES));
            }
        }
    }

    async fn mark(&mut self, sector: u32, own: u32, off: u32) -> Mark {
        let len = self.layout.round_up(MARK_BYTES) as usize;
        let mut found = [0; SLOT_MAX];
        let Some(found) = found.get_mut(..len) else { return Mark::Unreadable };
        if self.read(sector, off, found).await < len {
            return Mark::Unreadable;
        }
        if found.iter().all(|&byte| byte == ERASED) {
            return Mark::None;
        }
        let void =
            found.get(2..).and_then(|b| b.first_chunk()).map_or(0, |b| u32::from_le_bytes(*b));
        let mut expected = [0; SLOT_MAX];
        let encoded = self.encode_mark(sector, own, off, void, &mut expected);
        match encoded.and_then(|len| expected.get(..len)) {
            Some(expected) if found == expected => Mark::Void(void),
            _ => Mark::Unreadable,
        }
    }

    fn encode_mark(
        &self,
        sector: u32,
        own: u32,
        off: u32,
        void: u32,
        out: &mut [u8],
    ) -> Option<usize> {
        let seed = Seed { format_id: self.format_id, epoch: own };
        let draft = Draft { kind: kind::VOID, seq: 0, payload: [&void.to_le_bytes(), &[]] };
        draft.encode(&self.layout, seed, sector, off, out)
    }
}

/// What a slot holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    None,
    Void(u32),
    Unreadable,
}

/// What an opening that is to be void left behind.
struct Left {
    /// It may count at a later boot.
    may_count: bool,
    /// A record or boot frame is behind its commit.
    in_use: bool,
}

#[bisync]
impl<F: NorFlash, const FRAME: usize> Log<F, FRAME> {
    /// Erases the openings that earlier boots left half done, but for the one in the way of the next
    /// opening, which does so itself. Left where it is, one could be taken for newer than that.
    pub(super) async fn erase_but_next(&mut self, left: &[(u32, u32)]) -> Result<(), ReadOnly> {
        let ready = self.spares.iter().find(|spare| spare.ready.is_some());
        let next = ready.or(self.spares.first()).map(|spare| spare.sector);
        for &(sector, epoch) in left {
            if Some(sector) != next {
                self.void(sector, epoch).await?;
                // One that cannot be erased is void all the same.
                if self.medium.erase(sector, self.verify).await.is_err() {
                    self.mark_void(epoch).await;
                }
            }
        }
        Ok(())
    }

    async fn slots_left(&mut self) -> usize {
        let (sector, own, layout) = (self.sector(), self.epoch, self.medium.layout);
        let mut left = 0;
        for off in slots(&layout) {
            left += usize::from(self.medium.mark(sector, own, off).await == Mark::None);
        }
        left
    }

    /// The opening of a sector with an epoch never happened, should it ever seem to have.
    ///
    /// # Errors
    /// It did happen, or so it seems now: the mount could not read what is there.
    pub(super) async fn void(&mut self, sector: u32, epoch: u32) -> Result<(), ReadOnly> {
        // Marked at an earlier boot: no mount follows it any more, whatever is in it.
        if self.medium.is_void(self.sector(), self.epoch, epoch).await {
            return Ok(());
        }
        let left = self.look_into(sector, epoch).await;
        // The mount saw none. One may be torn and come and go: the next mount sees it or not.
        if left.in_use && !is_broken(Broken::NotReadIsNotThere) {
            self.read_only = Some(ReadOnly::MountAgain);
            return Err(ReadOnly::MountAgain);
        }
        if left.may_count || self.slots_left().await >= 2 * COPIES {
            self.mark_void(epoch).await;
        }
        Ok(())
    }

    /// What an opening left behind. It never counts if its commit is not there: one that is torn may read
    /// well later, but nothing was written behind it, and without that it does not count. What the driver
    /// could not read may be there.
    async fn look_into(&mut self, sector: u32, epoch: u32) -> Left {
        if self.medium.header(sector).await.is_err() {
            return Left { may_count: true, in_use: false };
        }
        let (mut committed, mut in_use) = (false, false);
        let mut hold = [0; FRAME];
        self.medium.unreadable = false;
        let walk =
            Walk { medium: &mut self.medium, sector, epoch, buf: &mut self.buf, hold: &mut hold };
        let mut note = |event: Event<'_>| {
            committed |= matches!(event, Event::Commit { .. });
            in_use |= matches!(event, Event::Record { .. });
        };
        let walked = walk.run(&mut async |_, event| note(event)).await;
        in_use |= walked.booted || walked.held.is_some_and(|held| kind::is_record(held.kind));
        let last = walked.held.is_some_and(|held| held.kind == kind::COMMIT);
        let committed = committed || last || walked.booted;
        Left { may_count: committed || self.medium.unreadable, in_use }
    }

    /// Says in the active sector that an opening after it never happened. Where every slot is used,
    /// nothing can be said; see DESIGN.md, section 7.
    pub(super) async fn mark_void(&mut self, epoch: u32) {
        let (sector, own) = (self.sector(), self.epoch);
        if is_broken(Broken::NoVoidMark) || self.medium.is_void(sector, own, epoch).await {
            return;
        }
        let layout = self.medium.layout;
        let mut bytes = [0; SLOT_MAX];
        let mut written = 0;
        for off in slots(&layout) {
            // What this boot tried may have left no trace.
            let is_free =
                off >= self.marked && self.medium.mark(sector, own, off).await == Mark::None;
            if !is_free {
                continue;
            }
            self.marked = off + layout.round_up(MARK_BYTES);
            let encoded = self.medium.encode_mark(sector, own, off, epoch, &mut bytes);
            let Some(mark) = encoded.and_then(|len| bytes.get(..len)) else { return };
            written +=
                usize::from(self.medium.program(sector, off, mark, self.verify).await.is_ok());
            if written == COPIES {
                return;
            }
        }
    }
}
