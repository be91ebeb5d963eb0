//! When what is owed is due, by the profile and the time passed in.

use super::*;
use crate::ledger::profile::{Profile, Retry};

static QUICK: Profile = Profile {
    reversal: Retry { first_ms: 1_000, longest_ms: 4_000, limit: 3 },
    advice: Retry { first_ms: 1_000, longest_ms: 4_000, limit: 2 },
    query: Retry { first_ms: 2_000, longest_ms: 4_000, limit: 3 },
    hold_off_ms: 3_000,
    ..Profile::PLAIN
};

fn quick() -> Till {
    let mut till = fresh();
    for book in 0..4 {
        till.set_profile(book, &QUICK).unwrap();
    }
    till
}

fn silent(till: &mut Till, begin: &Begin) -> Seq {
    let (item, _) = new(till, begin);
    till.no_answer(item, 30_000, Uptime(0)).unwrap();
    item
}

fn at(till: &mut Till, now: u64) -> Next {
    till.due(Uptime(now)).unwrap()
}

fn item_now(till: &mut Till, now: u64) -> Option<Seq> {
    at(till, now).now().and_then(|duty| duty.item())
}

fn programs(till: &Till) -> u64 {
    till.log().flash().counts().programs
}

#[test]
fn a_reversal_waits_twice_as_long_each_time_and_blocks_while_it_waits() {
    let mut till = quick();
    let item = silent(&mut till, &sale(100));
    assert_eq!(item_now(&mut till, 0), Some(item), "what was never tried is due at once");
    for (tried, next) in [(10, 1_010), (1_010, 3_010)] {
        till.attempt(item, Uptime(tried)).unwrap();
        till.answered(item, None).unwrap();
        let Next::At(when, Duty::Reversal { .. }) = at(&mut till, tried) else { panic!() };
        assert_eq!(when, Uptime(next));
        assert_eq!(item_now(&mut till, next - 1), None);
        assert!(matches!(
            till.may_start(0, TransactionKind::Sale),
            Err(Error::Blocked(Block::Reversal { .. }))
        ));
        assert_eq!(item_now(&mut till, next), Some(item));
    }
}

#[test]
fn a_duty_that_waits_holds_back_none_of_another_payment() {
    let mut till = quick();
    let first = silent(&mut till, &sale(100));
    let second = silent(&mut till, &Begin { book: 1, ..sale(200) });
    till.attempt(first, Uptime(0)).unwrap();
    assert_eq!(item_now(&mut till, 1), Some(second));
    till.attempt(second, Uptime(500)).unwrap();
    let Next::At(Uptime(1_000), duty) = at(&mut till, 600) else { panic!() };
    assert_eq!(duty.item(), Some(first), "the first of all that waits");
}

#[test]
fn nothing_to_reverse_is_asked_again_after_the_hold_off() {
    let mut till = quick();
    let item = silent(&mut till, &sale(100));
    till.attempt(item, Uptime(0)).unwrap();
    let status = till.answered(item, ResponseCode::new(b"25").ok()).unwrap();
    assert_eq!(status, PaymentStatus::Reversing);
    assert_eq!(item_now(&mut till, 2_999), None);
    assert_eq!(item_now(&mut till, 3_000), Some(item));
    till.attempt(item, Uptime(3_000)).unwrap();
    let status = till.answered(item, ResponseCode::new(b"25").ok()).unwrap();
    assert_eq!(status, PaymentStatus::Reversed);
}

#[test]
fn after_a_restart_no_time_has_passed() {
    let mut till = quick();
    let item = silent(&mut till, &sale(100));
    till.attempt(item, Uptime(900_000)).unwrap();
    let mut till = reboot(till);
    till.set_profile(0, &QUICK).unwrap();
    assert!(matches!(at(&mut till, 0), Next::At(Uptime(1_000), _)));
    assert_eq!(item_now(&mut till, 1_000), Some(item));
}

#[test]
fn a_time_that_goes_back_begins_the_wait_anew_and_it_ends() {
    let mut till = quick();
    let item = silent(&mut till, &sale(100));
    till.attempt(item, Uptime(1 << 50)).unwrap();
    assert!(matches!(at(&mut till, 10), Next::At(Uptime(1_010), _)));
    assert!(matches!(at(&mut till, 900), Next::At(Uptime(1_010), _)), "it does not run away");
    assert_eq!(item_now(&mut till, 1_010), Some(item));
}

#[test]
fn the_limit_marks_it_unresolved_durably_and_it_is_still_tried() {
    let mut till = quick();
    let item = silent(&mut till, &sale(100));
    for now in [0, 5_000, 10_000] {
        assert_eq!(item_now(&mut till, now), Some(item));
        till.attempt(item, Uptime(now)).unwrap();
        let status = till.answered(item, ResponseCode::new(b"58").ok()).unwrap();
        let last = now == 10_000;
        assert_eq!(status == PaymentStatus::Unknown, last, "{status} at {now}");
    }
    assert_eq!(till.may_start(0, TransactionKind::Sale).unwrap().unresolved, Some(item));
    let mut till = reboot(till);
    till.set_profile(0, &QUICK).unwrap();
    assert!(till.ledger().item(item).unwrap().is_unresolved());
    // Once per longest wait.
    assert_eq!(item_now(&mut till, 3_999), None);
    assert_eq!(item_now(&mut till, 4_000), Some(item));
    till.attempt(item, Uptime(4_000)).unwrap();
    assert_eq!(item_now(&mut till, 7_999), None);
    let status = till.answered(item, ResponseCode::new(b"00").ok()).unwrap();
    assert_eq!(status, PaymentStatus::Reversed);
}

#[test]
fn a_time_out_that_nobody_recorded_is_found_by_due() {
    let mut till = quick();
    let item = silent(&mut till, &sale(100));
    for now in [0, 5_000, 10_000] {
        till.attempt(item, Uptime(now)).unwrap();
    }
    assert!(!till.ledger().item(item).unwrap().is_unresolved());
    assert!(matches!(at(&mut till, 10_001), Next::At(Uptime(14_000), _)));
    assert!(till.ledger().item(item).unwrap().is_unresolved());
    let before = programs(&till);
    at(&mut till, 10_002);
    assert_eq!(programs(&till), before, "once");
}

#[test]
fn an_operator_gives_it_all_its_attempts_once_more() {
    let mut till = quick();
    let item = silent(&mut till, &sale(100));
    for now in [0, 5_000, 10_000] {
        till.attempt(item, Uptime(now)).unwrap();
        till.answered(item, None).unwrap();
    }
    let (who, why) = (Text::new("chief").unwrap(), Text::new("line is back").unwrap());
    let status = till.retry(item, who.clone(), why.clone()).unwrap();
    assert_eq!(status, PaymentStatus::Reversing);
    assert!(till.retry(item, who, why).is_err(), "it is not given up");
    assert_eq!(item_now(&mut till, 20_000), Some(item));
    assert!(!till.ledger().item(item).unwrap().is_unresolved());
    for now in [20_000, 30_000] {
        till.attempt(item, Uptime(now)).unwrap();
        assert_eq!(till.answered(item, None).unwrap(), PaymentStatus::Reversing);
    }
    till.attempt(item, Uptime(40_000)).unwrap();
    assert_eq!(till.answered(item, None).unwrap(), PaymentStatus::Unknown);
}

#[test]
fn questions_and_failed_connections_write_nothing_and_wait() {
    let mut till = quick();
    let sold = completed(&mut till, 500);
    let refund = silent(&mut till, &undo(TransactionKind::Refund, 500, sold));
    let before = programs(&till);
    assert_eq!(item_now(&mut till, 0), Some(refund));
    till.asked(refund, Uptime(0)).unwrap();
    assert_eq!(item_now(&mut till, 1_999), None);
    assert_eq!(item_now(&mut till, 2_000), Some(refund));
    till.asked(refund, Uptime(2_000)).unwrap();
    assert_eq!(item_now(&mut till, 6_000), Some(refund));
    assert_eq!(programs(&till), before);
    // The third question is the last: now it is written down.
    till.asked(refund, Uptime(6_000)).unwrap();
    assert_eq!(item_now(&mut till, 6_001), None);
    assert!(till.ledger().item(refund).unwrap().is_unresolved());
    assert_eq!(item_now(&mut till, 10_000), Some(refund), "it is still asked about");
}

#[test]
fn a_question_that_a_restart_left_is_given_up_too() {
    let mut till = quick();
    let sold = completed(&mut till, 500);
    let (refund, _) = new(&mut till, &undo(TransactionKind::Refund, 500, sold));
    let mut till = reboot(till);
    till.set_profile(0, &QUICK).unwrap();
    for now in [0, 5_000, 10_000] {
        assert_eq!(item_now(&mut till, now), Some(refund));
        till.asked(refund, Uptime(now)).unwrap();
    }
    assert_eq!(item_now(&mut till, 10_001), None);
    assert!(till.ledger().item(refund).unwrap().is_unresolved());
}

#[test]
fn a_failed_connection_uses_up_no_attempt() {
    let mut till = quick();
    let item = silent(&mut till, &sale(100));
    let before = programs(&till);
    for n in 0..50 {
        assert_eq!(item_now(&mut till, n * 1_000), Some(item));
        till.asked(item, Uptime(n * 1_000)).unwrap();
        assert_eq!(item_now(&mut till, n * 1_000 + 999), None);
    }
    assert_eq!(programs(&till), before);
    assert_eq!(till.ledger().item(item).unwrap().attempts(), 0);
}

#[test]
fn what_the_host_refused_waits_for_an_operator() {
    let mut till = quick();
    let (item, _) = new(&mut till, &Begin { kind: TransactionKind::OfflineSale, ..sale(70) });
    assert_eq!(item_now(&mut till, 0), Some(item));
    till.attempt(item, Uptime(0)).unwrap();
    assert_eq!(till.answered(item, ResponseCode::new(b"58").ok()).unwrap(), PaymentStatus::Unknown);
    assert_eq!(at(&mut till, 1 << 40), Next::Nothing);
    assert_eq!(till.duties().count(), 1, "it is named all the same");
    till.retry(item, Text::new("chief").unwrap(), Text::new("called the host").unwrap()).unwrap();
    assert_eq!(item_now(&mut till, 1 << 40), Some(item));
}

#[test]
fn a_settlement_is_repeated_by_its_own_times() {
    let mut till = fresh();
    completed(&mut till, 300);
    till.close_batch(0).unwrap();
    let step = |next: Next| matches!(next, Next::Now(Duty::Settle { .. }));
    assert!(step(at(&mut till, 0)));
    till.settle_attempt(0, Uptime(1_000)).unwrap();
    till.settle_answer(0, SettleClass::Busy, ResponseCode::new(b"90").ok()).unwrap();
    assert!(matches!(at(&mut till, 1_000), Next::At(Uptime(11_000), _)));
    assert!(step(at(&mut till, 11_000)));
    till.settle_attempt(0, Uptime(11_000)).unwrap();
    assert!(matches!(at(&mut till, 11_000), Next::At(Uptime(31_000), _)));
    till.settle_answer(0, SettleClass::Unbalanced, ResponseCode::new(b"95").ok()).unwrap();
    assert!(step(at(&mut till, 11_001)), "an upload waits for nothing");
    till.settle_tried(0, Uptime(11_001));
    assert!(matches!(at(&mut till, 11_002), Next::At(Uptime(21_001), _)));
}

#[test]
fn nothing_is_written_to_say_that_something_waits() {
    let mut till = quick();
    let item = silent(&mut till, &sale(100));
    till.attempt(item, Uptime(0)).unwrap();
    let mut till = reboot(till);
    till.set_profile(0, &QUICK).unwrap();
    let before = programs(&till);
    assert!(matches!(at(&mut till, 0), Next::At(..)));
    assert_eq!(programs(&till), before);
    assert!(till.log().is_provisional());
    assert_eq!(item_now(&mut till, 1_000), Some(item));
    assert!(!till.log().is_provisional(), "what is acted on is durable");
}

/// An order that nobody answered, whose cancel was sent at 1,000 ms and came too late.
fn just_paid() -> (Till, Seq) {
    let mut till = fresh();
    let order = OrderNumber::new("20261123-7").ok();
    let item = silent(&mut till, &Begin { kind: TransactionKind::QrSale, order, ..sale(700) });
    till.attempt(item, Uptime(1_000)).unwrap();
    till.answer(item, AnswerClass::Paid, None).unwrap();
    (till, item)
}

fn paid_at(till: &mut Till, item: Seq, now: u64) -> Result<PaymentStatus, u64> {
    let of = OutcomeOf { uptime: Uptime(now), ..approval() };
    match till.outcome(item, Verdict::Approved { completed: true }, &of) {
        Err(Error::TooEarly { from, .. }) => Err(from.0),
        told => Ok(told.unwrap()),
    }
}

#[test]
fn paid_counts_when_no_cancel_can_be_under_way_any_more() {
    let (mut till, item) = just_paid();
    let hold_off = u64::from(till.profile(0).hold_off_ms);
    assert!(matches!(at(&mut till, 1_001), Next::At(Uptime(when), _) if when == 1_000 + hold_off));
    let before = programs(&till);
    assert_eq!(paid_at(&mut till, item, 999 + hold_off), Err(1_000 + hold_off));
    // Asking too early, and again, changes nothing.
    till.asked(item, Uptime(2_000)).unwrap();
    assert_eq!(paid_at(&mut till, item, 999 + hold_off), Err(1_000 + hold_off));
    assert_eq!(programs(&till), before);
    assert_eq!(paid_at(&mut till, item, 1_000 + hold_off), Ok(PaymentStatus::Approved));
}

#[test]
fn no_time_passes_over_a_start_for_an_order_that_was_just_paid() {
    let (till, item) = just_paid();
    let mut till = reboot(till);
    let hold_off = u64::from(till.profile(0).hold_off_ms);
    assert_eq!(paid_at(&mut till, item, hold_off - 1), Err(hold_off));
    assert_eq!(paid_at(&mut till, item, hold_off), Ok(PaymentStatus::Approved));
}

#[test]
fn the_hold_off_counts_from_each_cancel() {
    static HELD: Profile = Profile {
        hold_off_ms: 60_000,
        query: Retry { first_ms: 2_000, longest_ms: 4_000, limit: 30 },
        ..QUICK
    };
    let (mut till, item) = just_paid();
    till.set_profile(0, &HELD).unwrap();
    assert_eq!(item_now(&mut till, 60_999), None);
    assert_eq!(item_now(&mut till, 61_000), Some(item));
    till.asked(item, Uptime(61_000)).unwrap();
    assert_eq!(item_now(&mut till, 64_999), None);
    assert_eq!(item_now(&mut till, 65_000), Some(item), "by the profile of questions again");
    till.attempt(item, Uptime(94_000)).unwrap();
    till.answer(item, AnswerClass::Paid, None).unwrap();
    assert_eq!(item_now(&mut till, 153_999), None);
    assert_eq!(item_now(&mut till, 154_000), Some(item));
    // No time passes over a restart.
    let mut till = reboot(till);
    till.set_profile(0, &HELD).unwrap();
    assert_eq!(item_now(&mut till, 59_999), None);
    assert_eq!(item_now(&mut till, 60_000), Some(item));
}
