//! Agreed rates: which counts for a row, and its parts.

use pos_journal::host::Exit;
use serde_json::Value;

use super::shop::{End, Shop};
use super::table::{Cells, bill};
use super::{Dir, json};

/// A payment and a refund of a part of it, with their fees; what is said of them by these rates.
fn judged(rates: &str, cells: Cells<'_>, fee: &str, back: &str) -> (i64, Exit, Value) {
    let dir = Dir::new(&format!("fees-{:?}", std::thread::current().id()));
    let mut shop = Shop::new(false);
    let sold = shop.sale(10_000, End::Approved);
    let refund = shop.refund(&sold, 5_000);
    let dump = dir.file("dump", shop.image());
    let charge = [("order_no", &*sold.order), ("amount_fen", "10000"), ("fee_fen", fee)];
    let given = [
        ("kind", "refund"),
        ("order_no", &*refund.order),
        ("orig_order_no", &*sold.order),
        ("amount_fen", "5000"),
        ("fee_fen", back),
    ];
    let table = bill(&[&[cells, &charge].concat(), &[cells, &given].concat()]);
    let (bill, rates) = (dir.file("bill", table), dir.file("rates", rates));
    let (all, exit) = json(&[&dump, "--bill", &bill, "--rates", &rates]);
    (all["fees"][0]["agreed_minor"].as_i64().unwrap_or(-1), exit, all)
}

#[test]
fn the_parts_of_a_rate() {
    let card = [("method", "card")];
    let cases = [
        // What goes back gives its share back, or nothing.
        ("[[rate]]\npercent = '0.60'", "60", "-30", 30),
        ("[[rate]]\npercent = '0.60'\nrefund = 'kept'", "60", "0", 60),
        // Added to each row, and the bounds of the whole.
        ("[[rate]]\npercent = '0.60'\nfixed = 5", "65", "-35", 30),
        ("[[rate]]\npercent = '0.60'\nmin = 40", "60", "-40", 20),
        ("[[rate]]\npercent = '0.60'\nmax = 40", "40", "-30", 10),
        // By so much a fee may differ.
        ("tolerance = 2\n[[rate]]\npercent = '0.60'", "62", "-28", 30),
    ];
    for (rates, fee, back, agreed) in cases {
        let (sum, exit, all) = judged(rates, &card, fee, back);
        assert_eq!((sum, exit), (agreed, Exit::Clean), "{rates}: {all}");
        let (_, exit, _) = judged(rates, &card, "66", back);
        assert_eq!(exit, Exit::Findings, "{rates}");
    }
}

/// The first that fits a row counts.
#[test]
fn each_row_has_its_own_rate() {
    let rates = "[[rate]]\nmethod = 'wechat'\npercent = '0.38'\n\
        [[rate]]\nmethod = 'card'\ncard_type = 'debit'\npercent = '0.50'\n\
        [[rate]]\nmethod = 'card'\npercent = '0.60'\n";
    let is = |cells: Cells<'_>, fee, back| judged(rates, cells, fee, back).1;
    assert_eq!(is(&[("method", "card"), ("card_type", "debit")], "50", "-25"), Exit::Clean);
    assert_eq!(is(&[("method", "card"), ("card_type", "credit")], "60", "-30"), Exit::Clean);
    assert_eq!(is(&[("method", "card")], "60", "-30"), Exit::Clean);
    assert_eq!(is(&[("method", "card")], "50", "-25"), Exit::Findings);
    // Nobody agreed on anything.
    assert_eq!(is(&[("method", "unionpay")], "99", "-1"), Exit::Clean);
}
