//! NOR flash in a file, for hosts and for tests that kill the process.

mod error;
mod phase;
mod position;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashErrorKind, ReadNorFlash, check_erase, check_read, check_write,
};

pub use self::error::{FileFlashError, FileFlashProblem};
use self::phase::Pacer;
pub use self::phase::{Pace, Phase, phase_path, read_phase};
use super::Counts;

/// What an erased byte reads.
const BLANK: u8 = 0xFF;

/// NOR flash in a file, with write units of `WRITE` bytes and erase blocks of `ERASE` bytes.
///
/// - **Durable when it returns.** A program is one positioned write and `fdatasync`, an erase
///   writes 0xFF and syncs likewise. The file is allocated in full when it is made, so neither
///   changes its length, and its directory is synced once, then.
/// - **One holder.** The file is locked while it is open; the lock ends with the process, also
///   when that is killed. It is advisory on most systems: it keeps out another `FileFlash`, and
///   not an editor.
/// - **A failed write or sync poisons it**: every later call fails until the file is opened
///   again. After a failed sync the system may have dropped what was to be written, so that a
///   read would return bytes that are not on the disk, or the reverse.
/// - **Strict or not.** A file would let a program turn 0 into 1. A strict flash reads before
///   it programs and refuses a unit that is not blank, at the price of one read per program (not
///   counted in [`counts`](Self::counts)). Strict is the default in debug builds alone; see
///   [`set_strict`](Self::set_strict).
///
/// `WRITE` must divide `ERASE`; other values do not compile.
///
/// ```
/// use embedded_storage::nor_flash::{NorFlash, ReadNorFlash};
/// use pos_journal::flash::FileFlash;
///
/// let path = std::env::temp_dir().join(format!("flash-doc-{}.bin", std::process::id()));
/// let mut flash = FileFlash::<4, 4096>::create(&path, 8 * 4096)?;
/// flash.write(16, b"paid")?;
/// drop(flash);
///
/// let mut flash = FileFlash::<4, 4096>::open(&path)?;
/// let mut bytes = [0; 4];
/// flash.read(16, &mut bytes)?;
/// assert_eq!(&bytes, b"paid");
/// # drop(flash);
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct FileFlash<const WRITE: usize, const ERASE: usize> {
    file: File,
    path: PathBuf,
    bytes: usize,
    counts: Counts,
    syncs: u64,
    is_strict: bool,
    is_poisoned: bool,
    pacer: Option<Pacer>,
}

impl<const WRITE: usize, const ERASE: usize> FileFlash<WRITE, ERASE> {
    /// The erase block, checked when the type is used.
    const BLOCK: usize = {
        assert!(WRITE > 0 && ERASE >= WRITE, "a block holds at least one write unit");
        assert!(ERASE.is_multiple_of(WRITE), "a block is a whole number of write units");
        ERASE
    };

    /// Makes a blank flash of `bytes` bytes in a new file and holds it.
    ///
    /// A process killed in here leaves a file of the full length whose rest reads 0x00, which
    /// no journal takes for blank: delete it and create again.
    ///
    /// # Errors
    ///
    /// [`FileFlashProblem::AlreadyExists`] if there is a file; [`FileFlashProblem::BadLength`]
    /// unless `bytes` is one or more whole erase blocks within 32-bit addresses;
    /// [`FileFlashProblem::Locked`] if another process opened the new file first;
    /// [`FileFlashProblem::Io`] if the file or its directory cannot be written or synced, and then
    /// the new file is removed again.
    pub fn create(path: impl AsRef<Path>, bytes: usize) -> Result<Self, FileFlashError> {
        let path = path.as_ref();
        Self::check_length(path, bytes as u64)?;
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(path).map_err(
            |error| match error.kind() {
                io::ErrorKind::AlreadyExists => {
                    FileFlashError::new(path, FileFlashProblem::AlreadyExists)
                }
                _ => FileFlashError::io(path, "create the file", error),
            },
        )?;
        Self::lock(&file, path)?;
        if let Err(error) = Self::preallocate(&file, path, bytes) {
            // Ours alone, as it is new and locked. That it cannot be removed is less worth
            // telling than why it could not be made.
            let _ = fs::remove_file(path);
            return Err(error);
        }
        Ok(Self::held(file, path, bytes))
    }

    /// Opens and holds the flash in an existing file. Reads and writes nothing.
    ///
    /// # Errors
    ///
    /// [`FileFlashProblem::Locked`] while another process holds it,
    /// [`FileFlashProblem::BadLength`] unless its length is one or more whole erase blocks within
    /// 32-bit addresses, [`FileFlashProblem::Io`] if it cannot be opened for reading and writing.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, FileFlashError> {
        let path = path.as_ref();
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(path)
            .map_err(|error| FileFlashError::io(path, "open the file", error))?;
        Self::lock(&file, path)?;
        let length = file
            .metadata()
            .map_err(|error| FileFlashError::io(path, "tell the length of the file", error))?
            .len();
        let bytes = Self::check_length(path, length)?;
        Ok(Self::held(file, path, bytes))
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Operations and bytes since the file was opened or the counts were reset.
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// Starts the counts again at zero, [`syncs`](Self::syncs) too.
    pub fn reset_counts(&mut self) {
        self.counts = Counts::default();
        self.syncs = 0;
    }

    /// Successful syncs of programs and erases since the file was opened or the counts were reset.
    pub const fn syncs(&self) -> u64 {
        self.syncs
    }

    /// Whether a program of a unit that is not blank is refused (strict) or overwrites it.
    pub const fn set_strict(&mut self, strict: bool) {
        self.is_strict = strict;
    }

    /// Whether a write or sync failed since the file was opened, so that every call fails.
    pub const fn is_poisoned(&self) -> bool {
        self.is_poisoned
    }

    /// Switches to test mode: programs and erases go in small chunks with a pause after each, and
    /// the file [`phase_path`] shows what is under way, for [`read_phase`].
    ///
    /// A kill hardly ever splits a small write by itself, so a test that kills a process at
    /// random moments would never see a torn frame. In test mode it does, and the phase
    /// byte tells it where it hit.
    ///
    /// # Errors
    ///
    /// [`FileFlashProblem::EmptyChunk`] if the chunk has no bytes, [`FileFlashProblem::Io`] if the
    /// phase file cannot be written.
    pub fn set_pace(&mut self, pace: Pace) -> Result<(), FileFlashError> {
        self.pacer = Some(Pacer::new(&self.path, pace)?);
        Ok(())
    }

    fn held(file: File, path: &Path, bytes: usize) -> Self {
        Self {
            file,
            path: path.to_path_buf(),
            bytes,
            counts: Counts::default(),
            syncs: 0,
            is_strict: cfg!(debug_assertions),
            is_poisoned: false,
            pacer: None,
        }
    }

    fn lock(file: &File, path: &Path) -> Result<(), FileFlashError> {
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => FileFlashError::new(path, FileFlashProblem::Locked),
            TryLockError::Error(error) => FileFlashError::io(path, "lock the file", error),
        })
    }

    fn check_length(path: &Path, bytes: u64) -> Result<usize, FileFlashError> {
        match u32::try_from(bytes).ok().and_then(|bytes| usize::try_from(bytes).ok()) {
            Some(length) if length > 0 && length.is_multiple_of(Self::BLOCK) => Ok(length),
            _ => Err(FileFlashError::new(
                path,
                FileFlashProblem::BadLength { bytes, erase_bytes: ERASE },
            )),
        }
    }

    /// Gives every byte a place on the disk, so that no later write can run out of room.
    fn preallocate(file: &File, path: &Path, bytes: usize) -> Result<(), FileFlashError> {
        // The full length first: a file left half made is then seen to hold what is not blank,
        // and is not taken for a smaller flash.
        let mut result = file.set_len(bytes as u64);
        let block = vec![BLANK; Self::BLOCK];
        for address in (0..bytes).step_by(Self::BLOCK) {
            result = result.and_then(|()| position::write_all_at(file, &block, address as u64));
        }
        result
            .and_then(|()| file.sync_all())
            .map_err(|error| FileFlashError::io(path, "fill the new file", error))?;
        sync_directory_of(path)
            .map_err(|error| FileFlashError::io(path, "sync the directory of the file", error))
    }

    fn error(&self, problem: FileFlashProblem) -> FileFlashError {
        FileFlashError::new(&self.path, problem)
    }

    fn refused(&self, kind: NorFlashErrorKind, address: u32, length: usize) -> FileFlashError {
        self.error(match kind {
            NorFlashErrorKind::NotAligned => FileFlashProblem::NotAligned { address, length },
            _ => FileFlashProblem::OutOfBounds { address, length },
        })
    }

    fn check_poison(&self) -> Result<(), FileFlashError> {
        if self.is_poisoned { Err(self.error(FileFlashProblem::Poisoned)) } else { Ok(()) }
    }

    fn check_blank(&self, offset: u32, length: usize) -> Result<(), FileFlashError> {
        let mut old = vec![0; length];
        position::read_exact_at(&self.file, &mut old, u64::from(offset))
            .map_err(|error| FileFlashError::io(&self.path, "read before a program", error))?;
        for (unit, address) in old.chunks_exact(WRITE).zip((offset..).step_by(WRITE)) {
            if unit.iter().any(|byte| *byte != BLANK) {
                return Err(self.error(FileFlashProblem::NotErased { address }));
            }
        }
        Ok(())
    }

    /// Shows `phase` where another process can see it, if in test mode.
    fn show(&self, phase: Phase) -> Result<(), FileFlashError> {
        self.pacer.as_ref().map_or(Ok(()), |pacer| pacer.show(phase))
    }

    /// The result of a write or sync; a failure poisons.
    fn written(
        &mut self,
        doing: &'static str,
        result: io::Result<()>,
    ) -> Result<(), FileFlashError> {
        result.map_err(|error| {
            self.is_poisoned = true;
            FileFlashError::io(&self.path, doing, error)
        })
    }

    /// Writes in one go, or chunk by chunk in test mode.
    fn write_paced(&self, address: u32, bytes: &[u8], least_chunk: usize) -> io::Result<()> {
        let Some(pace) = self.pacer.as_ref().map(Pacer::pace) else {
            return position::write_all_at(&self.file, bytes, u64::from(address));
        };
        let chunk_bytes = pace.chunk_bytes.max(least_chunk);
        let mut position = u64::from(address);
        for chunk in bytes.chunks(chunk_bytes) {
            position::write_all_at(&self.file, chunk, position)?;
            position += chunk.len() as u64;
            thread::sleep(pace.pause);
        }
        Ok(())
    }

    fn sync(&mut self, doing: &'static str) -> Result<(), FileFlashError> {
        let result = self.file.sync_data();
        self.written(doing, result)?;
        self.syncs += 1;
        Ok(())
    }
}

/// Makes the name of a new file durable: syncing a file does not sync the directory it is in.
#[cfg(unix)]
fn sync_directory_of(path: &Path) -> io::Result<()> {
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    File::open(parent)?.sync_all()
}

/// Elsewhere a directory cannot be opened for that, and its journal looks after it.
#[cfg(not(unix))]
fn sync_directory_of(_path: &Path) -> io::Result<()> {
    Ok(())
}

impl<const WRITE: usize, const ERASE: usize> ErrorType for FileFlash<WRITE, ERASE> {
    type Error = FileFlashError;
}

impl<const WRITE: usize, const ERASE: usize> ReadNorFlash for FileFlash<WRITE, ERASE> {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), FileFlashError> {
        self.check_poison()?;
        let length = bytes.len();
        check_read(self, offset, length).map_err(|kind| self.refused(kind, offset, length))?;
        self.counts.reads += 1;
        self.counts.read_bytes += length as u64;
        position::read_exact_at(&self.file, bytes, u64::from(offset))
            .map_err(|error| FileFlashError::io(&self.path, "read", error))
    }

    fn capacity(&self) -> usize {
        self.bytes
    }
}

impl<const WRITE: usize, const ERASE: usize> NorFlash for FileFlash<WRITE, ERASE> {
    const WRITE_SIZE: usize = WRITE;
    const ERASE_SIZE: usize = ERASE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), FileFlashError> {
        self.check_poison()?;
        check_erase(self, from, to)
            .map_err(|kind| self.refused(kind, from, to.saturating_sub(from) as usize))?;
        self.counts.erases += 1;
        let block = vec![BLANK; Self::BLOCK];
        self.show(Phase::Erase)?;
        for address in (from..to).step_by(Self::BLOCK) {
            self.counts.erased_bytes += ERASE as u64;
            // Steps of a few bytes through a large block would take seconds.
            let result = self.write_paced(address, &block, Self::BLOCK / 16);
            self.written("erase", result)?;
        }
        self.sync("sync an erase")?;
        self.show(Phase::Idle)
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), FileFlashError> {
        self.check_poison()?;
        check_write(self, offset, bytes.len())
            .map_err(|kind| self.refused(kind, offset, bytes.len()))?;
        if self.is_strict {
            self.check_blank(offset, bytes.len())?;
        }
        self.counts.programs += 1;
        self.counts.program_bytes += bytes.len() as u64;
        self.show(Phase::Program)?;
        let result = self.write_paced(offset, bytes, 1);
        self.written("program", result)?;
        self.sync("sync a program")?;
        self.show(Phase::Idle)
    }
}

#[cfg(test)]
mod tests;
