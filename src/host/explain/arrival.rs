//! Where a payment's money is by what bills say, if nothing is odd about it.

use jiff::civil::{Date, DateTime};

use super::bill::{BillFacts, Payout, Presence};
use super::finding::Finding;
use super::money;
use super::story::Story;
use super::words::{self, fill};
use super::world::World;
use crate::host::Lang;

/// Where a payment's money is, by what bills say. The first line that holds:
///
/// | holds | arrival |
/// |---|---|
/// | its finding needs attention | odd |
/// | it took no money, or gave it back | nothing is to come |
/// | its settlement was paid out | credited |
/// | the bill has it | credited by the end of its due date's window |
/// | no bill has its day | not covered |
/// | rows of a bill may be of it | unnamed |
/// | else | not yet in a bill |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// The finding says what is the matter.
    Odd,
    /// Bill and journal agree that nothing is to come.
    Nothing,
    /// Credited, on that day where it is known.
    Credited(Option<Date>),
    /// In the bill: to be credited by then; `None`: that cannot be computed.
    By(Option<DateTime>),
    /// No bill has its day.
    NotCovered,
    /// Rows of a bill may be of it; no number says so.
    Unnamed,
    /// Not in a bill, and not due before then.
    NotYet(Option<DateTime>),
}

/// Where a payment's money is.
#[must_use]
pub fn arrival(
    story: &Story<'_>,
    bill: &BillFacts,
    finding: Option<&Finding<'_>>,
    world: &World,
) -> Arrival {
    use super::proof::Standing as S;
    let stands = matches!(story.premises(Some(bill)).standing(), S::Charged(_) | S::PartDone);
    let by = || money::due(story, world).map(|due| due.late_after);
    match (bill.payout, bill.presence) {
        _ if finding.is_some_and(Finding::needs_attention) => Arrival::Odd,
        _ if !stands => Arrival::Nothing,
        (Some(Payout::Paid(on)), Presence::Present) => Arrival::Credited(on),
        (_, Presence::Present) => Arrival::By(by()),
        (_, Presence::NotCovered) => Arrival::NotCovered,
        (_, Presence::Unnamed) => Arrival::Unnamed,
        (_, Presence::Absent | Presence::NoTerminal) => Arrival::NotYet(by()),
    }
}

/// How many payments' money is where.
pub(in crate::host) fn counted(all: impl Iterator<Item = Arrival>, lang: Lang) -> String {
    let keys = ["credited", "credited-by", "not-yet", "not-covered", "odd"];
    let mut counts = [0; 5];
    for arrived in all {
        let at = keys.iter().position(|key| *key == arrived.name());
        if let Some(count) = at.and_then(|at| counts.get_mut(at)) {
            *count += 1;
        }
    }
    let counts = counts.map(|count| count.to_string());
    fill(words::frame(lang).arrivals, &counts.each_ref().map(String::as_str))
}

impl Arrival {
    /// The key for programs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Odd => "odd",
            Self::Nothing => "nothing",
            Self::Credited(_) => "credited",
            Self::By(_) => "credited-by",
            Self::NotCovered => "not-covered",
            Self::Unnamed => "unnamed",
            Self::NotYet(_) => "not-yet",
        }
    }

    /// In words; nothing where the finding says it.
    #[must_use]
    pub fn say(self, world: &World, lang: Lang) -> String {
        let frame = words::frame(lang);
        match self {
            Self::Odd => String::new(),
            Self::Nothing => frame.nothing_to_come.into(),
            Self::Credited(Some(on)) => fill(frame.credited_on, &[&on.to_string()]),
            Self::Credited(None) => frame.credited.into(),
            Self::By(Some(by)) if by < world.now => {
                fill(frame.credited_by_past, &[&by.to_string()])
            }
            Self::By(Some(by)) => fill(frame.credited_by, &[&by.to_string()]),
            Self::By(None) => frame.credited_sometime.into(),
            Self::Unnamed => frame.unnamed.into(),
            Self::NotCovered => frame.not_covered.into(),
            Self::NotYet(Some(by)) => fill(frame.not_yet, &[&by.to_string()]),
            Self::NotYet(None) => frame.not_yet_unknown.into(),
        }
    }
}
