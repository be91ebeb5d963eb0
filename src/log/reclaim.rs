//! Opening sectors, carrying what is still needed, erasing.
//!
//! One sector besides the active one always holds nothing needed (a *spare*). Opening it means:
//! erase it, head it, copy into it what is still needed of the sector that is to be the next spare
//! (the *victim*), write the checkpoint, commit. Until the commit the old active sector counts;
//! after it the victim may be erased. So a cut at any moment leaves one of the two.
//!
//! A victim's needed records must fit beside the checkpoint; a sector that is too dense stays where
//! it is and the next one is taken. As long as what is needed is at most three quarters of all
//! sectors but the spare, some sector is at most three quarters needed.

use embedded_storage::nor_flash::NorFlash;
use heapless::Vec;

use super::append::{error_of, program_frame};
use super::format::{
    COMMIT_HEAD, COPY_HEAD, CommitHead, Draft, Loss, SectorHeader, copy_head, kind,
};
use super::medium::{Fault, Medium, Raw};
use super::report::ReadOnly;
use super::tenant::{Entry, Tenant};
use super::walk::{Event, Walk, Walked, event, next_seq};
use super::{Error, Log, Spare};

/// Names of records that an opening moves, and their addresses before it: one for each open
/// payment, and room to spare.
type Moves = Vec<(u32, u32), 48>;

/// Openings that are tried before the flash counts as failing for good.
const TRIES: usize = 4;
/// Laps of the ring that an unreadable header's epoch is looked for in.
const LAPS_BACK: u32 = 8;
/// How far ahead a sector is looked for when every spare has failed. A mount must look there too.
pub(super) const NEAR: u32 = 8;
/// Records carried in one step of idle work.
const CARRY_STEP: usize = 4;

/// What a step of idle work did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Maintained {
    /// Nothing is left to do.
    Idle,
    /// A sector was erased and headed.
    Erased {
        /// Its index.
        sector: u32,
    },
    /// Records were carried out of a sector that is to be erased.
    Carried {
        /// How many.
        records: u32,
    },
    /// A sector failed to erase or program and is not used again until the next power-up.
    Retired {
        /// Its index.
        sector: u32,
    },
}

/// What fits before something slower than a program happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Space {
    /// Bytes left in the active sector, as far as one knows before the boot frames are written.
    pub active_bytes: u32,
    /// Sectors that are erased and headed: opening one needs no erase.
    pub ready_sectors: u32,
    /// Records of the given size that fit before an append has to erase.
    pub records_before_erase: u32,
}

/// A sector being opened.
struct Opening {
    sector: u32,
    epoch: u32,
    end: u32,
    verify: bool,
    /// Its commit was programmed, perhaps with effect.
    committing: bool,
}

impl Opening {
    fn put<F: NorFlash>(
        &mut self,
        medium: &mut Medium<F>,
        buf: &mut [u8],
        draft: &Draft<'_>,
    ) -> Result<u32, Error<F::Error>> {
        let Some(off) = medium.layout.place(self.end, draft.payload_len()) else {
            return Err(Error::CheckpointTooLarge);
        };
        self.committing |= draft.kind == kind::COMMIT;
        let at = (self.sector, self.epoch, off);
        // Never twice into the same place, whatever comes of this.
        self.end = off + medium.layout.frame_len(off, draft.payload_len());
        program_frame(medium, buf, at, draft, self.verify).map_err(error_of)?;
        Ok(medium.layout.address(self.sector, off))
    }
}

impl<F: NorFlash, const FRAME: usize> Log<F, FRAME> {
    /// Moves the log on to another sector.
    pub(super) fn open_next(&mut self, tenant: &mut impl Tenant) -> Result<(), Error<F::Error>> {
        let mut failure = Error::NoRoom;
        for _ in 0..TRIES {
            let (sector, epoch) = self.take_ready(tenant)?;
            let mut opening = Opening {
                sector,
                epoch,
                end: self.medium.layout.first_frame(),
                verify: self.verify,
                committing: false,
            };
            let mut moves = Moves::new();
            match self.fill(&mut opening, &mut moves, tenant) {
                Ok(spares) => {
                    self.spares = spares;
                    self.prev_epoch = self.epoch;
                    self.epoch = epoch;
                    self.end = opening.end;
                    self.last_end = opening.end;
                    self.touched = opening.end;
                    self.clean = true;
                    self.provisional = None;
                    self.unwritten.clear();
                    self.carrying = None;
                    self.leave = false;
                    return Ok(());
                }
                Err(error) => {
                    // What was said to lie in the failed sector is still where it was.
                    for &(key, from) in moves.iter().rev() {
                        tenant.moved(key, from);
                    }
                    if matches!(error, Error::NoRoom) {
                        // It is no fault of the sector, but what was copied into it has to go.
                        if opening.end != self.medium.layout.first_frame() {
                            self.distrust(sector);
                        }
                        return Err(error);
                    }
                    if opening.committing {
                        self.leave = self.medium.erase(sector, true).is_err();
                    }
                    self.spare_failed(sector);
                    if self.read_only.is_some() {
                        return Err(error);
                    }
                    failure = error;
                }
            }
        }
        Err(failure)
    }

    /// An erased and headed sector to open; erases one if none is ready.
    fn take_ready(&mut self, tenant: &mut impl Tenant) -> Result<(u32, u32), Error<F::Error>> {
        let mut failure = Error::NoRoom;
        for _ in 0..TRIES {
            let ready = self.spares.iter().find_map(|s| s.ready.map(|epoch| (s.sector, epoch)));
            if let Some((sector, epoch)) = ready {
                return Ok((sector, epoch));
            }
            let sector = match self.spares.first() {
                Some(spare) => spare.sector,
                None => {
                    let free = self.free_without_carry(tenant);
                    // A driver that failed for a while may have come back.
                    match free.or_else(|| self.unretire()) {
                        Some(sector) => sector,
                        None => return Err(failure),
                    }
                }
            };
            if let Err(fault) = self.prove(sector, self.verify) {
                failure = error_of(fault);
                self.retire(sector);
                if self.read_only.is_some() {
                    return Err(failure);
                }
            }
        }
        Err(failure)
    }

    /// When every spare has failed: a sector that holds nothing needed.
    fn free_without_carry(&mut self, tenant: &impl Tenant) -> Option<u32> {
        let active = self.sector();
        let sector = self
            .candidates(active)
            .take(NEAR as usize)
            .filter(|&sector| sector != active)
            .find(|&sector| self.is_usable(sector) && self.needed(sector, tenant) == 0);
        if let Some(sector) = sector {
            let _ = self.spares.push(Spare { sector, ready: None });
        }
        sector
    }

    /// When nothing else is left: the sector that failed last is tried again.
    fn unretire(&mut self) -> Option<u32> {
        let sector = u32::from(self.report.retired.pop()?);
        let _ = self.spares.push(Spare { sector, ready: None });
        Some(sector)
    }

    /// Erases a spare and writes its header: from then on, in this boot, it is proven.
    fn prove(&mut self, sector: u32, check: bool) -> Result<(), Fault<F::Error>> {
        let layout = self.medium.layout;
        let old = self.medium.header(sector).ok();
        let wear = old.map_or(0, |old| old.wear).saturating_add(1);
        // No epoch is used twice, and a sector opened later has a higher one.
        let newest = self.headed.max(self.epoch);
        let mut epoch = layout.epoch_after(newest, sector);
        if let Some(old) = old
            && old.format_id == self.medium.format_id
            && old.epoch >= epoch
        {
            epoch = layout.epoch_after(old.epoch, sector);
        }
        let header = SectorHeader {
            shape: layout.shape(),
            format_id: self.medium.format_id,
            epoch,
            wear,
            mode: self.mode,
            formatting: false,
        };
        if layout.sector_of(epoch) != sector {
            self.read_only = Some(ReadOnly::SequenceEnd);
            return Err(Fault::ReadBack);
        }
        self.headed = epoch;
        // A driver error may pass; one that comes twice does not.
        if self.medium.erase(sector, check).is_err() {
            self.medium.erase(sector, check)?;
        }
        if self.medium.write_header(sector, &header, self.verify).is_err() {
            self.medium.erase(sector, check)?;
            self.medium.write_header(sector, &header, self.verify)?;
        }
        if let Some(spare) = self.spares.iter_mut().find(|s| s.sector == sector) {
            spare.ready = Some(epoch);
        }
        Ok(())
    }

    /// Fills an opened sector up to its commit: the spares that are left then.
    fn fill(
        &mut self,
        opening: &mut Opening,
        moves: &mut Moves,
        tenant: &mut impl Tenant,
    ) -> Result<Vec<Spare, 2>, Error<F::Error>> {
        self.carry_provisional(opening, moves, tenant)?;
        self.carry_losses(opening, tenant)?;
        let mut spares: Vec<Spare, 2> =
            self.spares.iter().copied().filter(|s| s.sector != opening.sector).collect();
        if spares.is_empty() {
            let victim = self.carry_a_victim(opening, moves, tenant)?;
            let _ = spares.push(Spare { sector: victim, ready: None });
        }
        let layout = self.medium.layout;
        let head = CommitHead {
            prev_epoch: self.epoch,
            prev_end: self.last_end,
            spares: [0, 1].map(|i| spares.get(i).map(|s| s.sector as u16)),
            parts: 0,
        };
        self.checkpoint(opening, head, tenant)?;
        if layout.sectors() == 2 {
            // The other sector is erased next, so no older checkpoint will be left.
            if let Some(next) = layout.next_stripe(opening.end - 1) {
                opening.end = next;
            }
            self.checkpoint(opening, head, tenant)?;
        }
        Ok(spares)
    }

    /// The record that this boot found last may never be readable again: it moves along.
    fn carry_provisional(
        &mut self,
        opening: &mut Opening,
        moves: &mut Moves,
        tenant: &mut impl Tenant,
    ) -> Result<(), Error<F::Error>> {
        let Some(held) = self.provisional else { return Ok(()) };
        let payload = self.last.get(..held.len).unwrap_or_default();
        if !kind::is_record(held.kind) {
            if let Some(loss) = Loss::decode(payload)
                && held.kind == kind::LOSS
            {
                self.owe_loss(loss);
            }
            return Ok(());
        }
        let key = self.provisional_entry().and_then(|entry| tenant.key(&entry));
        let head = copy_head(held.seq, held.kind);
        let draft = Draft { kind: kind::COPY, seq: self.next_seq, payload: [&head, payload] };
        let at = opening.put(&mut self.medium, &mut self.buf, &draft)?;
        note_move(key, at, moves, tenant)
    }

    /// Losses that are still to be written down go before the checkpoint, which knows of them.
    fn carry_losses(
        &mut self,
        opening: &mut Opening,
        tenant: &mut impl Tenant,
    ) -> Result<(), Error<F::Error>> {
        for loss in &self.unwritten {
            let payload = loss.encode();
            let draft = Draft { kind: kind::LOSS, seq: self.next_seq, payload: [&payload, &[]] };
            opening.put(&mut self.medium, &mut self.buf, &draft)?;
            self.next_seq = next_seq(kind::LOSS, self.next_seq, &payload);
            tenant.lost(loss.from, loss.to, loss.perhaps);
        }
        Ok(())
    }

    /// Chooses the sector to be the next spare and copies what is needed of it.
    fn carry_a_victim(
        &mut self,
        opening: &mut Opening,
        moves: &mut Moves,
        tenant: &mut impl Tenant,
    ) -> Result<u32, Error<F::Error>> {
        for victim in self.candidates(opening.sector) {
            if victim == opening.sector || !self.is_usable(victim) {
                continue;
            }
            if self.is_past_need(victim, tenant) {
                return Ok(victim);
            }
            let Some(end) = self.carried_end(victim, opening.end, tenant) else { continue };
            if end == opening.end {
                return Ok(victim);
            }
            if self.checkpoint_end(end, tenant).is_some() {
                self.carry(victim, opening, moves, tenant)?;
                return Ok(victim);
            }
        }
        Err(Error::NoRoom)
    }

    /// Sectors in ring order after the given one, which itself comes last.
    fn candidates(&self, after: u32) -> impl Iterator<Item = u32> + use<F, FRAME> {
        let sectors = self.medium.layout.sectors();
        (1..=sectors).map(move |i| (after + i) % sectors)
    }

    fn is_usable(&self, sector: u32) -> bool {
        !self.report.retired.contains(&(sector as u16))
    }

    /// Where checkpoint and commit would end, written from an offset on; `None` when they do not fit
    /// and leave room for a record.
    fn checkpoint_end(&self, from: u32, tenant: &impl Tenant) -> Option<u32> {
        let layout = &self.medium.layout;
        let mut end = Some(from);
        let run = |end: &mut Option<u32>| {
            let _ = self.each_chunk(tenant, &mut |chunk: Chunk<'_>| {
                *end = end.and_then(|end| {
                    layout.place(end, chunk.len()).map(|at| at + layout.frame_len(at, chunk.len()))
                });
                Ok(())
            });
        };
        run(&mut end);
        if layout.sectors() == 2 {
            end = end.and_then(|end| layout.next_stripe(end - 1));
            run(&mut end);
        }
        end.filter(|&end| layout.place(end, layout.payload_max()).is_some())
    }

    /// Whether all of a sector's records are older than any that is needed: the sector opened after
    /// it begins with a number that is not.
    fn is_past_need(&mut self, sector: u32, tenant: &impl Tenant) -> bool {
        let layout = self.medium.layout;
        let next = (sector + 1) % layout.sectors();
        let (Ok(this), Ok(later)) = (self.medium.header(sector), self.medium.header(next)) else {
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
        match self.medium.frame(next, later.epoch, first, 0, &mut self.buf) {
            Raw::Frame(frame) => frame.seq <= tenant.needs_from(),
            _ => false,
        }
    }

    /// Where the copies of a victim's needed records would end; `None` when they do not fit.
    fn carried_end(&mut self, victim: u32, from: u32, tenant: &impl Tenant) -> Option<u32> {
        let mut end = Some(from);
        self.each_needed(victim, tenant, &mut |medium, entry, _| {
            let payload = entry.payload.len() + COPY_HEAD;
            let layout = medium.layout;
            end = end.and_then(|end| {
                layout.place(end, payload).map(|at| at + layout.frame_len(at, payload))
            });
            Ok(())
        })
        .ok()?;
        end
    }

    /// How many records of a sector are needed.
    fn needed(&mut self, sector: u32, tenant: &impl Tenant) -> usize {
        let mut count = 0;
        self.each(sector, &|entry| tenant.pinned(entry), &mut |_, _| count += 1);
        count
    }

    fn carry(
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
        self.each_needed(victim, &*tenant, &mut |medium, entry, key| {
            let head = copy_head(entry.seq, entry.kind);
            let draft = Draft { kind: kind::COPY, seq: next, payload: [&head, entry.payload] };
            let at = opening.put(medium, &mut out, &draft)?;
            match key {
                Some(key) => moved.push((key, at)).map_err(|_| Error::NoRoom),
                None => Ok(()),
            }
        })?;
        for (key, at) in moved {
            note_move(Some(key), at, moves, tenant)?;
        }
        Ok(())
    }

    /// Tells every needed record of a sector, and the name under which the tenant keeps its place.
    fn each_needed<T: Tenant>(
        &mut self,
        sector: u32,
        tenant: &T,
        tell: &mut dyn FnMut(
            &mut Medium<F>,
            &Entry<'_>,
            Option<u32>,
        ) -> Result<(), Error<F::Error>>,
    ) -> Result<(), Error<F::Error>> {
        let mut result = Ok(());
        self.each(sector, &|entry| tenant.pinned(entry), &mut |medium, entry| {
            if result.is_ok() {
                result = tell(medium, entry, tenant.key(entry));
            }
        });
        result
    }

    /// Tells every living and wanted record of a sector, whether it was written or carried there.
    pub(super) fn each(
        &mut self,
        sector: u32,
        wanted: &dyn Fn(&Entry<'_>) -> bool,
        tell: &mut dyn FnMut(&mut Medium<F>, &Entry<'_>),
    ) {
        let Some(epoch) = self.epoch_of(sector) else { return };
        let mut hold = [0; FRAME];
        let mut told = |medium: &mut Medium<F>, event: Event<'_>| {
            if let Event::Record { seq, kind, payload, at }
            | Event::Copy { seq, kind, payload, at } = event
            {
                let bytes = medium.layout.copy_bytes(payload.len());
                let entry = Entry { seq, kind, payload, at, bytes };
                if wanted(&entry) {
                    tell(medium, &entry);
                }
            }
        };
        let walk =
            Walk { medium: &mut self.medium, sector, epoch, buf: &mut self.buf, hold: &mut hold };
        let walked = walk.run(&mut told);
        let Some(held) = walked.held else { return };
        // A later end means that a frame after this one cannot be read any more.
        if held.end <= self.ended_at(sector, epoch, &walked) {
            told(&mut self.medium, event(&held, hold.get(..held.len).unwrap_or_default()));
        }
    }

    /// The epoch in which a sector was last in use. If its header has rotted, its frames tell: what
    /// is needed of it must not be lost with 32 bytes.
    pub(super) fn epoch_of(&mut self, sector: u32) -> Option<u32> {
        let layout = self.medium.layout;
        if sector == self.sector() {
            return Some(self.epoch);
        }
        if let Ok(header) = self.medium.header(sector) {
            let own = header.format_id == self.medium.format_id
                && !header.formatting
                && header.epoch <= self.epoch
                && layout.sector_of(header.epoch) == sector;
            return own.then_some(header.epoch);
        }
        let ahead = (self.sector() + layout.sectors() - sector) % layout.sectors();
        let last = self.epoch.checked_sub(ahead)?;
        (0..LAPS_BACK)
            .map_while(|laps| last.checked_sub(laps * layout.sectors()))
            .find(|&epoch| self.has_frames_of(sector, epoch))
    }

    /// Where a sector's log ended, as the one after it says; else as it looks.
    fn ended_at(&mut self, sector: u32, epoch: u32, walked: &Walked) -> u32 {
        if epoch == self.epoch {
            return self.last_end;
        }
        let looks = walked.held.map_or(walked.proven_end, |held| held.end);
        let next = (sector + 1) % self.medium.layout.sectors();
        // Where sectors were passed over it is not the next one: then the first opened after it.
        [Some(next), self.opened_after(epoch)]
            .into_iter()
            .flatten()
            .find_map(|next| self.commit_of(next).filter(|head| head.prev_epoch == epoch))
            .map_or(looks, |head| head.prev_end)
    }

    /// The sector with the lowest epoch above a given one.
    fn opened_after(&mut self, epoch: u32) -> Option<u32> {
        (0..self.medium.layout.sectors())
            .filter_map(|sector| Some((self.epoch_of(sector).filter(|&e| e > epoch)?, sector)))
            .min()
            .map(|(_, sector)| sector)
    }

    /// Reads a sector as far as its commit.
    fn commit_of(&mut self, sector: u32) -> Option<CommitHead> {
        let epoch = self.epoch_of(sector)?;
        let mut hold = [0; FRAME];
        let mut found = None;
        let walk =
            Walk { medium: &mut self.medium, sector, epoch, buf: &mut self.buf, hold: &mut hold };
        let walked = walk.run(&mut |_, event| {
            if let Event::Commit { head, .. } = event {
                found = found.or(Some(head));
            }
        });
        found.or_else(|| {
            let held = walked.held.filter(|held| held.kind == kind::COMMIT)?;
            Some(CommitHead::decode(hold.get(..held.len)?)?.0)
        })
    }

    /// Writes the checkpoint and the commit.
    fn checkpoint(
        &mut self,
        opening: &mut Opening,
        head: CommitHead,
        tenant: &impl Tenant,
    ) -> Result<(), Error<F::Error>> {
        let seq = self.next_seq;
        let mut out = [0; FRAME];
        let layout = self.medium.layout;
        let room = layout.payload_max() - COMMIT_HEAD;
        let medium = &mut self.medium;
        each_chunk::<_, FRAME>(room, tenant, &mut |chunk| {
            let part = [chunk.parts];
            let head = CommitHead { parts: chunk.parts, ..head }.encode();
            let (kind, head) =
                if chunk.last { (kind::COMMIT, &head[..]) } else { (kind::PART, &part[..]) };
            let draft = Draft { kind, seq, payload: [head, chunk.entries] };
            opening.put(medium, &mut out, &draft).map(drop)
        })
    }

    fn each_chunk(
        &self,
        tenant: &impl Tenant,
        put: &mut dyn FnMut(Chunk<'_>) -> Result<(), Error<F::Error>>,
    ) -> Result<(), Error<F::Error>> {
        each_chunk::<_, FRAME>(self.medium.layout.payload_max() - COMMIT_HEAD, tenant, put)
    }

    /// The sector being opened failed: once is chance, twice is the sector.
    fn spare_failed(&mut self, sector: u32) {
        let again = self.suspect == Some(sector);
        self.suspect = Some(sector);
        if again {
            self.retire(sector);
        } else {
            self.distrust(sector);
        }
    }

    /// A spare must be erased again before it is opened.
    fn distrust(&mut self, sector: u32) {
        if let Some(spare) = self.spares.iter_mut().find(|s| s.sector == sector) {
            spare.ready = None;
        }
    }

    /// Does without a sector until the next power-up.
    fn retire(&mut self, sector: u32) {
        self.spares.retain(|s| s.sector != sector);
        let _ = self.report.retired.push(sector as u16);
        let left = self.medium.layout.sectors() as usize - self.report.retired.len();
        if left < 2 || self.report.retired.is_full() {
            self.read_only = Some(ReadOnly::WornOut);
        }
    }

    /// Does one bounded step of idle work: erases and heads sectors ahead, so that appends do not
    /// have to. Call it whenever the terminal has nothing to do, until it says [`Maintained::Idle`].
    ///
    /// It does nothing before the configured up-time, and nothing in a boot that has appended
    /// nothing: such a boot writes no byte.
    ///
    /// # Errors
    /// As [`append`](Self::append). A sector that fails is retired, which is no error.
    pub fn maintain(
        &mut self,
        uptime_ms: u64,
        tenant: &mut impl Tenant,
    ) -> Result<Maintained, Error<F::Error>> {
        if self.read_only.is_some() || !self.clean || uptime_ms < u64::from(self.quiet_ms) {
            return Ok(Maintained::Idle);
        }
        if let Some(spare) = self.spares.iter().find(|s| s.ready.is_none()) {
            let sector = spare.sector;
            return Ok(match self.prove(sector, true) {
                Ok(()) => Maintained::Erased { sector },
                Err(_) => {
                    self.retire(sector);
                    Maintained::Retired { sector }
                }
            });
        }
        let wanted = if self.medium.layout.sectors() >= 4 { 2 } else { 1 };
        if self.spares.len() >= wanted {
            return Ok(Maintained::Idle);
        }
        self.carry_ahead(tenant)
    }

    /// Carries a victim's needed records into the active sector, a few at a time, and then says
    /// that it holds nothing needed.
    fn carry_ahead(&mut self, tenant: &mut impl Tenant) -> Result<Maintained, Error<F::Error>> {
        let newest = self.spares.last().map_or(self.sector(), |s| s.sector);
        let previous = self.medium.layout.sector_of(self.prev_epoch);
        let is_spare = |log: &Self, sector| log.spares.iter().any(|s| s.sector == sector);
        let victim = self.candidates(newest).find(|&sector| {
            // The sector before the active one holds the checkpoint that a rotten one falls back to.
            self.is_usable(sector)
                && !is_spare(self, sector)
                && sector != previous
                && sector != self.sector()
        });
        let Some(victim) = victim else { return Ok(Maintained::Idle) };
        let done = match self.carrying {
            Some((sector, upto)) if sector == victim => upto,
            _ => 0,
        };
        // All or nothing: what does not fit here is carried when the next sector is opened.
        let layout = self.medium.layout;
        let fits = |end| layout.place(end, 2).is_some();
        if done == 0 && !self.carried_end(victim, self.end, tenant).is_some_and(fits) {
            return Ok(Maintained::Idle);
        }
        let (records, upto) = self.carry_some(victim, done, tenant)?;
        if records > 0 {
            self.carrying = Some((victim, upto));
            return Ok(Maintained::Carried { records });
        }
        // What is left over because the sector is full is carried when the next one is opened.
        let mut left = 0;
        self.each_needed(victim, tenant, &mut |_, entry, _| {
            left += u32::from(entry.at > upto);
            Ok(())
        })?;
        let freed = (victim as u16).to_le_bytes();
        if left > 0 || self.put_here(kind::FREED, [&freed, &[]])?.is_none() {
            return Ok(Maintained::Idle);
        }
        self.carrying = None;
        let _ = self.spares.push(Spare { sector: victim, ready: None });
        self.maintain(u64::MAX, tenant)
    }

    /// Carries at most a few records that lie after an address: how many, and how far that was.
    fn carry_some(
        &mut self,
        victim: u32,
        after: u32,
        tenant: &mut impl Tenant,
    ) -> Result<(u32, u32), Error<F::Error>> {
        let mut records = 0;
        let mut upto = after;
        for _ in 0..CARRY_STEP {
            let mut payload: Vec<u8, FRAME> = Vec::new();
            let mut found = None;
            self.each_needed(victim, &*tenant, &mut |_, entry, key| {
                if entry.at > upto && found.is_none() {
                    let _ = payload.extend_from_slice(entry.payload);
                    found = Some((copy_head(entry.seq, entry.kind), key, entry.at));
                }
                Ok(())
            })?;
            let Some((head, key, at)) = found else { break };
            let Some(new_at) = self.put_here(kind::COPY, [&head, &payload])? else { break };
            if let Some(key) = key {
                tenant.moved(key, new_at);
            }
            records += 1;
            upto = at;
        }
        Ok((records, upto))
    }

    /// The most bytes (as [`Layout::copy_bytes`](super::Layout::copy_bytes) counts them) that may
    /// be needed at a time, with a checkpoint of at most `checkpoint` bytes: three quarters of all
    /// sectors but the spare, or less where a sector cannot take that beside a checkpoint. Then some
    /// sector can always be reclaimed.
    pub fn keep_limit(&self, checkpoint: u32) -> u32 {
        let layout = &self.medium.layout;
        let sectors = layout.sectors();
        let checkpoints = if sectors == 2 { 2 * checkpoint + layout.anchor() } else { checkpoint };
        // At an anchor up to a frame stays unused; on average it is half of one.
        let stripes = layout.sector_bytes() / layout.anchor();
        let gaps = stripes * layout.frame_max() / 8;
        let beside = (layout.sector_bytes() - layout.first_frame())
            .saturating_sub(checkpoints)
            .saturating_sub(gaps);
        let usable = sectors - 1 - (self.report.retired.len() as u32).min(sectors - 1);
        usable.saturating_mul(beside.min(layout.sector_bytes() / 4 * 3))
    }

    /// What fits, for records of `payload` bytes.
    pub fn space(&self, payload: usize) -> Space {
        let layout = &self.medium.layout;
        let in_sector = |from: u32| {
            let mut end = from;
            let mut records = 0;
            while let Some(at) = layout.place(end, payload) {
                end = at + layout.frame_len(at, payload);
                records += 1;
            }
            records
        };
        let end = if self.clean {
            self.end
        } else {
            (layout.anchor_at_or_after(self.touched) + 2 * layout.anchor())
                .min(layout.sector_bytes())
        };
        let ready = self.spares.iter().filter(|s| s.ready.is_some()).count() as u32;
        let opened = layout.first_frame() + layout.sector_bytes() / 4;
        Space {
            active_bytes: layout.room_end().saturating_sub(end),
            ready_sectors: ready,
            records_before_erase: in_sector(end) + ready * in_sector(opened),
        }
    }
}

/// What one frame holds of a checkpoint.
struct Chunk<'a> {
    /// Frames before it.
    parts: u8,
    /// It goes into the commit.
    last: bool,
    entries: &'a [u8],
}

impl Chunk<'_> {
    /// Bytes of the frame's payload.
    fn len(&self) -> usize {
        self.entries.len() + if self.last { COMMIT_HEAD } else { 1 }
    }
}

/// Packs a tenant's checkpoint entries, each behind its length, into frames of at most `room` bytes
/// of entries.
fn each_chunk<E, const FRAME: usize>(
    room: usize,
    tenant: &impl Tenant,
    put: &mut dyn FnMut(Chunk<'_>) -> Result<(), Error<E>>,
) -> Result<(), Error<E>> {
    let mut parts = 0u8;
    let mut entry = [0; FRAME];
    let mut chunk: Vec<u8, FRAME> = Vec::new();
    let mut index = 0;
    while let Some(len) = tenant.checkpoint(index, &mut entry) {
        if len + 1 > room {
            return Err(Error::CheckpointTooLarge);
        }
        if chunk.len() + len + 1 > room {
            put(Chunk { parts, last: false, entries: &chunk })?;
            parts = parts.saturating_add(1);
            chunk.clear();
        }
        let _ = chunk.push(len as u8);
        let _ = chunk.extend_from_slice(entry.get(..len).unwrap_or_default());
        index += 1;
    }
    put(Chunk { parts, last: true, entries: &chunk })
}

/// Tells the tenant where a record lies now, and keeps in mind where it lay.
fn note_move<E>(
    key: Option<u32>,
    at: u32,
    moves: &mut Moves,
    tenant: &mut impl Tenant,
) -> Result<(), Error<E>> {
    let Some(key) = key else { return Ok(()) };
    if let Some(from) = tenant.place(key) {
        moves.push((key, from)).map_err(|_| Error::NoRoom)?;
    }
    tenant.moved(key, at);
    Ok(())
}
