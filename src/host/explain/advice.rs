//! What to do next: a table by cause and standing.
//!
//! Unsafe advice cannot be built: the steps that let somebody pay again or undo a payment carry the
//! proof for it.

use super::cause::Cause;
use super::proof::{Charged, NotCharged, Standing};
use super::signs::Sign;

/// The next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It took no money: the same may be tried again.
    SwipeAgain(NotCharged),
    /// It took no money: another card or another amount.
    OtherCard(NotCharged),
    /// Undo a payment that stands, in its open batch.
    Void(Charged),
    /// Undo a payment that stands and that a void no longer reaches.
    Refund(Charged),
    /// Do not repeat it; the terminal reverses it first.
    Reverse,
    /// Do not repeat it; ask what became of it first.
    Query,
    /// Put the terminal on line: it owes the customer a refund.
    LetRefund,
    /// Put the terminal on line: the host does not know of it yet.
    Send,
    /// Wait until the date.
    Wait,
    /// Settle the batch.
    CloseBatch,
    /// Fetch the bill and compare.
    Compare,
    /// The customer gets money back; nothing is to be repeated.
    MoneyBack,
    /// The acquirer has to say why.
    Ask,
    /// Set the merchant's account right.
    Account,
    /// Claim the fee back.
    Fee,
    /// Send slips and papers.
    Papers,
    /// Ask who the acquirer really is.
    Licence,
    /// Keep the card out; call the security desk.
    Security,
    /// Read the terminal again; do not repeat anything meanwhile.
    ReadAgain,
    /// Look for it in an older dump or in the bill; do not repeat anything meanwhile.
    OlderDump,
    /// Nothing.
    Nothing,
}

/// Whom to call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    /// Nobody.
    Nobody,
    /// The acquirer's help line.
    Acquirer,
    /// The card's issuer.
    Issuer,
    /// The bank of the merchant's account.
    Bank,
    /// Whoever looks after the terminal.
    Service,
    /// The acquirer's security desk.
    Security,
}

/// The next step for a payment of this standing, for the cause of this sign.
///
/// | standing | cause | step |
/// |---|---|---|
/// | any | D, R | papers |
/// | charged, or a part is refunded | M, F, Q, P, C, L | account, fee, licence, ask or compare |
/// | charged | O | void or refund a double, with the proof |
/// | charged, or a part is refunded | O | an unsettled batch is closed; else ask |
/// | charged, or a part is refunded | S | wait |
/// | taken back by the acquirer, the journal did not | V | ask |
/// | a part is refunded | V | the customer's part goes back |
/// | not charged | L | security |
/// | not charged | H | another card, with the proof |
/// | not charged | M | account |
/// | not charged | any other | swipe again, with the proof |
/// | all others | any | by the standing alone |
#[must_use]
pub fn step(sign: Sign, standing: Standing) -> Step {
    use Cause as C;
    use Standing as S;
    let is_double = sign == Sign::Double;
    let is_unsettled = matches!(sign, Sign::BatchOpen | Sign::NotSettled);
    match (standing, sign.row().0) {
        (_, C::D | C::R) => Step::Papers,
        (S::Charged(proof), _) if is_double && proof.can_void() => Step::Void(proof),
        (S::Charged(proof), _) if is_double => Step::Refund(proof),
        (S::Charged(_) | S::PartDone, C::M) => Step::Account,
        (S::Charged(_) | S::PartDone, C::F) => Step::Fee,
        (S::Charged(_) | S::PartDone, C::Q) => Step::Licence,
        (S::Charged(_) | S::PartDone, C::O) if is_unsettled => Step::CloseBatch,
        (S::Charged(_) | S::PartDone, C::S) => Step::Wait,
        // With a bill at hand there is nothing more to compare.
        (S::Charged(_) | S::PartDone, C::C) if !sign.is_overdue() => Step::Compare,
        (S::Done, C::V) if sign == Sign::Intercepted => Step::Ask,
        (S::PartDone, C::V) if sign == Sign::PartUndone => Step::MoneyBack,
        (S::Charged(_) | S::PartDone, _) => Step::Ask,
        (S::NotCharged(_) | S::Over, C::L) => Step::Security,
        (S::NotCharged(_), C::M) => Step::Account,
        (S::NotCharged(proof), C::H) => Step::OtherCard(proof),
        (S::NotCharged(proof), _) => Step::SwipeAgain(proof),
        (S::Done, _) => Step::MoneyBack,
        (S::Over | S::Inquiry, _) => Step::Nothing,
        (S::ToReverse, _) => Step::Reverse,
        (S::ToQuery | S::Doubtful, _) => Step::Query,
        (S::ToRefund, _) => Step::LetRefund,
        (S::ToSend, _) => Step::Send,
        (S::Refused, _) => Step::Ask,
        (S::Gone, _) => Step::OlderDump,
        (S::Unknown, _) => Step::ReadAgain,
    }
}

impl Step {
    /// The key for programs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SwipeAgain(_) => "swipe-again",
            Self::OtherCard(_) => "other-card",
            Self::Void(_) => "void",
            Self::Refund(_) => "refund",
            Self::Reverse => "reverse-first",
            Self::Query => "query-first",
            Self::LetRefund => "let-refund",
            Self::Send => "send",
            Self::Wait => "wait",
            Self::CloseBatch => "close-batch",
            Self::Compare => "compare",
            Self::MoneyBack => "money-back",
            Self::Ask => "ask",
            Self::Account => "account",
            Self::Fee => "fee",
            Self::Papers => "papers",
            Self::Licence => "licence",
            Self::Security => "security",
            Self::ReadAgain => "read-again",
            Self::OlderDump => "older-dump",
            Self::Nothing => "nothing",
        }
    }

    /// Whom the merchant calls about it.
    #[must_use]
    pub const fn party(self) -> Party {
        match self {
            Self::SwipeAgain(_) | Self::Void(_) | Self::Wait | Self::CloseBatch | Self::Nothing => {
                Party::Nobody
            }
            Self::OtherCard(_) | Self::MoneyBack => Party::Issuer,
            Self::Account => Party::Bank,
            Self::Reverse | Self::Send | Self::LetRefund | Self::ReadAgain => Party::Service,
            Self::Security => Party::Security,
            Self::Refund(_)
            | Self::Query
            | Self::Compare
            | Self::OlderDump
            | Self::Ask
            | Self::Fee
            | Self::Papers
            | Self::Licence => Party::Acquirer,
        }
    }
}

impl Party {
    /// The key for programs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::Acquirer => "acquirer",
            Self::Issuer => "issuer",
            Self::Bank => "bank",
            Self::Service => "service",
            Self::Security => "security",
        }
    }
}
