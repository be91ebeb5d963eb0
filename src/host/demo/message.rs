//! Between what the journal keeps and what goes over the line: conversions, and nothing else.

use super::Failure;
use super::hosts::Host;
use super::wire::{Detail, Id, Kind, Named, Payment, Response, code};
use crate::journal::{Begin, OutcomeOf, Receipt};
use crate::ledger::figures::{Layout, iso_figures, unionpay_de48};
use crate::record::{
    Amount, AuthCode, CardClass, Currency, Intent, OrderNumber, Reference, ResponseCode, Rrn,
    Totals, TotalsRow, TransactionKind as K, Uptime, Verdict,
};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How the acquirer knows a payment.
pub(super) const fn id(intent: &Intent) -> Id {
    Id { batch: intent.batch.get(), stan: intent.stan.get() }
}

/// The same kind on both sides.
const KINDS: [(K, Kind); 16] = [
    (K::Sale, Kind::Sale),
    (K::Void, Kind::Void),
    (K::Refund, Kind::Refund),
    (K::RefundVoid, Kind::RefundVoid),
    (K::PreAuth, Kind::PreAuth),
    (K::Increment, Kind::Increment),
    (K::PreAuthVoid, Kind::PreAuthVoid),
    (K::Completion, Kind::Completion),
    (K::CompletionVoid, Kind::CompletionVoid),
    (K::CompletionAdvice, Kind::CompletionAdvice),
    (K::OfflineSale, Kind::OfflineSale),
    (K::TipAdjust, Kind::TipAdjust),
    (K::ScriptResult, Kind::ScriptResult),
    (K::BalanceInquiry, Kind::BalanceInquiry),
    (K::QrSale, Kind::QrSale),
    (K::QrRefund, Kind::QrRefund),
];

pub(super) fn kind(kind: K) -> Kind {
    KINDS.iter().find(|(here, _)| *here == kind).map_or(Kind::Sale, |(_, there)| *there)
}

pub(super) fn transaction(kind: Kind) -> K {
    KINDS.iter().find(|(_, there)| *there == kind).map_or(K::Sale, |(here, _)| *here)
}

/// A payment whose intent is durable.
pub(super) fn payment(intent: &Intent, terminal: &str, original: Option<Named>) -> Payment {
    let Intent { moment, .. } = intent;
    Payment {
        id: id(intent),
        terminal: terminal.to_owned(),
        kind: kind(intent.kind),
        amount: intent.amount.minor(),
        reference: text_of(intent.reference.as_ref()),
        original,
        foreign: intent.card_class() == CardClass::Foreign,
        order: intent.order.as_ref().map(OrderNumber::to_string),
        // All that the record says of the time, so that a repeat says the same.
        sent_us: u64::from(moment.local_seconds) * 1_000_000_000
            + u64::from(moment.boot) * 10_000_000
            + moment.uptime.0,
    }
}

/// TEST ONLY: a payment whose intent is not durable, with the numbers that it is going to get.
pub(super) fn unrecorded(id: Id, sale: &Begin) -> Payment {
    Payment {
        id,
        terminal: Host::of_book(sale.book).terminal().to_owned(),
        kind: kind(sale.kind),
        amount: sale.amount.minor(),
        reference: text_of(sale.reference.as_ref()),
        original: None,
        foreign: sale.cards == Some(CardClass::Foreign),
        order: sale.order.as_ref().map(OrderNumber::to_string),
        sent_us: micros(since_1970()),
    }
}

fn text_of(reference: Option<&Reference>) -> String {
    reference.map(Reference::to_string).unwrap_or_default()
}

/// A payment of a 0320.
pub(super) fn detail(receipt: &Receipt) -> Detail {
    let Receipt { intent, approved, .. } = receipt;
    Detail { id: id(intent), kind: kind(intent.kind), amount: approved.minor() }
}

/// What the 0500 says, in the fields that the host wants.
///
/// # Errors
/// A figure has too many digits.
pub(super) fn figures(host: Host, totals: &Totals) -> Result<String, Failure> {
    let profile = host.profile();
    match profile.layout {
        Layout::UnionPay => Ok(digits(&unionpay_de48(totals, profile.voided)?)),
        _ => {
            let none = TotalsRow::new(Currency::CNY, CardClass::Domestic);
            let row = totals.rows().first().unwrap_or(&none);
            let figures = iso_figures(row, profile.voided)?;
            let debits = digits(&figures.debits) + &digits(&figures.debits_amount);
            Ok(debits + &digits(&figures.credits) + &digits(&figures.credits_amount))
        }
    }
}

fn digits(field: &[u8]) -> String {
    String::from_utf8_lossy(field).into_owned()
}

/// DE39, where it can be used.
pub(super) fn code_of(response: Option<&Response>) -> Option<ResponseCode> {
    let code = response?.code.as_ref()?;
    ResponseCode::new(code.as_bytes()).ok()
}

/// What the answer to a payment or a query says. A wallet's own codes are not among those that the
/// journal reads: that an order is pending is no answer.
pub(super) fn verdict_of(response: &Response, completed: bool) -> Verdict {
    match response.code.as_deref() {
        Some(code::PENDING) => Verdict::NoAnswer,
        _ => Verdict::from_code(code_of(Some(response)), completed),
    }
}

/// The answer to a payment or to a query, as the journal takes it.
pub(super) fn outcome_of(response: &Response, elapsed_ms: u32, uptime: Uptime) -> OutcomeOf {
    OutcomeOf {
        code: code_of(Some(response)),
        rrn: response.rrn.as_deref().and_then(|rrn| Rrn::new(rrn).ok()),
        auth_code: response.auth_code.as_deref().and_then(|code| AuthCode::new(code).ok()),
        approved_amount: response.amount.map(Amount::new),
        elapsed_ms,
        uptime,
        ..OutcomeOf::default()
    }
}

/// What the wall clock shows, in UTC.
pub(super) fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
