//! Every byte of the log, apart from the engine that reads and writes it. FORMAT.md is the
//! normative text; the numbers here and there are held together by a test.

use super::crc::Sum;
use super::layout::Layout;
use super::{Broken, is_broken};

/// A byte that no program has touched since the erase.
pub const ERASED: u8 = 0xFF;

/// First four bytes of every sector header.
pub const MAGIC: [u8; 4] = *b"PJNL";
/// The version of the format that this code writes.
pub const VERSION: u8 = 1;
/// Bytes of a sector header before padding to the unit.
pub const HEADER_BYTES: usize = 32;

/// Bytes of a frame before its payload: length and kind.
pub const FRAME_HEAD: usize = 2;
/// Bytes of the sequence number in a frame that begins a stripe.
pub const FRAME_SEQ: usize = 4;
/// Bytes of the CRC that ends a frame.
pub const FRAME_CRC: usize = 4;

/// What a boot frame carries besides the copy: log end (4) and the kind of the copied frame (1).
pub const BOOT_HEAD: usize = 5;
/// What a copy frame carries besides the record: its sequence number (4) and kind (1).
pub const COPY_HEAD: usize = 5;
/// What a commit carries besides the last checkpoint entries.
pub const COMMIT_HEAD: usize = 13;

/// The largest payload of a record, for frames of at most `frame` bytes: a boot frame, which begins
/// a stripe, must be able to hold a copy of it.
pub const fn max_payload(frame: usize) -> usize {
    frame - (FRAME_HEAD + FRAME_SEQ + BOOT_HEAD + FRAME_CRC)
}

/// The kind byte of a frame.
pub mod kind {
    /// A reader that does not know a kind with this bit must not write.
    pub const CRITICAL: u8 = 0x80;
    /// Set in the kinds that belong to the log itself; records never have it.
    pub const INTERNAL: u8 = 0x40;

    /// Ends the opening of a sector: from here on it counts. Carries the last checkpoint entries.
    pub const COMMIT: u8 = CRITICAL | INTERNAL | 1;
    /// Checkpoint entries before the commit.
    pub const PART: u8 = CRITICAL | INTERNAL | 2;
    /// Written twice before the first append of a boot: where the log ended.
    pub const BOOT: u8 = CRITICAL | INTERNAL | 3;
    /// A record carried out of a sector that is to be erased.
    pub const COPY: u8 = CRITICAL | INTERNAL | 4;
    /// A sector that holds nothing needed any more.
    pub const FREED: u8 = CRITICAL | INTERNAL | 5;
    /// Sequence numbers that may have existed and are gone.
    pub const LOSS: u8 = CRITICAL | INTERNAL | 6;
    /// Not among the frames: a mark at a sector's end, the opening with this epoch never happened.
    pub const VOID: u8 = CRITICAL | INTERNAL | 7;

    /// Whether a record may have this kind: not the log's own, and never all ones.
    pub const fn is_record(kind: u8) -> bool {
        kind & INTERNAL == 0
    }
}

/// What the money in this journal is.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Mode {
    /// Real money.
    #[default]
    Live,
    /// A terminal on a test host.
    Test,
    /// A cashier in training.
    Training,
}

impl Mode {
    const fn bits(self) -> u8 {
        match self {
            Mode::Live => 0,
            Mode::Test => 1,
            Mode::Training => 2,
        }
    }

    const fn of(bits: u8) -> Option<Self> {
        match bits & 3 {
            0 => Some(Mode::Live),
            1 => Some(Mode::Test),
            2 => Some(Mode::Training),
            _ => None,
        }
    }
}

const FLAG_FORMATTING: u8 = 0x80;

/// The header of a sector: it is written directly after the erase returned, and so it proves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SectorHeader {
    /// The shape of the region this sector belongs to.
    pub shape: Shape,
    /// Random per format; seeds every CRC.
    pub format_id: u32,
    /// Grows with every sector opened; `epoch % sectors` is the sector's index.
    pub epoch: u32,
    /// Erases of this sector since the region was formatted.
    pub wear: u32,
    /// Live, test or training.
    pub mode: Mode,
    /// Set while a format is under way.
    pub formatting: bool,
}

/// The shape of a region as its headers record it.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Alignment of frames as a power of two.
    pub unit_log2: u8,
    /// Distance of anchors as a power of two.
    pub anchor_log2: u8,
    /// Bytes of a log sector.
    pub sector_bytes: u32,
    /// Number of log sectors.
    pub sectors: u16,
    /// Largest frame in bytes.
    pub frame_max: u16,
    /// Bytes at the end of each sector that hold no frames but marks; see FORMAT.md, section 4.
    pub tail_bytes: u8,
}

/// Why the bytes at the start of a sector are no header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoHeader {
    /// All ones: erased, or an interrupted erase that looks like it.
    Blank,
    /// The magic is there and the CRC is not: torn or rotten.
    Damaged,
    /// Something else.
    Foreign,
    /// A valid header of a version this code does not know.
    Version(u8),
}

impl SectorHeader {
    /// The 32 bytes of this header for the sector with this index.
    pub fn encode(&self, sector: u32) -> [u8; HEADER_BYTES] {
        let flags = self.mode.bits() | if self.formatting { FLAG_FORMATTING } else { 0 };
        let shape = &self.shape;
        let mut out = [0; HEADER_BYTES];
        let mut rest = &mut out[..];
        put(&mut rest, &MAGIC);
        put(&mut rest, &[VERSION, shape.unit_log2, shape.anchor_log2, flags]);
        put(&mut rest, &shape.sector_bytes.to_le_bytes());
        put(&mut rest, &shape.sectors.to_le_bytes());
        put(&mut rest, &[(shape.frame_max / 8) as u8, shape.tail_bytes]);
        put(&mut rest, &self.format_id.to_le_bytes());
        put(&mut rest, &self.epoch.to_le_bytes());
        put(&mut rest, &self.wear.to_le_bytes());
        let crc = header_crc(sector, out.first_chunk().unwrap_or(&[0; HEADER_BYTES - 4]));
        let mut tail = out.get_mut(HEADER_BYTES - 4..).unwrap_or_default();
        put(&mut tail, &crc.to_le_bytes());
        out
    }

    /// Reads a header back.
    ///
    /// # Errors
    /// [`NoHeader`] says what is there instead.
    pub fn decode(sector: u32, bytes: &[u8; HEADER_BYTES]) -> Result<Self, NoHeader> {
        if bytes.iter().all(|&b| b == ERASED) {
            return Err(NoHeader::Blank);
        }
        let mut rest = &bytes[..];
        let magic: [u8; 4] = take(&mut rest);
        let [version, unit_log2, anchor_log2, flags] = take(&mut rest);
        let sector_bytes = u32::from_le_bytes(take(&mut rest));
        let sectors = u16::from_le_bytes(take(&mut rest));
        let [frame_eighth, tail_bytes] = take(&mut rest);
        let format_id = u32::from_le_bytes(take(&mut rest));
        let epoch = u32::from_le_bytes(take(&mut rest));
        let wear = u32::from_le_bytes(take(&mut rest));
        let crc = u32::from_le_bytes(take(&mut rest));
        let body = bytes.first_chunk().unwrap_or(&[0; HEADER_BYTES - 4]);
        if crc != header_crc(sector, body) {
            return Err(if magic == MAGIC { NoHeader::Damaged } else { NoHeader::Foreign });
        }
        if version != VERSION {
            return Err(NoHeader::Version(version));
        }
        let frame_max = u16::from(frame_eighth) * 8;
        let shape = Shape { unit_log2, anchor_log2, sector_bytes, sectors, frame_max, tail_bytes };
        let formatting = flags & FLAG_FORMATTING != 0;
        let mode = Mode::of(flags).ok_or(NoHeader::Damaged)?;
        Ok(SectorHeader { shape, format_id, epoch, wear, mode, formatting })
    }
}

fn header_crc(sector: u32, bytes: &[u8; HEADER_BYTES - 4]) -> u32 {
    Sum::NEW.word(sector).bytes(bytes).end()
}

/// What a frame's CRC is seeded with besides its own bytes, so that nothing stale, moved or
/// completed by chance validates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed {
    /// Of the region.
    pub format_id: u32,
    /// Of the sector.
    pub epoch: u32,
}

impl Seed {
    /// CRC of a frame whose bytes before the CRC are `bytes`, that begins `at` bytes into the
    /// region and has this sequence number.
    pub fn frame_crc(&self, at: u32, seq: u32, bytes: &[u8]) -> u32 {
        let at = if is_broken(Broken::NoAddress) { 0 } else { at };
        let covered = if is_broken(Broken::CommitFirst) { 2 } else { bytes.len() };
        let seeded = Sum::NEW.words([self.format_id, self.epoch, at, seq]);
        seeded.bytes(bytes.get(..covered).unwrap_or(bytes)).end()
    }
}

/// A commit's payload before its checkpoint entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommitHead {
    /// Epoch of the sector that was active before; 0 for the first.
    pub prev_epoch: u32,
    /// Bytes into that sector at which its log ended: frames after that never happened.
    pub prev_end: u32,
    /// Sectors that hold nothing needed, besides this one.
    pub spares: [Option<u16>; 2],
    /// How many checkpoint part frames precede.
    pub parts: u8,
}

const NO_SPARE: u16 = 0xFFFF;

impl CommitHead {
    /// The bytes of this head.
    pub fn encode(&self) -> [u8; COMMIT_HEAD] {
        let mut out = [0; COMMIT_HEAD];
        let mut rest = &mut out[..];
        put(&mut rest, &self.prev_epoch.to_le_bytes());
        put(&mut rest, &self.prev_end.to_le_bytes());
        for spare in self.spares {
            put(&mut rest, &spare.unwrap_or(NO_SPARE).to_le_bytes());
        }
        put(&mut rest, &[self.parts]);
        out
    }

    /// Splits a commit's payload into its head and the checkpoint entries.
    pub fn decode(payload: &[u8]) -> Option<(Self, &[u8])> {
        let (mut head, entries) = payload.split_at_checked(COMMIT_HEAD)?;
        let prev_epoch = u32::from_le_bytes(take(&mut head));
        let prev_end = u32::from_le_bytes(take(&mut head));
        let spare = |sector: u16| (sector != NO_SPARE).then_some(sector);
        let spares = [
            spare(u16::from_le_bytes(take(&mut head))),
            spare(u16::from_le_bytes(take(&mut head))),
        ];
        let [parts] = take(&mut head);
        Some((CommitHead { prev_epoch, prev_end, spares, parts }, entries))
    }
}

/// Splits the payload of a boot frame: log end, kind and payload of the last frame (kind 0: none).
pub fn decode_boot(payload: &[u8]) -> Option<(u32, u8, &[u8])> {
    let (end, rest) = payload.split_first_chunk()?;
    let (kind, copy) = rest.split_first()?;
    Some((u32::from_le_bytes(*end), *kind, copy))
}

/// Splits the payload of a copy frame: sequence number, kind and payload of the record.
pub fn decode_copy(payload: &[u8]) -> Option<(u32, u8, &[u8])> {
    decode_boot(payload)
}

/// The bytes of a copy frame before the record's payload.
pub fn copy_head(seq: u32, kind: u8) -> [u8; COPY_HEAD] {
    let [a, b, c, d] = seq.to_le_bytes();
    [a, b, c, d, kind]
}

/// Bytes of a loss frame's payload.
pub const LOSS_BYTES: usize = 9;

/// Sequence numbers that are gone, as a loss frame states them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The first.
    pub from: u32,
    /// The last.
    pub to: u32,
    /// Nobody can tell whether they existed.
    pub perhaps: bool,
}

impl Loss {
    /// The payload of its frame.
    pub fn encode(&self) -> [u8; LOSS_BYTES] {
        let mut out = [0; LOSS_BYTES];
        let mut rest = &mut out[..];
        put(&mut rest, &self.from.to_le_bytes());
        put(&mut rest, &self.to.to_le_bytes());
        put(&mut rest, &[u8::from(self.perhaps)]);
        out
    }

    /// Reads the payload of a loss frame.
    pub fn decode(payload: &[u8]) -> Option<Self> {
        let mut rest: &[u8] = payload.first_chunk::<LOSS_BYTES>()?;
        let from = u32::from_le_bytes(take(&mut rest));
        let to = u32::from_le_bytes(take(&mut rest));
        let [perhaps] = take(&mut rest);
        Some(Loss { from, to, perhaps: perhaps != 0 })
    }
}

/// The bytes of a frame's length, without padding.
pub const fn frame_bytes(payload: usize, begins_stripe: bool) -> usize {
    FRAME_HEAD + if begins_stripe { FRAME_SEQ } else { 0 } + payload + FRAME_CRC
}

/// What goes into a frame.
#[derive(Clone, Copy)]
pub struct Draft<'a> {
    /// Kind byte.
    pub kind: u8,
    /// Sequence number of the record; for the log's own frames that of the next record.
    pub seq: u32,
    /// The payload, in two pieces so that no caller has to join them.
    pub payload: [&'a [u8]; 2],
}

impl Draft<'_> {
    /// Length of the payload.
    pub fn payload_len(&self) -> usize {
        self.payload.iter().map(|p| p.len()).sum()
    }

    /// Lays the frame for offset `off` of `sector` out in `buf`; its padded length, or `None` when
    /// `buf` is too small.
    pub fn encode(
        &self,
        layout: &Layout,
        seed: Seed,
        sector: u32,
        off: u32,
        buf: &mut [u8],
    ) -> Option<usize> {
        let begins = layout.begins_stripe(off);
        let body = frame_bytes(self.payload_len(), begins) - FRAME_CRC;
        let total = layout.frame_len(off, self.payload_len()) as usize;
        let frame = buf.get_mut(..total)?;
        let mut rest = &mut *frame;
        put(&mut rest, &[self.payload_len() as u8, self.kind]);
        if begins {
            put(&mut rest, &self.seq.to_le_bytes());
        }
        for piece in self.payload {
            put(&mut rest, piece);
        }
        let crc = seed.frame_crc(layout.address(sector, off), self.seq, frame.get(..body)?);
        let (crc_bytes, padding) = frame.get_mut(body..)?.split_at_mut_checked(FRAME_CRC)?;
        crc_bytes.copy_from_slice(&crc.to_le_bytes());
        padding.fill(ERASED);
        Some(total)
    }
}

/// Writes `bytes` at the front of `rest` and moves it on; a full buffer takes nothing.
fn put(rest: &mut &mut [u8], bytes: &[u8]) {
    if let Some((head, tail)) = core::mem::take(rest).split_at_mut_checked(bytes.len()) {
        head.copy_from_slice(bytes);
        *rest = tail;
    }
}

/// Takes the next `N` bytes of `rest`; zeros when there are none left.
fn take<const N: usize>(rest: &mut &[u8]) -> [u8; N] {
    match rest.split_first_chunk() {
        Some((head, tail)) => {
            *rest = tail;
            *head
        }
        None => [0; N],
    }
}
