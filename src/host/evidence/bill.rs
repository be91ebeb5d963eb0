//! What a bill says of the payment, for programs.

use serde::Serialize;

use super::records::pretty;
use crate::host::bills::PayoutState;
use crate::host::explain::{BillFacts, Presence};

#[derive(Serialize)]
struct Told<'a> {
    presence: &'static str,
    amount: Option<u64>,
    fee: Option<i64>,
    agreed_fee: Option<i64>,
    payout: Option<&'static str>,
    reason: Option<&'a str>,
    disputed: bool,
    audited: bool,
    intercepted: bool,
    other_merchant: bool,
    rows: &'a [String],
}

pub(super) fn json(bill: &BillFacts) -> String {
    pretty(&Told {
        presence: match bill.presence {
            Presence::NotCovered => "not covered",
            Presence::Present => "present",
            Presence::Absent => "absent",
            Presence::NoTerminal => "no terminal",
        },
        amount: bill.amount,
        fee: bill.fee,
        agreed_fee: bill.agreed_fee,
        payout: bill.payout.map(|payout| match payout {
            PayoutState::Pending => "pending",
            PayoutState::Paid => "paid",
            PayoutState::Failed => "failed",
            PayoutState::Returned => "returned",
            PayoutState::Held => "held",
        }),
        reason: bill.reason.as_deref(),
        disputed: bill.is_disputed,
        audited: bill.is_audited,
        intercepted: bill.is_intercepted,
        other_merchant: bill.other_merchant,
        rows: &bill.rows,
    })
}
