//! Which step of the journal an operation is, and in which order the steps are told.

use pos_journal::flash::sim::{Op, OpKind};
use pos_journal::log::kind;
use pos_journal::record::KINDS;

use crate::common::geometry::Geometry;
use crate::common::script;

/// A step, as a row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The record of this name.
    Record(Told),
    /// The first or the second.
    Boot(Which),
    /// An opening that an earlier start left half done is declared void, twice.
    Void(Which),
    Erase,
    Header,
    Copy,
    Part(Which),
    Commit(Which),
    IdleErase,
    IdleHeader,
    IdleCopy,
    IdleFreed,
    /// A frame that no row was made for.
    Other(u8),
}

/// Of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Which {
    /// There is only one.
    Only,
    First,
    Second,
}

/// Records in the order of [`RECORDS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Told(usize);

/// The records that have a row: name and words.
const RECORDS: [(&str, &str); 12] = [
    ("Intent", "sale: intent"),
    ("Outcome", "sale: answer"),
    ("Attempt", "reversal: attempt"),
    ("Answer", "reversal: answer"),
    ("Unresolved", "reversal: given up"),
    ("Operator", "reversal: abandoned"),
    ("Freeze", "settlement: freeze"),
    ("SettleAttempt", "settlement: 0500"),
    ("SettleAnswer", "settlement: answer"),
    ("Uploaded", "settlement: upload mark"),
    ("UploadEnd", "settlement: upload end"),
    ("BatchClosed", "settlement: batch closed"),
];

impl Step {
    /// What operation `i` of a call is.
    pub fn of(ops: &[Op], i: usize, call: &script::Step, geometry: &Geometry) -> Step {
        let idle = matches!(call, script::Step::Maintain);
        let op = &ops[i];
        let earlier = |kind: u8| ops[..i].iter().any(|op| is_frame(op, geometry, kind));
        let of_two = || match (geometry.sectors, earlier(kind::COMMIT)) {
            (2, false) => Which::First,
            (2, true) => Which::Second,
            _ => Which::Only,
        };
        match (op.kind, op.address % geometry.sector_bytes, op.head[1], idle) {
            (OpKind::Erase, _, _, false) => Step::Erase,
            (OpKind::Erase, _, _, true) => Step::IdleErase,
            (_, 0, _, false) => Step::Header,
            (_, 0, _, true) => Step::IdleHeader,
            (_, _, kind::BOOT, _) if earlier(kind::BOOT) => Step::Boot(Which::Second),
            (_, _, kind::BOOT, _) => Step::Boot(Which::First),
            (_, _, kind::VOID, false) if earlier(kind::VOID) => Step::Void(Which::Second),
            (_, _, kind::VOID, false) => Step::Void(Which::First),
            (_, _, kind::COPY, false) => Step::Copy,
            (_, _, kind::COPY, true) => Step::IdleCopy,
            (_, _, kind::FREED, true) => Step::IdleFreed,
            (_, _, kind::PART, _) => Step::Part(of_two()),
            (_, _, kind::COMMIT, _) => Step::Commit(of_two()),
            (_, _, kind, _) => told(kind).map_or(Step::Other(kind), Step::Record),
        }
    }

    /// Every step that the table must have.
    pub fn all() -> impl Iterator<Item = Step> {
        use Which::{First, Only, Second};
        let records = (0..RECORDS.len()).map(|i| Step::Record(Told(i)));
        let boots = [First, Second].map(Step::Boot);
        let marks = [First, Second].map(Step::Void);
        let opening = [Step::Erase, Step::Header, Step::Copy];
        let checkpoints = [Only, First, Second].into_iter();
        let idle = [Step::IdleErase, Step::IdleHeader, Step::IdleCopy, Step::IdleFreed];
        records
            .chain(boots)
            .chain(marks)
            .chain(opening)
            .chain(checkpoints.clone().map(Step::Part))
            .chain(checkpoints.map(Step::Commit))
            .chain(idle)
    }

    pub fn words(self) -> String {
        let fixed = match self {
            Step::Record(Told(i)) => RECORDS[i].1,
            Step::Boot(Which::Second) => "boot frames: second",
            Step::Boot(_) => "boot frames: first",
            Step::Void(Which::Second) => "sector change: second mark",
            Step::Void(_) => "sector change: first mark",
            Step::Erase => "sector change: erase of the spare",
            Step::Header => "sector change: header",
            Step::Copy => "sector change: carried copy",
            Step::Part(Which::Only) => "sector change: checkpoint part",
            Step::Part(Which::First) => "two sectors: first checkpoint's part",
            Step::Part(Which::Second) => "two sectors: second checkpoint's part",
            Step::Commit(Which::Only) => "sector change: commit",
            Step::Commit(Which::First) => "two sectors: first commit",
            Step::Commit(Which::Second) => "two sectors: second commit",
            Step::IdleErase => "idle: erase",
            Step::IdleHeader => "idle: header",
            Step::IdleCopy => "idle: carried copy",
            Step::IdleFreed => "idle: freed mark",
            Step::Other(kind) => return other(kind),
        };
        fixed.into()
    }
}

/// A frame without a row of its own: by the name of its record, or its number.
fn other(kind: u8) -> String {
    match KINDS.iter().find(|(k, _)| *k == kind) {
        Some((_, name)) => format!("other: {name}"),
        None if kind == kind::LOSS => "other: loss frame".into(),
        None => format!("other: frame of kind {kind:#04x}"),
    }
}

fn told(kind: u8) -> Option<Told> {
    let (_, name) = KINDS.iter().find(|(k, _)| *k == kind)?;
    RECORDS.iter().position(|(told, _)| told == name).map(Told)
}

/// Whether an operation programs a frame of this kind. A sector's first program is its header.
pub fn is_frame(op: &Op, geometry: &Geometry, kind: u8) -> bool {
    op.kind == OpKind::Program
        && !op.address.is_multiple_of(geometry.sector_bytes)
        && op.head[1] == kind
}
