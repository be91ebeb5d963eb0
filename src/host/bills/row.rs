//! The neutral row: what every format becomes.

use std::sync::Arc;

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use serde::Deserialize;

use crate::record::Currency;

/// One row of a bill, whatever its format was.
///
/// Amounts are in minor units of `currency` (fen). Texts are as printed, with their leading zeros;
/// what is empty or not applicable in the file is `None`. Names, accounts and user ids are never here:
/// they are dropped while reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillRow {
    /// The file, and its member behind a `!`.
    pub source: Arc<str>,
    /// The line in it, from 1.
    pub line: u64,
    /// What it is.
    pub kind: Kind,
    /// Whether it is final.
    pub state: State,
    /// Which way the money goes, seen from the merchant.
    pub flow: Flow,
    /// The gross amount; the direction is in `flow`.
    pub amount: u64,
    /// The fee: positive where the merchant pays it, negative where it is given back.
    pub fee: Option<i64>,
    /// What the merchant gets (or, negative, gives): gross less fee, and less what the merchant paid
    /// for by a discount.
    pub net: Option<i64>,
    /// The rate of the fee in parts per million, where the row says it.
    pub rate_ppm: Option<u32>,
    /// The currency of all amounts.
    pub currency: Currency,
    /// When it happened, local to `offset`.
    pub time: Option<DateTime>,
    /// The zone of `time`.
    pub offset: Offset,
    /// The day on which it was cleared or settled: it may differ from the day of `time`.
    pub clearing_date: Option<Date>,
    /// How it was paid.
    pub method: Option<Method>,
    /// By what it can be found.
    pub keys: Keys,
    /// What only a payout has.
    pub payout: Option<Box<Payout>>,
    /// The type as the file prints it.
    pub raw_kind: String,
    /// The state as the file prints it.
    pub raw_state: String,
}

/// By what a row can be found in a journal or in another file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// The merchant's order number.
    pub order_no: Option<String>,
    /// The order number of the payment that this row undoes.
    pub original_order_no: Option<String>,
    /// The merchant's number of the refund.
    pub refund_no: Option<String>,
    /// The number of the scheme or wallet.
    pub channel_ref: Option<String>,
    /// The acquirer's own number.
    pub acquirer_ref: Option<String>,
    /// Merchant id.
    pub mid: Option<String>,
    /// Terminal id.
    pub tid: Option<String>,
    /// Batch number.
    pub batch: Option<String>,
    /// The terminal's trace number.
    pub stan: Option<String>,
    /// A trace number that a gateway assigned: equal to the STAN only if it was passed through.
    pub gateway_trace: Option<String>,
    /// Retrieval reference number.
    pub rrn: Option<String>,
    /// Authorisation code.
    pub auth_code: Option<String>,
    /// The first six digits of the card.
    pub pan_first6: Option<String>,
    /// The last four digits of the card.
    pub pan_last4: Option<String>,
    /// Card type as printed.
    pub card_type: Option<String>,
}

/// What a payout row says in addition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payout {
    /// Where the payout stands.
    pub state: PayoutState,
    /// The failure text; `codes::payout` knows its cause.
    pub reason: Option<String>,
    /// What was to be paid.
    pub planned: Option<i64>,
    /// What was withheld of it.
    pub withheld: Option<i64>,
    /// The payout that this one repeats, after the bank returned it.
    pub repeats: Option<String>,
    /// When it was made.
    pub created: Option<DateTime>,
}

/// Where a payout stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PayoutState {
    /// The bank credited it.
    Paid,
    /// On its way.
    Pending,
    /// It failed.
    Failed,
    /// The bank sent it back; a new one follows.
    Returned,
    /// Frozen.
    Held,
}

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A payment.
    Payment,
    /// Money given back.
    Refund,
    /// A payment undone the same day.
    Void,
    /// A payment undone because its outcome was unknown.
    Reversal,
    /// Money frozen.
    Hold,
    /// Money no longer frozen.
    Release,
    /// A payment that its payer disputes, or that was charged back.
    Dispute,
    /// Money sent to the merchant's bank account.
    Payout,
    /// A fee as a row of its own.
    Fee,
    /// Any other movement.
    Adjust,
    /// A row that moves no money, such as a pre-authorisation.
    Ignore,
}

/// Whether a row is final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Done.
    Final,
    /// Still on its way.
    Pending,
    /// It did not happen.
    Failed,
    /// Stopped for now.
    Held,
}

/// Which way the money goes, seen from the merchant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flow {
    /// To the merchant.
    In,
    /// From the merchant.
    Out,
    /// Nowhere.
    None,
    /// The file does not say.
    Unknown,
}

/// How it was paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// By card.
    Card,
    /// WeChat Pay.
    Wechat,
    /// Alipay.
    Alipay,
    /// UnionPay's QR code.
    Unionpay,
    /// Anything else.
    Other,
}

/// China Standard Time, which all Chinese formats use and none says.
pub(super) const CHINA: Offset = Offset::constant(8);

impl Kind {
    /// All kinds, in the order in which they are listed.
    pub const ALL: [Self; 11] = [
        Self::Payment,
        Self::Refund,
        Self::Void,
        Self::Reversal,
        Self::Hold,
        Self::Release,
        Self::Dispute,
        Self::Payout,
        Self::Fee,
        Self::Adjust,
        Self::Ignore,
    ];

    /// The kind's name, in English and Chinese.
    #[must_use]
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Payment => ("payment", "收款"),
            Self::Refund => ("refund", "退款"),
            Self::Void => ("void", "撤销"),
            Self::Reversal => ("reversal", "冲正"),
            Self::Hold => ("hold", "冻结"),
            Self::Release => ("release", "解冻"),
            Self::Dispute => ("dispute", "拒付"),
            Self::Payout => ("payout", "打款"),
            Self::Fee => ("fee", "手续费"),
            Self::Adjust => ("adjust", "调整"),
            Self::Ignore => ("ignore", "不计"),
        }
    }

    /// Which way the money goes where the row itself does not say.
    #[must_use]
    pub const fn usual_flow(self) -> Flow {
        match self {
            Self::Payment | Self::Release => Flow::In,
            Self::Refund
            | Self::Void
            | Self::Reversal
            | Self::Hold
            | Self::Dispute
            | Self::Payout
            | Self::Fee
            | Self::Adjust => Flow::Out,
            Self::Ignore => Flow::None,
        }
    }
}

impl State {
    /// The state's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.names().0
    }

    /// The state's name, in English and Chinese.
    #[must_use]
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Final => ("final", "完成"),
            Self::Pending => ("pending", "处理中"),
            Self::Failed => ("failed", "失败"),
            Self::Held => ("held", "冻结中"),
        }
    }
}

impl Method {
    /// All ways to pay, with their names.
    const NAMES: [(Self, &'static str); 5] = [
        (Self::Card, "card"),
        (Self::Wechat, "wechat"),
        (Self::Alipay, "alipay"),
        (Self::Unionpay, "unionpay"),
        (Self::Other, "other"),
    ];

    /// The method's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(method, _)| *method == self).map_or("other", |(_, name)| name)
    }

    pub(super) fn of_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(method, _)| *method)
    }
}

impl PayoutState {
    /// The state of the row that has this payout.
    pub(super) const fn row_state(self) -> State {
        match self {
            Self::Paid => State::Final,
            Self::Pending => State::Pending,
            Self::Failed | Self::Returned => State::Failed,
            Self::Held => State::Held,
        }
    }
}

impl Flow {
    /// All of them, with their names.
    const NAMES: [(Self, &'static str); 4] =
        [(Self::In, "in"), (Self::Out, "out"), (Self::None, "none"), (Self::Unknown, "unknown")];

    /// The direction's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(flow, _)| *flow == self).map_or("unknown", |(_, name)| name)
    }

    pub(super) fn of_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(flow, _)| *flow)
    }

    /// +1 in, -1 out; 0 where no money moves or nobody says which way.
    #[must_use]
    pub const fn sign(self) -> i64 {
        match self {
            Self::In => 1,
            Self::Out => -1,
            Self::None | Self::Unknown => 0,
        }
    }
}

impl BillRow {
    /// A final row in yuan and Chinese time without any keys.
    pub(super) fn new(kind: Kind, amount: i64) -> Self {
        Self {
            source: Arc::from(""),
            line: 0,
            kind,
            state: State::Final,
            flow: kind.usual_flow(),
            amount: amount.unsigned_abs(),
            fee: None,
            net: None,
            rate_ppm: None,
            currency: Currency::CNY,
            time: None,
            offset: CHINA,
            clearing_date: None,
            method: None,
            keys: Keys::default(),
            payout: None,
            raw_kind: String::new(),
            raw_state: String::new(),
        }
    }

    /// The gross amount with its direction.
    #[must_use]
    pub fn signed_amount(&self) -> i128 {
        i128::from(self.amount) * i128::from(self.flow.sign())
    }

    /// The fee as printed, whatever its sign was: paid on a payment, given back where money goes
    /// back to the payer.
    pub(super) fn set_fee(&mut self, printed: Option<i64>) {
        let sign = if self.flow == Flow::Out { -1 } else { 1 };
        self.fee = printed.map(|fee| fee.saturating_abs().saturating_mul(sign));
    }

    /// The net amount where the file does not say it: what is to be settled, less the fee.
    pub(super) fn set_net_of(&mut self, settled: i64) {
        let settled = settled.saturating_abs().saturating_mul(self.flow.sign());
        self.net = Some(settled.saturating_sub(self.fee.unwrap_or(0)));
    }
}
