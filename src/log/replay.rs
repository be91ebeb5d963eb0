//! What one sector says, told to the tenant; and the sector before it where that is not enough.

use super::nor_flash::NorFlash;
use heapless::Vec;

use super::event::{Held, event};
use super::format::{Loss, kind};
use super::reader::Reader;
use super::report::{Lost, ReadOnly};
use super::tenant::Tenant;
use super::walk::{Walk, Walked};
use super::{Broken, Error, Log, Spare, bisync, is_broken};

/// What replaying one sector gave.
struct Replayed {
    walked: Walked,
    /// A commit, a boot frame or a record was there: the sector was in use.
    opened: bool,
    /// The tenant holds a whole checkpoint and what followed it.
    whole: bool,
    /// A boot frame or a record was there.
    used: bool,
    /// The next sequence number of the older state, after copies that belong to it.
    onto: Option<u32>,
    /// What the tenant needed before it heard of the frame held back.
    needs_without: u32,
    prev: Option<(u32, u32)>,
    spares: Vec<Spare, 2>,
    read_only: Option<ReadOnly>,
}

/// An opening behind whose commit nothing was written.
#[cfg_attr(any(test, feature = "sim"), derive(Clone))]
pub(super) struct Unused {
    pub sector: u32,
    pub epoch: u32,
    /// Epoch of the sector that it was opened from.
    pub prev: u32,
    pub spares: Vec<Spare, 2>,
    /// Offset of bytes that are no frame.
    pub torn: Option<u32>,
}

#[bisync]
impl<F: NorFlash, const FRAME: usize> Log<F, FRAME> {
    /// Replays a sector, with the one before it if its checkpoint is unreadable, and makes it the
    /// active one; `false` when it was never opened.
    pub(super) async fn replay_active(
        &mut self,
        sector: u32,
        epoch: u32,
        tenant: &mut impl Tenant,
    ) -> Result<bool, Error<F::Error>> {
        self.replay_opened((sector, epoch), false, tenant).await
    }

    /// As [`replay_active`](Self::replay_active); `unused`: also if nothing was written behind its
    /// commit.
    pub(super) async fn replay_opened(
        &mut self,
        (sector, epoch): (u32, u32),
        unused: bool,
        tenant: &mut impl Tenant,
    ) -> Result<bool, Error<F::Error>> {
        self.report.lost.clear();
        self.report.damaged = 0;
        self.report.first_damage = None;
        self.unwritten.clear();
        tenant.reset();
        self.epoch = epoch;
        let mut replayed = self.replay((sector, epoch), None, None, tenant).await;
        if !replayed.opened {
            return Ok(false);
        }
        let not_understood = replayed.read_only;
        // Half of an opening, the rest erased or rotten, and nothing written since: what came before
        // it is whole, and making this one the active sector would have it erased.
        let unsafe_base =
            self.medium.layout.sectors() == 2 || self.medium.header(sector).await.is_err();
        if !replayed.whole && !replayed.used && unsafe_base {
            return Ok(false);
        }
        // A boot that went on here saw no marks, so the sector was not erased since.
        if !replayed.walked.rebooted && self.is_void(epoch, replayed.prev).await {
            return Ok(false);
        }
        if !replayed.used && !unused && self.gives_way((sector, epoch), &replayed).await {
            return Ok(false);
        }
        self.report.fell_back = !replayed.whole;
        if !replayed.whole {
            let older = self.fall_back(sector, epoch, replayed.prev, tenant).await;
            replayed = older.map_err(|error| not_understood.map_or(error, Error::ReadOnly))?;
        }
        self.epoch = epoch;
        // The sector that it was opened from still stands, and may count again.
        self.sealed = replayed.used || !unused;
        self.prev_epoch = replayed.prev.map_or(0, |(epoch, _)| epoch);
        self.spares = replayed.spares;
        self.settle_tail(sector, &replayed.walked).await;
        self.needs_without = replayed.needs_without;
        self.read_only = not_understood.or(replayed.read_only);
        let unwritten: Vec<Lost, 4> = self.report.lost.clone();
        for lost in &unwritten {
            let &Lost { from, to, perhaps, .. } = lost;
            let _ = self.unwritten.push(Loss { from, to, perhaps });
        }
        Ok(true)
    }

    /// Whether the sector before says that this opening never happened.
    async fn is_void(&mut self, epoch: u32, prev: Option<(u32, u32)>) -> bool {
        let Some((prev, _)) = prev else { return false };
        let sector = self.medium.layout.sector_of(prev);
        self.own_header(sector).await.is_some_and(|header| header.epoch == prev)
            && self.medium.is_void(sector, prev, epoch).await
    }

    /// An opening behind which nothing was written gives way to the sector that it was opened from:
    /// its commit may be torn and read differently at the next boot. Nothing that it builds on was
    /// touched until then.
    async fn gives_way(&mut self, (sector, epoch): (u32, u32), replayed: &Replayed) -> bool {
        let Some((prev, _)) = replayed.prev else { return false };
        if is_broken(Broken::CommitCounts) {
            return false;
        }
        let before = self.medium.layout.sector_of(prev);
        let stands = self.own_header(before).await.is_some_and(|header| header.epoch == prev);
        if stands {
            let (spares, torn) = (replayed.spares.clone(), replayed.walked.torn);
            self.unused = Some(Unused { sector, epoch, prev, spares, torn });
        }
        stands
    }

    /// The sector's checkpoint is rotten: the older one, and the records of both.
    async fn fall_back(
        &mut self,
        sector: u32,
        epoch: u32,
        prev: Option<(u32, u32)>,
        tenant: &mut impl Tenant,
    ) -> Result<Replayed, Error<F::Error>> {
        tenant.reset();
        let (older, older_epoch) = match prev {
            Some((epoch, _)) => (self.medium.layout.sector_of(epoch), epoch),
            None => *self.newest_by_scanning(epoch).await.first().ok_or(Error::NoCheckpoint)?,
        };
        if self.own_header(older).await.is_none_or(|header| header.epoch != older_epoch) {
            return Err(Error::NoCheckpoint);
        }
        let ended = prev.map(|(_, end)| end);
        let first = self.replay((older, older_epoch), ended, None, tenant).await;
        if !first.whole {
            return Err(Error::NoCheckpoint);
        }
        let at = self.medium.layout.address(sector, self.medium.layout.first_frame());
        self.report.note_damage(at);
        let from = first.walked.held.map_or(first.walked.next_seq, |held| held.next_seq);
        let mut second = self.replay((sector, epoch), None, Some(from), tenant).await;
        if second.spares.is_empty() {
            second.spares = first.spares;
            second.spares.retain(|spare| spare.sector != sector);
        }
        second.prev = second.prev.or(Some((older_epoch, first.walked.proven_end)));
        let from = second.onto.unwrap_or(from);
        let first_seq = second.walked.first_seq.unwrap_or(from);
        if first_seq > from {
            self.report.note_lost(Lost { from, to: first_seq - 1, at, perhaps: false });
        }
        Ok(second)
    }

    /// Replays one sector into the tenant. `ended`: where the next sector says that this one ended.
    /// `onto` an older state, whose next
    /// sequence number that is: the sector's own checkpoint is passed over.
    async fn replay(
        &mut self,
        (sector, epoch): (u32, u32),
        ended: Option<u32>,
        onto: Option<u32>,
        tenant: &mut impl Tenant,
    ) -> Replayed {
        let layout = self.medium.layout;
        let mut hold = [0; FRAME];
        let mut reader = Reader {
            tenant,
            report: &mut self.report,
            layout,
            sector,
            onto,
            opened: false,
            used: false,
            whole: onto.is_some(),
            parts: 0,
            broken: false,
            prev: None,
            spares: Vec::new(),
            read_only: None,
        };
        let walk =
            Walk { medium: &mut self.medium, sector, epoch, buf: &mut self.buf, hold: &mut hold };
        let walked = walk.run(&mut async |_, event| reader.take(event)).await;
        // A carried copy or a freed sector that may yet vanish is as good as not there: the
        // original still is.
        let payload = walked.held.map_or(0, |held| held.len);
        let payload = hold.get(..payload).unwrap_or_default();
        let mut walked = walked;
        walked.held =
            walked.held.filter(|held| ended.map_or(may_be_last(held), |end| held.end <= end));
        let needs_without = reader.tenant.needs_from();
        if let Some(held) = &walked.held {
            reader.take(event(held, payload));
            if let Some(last) = self.last.get_mut(..payload.len()) {
                last.copy_from_slice(payload);
            }
        }
        let Reader { opened, used, whole, onto, prev, spares, read_only, .. } = reader;
        let (opened, used) = (opened || walked.booted, used || walked.booted);
        Replayed { opened, used, whole, onto, needs_without, prev, spares, read_only, walked }
    }

    async fn settle_tail(&mut self, sector: u32, walked: &Walked) {
        self.provisional = walked.held;
        self.last_end = walked.held.map_or(walked.proven_end, |held| held.end);
        self.next_seq = walked.held.map_or(walked.next_seq, |held| held.next_seq);
        self.touched = walked.readable_end.max(self.last_end);
        self.closed = walked.jumped;
        self.go_on_at(self.touched);
        self.clean = false;
        if is_broken(Broken::OldSpareTrusted) {
            for i in 0..self.spares.len() {
                let Some(Spare { sector, .. }) = self.spares.get(i).copied() else { continue };
                let header = self.own_header(sector).await.filter(|h| h.epoch > self.epoch);
                if let Some(spare) = self.spares.get_mut(i) {
                    spare.ready = header.map(|header| header.epoch);
                }
            }
        }
        self.report.torn_or_lost = None;
        if let Some(off) = walked.torn {
            self.report.torn_or_lost = Some(self.medium.layout.address(sector, off));
            self.touched = self.touched.max(off + 1);
        }
    }
}

/// Whether a frame may be the log's last: a record, a commit, a loss.
fn may_be_last(held: &Held) -> bool {
    !matches!(held.kind, kind::COPY | kind::FREED | kind::PART)
}
