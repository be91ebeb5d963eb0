//! Every row, as neutral CSV or as JSON lines.

use std::io::{self, Write};

use serde_json::json;

use super::BillFormat;
use crate::host::bills::{BillRow, letters};
use crate::host::{Out, plain};

/// Writes rows one by one.
pub(super) struct RowWriter {
    json: bool,
    begun: bool,
}

/// What the profile `neutral` reads.
const COLUMNS: [&str; 27] = [
    "kind",
    "state",
    "flow",
    "txn_time",
    "settle_date",
    "order_no",
    "orig_order_no",
    "refund_no",
    "mid",
    "tid",
    "batch_no",
    "stan",
    "rrn",
    "auth_code",
    "pan_first6",
    "pan_last4",
    "card_type",
    "method",
    "amount_fen",
    "fee_fen",
    "net_fen",
    "currency",
    "channel_ref",
    "acquirer_ref",
    "payout_reason",
    "source",
    "line",
];

impl RowWriter {
    pub fn new(format: BillFormat) -> Self {
        Self { json: matches!(format, BillFormat::Json | BillFormat::Jsonl), begun: false }
    }

    pub fn write(&mut self, row: &BillRow, out: &mut dyn Write) -> io::Result<()> {
        if self.json {
            serde_json::to_writer(&mut *out, &object(row))?;
            return out.write_all(b"\n");
        }
        let mut csv = csv::WriterBuilder::new().buffer_capacity(1024).from_writer(out);
        if !std::mem::replace(&mut self.begun, true) {
            csv.write_record(COLUMNS)?;
        }
        csv.write_record(cells(row))?;
        csv.flush()
    }
}

fn time(row: &BillRow) -> Option<String> {
    let seconds = row.offset.seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    row.time.map(|time| format!("{time}{sign}{:02}:{:02}", minutes / 60, minutes % 60))
}

/// Texts go through [`plain`]; numbers and our own words need not.
fn cells(row: &BillRow) -> [String; COLUMNS.len()] {
    let text = |text: &str| plain(text, Out::Csv).into_owned();
    let key = |key: &Option<String>| key.as_deref().map(text).unwrap_or_default();
    let number = |number: Option<i64>| number.map(|n| n.to_string()).unwrap_or_default();
    let keys = &row.keys;
    [
        row.kind.names().0.into(),
        row.state.name().into(),
        row.flow.name().into(),
        time(row).unwrap_or_default(),
        row.clearing_date.map(|date| date.to_string()).unwrap_or_default(),
        key(&keys.order_no),
        key(&keys.original_order_no),
        key(&keys.refund_no),
        key(&keys.mid),
        key(&keys.tid),
        key(&keys.batch),
        key(&keys.stan),
        key(&keys.rrn),
        key(&keys.auth_code),
        key(&keys.pan_first6),
        key(&keys.pan_last4),
        key(&keys.card_type),
        row.method.map(|method| method.name().into()).unwrap_or_default(),
        row.amount.to_string(),
        number(row.fee),
        number(row.net),
        letters(row.currency),
        key(&keys.channel_ref),
        key(&keys.acquirer_ref),
        key(&row.payout.as_ref().and_then(|payout| payout.reason.clone())),
        text(&row.source),
        row.line.to_string(),
    ]
}

fn object(row: &BillRow) -> serde_json::Value {
    let safe = |text: &str| plain(text, Out::Terminal).into_owned();
    let key = |key: &Option<String>| key.as_deref().map(safe);
    let keys = &row.keys;
    let payout = row.payout.as_ref().map(|payout| {
        json!({
            "state": format!("{:?}", payout.state).to_lowercase(),
            "reason": key(&payout.reason),
            "planned": payout.planned,
            "withheld": payout.withheld,
            "repeats": key(&payout.repeats),
        })
    });
    json!({
        "source": safe(&row.source), "line": row.line,
        "kind": row.kind.names().0, "state": row.state.name(), "flow": row.flow.name(),
        "amount": row.amount, "fee": row.fee, "net": row.net, "rate_ppm": row.rate_ppm,
        "currency": letters(row.currency), "exponent": row.currency.exponent(),
        "time": time(row), "clearing_date": row.clearing_date.map(|date| date.to_string()),
        "method": row.method.map(|method| method.name()),
        "order_no": key(&keys.order_no), "original_order_no": key(&keys.original_order_no),
        "refund_no": key(&keys.refund_no), "channel_ref": key(&keys.channel_ref),
        "acquirer_ref": key(&keys.acquirer_ref), "mid": key(&keys.mid), "tid": key(&keys.tid),
        "batch": key(&keys.batch), "stan": key(&keys.stan),
        "gateway_trace": key(&keys.gateway_trace), "rrn": key(&keys.rrn),
        "auth_code": key(&keys.auth_code), "pan_first6": key(&keys.pan_first6),
        "pan_last4": key(&keys.pan_last4), "card_type": key(&keys.card_type),
        "payout": payout, "raw_kind": safe(&row.raw_kind), "raw_state": safe(&row.raw_state),
    })
}
