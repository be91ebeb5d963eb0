//! lcsw's order file (利楚扫呗): 28 columns without a header and without quotes, amounts in fen.
//!
//! A comma in one of its free texts (columns 19, 24, 27) shifts what stands behind it, so that a row
//! with more columns is read from the left up to column 18, and nothing behind that is believed.

use std::sync::Arc;

use super::bad::{Fault, Why};
use super::facts::Facts;
use super::fields::{Col, Encoding, Fields, split, trim};
use super::grammar::Grammar;
use super::notes::Notes;
use super::row::{BillRow, Kind, Method};
use super::value::date_time;

pub(super) struct Orders {
    facts: Arc<Facts>,
    encoding: Encoding,
}

const COLUMNS: usize = 28;
const LEFT: usize = 18;

const MID: Col = Col::nth(1, "商户号");
const TID: Col = Col::nth(2, "终端号");
const TIME: Col = Col::nth(3, "交易时间");
const REFUNDED: Col = Col::nth(4, "退款完成时间");
const AMOUNT: Col = Col::nth(5, "交易金额");
const FEE: Col = Col::nth(6, "手续费金额");
const REFUND: Col = Col::nth(7, "退款金额");
const METHOD: Col = Col::nth(9, "支付方式");
const KIND: Col = Col::nth(10, "支付类型");
const STATE: Col = Col::nth(11, "交易状态");
const ORDER: Col = Col::nth(12, "交易单号");
const ORIGINAL: Col = Col::nth(13, "退款原单号");
const TRACE: Col = Col::nth(14, "终端流水号");
const CHANNEL: Col = Col::nth(15, "渠道订单号");
const CARD: Col = Col::nth(18, "银行卡类型");
const RECEIVED: Col = Col::nth(21, "商家实收金额");

/// 支付方式.
const METHODS: &[(&str, Method)] = &[
    ("1", Method::Wechat),
    ("2", Method::Alipay),
    ("3", Method::Card),
    ("4", Method::Other),
    ("5", Method::Card),
    ("6", Method::Other),
    ("7", Method::Other),
    ("8", Method::Other),
    ("10", Method::Other),
    ("11", Method::Unionpay),
    ("12", Method::Other),
    ("16", Method::Other),
    ("17", Method::Other),
];

/// Whether a line is one of this file: merchant of 15 characters, terminal of 8, a time, and enough
/// columns.
pub(super) fn looks_like(line: &str) -> bool {
    let mut cells = line.split(',').map(trim);
    let mut next = || cells.next().unwrap_or_default();
    let digits =
        |text: &str, len: usize| text.len() == len && text.bytes().all(|b| b.is_ascii_digit());
    digits(next(), 15)
        && next().len() == 8
        && date_time(next()).is_some()
        && line.split(',').count() >= COLUMNS
}

impl Orders {
    pub fn new(facts: Arc<Facts>, encoding: Encoding) -> Self {
        Self { facts, encoding }
    }
}

impl Grammar for Orders {
    fn piece(&mut self, bytes: &[u8], _notes: &mut Notes) -> Result<Option<BillRow>, Fault> {
        let line = self.encoding.text(bytes);
        if line.trim().is_empty() {
            return Ok(None);
        }
        let columns = |found| Fault::row(Why::Columns { found, wanted: COLUMNS });
        let cells = split(&line, ",").ok_or_else(|| columns(super::fields::MOST_COLUMNS + 1))?;
        if cells.len() < COLUMNS {
            return Err(columns(cells.len()));
        }
        let is_shifted = cells.len() > COLUMNS;
        let left = cells.get(..LEFT).unwrap_or_default();
        self.row(&Fields { cells: if is_shifted { left } else { &cells }, nulls: &[] }).map(Some)
    }

    fn end(&mut self, _notes: &mut Notes) {}
}

impl Orders {
    fn row(&self, fields: &Fields<'_>) -> Result<BillRow, Fault> {
        let printed = fields.need(STATE)?;
        let state = self.facts.lcsw.states.get(printed).copied();
        let state = state.ok_or_else(|| fields.fault(STATE, Why::Unknown("[lcsw.states]")))?;
        let original = fields.owned(ORIGINAL)?;
        let is_refund = original.is_some();
        let (kind, amount) = match is_refund {
            true => (Kind::Refund, fields.need_money(REFUND, 0)?),
            false => (Kind::Payment, fields.need_money(AMOUNT, 0)?),
        };
        let mut row = BillRow::new(kind, amount);
        row.state = state;
        row.raw_kind = fields.text(KIND).into();
        row.raw_state = printed.into();
        let time = fields.need_time(TIME)?;
        row.time = match is_refund {
            true => fields.time(REFUNDED)?.or(Some(time)),
            false => Some(time),
        };
        let method = fields.text(METHOD);
        row.method = METHODS.iter().find(|(code, _)| *code == method).map(|(_, method)| *method);
        row.set_fee(fields.money(FEE, 0)?);
        if let (false, Some(received)) = (is_refund, fields.money(RECEIVED, 0)?) {
            row.set_net_of(received);
        }
        let keys = &mut row.keys;
        keys.order_no = fields.owned(TRACE)?;
        keys.acquirer_ref = fields.owned(ORDER)?;
        keys.channel_ref = fields.owned(CHANNEL)?;
        keys.mid = fields.owned(MID)?;
        keys.tid = fields.owned(TID)?;
        keys.card_type = fields.owned(CARD)?;
        if is_refund {
            keys.refund_no.clone_from(&keys.acquirer_ref);
        }
        keys.original_order_no = original;
        Ok(row)
    }
}
