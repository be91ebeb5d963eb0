//! The bytes of a crafted image, with right CRCs: FORMAT.md written down a second time.

use crc::{CRC_32_ISCSI, Crc, Table};

use super::script::{self, Script, Shape, Step};

static CRC: Crc<u32, Table<1>> = Crc::<u32, Table<1>>::new(&CRC_32_ISCSI);

/// Of every crafted image.
pub const FORMAT_ID: u32 = 0x5EED_0001;
pub const COMMIT: u8 = 0xC1;
pub const BOOT: u8 = 0xC3;
pub const LOSS: u8 = 0xC6;

/// Where frames may lie.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    pub shape: Shape,
}

impl Layout {
    pub fn unit(&self) -> u32 {
        1 << (self.shape.unit_log2 % 9)
    }

    pub fn anchor(&self) -> u32 {
        1 << (self.shape.anchor_log2 % 25)
    }

    pub fn round_up(&self, bytes: u32) -> u32 {
        bytes.next_multiple_of(self.unit())
    }

    pub fn first_frame(&self) -> u32 {
        self.round_up(32)
    }

    pub fn begins_stripe(&self, off: u32) -> bool {
        off == self.first_frame() || off.is_multiple_of(self.anchor())
    }

    pub fn stripe_end(&self, off: u32) -> u32 {
        (off / self.anchor() + 1).saturating_mul(self.anchor())
    }

    /// Bytes of a frame without its padding.
    pub fn frame_bytes(&self, off: u32, payload: usize) -> u32 {
        2 + if self.begins_stripe(off) { 4 } else { 0 } + payload as u32 + 4
    }

    /// Where the log would put the next frame.
    pub fn place(&self, end: u32, payload: usize) -> u32 {
        let len = self.round_up(self.frame_bytes(end, payload));
        let fits = end.checked_add(len).is_some_and(|to| to <= self.stripe_end(end));
        if fits { end } else { end.next_multiple_of(self.anchor()) }
    }
}

/// The CRC of a header's first 28 bytes.
pub fn header_crc(sector: u32, head: &[u8]) -> u32 {
    let mut digest = CRC.digest();
    digest.update(&sector.to_le_bytes());
    digest.update(head);
    digest.finalize()
}

/// The CRC of a frame without its last four bytes.
pub fn frame_crc(format_id: u32, epoch: u32, address: u32, seq: u32, body: &[u8]) -> u32 {
    let mut digest = CRC.digest();
    for word in [format_id, epoch, address, seq] {
        digest.update(&word.to_le_bytes());
    }
    digest.update(body);
    digest.finalize()
}

/// The number of the record after a frame.
pub fn next_number(kind: u8, seq: u32, payload: &[u8]) -> u32 {
    let word = |at: usize| payload.get(at..at + 4).and_then(|b| b.try_into().ok());
    match (kind, word(0).map(u32::from_le_bytes), word(4).map(u32::from_le_bytes)) {
        (LOSS, Some(from), Some(to)) if (from..=to).contains(&seq) => to.saturating_add(1),
        _ if kind & 0x40 == 0 => seq.saturating_add(1),
        _ => seq,
    }
}

/// Lays images out, step by step.
pub struct Builder {
    image: Vec<u8>,
    layout: Layout,
    sector: u32,
    epoch: u32,
    end: u32,
    /// Where the last frame of a kind that boot frames speak of ended, and the one before it.
    ends: [u32; 2],
    last: (u8, Vec<u8>),
    number: u32,
    /// Epoch and end of the sector written before.
    before: (u32, u32),
}

impl Builder {
    pub fn new(bytes: usize, shape: Shape) -> Self {
        let layout = Layout { shape };
        let first = layout.first_frame();
        Builder {
            image: vec![0xFF; bytes],
            layout,
            sector: 0,
            epoch: 0,
            end: first,
            ends: [first; 2],
            last: (0, Vec::new()),
            number: 1,
            before: (0, 0),
        }
    }

    pub fn build(mut self, script: &Script) -> Vec<u8> {
        for step in &script.0 {
            self.step(step);
        }
        self.image
    }

    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Where the next frame goes if nothing is said about it.
    pub fn next_place(&self, payload: usize) -> u32 {
        self.layout.place(self.end, payload)
    }

    pub fn end(&self) -> u32 {
        self.end
    }

    pub fn number(&self) -> u32 {
        self.number
    }

    /// What a commit says of the sector before: its epoch and where it ended.
    pub fn before(&self) -> [u8; 8] {
        (u64::from(self.before.0) | u64::from(self.before.1) << 32).to_le_bytes()
    }

    pub fn step(&mut self, step: &Step) {
        match step {
            &Step::Header { sector, epoch, flags, wear, spoilt } => {
                self.header(sector, epoch, [flags, wear, spoilt]);
            }
            Step::Frame { kind, gap, number, fix, payload } => {
                let seq = self.number.wrapping_add_signed((*number).into());
                let off = match gap {
                    0 => self.next_place(payload.len()),
                    n => self.end.saturating_add((u32::from(*n) - 1) * self.layout.unit()),
                };
                let mut payload = payload.clone();
                if *kind == COMMIT && fix & 1 != 0 && payload.len() >= 8 {
                    payload[..8].copy_from_slice(&self.before());
                }
                self.frame(*kind, off, seq, &payload);
            }
            &Step::Boot { end, copy, twins } => self.boot(end, copy, twins),
            Step::Number(number) => self.number = *number,
            Step::Poke { sector, offset, bytes } => {
                let base = u32::from(*sector).wrapping_mul(self.layout.shape.sector_bytes);
                self.put(base.wrapping_add(u32::from(*offset)), bytes);
            }
            Step::Shape(shape) => self.layout = Layout { shape: *shape },
        }
    }

    fn put(&mut self, address: u32, bytes: &[u8]) {
        let at = (address as usize).min(self.image.len());
        for (old, new) in self.image[at..].iter_mut().zip(bytes) {
            *old = *new;
        }
    }

    fn header(&mut self, sector: u8, epoch: u32, [flags, wear, spoilt]: [u8; 3]) {
        self.before = (self.epoch, self.end);
        (self.sector, self.epoch) = (sector.into(), epoch);
        self.end = self.layout.first_frame();
        self.ends = [self.end; 2];
        let shape = self.layout.shape;
        let version = if spoilt == script::OTHER_VERSION { 2 } else { 1 };
        let id = if spoilt == script::OTHER_FORMAT { !FORMAT_ID } else { FORMAT_ID };
        let mut head = b"PJNL".to_vec();
        head.extend([version, shape.unit_log2, shape.anchor_log2, flags]);
        head.extend(shape.sector_bytes.to_le_bytes());
        head.extend(shape.sectors.to_le_bytes());
        head.extend([shape.frame_eighth, shape.tail_bytes]);
        for word in [id, epoch, wear.into()] {
            head.extend(word.to_le_bytes());
        }
        let crc = header_crc(self.sector, &head) ^ u32::from(spoilt == script::BAD_CRC);
        head.extend(crc.to_le_bytes());
        if spoilt != script::ABSENT {
            self.put(self.sector.wrapping_mul(shape.sector_bytes), &head);
        }
    }

    fn frame(&mut self, kind: u8, off: u32, seq: u32, payload: &[u8]) {
        let address = self.sector.wrapping_mul(self.layout.shape.sector_bytes).wrapping_add(off);
        let mut frame = vec![payload.len() as u8, kind];
        if self.layout.begins_stripe(off) {
            frame.extend(seq.to_le_bytes());
        }
        frame.extend(payload);
        frame.extend(frame_crc(FORMAT_ID, self.epoch, address, seq, &frame).to_le_bytes());
        self.put(address, &frame);
        self.end = self.layout.round_up(off.saturating_add(frame.len() as u32).min(1 << 26));
        self.number = next_number(kind, seq, payload);
        if kind != BOOT {
            self.ends = [self.ends[1], self.end];
            self.last = (kind, payload.to_vec());
        }
    }

    /// `end`: 0 where the last frame ended, 1 where the one before it did, 2 nowhere near, else so
    /// many units behind the last. `copy`: 0 the last frame, 1 none, 2 something else.
    fn boot(&mut self, end: u8, copy: u8, twins: u8) {
        let stated = match end {
            0 => self.ends[1],
            1 => self.ends[0],
            2 => u32::MAX - 7,
            n => self.ends[1].saturating_add((u32::from(n) - 2) * self.layout.unit()),
        };
        let (kind, bytes) = match copy {
            0 => self.last.clone(),
            1 => (0, Vec::new()),
            n => (n, self.last.1.clone()),
        };
        let mut payload = stated.to_le_bytes().to_vec();
        payload.push(kind);
        payload.extend(bytes.iter().take(240));
        for _ in 0..1 + twins % 3 {
            let off = self.end.next_multiple_of(self.layout.anchor());
            self.frame(BOOT, off, self.number, &payload);
        }
    }
}
