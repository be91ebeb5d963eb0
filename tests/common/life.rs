//! A long life with faults at random: boots, most of them cut, in one weather.

use embedded_storage::nor_flash::ReadNorFlash;
use pos_journal::flash::sim::{
    Cut, Effect, FaultCounts, Faults, Part, Settling, Stuck, StuckHow, Tear,
};
use pos_journal::log;

use super::clock::{BadClock, Odd};
use super::explore::guarded;
use super::geometry::{Geometry, Till};
use super::judge::{self, Known};
use super::promises::Promises;
use super::script::{self, Habits, Step};
use super::{Dice, mix};

/// What goes wrong in a life besides power cuts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weather {
    /// Power cuts only; torn units read the same within a boot.
    Cuts,
    /// Torn units may read differently at every read, for ever.
    Flicker,
    /// They settle after a few reads.
    Settling,
    /// They settle at the next boot.
    AfterReboot,
    ReadErrors,
    ProgramErrors,
    EraseErrors,
    LostWrites,
    Misdirected,
    StuckSector,
    /// Boots of a few operations only.
    BrownOut,
    /// Programs, erases and reads fail and are lost, all at once and often.
    Storm,
    /// The supply sags: programs fail, and then the power does, in the middle of a bit.
    Sagging,
    /// Now and then bits flip at rest, or a block is gone: what is lost must be said.
    Rot,
    /// Power cuts, and a clock that is unset, set back, or leaps.
    Clocks,
    /// Boots of 1 to 50 modelled milliseconds.
    ShortBoots,
}

impl Weather {
    pub const ALL: [Weather; 16] = [
        Weather::Cuts,
        Weather::Flicker,
        Weather::Settling,
        Weather::AfterReboot,
        Weather::ReadErrors,
        Weather::ProgramErrors,
        Weather::EraseErrors,
        Weather::LostWrites,
        Weather::Misdirected,
        Weather::StuckSector,
        Weather::BrownOut,
        Weather::Storm,
        Weather::Sagging,
        Weather::Rot,
        Weather::Clocks,
        Weather::ShortBoots,
    ];

    fn faults(self, geometry: &Geometry, dice: &mut Dice) -> Faults {
        let calm = geometry.faults();
        let rate = [12, 50, 200][dice.below(3) as usize];
        match self {
            Weather::Cuts
            | Weather::BrownOut
            | Weather::Rot
            | Weather::Clocks
            | Weather::ShortBoots => calm,
            Weather::Flicker => Faults { settling: Settling::Never, ..calm },
            Weather::Settling => Faults { settling: Settling::AfterReads(3), ..calm },
            Weather::AfterReboot => Faults { settling: Settling::AfterReboot, ..calm },
            // A transient error has passed when the span is read again.
            Weather::ReadErrors => Faults { read_error: rate, read_pause: 400, ..calm },
            Weather::ProgramErrors => Faults { program_error: rate, effect: Effect::Any, ..calm },
            Weather::EraseErrors => Faults { erase_error: 8, effect: Effect::Any, ..calm },
            Weather::LostWrites => Faults { lost: rate, ..calm },
            Weather::Misdirected => Faults { misdirected: rate, ..calm },
            Weather::Storm => Faults {
                program_error: 4,
                erase_error: 6,
                lost: 30,
                misdirected: 60,
                read_error: 200,
                read_pause: 400,
                ..calm
            },
            Weather::Sagging => Faults { program_error: 6, effect: Effect::Any, ..calm },
            Weather::StuckSector => {
                let how = [StuckHow::Silent, StuckHow::Errors][dice.below(2) as usize];
                let from = dice.below(u64::from(geometry.sectors)) as u32 * geometry.sector_bytes;
                let to = from + geometry.sector_bytes;
                let from_cycle = 2 + dice.below(6) as u32;
                // With few sectors there is none to do without.
                let stuck = Stuck { from, to, from_cycle, how };
                Faults { stuck: (geometry.sectors > 4).then_some(stuck), ..calm }
            }
        }
    }
}

/// What became of a life.
#[derive(Clone, Debug, Default)]
pub struct Lived {
    pub boots: u64,
    pub cuts: u64,
    pub steps: u64,
    /// Calls that failed although the power was on.
    pub errors: u64,
    pub faults: FaultCounts,
    /// Bytes programmed, and erases.
    pub bytes: u64,
    pub erases: u64,
    /// Cuts in a boot in which nothing had been acknowledged yet, by [`RECOVERY`].
    pub recovery: [u64; RECOVERY.len()],
    /// The most such boots in a row.
    pub deepest: u64,
    /// What the clock showed.
    pub clocks: [u64; Odd::ALL.len()],
}

/// In what a recovery was cut.
pub const RECOVERY: [&str; 3] = ["making durable what was found", "first append", "idle work"];

/// Lives through so many boots. `Err` is what must not be.
pub fn live<const W: usize, const E: usize, const I: usize, const B: usize>(
    geometry: &Geometry,
    seed: u64,
    boots: u32,
    weather: Weather,
) -> Result<Lived, String> {
    let mut lived = Lived::default();
    let mut life = Life::<W, E, I, B>::new(geometry, seed, weather);
    for boot in 0..boots {
        let last = boot + 1 == boots;
        let done = guarded(|| life.boot(last, &mut lived));
        done.map_err(|what| {
            format!("{} {weather:?} seed {seed} boot {boot}: {what}", geometry.name)
        })?;
    }
    life.chip_ends(&mut lived);
    Ok(lived)
}

/// A chip after so many boots with power cuts, and the states that the next mount may find.
pub fn aged<const W: usize, const E: usize, const I: usize, const B: usize>(
    geometry: &Geometry,
    seed: u64,
    boots: u32,
) -> Result<(Chip<W, E>, Vec<Known<I, B>>), String> {
    let mut life = Life::<W, E, I, B>::new(geometry, seed, Weather::Cuts);
    for boot in 0..boots {
        let done = guarded(|| life.boot(false, &mut Lived::default()));
        done.map_err(|what| format!("{} seed {seed} boot {boot}: {what}", geometry.name))?;
    }
    Ok((life.chip.ok_or("no chip")?, life.may_be))
}

pub type Chip<const W: usize, const E: usize> = pos_journal::flash::sim::SimFlash<W, E>;

struct Life<'g, const W: usize, const E: usize, const I: usize, const B: usize> {
    geometry: &'g Geometry,
    weather: Weather,
    faults: Faults,
    chip: Option<Chip<W, E>>,
    dice: Dice,
    may_be: Vec<Known<I, B>>,
    clock: BadClock,
    /// Boots in a row that were cut in their recovery.
    deep: u64,
    /// Everything is printed, to look into a life that went wrong.
    traced: bool,
}

impl<'g, const W: usize, const E: usize, const I: usize, const B: usize> Life<'g, W, E, I, B> {
    fn new(geometry: &'g Geometry, seed: u64, weather: Weather) -> Self {
        let mut dice = Dice::new(mix(seed) ^ weather as u64);
        let till: Till<W, E, I, B> = geometry.fresh(seed);
        let may_be = vec![Known::of(&till, &Promises::default())];
        let faults = weather.faults(geometry, &mut dice);
        let mut chip = till.into_flash();
        if weather == Weather::ShortBoots {
            chip.set_part(part_like(W, E));
        }
        Life {
            geometry,
            weather,
            faults,
            chip: Some(chip),
            dice,
            may_be,
            clock: BadClock::new(seed),
            deep: 0,
            traced: std::env::var("POS_TRACE").is_ok(),
        }
    }

    fn boot(&mut self, last: bool, lived: &mut Lived) -> Result<(), String> {
        lived.boots += 1;
        let Some(mut chip) = self.chip.take() else { return Err("no chip".into()) };
        // The last boot is calm: everything that was promised must be there and go on.
        let calm = Faults { stuck: self.faults.stuck, ..self.geometry.faults() };
        let calm = Faults { settling: self.faults.settling, ..calm };
        chip.set_faults(if last { calm } else { self.faults });
        chip.set_seed(self.dice.draw());
        let may_be: Vec<_> = self.may_be.iter().collect();
        if self.traced {
            println!(
                "boot {}: next may be {:?}",
                lived.boots - 1,
                may_be.iter().map(|k| k.next_seq).collect::<Vec<_>>()
            );
        }
        if self.weather == Weather::Rot && !last && self.dice.once_in(6) {
            let what = rot(&mut chip, &mut self.dice);
            if self.traced {
                println!("  rot: {what}");
            }
            judge::mount_damaged::<W, E, I, B>(self.geometry, chip.clone(), &may_be)?;
            self.chip = Some(chip);
            self.chip_ends(lived);
            // A life with a hole in it has no exact past any more: a new one begins.
            *self = Life::new(self.geometry, self.dice.draw(), self.weather);
            return Ok(());
        }
        let (mut till, which) = judge::mount(self.geometry, chip, &may_be)?;
        let mut promises = self.may_be[which].promises.clone();
        if !last && self.weather == Weather::ShortBoots {
            let chip = till.flash_mut();
            chip.cut_at_ns(chip.elapsed_ns() + 1_000_000 + self.dice.below(49_000_000));
        } else if !last && !self.dice.once_in(5) {
            let cut = self.any_cut();
            if self.traced {
                println!("  {cut:?}; retired {:?}, {:?}", till.report().retired, till.report());
            }
            till.flash_mut().cut(cut);
        }
        let habits = Habits { reboots: u64::MAX, batch: 12 };
        let steps = match (last, self.weather) {
            (true, _) => 12,
            (_, Weather::BrownOut) => self.dice.below(3),
            (_, Weather::ShortBoots) => self.dice.below(5),
            _ => self.dice.below(12),
        };
        let mut acknowledged = false;
        for n in 0..steps {
            let mut step = match n {
                0 => Step::Due,
                1 => Step::Confirm,
                _ => script::next(&till, &promises, &mut self.dice, habits),
            };
            if let (Step::Begin(begin), Weather::Clocks) = (&mut step, self.weather) {
                begin.moment = self.clock.moment();
            }
            let recovers = match (n, &step) {
                (0 | 1, _) => Some(0),
                (_, Step::Maintain) => Some(2),
                _ => Some(1),
            };
            let recovers = recovers.filter(|_| !acknowledged);
            lived.steps += 1;
            till.flash_mut().trace();
            let taken = self.take(&mut till, &step, &mut promises);
            if self.traced {
                let flash = till.flash_mut();
                println!("  {step:?}: {:?}", taken.as_ref().err());
                flash.end_trace().iter().for_each(|op| println!("    {op:?}"));
                println!("    interrupted {:?}", flash.interrupted().filter(|_| flash.is_off()));
            }
            match taken {
                Ok(()) => acknowledged |= recovers == Some(1),
                Err(Stop::Wrong(what)) => return Err(what),
                Err(Stop::Off) => {
                    lived.cuts += 1;
                    if let Some(of) = recovers {
                        lived.recovery[of] += 1;
                        self.deep += 1;
                        lived.deepest = lived.deepest.max(self.deep);
                    }
                    break;
                }
                // A torn frame that the mount did not read, and that was read since.
                Err(Stop::Failed(what)) if what.contains("mount again") => {
                    lived.errors += 1;
                    break;
                }
                Err(Stop::Failed(what)) => {
                    if last || self.faults == self.geometry.faults() {
                        return Err(format!("{step:?} failed: {what}"));
                    }
                    lived.errors += 1;
                    break;
                }
            }
        }
        if acknowledged {
            self.deep = 0;
        }
        self.chip = Some(till.into_flash());
        Ok(())
    }

    /// Notes what became of a chip.
    fn chip_ends(&self, lived: &mut Lived) {
        let Some(chip) = &self.chip else { return };
        lived.faults.add(chip.happened());
        lived.bytes += chip.counts().program_bytes;
        lived.erases += chip.counts().erases;
        for (sum, more) in lived.clocks.iter_mut().zip(self.clock.read) {
            *sum += more;
        }
    }

    fn any_cut(&mut self) -> Cut {
        let op = match self.dice.below(3) {
            0 => self.dice.below(4),
            1 => self.dice.below(12),
            _ => self.dice.below(40),
        };
        let unit = self.dice.below(12) as u32;
        if self.weather == Weather::Sagging {
            return Cut { op: self.dice.below(16), tear: Tear::Bits { unit: unit / 2 } };
        }
        let tear = match self.dice.below(7) {
            0 => Tear::Prefix { bytes: self.dice.below(120) as u32 },
            1 => Tear::Bits { unit },
            2 => Tear::Faint { unit },
            3 => Tear::Head { unit: unit % 2 },
            4 => Tear::Tail { unit: unit % 2 },
            _ => Tear::Scattered,
        };
        Cut { op, tear }
    }

    fn take(
        &mut self,
        till: &mut Till<W, E, I, B>,
        step: &Step,
        promises: &mut Promises,
    ) -> Result<(), Stop> {
        // What it would come to if nothing went wrong.
        let mut ideal = till.clone();
        ideal.flash_mut().clear_cut();
        ideal.flash_mut().set_faults(Faults { stuck: self.faults.stuck, ..self.geometry.faults() });
        let mut then = promises.clone();
        let thought = script::take(&mut ideal, step, &mut then);
        let mut now = promises.clone();
        match script::take(till, step, &mut now) {
            Ok(acted) => {
                if till.log().flash().is_off() {
                    // Idle work takes a failed erase for a worn-out sector, which is no error; nor is a
                    // read that fails.
                    // Before it refuses what cannot be found, it makes durable what it found.
                    let in_read = till.log().flash().interrupted().is_none();
                    let refused = !acted && matches!(step, Step::Begin(_));
                    if in_read || refused || matches!(step, Step::Maintain) {
                        self.may_be.push(Known::of(&ideal, &then));
                        return Err(Stop::Off);
                    }
                    return Err(Stop::Wrong(format!("{step:?} returned Ok without power")));
                }
                *promises = now;
                promises.kept_by(till.ledger()).map_err(Stop::Wrong)?;
                let known = Known::of(till, promises);
                if acted {
                    self.may_be = vec![known];
                } else {
                    self.may_be.push(known);
                }
                Ok(())
            }
            Err(error) => {
                if thought.is_ok() {
                    self.may_be.push(Known::of(&ideal, &then));
                }
                match till.log().flash().is_off() {
                    true => Err(Stop::Off),
                    false => Err(Stop::Failed(error.to_string())),
                }
            }
        }
    }
}

/// A part with such units and blocks.
const fn part_like(write: usize, erase: usize) -> Part {
    match (write, erase) {
        (32, 131_072) => Part::STM32H7,
        (8 | 16, _) => Part::STM32L4,
        (4, _) => Part::NRF52840,
        _ => Part::W25Q128JV,
    }
}

/// One to three bits flip somewhere, or a block is gone.
fn rot<const W: usize, const E: usize>(chip: &mut Chip<W, E>, dice: &mut Dice) -> String {
    let bytes = chip.capacity() as u64;
    if dice.once_in(6) {
        let at = dice.below(bytes) as u32;
        chip.lose(at);
        return format!("the block with {at:#x} is gone");
    }
    let mut what = String::from("bits flip:");
    for _ in 0..1 + dice.below(3) {
        let (at, mask) = (dice.below(bytes) as u32, 1 << dice.below(8));
        chip.rot(at, mask);
        what += &format!(" {mask:#04x} at {at:#x}");
    }
    what
}

#[derive(Debug)]
enum Stop {
    Off,
    Failed(String),
    Wrong(String),
}

/// The rule that is not kept on this thread.
pub fn break_rule(broken: Option<log::broken::Broken>) {
    log::broken::set(broken);
}
