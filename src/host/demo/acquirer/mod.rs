//! An acquirer with books of its own. No network and no clock: messages and times in, answers out.
//! [`network`](super::network) decides which of them get through.
//!
//! It is the other side of the comparison, so it shares no code with the ledger.
//!
//! | question | file |
//! |---|---|
//! | What is booked, and what follows what? | `books` |
//! | What is approved? | `cards` |
//! | Which orders are paid, closed, cancelled? | `orders` |
//! | Does a batch balance? | `settle` |

mod books;
mod cards;
mod orders;
mod settle;
#[cfg(test)]
mod tests;

pub(super) use books::{Booked, Books, Standing, holds, moves};
pub(super) use settle::Settled;

use super::hosts::Host;
use super::wire::{Id, Payment, Request, Response, Subject, code};
use orders::Orders;
use rand::SeedableRng;
use rand::rngs::StdRng;
use settle::Settlements;
use std::collections::BTreeMap;

/// What an acquirer noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct BookCounts {
    /// Messages that said again what had been said, refused or answered as before.
    pub(super) repeats: u32,
    /// Requests that arrived after their own reversal or cancel.
    pub(super) after_reversal: u32,
    /// Cancels that failed because the payer had just paid.
    pub(super) just_paid: u32,
    /// Orders that were undone by a second cancel, which may be a copy of the first.
    pub(super) undone_by_a_second: u32,
    /// Orders that were paid although they had been cancelled.
    pub(super) paid_after_cancel: u32,
    /// Payments that a batch had lost and an upload brought back.
    pub(super) recaptured: u32,
}

/// An acquirer and all that it knows.
#[derive(Debug, Clone)]
pub(super) struct Acquirer {
    pub(super) host: Host,
    books: Books,
    orders: Orders,
    settlements: Settlements,
    rng: StdRng,
    pub(super) counts: BookCounts,
}

impl Acquirer {
    pub(super) fn new(host: Host, seed: u64) -> Self {
        Self {
            host,
            books: Books::default(),
            orders: Orders::default(),
            settlements: Settlements::default(),
            rng: StdRng::seed_from_u64(seed.rotate_left(16)),
            counts: BookCounts::default(),
        }
    }

    pub(super) const fn books(&self) -> &Books {
        &self.books
    }

    /// Every settled batch.
    pub(super) const fn settled(&self) -> &BTreeMap<u32, Settled> {
        self.settlements.settled()
    }

    /// Whether a 0500 of this batch has come before.
    pub(super) fn has_seen_settlement(&self, batch: u32) -> bool {
        self.settlements.has_seen(batch)
    }

    /// What is wrong on this side alone, in words.
    pub(super) fn findings(&self) -> Vec<String> {
        let mut findings = self.settlements.findings().to_vec();
        for (id, booked) in self.books.reused() {
            let names: Vec<&str> = booked.iter().map(|b| b.payment.reference.as_str()).collect();
            findings.push(format!("{id} was used more than once: {}", names.join(", ")));
        }
        for (order, refunds) in self.orders.refunded_more_than_once() {
            findings.push(format!("order {order} was given back {refunds} times"));
        }
        findings
    }

    /// Does what the request asks for and says what became of it.
    pub(super) fn handle(&mut self, request: &Request, now_ms: u64) -> Response {
        self.pass(now_ms);
        let to = request.subject();
        match request {
            Request::Pay(payment) => self.pay(payment, to, now_ms),
            Request::Stored { payment, attempt } => self.stored(payment, *attempt, to),
            Request::Reverse { id, amount, .. } => Response::new(to, self.reverse(*id, *amount)),
            Request::Query { id, .. } => self.books.query(*id, to),
            Request::QueryOrder { order, .. } => self.orders.query(order, &self.books, to),
            Request::Cancel { order, .. } => Response::new(to, self.cancel(order, now_ms)),
            Request::RefundOrder { order, number, .. } => {
                Response::new(to, self.orders.refund(order, number, &mut self.books))
            }
            Request::Settle { id, figures } => self.settle(*id, figures, to),
            Request::Upload { details, .. } => {
                self.counts.recaptured += self.settlements.upload(details, &self.books);
                Response::new(to, code::DONE)
            }
            Request::End { id, .. } => {
                let code = self.settlements.end(self.host, id.batch, &self.books);
                self.books.close_batch(id.batch);
                Response::new(to, code)
            }
            Request::SignOff { .. } => {
                let code = if self.orders.has_news() { code::BUSY } else { code::DONE };
                Response::new(to, code)
            }
        }
    }

    /// Time goes by: payers pay.
    pub(super) fn pass(&mut self, now_ms: u64) {
        for (id, in_time) in self.orders.pass(now_ms, &mut self.books) {
            if in_time {
                self.settlements.capture(id);
            } else {
                self.counts.paid_after_cancel += 1;
            }
        }
    }

    /// What the wallet tells unasked, and repeats until it is acted upon: orders that are paid
    /// although they were cancelled.
    pub(super) fn notices(&self) -> Vec<Response> {
        let notice = |id| {
            self.books.answer_of(id).map(|answer| Response { to: Subject::Notice(id), ..answer })
        };
        self.orders.paid_after_cancel().filter_map(notice).collect()
    }

    /// Authorises or declines. A message that was seen before is answered and not booked again;
    /// another one under the same batch and STAN is another payment, and the customer pays.
    fn pay(&mut self, payment: &Payment, to: Subject, now_ms: u64) -> Response {
        if let Some(seen) = self.books.seen(payment) {
            self.counts.repeats += 1;
            return Response { to, code: Some(code::REPEATED.to_owned()), ..seen.answer.clone() };
        }
        self.book(payment, to, now_ms)
    }

    /// An advice, or a refund that may be sent again: booked once, whatever else.
    fn stored(&mut self, payment: &Payment, attempt: u16, to: Subject) -> Response {
        let Some(seen) = self.books.seen(payment) else { return self.book(payment, to, 0) };
        self.counts.repeats += 1;
        let mut answer = Response { to, ..seen.answer.clone() };
        // As many hosts do: the repeat of a message that was taken is a duplicate.
        if attempt > 1 && answer.says(code::DONE) && self.host == Host::Cards {
            answer.code = Some(code::REPEATED.to_owned());
        }
        answer
    }

    fn book(&mut self, payment: &Payment, to: Subject, now_ms: u64) -> Response {
        let known = payment.terminal == self.host.terminal();
        let verdict = match &payment.order {
            _ if !known => Err(code::NO_SUCH_TERMINAL),
            _ if self.books.is_barred(payment.id) => Err(code::BARRED),
            Some(order) if payment.original.is_none() => {
                self.orders.place(order, payment, now_ms).map(|()| payment.amount)
            }
            _ => self.books.judge(payment),
        };
        if verdict == Err(code::BARRED) {
            self.counts.after_reversal += 1;
        }
        let standing = self.books.book(payment, verdict, to);
        if standing == Standing::Approved {
            self.settlements.capture(payment.id);
        }
        self.books
            .answer_of(payment.id)
            .map_or_else(|| Response::new(to, code::UNKNOWN), |answer| Response { to, ..answer })
    }

    fn reverse(&mut self, id: Id, amount: u64) -> &'static str {
        let (code, again) = self.books.reverse(id, amount);
        self.counts.repeats += u32::from(again);
        if code == code::DONE {
            self.settlements.release(id);
        }
        code
    }

    fn cancel(&mut self, order: &str, now_ms: u64) -> &'static str {
        let cancelled = self.orders.cancel(order, now_ms, &mut self.books);
        self.counts.repeats += u32::from(cancelled.again);
        self.counts.just_paid += u32::from(cancelled.code == code::JUST_PAID);
        if let Some(id) = cancelled.undone {
            self.counts.undone_by_a_second += 1;
            self.settlements.release(id);
        }
        cancelled.code
    }

    fn settle(&mut self, id: Id, claimed: &str, to: Subject) -> Response {
        let settled =
            self.settlements.settle(self.host, id, claimed, &mut self.books, &mut self.rng);
        self.counts.repeats += u32::from(settled.again);
        Response { code: settled.code, de48: settled.de48, ..Response::new(to, code::DONE) }
    }
}
