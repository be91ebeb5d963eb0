//! Everything that came of it, but for the items, which the sink has.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::payouts::Payouts;
use super::sums::Sums;
use super::till::TillItem;
use super::told::Heard;
use crate::host::bills::{BadRow, Finding, Format, OpenError};

/// The first of many.
pub(super) struct Listed<T> {
    pub first: Vec<T>,
    pub count: u64,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self { first: Vec::new(), count: 0 }
    }
}

impl<T> Listed<T> {
    pub fn push(&mut self, one: T) {
        self.count += 1;
        if self.first.len() < super::sink::MOST_LISTED {
            self.first.push(one);
        }
    }
}

/// A bill that was read.
pub(super) struct Seen {
    pub source: Arc<str>,
    pub format: Format,
    pub rows: u64,
    pub bad: u64,
}

/// Everything that came of it, but for the items, which the sink has.
pub(super) struct Outcome {
    pub dumps: Vec<Arc<str>>,
    /// For every dump: its payments, and what `verify` finds in it.
    pub doubts: Vec<(u64, usize)>,
    pub bills: Vec<Seen>,
    pub bad: Listed<BadRow>,
    pub findings: Listed<Finding>,
    pub not_read: Vec<(Arc<str>, OpenError)>,
    pub sums: Sums,
    pub payouts: Payouts,
    pub till: Option<(Arc<str>, Vec<TillItem>)>,
    /// No bill says which days it has.
    pub no_days: bool,
    /// Of a bill: rows that no payment has and that bear no number which the host gave or the terminal,
    /// and rows that a payment has.
    pub unnamed: BTreeMap<Arc<str>, [u64; 2]>,
    /// What bills say of each payment, where somebody asked.
    pub told: Vec<Heard>,
}
