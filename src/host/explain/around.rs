//! What stories need of the whole dump, found without reading all of it for each payment.

use std::collections::{BTreeMap, BTreeSet};

use super::cluster::Clusters;
use super::proof::is_sale;
use super::story::{BatchStands, Story, utc};
use super::undo::{self, Undo, Undoing, Undone, takes_back};
use crate::dump::{Outline, Payment, Shown};
use crate::ledger::{ItemState, Phase};
use crate::record::{Intent, Record, Seq};

/// Two payments of one card and amount within this many seconds may be a double.
const DOUBLE_S: i64 = 600;
/// A second payment of one card and amount within this many seconds replaces the first.
const REPLACED_S: i64 = 86_400;

/// So many payments of one card and amount are looked at: more are none of a shop.
const NEAR: usize = 64;

/// The stories of all payments, in order.
#[must_use]
pub fn stories(outline: &Outline) -> Vec<Story<'_>> {
    let clusters = Clusters::of(outline);
    let mut own: BTreeMap<Seq, Vec<&Shown>> = BTreeMap::new();
    for shown in &outline.records {
        if let Some(item) = shown.item {
            own.entry(item).or_default().push(shown);
        }
        // An offline sale is named by the record that turned another payment into it.
        if matches!(shown.record, Record::OfflineApproved(_)) {
            own.entry(shown.seq).or_default().push(shown);
        }
    }
    let around = Around::of(outline, clusters, own);
    outline.payments.iter().map(|(item, payment)| around.story(*item, payment)).collect()
}

/// What makes two sales look alike: the card, amount, currency and book.
type Look = (u32, u16, usize, u64, u16, u8);

/// What stories need of the whole dump, found without reading all of it for each payment.
struct Around<'a> {
    outline: &'a Outline,
    clusters: Clusters,
    own: BTreeMap<Seq, Vec<&'a Shown>>,
    /// Voids and refunds, by the payment that they name.
    undoing: BTreeMap<Seq, Vec<Seq>>,
    /// Sales that look alike, in order.
    alike: BTreeMap<Look, Vec<Seq>>,
    boots: Vec<&'a Shown>,
    identities: Vec<&'a Shown>,
    closed: BTreeSet<(u8, u32)>,
}

impl<'a> Around<'a> {
    fn of(outline: &'a Outline, clusters: Clusters, own: BTreeMap<Seq, Vec<&'a Shown>>) -> Self {
        let mut around = Around {
            outline,
            clusters,
            own,
            undoing: BTreeMap::new(),
            alike: BTreeMap::new(),
            boots: Vec::new(),
            identities: Vec::new(),
            closed: BTreeSet::new(),
        };
        for (item, payment) in &outline.payments {
            let Some(intent) = payment.intent.as_ref() else { continue };
            if let Some(original) = around.original(intent) {
                around.undoing.entry(original).or_default().push(*item);
            }
            if let Some(look) = look(intent) {
                around.alike.entry(look).or_default().push(*item);
            }
        }
        for shown in &outline.records {
            match &shown.record {
                Record::Boot(_) => around.boots.push(shown),
                Record::Identity(_) => around.identities.push(shown),
                Record::BatchClosed(closed) => {
                    around.closed.insert((closed.book, closed.batch.get()));
                }
                _ => {}
            }
        }
        around
    }
}

impl<'a> Around<'a> {
    fn story(&self, item: Seq, payment: &'a Payment) -> Story<'a> {
        let intent = payment.intent.as_ref();
        let records = self.own.get(&item).cloned().unwrap_or_default();
        let offline = records
            .iter()
            .find(|shown| shown.seq != item && matches!(shown.record, Record::OfflineApproved(_)))
            .copied();
        let restart = self.restart(item, payment, &records);
        Story {
            item,
            intent,
            outcome: payment.outcome.as_ref(),
            state: payment.state,
            open: self.outline.open.iter().find(|open| open.item == item),
            undone: self.undone(item),
            original: intent.and_then(|intent| self.original(intent)),
            double_of: intent.and_then(|intent| self.double_of(item, intent)),
            replaced: offline.or_else(|| self.replaced(item, intent?)),
            restart,
            together: self.together(item),
            cluster: self.clusters.of_item(item).cloned(),
            switched: intent.and_then(|intent| self.switched(item, intent)),
            batch: intent.map_or(BatchStands::Unknown, |intent| self.batch(intent)),
            is_intact: self.is_intact(item),
            records,
        }
    }

    fn record(&self, item: Seq) -> Option<&'a Shown> {
        let own = self.own.get(&item)?;
        let is_intent = |shown: &&&Shown| shown.seq == item;
        own.iter().find(is_intent).or(own.first()).copied()
    }

    fn together(&self, item: Seq) -> Vec<&'a Shown> {
        let items = self.clusters.of_item(item).map(|c| c.items.as_slice()).unwrap_or_default();
        let own = items.iter().filter_map(|item| self.own.get(item)).flatten();
        own.filter(|shown| matches!(shown.record, Record::Outcome(_))).copied().collect()
    }

    /// A record is about a payment only behind its intent: a hole before it hides nothing of it.
    fn is_intact(&self, item: Seq) -> bool {
        let verification = &self.outline.verification;
        let is_before = |seqs: Option<(u32, u32)>| seqs.is_some_and(|(_, last)| last < item.0);
        verification.unknown() == 0
            && verification.findings().iter().all(|finding| is_before(finding.seqs))
    }

    fn payment(&self, item: Seq) -> Option<(&'a Payment, &'a Intent)> {
        let payment = self.outline.payments.get(&item)?;
        Some((payment, payment.intent.as_ref()?))
    }

    /// The payment of this dump that one takes back.
    fn original(&self, intent: &Intent) -> Option<Seq> {
        let original = intent.original.as_ref().and_then(|original| original.seq())?;
        let (_, taken) = self.payment(original)?;
        takes_back(intent.kind, taken.kind).then_some(original)
    }

    /// A refund's void takes back the refund, so this looks twice at most.
    fn undone(&self, item: Seq) -> Option<Undone<'a>> {
        let others = self.undoing.get(&item)?;
        let (payment, intent) = self.payment(item)?;
        let found = others.iter().take(NEAR).filter_map(|&other| {
            let (payment, intent) = self.payment(other)?;
            let itself = self.undone(other).map_or(Undo::None, |undone| undone.how);
            let found = Undoing { payment, intent, shown: self.record(other)?, itself };
            Some(found).filter(|_| !failed(payment))
        });
        let found: Vec<_> = found.collect();
        let undone = undo::together(undo::amount(payment, intent), &found, others.len() <= NEAR);
        Some(undone).filter(|undone| undone.how != Undo::None)
    }

    fn others_like(&self, intent: &Intent) -> &[Seq] {
        let alike = look(intent).and_then(|look| self.alike.get(&look));
        alike.map(Vec::as_slice).unwrap_or_default()
    }

    fn double_of(&self, item: Seq, intent: &Intent) -> Option<&'a Shown> {
        let is_it = |other: Seq| {
            let Some((payment, first)) = self.payment(other) else { return false };
            stands(payment)
                && apart(first, intent).is_some_and(|s| (0..=DOUBLE_S).contains(&s))
                && self.undone(other).is_none()
        };
        let before = self.others_like(intent).iter().rev().skip_while(|other| **other >= item);
        let first = before.copied().take(NEAR).find(|other| is_it(*other))?;
        self.record(first)
    }

    /// Without times the later payment counts: it is no harm to hold back advice.
    fn replaced(&self, item: Seq, intent: &Intent) -> Option<&'a Shown> {
        let is_it = |other: Seq| {
            let Some((payment, second)) = self.payment(other) else { return false };
            !failed(payment) && apart(intent, second).is_none_or(|s| s <= REPLACED_S)
        };
        let alike = self.others_like(intent);
        let behind = alike.partition_point(|other| *other <= item);
        let behind = alike.get(behind..).unwrap_or_default();
        let second = behind.iter().copied().take(NEAR).find(|other| is_it(*other))?;
        self.record(second)
    }

    /// A start between the intent and the first record that says how it went on.
    fn restart(&self, item: Seq, payment: &Payment, own: &[&Shown]) -> Option<&'a Shown> {
        let is_open = payment.state.is_some_and(|state| !state.is_final());
        let next = own.iter().map(|shown| shown.seq).find(|seq| *seq > item);
        let answered = payment.outcome.is_some();
        let is_it = |shown: &Shown| shown.seq > item && next.is_none_or(|next| shown.seq < next);
        let found = self.boots.iter().find(|shown| is_it(shown)).copied();
        found.filter(|_| !answered && (is_open || next.is_some()))
    }

    fn switched(&self, item: Seq, intent: &Intent) -> Option<&'a Shown> {
        let is_it = |shown: &Shown| match &shown.record {
            Record::Identity(identity) => {
                shown.seq > item && identity.book == intent.book && identity.forced
            }
            _ => false,
        };
        self.identities.iter().find(|shown| is_it(shown)).copied()
    }

    fn batch(&self, intent: &Intent) -> BatchStands {
        let is_closed = self.closed.contains(&(intent.book, intent.batch.get()));
        let book = self.outline.books.iter().find(|book| book.book == intent.book);
        match book {
            _ if is_closed => BatchStands::Closed,
            None => BatchStands::Unknown,
            Some(book) if book.settling == intent.batch && book.phase != Phase::Open => {
                BatchStands::Settling
            }
            Some(book) if book.batch == intent.batch => BatchStands::Open,
            Some(_) => BatchStands::Closed,
        }
    }
}

/// It took nothing and will not.
fn failed(payment: &Payment) -> bool {
    use ItemState as S;
    matches!(payment.state, Some(S::Declined | S::NeverSent | S::Cancelled | S::Reversed))
}

/// It took money, or will.
fn stands(payment: &Payment) -> bool {
    use ItemState as S;
    matches!(payment.state, Some(S::Completed | S::Stored | S::Sending))
}

/// A sale by card, by what makes another one look like it.
fn look(intent: &Intent) -> Option<Look> {
    let pan = intent.pan.filter(|_| is_sale(intent.kind))?;
    let (amount, currency) = (intent.amount.minor(), intent.currency.numeric());
    Some((pan.first6(), pan.last4(), pan.digits(), amount, currency, intent.book))
}

/// How many seconds the second is after the first.
fn apart(a: &Intent, b: &Intent) -> Option<i64> {
    Some(utc(&b.moment)? - utc(&a.moment)?)
}
