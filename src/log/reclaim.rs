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

use super::nor_flash::NorFlash;
use heapless::Vec;

use super::append::{error_of, program_frame};
use super::event::next_seq;
use super::format::{CommitHead, Draft, SectorHeader, copy_head, kind};
use super::medium::{Fault, Medium};
use super::report::ReadOnly;
use super::tenant::Tenant;
use super::{Broken, Error, Log, Spare, bisync, is_broken};

/// Names of records that an opening moves, and their addresses before it: one for each open
/// payment, and room to spare.
pub(super) type Moves = Vec<(u32, u32), MOVES>;
/// How many.
pub(super) const MOVES: usize = 48;

/// Openings that are tried before the flash counts as failing for good.
const TRIES: usize = 4;
/// How far ahead a sector is looked for when every spare has failed. A mount must look there too.
pub(super) const NEAR: u32 = 8;

/// A sector being opened.
pub(super) struct Opening {
    pub sector: u32,
    pub epoch: u32,
    pub end: u32,
    pub verify: bool,
    /// Its commit was programmed, perhaps with effect.
    pub committing: bool,
}

#[bisync]
impl Opening {
    pub async fn put<F: NorFlash>(
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
        program_frame(medium, buf, at, draft, self.verify).await.map_err(error_of)?;
        Ok(medium.layout.address(self.sector, off))
    }
}

#[bisync]
impl<F: NorFlash, const FRAME: usize> Log<F, FRAME> {
    /// Moves the log on to another sector.
    pub(super) async fn open_next(
        &mut self,
        tenant: &mut impl Tenant,
    ) -> Result<(), Error<F::Error>> {
        self.seal().await?;
        let mut failure = Error::NoRoom;
        let next_seq = self.next_seq;
        for _ in 0..TRIES {
            let (sector, epoch) = self.take_ready(tenant).await?;
            let mut opening = Opening {
                sector,
                epoch,
                end: self.medium.layout.first_frame(),
                verify: self.verify,
                committing: false,
            };
            let mut moves = Moves::new();
            match self.fill(&mut opening, &mut moves, tenant).await {
                Ok(spares) => {
                    self.spares = spares;
                    self.prev_epoch = self.epoch;
                    self.epoch = epoch;
                    self.last_end = opening.end;
                    self.touched = opening.end;
                    self.clean = true;
                    self.sealed = false;
                    self.provisional = None;
                    self.unwritten.clear();
                    self.told = 0;
                    self.carrying = None;
                    self.leave = false;
                    self.failed = false;
                    self.marked = 0;
                    self.closed = self.next_seq != next_seq;
                    self.go_on_at(opening.end);
                    return Ok(());
                }
                Err(error) => {
                    // The losses that it wrote down are not, and their numbers not jumped over.
                    self.next_seq = next_seq;
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
                        // A driver error may pass; one that comes twice does not.
                        self.leave = self.medium.erase(sector, true).await.is_err()
                            && self.medium.erase(sector, true).await.is_err();
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
    pub(super) async fn take_ready(
        &mut self,
        tenant: &mut impl Tenant,
    ) -> Result<(u32, u32), Error<F::Error>> {
        let mut failure = Error::NoRoom;
        for _ in 0..TRIES {
            let ready = self.spares.iter().find_map(|s| s.ready.map(|epoch| (s.sector, epoch)));
            if let Some((sector, epoch)) = ready {
                return Ok((sector, epoch));
            }
            let sector = match self.spares.first() {
                Some(spare) => spare.sector,
                None => {
                    let free = self.free_without_carry(tenant).await;
                    // A driver that failed for a while may have come back.
                    match free.or_else(|| self.unretire()) {
                        Some(sector) => sector,
                        None => return Err(failure),
                    }
                }
            };
            if let Err(fault) = self.prove(sector, self.verify).await {
                failure = error_of(fault);
                if let Some(why @ ReadOnly::MountAgain) = self.read_only {
                    return Err(Error::ReadOnly(why));
                }
                self.retire(sector);
                if self.read_only.is_some() {
                    return Err(failure);
                }
            }
        }
        Err(failure)
    }

    /// When every spare has failed: a sector that holds nothing needed.
    pub(super) async fn free_without_carry(&mut self, tenant: &impl Tenant) -> Option<u32> {
        let active = self.sector();
        for sector in self.candidates(active).take(NEAR as usize).filter(|&other| other != active) {
            if self.is_usable(sector) && self.is_needless(sector, tenant).await {
                let _ = self.spares.push(Spare { sector, ready: None });
                return Some(sector);
            }
        }
        None
    }

    /// When nothing else is left: the sector that failed last is tried again.
    pub(super) fn unretire(&mut self) -> Option<u32> {
        let sector = u32::from(self.report.retired.pop()?);
        let _ = self.spares.push(Spare { sector, ready: None });
        Some(sector)
    }

    /// Erases a spare and writes its header: from then on, in this boot, it is proven.
    pub(super) async fn prove(&mut self, sector: u32, check: bool) -> Result<(), Fault<F::Error>> {
        let layout = self.medium.layout;
        if let Some(epoch) = self.half_opened(sector).await {
            self.void(sector, epoch).await.map_err(|_| Fault::ReadBack)?;
        }
        let old = self.medium.header(sector).await.ok();
        let wear = old.map_or(0, |old| old.wear).saturating_add(1);
        // No epoch is used twice, and a sector opened later has a higher one.
        let newest = self.headed.max(self.epoch);
        let newest = self.medium.above_marks(self.sector(), self.epoch, newest).await;
        let mut epoch = layout.epoch_after(newest, sector);
        if let Some(old) = old
            && old.format_id == self.medium.format_id
            && old.epoch >= epoch
        {
            epoch = layout.epoch_after(old.epoch, sector);
        }
        if let Some(old) = old
            && is_broken(Broken::EpochTwice)
        {
            epoch = old.epoch.max(1);
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
        let blank = is_broken(Broken::BlankIsErased)
            && self.medium.is_blank(sector, 0, layout.sector_bytes()).await;
        // A driver error may pass; one that comes twice does not.
        if !blank && self.medium.erase(sector, check).await.is_err() {
            self.medium.erase(sector, check).await?;
        }
        if self.medium.write_header(sector, &header, self.verify).await.is_err() {
            self.medium.erase(sector, check).await?;
            self.medium.write_header(sector, &header, self.verify).await?;
        }
        if let Some(spare) = self.spares.iter_mut().find(|s| s.sector == sector) {
            spare.ready = Some(epoch);
        }
        Ok(())
    }

    /// Fills an opened sector up to its commit: the spares that are left then.
    pub(super) async fn fill(
        &mut self,
        opening: &mut Opening,
        moves: &mut Moves,
        tenant: &mut impl Tenant,
    ) -> Result<Vec<Spare, 2>, Error<F::Error>> {
        self.carry_provisional(opening, moves, tenant).await?;
        self.carry_losses(opening, tenant).await?;
        let mut spares = self.spares.clone();
        spares.retain(|spare| spare.sector != opening.sector);
        if spares.is_empty() {
            let victim = self.carry_a_victim(opening, moves, tenant).await?;
            let _ = spares.push(Spare { sector: victim, ready: None });
        }
        self.carry_a_second(&mut spares, opening, moves, tenant).await?;
        if let Some(&Spare { sector: victim, .. }) = spares.first()
            && is_broken(Broken::VictimBeforeCommit)
        {
            self.medium.erase(victim, false).await.map_err(error_of)?;
        }
        let layout = self.medium.layout;
        let head = CommitHead {
            prev_epoch: self.epoch,
            prev_end: self.last_end,
            spares: [0, 1].map(|i| spares.get(i).map(|s| s.sector as u16)),
            parts: 0,
        };
        self.checkpoint(opening, head, tenant).await?;
        if layout.sectors() == 2 {
            // The other sector is erased next, so no older checkpoint will be left.
            if let Some(next) = layout.next_stripe(opening.end - 1) {
                opening.end = next;
            }
            self.checkpoint(opening, head, tenant).await?;
        }
        Ok(spares)
    }

    /// The record that this boot found last may never be readable again: it moves along.
    pub(super) async fn carry_provisional(
        &mut self,
        opening: &mut Opening,
        moves: &mut Moves,
        tenant: &mut impl Tenant,
    ) -> Result<(), Error<F::Error>> {
        let Some(held) = self.provisional else { return Ok(()) };
        let payload = self.last.get(..held.len).unwrap_or_default();
        if !kind::is_record(held.kind) {
            // A loss was told when it was replayed.
            if held.kind == kind::LOSS {
                let draft = Draft { kind: held.kind, seq: self.next_seq, payload: [payload, &[]] };
                opening.put(&mut self.medium, &mut self.buf, &draft).await?;
            }
            return Ok(());
        }
        let key = self.provisional_entry().and_then(|entry| tenant.key(&entry));
        let head = copy_head(held.seq, held.kind);
        let draft = Draft { kind: kind::COPY, seq: self.next_seq, payload: [&head, payload] };
        let at = opening.put(&mut self.medium, &mut self.buf, &draft).await?;
        note_move(key, at, moves, tenant)
    }

    /// Losses that are still to be written down go before the checkpoint, which knows of them.
    pub(super) async fn carry_losses(
        &mut self,
        opening: &mut Opening,
        tenant: &mut impl Tenant,
    ) -> Result<(), Error<F::Error>> {
        let mut index = 0;
        while let Some(loss) = self.unwritten.get(index) {
            let payload = loss.encode();
            let draft = Draft { kind: kind::LOSS, seq: self.next_seq, payload: [&payload, &[]] };
            opening.put(&mut self.medium, &mut self.buf, &draft).await?;
            self.next_seq = next_seq(kind::LOSS, self.next_seq, &payload);
            self.tell_loss(index, tenant);
            index += 1;
        }
        Ok(())
    }

    /// The sector being opened failed: once is chance, twice is the sector.
    pub(super) fn spare_failed(&mut self, sector: u32) {
        let again = self.suspect == Some(sector);
        self.suspect = Some(sector);
        if again {
            self.retire(sector);
        } else {
            self.distrust(sector);
        }
    }

    /// A spare must be erased again before it is opened.
    pub(super) fn distrust(&mut self, sector: u32) {
        if let Some(spare) = self.spares.iter_mut().find(|s| s.sector == sector) {
            spare.ready = None;
        }
    }

    /// Does without a sector until the next power-up.
    pub(super) fn retire(&mut self, sector: u32) {
        self.spares.retain(|s| s.sector != sector);
        let _ = self.report.retired.push(sector as u16);
        let left = self.medium.layout.sectors() as usize - self.report.retired.len();
        if left < 2 || self.report.retired.is_full() {
            self.read_only = Some(ReadOnly::WornOut);
        }
    }
}

/// Tells the tenant where a record lies now, and keeps in mind where it lay.
pub(super) fn note_move<E>(
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
