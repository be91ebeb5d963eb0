//! One erase block: what the caller was told is there, and where the cells say otherwise.

use std::boxed::Box;
use std::collections::BTreeMap;

use super::dice::{Dice, mix};
use super::faults::{Fault, FaultCounts, Settling};

/// In place of a boot: what the caller was told of the unit still holds.
const AT_REST: u32 = u32::MAX;

/// How the cells of a unit read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reads {
    /// As `cells` says.
    Firm,
    /// As any mix of `before` and `cells`, bit by bit.
    Mixed,
    /// As `cells`, but now and then a cleared bit reads set.
    Rotting,
    /// With ECC: not at all. Without: as `cells`.
    Refused,
}

/// A unit whose cells are not what a perfect chip would hold.
#[derive(Clone, Debug)]
pub(super) struct Unit<const WRITE: usize> {
    pub before: [u8; WRITE],
    pub cells: [u8; WRITE],
    pub reads: Reads,
    /// What is programmed here rots.
    pub is_weak: bool,
    /// The boot that touched it last: that boot knows.
    pub boot: u32,
    pub times_read: u32,
}

/// What a read depends on besides the cells.
#[derive(Clone, Copy)]
pub(super) struct Now {
    pub boot: u32,
    pub settling: Settling,
    pub ecc: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Block<const WRITE: usize> {
    /// The true image.
    truth: Box<[u8]>,
    /// A bit for each unit that was programmed, as far as the caller was told.
    programmed: Box<[u64]>,
    odd: BTreeMap<u32, Unit<WRITE>>,
    pub wear: u32,
}

impl<const WRITE: usize> Block<WRITE> {
    pub fn blank(bytes: usize) -> Self {
        let words = (bytes / WRITE).div_ceil(64);
        Block {
            truth: vec![0xFF; bytes].into(),
            programmed: vec![0; words].into(),
            odd: BTreeMap::new(),
            wear: 0,
        }
    }

    pub fn set_image(&mut self, bytes: &[u8]) {
        self.truth[..bytes.len()].copy_from_slice(bytes);
        for (i, unit) in bytes.chunks(WRITE).enumerate() {
            if unit.iter().any(|&b| b != 0xFF) {
                self.mark(i);
            }
        }
    }

    pub fn truth(&self, at: usize) -> u8 {
        self.truth[at]
    }

    pub fn units(&self) -> usize {
        self.truth.len() / WRITE
    }

    /// Whether every cell holds what the caller was told.
    pub fn is_plain(&self) -> bool {
        self.odd.is_empty()
    }

    pub fn read_plain(&self, at: usize, out: &mut [u8]) {
        out.copy_from_slice(&self.truth[at..at + out.len()]);
    }

    /// Reads through the odd units; `Err` is the offset of one that ECC refuses.
    pub fn read(
        &mut self,
        at: usize,
        out: &mut [u8],
        now: Now,
        happened: &mut FaultCounts,
    ) -> Result<(), usize> {
        self.read_plain(at, out);
        let (first, last) = ((at / WRITE) as u32, ((at + out.len()).div_ceil(WRITE)) as u32);
        for (&unit, odd) in self.odd.range_mut(first..last) {
            let start = unit as usize * WRITE;
            let seen = odd.seen(start, now, happened).ok_or(start)?;
            for (j, &byte) in seen.iter().enumerate() {
                if let Some(i) = (start + j).checked_sub(at)
                    && let Some(to) = out.get_mut(i)
                {
                    *to = byte;
                }
            }
        }
        Ok(())
    }

    fn mark(&mut self, unit: usize) {
        self.programmed[unit / 64] |= 1 << (unit % 64);
    }

    pub fn is_programmed(&self, unit: usize) -> bool {
        self.programmed[unit / 64] >> (unit % 64) & 1 == 1
    }

    /// Whether this boot knows that the unit takes no program.
    pub fn is_known_touched(&self, unit: usize, boot: u32) -> bool {
        match self.odd.get(&(unit as u32)) {
            Some(odd) if odd.boot != AT_REST => odd.boot == boot,
            _ => self.is_programmed(unit),
        }
    }

    /// Whether nothing ever happened to the unit since its erase.
    pub fn is_fresh(&self, unit: usize) -> bool {
        !self.is_programmed(unit) && !self.odd.contains_key(&(unit as u32))
    }

    /// What the cells hold now.
    pub fn cells(&self, unit: usize) -> [u8; WRITE] {
        match self.odd.get(&(unit as u32)) {
            Some(odd) => odd.cells,
            None => self.told(unit),
        }
    }

    fn told(&self, unit: usize) -> [u8; WRITE] {
        let mut bytes = [0; WRITE];
        bytes.copy_from_slice(&self.truth[unit * WRITE..(unit + 1) * WRITE]);
        bytes
    }

    /// The caller is told that `data` is in the unit.
    pub fn tell(&mut self, unit: usize, data: &[u8]) {
        self.truth[unit * WRITE..(unit + 1) * WRITE].copy_from_slice(data);
        self.mark(unit);
    }

    /// A program that works, as far as the cells allow: whether they were sound.
    pub fn program(&mut self, unit: usize, data: &[u8], boot: u32) -> bool {
        let odd = self.odd.remove(&(unit as u32));
        self.tell(unit, data);
        let Some(odd) = odd else { return true };
        let mut cells = odd.cells;
        for (cell, new) in cells.iter_mut().zip(data) {
            *cell &= new;
        }
        if !odd.is_weak && cells == *data {
            return true;
        }
        let reads = if odd.is_weak { Reads::Rotting } else { Reads::Refused };
        self.upset(unit, cells, reads, true, boot);
        !odd.is_weak
    }

    /// The cells of a unit become something that the caller was not told.
    pub fn upset(
        &mut self,
        unit: usize,
        cells: [u8; WRITE],
        reads: Reads,
        is_weak: bool,
        boot: u32,
    ) {
        let before = self.cells(unit);
        let is_weak = is_weak || self.odd.get(&(unit as u32)).is_some_and(|odd| odd.is_weak);
        let odd = Unit { before, cells, reads, is_weak, boot, times_read: 0 };
        self.odd.insert(unit as u32, odd);
    }

    pub fn rot(&mut self, at: usize, mask: u8) {
        let unit = at / WRITE;
        let mut cells = self.cells(unit);
        cells[at % WRITE] ^= mask;
        match self.odd.get_mut(&(unit as u32)) {
            Some(odd) => odd.cells = cells,
            None => self.upset(unit, cells, Reads::Refused, false, AT_REST),
        }
    }

    pub fn noise(&mut self, unit: usize, dice: &mut Dice) {
        let mut cells = [0; WRITE];
        cells.fill_with(|| dice.byte());
        self.upset(unit, cells, Reads::Refused, false, AT_REST);
    }

    /// An erase that works.
    pub fn erase(&mut self) {
        self.truth.fill(0xFF);
        self.programmed.fill(0);
        self.odd.clear();
        self.wear = self.wear.saturating_add(1);
    }

    /// The caller is told that the block is erased, and its cells stay.
    pub fn erase_in_name_only(&mut self) {
        for unit in 0..self.units() {
            let cells = self.cells(unit);
            if cells.iter().any(|&b| b != 0xFF) && !self.odd.contains_key(&(unit as u32)) {
                self.upset(unit, cells, Reads::Firm, false, AT_REST);
            }
        }
        self.odd.values_mut().for_each(|odd| odd.boot = AT_REST);
        self.truth.fill(0xFF);
        self.programmed.fill(0);
    }
}

impl<const WRITE: usize> Unit<WRITE> {
    /// What is read now; `None` where ECC refuses.
    fn seen(&mut self, at: usize, now: Now, happened: &mut FaultCounts) -> Option<[u8; WRITE]> {
        if self.reads == Reads::Firm {
            return Some(self.cells);
        }
        if now.ecc {
            return None;
        }
        if self.reads == Reads::Refused {
            return Some(self.cells);
        }
        self.times_read = self.times_read.saturating_add(1);
        let drawn = u64::from(match now.settling {
            Settling::EachBoot => now.boot,
            Settling::Never => self.times_read,
            Settling::AfterReads(n) => self.times_read.min(n),
            Settling::AfterReboot if now.boot == self.boot => self.times_read,
            Settling::AfterReboot => u32::MAX,
        });
        happened.note(Fault::WeakRead);
        let chance = |j: usize| mix(drawn.wrapping_mul(0x1_0001) ^ ((at + j) as u64) << 24);
        // The bytes of a unit, and of neighbouring small ones, often agree on whether a program took.
        let all = mix(drawn ^ ((at / WRITE.max(8)) as u64) << 28) % 3;
        let mut seen = self.cells;
        for (j, (byte, before)) in seen.iter_mut().zip(self.before).enumerate() {
            let draw = chance(j);
            match (self.reads, all) {
                (Reads::Mixed, 0) => *byte = before,
                (Reads::Mixed, 1) => {}
                (Reads::Mixed, _) => {
                    let mask = draw as u8;
                    *byte = (before & mask) | (*byte & !mask);
                }
                (_, _) if draw.is_multiple_of(4) => *byte |= (draw >> 8) as u8 & 0x7F,
                (_, _) => {}
            }
        }
        Some(seen)
    }
}
