//! What is wrong in the fleet, as the queries of `examples/fleet` have to answer it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use pos_journal::record::TransactionKind;
use serde_json::{Value, json};

use super::till::{Sold, Till};
use super::{AS_OF, AS_OF_S};

/// So many terminals make a cluster: `clusters.sql` says the same.
const CLUSTER: usize = 5;
const HEAD: &str = "kind,state,flow,txn_time,settle_date,order_no,orig_order_no,refund_no,mid,tid,\
    batch_no,stan,rrn,auth_code,pan_first6,pan_last4,card_type,method,amount_fen,fee_fen,net_fen,\
    currency,channel_ref,acquirer_ref,payout_reason,source,line\n";

/// What is wrong, and the bill.
pub struct Planted {
    dumps: u32,
    seed: u64,
    orphans: Vec<Value>,
    /// By acquirer and currency: payments and their sum.
    unsettled: BTreeMap<(&'static str, String), (u32, i64)>,
    /// By the minute: terminals, and answers.
    doubtful: BTreeMap<i64, (BTreeSet<String>, u32)>,
    uncredited: Vec<Value>,
    bill: String,
    /// Files that are no dumps.
    pub bad: Vec<String>,
}

impl Planted {
    pub fn new(dumps: u32, seed: u64) -> Self {
        Planted {
            dumps,
            seed,
            orphans: Vec::new(),
            unsettled: BTreeMap::new(),
            doubtful: BTreeMap::new(),
            uncredited: Vec::new(),
            bill: HEAD.into(),
            bad: Vec::new(),
        }
    }

    pub fn orphan(&mut self, till: &Till, amount: i64, at: u32) {
        let age = AS_OF_S - till.utc(at);
        if age > 86_400 {
            let currency = till.acquirer.currency.to_string();
            self.orphans.push(json!([till.tid, till.acquirer.name, currency, 1, amount, age]));
        }
    }

    pub fn doubtful(&mut self, till: &Till, at: u32) {
        // The answer came 900 ms later: in the same minute.
        let at = till.utc(at);
        let minute = self.doubtful.entry(at - at % 60).or_default();
        minute.0.insert(till.tid.clone());
        minute.1 += 1;
    }

    /// What the acquirer credited of a terminal, and what it did not.
    pub fn bill_of(&mut self, till: &Till, n: u32) {
        for sold in till.sold.iter().filter(|sold| !sold.settled) {
            let key = (till.acquirer.name, till.acquirer.currency.to_string());
            let sum = self.unsettled.entry(key).or_default();
            *sum = (sum.0 + 1, sum.1 + sold.amount);
        }
        let mut missing = BTreeSet::new();
        let sales = till.sold.iter().filter(|sold| sold.kind == TransactionKind::Sale);
        for sold in sales.filter(|sold| !sold.undone) {
            let is_late = sold.day + till.acquirer.late_from <= 3;
            // The first of each day.
            let planted = matches!(n % 41, 5 | 6) && missing.insert(sold.day);
            let is_credited = is_late && sold.settled && !planted;
            if is_late && !is_credited {
                // All three pay on the day after, and no holiday is in this week.
                let due = format!("2026-03-{:02}", sold.day + 3);
                let currency = till.acquirer.currency.to_string();
                let name = till.acquirer.name;
                self.uncredited.push(json!([name, till.tid, sold.rrn, sold.amount, currency, due]));
            }
            let failed = n % 41 == 6 && planted && is_late;
            if is_credited || failed {
                self.row(till, sold, if failed { "failed" } else { "final" });
            }
        }
    }

    fn row(&mut self, till: &Till, sold: &Sold, state: &str) {
        let (quarters, seconds) = (till.acquirer.quarters, sold.at % super::DAY);
        let time = format!(
            "2026-03-{:02}T{:02}:{:02}:{:02}+{:02}:00",
            sold.day + 2,
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60,
            quarters / 4
        );
        let (fee, amount) = (sold.amount * 6 / 1000, sold.amount);
        let Sold { stan, rrn, .. } = sold;
        self.bill += &format!(
            "payment,{state},in,{time},,,,,{},{},,{stan:06},{rrn},,,,,,{amount},{fee},{},{},,,,,\n",
            till.mid,
            till.tid,
            amount - fee,
            till.acquirer.letters
        );
    }

    /// The bill, in the neutral form that `pos-journal bill --rows` prints.
    pub fn bill(&self) -> &str {
        &self.bill
    }

    /// What each query has to answer.
    pub fn answers(&self) -> BTreeMap<&'static str, Vec<Value>> {
        let unsettled = self.unsettled.iter();
        let unsettled =
            unsettled.map(|((name, currency), (n, sum))| json!([name, currency, 2, n, sum]));
        let clusters = self.doubtful.iter().filter(|(_, (tills, _))| tills.len() >= CLUSTER);
        let clusters =
            clusters.map(|(minute, (tills, n))| json!([minute, tills.len(), n])).collect();
        BTreeMap::from([
            ("orphans", self.orphans.clone()),
            ("unsettled", unsettled.collect()),
            ("clusters", clusters),
            ("uncredited", self.uncredited.clone()),
        ])
    }

    pub fn json(&self) -> String {
        let planted = json!({
            "dumps": self.dumps, "seed": self.seed, "as_of": AS_OF, "bad": self.bad,
            "answers": self.answers(),
        });
        planted.to_string() + "\n"
    }
}

impl fmt::Display for Planted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} terminals of seed {}, as of {AS_OF}", self.dumps, self.seed)?;
        for (name, rows) in self.answers() {
            writeln!(f, "{name}: {} rows", rows.len())?;
            for row in rows.iter().take(5) {
                writeln!(f, "  {row}")?;
            }
        }
        writeln!(f, "no dumps: {}", self.bad.join(", "))
    }
}
