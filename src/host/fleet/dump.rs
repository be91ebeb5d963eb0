//! What all rows of a dump share.

use std::collections::BTreeMap;

use super::How;
use super::acquirers::Acquirer;
use super::clock::{Clock, Instant};
use super::read::Dumped;
use crate::dump::Outline;
use crate::ledger::{Counts, ItemState, rule};
use crate::record::{Identity, Intent, Original, Record, Seq};

/// A dump that was read.
pub(super) struct Dump<'a> {
    /// The file.
    pub name: String,
    pub outline: &'a Outline,
    pub bytes: usize,
    pub terminal: String,
    pub clean: bool,
    /// Which moment ages are counted from, in seconds since 1970 UTC.
    pub as_of: Option<i64>,
    pub how: &'a How<'a>,
    identities: BTreeMap<(u8, u8), &'a Identity>,
    told: BTreeMap<Seq, Told>,
}

/// What other records say of a payment.
#[derive(Clone, Copy, Default)]
pub(super) struct Told {
    /// Reversals, cancels or advices that were sent.
    pub attempts: u32,
    pub late_approval: bool,
    pub answered: Option<Instant>,
    /// The void or refund that took it back whole.
    pub undone_by: Option<Seq>,
    /// A second look at the same payment after it was closed.
    pub reopened: bool,
}

/// Who a payment was sent as, and to whom.
#[derive(Clone, Copy, Default)]
pub(super) struct Who<'a> {
    pub tid: Option<&'a str>,
    pub mid: Option<&'a str>,
    pub acquirer: Option<&'a Acquirer>,
}

impl<'a> Dump<'a> {
    pub fn of(name: String, dumped: &'a Dumped<'_>, how: &'a How<'a>) -> Self {
        let outline = &dumped.outline;
        let identities: BTreeMap<(u8, u8), &Identity> = outline
            .records
            .iter()
            .filter_map(|shown| match &shown.record {
                Record::Identity(identity) => Some(((identity.book, identity.index), identity)),
                _ => None,
            })
            .collect();
        let first = identities.keys().next().map(|(book, _)| *book);
        let newest = identities.iter().rev().find(|((book, _), _)| Some(*book) == first);
        let terminal = match newest {
            Some((_, identity)) => identity.terminal.as_str().to_string(),
            // No terminal id in it: never a number, so that no reader takes it for one.
            None => format!("journal-{:08x}", outline.format_id),
        };
        Dump {
            name,
            outline,
            bytes: dumped.bytes,
            terminal,
            clean: outline.verification.is_clean(),
            as_of: how.when.of(outline),
            how,
            identities,
            told: told(outline),
        }
    }

    pub fn told(&self, item: Seq) -> Told {
        self.told.get(&item).copied().unwrap_or_default()
    }

    /// An intent without an identity was sent under the only one that there was.
    pub fn who(&self, intent: &Intent) -> Who<'_> {
        let index = intent.identity;
        let of = |((book, at), identity): (&(u8, u8), &&'a Identity)| {
            (*book == intent.book && index.is_none_or(|index| index == *at)).then_some(*identity)
        };
        let identity = self.identities.iter().find_map(of);
        let mid = identity.map(|identity| identity.merchant.as_str());
        Who {
            tid: identity.map(|identity| identity.terminal.as_str()),
            mid,
            acquirer: self.how.acquirers.of(intent.book, mid),
        }
    }
}

fn told(outline: &Outline) -> BTreeMap<Seq, Told> {
    let mut all: BTreeMap<Seq, Told> = BTreeMap::new();
    let mut clock = Clock::default();
    for shown in &outline.records {
        let (at, _) = clock.hear(&shown.record);
        let Some(item) = shown.item else { continue };
        let told = all.entry(item).or_default();
        match &shown.record {
            Record::Attempt(_) => told.attempts = told.attempts.saturating_add(1),
            Record::Late(late) => told.late_approval |= late.approved,
            Record::Outcome(_) => told.answered = at,
            Record::Reopen(_) => (told.late_approval, told.reopened) = (true, true),
            _ => {}
        }
    }
    for (seq, payment) in &outline.payments {
        let Some(intent) = &payment.intent else { continue };
        let Some(original) = intent.original.as_ref().and_then(Original::seq) else { continue };
        let first = outline.payments.get(&original).and_then(|of| of.intent.as_ref());
        let whole = first.is_some_and(|first| first.amount <= intent.amount);
        let counts = rule(intent.kind).counts;
        let undoes = counts.is_void() || (counts == Counts::Refunds && whole);
        if undoes && payment.state == Some(ItemState::Completed) {
            all.entry(original).or_default().undone_by = Some(*seq);
        }
    }
    all
}
