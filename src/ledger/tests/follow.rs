//! Replay of a log with gaps.

use super::*;
use crate::ledger::{ItemEvent as E, ItemState as S};

/// The ledger that replays this log without the records of these sequence numbers.
fn replay_without(till: &Till, lost: &[u32]) -> (Small, usize) {
    let mut ledger = Small::new();
    let mut skipped = 0;
    for (at, record) in till.log.iter().filter(|(at, _)| !lost.contains(&at.seq.0)) {
        let result = match lost.iter().any(|seq| *seq < at.seq.0) {
            true => ledger.follow(*at, record),
            false => ledger.apply(*at, record),
        };
        skipped += usize::from(result.is_err());
    }
    ledger.boot();
    (ledger, skipped)
}

#[test]
fn a_lost_intent_does_not_stop_the_next_one() {
    let mut till = Till::new();
    till.completed_sale(1);
    till.completed_sale(2);
    let owed = till.sale(3);
    let (ledger, skipped) = replay_without(&till, &[3]);
    assert_eq!(skipped, 1, "the outcome of the lost intent");
    assert_eq!(ledger.item(owed), till.ledger.item(owed));
    assert_eq!(ledger.next_stan(0), till.ledger.next_stan(0));
}

#[test]
fn a_lost_close_of_a_batch_does_not_hide_what_is_owed() {
    let mut till = Till::new();
    till.completed_sale(1);
    till.settle(0);
    let closed = till.seq;
    let owed = till.sale(3);
    let (ledger, skipped) = replay_without(&till, &[closed]);
    assert_eq!(skipped, 0);
    assert_eq!(ledger.batch(0), till.ledger.batch(0));
    assert_eq!(ledger.phase(0), Ok(Phase::Open));
    assert!(ledger.totals(0).unwrap().is_zero());
    assert!(ledger.item(owed).is_some());
}

#[test]
fn a_lost_attempt_does_not_hide_the_answer() {
    let mut till = Till::new();
    let item = till.sale(1);
    till.on(item, E::OutcomeUnknown).unwrap();
    till.on(item, E::Attempt).unwrap();
    let attempt = till.seq;
    till.on(item, E::AnswerDone).unwrap();
    let (ledger, _) = replay_without(&till, &[attempt]);
    assert_eq!(ledger.last(), Some((item, S::Reversed)));
}

#[test]
fn a_payment_that_the_settlement_proves_closed_is_not_reversed_by_itself() {
    let mut till = Till::new();
    let item = till.completed_sale(1);
    let outcome = till.seq;
    till.settle(0);
    let (ledger, _) = replay_without(&till, &[outcome]);
    assert!(ledger.item(item).unwrap().is_unresolved());
    assert_eq!(ledger.blocked(0), None);
    assert_eq!(ledger.batch(0), till.ledger.batch(0));
}

#[test]
fn without_a_gap_follow_is_apply() {
    let mut till = Till::new();
    till.completed_sale(1);
    till.unresolved_sale(2);
    till.settle(0);
    let mut ledger = Small::new();
    for (at, record) in &till.log {
        ledger.follow(*at, record).unwrap();
    }
    assert_eq!(ledger, till.ledger);
}

#[test]
fn a_loss_that_is_sure_leaves_what_had_no_outcome_to_people() {
    for (perhaps, state) in [(false, S::Unresolved), (true, S::Unanswered)] {
        let mut till = Till::new();
        let owed = till.sale(1);
        till.on(owed, E::OutcomeUnknown).unwrap();
        let undecided = till.sale(2);
        till.lose(3, perhaps);
        let begun = till.sale(3);
        assert_eq!(till.state(owed), Some(S::Reversing));
        assert_eq!(till.state(undecided), Some(state));
        assert_eq!(till.state(begun), Some(S::Unanswered), "began after the loss");
    }
}
