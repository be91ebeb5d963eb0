//! Why a payout failed: from the acquirer's text to its root cause.
//!
//! The texts carry account numbers, error numbers and prefixes that change from row to row, so both
//! sides are brought into one form first (see [`normal`]).

use std::sync::LazyLock;

use crate::host::Lang;

/// A reason for which a payout fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The acquirer's text or code, as its list prints it.
    pub text: &'static str,
    /// What kinds of causes it may have, likeliest first.
    pub classes: Vec<FailureClass>,
    en: &'static str,
    zh: &'static str,
}

/// What kind of cause a failed payout has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureClass {
    /// The account's state: closed, frozen, not enabled.
    Account,
    /// Wrong data of the account.
    WrongData,
    /// A limit of the account.
    Limit,
    /// The channel or its routing.
    Channel,
    /// It passes by itself.
    Pending,
}

impl Failure {
    /// The root cause.
    #[must_use]
    pub fn cause(&self, lang: Lang) -> &'static str {
        lang.pick(self.en, self.zh)
    }
}

static PAYOUT: LazyLock<Vec<(String, Failure)>> = LazyLock::new(|| {
    let rows = super::lines(include_str!("payout.tsv"));
    rows.filter_map(|row| match row.as_slice() {
        &[_, text, zh, en, classes] => read(text, zh, en, classes),
        _ => None,
    })
    .collect()
});

static TRANSFER: LazyLock<Vec<(String, Failure)>> = LazyLock::new(|| {
    let rows = super::lines(include_str!("transfer.tsv"));
    rows.filter_map(|row| match row.as_slice() {
        &[text, zh, en, classes] => read(text, zh, en, classes),
        _ => None,
    })
    .collect()
});

/// The reason behind a payout's failure text (Leshua); `None` for one that is not in the list.
///
/// ```
/// use pos_journal::host::codes::{FailureClass, payout};
/// let found = payout("失败-银行卡未开通认证支付[1000057]").unwrap();
/// assert_eq!(found.classes, [FailureClass::Account]);
/// ```
#[must_use]
pub fn payout(text: &str) -> Option<&'static Failure> {
    let wanted = normal(text);
    PAYOUT.iter().find(|(known, _)| *known == wanted).map(|(_, failure)| failure)
}

/// The reason behind a transfer's failure code (WeChat Pay).
#[must_use]
pub fn transfer(code: &str) -> Option<&'static Failure> {
    TRANSFER.iter().find(|(known, _)| *known == code.trim()).map(|(_, failure)| failure)
}

/// All of the list of payouts, in its order.
#[cfg(test)]
pub(super) fn payouts() -> impl Iterator<Item = &'static Failure> {
    PAYOUT.iter().map(|(_, failure)| failure)
}

fn read(
    text: &'static str,
    zh: &'static str,
    en: &'static str,
    classes: &str,
) -> Option<(String, Failure)> {
    let class = |name: &str| CLASSES.iter().find(|(known, _)| *known == name).map(|(_, c)| *c);
    let classes: Option<Vec<_>> = classes.split(',').map(class).collect();
    Some((normal(text), Failure { text, classes: classes?, en, zh }))
}

const CLASSES: &[(&str, FailureClass)] = &[
    ("ACC", FailureClass::Account),
    ("INF", FailureClass::WrongData),
    ("LIM", FailureClass::Limit),
    ("CHN", FailureClass::Channel),
    ("PEND", FailureClass::Pending),
];

/// From this many digits on, a number is an account's and not part of the text.
const ACCOUNT_DIGITS: usize = 12;

/// The text without what changes from row to row: no `失败-` or `FPOS0000` before it, no `[digits]`
/// behind it, no blanks; account numbers are `<n>`; commas and brackets are ASCII.
fn normal(text: &str) -> String {
    let mut text = text.trim();
    for prefix in ["失败-", "FPOS0000"] {
        text = text.strip_prefix(prefix).unwrap_or(text).trim_start();
    }
    let mut out = String::with_capacity(text.len());
    let mut digits = String::new();
    for c in without_number(text).chars().chain(['\0']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        out.push_str(if digits.len() < ACCOUNT_DIGITS { &digits } else { "<n>" });
        digits.clear();
        match c {
            '\0' => {}
            '，' => out.push(','),
            '（' => out.push('('),
            '）' => out.push(')'),
            c if c.is_whitespace() => {}
            c => out.push(c),
        }
    }
    out
}

/// Without a `[digits]` at its end.
fn without_number(text: &str) -> &str {
    let inner = text.strip_suffix(']').and_then(|rest| rest.rsplit_once('['));
    match inner {
        Some((before, digits)) if digits.bytes().all(|b| b.is_ascii_digit()) => before,
        _ => text,
    }
}
