//! A row of a bill, cut down to what pairing needs: so many fit in memory.

use std::sync::Arc;

use jiff::civil::DateTime;

use super::entry::Side;
use super::keys::Prints;
use crate::host::bills::{BillRow, Flow, Format, Kind, Method, State};
use crate::record::Currency;

/// A row that moves money.
#[derive(Debug)]
pub(super) struct Row {
    pub source: Arc<str>,
    pub line: u64,
    pub side: Side,
    pub kind: Kind,
    /// With its direction.
    pub amount: i128,
    pub currency: Currency,
    pub fee: Option<i64>,
    /// The fee agreed, where a rate was.
    pub agreed: Option<i64>,
    pub time: Option<DateTime>,
    /// Seconds since 1970 UTC.
    pub at: Option<i64>,
    pub method: Option<Method>,
    pub is_pending: bool,
    /// It has a number by which a journal can tell whether it has its payment.
    pub is_named: bool,
    /// The terminal's own id, where the format has that.
    pub tid: Option<Box<str>>,
    /// The number by which people find it in the bill.
    pub number: Box<str>,
    pub prints: Prints,
    /// The settlement that it is part of.
    pub settlement: Option<u32>,
    /// The payment that it undoes by what it prints, where that is asked.
    pub undoes: Option<u32>,
}

/// What becomes of a row, by its kind and state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// It pairs with a payment.
    Pair(Side),
    /// It is a payout.
    Payout,
    /// It moves no money of a payment.
    Aside,
}

/// | format | kind | state | use |
/// |---|---|---|---|
/// | any | payout | any | payout |
/// | fund and account bills (movements of payments that the trade bill has), ZME | other | any | aside |
/// | any | payment | final, pending | charge |
/// | any | refund | final, pending | give-back |
/// | any | void, reversal | final, pending | undo |
/// | any | hold, release, dispute, fee, adjust, ignore | any | aside |
/// | any | any | failed, held | aside |
pub(super) fn use_of(format: &Format, row: &BillRow) -> Use {
    let is_movements =
        matches!(format, Format::WechatFund | Format::AlipayAccount | Format::UnionpayError);
    match (row.kind, row.state) {
        (Kind::Payout, _) => Use::Payout,
        _ if is_movements => Use::Aside,
        (_, State::Failed | State::Held) => Use::Aside,
        (Kind::Payment, _) => Use::Pair(Side::Charge),
        (Kind::Refund, _) => Use::Pair(Side::GiveBack),
        (Kind::Void | Kind::Reversal, _) => Use::Pair(Side::Undo),
        (
            Kind::Hold | Kind::Release | Kind::Dispute | Kind::Fee | Kind::Adjust | Kind::Ignore,
            _,
        ) => Use::Aside,
    }
}

/// Whether a format's terminal id is the one that the terminal has (DE41). Wallets print whatever the
/// merchant sent, lcsw its own number.
pub(super) const fn knows_terminals(format: &Format) -> bool {
    matches!(format, Format::LeshuaTrade | Format::UnionpayTrade | Format::Profile(_))
}

/// What the payments of a format can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Covers {
    pub cards: bool,
    pub orders: bool,
}

pub(super) const fn covers(format: &Format) -> Covers {
    match format {
        Format::WechatTrade | Format::AlipayTrade => Covers { cards: false, orders: true },
        Format::UnionpayTrade => Covers { cards: true, orders: false },
        Format::LeshuaTrade | Format::Lcsw | Format::Profile(_) => {
            Covers { cards: true, orders: true }
        }
        Format::WechatFund
        | Format::AlipayTradeSummary
        | Format::AlipayAccount
        | Format::AlipayAccountSummary
        | Format::LeshuaPayout
        | Format::UnionpayError
        | Format::UnionpaySummary => Covers { cards: false, orders: false },
    }
}

/// The amount with its direction; by the kind where the file does not say it.
pub(super) fn signed(row: &BillRow) -> i128 {
    let flow = if row.flow == Flow::Unknown { row.kind.usual_flow() } else { row.flow };
    i128::from(row.amount) * i128::from(flow.sign())
}

/// Seconds since 1970 UTC.
pub(super) fn utc(row: &BillRow) -> Option<i64> {
    let zoned = row.offset.to_timestamp(row.time?).ok()?;
    Some(zoned.as_second())
}

/// A moment where a bill was made.
pub(super) fn local(at: i64, offset: jiff::tz::Offset) -> Option<DateTime> {
    Some(offset.to_datetime(jiff::Timestamp::from_second(at).ok()?))
}

/// The number by which people find a row: the first that it has.
pub(super) fn number(row: &BillRow) -> Box<str> {
    let keys = &row.keys;
    let undoes = row.kind != Kind::Payment;
    let numbers = [
        keys.refund_no.as_ref().filter(|_| undoes),
        keys.order_no.as_ref(),
        keys.rrn.as_ref(),
        keys.channel_ref.as_ref(),
        keys.acquirer_ref.as_ref(),
        keys.stan.as_ref(),
    ];
    numbers.into_iter().flatten().next().map_or("", String::as_str).into()
}
