//! The close of a batch, step by step, and what may not come in between.

use super::*;
use crate::ledger::{ItemEvent as E, ItemState as S};
use TransactionKind::{Refund, Sale};

#[test]
fn a_balanced_batch_closes_and_the_next_one_is_empty() {
    let mut till = Till::new();
    till.completed_sale(500);
    till.put(till.freeze(0)).unwrap();
    assert_eq!(till.ledger.next_duty(), Some(Duty::Settle { book: 0, step: SettleStep::Send }));
    let intent = till.intent(0, Sale, 1);
    let phase = Phase::Frozen;
    assert_eq!(till.put(intent), Err(Refusal::SettlementUnfinished { book: 0, phase }));
    let other_book = till.intent(1, Sale, 1);
    till.put(other_book).unwrap();

    till.put(till.settle_attempt(0)).unwrap();
    till.put(till.settle_answer(0, SettleClass::Busy)).unwrap();
    assert_eq!(till.ledger.next_duty(), Some(Duty::Settle { book: 0, step: SettleStep::Repeat }));
    let figures = till.ledger.totals(0).unwrap().clone();
    let repeat = till.settle_attempt(0);
    assert_eq!((repeat.number, repeat.stan.get()), (2, 3));
    till.put(repeat).unwrap();
    assert_eq!(till.ledger.totals(0), Ok(&figures));
    let called_off = till.put(Unfreeze { book: 0 });
    let (phase, step) = (Phase::Sent, PhaseEvent::Unfreeze);
    assert_eq!(called_off, Err(Refusal::IllegalStep { book: 0, phase, step }));

    till.put(till.settle_answer(0, SettleClass::Balanced)).unwrap();
    assert_eq!(till.ledger.next_duty(), Some(Duty::Settle { book: 0, step: SettleStep::Close }));
    till.put(till.closed(0)).unwrap();
    assert_eq!(till.ledger.batch(0), Ok(Batch::FIRST.next()));
    assert!(till.ledger.totals(0).unwrap().rows().is_empty());
    assert_eq!(till.ledger.blocked(0, Sale), None);
}

#[test]
fn an_upload_resumes_after_the_last_acknowledged_payment() {
    let mut till = Till::new();
    let first = till.completed_sale(500);
    let second = till.completed_sale(200);
    till.put(till.freeze(0)).unwrap();
    till.put(till.settle_attempt(0)).unwrap();
    till.put(till.settle_answer(0, SettleClass::Unbalanced)).unwrap();
    let uploaded = |through| Uploaded { book: 0, batch: Batch::FIRST, through };
    till.put(uploaded(second)).unwrap();
    let step = SettleStep::Upload { after: second };
    assert_eq!(till.ledger.next_duty(), Some(Duty::Settle { book: 0, step }));
    let back = till.put(uploaded(first));
    assert_eq!(back, Err(Refusal::UploadBackwards { book: 0, uploaded: second }));
    till.put(UploadEnd { book: 0, batch: Batch::FIRST }).unwrap();
    till.put(till.closed(0)).unwrap();
    till.settle(0);
}

#[test]
fn open_payments_hold_a_settlement_up_and_unresolved_ones_do_not() {
    let mut till = Till::new();
    let item = till.sale(500);
    let state = S::Unanswered;
    assert_eq!(till.put(till.freeze(0)), Err(Refusal::OpenItem { book: 0, item, state }));
    for event in [E::OutcomeUnknown, E::Attempt, E::GivenUp] {
        till.on(item, event).unwrap();
    }
    till.settle(0);
    let open = till.ledger.item(item).unwrap();
    assert_eq!((open.batch(), open.stan()), (Batch::FIRST, Stan::FIRST));
    till.settle(0);
    till.on(item, E::Attempt).unwrap();
    till.on(item, E::AnswerDone).unwrap();
}

#[test]
fn an_item_of_an_older_batch_does_not_hold_a_settlement_up() {
    let mut till = Till::new();
    let item = till.sale(500);
    till.on(item, E::NotSent).unwrap();
    till.settle(0);
    till.on(item, E::Reopen).unwrap();
    till.settle(0);
    assert_eq!(till.state(item), Some(S::Reversing));
}

#[test]
fn a_refund_that_ends_after_the_figures_were_sent_is_the_expected_difference() {
    let mut till = Till::new();
    let refund = till.begin(Refund, 70);
    till.on(refund, E::OutcomeUnknown).unwrap();
    till.on(refund, E::GivenUp).unwrap();
    till.put(till.freeze(0)).unwrap();
    till.put(till.settle_attempt(0)).unwrap();
    let change = till.on(refund, E::OutcomeCompleted).unwrap();
    assert!(matches!(change, Change::Item { to: S::Completed, counted: false, .. }));
    assert!(till.ledger.totals(0).unwrap().is_zero());
}

#[test]
fn the_frozen_totals_are_the_ledgers() {
    let mut till = Till::new();
    till.completed_sale(500);
    let honest = till.freeze(0);
    let invented = Freeze { totals: Totals::new(), ..honest.clone() };
    assert_eq!(till.put(invented), Err(Refusal::TotalsDiffer { book: 0 }));
    let batch = Batch::MAX;
    let other = Freeze { batch, ..honest.clone() };
    assert!(matches!(till.put(other), Err(Refusal::BatchDiffers { .. })));
    till.put(honest).unwrap();
    till.put(Unfreeze { book: 0 }).unwrap();
    till.completed_sale(1);
}

#[test]
fn counters_are_set_in_an_empty_book_only() {
    let mut till = Till::new();
    let next = Batch::new(77).unwrap();
    let set = SetBatch { book: 0, next, stan: Stan::new(500), invoice: None };
    till.put(set.clone()).unwrap();
    assert_eq!(till.ledger.batch(0), Ok(next));
    assert_eq!(till.ledger.next_stan(0).map(Stan::get), Ok(500));
    let item = till.sale(1);
    let refused = Err(Refusal::BookNotEmpty { book: 0 });
    assert_eq!(till.put(set.clone()), refused, "an open payment");
    till.on(item, E::OutcomeCompleted).unwrap();
    assert_eq!(till.put(set.clone()), refused, "an unsettled batch");
    till.settle(0);
    assert_eq!(till.ledger.batch(0), Ok(next.next()));
    till.put(set).unwrap();
}

/// A step that names another batch, or counts otherwise, is of another settlement.
#[test]
fn every_step_is_of_the_batch_that_is_settled() {
    let mut till = Till::new();
    let item = till.completed_sale(500);
    let (expected, found) = (Batch::FIRST, Batch::MAX);
    let differs = Err(Refusal::BatchDiffers { book: 0, expected, found });
    till.put(till.freeze(0)).unwrap();

    let attempt = till.settle_attempt(0);
    assert_eq!(till.put(SettleAttempt { batch: found, ..attempt.clone() }), differs);
    let stan = attempt.stan.next();
    let refused = Refusal::StanDiffers { book: 0, expected: attempt.stan, found: stan };
    assert_eq!(till.put(SettleAttempt { stan, ..attempt.clone() }), Err(refused));
    let refused = Refusal::SettleNumber { book: 0, expected: 1 };
    assert_eq!(till.put(SettleAttempt { number: 2, ..attempt.clone() }), Err(refused));
    till.put(attempt).unwrap();

    let answer = till.settle_answer(0, SettleClass::Unbalanced);
    assert_eq!(till.put(SettleAnswer { batch: found, ..answer.clone() }), differs);
    till.put(answer).unwrap();

    let uploaded = Uploaded { book: 0, batch: Batch::FIRST, through: item };
    assert_eq!(till.put(Uploaded { batch: found, ..uploaded.clone() }), differs);
    till.put(uploaded.clone()).unwrap();
    till.put(uploaded).unwrap();

    let end = UploadEnd { book: 0, batch: Batch::FIRST };
    assert_eq!(till.put(UploadEnd { batch: found, ..end.clone() }), differs);
    till.put(end).unwrap();

    let closed = till.closed(0);
    assert_eq!(till.put(BatchClosed { batch: found, ..closed.clone() }), differs);
    let skips = till.put(BatchClosed { next: found, ..closed.clone() });
    assert_eq!(skips, Err(Refusal::BatchDiffers { book: 0, expected: closed.next, found }));
    till.put(closed).unwrap();
}
