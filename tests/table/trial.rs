//! A day is run, and the power cut in its operations: what does the next boot find, and do?

use std::collections::{BTreeMap, BTreeSet};

use pos_journal::flash::sim::{Cut, Op, OpKind, Tear};
use pos_journal::log::{Layout, kind};

use super::day::Day;
use super::point::Point;
use super::seen::{Active, First, Found, Observed, Report, Seen};
use super::step::{Step, is_frame};
use crate::common::geometry::{Geometry, Till};
use crate::common::judge::{self, Known};
use crate::common::mix;
use crate::common::promises::Promises;
use crate::common::script::{self, Step as Call};

/// Draws of torn units, or blocks, in any order.
const SCATTERED: usize = 12;

/// The cuts of one day.
pub struct Trials<'g, const W: usize, const E: usize, const I: usize, const B: usize> {
    geometry: &'g Geometry,
    seed: u64,
    idle: bool,
    till: Till<W, E, I, B>,
    promises: Promises,
    /// The sector that was opened last.
    active: u32,
    /// A sector whose opening the day left half done.
    half: Option<u32>,
    openings: u32,
    /// How often each step came so far.
    came: BTreeMap<Step, u64>,
    observed: Observed,
}

/// A call and what it does, uncut.
struct Rehearsal<'a, const I: usize, const B: usize> {
    call: &'a Call,
    ops: &'a [Op],
    /// Units of each operation up to the last that is not all ones.
    filled: Vec<u32>,
    before: Known<I, B>,
    after: Known<I, B>,
    /// What a mount says that follows no cut, before the call or after it.
    said_anyway: BTreeSet<Report>,
}

impl<'g, const W: usize, const E: usize, const I: usize, const B: usize> Trials<'g, W, E, I, B> {
    pub fn new(geometry: &'g Geometry, seed: u64, idle: bool) -> Self {
        Trials {
            geometry,
            seed,
            idle,
            till: geometry.fresh(seed),
            promises: Promises::default(),
            // A format opens sector 1.
            active: 1,
            half: None,
            openings: 0,
            came: BTreeMap::new(),
            observed: Observed::default(),
        }
    }

    pub fn run(mut self, mut day: Day) -> Result<Observed, String> {
        let mut n = 0;
        while let Some(call) = day.next(&self.till, &self.promises) {
            n += 1;
            if let Call::Reboot = call {
                let known = Known::of(&self.till, &self.promises);
                let chip = self.till.into_flash();
                self.till = judge::mount(self.geometry, chip, &[&known])?.0;
                continue;
            }
            let before = Known::of(&self.till, &self.promises);
            let mut run = self.till.clone();
            run.flash_mut().trace();
            let mut promises = self.promises.clone();
            script::take(&mut run, &call, &mut promises)
                .map_err(|e| format!("{} {call:?}: {e}", self.geometry.name))?;
            let ops = run.flash_mut().end_trace();
            let after = Known::of(&run, &promises);
            let mut said_anyway = BTreeSet::new();
            for (till, known) in [(&self.till, &before), (&run, &after)] {
                let chip = till.clone().into_flash();
                let (till, _) = judge::mount(self.geometry, chip, &[known])?;
                said_anyway.extend(Report::of(till.report()));
            }
            let chip = run.log().flash();
            let filled =
                ops.iter().map(|op| filled(op, &chip.truth(op.address, op.bytes as usize)));
            let filled = filled.collect();
            let rehearsal =
                Rehearsal { call: &call, ops: &ops, filled, before, after, said_anyway };
            self.cut_everywhere(&rehearsal).map_err(|what| {
                format!("{} idle {} call {n}: {what}", self.geometry.name, self.idle)
            })?;
            if let Some(op) = self.left_half_done(&ops) {
                self.leave(&rehearsal, op)?;
                continue;
            }
            if ops.iter().any(|op| is_frame(op, self.geometry, kind::COMMIT)) {
                self.half = None;
            }
            self.active = active_after(self.geometry, self.active, &ops);
            self.promises = promises;
            self.till = run;
        }
        Ok(self.observed)
    }

    fn cut_everywhere(&mut self, rehearsal: &Rehearsal<'_, I, B>) -> Result<(), String> {
        for (i, op) in rehearsal.ops.iter().enumerate() {
            let step = Step::of(rehearsal.ops, i, rehearsal.call, self.geometry);
            let came = self.came.entry(step).or_default();
            *came += 1;
            // The first ones, and then ever fewer: early and late in the ring's life. What comes often
            // is tried half as often.
            let often = matches!(
                step,
                Step::Record(_) | Step::Boot(_) | Step::Header | Step::Copy | Step::Commit(_)
            );
            let every_other = often && came.ilog2() % 2 == 1;
            if !came.is_power_of_two() || every_other {
                continue;
            }
            for (n, tear) in op.tears(SCATTERED).into_iter().enumerate() {
                let seed = mix(self.seed ^ mix(*came << 32 | (i as u64) << 20 | n as u64));
                let cut = Cut { op: i as u64, tear };
                let at = (self.active, self.half);
                let seen = cut_once(self.geometry, &self.till, rehearsal, (cut, seed), at)
                    .map_err(|what| format!("{} {op:?} {tear:?}: {what}", step.words()))?;
                self.observed.see(step, Point::of(op, rehearsal.filled[i], tear), seen);
            }
        }
        Ok(())
    }

    /// Every third sector change is cut in the day itself, at the end of its commit or in the frame behind
    /// it: only then does a later start find an opening half done, with a commit that can be read or not.
    fn left_half_done(&mut self, ops: &[Op]) -> Option<usize> {
        let commit = ops.iter().position(|op| is_frame(op, self.geometry, kind::COMMIT))?;
        self.openings += 1;
        match self.openings % 6 {
            2 => Some(commit),
            5 => Some(commit + 1).filter(|&behind| behind < ops.len()),
            _ => None,
        }
    }

    /// The power fails in an operation, and the day goes on as if the call had not been made.
    fn leave(&mut self, rehearsal: &Rehearsal<'_, I, B>, op: usize) -> Result<(), String> {
        let Op { address, bytes, unit, .. } = rehearsal.ops[op];
        let cut = Cut { op: op as u64, tear: Tear::Prefix { bytes: bytes - unit } };
        let chip = judge::cut_in(&self.till, rehearsal.call, cut, self.seed)?;
        self.till = judge::mount(self.geometry, chip, &[&rehearsal.before])?.0;
        self.half = Some(address / self.geometry.sector_bytes);
        Ok(())
    }
}

/// Of an operation's units, those up to the last that is not all ones.
fn filled(op: &Op, data: &[u8]) -> u32 {
    let mut units = data.chunks(op.unit as usize);
    units.rposition(|unit| unit.iter().any(|&byte| byte != 0xFF)).map_or(0, |i| i as u32 + 1)
}

fn active_after(geometry: &Geometry, before: u32, ops: &[Op]) -> u32 {
    let commit = ops.iter().rev().find(|op| is_frame(op, geometry, kind::COMMIT));
    commit.map_or(before, |op| op.address / geometry.sector_bytes)
}

fn cut_once<const W: usize, const E: usize, const I: usize, const B: usize>(
    geometry: &Geometry,
    till: &Till<W, E, I, B>,
    rehearsal: &Rehearsal<'_, I, B>,
    (cut, seed): (Cut, u64),
    (active, half): (u32, Option<u32>),
) -> Result<Seen, String> {
    let Rehearsal { call, ops, before, after, said_anyway, .. } = rehearsal;
    let may_be = [before, after];
    let chip = judge::cut_in(till, call, cut, seed)?;
    let (till, which) = judge::mount(geometry, chip, &may_be)?;
    let report = &Report::of(till.report()) - said_anyway;
    let layout = *till.log().layout();

    let (_, again) = judge::mount(geometry, till.clone().into_flash(), &may_be)?;

    let steps = judge::first_steps(&till);
    let stages = judge::goes_on(geometry, till, &steps, may_be[which].promises.clone())?;
    // The first two steps make durable what was found; then comes the next day's business.
    let recovery: Vec<Op> = stages[..2].iter().flat_map(|stage| stage.ops.clone()).collect();

    let done = &ops[..cut.op as usize];
    let now = active_after(geometry, active, done);
    // Idle work opens nothing.
    let touched = if matches!(call, Call::Maintain) { &[] } else { &ops[..=cut.op as usize] };
    let sectors = touched.iter().map(|op| op.address / geometry.sector_bytes);
    let begun: Vec<u32> = sectors.filter(|&sector| sector != now).chain(half).collect();
    let count = |kind| recovery.iter().filter(|op| op.kind == kind).count() as u64;
    let (programs, erases) = (count(OpKind::Program), count(OpKind::Erase));
    if erases == 0 && programs != 2 {
        return Err(format!("neither two boot frames nor an opening: {recovery:?}"));
    }
    let same = before.next_seq == after.next_seq && before.ledger == after.ledger;
    Ok(Seen {
        found: match (same, which) {
            (true, _) => Found::Same,
            (false, 0) => Found::Before,
            (false, _) => Found::After,
        },
        report,
        first: first_of(geometry, &recovery, &begun),
        active: match active_before(&layout, &recovery)? == now {
            true => Active::TheSame,
            false => Active::TheNew,
        },
        programs,
        erases,
        wavers: again != which,
    })
}

/// What a recovery does first. `begun`: sectors whose opening was begun and not ended.
fn first_of(geometry: &Geometry, recovery: &[Op], begun: &[u32]) -> First {
    let is_mark = |op: &Op| is_frame(op, geometry, kind::VOID);
    let marks = recovery.first().is_some_and(is_mark);
    let Some(op) = recovery.iter().find(|op| !is_mark(op)) else { return First::Nothing };
    let again = begun.contains(&(op.address / geometry.sector_bytes));
    match (op.kind, op.head[1], again, marks) {
        (OpKind::Erase, _, true, false) => First::OpensAgain,
        (OpKind::Erase, _, _, true) => First::MarksAndOpensAgain,
        (OpKind::Erase, _, false, false) | (_, kind::BOOT, _, false) => First::AsEver,
        (_, kind, ..) => First::Frame(kind),
    }
}

/// The sector that a mount took for the active one: into which the recovery writes without an erase,
/// or which the commit of the sector that it opens names.
fn active_before(layout: &Layout, recovery: &[Op]) -> Result<u32, String> {
    let sector = |op: &Op| layout.locate(op.address).0;
    let erased =
        |op: &&Op| recovery.iter().any(|e| e.kind == OpKind::Erase && sector(e) == sector(op));
    let programs = || recovery.iter().filter(|op| op.kind == OpKind::Program);
    if let Some(op) = programs().find(|op| !erased(op)) {
        return Ok(sector(op));
    }
    let commit =
        programs().find(|op| layout.locate(op.address).1 != 0 && op.head[1] == kind::COMMIT);
    let commit = commit.ok_or_else(|| format!("no trace of the active sector: {recovery:?}"))?;
    // Behind length and kind, and the sequence number where a stripe begins, comes the epoch of the
    // sector before; it is far below 65,536 here.
    let from = if layout.begins_stripe(layout.locate(commit.address).1) { 6 } else { 2 };
    let epoch = u16::from_le_bytes([commit.head[from], commit.head[from + 1]]);
    Ok(layout.sector_of(u32::from(epoch)))
}
