use core::fmt;

use embedded_storage::nor_flash::{NorFlashError, NorFlashErrorKind};

use super::faults::Fault;

/// Why a [`SimFlash`](super::SimFlash) did not do it; addresses and lengths are in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SimError {
    /// The power failed, in this call or before it.
    PowerIsOff,
    /// A fault that was asked for.
    Failed {
        /// Which.
        fault: Fault,
        /// Where.
        address: u32,
    },
    /// A unit that this boot knew to be programmed or touched was programmed again: a bug of the flash's user.
    AlreadyProgrammed {
        /// First byte of the unit.
        address: u32,
    },
    /// The range does not lie inside the chip.
    OutOfBounds {
        /// First byte.
        address: u32,
        /// Bytes.
        length: usize,
    },
    /// The range does not begin and end on a unit or block.
    NotAligned {
        /// First byte.
        address: u32,
        /// Bytes.
        length: usize,
    },
}

impl SimError {
    pub(super) fn refused(kind: NorFlashErrorKind, address: u32, length: usize) -> Self {
        match kind {
            NorFlashErrorKind::NotAligned => SimError::NotAligned { address, length },
            _ => SimError::OutOfBounds { address, length },
        }
    }
}

impl fmt::Display for SimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SimError::PowerIsOff => f.write_str("the power is off"),
            SimError::Failed { fault, address } => {
                write!(f, "{} at {address:#x}, as asked for", fault.name())
            }
            SimError::AlreadyProgrammed { address } => {
                write!(f, "the unit at {address:#x} was programmed since its last erase")
            }
            SimError::OutOfBounds { address, length } => {
                write!(f, "{length} bytes at {address:#x} lie outside the chip")
            }
            SimError::NotAligned { address, length } => {
                write!(f, "{length} bytes at {address:#x} are not whole units or blocks")
            }
        }
    }
}

impl core::error::Error for SimError {}

impl NorFlashError for SimError {
    fn kind(&self) -> NorFlashErrorKind {
        match self {
            SimError::OutOfBounds { .. } => NorFlashErrorKind::OutOfBounds,
            SimError::NotAligned { .. } => NorFlashErrorKind::NotAligned,
            _ => NorFlashErrorKind::Other,
        }
    }
}
