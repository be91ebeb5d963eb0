//! What an append writes: one frame; before the first of a boot, two boot frames.

use super::nor_flash::NorFlash;

use super::event::next_seq;
use super::format::{BOOT_HEAD, Draft, decode_boot, decode_copy, kind, max_payload};
use super::medium::{Fault, FrameInfo, Raw};
use super::reclaim::NEAR;
use super::report::ReadOnly;
use super::tenant::{Entry, Tenant};
use super::{Broken, Error, Log, Placed, bisync, is_broken};
use heapless::Vec;

/// Places that are tried for one frame before the flash counts as failing for good.
const TRIES: usize = 6;

pub(super) fn error_of<E>(fault: Fault<E>) -> Error<E> {
    match fault {
        Fault::Driver(e) => Error::Flash(e),
        Fault::ReadBack => Error::ReadBack,
    }
}

#[bisync]
impl<F: NorFlash, const FRAME: usize> Log<F, FRAME> {
    /// Appends a record. When this returns, it is durable.
    ///
    /// One program call and, with verify off, no read; but before the first append of a boot the
    /// boot frames, and now and then the opening of a sector.
    ///
    /// # Errors
    /// Nothing was appended: the flash failed in every place that was tried ([`Error::Flash`],
    /// [`Error::ReadBack`]), the record is too large or its kind not a record's, the journal is
    /// read-only, or nothing can be reclaimed.
    pub async fn append(
        &mut self,
        kind: u8,
        payload: &[u8],
        tenant: &mut impl Tenant,
    ) -> Result<Placed, Error<F::Error>> {
        if !kind::is_record(kind) {
            return Err(Error::Kind(kind));
        }
        let most = max_payload(FRAME);
        if payload.len() > most {
            return Err(Error::TooLarge { bytes: payload.len(), most });
        }
        self.begin_call(tenant).await?;
        let placed = self.append_now(kind, payload, tenant).await;
        self.end_call();
        placed
    }

    async fn append_now(
        &mut self,
        kind: u8,
        payload: &[u8],
        tenant: &mut impl Tenant,
    ) -> Result<Placed, Error<F::Error>> {
        self.settle(tenant).await?;
        let seq = self.next_seq;
        if seq >= u32::MAX - 1 {
            self.read_only = Some(ReadOnly::SequenceEnd);
            return Err(Error::ReadOnly(ReadOnly::SequenceEnd));
        }
        let (at, bytes) = self.put(kind, [payload, &[]], tenant).await?;
        self.next_seq = seq + 1;
        Ok(Placed { seq, at, bytes })
    }

    /// Makes what was found at mount durable: until then the last record is provisional and
    /// nothing may be sent, shown or erased because of it. Does nothing when that has been done.
    ///
    /// Counters may jump here, if the mount found a loss: allocate numbers after it, not before.
    ///
    /// # Errors
    /// As [`append`](Self::append).
    pub async fn confirm(&mut self, tenant: &mut impl Tenant) -> Result<(), Error<F::Error>> {
        self.begin_call(tenant).await?;
        let confirmed = self.confirm_now(tenant).await;
        self.end_call();
        confirmed
    }

    /// Whether there is nothing to [`confirm`](Self::confirm).
    pub(crate) fn is_confirmed(&self) -> bool {
        let settled = self.clean && self.sealed && self.unwritten.is_empty();
        settled && self.read_only.is_none() && !self.call.is_under_way()
    }

    async fn confirm_now(&mut self, tenant: &mut impl Tenant) -> Result<(), Error<F::Error>> {
        self.settle(tenant).await?;
        self.seal().await
    }

    /// As [`confirm`](Self::confirm), for whoever writes a record next: it seals the sector.
    async fn settle(&mut self, tenant: &mut impl Tenant) -> Result<(), Error<F::Error>> {
        if let Some(why) = self.read_only {
            return Err(Error::ReadOnly(why));
        }
        if !self.clean {
            self.resume(tenant).await?;
        }
        if self.unwritten.is_empty() { Ok(()) } else { self.write_losses(tenant).await }
    }

    /// Reads a record back from where it lies: its own frame, a carried copy or a boot frame's copy.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no readable record with this sequence number lies there.
    pub async fn read(&mut self, seq: u32, at: u32) -> Result<Entry<'_>, Error<F::Error>> {
        let found = self.read_at(at).await;
        found.ok().filter(|entry| entry.seq == seq).ok_or(Error::NotFound { at })
    }

    /// Reads the record at an address, whatever its number.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no readable record lies there.
    pub async fn read_at(&mut self, at: u32) -> Result<Entry<'_>, Error<F::Error>> {
        let layout = self.medium.layout;
        let missing = Error::NotFound { at };
        let (sector, off) = layout.locate(at);
        if sector >= layout.sectors() || off < layout.first_frame() {
            return Err(missing);
        }
        let Some(epoch) = self.epoch_of(sector).await else { return Err(missing) };
        let Some(frame) = self.frame_in_stripe(sector, epoch, off).await else {
            return self.read_by_walk(sector, at).await;
        };
        let payload = frame.payload(&self.buf);
        let found = match frame.kind {
            kind::COPY => decode_copy(payload),
            kind::BOOT => {
                decode_boot(payload).map(|(_, kind, copy)| (frame.seq.wrapping_sub(1), kind, copy))
            }
            kind => Some((frame.seq, kind, payload)),
        };
        let carried = frame.kind == kind::COPY;
        match found {
            Some((seq, kind, payload)) if kind::is_record(kind) => {
                let bytes = layout.copy_bytes(payload.len());
                Ok(Entry { seq, kind, payload, at, bytes, carried })
            }
            _ => Err(missing),
        }
    }

    /// The record at an address in a stripe whose first frame has rotted. The numbers of the others
    /// follow from it; so they are taken from the stripes before it, as a mount does.
    async fn read_by_walk(&mut self, sector: u32, at: u32) -> Result<Entry<'_>, Error<F::Error>> {
        let mut found = None;
        let mut copy = [0; FRAME];
        let mut take = |entry: &Entry<'_>| {
            if let Some(to) = copy.get_mut(..entry.payload.len()) {
                to.copy_from_slice(entry.payload);
                found = Some((entry.seq, entry.kind, entry.payload.len(), entry.carried));
            }
        };
        let wanted = |entry: &Entry<'_>, _| entry.at == at;
        self.each(sector, 0, &wanted, &mut async |_, entry| take(entry)).await;
        let Some((seq, kind, len, carried)) = found else { return Err(Error::NotFound { at }) };
        self.buf = copy;
        let payload = self.buf.get(..len).unwrap_or_default();
        let bytes = self.medium.layout.copy_bytes(len);
        Ok(Entry { seq, kind, payload, at, bytes, carried })
    }

    /// Reads a frame by way of the start of its stripe, from which its number follows.
    async fn frame_in_stripe(&mut self, sector: u32, epoch: u32, off: u32) -> Option<FrameInfo> {
        let layout = self.medium.layout;
        let mut at = (off / layout.anchor() * layout.anchor()).max(layout.first_frame());
        let mut seq = 0u32;
        let mut rotten = 0;
        while at <= off {
            // Each frame that has rotted before this one was a record or not.
            let mut found = None;
            for more in 0..=rotten {
                let seq = seq.saturating_add(more);
                let raw = self.medium.frame(sector, epoch, at, seq, &mut self.buf).await;
                if let Raw::Frame(frame) = raw {
                    found = Some(frame);
                    break;
                }
            }
            match found {
                Some(frame) if at == off => return Some(frame),
                Some(frame) => {
                    seq = next_seq(frame.kind, frame.seq, frame.payload(&self.buf));
                    rotten = 0;
                    at = frame.end();
                }
                None => {
                    rotten = 2;
                    at += layout.unit();
                }
            }
        }
        None
    }

    /// Tells every record that is still in the log, oldest sector first. A carried record comes
    /// where its copy lies.
    ///
    /// Returns at how many places records are known to be lost or cannot be read: what was not told
    /// may have been there.
    pub async fn scan(&mut self, tell: impl FnMut(&Entry<'_>)) -> u32 {
        self.scan_doubting(0, tell).await
    }

    /// As [`scan`](Self::scan), but only those places count at which a record with a number from
    /// `from` on may be missing.
    pub async fn scan_doubting(&mut self, from: u32, mut tell: impl FnMut(&Entry<'_>)) -> u32 {
        let mut gaps = self.unwritten.iter().filter(|loss| loss.to >= from).count() as u32;
        for back in (0..self.medium.layout.sectors()).rev() {
            let missing = self.scan_some(back, (0, from), &mut tell).await;
            if missing > 0 && (from == 0 || !self.is_before(self.sector_back(back), from).await) {
                gaps = gaps.saturating_add(missing);
            }
        }
        gaps
    }

    /// As [`scan`](Self::scan), for records with numbers from `from` on; sectors that hold only older
    /// ones are passed over. For what is still to be settled this reads what the batch takes.
    pub async fn scan_from(&mut self, from: u32, mut tell: impl FnMut(&Entry<'_>)) -> u32 {
        let mut gaps = self.unwritten.iter().filter(|loss| loss.to >= from).count() as u32;
        for back in (0..self.medium.layout.sectors()).rev() {
            if from == 0 || !self.is_before(self.sector_back(back), from).await {
                gaps = gaps.saturating_add(self.scan_some(back, (from, from), &mut tell).await);
            }
        }
        gaps
    }

    /// As [`scan`](Self::scan), of one sector: the active one where `back` is 0, else the one that is
    /// so many before it in the ring. For who needs the newest records only.
    pub async fn scan_sector(&mut self, back: u32, mut tell: impl FnMut(&Entry<'_>)) -> u32 {
        match back < self.medium.layout.sectors() {
            true => self.scan_some(back, (0, 0), &mut tell).await,
            false => 0,
        }
    }

    /// Tells records with numbers from the first on; what is missing counts from the second on.
    async fn scan_some(
        &mut self,
        back: u32,
        (from, doubt): (u32, u32),
        tell: &mut impl FnMut(&Entry<'_>),
    ) -> u32 {
        let sector = self.sector_back(back);
        if self.spares.iter().any(|spare| spare.sector == sector) {
            return 0;
        }
        let wanted = |entry: &Entry<'_>, _| entry.seq >= from;
        self.each(sector, doubt, &wanted, &mut async |_, entry| tell(entry)).await
    }

    fn sector_back(&self, back: u32) -> u32 {
        let sectors = self.medium.layout.sectors();
        (self.sector() + sectors - back % sectors) % sectors
    }

    /// Writes down what the mount found to be lost, so that it is said once and for all.
    async fn write_losses(&mut self, tenant: &mut impl Tenant) -> Result<(), Error<F::Error>> {
        while let Some(&loss) = self.unwritten.first() {
            if self.leave {
                return self.open_next(tenant).await;
            }
            let payload = loss.encode();
            match self.put_here(kind::LOSS, [&payload, &[]]).await {
                Ok(Some(_)) => {
                    self.next_seq = next_seq(kind::LOSS, self.next_seq, &payload);
                    self.tell_loss(0, tenant);
                    let mut first = true;
                    self.unwritten.retain(|_| !core::mem::take(&mut first));
                    self.told = self.told.saturating_sub(1);
                }
                // An opening writes all that are left, before its checkpoint.
                Ok(None) => return self.open_next(tenant).await,
                Err(_) => self.resume(tenant).await?,
            }
        }
        Ok(())
    }

    /// Tells the tenant of the unwritten loss with this index, unless an opening that failed did so
    /// already: a replay hears it once, however often it was tried to write it.
    pub(super) fn tell_loss(&mut self, index: usize, tenant: &mut impl Tenant) {
        if let Some(loss) = self.unwritten.get(index)
            && index >= self.told
        {
            tenant.lost(loss.from, loss.to, loss.perhaps);
            self.told = index + 1;
        }
    }

    /// Puts a frame at the end of the log, wherever that is possible: its address and length.
    pub(super) async fn put(
        &mut self,
        kind: u8,
        payload: [&[u8]; 2],
        tenant: &mut impl Tenant,
    ) -> Result<(u32, u32), Error<F::Error>> {
        let mut failure = Error::NoRoom;
        for _ in 0..TRIES {
            if self.leave {
                self.open_next(tenant).await?;
            }
            if !self.clean {
                self.resume(tenant).await?;
            }
            // An opening may have written losses, and the numbers jumped.
            let draft = Draft { kind, seq: self.next_seq, payload };
            let Some(off) = self.medium.layout.place(self.end, draft.payload_len()) else {
                self.open_next(tenant).await?;
                continue;
            };
            match self.program(off, &draft).await {
                Ok(total) => {
                    self.end = off + total;
                    self.last_end = self.end;
                    return Ok((self.medium.layout.address(self.sector(), off), total));
                }
                Err(fault) => {
                    (self.clean, self.failed) = (false, true);
                    failure = error_of(fault);
                }
            }
        }
        Err(failure)
    }

    /// Puts a frame at the end of the active sector, if it fits there: its address. Idle work opens
    /// no sector: that would choose a victim of its own.
    pub(super) async fn put_here(
        &mut self,
        kind: u8,
        payload: [&[u8]; 2],
    ) -> Result<Option<u32>, Error<F::Error>> {
        let draft = Draft { kind, seq: self.next_seq, payload };
        let Some(off) = self.medium.layout.place(self.end, draft.payload_len()) else {
            return Ok(None);
        };
        match self.program(off, &draft).await {
            Ok(total) => {
                self.end = off + total;
                self.last_end = self.end;
                Ok(Some(self.medium.layout.address(self.sector(), off)))
            }
            Err(fault) => {
                (self.clean, self.failed) = (false, true);
                Err(error_of(fault))
            }
        }
    }

    /// Programs a frame into the active sector.
    async fn program(&mut self, off: u32, draft: &Draft<'_>) -> Result<u32, Fault<F::Error>> {
        let (sector, epoch) = (self.sector(), self.epoch);
        self.touched = off + self.medium.layout.frame_len(off, draft.payload_len());
        let at = (sector, epoch, off);
        let total = program_frame(&mut self.medium, &mut self.buf, at, draft, self.verify).await?;
        self.sealed |= kind::is_record(draft.kind);
        Ok(total)
    }

    /// Makes an opening count, if no frame behind its commit did so yet: a boot frame; two where an earlier
    /// boot left it, for the first may lie on weak units. Before that, nothing else is opened and nothing
    /// that it was opened from is erased.
    pub(super) async fn seal(&mut self) -> Result<(), Error<F::Error>> {
        // There is always room for it, unless programs fail.
        let mut failure = Error::ReadBack;
        for _ in 0..TRIES {
            if self.sealed {
                return Ok(());
            }
            let layout = self.medium.layout;
            let off = if self.clean {
                layout.place(self.last_end, BOOT_HEAD)
            } else {
                let from = self.touched.max(self.blank_from().await);
                self.free_anchor(from).await
            };
            let end = match off {
                Some(off) => self.boot_frame(off).await.map(|total| Some(off + total)),
                None => Ok(None),
            };
            match end {
                Ok(Some(end)) if self.clean => self.go_on_at(end),
                Ok(Some(_)) => {
                    if let Some(second) = self.free_anchor(self.touched).await {
                        let twice = self.boot_frame(second).await;
                        self.failed |= twice.is_err();
                        self.sealed = twice.is_ok();
                        twice.map_err(error_of)?;
                    }
                }
                Err(fault) => {
                    (self.clean, self.failed) = (false, true);
                    failure = error_of(fault);
                }
                // An earlier boot left no room for one: DESIGN.md, section 7.
                Ok(None) if !self.failed => return Ok(()),
                Ok(None) => return Err(failure),
            }
        }
        Err(failure)
    }

    /// What comes next goes behind `end`, or into the next sector where this one is closed.
    pub(super) fn go_on_at(&mut self, end: u32) {
        self.end = if self.closed { self.medium.layout.sector_bytes() } else { end };
    }

    /// After a reboot or a failed program nobody knows what lies behind the end: the log is not `clean`.
    ///
    /// After a reboot two boot frames, at the next two anchors, say where the log ended. The first may
    /// lie on units that an interrupted program left weak without a trace; nothing depends on it
    /// alone. This holds as long as a boot leaves at most one such place in a sector: so after a
    /// program that failed in this boot, the log goes on in the next sector.
    async fn resume(&mut self, tenant: &mut impl Tenant) -> Result<(), Error<F::Error>> {
        'again: loop {
            let left = self.half_left().await;
            if !left.is_empty() && !is_broken(Broken::HalfOpeningLeft) {
                // Until this sector counts for good, nothing may be erased.
                self.seal().await?;
                self.erase_but_next(&left).await.map_err(Error::ReadOnly)?;
                match self.open_next(tenant).await {
                    // The others were erased on the way, so this one may go on.
                    Err(Error::NoRoom) if !self.leave => {}
                    result => return result,
                }
            }
            if self.failed && !is_broken(Broken::StayAfterFailure) {
                match self.open_next(tenant).await {
                    // Better here than nowhere.
                    Err(Error::NoRoom) if !self.leave => {}
                    result => return result,
                }
            }
            if is_broken(Broken::ResumeAtFailure) {
                (self.end, self.clean, self.provisional) = (self.last_end, true, None);
                return Ok(());
            }
            let mut from = self.touched.max(self.blank_from().await);
            while let Some(first) = self.free_anchor(from).await {
                let Some(second) = self.free_anchor(first + 1).await else { break };
                match self.boot_frames(first, second).await {
                    Ok(end) => {
                        self.go_on_at(end);
                        self.clean = true;
                        let at = self.medium.layout.address(self.sector(), second);
                        let key = self.provisional_entry().and_then(|entry| tenant.key(&entry));
                        if let Some(key) = key {
                            tenant.moved(key, at);
                        }
                        self.provisional = None;
                        return Ok(());
                    }
                    // It was tried in vain to leave this sector: so the next anchors.
                    Err(_) if core::mem::replace(&mut self.failed, true) => from = self.touched,
                    Err(_) if is_broken(Broken::StayAfterFailure) => from = self.touched,
                    Err(_) => continue 'again,
                }
            }
            return self.open_next(tenant).await;
        }
    }

    /// Sectors that an earlier boot began to open after the active one, and the epochs that it gave them.
    /// A commit there may be torn and read well at the next boot; so nothing may be added to the active
    /// sector as long as one is not erased or marked. Each was a spare or, where those failed, one of the
    /// next few sectors.
    pub(super) async fn half_left(&mut self) -> Vec<(u32, u32), { NEAR as usize + 2 }> {
        let spares = self.spares.clone();
        let mut found = Vec::new();
        for sector in self.candidates(self.sector()).take(NEAR as usize) {
            if !spares.iter().any(|spare| spare.sector == sector)
                && self.medium.is_headed_since(sector, self.epoch).await
                && let Some(epoch) = self.half_opened(sector).await
            {
                let _ = found.push((sector, epoch));
            }
        }
        for spare in spares.iter().filter(|spare| spare.ready.is_none()) {
            if let Some(epoch) = self.half_opened(spare.sector).await {
                let _ = found.push((spare.sector, epoch));
            }
        }
        found
    }

    /// The epoch with which an earlier boot began to open a sector after the active one.
    pub(super) async fn half_opened(&mut self, sector: u32) -> Option<u32> {
        let (begun, anchor) = (self.medium.layout.first_frame(), self.medium.layout.anchor());
        match self.medium.header(sector).await {
            Ok(header) if header.epoch <= self.epoch => None,
            Ok(_) if self.medium.is_blank(sector, begun, 2 * anchor).await => None,
            Ok(header) => Some(header.epoch),
            Err(_) => self.epoch_behind_bad_header(sector).await,
        }
    }

    /// The record that this boot has not made durable yet.
    pub(super) fn provisional_entry(&self) -> Option<Entry<'_>> {
        let held = self.provisional.filter(|held| kind::is_record(held.kind))?;
        let payload = self.last.get(..held.len)?;
        let bytes = self.medium.layout.copy_bytes(payload.len());
        Some(Entry { seq: held.seq, kind: held.kind, payload, at: held.at, bytes, carried: false })
    }

    async fn boot_frames(&mut self, first: u32, second: u32) -> Result<u32, Fault<F::Error>> {
        let total = self.boot_frame(first).await?;
        if is_broken(Broken::OneBootFrame) {
            return Ok(first + total);
        }
        Ok(second + self.boot_frame(second).await?)
    }

    async fn boot_frame(&mut self, off: u32) -> Result<u32, Fault<F::Error>> {
        let end = self.last_end.to_le_bytes();
        let (kind, len) = self.provisional.map_or((0, 0), |held| (held.kind, held.len));
        let head = [end[0], end[1], end[2], end[3], kind];
        let copy = self.last.get(..len).unwrap_or_default();
        let draft = Draft { kind: kind::BOOT, seq: self.next_seq, payload: [&head, copy] };
        let (sector, epoch) = (self.sector(), self.epoch);
        self.touched = off + self.medium.layout.frame_len(off, draft.payload_len());
        let at = (sector, epoch, off);
        let total = program_frame(&mut self.medium, &mut self.buf, at, &draft, self.verify).await?;
        self.sealed = true;
        Ok(total)
    }

    /// Where the stripes begin that read erased up to the end of the sector. A boot frame that an
    /// earlier boot left further on must not come after this one's: it would overrule it.
    async fn blank_from(&mut self) -> u32 {
        let layout = self.medium.layout;
        let sector = self.sector();
        let mut at = layout.sector_bytes();
        while at > layout.anchor_at_or_after(self.touched)
            && self.medium.is_blank(sector, at - layout.anchor(), at.min(layout.room_end())).await
        {
            at -= layout.anchor();
        }
        at
    }

    /// The first anchor at or after an offset whose whole stripe reads erased.
    async fn free_anchor(&mut self, from: u32) -> Option<u32> {
        let layout = self.medium.layout;
        let sector = self.sector();
        let mut at = layout.anchor_at_or_after(from);
        while at + layout.anchor() <= layout.sector_bytes() {
            if self.medium.is_blank(sector, at, layout.stripe_end(at)).await {
                return Some(at);
            }
            at += layout.anchor();
        }
        None
    }
}

/// Lays a frame out and programs it in one call: its padded length.
#[bisync]
pub(super) async fn program_frame<F: NorFlash>(
    medium: &mut super::medium::Medium<F>,
    buf: &mut [u8],
    (sector, epoch, off): (u32, u32, u32),
    draft: &Draft<'_>,
    verify: bool,
) -> Result<u32, Fault<F::Error>> {
    let layout = medium.layout;
    let seed = super::Seed { format_id: medium.format_id, epoch };
    let Some(total) = draft.encode(&layout, seed, sector, off, buf) else {
        return Err(Fault::ReadBack);
    };
    medium.program(sector, off, buf.get(..total).unwrap_or_default(), verify).await?;
    Ok(total as u32)
}
