//! What can go wrong with a [`FileFlash`](super::FileFlash), and what to do then.

use std::fmt;
use std::io;
use std::path::PathBuf;

use embedded_storage::nor_flash::{NorFlashError, NorFlashErrorKind};

/// Why a file-backed flash refused or failed: which file, and what happened to it.
#[derive(Debug)]
pub struct FileFlashError {
    path: PathBuf,
    pub(super) problem: FileFlashProblem,
}

/// What happened; addresses and lengths are in bytes.
#[derive(Debug)]
#[non_exhaustive]
pub enum FileFlashProblem {
    /// There is a file of this name already, and `create` overwrites nothing.
    AlreadyExists,
    /// Another process, or another handle of this one, holds the journal open.
    Locked,
    /// The file is empty, not whole erase blocks, or larger than 32-bit addresses reach.
    BadLength {
        /// Bytes in the file.
        bytes: u64,
        /// Bytes in an erase block.
        erase_bytes: usize,
    },
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
    /// A strict flash was asked to program a write unit that is not blank.
    NotErased {
        /// First byte of the write unit.
        address: u32,
    },
    /// A [`Pace`](super::Pace) of zero bytes at a time would never end.
    EmptyChunk,
    /// The operating system refused. A failed write or sync has poisoned the flash.
    Io {
        /// What was being done, as in "cannot `doing`".
        doing: &'static str,
        /// The operating system's reason.
        source: io::Error,
    },
    /// A write or sync failed before. What the file holds is not known until it is opened again.
    Poisoned,
}

impl FileFlashError {
    pub(super) fn new(path: impl Into<PathBuf>, problem: FileFlashProblem) -> Self {
        Self { path: path.into(), problem }
    }

    pub(super) fn io(path: impl Into<PathBuf>, doing: &'static str, source: io::Error) -> Self {
        Self::new(path, FileFlashProblem::Io { doing, source })
    }

    /// The file concerned.
    pub fn path(&self) -> &std::path::Path {
        &self.path
    }

    /// What happened to it.
    pub fn problem(&self) -> &FileFlashProblem {
        &self.problem
    }
}

impl fmt::Display for FileFlashError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Debug quotes the path, so that a newline or an escape in a name stays harmless.
        write!(f, "{:?}: ", self.path)?;
        match &self.problem {
            FileFlashProblem::AlreadyExists => {
                f.write_str("exists already; open it, or choose another name")
            }
            FileFlashProblem::Locked => {
                f.write_str("another process holds the journal open; end it, or read a copy")
            }
            FileFlashProblem::BadLength { bytes, erase_bytes } => write!(
                f,
                "its {bytes} bytes are not one or more whole erase blocks of {erase_bytes} bytes; \
                 it is cut short, or of another geometry"
            ),
            FileFlashProblem::OutOfBounds { address, length } => {
                write!(f, "{length} bytes at {address:#x} lie outside the flash")
            }
            FileFlashProblem::NotAligned { address, length } => {
                write!(f, "{length} bytes at {address:#x} are not whole write units or blocks")
            }
            FileFlashProblem::NotErased { address } => {
                write!(f, "the unit at {address:#x} is programmed already; erase its block first")
            }
            FileFlashProblem::EmptyChunk => f.write_str("a pace needs chunks of at least one byte"),
            FileFlashProblem::Io { doing, source } => write!(f, "cannot {doing}: {source}"),
            FileFlashProblem::Poisoned => f.write_str(
                "a write failed before, so its contents are not known; drop this flash, open the \
                 file again and mount the journal",
            ),
        }
    }
}

impl std::error::Error for FileFlashError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.problem {
            FileFlashProblem::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl NorFlashError for FileFlashError {
    fn kind(&self) -> NorFlashErrorKind {
        match self.problem {
            FileFlashProblem::OutOfBounds { .. } => NorFlashErrorKind::OutOfBounds,
            FileFlashProblem::NotAligned { .. } => NorFlashErrorKind::NotAligned,
            _ => NorFlashErrorKind::Other,
        }
    }
}
