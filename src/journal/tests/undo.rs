//! Nothing is given back twice: attacks on voids and refunds.

use super::*;
use crate::ledger::profile::Profile;

fn refunds(till: &mut Till, sale: Seq, amount: u64, times: u32) -> u32 {
    let mut taken = 0;
    for _ in 0..times {
        let Ok(Begun::New { item, .. }) = till.begin(&undo(TransactionKind::Refund, amount, sale))
        else {
            break;
        };
        approve(till, item);
        taken += 1;
    }
    taken
}

#[test]
fn many_small_refunds_never_exceed_the_sale() {
    let mut till = fresh();
    let sale = completed(&mut till, 2_000);
    assert_eq!(refunds(&mut till, sale, 100, 40), 20);
}

#[test]
fn refused_refunds_do_not_hide_an_approved_one() {
    let mut till = fresh();
    let sale = completed(&mut till, 1_000);
    for _ in 0..20 {
        let (item, _) = new(&mut till, &undo(TransactionKind::Refund, 1_000, sale));
        till.outcome(item, Verdict::Declined, &OutcomeOf::default()).unwrap();
    }
    assert_eq!(refunds(&mut till, sale, 1_000, 3), 1);
    assert!(till.begin(&undo(TransactionKind::Void, 1_000, sale)).is_err());
}

fn by_value(kind: TransactionKind, amount: u64) -> Begin {
    let original = Original::ByValue {
        rrn: Rrn::new("123456789012").unwrap(),
        auth_code: AuthCode::new("654321").ok(),
        date: HostDate::new(731).unwrap(),
    };
    Begin { kind, original: Some(original), ..sale(amount) }
}

/// The slip of a sale that this very journal holds, typed in.
#[test]
fn a_sale_named_by_value_is_the_same_sale() {
    let mut till = fresh();
    let sale = completed(&mut till, 1_000);
    assert!(till.begin(&by_value(TransactionKind::Refund, 1_001)).is_err());
    assert!(till.begin(&by_value(TransactionKind::Void, 999)).is_err());
    let (first, _) = new(&mut till, &by_value(TransactionKind::Refund, 600));
    // While that is open, no other undoing of the same sale begins.
    assert!(till.begin(&undo(TransactionKind::Refund, 400, sale)).is_err());
    approve_as(&mut till, first, "222222222222");
    assert_eq!(refunds(&mut till, sale, 401, 1), 0);
    assert!(till.begin(&by_value(TransactionKind::Refund, 401)).is_err());
    assert!(till.begin(&undo(TransactionKind::Void, 1_000, sale)).is_err());
    let (rest, _) = new(&mut till, &by_value(TransactionKind::Refund, 400));
    approve_as(&mut till, rest, "333333333333");
    assert!(till.begin(&by_value(TransactionKind::Refund, 1)).is_err());
}

#[test]
fn a_sale_that_is_not_here_is_refunded_by_value_and_never_voided() {
    let mut till = fresh();
    assert!(till.begin(&by_value(TransactionKind::Void, 10)).is_err());
    new(&mut till, &by_value(TransactionKind::Refund, 10));
}

#[test]
fn a_host_never_approves_more_than_was_asked() {
    static TAKES_PARTS: Profile = Profile { partial_approval: true, ..Profile::PLAIN };
    let mut till = fresh();
    till.set_profile(0, &TAKES_PARTS).unwrap();
    let (item, _) = new(&mut till, &sale(100));
    let of =
        |minor| OutcomeOf { approved_amount: Some(Amount::new(minor)), ..OutcomeOf::default() };
    let programs = till.log().flash().counts().programs;
    let verdict = Verdict::Approved { completed: true };
    let more = till.outcome(item, verdict, &of(1_000));
    assert!(matches!(more, Err(Error::Refused(_))), "{more:?}");
    assert_eq!(till.log().flash().counts().programs, programs);
    till.outcome(item, verdict, &of(60)).unwrap();
    assert_eq!(refunds(&mut till, item, 61, 1), 0);
    assert_eq!(refunds(&mut till, item, 60, 1), 1);
}

/// A void that was in doubt when its batch was settled leaves the sale as it is.
#[test]
fn a_void_in_doubt_freezes_its_sale_over_a_settlement() {
    let mut till = fresh();
    let sale = completed(&mut till, 1_000);
    let (void, _) = new(&mut till, &undo(TransactionKind::Void, 1_000, sale));
    till.no_answer(void, 1, Uptime(1)).unwrap();
    till.attempt(void, Uptime(1)).unwrap();
    assert!(till.close_batch(0).is_err());
    till.give_up(void).unwrap();
    settle(&mut till);
    let mut till = reboot(till);
    assert_eq!(refunds(&mut till, sale, 10, 1), 0);
    till.answer(void, AnswerClass::Done, None).unwrap();
    assert_eq!(refunds(&mut till, sale, 1_000, 2), 1);
}

/// A slip without the authorization code names the same sale.
#[test]
fn a_value_that_is_left_out_contradicts_nothing() {
    let mut till = fresh();
    completed(&mut till, 1_000);
    let original = |auth_code| {
        let (rrn, date) = (Rrn::new("123456789012").unwrap(), HostDate::new(731).unwrap());
        Some(Original::ByValue { rrn, auth_code, date })
    };
    let refund = |amount, auth_code| Begin {
        kind: TransactionKind::Refund,
        original: original(auth_code),
        ..sale(amount)
    };
    let (item, _) = new(&mut till, &refund(600, None));
    approve(&mut till, item);
    assert!(till.begin(&refund(600, None)).is_err(), "only 400 are left");
    assert!(till.begin(&refund(600, AuthCode::new("654321").ok())).is_err());
    new(&mut till, &refund(600, AuthCode::new("111111").ok()));
}
