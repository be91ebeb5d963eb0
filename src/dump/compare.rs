//! Two dumps of one terminal: is the second a continuation of the first?
//!
//! | the second | is |
//! |---|---|
//! | has another format id | another journal |
//! | has a record with the same number and other contents | a fork: an old image was restored, and the terminal went on from it |
//! | ends before the first does, with the same records | older: an old image was restored, or the two are the wrong way round |
//! | lacks records of the first whose sector was not reclaimed since | broken |
//! | has all that the first has, and no more | the same |
//! | has more | a continuation |

use std::collections::BTreeMap;

use super::{Image, Outline, Shown, outline};
use crate::ledger::ItemState;
use crate::record::Seq;

/// What the second dump is to the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Relation {
    /// Nothing was written in between.
    Same,
    /// The terminal went on.
    Continuation,
    /// It ends before the first one.
    Older,
    /// Both went on from an older state, in different ways.
    Fork,
    /// Records are gone that nothing has reclaimed.
    Broken,
    /// The region was formatted, or it is another terminal.
    OtherJournal,
}

impl Relation {
    /// The word for a table; stable.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Relation::Same => "same",
            Relation::Continuation => "continuation",
            Relation::Older => "rollback: older",
            Relation::Fork => "rollback: fork",
            Relation::Broken => "broken",
            Relation::OtherJournal => "another journal",
        }
    }

    /// Nothing is wrong.
    #[must_use]
    pub const fn is_sound(self) -> bool {
        matches!(self, Relation::Same | Relation::Continuation)
    }
}

/// A payment that stands elsewhere in the second dump.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The payment.
    pub item: Seq,
    /// In the first dump; `None` if it was not there.
    pub before: Option<ItemState>,
    /// In the second.
    pub after: Option<ItemState>,
    /// It is not in the second dump any more.
    pub is_gone: bool,
}

/// What became of the first dump in the second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// In one word.
    pub relation: Relation,
    /// The last number of each.
    pub last: (Option<Seq>, Option<Seq>),
    /// Numbers with other contents in the second.
    pub changed: Vec<Seq>,
    /// Numbers of the first that the second lacks, where nothing was reclaimed.
    pub lost: Vec<Seq>,
    /// How many records of the first were reclaimed since.
    pub reclaimed: u32,
    /// Numbers behind the end of the first.
    pub new: Vec<Seq>,
    /// Payments that stand elsewhere, new ones, and open ones that are gone.
    pub payments: Vec<Moved>,
    /// What the first says.
    pub first: Outline,
    /// What the second says.
    pub second: Outline,
}

/// Compares two dumps.
#[must_use]
pub fn compare(a: &Image<'_>, b: &Image<'_>) -> Comparison {
    let (first, second) = (outline(a), outline(b));
    let (of_a, of_b) = (by_number(&first), by_number(&second));
    let last = (first.records.last().map(|r| r.seq), second.records.last().map(|r| r.seq));
    let changed: Vec<Seq> = of_a
        .iter()
        .filter(|(seq, shown)| of_b.get(seq).is_some_and(|other| other.record != shown.record))
        .map(|(seq, _)| *seq)
        .collect();
    let (mut lost, mut reclaimed) = (Vec::new(), 0);
    let begins = complete_from(b);
    let lost_sectors = super::salvage::lost_sectors(b);
    for (&seq, shown) in of_a.iter().filter(|(seq, _)| !of_b.contains_key(seq)) {
        let is_needed = first.open.iter().chain(&second.open).any(|open| open.item == seq);
        if last.1 < Some(seq) {
            // Behind the end of the second: told by the relation.
        } else if is_hidden(b, &lost_sectors, shown) {
            // Where it stood nothing can be read: that is no sign that it was reclaimed.
            lost.push(shown.seq);
        } else if begins.is_some_and(|from| seq < from) && !(is_needed && is_open(&second, seq)) {
            reclaimed += 1;
        } else {
            lost.push(shown.seq);
        }
    }
    let new = of_b.keys().filter(|seq| Some(**seq) > last.0).copied().collect();
    let facts = Facts {
        other: a.format_id() != b.format_id() || a.layout() != b.layout(),
        forked: !changed.is_empty(),
        ends: last.1.cmp(&last.0),
        lost: !lost.is_empty(),
    };
    let payments = payments(&first, &second);
    let relation = relation(&facts);
    Comparison { relation, last, changed, lost, reclaimed, new, payments, first, second }
}

/// What decides, in the order of the table.
struct Facts {
    other: bool,
    forked: bool,
    ends: core::cmp::Ordering,
    lost: bool,
}

fn relation(facts: &Facts) -> Relation {
    use core::cmp::Ordering::{Equal, Greater, Less};
    match facts {
        Facts { other: true, .. } => Relation::OtherJournal,
        Facts { forked: true, .. } => Relation::Fork,
        Facts { ends: Less, .. } => Relation::Older,
        Facts { lost: true, .. } => Relation::Broken,
        Facts { ends: Equal, .. } => Relation::Same,
        Facts { ends: Greater, .. } => Relation::Continuation,
    }
}

fn complete_from(image: &Image<'_>) -> Option<Seq> {
    super::salvage::begins(image).map(Seq)
}

/// Whether the place of a record of the first dump cannot be read in the second.
fn is_hidden(second: &Image<'_>, lost_sectors: &[u32], shown: &Shown) -> bool {
    let holes = second.holes();
    let after = holes.partition_point(|hole| hole.end <= shown.at.address);
    lost_sectors.contains(&shown.at.sector)
        || holes.get(after).is_some_and(|hole| hole.start <= shown.at.address)
}

fn is_open(outline: &Outline, item: Seq) -> bool {
    outline.open.iter().any(|open| open.item == item)
}

fn by_number(outline: &Outline) -> BTreeMap<Seq, &Shown> {
    outline.records.iter().map(|shown| (shown.seq, shown)).collect()
}

/// Payments of which the state differs, new ones, and those that were open and are gone.
fn payments(first: &Outline, second: &Outline) -> Vec<Moved> {
    let mut moved = Vec::new();
    for (&item, payment) in &first.payments {
        let after = second.payments.get(&item);
        let is_gone = after.is_none();
        let known = after.and_then(|payment| payment.state);
        let differs = after.is_some() && known != payment.state;
        if differs || is_gone && is_open(first, item) {
            moved.push(Moved { item, before: payment.state, after: known, is_gone });
        }
    }
    let new = second.payments.iter().filter(|(item, _)| !first.payments.contains_key(item));
    let last = first.records.last().map(|r| r.seq);
    moved.extend(new.filter(|(item, _)| Some(**item) > last).map(|(&item, payment)| Moved {
        item,
        before: None,
        after: payment.state,
        is_gone: false,
    }));
    moved
}
