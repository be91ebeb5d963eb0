//! What is owed after a restart, and in which order.

use super::*;
use crate::ledger::ItemEvent as E;
use TransactionKind::{Refund, Sale};

fn reversal(item: Seq, reason: ReversalReason, attempts: u16) -> Duty {
    let repeat = attempts > 0;
    Duty::Reversal { item, reason, attempts, repeat, confirm: false, unresolved: false }
}

#[test]
fn a_payment_in_flight_owes_nothing_until_the_terminal_restarts() {
    let mut till = Till::new();
    let item = till.sale(1);
    assert_eq!(till.ledger.next_duty(), None);
    till.ledger.boot();
    assert_eq!(till.ledger.next_duty(), Some(reversal(item, ReversalReason::NoAnswer, 0)));
    assert_eq!(till.ledger.blocked(0, Sale), Some(Block::Reversal { item }));
    assert_eq!(till.ledger.blocked(1, Sale), None);
}

#[test]
fn a_chip_that_is_being_asked_owes_nothing_until_the_terminal_restarts() {
    let mut till = Till::new();
    let item = till.sale(1);
    till.on(item, E::OutcomeApproved).unwrap();
    assert_eq!(till.ledger.next_duty(), None);
    till.ledger.boot();
    assert_eq!(till.ledger.next_duty(), Some(reversal(item, ReversalReason::Other, 0)));
    till.on(item, E::Attempt).unwrap();
    assert_eq!(till.ledger.next_duty(), Some(reversal(item, ReversalReason::Other, 1)));
}

#[test]
fn a_bad_mac_keeps_its_reason() {
    let mut till = Till::new();
    let item = till.sale(1);
    till.put(Reverse { item, book: 0, reason: ReversalReason::MacError }).unwrap();
    till.on(item, E::Attempt).unwrap();
    assert_eq!(till.ledger.next_duty(), Some(reversal(item, ReversalReason::MacError, 1)));
}

#[test]
fn settlement_then_reversals_then_unresolved_then_queries() {
    let mut till = Till::new();
    let given_up = till.unresolved_sale(1);
    let refund = till.begin(Refund, 1);
    till.on(refund, E::OutcomeUnknown).unwrap();
    let sale = till.sale(1);
    till.on(sale, E::OutcomeUnknown).unwrap();
    till.on(sale, E::Attempt).unwrap();
    till.on(sale, E::AnswerNothingToReverse).unwrap();
    till.put(till.freeze(1)).unwrap();
    let duties: Vec<Duty> = till.ledger.due().collect();
    let reason = ReversalReason::NoAnswer;
    let step = SettleStep::Send;
    let of = |item, confirm, unresolved| Duty::Reversal {
        item,
        reason,
        attempts: 1,
        repeat: true,
        confirm,
        unresolved,
    };
    assert_eq!(
        duties,
        [
            Duty::Settle { book: 1, step },
            of(sale, true, false),
            of(given_up, false, true),
            Duty::Query { item: refund, attempts: 0, unresolved: false },
        ]
    );
}

#[test]
fn a_refund_is_asked_about_and_never_reversed() {
    let mut till = Till::new();
    let refund = till.begin(Refund, 9);
    till.ledger.boot();
    let query = Duty::Query { item: refund, attempts: 0, unresolved: false };
    assert_eq!(till.ledger.next_duty(), Some(query));
    assert_eq!(till.ledger.blocked(0, Sale), None, "other business goes on");
    assert!(matches!(till.on(refund, E::AnswerDone), Err(Refusal::Illegal { .. })));
    till.on(refund, E::OutcomeCompleted).unwrap();
    let refunds =
        till.ledger.totals(0).unwrap().of(Currency::CNY, CardClass::Domestic).unwrap().refunds;
    assert_eq!(refunds.count, 1);
}

#[test]
fn an_unresolved_payment_blocks_nothing_by_itself() {
    let mut till = Till::new();
    till.unresolved_sale(1);
    till.ledger.boot();
    assert_eq!(till.ledger.blocked(0, Sale), None);
    till.put(till.freeze(0)).unwrap();
    let phase = Phase::Frozen;
    assert_eq!(till.ledger.blocked(0, Sale), Some(Block::Settlement { phase }));
    assert!(!till.ledger.blocked(0, Sale).unwrap().to_string().is_empty());
    assert!(till.put(till.intent(0, Sale, 1)).is_err());
}

#[test]
fn whatever_owes_its_reversal_is_out_of_this_runs_hands() {
    let mut till = Till::new();
    let silent = till.sale(1);
    till.on(silent, E::OutcomeUnknown).unwrap();
    let reopened = till.sale(1);
    till.on(reopened, E::NotSent).unwrap();
    till.on(reopened, E::Reopen).unwrap();
    for item in [silent, reopened] {
        assert!(!till.ledger.item(item).unwrap().is_in_flight(), "payment {item}");
    }
    assert_eq!(till.ledger.due().count(), 2);
}
