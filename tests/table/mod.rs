//! The table 'cut point -> what is found after', made from what the simulator shows.
//!
//! | question | file |
//! |---|---|
//! | What does the terminal do all day? | `day` |
//! | Which step of the journal is an operation? | `step` |
//! | Where in the operation does the power fail? | `point` |
//! | What does the next boot find and do? | `trial` |
//! | What was seen of all cuts together? | `seen` |
//! | How is it told? | `text` |
//! | Where does it stand in FORMAT.md? | `place` |

pub mod day;
pub mod place;
pub mod point;
pub mod seen;
pub mod step;
pub mod text;
pub mod trial;

use crate::common::geometry::{ALL, Geometry};
use day::Day;
use seen::Observed;
use trial::Trials;

/// Draws of everything that is left to chance.
pub const SEEDS: [u64; 3] = [1, 2, 3];

/// A chip and region, with what runs on it: the const parameters of a journal are types.
pub struct Tried {
    pub name: &'static str,
    run: fn(&Geometry, u64) -> Result<Observed, String>,
    /// For what comes on none of `ALL` (idle carrying, checkpoints of more than one frame).
    own: Option<Geometry>,
}

/// Write sizes 1, 8 and 32 (and 4 and 16), with ECC and without, two sectors and more. With four
/// there is idle carrying; only a checkpoint of many books and open payments has parts.
pub const TRIED: [Tried; 9] = [
    Tried { name: "w1-e512-4x2k", run: days::<1, 512, 5, 1>, own: None },
    Tried { name: "w8-e2k-3x2k-ecc", run: days::<8, 2048, 3, 1>, own: None },
    Tried { name: "w32-e4k-3x4k", run: days::<32, 4096, 8, 2>, own: None },
    Tried { name: "w8-e2k-2x4k-ecc", run: days::<8, 2048, 6, 1>, own: None },
    Tried { name: "w1-e512-2x4k", run: days::<1, 512, 4, 1>, own: None },
    Tried {
        name: "w8-e4k-4x4k-ecc",
        run: days::<8, 4096, 6, 1>,
        own: Some(ecc("w8-e4k-4x4k-ecc", 4, 4)),
    },
    Tried {
        name: "w32-e4k-4x4k-ecc",
        run: days::<32, 4096, 4, 1>,
        own: Some(ecc("w32-e4k-4x4k-ecc", 4, 4)),
    },
    Tried {
        name: "w4-e4k-3x8k-ecc",
        run: days::<4, 4096, 12, 4>,
        own: Some(ecc("w4-e4k-3x8k-ecc", 3, 8)),
    },
    Tried {
        name: "w16-e8k-2x16k-ecc",
        run: days::<16, 8192, 12, 4>,
        own: Some(ecc("w16-e8k-2x16k-ecc", 2, 16)),
    },
];

const fn ecc(name: &'static str, sectors: u32, kilobytes: u32) -> Geometry {
    Geometry {
        name,
        sectors,
        sector_bytes: 1024 * kilobytes,
        ecc: true,
        every_unit: true,
        quiet_ms: 0,
    }
}

/// Everything, on all cores.
pub fn observe() -> Result<Observed, String> {
    let jobs = TRIED.iter().flat_map(|tried| SEEDS.map(|seed| (tried, seed)));
    let jobs = std::sync::Mutex::new(jobs);
    let work = || -> Result<Observed, String> {
        let mut all = Observed::default();
        loop {
            let Some((tried, seed)) = jobs.lock().unwrap().next() else { return Ok(all) };
            all.add(observe_one(tried, seed)?);
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        let mut all = Observed::default();
        for worker in workers {
            all.add(worker.join().unwrap()?);
        }
        Ok(all)
    })
}

/// One geometry, with one draw.
pub fn observe_one(tried: &Tried, seed: u64) -> Result<Observed, String> {
    let geometry = tried.own.as_ref().or_else(|| ALL.iter().find(|g| g.name == tried.name));
    let geometry = geometry.ok_or_else(|| format!("no geometry {}", tried.name))?;
    crate::common::explore::guarded(|| (tried.run)(geometry, seed))
}

/// A busy day and one with idle time.
fn days<const W: usize, const E: usize, const I: usize, const B: usize>(
    geometry: &Geometry,
    seed: u64,
) -> Result<Observed, String> {
    let mut all = Observed::default();
    for idle in [false, true] {
        let trials: Trials<'_, W, E, I, B> = Trials::new(geometry, seed, idle);
        all.add(trials.run(Day::new(idle))?);
    }
    Ok(all)
}
