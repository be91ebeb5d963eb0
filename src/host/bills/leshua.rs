//! Leshua's trade file (交易对账单): a title row `BT` and value rows `BV`, amounts in fen.

use super::bad::{Fault, What, Why};
use super::fields::{Col, Encoding, Fields, Heads, split, split_as, trim};
use super::grammar::Grammar;
use super::notes::Notes;
use super::row::{BillRow, Flow, Kind, Method, State};

pub(super) struct Trade {
    encoding: Encoding,
    delimiter: String,
    heads: Heads,
    at: Columns,
}

struct Columns {
    time: Col,
    order: Col,
    mid: Col,
    rate: Col,
    amount: Col,
    fee: Col,
    settled: Col,
    direction: Col,
    kind: Col,
    method: Col,
    card: Col,
    rrn: Col,
    voucher: Col,
    tid: Col,
    third_order: Col,
    third_refund: Col,
    paid: Col,
    union_order: Col,
    wallet_order: Col,
}

/// The title of every column, by which a file without a title row is read too.
const TITLES: [&str; 25] = [
    "记录类型",
    "编号",
    "交易时间",
    "订单号",
    "商户号",
    "费率(万分之一)",
    "交易金额(分)",
    "手续费(分)",
    "结算金额(分)",
    "资金流向",
    "交易类型",
    "支付方式",
    "卡类型",
    "商户优惠类型",
    "参考号",
    "凭证号",
    "终端号",
    "第三方订单号",
    "第三方退款号",
    "支付时间",
    "上游订单号(网、银联)",
    "上游订单号(微信、支付宝)",
    "付款银行",
    "消费者标识",
    "扫码支付交易类型",
];

/// What a row is, by 资金流向 and 交易类型 (`*` is any): the first line that fits.
const KINDS: &[(&str, &str, Kind, State)] = &[
    ("*", "消费冲正", Kind::Reversal, State::Final),
    ("*", "消费充正", Kind::Reversal, State::Final),
    ("*", "消费撤销", Kind::Void, State::Final),
    ("*", "退货中", Kind::Refund, State::Pending),
    ("*", "退货成功", Kind::Refund, State::Final),
    ("*", "退货失败", Kind::Refund, State::Failed),
    ("进账", "消费", Kind::Payment, State::Final),
    ("进账", "未获取", Kind::Payment, State::Final),
    ("进账", "", Kind::Payment, State::Final),
    ("退款", "*", Kind::Refund, State::Final),
    ("冻结", "*", Kind::Hold, State::Held),
    ("解冻", "*", Kind::Release, State::Final),
    ("出账", "*", Kind::Payout, State::Final),
];

const METHODS: &[(&str, Method)] =
    &[("刷卡支付", Method::Card), ("微信支付", Method::Wechat), ("支付宝支付", Method::Alipay)];

impl Trade {
    pub fn new(encoding: Encoding, delimiter: String) -> Self {
        let heads = Heads::of(TITLES);
        // The table of titles has them all.
        let at = columns(&heads);
        Self { encoding, delimiter, heads, at }
    }
}

/// Titles may be printed with their English glosses or without units: only the amounts' units are
/// part of the search, as both spellings are known.
fn columns(heads: &Heads) -> Columns {
    let find = |names: &[&'static str]| heads.find(names);
    Columns {
        time: find(&["交易时间"]),
        order: find(&["订单号"]),
        mid: find(&["商户号"]),
        rate: find(&["费率(万分之一)", "费率"]),
        amount: find(&["交易金额(分)", "交易金额"]),
        fee: find(&["手续费(分)", "手续费"]),
        settled: find(&["结算金额(分)", "结算金额"]),
        direction: find(&["资金流向"]),
        kind: find(&["交易类型"]),
        method: find(&["支付方式"]),
        card: find(&["卡类型"]),
        rrn: find(&["参考号"]),
        voucher: find(&["凭证号"]),
        tid: find(&["终端号"]),
        third_order: find(&["第三方订单号"]),
        third_refund: find(&["第三方退款号"]),
        paid: find(&["支付时间"]),
        union_order: find(&["上游订单号(网、银联)"]),
        wallet_order: find(&["上游订单号(微信、支付宝)"]),
    }
}

impl Grammar for Trade {
    fn piece(&mut self, bytes: &[u8], notes: &mut Notes) -> Result<Option<BillRow>, Fault> {
        let line = self.encoding.text(bytes);
        let first = line.split(self.delimiter.as_str()).next().map(trim).unwrap_or_default();
        match first {
            "" if line.trim().is_empty() => Ok(None),
            "BT" => {
                self.titles(&line, notes);
                Ok(None)
            }
            "BV" => {
                let cells = split_as(&line, &self.delimiter, &self.heads)?;
                self.row(&Fields { cells: &cells, nulls: &["*"] }, notes).map(Some)
            }
            other => Err(Fault::of(1, "记录类型", other, Why::Unknown("记录类型"))),
        }
    }

    fn end(&mut self, _notes: &mut Notes) {
        // Whether the file has closing lines is not known.
    }
}

impl Trade {
    fn titles(&mut self, line: &str, notes: &mut Notes) {
        let heads = split(line, &self.delimiter).map(|cells| Heads::of(cells.iter().copied()));
        let Some(heads) = heads else { return };
        let at = columns(&heads);
        let needed = [at.amount, at.direction, at.kind, at.paid, at.fee, at.settled];
        if needed.iter().all(|col| col.exists()) {
            (self.heads, self.at) = (heads, at);
        } else if heads.len() != self.heads.len() {
            notes.push(What::NoColumn("交易金额(分)".into()));
        }
        // Titles that we do not know, but as many as the format has: by position.
    }

    fn row(&self, fields: &Fields<'_>, notes: &mut Notes) -> Result<BillRow, Fault> {
        let at = &self.at;
        let (direction, kind) = (fields.text(at.direction), fields.text(at.kind));
        let fits = |pattern: &str, text: &str| pattern == "*" || pattern == text;
        let found = KINDS.iter().find(|(d, k, _, _)| fits(d, direction) && fits(k, kind));
        let &(_, _, known, state) = found.ok_or_else(|| {
            let col = if direction.is_empty() { at.direction } else { at.kind };
            fields.fault(col, Why::Unknown("资金流向 + 交易类型"))
        })?;
        let mut row = BillRow::new(known, fields.need_money(at.amount, 0)?);
        row.state = state;
        if state == State::Failed {
            row.flow = Flow::None;
        }
        row.raw_kind =
            if kind.is_empty() { direction.into() } else { format!("{direction}/{kind}") };
        row.raw_state = kind.into();
        row.time = match fields.time(at.paid)? {
            Some(time) => Some(time),
            None => Some(fields.need_time(at.time)?),
        };
        let method = fields.text(at.method);
        row.method = METHODS.iter().find(|(name, _)| *name == method).map(|(_, method)| *method);
        row.set_fee(fields.money(at.fee, 0)?);
        // In 1/10,000.
        let rate = fields.money(at.rate, 2)?;
        row.rate_ppm = rate.and_then(|rate| u32::try_from(rate).ok());
        if let Some(settled) = fields.money(at.settled, 0)? {
            let stated = settled.saturating_abs().saturating_mul(row.flow.sign());
            let gross = i64::try_from(row.signed_amount()).unwrap_or(i64::MAX);
            let computed = gross.saturating_sub(row.fee.unwrap_or(0));
            row.net = Some(stated);
            if known == Kind::Payment && computed != stated {
                notes.push(What::Arithmetic { computed, stated });
            }
        }
        let keys = &mut row.keys;
        keys.order_no = fields.owned(at.third_order)?;
        keys.refund_no = fields.owned(at.third_refund)?;
        keys.acquirer_ref = fields.owned(at.order)?;
        keys.channel_ref = match fields.owned(at.wallet_order)? {
            None => fields.owned(at.union_order)?,
            some => some,
        };
        keys.mid = fields.owned(at.mid)?;
        keys.tid = fields.owned(at.tid)?;
        keys.stan = fields.owned(at.voucher)?;
        keys.rrn = fields.owned(at.rrn)?;
        keys.card_type = fields.owned(at.card)?;
        if row.flow == Flow::Out && row.kind != Kind::Payout {
            keys.original_order_no.clone_from(&keys.order_no);
        }
        Ok(row)
    }
}
