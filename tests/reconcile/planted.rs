//! Each format with the same differences planted.

use std::collections::BTreeMap;

use pos_journal::host::Exit;
use pos_journal::record::Seq;

use super::shop::{End, Shop, Sold};
use super::write::{self, Line};
use super::{Dir, classes, make, rows, run};

/// Order numbers by class.
type Classes = BTreeMap<String, Vec<String>>;

/// A day with one of everything; the dump, the rows of the bill, and where each payment ends.
fn day(qr: bool) -> (Vec<u8>, Vec<Line>, Classes) {
    let mut shop = Shop::new(qr);
    let mut ends: Classes = BTreeMap::new();
    let mut lines = Vec::new();
    let mut end = |class: &str, sold: &Sold| {
        ends.entry(class.into()).or_default().push(sold.order.clone());
    };
    let mut first = None;
    for n in 0..5 {
        let sold = shop.sale(12_345 + n, End::Approved);
        end("matched", &sold);
        lines.push(Line::of(&sold));
        first = first.or(Some(sold));
    }
    let refund = shop.refund(first.as_ref().unwrap(), 2_500);
    end("matched", &refund);
    lines.push(Line::of(&refund));
    let wrong = shop.sale(8_800, End::Approved);
    end("amount_differs", &wrong);
    lines.push(Line { amount: 8_801, ..Line::of(&wrong) });
    end("journal_only approved", &shop.sale(7_700, End::Approved));
    end("journal_only unknown", &shop.sale(6_600, End::Unknown));
    end("journal_only reversed", &shop.sale(5_500, End::Reversed));
    end("journal_only never sent", &shop.sale(4_400, End::NeverSent));
    end("journal_only declined", &shop.sale(3_300, End::Declined));
    for how in [End::Reversed, End::Unknown, End::NeverSent, End::Declined] {
        let charged = shop.sale(2_222, how);
        end("amount_differs", &charged);
        lines.push(Line::of(&charged));
    }
    if !qr {
        let sold = shop.sale(9_900, End::Approved);
        let void = shop.void(&sold);
        for one in [&sold, &void] {
            end("matched", one);
            lines.push(Line::of(one));
        }
        // The acquirer prints neither.
        let sold = shop.sale(9_901, End::Approved);
        let void = shop.void(&sold);
        end("journal_only voided", &sold);
        end("journal_only voided", &void);
    }
    let last = lines[1].sold.clone();
    let unknown = Sold {
        item: Seq(900),
        stan: 900_900,
        rrn: "999999000900".into(),
        order: "SYN2026112900900".into(),
        ..last.clone()
    };
    end("bill_only", &unknown);
    lines.push(Line::of(&unknown));
    lines.push(Line::of(&last));
    // The row's own number, by whatever the format finds it.
    end("duplicate", &last);
    ends.values_mut().for_each(|numbers| numbers.sort());
    (shop.image(), lines, ends)
}

/// What has no payment is named by the bill, which may have another number for it than an order.
fn check(name: &str, qr: bool, write: impl Fn(&[Line]) -> Vec<u8>) {
    let dir = Dir::new(name);
    let (image, lines, ends) = day(qr);
    let dump = dir.file("dump", image);
    let bill = dir.file("bill", write(&lines));
    let (found, exit) = rows(&[&dump, "--bill", &bill]);
    let of_journal = |classes: &Classes| -> Classes {
        let mut classes = classes.clone();
        for alone in ["bill_only", "duplicate"] {
            let count = classes.remove(alone).unwrap_or_default().len();
            classes.insert(alone.into(), vec![count.to_string()]);
        }
        classes
    };
    assert_eq!(of_journal(&classes(&found)), of_journal(&ends), "{name}");
    assert_eq!(exit, Exit::Findings, "{name}");
    // Without what was planted, everything matches.
    let good: Vec<Line> = lines
        .iter()
        .take(6)
        .map(|line| Line { amount: line.sold.amount, ..line.clone() })
        .collect();
    let (found, _) = rows(&[&dump, "--bill", &dir.file("good", write(&good))]);
    let matched = classes(&found).remove("matched").unwrap();
    assert_eq!(matched.len(), 6, "{name}");
}

#[test]
fn wechat() {
    check("wechat", true, write::wechat);
}

#[test]
fn alipay() {
    check("alipay", true, write::alipay);
}

#[test]
fn leshua_cards() {
    check("leshua-cards", false, |lines| write::leshua(lines, false));
}

#[test]
fn leshua_codes() {
    check("leshua-codes", true, |lines| write::leshua(lines, true));
}

#[test]
fn lcsw() {
    check("lcsw", true, write::lcsw);
}

#[test]
fn unionpay() {
    check("unionpay", false, write::zm);
}

/// Where nothing on a bill's rows is known to the terminal, it is said what may help.
#[test]
fn unionpay_with_orders_of_a_gateway() {
    let dir = Dir::new("gateway");
    let mut shop = Shop::new(false);
    let sold: Vec<Sold> = (0..3).map(|n| shop.sale(1_000 + n, End::Approved)).collect();
    let dump = dir.file("dump", shop.image());
    let gateways = |sold: &Sold| {
        let order = sold.order.replace("SYN20261120", "SYN20261124");
        Line { amount: sold.amount, ..Line::of(&Sold { order, ..sold.clone() }) }
    };
    let bill = |lines: &[Line]| dir.file("bill", write::zm(lines));
    let lines: Vec<Line> = sold.iter().map(gateways).collect();
    let hint = "no row is of a payment, and 3 bear no number that a terminal knows";
    let (text, exit) = run(&[&dump, "--bill", &bill(&lines)]);
    assert!(text.contains(hint) && text.contains("trace_is_stan = true"), "{text}");
    assert_eq!(exit, Exit::Findings);
    // One of them is known by its order: so the orders are the terminal's.
    let lines = [lines, vec![Line::of(&sold[0])]].concat();
    let (text, _) = run(&[&dump, "--bill", &bill(&lines)]);
    assert!(!text.contains("trace_is_stan"), "{text}");
}

#[test]
fn neutral_by_each_key() {
    check("neutral-all", false, |lines| write::neutral(lines, [true, true, true]));
    check("neutral-order", false, |lines| write::neutral(lines, [true, false, false]));
    check("neutral-rrn", false, |lines| write::neutral(lines, [false, true, true]));
}

/// A day on which nothing differs ends with 0, also with the summary of UnionPay beside it.
#[test]
fn a_good_day_is_clean() {
    let dir = Dir::new("good");
    let mut shop = Shop::new(false);
    let lines: Vec<Line> = (0..9).map(|n| Line::of(&shop.sale(1_000 + n, End::Approved))).collect();
    shop.sale(5, End::Declined);
    shop.sale(6, End::Reversed);
    let dump = dir.file("dump", shop.image());
    let gross: u64 = lines.iter().map(|line| line.amount).sum();
    let fee: u64 = lines.iter().map(|line| line.fee).sum();
    let summary = |count| make::rd2010(count, gross as i64, fee as i64, (gross - fee) as i64);
    let zip = |count| {
        let (a, b) = (b"INN26112088ZM_9".as_slice(), b"RD201026112001_9".as_slice());
        make::zip(&[(a, &write::zm(&lines)), (b, &summary(count))])
    };
    let (text, exit) = run(&[&dump, "--bill", &dir.file("a.zip", zip(9))]);
    assert_eq!(exit, Exit::Clean, "{text}");
    assert!(text.ends_with("everything matches\n"), "{text}");
    let (text, exit) = run(&[&dump, "--bill", &dir.file("b.zip", zip(10))]);
    assert_eq!(exit, Exit::Findings, "{text}");
    let leshua = dir.file("leshua", write::leshua(&lines, false));
    assert_eq!(run(&[&dump, "--bill", &leshua]).1, Exit::Clean);
}

#[test]
fn a_bad_row_is_named_and_does_not_stop_the_rest() {
    let dir = Dir::new("bad");
    let mut shop = Shop::new(false);
    let lines: Vec<Line> = (0..3).map(|n| Line::of(&shop.sale(1_000 + n, End::Approved))).collect();
    let dump = dir.file("dump", shop.image());
    let text = String::from_utf8(write::neutral(&lines, [true; 3])).unwrap();
    let bill = dir.file("bill.csv", text.replacen(",1001,", ",10x1,", 1));
    let (text, exit) = run(&[&dump, "--bill", &bill]);
    assert_eq!(exit, Exit::Findings);
    assert!(text.contains("Bad rows (1)") && text.contains("10x1"), "{text}");
    let (found, _) = rows(&[&dump, "--bill", &bill]);
    assert_eq!(classes(&found)["matched"].len(), 2);
    assert_eq!(classes(&found)["journal_only approved"].len(), 1);
}

#[test]
fn what_no_bill_covers_is_not_a_difference() {
    let dir = Dir::new("days");
    let mut shop = Shop::new(false);
    let today = Line::of(&shop.sale(1_000, End::Approved));
    shop.day += 86_400;
    shop.sale(2_000, End::Approved);
    let dump = dir.file("dump", shop.image());
    let foreign =
        Sold { stan: 77, rrn: "101599999999".into(), order: "OTHER".into(), ..today.sold.clone() };
    let text = write::neutral(&[today], [true; 3]);
    let other =
        write::neutral_row(&Line::of(&foreign), [true; 3]).replace(super::shop::TID, "T0000002");
    let bill = dir.file("bill.csv", [text, other.into_bytes()].concat());
    let (json, exit) = super::json(&[&dump, "--bill", &bill]);
    assert_eq!(exit, Exit::Clean, "{json}");
    let why: Vec<_> = json["not_examined"].as_array().unwrap().iter().map(|o| &o["why"]).collect();
    assert_eq!(why, ["days", "terminal"]);
    let both = ["--from", "2026-11-20", "--to", "2026-11-21"];
    let (_, exit) = run(&[&[&*dump, "--bill", &bill][..], &both].concat());
    assert_eq!(exit, Exit::Findings);
}

#[test]
fn bad_input_ends_as_elsewhere() {
    let dir = Dir::new("input");
    let dump = dir.file("dump", Shop::new(false).image());
    let bill = dir.file("bill", write::NEUTRAL);
    let none = dir.file("none", "%PDF-1.7 this is no bill");
    let (text, exit) = run(&[&dump, "--bill", &bill]);
    assert_eq!(exit, Exit::Findings, "{text}");
    assert!(text.contains("--from"), "{text}");
    assert_eq!(run(&[&dump, "--bill", &none]).1, Exit::Usage);
    assert_eq!(run(&[&dump, "--bill", "/does/not/exist"]).1, Exit::Usage);
    let args = |dump: &str| {
        use clap::Parser;
        super::Cli::parse_from(["reconcile", dump, "--bill", &bill]).args
    };
    let told = |dump: &str| {
        let failed = pos_journal::host::reconcile_report(&args(dump), &mut Vec::new());
        format!("{:?}", failed.unwrap_err())
    };
    assert_eq!(told(&none), "Told(NotAJournal)");
    assert_eq!(told("/does/not/exist"), "Told(Usage)");
}

/// Books count their STANs apart: a card's row is no order's, though terminal, STAN and amount agree.
#[test]
fn a_cards_row_is_no_orders() {
    let dir = Dir::new("methods");
    let mut shop = Shop::new(true);
    let sold = shop.sale(1_000, End::Approved);
    let dump = dir.file("dump", shop.image());
    let row = |method: &str| {
        let row = write::neutral_row(&Line::of(&sold), [false, false, true]);
        let text = format!("{}{}", write::NEUTRAL, row.replace(",card\n", method));
        let found = classes(&rows(&[&dump, "--bill", &dir.file("bill", text)]).0);
        found.into_keys().collect::<Vec<_>>()
    };
    assert_eq!(row(",wechat\n"), ["matched"]);
    assert_eq!(row(",\n"), ["matched"]);
    assert_eq!(row(",card\n"), ["bill_only", "journal_only approved"]);
}

/// Rows that all have one payment's number are kept up to a bound; none is lost, and one pairs.
#[test]
fn rows_without_end_for_one_payment() {
    let dir = Dir::new("many");
    let mut shop = Shop::new(false);
    let sold = shop.sale(1_000, End::Approved);
    let dump = dir.file("dump", shop.image());
    let mut bill = write::NEUTRAL.to_string();
    const ROWS: u64 = 120_000;
    for n in 0..ROWS {
        bill += &write::neutral_row(&Line { amount: 500 + n, ..Line::of(&sold) }, [true; 3]);
    }
    let (all, _) = super::json(&[&dump, "--bill", &dir.file("bill", bill)]);
    let items = |class: &str| {
        let of = all["classes"].as_array().unwrap().iter().filter(|c| c["class"] == class);
        of.map(|c| c["items"].as_u64().unwrap()).sum::<u64>()
    };
    assert_eq!(items("matched"), 1);
    assert!(items("bill_only") > 0, "{}", all["classes"]);
    assert_eq!(items("duplicate") + items("bill_only"), ROWS - 1);
}
