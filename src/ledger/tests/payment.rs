//! Payments: what is refused, what is counted, what becomes of originals.

use super::*;
use crate::ledger::{ItemEvent as E, ItemState as S};
use TransactionKind::{Refund, Sale, Void};

#[test]
fn an_item_is_small() {
    assert_eq!(size_of::<Item>(), 76);
    assert_eq!(size_of::<Book>(), 408);
}

#[test]
fn a_completed_sale_counts_and_is_closed() {
    let mut till = Till::new();
    let item = till.sale(500);
    let to = S::Completed;
    let expected = Change::Item { item, from: Some(S::Unanswered), to, counted: true };
    assert_eq!(till.on(item, E::OutcomeCompleted), Ok(expected));
    assert_eq!(till.ledger.items().count(), 0);
    assert_eq!(till.ledger.last(), Some((item, S::Completed)));
    let totals = *till.ledger.totals(0).unwrap().of(Currency::CNY, CardClass::Domestic).unwrap();
    assert_eq!(totals.sales, Tally { count: 1, amount: Amount::new(500) });

    let again = till.on(item, E::Attempt).unwrap_err();
    assert_eq!(
        again.to_string(),
        "the sale 1 is already completed, the attempt is refused: \
         void it while its batch is open, or refund it instead"
    );
}

#[test]
fn a_partial_approval_counts_what_was_approved_and_reverses_what_was_asked() {
    let mut till = Till::new();
    let item = till.sale(500);
    let Record::Outcome(full) = outcome(item, Verdict::Approved { completed: false }) else {
        panic!("an outcome")
    };
    let partial = Outcome { approved_amount: Some(Amount::new(300)), ..full };
    till.put(partial).unwrap();
    let open = till.ledger.item(item).unwrap();
    assert_eq!((open.amount().minor(), open.approved_amount().minor()), (500, 300));
    till.on(item, E::Completed).unwrap();
    let sales =
        till.ledger.totals(0).unwrap().of(Currency::CNY, CardClass::Domestic).unwrap().sales;
    assert_eq!(sales.amount.minor(), 300);
}

#[test]
fn voids_and_refunds_count_apart() {
    let mut till = Till::new();
    let first = till.completed_sale(500);
    till.completed_sale(200);
    let mut void = till.intent(0, Void, 500);
    void.original = Some(Original::ByRecord(first));
    till.put(void).unwrap();
    till.on(Seq(till.seq), E::OutcomeCompleted).unwrap();
    let refund = till.begin(Refund, 50);
    till.on(refund, E::OutcomeCompleted).unwrap();
    let net = till.ledger.totals(0).unwrap().of(Currency::CNY, CardClass::Domestic).unwrap().net();
    assert_eq!(net.debit, Tally { count: 1, amount: Amount::new(200) });
    assert_eq!(net.credit, Tally { count: 1, amount: Amount::new(50) });
}

#[test]
fn a_reversal_is_numbered_and_repeats_its_reason() {
    let mut till = Till::new();
    let item = till.sale(500);
    let attempt = |number, reason| Attempt { item, book: 0, number, reason, uptime: Uptime(1) };
    let (silence, other) = (ReversalReason::NoAnswer, ReversalReason::Other);
    let wrong = till.put(attempt(1, other));
    assert_eq!(wrong, Err(Refusal::ReasonDiffers { item, expected: silence }));
    till.put(attempt(1, silence)).unwrap();
    assert_eq!(till.put(attempt(1, silence)), Err(Refusal::AttemptNumber { item, expected: 2 }));
    till.put(attempt(2, silence)).unwrap();
    till.on(item, E::AnswerDone).unwrap();
    assert_eq!(till.ledger.last(), Some((item, S::Reversed)));
    assert!(till.ledger.totals(0).unwrap().is_zero());
}

#[test]
fn an_answer_without_an_attempt_is_refused() {
    let mut till = Till::new();
    let item = till.sale(500);
    till.on(item, E::OutcomeUnknown).unwrap();
    for answer in [E::AnswerDone, E::AnswerNothingToReverse, E::AnswerOther] {
        assert_eq!(till.on(item, answer), Err(Refusal::NothingSent { item }));
    }
}

#[test]
fn nothing_to_reverse_closes_only_when_repeated() {
    let mut till = Till::new();
    let item = till.unresolved_sale(500);
    till.on(item, E::AnswerNothingToReverse).unwrap();
    assert_eq!(till.state(item), Some(S::NothingOnce));
    assert!(till.ledger.item(item).unwrap().is_unresolved(), "the mark stays");
    till.on(item, E::AnswerOther).unwrap();
    assert_eq!(till.on(item, E::GivenUp), Err(Refusal::AlreadyUnresolved { item }));
    till.on(item, E::AnswerNothingToReverse).unwrap();
    assert_eq!(till.ledger.last(), Some((item, S::NotFound)));
}

#[test]
fn a_late_approval_is_evidence_or_opens_the_reversal_again() {
    let mut till = Till::new();
    let item = till.sale(500);
    till.on(item, E::NotSent).unwrap();
    assert!(matches!(till.on(item, E::Late), Err(Refusal::Illegal { .. })));
    till.sale(200);
    till.on(item, E::Reopen).unwrap();
    let place = till.ledger.item(item).unwrap().place();
    assert_eq!(place, Place(till.seq * 100), "it stands on the new record");
    assert_eq!(till.state(item), Some(S::Reversing));
    assert_eq!(till.ledger.items().map(Item::seq).collect::<Vec<_>>(), [Seq(1), Seq(3)]);
    assert_eq!(till.on(item, E::Reopen), Err(Refusal::AlreadyOpen { item }));
    till.on(item, E::Late).unwrap();
    till.on(item, E::Attempt).unwrap();
    till.on(item, E::AnswerDone).unwrap();
    assert_eq!(till.ledger.item(item), None);
}

#[test]
fn a_void_in_doubt_freezes_its_sale() {
    let mut till = Till::new();
    let sale = till.completed_sale(500);
    let undo = |till: &Till, kind| Intent {
        original: Some(Original::ByRecord(sale)),
        ..till.intent(0, kind, 500)
    };
    till.put(undo(&till, Void)).unwrap();
    let by = Seq(till.seq);
    for kind in [Void, Refund] {
        let second = till.put(undo(&till, kind));
        assert_eq!(second, Err(Refusal::OriginalBusy { original: sale, by }));
    }
    till.on(by, E::OutcomeDeclined).unwrap();
    till.put(undo(&till, Refund)).unwrap();
}

#[test]
fn an_open_sale_cannot_be_undone() {
    let mut till = Till::new();
    let original = till.sale(500);
    let mut void = till.intent(0, Void, 500);
    void.original = Some(Original::ByRecord(original));
    let state = S::Unanswered;
    assert_eq!(till.put(void), Err(Refusal::OriginalNotCompleted { original, state }));
}

#[test]
fn intents_carry_the_next_numbers() {
    let mut till = Till::new();
    till.completed_sale(500);
    let good = till.intent(0, Sale, 1);
    let bad_stan = Intent { stan: Stan::MAX, ..good.clone() };
    let bad_batch = Intent { batch: Batch::MAX, ..good.clone() };
    let bad_invoice = Intent { invoice: Invoice::MAX, ..good.clone() };
    let bad_book = Intent { book: 2, ..good.clone() };
    let large = Intent { amount: Amount::new(1_000_000_000_000), ..good.clone() };
    assert!(matches!(till.put(bad_stan), Err(Refusal::StanDiffers { .. })));
    assert!(matches!(till.put(bad_batch), Err(Refusal::BatchDiffers { .. })));
    assert!(matches!(till.put(bad_invoice), Err(Refusal::InvoiceDiffers { .. })));
    assert_eq!(till.put(bad_book), Err(Refusal::NoSuchBook { book: 2 }));
    assert!(matches!(till.put(large), Err(Refusal::AmountTooLarge { .. })));
    let named = Intent { original: Some(Original::ByRecord(Seq(1))), ..good.clone() };
    assert_eq!(till.put(named), Err(Refusal::OriginalNotAllowed { kind: Sale }));
    let nameless = Intent { kind: Refund, ..good.clone() };
    assert_eq!(till.put(nameless), Err(Refusal::OriginalMissing { kind: Refund }));
    let old = Placed { seq: Seq(1), place: Place(1), cost: 1 };
    let replayed = till.ledger.apply(old, &good.clone().into());
    assert_eq!(replayed, Err(Refusal::OutOfOrder { seq: Seq(1), newest: Seq(1) }));
    till.put(good).unwrap();
}

#[test]
fn a_third_currency_or_class_of_cards_waits_for_the_settlement() {
    let mut till = Till::new();
    for (currency, cards) in
        [(Currency::THB, CardClass::Domestic), (Currency::THB, CardClass::Foreign)]
    {
        let cards = Some(cards);
        let intent = Intent { currency, cards, ..till.intent(0, Sale, 9) };
        till.put(intent).unwrap();
        till.on(Seq(till.seq), E::OutcomeDeclined).unwrap();
    }
    let third = Intent { currency: Currency::EUR, ..till.intent(0, Sale, 9) };
    assert_eq!(till.put(third), Err(Refusal::TooManyCurrencies { book: 0 }));
}

#[test]
fn an_event_names_the_payments_own_book() {
    let mut till = Till::new();
    let item = till.sale(1);
    let elsewhere = till.put(NotSent { item, book: 1 });
    assert_eq!(elsewhere, Err(Refusal::BookDiffers { item, expected: 0 }));
    let unknown = till.put(NotSent { item: Seq(77), book: 0 });
    assert_eq!(unknown, Err(Refusal::NotOpen { item: Seq(77) }));
}

#[test]
fn carried_records_are_followed() {
    let mut till = Till::new();
    let item = till.sale(1);
    till.on(item, E::OutcomeUnknown).unwrap();
    assert!(till.ledger.moved(item, Place(7)));
    assert!(!till.ledger.moved(Seq(77), Place(9)));
    assert_eq!(till.ledger.item(item).unwrap().place(), Place(7));
}

#[test]
fn originals_are_undone_by_the_rules() {
    let till = Till::new();
    let sale = till.intent(0, Sale, 500);
    let seq = Seq(12);
    let facts = OriginalFacts {
        seq,
        intent: &sale,
        state: S::Completed,
        approved: Amount::new(500),
        added: Amount::ZERO,
        voided: false,
        completed: false,
        refunded: Amount::ZERO,
    };
    let void = till.intent(0, Void, 500);
    let refund = till.intent(0, Refund, 500);
    assert_eq!(check_original(&facts, &void, COMPLETION_PERCENT), Ok(()));
    assert_eq!(check_original(&facts, &refund, COMPLETION_PERCENT), Ok(()));

    let next_day = Intent { batch: Batch::FIRST.next(), ..void.clone() };
    let late = check_original(&facts, &next_day, COMPLETION_PERCENT).unwrap_err();
    assert_eq!(late.to_string(), "the sale 12 lies in batch 000001, closed: refund it instead");
    let part = Intent { amount: Amount::new(499), ..void.clone() };
    let expected = Amount::new(500);
    let refused = Err(Refusal::OriginalAmountDiffers { original: seq, expected });
    assert_eq!(check_original(&facts, &part, COMPLETION_PERCENT), refused);

    let refunded = OriginalFacts { refunded: Amount::new(1), ..facts };
    let left = Amount::new(499);
    let exceeds = Err(Refusal::RefundExceeds { original: seq, left });
    assert_eq!(check_original(&refunded, &refund, COMPLETION_PERCENT), exceeds);
    assert_eq!(
        check_original(&refunded, &void, COMPLETION_PERCENT),
        Err(Refusal::OriginalRefunded { original: seq })
    );

    let voided = OriginalFacts { voided: true, ..facts };
    assert_eq!(
        check_original(&voided, &refund, COMPLETION_PERCENT),
        Err(Refusal::OriginalVoided { original: seq })
    );
    let state = S::Reversed;
    let reversed = OriginalFacts { state, ..facts };
    let refused = Err(Refusal::OriginalNotCompleted { original: seq, state });
    assert_eq!(check_original(&reversed, &void, COMPLETION_PERCENT), refused);
    let other_book = Intent { book: 1, ..void.clone() };
    let refused = Err(Refusal::OriginalElsewhere { original: seq });
    assert_eq!(check_original(&facts, &other_book, COMPLETION_PERCENT), refused);
    let of_void = OriginalFacts { intent: &void, ..facts };
    assert!(matches!(
        check_original(&of_void, &refund, COMPLETION_PERCENT),
        Err(Refusal::OriginalWrongKind { .. })
    ));
}
