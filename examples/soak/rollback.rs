//! An older image of the whole chip is put back. Nothing in the image can tell: it mounts as of then.
//! That is a stated limit, counted here so that nobody takes it for a check that exists.

use pos_journal::flash::sim::SimFlash;

use crate::common::Dice;
use crate::common::geometry::Geometry;
use crate::common::judge;
use crate::common::life::{Chip, aged};
use crate::tally::Tally;

pub fn rollback<const W: usize, const E: usize, const I: usize, const B: usize>(
    geometry: &Geometry,
    seed: u64,
    tally: &mut Tally,
) -> Result<(), String> {
    let mut dice = Dice::new(seed);
    let then = dice.below(30) as u32;
    let now = then + 1 + dice.below(30) as u32;
    let (old, may_be): (Chip<W, E>, _) = aged::<W, E, I, B>(geometry, seed, then)?;
    // The same life, lived longer.
    let (_, newest) = aged::<W, E, I, B>(geometry, seed, now)?;
    let mut chip: Chip<W, E> = SimFlash::from_image(&old.image(), dice.draw());
    chip.set_faults(geometry.faults());
    let may_be: Vec<_> = may_be.iter().collect();
    let (till, which) = judge::mount(geometry, chip, &may_be)?;
    let known = may_be.get(which).ok_or("no such state")?;
    let moved_on = newest.iter().all(|newer| newer.next_seq > known.next_seq);
    let silent = till.report().lost.is_empty() && till.report().damaged == 0;
    tally.note(
        15,
        match (moved_on, silent) {
            (false, _) => "nothing had happened since",
            (true, true) => "mounted as of then, and nothing said",
            (true, false) => "mounted as of then, with a report of its own",
        },
        1,
    );
    // It goes on from there, as it would have done then.
    let steps = judge::first_steps(&till);
    judge::goes_on(geometry, till, &steps, known.promises.clone()).map(drop)
}
