//! Whether a settlement was paid out, in words.

use jiff::civil::DateTime;

use crate::host::Lang;
use crate::host::bills::PayoutState;
use crate::host::codes;

/// Whether a settlement was paid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Unasked,
    Paid,
    /// Not yet; until then waiting is right, if that is known.
    Waiting(Option<DateTime>),
    Short,
    Missing,
    NotAtBank,
    Not(PayoutState, Option<String>),
}

impl Verdict {
    /// Nothing is missing, or not yet.
    pub const fn is_fine(&self) -> bool {
        matches!(self, Self::Unasked | Self::Paid | Self::Waiting(_))
    }

    /// The payments of the settlement have not arrived. What of a short payout is missing, nobody
    /// can say of a single payment.
    pub const fn is_unpaid(&self) -> bool {
        matches!(self, Self::Missing | Self::NotAtBank | Self::Not(..))
    }

    /// A word for programs.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Unasked => "not_asked",
            Self::Paid => "paid",
            Self::Waiting(_) => "waiting",
            Self::Short => "short",
            Self::Missing => "missing",
            Self::NotAtBank => "not_on_statement",
            Self::Not(PayoutState::Failed | PayoutState::Paid, _) => "failed",
            Self::Not(PayoutState::Returned, _) => "returned",
            Self::Not(PayoutState::Held, _) => "held",
            Self::Not(PayoutState::Pending, _) => "pending",
        }
    }

    /// What is the matter, with the root cause of a failure where the dictionary knows it.
    pub fn say(&self, lang: Lang) -> String {
        let (en, zh) = match self {
            Self::Unasked => ("", ""),
            Self::Paid => ("paid out", "已到账"),
            Self::Waiting(None) => {
                ("not due yet, or its due date is not known", "未到期或到期日未知")
            }
            Self::Waiting(Some(until)) => {
                return match lang {
                    Lang::En => format!("wait until {}", minutes(*until)),
                    Lang::Zh => format!("请等至 {}", minutes(*until)),
                };
            }
            Self::Short => ("less was paid out than settled", "到账少于结算净额"),
            Self::Missing => ("overdue: no payout", "已逾期：无打款记录"),
            Self::NotAtBank => (
                "overdue: the acquirer says paid, the bank statement has no such credit",
                "已逾期：收单方称已打款，银行流水无此入账",
            ),
            Self::Not(state, reason) => {
                let lead = match state {
                    PayoutState::Failed | PayoutState::Paid => ("payout failed", "打款失败"),
                    PayoutState::Returned => ("returned by the bank", "银行退票"),
                    PayoutState::Held => ("payout frozen", "冻结出款"),
                    PayoutState::Pending => ("overdue: still being paid", "已逾期：打款中"),
                };
                return because(lang.pick(lead.0, lead.1), reason.as_deref(), lang);
            }
        };
        lang.pick(en, zh).into()
    }
}

fn minutes(time: DateTime) -> String {
    format!("{} {:02}:{:02}", time.date(), time.hour(), time.minute())
}

fn because(lead: &str, reason: Option<&str>, lang: Lang) -> String {
    let Some(reason) = reason.filter(|reason| !reason.is_empty()) else { return lead.into() };
    let known = codes::payout(reason).or_else(|| codes::transfer(reason));
    match (known, lang) {
        (Some(known), Lang::En) => format!("{lead}: {} ({reason})", known.cause(lang)),
        (Some(known), Lang::Zh) => format!("{lead}：{}（{reason}）", known.cause(lang)),
        (None, Lang::En) => format!("{lead}: {reason}"),
        (None, Lang::Zh) => format!("{lead}：{reason}"),
    }
}
