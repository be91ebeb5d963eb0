//! What a bill adds.

use pos_journal::host::explain::{BillFacts, Cause, Certainty, Payout, Presence, Sign, Step};

use crate::till::{Till, at, said};

fn there() -> BillFacts {
    BillFacts { presence: Presence::Present, amount: Some(1_000), ..BillFacts::default() }
}

#[test]
fn what_the_bill_says_beats_the_calendar() {
    let paid = BillFacts { payout: Some(Payout::Paid(None)), ..there() };
    let payout = |payout| BillFacts { payout: Some(payout), ..there() };
    let absent = |presence| BillFacts { presence, ..BillFacts::default() };
    let disputed = BillFacts { is_disputed: true, ..paid.clone() };
    let audited = BillFacts { is_audited: true, ..there() };
    let stopped = BillFacts { taken_back: 1_000, ..there() };
    let other = BillFacts { other_merchant: true, ..there() };
    let amount = BillFacts { amount: Some(900), ..paid.clone() };
    let fee = BillFacts { fee: Some(8), agreed_fee: Some(6), ..paid.clone() };
    use Certainty::{Bill, Infers};
    let cases = [
        (disputed, Cause::D, Bill, Sign::Disputed, Step::Papers),
        (audited, Cause::R, Bill, Sign::Audited, Step::Papers),
        (payout(Payout::Failed), Cause::M, Bill, Sign::PayoutFailed, Step::Account),
        (payout(Payout::Returned), Cause::M, Bill, Sign::PayoutFailed, Step::Account),
        (payout(Payout::Held), Cause::M, Bill, Sign::PayoutFailed, Step::Account),
        (stopped, Cause::V, Bill, Sign::Intercepted, Step::Ask),
        (other, Cause::Q, Bill, Sign::OtherMerchant, Step::Licence),
        (absent(Presence::NoTerminal), Cause::Q, Infers, Sign::NoTerminal, Step::Licence),
        (absent(Presence::Absent), Cause::P, Bill, Sign::NoRow, Step::Ask),
        (amount, Cause::O, Bill, Sign::AmountDiffers, Step::Ask),
        (fee, Cause::F, Bill, Sign::FeeDiffers, Step::Fee),
        (payout(Payout::Pending), Cause::C, Bill, Sign::PayoutPending, Step::Ask),
    ];
    let mut till = Till::new();
    let item = till.approved(0, 1, 1_000);
    till.settle(0);
    let outline = till.outline();
    let world = at("2026-03-09T12:00:00");
    for (bill, cause, certainty, sign, step) in cases {
        let finding = said(&outline, item, Some(&bill), &world).unwrap();
        let found = (finding.cause, finding.certainty, finding.sign, finding.step);
        assert_eq!(found, (cause, certainty, sign, step));
    }
    assert!(said(&outline, item, Some(&paid), &world).is_none(), "paid out: nothing is odd");
}

/// No row of a payment that was not approved is as it should be.
#[test]
fn a_bill_without_what_was_declined_is_right() {
    let mut till = Till::new();
    let item = till.sale(0, 1, 1_000);
    till.answer(item, "51");
    let outline = till.outline();
    let bill = BillFacts { presence: Presence::Absent, ..BillFacts::default() };
    let finding = said(&outline, item, Some(&bill), &at("2026-03-09T12:00:00")).unwrap();
    assert_eq!(finding.cause, Cause::H);
}
