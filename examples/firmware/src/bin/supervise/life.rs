//! One life of the terminal: started, watched, killed.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use firmware::script::draw;

/// The phase bytes of a program and of an erase.
pub const PROGRAM: u8 = 1;
pub const ERASE: u8 = 2;

const LOOK: Duration = Duration::from_micros(100);
/// From the start of QEMU to when a kill is prepared, where it is meant for the recovery; else from
/// the first promise on.
const RECOVERY_US: u32 = 250_000;
const LIFE_US: u32 = 400_000;
/// How long to lie in wait for what a kill is meant to hit; after that anything is hit.
const PATIENCE: Duration = Duration::from_secs(3);
/// From the moment at which it is seen; one in two kills comes at once.
const INTO_PROGRAM_US: u32 = 3_000;
const INTO_ERASE_US: u32 = 20_000;
/// A life that is not killed.
const LONGEST: Duration = Duration::from_secs(120);

/// How a life ended.
pub enum End {
    /// Killed, in this phase.
    Killed(u8),
    /// By itself, which it never should; what it said.
    Stopped(String),
}

/// The terminal, as often as it is switched on.
pub struct Machine {
    dir: PathBuf,
    program: Vec<String>,
    seed: u32,
    pace: u32,
    life: u32,
}

impl Machine {
    pub fn new(dir: &Path, program: &[String], seed: u32, pace: u32) -> Self {
        Machine { dir: dir.to_path_buf(), program: program.to_vec(), seed, pace, life: 0 }
    }

    fn dice(&self, purpose: u32, sides: u32) -> u32 {
        draw(self.seed, 100 + purpose, self.life, 0) % sides
    }

    fn start(&mut self, payments: u32, pace: u32) -> Result<Child, String> {
        self.life += 1;
        let words = [self.seed, payments, self.life, pace].map(|word| format!(",arg={word}"));
        let fail = |error| format!("{}: {error}", self.program[0]);
        let log = File::create(self.dir.join("firmware.log")).map_err(fail)?;
        // The phase of the life before must not be taken for this one's.
        fs::write(self.dir.join("journal.img.phase"), [0]).map_err(fail)?;
        Command::new(&self.program[0])
            .args(&self.program[1..])
            .arg("-semihosting-config")
            .arg(format!("enable=on,target=native,arg=firmware{}", words.concat()))
            .current_dir(&self.dir)
            .stdin(Stdio::null())
            .stdout(log.try_clone().map_err(fail)?)
            .stderr(log)
            .spawn()
            .map_err(fail)
    }

    fn phase(&self) -> u8 {
        let phase = fs::read(self.dir.join("journal.img.phase"));
        phase.ok().and_then(|bytes| bytes.first().copied()).unwrap_or_default()
    }

    /// Bytes of promises.
    fn promised(&self) -> u64 {
        fs::metadata(self.dir.join("promises.txt")).map_or(0, |file| file.len())
    }

    fn said(&self) -> String {
        fs::read_to_string(self.dir.join("firmware.log")).unwrap_or_default().trim().to_string()
    }

    /// Starts it and kills it at a moment drawn from the seed and the number of the life; within a
    /// program if `inside` asks for it. After `payments`, which no life comes to, it would end: so
    /// that none runs for ever when it is this process that is killed.
    pub fn live_and_be_killed(&mut self, inside: bool, payments: u32) -> Result<End, String> {
        let promised = self.promised();
        let mut child = self.start(payments, self.pace)?;
        let wanted = match self.dice(1, 100) {
            0..20 => Some((ERASE, INTO_ERASE_US)),
            20..65 => Some((PROGRAM, INTO_PROGRAM_US)),
            _ if inside => Some((PROGRAM, INTO_PROGRAM_US)),
            _ => None,
        };
        match self.dice(5, 100) {
            0..25 => thread::sleep(us(self.dice(2, RECOVERY_US))),
            _ => {
                let until = Instant::now() + PATIENCE;
                while self.promised() == promised && Instant::now() < until {
                    thread::sleep(LOOK);
                }
                thread::sleep(us(self.dice(2, LIFE_US)));
            }
        }
        if let Some((phase, into)) = wanted {
            let until = Instant::now() + PATIENCE;
            while self.phase() != phase && Instant::now() < until {
                thread::sleep(LOOK);
            }
            thread::sleep(us(self.dice(3, into) * self.dice(4, 2)));
        }
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            return Ok(End::Stopped(format!("{status}: {}", self.said())));
        }
        child.kill().and_then(|()| child.wait()).map_err(|error| error.to_string())?;
        Ok(End::Killed(self.phase()))
    }

    /// Starts it and lets it come to the end of its script.
    pub fn live_to_the_end(&mut self, payments: u32) -> Result<(), String> {
        let mut child = self.start(payments, 0)?;
        let until = Instant::now() + LONGEST;
        loop {
            match child.try_wait().map_err(|error| error.to_string())? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => return Err(format!("the firmware: {status}: {}", self.said())),
                None if Instant::now() > until => {
                    child.kill().and_then(|()| child.wait()).map_err(|error| error.to_string())?;
                    return Err(format!("the firmware took more than {LONGEST:?}"));
                }
                None => thread::sleep(Duration::from_millis(5)),
            }
        }
    }
}

fn us(us: u32) -> Duration {
    Duration::from_micros(us.into())
}
