//! A day is run, and the power cut in its operations: what does the next boot find, and do?

use std::collections::{BTreeMap, BTreeSet};

use pos_journal::flash::sim::{Cut, Op, OpKind};
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
    /// How often each step came so far.
    came: BTreeMap<Step, u64>,
    observed: Observed,
}

/// A call and what it does, uncut.
struct Rehearsal<'a, const I: usize, const B: usize> {
    call: &'a Call,
    ops: &'a [Op],
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
            script::take(&mut run, &call, &mut self.promises)
                .map_err(|e| format!("{} {call:?}: {e}", self.geometry.name))?;
            let ops = run.flash_mut().end_trace();
            let after = Known::of(&run, &self.promises);
            let mut said_anyway = BTreeSet::new();
            for (till, known) in [(&self.till, &before), (&run, &after)] {
                let chip = till.clone().into_flash();
                let (till, _) = judge::mount(self.geometry, chip, &[known])?;
                said_anyway.extend(Report::of(till.report()));
            }
            let rehearsal = Rehearsal { call: &call, ops: &ops, before, after, said_anyway };
            self.cut_everywhere(&rehearsal).map_err(|what| {
                format!("{} idle {} call {n}: {what}", self.geometry.name, self.idle)
            })?;
            self.active = self.active_after(&ops);
            self.till = run;
        }
        Ok(self.observed)
    }

    fn cut_everywhere(&mut self, rehearsal: &Rehearsal<'_, I, B>) -> Result<(), String> {
        for (i, op) in rehearsal.ops.iter().enumerate() {
            let step = Step::of(rehearsal.ops, i, rehearsal.call, self.geometry);
            let came = self.came.entry(step).or_default();
            *came += 1;
            // The first ones, and then ever fewer: early and late in the ring's life. Records come
            // most often and are all alike.
            let every_other = matches!(step, Step::Record(_)) && came.ilog2() % 2 == 1;
            if !came.is_power_of_two() || every_other {
                continue;
            }
            for (n, tear) in op.tears(SCATTERED).into_iter().enumerate() {
                let seed = mix(self.seed ^ mix(*came << 32 | (i as u64) << 20 | n as u64));
                let cut = Cut { op: i as u64, tear };
                let seen = cut_once(self.geometry, &self.till, rehearsal, (cut, seed), self.active)
                    .map_err(|what| format!("{} {op:?} {tear:?}: {what}", step.words()))?;
                self.observed.see(step, Point::of(op, tear), seen);
            }
        }
        Ok(())
    }

    /// The active sector after these operations.
    fn active_after(&self, ops: &[Op]) -> u32 {
        active_after(self.geometry, self.active, ops)
    }
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
    active: u32,
) -> Result<Seen, String> {
    let Rehearsal { call, ops, before, after, said_anyway } = rehearsal;
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
    let touched = match call {
        Call::Maintain => &[],
        _ => &ops[..=cut.op as usize],
    };
    let count = |kind| recovery.iter().filter(|op| op.kind == kind).count() as u64;
    let (programs, erases) = (count(OpKind::Program), count(OpKind::Erase));
    if (programs == 2) != (erases == 0) {
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
        first: first_of(geometry, &recovery, touched, now),
        active: match active_before(&layout, &recovery)? == now {
            true => Active::TheSame,
            false => Active::TheNew,
        },
        programs,
        erases,
        wavers: again != which,
    })
}

/// What a recovery does first. `touched`: what the cut call had done or begun.
fn first_of(geometry: &Geometry, recovery: &[Op], touched: &[Op], active: u32) -> First {
    let sector = |op: &Op| op.address / geometry.sector_bytes;
    let Some(op) = recovery.first() else { return First::Nothing };
    let begun = touched.iter().any(|t| sector(t) != active && sector(t) == sector(op));
    match (op.kind, op.head[1], begun) {
        (OpKind::Erase, _, true) => First::OpensAgain,
        (OpKind::Erase, _, false) | (_, kind::BOOT, _) => First::AsEver,
        (_, kind, _) => First::Frame(kind),
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
