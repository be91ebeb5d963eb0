//! What a cut operation was for.

use pos_journal::flash::sim::{Op, OpKind};
use pos_journal::log::kind;

use super::geometry::Geometry;

/// The steps of the log that a power cut can hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(usize)]
pub enum Class {
    Append,
    BootFrame,
    Opening,
    Carry,
    Erase,
    Checkpoint,
    Settlement,
}

impl Class {
    pub const ALL: [Class; 7] = [
        Class::Append,
        Class::BootFrame,
        Class::Opening,
        Class::Carry,
        Class::Erase,
        Class::Checkpoint,
        Class::Settlement,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Class::Append => "append",
            Class::BootFrame => "boot frame",
            Class::Opening => "opening",
            Class::Carry => "carry",
            Class::Erase => "erase",
            Class::Checkpoint => "checkpoint",
            Class::Settlement => "settlement",
        }
    }

    /// Told by the frame's kind byte; a sector's first program is its header.
    pub fn of(op: &Op, geometry: &Geometry) -> Class {
        if op.kind == OpKind::Erase {
            return Class::Erase;
        }
        if op.address.is_multiple_of(geometry.sector_bytes) {
            return Class::Opening;
        }
        match op.head[1] {
            kind::BOOT | kind::LOSS => Class::BootFrame,
            kind::COPY | kind::FREED => Class::Carry,
            kind::PART | kind::COMMIT => Class::Checkpoint,
            0x90..=0x97 => Class::Settlement,
            _ => Class::Append,
        }
    }
}
