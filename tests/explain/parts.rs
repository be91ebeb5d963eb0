//! Payments of which the host approved a part: what was approved counts, not what was asked for.

use pos_journal::host::explain::{
    Arrival, BillFacts, Cause, Owed, Payout, Presence, Sign, Step, Until,
};
use pos_journal::journal::OutcomeOf;
use pos_journal::ledger::profile::Profile;
use pos_journal::record::{Amount, ResponseCode, Seq, TransactionKind as K, Verdict};

use crate::till::{Till, at, said};

const TODAY: &str = "2026-03-02T18:00:00";
const LATER: &str = "2026-03-09T12:00:00";
static TAKES_PARTS: Profile = Profile { partial_approval: true, ..Profile::PLAIN };

const fn fen(minor: u64) -> Amount {
    Amount::new(minor)
}

/// 10.00 asked for, 6.00 approved.
fn part() -> (Till, Seq) {
    let mut till = Till::new();
    till.journal.set_profile(0, &TAKES_PARTS).unwrap();
    let item = till.sale(0, 1, 1_000);
    let of = OutcomeOf {
        code: ResponseCode::new(b"10").ok(),
        approved_amount: Some(fen(600)),
        ..OutcomeOf::default()
    };
    till.journal.outcome(item, Verdict::Approved { completed: true }, &of).unwrap();
    (till, item)
}

fn settled() -> (Till, Seq) {
    let (mut till, item) = part();
    till.settle(0);
    (till, item)
}

#[test]
fn the_merchant_gets_what_was_approved() {
    let (till, item) = settled();
    let outline = till.outline();
    let finding = said(&outline, item, None, &at(TODAY)).unwrap();
    assert_eq!((finding.sign, finding.owed), (Sign::NotDue, Owed::Merchant(fen(600))));
    let finding = said(&outline, item, None, &at(LATER)).unwrap();
    assert_eq!((finding.sign, finding.owed), (Sign::PastDue, Owed::Merchant(fen(600))));
}

#[test]
fn a_refund_of_what_was_approved_takes_all_of_it_back() {
    let (mut till, item) = settled();
    let refund = till.undo(K::Refund, item, 1, 600);
    till.answer(refund, "00");
    let outline = till.outline();
    let finding = said(&outline, item, None, &at(TODAY)).unwrap();
    assert_eq!((finding.sign, finding.owed), (Sign::Undone, Owed::Customer(fen(600))));
    let (mut till, item) = settled();
    let refund = till.undo(K::Refund, item, 1, 200);
    till.answer(refund, "00");
    let outline = till.outline();
    let finding = said(&outline, item, None, &at(TODAY)).unwrap();
    let both = Owed::Both { customer: fen(200), merchant: fen(400) };
    assert_eq!((finding.sign, finding.owed), (Sign::PartUndone, both));
}

#[test]
fn a_void_gives_back_what_was_approved() {
    let (mut till, item) = part();
    let void = till.undo(K::Void, item, 1, 600);
    till.answer(void, "00");
    let outline = till.outline();
    let finding = said(&outline, item, None, &at(TODAY)).unwrap();
    assert_eq!((finding.sign, finding.owed), (Sign::Undone, Owed::Customer(fen(600))));
    assert!(matches!(finding.until, Until::Date(_)));
}

#[test]
fn the_bill_has_what_was_approved() {
    let (till, item) = settled();
    let outline = till.outline();
    let bill = |amount| BillFacts {
        presence: Presence::Present,
        amount: Some(amount),
        payout: Some(Payout::Paid(None)),
        ..BillFacts::default()
    };
    assert!(said(&outline, item, Some(&bill(600)), &at(LATER)).is_none());
    let asked = said(&outline, item, Some(&bill(1_000)), &at(LATER)).unwrap();
    assert_eq!((asked.cause, asked.sign, asked.step), (Cause::O, Sign::AmountDiffers, Step::Ask));
    let less = said(&outline, item, Some(&bill(500)), &at(LATER)).unwrap();
    assert_eq!((less.sign, less.owed), (Sign::AmountDiffers, Owed::Merchant(fen(100))));
    let story = pos_journal::host::explain::stories(&outline);
    let story = story.iter().find(|story| story.item == item).unwrap();
    let arrived = pos_journal::host::explain::arrival(story, &bill(600), None, &at(LATER));
    assert_eq!(arrived, Arrival::Credited(None));
}

/// Without the profile that can use it a part is reversed: it is never the merchant's.
#[test]
fn a_part_that_cannot_be_used_is_reversed() {
    let mut till = Till::new();
    let item = till.sale(0, 1, 1_000);
    let of = OutcomeOf {
        code: ResponseCode::new(b"10").ok(),
        approved_amount: Some(fen(600)),
        ..OutcomeOf::default()
    };
    till.journal.outcome(item, Verdict::Approved { completed: true }, &of).unwrap();
    let (mut till, item) = (till, item);
    let open = pos_journal::dump::outline(
        &pos_journal::dump::Image::open(till.journal.flash_mut().image()).unwrap(),
    );
    let finding = said(&open, item, None, &at(TODAY)).unwrap();
    assert_eq!((finding.step, finding.until), (Step::Reverse, Until::Now));
    till.reversed(item);
    let outline = till.outline();
    let finding = said(&outline, item, None, &at(TODAY)).unwrap();
    assert_eq!((finding.sign, finding.owed), (Sign::Reversed, Owed::Customer(fen(600))));
}
