//! The floor: 128 bytes into a file that is as long as it will be, and a sync.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::Opened;
use crate::record::{Id, LARGEST};
use crate::store::{Fail, Span, Store, fail};

const FRAME: usize = 128;
const BYTES: usize = 4 * 1024 * 1024;
/// Identity, length.
const HEAD: usize = 6;

struct Floor {
    file: File,
    end: u64,
}

pub fn open(dir: &Path, opened: Opened) -> Result<Box<dyn Store>, Fail> {
    let path = dir.join("floor");
    if opened == Opened::New {
        std::fs::write(&path, vec![0xFF; BYTES]).map_err(fail)?;
    }
    let file = File::options().read(true).write(true).open(path).map_err(fail)?;
    file.sync_all().map_err(fail)?;
    Ok(Box::new(Floor { file, end: 0 }))
}

impl Store for Floor {
    fn append(&mut self, id: Id, payload: &[u8]) -> Result<(), Fail> {
        const { assert!(HEAD + LARGEST <= FRAME) };
        let mut frame = [0; FRAME];
        frame[..5].copy_from_slice(&id.bytes());
        frame[5] = payload.len() as u8;
        frame[HEAD..HEAD + payload.len()].copy_from_slice(payload);
        self.file.write_all_at(&frame, self.end).map_err(fail)?;
        self.end += FRAME as u64;
        self.file.sync_data().map_err(fail)
    }

    fn each(&mut self, _: Span, tell: &mut dyn FnMut(Id, &[u8])) -> Result<(), Fail> {
        let mut frame = [0; FRAME];
        for at in (0..BYTES as u64).step_by(FRAME) {
            self.file.read_exact_at(&mut frame, at).map_err(fail)?;
            if frame[5] == 0xFF {
                break;
            }
            tell(Id::of(&frame).ok_or("no identity")?, &frame[HEAD..HEAD + usize::from(frame[5])]);
        }
        Ok(())
    }

    fn drop_batch(&mut self, _: Span) -> Result<(), Fail> {
        Ok(())
    }
}
