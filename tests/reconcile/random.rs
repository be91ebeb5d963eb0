//! Random days: every payment ends where it was planted, and the sums tie to the fen.

use proptest::prelude::*;

use super::shop::{End, Shop, Sold};
use super::write::{self, Line};
use super::{Dir, json};

/// What the acquirer does with a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Right,
    Missing,
    WrongAmount(u8),
    Twice,
}

fn end() -> impl Strategy<Value = End> {
    prop_oneof![
        6 => Just(End::Approved),
        1 => Just(End::Declined),
        1 => Just(End::Unknown),
        1 => Just(End::Reversed),
        1 => Just(End::NeverSent),
    ]
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        6 => Just(Fate::Right),
        2 => Just(Fate::Missing),
        1 => (1..200_u8).prop_map(Fate::WrongAmount),
        1 => Just(Fate::Twice),
    ]
}

/// Amount, end, fate, and whether part of it is refunded.
type Plan = (u64, End, Fate, bool);

fn plan() -> impl Strategy<Value = Plan> {
    (300..90_000_u64, end(), fate(), any::<bool>())
}

/// Where a class has to end up, and with which amounts.
#[derive(Default)]
struct Expected(std::collections::BTreeMap<String, (u64, i64, i64)>);

impl Expected {
    fn add(&mut self, class: &str, journal: i64, bill: i64) {
        let sum = self.0.entry(class.into()).or_default();
        *sum = (sum.0 + 1, sum.1 + journal, sum.2 + bill);
    }

    fn payment(&mut self, sold: &Sold, end: End, fate: Fate, sign: i64) -> Vec<Line> {
        let amount = sign * sold.amount as i64;
        let journal = if end == End::Approved { amount } else { 0 };
        let line = Line::of(sold);
        match (fate, end) {
            (Fate::Missing, _) => {
                let standing = match end {
                    End::Approved => "approved",
                    End::Declined => "declined",
                    End::Unknown => "unknown",
                    End::Reversed => "reversed",
                    End::NeverSent => "never sent",
                };
                self.add(&format!("journal_only {standing}"), journal, 0);
                vec![]
            }
            (Fate::WrongAmount(by), _) => {
                let wrong = sold.amount + u64::from(by);
                self.add("amount_differs", journal, sign * wrong as i64);
                vec![Line { amount: wrong, ..line }]
            }
            (Fate::Right | Fate::Twice, _) => {
                let class = if end == End::Approved { "matched" } else { "amount_differs" };
                self.add(class, journal, amount);
                if fate == Fate::Twice {
                    self.add("duplicate", 0, amount);
                    return vec![line.clone(), line];
                }
                vec![line]
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() })]

    #[test]
    fn every_payment_ends_where_it_was_planted(
        plans in proptest::collection::vec(plan(), 1..40),
        extra in 0..5_u64,
        keys in 0..3_usize,
        turn in any::<prop::sample::Index>(),
    ) {
        let dir = Dir::new("random");
        let mut shop = Shop::new(false);
        let (mut expected, mut lines) = (Expected::default(), Vec::new());
        // So that the bill has the day.
        let sold = shop.sale(100, End::Approved);
        lines.extend(expected.payment(&sold, End::Approved, Fate::Right, 1));
        for (amount, end, fate, is_refunded) in plans {
            let sold = shop.sale(amount, end);
            lines.extend(expected.payment(&sold, end, fate, 1));
            if is_refunded && end == End::Approved {
                let refund = shop.refund(&sold, amount / 3);
                lines.extend(expected.payment(&refund, End::Approved, fate, -1));
            }
        }
        for n in 0..extra {
            let sold = Sold {
                stan: 900_000 + n as u32,
                rrn: format!("9999{n:08}"),
                order: format!("GHOST{n}"),
                ..lines[0].sold.clone()
            };
            expected.add("bill_only", 0, 500 + n as i64);
            lines.push(Line { amount: 500 + n, ..Line::of(&sold) });
        }
        // In any order.
        let at = turn.index(lines.len());
        lines.rotate_left(at);
        // An RRN alone does not find a payment that had no answer: the journal has none for it.
        let keys = [[true, false, false], [false, true, true], [true, true, true]][keys];
        let dump = dir.file("dump", shop.image());
        let bill = dir.file("bill.csv", write::neutral(&lines, keys));
        let (all, _) = json(&[&dump, "--bill", &bill]);
        let mut found = Expected::default();
        for class in all["classes"].as_array().unwrap() {
            let name = match class["standing"].as_str() {
                Some(standing) => format!("journal_only {standing}"),
                None => class["class"].as_str().unwrap().into(),
            };
            let number = |key: &str| class[key].as_i64().unwrap();
            let sums = (number("items") as u64, number("journal_minor"), number("bill_minor"));
            found.0.insert(name, sums);
        }
        prop_assert_eq!(&found.0, &expected.0, "{}", all);
        let sum = |at: fn(&(u64, i64, i64)) -> i64| expected.0.values().map(at).sum::<i64>();
        let total = &all["totals"][0];
        prop_assert_eq!(total["journal_minor"].as_i64(), Some(sum(|s| s.1)));
        prop_assert_eq!(total["bill_minor"].as_i64(), Some(sum(|s| s.2)));
    }
}
