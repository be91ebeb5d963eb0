//! Every word that a person may read: none is missing, and no two say the same.

use super::*;
use crate::ledger::{ItemEvent as E, ItemState as S};
use TransactionKind::{Refund, Sale, Void};

const ITEM: Seq = Seq(417);
const BOOK: u8 = 7;

fn refusals() -> Vec<Refusal> {
    use Refusal::*;
    let (item, original, book) = (ITEM, ITEM, BOOK);
    let (batch, phase, state) = (Batch::MAX, Phase::Sent, S::Reversing);
    let of_payments = vec![
        Illegal { kind: Sale, item, state, event: E::Completed },
        NotOpen { item },
        AlreadyOpen { item },
        BookDiffers { item, expected: 3 },
        AttemptNumber { item, expected: 9 },
        ReasonDiffers { item, expected: ReversalReason::MacError },
        ApprovedExceeds { item, requested: Amount::new(5) },
        TooLate { item, state },
        NothingSent { item },
        AlreadyUnresolved { item },
        NotUnresolved { item },
        AlreadySent { item },
        OutOfOrder { seq: item, newest: Seq(418) },
    ];
    let of_originals = vec![
        OriginalMissing { kind: Void },
        OriginalNotAllowed { kind: Sale },
        OriginalBusy { original, by: Seq(500) },
        OriginalNotCompleted { original, state },
        OriginalWrongKind { kind: Void, original, found: Refund },
        OriginalCompleted { original },
        CompletionExceeds { original, most: Amount::new(5) },
        OriginalVoided { original },
        OriginalRefunded { original },
        OriginalSettled { original, batch },
        OriginalAmountDiffers { original, expected: Amount::new(5) },
        OriginalElsewhere { original },
        OriginalNotHere { kind: Void },
        RefundExceeds { original, left: Amount::new(5) },
    ];
    let of_settlements = vec![
        IllegalStep { book, phase, step: PhaseEvent::Unfreeze },
        OpenItem { book, item, state },
        TotalsDiffer { book },
        SettleNumber { book, expected: 2 },
        UploadBackwards { book, uploaded: item },
        NextBatchOpen { book },
    ];
    let of_numbers = vec![
        NoSuchBook { book },
        ItemsFull,
        SettlementUnfinished { book, phase },
        BatchDiffers { book, expected: batch, found: Batch::FIRST },
        StanDiffers { book, expected: Stan::MAX, found: Stan::FIRST },
        InvoiceDiffers { book, expected: Invoice::MAX, found: Invoice::FIRST },
        StanExhausted { book },
        AmountTooLarge { amount: Amount::new(u64::MAX) },
        TooManyCurrencies { book },
        TotalsFull { book },
        NumbersUsed { book },
        OrderMissing { kind: Sale },
        NotOffline { kind: Sale },
        PartTooLarge { amount: Amount::new(5), part: Amount::new(6) },
        IdentityDiffers { book, expected: Some(1), found: None },
        IdentityIndex { book, current: None },
        IdentityInUse { book },
        BookNotEmpty { book },
    ];
    [of_payments, of_originals, of_settlements, of_numbers].concat()
}

fn all_different(words: Vec<String>) {
    for (at, word) in words.iter().enumerate() {
        assert!(!word.is_empty() && word != "refused", "number {at} says nothing");
        assert!(!words[..at].contains(word), "said twice: {word}");
    }
}

#[test]
fn every_refusal_says_what_is_wrong() {
    let words: Vec<String> = refusals().iter().map(Refusal::to_string).collect();
    let named = words.iter().filter(|word| word.contains("417") || word.contains("book 7"));
    // Kinds without an original to name or an order number, the full ledger, the amounts.
    assert_eq!(named.count(), words.len() - 8);
    all_different(words);
}

#[test]
fn every_block_says_what_to_do_first() {
    let blocks = [
        Block::Settlement { phase: Phase::Sent },
        Block::Reversal { item: ITEM },
        Block::ItemsFull,
        Block::Refused(Refusal::StanExhausted { book: BOOK }),
    ];
    all_different(blocks.iter().map(Block::to_string).collect());
}

#[test]
fn every_unreadable_entry_says_why() {
    let errors = [
        Unreadable::Version(9),
        Unreadable::Tag(9),
        Unreadable::Malformed,
        Unreadable::NoSuchBook(9),
        Unreadable::ItemsFull,
    ];
    all_different(errors.iter().map(Unreadable::to_string).collect());
}

#[test]
fn every_status_and_phase_has_a_word() {
    let statuses = [
        PaymentStatus::Approved,
        PaymentStatus::Declined,
        PaymentStatus::Reversing,
        PaymentStatus::Unknown,
        PaymentStatus::NeverStarted,
        PaymentStatus::Reversed,
        PaymentStatus::Abandoned,
        PaymentStatus::Accepted,
        PaymentStatus::Inquired,
    ];
    all_different(statuses.iter().map(PaymentStatus::to_string).collect());
    let phases = [Phase::Open, Phase::Frozen, Phase::Sent, Phase::Uploading, Phase::Ended];
    all_different(phases.iter().map(Phase::to_string).collect());
}

/// The whole table: what a cash register is told is what it may act on.
#[test]
fn only_a_confirmed_approval_is_told_as_approved() {
    let told = [
        (S::Unanswered, PaymentStatus::Unknown),
        (S::Approved, PaymentStatus::Unknown),
        (S::Querying, PaymentStatus::Unknown),
        (S::Unresolved, PaymentStatus::Unknown),
        (S::Reversing, PaymentStatus::Reversing),
        (S::NothingOnce, PaymentStatus::Reversing),
        (S::Completed, PaymentStatus::Approved),
        (S::Declined, PaymentStatus::Declined),
        (S::NeverSent, PaymentStatus::NeverStarted),
        (S::Reversed, PaymentStatus::Reversed),
        (S::NotFound, PaymentStatus::Reversed),
        (S::Abandoned, PaymentStatus::Abandoned),
        (S::Stored, PaymentStatus::Accepted),
        (S::Sending, PaymentStatus::Accepted),
        (S::Refused, PaymentStatus::Unknown),
        (S::Cancelling, PaymentStatus::Reversing),
        (S::RefundDue, PaymentStatus::Reversing),
        (S::Inquired, PaymentStatus::Inquired),
        (S::Cancelled, PaymentStatus::NeverStarted),
        (S::Refunded, PaymentStatus::Reversed),
    ];
    assert_eq!(told.len(), S::ALL.len());
    for (state, status) in told {
        assert_eq!(PaymentStatus::from(state), status, "{state}");
    }
}
