//! Where in an operation the power fails.

use pos_journal::flash::sim::{Op, OpKind, Tear};

/// From nothing to everything. A unit that was not begun counts as the one that the power failed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Point {
    Nothing,
    FirstUnit,
    BetweenUnits,
    LastUnit,
    /// Erases: some blocks are done.
    Blocks,
    /// Erases: the first half of a block is done.
    Head,
    /// Erases: the last half of a block is done.
    Tail,
    /// Erases: bytes old, erased or random.
    Bits,
    /// Erases: reads erased, and what is programmed there rots.
    Faint,
    AnyOrder,
    All,
}

impl Point {
    /// `filled`: units up to the last that is not all ones. What is all ones cannot be missing: one
    /// frame in 256 has a CRC that ends so.
    pub fn of(op: &Op, filled: u32, tear: Tear) -> Point {
        match (op.kind, tear) {
            (_, Tear::Scattered) => Point::AnyOrder,
            (_, Tear::Prefix { bytes: 0 }) => Point::Nothing,
            (_, Tear::Prefix { bytes }) if bytes == op.bytes => Point::All,
            (OpKind::Erase, Tear::Prefix { .. }) => Point::Blocks,
            (OpKind::Erase, Tear::Head { .. }) => Point::Head,
            (OpKind::Erase, Tear::Tail { .. }) => Point::Tail,
            (OpKind::Erase, Tear::Bits { .. }) => Point::Bits,
            (OpKind::Erase, Tear::Faint { .. }) => Point::Faint,
            (OpKind::Program, Tear::Prefix { bytes }) => Point::unit(filled, bytes / op.unit),
            (
                OpKind::Program,
                Tear::Bits { unit }
                | Tear::Faint { unit }
                | Tear::Head { unit }
                | Tear::Tail { unit },
            ) => Point::unit(filled, unit),
        }
    }

    fn unit(filled: u32, unit: u32) -> Point {
        match unit {
            unit if unit >= filled => Point::All,
            // A frame of one unit is whole with its last.
            unit if unit + 1 == filled => Point::LastUnit,
            0 => Point::FirstUnit,
            _ => Point::BetweenUnits,
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Point::Nothing => "not begun",
            Point::FirstUnit => "first unit",
            Point::BetweenUnits => "a unit between",
            Point::LastUnit => "last unit",
            Point::Blocks => "some blocks",
            Point::Head => "first half",
            Point::Tail => "last half",
            Point::Bits => "bits mixed",
            Point::Faint => "looks erased",
            Point::AnyOrder => "any order",
            Point::All => "all done",
        }
    }
}
