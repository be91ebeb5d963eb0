//! Alipay's trade bill (业务明细) and its summary (业务明细汇总).

use super::alipay::Table;
use super::bad::{Fault, Why};
use super::fields::{Col, Fields, Heads};
use super::notes::Notes;
use super::row::{BillRow, Kind, Method};

/// The rows of the trade bill.
#[derive(Default)]
pub(super) struct Trade {
    at: Option<Columns>,
    pid: Option<String>,
    /// Payments, refunds: rows, and what the merchant received.
    sums: [(i128, i128); 2],
}

struct Columns {
    trade: Col,
    order: Col,
    kind: Col,
    created: Col,
    finished: Col,
    terminal: Col,
    amount: Col,
    received: Col,
    refund: Col,
    fee: Col,
}

const PAYMENTS: &str = "alipay trades (交易订单总笔数)";
const REFUNDS: &str = "alipay refunds (退款订单总笔数)";

impl Table for Trade {
    fn header(&mut self, heads: &Heads) -> Result<(), &'static str> {
        self.at = Some(Columns {
            trade: heads.need(&["支付宝交易号"])?,
            order: heads.need(&["商户订单号"])?,
            kind: heads.need(&["业务类型"])?,
            created: heads.find(&["创建时间"]),
            finished: heads.need(&["完成时间"])?,
            terminal: heads.find(&["终端号"]),
            amount: heads.need(&["订单金额(元)"])?,
            received: heads.need(&["商家实收(元)"])?,
            refund: heads.find(&["退款批次号/请求号", "退款批次号"]),
            fee: heads.find(&["服务费(元)"]),
        });
        Ok(())
    }

    fn row(&mut self, cells: &[&str], _notes: &mut Notes) -> Result<Option<BillRow>, Fault> {
        let fields = Fields { cells, nulls: &[] };
        let Some(at) = &self.at else { return Ok(None) };
        let raw = fields.need(at.kind)?;
        let kind = match raw {
            "交易" => Kind::Payment,
            "退款" => Kind::Refund,
            _ => return Err(fields.fault(at.kind, Why::Unknown("业务类型"))),
        };
        // The kind says the direction: one export has refunds without a sign.
        let mut row = BillRow::new(kind, fields.need_money(at.amount, 2)?);
        row.method = Some(Method::Alipay);
        row.raw_kind = raw.into();
        row.time = match (fields.time(at.finished)?, kind) {
            (Some(time), _) => Some(time),
            // A refund's creation time is that of the payment.
            (None, Kind::Payment) => fields.time(at.created)?,
            (None, _) => None,
        };
        if row.time.is_none() {
            return Err(fields.fault(at.finished, Why::Missing));
        }
        row.set_fee(fields.money(at.fee, 2)?);
        let received = fields.need_money(at.received, 2)?;
        row.set_net_of(received);
        let keys = &mut row.keys;
        keys.order_no = fields.owned(at.order)?;
        keys.channel_ref = fields.owned(at.trade)?;
        keys.tid = fields.owned(at.terminal)?;
        keys.mid.clone_from(&self.pid);
        if kind == Kind::Refund {
            keys.original_order_no.clone_from(&keys.order_no);
            keys.refund_no = fields.owned(at.refund)?;
        }
        let [payments, refunds] = &mut self.sums;
        let sum = if kind == Kind::Payment { payments } else { refunds };
        sum.0 += 1;
        sum.1 += i128::from(received);
        Ok(Some(row))
    }

    fn account(&mut self, pid: &str) {
        self.pid = (!pid.is_empty()).then(|| pid.to_string());
    }

    fn totals(&self, name: &str) -> Option<[(u8, i128); 2]> {
        let [payments, refunds] = self.sums;
        let sum = match name {
            "交易合计" => payments,
            "退款合计" => refunds,
            _ => return None,
        };
        Some([(0, sum.0), (2, sum.1)])
    }

    fn closing(&self) -> &'static [&'static str] {
        &["交易合计", "退款合计"]
    }

    fn end(&mut self, notes: &mut Notes) {
        let [payments, refunds] = self.sums;
        notes.claim(PAYMENTS, 0, payments.0, false);
        notes.claim(REFUNDS, 0, refunds.0, false);
    }
}

/// The summary: no rows, but what it says of them is compared with the trade bill beside it.
#[derive(Default)]
pub(super) struct Summary {
    at: Option<(Col, Col)>,
    stores: (i128, i128),
    /// The row 合计.
    total: Option<(i128, i128)>,
}

impl Table for Summary {
    fn header(&mut self, heads: &Heads) -> Result<(), &'static str> {
        self.at = Some((heads.need(&["交易订单总笔数"])?, heads.need(&["退款订单总笔数"])?));
        Ok(())
    }

    fn row(&mut self, cells: &[&str], _notes: &mut Notes) -> Result<Option<BillRow>, Fault> {
        let fields = Fields { cells, nulls: &[] };
        let Some((trades, refunds)) = self.at else { return Ok(None) };
        let count = |col| fields.need_money(col, 0).map(i128::from);
        let counts = (count(trades)?, count(refunds)?);
        if cells.first().is_some_and(|cell| cell.contains("合计")) {
            self.total = Some(counts);
        } else {
            self.stores.0 += counts.0;
            self.stores.1 += counts.1;
        }
        Ok(None)
    }

    fn totals(&self, _name: &str) -> Option<[(u8, i128); 2]> {
        None
    }

    fn closing(&self) -> &'static [&'static str] {
        &[]
    }

    fn end(&mut self, notes: &mut Notes) {
        if self.at.is_some() {
            let (trades, refunds) = self.total.unwrap_or(self.stores);
            notes.claim(PAYMENTS, 0, trades, true);
            notes.claim(REFUNDS, 0, refunds, true);
        }
    }
}
