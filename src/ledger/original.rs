//! Whether a sale may be voided or refunded, by what the journal read about it.

use super::kinds::{Counts, rule};
use super::{ItemState, Refusal};
use crate::record::{Amount, Intent, Seq, TransactionKind};

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
    /// A completed void names it.
    pub voided: bool,
    /// The sum of its refunds that are completed or still open.
    pub refunded: Amount,
}

/// Whether an intent may undo its original, wholly (void) or in part (refund).
///
/// A void needs the original's own open batch and its exact amount; refunds never exceed
/// together what was approved. That no void or refund of it is open is checked by
/// [`Ledger::check`](super::Ledger::check). An intent without an original passes.
///
/// # Errors
/// Why not, and what to do instead.
pub fn check_original(original: &OriginalFacts<'_>, intent: &Intent) -> Result<(), Refusal> {
    let seq = original.seq;
    let sale = original.intent;
    if sale.kind != TransactionKind::Sale {
        return Err(Refusal::OriginalNotSale { original: seq, kind: sale.kind });
    }
    if (sale.book, sale.currency) != (intent.book, intent.currency) {
        return Err(Refusal::OriginalElsewhere { original: seq });
    }
    if original.state != ItemState::Completed {
        return Err(Refusal::OriginalNotCompleted { original: seq, state: original.state });
    }
    if original.voided {
        return Err(Refusal::OriginalVoided { original: seq });
    }
    match rule(intent.kind).counts {
        Counts::Sales => Ok(()),
        Counts::Voided => check_void(original, intent),
        Counts::Refunds => check_refund(original, intent),
    }
}

fn check_void(original: &OriginalFacts<'_>, intent: &Intent) -> Result<(), Refusal> {
    let seq = original.seq;
    let batch = original.intent.batch;
    if intent.batch != batch {
        return Err(Refusal::OriginalSettled { original: seq, batch });
    }
    if original.refunded != Amount::ZERO {
        return Err(Refusal::OriginalRefunded { original: seq });
    }
    if intent.amount != original.approved {
        return Err(Refusal::OriginalAmountDiffers { original: seq, expected: original.approved });
    }
    Ok(())
}

fn check_refund(original: &OriginalFacts<'_>, intent: &Intent) -> Result<(), Refusal> {
    let left = original.approved.saturating_sub(original.refunded);
    if intent.amount > left {
        return Err(Refusal::RefundExceeds { original: original.seq, left });
    }
    Ok(())
}
