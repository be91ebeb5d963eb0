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
    assert_eq!(ledger.blocked(0, TransactionKind::Sale), None);
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

/// Each step of a settlement says which batch it is of, and that its payments are closed.
#[test]
fn any_step_of_a_settlement_tells_its_batch() {
    let mut till = Till::new();
    till.completed_sale(1);
    till.settle(0);
    let batch = till.ledger.batch(0).unwrap();
    till.put(SetBatch { book: 1, next: batch, stan: None, invoice: None }).unwrap();
    let set = till.seq;
    let other_book = till.intent(1, TransactionKind::Sale, 1);
    till.put(other_book).unwrap();
    let other_book = Seq(till.seq);
    let item = till.completed_sale(2);
    let begun = till.seq;
    till.put(till.freeze(0)).unwrap();
    till.put(till.settle_attempt(0)).unwrap();
    till.put(till.settle_answer(0, SettleClass::Unbalanced)).unwrap();
    till.put(Uploaded { book: 0, batch, through: item }).unwrap();
    till.put(UploadEnd { book: 0, batch }).unwrap();

    // The batch before it was closed in a lost record, as were all steps before this one.
    let phases = [Phase::Frozen, Phase::Sent, Phase::Uploading, Phase::Uploading, Phase::Ended];
    for (step, phase) in (begun + 1..).zip(phases) {
        let mut ledger = Small::new();
        let seen = |seq: Seq| seq == other_book || [set, step].contains(&seq.0);
        for (at, record) in till.log.iter().filter(|(at, _)| seen(at.seq)) {
            ledger.follow(*at, record).unwrap();
        }
        assert_eq!((ledger.batch(0), ledger.phase(0)), (Ok(batch), Ok(phase)), "record {step}");
        let apart = ledger.item(other_book).map(Item::state);
        assert_eq!(apart, Some(S::Unanswered), "another book's payment");
    }

    till.put(till.closed(0)).unwrap();
    let mut ledger = Small::new();
    for (at, record) in till.log.iter().filter(|(at, _)| [item.0, till.seq].contains(&at.seq.0)) {
        ledger.follow(*at, record).unwrap();
    }
    assert_eq!((ledger.batch(0), ledger.phase(0)), (Ok(batch.next()), Ok(Phase::Open)));
    let of_closed_batch = ledger.item(item).map(Item::state);
    assert_eq!(of_closed_batch, Some(S::Unresolved), "its end is lost, and it has one");
}

#[test]
fn counters_that_were_set_prove_that_the_book_was_empty() {
    let mut till = Till::new();
    let item = till.completed_sale(1);
    let outcome = till.seq;
    till.settle(0);
    let next = Batch::new(50).unwrap();
    till.put(SetBatch { book: 0, next, stan: None, invoice: None }).unwrap();
    let lost: Vec<u32> = (outcome..till.seq).collect();
    let (ledger, skipped) = replay_without(&till, &lost);
    assert_eq!((ledger.batch(0), skipped), (Ok(next), 0));
    assert_eq!(ledger.item(item).map(Item::state), Some(S::Unresolved));
}

#[test]
fn a_lost_end_of_a_settlement_is_seen_by_what_comes_after_it() {
    let mut till = Till::new();
    till.completed_sale(1);
    till.put(till.freeze(0)).unwrap();
    let frozen = till.seq;
    till.put(Unfreeze { book: 0 }).unwrap();
    let (ledger, _) = replay_without(&till, &[frozen]);
    assert_eq!(ledger, till.ledger, "called off, and nobody saw it begin");
    let owed = till.sale(2);
    let (ledger, skipped) = replay_without(&till, &[frozen + 1]);
    assert_eq!((ledger.phase(0), skipped), (Ok(Phase::Open), 0));
    assert!(ledger.item(owed).is_some());
}

#[test]
fn what_nothing_can_be_made_of_is_refused() {
    let mut till = Till::new();
    let first = till.sale(1);
    let mut at = till.log[0].0;
    let again = Record::from(till.intent(0, TransactionKind::Sale, 1));
    let newest = first;
    let stale = Refusal::OutOfOrder { seq: first, newest };
    assert_eq!(till.ledger.follow(at, &again), Err(stale), "an intent from before");

    let elsewhere = Record::from(NotSent { item: first, book: 1 });
    let refused = Refusal::BookDiffers { item: first, expected: 0 };
    assert_eq!(till.ledger.follow(at, &elsewhere), Err(refused));
    let reopen = till.record(first, E::Reopen);
    let refused = Refusal::AlreadyOpen { item: first };
    assert_eq!(till.ledger.follow(at, &reopen), Err(refused));
    let nowhere = Record::from(Unfreeze { book: 9 });
    assert_eq!(till.ledger.follow(at, &nowhere), Err(Refusal::NoSuchBook { book: 9 }));
    let nowhere = Record::from(NotSent { item: first, book: 9 });
    assert_eq!(till.ledger.follow(at, &nowhere), Err(Refusal::NoSuchBook { book: 9 }));

    for _ in 0..3 {
        till.sale(1);
    }
    at.seq = Seq(till.seq + 1);
    let fifth = Record::from(till.intent(0, TransactionKind::Sale, 1));
    assert_eq!(till.ledger.follow(at, &fifth), Err(Refusal::ItemsFull));
    assert_eq!(till.ledger.items().count(), 4);
}

/// What one event that is left of a payment says about its end.
#[test]
fn any_event_alone_proves_where_its_payment_stands() {
    let proven = [
        (E::OutcomeCompleted, S::Completed, S::Completed),
        (E::Completed, S::Completed, S::Completed),
        (E::OutcomeApproved, S::Approved, S::Approved),
        (E::OutcomeDeclined, S::Declined, S::Declined),
        (E::OutcomeUnknown, S::Reversing, S::Querying),
        (E::Reverse, S::Reversing, S::Querying),
        (E::Attempt, S::Reversing, S::Querying),
        (E::AnswerOther, S::Reversing, S::Querying),
        (E::Late, S::Reversing, S::Querying),
        (E::NotSent, S::NeverSent, S::NeverSent),
        (E::AnswerDone, S::Reversed, S::Reversed),
        (E::AnswerNothingToReverse, S::NothingOnce, S::NothingOnce),
        (E::GivenUp, S::Unresolved, S::Unresolved),
        (E::Abandon, S::Abandoned, S::Abandoned),
        // Its end is proven by what it was opened from, and that is not here.
        (E::Reopen, S::Unanswered, S::Unanswered),
    ];
    for (event, sale, refund) in proven {
        assert_eq!(settled_state(TransactionKind::Sale, [event]), sale, "{event:?}");
        assert_eq!(settled_state(TransactionKind::Refund, [event]), refund, "{event:?}");
    }
    // Also where the payment was taken for owing its reversal, and what said otherwise is lost.
    let after_silence = |event| settled_state(TransactionKind::Sale, [E::OutcomeUnknown, event]);
    let contradicting = [
        (E::OutcomeCompleted, S::Completed),
        (E::OutcomeApproved, S::Approved),
        (E::OutcomeDeclined, S::Declined),
        (E::NotSent, S::NeverSent),
        (E::Reverse, S::Reversing),
        (E::Reopen, S::Reversing),
    ];
    for (event, state) in contradicting {
        assert_eq!(after_silence(event), state, "{event:?}");
    }
    let ended = settled_state(TransactionKind::Sale, [E::AnswerDone, E::GivenUp]);
    assert_eq!(ended, S::Reversed, "an end is believed once");
}
