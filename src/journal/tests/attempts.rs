//! What an attempt says to send.

use super::*;
use crate::ledger::profile::Profile;

fn offline(amount: u64) -> Begin {
    Begin { kind: TransactionKind::OfflineSale, ..sale(amount) }
}

fn qr(amount: u64, order: &str) -> Begin {
    let order = OrderNumber::new(order).ok();
    Begin { kind: TransactionKind::QrSale, order, pan: None, ..sale(amount) }
}

fn mtis(till: &mut Till, begin: &Begin) -> [Option<&'static str>; 2] {
    let (item, _) = new(till, begin);
    if begin.kind == TransactionKind::Sale || begin.kind == TransactionKind::QrSale {
        till.no_answer(item, 1, Uptime(0)).unwrap();
    }
    let sent = [(); 2].map(|()| till.attempt(item, Uptime(0)).unwrap().mti);
    till.answered(item, ResponseCode::new(b"00").ok()).unwrap();
    sent
}

#[test]
fn a_repeat_has_its_own_message_type_where_the_host_wants_one() {
    let mut till = fresh();
    assert_eq!(mtis(&mut till, &sale(1)), [Some("0400"), Some("0401")]);
    assert_eq!(mtis(&mut till, &offline(2)), [Some("0220"), Some("0221")]);
    assert_eq!(mtis(&mut till, &qr(3, "Q-1")), [None, None]);
    till.set_profile(0, &Profile::UNIONPAY).unwrap();
    assert_eq!(mtis(&mut till, &sale(4)), [Some("0400"), Some("0400")]);
    assert_eq!(mtis(&mut till, &offline(5)), [Some("0220"), Some("0220")]);
}

#[test]
fn the_authorization_code_of_the_late_approval_reaches_the_reversal() {
    let mut till = fresh();
    let (item, intent) = new(&mut till, &sale(60));
    till.not_sent(item).unwrap();
    assert_eq!(till.late(&late_approval(&intent)).unwrap(), LateResult::Reopened(item));
    let mut till = reboot(till);
    let sent = till.attempt(item, Uptime(1)).unwrap();
    assert_eq!(sent.auth_code, AuthCode::new("777777").ok());
    assert_eq!(sent.intent, intent);
}

#[test]
fn the_authorization_code_of_an_approval_reaches_the_reversal() {
    let mut till = fresh();
    let (item, _) = new(&mut till, &sale(60));
    till.outcome(item, Verdict::Approved { completed: false }, &approval()).unwrap();
    till.reverse(item, ReversalReason::Other).unwrap();
    let sent = till.attempt(item, Uptime(1)).unwrap();
    assert_eq!(sent.auth_code, AuthCode::new("654321").ok());
    assert_eq!(sent.reason, ReversalReason::Other);
}

#[test]
fn what_is_attached_is_there_to_send_and_the_newest_counts() {
    let mut till = fresh();
    let sealed = Sealed::new(&[0xA5; 48]).ok();
    let (early, newer) = (emv(&[0x95, 1, 0]), emv(&[0x95, 1, 7]));
    let begin = Begin { sealed: sealed.clone(), emv: early.clone(), ..sale(60) };
    let (item, _) = new(&mut till, &begin);
    let mut till = reboot(till);
    let first = till.attempt(item, Uptime(1)).unwrap().attached.unwrap();
    assert_eq!((first.sealed, first.emv), (sealed.clone(), early));
    till.attach(item, None, newer.clone()).unwrap();
    let second = till.attempt(item, Uptime(2)).unwrap().attached.unwrap();
    assert_eq!((second.sealed, second.emv), (sealed.clone(), newer.clone()));
    // It outlives reclaim as long as the payment is open.
    till.give_up(item).unwrap();
    lap(&mut till);
    let third = till.attempt(item, Uptime(3)).unwrap().attached.unwrap();
    assert_eq!((third.sealed, third.emv), (sealed, newer));
}

fn emv(bytes: &[u8]) -> Option<Emv> {
    Emv::new(bytes).ok()
}

#[test]
fn a_refund_is_sent_again_only_where_the_host_takes_it_for_one() {
    static IDEMPOTENT: Profile = Profile { refunds_idempotent: true, ..Profile::PLAIN };
    let mut till = fresh();
    let sold = completed(&mut till, 500);
    let (refund, intent) = new(&mut till, &undo(TransactionKind::Refund, 500, sold));
    till.no_answer(refund, 1, Uptime(0)).unwrap();
    let refused = till.attempt(refund, Uptime(1)).unwrap_err();
    assert_eq!(refused, Error::NotRepeatable { item: refund });
    till.set_profile(0, &IDEMPOTENT).unwrap();
    let sent = till.attempt(refund, Uptime(1)).unwrap();
    assert_eq!((sent.mti, sent.intent), (Some("0220"), intent));
    approve(&mut till, refund);
}

#[test]
fn an_order_told_as_failed_and_paid_is_refunded_under_a_fixed_number() {
    let mut till = fresh();
    let (order, intent) = new(&mut till, &qr(60, "2026-4711"));
    till.outcome(order, Verdict::Declined, &OutcomeOf::default()).unwrap();
    let paid = LateAnswer { auth_code: None, ..late_approval(&intent) };
    assert_eq!(till.late(&paid).unwrap(), LateResult::Reopened(order));
    let mut numbers = Vec::new();
    for _ in 0..2 {
        till = reboot(till);
        let duty = now_owed(&mut till);
        assert!(matches!(duty, Some(Duty::RefundOrder { .. })), "{duty:?}");
        numbers.push(till.attempt(order, Uptime(1)).unwrap().refund_number.unwrap());
    }
    assert_eq!(numbers, ["2026-4711", "2026-4711"]);
    let status = till.answered(order, ResponseCode::new(b"00").ok()).unwrap();
    assert_eq!(status, PaymentStatus::Reversed);
}

#[test]
fn an_attempt_that_was_never_sent_does_not_count() {
    let mut till = fresh();
    let (item, _) = new(&mut till, &sale(60));
    till.no_answer(item, 1, Uptime(0)).unwrap();
    assert!(till.unsent(item).is_err(), "nothing was attempted");
    assert_eq!(till.attempt(item, Uptime(1)).unwrap().number, 1);
    till.unsent(item).unwrap();
    assert!(till.unsent(item).is_err(), "once for each attempt");
    let again = till.attempt(item, Uptime(2)).unwrap();
    assert_eq!((again.number, again.mti), (1, Some("0400")));
}
