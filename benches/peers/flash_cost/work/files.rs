//! W4: one durable commit for each record, on a file. The stores take turns of a few payments, so that
//! a disk that is slow for a while is slow for all of them; what is shown are medians of turns.

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::file::{self, Opened};
use crate::record::{Record, Till};
use crate::store::{FLOOR, Fail, Store};
use crate::work::{FILE, Rows, W4};

/// Payments of a turn.
const TURN: usize = 10;

/// A store that takes part.
struct Runner {
    entrant: file::Entrant,
    store: Box<dyn Store>,
    till: Till,
    records: Vec<Record>,
    turns: Vec<Turn>,
}

/// What one turn gave.
#[derive(Clone, Copy)]
struct Turn {
    commits_per_second: f64,
    syncs_per_commit: f64,
    bytes_per_payment: f64,
}

pub fn run(dir: &Path, turns: usize, only: Option<&str>, rows: &mut Rows) {
    let scratch = match Scratch::new(dir) {
        Ok(scratch) => scratch,
        Err(why) => return rows.sheet(FLOOR, W4, FILE).result(Err(why)),
    };
    let mut runners = Vec::new();
    for entrant in file::entrants() {
        if only.is_some_and(|part| !entrant.name.contains(part)) {
            continue;
        }
        match Runner::new(entrant, &scratch.0) {
            Ok(runner) => runners.push(runner),
            Err((name, why)) => rows.sheet(name, W4, FILE).result(Err(why)),
        }
    }
    let mut failed = vec![None; runners.len()];
    for _ in 0..turns {
        for (runner, failed) in runners.iter_mut().zip(&mut failed) {
            if failed.is_none() {
                *failed = runner.turn().err();
            }
        }
    }
    let floor = runners.iter().find(|runner| runner.entrant.name == FLOOR);
    let floor = floor.map(|floor| floor.turns.clone()).unwrap_or_default();
    for (runner, failed) in runners.into_iter().zip(failed) {
        let result = failed.map_or(Ok(()), Err);
        report(runner, result, &floor, &scratch.0, rows);
    }
}

fn report(runner: Runner, result: Result<(), Fail>, floor: &[Turn], dir: &Path, rows: &mut Rows) {
    let mut sheet = rows.sheet(runner.entrant.name, W4, FILE);
    let turns = &runner.turns;
    let of = |of: fn(&Turn) -> f64| median(turns.iter().map(of).collect());
    let shares = turns.iter().zip(floor);
    let shares = shares.map(|(turn, floor)| turn.commits_per_second / floor.commits_per_second);
    sheet.number("commits per second", of(|turn| turn.commits_per_second));
    sheet.number("share of the floor", median(shares.collect()));
    let mean = |of: fn(&Turn) -> f64| turns.iter().map(of).sum::<f64>() / turns.len() as f64;
    sheet.number("syncs per commit", mean(|turn| turn.syncs_per_commit));
    sheet.number("bytes written per payment", mean(|turn| turn.bytes_per_payment));
    sheet.result(result.and_then(|()| runner.verify(dir)));
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

impl Runner {
    fn new(entrant: file::Entrant, dir: &Path) -> Result<Self, (&'static str, Fail)> {
        let store = (entrant.open)(dir, Opened::New).map_err(|why| (entrant.name, why))?;
        Ok(Runner { entrant, store, till: Till::new(4), records: Vec::new(), turns: Vec::new() })
    }

    fn turn(&mut self) -> Result<(), Fail> {
        let records: Vec<Record> = (0..TURN).flat_map(|_| self.till.payment()).collect();
        let (syncs, bytes) = (file::syncs(), file::written());
        let begun = Instant::now();
        for record in &records {
            self.store.append(record.id, &record.payload)?;
        }
        let seconds = begun.elapsed().as_secs_f64();
        let commits = records.len() as f64;
        self.turns.push(Turn {
            commits_per_second: commits / seconds,
            syncs_per_commit: (file::syncs() - syncs) as f64 / commits,
            bytes_per_payment: (file::written() - bytes) as f64 / TURN as f64,
        });
        self.records.extend(records);
        Ok(())
    }

    /// Opened again, it has everything.
    fn verify(self, dir: &Path) -> Result<(), Fail> {
        drop(self.store);
        let mut store = (self.entrant.open)(dir, Opened::Again)?;
        store.check(1..=self.records.len() as u32, &self.records)
    }
}

/// A directory that is removed again.
struct Scratch(PathBuf);

impl Scratch {
    fn new(dir: &Path) -> Result<Self, Fail> {
        let path = dir.join(format!("flash-cost-{}", std::process::id()));
        std::fs::create_dir_all(&path).map_err(crate::store::fail)?;
        Ok(Scratch(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
