//! Reads the list.

use std::io::Read;
use std::sync::Arc;

use crate::host::Lang;
use crate::host::bills::{BadRow, Fault, Method, Why, decimal};

/// How the list says it was paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paid {
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
pub struct Line {
    pub line: u64,
    pub reference: Box<str>,
    pub amount: i64,
    pub paid: Option<Paid>,
}

/// The list.
pub struct Till {
    pub source: Arc<str>,
    pub lines: Vec<Line>,
    pub bad: Vec<BadRow>,
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
