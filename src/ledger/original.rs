//! Whether a payment may be voided, refunded, completed or adjusted, by what the journal read
//! about it.

use super::kinds::{Needs, Scope, rule};
use super::{ItemState, Refusal};
use crate::record::{Amount, Intent, Seq, TransactionKind};

/// The most that a completion is of its hold, in percent, where the acquirer says nothing else.
pub const COMPLETION_PERCENT: u16 = 115;

/// What the log says about an original payment.
#[derive(Debug, Clone, Copy)]
pub struct OriginalFacts<'a> {
    /// Its sequence number.
    pub seq: Seq,
    /// Its intent.
    pub intent: &'a Intent,
    /// Where it stands.
    pub state: ItemState,
    /// The amount that was approved; the one requested where the answer says nothing else.
    pub approved: Amount,
    /// The sum of its completed tip adjustments, or of the completed increments of a hold.
    pub added: Amount,
    /// A void names it that is completed, or may be.
    pub voided: bool,
    /// It is a hold, and a completion names it that is completed or may be, and not voided.
    pub completed: bool,
    /// The sum of its refunds that are completed, or may be.
    pub refunded: Amount,
}

impl OriginalFacts<'_> {
    /// What there is to void, to refund, to complete.
    fn whole(&self) -> Amount {
        self.approved.saturating_add(self.added)
    }
}

/// Whether an intent may undo, complete or adjust its original.
///
/// | kind | amount | besides |
/// |---|---|---|
/// | void of any kind | exactly what was approved, and tips added to it | its own open batch, nothing refunded |
/// | refund | what is left after other refunds, at most | |
/// | tip adjustment | any | its own open batch, nothing refunded |
/// | increment | any | not completed |
/// | void of a pre-authorization | exactly the hold with its increments | not completed |
/// | completion | `completion_percent` of the hold with its increments, at most | not completed |
///
/// No kind undoes what is not completed, or is voided, of another book, currency or class of cards.
/// That nothing about it is in doubt is checked by [`Ledger::check`](super::Ledger::check). Script
/// results name any payment.
///
/// # Errors
/// Why not, and what to do instead.
pub fn check_original(
    original: &OriginalFacts<'_>,
    intent: &Intent,
    completion_percent: u16,
) -> Result<(), Refusal> {
    let (seq, kind, first) = (original.seq, intent.kind, original.intent);
    let kinds = match rule(kind).needs {
        Needs::NoOriginal => return Err(Refusal::OriginalNotAllowed { kind }),
        Needs::Any if first.book == intent.book => return Ok(()),
        Needs::Any => return Err(Refusal::OriginalElsewhere { original: seq }),
        Needs::Original(kinds) => kinds,
    };
    if !kinds.contains(&first.kind) {
        return Err(Refusal::OriginalWrongKind { kind, original: seq, found: first.kind });
    }
    let of = |i: &Intent| (i.book, i.currency, i.card_class());
    if of(first) != of(intent) {
        return Err(Refusal::OriginalElsewhere { original: seq });
    }
    if original.state != ItemState::Completed {
        return Err(Refusal::OriginalNotCompleted { original: seq, state: original.state });
    }
    if original.voided {
        return Err(Refusal::OriginalVoided { original: seq });
    }
    if original.completed {
        return Err(Refusal::OriginalCompleted { original: seq });
    }
    if rule(kind).scope != Scope::Anywhere {
        check_batch(original, intent)?;
    }
    check_amount(original, intent, completion_percent)
}

fn check_batch(original: &OriginalFacts<'_>, intent: &Intent) -> Result<(), Refusal> {
    let (seq, batch) = (original.seq, original.intent.batch);
    if intent.batch != batch {
        return Err(Refusal::OriginalSettled { original: seq, batch });
    }
    if original.refunded != Amount::ZERO {
        return Err(Refusal::OriginalRefunded { original: seq });
    }
    Ok(())
}

fn check_amount(
    original: &OriginalFacts<'_>,
    intent: &Intent,
    completion_percent: u16,
) -> Result<(), Refusal> {
    use TransactionKind as K;
    let (seq, amount, whole) = (original.seq, intent.amount, original.whole());
    match intent.kind {
        K::Void | K::CompletionVoid | K::RefundVoid | K::PreAuthVoid if amount != whole => {
            Err(Refusal::OriginalAmountDiffers { original: seq, expected: whole })
        }
        K::Refund | K::QrRefund => {
            let left = whole.saturating_sub(original.refunded);
            if amount > left { Err(Refusal::RefundExceeds { original: seq, left }) } else { Ok(()) }
        }
        K::Completion | K::CompletionAdvice => {
            let percent = u128::from(completion_percent);
            let most = u128::from(whole.minor()) * percent / 100;
            let most = Amount::new(u64::try_from(most).unwrap_or(u64::MAX));
            if amount > most {
                Err(Refusal::CompletionExceeds { original: seq, most })
            } else {
                Ok(())
            }
        }
        _ => Ok(()),
    }
}
