//! What bills add up to.

use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use super::bad::{Finding, What};
use super::bill::Bill;
use super::notes::{Claim, across};
use super::row::{BillRow, Kind, State};
use crate::record::Currency;

/// The sums over bills, in bounded memory.
pub struct Tally {
    lines: BTreeMap<(Kind, &'static str, Currency), Line>,
    seen: HashSet<u64>,
    hasher: RandomState,
    claims: Vec<Claim>,
    rows: u64,
    rejected: u64,
}

/// What the rows of one kind, state and currency add up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Their kind.
    pub kind: Kind,
    /// Their state.
    pub state: State,
    /// The currency of the sums.
    pub currency: Currency,
    /// How many.
    pub rows: u64,
    /// The gross amount, without direction.
    pub amount: i128,
    /// The fees: positive is paid by the merchant.
    pub fee: i128,
    /// The net amounts: positive is to the merchant. `None` if any row lacks it.
    pub net: Option<i128>,
}

/// Duplicates are looked for among so many rows; behind that, nothing is said about them.
const MOST_SEEN: usize = 4_000_000;

impl Default for Tally {
    fn default() -> Self {
        Self::new()
    }
}

impl Tally {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            lines: BTreeMap::new(),
            seen: HashSet::new(),
            hasher: RandomState::new(),
            claims: Vec::new(),
            rows: 0,
            rejected: 0,
        }
    }

    /// Counts a row. A finding if the same row was counted before.
    pub fn add(&mut self, row: &BillRow) -> Option<Finding> {
        self.rows += 1;
        let key = (row.kind, row.state.name(), row.currency);
        let line = self.lines.entry(key).or_insert(Line {
            kind: row.kind,
            state: row.state,
            currency: row.currency,
            rows: 0,
            amount: 0,
            fee: 0,
            net: Some(0),
        });
        line.rows += 1;
        line.amount += i128::from(row.amount);
        line.fee += i128::from(row.fee.unwrap_or(0));
        line.net = line.net.zip(row.net).map(|(sum, net)| sum + i128::from(net));
        let is_new = self.seen.len() >= MOST_SEEN || self.seen.insert(self.fingerprint(row));
        (!is_new).then(|| Finding {
            source: row.source.clone(),
            line: row.line,
            what: What::Duplicate,
        })
    }

    /// Counts a row that cannot be used.
    pub fn reject(&mut self) {
        self.rejected += 1;
    }

    /// Takes what a bill that was read to its end says of others.
    pub fn finish(&mut self, bill: &Bill) {
        self.claims.extend_from_slice(bill.claims());
    }

    /// Summaries against the bills that were read with them.
    #[must_use]
    pub fn findings(&self, source: &str) -> Vec<Finding> {
        across(Arc::from(source), &self.claims, self.rejected)
    }

    /// The sums, by kind.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.values()
    }

    /// Rows that could be used.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Rows that could not.
    #[must_use]
    pub fn rejected(&self) -> u64 {
        self.rejected
    }

    /// By what a row is told from another one. Rows without any reference are never the same.
    fn fingerprint(&self, row: &BillRow) -> u64 {
        let keys = &row.keys;
        let refs =
            [&keys.channel_ref, &keys.acquirer_ref, &keys.order_no, &keys.refund_no, &keys.rrn];
        let place = refs.iter().all(|key| key.is_none()).then_some((&row.source, row.line));
        let what = (row.kind, row.state, row.flow, row.amount, row.time);
        self.hasher.hash_one((refs, place, what))
    }
}
