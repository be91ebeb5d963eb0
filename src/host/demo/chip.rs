//! The terminal's flash: 64 KiB in a file, slow enough to be caught in the act.

use super::Failure;
use crate::flash::{FileFlash, FileFlashError, Pace, Region};
use crate::journal::Journal;
use crate::log::{FormatAs, Mode, Settings};
use std::path::Path;
use std::time::Duration;

/// Write units of 8 bytes, erase blocks of 4 KiB, as on many STM32.
pub(super) type Chip = FileFlash<8, 4096>;

/// All of the chip. The ring laps within a few hundred payments.
pub(super) const REGION: Region = Region::new(0, 64 * 1024);

/// Lives are short here: idle work begins 20 ms after power-up.
pub(super) const SETTINGS: Settings = Settings { quiet_ms: 20, ..Settings::new() };

/// Half a write unit at a time: a kill tears frames, and units in them.
const PACE: Pace = Pace { chunk_bytes: 4, pause: Duration::from_micros(120) };

/// What is done in the workshop: a new chip, formatted.
pub(super) fn make(image: &Path, seed: u64) -> Result<(), Failure> {
    let bytes = REGION.bytes() as usize;
    let format_id = (seed ^ seed >> 32) as u32;
    let how = FormatAs { format_id, mode: Mode::Test, over_foreign: false };
    let _: Journal<Chip> = Journal::format(Chip::create(image, bytes)?, REGION, &SETTINGS, how)?;
    Ok(())
}

/// The chip as the terminal has it: it refuses to program a unit twice, and takes its time.
pub(super) fn open_slow(image: &Path) -> Result<Chip, FileFlashError> {
    let mut flash = Chip::open(image)?;
    flash.set_strict(true);
    flash.set_pace(PACE)?;
    Ok(flash)
}
