//! What a chip may do: the region a journal lives in, and flash to run it on.
//!
//! The journal reaches flash only through `embedded-storage`'s [`NorFlash`]. What a driver must
//! promise is what that trait says, and one thing more: *a unit that cannot be read is an error,
//! never a hang and never a crash*. On parts with ECC (STM32 L4, G4, H7, U5) the driver has to turn
//! the bus fault or NMI of a torn unit into `Err`.
//!
//! [`NorFlash`]: embedded_storage::nor_flash::NorFlash

mod counts;
#[cfg(feature = "std")]
mod file;
mod ram;
mod region;
#[cfg(any(test, feature = "sim"))]
#[allow(
    clippy::indexing_slicing,
    reason = "runs in tests only, on ranges that were checked when the call came in"
)]
pub mod sim;

pub use counts::Counts;
#[cfg(feature = "std")]
pub use file::{FileFlash, FileFlashError, FileFlashProblem, Pace, Phase, phase_path, read_phase};
pub use ram::{RamFlash, RamFlashError};
pub use region::Region;
