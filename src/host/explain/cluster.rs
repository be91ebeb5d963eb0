//! Trouble of several cards at one time: three different cards within ten minutes that got no answer,
//! or 91, 96 or 98, are not three unlucky cards.

use std::collections::{BTreeMap, BTreeSet};

use super::story::utc;
use crate::dump::{Outline, Payment};
use crate::record::{Seq, TruncatedPan, Verdict};

/// How many different cards make a cluster.
const CARDS: usize = 3;
/// Within how many seconds.
const WINDOW_S: i64 = 600;
/// More failures than that in one window are looked at in parts.
const MOST: usize = 256;
/// DE39 of faults that hit many.
const FAULTS: [&str; 3] = ["91", "96", "98"];

/// Payments that failed together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// The payments, with their numbers in order.
    pub items: Vec<Seq>,
    /// All of them at one book, while another had approvals.
    pub is_one_book: bool,
}

/// The clusters of a dump, by payment.
pub(super) struct Clusters(BTreeMap<Seq, Cluster>);

struct Failed {
    at: i64,
    item: Seq,
    card: TruncatedPan,
    book: u8,
}

impl Clusters {
    pub fn of(outline: &Outline) -> Self {
        let mut failed: Vec<Failed> = outline.payments.iter().filter_map(failure).collect();
        failed.sort_by_key(|failed| (failed.at, failed.item));
        let approvals: Vec<(i64, u8)> = outline.payments.values().filter_map(approval).collect();
        let mut found = BTreeMap::new();
        for (index, first) in failed.iter().enumerate() {
            let behind = failed.get(index..).unwrap_or_default();
            let near = behind.iter().take_while(|next| next.at - first.at <= WINDOW_S);
            let near: Vec<&Failed> = near.take(MOST).collect();
            let cards: BTreeSet<_> =
                near.iter().map(|f| (f.card.first6(), f.card.last4(), f.card.digits())).collect();
            if cards.len() < CARDS {
                continue;
            }
            let last = near.last().map_or(first.at, |last| last.at);
            let is_one_book = near.iter().all(|f| f.book == first.book)
                && approvals
                    .iter()
                    .any(|(at, book)| *book != first.book && (first.at..=last).contains(at));
            let cluster =
                Cluster { items: near.iter().map(|failed| failed.item).collect(), is_one_book };
            for item in &cluster.items {
                found.entry(*item).or_insert_with(|| cluster.clone());
            }
        }
        Clusters(found)
    }

    pub fn of_item(&self, item: Seq) -> Option<&Cluster> {
        self.0.get(&item)
    }
}

fn failure((item, payment): (&Seq, &Payment)) -> Option<Failed> {
    let (intent, outcome) = (payment.intent.as_ref()?, payment.outcome.as_ref()?);
    let is_fault = match outcome.code {
        None => outcome.verdict == Verdict::NoAnswer,
        Some(code) => FAULTS.contains(&code.as_str()),
    };
    let failed =
        Failed { at: utc(&intent.moment)?, item: *item, card: intent.pan?, book: intent.book };
    is_fault.then_some(failed)
}

fn approval(payment: &Payment) -> Option<(i64, u8)> {
    let (intent, outcome) = (payment.intent.as_ref()?, payment.outcome.as_ref()?);
    let is_approval = matches!(outcome.verdict, Verdict::Approved { .. });
    Some((utc(&intent.moment)?, intent.book)).filter(|_| is_approval)
}
