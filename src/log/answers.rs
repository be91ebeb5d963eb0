//! What calls give back.

#[cfg(doc)]
use super::Log;

/// Where a record came to lie.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Its sequence number.
    pub seq: u32,
    /// Address of its frame: bytes into the region.
    pub at: u32,
    /// Bytes of the frame, padding included.
    pub bytes: u32,
}

/// What a step of idle work did.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Maintained {
    /// Nothing is left to do.
    Idle,
    /// A sector was erased and headed.
    Erased {
        /// Its index.
        sector: u32,
    },
    /// Records were carried out of a sector that is to be erased.
    Carried {
        /// How many.
        records: u32,
    },
    /// A sector failed to erase or program and is not used again until the next power-up.
    Retired {
        /// Its index.
        sector: u32,
    },
}

/// What fits before something slower than a program happens.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Space {
    /// Bytes left in the active sector, as far as one knows before the boot frames are written.
    pub active_bytes: u32,
    /// Sectors that are erased and headed: opening one needs no erase.
    pub ready_sectors: u32,
    /// Records of the given size that fit before an append has to erase.
    pub records_before_erase: u32,
}

/// How far [`Log::history`] came.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Every sector since the format is there: nothing was ever reclaimed.
    pub all: bool,
    /// Sectors that were read.
    pub sectors: u32,
}
