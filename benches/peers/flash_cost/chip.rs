//! One flash for every store: it counts operations and bytes and models their time.

use std::cell::RefCell;
use std::rc::Rc;

use embedded_storage::nor_flash as blocking;
use embedded_storage_async::nor_flash as asynchronous;
use pos_journal::flash::Counts;
use pos_journal::flash::sim::Part;

/// What a chip has done.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spent {
    pub counts: Counts,
    /// Units that were programmed although they had been since their erase: ECC flash refuses that.
    pub twice: u64,
    pub ns: u64,
}

impl std::ops::Sub for Spent {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Spent {
            counts: self.counts - earlier.counts,
            twice: self.twice - earlier.twice,
            ns: self.ns - earlier.ns,
        }
    }
}

struct Cells {
    bytes: Vec<u8>,
    /// One for each unit.
    programmed: Vec<bool>,
    part: Part,
    spent: Spent,
}

/// A handle of a chip that programs units of `W` bytes and erases blocks of `E`. Clones are the same
/// chip, so the harness reads the counts while a store holds the flash.
#[derive(Clone)]
pub struct Chip<const W: usize, const E: usize>(Rc<RefCell<Cells>>);

/// What a program or a read outside the chip or its units is refused with.
#[derive(Clone, Copy, Debug)]
pub struct Refused;

impl core::fmt::Display for Refused {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("outside the chip or its units")
    }
}

impl core::error::Error for Refused {}

impl blocking::NorFlashError for Refused {
    fn kind(&self) -> blocking::NorFlashErrorKind {
        blocking::NorFlashErrorKind::OutOfBounds
    }
}

impl<const W: usize, const E: usize> Chip<W, E> {
    pub fn new(bytes: usize, part: Part) -> Self {
        let cells = Cells {
            bytes: vec![0xFF; bytes],
            programmed: vec![false; bytes / W],
            part,
            spent: Spent::default(),
        };
        Chip(Rc::new(RefCell::new(cells)))
    }

    /// Another chip with the same contents, with nothing spent.
    pub fn fork(&self) -> Self {
        let cells = self.0.borrow();
        let Cells { bytes, programmed, part, .. } = &*cells;
        Chip(Rc::new(RefCell::new(Cells {
            bytes: bytes.clone(),
            programmed: programmed.clone(),
            part: *part,
            spent: Spent::default(),
        })))
    }

    pub fn bytes(&self) -> usize {
        self.0.borrow().bytes.len()
    }

    pub fn spent(&self) -> Spent {
        self.0.borrow().spent
    }

    /// Overwrites bytes at rest, uncounted: what has rotted.
    pub fn rot(&self, at: usize, len: usize) {
        self.0.borrow_mut().bytes[at..at + len].iter_mut().for_each(|byte| *byte ^= 0x5A);
    }

    pub fn read_at(&self, at: usize, out: &mut [u8]) -> Result<(), Refused> {
        let cells = &mut *self.0.borrow_mut();
        let from = cells.bytes.get(at..at + out.len()).ok_or(Refused)?;
        out.copy_from_slice(from);
        let spent = &mut cells.spent;
        spent.counts.reads += 1;
        spent.counts.read_bytes += out.len() as u64;
        spent.ns += cells.part.read_ns(out.len());
        Ok(())
    }

    pub fn program_at(&self, at: usize, bytes: &[u8]) -> Result<(), Refused> {
        let cells = &mut *self.0.borrow_mut();
        if !at.is_multiple_of(W) || !bytes.len().is_multiple_of(W) {
            return Err(Refused);
        }
        let to = cells.bytes.get_mut(at..at + bytes.len()).ok_or(Refused)?;
        to.iter_mut().zip(bytes).for_each(|(old, new)| *old &= new);
        let units = &mut cells.programmed[at / W..(at + bytes.len()) / W];
        let spent = &mut cells.spent;
        spent.twice += units.iter().filter(|was| **was).count() as u64;
        units.fill(true);
        spent.counts.programs += 1;
        spent.counts.program_bytes += bytes.len() as u64;
        spent.ns += cells.part.program_ns(at as u32, bytes.len());
        Ok(())
    }

    pub fn erase_at(&self, from: usize, to: usize) -> Result<(), Refused> {
        let cells = &mut *self.0.borrow_mut();
        if !from.is_multiple_of(E) || !to.is_multiple_of(E) {
            return Err(Refused);
        }
        cells.bytes.get_mut(from..to).ok_or(Refused)?.fill(0xFF);
        cells.programmed[from / W..to / W].fill(false);
        let spent = &mut cells.spent;
        spent.counts.erases += ((to - from) / E) as u64;
        spent.counts.erased_bytes += (to - from) as u64;
        spent.ns += cells.part.erase_ns(to - from, E);
        Ok(())
    }
}

impl<const W: usize, const E: usize> blocking::ErrorType for Chip<W, E> {
    type Error = Refused;
}

impl<const W: usize, const E: usize> blocking::ReadNorFlash for Chip<W, E> {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Refused> {
        self.read_at(offset as usize, bytes)
    }

    fn capacity(&self) -> usize {
        self.bytes()
    }
}

impl<const W: usize, const E: usize> blocking::NorFlash for Chip<W, E> {
    const WRITE_SIZE: usize = W;
    const ERASE_SIZE: usize = E;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Refused> {
        self.erase_at(from as usize, to as usize)
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Refused> {
        self.program_at(offset as usize, bytes)
    }
}

impl<const W: usize, const E: usize> asynchronous::ReadNorFlash for Chip<W, E> {
    const READ_SIZE: usize = 1;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Refused> {
        self.read_at(offset as usize, bytes)
    }

    fn capacity(&self) -> usize {
        self.bytes()
    }
}

impl<const W: usize, const E: usize> asynchronous::NorFlash for Chip<W, E> {
    const WRITE_SIZE: usize = W;
    const ERASE_SIZE: usize = E;

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), Refused> {
        self.erase_at(from as usize, to as usize)
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Refused> {
        self.program_at(offset as usize, bytes)
    }
}

/// Claimed for every part, so that stores which program units twice run everywhere; how often they do
/// is counted and shown.
impl<const W: usize, const E: usize> asynchronous::MultiwriteNorFlash for Chip<W, E> {}
