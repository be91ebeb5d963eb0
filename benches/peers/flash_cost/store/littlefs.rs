//! littlefs: a file for each batch, kept open, synchronised after each record; removed at settlement.

use generic_array::typenum::{U2, U256};
use littlefs2::driver;
use littlefs2::fs::{File, FileAllocation, Filesystem};
use littlefs2::io::{Error, Result as LfsResult};
use littlefs2::path;

use super::{Fail, Span, Start, Store, fail};
use crate::chip::Chip;
use crate::record::{Id, SETTLED};

/// A chip of `N` blocks.
struct Blocks<const W: usize, const E: usize, const N: usize>(Chip<W, E>);

impl<const W: usize, const E: usize, const N: usize> driver::Storage for Blocks<W, E, N> {
    const READ_SIZE: usize = W;
    const WRITE_SIZE: usize = W;
    const BLOCK_SIZE: usize = E;
    const BLOCK_COUNT: usize = N;
    const BLOCK_CYCLES: isize = 500;
    type CACHE_SIZE = U256;
    type LOOKAHEAD_SIZE = U2;

    fn read(&mut self, at: usize, out: &mut [u8]) -> LfsResult<usize> {
        self.0.read_at(at, out).map(|()| out.len()).map_err(|_| Error::IO)
    }

    fn write(&mut self, at: usize, bytes: &[u8]) -> LfsResult<usize> {
        self.0.program_at(at, bytes).map(|()| bytes.len()).map_err(|_| Error::IO)
    }

    fn erase(&mut self, at: usize, len: usize) -> LfsResult<usize> {
        self.0.erase_at(at, at + len).map(|()| len).map_err(|_| Error::IO)
    }
}

struct Lfs<const W: usize, const E: usize, const N: usize> {
    fs: &'static Filesystem<'static, Blocks<W, E, N>>,
    batch: Option<File<'static, 'static, Blocks<W, E, N>>>,
}

pub fn make<const W: usize, const E: usize>(
    chip: Chip<W, E>,
    start: Start,
) -> Result<Box<dyn Store>, Fail> {
    match chip.bytes() / E {
        64 => Ok(Box::new(Lfs::<W, E, 64>::new(chip, start)?)),
        128 => Ok(Box::new(Lfs::<W, E, 128>::new(chip, start)?)),
        512 => Ok(Box::new(Lfs::<W, E, 512>::new(chip, start)?)),
        blocks => Err(format!("not built for {blocks} blocks")),
    }
}

/// For as long as the bench runs: littlefs keeps pointers to what it is lent.
fn lend<T>(value: T) -> &'static mut T {
    Box::leak(Box::new(value))
}

impl<const W: usize, const E: usize, const N: usize> Lfs<W, E, N> {
    fn new(chip: Chip<W, E>, start: Start) -> Result<Self, Fail> {
        let storage = lend(Blocks(chip));
        if start == Start::Format {
            Filesystem::format(storage).map_err(fail)?;
        }
        let fs = Filesystem::mount(lend(Filesystem::allocate()), storage).map_err(fail)?;
        Ok(Lfs { fs: lend(fs), batch: None })
    }

    fn open(&mut self) -> Result<(), Fail> {
        let mut options = File::<Blocks<W, E, N>>::with_options();
        options.read(true).write(true).create(true).append(true);
        let allocation: &'static mut FileAllocation<_> = lend(File::allocate());
        // SAFETY: file system and allocation live as long as the program, and the file is closed
        // before it is removed.
        let file = unsafe { options.open(self.fs, allocation, path!("batch")) };
        self.batch = Some(file.map_err(fail)?);
        Ok(())
    }
}

/// Tells every record of a file.
fn read<S: driver::Storage>(
    file: &File<'_, '_, S>,
    tell: &mut dyn FnMut(Id, &[u8]),
) -> LfsResult<()> {
    let mut head = [0; 6];
    while file.read(&mut head)? == head.len() {
        let mut payload = vec![0; usize::from(head[0])];
        let id = Id::of(&head[1..]).ok_or(Error::CORRUPTION)?;
        if file.read(&mut payload)? < payload.len() {
            return Err(Error::CORRUPTION);
        }
        tell(id, &payload);
    }
    Ok(())
}

impl<const W: usize, const E: usize, const N: usize> Store for Lfs<W, E, N> {
    fn append(&mut self, id: Id, payload: &[u8]) -> Result<(), Fail> {
        let mut bytes = vec![payload.len() as u8];
        bytes.extend(id.bytes());
        bytes.extend(payload);
        if id.kind == SETTLED {
            return self.fs.write(path!("settled"), &bytes).map_err(fail);
        }
        if self.batch.is_none() {
            self.open()?;
        }
        let Some(file) = &self.batch else { return Err("no file".into()) };
        file.write(&bytes).map_err(fail)?;
        file.sync().map_err(fail)
    }

    fn each(&mut self, _: Span, tell: &mut dyn FnMut(Id, &[u8])) -> Result<(), Fail> {
        for path in [path!("settled"), path!("batch")] {
            match self.fs.open_file_and_then(path, |file| read(file, tell)) {
                Ok(()) | Err(Error::NO_SUCH_ENTRY) => {}
                Err(error) => return Err(fail(error)),
            }
        }
        Ok(())
    }

    fn drop_batch(&mut self, _: Span) -> Result<(), Fail> {
        if let Some(file) = self.batch.take() {
            // SAFETY: it is not used again.
            unsafe { file.close() }.map_err(fail)?;
        }
        self.fs.remove(path!("batch")).map_err(fail)
    }
}
