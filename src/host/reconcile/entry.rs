//! The payments of the journals, as far as money goes.

use std::collections::HashMap;
use std::sync::Arc;

use super::class::Standing;
use crate::dump::{Outline, Payment};
use crate::record::{
    Currency, Intent, Moment, Original, Record, Seq, TransactionKind, TruncatedPan,
};

/// A payment that moves money, or should have.
#[derive(Debug)]
pub(super) struct Entry {
    /// Which of the dumps, by its place among them.
    pub dump: usize,
    pub seq: Seq,
    pub kind: TransactionKind,
    pub standing: Standing,
    /// What was approved or, without an answer, asked for.
    pub amount: u64,
    pub currency: Currency,
    /// Seconds since 1970 UTC; `None` where the terminal's clock was not set.
    pub at: Option<i64>,
    pub stan: u32,
    pub batch: u32,
    pub tid: Option<Arc<str>>,
    pub rrn: Option<Box<str>>,
    pub auth: Option<Box<str>>,
    pub order: Option<Box<str>>,
    pub reference: Option<Box<str>>,
    pub card: Option<TruncatedPan>,
    /// Of a void or refund: what it undoes, if that is in the journals too.
    pub original: Option<usize>,
    /// Of a refund of another terminal's payment: that one's RRN.
    pub original_rrn: Option<Box<str>>,
}

/// Which row of a bill a payment has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Side {
    /// Money comes in.
    Charge,
    /// A payment is undone.
    Undo,
    /// Money goes back.
    GiveBack,
}

/// How a kind of transaction moves money: its row and its sign. `None`: it moves none, or (a tip) it
/// changes the amount of another one.
pub(super) const fn moves(kind: TransactionKind) -> Option<(Side, i128)> {
    use TransactionKind as K;
    match kind {
        K::Sale | K::Completion | K::CompletionAdvice | K::OfflineSale | K::QrSale => {
            Some((Side::Charge, 1))
        }
        K::Void | K::CompletionVoid => Some((Side::Undo, -1)),
        K::RefundVoid => Some((Side::Undo, 1)),
        K::Refund | K::QrRefund => Some((Side::GiveBack, -1)),
        K::PreAuth
        | K::Increment
        | K::PreAuthVoid
        | K::TipAdjust
        | K::ScriptResult
        | K::BalanceInquiry => None,
    }
}

impl Entry {
    pub fn side(&self) -> Side {
        moves(self.kind).map_or(Side::Charge, |(side, _)| side)
    }

    /// What it adds to the journal's total.
    pub fn counted(&self) -> i128 {
        let sign = moves(self.kind).map_or(0, |(_, sign)| sign);
        if self.standing.counts() { sign * i128::from(self.amount) } else { 0 }
    }

    pub fn is_qr(&self) -> bool {
        matches!(self.kind, TransactionKind::QrSale | TransactionKind::QrRefund)
    }
}

/// The payments of all dumps; of two dumps of one journal the newer one counts.
#[derive(Default)]
pub(super) struct Entries {
    pub all: Vec<Entry>,
    known: HashMap<(u32, Seq), usize>,
    /// For every journal: the newest record, and the dump with it.
    newest: HashMap<u32, Seq>,
    /// For a terminal whose older payments were reclaimed: from when on its journal has every one.
    pub since: HashMap<Arc<str>, i64>,
}

impl Entries {
    pub fn add(&mut self, dump: usize, outline: &Outline) {
        let journal = outline.format_id;
        let last = outline.records.last().map_or(Seq(0), |shown| shown.seq);
        let is_newer = self.newest.get(&journal).is_none_or(|known| last >= *known);
        if is_newer {
            self.newest.insert(journal, last);
        }
        let terminals = terminals(outline);
        let tips = tips(outline);
        for (seq, payment) in &outline.payments {
            let Some(mut entry) = entry(dump, *seq, payment, &terminals) else { continue };
            entry.amount = entry.amount.saturating_add(tips.get(seq).copied().unwrap_or(0));
            match self.known.get(&(journal, *seq)) {
                Some(at) => {
                    if let (true, Some(old)) = (is_newer, self.all.get_mut(*at)) {
                        *old = entry;
                    }
                }
                None => {
                    self.known.insert((journal, *seq), self.all.len());
                    self.all.push(entry);
                }
            }
        }
        self.originals(journal, outline);
        self.reclaimed(&terminals, outline);
    }

    /// An older dump of the same journal may know more.
    fn reclaimed(&mut self, terminals: &Terminals, outline: &Outline) {
        let Some(since) = complete_since(outline) else { return };
        for tid in terminals.values() {
            let known = self.since.entry(tid.clone()).or_insert(since);
            *known = since.min(*known);
        }
    }

    fn originals(&mut self, journal: u32, outline: &Outline) {
        for (seq, payment) in &outline.payments {
            let of = payment.intent.as_ref().and_then(|i| i.original.as_ref()?.seq());
            let Some(of) = of.and_then(|of| self.known.get(&(journal, of)).copied()) else {
                continue;
            };
            let at = self.known.get(&(journal, *seq)).copied();
            if let Some(entry) = at.and_then(|at| self.all.get_mut(at)) {
                entry.original = Some(of);
            }
        }
    }
}

/// The first payment behind the last number that was reclaimed; `None` where none was, or where damage
/// hides which.
fn complete_since(outline: &Outline) -> Option<i64> {
    if !outline.verification.is_clean() {
        return None;
    }
    let first = outline.records.first().filter(|shown| shown.seq.0 > 1);
    let mut pairs = outline.records.iter().zip(outline.records.iter().skip(1));
    let gap = pairs.rfind(|(a, b)| b.seq.0 > a.seq.0.saturating_add(1));
    let from = gap.map(|(_, next)| next).or(first)?.seq;
    let payments =
        outline.payments.range(from..).filter_map(|(_, payment)| payment.intent.as_ref());
    payments.filter_map(|intent| utc(&intent.moment)).min()
}

/// Tips by the payment that they belong to: the bill shows both as one amount.
fn tips(outline: &Outline) -> HashMap<Seq, u64> {
    let mut tips: HashMap<Seq, u64> = HashMap::new();
    for payment in outline.payments.values() {
        let Some(intent) = &payment.intent else { continue };
        let is_done = Standing::of(payment.state) == Some(Standing::Approved);
        let of = intent.original.as_ref().and_then(Original::seq);
        if let (TransactionKind::TipAdjust, true, Some(of)) = (intent.kind, is_done, of) {
            let sum = tips.entry(of).or_default();
            *sum = sum.saturating_add(intent.amount.minor());
        }
    }
    tips
}

type Terminals = HashMap<(u8, u8), Arc<str>>;

/// The terminal ids of a journal's books, by book and identity.
fn terminals(outline: &Outline) -> Terminals {
    let known = outline.records.iter().filter_map(|shown| match &shown.record {
        Record::Identity(who) => Some(((who.book, who.index), Arc::from(who.terminal.as_str()))),
        _ => None,
    });
    known.collect()
}

fn entry(dump: usize, seq: Seq, payment: &Payment, terminals: &Terminals) -> Option<Entry> {
    let intent = payment.intent.as_ref()?;
    moves(intent.kind)?;
    let standing = Standing::of(payment.state)?;
    let outcome = payment.outcome.as_ref();
    let owned = |text: &str| Box::from(text);
    let approved = outcome.and_then(|outcome| outcome.approved_amount);
    Some(Entry {
        dump,
        seq,
        kind: intent.kind,
        standing,
        amount: approved.unwrap_or(intent.amount).minor(),
        currency: intent.currency,
        at: utc(&intent.moment),
        stan: intent.stan.get(),
        batch: intent.batch.get(),
        tid: terminal(intent, terminals),
        rrn: outcome.and_then(|o| o.rrn).map(|rrn| owned(rrn.as_str())),
        auth: outcome.and_then(|o| o.auth_code).map(|code| owned(code.as_str())),
        order: intent.order.as_ref().map(|order| owned(order.as_str())),
        reference: intent.reference.as_ref().map(|reference| owned(reference.as_str())),
        card: intent.pan,
        original: None,
        original_rrn: match &intent.original {
            Some(Original::ByValue { rrn, .. }) => Some(owned(rrn.as_str())),
            _ => None,
        },
    })
}

/// Of the identity that it was sent under; where it names none, of the only one that the book had.
fn terminal(intent: &Intent, terminals: &Terminals) -> Option<Arc<str>> {
    if let Some(index) = intent.identity {
        return terminals.get(&(intent.book, index)).cloned();
    }
    let mut of_book = terminals.iter().filter(|((book, _), _)| *book == intent.book);
    of_book.next().filter(|_| of_book.next().is_none()).map(|(_, tid)| tid.clone())
}

fn utc(moment: &Moment) -> Option<i64> {
    super::super::open::utc(moment)
}
