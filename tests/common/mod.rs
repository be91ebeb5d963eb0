//! A terminal on flash that fails, and the oracle: after any fault the mounted journal is what was
//! acknowledged, plus at most the one record in flight.
//!
//! | question | file |
//! |---|---|
//! | Which chips and regions are tried? | `geometry` |
//! | What does the terminal do next? | `script` |
//! | What does the terminal's clock show? | `clock` |
//! | What was promised, kept apart from the journal? | `promises` |
//! | Is a mounted journal what it must be? | `judge` |
//! | Where is the power cut, and how does it tear? | `explore` |
//! | What was the cut operation for? | `class` |
//! | What of a life with every fault at random? | `life` |

#![allow(dead_code)]
// each test uses its own part of this
// Clippy's exemption for tests reaches only functions that are tests themselves.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod class;
pub mod clock;
pub mod explore;
pub mod geometry;
pub mod judge;
pub mod life;
pub mod promises;
pub mod script;

// What `script` is compiled for here.
pub use bisync_macros::internal_strip_async as bisync;
pub use embedded_storage::nor_flash::NorFlash;
pub use pos_journal::journal::Journal;

/// The generator of the tests: a seed is a replay.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Dice(mix(seed ^ 0x9E37_79B9_7F4A_7C15))
    }

    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        (self.draw() >> 11) % n.max(1)
    }

    pub fn once_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
}

/// A number made unlike its neighbours.
pub fn mix(mut x: u64) -> u64 {
    x ^= x >> 33;
    x = x.wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    x ^= x >> 33;
    x = x.wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    x ^ (x >> 33)
}
