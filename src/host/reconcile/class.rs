//! In which class a payment ends: one table, so that there is exactly one.
//!
//! | standing in the journal | counts in the journal's total | not in any bill | in a bill |
//! |---|---|---|---|
//! | approved | its amount | a difference | compared |
//! | voided, and so is its void | nothing together | agrees | compared |
//! | unknown (open, or given up) | nothing | a difference | amount differs |
//! | reversed | nothing | agrees | agrees only with the row that undoes it |
//! | never sent, declined | nothing | agrees | amount differs |
//!
//! A payment that is in a bill, the first line that holds:
//!
//! | holds | class |
//! |---|---|
//! | the bill's amount is not what the journal counts | amount differs |
//! | its settlement was not paid out | settled but not paid out |
//! | the fee is not the one agreed | fee differs |
//! | - | matched |

use crate::host::Lang;
use crate::ledger::ItemState;

/// Where a payment, or a row without one, ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    Matched,
    AmountDiffers,
    FeeDiffers,
    NotPaidOut,
    JournalOnly(Standing),
    BillOnly,
    Duplicate,
}

/// What the journal knows of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    Approved,
    Unknown,
    Voided,
    Reversed,
    NeverSent,
    Declined,
}

impl Standing {
    pub const ALL: [Self; 6] = [
        Self::Approved,
        Self::Unknown,
        Self::Voided,
        Self::Reversed,
        Self::NeverSent,
        Self::Declined,
    ];

    /// `None`: no money is ever moved.
    pub fn of(state: Option<ItemState>) -> Option<Self> {
        use ItemState as S;
        let Some(state) = state else { return Some(Self::Unknown) };
        Some(match state {
            S::Completed => Self::Approved,
            S::Unanswered
            | S::Approved
            | S::Reversing
            | S::NothingOnce
            | S::Querying
            | S::Unresolved
            | S::Stored
            | S::Sending
            | S::Refused
            | S::Cancelling
            | S::RefundDue
            // An operator gave up: what happened outside, nobody proved.
            | S::Abandoned => Self::Unknown,
            S::Reversed | S::NotFound | S::Refunded => Self::Reversed,
            S::NeverSent | S::Cancelled => Self::NeverSent,
            S::Declined => Self::Declined,
            S::Inquired => return None,
        })
    }

    /// Its amount is part of what the journal adds up to.
    pub const fn counts(self) -> bool {
        matches!(self, Self::Approved | Self::Voided)
    }

    /// It need not be in a bill.
    const fn agrees_when_absent(self) -> bool {
        !matches!(self, Self::Approved | Self::Unknown)
    }

    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Approved => ("approved", "已批准"),
            Self::Unknown => ("unknown", "结果未知"),
            Self::Voided => ("voided", "已撤销"),
            Self::Reversed => ("reversed", "已冲正"),
            Self::NeverSent => ("never sent", "未发送"),
            Self::Declined => ("declined", "已拒绝"),
        }
    }
}

impl Class {
    /// In the order in which they are listed.
    pub fn all() -> impl Iterator<Item = Self> {
        let fixed = [Self::Matched, Self::AmountDiffers, Self::FeeDiffers, Self::NotPaidOut];
        let alone = Standing::ALL.map(Self::JournalOnly);
        fixed.into_iter().chain(alone).chain([Self::BillOnly, Self::Duplicate])
    }

    /// The table above, for a payment that is in a bill.
    pub const fn of_pair(journal: i128, bill: i128, paid_out: bool, fee_agrees: bool) -> Self {
        match (journal == bill, paid_out, fee_agrees) {
            (false, _, _) => Self::AmountDiffers,
            (true, false, _) => Self::NotPaidOut,
            (true, true, false) => Self::FeeDiffers,
            (true, true, true) => Self::Matched,
        }
    }

    /// Somebody has to look at it.
    pub const fn is_difference(self) -> bool {
        match self {
            Self::Matched => false,
            Self::JournalOnly(standing) => !standing.agrees_when_absent(),
            _ => true,
        }
    }

    /// A word for programs.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::AmountDiffers => "amount_differs",
            Self::FeeDiffers => "fee_differs",
            Self::NotPaidOut => "not_paid_out",
            Self::JournalOnly(_) => "journal_only",
            Self::BillOnly => "bill_only",
            Self::Duplicate => "duplicate",
        }
    }

    pub fn say(self, lang: Lang) -> String {
        let (en, zh) = match self {
            Self::Matched => ("matched", "一致"),
            Self::AmountDiffers => ("amount differs", "金额不符"),
            Self::FeeDiffers => ("matched, fee differs", "一致但手续费不符"),
            Self::NotPaidOut => ("settled, not paid out", "已结算未到账"),
            Self::JournalOnly(standing) => {
                let (en, zh) = standing.names();
                return match lang {
                    Lang::En => format!("in the journal only: {en}"),
                    Lang::Zh => format!("仅流水有：{zh}"),
                };
            }
            Self::BillOnly => ("in the bill only", "仅账单有"),
            Self::Duplicate => ("duplicate in the bill", "账单重复"),
        };
        lang.pick(en, zh).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_standing_and_only_inquiries_have_none() {
        for state in ItemState::ALL {
            let standing = Standing::of(Some(*state));
            assert_eq!(standing.is_none(), *state == ItemState::Inquired, "{state}");
            // What is not final is never taken for settled.
            if !state.is_final() {
                assert_eq!(standing, Some(Standing::Unknown), "{state}");
            }
        }
        assert_eq!(Standing::of(None), Some(Standing::Unknown));
    }

    #[test]
    fn a_pair_has_the_first_class_that_holds() {
        for (paid, fee) in [(true, true), (true, false), (false, true), (false, false)] {
            assert_eq!(Class::of_pair(1, 2, paid, fee), Class::AmountDiffers);
        }
        assert_eq!(Class::of_pair(1, 1, false, false), Class::NotPaidOut);
        assert_eq!(Class::of_pair(1, 1, true, false), Class::FeeDiffers);
        assert_eq!(Class::of_pair(1, 1, true, true), Class::Matched);
        let alone: Vec<_> = Class::all().filter(|class| !class.is_difference()).collect();
        assert_eq!(alone.len(), 5);
    }
}
