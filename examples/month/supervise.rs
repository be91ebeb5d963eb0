//! One terminal's month: starts its process, tells it the time, kills it, starts it again.

use super::plants;
use super::script::{self, EPOCH, Month};
use super::shop::NOBODY;
use crate::acquirer::Failure;
use crate::acquirer::proxy::{Counts, Fate, Proxy, Sky, Weather};
use crate::terminal::till::Break;
use indicatif::ProgressBar;
use rand::Rng;
use rand::rngs::StdRng;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What all terminals share.
#[derive(Clone)]
pub struct Plan {
    pub month: Month,
    pub dir: PathBuf,
    pub acquirer: SocketAddr,
    pub broken: Option<Break>,
}

/// The time at one terminal, in milliseconds since the month began, for the line and the acquirer.
pub type Clock = Arc<AtomicU64>;

/// What happened to a terminal.
#[derive(Clone, Debug, Default)]
pub struct Lived {
    pub starts: u32,
    pub kills: u32,
    pub orphans: u64,
    pub full: u32,
    pub bytes: u64,
    pub erases: u64,
    pub slowest_us: u64,
    pub slowest_append_us: u64,
    pub faults: Counts,
}

type Process = Arc<Mutex<Option<Child>>>;

/// The line's view of the month.
struct Line {
    plan: Plan,
    number: u32,
    clock: Clock,
    process: Process,
    faults: Arc<Mutex<Counts>>,
    rng: StdRng,
    until_strike: u32,
}

impl Line {
    fn hour(&self) -> u64 {
        self.clock.load(Ordering::SeqCst) / script::HOUR
    }

    fn is_calm(&self) -> bool {
        plants::is_calm(&self.plan.month, self.number, self.hour())
    }
}

impl Sky for Line {
    fn weather(&self) -> Weather {
        let hour = self.hour();
        script::weather(&self.plan.month, self.number, hour)
    }

    fn strikes(&mut self, planted: bool) -> bool {
        if planted {
            kill(&self.process);
            return true;
        }
        if self.is_calm() {
            return false;
        }
        self.until_strike = self.until_strike.saturating_sub(1);
        let now = self.until_strike == 0;
        if now {
            self.until_strike = script::until_strike(&mut self.rng);
            kill(&self.process);
        }
        now
    }

    fn count(&mut self, fate: Fate) {
        if let Ok(mut faults) = self.faults.lock() {
            *faults.entry(fate).or_default() += 1;
        }
    }
}

/// SIGKILL: no last words.
fn kill(process: &Process) {
    if let Ok(mut process) = process.lock()
        && let Some(child) = process.as_mut()
    {
        let _ = child.kill();
    }
}

/// Lives the month of one terminal.
pub fn live(plan: &Plan, number: u32, clock: &Clock, bar: &ProgressBar) -> Result<Lived, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let (open, closed) = (listener.local_addr()?, NOBODY);
    let (process, faults) = (Process::default(), Arc::new(Mutex::new(Counts::new())));
    let mut rng = script::rng(plan.month.seed, [4, number, 0, 0]);
    let line = Line {
        plan: plan.clone(),
        number,
        clock: clock.clone(),
        process: process.clone(),
        faults: faults.clone(),
        until_strike: script::until_strike(&mut rng),
        rng: script::rng(plan.month.seed, [5, number, 0, 0]),
    };
    let seed = script::rng(plan.month.seed, [6, number, 0, 0]).random();
    let proxy = Proxy::new(plan.acquirer, seed, line);
    thread::spawn(move || proxy.run(&listener));

    let dir = plan.dir.join(script::terminal(0, number));
    let mut lived = Lived::default();
    let mut day = 0;
    while day < plan.month.days {
        lived.starts += 1;
        if lived.starts > 40 * plan.month.days + 40 {
            return Err(format!("terminal {number} does not get on").into());
        }
        let address = address(plan, number, clock, open, closed);
        let mut child = spawn(plan, &dir, number, day, clock, address)?;
        let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("no pipes".into());
        };
        *process.lock().map_err(|_| "a thread has died")? = Some(child);
        let mut counted = (0, 0);
        for line in BufReader::new(stdout).lines() {
            let Ok(line) = line else { break };
            let words: Vec<&str> = line.split(' ').collect();
            let number_at = |at: usize| words.get(at).and_then(|word| word.parse::<u64>().ok());
            match (words.first().copied(), number_at(1)) {
                (Some("at"), Some(ms)) => {
                    clock.store(ms, Ordering::SeqCst);
                    bar.inc(1);
                }
                (Some("hour"), Some(hour)) => clock.store(hour * 3_600_000, Ordering::SeqCst),
                (Some("day"), Some(done)) => {
                    day = done as u32 + 1;
                }
                (Some("orphans"), Some(found)) => {
                    lived.orphans += found;
                    continue;
                }
                (Some("slowest"), Some(us)) => {
                    lived.slowest_us = lived.slowest_us.max(us);
                    lived.slowest_append_us =
                        lived.slowest_append_us.max(number_at(2).unwrap_or_default());
                    continue;
                }
                (Some("full"), _) => {
                    lived.full += 1;
                    continue;
                }
                // The last line of one that was killed may be cut.
                _ => continue,
            }
            if let (Some(bytes), Some(erases)) = (number_at(2), number_at(3)) {
                lived.bytes += bytes - counted.0;
                lived.erases += erases - counted.1;
                counted = (bytes, erases);
            }
            let address = self::address(plan, number, clock, open, closed);
            let _ = writeln!(stdin, "{address}");
            // Now and then the power fails anywhere.
            let hour = clock.load(Ordering::SeqCst) / script::HOUR;
            if rng.random_ratio(1, 500) && !plants::is_calm(&plan.month, number, hour) {
                thread::sleep(Duration::from_micros(rng.random_range(0..3_000)));
                kill(&process);
            }
        }
        drop(stdin);
        let child = process.lock().map_err(|_| "a thread has died")?.take();
        let status = child.ok_or("no process")?.wait()?;
        match status.code() {
            None => lived.kills += 1,
            Some(0) => {}
            Some(_) => {
                return Err(format!("terminal {number} ended by itself on day {}", day + 1).into());
            }
        }
    }
    lived.faults = faults.lock().map_err(|_| "a thread has died")?.clone();
    Ok(lived)
}

fn address(
    plan: &Plan,
    number: u32,
    clock: &Clock,
    open: SocketAddr,
    closed: SocketAddr,
) -> SocketAddr {
    let hour = clock.load(Ordering::SeqCst) / 3_600_000;
    if script::weather(&plan.month, number, hour).down { closed } else { open }
}

fn spawn(
    plan: &Plan,
    dir: &Path,
    number: u32,
    day: u32,
    clock: &Clock,
    address: SocketAddr,
) -> Result<Child, Failure> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(["--shop", &number.to_string(), "--day", &day.to_string()])
        .args(["--now", &clock.load(Ordering::SeqCst).to_string()])
        .args(["--address", &address.to_string(), "--seed", &plan.month.seed.to_string()])
        .args(["--days", &plan.month.days.to_string()])
        .args(["--terminals", &plan.month.terminals.to_string()])
        .args(["--payments", &plan.month.payments.to_string()])
        .arg("--dir")
        .arg(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    if let Some(broken) = plan.broken {
        use clap::ValueEnum;
        let value = broken.to_possible_value().ok_or("no such fault")?;
        command.args(["--break", value.get_name()]);
    }
    Ok(command.spawn()?)
}

/// The acquirer's clock for a terminal's id, and whether the issuers are down.
pub fn now(month: &Month, clocks: &[Clock], terminal: &str) -> (u64, bool) {
    let number: usize = terminal.get(6..).and_then(|n| n.parse().ok()).unwrap_or_default();
    let ms = clocks.get(number.wrapping_sub(1)).map_or(0, |clock| clock.load(Ordering::SeqCst));
    let seconds = EPOCH + ms / 1_000;
    (seconds, script::issuers_are_down(month, number as u32, seconds))
}
