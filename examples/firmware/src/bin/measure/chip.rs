//! A chip that costs as little as a chip can: memory, without any check.

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};

pub const BYTES: usize = 64 * 1024;

pub struct Chip<'a>(pub &'a mut [u8; BYTES]);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outside;

impl NorFlashError for Outside {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::OutOfBounds
    }
}

impl Chip<'_> {
    fn at(&mut self, from: u32, to: usize) -> Result<&mut [u8], Outside> {
        self.0.get_mut(from as usize..to).ok_or(Outside)
    }
}

impl ErrorType for Chip<'_> {
    type Error = Outside;
}

impl ReadNorFlash for Chip<'_> {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Outside> {
        bytes.copy_from_slice(self.at(offset, offset as usize + bytes.len())?);
        Ok(())
    }

    fn capacity(&self) -> usize {
        BYTES
    }
}

impl NorFlash for Chip<'_> {
    const WRITE_SIZE: usize = 8;
    const ERASE_SIZE: usize = 4096;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Outside> {
        self.at(from, to as usize)?.fill(0xFF);
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Outside> {
        self.at(offset, offset as usize + bytes.len())?.copy_from_slice(bytes);
        Ok(())
    }
}
