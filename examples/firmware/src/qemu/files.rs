//! The host's files, by the semihosting calls of Arm.

use core::ffi::CStr;

use cortex_m_semihosting::{nr, syscall};

use crate::nor::Failed;

/// An open file of the host.
pub struct File(usize);

impl File {
    /// Opens a file that is there, named from the directory in which QEMU was started, to read and
    /// to write.
    ///
    /// Never for appending: QEMU 7.2 takes such a file and writes over its beginning.
    pub fn open(name: &CStr) -> Result<File, Failed> {
        let bytes = name.to_bytes();
        // SAFETY: the name ends in a zero and lives through the call.
        let handle = unsafe { syscall!(OPEN, bytes.as_ptr(), nr::open::RW_BINARY, bytes.len()) };
        if handle == usize::MAX { Err(Failed) } else { Ok(File(handle)) }
    }

    /// Fills `bytes` from where the file stands.
    pub fn read_all(&self, bytes: &mut [u8]) -> Result<(), Failed> {
        // SAFETY: the buffer is ours, as long as we say, and lives through the call.
        let missing = unsafe { syscall!(READ, self.0, bytes.as_mut_ptr(), bytes.len()) };
        if missing == 0 { Ok(()) } else { Err(Failed) }
    }

    /// Writes where the file stands.
    pub fn write(&self, bytes: &[u8]) -> Result<(), Failed> {
        // SAFETY: the bytes are ours and live through the call.
        let missing = unsafe { syscall!(WRITE, self.0, bytes.as_ptr(), bytes.len()) };
        if missing == 0 { Ok(()) } else { Err(Failed) }
    }

    /// How long it is now.
    pub fn length(&self) -> Result<usize, Failed> {
        // SAFETY: no pointer is handed over.
        let length = unsafe { syscall!(FLEN, self.0) };
        if length == usize::MAX { Err(Failed) } else { Ok(length) }
    }

    /// Writes at a position.
    pub fn write_at(&self, at: usize, bytes: &[u8]) -> Result<(), Failed> {
        // SAFETY: no pointer is handed over.
        let failed = unsafe { syscall!(SEEK, self.0, at) };
        if failed == 0 { self.write(bytes) } else { Err(Failed) }
    }
}

/// The words that QEMU was given for the program.
pub fn command_line(buffer: &mut [u8]) -> Option<&str> {
    let mut block = [buffer.as_mut_ptr() as usize, buffer.len()];
    // SAFETY: the block names a buffer of ours with its length; the host writes into both.
    let failed =
        unsafe { cortex_m_semihosting::syscall1(nr::GET_CMDLINE, block.as_mut_ptr() as usize) };
    // SAFETY: the host has written the second word behind the compiler's back.
    let length = unsafe { core::ptr::read_volatile(&block[1]) };
    let line = if failed == 0 { buffer.get(..length)? } else { return None };
    core::str::from_utf8(line).ok().map(|line| line.trim_end_matches('\0'))
}
