//! The fields of an intent, what is kept beside it, and what replaces it.

use super::*;
use crate::ledger::profile::Profile;

#[test]
fn every_field_reaches_the_intent() {
    let mut till = fresh();
    let thb = Currency::THB;
    let begin = Begin {
        tip: Some(Amount::new(5)),
        cash_back: Some(Amount::new(10)),
        instalments: Some(Instalments { count: 6, plan: 12 }),
        foreign: Some(Foreign { currency: thb, amount: Amount::new(500), rate: 61_234_567 }),
        cards: Some(CardClass::Foreign),
        ..sale(100)
    };
    let (item, intent) = new(&mut till, &begin);
    assert_eq!((intent.tip, intent.cash_back), (begin.tip, begin.cash_back));
    assert_eq!((intent.instalments, intent.foreign), (begin.instalments, begin.foreign));
    assert_eq!(intent.cards, begin.cards);
    let mut till = reboot(till);
    assert_eq!(till.attempt(item, Uptime(0)).unwrap().intent, intent);
}

#[test]
fn a_qr_payment_needs_its_order_number() {
    let mut till = fresh();
    let kind = TransactionKind::QrSale;
    let refused = till.begin(&Begin { kind, ..sale(5) }).unwrap_err();
    assert_eq!(refused, Error::Refused(crate::ledger::Refusal::OrderMissing { kind }));
    let order = OrderNumber::new("A-1").ok();
    let (_, intent) = new(&mut till, &Begin { kind, order: order.clone(), ..sale(5) });
    assert_eq!(intent.order, order);
}

#[test]
fn an_intent_without_attachments_is_one_program() {
    let mut till = fresh();
    completed(&mut till, 1);
    let programs = |till: &Till| till.log().flash().counts().programs;
    let before = programs(&till);
    new(&mut till, &sale(2));
    assert_eq!(programs(&till) - before, 1);
    let mut till = reboot(till);
    till.confirm().unwrap();
    let before = programs(&till);
    let sealed = Sealed::new(&[0xA5; 48]).ok();
    new(&mut till, &Begin { book: 1, sealed, ..sale(3) });
    assert_eq!(programs(&till) - before, 2);
}

#[test]
fn a_cut_between_an_intent_and_what_is_attached_owes_the_reversal() {
    let mut owing = 0;
    for cut in 0..60 {
        let mut till = fresh();
        completed(&mut till, 1);
        let chip = till.log.flash_mut();
        chip.set_seed(cut + 1);
        chip.set_cut(cut);
        let sealed = Sealed::new(&[0xA5; 48]).ok();
        let begun = till.begin(&Begin { sealed, ..sale(60) });
        if begun.is_ok() {
            assert!(owing > 0 && cut > 10, "{cut}");
            return;
        }
        let mut till = reboot(till);
        match now_owed(&mut till) {
            None => assert_eq!(owing, 0, "cut {cut}"),
            Some(Duty::Reversal { item, .. }) => {
                owing += 1;
                till.attempt(item, Uptime(0)).unwrap();
                till.answer(item, AnswerClass::Done, None).unwrap();
            }
            other => panic!("{other:?}"),
        }
    }
    panic!("no cut was late enough");
}

#[test]
fn during_a_settlement_offline_payments_go_to_the_next_batch() {
    let mut till = fresh();
    completed(&mut till, 300);
    till.close_batch(0).unwrap();
    till.settle_attempt(0, Uptime(0)).unwrap();
    assert!(till.may_start(0, TransactionKind::Sale).is_err());
    let offline = Begin { kind: TransactionKind::OfflineSale, ..sale(70) };
    assert!(till.may_start(0, offline.kind).is_ok());
    let (item, intent) = new(&mut till, &offline);
    let batch = till.ledger().settle_batch(0).unwrap();
    assert_eq!(intent.batch, batch.next());
    till.settle_answer(0, SettleClass::Balanced, None).unwrap();
    assert_eq!(till.batch_closed(0).unwrap(), intent.batch);
    till.attempt(item, Uptime(0)).unwrap();
    till.answered(item, ResponseCode::new(b"00").ok()).unwrap();
    let totals = till.ledger().totals(0).unwrap();
    assert_eq!(totals.rows()[0].sales.amount, Amount::new(70));
}

#[test]
fn an_offline_approval_owes_the_reversal_first_and_then_the_sale() {
    let mut till = fresh();
    let (item, first) = new(&mut till, &with_reference(60, "R-1"));
    let (offline, intent) =
        till.offline_approved(item, Sent::Perhaps, &with_reference(60, "R-1")).unwrap();
    assert_eq!(intent.kind, TransactionKind::OfflineSale);
    assert_ne!(intent.stan, first.stan);
    // The register is told about the sale that stands.
    let known = till.status(&Reference::new("R-1").unwrap()).unwrap().known().unwrap();
    assert_eq!((known.item, known.status), (offline, PaymentStatus::Accepted));
    let mut till = reboot(till);
    assert_eq!(now_owed(&mut till).and_then(|duty| duty.item()), Some(item));
    // A line that is down holds both back: the sale does not overtake.
    till.asked(item, Uptime(1_000)).unwrap();
    let Next::At(_, duty) = till.due(Uptime(1_001)).unwrap() else { panic!() };
    assert_eq!(duty.item(), Some(item));
    till.attempt(item, Uptime(9_000)).unwrap();
    // Once it was sent, the sale follows, answered or not.
    let next = till.due(Uptime(9_001)).unwrap().now();
    assert_eq!(next.and_then(|duty| duty.item()), Some(offline));
    till.answered(item, ResponseCode::new(b"00").ok()).unwrap();
    till.attempt(offline, Uptime(9_002)).unwrap();
    let status = till.answered(offline, ResponseCode::new(b"00").ok()).unwrap();
    assert_eq!(status, PaymentStatus::Approved);
    let sales = till.ledger().totals(0).unwrap().rows()[0].sales;
    assert_eq!((sales.count, sales.amount), (1, Amount::new(60)));
}

#[test]
fn an_offline_approval_of_what_was_never_sent_owes_the_sale_alone() {
    let mut till = fresh();
    let (item, _) = new(&mut till, &sale(60));
    let (offline, _) = till.offline_approved(item, Sent::Nothing, &sale(60)).unwrap();
    assert!(till.ledger().item(item).is_none());
    assert_eq!(now_owed(&mut till).and_then(|duty| duty.item()), Some(offline));
    // After a restart the card is gone.
    let (later, _) = new(&mut till, &Begin { book: 1, ..sale(61) });
    let mut till = reboot(till);
    assert!(till.offline_approved(later, Sent::Perhaps, &Begin { book: 1, ..sale(61) }).is_err());
}

#[test]
fn a_part_that_cannot_be_used_is_reversed_with_the_whole() {
    static TAKES_PARTS: Profile = Profile { partial_approval: true, ..Profile::PLAIN };
    let part = OutcomeOf {
        code: ResponseCode::new(b"10").ok(),
        approved_amount: Some(Amount::new(40)),
        ..approval()
    };
    let mut till = fresh();
    let (item, intent) = new(&mut till, &sale(60));
    let status = till.outcome(item, Verdict::Approved { completed: true }, &part).unwrap();
    assert_eq!(status, PaymentStatus::Reversing);
    let mut till = reboot(till);
    let sent = till.attempt(item, Uptime(0)).unwrap();
    assert_eq!((sent.reason, &sent.intent), (ReversalReason::Other, &intent));
    assert_eq!(sent.intent.amount, Amount::new(60));
    till.answer(item, AnswerClass::Done, None).unwrap();
    till.set_profile(0, &TAKES_PARTS).unwrap();
    let (item, _) = new(&mut till, &sale(60));
    let status = till.outcome(item, Verdict::Approved { completed: true }, &part).unwrap();
    assert_eq!(status, PaymentStatus::Approved);
    assert_eq!(till.ledger().totals(0).unwrap().rows()[0].sales.amount, Amount::new(40));
}

#[test]
fn a_cut_while_a_part_is_reversed_owes_the_reversal() {
    for cut in 0..60 {
        let mut till = fresh();
        let (item, _) = new(&mut till, &sale(60));
        let chip = till.log.flash_mut();
        chip.set_seed(cut + 1);
        chip.set_cut(cut);
        let part = OutcomeOf { approved_amount: Some(Amount::new(40)), ..approval() };
        let told = till.outcome(item, Verdict::Approved { completed: true }, &part);
        let mut till = reboot(till);
        assert!(matches!(now_owed(&mut till), Some(Duty::Reversal { .. })), "cut {cut}");
        if told.is_ok() {
            assert!(cut > 4);
            return;
        }
    }
    panic!("no cut was late enough");
}

#[test]
fn a_profile_is_asked_for_a_book_that_is_there() {
    let mut till = fresh();
    assert_eq!(till.profile(3), &Profile::PLAIN);
    till.set_profile(3, &Profile::ASIAN).unwrap();
    assert_eq!(till.profile(3).name, Profile::ASIAN.name);
    assert!(till.set_profile(4, &Profile::ASIAN).is_err());
}

#[test]
fn a_completion_is_at_most_what_the_profile_allows() {
    static WIDE: Profile = Profile { completion_percent: 120, ..Profile::PLAIN };
    let mut till = fresh();
    let (hold, _) = new(&mut till, &Begin { kind: TransactionKind::PreAuth, ..sale(1_000) });
    approve(&mut till, hold);
    assert!(till.begin(&undo(TransactionKind::Completion, 1_200, hold)).is_err());
    till.set_profile(0, &WIDE).unwrap();
    assert!(till.begin(&undo(TransactionKind::Completion, 1_201, hold)).is_err());
    new(&mut till, &undo(TransactionKind::Completion, 1_200, hold));
}
