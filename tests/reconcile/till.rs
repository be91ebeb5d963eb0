//! The cash register's list: split bills, refunds, voids, and lists of every shape.

use std::collections::BTreeMap;

use pos_journal::host::{Exit, ReconcileFailed};
use serde_json::Value;

use super::shop::{End, Shop};
use super::write::{self, Line};
use super::{Dir, json, make};

/// Reference, and the amounts of the line and of the payment.
type Difference = (String, Option<i64>, Option<i64>);

/// What is said of a list.
struct Said {
    counts: BTreeMap<String, u64>,
    /// By class.
    differences: BTreeMap<String, Vec<Difference>>,
    all: Value,
    exit: Exit,
}

fn said(shops: Vec<Shop>, bill: &[u8], list: impl AsRef<[u8]>) -> Said {
    let dir = Dir::new(&format!("till-{:?}", std::thread::current().id()));
    let mut args: Vec<String> = Vec::new();
    for (n, shop) in shops.into_iter().enumerate() {
        args.push(dir.file(&format!("dump{n}"), shop.image()));
    }
    args.extend(["--bill".into(), dir.file("bill", bill)]);
    args.extend(["--till".into(), dir.file("till", list)]);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let (all, exit) = json(&args);
    let mut counts = BTreeMap::new();
    for class in all["till"]["classes"].as_array().unwrap() {
        let n = class["items"].as_u64().unwrap();
        if n > 0 {
            counts.insert(class["class"].as_str().unwrap().to_string(), n);
        }
    }
    let mut differences: BTreeMap<_, Vec<Difference>> = BTreeMap::new();
    for one in all["till"]["differences"].as_array().unwrap() {
        let class = one["class"].as_str().unwrap().to_string();
        let reference = one["reference"].as_str().unwrap().to_string();
        let sums = (one["till_minor"].as_i64(), one["journal_minor"].as_i64());
        differences.entry(class).or_default().push((reference, sums.0, sums.1));
    }
    Said { counts, differences, all, exit }
}

impl Said {
    fn is(&self, counts: &[(&str, u64)], differences: &[(&str, &str, Option<i64>, Option<i64>)]) {
        let found: Vec<_> = self.counts.iter().map(|(class, n)| (class.as_str(), *n)).collect();
        assert_eq!(found, counts, "{}", self.all["till"]);
        let found: Vec<_> = self.differences.iter().collect();
        let found: Vec<_> = found
            .iter()
            .flat_map(|(class, all)| {
                all.iter()
                    .map(|(name, till, journal)| (class.as_str(), name.as_str(), *till, *journal))
            })
            .collect();
        assert_eq!(found, differences, "{}", self.all["till"]);
    }
}

/// A bill of the day with nothing else in it: the list is what matters.
fn one_row() -> Vec<u8> {
    let mut other = Shop::new(false);
    write::neutral(&[Line::of(&other.sale(1, End::Approved))], [true; 3])
}

fn sale(shop: &mut Shop, name: &'static str, amount: u64) -> super::shop::Sold {
    shop.named = Some(name);
    shop.sale(amount, End::Approved)
}

/// One bill, paid in parts: each line takes a payment of its own, the exact amounts first.
#[test]
fn a_bill_may_be_split() {
    let (mut a, mut b) = (Shop::new(false), Shop::second(false));
    sale(&mut a, "TWO", 1_000);
    sale(&mut b, "TWO", 500);
    sale(&mut a, "CASH", 700);
    sale(&mut a, "EXACT", 800);
    sale(&mut b, "EXACT", 600);
    let list = "reference,amount,method\n\
        TWO,5.00,card\nTWO,10.00,card\nCASH,3.00,cash\nCASH,7.00,card\nEXACT,6.50,card\nEXACT,8.00,card\n";
    said(vec![a, b], &one_row(), list).is(
        &[("agrees", 4), ("amount_differs", 1), ("cash", 1)],
        &[("amount_differs", "EXACT", Some(650), Some(600))],
    );
}

#[test]
fn a_line_for_two_payments_is_paid_twice() {
    let (mut a, mut b) = (Shop::new(false), Shop::second(false));
    sale(&mut a, "TWICE", 900);
    sale(&mut b, "TWICE", 900);
    let found = said(vec![a, b], &one_row(), "reference,amount\nTWICE,9.00\n");
    found.is(&[("agrees", 1), ("paid_twice", 1)], &[("paid_twice", "TWICE", None, Some(900))]);
    assert_eq!(found.exit, Exit::Findings);
}

/// What a payment's void or refund has no reference of its own for belongs to the payment.
#[test]
fn money_that_goes_back_has_its_payments_reference() {
    let mut shop = Shop::new(false);
    for (name, how) in [("BOTH", 300), ("NO-LINE", 200)] {
        let sold = sale(&mut shop, name, 1_000);
        shop.named = Some("");
        shop.refund(&sold, how);
    }
    for name in ["NO-LINES", "ONE-LINE", "TWO-LINES"] {
        let sold = sale(&mut shop, name, 400);
        shop.named = Some("");
        shop.void(&sold);
    }
    // The register never asked for it, and has a name for the void.
    let sold = sale(&mut shop, "NEITHER", 600);
    shop.named = Some("NEITHER-VOID");
    shop.void(&sold);
    let list = "reference,amount,method\nBOTH,10.00,card\nBOTH,-3.00,card\nNO-LINE,10.00,card\n\
        ONE-LINE,4.00,card\nTWO-LINES,4.00,card\nTWO-LINES,-4.00,card\n";
    said(vec![shop], &one_row(), list).is(
        &[("agrees", 5), ("journal_only", 1), ("till_only", 1)],
        // Money went back that the register does not know; and it counts what was voided.
        &[
            ("journal_only", "NO-LINE", None, Some(-200)),
            ("till_only", "ONE-LINE", Some(400), None),
        ],
    );
}

/// A wrong amount that goes back is compared with what went back.
#[test]
fn a_line_takes_a_payment_of_its_direction() {
    let mut shop = Shop::new(false);
    let sold = sale(&mut shop, "BACK", 1_000);
    shop.named = Some("");
    shop.refund(&sold, 300);
    sale(&mut shop, "CAME", 500);
    let list = "reference,amount,method\nBACK,-4.00,card\nBACK,10.00,card\nCAME,5.00,card\n";
    said(vec![shop], &one_row(), list).is(
        &[("agrees", 2), ("amount_differs", 1)],
        &[("amount_differs", "BACK", Some(-400), Some(-300))],
    );
}

/// A line never agrees with a payment that took nothing, or of which nobody knows.
#[test]
fn what_does_not_count_pays_no_line() {
    let mut shop = Shop::new(false);
    let ends = [
        ("DECLINED", End::Declined),
        ("REVERSED", End::Reversed),
        ("NEVER-SENT", End::NeverSent),
        ("UNKNOWN", End::Unknown),
    ];
    let mut list = "reference,amount,method\n".to_string();
    for (name, end) in ends {
        shop.named = Some(name);
        shop.sale(100, end);
        list += &format!("{name},1.00,card\n");
    }
    said(vec![shop], &one_row(), list).is(
        &[("outcome_unknown", 1), ("till_only", 3)],
        &[
            ("outcome_unknown", "UNKNOWN", Some(100), Some(0)),
            ("till_only", "DECLINED", Some(100), None),
            ("till_only", "REVERSED", Some(100), None),
            ("till_only", "NEVER-SENT", Some(100), None),
        ],
    );
}

/// The journal knows that an order was paid with a code; with which wallet, only the bill knows.
#[test]
fn the_bill_says_which_wallet_it_was() {
    let mut shop = Shop::new(true);
    let sold: Vec<_> = (0..4).map(|n| shop.sale(1_000 + n, End::Approved)).collect();
    let lines: Vec<Line> = sold.iter().map(Line::of).collect();
    let line = |n: usize, method: &str| format!("{method},10.0{n},{}\n", sold[n].order);
    let list = ["支付方式,金额,订单号\n".to_string(), line(0, "微信"), line(1, "支付宝")];
    let list = [list.concat(), line(2, "扫码"), line(3, "刷卡")].concat();
    // As a Chinese spreadsheet saves it.
    said(vec![shop], &write::wechat(&lines), make::gbk(&list)).is(
        &[("agrees", 2), ("method_differs", 2)],
        &[
            ("method_differs", &sold[1].order, Some(1_001), Some(1_001)),
            ("method_differs", &sold[3].order, Some(1_003), Some(1_003)),
        ],
    );
}

#[test]
fn a_bad_line_is_named_and_the_rest_is_read() {
    let mut shop = Shop::new(false);
    sale(&mut shop, "GOOD", 100);
    let list =
        "amount,reference,method\n1.00,,card\nx,R,card\n1.00,R,seashells\n1.00\n1.00,GOOD,card\n";
    let found = said(vec![shop], &one_row(), list);
    found.is(&[("agrees", 1)], &[]);
    let bad: Vec<_> = found.all["bad_rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|bad| (bad["line"].as_u64().unwrap(), bad["column"].as_u64().unwrap()))
        .collect();
    assert_eq!(bad, [(2, 2), (3, 1), (4, 3), (5, 2)]);
    assert_eq!(found.exit, Exit::Findings);
}

#[test]
fn what_is_no_list_is_refused() {
    use clap::Parser;
    let dir = Dir::new("till-none");
    let dump = dir.file("dump", Shop::new(false).image());
    let bill = dir.file("bill", one_row());
    for (lang, says) in [("en", "reference and amount"), ("zh", "“单号”和“金额”")] {
        let list = dir.file("list", "%PDF-1.7\nno list");
        let args = ["reconcile", &dump, "--bill", &bill, "--till", &list, "--lang", lang];
        let args = super::Cli::parse_from(args).args;
        match pos_journal::host::reconcile_report(&args, &mut Vec::new()) {
            Err(ReconcileFailed::Config(path, why)) => {
                assert_eq!(path.display().to_string(), list);
                assert!(why.contains(says), "{why}");
            }
            other => panic!("{other:?}"),
        }
    }
}
