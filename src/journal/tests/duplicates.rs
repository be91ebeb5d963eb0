//! 'Just swipe again': what is named, and what is not.

use super::*;
use crate::ledger::profile::Profile;

const NOON: u32 = 1_790_000_000;

fn pan(digits: &str) -> TruncatedPan {
    TruncatedPan::from_pan(digits).unwrap()
}

fn card() -> TruncatedPan {
    pan("6222020000001234")
}

fn at(seconds: u32) -> Moment {
    let local_seconds = NOON + seconds;
    Moment { local_seconds, utc_offset_quarters: 32, clock: Clock::Set, ..Moment::default() }
}

fn sold(till: &mut Till, amount: u64, moment: Moment) -> Seq {
    let (item, _) = new(till, &Begin { moment, ..sale(amount) });
    approve(till, item);
    item
}

fn named(till: &mut Till, amount: u64, moment: &Moment) -> Option<Duplicate> {
    till.duplicate_of(0, card(), Amount::new(amount), moment).unwrap()
}

#[test]
fn an_approved_one_is_named_inside_the_window() {
    let mut till = fresh();
    let first = sold(&mut till, 500, at(0));
    let found = named(&mut till, 500, &at(120)).unwrap();
    assert_eq!((found.first, found.status), (first, PaymentStatus::Approved));
    assert_eq!((found.age_s, found.advice), (Some(120), DuplicateAdvice::Ask));
    assert_eq!(named(&mut till, 500, &at(121)), None);
    assert_eq!(named(&mut till, 501, &at(1)), None, "another amount");
    let other = pan("6222020000009999");
    assert_eq!(till.duplicate_of(0, other, Amount::new(500), &at(1)).unwrap(), None);
    assert_eq!(till.duplicate_of(1, card(), Amount::new(500), &at(1)).unwrap(), None);
    // It never blocks, and the yes is written down.
    till.confirmed(first).unwrap();
    sold(&mut till, 500, at(2));
}

#[test]
fn the_offset_of_a_clock_is_no_time() {
    let mut till = fresh();
    sold(&mut till, 500, at(0));
    // The same moment in another zone: an hour later by the wall.
    let moved = Moment { utc_offset_quarters: 36, ..at(3_600) };
    assert_eq!(named(&mut till, 500, &moved).unwrap().age_s, Some(0));
}

#[test]
fn declined_and_reversed_ones_are_not_named() {
    let mut till = fresh();
    let (declined, _) = new(&mut till, &Begin { moment: at(0), ..sale(500) });
    till.outcome(declined, Verdict::Declined, &OutcomeOf::default()).unwrap();
    let (unsent, _) = new(&mut till, &Begin { moment: at(0), ..sale(500) });
    till.not_sent(unsent).unwrap();
    let (reversed, _) = new(&mut till, &Begin { moment: at(0), ..sale(500) });
    till.no_answer(reversed, 1, Uptime(0)).unwrap();
    till.attempt(reversed, Uptime(0)).unwrap();
    let open = named(&mut till, 500, &at(1)).unwrap();
    assert_eq!((open.first, open.advice), (reversed, DuplicateAdvice::Reversing));
    till.answer(reversed, AnswerClass::Done, None).unwrap();
    assert_eq!(named(&mut till, 500, &at(1)), None);
}

#[test]
fn one_that_nobody_knows_is_named_however_old() {
    let mut till = fresh();
    let (item, _) = new(&mut till, &Begin { moment: at(0), ..sale(500) });
    till.no_answer(item, 1, Uptime(0)).unwrap();
    till.give_up(item).unwrap();
    for n in 0..300 {
        sold(&mut till, 600 + n, at(10));
    }
    let found = named(&mut till, 500, &at(86_400)).unwrap();
    assert_eq!((found.first, found.advice), (item, DuplicateAdvice::Look));
    assert_eq!(found.status, PaymentStatus::Unknown);
}

#[test]
fn without_a_clock_the_run_tells_or_the_last_few_do() {
    let unset = |boot, uptime| Moment { boot, uptime: Uptime(uptime), ..Moment::default() };
    let mut till = fresh();
    let first = sold(&mut till, 500, unset(3, 1_000));
    let found = named(&mut till, 500, &unset(3, 61_000)).unwrap();
    assert_eq!((found.first, found.age_s), (first, Some(60)));
    assert_eq!(named(&mut till, 500, &unset(3, 122_000)), None);
    // After a restart nobody knows how long the power was off.
    assert_eq!(named(&mut till, 500, &unset(4, 0)).unwrap().age_s, None);
    for n in 0..3 {
        sold(&mut till, 700 + n, unset(4, 1));
    }
    assert_eq!(named(&mut till, 500, &unset(4, 2)), None, "three came after it");
}

#[test]
fn it_reads_no_further_back_than_the_window() {
    let mut till = roomy();
    for n in 0..1_500 {
        sold(&mut till, 1 + n, at(n as u32 * 10));
    }
    let before = till.log().flash().counts();
    assert_eq!(named(&mut till, 999_999, &at(15_000)), None);
    let window = till.log().flash().counts() - before;
    let before = till.log().flash().counts();
    till.log.scan(|_| {});
    let all = till.log().flash().counts() - before;
    assert!(window.read_bytes * 3 < all.read_bytes, "{window:?} of {all:?}");
    // A wider window looks further.
    static WIDE: Profile = Profile { duplicate_window_s: 15_000, ..Profile::PLAIN };
    till.set_profile(0, &WIDE).unwrap();
    assert!(named(&mut till, 1, &at(15_000)).is_some());
}

#[test]
fn carried_records_do_not_end_the_search() {
    let mut till = fresh();
    let old = sold(&mut till, 333, at(0));
    let (open, _) = new(&mut till, &Begin { moment: at(1), ..sale(334) });
    till.no_answer(open, 1, Uptime(0)).unwrap();
    till.give_up(open).unwrap();
    let mut seconds = 1_000;
    // The ring laps: what is open is carried beside newer records again and again.
    for day in 0..6 {
        for n in 0..150 {
            seconds += 1;
            sold(&mut till, 1_000 + day * 150 + n, at(seconds));
            let amount = 1_000 + (day * 150 + n).saturating_sub(20);
            assert!(named(&mut till, amount, &at(seconds)).is_some(), "day {day}, {n}");
        }
        settle(&mut till);
    }
    assert_eq!(named(&mut till, 333, &at(seconds)), None, "{old}");
}
