//! The acquirer's own books, kept by batch and STAN. No network, no clock: messages in, answers
//! out. [`network`](super::network) decides which of them get through.

use super::script;
use super::wire::{Figures, Id, Kind, Payment, Request, Response, code};
use std::collections::{BTreeMap, BTreeSet};

/// Where a payment stands with the acquirer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Approved,
    Declined,
    Reversed,
}

/// A payment in the books.
#[derive(Debug, Clone)]
pub(super) struct Booked {
    pub(super) payment: Payment,
    pub(super) standing: Standing,
    answer: Response,
}

impl Booked {
    fn stands(&self) -> bool {
        self.standing == Standing::Approved
    }
}

/// The books, and what is odd in them.
#[derive(Debug, Clone, Default)]
pub(super) struct Books {
    /// In the order of arrival. More than one under an id is a STAN used twice.
    entries: BTreeMap<Id, Vec<Booked>>,
    /// Reversed or asked about while unknown: declined if they ever arrive.
    barred: BTreeSet<Id>,
    /// Batches that were settled, with what the terminal said.
    settled: BTreeMap<u32, Settled>,
    /// Ids of 0500s.
    settlements: BTreeSet<Id>,
    next_rrn: u64,
    pub(super) counts: BookCounts,
}

/// How a batch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Settled {
    pub(super) claimed: Figures,
    pub(super) booked: Figures,
}

impl Settled {
    pub(super) fn is_balanced(&self) -> bool {
        self.claimed == self.booked
    }
}

/// What the acquirer noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct BookCounts {
    /// Messages that said again what had been said, refused or answered as before.
    pub(super) repeats: u32,
    /// Payments that a reversal took back.
    pub(super) reversed: u32,
    /// Requests that arrived after their own reversal.
    pub(super) after_reversal: u32,
}

impl Books {
    /// Does what the request asks for and says what became of it.
    pub(super) fn handle(&mut self, request: &Request) -> Response {
        let (code, rrn, auth_code) = match request {
            Request::Pay(payment) => return self.pay(payment),
            Request::Reverse { id, amount, .. } => (self.reverse(*id, *amount), None, None),
            Request::Query { id, .. } => return self.query(*id, request),
            Request::Settle { id, figures } => (self.settle(*id, *figures), None, None),
            Request::Upload { .. } | Request::UploadEnd { .. } => (code::DONE, None, None),
        };
        Response { to: request.subject(), code: code.to_owned(), rrn, auth_code }
    }

    /// Authorises or declines. A message that was seen before is answered and not booked again;
    /// another one under the same batch and STAN is another payment, and the customer pays.
    fn pay(&mut self, payment: &Payment) -> Response {
        if let Some(seen) = self.seen(payment) {
            let answer = Response { code: code::REPEATED.to_owned(), ..seen.answer.clone() };
            self.counts.repeats += 1;
            return answer;
        }
        let refusal = self.refusal(payment);
        self.next_rrn += 1;
        let rrn = self.next_rrn;
        let answer = Response {
            to: Request::Pay(payment.clone()).subject(),
            code: refusal.unwrap_or(code::DONE).to_owned(),
            rrn: Some(format!("{rrn:012}")),
            auth_code: refusal.is_none().then(|| format!("{:06}", rrn % 1_000_000)),
        };
        let standing = if refusal.is_some() { Standing::Declined } else { Standing::Approved };
        let booked = Booked { payment: payment.clone(), standing, answer: answer.clone() };
        self.entries.entry(payment.id).or_default().push(booked);
        answer
    }

    fn seen(&self, payment: &Payment) -> Option<&Booked> {
        self.entries.get(&payment.id)?.iter().find(|booked| booked.payment == *payment)
    }

    /// Why it is declined, if it is.
    fn refusal(&mut self, payment: &Payment) -> Option<&'static str> {
        if self.barred.contains(&payment.id) {
            self.counts.after_reversal += 1;
            return Some(code::BARRED);
        }
        let Some(original) = payment.original else { return script::declines(payment.amount) };
        let left = self.left_of(original);
        let allowed = match payment.kind {
            Kind::Sale => true,
            Kind::Void => {
                left == Some(payment.amount) && !self.settled.contains_key(&original.batch)
            }
            Kind::Refund => left.is_some_and(|left| payment.amount <= left),
        };
        if allowed { None } else { Some(code::UNKNOWN) }
    }

    /// What is left of an approved sale after its voids and refunds.
    fn left_of(&self, original: Id) -> Option<u64> {
        let sale = self.entries.get(&original)?.iter().rev().find(|booked| booked.stands())?;
        let taken: u64 = self
            .all()
            .filter(|booked| booked.stands() && booked.payment.original == Some(original))
            .map(|booked| booked.payment.amount)
            .sum();
        Some(sale.payment.amount.saturating_sub(taken))
    }

    /// Takes a payment back, once. One that is not known is remembered and declined when it comes.
    fn reverse(&mut self, id: Id, amount: u64) -> &'static str {
        let entries = self.entries.get_mut(&id).map(Vec::as_mut_slice).unwrap_or_default();
        let same = |booked: &&mut Booked| booked.payment.amount == amount;
        if let Some(booked) = entries.iter_mut().rev().filter(same).find(|booked| booked.stands()) {
            booked.standing = Standing::Reversed;
            self.counts.reversed += 1;
            return code::DONE;
        }
        let again = self.barred.contains(&id);
        let before = entries.iter().any(|booked| booked.standing == Standing::Reversed);
        self.counts.repeats += u32::from(again || before);
        if before {
            return code::DONE;
        }
        self.barred.insert(id);
        code::UNKNOWN
    }

    fn query(&mut self, id: Id, request: &Request) -> Response {
        let to = request.subject();
        match self.entries.get(&id).and_then(|entries| entries.last()) {
            Some(booked) => Response { to, ..booked.answer.clone() },
            None => {
                self.barred.insert(id);
                let code = code::UNKNOWN.to_owned();
                Response { to, code, rrn: None, auth_code: None }
            }
        }
    }

    fn settle(&mut self, id: Id, claimed: Figures) -> &'static str {
        self.settlements.insert(id);
        let booked = self.figures(id.batch);
        if self.settled.contains_key(&id.batch) {
            self.counts.repeats += 1;
        }
        let settled = *self.settled.entry(id.batch).or_insert(Settled { claimed, booked });
        if settled.is_balanced() && settled.claimed == claimed {
            code::DONE
        } else {
            code::OUT_OF_BALANCE
        }
    }

    /// What a batch adds up to in these books.
    fn figures(&self, batch: u32) -> Figures {
        let mut figures = Figures::default();
        for booked in self.all().filter(|b| b.stands() && b.payment.id.batch == batch) {
            let sum = match booked.payment.kind {
                Kind::Sale => &mut figures.sales,
                Kind::Void => &mut figures.voided,
                Kind::Refund => &mut figures.refunds,
            };
            sum.add(booked.payment.amount);
        }
        figures
    }

    /// Every payment, in order of batch and STAN.
    pub(super) fn all(&self) -> impl Iterator<Item = &Booked> {
        self.entries.values().flatten()
    }

    /// Every settled batch.
    pub(super) fn settled(&self) -> &BTreeMap<u32, Settled> {
        &self.settled
    }

    pub(super) fn is_settled(&self, batch: u32) -> bool {
        self.settled.contains_key(&batch)
    }

    /// STANs that a batch used for more than one message.
    pub(super) fn reused(&self) -> impl Iterator<Item = (Id, &[Booked])> {
        self.entries.iter().map(|(id, booked)| (*id, booked.as_slice())).filter(|(id, booked)| {
            booked.len() > 1 || (!booked.is_empty() && self.settlements.contains(id))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Id = Id { batch: 1, stan: 1 };

    fn sale(id: Id, amount: u64, sent_us: u64) -> Request {
        let reference = String::from("R-000001");
        Request::Pay(Payment { id, kind: Kind::Sale, amount, reference, original: None, sent_us })
    }

    fn reversal(id: Id, amount: u64) -> Request {
        Request::Reverse { id, amount, reason: String::from("98"), attempt: 1 }
    }

    fn code_of(books: &mut Books, request: &Request) -> String {
        books.handle(request).code
    }

    #[test]
    fn a_reversal_takes_back_once_and_answers_the_same_again() {
        let mut books = Books::default();
        assert_eq!(code_of(&mut books, &sale(FIRST, 120, 1)), code::DONE);
        assert_eq!(code_of(&mut books, &reversal(FIRST, 120)), code::DONE);
        assert_eq!(code_of(&mut books, &reversal(FIRST, 120)), code::DONE);
        assert_eq!(books.counts, BookCounts { repeats: 1, reversed: 1, after_reversal: 0 });
    }

    #[test]
    fn a_request_after_its_reversal_is_declined() {
        let mut books = Books::default();
        assert_eq!(code_of(&mut books, &reversal(FIRST, 120)), code::UNKNOWN);
        assert_eq!(code_of(&mut books, &sale(FIRST, 120, 1)), code::BARRED);
        assert_eq!(books.all().filter(|booked| booked.stands()).count(), 0);
    }

    #[test]
    fn the_same_message_books_once_and_another_under_its_stan_books_again() {
        let mut books = Books::default();
        books.handle(&sale(FIRST, 120, 1));
        assert_eq!(code_of(&mut books, &sale(FIRST, 120, 1)), code::REPEATED);
        assert_eq!(books.reused().count(), 0);
        assert_eq!(code_of(&mut books, &sale(FIRST, 120, 2)), code::DONE);
        assert_eq!(books.reused().count(), 1);
    }

    #[test]
    fn a_settlement_balances_only_with_the_same_figures() {
        let mut books = Books::default();
        books.handle(&sale(FIRST, 120, 1));
        let id = Id { batch: 1, stan: 2 };
        let mut figures = Figures::default();
        assert_eq!(books.clone().settle(id, figures), code::OUT_OF_BALANCE);
        figures.sales.add(120);
        assert_eq!(books.settle(id, figures), code::DONE);
    }

    #[test]
    fn a_refund_takes_no_more_than_is_left() {
        let mut books = Books::default();
        books.handle(&sale(FIRST, 120, 1));
        let mut refund = |stan, amount| {
            let id = Id { batch: 1, stan };
            let reference = format!("R-{stan:06}");
            let original = Some(FIRST);
            let kind = Kind::Refund;
            let payment = Payment { id, kind, amount, reference, original, sent_us: 9 };
            code_of(&mut books, &Request::Pay(payment))
        };
        assert_eq!(refund(2, 100), code::DONE);
        assert_eq!(refund(3, 21), code::UNKNOWN);
        assert_eq!(refund(4, 20), code::DONE);
    }
}
