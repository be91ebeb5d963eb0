//! Which payout is a settlement's, and which credit a payout's.

use serde_json::Value;

use super::shop::{End, Shop};
use super::table::{Cells, bill};
use super::{Dir, json};

const MID: (&str, &str) = ("mid", "M1");

/// Two days of 100.00 each and no fee; by day, what is said of these payouts and this statement.
struct Days {
    dir: Dir,
    dump: String,
    orders: [String; 2],
}

fn days(name: &str) -> Days {
    let dir = Dir::new(name);
    let mut shop = Shop::new(false);
    let first = shop.sale(10_000, End::Approved);
    shop.day += 86_400;
    let second = shop.sale(10_000, End::Approved);
    let dump = dir.file("dump", shop.image());
    Days { dir, dump, orders: [first.order, second.order] }
}

impl Days {
    fn verdicts(&self, payouts: &[Cells<'_>], statement: Option<&[Cells<'_>]>) -> Vec<String> {
        let of = |n: usize, time: &'static str| {
            let order = ("order_no", &*self.orders[n]);
            [MID, order, ("txn_time", time), ("amount_fen", "10000"), ("fee_fen", "0")]
        };
        let (a, b) = (of(0, "2026-11-20T10:00:07+08:00"), of(1, "2026-11-21T10:00:14+08:00"));
        let table = bill(&[&[&a[..], &b], payouts].concat());
        let bills = self.dir.file("bill", table);
        let bank = statement.map(|rows| self.dir.file("bank", bill(rows)));
        let bank = bank.as_deref().map(|bank| ["--bank", bank]);
        let args = [&*self.dump, "--bill", &bills];
        let args = [&args[..], bank.as_ref().map_or(&[][..], |bank| bank)].concat();
        let (all, _) = json(&args);
        let mut said: Vec<_> = all["payouts"].as_array().unwrap().iter().map(day).collect();
        said.sort();
        said.into_iter().map(|(_, verdict)| verdict).collect()
    }
}

fn day(settled: &Value) -> (String, String) {
    let text = |key: &str| settled[key].as_str().unwrap().to_string();
    (text("day"), text("verdict"))
}

/// A payout of a merchant, of so much, for a day or for none.
fn paid<'a>(mid: &'a str, amount: &'a str, of: &'a str) -> [(&'a str, &'a str); 6] {
    [
        ("kind", "payout"),
        ("mid", mid),
        ("amount_fen", amount),
        ("settle_date", of),
        ("txn_time", "2026-11-23T08:30:00+08:00"),
        ("acquirer_ref", "PAY-1"),
    ]
}

#[test]
fn a_payout_is_for_its_day_and_merchant_and_once() {
    let days = days("paid-once");
    let verdicts = |payouts: &[Cells<'_>]| days.verdicts(payouts, None);
    let for_none = paid("M1", "10000", "");
    assert_eq!(verdicts(&[&for_none]), ["paid", "missing"]);
    assert_eq!(verdicts(&[&for_none, &for_none]), ["paid", "paid"]);
    // Of a day and less than its net: of that day all the same.
    assert_eq!(verdicts(&[&paid("M1", "9000", "2026-11-21")]), ["missing", "short"]);
    assert_eq!(verdicts(&[&paid("M2", "10000", "2026-11-20")]), ["missing", "missing"]);
    // Paid out, and not to a merchant with a name.
    assert_eq!(verdicts(&[&paid("", "10000", "")]), ["paid", "missing"]);
}

/// A credit that names the payout is its, however late.
#[test]
fn a_credit_has_a_name_or_a_time() {
    let days = days("paid-named");
    let payouts = [&paid("M1", "10000", "2026-11-20")[..], &paid("M1", "10000", "2026-11-21")];
    let credit = |name, date| {
        [
            ("kind", "adjust"),
            ("flow", "in"),
            ("amount_fen", "10000"),
            ("txn_time", date),
            ("acquirer_ref", name),
        ]
    };
    let late = "2026-12-20T08:30:00+08:00";
    let said = |credits: &[Cells<'_>]| days.verdicts(&payouts, Some(credits));
    let (named, other) = (credit("PAY-1", late), credit("PAY-9", late));
    assert_eq!(said(&[&named]), ["paid", "not_on_statement"]);
    assert_eq!(said(&[&other]), ["not_on_statement", "not_on_statement"]);
}

/// A day on which more went back than came in owes the merchant nothing.
#[test]
fn a_day_of_refunds_waits_for_no_payout() {
    let dir = Dir::new("paid-refunds");
    let mut shop = Shop::new(false);
    let sold = shop.sale(10_000, End::Approved);
    shop.day += 86_400;
    let refund = shop.refund(&sold, 4_000);
    let dump = dir.file("dump", shop.image());
    let table = bill(&[
        &[("order_no", &sold.order), ("amount_fen", "10000")],
        &[
            ("kind", "refund"),
            ("order_no", &refund.order),
            ("orig_order_no", &sold.order),
            ("txn_time", "2026-11-21T10:00:00+08:00"),
            ("amount_fen", "4000"),
        ],
    ]);
    let empty = dir.file("bank", bill(&[]));
    let (all, _) = json(&[&dump, "--bill", &dir.file("bill", table), "--bank", &empty]);
    let said: Vec<_> = all["payouts"].as_array().unwrap().iter().map(day).collect();
    let of = |day: &str, verdict: &str| (day.to_string(), verdict.to_string());
    assert_eq!(said, [of("2026-11-20", "missing"), of("2026-11-21", "paid")]);
}
