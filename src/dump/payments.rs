//! The payments of a dump, gathered from its records.

use std::collections::BTreeMap;

use super::{Ledger, Payment, Shown};
use crate::ledger::{ItemEvent, ItemState, settled_state};
use crate::record::{Record, Seq};

/// Payments as they are come upon: most in the order of their numbers.
#[derive(Default)]
struct Gathered {
    run: Vec<(Seq, Payment)>,
    others: BTreeMap<Seq, Payment>,
}

impl Gathered {
    fn of(&mut self, item: Seq) -> &mut Payment {
        if self.run.last().is_none_or(|(last, _)| *last < item) {
            self.run.push((item, Payment::default()));
        }
        let newest = self.run.len().checked_sub(1);
        let at = match self.run.last() {
            Some((last, _)) if *last == item => newest,
            _ => self.run.binary_search_by_key(&item, |(seq, _)| *seq).ok(),
        };
        match at.and_then(|at| self.run.get_mut(at)) {
            Some((_, payment)) => payment,
            None => self.others.entry(item).or_default(),
        }
    }

    fn whole(self) -> BTreeMap<Seq, Payment> {
        let mut all: BTreeMap<Seq, Payment> = self.run.into_iter().collect();
        all.extend(self.others);
        all
    }
}

/// Every payment, from its records and from what the replay says of it.
pub(super) fn payments(
    records: &[Shown],
    mut states: Vec<(Seq, ItemState)>,
    ledger: Option<&Ledger>,
) -> BTreeMap<Seq, Payment> {
    let mut payments = Gathered::default();
    for shown in records {
        let Some(item) = shown.item else { continue };
        let payment = payments.of(item);
        match &shown.record {
            Record::Intent(intent) => payment.intent = Some(intent.clone()),
            Record::Reopen(reopen) => payment.intent = Some(reopen.intent.clone()),
            Record::OfflineApproved(offline) => {
                payments.of(shown.seq).intent = Some(offline.intent.clone());
            }
            Record::Outcome(outcome) => payment.outcome = Some(outcome.clone()),
            _ => {}
        }
    }
    let mut payments = payments.whole();
    states.sort_by_key(|(item, _)| *item);
    let mut states = states.chunk_by(|a, b| a.0 == b.0).filter_map(|of| of.last()).peekable();
    let mut silent = BTreeMap::new();
    for (item, payment) in &mut payments {
        while states.next_if(|(earlier, _)| earlier < item).is_some() {}
        let replayed = states.next_if(|(same, _)| same == item).map(|(_, state)| *state);
        let open = ledger.and_then(|ledger| ledger.item(*item));
        payment.state = open.map(|open| open.state()).or(replayed);
        if payment.state.is_none() {
            silent.insert(*item, Vec::new());
        }
    }
    from_events(records, silent, &mut payments);
    payments
}

/// Where payments stand of which the replay says nothing.
fn from_events(
    records: &[Shown],
    mut silent: BTreeMap<Seq, Vec<ItemEvent>>,
    payments: &mut BTreeMap<Seq, Payment>,
) {
    if silent.is_empty() {
        return;
    }
    for shown in records {
        if let Some(events) = shown.item.and_then(|item| silent.get_mut(&item)) {
            events.extend(ItemEvent::of(&shown.record).map(|(_, event)| event));
        }
    }
    for (item, events) in silent.into_iter().filter(|(_, events)| !events.is_empty()) {
        if let Some(payment) = payments.get_mut(&item) {
            payment.state =
                payment.intent.as_ref().map(|intent| settled_state(intent.kind, events));
        }
    }
}
