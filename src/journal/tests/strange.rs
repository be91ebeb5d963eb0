//! Records that this firmware does not know, or can make nothing of; and what a boot records.

use super::*;
use crate::ledger::ItemState;
use crate::log::{Mode, ReadOnly};

/// Writes a record past every check, as other firmware might have.
fn smuggle(till: &mut Till, kind: u8, payload: &[u8]) {
    till.log.append(kind, payload, &mut till.state).unwrap();
}

fn smuggle_record(till: &mut Till, record: &Record) {
    let mut buf = [0; MAX_RECORD];
    let payload = record.encode(&mut buf).unwrap();
    smuggle(till, record.kind(), payload);
}

const UNKNOWN: u8 = 0x3F;

#[test]
fn an_unknown_record_that_is_not_critical_is_passed_over() {
    let mut till = fresh();
    completed(&mut till, 5);
    smuggle(&mut till, UNKNOWN, b"a remark of newer firmware");
    let mut till = reboot(till);
    assert_eq!(till.skipped_records(), 1);
    assert!(till.may_start(0, TransactionKind::Sale).is_ok());
    completed(&mut till, 6);
}

#[test]
fn an_unknown_critical_record_makes_the_journal_read_only() {
    let mut till = fresh();
    let (item, _) = new(&mut till, &with_reference(5, "till/1"));
    approve(&mut till, item);
    smuggle(&mut till, CRITICAL | UNKNOWN, b"a payment of newer firmware");
    let mut till = reboot(till);
    let why = ReadOnly::UnknownCritical(CRITICAL | UNKNOWN);
    let refused = || Error::Log(log::Error::ReadOnly(why));
    assert_eq!((till.skipped_records(), till.log().read_only()), (1, Some(why)));
    assert_eq!(till.may_start(0, TransactionKind::Sale), Err(refused()));
    assert_eq!(till.begin(&sale(1)).err(), Some(refused()));
    // It cannot be made durable, and what comes after it is not understood.
    let reference = Reference::new("till/1").unwrap();
    let unknown = Some(Known { item, status: PaymentStatus::Unknown });
    assert_eq!(till.status(&reference).unwrap().known(), unknown);
    assert_eq!(till.last().unwrap(), unknown);
    let formatted = Till::format(till.into_flash(), REGION, &settings(), FormatAs::live(8));
    assert_eq!(formatted.err(), Some(refused()), "it may owe something");
}

#[test]
fn what_nothing_can_be_made_of_is_counted() {
    let mut till = fresh();
    completed(&mut till, 5);
    smuggle_record(&mut till, &NotSent { item: Seq(99), book: 0 }.into());
    let till = reboot(till);
    assert_eq!((till.skipped_records(), till.log().read_only()), (1, None));
}

#[test]
fn a_payment_of_a_book_that_this_firmware_has_not_is_owed_all_the_same() {
    let mut till = fresh();
    let (_, intent) = new(&mut till, &sale(5));
    let intent = Intent { book: 9, ..intent };
    smuggle_record(&mut till, &intent.into());
    let till = reboot(till);
    assert_eq!(till.skipped_records(), 1);
    assert!(matches!(till.log().read_only(), Some(ReadOnly::UnknownCritical(_))));
}

#[test]
fn what_is_neither_open_nor_ended_is_told_as_unknown() {
    let till = fresh();
    assert_eq!(till.told(Seq(5), ItemState::Reversing), PaymentStatus::Unknown);
    assert_eq!(till.told(Seq(5), ItemState::Completed), PaymentStatus::Approved);
}

#[test]
fn starts_and_remarks_are_records_and_nothing_more() {
    let mut till = fresh();
    let before = till.ledger().clone();
    let space = till.space();
    let boot = Boot { count: 3, firmware: 0x0102, reset_reason: 1, ran: None };
    let first = till.started(boot).unwrap();
    let second = till.note(Text::new("cashier said yes").unwrap()).unwrap();
    assert_eq!(second, first.next());
    assert!(till.space().records_before_erase < space.records_before_erase);
    let till = reboot(till);
    assert_eq!((till.ledger(), till.skipped_records()), (&before, 0));
    assert_eq!(till.mode(), Mode::Live);
    assert_eq!(till.blocked(0, TransactionKind::Sale), None);
    assert_eq!(till.duties().count(), 0);
}

#[test]
fn an_answer_to_nothing_here_writes_nothing() {
    let mut till = fresh();
    let (_, intent) = new(&mut till, &sale(5));
    let programs = till.flash_mut().counts().programs;
    let stray = LateAnswer { stan: intent.stan.next(), ..late_approval(&intent) };
    assert_eq!(till.late(&stray).unwrap(), LateResult::Stray);
    let elsewhere = LateAnswer { book: 1, ..late_approval(&intent) };
    assert_eq!(till.late(&elsewhere).unwrap(), LateResult::Stray);
    assert_eq!(till.flash_mut().counts().programs, programs);
}

#[test]
fn only_completed_payments_are_uploaded() {
    let mut till = fresh();
    let first = completed(&mut till, 5);
    let (declined, _) = new(&mut till, &sale(6));
    till.outcome(declined, Verdict::Declined, &OutcomeOf::default()).unwrap();
    let third = completed(&mut till, 7);
    till.close_batch(0).unwrap();
    till.settle_attempt(0, Uptime(0)).unwrap();
    till.settle_answer(0, SettleClass::Unbalanced, None).unwrap();
    let mut uploads = Vec::new();
    let mut after = Seq(0);
    while let Some(receipt) = till.next_upload(0, after).unwrap() {
        after = receipt.item;
        till.uploaded(0, after).unwrap();
        uploads.push((receipt.item, receipt.approved.minor()));
    }
    assert_eq!(uploads, [(first, 5), (third, 7)]);
    till.upload_ended(0).unwrap();
    till.batch_closed(0).unwrap();
}

#[test]
fn the_last_free_place_for_a_payment_is_nearly_full() {
    let mut till = fresh();
    assert!(!till.room().is_nearly_full());
    for n in 0..15 {
        assert!(!till.room().is_nearly_full(), "{n} open");
        new(&mut till, &sale(5));
    }
    assert!(till.room().is_nearly_full());
}
