//! What a settlement leaves out: originals of voids in doubt, payments that come too late.

use super::*;
use crate::ledger::{ItemEvent as E, ItemState as S};
use TransactionKind::{Refund, RefundVoid, Void};

/// A till with a sale of 200 that stands and one of 500 whose void nobody answers.
fn doubtful() -> (Till, Seq) {
    let mut till = Till::new();
    till.completed_sale(200);
    let sale = till.completed_sale(500);
    let mut void = till.intent(0, Void, 500);
    void.original = Some(Original::ByRecord(sale));
    till.put(void).unwrap();
    let void = Seq(till.seq);
    for event in [E::OutcomeUnknown, E::Attempt, E::GivenUp] {
        till.on(void, event).unwrap();
    }
    (till, void)
}

fn told(till: &Till) -> (u32, u64, u32) {
    let row = till.ledger.settle_totals(0).unwrap().rows()[0];
    (row.sales.count, row.sales.amount.minor(), row.voided.count)
}

#[test]
fn a_void_in_doubt_withholds_its_original_and_is_named() {
    let (mut till, void) = doubtful();
    assert_eq!(told(&till), (1, 200, 0));
    let running = till.ledger.totals(0).unwrap().rows()[0];
    assert_eq!(running.sales.count, 2, "the sales as they were made");
    assert_eq!(till.ledger.withheld(0).map(Item::seq).collect::<Vec<_>>(), [void]);
    let whole = Freeze { totals: till.ledger.totals(0).unwrap().clone(), ..till.freeze(0) };
    assert_eq!(till.put(whole), Err(Refusal::TotalsDiffer { book: 0 }));
    till.put(till.freeze(0)).unwrap();
    till.put(till.settle_attempt(0)).unwrap();
    assert!(till.ledger.item(void).unwrap().is_withheld());
    assert_eq!(through_checkpoint(&till.ledger), till.ledger);
    // Whatever becomes of it: the figures that were sent stay.
    till.on(void, E::OperatorRetry).unwrap();
    assert_eq!(told(&till), (1, 200, 0));
    till.on(void, E::AnswerDone).unwrap();
    assert_eq!(told(&till), (1, 200, 0));
    // The sale stands and was told to nobody.
    let left = Tally { count: 1, amount: Amount::new(500) };
    assert_eq!(till.ledger.uncounted(0), Ok(left));
}

#[test]
fn until_the_first_0500_the_figures_follow() {
    for (event, figures) in [(E::AnswerDone, (2, 700, 0)), (E::Abandon, (2, 700, 0))] {
        let (mut till, void) = doubtful();
        till.put(till.freeze(0)).unwrap();
        till.on(void, event).unwrap();
        assert_eq!(told(&till), figures, "{event:?}");
        assert_eq!(till.ledger.uncounted(0), Ok(Tally::ZERO));
    }
    // Tried again it is in doubt still.
    let (mut till, void) = doubtful();
    till.put(till.freeze(0)).unwrap();
    till.on(void, E::OperatorRetry).unwrap();
    till.put(till.settle_attempt(0)).unwrap();
    assert_eq!(told(&till), (1, 200, 0));
    till.on(void, E::GivenUp).unwrap();
    assert_eq!(told(&till), (1, 200, 0));
}

#[test]
fn a_void_of_a_refund_withholds_the_refund() {
    let mut till = Till::new();
    let refund = till.begin(Refund, 70);
    till.on(refund, E::OutcomeCompleted).unwrap();
    let mut void = till.intent(0, RefundVoid, 70);
    void.original = Some(Original::ByRecord(refund));
    till.put(void).unwrap();
    let void = Seq(till.seq);
    let refunds = |till: &Till| till.ledger.settle_totals(0).unwrap().rows()[0].net().credit;
    assert_eq!(refunds(&till).count, 0, "while it is open");
    till.on(void, E::OutcomeDeclined).unwrap();
    assert_eq!(refunds(&till), Tally { count: 1, amount: Amount::new(70) });
    let mut void = till.intent(0, RefundVoid, 70);
    void.original = Some(Original::ByRecord(refund));
    till.put(void).unwrap();
    till.on(Seq(till.seq), E::OutcomeCompleted).unwrap();
    let row = till.ledger.totals(0).unwrap().rows()[0];
    assert_eq!((row.refunds.count, row.refunds_voided.count, refunds(&till).count), (1, 1, 0));
}

#[test]
fn what_is_too_late_for_its_batch_is_named_until_the_next_one_is_closed() {
    let mut till = Till::new();
    let refund = till.begin(Refund, 70);
    till.on(refund, E::OutcomeUnknown).unwrap();
    till.on(refund, E::GivenUp).unwrap();
    till.put(till.freeze(0)).unwrap();
    till.put(till.settle_attempt(0)).unwrap();
    till.on(refund, E::OutcomeCompleted).unwrap();
    let late = Tally { count: 1, amount: Amount::new(70) };
    till.put(till.settle_answer(0, SettleClass::Balanced)).unwrap();
    till.put(till.closed(0)).unwrap();
    // The report of the batch that has just been closed was made before.
    assert_eq!(till.ledger.uncounted(0), Ok(late));
    assert_eq!(through_checkpoint(&till.ledger), till.ledger);
    till.settle(0);
    assert_eq!(till.ledger.uncounted(0), Ok(Tally::ZERO));
}

#[test]
fn a_settlement_read_across_a_gap_leaves_out_what_it_left_out() {
    let (mut till, void) = doubtful();
    till.put(till.freeze(0)).unwrap();
    let freeze = till.seq;
    till.put(till.settle_attempt(0)).unwrap();
    let figures = told(&till);
    // The record that gave the void up is lost.
    let given_up = freeze - 1;
    let mut ledger = Small::new();
    for (at, record) in till.log.iter().filter(|(at, _)| at.seq.0 != given_up) {
        ledger.follow(*at, record).unwrap();
    }
    let row = ledger.settle_totals(0).unwrap().rows()[0];
    assert_eq!((row.sales.count, row.sales.amount.minor(), row.voided.count), figures);
    assert!(ledger.item(void).unwrap().is_unresolved());
    assert_eq!(ledger.withheld(0).map(Item::seq).collect::<Vec<_>>(), [void]);
}

#[test]
fn a_settlement_called_off_across_a_gap_takes_everything_back() {
    let (mut till, _) = doubtful();
    let given_up = till.seq;
    till.put(till.freeze(0)).unwrap();
    till.put(Unfreeze { book: 0 }).unwrap();
    let mut ledger = Small::new();
    for (at, record) in till.log.iter().filter(|(at, _)| at.seq.0 != given_up) {
        ledger.follow(*at, record).unwrap();
    }
    assert_eq!(ledger.totals(0), till.ledger.totals(0));
    assert_eq!(ledger.settle_totals(0), till.ledger.settle_totals(0));
}

#[test]
fn a_sum_never_outgrows_sixteen_digits() {
    let mut till = Till::new();
    let most = Amount::DE4_MAX.minor();
    till.completed_sale(most);
    till.ledger.books[0].open.totals.0[0].sales.amount = Amount::new(TALLY_MAX - most - 1);
    let first = till.sale(1);
    let full = till.intent(0, TransactionKind::Sale, most);
    assert_eq!(till.put(full.clone()).map(drop), Ok(()), "to the last");
    let more = till.intent(0, TransactionKind::Sale, 1);
    assert_eq!(till.put(more), Err(Refusal::TotalsFull { book: 0 }), "open ones count, too");
    for item in [first, Seq(till.seq)] {
        till.on(item, E::OutcomeCompleted).unwrap();
    }
    let row = till.ledger.totals(0).unwrap().rows()[0];
    assert_eq!(row.sales.amount, Amount::new(TALLY_MAX));
    assert_eq!(through_checkpoint(&till.ledger), till.ledger);
    let hold = till.begin(TransactionKind::PreAuth, most);
    assert_eq!(till.state(hold), Some(S::Unanswered), "what counts nowhere is not stopped");
}

#[test]
fn numbers_of_a_batch_are_not_given_out_again() {
    let mut till = Till::new();
    let item = till.sale(1);
    till.on(item, E::OutcomeDeclined).unwrap();
    let set = |stan, invoice| SetBatch {
        book: 0,
        next: Batch::FIRST,
        stan: Stan::new(stan),
        invoice: Invoice::new(invoice),
    };
    let used = Err(Refusal::NumbersUsed { book: 0 });
    assert_eq!((till.put(set(1, 0)), till.put(set(0, 1))), (used, used));
    till.put(set(50, 60)).unwrap();
    assert_eq!(till.put(set(49, 0)), used, "the numbers before are used still");
    let other = SetBatch { next: Batch::MAX, ..set(1, 1) };
    till.put(other).unwrap();
    assert_eq!(till.ledger.next_stan(0), Ok(Stan::FIRST));
}
