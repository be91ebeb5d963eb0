//! The table of causes for the README; a test compares the two.

use super::advice;
use super::proof::Premises;
use super::signs::{PRECEDENCE, Sign};
use super::undo::Undo;
use super::words::{self, Audience};
use crate::host::Lang;
use crate::ledger::ItemState;
use crate::record::{ResponseCode, Seq, TransactionKind, Verdict};

/// Each sign in order of precedence, with its cause, what it proves and what a shop is told where
/// nothing else is odd, as Markdown.
#[must_use]
pub fn table() -> String {
    let mut out = String::from(
        "| sign, in order of precedence | cause | proof | advice |\n|---|---|---|---|\n",
    );
    for (sign, cause, certainty) in PRECEDENCE {
        let standing = usual(*sign).standing();
        let step = advice::step(*sign, standing);
        let cells = [
            words::sign(*sign, Lang::En),
            cause.code(),
            words::certainty(*certainty, Lang::En),
            words::step(step, Audience::Merchant, Lang::En),
        ];
        out += &format!("| {} |\n", cells.join(" | "));
    }
    out
}

/// A payment that shows this sign.
fn usual(sign: Sign) -> Premises {
    use ItemState as S;
    let declined = |code: &[u8; 2]| Premises {
        verdict: Some(Verdict::Declined),
        code: ResponseCode::new(code).ok(),
        ..sale(S::Declined)
    };
    match sign {
        Sign::Hole => Premises::none(Seq(0)),
        Sign::Reclaimed => Premises { is_intact: true, ..Premises::none(Seq(0)) },
        Sign::Undone => Premises { undo: Undo::Whole, ..sale(S::Completed) },
        Sign::BeingUndone => Premises { undo: Undo::InDoubt, ..sale(S::Completed) },
        Sign::PartUndone => Premises { undo: Undo::Part, ..sale(S::Completed) },
        Sign::GivesBack => Premises { kind: Some(TransactionKind::Refund), ..sale(S::Completed) },
        Sign::Reversed | Sign::ReversedUnanswered => sale(S::Reversed),
        Sign::PaidAfterAll => sale(S::RefundDue),
        Sign::Abandoned => sale(S::Abandoned),
        Sign::BadCard => declined(b"43"),
        Sign::HolderDeclined => declined(b"51"),
        Sign::MerchantDeclined => declined(b"03"),
        Sign::Declined => declined(b"05"),
        Sign::AdviceRefused => sale(S::Refused),
        Sign::NeverSent => sale(S::NeverSent),
        Sign::NotFound => sale(S::NotFound),
        Sign::Contradicted => Premises { approved_late: true, ..sale(S::NeverSent) },
        Sign::NotSentYet => sale(S::Stored),
        Sign::AcquirerDown
        | Sign::BankDown
        | Sign::ClusterOneBook
        | Sign::Clustered
        | Sign::Restarted
        | Sign::IssuerFault
        | Sign::NetworkFault
        | Sign::PayerBusy
        | Sign::Unfinished
        | Sign::NoAnswer
        | Sign::NoOutcome => sale(S::Reversing),
        Sign::ChargedAnyway => Premises { is_billed: true, ..sale(S::Reversed) },
        Sign::Intercepted => Premises { undo: Undo::Whole, ..sale(S::Completed) },
        Sign::Disputed
        | Sign::Audited
        | Sign::PayoutFailed
        | Sign::PayoutChannel
        | Sign::Outside
        | Sign::OtherMerchant
        | Sign::NoTerminal
        | Sign::NotSettled
        | Sign::SwitchedAway
        | Sign::NoRow
        | Sign::AmountDiffers
        | Sign::FeeDiffers
        | Sign::PayoutPending
        | Sign::PayoutMissing
        | Sign::PayoutShort
        | Sign::Double
        | Sign::BatchOpen
        | Sign::Switched
        | Sign::RowUnnamed
        | Sign::PastDue
        | Sign::DueUnknown
        | Sign::NotDue => sale(S::Completed),
    }
}

fn sale(state: ItemState) -> Premises {
    Premises {
        kind: Some(TransactionKind::Sale),
        state: Some(state),
        is_intact: true,
        batch_is_open: true,
        ..Premises::none(Seq(0))
    }
}
