//! What goes wrong, how often, and how often it did.

use core::fmt;

/// A fault by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Fault {
    /// An interrupted program left its first bytes.
    TornPrefix,
    /// An interrupted program left a subset of a unit's bits.
    TornBits,
    /// An interrupted program reached its units in any order.
    TornOrder,
    /// An interrupted program left a unit that looks erased and is weak.
    FaintProgram,
    /// An interrupted erase left old, erased and random bytes.
    TornErase,
    /// An interrupted erase left a block that looks erased and is weak.
    FaintErase,
    /// A unit was read that may read differently the next time.
    WeakRead,
    /// A program over weak cells, or over bits that nobody could know of, was spoilt.
    Spoilt,
    /// A bit flipped at rest.
    Rot,
    /// A block was filled with noise.
    SectorGone,
    /// A read returned an error.
    ReadError,
    /// A program returned an error.
    ProgramError,
    /// An erase returned an error.
    EraseError,
    /// A unit that ECC refuses was read.
    EccUnit,
    /// A program returned `Ok` and did nothing.
    LostProgram,
    /// A program returned `Ok` and landed elsewhere.
    Misdirected,
    /// A stuck sector was programmed, erased or read.
    Stuck,
}

impl Fault {
    /// All of them, in order.
    pub const ALL: [Fault; 17] = [
        Fault::TornPrefix,
        Fault::TornBits,
        Fault::TornOrder,
        Fault::FaintProgram,
        Fault::TornErase,
        Fault::FaintErase,
        Fault::WeakRead,
        Fault::Spoilt,
        Fault::Rot,
        Fault::SectorGone,
        Fault::ReadError,
        Fault::ProgramError,
        Fault::EraseError,
        Fault::EccUnit,
        Fault::LostProgram,
        Fault::Misdirected,
        Fault::Stuck,
    ];

    /// What it is, in a few words.
    pub const fn name(self) -> &'static str {
        match self {
            Fault::TornPrefix => "torn program, prefix",
            Fault::TornBits => "torn program, bits",
            Fault::TornOrder => "torn program, units in any order",
            Fault::FaintProgram => "torn program, no trace but weak",
            Fault::TornErase => "torn erase",
            Fault::FaintErase => "torn erase, looks blank but weak",
            Fault::WeakRead => "weak unit read",
            Fault::Spoilt => "program over weak cells",
            Fault::Rot => "bit rot at rest",
            Fault::SectorGone => "whole block gone",
            Fault::ReadError => "read error",
            Fault::ProgramError => "program error",
            Fault::EraseError => "erase error",
            Fault::EccUnit => "ECC unit unreadable",
            Fault::LostProgram => "lost write",
            Fault::Misdirected => "misdirected write",
            Fault::Stuck => "stuck sector",
        }
    }
}

/// How often each fault happened.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct FaultCounts([u64; Fault::ALL.len()]);

impl FaultCounts {
    /// How often this one did.
    pub fn of(&self, fault: Fault) -> u64 {
        self.0[fault as usize]
    }

    /// Both together.
    pub fn add(&mut self, other: &Self) {
        for (sum, more) in self.0.iter_mut().zip(&other.0) {
            *sum += more;
        }
    }

    pub(super) fn note(&mut self, fault: Fault) {
        self.0[fault as usize] += 1;
    }
}

impl fmt::Debug for FaultCounts {
    /// Only what happened.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let happened = Fault::ALL.iter().filter(|&&fault| self.of(fault) > 0);
        f.debug_map().entries(happened.map(|fault| (fault.name(), self.of(*fault)))).finish()
    }
}

/// What a failing program or erase does all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Effect {
    /// Nothing.
    None,
    /// Part of it, as if the power had failed.
    Part,
    /// All of it.
    Full,
    /// One of the three, drawn each time.
    #[default]
    Any,
}

/// How long a torn unit reads differently each time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Settling {
    /// It reads the same within a boot and differently in the next.
    #[default]
    EachBoot,
    /// Every read may differ; never settles.
    Never,
    /// It reads differently so many times, then always the same.
    AfterReads(u32),
    /// Every read may differ in the boot that tore it and in the next one, which is the first that
    /// can read what a power cut left; then always the same.
    AfterReboot,
}

/// How a stuck sector behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StuckHow {
    /// Programs and erases return `Ok` and do nothing, and reads give what was there.
    Silent,
    /// Programs and erases return an error and do nothing.
    Errors,
    /// As `Errors`, and reads return an error too.
    Unreadable,
}

/// Bytes that no longer change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// First byte.
    pub from: u32,
    /// The byte after the last.
    pub to: u32,
    /// From this many erases of the block on.
    pub from_cycle: u32,
    /// What a call sees.
    pub how: StuckHow,
}

/// What goes wrong besides power cuts. Rates say *one in so many*; 0 is never.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// Reads that return an error.
    pub read_error: u32,
    /// After a read error, so many reads work: at least 1, for a transient error passes. 0 draws each
    /// read alone.
    pub read_pause: u32,
    /// Programs that return an error.
    pub program_error: u32,
    /// Erases that return an error.
    pub erase_error: u32,
    /// What failing programs and erases do all the same.
    pub effect: Effect,
    /// Programs that return `Ok` and do nothing.
    pub lost: u32,
    /// Programs that return `Ok` and land on other erased units.
    pub misdirected: u32,
    /// A unit that is torn, rotten or spoilt cannot be read until it is erased, and every read that
    /// covers it fails. A faint unit can: it looks erased, until something is programmed over it.
    pub ecc: bool,
    /// How long torn units read differently.
    pub settling: Settling,
    /// A part of the chip that no longer changes.
    pub stuck: Option<Stuck>,
}
