//! A reversal is neither lost nor sent with other fields: attacks by the clock and the host.

use super::*;

fn late(till: &mut Till, intent: &Intent) -> LateResult {
    till.late(&late_approval(intent)).unwrap()
}

fn who() -> Text<16> {
    Text::new("chen").unwrap()
}

fn why() -> Text<40> {
    Text::new("paid cash").unwrap()
}

/// The same 'unknown to me' twice over the line is still one answer: the request itself may
/// arrive after it.
#[test]
fn an_answer_that_comes_twice_ends_no_duty() {
    let mut till = fresh();
    let (item, _) = new(&mut till, &sale(100));
    till.no_answer(item, 1, Uptime(1)).unwrap();
    till.attempt(item, Uptime(1)).unwrap();
    let nothing = |till: &mut Till| till.answer(item, AnswerClass::NothingToReverse, None);
    assert_eq!(nothing(&mut till), Ok(PaymentStatus::Reversing));
    assert!(nothing(&mut till).is_err(), "nothing was sent in between");
    let mut till = reboot(till);
    assert!(nothing(&mut till).is_err(), "nor in this run");
    assert!(matches!(now_owed(&mut till), Some(Duty::Reversal { confirm: true, .. })));
    till.attempt(item, Uptime(1)).unwrap();
    assert_eq!(nothing(&mut till), Ok(PaymentStatus::Reversed));
}

/// The terminal was dark when the approval came: the customer saw nothing and has left.
#[test]
fn a_late_approval_after_a_restart_does_not_revive() {
    let mut till = fresh();
    let (item, intent) = new(&mut till, &sale(100));
    let mut till = reboot(till);
    let verdict = Verdict::Approved { completed: true };
    assert!(till.outcome(item, verdict, &OutcomeOf::default()).is_err());
    assert!(till.not_sent(item).is_err(), "who could prove that now?");
    assert_eq!(late(&mut till, &intent), LateResult::Evidence(item));
    assert!(matches!(
        now_owed(&mut till),
        Some(Duty::Reversal { reason: ReversalReason::NoAnswer, .. })
    ));
    assert_eq!(till.receipt(item).unwrap().status, PaymentStatus::Reversing);
    let mut till = reboot(till);
    assert_eq!(till.attempt(item, Uptime(1)).unwrap().intent, intent);
}

#[test]
fn a_chip_that_confirms_after_a_restart_comes_too_late() {
    let mut till = fresh();
    let (item, _) = new(&mut till, &sale(100));
    till.outcome(item, Verdict::Approved { completed: false }, &OutcomeOf::default()).unwrap();
    let mut till = reboot(till);
    assert!(till.complete(item, None).is_err());
    assert!(matches!(
        now_owed(&mut till),
        Some(Duty::Reversal { reason: ReversalReason::Other, .. })
    ));
}

/// A day of 'busy' makes a long story; its end must still be read.
#[test]
fn the_end_of_a_long_story_is_read() {
    let mut till = fresh();
    let long = |till: &mut Till| {
        let (item, intent) = new(till, &sale(100));
        till.no_answer(item, 1, Uptime(1)).unwrap();
        for n in 0..30 {
            till.attempt(item, Uptime(n)).unwrap();
            till.answer(item, AnswerClass::Busy, None).unwrap();
        }
        (item, intent)
    };
    let (reversed, _) = long(&mut till);
    till.answer(reversed, AnswerClass::Done, None).unwrap();
    let (abandoned, intent) = long(&mut till);
    till.give_up(abandoned).unwrap();
    till.abandon(abandoned, who(), why()).unwrap();
    assert_eq!(till.receipt(reversed).unwrap().status, PaymentStatus::Reversed);
    assert_eq!(till.receipt(abandoned).unwrap().status, PaymentStatus::Abandoned);
    assert_eq!(late(&mut till, &intent), LateResult::Reopened(abandoned));
}

#[test]
fn opened_again_and_again_it_still_ends() {
    let mut till = fresh();
    let (item, intent) = new(&mut till, &sale(100));
    till.not_sent(item).unwrap();
    for _ in 0..12 {
        assert_eq!(late(&mut till, &intent), LateResult::Reopened(item));
        till.attempt(item, Uptime(1)).unwrap();
        till.abandon(item, who(), why()).unwrap();
        assert_eq!(till.receipt(item).unwrap().status, PaymentStatus::Abandoned);
    }
}

#[test]
fn what_is_opened_again_repeats_its_first_reason() {
    let mut till = fresh();
    let (item, intent) = new(&mut till, &sale(100));
    let of = OutcomeOf { auth_code: AuthCode::new("654321").ok(), ..OutcomeOf::default() };
    till.outcome(item, Verdict::Approved { completed: false }, &of).unwrap();
    till.reverse(item, ReversalReason::Other).unwrap();
    let first = till.attempt(item, Uptime(1)).unwrap();
    till.abandon(item, who(), why()).unwrap();
    assert_eq!(late(&mut till, &intent), LateResult::Reopened(item));
    let again = till.attempt(item, Uptime(1)).unwrap();
    assert_eq!((again.reason, &again.intent), (first.reason, &first.intent));
    assert_eq!(again.outcome, first.outcome);
}

/// Whatever open payment is asked for, its own numbers come back, also after laps of the ring.
#[test]
fn an_old_reversal_carries_its_own_numbers_for_ever() {
    let mut till = fresh();
    let mut owed = Vec::new();
    for n in 0..6 {
        let (item, intent) = new(&mut till, &sale(1_000 + n));
        till.no_answer(item, 1, Uptime(1)).unwrap();
        till.attempt(item, Uptime(1)).unwrap();
        till.give_up(item).unwrap();
        owed.push((item, intent));
    }
    for _ in 0..3 {
        settle(&mut till);
        lap(&mut till);
        till = reboot(till);
        for (item, intent) in &owed {
            assert_eq!(&till.attempt(*item, Uptime(1)).unwrap().intent, intent);
        }
    }
}
