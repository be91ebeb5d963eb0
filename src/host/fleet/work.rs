//! All dumps, many at a time: each worker takes the next part, reads its dumps one by one and writes what
//! they say.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};

use super::How;
use super::clock::{self, Clock};
use super::dump::Dump;
use super::dumps::{self, Seen};
use super::find::Found;
use super::open_items::{self, Open};
use super::parts::{Part, Tally};
use super::payments::{self, Paid};
use super::read::{Room, read};
use super::records::{self, Written};
use super::schema::Table;
use super::summary::{Summary, mark_superseded};

/// What workers share.
struct Shared<'a> {
    parts: Vec<&'a [PathBuf]>,
    next: AtomicUsize,
    /// Nothing can be written any more.
    stop: AtomicBool,
    room: Room,
    bar: ProgressBar,
    how: &'a How<'a>,
    done: Mutex<Done>,
}

#[derive(Default)]
struct Done {
    seen: Vec<Seen>,
    tally: Tally,
    failed: Option<io::Error>,
}

/// Reads all dumps and writes the tables.
pub(super) fn export(found: Found, how: &How<'_>) -> io::Result<Summary> {
    let started = Instant::now();
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} {per_sec} {eta}");
    let shared = Shared {
        parts: found.dumps.chunks(how.partition.dumps_per_part()).collect(),
        next: AtomicUsize::new(0),
        stop: AtomicBool::new(false),
        // One of the largest, or many others.
        room: Room::of(how.largest),
        // It draws on a terminal only.
        bar: ProgressBar::new(found.dumps.len() as u64)
            .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())),
        how,
        done: Mutex::default(),
    };
    let workers = how.jobs.min(shared.parts.len()).max(1);
    thread::scope(|scope| {
        for _ in 1..workers {
            scope.spawn(|| shared.work());
        }
        shared.work();
    });
    shared.bar.finish_and_clear();
    let Done { mut seen, mut tally, failed } =
        shared.done.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(error) = failed {
        return Err(error);
    }
    seen.extend(
        found
            .troubles
            .into_iter()
            .map(|(path, error)| Seen::bad(path.to_string_lossy().into_owned(), error.to_string())),
    );
    seen.sort_by(|a, b| a.name.cmp(&b.name));
    mark_superseded(&mut seen);
    let mut part = Part::new(how, 0);
    for dump in &seen {
        part.put(Table::Dumps, "", None, dumps::row(dump))?;
    }
    tally.add(&part.finish()?);
    Ok(Summary { seen, tally, elapsed: started.elapsed() })
}

impl Shared<'_> {
    fn work(&self) {
        while !self.stop.load(Ordering::Relaxed) {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(dumps) = self.parts.get(number) else { return };
            let mut seen = Vec::new();
            let written = self.part(number, dumps, &mut seen);
            let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
            done.seen.append(&mut seen);
            match written {
                Ok(tally) => done.tally.add(&tally),
                Err(error) => {
                    self.stop.store(true, Ordering::Relaxed);
                    done.failed.get_or_insert(error);
                }
            }
        }
    }

    fn part(&self, number: usize, dumps: &[PathBuf], seen: &mut Vec<Seen>) -> io::Result<Tally> {
        let mut part = Part::new(self.how, number);
        for path in dumps {
            seen.push(self.dump(path, &mut part)?);
            self.bar.inc(1);
        }
        part.finish()
    }

    /// A dump that cannot be read is told of, and stops nothing.
    fn dump(&self, path: &Path, part: &mut Part<'_>) -> io::Result<Seen> {
        let name = path.to_string_lossy().into_owned();
        let dumped = match read(path, self.how, &self.room) {
            Ok(dumped) => dumped,
            Err(trouble) => return Ok(Seen::bad(name, trouble)),
        };
        let dump = Dump::of(name, &dumped, self.how);
        rows(&dump, part)?;
        Ok(Seen::of(&dump))
    }
}

/// Every row of a dump.
fn rows(dump: &Dump<'_>, part: &mut Part<'_>) -> io::Result<()> {
    let terminal = dump.terminal.as_str();
    for (item, payment) in &dump.outline.payments {
        let paid = Paid::of(dump, *item, payment);
        let day = paid.began.map(clock::Instant::day);
        part.put(Table::Payments, terminal, day, payments::row(&paid))?;
    }
    let mut clock = Clock::default();
    for shown in &dump.outline.records {
        let (at, day) = clock.hear(&shown.record);
        let row = records::row(&Written { dump, shown, at });
        part.put(Table::Records, terminal, day, row)?;
    }
    for item in &dump.outline.open {
        let open = Open::of(dump, item);
        let day = open.began.map(clock::Instant::day);
        part.put(Table::OpenItems, terminal, day, open_items::row(&open))?;
    }
    Ok(())
}
