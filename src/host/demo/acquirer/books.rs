//! What is booked: every message, in the order of arrival, and how it stands.

use super::super::wire::{Id, Kind, Named, Payment, Response, Subject, code};
use std::collections::{BTreeMap, BTreeSet};

/// Where a payment stands with the acquirer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Standing {
    /// An order that its payer has not paid.
    Pending,
    Approved,
    Declined,
    Reversed,
    /// An order that was paid too late and given back.
    GivenBack,
}

/// A payment in the books.
#[derive(Debug, Clone)]
pub(in super::super) struct Booked {
    pub(in super::super) payment: Payment,
    pub(in super::super) standing: Standing,
    /// What was approved of it.
    pub(in super::super) amount: u64,
    /// The payment that it names.
    pub(in super::super) original: Option<Id>,
    pub(super) answer: Response,
}

impl Booked {
    pub(in super::super) fn stands(&self) -> bool {
        self.standing == Standing::Approved
    }
}

/// Which way the money of a kind goes: 1 to the merchant, -1 back.
pub(in super::super) const fn moves(kind: Kind) -> i64 {
    match kind {
        Kind::Sale
        | Kind::Completion
        | Kind::CompletionAdvice
        | Kind::OfflineSale
        | Kind::TipAdjust
        | Kind::RefundVoid
        | Kind::QrSale => 1,
        Kind::Void | Kind::CompletionVoid | Kind::Refund | Kind::QrRefund => -1,
        Kind::PreAuth
        | Kind::Increment
        | Kind::PreAuthVoid
        | Kind::ScriptResult
        | Kind::BalanceInquiry => 0,
    }
}

/// What a kind does to a hold on the customer's account.
pub(in super::super) const fn holds(kind: Kind) -> i64 {
    match kind {
        Kind::PreAuth | Kind::Increment => 1,
        Kind::PreAuthVoid => -1,
        _ => 0,
    }
}

/// It takes another payment back as a whole.
const fn undoes(kind: Kind) -> bool {
    matches!(kind, Kind::Void | Kind::CompletionVoid | Kind::RefundVoid | Kind::PreAuthVoid)
}

/// The books.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Books {
    /// In the order of arrival. More than one under an id is a STAN used twice.
    entries: BTreeMap<Id, Vec<Booked>>,
    /// Reversed or asked about while unknown: declined if they ever arrive.
    barred: BTreeSet<Id>,
    /// Ids of 0500s.
    settlements: BTreeSet<Id>,
    closed_batches: BTreeSet<u32>,
    next_rrn: u64,
}

impl Books {
    /// Every payment, in order of batch and STAN.
    pub(in super::super) fn all(&self) -> impl Iterator<Item = &Booked> {
        self.entries.values().flatten()
    }

    /// STANs that a batch used for more than one message.
    pub(in super::super) fn reused(&self) -> impl Iterator<Item = (Id, &[Booked])> {
        self.entries.iter().map(|(id, booked)| (*id, booked.as_slice())).filter(|(id, booked)| {
            booked.len() > 1 || (!booked.is_empty() && self.settlements.contains(id))
        })
    }

    pub(super) fn used_for_settlement(&mut self, id: Id) {
        self.settlements.insert(id);
    }

    pub(super) fn close_batch(&mut self, batch: u32) {
        self.closed_batches.insert(batch);
    }

    pub(super) fn is_closed(&self, batch: u32) -> bool {
        self.closed_batches.contains(&batch)
    }

    pub(super) fn is_barred(&self, id: Id) -> bool {
        self.barred.contains(&id)
    }

    /// The very same message, if it has come before.
    pub(super) fn seen(&self, payment: &Payment) -> Option<&Booked> {
        self.entries.get(&payment.id)?.iter().find(|booked| booked.payment == *payment)
    }

    /// The newest message under an id.
    pub(super) fn get(&self, id: Id) -> Option<&Booked> {
        self.entries.get(&id)?.last()
    }

    pub(super) fn answer_of(&self, id: Id) -> Option<Response> {
        self.get(id).map(|booked| booked.answer.clone())
    }

    /// Books a message with what was decided about it: the amount that is approved, or a DE39. An
    /// order that was placed is pending.
    pub(super) fn book(
        &mut self,
        payment: &Payment,
        verdict: Result<u64, &'static str>,
        to: Subject,
    ) -> Standing {
        self.next_rrn += 1;
        let rrn = self.next_rrn;
        let (standing, code, amount) = match verdict {
            Ok(amount) if amount < payment.amount => (Standing::Approved, code::PARTLY, amount),
            Ok(amount) => (Standing::Approved, code::DONE, amount),
            Err(code::PENDING) => (Standing::Pending, code::PENDING, payment.amount),
            Err(code) => (Standing::Declined, code, payment.amount),
        };
        let answer = Response {
            rrn: Some(format!("{rrn:012}")),
            auth_code: verdict.is_ok().then(|| format!("{:06}", rrn % 1_000_000)),
            amount: (code == code::PARTLY).then_some(amount),
            ..Response::new(to, code)
        };
        let original = payment.original.as_ref().and_then(|named| self.find(named));
        let original = original.map(|booked| booked.payment.id);
        let payment = payment.clone();
        let booked = Booked { payment, standing, amount, original, answer };
        self.entries.entry(booked.payment.id).or_default().push(booked);
        standing
    }

    /// An order stands elsewhere now; from here on it is answered so.
    pub(super) fn set_order(&mut self, id: Id, standing: Standing, code: &str) {
        if let Some(booked) = self.entries.get_mut(&id).and_then(|entries| entries.last_mut()) {
            booked.standing = standing;
            booked.answer.code = Some(code.to_owned());
        }
    }

    /// Takes a payment back, once. One that is not known is remembered and declined when it comes.
    /// Says whether it had been done before.
    pub(super) fn reverse(&mut self, id: Id, amount: u64) -> (&'static str, bool) {
        let entries = self.entries.get_mut(&id).map(Vec::as_mut_slice).unwrap_or_default();
        let same = |booked: &&mut Booked| booked.payment.amount == amount;
        if let Some(booked) = entries.iter_mut().rev().filter(same).find(|booked| booked.stands()) {
            booked.standing = Standing::Reversed;
            return (code::DONE, false);
        }
        if entries.iter().any(|booked| booked.standing == Standing::Reversed) {
            return (code::DONE, true);
        }
        let first = self.barred.insert(id);
        (code::UNKNOWN, !first)
    }

    pub(super) fn query(&mut self, id: Id, to: Subject) -> Response {
        match self.answer_of(id) {
            Some(answer) => Response { to, ..answer },
            None => {
                self.barred.insert(id);
                Response::new(to, code::UNKNOWN)
            }
        }
    }

    /// The payment that another one names.
    pub(super) fn find(&self, named: &Named) -> Option<&Booked> {
        match named {
            Named::Message(id) => {
                let entries = self.entries.get(id)?;
                entries.iter().rev().find(|booked| booked.stands()).or(entries.last())
            }
            Named::Slip(rrn) => {
                let same = |booked: &&Booked| booked.answer.rrn.as_ref() == Some(rrn);
                self.all().filter(same).find(|booked| booked.stands())
            }
        }
    }

    /// What stands and names this payment.
    pub(super) fn followers(&self, id: Id) -> impl Iterator<Item = &Booked> {
        self.all().filter(move |booked| booked.stands() && booked.original == Some(id))
    }

    pub(super) fn is_undone(&self, id: Id) -> bool {
        self.followers(id).any(|follower| undoes(follower.payment.kind))
    }
}
