//! The cash register's list against the journals: by its reference, amount and method.
//!
//! The list is a CSV with a head line; columns by these names, in any order, others are ignored:
//!
//! | column | holds |
//! |---|---|
//! | `reference`, 单号, 收银单号, 订单号 | the reference that the register gave the terminal |
//! | `amount`, 金额 | in yuan with a point; negative is a refund |
//! | `method`, 支付方式 | card, wechat, alipay, qr, cash (银行卡, 微信, 支付宝, 扫码, 现金); may be empty |
//!
//! | line | payments with this reference | class |
//! |---|---|---|
//! | any | one counts, and its amount is the line's, and so is its method | agrees |
//! | any | one counts, its amount is another | amount differs |
//! | any | one counts, its method is another | method differs |
//! | any | more than one counts | paid twice |
//! | any | none counts, of one nobody knows the outcome | outcome unknown |
//! | any | none | in the till's list only |
//! | cash | none counts | not examined |
//! | none | one with a reference counts, in the days of the list | in the journal only |

use std::collections::HashMap;
use std::io::Read;
use std::sync::Arc;

use super::class::Standing;
use super::entry::Entry;
use crate::host::Lang;
use crate::host::bills::{BadRow, Fault, Method, Why, decimal};

/// How the list says it was paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Paid {
    Card,
    Order(Option<Method>),
    Cash,
}

const METHODS: &[(&str, Paid)] = &[
    ("card", Paid::Card),
    ("银行卡", Paid::Card),
    ("刷卡", Paid::Card),
    ("wechat", Paid::Order(Some(Method::Wechat))),
    ("微信", Paid::Order(Some(Method::Wechat))),
    ("alipay", Paid::Order(Some(Method::Alipay))),
    ("支付宝", Paid::Order(Some(Method::Alipay))),
    ("qr", Paid::Order(None)),
    ("扫码", Paid::Order(None)),
    ("cash", Paid::Cash),
    ("现金", Paid::Cash),
];

const COLUMNS: [&[&str]; 3] =
    [&["reference", "单号", "收银单号", "订单号"], &["amount", "金额"], &["method", "支付方式"]];

/// A line of the list.
struct Line {
    line: u64,
    reference: Box<str>,
    amount: i64,
    paid: Option<Paid>,
}

/// The list.
pub(super) struct Till {
    pub source: Arc<str>,
    lines: Vec<Line>,
    pub bad: Vec<BadRow>,
}

/// Where a line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TillClass {
    Agrees,
    AmountDiffers,
    MethodDiffers,
    PaidTwice,
    Unknown,
    TillOnly,
    JournalOnly,
    Cash,
}

/// A line, or a payment without one.
pub(super) struct TillItem {
    pub class: TillClass,
    pub line: Option<u64>,
    pub reference: Box<str>,
    pub till: Option<i64>,
    pub journal: Option<i128>,
    pub entry: Option<usize>,
    /// The payment's name, for people.
    pub entry_name: Option<String>,
}

impl TillClass {
    pub const ALL: [Self; 8] = [
        Self::Agrees,
        Self::AmountDiffers,
        Self::MethodDiffers,
        Self::PaidTwice,
        Self::Unknown,
        Self::TillOnly,
        Self::JournalOnly,
        Self::Cash,
    ];

    pub const fn is_difference(self) -> bool {
        !matches!(self, Self::Agrees | Self::Cash)
    }

    pub const fn key(self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::AmountDiffers => "amount_differs",
            Self::MethodDiffers => "method_differs",
            Self::PaidTwice => "paid_twice",
            Self::Unknown => "outcome_unknown",
            Self::TillOnly => "till_only",
            Self::JournalOnly => "journal_only",
            Self::Cash => "cash",
        }
    }

    pub const fn say(self, lang: Lang) -> &'static str {
        let (en, zh) = match self {
            Self::Agrees => ("agrees", "一致"),
            Self::AmountDiffers => ("amount differs", "金额不符"),
            Self::MethodDiffers => ("method differs", "支付方式不符"),
            Self::PaidTwice => ("paid twice", "重复付款"),
            Self::Unknown => ("outcome unknown", "结果未知"),
            Self::TillOnly => ("in the till's list only", "仅收银有"),
            Self::JournalOnly => ("in the journal only", "仅流水有"),
            Self::Cash => ("cash, not examined", "现金，不核对"),
        };
        lang.pick(en, zh)
    }
}

impl Till {
    /// Reads a list. The error says why it is none.
    pub fn read(source: &str, from: impl Read, lang: Lang) -> Result<Self, String> {
        let source: Arc<str> = source.into();
        let mut csv = csv::ReaderBuilder::new().flexible(true).from_reader(from);
        let head = csv.byte_headers().map_err(|error| error.to_string())?;
        let names: Vec<String> = head.iter().map(decoded).collect();
        let find = |wanted: &[&str]| {
            names.iter().position(|name| {
                let name = name.trim_start_matches('\u{feff}').trim().to_lowercase();
                wanted.contains(&name.as_str())
            })
        };
        let [Some(reference), Some(amount), method] = COLUMNS.map(find) else {
            return Err(lang
                .pick(
                    "no till list: its head line needs the columns reference and amount",
                    "不是收银清单：表头须有“单号”和“金额”两列",
                )
                .into());
        };
        let (mut lines, mut bad) = (Vec::new(), Vec::new());
        let mut record = csv::ByteRecord::new();
        loop {
            let line = csv.position().line();
            let mut fault = |fault| bad.push(BadRow { source: source.clone(), line, fault });
            match csv.read_byte_record(&mut record) {
                Ok(false) => break,
                Err(error) => {
                    let is_io = matches!(error.kind(), csv::ErrorKind::Io(_));
                    fault(fault_of(0, "", &error.to_string(), Why::NotText));
                    if is_io {
                        break;
                    }
                    continue;
                }
                Ok(true) => {}
            }
            let line = record.position().map_or(line, csv::Position::line);
            let mut fault = |fault| bad.push(BadRow { source: source.clone(), line, fault });
            let cell = |at: usize| record.get(at).map(decoded).unwrap_or_default();
            let name = |at: usize| names.get(at).map_or("", String::as_str);
            let (key, money) = (cell(reference), cell(amount));
            if key.trim().is_empty() {
                fault(fault_of(reference + 1, name(reference), &key, Why::Missing));
                continue;
            }
            let Some(minor) = decimal(money.trim(), 2) else {
                fault(fault_of(amount + 1, name(amount), &money, Why::NotMoney));
                continue;
            };
            let printed = method.map(cell).unwrap_or_default().trim().to_lowercase();
            let paid = METHODS.iter().find(|(known, _)| *known == printed).map(|(_, paid)| *paid);
            if let (None, false, Some(at)) = (paid, printed.is_empty(), method) {
                fault(fault_of(
                    at + 1,
                    name(at),
                    &printed,
                    Why::Unknown("card, wechat, alipay, qr, cash"),
                ));
                continue;
            }
            lines.push(Line { line, reference: key.trim().into(), amount: minor, paid });
        }
        Ok(Self { source, lines, bad })
    }

    /// Compares it with the payments. `method_of`: what a bill says of how a payment was paid;
    /// `is_in_days`: whether the list should have it.
    pub fn compare(
        &self,
        entries: &[Entry],
        method_of: impl Fn(usize) -> Option<Method>,
        is_in_days: impl Fn(&Entry) -> bool,
    ) -> Vec<TillItem> {
        let mut by_reference: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, entry) in entries.iter().enumerate() {
            if let Some(reference) = entry.reference.as_deref().or(entry.order.as_deref()) {
                by_reference.entry(reference).or_default().push(at);
            }
        }
        let mut seen: HashMap<&str, bool> = HashMap::new();
        let mut items = Vec::new();
        for line in &self.lines {
            seen.insert(&line.reference, true);
            let payments = by_reference.get(&*line.reference).map_or(&[][..], Vec::as_slice);
            items.push(line.compare(entries, payments, &method_of));
        }
        for (at, entry) in entries.iter().enumerate() {
            let Some(reference) = entry.reference.as_deref() else { continue };
            if entry.counted() != 0 && !seen.contains_key(reference) && is_in_days(entry) {
                items.push(TillItem {
                    class: TillClass::JournalOnly,
                    line: None,
                    reference: reference.into(),
                    till: None,
                    journal: Some(entry.counted()),
                    entry: Some(at),
                    entry_name: None,
                });
            }
        }
        items
    }
}

impl Line {
    fn compare(
        &self,
        entries: &[Entry],
        payments: &[usize],
        method_of: &impl Fn(usize) -> Option<Method>,
    ) -> TillItem {
        let all = || payments.iter().filter_map(|at| Some((*at, entries.get(*at)?)));
        // A refund of the same reference is a line of its own.
        let same_way = |entry: &Entry| entry.counted().signum() == i128::from(self.amount.signum());
        let counted: Vec<_> = all().filter(|(_, e)| e.counted() != 0 && same_way(e)).collect();
        let unknown = all().find(|(_, entry)| entry.standing == Standing::Unknown);
        let (class, at) = match (counted.as_slice(), unknown, self.paid) {
            ([], _, Some(Paid::Cash)) => (TillClass::Cash, None),
            ([], Some((at, _)), _) => (TillClass::Unknown, Some(at)),
            ([], None, _) => (TillClass::TillOnly, None),
            ([(at, entry)], _, _) if entry.counted() != i128::from(self.amount) => {
                (TillClass::AmountDiffers, Some(*at))
            }
            ([(at, entry)], _, paid) if !paid.is_none_or(|paid| paid.is(entry, method_of(*at))) => {
                (TillClass::MethodDiffers, Some(*at))
            }
            ([(at, _)], _, _) => (TillClass::Agrees, Some(*at)),
            ([(at, _), ..], _, _) => (TillClass::PaidTwice, Some(*at)),
        };
        let sum: i128 = counted.iter().map(|(_, entry)| entry.counted()).sum();
        TillItem {
            class,
            line: Some(self.line),
            reference: self.reference.clone(),
            till: Some(self.amount),
            journal: (!counted.is_empty()).then_some(sum),
            entry: at,
            entry_name: None,
        }
    }
}

impl Paid {
    fn is(self, entry: &Entry, by_bill: Option<Method>) -> bool {
        match self {
            Self::Card => !entry.is_qr(),
            Self::Cash => false,
            Self::Order(wallet) => {
                let agrees = wallet.zip(by_bill).is_none_or(|(till, bill)| till == bill);
                entry.is_qr() && agrees
            }
        }
    }
}

/// UTF-8, else GBK, in which Chinese spreadsheets save.
fn decoded(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => encoding_rs::GBK.decode(bytes).0.into_owned(),
    }
}

fn fault_of(column: usize, name: &str, value: &str, why: Why) -> Fault {
    Fault {
        column: u32::try_from(column).unwrap_or(u32::MAX),
        name: name.chars().take(48).collect(),
        value: value.chars().take(48).collect(),
        why,
    }
}
