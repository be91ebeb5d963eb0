//! How often each of the sixteen kinds of faults happened, and what must not be.

use std::collections::BTreeMap;
use std::fmt;

use pos_journal::flash::sim::Fault;

use crate::common::clock::Odd;
use crate::common::life::{Lived, RECOVERY, Weather};
use crate::job::Job;

/// The kinds of faults, by number from 1.
const KINDS: [&str; 16] = [
    "torn program, prefix",
    "torn program, bits",
    "torn erase",
    "weak bits",
    "cut during recovery",
    "bit rot at rest",
    "driver errors",
    "ECC",
    "clock",
    "lost and misdirected writes",
    "stuck sector",
    "crafted images",
    "cancelled future",
    "other versions and regions",
    "whole-image rollback",
    "brown-out burst",
];

/// What a kind is made of; `None` is told apart below.
const fn kind_of(fault: Fault) -> u8 {
    match fault {
        Fault::TornPrefix => 1,
        Fault::TornBits | Fault::TornOrder | Fault::FaintProgram => 2,
        Fault::TornErase | Fault::FaintErase | Fault::Spoilt => 3,
        Fault::WeakRead => 4,
        Fault::Rot | Fault::SectorGone => 6,
        Fault::ReadError | Fault::ProgramError | Fault::EraseError => 7,
        Fault::EccUnit => 8,
        Fault::LostProgram | Fault::Misdirected => 10,
        Fault::Stuck => 11,
    }
}

/// What was tried and found.
#[derive(Default)]
pub struct Tally {
    pub tries: u64,
    boots: u64,
    cuts: u64,
    steps: u64,
    errors: u64,
    bytes: u64,
    erases: u64,
    /// The most boots in a row that were cut before anything of theirs was acknowledged.
    deepest: u64,
    /// Crafted images that mounted all the same.
    pub mounted: u64,
    /// By number of the kind, and what of it.
    happened: BTreeMap<(u8, &'static str), u64>,
    pub violations: Vec<(Job, String)>,
}

impl Tally {
    /// Notes that something of a kind happened.
    pub fn note(&mut self, kind: u8, what: &'static str, times: u64) {
        if times > 0 {
            *self.happened.entry((kind, what)).or_default() += times;
        }
    }

    pub fn lived(&mut self, weather: Weather, lived: &Lived) {
        self.boots += lived.boots;
        self.cuts += lived.cuts;
        self.steps += lived.steps;
        self.errors += lived.errors;
        self.bytes += lived.bytes;
        self.erases += lived.erases;
        self.deepest = self.deepest.max(lived.deepest);
        for fault in Fault::ALL {
            self.note(kind_of(fault), fault.name(), lived.faults.of(fault));
        }
        for (what, times) in RECOVERY.into_iter().zip(lived.recovery) {
            self.note(5, what, times);
        }
        for (odd, times) in Odd::ALL.into_iter().zip(lived.clocks) {
            self.note(9, odd.name(), times);
        }
        match weather {
            Weather::BrownOut => self.note(16, "boots of 0 to 2 calls", lived.boots),
            Weather::ShortBoots => self.note(16, "boots of 1 to 50 ms", lived.boots),
            _ => {}
        }
    }

    pub fn add(&mut self, other: Tally) {
        self.tries += other.tries;
        self.boots += other.boots;
        self.cuts += other.cuts;
        self.steps += other.steps;
        self.errors += other.errors;
        self.bytes += other.bytes;
        self.erases += other.erases;
        self.deepest = self.deepest.max(other.deepest);
        self.mounted += other.mounted;
        for ((kind, what), times) in other.happened {
            self.note(kind, what, times);
        }
        self.violations.extend(other.violations);
    }

    /// Where it stands, in one line.
    pub fn line(&self) -> String {
        format!(
            "{} tries, {} boots, {} cuts, violations: {}",
            self.tries,
            self.boots,
            self.cuts,
            self.violations.len()
        )
    }

    /// What of a kind happened, in words.
    fn words(&self, kind: u8) -> String {
        let of = self.happened.iter().filter(|((k, _), _)| *k == kind);
        let mut words: Vec<String> =
            of.map(|((_, what), times)| format!("{what} {times}")).collect();
        words.extend(match kind {
            5 => Some(format!("most in a row {}", self.deepest)),
            12 => Some(format!("mounted all the same {}", self.mounted)),
            15 => Some("undetectable without an outside counter: DESIGN.md 7".into()),
            _ => None,
        });
        words.join("; ")
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, " no  kind of fault                    times  of which")?;
        for (kind, name) in (1u8..).zip(KINDS) {
            let of = self.happened.iter().filter(|((k, _), _)| *k == kind);
            let times: u64 = of.map(|(_, times)| times).sum();
            writeln!(f, "{kind:3}  {name:28} {times:>10}  {}", self.words(kind))?;
        }
        writeln!(
            f,
            "tries {}, boots {}, cuts {}, steps {}, calls that failed with the power on {}, bytes \
             {}, erases {}, violations: {}",
            self.tries,
            self.boots,
            self.cuts,
            self.steps,
            self.errors,
            self.bytes,
            self.erases,
            self.violations.len()
        )?;
        for (job, what) in &self.violations {
            let what: String = what.lines().next().unwrap_or_default().chars().take(300).collect();
            writeln!(f, "violation: {what}")?;
            writeln!(f, "  cargo run --release --features sim --example soak -- --replay '{job}'")?;
        }
        Ok(())
    }
}
