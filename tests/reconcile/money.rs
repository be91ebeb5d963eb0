//! Fees, payouts, the bank and the till.

use pos_journal::host::Exit;
use serde_json::Value;

use super::shop::{End, Shop};
use super::write::{self, Line};
use super::{Dir, classes, json, rows};

const RATES: &str = "[[rate]]\nmethod = 'card'\npercent = '0.60'\n";

fn three() -> (Vec<u8>, Vec<Line>) {
    let mut shop = Shop::new(false);
    let lines = [12_345, 1_250, 9_999].map(|n| Line::of(&shop.sale(n, End::Approved)));
    (shop.image(), lines.to_vec())
}

#[test]
fn a_fee_is_judged_by_the_agreed_rate_and_its_rounding() {
    let dir = Dir::new("fees");
    let (image, mut lines) = three();
    let dump = dir.file("dump", image);
    let (rates, down) = (dir.file("rates", RATES), format!("rounding = 'down'\n{RATES}"));
    let good = dir.file("good", write::leshua(&lines, false));
    let args = [&*dump, "--bill", &good, "--rates", &rates];
    assert_eq!(rows(&args).1, Exit::Clean);
    // 0.6 % of 12.50 is 7.5 fen: agreed otherwise, one fen too much.
    let down = dir.file("down", down);
    let (found, exit) = rows(&[&dump, "--bill", &good, "--rates", &down]);
    assert_eq!(exit, Exit::Findings);
    let by_fee: Vec<_> = found.iter().filter(|row| row["class"] == "fee_differs").collect();
    assert_eq!(by_fee.len(), 2, "{found:?}");
    assert_eq!(by_fee[0]["note"], "fee 0.08, agreed 0.07");
    lines[2].fee += 1;
    let bill = dir.file("bill", write::leshua(&lines, false));
    let (all, _) = json(&[&dump, "--bill", &bill, "--rates", &rates]);
    assert_eq!(all["fees"][0]["fee_minor"].as_i64().unwrap(), 74 + 8 + 61);
    assert_eq!(all["fees"][0]["agreed_minor"].as_i64().unwrap(), 74 + 8 + 60);
    // Without rates nobody can say.
    assert_eq!(rows(&[&dump, "--bill", &bill]).1, Exit::Clean);
}

/// A payout record for the net of the three.
fn payout(id: u8, state: i32, net: u64, reason: &str, remark: &str) -> String {
    let text = super::make::payout(id.into(), state, reason, remark);
    text.replace("12271", &net.to_string())
}

#[test]
fn settled_and_not_paid_out_has_its_reason() {
    let dir = Dir::new("payouts");
    let (image, lines) = three();
    let dump = dir.file("dump", image);
    let bill = dir.file("bill", write::leshua(&lines, false));
    let net: u64 = lines.iter().map(|line| line.amount - line.fee).sum();
    let verdict = |records: &[String]| {
        let text = format!("[{}]", records.join(",\n"));
        let payouts = dir.file("payouts", text);
        let (all, exit) = json(&[&dump, "--bill", &bill, &payouts]);
        let settled = &all["payouts"][0];
        assert_eq!(settled["net_minor"].as_u64(), Some(net));
        let count = |class: &str| {
            let of = all["classes"].as_array().unwrap().iter().find(|c| c["class"] == class);
            of.map_or(0, |c| c["items"].as_u64().unwrap())
        };
        let text = settled["text"].as_str().unwrap().to_string();
        (settled["verdict"].as_str().unwrap().to_string(), count("not_paid_out"), exit, text)
    };
    let (paid, unpaid, exit, _) = verdict(&[payout(1, 1, net, "", "")]);
    assert_eq!((&*paid, unpaid, exit), ("paid", 0, Exit::Clean));
    let failed = payout(1, -1, net, "失败-银行卡未开通认证支付[1000057]", "");
    let (state, unpaid, exit, text) = verdict(std::slice::from_ref(&failed));
    assert_eq!((&*state, unpaid, exit), ("failed", 3, Exit::Findings));
    assert!(text.contains("not enabled") || text.contains("e-payment"), "{text}");
    // The bank sent it back, and the next one arrived.
    let back = payout(1, 2, net, "", "");
    let again = payout(2, 1, net, "", "原打款单20261121000000000001退票重打");
    assert_eq!(verdict(&[back.clone(), again]).0, "paid");
    assert_eq!(verdict(&[back]).0, "returned");
    assert_eq!(verdict(&[payout(1, 3, net, "", "")]).0, "held");
    assert_eq!(verdict(&[payout(1, 0, net, "", "")]).0, "pending");
    let (state, unpaid, exit, _) = verdict(&[payout(1, 1, net - 5, "", "")]);
    assert_eq!((&*state, unpaid, exit), ("short", 0, Exit::Findings));
}

#[test]
fn a_statement_shows_what_arrived() {
    let dir = Dir::new("bank");
    let (image, lines) = three();
    let dump = dir.file("dump", image);
    let bill = dir.file("bill", write::leshua(&lines, false));
    let net: u64 = lines.iter().map(|line| line.amount - line.fee).sum();
    let statement = |amount: u64| {
        format!(
            "kind,txn_time,amount_fen,currency,flow\nadjust,2026-11-23T08:30:00+08:00,{amount},CNY,in\n"
        )
    };
    let with = dir.file("with", statement(net));
    let without = dir.file("without", statement(net - 1));
    let verdict = |args: &[&str]| {
        let (all, exit) = json(&[&[&*dump, "--bill", &bill], args].concat());
        (all["payouts"][0]["verdict"].as_str().unwrap().to_string(), exit)
    };
    assert_eq!(verdict(&["--bank", &with]), ("paid".into(), Exit::Clean));
    assert_eq!(verdict(&["--bank", &without]), ("missing".into(), Exit::Findings));
    let payouts = dir.file("payouts", payout(1, 1, net, "", ""));
    let both = |bank| verdict(&["--bill", &payouts, "--bank", bank]).0;
    assert_eq!(both(&with), "paid");
    assert_eq!(both(&without), "not_on_statement");
    // Before its day is over, waiting is right.
    let early = ["--bank", &without, "--as-of", "2026-11-21T09:00:00"];
    let args = [&[&*dump, "--bill", &bill, "--format", "json"][..], &early].concat();
    use clap::Parser;
    let args = super::Cli::parse_from(["reconcile"].iter().chain(&args)).args;
    let mut out = Vec::new();
    assert_eq!(pos_journal::host::reconcile_report(&args, &mut out).unwrap(), Exit::Clean);
    let all: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(all["payouts"][0]["verdict"], "waiting");
}

#[test]
fn the_till_shows_a_wrong_amount_or_method() {
    let dir = Dir::new("till");
    let mut shop = Shop::new(false);
    let sold: Vec<_> = (0..5).map(|n| shop.sale(1_000 + n, End::Approved)).collect();
    let unknown = shop.sale(77, End::Unknown);
    let dump = dir.file("dump", shop.image());
    let lines: Vec<Line> = sold.iter().map(Line::of).collect();
    let bill = dir.file("bill", write::leshua(&lines, false));
    let list = format!(
        "\u{feff}收银单号,金额,支付方式,备注\n{},10.00,银行卡,\n{},10.10,card,\n{},10.02,微信,\n\
         CASH-1,5.00,现金,\nGHOST,5.00,card,\n{},0.77,card,\n{},x,card,\n{},10.03,,\n",
        sold[0].order, sold[1].order, sold[2].order, unknown.order, sold[3].order, sold[3].order,
    );
    let till = dir.file("till.csv", list);
    let (all, exit) = json(&[&dump, "--bill", &bill, "--till", &till]);
    assert_eq!(exit, Exit::Findings);
    let count = |class: &str| {
        let of = all["till"]["classes"].as_array().unwrap().iter().find(|c| c["class"] == class);
        of.unwrap()["items"].as_u64().unwrap()
    };
    let expected = [
        ("agrees", 2),
        ("amount_differs", 1),
        ("method_differs", 1),
        ("outcome_unknown", 1),
        ("till_only", 1),
        ("journal_only", 1),
        ("cash", 1),
        ("paid_twice", 0),
    ];
    for (class, n) in expected {
        assert_eq!(count(class), n, "{class}: {}", all["till"]);
    }
    // The bad line is named.
    assert_eq!((&all["bad"], &all["bad_rows"][0]["line"]), (&1.into(), &8.into()));
    assert_eq!(all["bad_rows"][0]["column"], 2);
    assert_eq!(classes(&rows(&[&dump, "--bill", &bill]).0)["matched"].len(), 5);
}
