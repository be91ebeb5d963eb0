//! A flash chip of which only the sizes are known. `.ci/no-panic` gives the linker an address for
//! each of the three functions.

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};

unsafe extern "C" {
    fn chip_read(offset: u32, bytes: *mut u8, len: usize) -> i32;
    fn chip_program(offset: u32, bytes: *const u8, len: usize) -> i32;
    fn chip_erase(from: u32, to: u32) -> i32;
}

pub struct Chip {
    pub capacity: usize,
}

#[derive(Clone, Copy, Debug)]
pub struct Failed(#[allow(dead_code)] pub i32);

fn result(code: i32) -> Result<(), Failed> {
    if code == 0 { Ok(()) } else { Err(Failed(code)) }
}

impl NorFlashError for Failed {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

impl ErrorType for Chip {
    type Error = Failed;
}

impl ReadNorFlash for Chip {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Failed> {
        result(unsafe { chip_read(offset, bytes.as_mut_ptr(), bytes.len()) })
    }

    fn capacity(&self) -> usize {
        self.capacity
    }
}

impl NorFlash for Chip {
    const WRITE_SIZE: usize = 8;
    const ERASE_SIZE: usize = 4096;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Failed> {
        result(unsafe { chip_erase(from, to) })
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Failed> {
        result(unsafe { chip_program(offset, bytes.as_ptr(), bytes.len()) })
    }
}
