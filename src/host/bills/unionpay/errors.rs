//! ZME: differences and adjustments, 339 bytes. Only the first eight fields are believed to be those of
//! ZM; which way the money goes, no source says.

use jiff::civil::Date;

use super::super::bad::{Fault, Why};
use super::super::grammar::Grammar;
use super::super::notes::Notes;
use super::super::row::{BillRow, Flow, Kind, Method};
use super::fixed::{Field, field, row_bytes, shifted, truncated};
use super::trades::nearest;

const WIDTHS: [usize; 22] =
    [3, 11, 11, 6, 10, 19, 12, 4, 2, 2, 6, 10, 4, 12, 13, 13, 15, 15, 1, 12, 2, 135];
const ROW_BYTES: usize = row_bytes(&WIDTHS);

const TRADE_CODE: Field = field(&WIDTHS, 1, "tradeNo 交易代码");
const TRACE: Field = field(&WIDTHS, 4, "traceNo 系统跟踪号");
const TIME: Field = field(&WIDTHS, 5, "txnTime 交易传输时间");
const CARD: Field = field(&WIDTHS, 6, "payCardNo 账号");
const AMOUNT: Field = field(&WIDTHS, 7, "txnAmt 交易金额");

pub(in super::super) struct Errors {
    clearing_date: Option<Date>,
}

impl Errors {
    pub fn new(clearing_date: Option<Date>) -> Self {
        Self { clearing_date }
    }
}

/// Whether a line is a row of this file.
pub(in super::super) fn looks_like(line: &[u8]) -> bool {
    line.len() == ROW_BYTES && shifted(line, &WIDTHS).is_none() && AMOUNT.money(line).is_ok()
}

impl Grammar for Errors {
    fn piece(&mut self, line: &[u8], _notes: &mut Notes) -> Result<Option<BillRow>, Fault> {
        if line.is_empty() {
            return Ok(None);
        }
        if line.len() != ROW_BYTES {
            return Err(Fault::row(Why::Bytes { found: line.len(), wanted: ROW_BYTES }));
        }
        if let Some(field) = shifted(line, &WIDTHS) {
            return Err(Fault::of(field, "", "", Why::Shifted));
        }
        let mut row = BillRow::new(Kind::Adjust, AMOUNT.money(line)?);
        row.flow = Flow::Unknown;
        row.method = Some(Method::Card);
        row.raw_kind = TRADE_CODE.text(line).into_owned();
        row.clearing_date = self.clearing_date;
        if let Some(date) = self.clearing_date {
            let time = nearest(&TIME.text(line), date);
            row.time = Some(time.ok_or_else(|| TIME.fault(line, Why::NotATime))?);
        }
        row.keys.gateway_trace = TRACE.owned(line)?;
        (row.keys.pan_first6, row.keys.pan_last4) = truncated(&CARD.text(line));
        Ok(Some(row))
    }

    fn end(&mut self, _notes: &mut Notes) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_339_bytes() {
        assert_eq!(ROW_BYTES, 339);
    }
}
