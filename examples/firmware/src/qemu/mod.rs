//! The machine: QEMU, which lends the firmware the files of its host.

mod files;

pub use files::{File, command_line};

use crate::nor::{BYTES, Failed, MARKS, Phase, Store};
use crate::promise::Promise;
use crate::till::Outside;

/// The chip's contents in `journal.img`, with its marks and its phase beside it.
pub struct Stored {
    image: File,
    marks: File,
    phase: File,
    pace: u32,
    erasing: bool,
}

impl Stored {
    /// Reads what an earlier life left. The files are there: whoever starts the machine makes them.
    pub fn open(
        memory: &mut [u8; BYTES],
        marks: &mut [u8; MARKS],
        pace: u32,
    ) -> Result<Self, Failed> {
        let image = File::open(c"journal.img")?;
        image.read_all(memory)?;
        let stored_marks = File::open(c"journal.marks")?;
        stored_marks.read_all(marks)?;
        let phase = File::open(c"journal.img.phase")?;
        Ok(Stored { image, marks: stored_marks, phase, pace, erasing: false })
    }

    fn dawdle(&self) {
        // An erase takes longer than a program, as on a chip.
        let turns = if self.erasing { 4 * self.pace } else { self.pace };
        for _ in 0..turns {
            cortex_m::asm::nop();
        }
    }
}

impl Store for Stored {
    fn phase(&mut self, phase: Phase) -> Result<(), Failed> {
        self.erasing = phase == Phase::Erase;
        self.phase.write_at(0, &[phase as u8])
    }

    fn put(&mut self, at: usize, bytes: &[u8]) -> Result<(), Failed> {
        self.image.write_at(at, bytes)?;
        self.dawdle();
        Ok(())
    }

    fn put_marks(&mut self, unit: usize, marks: &[u8]) -> Result<(), Failed> {
        self.marks.write_at(unit, marks)
    }
}

/// The promises, a line each at the end of `promises.txt`.
pub struct Promises {
    file: File,
    end: usize,
}

impl Promises {
    /// Goes on at the end of the file.
    pub fn open() -> Result<Self, Failed> {
        let file = File::open(c"promises.txt")?;
        let end = file.length()?;
        Ok(Promises { file, end })
    }
}

impl Outside for Promises {
    fn promise(&mut self, promise: &Promise) -> Result<(), Failed> {
        // One call: a kill leaves the whole line or nothing.
        let line = promise.line();
        self.file.write_at(self.end, line.as_bytes())?;
        self.end += line.len();
        Ok(())
    }
}
