//! Starts the terminal, kills it, looks at what was hit, and starts it again, until its script is
//! done, it was killed often enough, and it has nothing left to do on a line that is well again.

use super::aim::{Aim, Progress};
use super::event::{Event, Seen};
use super::hosts::{Both, Host};
use super::network::Network;
use super::{Break, DemoArgs, Failure};
use crate::flash::{Phase, phase_path, read_phase};
use indicatif::{ProgressBar, ProgressStyle};
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// How often the phase byte is looked at.
const LOOK: Duration = Duration::from_micros(200);
/// Starts without progress that are put up with, beyond those after kills.
const SPARE_STARTS: u32 = 20;

/// What happened to the terminal.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) starts: u32,
    pub(super) kills: u32,
    pub(super) in_program: u32,
    pub(super) in_erase: u32,
    pub(super) in_recovery: u32,
    pub(super) in_settlement: u32,
    /// Payments found unanswered after a start.
    pub(super) orphans: BTreeSet<u32>,
    pub(super) torn_tails: u32,
    /// What else the terminal said, by how often.
    seen: BTreeMap<Seen, u32>,
    pub(super) records_lost: u32,
    /// The last payment that has come to an end.
    pub(super) payments: u32,
}

impl Tally {
    /// Kills that hit a program or an erase.
    pub(super) const fn inside(&self) -> u32 {
        self.in_program + self.in_erase
    }

    /// How often the terminal said this.
    pub(super) fn seen(&self, what: Seen) -> u32 {
        self.seen.get(&what).copied().unwrap_or_default()
    }
}

/// How it all ended.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) tally: Tally,
    pub(super) took: Duration,
    /// Why it was not run to its end.
    pub(super) failure: Option<String>,
}

/// The one who kills.
pub(super) struct Supervisor<'a> {
    args: &'a DemoArgs,
    image: &'a Path,
    lines: &'a Both<Network>,
    rng: StdRng,
    tally: Tally,
    script_done: bool,
    healed: bool,
    deadline: Instant,
    bar: ProgressBar,
}

/// How one life of the terminal went.
#[derive(Debug, Default)]
struct Life {
    started: bool,
    recovered: bool,
    settling: bool,
    payments: u32,
    finished: bool,
}

impl<'a> Supervisor<'a> {
    pub(super) fn new(args: &'a DemoArgs, image: &'a Path, lines: &'a Both<Network>) -> Self {
        let time = 60_000 + 200 * u64::from(args.transactions) + 500 * u64::from(args.kills);
        let bar = ProgressBar::new(u64::from(args.transactions));
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} payments, {msg}") {
            bar.set_style(style);
        }
        Self {
            args,
            image,
            lines,
            rng: StdRng::seed_from_u64(args.seed.rotate_left(32)),
            tally: Tally::default(),
            script_done: false,
            healed: false,
            deadline: Instant::now() + Duration::from_millis(time),
            bar,
        }
    }

    /// Runs the terminal to the end of its script and its duties.
    pub(super) fn run(mut self) -> Run {
        let begun = Instant::now();
        let failure = self.live_and_die().err().map(|failure| failure.to_string());
        self.bar.finish_and_clear();
        Run { tally: self.tally, took: begun.elapsed(), failure }
    }

    fn live_and_die(&mut self) -> Result<(), Failure> {
        let most_starts = 3 * self.args.kills + SPARE_STARTS;
        while self.tally.starts < most_starts {
            self.bar.set_message(format!("{} kills", self.tally.kills));
            let was_healed = self.healed;
            let finished = self.one_life()?;
            if finished && was_healed {
                return Ok(());
            }
            if finished && self.enough_kills() {
                // What the line still held back has come through by now, or never will.
                self.heal();
            }
        }
        Err(format!("the terminal was started {most_starts} times and is not done").into())
    }

    fn wanted_inside(&self) -> u32 {
        self.args.kills.div_ceil(3)
    }

    /// Enough of all, or a third of inside kills is out of reach.
    fn enough_kills(&self) -> bool {
        let Tally { kills, .. } = self.tally;
        let inside = self.tally.inside() >= self.wanted_inside();
        kills >= self.args.kills && (inside || self.script_done || kills >= 2 * self.args.kills)
    }

    fn heal(&mut self) {
        self.healed = true;
        Host::BOTH.into_iter().for_each(|host| self.lines[host].heal());
    }

    /// Starts the terminal and kills it or lets it end. `true`: it had nothing left to do.
    fn one_life(&mut self) -> Result<bool, Failure> {
        // The byte of the life before must not be taken for this one's.
        let _ = std::fs::remove_file(phase_path(self.image));
        self.tally.starts += 1;
        let mut child = self.spawn()?;
        let events = listen(&mut child)?;
        let mut life = Life::default();
        let mut aim = (!self.enough_kills()).then(|| {
            let progress = Progress {
                payments_left: self.args.transactions.saturating_sub(self.tally.payments),
                kills_left: self.args.kills.saturating_sub(self.tally.kills).max(1),
                inside_left: self.wanted_inside().saturating_sub(self.tally.inside()),
            };
            Aim::choose(progress, &mut self.rng)
        });
        let struck = loop {
            match events.recv_timeout(LOOK) {
                Ok(event) => {
                    self.note(&event, &mut life);
                    if let Some(aim) = &mut aim {
                        match event {
                            Event::Started => aim.on_start(&mut self.rng),
                            Event::Payment { .. } => {
                                aim.on_payments(life.payments, &mut self.rng);
                            }
                            Event::Sent => aim.on_sent(life.payments, &mut self.rng),
                            Event::Settling => {
                                let hit_before = self.tally.in_settlement > 0;
                                aim.on_settlement(hit_before, &mut self.rng);
                            }
                            _ => {}
                        }
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break false,
            }
            if let Some(aim) = &mut aim {
                if aim.lies_in_wait() {
                    aim.on_phase(read_phase(self.image)?, &mut self.rng);
                }
                if aim.is_due() {
                    break true;
                }
            }
            if Instant::now() > self.deadline {
                child.kill()?;
                child.wait()?;
                return Err("out of time: the terminal was stopped".into());
            }
        };
        if struck {
            child.kill()?;
        }
        let status = child.wait()?;
        // What it said before it died is still in the pipe.
        for event in &events {
            self.note(&event, &mut life);
        }
        if struck && was_killed(status) {
            self.count_kill(&life)?;
        } else if !status.success() {
            return Err(format!("the terminal ended by itself: {status}").into());
        }
        Ok(life.finished)
    }

    fn spawn(&self) -> Result<Child, Failure> {
        let dir = self.image.parent().unwrap_or(Path::new("."));
        let mut command = Command::new(std::env::current_exe()?);
        command
            .arg("demo")
            .arg("--terminal")
            .args(Host::BOTH.map(|host| self.lines[host].address().to_string()))
            .args(["--seed", &self.args.seed.to_string()])
            .args(["--transactions", &self.args.transactions.to_string()])
            .arg("--dir")
            .arg(dir)
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        if let Some(broken) = self.args.broken {
            command.args(["--break", Break::name(broken)]);
        }
        Ok(command.spawn()?)
    }

    fn note(&mut self, event: &Event, life: &mut Life) {
        match *event {
            Event::Started => life.started = true,
            Event::Mounted { torn, lost } => {
                self.tally.torn_tails += u32::from(torn);
                self.tally.records_lost += lost;
            }
            Event::Orphan { item } => {
                self.tally.orphans.insert(item);
            }
            Event::Recovered => life.recovered = true,
            Event::Sent => {}
            Event::Payment { number } => {
                if number > self.tally.payments {
                    life.payments += 1;
                    self.tally.payments = number;
                    self.bar.set_position(u64::from(number));
                }
            }
            Event::Seen(what) => *self.tally.seen.entry(what).or_default() += 1,
            Event::Settling => life.settling = true,
            Event::Settled => life.settling = false,
            Event::ScriptDone => {
                self.script_done = true;
                if self.enough_kills() {
                    self.heal();
                }
            }
            Event::Finished => life.finished = true,
        }
    }

    /// The phase byte of a dead terminal says what it was doing.
    fn count_kill(&mut self, life: &Life) -> Result<(), Failure> {
        let phase = read_phase(self.image)?;
        let tally = &mut self.tally;
        tally.kills += 1;
        tally.in_program += u32::from(phase == Phase::Program);
        tally.in_erase += u32::from(phase == Phase::Erase);
        tally.in_recovery += u32::from(life.started && !life.recovered);
        tally.in_settlement += u32::from(life.settling);
        Ok(())
    }
}

/// What the terminal says, as it says it; the channel ends when the terminal does.
fn listen(child: &mut Child) -> Result<Receiver<Event>, Failure> {
    let stdout = child.stdout.take().ok_or("the terminal has no standard output")?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines() {
            let Ok(line) = line else { return };
            // The last line of a killed terminal may be cut short.
            if let Ok(event) = serde_json::from_str(&line)
                && sender.send(event).is_err()
            {
                return;
            }
        }
    });
    Ok(receiver)
}

/// A process that was killed has no exit code, except where kills are exit codes.
fn was_killed(status: ExitStatus) -> bool {
    status.code().is_none() || cfg!(windows)
}
