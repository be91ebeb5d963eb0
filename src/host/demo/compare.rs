//! The acquirers' books against the journal, payment by payment.

use super::acquirer::{Acquirer, Booked, Standing, holds, moves};
use super::hosts::Host;
use super::journal_side::{self, JournalSide, Told};
use super::network::Copy;
use super::script;
use super::wire::{Id, Kind};
use crate::ledger::PaymentStatus;
use crate::record::{Original, Seq};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A payment on which the two do not agree.
#[derive(Debug)]
pub(super) struct Difference {
    pub(super) reference: String,
    pub(super) journal: Position,
    pub(super) acquirer: Position,
}

/// What a payment comes to on one side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) sums: Sums,
    /// How the side puts it.
    pub(super) words: String,
}

/// What has to be the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sums {
    /// How many messages of this payment stand.
    pub(super) standing: u32,
    /// Minor units that it moves to the merchant, or back.
    pub(super) moved: i64,
    /// Minor units that it holds on the customer's account, or frees.
    pub(super) held: i64,
    /// What it moves and holds with all that names it.
    pub(super) net: i64,
}

/// What a payment of a kind came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct KindCount {
    pub(super) all: u32,
    pub(super) approved: u32,
    pub(super) reversed: u32,
}

/// What came out.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    pub(super) differences: Vec<Difference>,
    /// Everything else that must not be, in words.
    pub(super) findings: Vec<String>,
    pub(super) unresolved: Vec<String>,
    /// Payments by what the journal says of them.
    pub(super) counts: BTreeMap<&'static str, u32>,
    pub(super) kinds: BTreeMap<Kind, KindCount>,
    pub(super) payments: usize,
    pub(super) batches: usize,
    pub(super) balanced: usize,
}

impl Verdict {
    pub(super) fn agrees(&self) -> bool {
        self.differences.is_empty() && self.findings.is_empty()
    }
}

/// Compares. An image that cannot be read is a finding.
pub(super) fn compare(
    acquirers: &[&Acquirer],
    image: &Path,
    copies: &[Copy],
    transactions: u32,
) -> Verdict {
    let mut verdict = Verdict::default();
    match journal_side::read(image, copies, transactions) {
        Ok(side) => verdict.hold_against(acquirers, &side, transactions),
        Err(failure) => verdict.findings.push(format!("the journal cannot be read: {failure}")),
    }
    for acquirer in acquirers {
        let host = acquirer.host;
        verdict
            .findings
            .extend(acquirer.findings().into_iter().map(|what| format!("{host}: {what}")));
        for (batch, settled) in acquirer.settled() {
            verdict.batches += 1;
            verdict.balanced += usize::from(settled.is_balanced());
            if !settled.is_balanced() {
                let (claimed, booked) = (settled.claimed, settled.booked);
                verdict.findings.push(format!(
                    "{host} batch {batch:06} does not balance: the terminal says {claimed}\
                     the acquirer {booked}"
                ));
            }
        }
    }
    verdict
}

impl Verdict {
    fn hold_against(&mut self, acquirers: &[&Acquirer], side: &JournalSide, transactions: u32) {
        self.payments = side.payments.len();
        for told in side.payments.values() {
            *self.counts.entry(told.status.name()).or_default() += 1;
            let count = self.kinds.entry(told.kind).or_default();
            count.all += 1;
            count.approved += u32::from(told.status == PaymentStatus::Approved);
            count.reversed += u32::from(told.status == PaymentStatus::Reversed);
        }
        let journal = journal_positions(side);
        let script: Vec<String> = (1..=transactions).map(script::reference).collect();
        for acquirer in acquirers {
            let of_host = |reference: &&String| {
                side.payments.get(*reference).is_none_or(|told| told.host == acquirer.host)
            };
            let booked = acquirer_positions(acquirer);
            let references: BTreeSet<&String> =
                script.iter().filter(of_host).chain(booked.keys()).collect();
            for reference in references {
                let of = |side: &BTreeMap<String, Position>, nothing: &str| {
                    let nothing = Position { words: nothing.to_owned(), ..Position::default() };
                    side.get(reference).cloned().unwrap_or(nothing)
                };
                let (journal, acquirer) = (of(&journal, "never started"), of(&booked, "not known"));
                if journal.sums != acquirer.sums {
                    let reference = reference.clone();
                    self.differences.push(Difference { reference, journal, acquirer });
                }
            }
            self.hold_batches_against(acquirer, side);
        }
        self.findings.extend(side.open.iter().map(|open| format!("still open: {open}")));
        self.findings.extend(side.unsettled.iter().cloned());
        self.findings.extend(side.contradictions.iter().cloned());
        self.unresolved.clone_from(&side.unresolved);
    }

    /// Every batch before the open one was settled at its acquirer, and no other.
    fn hold_batches_against(&mut self, acquirer: &Acquirer, side: &JournalSide) {
        let open = side.open_batches.iter().find(|(host, _)| *host == acquirer.host);
        let closed: Vec<u32> = open.map(|(_, open)| (1..*open).collect()).unwrap_or_default();
        let settled: Vec<u32> = acquirer.settled().keys().copied().collect();
        if closed != settled {
            self.findings.push(format!(
                "{}: the journal has closed the batches {closed:?}, the acquirer {settled:?}",
                acquirer.host
            ));
        }
    }
}

fn journal_positions(side: &JournalSide) -> BTreeMap<String, Position> {
    let by_item: BTreeMap<(Host, Seq), &String> =
        side.payments.iter().map(|(name, told)| ((told.host, told.item), name)).collect();
    let by_slip: BTreeMap<(Host, &str), &String> = side
        .payments
        .iter()
        .filter_map(|(name, told)| Some(((told.host, told.rrn.as_deref()?), name)))
        .collect();
    let mut positions = BTreeMap::new();
    for (name, told) in &side.payments {
        let original = match &told.original {
            None => None,
            Some(Original::ByRecord(seq)) => by_item.get(&(told.host, *seq)).copied(),
            Some(Original::ByValue { rrn, .. }) => by_slip.get(&(told.host, rrn.as_str())).copied(),
        };
        let words = format!("{} {}", told.kind.name(), told.status);
        add(&mut positions, name, original, told_sums(told), &words);
    }
    positions
}

/// The journal's side: what is unknown has not moved for certain, and shows as a difference.
fn told_sums(told: &Told) -> Sums {
    let stands = told.status == PaymentStatus::Approved;
    // What each kind does is written down once more on the other side.
    let (moved, held) = match told.kind {
        Kind::Sale | Kind::OfflineSale | Kind::Completion | Kind::CompletionAdvice => (1, 0),
        Kind::TipAdjust | Kind::RefundVoid | Kind::QrSale => (1, 0),
        Kind::Void | Kind::CompletionVoid | Kind::Refund | Kind::QrRefund => (-1, 0),
        Kind::PreAuth | Kind::Increment => (0, 1),
        Kind::PreAuthVoid => (0, -1),
        Kind::ScriptResult | Kind::BalanceInquiry => (0, 0),
    };
    sums(stands, told.amount, moved, held)
}

fn sums(stands: bool, amount: u64, moved: i64, held: i64) -> Sums {
    if !stands {
        return Sums::default();
    }
    let amount = amount.cast_signed();
    let (moved, held) = (moved * amount, held * amount);
    Sums { standing: 1, moved, held, net: 0 }
}

fn acquirer_positions(acquirer: &Acquirer) -> BTreeMap<String, Position> {
    let books = acquirer.books();
    let names: BTreeMap<Id, &String> =
        books.all().map(|booked| (booked.payment.id, &booked.payment.reference)).collect();
    let mut positions = BTreeMap::new();
    for booked in books.all() {
        let original = booked.original.and_then(|original| names.get(&original).copied());
        let kind = booked.payment.kind;
        let words = format!("{} {}", kind.name(), standing(booked));
        // Of an inquiry nothing is kept, and nothing depends on it.
        let stands = booked.stands() && kind != Kind::BalanceInquiry;
        let sums = sums(stands, booked.amount, moves(kind), holds(kind));
        add(&mut positions, &booked.payment.reference, original, sums, &words);
    }
    positions
}

const fn standing(booked: &Booked) -> &'static str {
    match booked.standing {
        Standing::Pending => "pending",
        Standing::Approved => "approved",
        Standing::Declined => "declined",
        Standing::Reversed => "reversed",
        Standing::GivenBack => "given back",
    }
}

/// Adds what a payment does to its own position and to the net of the one that it names.
fn add(
    positions: &mut BTreeMap<String, Position>,
    name: &str,
    original: Option<&String>,
    sums: Sums,
    words: &str,
) {
    let own = positions.entry(name.to_owned()).or_default();
    own.sums.standing += sums.standing;
    own.sums.moved += sums.moved;
    own.sums.held += sums.held;
    own.words = if own.words.is_empty() { words.into() } else { format!("{}, {words}", own.words) };
    let named = original.map_or(name, String::as_str);
    positions.entry(named.to_owned()).or_default().sums.net += sums.moved + sums.held;
}
