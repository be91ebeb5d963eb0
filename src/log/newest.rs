//! Which sector is the newest.
//!
//! | the newest header's sector | and | becomes |
//! |---|---|---|
//! | has no commit and nothing after one | - | an opening that was cut: the sector before it counts |
//! | has a commit and nothing after it | what it was opened from stands | as if it had no commit |
//! | has a commit and its whole checkpoint | else | active: checkpoint, then its records |
//! | was opened, but its checkpoint is unreadable | the one before it is whole | active: the older checkpoint, the records of both |
//! | was opened, but its checkpoint is unreadable | neither is | error: salvage |
//! | has a bad header | frames of the next epoch are in it | as if its header were good |

use super::nor_flash::NorFlash;
use heapless::Vec;

use super::format::{Loss, NoHeader, SectorHeader};
use super::medium::Raw;
use super::replay::Unused;
use super::report::{Lost, MountReport};
use super::tenant::Tenant;
use super::{Broken, Error, Log, bisync, is_broken};

/// Laps of the ring that an unreadable header's epoch is looked for in.
const LAPS: u32 = 4;
/// Sectors that one reading of all headers finds: two spares that were headed and never opened, the
/// active one, and the one before it.
const NEWEST: usize = 4;

/// The next sequence number may jump no further than this.
const SEQ_END: u32 = u32::MAX - 2;

#[bisync]
impl<F: NorFlash, const FRAME: usize> Log<F, FRAME> {
    pub(super) async fn own_header(&mut self, sector: u32) -> Option<SectorHeader> {
        self.medium.own_header(sector).await
    }

    /// The sector with the highest epoch, by halving: epochs rise with the index up to the newest
    /// sector and are a lap older behind it. `None` when a header is in the way of that.
    async fn newest_by_halving(&mut self) -> Option<u32> {
        // The mark that a format leaves in sector 0 has epoch 0 and counts as the oldest.
        let first =
            self.medium.header(0).await.ok().filter(|h| h.format_id == self.medium.format_id)?;
        let first = first.epoch;
        let (mut low, mut high) = (0, self.medium.layout.sectors());
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            match self.medium.header(middle).await {
                Ok(header) if !self.medium.is_own(middle, &header) => return None,
                Ok(header) if header.epoch >= first => low = middle,
                // Never used yet, or an interrupted erase; both lie behind the newest.
                Ok(_) | Err(NoHeader::Blank) => high = middle,
                Err(_) => return None,
            }
        }
        Some(low)
    }

    /// The sectors with the highest epochs below a limit, newest first, by reading every header.
    pub(super) async fn newest_by_scanning(&mut self, below: u32) -> Vec<(u32, u32), NEWEST> {
        let mut newest: Vec<(u32, u32), NEWEST> = Vec::new();
        for sector in 0..self.medium.layout.sectors() {
            let Some(header) = self.own_header(sector).await.filter(|h| h.epoch < below) else {
                continue;
            };
            let newer = newest.iter().take_while(|(_, epoch)| *epoch > header.epoch).count();
            // Each one behind its place moves on by one; the last of a full list falls out.
            // `Vec::insert` would do it, and can panic.
            let mut moving = (sector, header.epoch);
            for other in newest.iter_mut().skip(newer) {
                core::mem::swap(other, &mut moving);
            }
            let _ = newest.push(moving);
        }
        newest
    }

    pub(super) async fn find_and_replay(
        &mut self,
        formatting: bool,
        tenant: &mut impl Tenant,
    ) -> Result<(), Error<F::Error>> {
        self.unused = None;
        let found = self.find_active(formatting, tenant).await;
        let Some(unused) = self.unused.take() else { return found };
        if found.is_ok() && self.epoch > unused.epoch {
            // It was opened when that opening had failed.
            return Ok(());
        }
        if found.is_ok() && self.stands_before(&unused).await {
            // What was to be the first frame behind the commit may be torn, or have rotted.
            let at = unused.torn.map(|off| self.medium.layout.address(unused.sector, off));
            self.report.torn_or_lost = self.report.torn_or_lost.or(at);
            return Ok(());
        }
        let older = (self.sector(), self.epoch);
        if self.replay_opened((unused.sector, unused.epoch), true, tenant).await? {
            return Ok(());
        }
        self.replay_active(older.0, older.1, tenant).await?;
        found
    }

    /// Whether everything that an opening built on is still there, or was built on again since: then
    /// the opening itself is not needed.
    async fn stands_before(&mut self, unused: &Unused) -> bool {
        if self.epoch < unused.prev {
            return false;
        }
        for spare in &unused.spares {
            let was_free = self.spares.iter().any(|s| s.sector == spare.sector);
            if !was_free && self.medium.is_headed_since(spare.sector, unused.epoch).await {
                return false;
            }
        }
        true
    }

    async fn find_active(
        &mut self,
        formatting: bool,
        tenant: &mut impl Tenant,
    ) -> Result<(), Error<F::Error>> {
        if let Some(active) = self.newest_by_halving().await {
            match self.replay_from(active, tenant).await {
                Ok(true) => return Ok(()),
                // A sector that was passed over and half erased may have been taken for the newest.
                Ok(false) | Err(Error::NoCheckpoint) => {}
                Err(error) => return Err(error),
            }
        }
        self.report = MountReport { scanned: true, ..MountReport::default() };
        let mut limit = u32::MAX;
        loop {
            let newest = self.newest_by_scanning(limit).await;
            let Some(&(_, oldest)) = newest.last() else { break };
            for &(sector, epoch) in &newest {
                if self.replay_active(sector, epoch, tenant).await? {
                    self.follow_bad_headers(tenant).await?;
                    return Ok(());
                }
            }
            limit = oldest;
        }
        Err(if formatting { Error::FormatInterrupted } else { Error::NoCheckpoint })
    }

    /// Replays the newest opened sector at or before `newest`; `false` when the ring contradicts
    /// itself and every header must be read.
    async fn replay_from(
        &mut self,
        newest: u32,
        tenant: &mut impl Tenant,
    ) -> Result<bool, Error<F::Error>> {
        let sectors = self.medium.layout.sectors();
        let mut unopened: Vec<u32, 3> = Vec::new();
        let mut sector = newest;
        let mut highest = 0;
        let mut below = u32::MAX;
        loop {
            let Some(header) = self.own_header(sector).await.filter(|h| h.epoch < below) else {
                return Ok(false);
            };
            if self.replay_active(sector, header.epoch, tenant).await? {
                break;
            }
            if unopened.push(sector).is_err() {
                return Ok(false);
            }
            below = header.epoch;
            highest = highest.max(header.epoch);
            sector = (sector + sectors - 1) % sectors;
        }
        // Whatever was opened after this sector was one of its spares or, where those failed, one of
        // the next few sectors; and a header's epoch only grows. Spares that were headed anew again
        // and again may be laps ahead: then every header is looked at.
        let spares = self.spares.clone();
        let laps_ahead = highest.saturating_sub(self.epoch) >= sectors;
        let near = if laps_ahead { sectors } else { super::reclaim::NEAR.min(sectors) };
        let next = (1..=near).map(|i| (sector + i) % sectors);
        let mut any_erased = false;
        for sector in next.chain(spares.iter().map(|spare| spare.sector)) {
            let header = self.own_header(sector).await;
            any_erased |= header.is_none();
            if header.is_some_and(|h| h.epoch > self.epoch) && !unopened.contains(&sector) {
                return Ok(false);
            }
        }
        // What was opened after this sector may have been left again, and erased since. And an older
        // checkpoint does not say which spares this sector's own named.
        let erased = any_erased && !is_broken(Broken::ErasedIsUnused) && self.has_wrapped().await;
        if erased || self.report.fell_back {
            return Ok(false);
        }
        // What was opened after a sector with a bad header is found from the other headers.
        for spare in &spares {
            if self.epoch_behind_bad_header(spare.sector).await.is_some() {
                return Ok(false);
            }
        }
        self.suspect_a_lost_sector().await;
        Ok(true)
    }

    /// Whether the log has been round the ring: in the first lap, erased sectors were never used. Sector 0 holds
    /// the mark of a format till then and sector 1 the first epoch; either may be passed over for ever.
    async fn has_wrapped(&mut self) -> bool {
        for sector in 0..2 {
            let header = self.medium.header(sector).await;
            if !header.is_ok_and(|header| header.epoch == sector) {
                return true;
            }
        }
        false
    }

    /// A spare whose header is bad may have been the newest sector.
    async fn follow_bad_headers(
        &mut self,
        tenant: &mut impl Tenant,
    ) -> Result<(), Error<F::Error>> {
        let mut behind_bad = false;
        for _ in 0..2 {
            let before = (self.sector(), self.epoch);
            let mut followed = false;
            for spare in &self.spares.clone() {
                let Some(epoch) = self.epoch_behind_bad_header(spare.sector).await else {
                    continue;
                };
                if self.replay_active(spare.sector, epoch, tenant).await? {
                    followed = true;
                    break;
                }
                // An opening that was cut, and then the erase of what it left: nothing to follow.
                self.replay_active(before.0, before.1, tenant).await?;
            }
            if !followed {
                break;
            }
            self.report.note_damage(self.medium.layout.address(self.sector(), 0));
            behind_bad = true;
        }
        self.suspect_a_lost_sector().await;
        if behind_bad {
            // An interrupted erase may have spoilt the header: its blank units are not to be trusted.
            self.touched = self.medium.layout.sector_bytes();
        }
        Ok(())
    }

    /// The epoch of the frames in a sector with an unreadable header, if it is a later one than the
    /// active sector's.
    pub(super) async fn epoch_behind_bad_header(&mut self, sector: u32) -> Option<u32> {
        if self.medium.header(sector).await.is_ok() || !self.has_begun(sector).await {
            return None;
        }
        let mut epoch = self.epoch;
        for _ in 0..LAPS {
            epoch = self.medium.layout.epoch_after(epoch, sector);
            if self.has_frames_of(sector, epoch).await {
                return Some(epoch);
            }
        }
        None
    }

    /// Whether anything lies where a stripe begins.
    async fn has_begun(&mut self, sector: u32) -> bool {
        let layout = self.medium.layout;
        let mut stripe = Some(layout.first_frame());
        while let Some(off) = stripe {
            if !self.medium.is_blank(sector, off, off + layout.unit()).await {
                return true;
            }
            stripe = layout.next_stripe(off);
        }
        false
    }

    /// Whether any stripe of a sector begins with a frame of this epoch.
    pub(super) async fn has_frames_of(&mut self, sector: u32, epoch: u32) -> bool {
        let layout = self.medium.layout;
        let mut stripe = Some(layout.first_frame());
        while let Some(off) = stripe {
            let raw = self.medium.frame(sector, epoch, off, 0, &mut self.buf).await;
            if matches!(raw, Raw::Frame(_)) {
                return true;
            }
            stripe = layout.next_stripe(off);
        }
        false
    }

    /// When the active sector is full or closed, its spare may have been opened, filled and lost; then nobody
    /// can tell how many records it held, and everything jumps past all that it could have held.
    async fn suspect_a_lost_sector(&mut self) {
        let layout = self.medium.layout;
        let next = layout.anchor_at_or_after(self.touched);
        if next + 2 * layout.anchor() <= layout.sector_bytes() && !self.closed {
            return;
        }
        let spares = self.spares.clone();
        for spare in &spares {
            let gone = matches!(
                self.medium.header(spare.sector).await,
                Err(NoHeader::Damaged | NoHeader::Foreign)
            );
            // A header that a power cut tore has nothing behind it.
            let (first, end) = (layout.first_frame(), layout.sector_bytes());
            if gone && !self.medium.is_blank(spare.sector, first, end).await {
                let most = layout.sector_bytes() / layout.round_up(6).max(1);
                let from = self.next_seq;
                let to = from.saturating_add(most).min(SEQ_END);
                let at = layout.address(spare.sector, 0);
                self.report.note_lost(Lost { from, to, at, perhaps: true });
                self.owe_loss(Loss { from, to, perhaps: true });
                return;
            }
        }
    }

    /// Keeps in mind a loss that is to be written down; what there is no room for is merged.
    pub(super) fn owe_loss(&mut self, loss: Loss) {
        if let Err(loss) = self.unwritten.push(loss)
            && let Some(last) = self.unwritten.last_mut()
        {
            last.from = last.from.min(loss.from);
            last.to = last.to.max(loss.to);
            last.perhaps &= loss.perhaps;
            self.told = self.told.min(self.unwritten.len().saturating_sub(1));
        }
    }
}
