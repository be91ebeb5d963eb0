//! The flash of a journal as a file, with one call.

use core::ffi::{CStr, c_char, c_void};
use core::mem::MaybeUninit;
use std::ffi::OsStr;
use std::path::Path;

use embedded_storage::nor_flash::{NorFlash, ReadNorFlash};

use super::Inner;
use super::chip::{Failed, Flash, pj_config};
use super::code::*;
use super::fail::{Done, Fail};
use super::handle::{pj_format_as, pj_journal, settle_in};
use crate::flash::{FileFlash, FileFlashError, FileFlashProblem};
use crate::log::Chip;

/// Files are erased in steps of so many bytes; an erase block is a number of them.
const STEP: u32 = 512;

/// A file and the geometry that its journal has.
pub(in crate::ffi) struct Driver {
    flash: FileFlash<1, { STEP as usize }>,
    chip: Chip,
}

impl Driver {
    pub fn chip(&self) -> Chip {
        self.chip
    }

    pub fn capacity(&self) -> usize {
        self.flash.capacity()
    }

    pub fn read(&mut self, address: u32, bytes: &mut [u8]) -> Result<(), Failed> {
        self.flash.read(address, bytes).map_err(failed)
    }

    pub fn program(&mut self, address: u32, bytes: &[u8]) -> Result<(), Failed> {
        self.flash.write(address, bytes).map_err(failed)
    }

    pub fn erase(&mut self, from: u32, to: u32) -> Result<(), Failed> {
        self.flash.erase(from, to).map_err(failed)
    }
}

/// The operating system's number, negative, as a driver's.
fn failed(error: FileFlashError) -> Failed {
    match error.problem() {
        FileFlashProblem::Io { source, .. } => Failed(-source.raw_os_error().unwrap_or(1)),
        _ => Failed(-1),
    }
}

fn fail(error: FileFlashError) -> Fail {
    let code = match error.problem() {
        FileFlashProblem::Locked => PJ_ERR_LOCKED,
        FileFlashProblem::BadLength { .. } => PJ_ERR_SHAPE,
        _ => PJ_ERR_FILE,
    };
    Fail { driver: failed(error).0, ..Fail::of(code) }
}

/// Mounts the journal in a file, which is locked until pj_close. With `how` a file that is not there is
/// made and formatted, and one in which that was interrupted is formatted; with NULL it has to be there.
///
/// Of `config` the callbacks are not used, read_size is 1, and erase_size is a multiple of 512. The file is
/// region_start + region_size bytes long. A program or an erase returns when fdatasync has. Only in a
/// library that was built for an operating system (feature `std`); it allocates. Memory and result as in
/// pj_mount.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_open_file(
    memory: *mut c_void,
    size: usize,
    path: *const c_char,
    config: Option<&pj_config>,
    how: Option<&pj_format_as>,
    journal: Option<&mut MaybeUninit<*mut pj_journal>>,
) -> i32 {
    let open = |config: &pj_config| {
        if path.is_null() {
            return Err(Fail::of(PJ_ERR_NULL));
        }
        // SAFETY: promise 4 of the module's head.
        open(unsafe { CStr::from_ptr(path) }, config, how.is_some()).map(Flash::File)
    };
    let make = |port, site: &_| match (Inner::mount_at(port, site), how) {
        (Err(fail), Some(how)) if matches!(fail.code, PJ_ERR_BLANK | PJ_ERR_FORMAT_INTERRUPTED) => {
            Inner::format_at(port, site, how)
        }
        (mounted, _) => mounted,
    };
    // SAFETY: promises 2 and 3 of the module's head.
    unsafe { settle_in(memory, size, config, journal, open, make) }
}

fn open(path: &CStr, config: &pj_config, create: bool) -> Done<Driver> {
    let chip =
        Chip { write: config.program_size, read: config.read_size, erase: config.erase_size };
    if chip.read != 1 || !chip.erase.is_multiple_of(STEP) {
        return Err(Fail::of(PJ_ERR_SHAPE));
    }
    let path = path_of(path)?;
    let bytes = config.region_start.saturating_add(config.region_size) as usize;
    let flash = match path.exists() {
        false if create => FileFlash::create(path, bytes),
        _ => FileFlash::open(path),
    };
    Ok(Driver { flash: flash.map_err(fail)?, chip })
}

#[cfg(unix)]
fn path_of(path: &CStr) -> Done<&Path> {
    use std::os::unix::ffi::OsStrExt;
    Ok(Path::new(OsStr::from_bytes(path.to_bytes())))
}

#[cfg(not(unix))]
fn path_of(path: &CStr) -> Done<&Path> {
    let text = path.to_str().map_err(|_| Fail::of(PJ_ERR_TEXT))?;
    Ok(Path::new(OsStr::new(text)))
}
