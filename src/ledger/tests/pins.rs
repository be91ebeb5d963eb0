//! What reclaim must keep, and the reserve of open payments.

use super::*;
use crate::ledger::ItemEvent as E;
use crate::ledger::reserve::{CHAIN, OUTCOME};
use crate::record::tests::{encoded_len, largest};

/// The bytes of the log that [`Ledger::pins`] holds.
fn pinned_by_record(till: &Till) -> u32 {
    let pinned = till.log.iter().filter(|(at, record)| till.ledger.pins(at.seq, record));
    pinned.map(|(at, _)| at.cost).sum()
}

#[test]
fn the_counter_is_the_sum_over_the_records() {
    let mut till = Till::new();
    let check = |till: &Till, expected| {
        assert_eq!(till.ledger.pinned_bytes(), pinned_by_record(till));
        assert_eq!(till.ledger.pinned_bytes(), expected * COST);
    };
    till.completed_sale(1);
    check(&till, 2);
    let item = till.unresolved_sale(1);
    check(&till, 2 + 3);
    // Once a batch is closed, its figures are kept until the next one is.
    let figures = 1;
    till.settle(0);
    check(&till, figures + 2);
    let gone = till.sale(1);
    assert_eq!(till.ledger.batch_from(0), Ok(gone), "the first record of its batch");
    check(&till, figures + 2 + 1);
    till.on(gone, E::NotSent).unwrap();
    check(&till, figures + 2 + 2);
    till.settle(0);
    check(&till, figures + 2);
    till.on(gone, E::Reopen).unwrap();
    check(&till, figures + 2 + 1);
    for item in [item, gone] {
        till.on(item, E::Attempt).unwrap();
        till.on(item, E::AnswerDone).unwrap();
    }
    check(&till, figures);
}

#[test]
fn device_records_and_attempts_are_not_kept() {
    let mut till = Till::new();
    let item = till.sale(1);
    till.put(Boot { count: 1, firmware: 1, reset_reason: 0, ran: None }).unwrap();
    till.put(Note { text: Text::new("two coffees").unwrap() }).unwrap();
    till.on(item, E::Attempt).unwrap();
    till.on(item, E::AnswerOther).unwrap();
    assert_eq!((till.ledger.pinned_bytes(), pinned_by_record(&till)), (COST, COST));
}

#[test]
fn the_reserve_covers_the_largest_records() {
    let len = |name: &str| -> u32 {
        let record = largest().into_iter().find(|record| record.name() == name).unwrap();
        encoded_len(&record).try_into().unwrap()
    };
    let chain =
        ["Reverse", "Attempt", "Answer", "Answer", "Answer", "Unresolved", "Operator", "Late"];
    assert_eq!(chain.map(len).iter().sum::<u32>(), CHAIN);
    assert!(len("Completed") < CHAIN);
    assert_eq!(len("Outcome"), OUTCOME);
    assert_eq!(CLOSING_COST, 376);
    assert_eq!(chain.len() + 1, CLOSING_FRAMES as usize);
}

#[test]
fn the_reserve_shrinks_as_a_payment_goes_on() {
    let mut till = Till::new();
    assert_eq!(till.ledger.reserve_bytes(12), 0);
    let item = till.sale(1);
    assert_eq!(till.ledger.reserve_bytes(12), CLOSING_COST + 9 * 12);
    till.on(item, E::OutcomeUnknown).unwrap();
    assert_eq!(till.ledger.reserve_bytes(12), CHAIN + 8 * 12);
    till.on(item, E::Attempt).unwrap();
    till.on(item, E::AnswerDone).unwrap();
    assert_eq!(till.ledger.reserve_bytes(12), 0);
}

#[test]
fn the_proof_of_a_reversal_is_kept_until_its_batch_is_settled() {
    let mut till = Till::new();
    let reversed = till.sale(1);
    for event in [E::OutcomeUnknown, E::Attempt, E::AnswerDone] {
        till.on(reversed, event).unwrap();
    }
    let unknown = till.sale(1);
    till.on(unknown, E::OutcomeUnknown).unwrap();
    for _ in 0..2 {
        till.on(unknown, E::Attempt).unwrap();
        till.on(unknown, E::AnswerNothingToReverse).unwrap();
    }
    let kept = |till: &Till| {
        let pinned = till.log.iter().filter(|(at, record)| till.ledger.pins(at.seq, record));
        pinned.filter(|(_, record)| matches!(record, Record::Answer(_))).count()
    };
    assert_eq!(kept(&till), 3);
    assert_eq!(till.ledger.pinned_bytes(), pinned_by_record(&till));
    till.settle(0);
    assert_eq!((kept(&till), till.ledger.pinned_bytes()), (0, COST), "the figures alone");
}

#[test]
fn nothing_is_needed_from_before_the_oldest_that_is() {
    let mut till = Till::new();
    assert_eq!(till.ledger.needs_from(), Seq(u32::MAX), "nothing at all");
    let open = till.unresolved_sale(1);
    till.completed_sale(1);
    till.settle(0);
    assert_eq!(till.ledger.needs_from(), open);
    till.on(open, E::Attempt).unwrap();
    till.on(open, E::AnswerDone).unwrap();
    let figures = till.ledger.last_closed(0).unwrap().unwrap();
    assert!(figures < till.ledger.batch_from(0).unwrap());
    assert_eq!(till.ledger.needs_from(), figures);
    let older = till.log.iter().filter(|(at, _)| at.seq < figures);
    assert_eq!(older.filter(|(at, record)| till.ledger.pins(at.seq, record)).count(), 0);
}
