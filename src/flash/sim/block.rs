//! One erase block: what the caller was told is there, and where the cells say otherwise.

use std::boxed::Box;
use std::collections::BTreeMap;

use super::dice::{Dice, mix};
use super::faults::{Fault, FaultCounts, Settling};

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

/// Who can know that a unit takes no program before an erase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// What the caller was told of it still holds.
    AsTold,
    /// Only the boot that touched it.
    ToBoot(u32),
    /// Whoever reads it: bytes that stand firm.
    ToAll,
    /// The caller named another place.
    ToNobody,
}

/// An operation that leaves units in a state of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Touch {
    pub boot: u32,
    /// What weak units read is drawn from it.
    pub salt: u64,
}

/// A unit whose cells are not what a perfect chip would hold.
#[derive(Clone, Debug)]
struct Unit<const WRITE: usize> {
    before: [u8; WRITE],
    cells: [u8; WRITE],
    reads: Reads,
    /// What is programmed here rots.
    is_weak: bool,
    known: Known,
    touch: Touch,
    times_read: u32,
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

    pub fn truth(&self) -> &[u8] {
        &self.truth
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

    /// The units that a read of `len` bytes at `at` touches.
    fn span(at: usize, len: usize) -> core::ops::Range<u32> {
        (at / WRITE) as u32..(at + len).div_ceil(WRITE) as u32
    }

    /// Whether a read leaves a trace: some unit under it counts how often it is read.
    pub fn counts_reads(&self, at: usize, len: usize, now: Now) -> bool {
        now.settling != Settling::EachBoot
            && !now.ecc
            && self.odd.range(Self::span(at, len)).any(|(_, odd)| odd.wavers())
    }

    pub fn count_read(&mut self, at: usize, len: usize) {
        for (_, odd) in self.odd.range_mut(Self::span(at, len)) {
            odd.times_read = odd.times_read.saturating_add(1);
        }
    }

    /// Reads through the odd units; `Err` is the offset of one that ECC refuses.
    pub fn read(
        &self,
        at: usize,
        out: &mut [u8],
        now: Now,
        happened: &mut FaultCounts,
    ) -> Result<(), usize> {
        self.read_plain(at, out);
        for (&unit, odd) in self.odd.range(Self::span(at, out.len())) {
            let start = unit as usize * WRITE;
            let seen = odd.seen(start, now).ok_or(start)?;
            if odd.wavers() {
                happened.note(Fault::WeakRead);
            }
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

    /// Whether this boot can know that the unit takes no program.
    pub fn is_known_touched(&self, unit: usize, boot: u32) -> bool {
        match self.odd.get(&(unit as u32)).map_or(Known::AsTold, |odd| odd.known) {
            Known::AsTold => self.is_programmed(unit),
            Known::ToBoot(then) => then == boot,
            Known::ToAll => true,
            Known::ToNobody => false,
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

    /// A program of whole units that works, as far as the cells allow: whether all were sound.
    pub fn program(&mut self, at: usize, data: &[u8], touch: Touch) -> bool {
        if self.is_plain() {
            self.truth[at..at + data.len()].copy_from_slice(data);
            (at / WRITE..(at + data.len()) / WRITE).for_each(|unit| self.mark(unit));
            return true;
        }
        let mut sound = true;
        for (unit, data) in (at / WRITE..).zip(data.chunks_exact(WRITE)) {
            let was_sound = self.land(unit, data, touch);
            self.tell(unit, data);
            match self.odd.get_mut(&(unit as u32)) {
                Some(odd) if !was_sound => odd.known = Known::AsTold,
                _ => drop(self.odd.remove(&(unit as u32))),
            }
            sound &= was_sound;
        }
        sound
    }

    /// All of `data` reaches the cells, and the caller is not told: whether they were sound.
    pub fn land(&mut self, unit: usize, data: &[u8], touch: Touch) -> bool {
        let is_weak = self.odd.get(&(unit as u32)).is_some_and(|odd| odd.is_weak);
        let mut cells = self.cells(unit);
        for (cell, new) in cells.iter_mut().zip(data) {
            *cell &= new;
        }
        let reads = match (is_weak, cells == *data) {
            (true, _) => Reads::Rotting,
            (false, true) => Reads::Firm,
            // Somebody programmed over what he could not know: the bits of both.
            (false, false) => Reads::Refused,
        };
        let sound = reads == Reads::Firm;
        // All ones cannot be told from nothing.
        let shows = sound && cells.iter().any(|&b| b != 0xFF);
        let known = if shows { Known::ToAll } else { Known::ToBoot(touch.boot) };
        self.upset(unit, cells, reads, !sound, known, touch);
        sound
    }

    /// The cells of a unit become something that the caller was not told. Weak stays weak.
    pub fn upset(
        &mut self,
        unit: usize,
        cells: [u8; WRITE],
        reads: Reads,
        is_weak: bool,
        known: Known,
        touch: Touch,
    ) {
        let before = self.cells(unit);
        let is_weak = is_weak || self.odd.get(&(unit as u32)).is_some_and(|odd| odd.is_weak);
        let odd = Unit { before, cells, reads, is_weak, known, touch, times_read: 0 };
        self.odd.insert(unit as u32, odd);
    }

    /// An operation ended here and left no trace: its boot cannot know that. The cells stay as they
    /// are, except that they may now be weak.
    pub fn brush(&mut self, unit: usize, is_weak: bool, touch: Touch) {
        let known = Known::ToBoot(touch.boot);
        match self.odd.get_mut(&(unit as u32)) {
            // What shows to all has shown before.
            Some(odd) if odd.known == Known::ToAll => odd.is_weak |= is_weak,
            Some(odd) => (odd.known, odd.is_weak) = (known, odd.is_weak | is_weak),
            None => self.upset(unit, self.told(unit), Reads::Firm, is_weak, known, touch),
        }
    }

    /// The caller is told that `data` is in the unit, and the cells stay.
    pub fn lose(&mut self, unit: usize, data: &[u8], touch: Touch) {
        self.brush(unit, false, touch);
        self.tell(unit, data);
    }

    pub fn rot(&mut self, at: usize, mask: u8) {
        let unit = at / WRITE;
        let mut cells = self.cells(unit);
        cells[at % WRITE] ^= mask;
        match self.odd.get_mut(&(unit as u32)) {
            Some(odd) => {
                odd.cells = cells;
                if odd.reads == Reads::Firm {
                    odd.reads = Reads::Refused;
                }
            }
            None => {
                let touch = Touch { boot: 0, salt: 0 };
                self.upset(unit, cells, Reads::Refused, false, Known::AsTold, touch);
            }
        }
    }

    pub fn noise(&mut self, unit: usize, dice: &mut Dice) {
        let mut cells = [0; WRITE];
        cells.fill_with(|| dice.byte());
        let touch = Touch { boot: 0, salt: 0 };
        self.upset(unit, cells, Reads::Refused, false, Known::AsTold, touch);
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
        let touch = Touch { boot: 0, salt: 0 };
        for unit in 0..self.units() {
            let cells = self.cells(unit);
            if cells.iter().any(|&b| b != 0xFF) && !self.odd.contains_key(&(unit as u32)) {
                self.upset(unit, cells, Reads::Firm, false, Known::AsTold, touch);
            }
        }
        self.odd.values_mut().for_each(|odd| odd.known = Known::AsTold);
        self.truth.fill(0xFF);
        self.programmed.fill(0);
    }
}

impl<const WRITE: usize> Unit<WRITE> {
    /// Whether it may read differently from one time to the next.
    fn wavers(&self) -> bool {
        matches!(self.reads, Reads::Mixed | Reads::Rotting)
    }

    /// What is drawn for this read: reads with the same number read the same.
    fn drawn(&self, now: Now) -> u64 {
        /// Apart from every count.
        const SETTLED: u64 = u64::MAX;
        match now.settling {
            Settling::EachBoot => u64::from(now.boot),
            Settling::Never => u64::from(self.times_read),
            Settling::AfterReads(n) if self.times_read > n => SETTLED,
            Settling::AfterReboot if now.boot > self.touch.boot.saturating_add(1) => SETTLED,
            Settling::AfterReads(_) | Settling::AfterReboot => u64::from(self.times_read),
        }
    }

    /// Two of three programs over weak cells read well as long as the power stays on.
    fn holds_still(&self, now: Now) -> bool {
        now.boot == self.touch.boot && !self.touch.salt.is_multiple_of(3)
    }

    /// One byte in so many of a rotting unit reads wrong.
    fn decay(&self) -> u64 {
        [4, 16, 64][(self.touch.salt >> 8) as usize % 3]
    }

    /// What is read now; `None` where ECC refuses.
    fn seen(&self, at: usize, now: Now) -> Option<[u8; WRITE]> {
        match self.reads {
            Reads::Firm => return Some(self.cells),
            Reads::Rotting if self.holds_still(now) => return Some(self.cells),
            _ if now.ecc => return None,
            Reads::Refused => return Some(self.cells),
            Reads::Mixed | Reads::Rotting => {}
        }
        let drawn = mix(self.touch.salt ^ self.drawn(now));
        // The bytes of a unit, and of neighbouring small ones, often agree on whether a program took.
        let all = mix(drawn ^ (at / WRITE.max(8)) as u64) % 3;
        let mut seen = self.cells;
        for (j, (byte, before)) in seen.iter_mut().zip(self.before).enumerate() {
            let draw = mix(drawn ^ ((at + j) as u64) << 24);
            match (self.reads, all) {
                (Reads::Mixed, 0) => *byte = before,
                (Reads::Mixed, 1) => {}
                (Reads::Mixed, _) => {
                    let mask = draw as u8;
                    *byte = (before & mask) | (*byte & !mask);
                }
                (_, _) if draw.is_multiple_of(self.decay()) => *byte |= (draw >> 8) as u8 & 0x7F,
                (_, _) => {}
            }
        }
        Some(seen)
    }
}
