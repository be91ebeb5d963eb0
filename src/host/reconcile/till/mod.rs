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
//! A reference may have several lines and payments: a bill that was split, a refund. Each line takes one
//! payment, of its own amount first:
//!
//! | line | payment with this reference | class |
//! |---|---|---|
//! | any | one that counts, with its amount, its method agrees | agrees |
//! | any | the same, another method | method differs |
//! | any | one that counts, with another amount | amount differs |
//! | cash | none | not examined |
//! | any | none that counts, one of which nobody knows the outcome | outcome unknown |
//! | any | none | in the till's list only |
//! | none is left | one that takes money | paid twice |
//! | none is left | one that gives money back | in the journal only |
//! | none of this reference | one that counts, in the days of the list | in the journal only |
//!
//! A void or refund whose reference is not in the list has its payment's. A payment and its void need no lines, and pay
//! none, unless the list has a line that takes money back.

mod compare;
mod list;

use crate::host::Lang;
pub use list::Till;

/// Where a line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TillClass {
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
pub struct TillItem {
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
