//! The acquirer's books against the journal, payment by payment.

use super::acquirer::{Booked, Books, Standing};
use super::journal_side::{self, JournalSide, Told};
use super::script;
use super::wire::{Id, Kind};
use crate::ledger::PaymentStatus;
use crate::record::{Seq, TransactionKind};
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
    /// Minor units that this payment itself moves: a sale to the merchant, a void or a refund
    /// back.
    pub(super) moved: i64,
    /// With all voids and refunds of it.
    pub(super) net: i64,
    /// How the side puts it.
    pub(super) words: String,
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
pub(super) fn compare(books: &Books, image: &Path, copies: &[u32], transactions: u32) -> Verdict {
    let mut verdict = Verdict::default();
    match journal_side::read(image, copies, transactions) {
        Ok(side) => verdict.hold_against(books, &side, transactions),
        Err(failure) => verdict.findings.push(format!("the journal cannot be read: {failure}")),
    }
    for (id, booked) in books.reused() {
        let names: Vec<&str> = booked.iter().map(|b| b.payment.reference.as_str()).collect();
        verdict.findings.push(format!("{id} was used more than once: {}", names.join(", ")));
    }
    for (batch, settled) in books.settled() {
        verdict.batches += 1;
        verdict.balanced += usize::from(settled.is_balanced());
        if !settled.is_balanced() {
            let (claimed, booked) = (settled.claimed, settled.booked);
            verdict.findings.push(format!(
                "batch {batch:06} does not balance: the terminal says {claimed}, the books {booked}"
            ));
        }
    }
    verdict
}

impl Verdict {
    fn hold_against(&mut self, books: &Books, side: &JournalSide, transactions: u32) {
        self.payments = side.payments.len();
        for told in side.payments.values() {
            *self.counts.entry(told.status.name()).or_default() += 1;
        }
        let (journal, acquirer) = (journal_positions(side), acquirer_positions(books));
        let script = (1..=transactions).map(script::reference);
        let references: BTreeSet<String> = script.chain(acquirer.keys().cloned()).collect();
        for reference in references {
            let of = |side: &BTreeMap<String, Position>, nothing: &str| {
                let nothing = Position { words: nothing.to_owned(), ..Position::default() };
                side.get(&reference).cloned().unwrap_or(nothing)
            };
            let (journal, acquirer) = (of(&journal, "never started"), of(&acquirer, "not known"));
            if (journal.moved, journal.net) != (acquirer.moved, acquirer.net) {
                self.differences.push(Difference { reference, journal, acquirer });
            }
        }
        self.findings.extend(side.open.iter().map(|open| format!("still open: {open}")));
        self.findings.extend(side.unsettled.clone());
        self.findings.extend(side.contradictions.iter().cloned());
        self.unresolved.clone_from(&side.unresolved);
    }
}

fn journal_positions(side: &JournalSide) -> BTreeMap<String, Position> {
    let names: BTreeMap<Seq, &String> =
        side.payments.iter().map(|(name, told)| (told.item, name)).collect();
    let mut positions = BTreeMap::new();
    for (name, told) in &side.payments {
        let moved = moved_by(told);
        let original = told.original.and_then(|original| names.get(&original).copied());
        let words = format!("{} {}", told.kind.name(), told.status);
        add(&mut positions, name, original.unwrap_or(name), moved, words);
    }
    positions
}

/// Money that has not moved for certain has not moved: what is unknown shows as a difference.
fn moved_by(told: &Told) -> i64 {
    match (told.status, told.kind) {
        (PaymentStatus::Approved, TransactionKind::Sale) => told.amount.cast_signed(),
        (PaymentStatus::Approved, TransactionKind::Void | TransactionKind::Refund) => {
            -told.amount.cast_signed()
        }
        _ => 0,
    }
}

fn acquirer_positions(books: &Books) -> BTreeMap<String, Position> {
    let names: BTreeMap<Id, &String> =
        books.all().map(|booked| (booked.payment.id, &booked.payment.reference)).collect();
    let mut positions = BTreeMap::new();
    for booked in books.all() {
        let payment = &booked.payment;
        let original = payment.original.and_then(|original| names.get(&original).copied());
        let (moved, words) = booked_as(booked);
        let name = &payment.reference;
        add(&mut positions, name, original.unwrap_or(name), moved, words);
    }
    positions
}

fn booked_as(booked: &Booked) -> (i64, String) {
    let kind = booked.payment.kind;
    let amount = booked.payment.amount.cast_signed();
    let (moved, standing) = match (booked.standing, kind) {
        (Standing::Approved, Kind::Sale) => (amount, "approved"),
        (Standing::Approved, Kind::Void | Kind::Refund) => (-amount, "approved"),
        (Standing::Declined, _) => (0, "declined"),
        (Standing::Reversed, _) => (0, "reversed"),
    };
    (moved, format!("{} {standing}", kind.name()))
}

/// Adds what a payment moves to its own position and to the net of the sale it belongs to.
fn add(
    positions: &mut BTreeMap<String, Position>,
    name: &str,
    sale: &str,
    moved: i64,
    words: String,
) {
    let own = positions.entry(name.to_owned()).or_default();
    own.moved += moved;
    own.words = if own.words.is_empty() { words } else { format!("{}, {words}", own.words) };
    positions.entry(sale.to_owned()).or_default().net += moved;
}
