//! A chip that is reached through callbacks, and whose geometry is known at run time only.
//!
//! `embedded-storage` wants the sizes as constants. One instance of the journal for each write size would
//! be five journals in the code; so there is one, for a port that claims to take single bytes, and the
//! real sizes go where the log takes them from at run time: the settings. The unit of the log is the ECC
//! granule that they name, and nothing is programmed or read beside units.

use core::ffi::c_void;
use core::ptr::NonNull;

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};

use super::code::{PJ_ERR_ABI, PJ_ERR_NULL, PJ_ERR_SHAPE};
use super::fail::{Done, Fail};
use super::{FRAME, Inner, PJ_ABI};
use crate::flash::Region;
use crate::log::{Chip, Settings};

/// Reads `size` bytes from `address` on, counted from the chip's start. 0, or a negative number of the
/// driver's own. A unit that cannot be read is an error, never a reset.
pub type pj_read = Option<
    unsafe extern "C" fn(context: *mut c_void, address: u32, bytes: *mut c_void, size: u32) -> i32,
>;

/// Programs whole units, which were not programmed since their erase. Returns when it is durable.
pub type pj_program = Option<
    unsafe extern "C" fn(
        context: *mut c_void,
        address: u32,
        bytes: *const c_void,
        size: u32,
    ) -> i32,
>;

/// Erases the block of `erase_size` bytes at `address`. Returns when it is done.
pub type pj_erase = Option<unsafe extern "C" fn(context: *mut c_void, address: u32) -> i32>;

/// A chip and the region of it that is the journal's. Zero what is not said. It is copied, but for
/// `context`. What the callbacks must promise stands in PORTING.md.
///
/// Geometry, region and sizes are recorded in the region: a journal mounts with what it was formatted with.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pj_config {
    /// PJ_ABI.
    pub abi: u32,
    /// Least number of bytes that can be read, 1 to 32.
    pub read_size: u32,
    /// Least number of bytes that can be programmed: 1, 2, 4, ... 256.
    pub program_size: u32,
    /// Bytes of an erase block.
    pub erase_size: u32,
    /// First byte of the region, from the chip's start.
    pub region_start: u32,
    /// Bytes of the region: whole erase blocks.
    pub region_size: u32,
    /// Bytes of a log sector; 0: chosen.
    pub sector_size: u32,
    /// Bytes between anchors; 0: chosen.
    pub anchor_size: u32,
    /// ECC granule, where it is larger than program_size; else 0.
    pub ecc_size: u32,
    /// Milliseconds of up-time before pj_maintain works; 0: 2000.
    pub quiet_ms: u32,
    /// 1: programs are not read back. Lost writes and stuck sectors are survived only where they are.
    pub no_read_back: i32,
    /// Given to each callback.
    pub context: *mut c_void,
    /// How to read.
    pub read: pj_read,
    /// How to program.
    pub program: pj_program,
    /// How to erase.
    pub erase: pj_erase,
}

/// Where a journal lies, in the words of the log.
pub(super) struct Site {
    pub region: Region,
    pub settings: Settings,
}

/// No sector, and so no block, is larger.
const LARGEST_BLOCK: u32 = 1 << 26;
const QUIET_MS: u32 = 2_000;

impl pj_config {
    fn chip(&self) -> Chip {
        Chip { write: self.program_size, read: self.read_size, erase: self.erase_size }
    }

    /// Checks the sizes, and chooses those that are left open as a journal in Rust does on such a chip.
    pub(super) fn site(&self) -> Done<Site> {
        if self.abi != PJ_ABI {
            return Err(Fail::with(PJ_ERR_ABI, PJ_ABI.into()));
        }
        let shape = Fail::of(PJ_ERR_SHAPE);
        let chip = self.chip();
        let fits = (1..=LARGEST_BLOCK).contains(&chip.erase)
            && self.region_start.is_multiple_of(chip.erase)
            && self.region_start.checked_add(self.region_size).is_some();
        if !fits {
            return Err(shape);
        }
        let quiet_ms = if self.quiet_ms == 0 { QUIET_MS } else { self.quiet_ms };
        let wanted = Settings {
            sector_bytes: self.sector_size,
            anchor_bytes: self.anchor_size,
            ecc_bytes: self.ecc_size,
            verify: self.no_read_back == 0,
            quiet_ms,
        };
        let wanted = Inner::settings_on(chip.erase, &wanted);
        let layout = wanted.layout_on(chip, self.region_size, FRAME).map_err(|_| shape)?;
        if !chip.erase.is_multiple_of(layout.unit()) {
            return Err(shape);
        }
        let settings = Settings {
            sector_bytes: layout.sector_bytes(),
            anchor_bytes: layout.anchor(),
            ecc_bytes: layout.unit(),
            ..wanted
        };
        Ok(Site { region: Region::new(self.region_start, self.region_size), settings })
    }
}

/// The flash of a journal. It lies beside the journal in the caller's memory.
pub(super) enum Flash {
    Driver(Driver),
    #[cfg(feature = "std")]
    File(super::file::Driver),
}

/// Callbacks that are there.
#[derive(Clone, Copy)]
pub(super) struct Driver {
    config: pj_config,
    read: unsafe extern "C" fn(*mut c_void, u32, *mut c_void, u32) -> i32,
    program: unsafe extern "C" fn(*mut c_void, u32, *const c_void, u32) -> i32,
    erase: unsafe extern "C" fn(*mut c_void, u32) -> i32,
}

impl Driver {
    pub fn new(config: &pj_config) -> Done<Self> {
        let (Some(read), Some(program), Some(erase)) = (config.read, config.program, config.erase)
        else {
            return Err(Fail::of(PJ_ERR_NULL));
        };
        Ok(Driver { config: *config, read, program, erase })
    }
}

/// A result of a callback.
fn result(code: i32) -> Result<(), Failed> {
    if code == 0 { Ok(()) } else { Err(Failed(code)) }
}

impl Flash {
    /// What the journal is told of the chip, for an export.
    pub fn chip(&self) -> Chip {
        match self {
            Flash::Driver(driver) => driver.config.chip(),
            #[cfg(feature = "std")]
            Flash::File(file) => file.chip(),
        }
    }

    fn capacity(&self) -> usize {
        match self {
            Flash::Driver(Driver { config, .. }) => {
                config.region_start.saturating_add(config.region_size) as usize
            }
            #[cfg(feature = "std")]
            Flash::File(file) => file.capacity(),
        }
    }

    fn read(&mut self, address: u32, bytes: &mut [u8]) -> Result<(), Failed> {
        match self {
            Flash::Driver(Driver { config, read, .. }) => {
                let (to, size) = (bytes.as_mut_ptr().cast(), bytes.len() as u32);
                // SAFETY: the buffer has `size` bytes and outlives the call; the rest is the driver's
                // own, by promises 1 and 5.
                result(unsafe { read(config.context, address, to, size) })
            }
            #[cfg(feature = "std")]
            Flash::File(file) => file.read(address, bytes),
        }
    }

    fn program(&mut self, address: u32, bytes: &[u8]) -> Result<(), Failed> {
        match self {
            Flash::Driver(Driver { config, program, .. }) => {
                let (from, size) = (bytes.as_ptr().cast(), bytes.len() as u32);
                // SAFETY: as in `read`.
                result(unsafe { program(config.context, address, from, size) })
            }
            #[cfg(feature = "std")]
            Flash::File(file) => file.program(address, bytes),
        }
    }

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Failed> {
        match self {
            Flash::Driver(Driver { config, erase, .. }) => {
                let mut address = from;
                while address < to {
                    // SAFETY: the driver's own, by promises 1 and 5.
                    result(unsafe { erase(config.context, address) })?;
                    address = address.saturating_add(config.erase_size);
                }
                Ok(())
            }
            #[cfg(feature = "std")]
            Flash::File(file) => file.erase(from, to),
        }
    }
}

/// What the driver returned.
#[derive(Clone, Copy, Debug)]
pub(super) struct Failed(pub i32);

impl NorFlashError for Failed {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

/// The journal's way to the flash beside it. It can be copied, so that a format can look for an old
/// journal first without another instance of everything.
#[derive(Clone, Copy)]
pub(super) struct Port(NonNull<Flash>);

impl Port {
    /// # Safety
    /// The flash stays where it is as long as the port is used, and only one port at a time is.
    pub unsafe fn new(flash: NonNull<Flash>) -> Self {
        Port(flash)
    }

    fn flash(&mut self) -> &mut Flash {
        // SAFETY: `new`: it is there, and no other reference to it is alive, for the journal holds the
        // port and makes one reference at a time.
        unsafe { self.0.as_mut() }
    }

    pub fn chip(&mut self) -> Chip {
        self.flash().chip()
    }
}

impl ErrorType for Port {
    type Error = Failed;
}

impl ReadNorFlash for Port {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Failed> {
        self.flash().read(offset, bytes)
    }

    fn capacity(&self) -> usize {
        // SAFETY: as in `flash`.
        unsafe { self.0.as_ref() }.capacity()
    }
}

impl NorFlash for Port {
    const WRITE_SIZE: usize = 1;
    const ERASE_SIZE: usize = 1;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Failed> {
        self.flash().erase(from, to)
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Failed> {
        self.flash().program(offset, bytes)
    }
}
