//! When the power fails, and what the interrupted operation leaves.

use std::vec::Vec;

/// A power cut: in which operation, and how that tears.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cut {
    /// The program or erase in which the power fails, counted from 0 and from now.
    pub op: u64,
    /// What it leaves.
    pub tear: Tear,
}

/// What an interrupted operation leaves. A tear that is meant for a program means, on an erase, the
/// nearest thing, and the other way round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tear {
    /// The first so many bytes are programmed, or blocks of them erased; nothing after them is touched.
    /// 0: no trace at all. All: done, and only the acknowledgement is missing.
    Prefix {
        /// How many bytes.
        bytes: u32,
    },
    /// The units (blocks) before this one are done; of this one a random subset of bits; nothing after
    /// it. An erase leaves each byte old, erased or random.
    Bits {
        /// The unit or block, counted from the operation's first.
        unit: u32,
    },
    /// The units (blocks) before this one are done; this one looks erased and is weak: what is programmed over it rots.
    Faint {
        /// The unit or block, counted from the operation's first.
        unit: u32,
    },
    /// Erases only: blocks before this one are done, and this one up to its middle.
    Head {
        /// The block, counted from the operation's first.
        unit: u32,
    },
    /// Erases only: blocks before this one are done, and this one from its middle on.
    Tail {
        /// The block, counted from the operation's first.
        unit: u32,
    },
    /// Each unit (of an erase: each block) has a fate of its own, in any order.
    Scattered,
}

impl Tear {
    /// What kind of tear, in one word.
    pub fn name(&self) -> &'static str {
        match self {
            Tear::Prefix { .. } => "prefix",
            Tear::Bits { .. } => "bits",
            Tear::Faint { .. } => "faint",
            Tear::Head { .. } => "head",
            Tear::Tail { .. } => "tail",
            Tear::Scattered => "scattered",
        }
    }
}

/// A program or an erase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OpKind {
    /// One program call.
    Program,
    /// One erase call.
    Erase,
}

/// An operation as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Op {
    /// Which.
    pub kind: OpKind,
    /// First byte.
    pub address: u32,
    /// Bytes.
    pub bytes: u32,
    /// Bytes of a write unit, or of an erase block.
    pub unit: u32,
    /// The first bytes of a program: enough to tell what it is.
    pub head: [u8; 8],
}

impl Op {
    pub(super) fn program(address: u32, data: &[u8], unit: usize) -> Self {
        let mut head = [0xFF; 8];
        for (to, from) in head.iter_mut().zip(data) {
            *to = *from;
        }
        let (bytes, unit) = (data.len() as u32, unit as u32);
        Op { kind: OpKind::Program, address, bytes, unit, head }
    }

    pub(super) fn erase(from: u32, to: u32, unit: usize) -> Self {
        let (bytes, unit) = (to - from, unit as u32);
        Op { kind: OpKind::Erase, address: from, bytes, unit, head: [0xFF; 8] }
    }

    /// Units or blocks that it covers.
    pub fn units(&self) -> u32 {
        self.bytes / self.unit
    }

    /// Every way in which it can tear: each prefix of its bytes (of an erase: of its blocks), each
    /// unit torn or faint, and `scattered` draws of all at once.
    pub fn tears(&self, scattered: usize) -> Vec<Tear> {
        let units = 0..self.units();
        let mut all = Vec::new();
        match self.kind {
            OpKind::Program => {
                all.extend((0..=self.bytes).map(|bytes| Tear::Prefix { bytes }));
                all.extend(units.flat_map(|unit| [Tear::Bits { unit }, Tear::Faint { unit }]));
            }
            OpKind::Erase => {
                all.extend((0..=self.units()).map(|n| Tear::Prefix { bytes: n * self.unit }));
                all.extend(units.flat_map(|unit| {
                    [
                        Tear::Bits { unit },
                        Tear::Faint { unit },
                        Tear::Head { unit },
                        Tear::Tail { unit },
                    ]
                }));
            }
        }
        all.extend(std::iter::repeat_n(Tear::Scattered, scattered));
        all
    }
}
