//! Between what the journal keeps and what goes over the line: conversions, and nothing else.

use super::wire::{Figures, Id, Kind, Payment, Request, Response, Sum, code};
use crate::journal::{Begin, OutcomeOf};
use crate::record::{
    AnswerClass, AuthCode, Intent, Reference, ResponseCode, Rrn, SettleClass, Tally, Totals,
    TransactionKind, Uptime,
};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How the acquirer knows a payment.
pub(super) const fn id(intent: &Intent) -> Id {
    Id { batch: intent.batch.get(), stan: intent.stan.get() }
}

pub(super) const fn kind(kind: TransactionKind) -> Kind {
    match kind {
        TransactionKind::Sale => Kind::Sale,
        TransactionKind::Void => Kind::Void,
        TransactionKind::Refund => Kind::Refund,
        // The script has no other kinds.
        _ => Kind::Sale,
    }
}

/// A payment whose intent is durable.
pub(super) fn payment(intent: &Intent, original: Option<Id>) -> Request {
    Request::Pay(Payment {
        id: id(intent),
        kind: kind(intent.kind),
        amount: intent.amount.minor(),
        reference: text_of(intent.reference.as_ref()),
        original,
        sent_us: micros(since_1970()),
    })
}

/// TEST ONLY: a sale whose intent is not, with the numbers that it is going to get.
pub(super) fn unrecorded(id: Id, sale: &Begin) -> Request {
    Request::Pay(Payment {
        id,
        kind: kind(sale.kind),
        amount: sale.amount.minor(),
        reference: text_of(sale.reference.as_ref()),
        original: None,
        sent_us: micros(since_1970()),
    })
}

fn text_of(reference: Option<&Reference>) -> String {
    reference.map(Reference::to_string).unwrap_or_default()
}

/// What the 0500 says. This acquirer wants voided sales counted on both sides.
pub(super) fn figures(totals: &Totals) -> Figures {
    let mut figures = Figures::default();
    for currency in totals.rows() {
        figures.sales = sum(figures.sales, currency.sales);
        figures.refunds = sum(figures.refunds, currency.refunds);
        figures.voided = sum(figures.voided, currency.voided);
    }
    figures
}

fn sum(so_far: Sum, tally: Tally) -> Sum {
    Sum { count: so_far.count + tally.count, amount: so_far.amount + tally.amount.minor() }
}

/// DE39, where it can be used.
pub(super) fn code_of(response: &Response) -> Option<ResponseCode> {
    ResponseCode::new(response.code.as_bytes()).ok()
}

/// The answer to a payment or to a query, as the journal takes it.
pub(super) fn outcome_of(response: &Response, elapsed_ms: u32, uptime: Uptime) -> OutcomeOf {
    OutcomeOf {
        code: code_of(response),
        rrn: response.rrn.as_deref().and_then(|rrn| Rrn::new(rrn).ok()),
        auth_code: response.auth_code.as_deref().and_then(|code| AuthCode::new(code).ok()),
        elapsed_ms,
        uptime,
        ..OutcomeOf::default()
    }
}

/// This acquirer's answers to a reversal.
pub(super) fn reversal_class(response: Option<&Response>) -> AnswerClass {
    match response.map(|response| response.code.as_str()) {
        Some(code::DONE) => AnswerClass::Done,
        Some(code::UNKNOWN) => AnswerClass::NothingToReverse,
        Some(_) => AnswerClass::Refused,
        None => AnswerClass::Nothing,
    }
}

/// This acquirer's answers to a 0500.
pub(super) fn settle_class(response: Option<&Response>) -> SettleClass {
    match response.map(|response| response.code.as_str()) {
        Some(code::DONE) => SettleClass::Balanced,
        Some(code::OUT_OF_BALANCE) => SettleClass::Unbalanced,
        Some(_) => SettleClass::Refused,
        None => SettleClass::Nothing,
    }
}

/// What the wall clock shows, in UTC.
pub(super) fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
