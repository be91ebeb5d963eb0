use super::*;
use crate::record::{Amount, CardClass, Currency, SettleClass, Stan};

fn tally(count: u32, minor: u64) -> Tally {
    Tally { count, amount: Amount::new(minor) }
}

/// Three sales of which one was voided, one refund; and one sale of a foreign card.
fn day() -> Totals {
    let mut totals = Totals::new();
    let row = totals.row(Currency::CNY, CardClass::Domestic).unwrap();
    (row.sales, row.voided, row.refunds) = (tally(3, 6_000), tally(1, 1_000), tally(1, 500));
    totals.row(Currency::CNY, CardClass::Foreign).unwrap().sales = tally(1, 9_900);
    totals
}

fn text(field: &[u8]) -> &str {
    core::str::from_utf8(field).unwrap()
}

#[test]
fn unionpay_counts_a_void_on_both_sides() {
    let de48 = unionpay_de48(&day(), VoidedCount::BothSides).unwrap();
    let domestic = "0000000060000030000000015000020";
    let foreign = "0000000099000010000000000000000";
    assert_eq!(text(&de48), [domestic, foreign].concat());
}

#[test]
fn unionpay_flags() {
    let with = |domestic, foreign| {
        let mut field = [b'0'; 62];
        (field[30], field[61]) = (domestic, foreign);
        unionpay_answer(&field)
    };
    assert_eq!(with(b'1', b'1'), SettleClass::Balanced);
    assert_eq!(with(b'1', b'2'), SettleClass::Unbalanced);
    assert_eq!(with(b'2', b'1'), SettleClass::Unbalanced);
    assert_eq!(with(b'0', b'1'), SettleClass::Nothing);
    assert_eq!(unionpay_answer(&[b'1'; 61]), SettleClass::Nothing);
    assert_eq!((UnionPayEnd::Balanced.code(), UnionPayEnd::Unbalanced.code()), (207, 202));
}

#[test]
fn a_detail_has_forty_bytes() {
    let stan = Stan::new(4_711).unwrap();
    let detail = |pan: &[u8]| unionpay_detail(CardClass::Domestic, stan, pan, Amount::new(12_850));
    let field = detail(b"6222020000001234").unwrap();
    assert_eq!(text(&field), "0000471100006222020000001234000000012850");
    assert!(detail(&[b'1'; 21]).is_err());
    assert!(detail(b"6222=").is_err());
}

#[test]
fn asian_leaves_voided_sales_out() {
    let field = asian_de63(&day(), VoidedCount::Neither).unwrap();
    assert_eq!(text(&field), "003000000014900001000000000500");
    assert_eq!(AsianStep::Totals.processing_code(), 920_000);
    assert_eq!(AsianStep::AfterUpload.processing_code(), 960_000);
}

#[test]
fn iso_tells_cancelled_ones_apart() {
    let totals = day();
    let figures = iso_figures(&totals.rows()[0], VoidedCount::Neither).unwrap();
    assert_eq!(text(&figures.debits), "0000000002");
    assert_eq!(text(&figures.debits_cancelled), "0000000001");
    assert_eq!(text(&figures.debits_amount), "0000000000005000");
    assert_eq!(text(&figures.credits_amount), "0000000000000500");
    assert_eq!(text(&figures.net), "D0000000000004500");
}

#[test]
fn a_count_that_would_overflow_is_told_before() {
    let mut totals = Totals::new();
    let row = totals.row(Currency::CNY, CardClass::Domestic).unwrap();
    row.sales = tally(998, 998);
    let check =
        |totals: &Totals, more| check_digits(Layout::Asian, VoidedCount::Neither, totals, more, 1);
    assert_eq!(check(&totals, 1), Ok(()));
    assert_eq!(check(&totals, 2), Err(TooManyDigits { value: 1_000, digits: 3 }));
    let iso = check_digits(Layout::Iso, VoidedCount::Neither, &totals, 1_000, 1);
    assert_eq!(iso, Ok(()));
    totals.row(Currency::CNY, CardClass::Domestic).unwrap().sales = tally(1, 999_999_999_999);
    assert!(check(&totals, 1).is_err(), "the amount");
}
