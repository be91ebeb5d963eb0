//! One try: what, on which geometry, from which seed.

use std::fmt;
use std::str::FromStr;

use crate::cancel::day::{ECC, LAPS, Plan, day};
use crate::common::explore::guarded;
use crate::common::geometry::ALL;
use crate::common::life::{Weather, live};
use crate::common::{Dice, mix};
use crate::crafted::crafted;
use crate::on_geometry;
use crate::others::others;
use crate::rollback::rollback;
use crate::tally::Tally;

/// Boots of a life.
const BOOTS: u32 = 60;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Life(Weather),
    Crafted,
    Others,
    Rollback,
    Cancelled,
}

impl What {
    fn all() -> impl Iterator<Item = What> {
        let lives = Weather::ALL.into_iter().map(What::Life);
        lives.chain([What::Crafted, What::Others, What::Rollback, What::Cancelled])
    }

    fn name(self) -> String {
        match self {
            What::Life(weather) => format!("{weather:?}"),
            other => format!("{other:?}"),
        }
    }
}

/// A try. Its text is what replays it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    what: What,
    /// Index into the geometries.
    geometry: usize,
    seed: u64,
}

impl Job {
    /// The try with this number, of a whole run that begins with `seed`.
    pub fn nth(seed: u64, n: u64) -> Self {
        let mut dice = Dice::new(mix(seed) ^ n);
        let lives = Weather::ALL.len() as u64;
        let what = match dice.below(20) {
            0 => What::Crafted,
            1 => What::Others,
            2 => What::Rollback,
            3 => What::Cancelled,
            _ => Weather::ALL
                .get(dice.below(lives) as usize)
                .map_or(What::Crafted, |&weather| What::Life(weather)),
        };
        let geometry = dice.below(ALL.len() as u64) as usize;
        // Short, for whoever has to type it again.
        Job { what, geometry, seed: dice.below(1 << 32) }
    }

    pub fn run(self, tally: &mut Tally) {
        let Job { what, geometry, seed } = self;
        let done = match what {
            What::Life(weather) => on_geometry!(geometry, live(seed, BOOTS, weather))
                .map(|lived| tally.lived(weather, &lived)),
            What::Crafted => guarded(|| on_geometry!(geometry, crafted(seed, tally))),
            What::Others => guarded(|| on_geometry!(geometry, others(seed, tally))),
            What::Rollback => guarded(|| on_geometry!(geometry, rollback(seed, tally))),
            What::Cancelled => cancelled(geometry, seed, tally),
        };
        tally.tries += 1;
        if let Err(what) = done {
            tally.violations.push((self, what));
        }
    }
}

/// A day with a future dropped in each step. On two geometries: each is another journal to compile.
fn cancelled(geometry: usize, seed: u64, tally: &mut Tally) -> Result<(), String> {
    let plan = Plan { steps: 60, enough: 1, one: true };
    let done = guarded(|| match geometry % 2 {
        0 => Ok(day::<16, 2048, 3, 1>(LAPS, seed, &plan)),
        _ => Ok(day::<8, 2048, 3, 1>(ECC, seed, &plan)),
    })?;
    tally.note(13, "with the chip at work", done.at_work);
    tally.note(13, "before or behind its work", done.awaits - done.at_work);
    tally.note(13, "in the recovery from one", done.twice);
    done.violations.into_iter().next().map_or(Ok(()), Err)
}

impl fmt::Display for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let geometry = ALL.get(self.geometry).map_or("?", |geometry| geometry.name);
        write!(f, "{} {geometry} {}", self.what.name(), self.seed)
    }
}

impl FromStr for Job {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut words = text.split_whitespace();
        let [Some(what), Some(geometry), Some(seed), None] =
            [words.next(), words.next(), words.next(), words.next()]
        else {
            return Err("a try has three words: what, geometry, seed".into());
        };
        Ok(Job {
            what: What::all().find(|w| w.name() == what).ok_or(format!("no such try: {what}"))?,
            geometry: ALL
                .iter()
                .position(|g| g.name == geometry)
                .ok_or(format!("no such geometry: {geometry}"))?,
            seed: seed.parse().map_err(|e| format!("{seed}: {e}"))?,
        })
    }
}
