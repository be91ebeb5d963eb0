//! What looks like a payment's row and is none.

use std::collections::BTreeMap;

use serde_json::Value;

use super::shop::{End, Shop};
use super::table::{Cells, bill};
use super::write::{self, Line};
use super::{Dir, json, rows};

/// How many items each class has.
type Counts = BTreeMap<String, usize>;

struct Day {
    dir: Dir,
    dump: String,
}

impl Day {
    fn of(name: &str, shop: Shop) -> Self {
        let dir = Dir::new(name);
        let dump = dir.file("dump", shop.image());
        Self { dir, dump }
    }

    fn all(&self, table: &[Cells<'_>], more: &[&str]) -> Vec<Value> {
        let bill = self.dir.file("bill", bill(table));
        rows(&[&[&*self.dump, "--bill", &bill], more].concat()).0
    }

    fn classes(&self, table: &[Cells<'_>], more: &[&str]) -> Counts {
        let mut counts = Counts::new();
        for row in self.all(table, more) {
            *counts.entry(row["class"].as_str().unwrap().into()).or_default() += 1;
        }
        counts
    }

    /// Why payments and rows are not examined.
    fn not_examined(&self, bill: impl AsRef<[u8]>, more: &[&str]) -> Vec<String> {
        let bill = self.dir.file("bill", bill);
        let (all, _) = json(&[&[&*self.dump, "--bill", &bill], more].concat());
        let why = all["not_examined"].as_array().unwrap().iter();
        why.map(|one| one["why"].as_str().unwrap().into()).collect()
    }
}

fn counts<const N: usize>(all: [(&str, usize); N]) -> Counts {
    all.map(|(class, n)| (class.to_string(), n)).into()
}

fn matched() -> Counts {
    counts([("matched", 1)])
}

fn two_alone() -> Counts {
    counts([("bill_only", 1), ("journal_only", 1)])
}

/// Each of these parts a payment and a row that agree in all else.
#[test]
fn another_terminal_currency_book_or_time() {
    let mut shop = Shop::new(false);
    let sold = shop.sale(1_000, End::Approved);
    let stan = format!("{:06}", sold.stan);
    let day = Day::of("apart", shop);
    let days = ["--from", "2026-11-19", "--to", "2026-11-23"];
    let named = |cells: Cells<'_>| {
        let row = [cells, &[("order_no", &*sold.order), ("amount_fen", "1000")]].concat();
        day.classes(&[&row], &[])
    };
    assert_eq!(named(&[("tid", "T0000001")]), matched());
    assert_eq!(named(&[("currency", "USD")]), two_alone());
    let traced = |cells: Cells<'_>| {
        let own = [("stan", &*stan), ("tid", "T0000001"), ("amount_fen", "1000")];
        day.classes(&[&[cells, &own].concat()], &days)
    };
    assert_eq!(traced(&[("method", "card")]), matched());
    assert_eq!(traced(&[("method", "wechat")]), two_alone());
    // The day of clearing may be the next one; two days later another payment has the number.
    assert_eq!(traced(&[("txn_time", "2026-11-21T10:00:07+08:00")]), matched());
    assert_eq!(traced(&[("txn_time", "2026-11-22T10:00:07+08:00")])["journal_only"], 1);
}

/// A number is one terminal's own, although the journal of the other is here too.
#[test]
fn a_row_of_the_other_terminal() {
    let dir = Dir::new("apart-terminals");
    let (mut a, mut b) = (Shop::new(false), Shop::second(false));
    (a.named, b.named) = (Some("ONE"), Some("TWO"));
    a.sale(1_000, End::Approved);
    b.sale(500, End::Approved);
    let (a, b) = (dir.file("a", a.image()), dir.file("b", b.image()));
    let classes = |tid: &str| {
        let table = bill(&[&[("order_no", "ONE"), ("tid", tid), ("amount_fen", "1000")]]);
        let (found, _) = rows(&[&a, &b, "--bill", &dir.file("bill", table)]);
        found.iter().filter(|row| row["class"] == "matched").count()
    };
    assert_eq!((classes("T0000001"), classes("T0000002")), (1, 0));
}

/// Of payments that look alike the one nearest in time has the row, whichever row comes first.
#[test]
fn the_nearest_in_time_is_it() {
    let mut shop = Shop::new(false);
    for second in [36_000, 36_300] {
        shop.second = Some(second);
        shop.sale(1_000, End::Approved);
    }
    let day = Day::of("apart-nearest", shop);
    let card = [("pan_first6", "621700"), ("pan_last4", "4321"), ("amount_fen", "1000")];
    let row = |time| [&[("txn_time", time)][..], &card].concat();
    let (late, early) = (row("2026-11-20T10:05:04+08:00"), row("2026-11-20T10:00:04+08:00"));
    assert_eq!(day.classes(&[&late, &early], &[])["bill_only"], 2, "nothing is named");
    let found = day.all(&[&late, &early], &["--weak"]);
    let lines: Vec<_> = found.iter().map(|row| (&row["class"], row["line"].as_u64())).collect();
    assert_eq!(lines, [(&"matched".into(), Some(3)), (&"matched".into(), Some(2))]);
    let far = row("2026-11-20T10:20:00+08:00");
    assert_eq!(day.classes(&[&far, &early], &["--weak"])["matched"], 1);
}

#[test]
fn a_row_that_was_not_final_gives_way() {
    let mut shop = Shop::new(false);
    let sold = shop.sale(1_000, End::Approved);
    let day = Day::of("apart-pending", shop);
    let pending = [("order_no", &*sold.order), ("amount_fen", "1000"), ("state", "pending")];
    let last = [("order_no", &*sold.order), ("amount_fen", "1000")];
    let found = day.all(&[&pending, &last], &[]);
    let lines: Vec<_> = found.iter().map(|row| (&row["class"], row["line"].as_u64())).collect();
    assert_eq!(lines, [(&"matched".into(), Some(3))]);
    assert_eq!(day.not_examined(bill(&[&pending, &last]), &[]), ["superseded"]);
}

/// The journal has the payment as approved: that the acquirer undid it is news.
#[test]
fn an_undo_that_the_terminal_never_sent_stands_alone() {
    let mut shop = Shop::new(false);
    let sold = shop.sale(1_000, End::Approved);
    let reversed = shop.sale(700, End::Reversed);
    let day = Day::of("apart-undo", shop);
    let charge = [("order_no", &*sold.order), ("amount_fen", "1000")];
    let undo = [("kind", "refund"), ("orig_order_no", &*sold.order), ("amount_fen", "1000")];
    let charged = [("order_no", &*reversed.order), ("amount_fen", "700")];
    let undone = [("kind", "refund"), ("orig_order_no", &*reversed.order), ("amount_fen", "700")];
    let found = day.classes(&[&charge, &undo, &charged, &undone], &[]);
    assert_eq!(found, counts([("matched", 2), ("bill_only", 1)]));
}

#[test]
fn what_may_be_in_another_bill_is_not_examined() {
    let mut shop = Shop::new(false);
    let sold = shop.sale(1_000, End::Approved);
    shop.second = Some(86_400 - 240);
    shop.sale(2_000, End::Approved);
    let day = Day::of("apart-midnight", shop);
    let row = [("order_no", &*sold.order), ("amount_fen", "1000")];
    let none: [String; 0] = [];
    assert_eq!(day.not_examined(bill(&[&row]), &[]), ["next_bill"]);
    // Where the day ends at 23:00 it is of the next one, by the agreement or the acquirer's profile.
    let rates = day.dir.file("rates", "settlement = { cut = '23:00' }");
    assert_eq!(day.not_examined(bill(&[&row]), &["--rates", &rates]), ["days"]);
    let next = [("txn_time", "2026-11-21T10:00:00+08:00"), ("amount_fen", "5"), ("tid", "X")];
    assert_eq!(day.not_examined(bill(&[&row, &next]), &[]), ["terminal"]);
    // What was before the journal's first payment is none of it.
    let early = [("txn_time", "2026-11-19T10:00:00+08:00"), ("amount_fen", "5")];
    assert_eq!(day.not_examined(bill(&[&row, &early]), &[]), ["next_bill", "journals"]);
    // A wallet's bill has no cards.
    let mut orders = Shop::new(true);
    let lines = [Line::of(&orders.sale(1_000, End::Approved))];
    let wallet = day.not_examined(write::wechat(&lines), &[]);
    assert_eq!(wallet, ["days"]);
    let both = ["--from", "2026-11-20", "--to", "2026-11-20"];
    assert_eq!(day.not_examined(write::wechat(&lines), &both), none);
}
