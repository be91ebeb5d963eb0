//! What is still needed of a sector, and carrying it elsewhere.

use core::cell::Cell;

use super::nor_flash::NorFlash;
use heapless::Vec;

use super::event::{Event, event};
use super::format::{COPY_HEAD, CommitHead, Draft, Loss, copy_head, kind};
use super::medium::{Medium, Raw};
use super::reclaim::{MOVES, Moves, Opening, note_move};
use super::tenant::{Entry, Tenant};
use super::walk::Walk;
use super::{Broken, Error, Log, Spare, bisync, is_broken};

/// Laps of the ring that an unreadable header's epoch is looked for in.
const LAPS_BACK: u32 = 8;

/// From this many sectors on there are two spares.
pub(super) const TWO_SPARES: u32 = 4;

#[bisync]
impl<F: NorFlash, const FRAME: usize> Log<F, FRAME> {
    /// Chooses the sector to be the next spare and copies what is needed of it.
    pub(super) async fn carry_a_victim(
        &mut self,
        opening: &mut Opening,
        moves: &mut Moves,
        tenant: &mut impl Tenant,
    ) -> Result<u32, Error<F::Error>> {
        for victim in self.candidates(opening.sector) {
            if victim == opening.sector || !self.is_usable(victim) {
                continue;
            }
            if self.is_past_need(victim, tenant).await {
                return Ok(victim);
            }
            let Some(end) = self.carried_end(victim, opening.end, tenant).await else { continue };
            if end == opening.end {
                return Ok(victim);
            }
            if self.checkpoint_end(end, tenant).is_some() {
                self.carry(victim, opening, moves, tenant).await?;
                return Ok(victim);
            }
        }
        Err(Error::NoRoom)
    }

    /// Where there are sectors enough, another spare is made when that is easy: if the first one turns
    /// out to be stuck and everything else is still needed, nothing could be opened any more. There
    /// are two from then on, so this costs its carrying once.
    pub(super) async fn carry_a_second(
        &mut self,
        spares: &mut Vec<Spare, 2>,
        opening: &mut Opening,
        moves: &mut Moves,
        tenant: &mut impl Tenant,
    ) -> Result<(), Error<F::Error>> {
        let wanted = self.medium.layout.sectors() >= TWO_SPARES && !is_broken(Broken::OneSpare);
        if !wanted || spares.is_full() {
            return Ok(());
        }
        // The sector that is left holds the checkpoint that a rotten one falls back to.
        let kept = [opening.sector, self.sector()];
        for victim in self.candidates(opening.sector) {
            let is_spare = spares.iter().any(|spare| spare.sector == victim);
            if is_spare || kept.contains(&victim) || !self.is_usable(victim) {
                continue;
            }
            if !self.is_past_need(victim, tenant).await {
                let Some(end) = self.carried_end(victim, opening.end, tenant).await else {
                    continue;
                };
                if end != opening.end {
                    if self.checkpoint_end(end, tenant).is_none() {
                        continue;
                    }
                    self.carry(victim, opening, moves, tenant).await?;
                }
            }
            let _ = spares.push(Spare { sector: victim, ready: None });
            return Ok(());
        }
        Ok(())
    }

    /// Sectors in ring order after the given one, which itself comes last.
    pub(super) fn candidates(&self, after: u32) -> impl Iterator<Item = u32> + use<F, FRAME> {
        let sectors = self.medium.layout.sectors();
        (1..=sectors).map(move |i| (after + i) % sectors)
    }

    pub(super) fn is_usable(&self, sector: u32) -> bool {
        !self.report.retired.contains(&(sector as u16))
    }

    /// Whether all of a sector's records are older than any that is needed.
    pub(super) async fn is_past_need(&mut self, sector: u32, tenant: &impl Tenant) -> bool {
        self.is_before(sector, tenant.needs_from()).await
    }

    /// Whether all of a sector's records have lower numbers: the sector opened after it begins with
    /// one that is no higher.
    pub(super) async fn is_before(&mut self, sector: u32, from: u32) -> bool {
        let layout = self.medium.layout;
        let next = (sector + 1) % layout.sectors();
        let (Ok(this), Ok(later)) =
            (self.medium.header(sector).await, self.medium.header(next).await)
        else {
            return false;
        };
        let id = self.medium.format_id;
        if this.format_id != id || later.format_id != id || this.formatting || later.formatting {
            return false;
        }
        if later.epoch <= this.epoch || later.epoch > self.epoch {
            return false;
        }
        let first = layout.first_frame();
        match self.medium.frame(next, later.epoch, first, 0, &mut self.buf).await {
            Raw::Frame(frame) => frame.seq <= from,
            _ => false,
        }
    }

    /// Where the copies of a victim's needed records would end; `None` when they do not fit.
    pub(super) async fn carried_end(
        &mut self,
        victim: u32,
        from: u32,
        tenant: &impl Tenant,
    ) -> Option<u32> {
        let mut end = Some(from);
        let layout = self.medium.layout;
        let mut add = |entry: &Entry<'_>| {
            let payload = entry.payload.len() + COPY_HEAD;
            end = end.and_then(|end| {
                layout.place(end, payload).map(|at| at + layout.frame_len(at, payload))
            });
            Ok(())
        };
        self.each_needed(victim, tenant, &mut async |_, entry, _| add(entry)).await.ok()?;
        end
    }

    /// Whether no record of a sector is needed, not even if the provisional record never happened:
    /// it may be what ended the need.
    pub(super) async fn is_needless(&mut self, sector: u32, tenant: &impl Tenant) -> bool {
        let needs_without = self.provisional.map_or(u32::MAX, |_| self.needs_without);
        let wanted = |entry: &Entry<'_>, _| tenant.pinned(entry) || entry.seq >= needs_without;
        let mut needless = true;
        self.each(sector, 0, &wanted, &mut async |_, _| needless = false).await;
        needless
    }

    pub(super) async fn carry(
        &mut self,
        victim: u32,
        opening: &mut Opening,
        moves: &mut Moves,
        tenant: &mut impl Tenant,
    ) -> Result<(), Error<F::Error>> {
        let mut out = [0; FRAME];
        let next = self.next_seq;
        let mut moved = Moves::new();
        // The tenant is asked before it is told: moving one record never unpins another.
        self.each_needed(victim, &*tenant, &mut async |medium, entry, key| {
            let head = copy_head(entry.seq, entry.kind);
            let draft = Draft { kind: kind::COPY, seq: next, payload: [&head, entry.payload] };
            let at = opening.put(medium, &mut out, &draft).await?;
            match key {
                Some(key) => moved.push((key, at)).map_err(|_| Error::NoRoom),
                None => Ok(()),
            }
        })
        .await?;
        for (key, at) in moved {
            note_move(Some(key), at, moves, tenant)?;
        }
        Ok(())
    }

    /// Tells every needed record of a sector, and the name under which the tenant keeps its place.
    // No name can stand for `dyn FnMut` in one world and `impl AsyncFnMut` in the other.
    #[allow(clippy::type_complexity)]
    pub(super) async fn each_needed<T: Tenant>(
        &mut self,
        sector: u32,
        tenant: &T,
        tell: &mut listener!(
                 &mut Medium<F>, &Entry<'_>, Option<u32> => Result<(), Error<F::Error>>
             ),
    ) -> Result<(), Error<F::Error>> {
        let mut result = Ok(());
        let layout = self.medium.layout;
        // Where nothing states the end any more, the last record may be one that never happened and
        // whose number was given out again: it may not take the place of the one that did. (A place
        // is no proof that a record was carried: the copy may be dead at the next boot.)
        let wanted = |entry: &Entry<'_>, end_is_known: bool| {
            let place = || tenant.key(entry).and_then(|key| tenant.place(key));
            tenant.pinned(entry)
                && (end_is_known || place().is_none_or(|at| layout.locate(at).0 == sector))
        };
        // Boots that were interrupted while they carried leave it there more than once.
        let mut told: Vec<u32, MOVES> = Vec::new();
        self.each(sector, 0, &wanted, &mut async |medium, entry| {
            let key = tenant.key(entry);
            if result.is_err() || key.is_some_and(|key| told.contains(&key)) {
                return;
            }
            // One more than fits is told again rather than not at all.
            let _ = key.map(|key| told.push(key));
            result = tell(medium, entry, key).await;
        })
        .await;
        result
    }

    /// Tells every living and wanted record of a sector, whether it was written or carried there.
    /// Returns at how many places others cannot be read or are known to be lost, with numbers from `doubt`
    /// on or with ones that nobody knows.
    pub(super) async fn each(
        &mut self,
        sector: u32,
        doubt: u32,
        wanted: &dyn Fn(&Entry<'_>, bool) -> bool,
        tell: &mut listener!(&mut Medium<F>, &Entry<'_>),
    ) -> u32 {
        let Some(epoch) = self.epoch_of(sector).await else { return 0 };
        let mut hold = [0; FRAME];
        let mut gaps = 0u32;
        let mut told = async |medium: &mut Medium<F>, event: Event<'_>, end_is_known: bool| {
            let is_gap = match &event {
                Event::Damage { .. } => true,
                Event::Missing { to, .. } | Event::Loss(Loss { to, .. }) => *to >= doubt,
                _ => false,
            };
            gaps = gaps.saturating_add(u32::from(is_gap));
            if let Event::Record { seq, kind, payload, at }
            | Event::Copy { seq, kind, payload, at } = event
            {
                let bytes = medium.layout.copy_bytes(payload.len());
                let carried = matches!(event, Event::Copy { .. });
                let entry = Entry { seq, kind, payload, at, bytes, carried };
                if wanted(&entry, end_is_known) {
                    tell(medium, &entry).await;
                }
            }
        };
        let walk =
            Walk { medium: &mut self.medium, sector, epoch, buf: &mut self.buf, hold: &mut hold };
        let walked = walk.run(&mut async |medium, event| told(medium, event, true).await).await;
        // A later end means that a frame after the last one told cannot be read any more.
        let ended = self.ended_at(sector, epoch).await;
        let Some(held) = walked.held else {
            let unread = ended.is_some_and(|end| walked.proven_end < end);
            return gaps.saturating_add(u32::from(unread));
        };
        let lives = match ended {
            Some(end) => held.end <= end,
            None => !kind::is_record(held.kind) || !self.is_overtaken(epoch, held.seq).await,
        };
        if lives {
            let payload = hold.get(..held.len).unwrap_or_default();
            told(&mut self.medium, event(&held, payload), ended.is_some()).await;
        }
        if ended.is_some_and(|end| held.end < end) {
            gaps = gaps.saturating_add(1);
        }
        gaps
    }

    /// Whether a number was never given out in the sector with this epoch: one that was opened later
    /// begins with a number that is no higher. Only those count that were opened from a later sector
    /// as well, for then this one had been left for good.
    async fn is_overtaken(&mut self, epoch: u32, seq: u32) -> bool {
        let first = self.medium.layout.first_frame();
        for later in 0..self.medium.layout.sectors() {
            let Some(since) = self.epoch_of(later).await.filter(|&since| since > epoch) else {
                continue;
            };
            let begins = match self.medium.frame(later, since, first, 0, &mut self.buf).await {
                Raw::Frame(frame) => frame.seq,
                _ => continue,
            };
            if begins <= seq
                && self.commit_of(later).await.is_some_and(|head| head.prev_epoch > epoch)
            {
                return true;
            }
        }
        false
    }

    /// The epoch in which a sector was last in use. If its header has rotted, its frames tell: what
    /// is needed of it must not be lost with 32 bytes.
    pub(super) async fn epoch_of(&mut self, sector: u32) -> Option<u32> {
        let layout = self.medium.layout;
        if sector == self.sector() {
            return Some(self.epoch);
        }
        if let Ok(header) = self.medium.header(sector).await {
            let own = header.format_id == self.medium.format_id
                && !header.formatting
                && header.epoch <= self.epoch
                && layout.sector_of(header.epoch) == sector;
            return own.then_some(header.epoch);
        }
        let ahead = (self.sector() + layout.sectors() - sector) % layout.sectors();
        let last = self.epoch.checked_sub(ahead)?;
        for laps in 0..LAPS_BACK {
            let epoch = last.checked_sub(laps * layout.sectors())?;
            if self.has_frames_of(sector, epoch).await {
                return Some(epoch);
            }
        }
        None
    }

    /// Where a sector's log ended, as the one opened after it says; `None` when that is gone.
    pub(super) async fn ended_at(&mut self, sector: u32, epoch: u32) -> Option<u32> {
        if epoch == self.epoch {
            return Some(self.last_end);
        }
        // The next one in the ring says it, unless sectors were passed over. Between them there may be
        // some that were headed and never opened.
        let sectors = self.medium.layout.sectors();
        for ahead in 1..sectors {
            let later = (sector + ahead) % sectors;
            if self.epoch_of(later).await.is_some_and(|later| later > epoch)
                && let Some(head) = self.commit_of(later).await
                && head.prev_epoch == epoch
            {
                return Some(head.prev_end);
            }
        }
        None
    }

    /// Reads a sector as far as its commit.
    pub(super) async fn commit_of(&mut self, sector: u32) -> Option<CommitHead> {
        let epoch = self.epoch_of(sector).await?;
        let mut hold = [0; FRAME];
        let found = Cell::new(None);
        let walk =
            Walk { medium: &mut self.medium, sector, epoch, buf: &mut self.buf, hold: &mut hold };
        let note = |event: Event<'_>| {
            if let Event::Commit { head, .. } = event {
                found.set(found.get().or(Some(head)));
            }
        };
        let enough = || found.get().is_some();
        let walked = walk.run_until(&enough, &mut async |_, event| note(event)).await;
        found.get().or_else(|| {
            let held = walked.held.filter(|held| held.kind == kind::COMMIT)?;
            Some(CommitHead::decode(hold.get(..held.len)?)?.0)
        })
    }
}
