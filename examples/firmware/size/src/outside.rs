//! What the log calls: a chip and a tenant that are somewhere else.

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};
use pos_journal::log::{Entry, Tenant};

/// The linker is given an address for each; nothing here ever runs.
mod there {
    unsafe extern "C" {
        pub fn chip_read(offset: u32, bytes: *mut u8, len: usize) -> i32;
        pub fn chip_program(offset: u32, bytes: *const u8, len: usize) -> i32;
        pub fn chip_erase(from: u32, to: u32) -> i32;
        pub fn tenant(call: u32, a: u32, b: u32, bytes: *const u8, len: usize) -> u32;
    }
}

pub struct Chip;

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
        // SAFETY: never runs.
        result(unsafe { there::chip_read(offset, bytes.as_mut_ptr(), bytes.len()) })
    }

    fn capacity(&self) -> usize {
        256 * 1024
    }
}

impl NorFlash for Chip {
    const WRITE_SIZE: usize = 8;
    const ERASE_SIZE: usize = 4096;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Failed> {
        // SAFETY: never runs.
        result(unsafe { there::chip_erase(from, to) })
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Failed> {
        // SAFETY: never runs.
        result(unsafe { there::chip_program(offset, bytes.as_ptr(), bytes.len()) })
    }
}

/// A tenant of which nothing is known.
pub struct Unknown;

fn ask(call: u32, a: u32, b: u32, bytes: &[u8]) -> u32 {
    // SAFETY: never runs.
    unsafe { there::tenant(call, a, b, bytes.as_ptr(), bytes.len()) }
}

fn of(call: u32, entry: &Entry<'_>) -> u32 {
    ask(call, entry.seq, entry.kind.into(), entry.payload)
}

impl Tenant for Unknown {
    fn reset(&mut self) {
        ask(0, 0, 0, &[]);
    }

    fn restore(&mut self, entry: &[u8]) -> bool {
        ask(1, 0, 0, entry) != 0
    }

    fn replay(&mut self, entry: Entry<'_>) {
        of(2, &entry);
    }

    fn checkpoint(&self, index: usize, out: &mut [u8]) -> Option<usize> {
        let length = ask(3, index as u32, 0, out) as usize;
        (length > 0).then_some(length)
    }

    fn pinned(&self, entry: &Entry<'_>) -> bool {
        of(4, entry) != 0
    }

    fn needs_from(&self) -> u32 {
        ask(5, 0, 0, &[])
    }

    fn key(&self, entry: &Entry<'_>) -> Option<u32> {
        let key = of(6, entry);
        (key > 0).then_some(key)
    }

    fn place(&self, key: u32) -> Option<u32> {
        let at = ask(7, key, 0, &[]);
        (at > 0).then_some(at)
    }

    fn moved(&mut self, key: u32, at: u32) {
        ask(8, key, at, &[]);
    }

    fn lost(&mut self, from: u32, to: u32, perhaps: bool) {
        ask(if perhaps { 9 } else { 10 }, from, to, &[]);
    }
}
