//! What a reader remarks besides rows, in bounded memory.

use std::sync::Arc;

use super::bad::{Finding, What};
use super::value::decimal_text;

/// More findings than that of one file are only counted.
const MOST: usize = 1000;

/// A number that one member states and another one counts: a summary against its details.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    pub name: &'static str,
    pub places: u8,
    pub value: i128,
    /// By a summary; otherwise counted from rows.
    pub stated: bool,
}

/// The remarks on one file.
#[derive(Debug)]
pub(super) struct Notes {
    source: Arc<str>,
    line: u64,
    findings: Vec<Finding>,
    more: u64,
    pub rejected: u64,
    pub claims: Vec<Claim>,
}

impl Notes {
    pub fn new(source: Arc<str>) -> Self {
        Self { source, line: 0, findings: Vec::new(), more: 0, rejected: 0, claims: Vec::new() }
    }

    pub fn at(&mut self, line: u64) {
        self.line = line;
    }

    /// A finding in the present line.
    pub fn push(&mut self, what: What) {
        if self.findings.len() < MOST {
            self.findings.push(Finding { source: self.source.clone(), line: self.line, what });
        } else {
            self.more += 1;
        }
    }

    /// A finding unless both numbers are the same.
    pub fn tie(&mut self, name: &str, places: u8, stated: Option<i128>, counted: i128) {
        if stated != Some(counted) {
            self.push(What::Untied {
                name: name.into(),
                stated: stated.map_or("?".into(), |stated| decimal_text(stated, places)),
                counted: decimal_text(counted, places),
                rejected: self.rejected,
            });
        }
    }

    pub fn claim(&mut self, name: &'static str, places: u8, value: i128, stated: bool) {
        self.claims.push(Claim { name, places, value, stated });
    }

    pub fn findings(&self) -> Vec<Finding> {
        let mut all = self.findings.clone();
        if self.more > 0 {
            all.push(Finding { source: self.source.clone(), line: 0, what: What::More(self.more) });
        }
        all
    }
}

/// A summary against the rows that it sums up, over all members that were read together.
pub(super) fn across(source: Arc<str>, claims: &[Claim], rejected: u64) -> Vec<Finding> {
    let mut notes = Notes::new(source);
    notes.rejected = rejected;
    let mut seen: Vec<&str> = Vec::new();
    for claim in claims {
        if seen.contains(&claim.name) {
            continue;
        }
        seen.push(claim.name);
        let same = |stated: bool| {
            let mut found = claims.iter().filter(|c| c.name == claim.name && c.stated == stated);
            let first = found.next()?.value;
            Some(found.fold(first, |sum, c| sum.saturating_add(c.value)))
        };
        if let (Some(stated), Some(counted)) = (same(true), same(false)) {
            notes.tie(claim.name, claim.places, Some(stated), counted);
        }
    }
    notes.findings
}
