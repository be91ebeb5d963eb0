//! Whether a batch balances: the acquirer adds up what it captured, and where that is not what
//! the terminal says it has every payment uploaded.
//!
//! The capture is a second book beside the authorisations, as at real hosts, and sometimes loses a
//! payment: that is what uploads are for.

use super::super::hosts::Host;
use super::super::wire::{Detail, Id, Kind, code};
use super::books::{Booked, Books};
use rand::Rng;
use rand::rngs::StdRng;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Number and sum of payments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in super::super) struct Sum {
    count: u64,
    amount: u64,
}

/// Debit and credit of one class of cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in super::super) struct Sides {
    debit: Sum,
    credit: Sum,
}

/// What a batch adds up to: domestic cards, then foreign ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in super::super) struct Figures([Sides; 2]);

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [domestic, foreign] = self.0;
        for (name, sides) in [("domestic", domestic), ("foreign", foreign)] {
            let Sides { debit, credit } = sides;
            write!(f, "{name} debit {} over {}, ", debit.count, debit.amount)?;
            write!(f, "credit {} over {}; ", credit.count, credit.amount)?;
        }
        Ok(())
    }
}

/// How a batch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Settled {
    /// What the terminal said.
    pub(in super::super) claimed: Figures,
    /// What was captured.
    pub(in super::super) booked: Figures,
}

impl Settled {
    pub(in super::super) fn is_balanced(&self) -> bool {
        self.claimed == self.booked
    }
}

/// The answer to a 0500.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) code: Option<String>,
    pub(super) de48: Option<String>,
    pub(super) again: bool,
}

/// All that settlements need beside the books.
#[derive(Debug, Clone, Default)]
pub(super) struct Settlements {
    captured: BTreeSet<Id>,
    /// What the terminal said of each batch, last.
    claimed: BTreeMap<u32, Figures>,
    settled: BTreeMap<u32, Settled>,
    findings: Vec<String>,
}

impl Settlements {
    pub(super) const fn settled(&self) -> &BTreeMap<u32, Settled> {
        &self.settled
    }

    pub(super) fn has_seen(&self, batch: u32) -> bool {
        self.claimed.contains_key(&batch)
    }

    pub(super) fn findings(&self) -> &[String] {
        &self.findings
    }

    pub(super) fn capture(&mut self, id: Id) {
        self.captured.insert(id);
    }

    pub(super) fn release(&mut self, id: Id) {
        self.captured.remove(&id);
    }

    /// A 0500. The first one of a batch may find the host busy, or its capture incomplete.
    pub(super) fn settle(
        &mut self,
        host: Host,
        id: Id,
        claimed: &str,
        books: &mut Books,
        rng: &mut StdRng,
    ) -> Answer {
        books.used_for_settlement(id);
        let Some(claimed_figures) = read(host, claimed) else {
            self.findings.push(format!("{id}: figures {claimed} cannot be read"));
            return Answer { code: Some(code::NOT_ALLOWED.into()), de48: None, again: false };
        };
        let before = self.claimed.insert(id.batch, claimed_figures);
        if before.is_some_and(|before| before != claimed_figures) {
            self.findings.push(format!("{id}: a repeat of a 0500 carries other figures"));
        }
        if before.is_none() && rng.random_ratio(1, 2) {
            self.lose_one(id.batch, books, rng);
        }
        let busy = before.is_none() && host == Host::Wallet && rng.random_ratio(1, 3);
        let settled = Settled { claimed: claimed_figures, booked: self.figures(id.batch, books) };
        if settled.is_balanced() && !busy {
            books.close_batch(id.batch);
            self.settled.insert(id.batch, settled);
        }
        let (code, de48) = match host {
            Host::Cards => (None, Some(with_flags(claimed, &settled))),
            Host::Wallet if busy => (Some(code::BUSY), None),
            Host::Wallet if settled.is_balanced() => (Some(code::DONE), None),
            Host::Wallet => (Some(code::OUT_OF_BALANCE), None),
        };
        Answer { code: code.map(str::to_owned), de48, again: before.is_some() }
    }

    fn lose_one(&mut self, batch: u32, books: &Books, rng: &mut StdRng) {
        let counted: Vec<Id> = self.counted(batch, books).map(|booked| booked.payment.id).collect();
        if let Some(id) = counted.get(rng.random_range(0..counted.len().max(1))) {
            self.captured.remove(id);
        }
    }

    /// Payments of an unbalanced batch: each must be in the books, and is captured then. Says how
    /// many had not been.
    pub(super) fn upload(&mut self, details: &[Detail], books: &Books) -> u32 {
        let mut recaptured = 0;
        for Detail { id, kind, amount } in details {
            let same = |booked: &&Booked| {
                booked.stands() && (booked.payment.kind, booked.amount) == (*kind, *amount)
            };
            match books.get(*id).filter(same) {
                Some(_) => recaptured += u32::from(self.captured.insert(*id)),
                None => {
                    let name = kind.name();
                    let finding = format!("{id}: a {name} over {amount} is uploaded and not known");
                    self.findings.push(finding);
                }
            }
        }
        recaptured
    }

    /// The upload is complete, or the terminal has seen that the figures agree.
    pub(super) fn end(&mut self, host: Host, batch: u32, books: &Books) -> &'static str {
        let Some(&claimed) = self.claimed.get(&batch) else { return code::UNKNOWN };
        let settled = Settled { claimed, booked: self.figures(batch, books) };
        self.settled.insert(batch, settled);
        // The answer to a UnionPay-style end message says no more than that it was read.
        if settled.is_balanced() || host == Host::Cards {
            code::DONE
        } else {
            code::CLOSED_WITH_DIFFERENCE
        }
    }

    fn counted<'a>(&'a self, batch: u32, books: &'a Books) -> impl Iterator<Item = &'a Booked> {
        books.all().filter(move |booked| {
            let id = booked.payment.id;
            booked.stands()
                && id.batch == batch
                && self.captured.contains(&id)
                && super::moves(booked.payment.kind) != 0
        })
    }

    /// What a batch adds up to in the capture. A voided sale is a debit, and its void a credit.
    fn figures(&self, batch: u32, books: &Books) -> Figures {
        let mut figures = Figures::default();
        for booked in self.counted(batch, books) {
            let [domestic, foreign] = &mut figures.0;
            let sides = if booked.payment.foreign { foreign } else { domestic };
            let to_merchant = super::moves(booked.payment.kind) > 0;
            let sum = if to_merchant { &mut sides.debit } else { &mut sides.credit };
            // A tip is a part of its sale.
            sum.count += u64::from(booked.payment.kind != Kind::TipAdjust);
            sum.amount += booked.amount;
        }
        figures
    }
}

/// One class of cards in DE48: debit amount 12 and count 3, credit amount 12 and count 3, a flag.
const CLASS: usize = 31;

/// Reads what a 0500 says: to the card acquirer DE48; to the wallet DE76, 88, 74 and 86.
fn read(host: Host, figures: &str) -> Option<Figures> {
    let number = |from: usize, digits: usize| figures.get(from..from + digits)?.parse().ok();
    let sum =
        |amount: Option<u64>, count: Option<u64>| Some(Sum { count: count?, amount: amount? });
    let class = |at: usize| {
        let debit = sum(number(at, 12), number(at + 12, 3))?;
        let credit = sum(number(at + 15, 12), number(at + 27, 3))?;
        Some(Sides { debit, credit })
    };
    match host {
        Host::Cards => Some(Figures([class(0)?, class(CLASS)?])),
        Host::Wallet => {
            let debit = sum(number(10, 16), number(0, 10))?;
            let credit = sum(number(36, 16), number(26, 10))?;
            Some(Figures([Sides { debit, credit }, Sides::default()]))
        }
    }
}

/// DE48 as received, with the flags that say which class of cards balances.
fn with_flags(de48: &str, settled: &Settled) -> String {
    let flags = settled.claimed.0.iter().zip(&settled.booked.0);
    let mut answer = de48.to_owned();
    for (n, (claimed, booked)) in flags.enumerate() {
        let at = CLASS * (n + 1) - 1;
        answer.replace_range(at..=at, if claimed == booked { "1" } else { "2" });
    }
    answer
}
