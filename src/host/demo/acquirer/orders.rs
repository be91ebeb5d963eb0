//! QR orders: placed by the terminal, paid by somebody else, at a time of his own.
//!
//! | order | query | cancel |
//! |---|---|---|
//! | not known | unknown | unknown, and declined if it ever comes |
//! | pending | pending | closed |
//! | paid | paid | 'just paid', once; a second cancel gives the money back |
//! | closed, given back, declined | closed | done, again |
//! | paid after its cancel | closed | done, again; the wallet tells it unasked until it is refunded |

use super::super::wire::{Id, Payment, Response, Subject, code};
use super::books::{Books, Standing};
use std::collections::{BTreeMap, BTreeSet};

/// After a cancel, until it is known that the payer paid all the same.
const TOLD_AFTER_MS: u64 = 15;

/// What the payer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Payer {
    /// He pays so many milliseconds after the order was placed.
    After(u64),
    /// He takes his time: when he has paid, so many questions were answered.
    AfterQuestions(u32),
    Refuses,
    Never,
    /// He has paid by the time that it is cancelled, and nobody knows it yet.
    WhileItIsCancelled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Pending,
    /// `spared`: a cancel has failed.
    Paid {
        spared: bool,
    },
    /// Closed, undone or declined.
    Closed,
    /// Closed, and from this time on it will show that it is paid.
    ToShow {
        at_ms: u64,
    },
    PaidAfterCancel,
    GivenBack,
}

#[derive(Debug, Clone)]
struct Order {
    id: Id,
    payer: Payer,
    placed_ms: u64,
    /// Questions that were answered 'pending'.
    questions: u32,
    state: State,
    /// Numbers of its refunds.
    refunds: BTreeSet<String>,
}

/// What a cancel did.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cancelled {
    pub(super) code: &'static str,
    /// It said what had been said.
    pub(super) again: bool,
    /// A paid order that it undid.
    pub(super) undone: Option<Id>,
}

/// All orders, by their numbers.
#[derive(Debug, Clone, Default)]
pub(super) struct Orders {
    orders: BTreeMap<String, Order>,
    /// Cancelled while unknown.
    barred: BTreeSet<String>,
}

impl Orders {
    /// A new order. `Err` holds the DE39 of one that is not paid at once.
    pub(super) fn place(
        &mut self,
        number: &str,
        payment: &Payment,
        now_ms: u64,
    ) -> Result<(), &'static str> {
        if self.barred.contains(number) {
            return Err(code::BARRED);
        }
        let payer = payer(number);
        let (state, answer) = match payer {
            Payer::After(0) => (State::Paid { spared: false }, Ok(())),
            Payer::Refuses => (State::Closed, Err(code::NO_FUNDS)),
            _ => (State::Pending, Err(code::PENDING)),
        };
        let (id, refunds) = (payment.id, BTreeSet::new());
        let order = Order { id, payer, placed_ms: now_ms, questions: 0, state, refunds };
        self.orders.insert(number.to_owned(), order);
        answer
    }

    /// Time goes by. Says which orders are paid now, and whether in time.
    pub(super) fn pass(&mut self, now_ms: u64, books: &mut Books) -> Vec<(Id, bool)> {
        let mut paid = Vec::new();
        for order in self.orders.values_mut() {
            let state = match (order.state, order.payer) {
                (State::Pending, Payer::After(ms)) if now_ms >= order.placed_ms + ms => {
                    State::Paid { spared: false }
                }
                (State::Pending, Payer::AfterQuestions(most)) if order.questions >= most => {
                    State::Paid { spared: false }
                }
                (State::ToShow { at_ms }, _) if now_ms >= at_ms => State::PaidAfterCancel,
                _ => continue,
            };
            order.state = state;
            books.set_order(order.id, Standing::Approved, code::DONE);
            paid.push((order.id, state != State::PaidAfterCancel));
        }
        paid
    }

    pub(super) fn query(&mut self, number: &str, books: &Books, to: Subject) -> Response {
        let Some(order) = self.orders.get_mut(number) else {
            return Response::new(to, code::UNKNOWN);
        };
        match order.state {
            State::Pending => {
                order.questions += 1;
                Response::new(to, code::PENDING)
            }
            State::Paid { .. } => books
                .answer_of(order.id)
                .map_or_else(|| Response::new(to, code::UNKNOWN), |paid| Response { to, ..paid }),
            _ => Response::new(to, code::CLOSED),
        }
    }

    pub(super) fn cancel(&mut self, number: &str, now_ms: u64, books: &mut Books) -> Cancelled {
        let Some(order) = self.orders.get_mut(number) else {
            let again = !self.barred.insert(number.to_owned());
            return Cancelled { code: code::UNKNOWN, again, undone: None };
        };
        let (state, code, again) = match order.state {
            State::Pending if order.payer == Payer::WhileItIsCancelled => {
                (State::ToShow { at_ms: now_ms + TOLD_AFTER_MS }, code::DONE, false)
            }
            State::Pending => (State::Closed, code::DONE, false),
            State::Paid { spared: false } => (State::Paid { spared: true }, code::JUST_PAID, false),
            State::Paid { spared: true } => (State::Closed, code::DONE, false),
            same => (same, code::DONE, true),
        };
        let undone = order.state == State::Paid { spared: true };
        if state != order.state && code == code::DONE {
            books.set_order(order.id, Standing::Reversed, code::CLOSED);
        }
        order.state = state;
        Cancelled { code, again, undone: undone.then_some(order.id) }
    }

    /// Gives back an order that was paid too late. A repeat under the same number does no more.
    pub(super) fn refund(&mut self, number: &str, refund: &str, books: &mut Books) -> &'static str {
        let Some(order) = self.orders.get_mut(number) else { return code::UNKNOWN };
        if !matches!(order.state, State::PaidAfterCancel | State::GivenBack) {
            return code::NOT_ALLOWED;
        }
        order.refunds.insert(refund.to_owned());
        order.state = State::GivenBack;
        books.set_order(order.id, Standing::GivenBack, code::CLOSED);
        code::DONE
    }

    /// Orders that the wallet tells of unasked.
    pub(super) fn paid_after_cancel(&self) -> impl Iterator<Item = Id> {
        self.orders
            .values()
            .filter(|order| order.state == State::PaidAfterCancel)
            .map(|order| order.id)
    }

    /// Something is to be told, or will be.
    pub(super) fn has_news(&self) -> bool {
        self.orders
            .values()
            .any(|order| matches!(order.state, State::PaidAfterCancel | State::ToShow { .. }))
    }

    pub(super) fn refunded_more_than_once(&self) -> impl Iterator<Item = (&str, usize)> {
        self.orders
            .iter()
            .map(|(number, order)| (number.as_str(), order.refunds.len()))
            .filter(|(_, refunds)| *refunds > 1)
    }
}

/// What the payer of an order does, drawn from its number: the same at every run.
fn payer(number: &str) -> Payer {
    // FNV-1a.
    let hash = number.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    });
    let mixed = (hash ^ hash >> 32).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    match mixed >> 58 {
        0..28 => Payer::After(0),
        28..40 => Payer::After(10 + (mixed >> 20) % 100),
        40..50 => Payer::AfterQuestions(4),
        50..54 => Payer::Refuses,
        54..58 => Payer::Never,
        _ => Payer::WhileItIsCancelled,
    }
}
