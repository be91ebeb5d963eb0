//! Counters: the wrap, the numbers of open payments, losses.

use super::*;
use crate::ledger::ItemEvent as E;

/// A till whose next STAN is given.
fn till_at(stan: u32) -> Till {
    let mut till = Till::new();
    let next = Batch::FIRST;
    till.put(SetBatch { book: 0, next, stan: Stan::new(stan), invoice: None }).unwrap();
    till
}

#[test]
fn the_stan_starts_over_at_one() {
    let mut till = till_at(999_999);
    till.completed_sale(1);
    assert_eq!(till.ledger.next_stan(0), Ok(Stan::FIRST));
}

#[test]
fn the_stan_of_an_open_payment_is_skipped() {
    let mut till = till_at(1);
    let item = till.unresolved_sale(1);
    till.settle(0);
    till.lose(999_992, true);
    assert_eq!(till.ledger.next_stan(0).unwrap_err(), Refusal::StanExhausted { book: 0 });
    till.settle(0);
    assert_eq!(till.ledger.item(item).unwrap().stan(), Stan::FIRST);
    let mut stan = till.ledger.next_stan(0).unwrap();
    while stan != Stan::FIRST.next() {
        let previous = stan;
        till.completed_sale(1);
        till.settle(0);
        stan = till.ledger.next_stan(0).unwrap();
        assert!(previous != Stan::FIRST && stan != Stan::FIRST, "1 belongs to an open payment");
        if stan.get() < previous.get() {
            break;
        }
    }
    assert_eq!(stan, Stan::FIRST.next());
}

#[test]
fn a_batch_that_used_its_stans_up_can_still_be_settled() {
    let mut till = till_at(1);
    till.completed_sale(1);
    till.lose(999_998 - 1_000 - 4, true);
    till.completed_sale(1);
    let refused = Refusal::StanExhausted { book: 0 };
    assert_eq!(till.ledger.next_stan(0), Err(refused));
    assert_eq!(till.ledger.blocked(0, TransactionKind::Sale), Some(Block::Refused(refused)));
    till.settle(0);
    till.completed_sale(1);
}

#[test]
fn a_loss_raises_every_counter_but_the_batch() {
    let mut till = Till::new();
    till.completed_sale(1);
    till.lose(10, true);
    assert!(till.ledger.next_stan(0).unwrap().get() >= 12);
    assert!(till.ledger.next_invoice(0).unwrap().get() >= 12);
    assert!(till.ledger.next_stan(1).unwrap().get() >= 11);
    assert_eq!(till.ledger.batch(0), Ok(Batch::FIRST));
}

#[test]
fn books_count_apart() {
    let mut till = Till::new();
    till.completed_sale(1);
    let intent = till.intent(1, TransactionKind::Sale, 1);
    assert_eq!(intent.stan, Stan::FIRST);
    till.put(intent).unwrap();
    assert_eq!(till.ledger.batch(9), Err(Refusal::NoSuchBook { book: 9 }));
    assert_eq!(
        till.ledger.blocked(9, TransactionKind::Sale),
        Some(Block::Refused(Refusal::NoSuchBook { book: 9 }))
    );
}

#[test]
fn the_ledger_is_full_before_a_payment_starts() {
    let mut till = Till::new();
    for _ in 0..4 {
        till.sale(1);
    }
    assert_eq!(till.ledger.blocked(0, TransactionKind::Sale), Some(Block::ItemsFull));
    let fifth = till.intent(0, TransactionKind::Sale, 1);
    assert_eq!(till.put(fifth), Err(Refusal::ItemsFull));
    till.on(Seq(2), E::OutcomeCompleted).unwrap();
    assert_eq!(till.ledger.blocked(0, TransactionKind::Sale), None);
}

#[test]
fn no_loss_is_no_jump() {
    let mut till = Till::new();
    till.completed_sale(1);
    let before = till.ledger.clone();
    till.ledger.jump(0);
    assert_eq!(till.ledger, before);
}

#[test]
fn a_batch_can_be_settled_whatever_was_lost() {
    for lost in [999_997, 999_998, 999_999, 1_000_000, 5_000_000] {
        let mut till = till_at(1);
        till.lose(lost, true);
        let refused = Refusal::StanExhausted { book: 0 };
        assert_eq!(till.ledger.next_stan(0), Err(refused), "{lost} lost");
        till.settle(0);
        till.completed_sale(1);
    }
}

#[test]
fn a_batch_says_from_where_its_records_are() {
    let mut till = Till::new();
    till.completed_sale(1);
    till.settle(0);
    let closed = Seq(till.seq);
    assert_eq!(till.ledger.batch_from(0), Ok(closed.next()));
    assert_eq!(till.ledger.batch_from(1), Ok(Seq(0)));
    let item = till.sale(1);
    assert_eq!(till.ledger.item(item).map(Item::cost), Some(COST));
}

#[test]
fn de4_is_filled_and_not_exceeded() {
    let mut till = Till::new();
    let most = till.intent(0, TransactionKind::Sale, Amount::DE4_MAX.minor());
    let amount = Amount::new(Amount::DE4_MAX.minor() + 1);
    let more = Intent { amount, ..most.clone() };
    assert_eq!(till.put(more), Err(Refusal::AmountTooLarge { amount }));
    till.put(most).unwrap();
}
