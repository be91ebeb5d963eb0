//! A terminal's firmware, without the hardware.
//!
//! | question | file |
//! |---|---|
//! | What does the shop ask for, what does the acquirer answer? | `script` |
//! | What does the firmware do, in which order? | `till` |
//! | What has it promised to whom? | `promise` |
//! | What may the flash do, what is left when the power goes? | `nor` |
//! | How does it reach the host's files? | `qemu` (a Cortex-M), `bin/on_host.rs` (a PC) |
//!
//! Everything but the last is the same on both, so both write the same bytes. Nothing here looks at
//! a clock or at memory left from an earlier life: what happens next follows from the seed and from
//! what the mounted journal says.

#![no_std]

pub mod nor;
pub mod promise;
#[cfg(target_os = "none")]
pub mod qemu;
pub mod script;
pub mod till;

/// What a life of the terminal is told from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// Decides the payments and the acquirer's answers.
    pub seed: u32,
    /// Stop after this payment.
    pub payments: u32,
    /// Differs at each start: stands for the chip's random generator.
    pub life: u32,
    /// Turns of an empty loop after each piece that is stored, so that a kill can hit inside.
    pub pace: u32,
}

impl Job {
    /// `seed payments life pace`, after the program's name.
    pub fn parse(line: &str) -> Option<Job> {
        let mut numbers = line.split_ascii_whitespace().skip(1).map(|word| word.parse().ok());
        let mut next = || numbers.next().flatten();
        Some(Job { seed: next()?, payments: next()?, life: next()?, pace: next()? })
    }
}
