//! What programs, erases and reads do when something goes wrong.

use std::sync::Arc;

use std::vec::Vec;

use super::SimFlash;
use super::block::{Block, Reads};
use super::cut::Tear;
use super::error::SimError;
use super::faults::{Effect, Fault, StuckHow};

/// What becomes of one unit of an interrupted operation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Untouched,
    Done,
    /// The first so many bytes of it.
    Bytes(usize),
    Bits,
    Faint,
    /// Of an erase: the first half is done.
    Head,
    Tail,
}

impl<const WRITE: usize, const ERASE: usize> SimFlash<WRITE, ERASE> {
    fn block(&mut self, address: usize) -> &mut Block<WRITE> {
        Arc::make_mut(&mut self.blocks[address / ERASE])
    }

    /// Where a unit lies: its block's first byte, and its index there.
    fn unit_at(address: usize) -> (usize, usize) {
        (address, address % ERASE / WRITE)
    }

    /// Refuses to program what this boot knows to be programmed or touched.
    pub(super) fn program_once(&mut self, offset: u32, length: usize) -> Result<(), SimError> {
        let boot = self.boot;
        for at in (offset as usize..offset as usize + length).step_by(WRITE) {
            let (_, unit) = Self::unit_at(at);
            if self.blocks[at / ERASE].is_known_touched(unit, boot) {
                self.violations += 1;
                return Err(SimError::AlreadyProgrammed { address: at as u32 });
            }
        }
        Ok(())
    }

    fn stuck(&self, address: u32) -> Option<StuckHow> {
        let stuck = self.faults.stuck?;
        let worn = self.wear(address) >= stuck.from_cycle;
        ((stuck.from..stuck.to).contains(&address) && worn).then_some(stuck.how)
    }

    pub(super) fn read_fails(&mut self, offset: u32) -> bool {
        if self.stuck(offset) == Some(StuckHow::Unreadable) {
            self.happened.note(Fault::Stuck);
            return true;
        }
        if self.faults.read_error == 0 || self.quiet_reads() {
            return false;
        }
        let fails = self.dice.once_in(self.faults.read_error);
        if fails {
            self.quiet_until = self.counts.reads + u64::from(self.faults.read_pause);
            self.happened.note(Fault::ReadError);
        }
        fails
    }

    fn quiet_reads(&self) -> bool {
        self.counts.reads <= self.quiet_until
    }

    /// A program without a power cut.
    pub(super) fn program(&mut self, offset: u32, data: &[u8]) -> Result<(), SimError> {
        if let Some(how) = self.stuck(offset) {
            self.happened.note(Fault::Stuck);
            if how == StuckHow::Silent {
                self.lose_program(offset, data);
                return Ok(());
            }
            return Err(SimError::Failed { fault: Fault::Stuck, address: offset });
        }
        if self.dice.once_in(self.faults.program_error) {
            self.happened.note(Fault::ProgramError);
            self.fail_program(offset, data);
            return Err(SimError::Failed { fault: Fault::ProgramError, address: offset });
        }
        if self.dice.once_in(self.faults.lost) {
            self.happened.note(Fault::LostProgram);
            self.lose_program(offset, data);
            return Ok(());
        }
        if self.dice.once_in(self.faults.misdirected) {
            self.misdirect(offset, data);
            return Ok(());
        }
        let boot = self.boot;
        let mut spoilt = false;
        for (at, unit) in (offset as usize..).step_by(WRITE).zip(data.chunks_exact(WRITE)) {
            spoilt |= !self.block(at).program(Self::unit_at(at).1, unit, boot);
        }
        if spoilt {
            self.happened.note(Fault::Spoilt);
        }
        Ok(())
    }

    /// The caller is told that it worked; the cells stay.
    fn lose_program(&mut self, offset: u32, data: &[u8]) {
        let boot = self.boot;
        for (at, unit) in (offset as usize..).step_by(WRITE).zip(data.chunks_exact(WRITE)) {
            let index = Self::unit_at(at).1;
            let block = self.block(at);
            let cells = block.cells(index);
            block.tell(index, unit);
            block.upset(index, cells, Reads::Firm, false, boot);
        }
    }

    /// The data land on other units that are erased, if such are found.
    fn misdirect(&mut self, offset: u32, data: &[u8]) {
        self.lose_program(offset, data);
        let units = (self.blocks.len() * ERASE / WRITE) as u32;
        // Address lines that fail send a program to a place with the same low bits; now and then to
        // any place.
        let step = if self.dice.once_in(4) { WRITE } else { 64.max(WRITE) };
        for _ in 0..32 {
            let at = if step == WRITE {
                self.dice.below(units) as usize * WRITE
            } else {
                let far = self.dice.below(units * WRITE as u32 / step as u32) as usize * step;
                far + offset as usize % step
            };
            let span = (at..at + data.len()).step_by(WRITE);
            let fits = at + data.len() <= self.blocks.len() * ERASE;
            if !fits
                || !span.clone().all(|at| self.blocks[at / ERASE].is_fresh(Self::unit_at(at).1))
            {
                continue;
            }
            for (at, unit) in span.zip(data.chunks_exact(WRITE)) {
                let mut cells = [0; WRITE];
                cells.copy_from_slice(unit);
                let long_ago = self.boot.wrapping_sub(1);
                self.block(at).upset(Self::unit_at(at).1, cells, Reads::Firm, false, long_ago);
            }
            self.happened.note(Fault::Misdirected);
            return;
        }
        self.happened.note(Fault::LostProgram);
    }

    fn effect(&mut self) -> Effect {
        match (self.faults.effect, self.dice.below(3)) {
            (Effect::Any, 0) => Effect::None,
            (Effect::Any, 1) => Effect::Part,
            (Effect::Any, _) => Effect::Full,
            (effect, _) => effect,
        }
    }

    fn fail_program(&mut self, offset: u32, data: &[u8]) {
        let units = data.len() / WRITE;
        let fates: Vec<Fate> = match self.effect() {
            Effect::None => vec![Fate::Untouched; units],
            Effect::Full => vec![Fate::Done; units],
            _ => (0..units).map(|_| self.any_fate()).collect(),
        };
        self.leave_program(offset, data, &fates);
    }

    fn any_fate(&mut self) -> Fate {
        match self.dice.below(4) {
            0 => Fate::Untouched,
            1 => Fate::Done,
            2 => Fate::Bits,
            _ => Fate::Faint,
        }
    }

    /// A program in which the power fails.
    pub(super) fn tear_program(&mut self, offset: u32, data: &[u8], tear: Tear) {
        let units = data.len() / WRITE;
        let upto = |unit: u32, fate| {
            let unit = unit as usize;
            (0..units)
                .map(|i| match i.cmp(&unit) {
                    core::cmp::Ordering::Less => Fate::Done,
                    core::cmp::Ordering::Equal => fate,
                    core::cmp::Ordering::Greater => Fate::Untouched,
                })
                .collect::<Vec<_>>()
        };
        let (fault, fates) = match tear {
            Tear::Prefix { bytes } => {
                let inside = bytes as usize % WRITE;
                let fate = if inside == 0 { Fate::Untouched } else { Fate::Bytes(inside) };
                (Fault::TornPrefix, upto(bytes / WRITE as u32, fate))
            }
            Tear::Bits { unit } | Tear::Head { unit } => (Fault::TornBits, upto(unit, Fate::Bits)),
            Tear::Faint { unit } | Tear::Tail { unit } => {
                (Fault::FaintProgram, upto(unit, Fate::Faint))
            }
            Tear::Scattered => {
                // Often all units share a fate: the program did not begin, or only the end is missing.
                let all = self.dice.below(6);
                let fates = (0..units).map(|_| match all {
                    0 => Fate::Done,
                    1 => Fate::Bits,
                    2 => Fate::Faint,
                    _ => self.any_fate(),
                });
                (Fault::TornOrder, fates.collect())
            }
        };
        self.happened.note(fault);
        self.leave_program(offset, data, &fates);
    }

    fn leave_program(&mut self, offset: u32, data: &[u8], fates: &[Fate]) {
        let boot = self.boot;
        let places = (offset as usize..).step_by(WRITE).zip(data.chunks_exact(WRITE));
        for ((at, new), fate) in places.zip(fates) {
            let index = Self::unit_at(at).1;
            let block = self.block(at);
            // Of an untouched unit, too, this boot cannot know that it is.
            let (landed, reads, is_weak) = match *fate {
                Fate::Untouched => (0, Reads::Firm, false),
                Fate::Done => (WRITE, Reads::Firm, false),
                Fate::Bytes(n) => (n, Reads::Refused, true),
                Fate::Bits | Fate::Head => (WRITE, Reads::Mixed, true),
                Fate::Faint | Fate::Tail => (0, Reads::Firm, true),
            };
            let mut cells = block.cells(index);
            for (cell, new) in cells.iter_mut().zip(new).take(landed) {
                *cell &= new;
            }
            block.upset(index, cells, reads, is_weak, boot);
        }
    }

    /// An erase without a power cut.
    pub(super) fn erase_blocks(&mut self, from: u32, to: u32) -> Result<(), SimError> {
        let blocks: Vec<usize> = (from as usize..to as usize).step_by(ERASE).collect();
        if let Some(how) = blocks.iter().find_map(|&at| self.stuck(at as u32)) {
            self.happened.note(Fault::Stuck);
            for at in blocks {
                if self.stuck(at as u32).is_none() {
                    self.block(at).erase();
                } else if how == StuckHow::Silent {
                    self.block(at).erase_in_name_only();
                }
            }
            return match how {
                StuckHow::Silent => Ok(()),
                _ => Err(SimError::Failed { fault: Fault::Stuck, address: from }),
            };
        }
        if self.dice.once_in(self.faults.erase_error) {
            self.happened.note(Fault::EraseError);
            match self.effect() {
                Effect::None => {}
                Effect::Full => blocks.iter().for_each(|&at| self.block(at).erase()),
                _ => self.scatter_erase(&blocks),
            }
            return Err(SimError::Failed { fault: Fault::EraseError, address: from });
        }
        blocks.iter().for_each(|&at| self.block(at).erase());
        Ok(())
    }

    /// An erase in which the power fails.
    pub(super) fn tear_erase(&mut self, from: u32, to: u32, tear: Tear) {
        let blocks: Vec<usize> = (from as usize..to as usize).step_by(ERASE).collect();
        let (fault, torn, fate) = match tear {
            Tear::Prefix { bytes } => (Fault::TornErase, bytes as usize / ERASE, Fate::Untouched),
            Tear::Bits { unit } => (Fault::TornErase, unit as usize, Fate::Bits),
            Tear::Head { unit } => (Fault::TornErase, unit as usize, Fate::Head),
            Tear::Tail { unit } => (Fault::TornErase, unit as usize, Fate::Tail),
            Tear::Faint { unit } => (Fault::FaintErase, unit as usize, Fate::Faint),
            Tear::Scattered => {
                self.happened.note(Fault::TornErase);
                return self.scatter_erase(&blocks);
            }
        };
        self.happened.note(fault);
        for (i, &at) in blocks.iter().enumerate() {
            match i.cmp(&torn) {
                core::cmp::Ordering::Less => self.leave_erase(at, Fate::Done),
                core::cmp::Ordering::Equal => self.leave_erase(at, fate),
                core::cmp::Ordering::Greater => {}
            }
        }
    }

    fn scatter_erase(&mut self, blocks: &[usize]) {
        for &at in blocks {
            let fate = match self.dice.below(6) {
                0 => Fate::Untouched,
                1 => Fate::Done,
                2 => Fate::Head,
                3 => Fate::Tail,
                4 => Fate::Bits,
                _ => Fate::Faint,
            };
            self.leave_erase(at, fate);
        }
    }

    /// One block of an interrupted erase. The caller was not told that anything was erased.
    fn leave_erase(&mut self, at: usize, fate: Fate) {
        if fate == Fate::Untouched {
            return;
        }
        let boot = self.boot;
        let mut dice = self.dice.clone();
        let block = self.block(at);
        block.wear = block.wear.saturating_add(u32::from(fate == Fate::Done));
        let units = block.units();
        for unit in 0..units {
            let old = block.cells(unit);
            let inside = match fate {
                Fate::Head => unit * 2 < units,
                Fate::Tail => unit * 2 >= units,
                _ => true,
            };
            if !inside {
                continue;
            }
            let (cells, reads, is_weak) = match fate {
                Fate::Done => ([0xFF; WRITE], Reads::Firm, false),
                Fate::Bits => {
                    let mut cells = old;
                    for cell in &mut cells {
                        match dice.below(3) {
                            0 => {}
                            1 => *cell = 0xFF,
                            _ => *cell = dice.byte(),
                        }
                    }
                    // Some of it reads differently each time.
                    let reads = if dice.once_in(2) { Reads::Mixed } else { Reads::Refused };
                    (cells, reads, true)
                }
                _ => ([0xFF; WRITE], Reads::Firm, true),
            };
            block.upset(unit, cells, reads, is_weak, boot);
        }
        self.dice = dice;
    }
}
