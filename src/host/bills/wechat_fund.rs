//! WeChat Pay's fund bill (资金账单): the movements of the account, so also what was paid out.

use super::backtick::Body;
use super::bad::{Fault, Why};
use super::fields::{Col, Fields, Heads};
use super::notes::Notes;
use super::row::{BillRow, Flow, Kind, Method, Payout, PayoutState};

/// The rows of a fund bill.
#[derive(Default)]
pub(super) struct Fund {
    at: Option<Columns>,
    /// In, out: rows and fen.
    sums: [(i128, i128); 2],
}

struct Columns {
    time: Col,
    business: Col,
    flow_no: Col,
    name: Col,
    kind: Col,
    direction: Col,
    amount: Col,
    voucher: Col,
}

/// 业务类型, direction: what the row is. Both lists are open; what is not here is an adjustment, whose
/// direction the row itself says.
const KINDS: &[(&str, Flow, Kind)] = &[
    ("交易", Flow::In, Kind::Payment),
    ("扣除交易手续费", Flow::Out, Kind::Fee),
    ("退还交易手续费", Flow::In, Kind::Fee),
    ("退款", Flow::Out, Kind::Refund),
];

/// 业务名称 of a withdrawal to the bank.
const WITHDRAWAL: &str = "充值/提现";

impl Body for Fund {
    fn header(&mut self, heads: &Heads) -> Result<(), &'static str> {
        self.at = Some(Columns {
            time: heads.need(&["记账时间"])?,
            business: heads.need(&["微信支付业务单号"])?,
            flow_no: heads.need(&["资金流水单号"])?,
            name: heads.need(&["业务名称"])?,
            kind: heads.need(&["业务类型"])?,
            direction: heads.need(&["收支类型"])?,
            amount: heads.need(&["收支金额(元)", "收支金额"])?,
            voucher: heads.find(&["业务凭证号"]),
        });
        Ok(())
    }

    fn row(&mut self, cells: &[&str], _notes: &mut Notes) -> Result<BillRow, Fault> {
        let fields = Fields { cells, nulls: &[] };
        let Some(at) = &self.at else { return Err(Fault::row(Why::AfterEnd)) };
        let flow = match fields.need(at.direction)? {
            "收入" => Flow::In,
            "支出" => Flow::Out,
            _ => return Err(fields.fault(at.direction, Why::Unknown("收支类型"))),
        };
        let (name, kind) = (fields.text(at.name), fields.text(at.kind));
        let is_payout = name == WITHDRAWAL && flow == Flow::Out;
        let known = KINDS.iter().find(|(k, f, _)| *k == kind && *f == flow).map(|(_, _, k)| *k);
        let known = if is_payout { Kind::Payout } else { known.unwrap_or(Kind::Adjust) };

        let amount = fields.need_money(at.amount, 2)?;
        let mut row = BillRow::new(known, amount);
        row.flow = flow;
        row.method = Some(Method::Wechat);
        row.time = Some(fields.need_time(at.time)?);
        row.raw_kind = if name == kind { kind.into() } else { format!("{name}/{kind}") };
        row.raw_state = fields.text(at.direction).into();
        row.keys.channel_ref = fields.owned(at.business)?;
        row.keys.acquirer_ref = fields.owned(at.flow_no)?;
        row.keys.order_no = fields.owned(at.voucher)?;
        if is_payout {
            row.payout = Some(Box::new(Payout {
                state: PayoutState::Paid,
                reason: None,
                planned: None,
                withheld: None,
                repeats: None,
                created: None,
            }));
        }
        let [income, expense] = &mut self.sums;
        let sum = if flow == Flow::In { income } else { expense };
        sum.0 += 1;
        sum.1 += i128::from(amount.unsigned_abs());
        Ok(row)
    }

    fn total(&self, name: &str) -> Option<(i128, u8)> {
        let [(ins, income), (outs, expense)] = self.sums;
        Some(match name {
            "资金流水总笔数" => (ins + outs, 0),
            "收入笔数" => (ins, 0),
            "收入金额" => (income, 2),
            "支出笔数" => (outs, 0),
            "支出金额" => (expense, 2),
            _ => return None,
        })
    }
}
