//! What a bill says of the payment, for programs.

use serde::Serialize;

use super::records::pretty;
use crate::host::explain::{BillFacts, Payout};

#[derive(Serialize)]
struct Told<'a> {
    presence: &'static str,
    amount: Option<u64>,
    fee: Option<i64>,
    agreed_fee: Option<i64>,
    payout: Option<&'static str>,
    credited: Option<String>,
    reason: Option<&'a str>,
    disputed: bool,
    audited: bool,
    outside: bool,
    taken_back: u64,
    other_merchant: bool,
    rows: &'a [String],
}

pub(super) fn json(bill: &BillFacts) -> String {
    pretty(&Told {
        presence: bill.presence.name(),
        amount: bill.amount,
        fee: bill.fee,
        agreed_fee: bill.agreed_fee,
        payout: bill.payout.map(Payout::name),
        credited: match bill.payout {
            Some(Payout::Paid(on)) => on.map(|on| on.to_string()),
            _ => None,
        },
        reason: bill.reason.as_deref(),
        disputed: bill.is_disputed,
        audited: bill.is_audited,
        outside: bill.is_outside,
        taken_back: bill.taken_back,
        other_merchant: bill.other_merchant,
        rows: &bill.rows,
    })
}
