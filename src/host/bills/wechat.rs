//! WeChat Pay's trade bill (交易账单): all its column sets, also the old one.

use std::sync::Arc;

use super::backtick::Body;
use super::bad::{Fault, What, Why};
use super::facts::Facts;
use super::fields::{Col, Fields, Heads};
use super::notes::Notes;
use super::row::{BillRow, Kind, Method};
use super::value::{percent_ppm, round};
use crate::host::bills::currency;

/// The rows of a trade bill.
pub(super) struct Trade {
    facts: Arc<Facts>,
    at: Option<Columns>,
    sums: Sums,
}

struct Columns {
    time: Col,
    refund_time: Col,
    mid: Col,
    sub_mid: Col,
    device: Col,
    transaction: Col,
    order: Col,
    kind: Col,
    state: Col,
    currency: Col,
    settled: Col,
    refund_id: Col,
    refund_no: Col,
    refunded: Col,
    refunded_coupon: Col,
    refund_state: Col,
    fee: Col,
    rate: Col,
    gross: Col,
    refund_gross: Col,
}

/// What the closing line tells, in 1/100,000 yuan: the fee has five places.
#[derive(Default)]
struct Sums {
    rows: i128,
    settled: i128,
    refunded: i128,
    refunded_coupon: i128,
    fee: i128,
    gross: i128,
    refund_gross: i128,
}

const PLACES: u8 = 5;

impl Trade {
    pub fn new(facts: Arc<Facts>) -> Self {
        Self { facts, at: None, sums: Sums::default() }
    }
}

fn columns(heads: &Heads) -> Result<Columns, &'static str> {
    // Old accounts have the old names, and neither of the two gross columns.
    let settled = heads.need(&["应结订单金额", "总金额"])?;
    let refunded = heads.find(&["退款金额"]);
    let or = |name, other: Col| {
        let found = heads.find(&[name]);
        if found.exists() { found } else { other }
    };
    Ok(Columns {
        time: heads.need(&["交易时间"])?,
        refund_time: heads.find(&["退款申请时间"]),
        mid: heads.need(&["商户号"])?,
        sub_mid: heads.find(&["特约商户号", "子商户号"]),
        device: heads.find(&["设备号"]),
        transaction: heads.need(&["微信订单号"])?,
        order: heads.need(&["商户订单号"])?,
        kind: heads.find(&["交易类型"]),
        state: heads.need(&["交易状态"])?,
        currency: heads.find(&["货币种类"]),
        settled,
        refund_id: heads.find(&["微信退款单号"]),
        refund_no: heads.find(&["商户退款单号"]),
        refunded,
        refunded_coupon: heads.find(&[
            "充值券退款金额",
            "代金券或立减优惠退款金额",
            "企业红包退款金额",
        ]),
        refund_state: heads.find(&["退款状态"]),
        fee: heads.need(&["手续费"])?,
        rate: heads.find(&["费率"]),
        gross: or("订单金额", settled),
        refund_gross: or("申请退款金额", refunded),
    })
}

/// What a row's 交易状态 makes it.
const STATES: &[(&str, Kind)] =
    &[("SUCCESS", Kind::Payment), ("REFUND", Kind::Refund), ("REVOKED", Kind::Void)];

impl Body for Trade {
    fn header(&mut self, heads: &Heads) -> Result<(), &'static str> {
        self.at = Some(columns(heads)?);
        Ok(())
    }

    fn row(&mut self, cells: &[&str], notes: &mut Notes) -> Result<BillRow, Fault> {
        let fields = Fields { cells, nulls: &[] };
        let Some(at) = &self.at else { return Err(Fault::row(Why::AfterEnd)) };
        let state = fields.need(at.state)?;
        let kind = STATES.iter().find(|(name, _)| *name == state).map(|(_, kind)| *kind);
        let kind = kind.ok_or_else(|| fields.fault(at.state, Why::Unknown("交易状态")))?;
        let (gross, settled, time) = match kind {
            Kind::Payment => (at.gross, at.settled, at.time),
            _ if at.refund_time.exists() => (at.refund_gross, at.refunded, at.refund_time),
            _ => (at.refund_gross, at.refunded, at.time),
        };
        let currency = currency::of(fields.text(at.currency))
            .ok_or_else(|| fields.fault(at.currency, Why::Unknown("ISO 4217")))?;
        let places = usize::from(currency.exponent());

        let amount = match (kind, fields.need_money(gross, places)?) {
            // Whether a revoked row fills the columns of a refund is not known: all of it goes back.
            (Kind::Void, 0) => fields.need_money(at.gross, places)?,
            (_, amount) => amount,
        };
        let mut row = BillRow::new(kind, amount);
        row.currency = currency;
        row.method = Some(Method::Wechat);
        row.time = Some(fields.need_time(time)?);
        row.raw_kind = fields.owned(at.kind)?.unwrap_or_default();
        row.raw_state = state.to_string();
        let fee = self.fee(&fields, at, places, notes)?;
        row.set_fee(Some(fee.0));
        row.rate_ppm = percent_ppm(fields.text(at.rate));
        let settled = fields.need_money(settled, places)?;
        row.set_net_of(settled);

        let keys = &mut row.keys;
        keys.order_no = fields.owned(at.order)?;
        keys.channel_ref = fields.owned(at.transaction)?;
        keys.tid = fields.owned(at.device)?;
        let not_zero = |text: &String| text != "0";
        let sub_mid = fields.owned(at.sub_mid)?.filter(not_zero);
        keys.mid = sub_mid.or(fields.owned(at.mid)?);
        let (mut coupon, mut refund_state) = (0, "");
        if kind != Kind::Payment {
            keys.original_order_no.clone_from(&keys.order_no);
            keys.refund_no = fields.owned(at.refund_no)?.filter(not_zero);
            keys.acquirer_ref = fields.owned(at.refund_id)?.filter(not_zero);
            coupon = fields.money(at.refunded_coupon, places)?.unwrap_or(0);
            refund_state = fields.text(at.refund_state);
        }
        if !refund_state.is_empty() {
            let known = self.facts.wechat.refund_states.get(refund_state);
            let unknown = || fields.fault(at.refund_state, Why::Unknown("[wechat.refund_states]"));
            row.state = *known.ok_or_else(unknown)?;
        }

        let scaled = |minor: i64| i128::from(minor) * 10_i128.pow(5 - places.min(5) as u32);
        let sums = &mut self.sums;
        sums.rows += 1;
        sums.fee += fee.1;
        if kind == Kind::Payment {
            sums.settled += scaled(settled);
            sums.gross += i128::from(row.amount) * scaled(1);
        } else {
            sums.refunded += scaled(settled);
            sums.refunded_coupon += scaled(coupon);
            sums.refund_gross += i128::from(row.amount) * scaled(1);
        }
        Ok(row)
    }

    fn total(&self, name: &str) -> Option<(i128, u8)> {
        let sums = &self.sums;
        Some(match name {
            "总交易单数" if self.facts.wechat.count_is_all_rows => (sums.rows, 0),
            "应结订单总金额" | "总交易额" => (sums.settled, PLACES),
            "退款总金额" | "总退款金额" => (sums.refunded, PLACES),
            "充值券退款总金额" | "总代金券或立减优惠退款金额" => {
                (sums.refunded_coupon, PLACES)
            }
            "手续费总金额" => (sums.fee, PLACES),
            "订单总金额" => (sums.gross, PLACES),
            "申请退款总金额" => (sums.refund_gross, PLACES),
            _ => return None,
        })
    }
}

impl Trade {
    /// The fee in minor units, and as printed with five places.
    fn fee(
        &self,
        fields: &Fields<'_>,
        at: &Columns,
        places: usize,
        notes: &mut Notes,
    ) -> Result<(i64, i128), Fault> {
        let printed = fields.money(at.fee, usize::from(PLACES))?.unwrap_or(0);
        let more = u32::from(PLACES).saturating_sub(places as u32);
        if printed % 10_i64.pow(more) != 0 {
            notes.push(What::Rounded(fields.text(at.fee).into()));
        }
        Ok((round(printed, more), i128::from(printed)))
    }
}
