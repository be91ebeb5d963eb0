//! What is said of one payment: the whole decision, from facts to advice.

use super::advice::{self, Party, Step};
use super::bill::BillFacts;
use super::cause::{Cause, Certainty};
use super::money::{self, Owed, Until};
use super::proof::Standing;
use super::signs::{self, Sign};
use super::story::Story;
use super::world::World;
use crate::dump::Shown;
use crate::ledger::ItemState;
use crate::record::Seq;

/// What is said of one payment.
#[derive(Clone, Debug)]
pub struct Finding<'a> {
    /// The payment.
    pub item: Seq,
    /// Why its money did not arrive, as far as anyone can say.
    pub cause: Cause,
    /// How sure that is.
    pub certainty: Certainty,
    /// What it is taken from.
    pub sign: Sign,
    /// Causes that its other signs speak for, likeliest first.
    pub also: Vec<Cause>,
    /// The records that say so.
    pub evidence: Vec<&'a Shown>,
    /// What is owed.
    pub owed: Owed,
    /// What to do next.
    pub step: Step,
    /// Whom to call.
    pub call: Party,
    /// Until when waiting is right.
    pub until: Until,
    /// Waiting is no longer right.
    pub is_late: bool,
    /// What the bill says besides, as it is printed there.
    pub reason: Option<String>,
    /// The rows of bills that say so.
    pub rows: Vec<String>,
    standing: Standing,
    state: Option<ItemState>,
}

/// What a payment's story means; `None` where nothing is odd and nothing owed.
///
/// Pure: the same story, bill and world give the same finding.
#[must_use]
pub fn explain<'a>(
    story: &Story<'a>,
    bill: Option<&BillFacts>,
    world: &World,
) -> Option<Finding<'a>> {
    let standing = story.premises(bill).standing();
    let signs = signs::signs(story, standing, bill, world);
    let sign = *signs.first()?;
    let (cause, certainty) = sign.row();
    let is_double = sign == Sign::Double;
    let mut also: Vec<Cause> = Vec::new();
    for other in signs.iter().map(|sign| sign.row().0) {
        if other != cause && !also.contains(&other) {
            also.push(other);
        }
    }
    let owed = money::owed(story, standing, is_double, bill);
    let step = advice::step(sign, standing);
    let until = match step {
        Step::Papers => Until::Now,
        // The acquirer is behind its own date.
        _ if sign.is_overdue() => Until::Now,
        _ => money::until(story, standing, owed, world),
    };
    Some(Finding {
        item: story.item,
        cause,
        certainty,
        sign,
        also,
        evidence: evidence(story, &signs),
        owed,
        step,
        call: step.party(),
        until,
        is_late: match until {
            Until::Date(date) => world.now > date,
            Until::Now => true,
            Until::Unknown | Until::Nothing => false,
        },
        reason: bill.and_then(|bill| bill.reason.clone()),
        rows: bill.map(|bill| bill.rows.clone()).unwrap_or_default(),
        standing,
        state: story.state,
    })
}

impl Finding<'_> {
    /// It only has to be waited for.
    #[must_use]
    pub fn only_waits(&self) -> bool {
        self.sign == Sign::NotDue
    }

    /// Something is past due, anomalous or owed: what is declined or was never sent is not, nor is
    /// a void or refund that its payment tells of, nor what was closed so long ago that it is reclaimed.
    #[must_use]
    pub fn needs_attention(&self) -> bool {
        let is_over = matches!(self.standing, Standing::NotCharged(_) | Standing::Over);
        let is_told_elsewhere =
            self.standing == Standing::Done && matches!(self.owed, Owed::With(_));
        !self.only_waits()
            && self.standing != Standing::Gone
            && !is_told_elsewhere
            && (!is_over || self.state == Some(ItemState::Reversed))
    }
}

/// Its own records and those that speak about it, in order.
fn evidence<'a>(story: &Story<'a>, signs: &[Sign]) -> Vec<&'a Shown> {
    let others = [story.double_of, story.replaced, story.restart, story.switched];
    let mut all: Vec<&Shown> = story.records.clone();
    all.extend(others.into_iter().flatten());
    all.extend(story.undone.iter().flat_map(|undone| &undone.by));
    if signs.contains(&Sign::Clustered) || signs.contains(&Sign::ClusterOneBook) {
        all.extend(&story.together);
    }
    all.sort_by_key(|shown| shown.seq);
    all.dedup_by_key(|shown| shown.seq);
    all
}
