//! A terminal's day on one geometry, with the power cut in every operation, in every way.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pos_journal::flash::sim::{Cut, FaultCounts, Op, SimFlash, Tear};
use pos_journal::log::kind;

use super::class::Class;
use super::geometry::{Geometry, Till};
use super::judge::{self, Known, Stage};
use super::promises::Promises;
use super::script::{self, Habits, Step};
use super::{Dice, mix};

/// How much is tried.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub seed: u64,
    /// How often the ring is lapped.
    pub laps: u32,
    /// This part of so many: the steps are shared out.
    pub part: u64,
    pub parts: u64,
    /// Cuts within cuts, exhaustively.
    pub nested: bool,
    /// Steps at most.
    pub steps: u64,
    /// Violations after which nothing more is tried.
    pub enough: usize,
    pub habits: Habits,
}

impl Plan {
    pub fn new(seed: u64) -> Self {
        Plan {
            seed,
            laps: 3,
            part: 0,
            parts: 1,
            nested: false,
            steps: u64::MAX,
            enough: 3,
            habits: Habits::default(),
        }
    }
}

/// What was tried and found.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub cuts: [u64; Class::ALL.len()],
    pub nested: u64,
    pub steps: u64,
    pub laps: u32,
    pub faults: FaultCounts,
    pub violations: Vec<Violation>,
}

/// What must not be.
#[derive(Clone, Debug)]
pub struct Violation {
    /// Everything that replays it.
    pub replay: String,
    pub class: Class,
    pub tear: &'static str,
    pub what: String,
}

impl Tally {
    pub fn total(&self) -> u64 {
        self.cuts.iter().sum()
    }

    pub fn add(&mut self, other: Tally) {
        for (sum, more) in self.cuts.iter_mut().zip(other.cuts) {
            *sum += more;
        }
        self.nested += other.nested;
        self.steps += other.steps;
        self.laps = self.laps.max(other.laps);
        self.faults.add(&other.faults);
        self.violations.extend(other.violations);
    }
}

/// One cut by its place, to try it alone: step, operation, number of the tear; and, nested, the
/// operation and tear in the recovery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    pub step: u64,
    pub op: usize,
    pub tear: usize,
    pub nested: Option<(usize, usize)>,
}

/// Runs the day. With `only` just that cut is made.
pub fn explore<const W: usize, const E: usize, const I: usize, const B: usize>(
    geometry: &Geometry,
    plan: &Plan,
    only: Option<Spot>,
) -> Tally {
    let mut tally = Tally::default();
    let mut till: Till<W, E, I, B> = geometry.fresh(plan.seed);
    let mut promises = Promises::default();
    let mut dice = Dice::new(plan.seed);
    let mut opened = 0;
    for step_no in 0..plan.steps {
        tally.laps = opened / geometry.sectors;
        if tally.laps >= plan.laps || tally.violations.len() >= plan.enough {
            break;
        }
        tally.steps += 1;
        let step = script::next(&till, &promises, &mut dice, plan.habits);
        if let Step::Reboot = step {
            let known = Known::of(&till, &promises);
            match judge::mount(geometry, till.into_flash(), &[&known]) {
                Ok((again, _)) => till = again,
                Err(what) => {
                    let class = Class::Append;
                    let replay = format!("{} seed {} step {step_no}", geometry.name, plan.seed);
                    let what = format!("a clean reboot: {what}");
                    tally.violations.push(Violation { replay, class, tear: "no cut", what });
                    break;
                }
            }
            continue;
        }
        let start = Spot { step: step_no, op: 0, tear: 0, nested: None };
        let before = Known::of(&till, &promises);
        let mut run = till.clone();
        run.flash_mut().trace();
        let taken = guarded(|| {
            script::take(&mut run, &step, &mut promises).map_err(|e| format!("{step:?}: {e}"))
        });
        if let Err(what) = taken {
            let replay = spot_line(geometry, plan, start);
            let class = Class::Append;
            tally.violations.push(Violation { replay, class, tear: "no cut", what });
            break;
        }
        let ops = run.flash_mut().end_trace();
        // A sector is opened by its commit; where there are only two it is written twice.
        let commits = ops.iter().filter(|op| op.address > 0 && op.head[1] == kind::COMMIT).count();
        opened += if geometry.sectors == 2 { commits / 2 } else { commits } as u32;
        let after = Known::of(&run, &promises);
        let mine = match only {
            Some(spot) => spot.step == step_no,
            None => step_no % plan.parts == plan.part,
        };
        if mine {
            let day = Day { geometry, plan, till: &till, step: &step, may_be: [&before, &after] };
            day.cut_everywhere(&ops, start, only, &mut tally);
        }
        if only.is_some_and(|spot| spot.step < step_no) {
            break;
        }
        till = run;
    }
    tally
}

/// A step that is about to be taken.
struct Day<'a, const W: usize, const E: usize, const I: usize, const B: usize> {
    geometry: &'a Geometry,
    plan: &'a Plan,
    till: &'a Till<W, E, I, B>,
    step: &'a Step,
    may_be: [&'a Known<I, B>; 2],
}

impl<const W: usize, const E: usize, const I: usize, const B: usize> Day<'_, W, E, I, B> {
    fn cut_everywhere(&self, ops: &[Op], start: Spot, only: Option<Spot>, tally: &mut Tally) {
        for (op, asked) in ops.iter().enumerate() {
            let class = Class::of(asked, self.geometry);
            for (n, tear) in asked.tears(scattered(class)).into_iter().enumerate() {
                let spot = Spot { op, tear: n, ..start };
                let wanted = match only {
                    Some(only) => only.op == op && only.tear == n,
                    None => self.is_in_sample(asked, class, tear, spot),
                };
                if !wanted {
                    continue;
                }
                tally.cuts[class as usize] += 1;
                let tried = guarded(|| self.cut_here(spot, tear, only, tally));
                if let Err(what) = tried {
                    let replay = spot_line(self.geometry, self.plan, spot);
                    tally.violations.push(Violation { replay, class, tear: tear.name(), what });
                    if tally.violations.len() >= self.plan.enough {
                        return;
                    }
                }
            }
        }
    }

    fn cut_here(
        &self,
        spot: Spot,
        tear: Tear,
        only: Option<Spot>,
        tally: &mut Tally,
    ) -> Result<(), String> {
        let seed = seed_of(self.plan, spot);
        let chip = judge::cut_in(self.till, self.step, Cut { op: spot.op as u64, tear }, seed)?;
        tally.faults.add(chip.happened());
        let (till, which) = judge::mount(self.geometry, chip, &self.may_be)?;
        let steps = judge::first_steps(&till);
        let promises = &self.may_be[which].promises;
        let nested = self.plan.nested.then(|| till.clone());
        let stages = judge::goes_on(self.geometry, till, &steps, promises.clone())?;
        match nested {
            Some(till) => self.cut_again(&till, &steps, &stages, (spot, only), tally),
            None => Ok(()),
        }
    }

    /// The power fails again while the journal recovers, at every operation of it.
    fn cut_again(
        &self,
        till: &Till<W, E, I, B>,
        steps: &[Step],
        stages: &[Stage<I, B>],
        (spot, only): (Spot, Option<Spot>),
        tally: &mut Tally,
    ) -> Result<(), String> {
        let mut first = 0;
        for (stage, step) in stages.iter().zip(steps) {
            for (j, op) in stage.ops.iter().enumerate() {
                for (n, tear) in few_tears(op).into_iter().enumerate() {
                    let at = (first + j, n);
                    let wanted = only.and_then(|only| only.nested).is_none_or(|want| want == at);
                    if wanted {
                        tally.nested += 1;
                        let here = Spot { nested: Some(at), ..spot };
                        self.cut_recovery(till, (steps, stages), stage, here, tear).map_err(
                            |what| {
                                let line = spot_line(self.geometry, self.plan, here);
                                format!(
                                    "{line}: recovery cut in {op:?} {tear:?} of {step:?}: {what}"
                                )
                            },
                        )?;
                    }
                }
            }
            first += stage.ops.len();
        }
        Ok(())
    }

    fn cut_recovery(
        &self,
        till: &Till<W, E, I, B>,
        (steps, stages): (&[Step], &[Stage<I, B>]),
        stage: &Stage<I, B>,
        spot: Spot,
        tear: Tear,
    ) -> Result<(), String> {
        let op = spot.nested.map_or(0, |(op, _)| op as u64);
        let mut again = till.clone();
        again.flash_mut().seed_cut(seed_of(self.plan, spot));
        again.flash_mut().cut(Cut { op, tear });
        let mut unheard = stages[0].before.promises.clone();
        for step in steps {
            if script::take(&mut again, step, &mut unheard).is_err() {
                break;
            }
        }
        let chip: SimFlash<W, E> = again.into_flash();
        if !chip.is_off() {
            return Err(format!("recovery never came to operation {op}"));
        }
        let mut may_be = vec![&stage.after, &stage.before];
        if !stage.firm {
            may_be.extend(self.may_be);
        }
        let (till, which) = judge::mount(self.geometry, chip, &may_be)?;
        let next = judge::first_steps(&till);
        judge::goes_on(self.geometry, till, &next, may_be[which].promises.clone()).map(drop)
    }

    /// Appends are many and alike: of those a sample is enough to keep the classes in proportion.
    /// Every unit boundary of small regions is always in it.
    fn is_in_sample(&self, op: &Op, class: Class, tear: Tear, spot: Spot) -> bool {
        if self.plan.nested {
            return few_tears(op).contains(&tear);
        }
        let boundary = matches!(tear, Tear::Prefix { bytes } if bytes % op.unit == 0);
        let one_in = match (class, self.geometry.every_unit, boundary) {
            (Class::Append, true, false) => 3,
            (Class::Append, false, _) => 40,
            (Class::Settlement | Class::BootFrame, false, _) => 8,
            _ => 1,
        };
        mix(seed_of(self.plan, spot)).is_multiple_of(one_in)
    }
}

/// How many draws of torn units in any order. Erases and headers are few, so of each more is tried.
fn scattered(class: Class) -> usize {
    match class {
        Class::Erase => 60,
        Class::Opening => 24,
        Class::Carry => 8,
        _ => 3,
    }
}

/// For cuts within cuts: each unit boundary, each unit torn and faint, two draws of all at once.
fn few_tears(op: &Op) -> Vec<Tear> {
    let on_unit = |tear: &Tear| !matches!(tear, Tear::Prefix { bytes } if bytes % op.unit != 0);
    op.tears(2).into_iter().filter(on_unit).collect()
}

fn seed_of(plan: &Plan, spot: Spot) -> u64 {
    let (op, tear) = spot.nested.unwrap_or((9999, 9999));
    let inner = (op as u64) << 16 | tear as u64;
    mix(plan.seed ^ mix(spot.step << 32 | (spot.op as u64) << 20 | spot.tear as u64) ^ inner << 8)
}

/// The line that replays a cut alone.
fn spot_line(geometry: &Geometry, plan: &Plan, spot: Spot) -> String {
    let nested = spot.nested.map_or(String::new(), |(op, tear)| format!(" {op} {tear}"));
    format!(
        "POS_REPLAY='{} {} {} {} {}{nested}' cargo test --release --features sim --test power_cuts \
         replay -- --nocapture",
        geometry.name, plan.seed, spot.step, spot.op, spot.tear
    )
}

/// A panic is a violation like any other.
pub fn guarded<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| text.to_string()));
        Err(format!("panic: {}", text.unwrap_or_default()))
    })
}
