//! What a file is, by its content and never by its name.

use std::fmt;
use std::sync::Arc;

use super::fields::Encoding;
use super::profile::{Profile, Rows};
use super::{lcsw, payout, unionpay};
use crate::host::Lang;

/// A format of bills.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// WeChat Pay's trade bill.
    WechatTrade,
    /// WeChat Pay's fund bill.
    WechatFund,
    /// Alipay's trade bill.
    AlipayTrade,
    /// Its summary.
    AlipayTradeSummary,
    /// Alipay's account bill.
    AlipayAccount,
    /// Its summary.
    AlipayAccountSummary,
    /// Leshua's trade file.
    LeshuaTrade,
    /// Leshua's payout records.
    LeshuaPayout,
    /// lcsw's order file.
    Lcsw,
    /// UnionPay's trades (ZM).
    UnionpayTrade,
    /// UnionPay's differences and adjustments (ZME).
    UnionpayError,
    /// UnionPay's summary (RD2010).
    UnionpaySummary,
    /// A format that a profile of this name describes.
    Profile(Arc<str>),
}

/// So much of a file's beginning is looked at.
pub(super) const HEAD_BYTES: usize = 16 * 1024;

/// The beginning of a file.
pub(super) struct Head<'a> {
    pub bytes: &'a [u8],
    pub encoding: Encoding,
    /// The first lines, decoded.
    lines: Vec<String>,
}

/// So many lines of it: some files have four lines before their header.
const LINES: usize = 8;

/// What the acquirers answer where there is no bill, or not yet.
const NO_BILL: [&str; 4] =
    ["NO_BILL_EXIST", "No Bill Exist", "BILL_CREATING", "<return_code><![CDATA[FAIL"];

impl<'a> Head<'a> {
    pub fn of(bytes: &'a [u8]) -> Self {
        let bytes = bytes.get(..HEAD_BYTES.min(bytes.len())).unwrap_or_default();
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let encoding = Encoding::of(bytes);
        let lines = encoding.text(bytes).lines().take(LINES).map(str::to_string).collect();
        Self { bytes, encoding, lines }
    }

    fn line(&self, number: usize) -> &str {
        self.lines.get(number).map_or("", String::as_str)
    }

    fn first_has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.line(0).contains(name))
    }

    /// Lines of bytes that are whole.
    fn raw_lines(&self) -> impl Iterator<Item = &'a [u8]> {
        let lines = self.bytes.split(|byte| *byte == b'\n');
        lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line)).take(LINES)
    }
}

/// Whether a file that begins so is of a format.
type Test = fn(&Head<'_>) -> bool;

/// One test a format, first come first served: the later ones accept more.
const TESTS: &[(Format, Test)] = &[
    (Format::AlipayTrade, |head| head.line(0).starts_with("#支付宝业务明细查询")),
    (Format::AlipayTradeSummary, |head| head.line(0).starts_with("#支付宝业务汇总查询")),
    (Format::AlipayAccount, |head| head.line(0).starts_with("#支付宝账务明细查询")),
    (Format::AlipayAccountSummary, |head| head.line(0).starts_with("#支付宝账务汇总查询")),
    (Format::WechatTrade, |head| {
        head.first_has(&["交易时间", "公众账号ID", "微信订单号", "商户订单号", "手续费"])
    }),
    (Format::WechatFund, |head| head.first_has(&["记账时间", "资金流水单号", "收支类型"])),
    (Format::UnionpaySummary, |head| head.lines.iter().any(|line| line.contains(unionpay::TITLE))),
    (Format::UnionpayTrade, |head| head.raw_lines().any(unionpay::is_trades)),
    (Format::UnionpayError, |head| head.raw_lines().any(unionpay::is_errors)),
    (Format::LeshuaPayout, |head| {
        let text = head.bytes.trim_ascii_start();
        let begins = matches!(text.first(), Some(b'{' | b'['));
        let mark = format!("\"{}\"", payout::MARK);
        begins && text.windows(mark.len()).any(|window| window == mark.as_bytes())
    }),
    (Format::LeshuaTrade, |head| leshua_delimiter(head).is_some()),
    (Format::Lcsw, |head| head.lines.iter().any(|line| lcsw::looks_like(line))),
];

/// What stands behind BT or BV in the first row.
pub(super) fn leshua_delimiter(head: &Head<'_>) -> Option<String> {
    let line = head.lines.iter().find(|line| !line.trim().is_empty())?;
    let rest = line.strip_prefix("BT").or_else(|| line.strip_prefix("BV"))?;
    let delimiter = rest.trim_start_matches(' ').chars().next()?;
    let columns = line.split(delimiter).count();
    (matches!(delimiter, ',' | '|' | '\t' | ';' | '^') && columns > 10).then(|| delimiter.into())
}

/// The format of a file that begins so. Profiles come after the formats that are built in.
pub(super) fn sniff(
    head: &Head<'_>,
    profiles: &[Arc<Profile>],
) -> Option<(Format, Option<Arc<Profile>>)> {
    if let Some((format, _)) = TESTS.iter().find(|(_, test)| test(head)) {
        return Some((format.clone(), None));
    }
    let profile = profiles.iter().find(|profile| Rows::looks_like(profile, head.bytes))?;
    Some((Format::Profile(profile.name().into()), Some(profile.clone())))
}

/// Whether this is an acquirer's answer that there is no bill.
pub(super) fn no_bill(head: &Head<'_>) -> bool {
    let begins = matches!(head.bytes.trim_ascii_start().first(), Some(b'<' | b'{'));
    begins && head.lines.iter().any(|line| NO_BILL.iter().any(|text| line.contains(text)))
}

impl Format {
    /// The format's name.
    #[must_use]
    pub fn say(&self, lang: Lang) -> String {
        let (en, zh) = match self {
            Self::WechatTrade => ("WeChat Pay trade bill", "微信支付交易账单"),
            Self::WechatFund => ("WeChat Pay fund bill", "微信支付资金账单"),
            Self::AlipayTrade => ("Alipay trade bill", "支付宝业务明细"),
            Self::AlipayTradeSummary => ("Alipay trade summary", "支付宝业务汇总"),
            Self::AlipayAccount => ("Alipay account bill", "支付宝账务明细"),
            Self::AlipayAccountSummary => ("Alipay account summary", "支付宝账务汇总"),
            Self::LeshuaTrade => ("Leshua trade file", "乐刷交易对账单"),
            Self::LeshuaPayout => ("Leshua payout records", "乐刷打款单"),
            Self::Lcsw => ("lcsw order file", "利楚扫呗对账单"),
            Self::UnionpayTrade => ("UnionPay trades (ZM)", "银联交易明细 (ZM)"),
            Self::UnionpayError => ("UnionPay adjustments (ZME)", "银联差错明细 (ZME)"),
            Self::UnionpaySummary => ("UnionPay summary (RD2010)", "银联汇总表 (RD2010)"),
            Self::Profile(name) => return name.to_string(),
        };
        lang.pick(en, zh).to_string()
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}
