use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::host::Lang;
use crate::record::ResponseCode;

/// What a response code says to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Response {
    /// The code.
    pub code: ResponseCode,
    /// Its class in the terminal appendix; not every code has one.
    pub class: Option<Class>,
    /// What follows from it.
    pub action: Action,
    /// On whose side the reason lies; nobody's if it approves.
    pub side: Option<Side>,
    en: &'static str,
    zh: Option<&'static str>,
    terminal: [Option<&'static str>; 2],
}

/// The class of a code in UnionPay's terminal appendix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A: success.
    Success,
    /// B: failed, may be tried again.
    MayRetry,
    /// C: failed, not to be tried again.
    NoRetry,
    /// D: failed, the operator must act.
    OperatorActs,
    /// E: a fault of the system, not to be tried again.
    SystemFault,
}

/// What follows from a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Approved.
    Approve,
    /// Approved for less than was asked.
    ApprovePartial,
    /// Approved, with a defect: to be confirmed with the issuer.
    ApproveConfirm,
    /// Refused.
    Decline,
    /// Refused, and the card is to be kept.
    PickUp,
    /// Refused for a reason that may pass.
    Retry,
    /// Refused until the terminal has signed on again.
    RetrySignOn,
    /// A fault on the way: it may have been approved all the same.
    System,
}

/// On whose side the reason lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Card or holder.
    Card,
    /// The issuer.
    Issuer,
    /// Network or switch.
    Network,
    /// How the merchant is set up.
    Merchant,
    /// Terminal or operator.
    Terminal,
}

impl Response {
    /// What the code means.
    #[must_use]
    pub fn meaning(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.en,
            Lang::Zh => self.zh.or(self.terminal_text()).unwrap_or(self.en),
        }
    }

    /// What a terminal shows, in Chinese: by the appendix, or else by a second-generation terminal.
    #[must_use]
    pub fn terminal_text(&self) -> Option<&'static str> {
        let [appendix, second] = self.terminal;
        appendix.or(second)
    }
}

static RESPONSES: LazyLock<BTreeMap<ResponseCode, Response>> = LazyLock::new(|| {
    let rows = super::lines(include_str!("de39.tsv"));
    rows.filter_map(|row| read(&row)).map(|response| (response.code, response)).collect()
});

/// What a code means; `None` for one that is in no table (a terminal shows 交易失败, failed).
#[must_use]
pub fn response(code: ResponseCode) -> Option<&'static Response> {
    RESPONSES.get(&code)
}

/// All codes, in order.
pub fn responses() -> impl Iterator<Item = &'static Response> {
    RESPONSES.values()
}

fn read(row: &[&'static str]) -> Option<Response> {
    let &[code, class, zh, appendix, second, en, action, side] = row else { return None };
    let some = |text: &'static str| (text != "-").then_some(text);
    Some(Response {
        code: ResponseCode::new(code.as_bytes()).ok()?,
        class: match class {
            "-" => None,
            _ => Some(find(CLASSES, class)?),
        },
        action: find(ACTIONS, action)?,
        side: match side {
            "-" => None,
            _ => Some(find(SIDES, side)?),
        },
        en,
        zh: some(zh),
        terminal: [some(appendix), some(second)],
    })
}

fn find<T: Copy>(table: &[(&str, T)], name: &str) -> Option<T> {
    table.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}

const CLASSES: &[(&str, Class)] = &[
    ("A", Class::Success),
    ("B", Class::MayRetry),
    ("C", Class::NoRetry),
    ("D", Class::OperatorActs),
    ("E", Class::SystemFault),
];

const ACTIONS: &[(&str, Action)] = &[
    ("approve", Action::Approve),
    ("approve-partial", Action::ApprovePartial),
    ("approve-confirm", Action::ApproveConfirm),
    ("decline", Action::Decline),
    ("pick-up", Action::PickUp),
    ("retry", Action::Retry),
    ("retry-sign-on", Action::RetrySignOn),
    ("system", Action::System),
];

const SIDES: &[(&str, Side)] = &[
    ("C", Side::Card),
    ("I", Side::Issuer),
    ("N", Side::Network),
    ("M", Side::Merchant),
    ("T", Side::Terminal),
];
