//! What programs, erases and reads do when something goes wrong.

use std::sync::Arc;

use std::vec::Vec;

use super::SimFlash;
use super::block::{Block, Known, Reads, Touch};
use super::cut::Tear;
use super::dice::Dice;
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

    /// The index of a unit in its block.
    fn unit_at(address: usize) -> usize {
        address % ERASE / WRITE
    }

    fn touch(&mut self) -> Touch {
        Touch { boot: self.boot, salt: self.dice.draw() }
    }

    /// Refuses to program what this boot can know to be programmed or touched.
    pub(super) fn program_once(&mut self, offset: u32, length: usize) -> Result<(), SimError> {
        let boot = self.boot;
        for at in (offset as usize..offset as usize + length).step_by(WRITE) {
            if self.blocks[at / ERASE].is_known_touched(Self::unit_at(at), boot) {
                self.violations += 1;
                return Err(SimError::AlreadyProgrammed { address: at as u32 });
            }
        }
        Ok(())
    }

    /// How the block that holds an address is stuck, if it is.
    fn stuck(&self, address: u32) -> Option<StuckHow> {
        let stuck = self.faults.stuck?;
        let worn = self.wear(address) >= stuck.from_cycle;
        ((stuck.from..stuck.to).contains(&address) && worn).then_some(stuck.how)
    }

    /// How any byte of a range is stuck; the first that is.
    fn stuck_in(&self, offset: u32, length: usize) -> Option<(StuckHow, u32)> {
        let stuck = self.faults.stuck?;
        let end = offset + length as u32;
        let block = ERASE as u32;
        let next = (offset / block + 1) * block;
        // A block is entered at its start, or where the stuck bytes begin.
        core::iter::once(offset)
            .chain((next..end).step_by(ERASE))
            .chain((offset..end).contains(&stuck.from).then_some(stuck.from))
            .find_map(|at| Some((self.stuck(at)?, at)))
    }

    /// The fault that a read meets, if any.
    pub(super) fn read_fails(&mut self, offset: u32, length: usize) -> Option<Fault> {
        if matches!(self.stuck_in(offset, length), Some((StuckHow::Unreadable, _))) {
            self.happened.note(Fault::Stuck);
            return Some(Fault::Stuck);
        }
        let quiet = self.counts.reads <= self.quiet_until;
        if quiet || !self.dice.once_in(self.faults.read_error) {
            return None;
        }
        self.quiet_until = self.counts.reads + u64::from(self.faults.read_pause);
        self.happened.note(Fault::ReadError);
        Some(Fault::ReadError)
    }

    /// A program without a power cut.
    pub(super) fn program(&mut self, offset: u32, data: &[u8]) -> Result<(), SimError> {
        if let Some((how, address)) = self.stuck_in(offset, data.len()) {
            self.happened.note(Fault::Stuck);
            if how == StuckHow::Silent {
                self.lose_program(offset, data);
                return Ok(());
            }
            return Err(SimError::Failed { fault: Fault::Stuck, address });
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
        let touch = self.touch();
        let (mut at, mut rest, mut sound) = (offset as usize, data, true);
        while !rest.is_empty() {
            let (piece, more) = rest.split_at(rest.len().min(ERASE - at % ERASE));
            sound &= self.block(at).program(at % ERASE, piece, touch);
            at += piece.len();
            rest = more;
        }
        if !sound {
            self.happened.note(Fault::Spoilt);
        }
        Ok(())
    }

    /// The caller is told that it worked; the cells stay.
    fn lose_program(&mut self, offset: u32, data: &[u8]) {
        let touch = self.touch();
        for (at, unit) in (offset as usize..).step_by(WRITE).zip(data.chunks_exact(WRITE)) {
            self.block(at).lose(Self::unit_at(at), unit, touch);
        }
    }

    /// The data land on other units that are erased, if such are found.
    fn misdirect(&mut self, offset: u32, data: &[u8]) {
        self.lose_program(offset, data);
        let bytes = self.blocks.len() * ERASE;
        // Address lines that fail send a program to a place with the same low bits; now and then to
        // any place.
        let step = if self.dice.once_in(4) { WRITE } else { 64usize.next_multiple_of(WRITE) };
        for _ in 0..32 {
            let far = self.dice.below((bytes / step) as u32) as usize * step;
            let at = far + offset as usize % step;
            let span = (at..at + data.len()).step_by(WRITE);
            let is_fresh = |at: usize| self.blocks[at / ERASE].is_fresh(Self::unit_at(at));
            if at + data.len() > bytes
                || self.stuck_in(at as u32, data.len()).is_some()
                || !span.clone().all(is_fresh)
            {
                continue;
            }
            let touch = self.touch();
            for (at, unit) in span.zip(data.chunks_exact(WRITE)) {
                let mut cells = [0; WRITE];
                cells.copy_from_slice(unit);
                let (unit, nobody) = (Self::unit_at(at), Known::ToNobody);
                self.block(at).upset(unit, cells, Reads::Firm, false, nobody, touch);
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
                let all = self.dice.below(8);
                let fates = (0..units).map(|_| match all {
                    0 => Fate::Untouched,
                    1 => Fate::Done,
                    2 => Fate::Bits,
                    3 => Fate::Faint,
                    _ => self.any_fate(),
                });
                (Fault::TornOrder, fates.collect())
            }
        };
        self.happened.note(fault);
        // What is stuck does not tear either.
        if self.stuck_in(offset, data.len()).is_none() {
            self.leave_program(offset, data, &fates);
        }
    }

    fn leave_program(&mut self, offset: u32, data: &[u8], fates: &[Fate]) {
        let touch = self.touch();
        // The boot that cannot know what was left untouched is over when the power fails.
        let is_off = self.is_off;
        let places = (offset as usize..).step_by(WRITE).zip(data.chunks_exact(WRITE));
        for ((at, new), fate) in places.zip(fates) {
            let index = Self::unit_at(at);
            let block = self.block(at);
            let (landed, reads) = match *fate {
                Fate::Untouched => {
                    if !is_off {
                        block.brush(index, false, touch);
                    }
                    continue;
                }
                Fate::Faint | Fate::Tail => {
                    block.brush(index, true, touch);
                    continue;
                }
                Fate::Done => {
                    block.land(index, new, touch);
                    continue;
                }
                Fate::Bytes(n) => (n, Reads::Refused),
                Fate::Bits | Fate::Head => (WRITE, Reads::Mixed),
            };
            let mut cells = block.cells(index);
            for (cell, new) in cells.iter_mut().zip(new).take(landed) {
                *cell &= new;
            }
            block.upset(index, cells, reads, true, Known::ToBoot(touch.boot), touch);
        }
    }

    /// An erase without a power cut.
    pub(super) fn erase_blocks(&mut self, from: u32, to: u32) -> Result<(), SimError> {
        let blocks = (from as usize..to as usize).step_by(ERASE);
        if let Some((how, address)) = self.stuck_in(from, (to - from) as usize) {
            self.happened.note(Fault::Stuck);
            for at in blocks {
                match (self.stuck(at as u32).is_some(), how) {
                    (false, StuckHow::Silent) => self.block(at).erase(),
                    // The call fails, so the caller is not told that these were erased.
                    (false, _) => self.leave_erase(at, Fate::Done),
                    (true, StuckHow::Silent) => self.block(at).erase_in_name_only(),
                    (true, _) => {}
                }
            }
            return match how {
                StuckHow::Silent => Ok(()),
                _ => Err(SimError::Failed { fault: Fault::Stuck, address }),
            };
        }
        if self.dice.once_in(self.faults.erase_error) {
            self.happened.note(Fault::EraseError);
            match self.effect() {
                Effect::None => blocks.for_each(|at| self.leave_erase(at, Fate::Untouched)),
                Effect::Full => blocks.for_each(|at| self.leave_erase(at, Fate::Done)),
                _ => blocks.for_each(|at| self.scatter_erase(at)),
            }
            return Err(SimError::Failed { fault: Fault::EraseError, address: from });
        }
        blocks.for_each(|at| self.block(at).erase());
        Ok(())
    }

    /// An erase in which the power fails.
    pub(super) fn tear_erase(&mut self, from: u32, to: u32, tear: Tear) {
        let (fault, torn, fate) = match tear {
            Tear::Prefix { bytes } => (Fault::TornErase, bytes as usize / ERASE, Fate::Untouched),
            Tear::Bits { unit } => (Fault::TornErase, unit as usize, Fate::Bits),
            Tear::Head { unit } => (Fault::TornErase, unit as usize, Fate::Head),
            Tear::Tail { unit } => (Fault::TornErase, unit as usize, Fate::Tail),
            Tear::Faint { unit } => (Fault::FaintErase, unit as usize, Fate::Faint),
            Tear::Scattered => (Fault::TornErase, 0, Fate::Untouched),
        };
        self.happened.note(fault);
        for (i, at) in (from as usize..to as usize).step_by(ERASE).enumerate() {
            if self.stuck(at as u32).is_some() {
                continue;
            }
            match i.cmp(&torn) {
                _ if tear == Tear::Scattered => self.scatter_erase(at),
                core::cmp::Ordering::Less => self.leave_erase(at, Fate::Done),
                core::cmp::Ordering::Equal => self.leave_erase(at, fate),
                core::cmp::Ordering::Greater => {}
            }
        }
    }

    fn scatter_erase(&mut self, at: usize) {
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

    /// One block of an interrupted erase. The caller was not told that anything was erased, and the
    /// boot knows that it must erase it again.
    fn leave_erase(&mut self, at: usize, fate: Fate) {
        let touch = self.touch();
        let known = Known::ToBoot(touch.boot);
        let is_off = self.is_off;
        let block = Arc::make_mut(&mut self.blocks[at / ERASE]);
        block.wear = block.wear.saturating_add(u32::from(fate == Fate::Done));
        let units = block.units();
        for unit in 0..units {
            let inside = match fate {
                Fate::Untouched => false,
                Fate::Head => unit * 2 < units,
                Fate::Tail => unit * 2 >= units,
                _ => true,
            };
            if !inside {
                // What was programmed still is, and what was not may not be now.
                if !is_off && !block.is_programmed(unit) {
                    block.brush(unit, false, touch);
                }
                continue;
            }
            let (cells, reads) = match fate {
                Fate::Bits => half_erased(block.cells(unit), &mut self.dice),
                _ => ([0xFF; WRITE], Reads::Firm),
            };
            block.upset(unit, cells, reads, fate != Fate::Done, known, touch);
        }
    }
}

/// The cells of a unit whose erase was interrupted, and how they read.
fn half_erased<const WRITE: usize>(old: [u8; WRITE], dice: &mut Dice) -> ([u8; WRITE], Reads) {
    let mut cells = old;
    let kind = dice.below(4);
    let reads = match kind {
        // Looks erased.
        0 => return ([0xFF; WRITE], Reads::Firm),
        // Old, erased, or any mix of the two: it reads as it likes.
        1 => return ([0xFF; WRITE], Reads::Mixed),
        2 => Reads::Mixed,
        _ => Reads::Refused,
    };
    for cell in &mut cells {
        match dice.below(3) {
            0 => {}
            1 => *cell = 0xFF,
            _ => *cell = dice.byte(),
        }
    }
    (cells, reads)
}
