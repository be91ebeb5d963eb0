//! What was seen, of one cut and of all together.

use std::collections::{BTreeMap, BTreeSet};

use pos_journal::log::MountReport;

use super::point::Point;
use super::step::Step;

/// What the mount found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Found {
    /// As if the call had not been made.
    Before,
    /// As if it had returned.
    After,
    /// The call changes nothing that firmware can see.
    Same,
}

/// What the mount says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Report {
    TornTail,
    PerhapsLoss,
    Damage,
    FellBack,
    Scanned,
}

impl Report {
    pub fn of(report: &MountReport) -> BTreeSet<Report> {
        let said = [
            (report.torn_or_lost.is_some(), Report::TornTail),
            (report.lost.iter().any(|lost| lost.perhaps), Report::PerhapsLoss),
            (report.damaged > 0, Report::Damage),
            (report.fell_back, Report::FellBack),
            (report.scanned, Report::Scanned),
        ];
        said.into_iter().filter(|(is, _)| *is).map(|(_, it)| it).collect()
    }
}

/// What is written first after the next start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum First {
    Nothing,
    /// Two boot frames; or, where no two anchors are free any more, the next sector is opened.
    AsEver,
    /// The opening that was cut is begun anew, with the erase.
    OpensAgain,
    /// The same, but first marks say that what looks like a cut opening is void.
    MarksAndOpensAgain,
    /// A frame that no word was made for.
    Frame(u8),
}

/// Which sector is the active one, seen from the moment of the cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Active {
    TheSame,
    TheNew,
}

/// One cut.
#[derive(Clone, Debug)]
pub struct Seen {
    pub found: Found,
    pub report: BTreeSet<Report>,
    pub first: First,
    pub active: Active,
    pub programs: u64,
    pub erases: u64,
    /// Another boot that writes nothing finds another one of the two states.
    pub wavers: bool,
}

/// What tells rows apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Classes {
    pub found: BTreeSet<Found>,
    /// Each set of things that a mount said.
    pub report: BTreeSet<BTreeSet<Report>>,
    pub first: BTreeSet<First>,
    pub active: BTreeSet<Active>,
}

/// A least and a most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span(pub u64, pub u64);

impl Default for Span {
    fn default() -> Self {
        Span(u64::MAX, 0)
    }
}

impl Span {
    fn add(&mut self, other: Span) {
        *self = Span(self.0.min(other.0), self.1.max(other.1));
    }
}

/// Many cuts.
#[derive(Clone, Debug, Default)]
pub struct Row {
    pub classes: Classes,
    pub programs: Span,
    pub erases: Span,
    pub cuts: u64,
    pub wavers: u64,
}

impl Row {
    pub fn see(&mut self, seen: Seen) {
        self.add(&Row {
            classes: Classes {
                found: [seen.found].into(),
                report: [seen.report].into(),
                first: [seen.first].into(),
                active: [seen.active].into(),
            },
            programs: Span(seen.programs, seen.programs),
            erases: Span(seen.erases, seen.erases),
            cuts: 1,
            wavers: u64::from(seen.wavers),
        });
    }

    pub fn add(&mut self, other: &Row) {
        self.classes.found.extend(&other.classes.found);
        self.classes.report.extend(other.classes.report.iter().cloned());
        self.classes.first.extend(&other.classes.first);
        self.classes.active.extend(&other.classes.active);
        self.programs.add(other.programs);
        self.erases.add(other.erases);
        self.cuts += other.cuts;
        self.wavers += other.wavers;
    }
}

/// Everything.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    pub rows: BTreeMap<(Step, Point), Row>,
}

impl Observed {
    pub fn see(&mut self, step: Step, point: Point, seen: Seen) {
        self.rows.entry((step, point)).or_default().see(seen);
    }

    pub fn add(&mut self, other: Observed) {
        for (key, row) in other.rows {
            self.rows.entry(key).or_default().add(&row);
        }
    }

    /// Steps that no cut hit.
    pub fn missing(&self) -> Vec<String> {
        let hit = |step: &Step| self.rows.keys().any(|(of, _)| of == step);
        Step::all().filter(|step| !hit(step)).map(Step::words).collect()
    }
}
