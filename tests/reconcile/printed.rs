//! What the program prints of stored dumps and files, in both languages.
//!
//! `POS_REGENERATE=1 cargo test --features cli --test reconcile` writes the files anew; then
//! `TRYCMD=overwrite cargo test --features cli --test reconcile` takes down what is printed of them.

use std::fs;
use std::path::{Path, PathBuf};

use super::make;
use super::shop::{End, Shop, Sold};
use super::write::{self, Line};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reconcile/stored")
}

fn write(name: &str, bytes: impl AsRef<[u8]>) {
    fs::write(folder().join(name), bytes).unwrap();
}

/// A shop that takes cards: its dump, and the acquirer's bill with one difference of each sort.
fn cards() {
    let mut shop = Shop::new(false);
    let mut lines = Vec::new();
    let mut till = "收银单号,金额,支付方式\n".to_string();
    let mut line = |sold: &Sold, amount: &str, method: &str| {
        till += &format!("{},{amount},{method}\n", sold.order);
    };
    for (amount, printed) in [(12_345, "123.45"), (1_250, "12.50")] {
        let sold = shop.sale(amount, End::Approved);
        line(&sold, printed, "银行卡");
        lines.push(Line::of(&sold));
    }
    let refund = shop.refund(&lines[0].sold.clone(), 2_500);
    line(&refund, "-25.00", "银行卡");
    lines.push(Line::of(&refund));
    let wrong = shop.sale(8_800, End::Approved);
    line(&wrong, "88.80", "银行卡");
    lines.push(Line { amount: 8_080, ..Line::of(&wrong) });
    let dear = shop.sale(10_000, End::Approved);
    line(&dear, "100.00", "微信");
    lines.push(Line { fee: 100, ..Line::of(&dear) });
    let sold = shop.sale(9_900, End::Approved);
    shop.void(&sold);
    line(&shop.sale(7_700, End::Approved), "77.00", "银行卡");
    line(&shop.sale(6_600, End::Unknown), "66.00", "银行卡");
    let charged = shop.sale(2_222, End::Reversed);
    lines.push(Line::of(&charged));
    shop.sale(3_300, End::Declined);
    let ghost = Sold {
        stan: 900_900,
        rrn: "999999000900".into(),
        order: "SYN2026112900900".into(),
        ..lines[1].sold.clone()
    };
    lines.push(Line { amount: 500, fee: 3, ..Line::of(&ghost) });
    lines.push(lines[1].clone());
    till += "=HYPERLINK(1)\u{1b}[31m,1.00,银行卡\nC-1,5.00,现金\nC-2,5,bitcoin\n";
    write("shop.gz", make::gzip(&shop.image()));
    write("leshua.txt", write::leshua(&lines, false));
    write("till.csv", make::gbk(&till));
    let record = make::payout(1, -1, "失败-银行卡未开通认证支付[1000057]", "");
    write("payouts.json", format!("[{record}]\n"));
    write(
        "rates.toml",
        "# UnionPay rounds each row half up.\nrounding = \"half-up\"\n\n[[rate]]\nmethod = \"card\"\npercent = \"0.60\"\n",
    );
}

/// A shop that takes codes: everything matches, and arrived.
fn codes() {
    let mut shop = Shop::new(true);
    let sold: Vec<Sold> = (0..3).map(|n| shop.sale(1_000 + n, End::Approved)).collect();
    let mut lines: Vec<Line> = sold.iter().map(Line::of).collect();
    lines.push(Line::of(&shop.refund(&sold[0], 250)));
    shop.sale(400, End::Declined);
    write("codes.gz", make::gzip(&shop.image()));
    let bill = write::wechat(&lines);
    let row = String::from_utf8(bill.clone()).unwrap().replacen("`10.01,", "`10.0l,", 1);
    write("wechat.csv", bill);
    write("wechat-bad.csv", row);
    let net = |line: &Line| line.amount as i64 - line.fee as i64;
    let net: i64 =
        lines.iter().map(|line| if line.sold.of.is_some() { -net(line) } else { net(line) }).sum();
    write("bank-empty.csv", "kind,txn_time,amount_fen,currency,flow\n");
    write(
        "bank.csv",
        format!(
            "kind,txn_time,amount_fen,currency,flow\nadjust,2026-11-23T08:30:00+08:00,{net},CNY,in\n"
        ),
    );
}

#[test]
fn what_the_program_prints() {
    if std::env::var_os("POS_REGENERATE").is_some() {
        cards();
        codes();
    }
    // So that the commands name no path of this machine.
    std::env::set_current_dir(folder()).unwrap();
    let cases = trycmd::TestCases::new();
    cases.env("LC_ALL", "C").case(folder().join("../*.trycmd"));
}
