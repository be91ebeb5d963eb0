//! The events of one payment, put in order as they are read.

use super::*;
use crate::ledger::ItemEvent as E;
use story::{EVENTS, note};

fn noted(events: impl IntoIterator<Item = (u32, E)>) -> Vec<(u32, E)> {
    let mut kept = heapless::Vec::new();
    for (seq, event) in events {
        note(&mut kept, seq, event);
    }
    kept.to_vec()
}

#[test]
fn events_come_in_their_order_and_once() {
    let read = [(9, E::Reverse), (4, E::OutcomeUnknown), (7, E::GivenUp), (4, E::Abandon)];
    assert_eq!(noted(read), [(4, E::OutcomeUnknown), (7, E::GivenUp), (9, E::Reverse)]);
}

#[test]
fn the_first_attempt_stands_for_all() {
    let read = [(9, E::Attempt), (4, E::Attempt), (6, E::Attempt), (5, E::Late)];
    assert_eq!(noted(read), [(4, E::Attempt)]);
}

#[test]
fn of_too_many_events_the_newest_count() {
    let many = |from: u32| (from..from + EVENTS as u32).map(|seq| (seq, E::GivenUp));
    let read = many(100).chain([(99, E::Reverse), (200, E::AnswerDone), (150, E::Reverse)]);
    let kept = noted(read);
    assert_eq!(kept.len(), EVENTS);
    assert_eq!(kept.first(), Some(&(102, E::GivenUp)));
    assert_eq!(kept[EVENTS - 2..], [(150, E::Reverse), (200, E::AnswerDone)]);
}
