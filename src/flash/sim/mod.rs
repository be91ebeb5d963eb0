//! Flash that fails in every way that we know of, on purpose and repeatably.
//!
//! | to try | use |
//! |---|---|
//! | a power cut in the n-th program or erase, torn in a certain way | [`SimFlash::cut`], [`Cut`] |
//! | a power cut when a modelled time is used up | [`SimFlash::cut_at_ns`], [`SimFlash::set_part`] |
//! | every way in which that operation can tear, one after the other | [`SimFlash::trace`], [`Op::tears`] |
//! | units that read differently each time, ECC units that cannot be read | [`Faults::settling`], [`Faults::ecc`] |
//! | a driver that fails, with no, part or full effect | [`Faults::read_error`] and its neighbours |
//! | programs that are lost or land elsewhere, stuck sectors | [`Faults::lost`], [`Faults::misdirected`], [`Faults::stuck`] |
//! | bits that rot at rest | [`SimFlash::rot`], [`SimFlash::lose`] |
//! | what an operation costs in time on a real part | [`Part`], [`SimFlash::set_part`] |
//!
//! Everything is drawn from one seed: the same calls on the same seed give the same bytes. The
//! *true image* ([`SimFlash::truth`]), what a perfect chip would hold on which every acknowledged call
//! worked and every failed one did nothing, is kept beside what can be read.
//!
//! A unit takes one program between erases. Whoever programs one again *that this boot knows of* is
//! refused and counted ([`SimFlash::violations`]); where an earlier boot was interrupted nobody can
//! know, and the unit is spoilt.
//!
//! ```
//! use embedded_storage::nor_flash::{NorFlash, ReadNorFlash};
//! use pos_journal::flash::sim::{Cut, SimFlash, Tear};
//!
//! let mut chip = SimFlash::<4, 4096>::new(8192, 7);
//! chip.cut(Cut { op: 1, tear: Tear::Prefix { bytes: 6 } });
//! chip.write(0, &[1; 4]).unwrap();
//! assert!(chip.write(4, &[2; 8]).is_err(), "the power fails here");
//! chip.power_on();
//! let mut seen = [0; 12];
//! chip.read(0, &mut seen).unwrap();
//! assert_eq!(seen[..8], [1, 1, 1, 1, 2, 2, 2, 2]);
//! assert_eq!(chip.truth(0, 12)[4..], [0xFF; 8], "nobody was told that it is there");
//! ```
//!
//! # For your own store
//!
//! Whatever firmware writes through [`NorFlash`] can be tried
//! at every cut: run it once with a trace, then once for each operation and each way to tear it, and
//! look at what the next boot finds. Here a counter that keeps two copies in two blocks:
//!
//! ```
//! use embedded_storage::nor_flash::{NorFlash, ReadNorFlash};
//! use pos_journal::flash::sim::{Cut, Faults, SimError, SimFlash};
//!
//! type Chip = SimFlash<4, 1024>;
//!
//! /// A value and its complement, so that half of one is noticed.
//! fn load(chip: &mut Chip) -> u16 {
//!     let mut best = 0;
//!     for block in [0, 1024] {
//!         let mut bytes = [0; 4];
//!         let read = chip.read(block, &mut bytes);
//!         let (value, check) = (u16::from_le_bytes([bytes[0], bytes[1]]), [bytes[2], bytes[3]]);
//!         // A unit that cannot be read is no value.
//!         if read.is_ok() && u16::from_le_bytes(check) == !value && value != 0xFFFF {
//!             best = best.max(value);
//!         }
//!     }
//!     best
//! }
//!
//! fn store(chip: &mut Chip, value: u16) -> Result<(), SimError> {
//!     let block = u32::from(value % 2) * 1024;
//!     chip.erase(block, block + 1024)?;
//!     let (value, check) = (value.to_le_bytes(), (!value).to_le_bytes());
//!     chip.write(block, &[value[0], value[1], check[0], check[1]])
//! }
//!
//! let mut chip = Chip::new(2048, 1);
//! chip.set_faults(Faults { ecc: true, ..Faults::default() });
//! store(&mut chip, 1).unwrap();
//! store(&mut chip, 2).unwrap();
//!
//! // What would it do? A clone shares the blocks, so this is cheap.
//! let mut rehearsal = chip.clone();
//! rehearsal.trace();
//! store(&mut rehearsal, 3).unwrap();
//! for (op, interrupted) in rehearsal.end_trace().iter().enumerate() {
//!     for tear in interrupted.tears(20) {
//!         let mut chip = chip.clone();
//!         chip.cut(Cut { op: op as u64, tear });
//!         store(&mut chip, 3).unwrap_err();
//!         chip.power_on();
//!         let found = load(&mut chip);
//!         assert!(found == 2 || found == 3, "{found} after {tear:?} in {interrupted:?}");
//!         assert_eq!(chip.violations(), 0);
//!     }
//! }
//! ```
//!
//! Print the seed and the cut when such a test fails: together they are the replay.

mod block;
mod cut;
mod dice;
mod error;
mod faults;
mod part;
mod trouble;

use core::fmt;
use std::sync::Arc;
use std::vec;
use std::vec::Vec;

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, ReadNorFlash, check_erase, check_read, check_write,
};

use super::Counts;
use block::Block;
pub use cut::{Cut, Op, OpKind, Tear};
use dice::Dice;
pub use error::SimError;
pub use faults::{Effect, Fault, FaultCounts, Faults, Settling, Stuck, StuckHow};
pub use part::Part;

/// What a read that fails leaves in the caller's buffer: nothing of use.
const GARBAGE: u8 = 0xA5;

/// A NOR flash in memory with write units of `WRITE` bytes (1 to 32) and erase blocks of `ERASE`
/// bytes, and faults. A clone shares the blocks that neither of the two changes.
#[derive(Clone)]
pub struct SimFlash<const WRITE: usize, const ERASE: usize> {
    blocks: Vec<Arc<Block<WRITE>>>,
    faults: Faults,
    happened: FaultCounts,
    cut: Option<Cut>,
    cut_seed: Option<u64>,
    /// The power fails when so much time is used up.
    off_at_ns: Option<u64>,
    is_off: bool,
    /// Boots since the beginning.
    boot: u32,
    /// Programs and erases since the beginning.
    ops: u64,
    counts: Counts,
    part: Part,
    elapsed_ns: u64,
    dice: Dice,
    trace: Option<Vec<Op>>,
    violations: u32,
    interrupted: Option<Op>,
    /// No read error is injected up to this read.
    quiet_until: u64,
}

impl<const WRITE: usize, const ERASE: usize> SimFlash<WRITE, ERASE> {
    const SHAPE: () = assert!(
        WRITE >= 1 && WRITE <= 32 && ERASE >= WRITE && ERASE.is_multiple_of(WRITE),
        "WRITE is 1 to 32 and divides ERASE"
    );

    /// An erased chip of `bytes` bytes (rounded up to whole erase blocks), without faults.
    pub fn new(bytes: usize, seed: u64) -> Self {
        let () = Self::SHAPE;
        let blank = Arc::new(Block::blank(ERASE));
        SimFlash {
            blocks: vec![blank; bytes.div_ceil(ERASE)],
            faults: Faults::default(),
            happened: FaultCounts::default(),
            cut: None,
            cut_seed: None,
            off_at_ns: None,
            is_off: false,
            boot: 0,
            ops: 0,
            counts: Counts::default(),
            part: Part::default(),
            elapsed_ns: 0,
            dice: Dice::new(seed),
            trace: None,
            violations: 0,
            interrupted: None,
            quiet_until: 0,
        }
    }

    /// A chip that holds `image`: every unit that is not all ones counts as programmed.
    pub fn from_image(image: &[u8], seed: u64) -> Self {
        let mut chip = Self::new(image.len(), seed);
        for (block, bytes) in chip.blocks.iter_mut().zip(image.chunks(ERASE)) {
            Arc::make_mut(block).set_image(bytes);
        }
        chip
    }

    /// From here on everything is drawn from this seed.
    pub fn set_seed(&mut self, seed: u64) {
        self.dice = Dice::new(seed);
    }

    /// The faults from here on. What has happened stays.
    pub fn set_faults(&mut self, faults: Faults) {
        self.faults = faults;
    }

    /// The faults in force.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// How often each fault happened.
    pub fn happened(&self) -> &FaultCounts {
        &self.happened
    }

    /// The power fails in a program or erase to come; `cut.op` counts them from now, from 0.
    pub fn cut(&mut self, cut: Cut) {
        self.cut = Some(Cut { op: self.ops + cut.op, ..cut });
    }

    /// What the next power cut draws, and everything after it, comes from this seed. Until then the
    /// chip does what it did without: so one run can be cut at the same place in many ways.
    pub fn seed_cut(&mut self, seed: u64) {
        self.cut_seed = Some(seed);
    }

    /// The power fails when [`elapsed_ns`](Self::elapsed_ns) would pass `ns`. The program or erase that
    /// is under way then tears as [`Tear::Scattered`]; a read only fails.
    ///
    /// ```
    /// use embedded_storage::nor_flash::NorFlash;
    /// use pos_journal::flash::sim::{Part, SimFlash};
    ///
    /// let mut chip = SimFlash::<4, 4096>::new(8192, 7);
    /// chip.set_part(Part::NRF52840); // 41 us a unit, 85 ms an erase
    /// chip.cut_at_ns(chip.elapsed_ns() + 50_000_000);
    /// chip.write(0, &[1; 4]).unwrap();
    /// assert!(chip.erase(4096, 8192).is_err(), "the power fails here");
    /// assert!(chip.is_off());
    /// assert_eq!(chip.elapsed_ns(), 50_000_000);
    /// ```
    pub fn cut_at_ns(&mut self, ns: u64) {
        self.off_at_ns = Some(ns);
    }

    /// Takes a cut back that has not happened.
    pub fn clear_cut(&mut self) {
        (self.cut, self.off_at_ns) = (None, None);
    }

    /// Whether the power is off.
    pub fn is_off(&self) -> bool {
        self.is_off
    }

    /// The program or erase in which the power failed last; `None` if that was in a read.
    pub fn interrupted(&self) -> Option<&Op> {
        self.interrupted.as_ref()
    }

    /// Switches the power on again: a new boot, in which weak units may read differently. A cut that
    /// has not happened is taken back.
    pub fn power_on(&mut self) {
        self.is_off = false;
        self.boot += 1;
        self.clear_cut();
    }

    /// Boots so far.
    pub fn boots(&self) -> u32 {
        self.boot
    }

    /// Begins to note every program and erase, and gives those noted so far.
    pub fn trace(&mut self) -> Vec<Op> {
        self.trace.replace(Vec::new()).unwrap_or_default()
    }

    /// Stops noting operations and gives those noted.
    pub fn end_trace(&mut self) -> Vec<Op> {
        self.trace.take().unwrap_or_default()
    }

    /// Operations and bytes so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Programs and erases so far, for [`Cut::op`].
    pub fn ops(&self) -> u64 {
        self.ops
    }

    /// The part whose times are counted.
    pub fn set_part(&mut self, part: Part) {
        self.part = part;
    }

    /// Nanoseconds that everything so far takes on the part, typical figures.
    pub fn elapsed_ns(&self) -> u64 {
        self.elapsed_ns
    }

    /// How often a unit was programmed again that this boot knew to be programmed or touched. Anything
    /// but 0 is a bug of the flash's user.
    pub fn violations(&self) -> u32 {
        self.violations
    }

    /// What a perfect chip would hold on which every acknowledged call worked and every failed one
    /// did nothing: `length` bytes from `address` on.
    ///
    /// # Panics
    /// If they do not all lie in the chip.
    pub fn truth(&self, address: u32, length: usize) -> Vec<u8> {
        let (mut at, end) = (address as usize, address as usize + length);
        let mut bytes = Vec::with_capacity(length);
        while at < end {
            let upto = end.min((at / ERASE + 1) * ERASE);
            let inside = at % ERASE;
            bytes.extend_from_slice(&self.blocks[at / ERASE].truth()[inside..inside + upto - at]);
            at = upto;
        }
        bytes
    }

    /// The whole chip as it reads now, `0x00` where it cannot be read. Counts as no read.
    pub fn image(&self) -> Vec<u8> {
        let mut chip = self.clone();
        chip.is_off = false;
        chip.clear_cut();
        chip.faults.read_error = 0;
        let mut image = vec![0; self.capacity()];
        for (i, unit) in image.chunks_mut(WRITE).enumerate() {
            if chip.read((i * WRITE) as u32, unit).is_err() {
                unit.fill(0);
            }
        }
        image
    }

    /// Flips the bits of `mask` in the byte at `address`, until it is erased.
    pub fn rot(&mut self, address: u32, mask: u8) {
        let at = address as usize;
        if let Some(block) = self.blocks.get_mut(at / ERASE) {
            Arc::make_mut(block).rot(at % ERASE, mask);
            self.happened.note(Fault::Rot);
        }
    }

    /// Fills a block with noise: a whole sector gone.
    pub fn lose(&mut self, address: u32) {
        let at = address as usize;
        if let Some(block) = self.blocks.get_mut(at / ERASE) {
            let block = Arc::make_mut(block);
            for unit in 0..ERASE / WRITE {
                block.noise(unit, &mut self.dice);
            }
            self.happened.note(Fault::SectorGone);
        }
    }

    /// Erases of the block that holds an address.
    pub fn wear(&self, address: u32) -> u32 {
        self.blocks.get(address as usize / ERASE).map_or(0, |block| block.wear)
    }

    /// Reads what the cells give; `Err` is the address of a unit that ECC refuses.
    fn read_cells(&mut self, mut at: usize, mut out: &mut [u8]) -> Result<(), u32> {
        let Faults { settling, ecc, .. } = self.faults;
        let now = block::Now { boot: self.boot, settling, ecc };
        while !out.is_empty() {
            let inside = at % ERASE;
            let (piece, more) = out.split_at_mut(out.len().min(ERASE - inside));
            let block = &mut self.blocks[at / ERASE];
            if block.is_plain() {
                block.read_plain(inside, piece);
            } else {
                // A unit that settles counts its reads; nothing else makes a copy of a shared block.
                if block.counts_reads(inside, piece.len(), now) {
                    Arc::make_mut(block).count_read(inside, piece.len());
                }
                block
                    .read(inside, piece, now, &mut self.happened)
                    .map_err(|inside| (at - at % ERASE + inside) as u32)?;
            }
            at += piece.len();
            out = more;
        }
        Ok(())
    }

    /// Lets time pass; whether the power fails meanwhile.
    fn spend(&mut self, ns: u64) -> bool {
        self.elapsed_ns += ns;
        let Some(off) = self.off_at_ns.filter(|&off| self.elapsed_ns > off) else { return false };
        self.elapsed_ns = off;
        true
    }

    /// Whether the power fails in the operation that begins now and takes so long, and how.
    fn begin(&mut self, op: Op, ns: u64) -> Result<Option<Tear>, SimError> {
        if self.is_off {
            return Err(SimError::PowerIsOff);
        }
        if let Some(trace) = &mut self.trace {
            trace.push(op.clone());
        }
        let now = self.ops;
        self.ops += 1;
        let cut = self.cut.take_if(|cut| cut.op == now).map(|cut| cut.tear);
        let late = self.spend(ns).then_some(Tear::Scattered);
        let tear = cut.or(late);
        if tear.is_some() {
            self.dice = self.cut_seed.take().map_or_else(|| self.dice.clone(), Dice::new);
            self.is_off = true;
            self.interrupted = Some(op);
        }
        Ok(tear)
    }
}

impl<const WRITE: usize, const ERASE: usize> fmt::Debug for SimFlash<WRITE, ERASE> {
    /// The shape and what has happened; a dump of every byte would bury a failed test's message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimFlash")
            .field("bytes", &self.capacity())
            .field("write", &WRITE)
            .field("erase", &ERASE)
            .field("boot", &self.boot)
            .field("ops", &self.ops)
            .field("is_off", &self.is_off)
            .field("cut", &self.cut)
            .field("interrupted", &self.interrupted)
            .field("faults", &self.faults)
            .field("happened", &self.happened)
            .field("violations", &self.violations)
            .finish_non_exhaustive()
    }
}

impl<const WRITE: usize, const ERASE: usize> ErrorType for SimFlash<WRITE, ERASE> {
    type Error = SimError;
}

impl<const WRITE: usize, const ERASE: usize> ReadNorFlash for SimFlash<WRITE, ERASE> {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), SimError> {
        check_read(self, offset, bytes.len())
            .map_err(|kind| SimError::refused(kind, offset, bytes.len()))?;
        if self.is_off {
            return Err(SimError::PowerIsOff);
        }
        self.counts.reads += 1;
        self.counts.read_bytes += bytes.len() as u64;
        if self.spend(self.part.read_ns(bytes.len())) {
            self.is_off = true;
            self.interrupted = None;
            return Err(SimError::PowerIsOff);
        }
        if let Some(fault) = self.read_fails(offset, bytes.len()) {
            bytes.fill(GARBAGE);
            return Err(SimError::Failed { fault, address: offset });
        }
        let read = self.read_cells(offset as usize, bytes);
        read.map_err(|address| {
            bytes.fill(GARBAGE);
            self.happened.note(Fault::EccUnit);
            SimError::Failed { fault: Fault::EccUnit, address }
        })
    }

    fn capacity(&self) -> usize {
        self.blocks.len() * ERASE
    }
}

impl<const WRITE: usize, const ERASE: usize> NorFlash for SimFlash<WRITE, ERASE> {
    const WRITE_SIZE: usize = WRITE;
    const ERASE_SIZE: usize = ERASE;

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), SimError> {
        check_write(self, offset, bytes.len())
            .map_err(|kind| SimError::refused(kind, offset, bytes.len()))?;
        if self.is_off {
            return Err(SimError::PowerIsOff);
        }
        self.program_once(offset, bytes.len())?;
        let ns = self.part.program_ns(offset, bytes.len());
        let tear = self.begin(Op::program(offset, bytes, WRITE), ns)?;
        self.counts.programs += 1;
        self.counts.program_bytes += bytes.len() as u64;
        match tear {
            Some(tear) => {
                self.tear_program(offset, bytes, tear);
                Err(SimError::PowerIsOff)
            }
            None => self.program(offset, bytes),
        }
    }

    fn erase(&mut self, from: u32, to: u32) -> Result<(), SimError> {
        check_erase(self, from, to)
            .map_err(|kind| SimError::refused(kind, from, to.saturating_sub(from) as usize))?;
        let ns = self.part.erase_ns((to - from) as usize, ERASE);
        let tear = self.begin(Op::erase(from, to, ERASE), ns)?;
        self.counts.erases += 1;
        self.counts.erased_bytes += u64::from(to - from);
        match tear {
            Some(tear) => {
                self.tear_erase(from, to, tear);
                Err(SimError::PowerIsOff)
            }
            None => self.erase_blocks(from, to),
        }
    }
}

#[cfg(test)]
mod tests;
