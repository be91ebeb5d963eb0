//! A slow flash that shows what it is doing, so that a kill can be aimed at a program or an erase.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{FileFlashError, FileFlashProblem, position};

/// How slowly a [`FileFlash`](super::FileFlash) in test mode works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Bytes written at a time, at least 1; it need not be a multiple of the write unit. An erase
    /// takes steps of a sixteenth of a block if those are larger.
    pub chunk_bytes: usize,
    /// The pause after each of them.
    pub pause: Duration,
}

/// What a paced [`FileFlash`](super::FileFlash) is doing, as its phase byte shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Phase byte 0: neither programming nor erasing.
    Idle,
    /// Phase byte 1: a program is under way and not yet synced.
    Program,
    /// Phase byte 2: an erase is under way and not yet synced.
    Erase,
}

impl Phase {
    const fn byte(self) -> u8 {
        match self {
            Self::Idle => 0,
            Self::Program => 1,
            Self::Erase => 2,
        }
    }
}

/// The file that shows the phase of the paced flash at `path`: its name with `.phase` appended.
pub fn phase_path(path: impl AsRef<Path>) -> PathBuf {
    let mut name = OsString::from(path.as_ref());
    name.push(".phase");
    PathBuf::from(name)
}

/// What the paced flash at `path` is doing; for another process to aim by.
///
/// After a kill it still shows what the kill interrupted, until the next
/// [`set_pace`](super::FileFlash::set_pace). Where no paced flash was ever opened, that is
/// [`Phase::Idle`].
///
/// # Errors
///
/// [`FileFlashProblem::Io`] if the phase file is there and cannot be read, or holds a byte that
/// is no phase.
pub fn read_phase(path: impl AsRef<Path>) -> Result<Phase, FileFlashError> {
    let path = phase_path(path);
    match fs::read(&path) {
        Ok(bytes) => match bytes.first() {
            // Empty: the file was made this very moment.
            None | Some(0) => Ok(Phase::Idle),
            Some(1) => Ok(Phase::Program),
            Some(2) => Ok(Phase::Erase),
            Some(_) => {
                let reason = io::Error::new(io::ErrorKind::InvalidData, "no phase byte");
                Err(FileFlashError::io(path, "read the phase", reason))
            }
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Phase::Idle),
        Err(error) => Err(FileFlashError::io(path, "read the phase", error)),
    }
}

/// The pace and the phase file of a flash in test mode.
#[derive(Debug)]
pub(super) struct Pacer {
    pace: Pace,
    phase: File,
    path: PathBuf,
}

impl Pacer {
    pub(super) fn new(flash: &Path, pace: Pace) -> Result<Self, FileFlashError> {
        if pace.chunk_bytes == 0 {
            return Err(FileFlashError::new(flash, FileFlashProblem::EmptyChunk));
        }
        let path = phase_path(flash);
        let phase = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| FileFlashError::io(&path, "make the phase file", error))?;
        let pacer = Self { pace, phase, path };
        pacer.show(Phase::Idle)?;
        Ok(pacer)
    }

    pub(super) const fn pace(&self) -> Pace {
        self.pace
    }

    /// Shows `phase`. Never synced: it has to outlive the process and not the machine.
    pub(super) fn show(&self, phase: Phase) -> Result<(), FileFlashError> {
        position::write_all_at(&self.phase, &[phase.byte()], 0)
            .map_err(|error| FileFlashError::io(&self.path, "show the phase", error))
    }
}
