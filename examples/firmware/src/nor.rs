//! A NOR chip in RAM that is stored, piece by piece, where it outlives a power cut.
//!
//! Units of 8 bytes that may be programmed once between erases, blocks of 4 KiB. What is stored is
//! stored in steps, so that a kill leaves what a power cut leaves: some units of a program whole,
//! one with part of its bits, a block half erased. A unit that was begun counts as programmed, a
//! block whose erase was begun and not ended as programmed everywhere, however blank they look: the
//! marks say so and are stored before the first bit moves.

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash, check_erase, check_read,
    check_write,
};

/// Bytes of the chip; all of them are the journal's.
pub const BYTES: usize = 64 * 1024;
/// Bytes of a write unit.
pub const UNIT: usize = 8;
/// Bytes of an erase block.
pub const BLOCK: usize = 4096;
/// One mark for each unit.
pub const MARKS: usize = BYTES / UNIT;

/// Bytes of an erase that are stored at a time.
const PIECE: usize = BLOCK / 16;
/// The bits of a unit that clear first.
const FIRST_BITS: u8 = 0b0101_1010;

/// What the chip is doing, as the host sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Phase {
    /// Nothing.
    Idle = 0,
    /// A program is under way.
    Program = 1,
    /// An erase is under way.
    Erase = 2,
}

/// Where the chip's contents outlive a power cut.
pub trait Store {
    /// Shows what the chip is doing.
    fn phase(&mut self, phase: Phase) -> Result<(), Failed>;
    /// Stores bytes of the chip.
    fn put(&mut self, at: usize, bytes: &[u8]) -> Result<(), Failed>;
    /// Stores marks of units.
    fn put_marks(&mut self, unit: usize, marks: &[u8]) -> Result<(), Failed>;
}

/// The store could not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failed;

/// Why the chip refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NorError {
    /// The call is misaligned or out of bounds.
    Refused(NorFlashErrorKind),
    /// A unit was programmed since its erase.
    AlreadyProgrammed,
    /// The host's file could not be written.
    Store,
}

impl From<Failed> for NorError {
    fn from(_: Failed) -> Self {
        NorError::Store
    }
}

impl From<NorFlashErrorKind> for NorError {
    fn from(kind: NorFlashErrorKind) -> Self {
        NorError::Refused(kind)
    }
}

impl NorFlashError for NorError {
    fn kind(&self) -> NorFlashErrorKind {
        match self {
            NorError::Refused(kind) => *kind,
            _ => NorFlashErrorKind::Other,
        }
    }
}

/// The chip.
pub struct Nor<'a, S> {
    memory: &'a mut [u8; BYTES],
    marks: &'a mut [u8; MARKS],
    store: S,
}

impl<'a, S: Store> Nor<'a, S> {
    /// The chip with what was stored of it.
    pub fn new(memory: &'a mut [u8; BYTES], marks: &'a mut [u8; MARKS], store: S) -> Self {
        Nor { memory, marks, store }
    }

    fn mark(&mut self, units: core::ops::Range<usize>, mark: u8) -> Result<(), NorError> {
        let first = units.start;
        self.marks[units.clone()].fill(mark);
        Ok(self.store.put_marks(first, &self.marks[units])?)
    }

    fn program_unit(&mut self, at: usize, unit: &[u8]) -> Result<(), NorError> {
        // Half of the bits first: that is what a cut leaves of the unit it hits.
        for keep in [!FIRST_BITS, 0] {
            for (old, new) in self.memory[at..at + UNIT].iter_mut().zip(unit) {
                *old &= new | keep;
            }
            self.store.put(at, &self.memory[at..at + UNIT])?;
        }
        Ok(())
    }
}

impl<S> ErrorType for Nor<'_, S> {
    type Error = NorError;
}

impl<S: Store> ReadNorFlash for Nor<'_, S> {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), NorError> {
        check_read(self, offset, bytes.len())?;
        let at = offset as usize;
        bytes.copy_from_slice(&self.memory[at..at + bytes.len()]);
        Ok(())
    }

    fn capacity(&self) -> usize {
        BYTES
    }
}

impl<S: Store> NorFlash for Nor<'_, S> {
    const WRITE_SIZE: usize = UNIT;
    const ERASE_SIZE: usize = BLOCK;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), NorError> {
        check_erase(self, from, to)?;
        let units = from as usize / UNIT..to as usize / UNIT;
        self.store.phase(Phase::Erase)?;
        self.mark(units.clone(), 1)?;
        for at in (from as usize..to as usize).step_by(PIECE) {
            self.memory[at..at + PIECE].fill(0xFF);
            self.store.put(at, &self.memory[at..at + PIECE])?;
        }
        self.mark(units, 0)?;
        Ok(self.store.phase(Phase::Idle)?)
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), NorError> {
        check_write(self, offset, bytes.len())?;
        let at = offset as usize;
        let units = at / UNIT..(at + bytes.len()) / UNIT;
        if self.marks[units.clone()].iter().any(|mark| *mark != 0) {
            return Err(NorError::AlreadyProgrammed);
        }
        self.store.phase(Phase::Program)?;
        for (unit, at) in bytes.chunks_exact(UNIT).zip((at..).step_by(UNIT)) {
            self.mark(at / UNIT..at / UNIT + 1, 1)?;
            self.program_unit(at, unit)?;
        }
        Ok(self.store.phase(Phase::Idle)?)
    }
}
