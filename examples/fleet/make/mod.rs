//! A fleet of terminals over four days, each with a journal of its own, written by the journal itself.
//!
//! | what is wrong | terminals | and what only looks so |
//! |---|---|---|
//! | a payment without an answer for more than a day | 29n + 3 (the power failed), 29n + 4 (unresolved) | 29n + 5: for two hours |
//! | approved and not settled | all: the last day; 37n + 8: a settlement without an answer | |
//! | the issuer's or the acquirer's system down: 91, 96, 98 | 7n, 7n + 1, 7n + 2, each in one minute | single ones, anywhere |
//! | settled and not in the bill | 41n + 5; 41n + 6: in it, and failed | not due yet |
//! | files that are no dumps | three | |
//! | an older dump of a terminal | 211n + 9 | |
//! | a terminal id that is a path and a formula | 17 | |
//!
//! The answers are kept by what was done, and not by what the journal says of it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    missing_docs,
    reason = "the generator of an example and of tests: a fleet that cannot be made is no fleet"
)]

mod day;
mod planted;
mod till;

use std::io;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

pub use planted::Planted;
use till::Till;

/// 2026-03-05 12:00 in Beijing, a Thursday.
pub const AS_OF: &str = "2026-03-05T12:00:00+08:00";
/// The same in seconds since 1970 UTC.
pub const AS_OF_S: i64 = 1_772_683_200;
/// Monday 2026-03-02, 00:00, local.
const MONDAY: u32 = 1_772_409_600;
const DAY: u32 = 86_400;

/// What was agreed with the acquirers.
pub const ACQUIRERS: &str = r#"[[acquirer]]
name = "north"
merchants = ["8981"]
terms = { cycle = "T+1", cut = "23:00" }

[[acquirer]]
name = "south"
merchants = ["8982"]
terms = { cycle = "D+1", arrives = "02:00-08:00" }

[[acquirer]]
name = "east"
merchants = ["8983"]
terms = { cycle = "T+1" }
"#;

/// How an acquirer's terminals differ from others.
#[derive(Clone, Copy)]
pub struct Acquirer {
    pub name: &'static str,
    pub merchants: &'static str,
    pub currency: pos_journal::record::Currency,
    pub letters: &'static str,
    pub quarters: i8,
    /// Money of a payment of the day that is so many days before Thursday is late by Thursday noon.
    pub late_from: u32,
}

const NAMED: [Acquirer; 3] = [
    Acquirer {
        name: "north",
        merchants: "8981",
        currency: pos_journal::record::Currency::CNY,
        letters: "CNY",
        quarters: 32,
        late_from: 2,
    },
    Acquirer {
        name: "south",
        merchants: "8982",
        currency: pos_journal::record::Currency::CNY,
        letters: "CNY",
        quarters: 32,
        late_from: 1,
    },
    Acquirer {
        name: "east",
        merchants: "8983",
        currency: pos_journal::record::Currency::THB,
        letters: "THB",
        quarters: 28,
        late_from: 2,
    },
];

/// Makes the fleet; `keep` takes each file.
pub fn fleet(
    dumps: u32,
    seed: u64,
    mut keep: impl FnMut(&str, &[u8]) -> io::Result<()>,
) -> io::Result<Planted> {
    let mut planted = Planted::new(dumps, seed);
    for n in 0..dumps {
        let mut random = StdRng::seed_from_u64(seed << 32 | u64::from(n));
        let mut till = Till::new(n, NAMED[n as usize % NAMED.len()]);
        for day in 0..4 {
            day::live(&mut till, day, &mut random, &mut planted);
            if day == 2 && n % 211 == 9 {
                keep(&format!("terminal-{n:05}-of-wednesday.bin"), &till.image())?;
            }
            if till.is_dead {
                break;
            }
        }
        planted.bill_of(&till, n);
        keep(&format!("terminal-{n:05}.bin"), &till.image())?;
    }
    for (name, bytes) in no_dumps(&mut StdRng::seed_from_u64(seed)) {
        keep(name, &bytes)?;
        planted.bad.push(name.into());
    }
    Ok(planted)
}

fn no_dumps(random: &mut StdRng) -> [(&'static str, Vec<u8>); 3] {
    let noise: Vec<u8> = (0..20_000).map(|_| random.random_range(0..=254)).collect();
    [
        ("blank.bin", vec![0xFF; 32 * 1024]),
        ("noise.bin", noise),
        ("torn.bin.gz", vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xED, 0xBD]),
    ]
}
