//! A NOR chip in RAM that enforces what a real one demands and counts what it is asked for.

mod error;
mod power;

use core::fmt;

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, ReadNorFlash, check_erase, check_read, check_write,
};

pub use self::error::RamFlashError;
use self::power::{Power, TornErase, TornProgram};
use super::Counts;

/// What an erased byte reads.
const BLANK: u8 = 0xFF;

/// NOR flash in RAM, with write units of `WRITE` bytes and erase blocks of `ERASE` bytes.
///
/// Reads have no alignment. Each write unit may be programmed once between erases, which is what
/// parts with ECC demand; a program of only 0xFF counts. To know that, it keeps one bit per
/// unit in a second buffer. `B` is a borrowed `&mut [u8]`, an owned `Vec<u8>` or anything alike.
///
/// The power can be cut after a number of units ([`set_cut`](Self::set_cut)): the interrupted
/// program or erase is left torn, in a way that depends on the seed alone, and every call fails
/// until [`power_on`](Self::power_on).
///
/// `WRITE` must divide `ERASE`; other values do not compile.
///
/// ```
/// use embedded_storage::nor_flash::{NorFlash, ReadNorFlash};
/// use pos_journal::flash::{RamFlash, RamFlashError};
///
/// let (mut memory, mut programmed) = ([0; 1024], [0; 32]);
/// let mut flash = RamFlash::<_, 4, 512>::new(&mut memory[..], &mut programmed[..])?;
/// flash.write(8, b"once")?;
/// assert_eq!(flash.write(8, b"once"), Err(RamFlashError::AlreadyProgrammed { address: 8 }));
/// flash.erase(0, 512)?;
/// flash.write(8, b"more")?;
/// let mut bytes = [0; 4];
/// flash.read(8, &mut bytes)?;
/// assert_eq!(&bytes, b"more");
/// assert_eq!(flash.counts().programs, 2);
/// # Ok::<(), RamFlashError>(())
/// ```
#[derive(Clone)]
pub struct RamFlash<B, const WRITE: usize, const ERASE: usize> {
    memory: B,
    /// One bit per write unit. A unit whose bit is clear is blank and was never touched since its
    /// erase.
    programmed: B,
    counts: Counts,
    power: Power,
}

impl<B, const WRITE: usize, const ERASE: usize> RamFlash<B, WRITE, ERASE> {
    /// Units of a block, checked to be whole when the type is used.
    const UNITS_PER_BLOCK: usize = {
        assert!(WRITE > 0 && ERASE >= WRITE, "a block holds at least one write unit");
        assert!(ERASE.is_multiple_of(WRITE), "a block is a whole number of write units");
        ERASE / WRITE
    };

    /// Bytes that the bitmap of programmed units needs for `memory_bytes` of flash.
    pub const fn bitmap_bytes(memory_bytes: usize) -> usize {
        (memory_bytes / ERASE).saturating_mul(Self::UNITS_PER_BLOCK).div_ceil(8)
    }

    /// Operations and bytes since the flash was made or the counts were reset.
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// Starts the counts again at zero.
    pub fn reset_counts(&mut self) {
        self.counts = Counts::default();
    }

    /// Write units programmed and blocks erased since the flash was made, torn ones included: the
    /// number of places where [`set_cut`](Self::set_cut) could have cut. Never reset.
    pub const fn units_spent(&self) -> u64 {
        self.power.units_spent()
    }

    /// Sets the seed that decides what the units interrupted from now on look like.
    pub const fn set_seed(&mut self, seed: u64) {
        self.power.set_seed(seed);
    }

    /// Cuts the power after `units` further write units; the next unit is the torn one. The erase
    /// of one block counts as one unit.
    ///
    /// - A program ends with its earlier units programmed. Of the torn unit nothing is
    ///   programmed, about half of the bits that should clear, or all.
    /// - An erase ends with its earlier blocks erased. The torn block is as it was, half blank or
    ///   all blank. If anything changed, none of it may be programmed before it is erased again:
    ///   a block that looks blank after an interrupted erase may be weak.
    ///
    /// The torn call and all after it return [`RamFlashError::PowerIsOff`].
    pub const fn set_cut(&mut self, units: u64) {
        self.power.set_cut(Some(units));
    }

    /// Takes back a cut that has not come yet.
    pub const fn clear_cut(&mut self) {
        self.power.set_cut(None);
    }

    /// Whether the power was cut and not turned on again.
    pub const fn is_off(&self) -> bool {
        self.power.is_off()
    }

    /// Turns the power on again after a cut; contents and counts are as the cut left them.
    pub const fn power_on(&mut self) {
        self.power.turn_on();
    }

    /// The memory and the bitmap of programmed units.
    pub fn into_parts(self) -> (B, B) {
        (self.memory, self.programmed)
    }
}

impl<B: AsRef<[u8]> + AsMut<[u8]>, const WRITE: usize, const ERASE: usize>
    RamFlash<B, WRITE, ERASE>
{
    /// A fresh chip over `memory`: all 0xFF, nothing programmed, whatever the buffers held.
    ///
    /// # Errors
    ///
    /// [`RamFlashError::BadLength`] unless `memory` is one or more whole erase blocks within
    /// 32-bit addresses; [`RamFlashError::BitmapTooShort`] unless `programmed` has
    /// [`bitmap_bytes`](Self::bitmap_bytes).
    pub fn new(mut memory: B, programmed: B) -> Result<Self, RamFlashError> {
        memory.as_mut().fill(BLANK);
        Self::from_image(memory, programmed)
    }

    /// A chip that holds `memory` as it is. Every unit that is not all 0xFF counts as
    /// programmed; that a unit was programmed with 0xFF cannot be known from an image.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn from_image(memory: B, mut programmed: B) -> Result<Self, RamFlashError> {
        let bytes = memory.as_ref().len();
        if bytes == 0 || !bytes.is_multiple_of(ERASE) || u32::try_from(bytes).is_err() {
            return Err(RamFlashError::BadLength { bytes });
        }
        let (needed, given) = (Self::bitmap_bytes(bytes), programmed.as_ref().len());
        if given < needed {
            return Err(RamFlashError::BitmapTooShort { needed, given });
        }
        programmed.as_mut().fill(0);
        let mut flash = Self { memory, programmed, counts: Counts::default(), power: Power::new() };
        for address in (0..bytes).step_by(WRITE) {
            let blank = flash.bytes_at(address, WRITE).iter().all(|byte| *byte == BLANK);
            flash.mark(address, !blank);
        }
        Ok(flash)
    }

    /// Every byte of the chip, also while the power is off. Not counted as a read.
    pub fn image(&self) -> &[u8] {
        self.memory.as_ref()
    }

    /// Whether the write unit that holds `address` may not be programmed before an erase; true
    /// outside the flash.
    pub fn is_programmed(&self, address: u32) -> bool {
        self.is_marked(address as usize)
    }

    fn is_marked(&self, address: usize) -> bool {
        let unit = address / WRITE;
        let byte = self.programmed.as_ref().get(unit / 8);
        address >= self.image().len() || byte.is_none_or(|byte| byte & (1 << (unit % 8)) != 0)
    }

    fn mark(&mut self, address: usize, programmed: bool) {
        let unit = address / WRITE;
        let bit = 1 << (unit % 8);
        if let Some(byte) = self.programmed.as_mut().get_mut(unit / 8) {
            *byte = if programmed { *byte | bit } else { *byte & !bit };
        }
    }

    fn mark_block(&mut self, block: usize, programmed: bool) {
        for unit in 0..Self::UNITS_PER_BLOCK {
            self.mark(block + unit * WRITE, programmed);
        }
    }

    /// `length` bytes, or none if they are not all inside: callers have checked the range.
    fn bytes_at(&self, address: usize, length: usize) -> &[u8] {
        self.memory.as_ref().get(address..).and_then(|rest| rest.get(..length)).unwrap_or_default()
    }

    fn bytes_at_mut(&mut self, address: usize, length: usize) -> &mut [u8] {
        let rest = self.memory.as_mut().get_mut(address..);
        rest.and_then(|rest| rest.get_mut(..length)).unwrap_or_default()
    }

    fn check_power(&self) -> Result<(), RamFlashError> {
        if self.is_off() { Err(RamFlashError::PowerIsOff) } else { Ok(()) }
    }

    /// Refuses the whole program if one of its units was programmed since its erase.
    fn check_program_once(&self, offset: u32, bytes: &[u8]) -> Result<(), RamFlashError> {
        for (unit, address) in bytes.chunks_exact(WRITE).zip((offset..).step_by(WRITE)) {
            if !self.is_programmed(address) {
                continue;
            }
            let old = self.bytes_at(address as usize, WRITE);
            return Err(if old.iter().zip(unit).any(|(old, new)| new & !old != 0) {
                RamFlashError::BitsWouldRise { address }
            } else {
                RamFlashError::AlreadyProgrammed { address }
            });
        }
        Ok(())
    }

    fn program_unit(&mut self, address: usize, unit: &[u8]) {
        for (old, new) in self.bytes_at_mut(address, WRITE).iter_mut().zip(unit) {
            *old &= new;
        }
        self.mark(address, true);
    }

    fn tear_program(&mut self, address: usize, unit: &[u8]) {
        let torn = self.power.torn_program();
        let mut changed = false;
        for (new, at) in unit.iter().zip(address..) {
            let kept = match torn {
                TornProgram::Untouched => BLANK,
                TornProgram::HalfOfItsBits => self.power.random_byte(),
                TornProgram::Complete => 0,
            };
            for old in self.bytes_at_mut(at, 1) {
                let now = *old & (new | kept);
                changed |= now != *old;
                *old = now;
            }
        }
        // A unit in which no bit moved is as good as one that the program never reached.
        if changed {
            self.mark(address, true);
        }
    }

    fn erase_block(&mut self, block: usize) {
        self.bytes_at_mut(block, ERASE).fill(BLANK);
        self.mark_block(block, false);
    }

    fn tear_erase(&mut self, block: usize) {
        let half = ERASE / 2;
        let (from, length) = match self.power.torn_erase() {
            TornErase::Untouched => return,
            TornErase::FirstHalfBlank => (block, half),
            TornErase::LastHalfBlank => (block + half, ERASE - half),
            TornErase::AllBlank => (block, ERASE),
        };
        self.bytes_at_mut(from, length).fill(BLANK);
        // Blank is not proof of erased: only a complete erase makes these units writable.
        self.mark_block(block, true);
    }
}

#[cfg(any(feature = "std", test))]
impl<const WRITE: usize, const ERASE: usize> RamFlash<Vec<u8>, WRITE, ERASE> {
    /// A fresh chip of `bytes` bytes on the heap.
    ///
    /// # Errors
    ///
    /// [`RamFlashError::BadLength`] unless `bytes` is one or more whole erase blocks within
    /// 32-bit addresses.
    pub fn owned(bytes: usize) -> Result<Self, RamFlashError> {
        if u32::try_from(bytes).is_err() {
            return Err(RamFlashError::BadLength { bytes });
        }
        Self::owned_image(vec![BLANK; bytes])
    }

    /// A chip that holds `image` as it is; see [`from_image`](Self::from_image).
    ///
    /// # Errors
    ///
    /// As [`owned`](Self::owned).
    pub fn owned_image(image: Vec<u8>) -> Result<Self, RamFlashError> {
        let programmed = vec![0; Self::bitmap_bytes(image.len())];
        Self::from_image(image, programmed)
    }
}

impl<B: AsRef<[u8]>, const WRITE: usize, const ERASE: usize> fmt::Debug
    for RamFlash<B, WRITE, ERASE>
{
    /// The shape and the counts; a dump of every byte would bury a failed test's message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RamFlash")
            .field("bytes", &self.memory.as_ref().len())
            .field("write", &WRITE)
            .field("erase", &ERASE)
            .field("counts", &self.counts)
            .field("is_off", &self.is_off())
            .finish_non_exhaustive()
    }
}

impl<B, const WRITE: usize, const ERASE: usize> ErrorType for RamFlash<B, WRITE, ERASE> {
    type Error = RamFlashError;
}

impl<B: AsRef<[u8]> + AsMut<[u8]>, const WRITE: usize, const ERASE: usize> ReadNorFlash
    for RamFlash<B, WRITE, ERASE>
{
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), RamFlashError> {
        self.check_power()?;
        let length = bytes.len();
        check_read(self, offset, length)
            .map_err(|kind| RamFlashError::refused(kind, offset, length))?;
        for (to, from) in bytes.iter_mut().zip(self.bytes_at(offset as usize, length)) {
            *to = *from;
        }
        self.counts.reads += 1;
        self.counts.read_bytes += length as u64;
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.memory.as_ref().len()
    }
}

impl<B: AsRef<[u8]> + AsMut<[u8]>, const WRITE: usize, const ERASE: usize> NorFlash
    for RamFlash<B, WRITE, ERASE>
{
    const WRITE_SIZE: usize = WRITE;
    const ERASE_SIZE: usize = ERASE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), RamFlashError> {
        self.check_power()?;
        check_erase(self, from, to)
            .map_err(|kind| RamFlashError::refused(kind, from, to.saturating_sub(from) as usize))?;
        self.counts.erases += 1;
        for block in (from as usize..to as usize).step_by(ERASE) {
            self.counts.erased_bytes += ERASE as u64;
            if !self.power.lasts_one_unit() {
                self.tear_erase(block);
                return Err(RamFlashError::PowerIsOff);
            }
            self.erase_block(block);
        }
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), RamFlashError> {
        self.check_power()?;
        check_write(self, offset, bytes.len())
            .map_err(|kind| RamFlashError::refused(kind, offset, bytes.len()))?;
        self.check_program_once(offset, bytes)?;
        self.counts.programs += 1;
        for (unit, address) in bytes.chunks_exact(WRITE).zip((offset as usize..).step_by(WRITE)) {
            self.counts.program_bytes += WRITE as u64;
            if !self.power.lasts_one_unit() {
                self.tear_program(address, unit);
                return Err(RamFlashError::PowerIsOff);
            }
            self.program_unit(address, unit);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
