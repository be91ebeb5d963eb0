//! Finding the newest sector, replaying it, and nothing else: a mount writes nothing.
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

use super::cancel::NO_CALL;
use super::event::{Held, event};
use super::format::{ERASED, Loss, Mode, NoHeader, SectorHeader, Shape, kind};
use super::layout::{BadShape, Layout};
use super::medium::{Medium, Raw};
use super::reader::Reader;
use super::report::{Lost, MountReport, ReadOnly};
use super::settings::{Chip, FormatAs, Settings};
use super::tenant::Tenant;
use super::walk::{Walk, Walked};
use super::{Broken, Error, Log, Spare, bisync, is_broken};
use crate::flash::Region;

/// Laps of the ring that an unreadable header's epoch is looked for in.
const LAPS: u32 = 4;
/// Sectors that one reading of all headers finds: two spares that were headed and never opened, the
/// active one, and the one before it.
const NEWEST: usize = 4;

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
    sector: u32,
    epoch: u32,
    /// Epoch of the sector that it was opened from.
    prev: u32,
    spares: Vec<Spare, 2>,
    /// Offset of bytes that are no frame.
    torn: Option<u32>,
}

#[bisync]
impl<F: NorFlash, const FRAME: usize> Log<F, FRAME> {
    /// Erases the region and makes an empty log of it, with `tenant` (empty too) as its first
    /// checkpoint.
    ///
    /// This is the only call that destroys anything, and no other call makes it.
    ///
    /// # Errors
    /// [`Error::Foreign`] when the region holds something that is neither erased nor a journal and
    /// `how` does not allow that; [`Error::Shape`]; or the flash failed.
    pub async fn format(
        flash: F,
        region: Region,
        settings: &Settings,
        how: FormatAs,
        tenant: &mut impl Tenant,
    ) -> Result<Self, Error<F::Error>> {
        let mut made = Self::unread(flash, region, settings);
        // In its place: a log that is moved is on the stack twice.
        if let Ok(log) = &mut made
            && let Err(error) = log.make(how, tenant).await
        {
            made = Err(error);
        }
        made
    }

    /// Makes an empty log of a region at which this one has not looked yet.
    pub(crate) async fn make(
        &mut self,
        how: FormatAs,
        tenant: &mut impl Tenant,
    ) -> Result<(), Error<F::Error>> {
        if !how.over_foreign && self.holds_foreign().await {
            return Err(Error::Foreign);
        }
        self.medium.format_id = how.format_id;
        self.mode = how.mode;
        tenant.reset();
        // Sector 0 says that a format is under way until the log has begun in sector 1.
        let layout = self.medium.layout;
        let shape = layout.shape();
        let (format_id, mode) = (how.format_id, how.mode);
        let mark = SectorHeader { shape, format_id, epoch: 0, wear: 1, mode, formatting: true };
        for sector in 0..layout.sectors() {
            self.medium.erase(sector, true).await.map_err(super::append::error_of)?;
            if sector == 0 {
                self.medium.write_header(0, &mark, true).await.map_err(super::append::error_of)?;
            }
        }
        let _ = self.spares.push(Spare { sector: 1, ready: None });
        if layout.sectors() > 2 {
            let _ = self.spares.push(Spare { sector: 2, ready: None });
        }
        self.next_seq = 1;
        self.open_next(tenant).await?;
        // There is nothing that it was opened from.
        self.sealed = true;
        Ok(())
    }

    /// Finds the log in a region and replays it into `tenant`. Writes nothing.
    ///
    /// # Errors
    /// See [`Error`]; none of them changes the flash.
    pub async fn mount(
        flash: F,
        region: Region,
        settings: &Settings,
        tenant: &mut impl Tenant,
    ) -> Result<Self, Error<F::Error>> {
        let mut made = Self::unread(flash, region, settings);
        if let Ok(log) = &mut made
            && let Err(error) = log.find(tenant).await
        {
            made = Err(error);
        }
        made
    }

    /// Finds what is in a region at which this log has not looked yet.
    pub(crate) async fn find(&mut self, tenant: &mut impl Tenant) -> Result<(), Error<F::Error>> {
        let header = self.any_header().await?;
        let configured = self.medium.layout.shape();
        // A journal of before there were marks has no room for them, and needs none to be read.
        let tail_bytes = header.shape.tail_bytes;
        if header.shape != (Shape { tail_bytes, ..configured }) {
            return Err(Error::OtherShape { recorded: header.shape, configured });
        }
        self.medium.layout = Layout::new(header.shape, F::ERASE_SIZE as u32)?;
        self.medium.format_id = header.format_id;
        self.mode = header.mode;
        self.find_and_replay(header.formatting, tenant).await
    }

    /// A log that has looked at nothing yet.
    pub(crate) fn unread(
        flash: F,
        region: Region,
        settings: &Settings,
    ) -> Result<Self, Error<F::Error>> {
        let chip = Chip {
            write: F::WRITE_SIZE as u32,
            read: F::READ_SIZE as u32,
            erase: F::ERASE_SIZE as u32,
        };
        let layout: Layout = settings.layout_at(chip, region, FRAME)?;
        if u64::from(region.start()) + u64::from(layout.region_bytes()) > flash.capacity() as u64 {
            return Err(Error::Shape(BadShape::Region));
        }
        Ok(Log {
            medium: Medium {
                flash,
                start: region.start(),
                layout,
                format_id: 0,
                unreadable: false,
            },
            verify: settings.verify,
            quiet_ms: settings.quiet_ms,
            mode: Mode::Live,
            epoch: 0,
            end: 0,
            last_end: 0,
            touched: 0,
            next_seq: 0,
            clean: false,
            provisional: None,
            needs_without: 0,
            spares: Vec::new(),
            prev_epoch: 0,
            suspect: None,
            headed: 0,
            sealed: true,
            closed: false,
            unused: None,
            leave: false,
            failed: false,
            marked: 0,
            unwritten: Vec::new(),
            told: 0,
            carrying: None,
            read_only: None,
            report: MountReport::default(),
            call: NO_CALL,
            buf: [ERASED; FRAME],
            last: [ERASED; FRAME],
        })
    }

    /// Whether anything but erased bytes and a journal is in the region. What an interrupted erase
    /// left of a journal is not foreign, as long as any header is there.
    async fn holds_foreign(&mut self) -> bool {
        let layout = self.medium.layout;
        match self.any_header().await {
            Ok(_) | Err(Error::NoCheckpoint) => false,
            Err(Error::Blank) => {
                for sector in 0..layout.sectors() {
                    if !self.medium.is_blank(sector, 0, layout.sector_bytes()).await {
                        return true;
                    }
                }
                false
            }
            Err(_) => true,
        }
    }

    /// A valid header, preferably the first; or what is in its place.
    async fn any_header(&mut self) -> Result<SectorHeader, Error<F::Error>> {
        let mut foreign = false;
        let mut damaged = false;
        let mut version = None;
        for sector in 0..self.medium.layout.sectors() {
            match self.medium.header(sector).await {
                Ok(header) => return Ok(header),
                Err(NoHeader::Version(v)) => version = Some(v),
                Err(NoHeader::Foreign) => foreign = true,
                Err(NoHeader::Damaged) => damaged = true,
                Err(NoHeader::Blank) => {}
            }
        }
        Err(match (version, damaged, foreign) {
            (Some(version), ..) => Error::Version(version),
            (None, true, _) => Error::NoCheckpoint,
            (None, false, true) => Error::Foreign,
            (None, false, false) => Error::Blank,
        })
    }

    async fn own_header(&mut self, sector: u32) -> Option<SectorHeader> {
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
    async fn newest_by_scanning(&mut self, below: u32) -> Vec<(u32, u32), NEWEST> {
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

    async fn find_and_replay(
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

    /// Replays a sector, with the one before it if its checkpoint is unreadable, and makes it the
    /// active one; `false` when it was never opened.
    async fn replay_active(
        &mut self,
        sector: u32,
        epoch: u32,
        tenant: &mut impl Tenant,
    ) -> Result<bool, Error<F::Error>> {
        self.replay_opened((sector, epoch), false, tenant).await
    }

    /// As [`replay_active`](Self::replay_active); `unused`: also if nothing was written behind its
    /// commit.
    async fn replay_opened(
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

/// The next sequence number may jump no further than this.
const SEQ_END: u32 = u32::MAX - 2;

/// Whether a frame may be the log's last: a record, a commit, a loss.
fn may_be_last(held: &Held) -> bool {
    !matches!(held.kind, kind::COPY | kind::FREED | kind::PART)
}
