//! The flash under a layout: reads that survive torn units, programs that are read back.

use super::nor_flash::{NorFlash, ReadNorFlash};

use super::event::next_seq;
use super::format::{ERASED, HEADER_BYTES, NoHeader, SectorHeader, Seed, frame_bytes};
use super::layout::Layout;
use super::{Broken, bisync, is_broken};

/// Bytes read at a time where there is no frame to read: headers, blank checks, read-back.
const CHUNK: usize = 32;
/// Sectors that are headed and not opened, at most, before one that was.
const HEADED: usize = 3;
/// The largest unit.
const UNIT_MAX: usize = 256;

/// A frame as it was found: its payload is in the buffer that it was read into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FrameInfo {
    /// Offset in its sector.
    pub off: u32,
    pub kind: u8,
    /// Sequence number, read or implied.
    pub seq: u32,
    /// Where the payload begins in the buffer.
    pub payload_at: usize,
    pub payload_len: usize,
    /// Padded length.
    pub total: u32,
}

impl FrameInfo {
    pub fn end(&self) -> u32 {
        self.off + self.total
    }

    pub fn payload<'b>(&self, buf: &'b [u8]) -> &'b [u8] {
        buf.get(self.payload_at..self.payload_at + self.payload_len).unwrap_or_default()
    }
}

/// What stands at a place where a frame may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Raw {
    /// The first unit is erased, or there is no room for a frame.
    Blank,
    /// Bytes that are no frame: torn or rotten.
    Bad,
    Frame(FrameInfo),
}

/// The flash, the layout of the region on it, and nothing that changes.
#[cfg_attr(any(test, feature = "sim"), derive(Clone))]
pub(crate) struct Medium<F> {
    pub flash: F,
    /// First byte of the region on the chip.
    pub start: u32,
    pub layout: Layout,
    pub format_id: u32,
    /// Something could not be read since this was cleared.
    pub unreadable: bool,
}

#[bisync]
impl<F: ReadNorFlash> Medium<F> {
    fn chip_address(&self, sector: u32, off: u32) -> u32 {
        self.start + self.layout.address(sector, off)
    }

    fn seed(&self, epoch: u32) -> Seed {
        Seed { format_id: self.format_id, epoch }
    }

    /// Reads as far as the flash can: how many bytes of `out` are good. After an error the span is
    /// read again unit by unit, because one torn ECC unit makes the whole read fail; and a unit twice,
    /// for of a span with a torn unit each other one would have a single try.
    pub async fn read(&mut self, sector: u32, off: u32, out: &mut [u8]) -> usize {
        let address = self.chip_address(sector, off);
        if self.flash.read(address, out).await.is_ok() {
            return out.len();
        }
        if is_broken(Broken::NoUnitReads) {
            return 0;
        }
        let unit = self.layout.unit().max(F::READ_SIZE as u32) as usize;
        let mut good = 0;
        for piece in out.chunks_mut(unit) {
            let at = address + good as u32;
            if self.flash.read(at, piece).await.is_err()
                && self.flash.read(at, piece).await.is_err()
            {
                break;
            }
            good += piece.len();
        }
        self.unreadable |= good < out.len();
        good
    }

    /// Reads the header of a sector.
    pub async fn header(&mut self, sector: u32) -> Result<SectorHeader, NoHeader> {
        let mut bytes = [0; HEADER_BYTES];
        if self.read(sector, 0, &mut bytes).await < HEADER_BYTES {
            return Err(NoHeader::Damaged);
        }
        SectorHeader::decode(sector, &bytes)
    }

    /// Whether every byte of `[from, to)` reads erased. Proves nothing about an erase.
    pub async fn is_blank(&mut self, sector: u32, from: u32, to: u32) -> bool {
        let mut chunk = [0; CHUNK];
        let mut at = from;
        while at < to {
            let len = ((to - at) as usize).min(CHUNK);
            let Some(piece) = chunk.get_mut(..len) else { return false };
            if self.read(sector, at, piece).await < len || piece.iter().any(|&b| b != ERASED) {
                return false;
            }
            at += len as u32;
        }
        true
    }

    /// Reads the frame at an offset where one may begin. `seq` is what its sequence number must be
    /// unless it begins a stripe and so carries its own.
    pub async fn frame(
        &mut self,
        sector: u32,
        epoch: u32,
        off: u32,
        seq: u32,
        buf: &mut [u8],
    ) -> Raw {
        self.frame_of(sector, epoch, off, &[seq], buf).await
    }

    /// As [`frame`](Self::frame), with any of these sequence numbers, for one reading of the bytes.
    async fn frame_of(
        &mut self,
        sector: u32,
        epoch: u32,
        off: u32,
        seqs: &[u32],
        buf: &mut [u8],
    ) -> Raw {
        let layout = self.layout;
        let room = layout.stripe_end(off).saturating_sub(off).min(layout.frame_max()) as usize;
        let begins = layout.begins_stripe(off);
        let least = layout.round_up(frame_bytes(0, begins) as u32) as usize;
        // One read for the head, long enough to hold a short frame whole.
        let first = (layout.round_up(16) as usize).min(room);
        if first < least {
            return Raw::Blank;
        }
        let Some(head) = buf.get_mut(..first) else { return Raw::Bad };
        let good = self.read(sector, off, head).await;
        let unit = layout.unit() as usize;
        if good >= unit && head.iter().take(unit).all(|&b| b == ERASED) {
            return Raw::Blank;
        }
        let &mut [len, kind, ..] = head else { return Raw::Bad };
        let total = layout.frame_len(off, len as usize) as usize;
        if good < 2 || total > room {
            return Raw::Bad;
        }
        if good < first && good < total {
            return Raw::Bad;
        }
        if total > first {
            let Some(rest) = buf.get_mut(first..total) else { return Raw::Bad };
            if self.read(sector, off + first as u32, rest).await < rest.len() {
                return Raw::Bad;
            }
        }
        let body = frame_bytes(len as usize, begins) - 4;
        let stored = buf.get(body..).and_then(|b| b.first_chunk()).map(|b| u32::from_le_bytes(*b));
        let own = buf.get(2..6).and_then(|b| b.first_chunk()).map(|b| u32::from_le_bytes(*b));
        let (own, payload_at) = if begins { (own, 6) } else { (None, 2) };
        let (seed, address) = (self.seed(epoch), layout.address(sector, off));
        let bytes = buf.get(..body).unwrap_or_default();
        let fits = |seq: &u32| stored == Some(seed.frame_crc(address, *seq, bytes));
        let seqs = own.as_ref().map_or(seqs, core::slice::from_ref);
        let Some(&seq) = seqs.iter().find(|seq| fits(seq)) else { return Raw::Bad };
        Raw::Frame(FrameInfo {
            off,
            kind,
            seq,
            payload_at,
            payload_len: len as usize,
            total: total as u32,
        })
    }
}

#[bisync]
impl<F: ReadNorFlash> Medium<F> {
    /// The frame behind one that failed at `bad`, if there is one in the same stripe: then the
    /// failed one has rotted, and only it is lost. After an interrupted program there is none, for
    /// writing went on at an anchor. `seq` is what the failed one should have had; `buf` still holds
    /// its bytes.
    ///
    /// Every unit of the stripe is tried. What is found cannot be a phantom: the CRC covers its
    /// address, the epoch and the few sequence numbers that it may have.
    pub async fn frame_after(
        &mut self,
        sector: u32,
        epoch: u32,
        bad: u32,
        seq: u32,
        buf: &mut [u8],
    ) -> Option<FrameInfo> {
        // The first of a stripe states its number, which may have survived.
        let stated = buf.get(2..6).and_then(|b| b.first_chunk()).map(|b| u32::from_le_bytes(*b));
        let guess = stated.filter(|_| self.layout.begins_stripe(bad)).unwrap_or(seq);
        let seqs = [seq.saturating_add(1), seq, guess.saturating_add(1), guess];
        let at = (sector, epoch, bad);
        let found = self.frame_behind(at, &seqs, buf).await;
        if found.is_some() || bad != self.layout.first_frame() {
            return found;
        }
        // Of the first of a sector it follows from the sector that was in use before; the last record
        // there may be one that never happened.
        let seq = self.number_before(epoch, buf).await?;
        self.frame_behind(at, &[seq, seq.saturating_add(1), seq.saturating_sub(1)], buf).await
    }

    async fn frame_behind(
        &mut self,
        (sector, epoch, bad): (u32, u32, u32),
        seqs: &[u32],
        buf: &mut [u8],
    ) -> Option<FrameInfo> {
        let layout = self.layout;
        let unit = layout.unit();
        let mut end = layout.stripe_end(bad);
        while end > bad && self.is_blank(sector, end - unit, end).await {
            end -= unit;
        }
        let mut off = bad + unit;
        while off < end {
            if let Raw::Frame(frame) = self.frame_of(sector, epoch, off, seqs, buf).await {
                return Some(frame);
            }
            off += unit;
        }
        None
    }

    /// The next sequence number where the sector ends that was in use before this epoch.
    async fn number_before(&mut self, epoch: u32, buf: &mut [u8]) -> Option<u32> {
        let mut below = epoch;
        // Spares that were headed and never opened may lie between.
        for _ in 0..HEADED {
            let (sector, epoch) = self.newest_below(below).await?;
            if let Some(seq) = self.number_at_end(sector, epoch, buf).await {
                return Some(seq);
            }
            below = epoch;
        }
        None
    }

    /// The sector with the highest epoch below a limit, by reading every header.
    pub async fn newest_below(&mut self, below: u32) -> Option<(u32, u32)> {
        let mut newest: Option<(u32, u32)> = None;
        for sector in 0..self.layout.sectors() {
            let Some(SectorHeader { epoch, .. }) = self.own_header(sector).await else { continue };
            if epoch < below && newest.is_none_or(|(_, newest)| epoch >= newest) {
                newest = Some((sector, epoch));
            }
        }
        newest
    }

    /// The header of a sector, if it belongs to this log.
    pub async fn own_header(&mut self, sector: u32) -> Option<SectorHeader> {
        let header = self.header(sector).await.ok()?;
        self.is_own(sector, &header).then_some(header)
    }

    /// Whether a header that was found in a sector belongs to this log.
    pub fn is_own(&self, sector: u32, header: &SectorHeader) -> bool {
        header.format_id == self.format_id
            && header.shape == self.layout.shape()
            && !header.formatting
            && self.layout.sector_of(header.epoch) == sector
    }

    /// Whether a sector was headed after the one with an epoch. Without a header it was not, for nobody
    /// heads a sector and loses that but by rot.
    pub async fn is_headed_since(&mut self, sector: u32, epoch: u32) -> bool {
        self.own_header(sector).await.is_some_and(|header| header.epoch > epoch)
    }

    /// The sequence number after a sector's last readable frame.
    async fn number_at_end(&mut self, sector: u32, epoch: u32, buf: &mut [u8]) -> Option<u32> {
        let layout = self.layout;
        let mut next = None;
        let mut off = layout.first_frame();
        while off < layout.sector_bytes() {
            let seq = next.unwrap_or(0);
            let found = match self.frame(sector, epoch, off, seq, buf).await {
                Raw::Blank => None,
                Raw::Frame(frame) => Some(frame),
                Raw::Bad => {
                    self.frame_behind((sector, epoch, off), &[seq.saturating_add(1), seq], buf)
                        .await
                }
            };
            if let Some(frame) = found {
                next = Some(next_seq(frame.kind, frame.seq, frame.payload(buf)));
                off = frame.end();
            } else if let Some(stripe) = layout.next_stripe(off) {
                off = stripe;
            } else {
                break;
            }
        }
        next
    }
}

/// A program or an erase that did not do what it should.
#[derive(Debug)]
pub(crate) enum Fault<E> {
    /// The driver said so.
    Driver(E),
    /// What was read back is not what was written.
    ReadBack,
}

#[bisync]
impl<F: NorFlash> Medium<F> {
    /// Programs `bytes` (whole units) in one call and, if asked, reads them back.
    pub async fn program(
        &mut self,
        sector: u32,
        off: u32,
        bytes: &[u8],
        verify: bool,
    ) -> Result<(), Fault<F::Error>> {
        let address = self.chip_address(sector, off);
        self.flash.write(address, bytes).await.map_err(Fault::Driver)?;
        let verify = verify && !is_broken(Broken::NoReadBack);
        if verify && !self.reads_back(sector, off, bytes).await {
            return Err(Fault::ReadBack);
        }
        Ok(())
    }

    async fn reads_back(&mut self, sector: u32, off: u32, bytes: &[u8]) -> bool {
        let mut chunk = [0; UNIT_MAX];
        let mut at = off;
        for expected in bytes.chunks(UNIT_MAX) {
            let Some(piece) = chunk.get_mut(..expected.len()) else { return false };
            if self.read(sector, at, piece).await != expected.len() || *piece != *expected {
                return false;
            }
            at += expected.len() as u32;
        }
        true
    }

    /// Erases a sector; with `check`, reads it all to see whether it did.
    pub async fn erase(&mut self, sector: u32, check: bool) -> Result<(), Fault<F::Error>> {
        let from = self.chip_address(sector, 0);
        self.flash.erase(from, from + self.layout.sector_bytes()).await.map_err(Fault::Driver)?;
        if check && !self.is_blank(sector, 0, self.layout.sector_bytes()).await {
            return Err(Fault::ReadBack);
        }
        Ok(())
    }

    /// Writes a header; only directly after the sector's erase returned.
    pub async fn write_header(
        &mut self,
        sector: u32,
        header: &SectorHeader,
        verify: bool,
    ) -> Result<(), Fault<F::Error>> {
        let mut bytes = [ERASED; UNIT_MAX];
        if let Some(head) = bytes.first_chunk_mut() {
            *head = header.encode(sector);
        }
        let padded = self.layout.first_frame() as usize;
        self.program(sector, 0, bytes.get(..padded).unwrap_or_default(), verify).await
    }
}
