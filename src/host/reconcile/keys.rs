//! By what a payment and a row are the same: the decision table of keys.
//!
//! The lines are tried from the first to the last, each for all rows, so that no weaker key takes what
//! a stronger one would have paired; by the same key, rows with the payment's amount go before rows with
//! another. Every payment and every row is used once.
//!
//! | key | payment | row | and also | formats |
//! |---|---|---|---|---|
//! | order | order number or cash-register reference; a refund's own | order number; refund number | - | WeChat, Alipay, Leshua (QR), lcsw, UnionPay, CSV |
//! | order | the same | order number of a refund that has its own | - | CSV, UnionPay |
//! | rrn | DE37 | RRN | - | Leshua, CSV |
//! | batch | terminal, batch and STAN | the same | - | CSV |
//! | stan | terminal and STAN | the same | days that touch | Leshua, CSV, UnionPay where its trace is the STAN |
//! | auth | DE38 | authorisation code | same amount, days that touch | CSV |
//! | original | order number or reference of what is undone | the original's order number | same amount | WeChat, Alipay, Leshua, CSV |
//! | original | RRN of what is undone | RRN | same amount | Leshua |
//! | original | terminal and STAN of what is undone | the same | same amount, days that touch | Leshua |
//! | card | first six and last four digits | the same | same amount, 10 minutes; only with `--weak` | UnionPay, CSV |
//!
//! A payment without an answer has no RRN: a bill that prints nothing but RRNs cannot name it.
//!
//! A terminal id on both sides has to be the same, where the format prints the terminal's own; and so
//! has the currency. But for order numbers, a card's row is no order's, and a wallet's no card's.

use std::hash::{BuildHasher, Hash, RandomState};

use super::entry::{Entry, Side};
use crate::host::bills::BillRow;

/// A line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    /// What it is called.
    pub name: &'static str,
    /// Which of a row's [`Prints`] it looks up.
    pub print: usize,
    pub same_amount: bool,
    /// The most seconds between the two.
    pub within: Option<i64>,
    /// It names one payment: a second row with it is a duplicate.
    pub is_name: bool,
    pub weak: bool,
}

impl Rule {
    pub fn is_number_of_order(&self) -> bool {
        self.name == "order"
    }
}

/// Clearing days may differ from the day of the payment by one.
const DAYS_TOUCH: Option<i64> = Some(36 * 3600);
const MINUTES: Option<i64> = Some(600);

const fn rule(name: &'static str, print: usize) -> Rule {
    Rule { name, print, same_amount: false, within: None, is_name: true, weak: false }
}

/// The table.
pub(super) const RULES: [Rule; 10] = [
    rule("order", 0),
    rule("order", 1),
    rule("rrn", 2),
    rule("batch", 3),
    Rule { within: DAYS_TOUCH, ..rule("stan", 4) },
    Rule { same_amount: true, within: DAYS_TOUCH, is_name: false, ..rule("auth", 5) },
    Rule { same_amount: true, is_name: false, ..rule("original", 6) },
    Rule { same_amount: true, is_name: false, ..rule("original", 7) },
    Rule { same_amount: true, within: DAYS_TOUCH, is_name: false, ..rule("original", 8) },
    Rule { same_amount: true, within: MINUTES, is_name: false, weak: true, ..rule("card", 9) },
];

/// How many different things are looked up.
pub(super) const PRINTS: usize = 10;

/// What a row can be found by, hashed; 0 where it has nothing of the kind.
pub(super) type Prints = [u64; PRINTS];

/// Hashes keys. Two that differ have the same hash once in 2^64.
pub(super) struct Printer {
    hasher: RandomState,
    /// Every payment's terminal is known: a STAN is looked up with its terminal.
    terminals_known: bool,
}

/// What a hash is of. Orders and references are one name space, and so are both columns of orders.
#[derive(Hash)]
enum What {
    Order,
    Rrn,
    Batch,
    Stan,
    Auth,
    OriginalOrder,
    OriginalRrn,
    OriginalStan,
    Card,
}

impl Printer {
    pub fn new(terminals_known: bool) -> Self {
        Self { hasher: RandomState::new(), terminals_known }
    }

    fn of(&self, what: What, side: Side, key: impl Hash) -> u64 {
        self.hasher.hash_one((what, side, key)).max(1)
    }

    /// Of a row on this side.
    pub fn row(&self, row: &BillRow, side: Side, tid: Option<&str>) -> Prints {
        let keys = &row.keys;
        let own_order = match side {
            Side::Charge => keys.order_no.as_deref(),
            // Where a refund repeats its payment's order number, that is no number of its own.
            _ => keys.order_no.as_deref().filter(|n| keys.original_order_no.as_deref() != Some(n)),
        };
        let first = match side {
            Side::Charge => own_order,
            _ => keys.refund_no.as_deref().or(own_order),
        };
        let tid = tid.filter(|_| self.terminals_known);
        let number = |key: &Option<String>| key.as_deref().and_then(|n| n.parse::<u32>().ok());
        let (stan, batch) = (number(&keys.stan), number(&keys.batch));
        let card = keys.pan_first6.as_deref().zip(keys.pan_last4.as_deref());
        let card = card.and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
        let undoes = side != Side::Charge;
        let original = keys.original_order_no.as_deref().or(keys.order_no.as_deref());
        let rrn = keys.rrn.as_deref();
        let amount = i128::from(row.amount);
        let print = |print: Option<u64>| print.unwrap_or(0);
        [
            print(first.map(|n| self.order(side, n))),
            print(own_order.filter(|_| undoes).map(|n| self.order(side, n))),
            print(rrn.map(|rrn| self.of(What::Rrn, side, rrn))),
            print(batch.zip(stan).map(|(b, s)| self.batch(side, tid, b, s))),
            print(stan.map(|stan| self.stan(side, tid, stan))),
            print(keys.auth_code.as_deref().map(|code| self.auth(side, code, amount))),
            print(original.filter(|_| undoes).map(|n| self.original_order(n, side, amount))),
            print(rrn.filter(|_| undoes).map(|n| self.original_rrn(n, side, amount))),
            print(stan.filter(|_| undoes).map(|n| self.original_stan(tid, n, side, amount))),
            print(card.map(|card| self.card(side, card, amount))),
        ]
    }

    fn order(&self, side: Side, number: &str) -> u64 {
        self.of(What::Order, side, number)
    }

    fn batch(&self, side: Side, tid: Option<&str>, batch: u32, stan: u32) -> u64 {
        self.of(What::Batch, side, (tid, batch, stan))
    }

    fn stan(&self, side: Side, tid: Option<&str>, stan: u32) -> u64 {
        self.of(What::Stan, side, (tid, stan))
    }

    // Keys of which many payments may have the same are looked up with the amount.

    fn auth(&self, side: Side, code: &str, amount: i128) -> u64 {
        self.of(What::Auth, side, (code, amount))
    }

    fn card(&self, side: Side, card: (u32, u16), amount: i128) -> u64 {
        self.of(What::Card, side, (card, amount))
    }

    fn original_order(&self, number: &str, side: Side, amount: i128) -> u64 {
        self.of(What::OriginalOrder, side, (number, amount))
    }

    fn original_stan(&self, tid: Option<&str>, stan: u32, side: Side, amount: i128) -> u64 {
        self.of(What::OriginalStan, side, (tid, stan, amount))
    }

    /// Of a payment's own row.
    pub fn own(&self, entry: &Entry, side: Side, add: &mut dyn FnMut(u64)) {
        let amount = i128::from(entry.amount);
        let tid = entry.tid.as_deref().filter(|_| self.terminals_known);
        for number in [&entry.order, &entry.reference].into_iter().flatten() {
            add(self.order(side, number));
        }
        if let Some(rrn) = &entry.rrn {
            add(self.of(What::Rrn, side, &**rrn));
        }
        add(self.batch(side, tid, entry.batch, entry.stan));
        add(self.stan(side, tid, entry.stan));
        if let Some(code) = &entry.auth {
            add(self.auth(side, code, amount));
        }
        if let Some(card) = entry.card {
            add(self.card(side, (card.first6(), card.last4()), amount));
        }
    }

    /// Of a row of this amount that undoes this payment.
    pub fn undone(&self, original: &Entry, side: Side, amount: u64, add: &mut dyn FnMut(u64)) {
        let amount = i128::from(amount);
        let tid = original.tid.as_deref().filter(|_| self.terminals_known);
        for number in [&original.order, &original.reference].into_iter().flatten() {
            add(self.original_order(number, side, amount));
        }
        if let Some(rrn) = &original.rrn {
            add(self.original_rrn(rrn, side, amount));
        }
        add(self.original_stan(tid, original.stan, side, amount));
    }

    /// Of a row of this amount that undoes a payment with this RRN.
    pub fn original_rrn(&self, rrn: &str, side: Side, amount: i128) -> u64 {
        self.of(What::OriginalRrn, side, (rrn, amount))
    }
}
