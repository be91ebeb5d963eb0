//! What a [`RamFlash`](super::RamFlash) refuses.

use core::fmt;

use embedded_storage::nor_flash::{NorFlashError, NorFlashErrorKind};

/// Why a [`RamFlash`](super::RamFlash) refused; addresses and lengths are in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RamFlashError {
    /// The range does not lie inside the flash, or an erase ends before it begins.
    OutOfBounds {
        /// First byte of the range.
        address: u32,
        /// Bytes in the range.
        length: usize,
    },
    /// The range does not begin and end on a write unit (program) or an erase block (erase).
    NotAligned {
        /// First byte of the range.
        address: u32,
        /// Bytes in the range.
        length: usize,
    },
    /// The write unit was programmed since its last complete erase. An all-0xFF program counts,
    /// and so does a unit that an interrupted erase left behind, whatever it reads.
    AlreadyProgrammed {
        /// First byte of the write unit.
        address: u32,
    },
    /// As [`AlreadyProgrammed`](Self::AlreadyProgrammed), and the program would also have had to
    /// turn a 0 into a 1, which only an erase can.
    BitsWouldRise {
        /// First byte of the write unit.
        address: u32,
    },
    /// The power was cut, during this call or before it; see
    /// [`RamFlash::power_on`](super::RamFlash::power_on).
    PowerIsOff,
    /// The memory is empty, not whole erase blocks, or larger than 32-bit addresses reach.
    BadLength {
        /// Bytes of memory given.
        bytes: usize,
    },
    /// The bitmap of programmed units cannot hold one bit per write unit.
    BitmapTooShort {
        /// Bytes needed.
        needed: usize,
        /// Bytes given.
        given: usize,
    },
}

impl RamFlashError {
    /// The error for a range that the checks of `embedded-storage` refused.
    pub(super) fn refused(kind: NorFlashErrorKind, address: u32, length: usize) -> Self {
        match kind {
            NorFlashErrorKind::NotAligned => Self::NotAligned { address, length },
            _ => Self::OutOfBounds { address, length },
        }
    }
}

impl fmt::Display for RamFlashError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfBounds { address, length } => {
                write!(f, "{length} bytes at {address:#x} lie outside the flash")
            }
            Self::NotAligned { address, length } => {
                write!(f, "{length} bytes at {address:#x} are not whole write units or blocks")
            }
            Self::AlreadyProgrammed { address } => {
                write!(f, "the unit at {address:#x} was programmed since its last erase")
            }
            Self::BitsWouldRise { address } => {
                write!(f, "a program at {address:#x} would turn 0 bits into 1")
            }
            Self::PowerIsOff => f.write_str("the power is off"),
            Self::BadLength { bytes } => {
                write!(f, "{bytes} bytes are not one or more whole erase blocks")
            }
            Self::BitmapTooShort { needed, given } => {
                write!(f, "the bitmap has {given} bytes and needs {needed}")
            }
        }
    }
}

impl core::error::Error for RamFlashError {}

impl NorFlashError for RamFlashError {
    fn kind(&self) -> NorFlashErrorKind {
        match self {
            Self::OutOfBounds { .. } => NorFlashErrorKind::OutOfBounds,
            Self::NotAligned { .. } => NorFlashErrorKind::NotAligned,
            _ => NorFlashErrorKind::Other,
        }
    }
}
