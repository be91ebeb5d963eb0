//! Amounts that are not the ones asked for, and payments that two dumps have.

use pos_journal::host::Exit;

use super::shop::{End, Shop, Sold};
use super::write::{self, Line};
use super::{Dir, classes, json, rows};

/// What the host approved counts, not what was asked for: in the bill, in the total, at the register.
#[test]
fn a_part_is_approved() {
    let dir = Dir::new("parts");
    let mut shop = Shop::new(false);
    shop.part = Some(600);
    let part = shop.sale(1_000, End::Approved);
    let whole = shop.sale(500, End::Approved);
    let refund = shop.refund(&part, 200);
    let dump = dir.file("dump", shop.image());
    let bill = |amount| {
        let lines = [Line { amount, ..Line::of(&part) }, Line::of(&whole), Line::of(&refund)];
        dir.file("bill", write::neutral(&lines, [true; 3]))
    };
    let (all, exit) = json(&[&dump, "--bill", &bill(600)]);
    assert_eq!(exit, Exit::Clean, "{all}");
    assert_eq!(all["totals"][0]["journal_minor"], 600 + 500 - 200);
    // Charged as asked for: what the customer paid too much.
    let (found, exit) = rows(&[&dump, "--bill", &bill(1_000)]);
    let differs = found.iter().find(|row| row["class"] == "amount_differs").unwrap();
    assert_eq!((&differs["journal_minor"], &differs["bill_minor"]), (&600.into(), &1_000.into()));
    assert_eq!(exit, Exit::Findings);
    // The register has the rest in cash.
    let list = format!("reference,amount,method\n{0},6.00,card\n{0},4.00,cash\n", part.order);
    let till =
        dir.file("till", format!("{list}{},5.00,card\n{},-2.00,card\n", whole.order, refund.order));
    let (all, exit) = json(&[&dump, "--bill", &bill(600), "--till", &till]);
    assert_eq!(exit, Exit::Clean, "{}", all["till"]);
}

/// The bill has a payment and its tip as one amount.
#[test]
fn a_tip_is_part_of_its_payment() {
    let dir = Dir::new("tips");
    let mut shop = Shop::new(false);
    let sold = shop.sale(1_000, End::Approved);
    shop.tip(&sold, 150);
    let dump = dir.file("dump", shop.image());
    let of = |amount| {
        let line = Line { amount, ..Line::of(&sold) };
        let bill = dir.file("bill", write::neutral(&[line], [true; 3]));
        classes(&rows(&[&dump, "--bill", &bill]).0).into_keys().collect::<Vec<_>>()
    };
    assert_eq!(of(1_150), ["matched"]);
    assert_eq!(of(1_000), ["amount_differs"]);
}

/// Yesterday's dump knew less; in whichever order they are given, each payment counts once.
#[test]
fn the_newer_of_two_dumps_counts() {
    let dir = Dir::new("two-dumps");
    let mut shop = Shop::new(true);
    let first = shop.sale(1_000, End::Approved);
    let open = shop.sale(700, End::Unknown);
    let old = dir.file("old", shop.dump());
    shop.answered_late(&open);
    let last = shop.sale(300, End::Approved);
    let new = dir.file("new", shop.image());
    let lines: Vec<Line> = [&first, &open, &last].map(|sold: &Sold| Line::of(sold)).into();
    let bill = dir.file("bill", write::wechat(&lines));
    for dumps in [[&*old, &*new], [&*new, &*old]] {
        let (all, exit) = json(&[&dumps[..], &["--bill", &bill]].concat());
        assert_eq!(exit, Exit::Clean, "{all}");
        assert_eq!(all["totals"][0]["journal_minor"], 2_000, "{all}");
    }
    assert_eq!(rows(&[&old, "--bill", &bill]).1, Exit::Findings);
}

/// What was sold in the morning is reclaimed, so the bill's rows of it are none that the terminal never
/// had; a row of the evening that it has not is one.
#[test]
fn rows_of_reclaimed_payments_are_not_examined() {
    let dir = Dir::new("reclaimed");
    let mut shop = Shop::sized(false, 4, 0x5E11_0003);
    let mut lines = Vec::new();
    for n in 0..240 {
        shop.second = Some(36_000 + 60 * n);
        lines.push(Line::of(&shop.sale(1_000 + u64::from(n), End::Approved)));
        if n % 10 == 9 {
            shop.settle();
        }
    }
    let dump = dir.file("dump", shop.image());
    let bill = |lines: &[Line]| dir.file("bill", write::neutral(lines, [true; 3]));
    let (all, exit) = json(&[&dump, "--bill", &bill(&lines)]);
    assert_eq!(exit, Exit::Clean, "{all}");
    let outside = &all["not_examined"][0];
    let items = |one: &serde_json::Value| one["items"].as_u64().unwrap();
    assert_eq!(outside["why"], "journals");
    assert!(items(outside) > 50 && items(outside) < 235, "{outside}");
    let matched = all["classes"].as_array().unwrap().iter().find(|c| c["class"] == "matched");
    assert_eq!(items(matched.unwrap()) + items(outside), 240);
    // The same with a row that nobody sold.
    let mut ghost = lines[230].clone();
    (ghost.sold.stan, ghost.sold.rrn, ghost.sold.order) =
        (900_000, "999999999999".into(), "GHOST".into());
    lines.push(ghost);
    assert_eq!(classes(&rows(&[&dump, "--bill", &bill(&lines)]).0)["bill_only"].len(), 1);
}
