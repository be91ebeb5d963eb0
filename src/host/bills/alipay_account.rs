//! Alipay's account bill (账务明细) and its summary (账务汇总).

use std::sync::Arc;

use super::alipay::Table;
use super::bad::{Fault, Why};
use super::facts::Facts;
use super::fields::{Col, Fields, Heads};
use super::notes::Notes;
use super::row::{BillRow, Flow, Kind, Method, Payout, PayoutState};

/// The rows of the account bill.
pub(super) struct Account {
    facts: Arc<Facts>,
    at: Option<Columns>,
    pid: Option<String>,
    /// In, out: rows and fen.
    sums: [(i128, i128); 2],
}

struct Columns {
    posting: Col,
    business: Col,
    order: Col,
    time: Col,
    income: Col,
    expense: Col,
    kind: Col,
}

const NAMES: [&str; 4] = [
    "alipay receipts (收入笔数)",
    "alipay receipts (收入金额)",
    "alipay expenses (支出笔数)",
    "alipay expenses (支出金额)",
];

impl Account {
    pub fn new(facts: Arc<Facts>) -> Self {
        Self { facts, at: None, pid: None, sums: [(0, 0); 2] }
    }
}

impl Table for Account {
    fn header(&mut self, heads: &Heads) -> Result<(), &'static str> {
        self.at = Some(Columns {
            posting: heads.need(&["账务流水号"])?,
            business: heads.need(&["业务流水号"])?,
            order: heads.need(&["商户订单号"])?,
            time: heads.need(&["发生时间"])?,
            income: heads.need(&["收入金额(+元)"])?,
            expense: heads.need(&["支出金额(-元)"])?,
            kind: heads.need(&["业务类型"])?,
        });
        Ok(())
    }

    fn row(&mut self, cells: &[&str], _notes: &mut Notes) -> Result<Option<BillRow>, Fault> {
        let fields = Fields { cells, nulls: &[] };
        let Some(at) = &self.at else { return Ok(None) };
        let income = fields.money(at.income, 2)?.unwrap_or(0);
        let expense = fields.money(at.expense, 2)?.unwrap_or(0);
        let (flow, amount) = match (income, expense) {
            (0, 0) => (Flow::None, 0),
            (amount, 0) => (Flow::In, amount),
            (0, amount) => (Flow::Out, amount),
            _ => return Err(fields.fault(at.expense, Why::BothWays)),
        };
        let raw = fields.need(at.kind)?;
        let kind = self.facts.alipay.account_kinds.get(raw).copied().unwrap_or(Kind::Adjust);
        let mut row = BillRow::new(kind, amount);
        row.flow = flow;
        row.method = Some(Method::Alipay);
        row.raw_kind = raw.into();
        row.time = Some(fields.need_time(at.time)?);
        row.keys.acquirer_ref = fields.owned(at.posting)?;
        row.keys.channel_ref = fields.owned(at.business)?;
        row.keys.order_no = fields.owned(at.order)?;
        row.keys.mid.clone_from(&self.pid);
        if kind == Kind::Payout {
            row.payout = Some(Box::new(Payout {
                state: PayoutState::Paid,
                reason: None,
                planned: None,
                withheld: None,
                repeats: None,
                created: None,
            }));
        }
        let [ins, outs] = &mut self.sums;
        match flow {
            Flow::In => *ins = (ins.0 + 1, ins.1 + i128::from(amount)),
            Flow::Out => *outs = (outs.0 + 1, outs.1 + i128::from(amount).abs()),
            Flow::None | Flow::Unknown => {}
        }
        Ok(Some(row))
    }

    fn account(&mut self, pid: &str) {
        self.pid = (!pid.is_empty()).then(|| pid.to_string());
    }

    fn totals(&self, name: &str) -> Option<[(u8, i128); 2]> {
        let [ins, outs] = self.sums;
        let sum = match name {
            "收入合计" => ins,
            "支出合计" => outs,
            _ => return None,
        };
        Some([(0, sum.0), (2, sum.1)])
    }

    fn closing(&self) -> &'static [&'static str] {
        &["支出合计", "收入合计"]
    }

    fn end(&mut self, notes: &mut Notes) {
        let [ins, outs] = self.sums;
        for (name, (places, value)) in
            NAMES.iter().zip([(0, ins.0), (2, ins.1), (0, outs.0), (2, outs.1)])
        {
            notes.claim(name, places, value, false);
        }
    }
}

/// The summary by kinds.
#[derive(Default)]
pub(super) struct Summary {
    at: Option<[Col; 4]>,
    kinds: [i128; 4],
    /// The row 合计.
    total: Option<[i128; 4]>,
}

impl Table for Summary {
    fn header(&mut self, heads: &Heads) -> Result<(), &'static str> {
        self.at = Some([
            heads.need(&["收入笔数"])?,
            heads.need(&["收入金额(+元)"])?,
            heads.need(&["支出笔数"])?,
            heads.need(&["支出金额(-元)"])?,
        ]);
        Ok(())
    }

    fn row(&mut self, cells: &[&str], _notes: &mut Notes) -> Result<Option<BillRow>, Fault> {
        let fields = Fields { cells, nulls: &[] };
        let Some(at) = self.at else { return Ok(None) };
        let mut values = [0; 4];
        for (value, (col, places)) in values.iter_mut().zip(at.into_iter().zip([0, 2, 0, 2])) {
            *value = i128::from(fields.money(col, places)?.unwrap_or(0)).abs();
        }
        if cells.first().is_some_and(|cell| cell.contains("合计")) {
            self.total = Some(values);
        } else {
            for (sum, value) in self.kinds.iter_mut().zip(values) {
                *sum += value;
            }
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
            let values = self.total.unwrap_or(self.kinds);
            for ((name, value), places) in NAMES.iter().zip(values).zip([0, 2, 0, 2]) {
                notes.claim(name, places, value, true);
            }
        }
    }
}
