//! How much a flash has done: the numbers that tests assert.

use core::ops::Sub;

/// Operations and bytes since the flash was made or its counts were reset.
///
/// An operation is one call by the flash's user that passed the checks of alignment, bounds and
/// program-once; a refused call counts nowhere. One program call of several write units is one
/// program.
///
/// ```
/// use pos_journal::flash::Counts;
///
/// let before = Counts { programs: 3, program_bytes: 96, ..Counts::default() };
/// let after = Counts { programs: 4, program_bytes: 128, ..Counts::default() };
/// assert_eq!(after - before, Counts { programs: 1, program_bytes: 32, ..Counts::default() });
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Counts {
    /// Read calls.
    pub reads: u64,
    /// Bytes asked for by read calls.
    pub read_bytes: u64,
    /// Program calls.
    pub programs: u64,
    /// Bytes of the write units that program calls reached, a unit torn by a power cut included.
    pub program_bytes: u64,
    /// Erase calls; one call may cover several erase blocks.
    pub erases: u64,
    /// Bytes of the erase blocks that erase calls reached, a block torn by a power cut included.
    pub erased_bytes: u64,
}

impl Sub for Counts {
    type Output = Self;

    /// What happened between two readings, `later - earlier`.
    ///
    /// A number that would go below zero (the counts were reset in between) is zero.
    fn sub(self, earlier: Self) -> Self {
        Self {
            reads: self.reads.saturating_sub(earlier.reads),
            read_bytes: self.read_bytes.saturating_sub(earlier.read_bytes),
            programs: self.programs.saturating_sub(earlier.programs),
            program_bytes: self.program_bytes.saturating_sub(earlier.program_bytes),
            erases: self.erases.saturating_sub(earlier.erases),
            erased_bytes: self.erased_bytes.saturating_sub(earlier.erased_bytes),
        }
    }
}
