//! The same terminal on a PC, to its end: `on_host SEED PAYMENTS LIFE PACE` in the directory of the
//! chip's files.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::process::ExitCode;

use firmware::Job;
use firmware::nor::{BYTES, Failed, MARKS, Nor, Phase, Store};
use firmware::promise::Promise;
use firmware::till::{Outside, Till};

/// The chip's files.
struct Files {
    image: File,
    marks: File,
    phase: File,
}

fn done(result: std::io::Result<()>) -> Result<(), Failed> {
    result.map_err(|_| Failed)
}

impl Store for Files {
    fn phase(&mut self, phase: Phase) -> Result<(), Failed> {
        done(self.phase.write_all_at(&[phase as u8], 0))
    }

    fn put(&mut self, at: usize, bytes: &[u8]) -> Result<(), Failed> {
        done(self.image.write_all_at(bytes, at as u64))
    }

    fn put_marks(&mut self, unit: usize, marks: &[u8]) -> Result<(), Failed> {
        done(self.marks.write_all_at(marks, unit as u64))
    }
}

struct Promises(File);

impl Outside for Promises {
    fn promise(&mut self, promise: &Promise) -> Result<(), Failed> {
        done(self.0.write_all(promise.line().as_bytes()))
    }
}

fn run() -> Result<(), String> {
    let words: Vec<String> = std::env::args().collect();
    let job = Job::parse(&words.join(" ")).ok_or("on_host SEED PAYMENTS LIFE PACE")?;
    let open = |name: &str| {
        let file = OpenOptions::new().write(true).open(name);
        file.map_err(|error| format!("{name}: {error}"))
    };
    let read = |name: &str| fs::read(name).map_err(|error| format!("{name}: {error}"));
    let mut memory = [0; BYTES];
    let mut marks = [0; MARKS];
    memory.copy_from_slice(read("journal.img")?.get(..BYTES).ok_or("journal.img: too short")?);
    marks.copy_from_slice(read("journal.marks")?.get(..MARKS).ok_or("journal.marks: too short")?);
    let files = Files {
        image: open("journal.img")?,
        marks: open("journal.marks")?,
        phase: open("journal.img.phase")?,
    };
    let promises = OpenOptions::new().append(true).open("promises.txt");
    let promises = Promises(promises.map_err(|error| error.to_string())?);
    let chip = Nor::new(&mut memory, &mut marks, files);
    let mut till = Till::switch_on(chip, promises, job).map_err(|stop| format!("{stop:?}"))?;
    till.run().map_err(|stop| format!("{stop:?}"))
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("on_host: {why}");
            ExitCode::FAILURE
        }
    }
}
