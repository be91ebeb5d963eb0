//! Flash without any check: memory, and counts of what was read.

use std::convert::Infallible;

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};

#[derive(Clone)]
pub struct Plain {
    bytes: Vec<u8>,
    pub read_bytes: u64,
}

/// There is no such error.
#[derive(Debug)]
pub struct Never(Infallible);

impl NorFlashError for Never {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

impl Plain {
    pub fn new(bytes: usize) -> Self {
        Plain { bytes: vec![0xFF; bytes], read_bytes: 0 }
    }
}

// Never inlined: a profiler can leave them out.

#[inline(never)]
fn flash_read(flash: &mut Plain, at: usize, out: &mut [u8]) {
    flash.read_bytes += out.len() as u64;
    out.copy_from_slice(&flash.bytes[at..at + out.len()]);
}

#[inline(never)]
fn flash_program(flash: &mut Plain, at: usize, bytes: &[u8]) {
    flash.bytes[at..at + bytes.len()].copy_from_slice(bytes);
}

#[inline(never)]
fn flash_erase(flash: &mut Plain, from: usize, to: usize) {
    flash.bytes[from..to].fill(0xFF);
}

impl ErrorType for Plain {
    type Error = Never;
}

impl ReadNorFlash for Plain {
    const READ_SIZE: usize = 1;

    fn read(&mut self, at: u32, out: &mut [u8]) -> Result<(), Never> {
        flash_read(self, at as usize, out);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.bytes.len()
    }
}

impl NorFlash for Plain {
    const WRITE_SIZE: usize = 1;
    const ERASE_SIZE: usize = 4096;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Never> {
        flash_erase(self, from as usize, to as usize);
        Ok(())
    }

    fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), Never> {
        flash_program(self, at as usize, bytes);
        Ok(())
    }
}
