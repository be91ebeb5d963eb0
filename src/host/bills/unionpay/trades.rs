//! ZM: one trade a row, 607 bytes.

use std::sync::Arc;

use jiff::civil::Date;

use super::super::bad::{Fault, What, Why};
use super::super::facts::Facts;
use super::super::grammar::Grammar;
use super::super::notes::Notes;
use super::super::row::{BillRow, Flow, Kind, Method};
use super::super::value::short_time;
use super::fixed::{Field, field, row_bytes, shifted, truncated};

/// The widths of the 41 fields.
const WIDTHS: [usize; 41] = [
    3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2, 6, 2, 4, 32, 1, 21,
    15, 1, 15, 32, 13, 13, 8, 32, 13, 13, 12, 2, 1, 131,
];
const ROW_BYTES: usize = row_bytes(&WIDTHS);
/// The last field is reserved, newer files split it, and what carries a file may cut its blanks.
const LEAST_BYTES: usize = 475;

const TRADE_CODE: Field = field(&WIDTHS, 1, "tradeNo 交易代码");
const TRACE: Field = field(&WIDTHS, 4, "traceNo 系统跟踪号");
const TIME: Field = field(&WIDTHS, 5, "txnTime 交易传输时间");
const CARD: Field = field(&WIDTHS, 6, "payCardNo 账号");
const AMOUNT: Field = field(&WIDTHS, 7, "txnAmt 交易金额");
const QUERY: Field = field(&WIDTHS, 10, "queryId 查询流水号");
const ORDER: Field = field(&WIDTHS, 12, "orderId 商户订单号");
const CARD_TYPE: Field = field(&WIDTHS, 13, "payCardType 支付卡类型");
const FEE: Field = field(&WIDTHS, 16, "merCharge 商户手续费");
const SETTLED: Field = field(&WIDTHS, 17, "settleAmt 结算金额");
const TYPE: Field = field(&WIDTHS, 20, "txnType 交易类型");
const ORIGINAL: Field = field(&WIDTHS, 27, "origQryId 原交易查询流水号");
const MID: Field = field(&WIDTHS, 28, "merId 商户代码");
const TID: Field = field(&WIDTHS, 34, "termId 终端号");

pub(in super::super) struct Trades {
    facts: Arc<Facts>,
    clearing_date: Option<Date>,
    sums: Sums,
}

#[derive(Default)]
struct Sums {
    rows: i128,
    gross: i128,
    fee: i128,
    net: i128,
}

/// Whether a line is a row of this file.
pub(in super::super) fn looks_like(line: &[u8]) -> bool {
    (LEAST_BYTES..=ROW_BYTES).contains(&line.len())
        && shifted(line, &WIDTHS).is_none()
        && AMOUNT.money(line).is_ok()
        && SETTLED.signed(line).is_ok()
}

impl Trades {
    pub fn new(facts: Arc<Facts>, clearing_date: Option<Date>) -> Self {
        Self { facts, clearing_date, sums: Sums::default() }
    }

    fn row(&mut self, line: &[u8], notes: &mut Notes) -> Result<BillRow, Fault> {
        let kind = TYPE.text(line);
        let known = self.facts.unionpay.types.get(kind.as_ref()).copied();
        let known = known.ok_or_else(|| TYPE.fault(line, Why::Unknown("[unionpay.types]")))?;
        let settled = SETTLED.signed(line)?;
        let mut row = BillRow::new(known, AMOUNT.money(line)?);
        // The sign says the direction, not the type.
        row.flow = match settled.signum() {
            _ if known == Kind::Ignore => Flow::None,
            1 => Flow::In,
            -1 => Flow::Out,
            _ if row.amount == 0 => Flow::None,
            // Nothing is settled of it: which way it would go, only the type says.
            _ => known.usual_flow(),
        };
        let fee = FEE.signed(line)?.saturating_neg();
        let gross = i64::try_from(row.signed_amount()).unwrap_or(i64::MAX);
        let computed = gross.saturating_sub(fee);
        (row.fee, row.net) = (Some(fee), Some(settled));
        if computed != settled {
            notes.push(What::Arithmetic { computed, stated: settled });
        }
        row.method = Some(Method::Card);
        row.raw_kind = format!("{}/{kind}", TRADE_CODE.text(line));
        row.clearing_date = self.clearing_date;
        let query = QUERY.text(line);
        row.time = self.time(line, &query)?;

        let keys = &mut row.keys;
        let trace = TRACE.owned(line)?;
        match self.facts.unionpay.trace_is_stan {
            true => keys.stan = trace,
            false => keys.gateway_trace = trace,
        }
        keys.order_no = ORDER.owned(line)?;
        keys.original_order_no = ORIGINAL.owned(line)?;
        keys.channel_ref = QUERY.owned(line)?;
        if row.flow == Flow::Out {
            keys.refund_no.clone_from(&keys.channel_ref);
        }
        keys.mid = MID.owned(line)?;
        keys.tid = TID.owned(line)?;
        keys.card_type = CARD_TYPE.owned(line)?;
        (keys.pan_first6, keys.pan_last4) = truncated(&CARD.text(line));
        self.sums.rows += 1;
        self.sums.gross += row.signed_amount();
        self.sums.fee += i128::from(fee);
        self.sums.net += i128::from(settled);
        Ok(row)
    }

    /// The time has no year: the query id has, else it is the one nearest to the clearing date.
    fn time(&self, line: &[u8], query: &str) -> Result<Option<jiff::civil::DateTime>, Fault> {
        let text = TIME.text(line);
        let year = query.get(..4).and_then(|year| year.parse().ok());
        let Some(year) = year else {
            return match self.clearing_date {
                None => Ok(None),
                Some(date) => match nearest(&text, date) {
                    Some(time) => Ok(Some(time)),
                    None => Err(TIME.fault(line, Why::NotATime)),
                },
            };
        };
        short_time(&text, year).map(Some).ok_or_else(|| TIME.fault(line, Why::NotATime))
    }
}

/// `MMDDhhmmss` in the year that brings it nearest to a date.
pub(super) fn nearest(text: &str, date: Date) -> Option<jiff::civil::DateTime> {
    let years = [date.year().saturating_sub(1), date.year(), date.year().saturating_add(1)];
    let times = years.into_iter().filter_map(|year| short_time(text, year));
    times.min_by_key(|time| time.date().duration_since(date).abs())
}

impl Grammar for Trades {
    fn piece(&mut self, bytes: &[u8], notes: &mut Notes) -> Result<Option<BillRow>, Fault> {
        match bytes.len() {
            0 => return Ok(None),
            LEAST_BYTES..=ROW_BYTES => {}
            found => return Err(Fault::row(Why::Bytes { found, wanted: ROW_BYTES })),
        }
        if let Some(field) = shifted(bytes, &WIDTHS[..40]) {
            return Err(Fault::of(field, "", "", Why::Shifted));
        }
        self.row(bytes, notes).map(Some)
    }

    fn end(&mut self, notes: &mut Notes) {
        let sums = &self.sums;
        for (name, places, value) in [
            (super::summary::ROWS, 0, sums.rows),
            (super::summary::GROSS, 2, sums.gross.abs()),
            (super::summary::FEE, 2, sums.fee.abs()),
            (super::summary::NET, 2, sums.net.abs()),
        ] {
            notes.claim(name, places, value, false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_where_the_table_says() {
        assert_eq!(ROW_BYTES, 607);
        let table = [
            (TRACE, 28),
            (AMOUNT, 66),
            (QUERY, 87),
            (ORDER, 112),
            (FEE, 166),
            (SETTLED, 180),
            (TYPE, 215),
            (ORIGINAL, 271),
            (MID, 293),
            (TID, 388),
            (field(&WIDTHS, 41, ""), 476),
        ];
        for (field, offset) in table {
            assert_eq!(field.offset, offset, "{}", field.name);
        }
    }

    #[test]
    fn a_year_is_the_nearest_one() {
        let date = Date::constant(2027, 1, 1);
        assert_eq!(nearest("1231230000", date).unwrap().date(), Date::constant(2026, 12, 31));
        assert_eq!(nearest("0101000001", date).unwrap().date(), date);
        assert_eq!(nearest("9901000001", date), None);
    }
}
