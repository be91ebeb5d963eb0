//! Reads and writes at a position, whatever the platform calls them.

use std::fs::File;
use std::io;

/// Fills `bytes` from `address` on; a file that ends before is an error.
#[cfg(unix)]
pub(super) fn read_exact_at(file: &File, bytes: &mut [u8], address: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, address)
}

/// Writes all of `bytes` from `address` on.
#[cfg(unix)]
pub(super) fn write_all_at(file: &File, bytes: &[u8], address: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, address)
}

/// Fills `bytes` from `address` on; a file that ends before is an error.
#[cfg(not(unix))]
pub(super) fn read_exact_at(mut file: &File, bytes: &mut [u8], address: u64) -> io::Result<()> {
    use std::io::{Read, Seek, SeekFrom};
    file.seek(SeekFrom::Start(address))?;
    file.read_exact(bytes)
}

/// Writes all of `bytes` from `address` on.
#[cfg(not(unix))]
pub(super) fn write_all_at(mut file: &File, bytes: &[u8], address: u64) -> io::Result<()> {
    use std::io::{Seek, SeekFrom, Write};
    file.seek(SeekFrom::Start(address))?;
    file.write_all(bytes)
}
