//! Why the ledger refuses a record. A refusal changes nothing.

use super::phase::{Phase, PhaseEvent};
use super::state::{ItemEvent, ItemState};
use crate::record::{Amount, Batch, Invoice, ROWS, ReversalReason, Seq, Stan, TransactionKind};
use core::fmt;

/// Why a record is refused, and what to do instead.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the fields say in the message what they are")]
pub enum Refusal {
    /// The ledger was built for fewer books.
    NoSuchBook { book: u8 },
    /// As many payments are open as the ledger has room for.
    ItemsFull,
    /// A settlement of the book was begun and is not closed.
    SettlementUnfinished { book: u8, phase: Phase },
    /// The record names another batch than the one it has to be of.
    BatchDiffers { book: u8, expected: Batch, found: Batch },
    /// The STAN is not the next one.
    StanDiffers { book: u8, expected: Stan, found: Stan },
    /// The invoice number is not the next one.
    InvoiceDiffers { book: u8, expected: Invoice, found: Invoice },
    /// The next STAN would soon be one that the unsettled batch has used.
    StanExhausted { book: u8 },
    /// The amount does not fit DE4.
    AmountTooLarge { amount: Amount },
    /// The tip and the cash-back are more than the amount that contains them.
    PartTooLarge { amount: Amount, part: Amount },
    /// The unsettled batches have payments in as many currencies and classes of cards as they can
    /// hold.
    TooManyCurrencies { book: u8 },
    /// A sum of the batch could outgrow sixteen digits.
    TotalsFull { book: u8 },
    /// A QR payment has no order number.
    OrderMissing { kind: TransactionKind },
    /// The intent names another identity than the present one.
    IdentityDiffers { book: u8, expected: Option<u8>, found: Option<u8> },
    /// The identity's index is not the next one, or none is left.
    IdentityIndex { book: u8, current: Option<u8> },
    /// The book has open payments or an unsettled batch: it keeps its identity.
    IdentityInUse { book: u8 },
    /// What takes the place of an unanswered payment is no offline sale.
    NotOffline { kind: TransactionKind },
    /// The kind names an original and this intent does not.
    OriginalMissing { kind: TransactionKind },
    /// The kind has no original and this intent names one.
    OriginalNotAllowed { kind: TransactionKind },
    /// A void or refund of the same original is still open.
    OriginalBusy { original: Seq, by: Seq },
    /// The original itself is not completed.
    OriginalNotCompleted { original: Seq, state: ItemState },
    /// The original is of a kind that this one cannot follow.
    OriginalWrongKind { kind: TransactionKind, original: Seq, found: TransactionKind },
    /// The original was voided, or may have been.
    OriginalVoided { original: Seq },
    /// The original is a hold that was completed, or may have been.
    OriginalCompleted { original: Seq },
    /// A completion of more than the hold allows.
    CompletionExceeds { original: Seq, most: Amount },
    /// Money of the original was given back already, so it cannot be voided.
    OriginalRefunded { original: Seq },
    /// The original's batch is settled: a void comes too late.
    OriginalSettled { original: Seq, batch: Batch },
    /// A void has another amount than its sale.
    OriginalAmountDiffers { original: Seq, expected: Amount },
    /// The original is of another book or currency.
    OriginalElsewhere { original: Seq },
    /// The original of a void is not in this journal.
    OriginalNotHere { kind: TransactionKind },
    /// A refund of more than is left of the original.
    RefundExceeds { original: Seq, left: Amount },
    /// An intent does not come after the newest payment.
    OutOfOrder { seq: Seq, newest: Seq },
    /// No such payment is open.
    NotOpen { item: Seq },
    /// The payment is open and cannot be opened again.
    AlreadyOpen { item: Seq },
    /// The payment is of another book.
    BookDiffers { item: Seq, expected: u8 },
    /// The event is illegal in the payment's state.
    Illegal { kind: TransactionKind, item: Seq, state: ItemState, event: ItemEvent },
    /// The attempt has another number than the next one.
    AttemptNumber { item: Seq, expected: u16 },
    /// A repeat carries the first reason.
    ReasonDiffers { item: Seq, expected: ReversalReason },
    /// The host approved more than was requested: its DE4 is not that of the request.
    ApprovedExceeds { item: Seq, requested: Amount },
    /// The payment was begun before the last start: what it owes stands.
    TooLate { item: Seq, state: ItemState },
    /// An answer to a reversal that was not sent, or not again since the last answer.
    NothingSent { item: Seq },
    /// The payment is marked as unresolved already; once is enough.
    AlreadyUnresolved { item: Seq },
    /// The payment does not bear the mark that a retry would take away.
    NotUnresolved { item: Seq },
    /// An attempt that may have been sent is recorded.
    AlreadySent { item: Seq },
    /// A payment of the batch is still open.
    OpenItem { book: u8, item: Seq, state: ItemState },
    /// The totals are not those of the ledger.
    TotalsDiffer { book: u8 },
    /// The settlement step is illegal in this phase.
    IllegalStep { book: u8, phase: Phase, step: PhaseEvent },
    /// The 0500 has another number than the next one.
    SettleNumber { book: u8, expected: u16 },
    /// Uploads were acknowledged further than this already.
    UploadBackwards { book: u8, uploaded: Seq },
    /// The next batch is open: the old one is neither called off nor left once more.
    NextBatchOpen { book: u8 },
    /// The book has payments: its counters cannot be set.
    BookNotEmpty { book: u8 },
    /// The batch has used these numbers.
    NumbersUsed { book: u8 },
}

impl core::error::Error for Refusal {}

/// What to do about an event that comes when a payment stands there.
const fn advice(state: ItemState) -> &'static str {
    match state {
        ItemState::Unanswered => "record its outcome first",
        ItemState::Approved => "record what the chip said first",
        ItemState::Reversing | ItemState::NothingOnce => "send its reversal until it is answered",
        ItemState::Querying => "ask the host or an operator",
        ItemState::Unresolved => "retry it, or let an operator decide",
        ItemState::Stored => "send it, or cancel it",
        ItemState::Sending => "send it until it is answered",
        ItemState::Refused => "let an operator decide",
        ItemState::Cancelling => "cancel it until that is answered",
        ItemState::RefundDue => "refund it until that is answered",
        ItemState::Completed => "void it while its batch is open, or refund it instead",
        ItemState::Declined => "nothing is owed: start a new payment",
        ItemState::NeverSent => "nothing is owed: only a late approval opens it again",
        ItemState::Reversed => "nothing is owed: start a new payment",
        ItemState::NotFound => "nothing is owed: only a late approval opens it again",
        ItemState::Abandoned => "it was decided: only a late approval opens it again",
        ItemState::Inquired => "nothing is owed, and no answer is kept",
        ItemState::Cancelled => "nothing is owed: start a new payment",
        ItemState::Refunded => "nothing is owed: start a new payment",
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Illegal { .. }
            | Self::NotOpen { .. }
            | Self::AlreadyOpen { .. }
            | Self::BookDiffers { .. }
            | Self::AttemptNumber { .. }
            | Self::ReasonDiffers { .. }
            | Self::ApprovedExceeds { .. }
            | Self::TooLate { .. }
            | Self::NothingSent { .. }
            | Self::AlreadyUnresolved { .. }
            | Self::NotUnresolved { .. }
            | Self::AlreadySent { .. }
            | Self::OutOfOrder { .. } => self.about_payment(f),
            Self::OriginalMissing { .. }
            | Self::OriginalNotAllowed { .. }
            | Self::OriginalBusy { .. }
            | Self::OriginalNotCompleted { .. }
            | Self::OriginalWrongKind { .. }
            | Self::OriginalVoided { .. }
            | Self::OriginalCompleted { .. }
            | Self::CompletionExceeds { .. }
            | Self::OriginalRefunded { .. }
            | Self::OriginalSettled { .. }
            | Self::OriginalAmountDiffers { .. }
            | Self::OriginalElsewhere { .. }
            | Self::OriginalNotHere { .. }
            | Self::RefundExceeds { .. } => self.about_original(f),
            Self::IllegalStep { .. }
            | Self::OpenItem { .. }
            | Self::TotalsDiffer { .. }
            | Self::SettleNumber { .. }
            | Self::NextBatchOpen { .. }
            | Self::UploadBackwards { .. } => self.about_settlement(f),
            Self::OrderMissing { .. }
            | Self::IdentityDiffers { .. }
            | Self::IdentityIndex { .. }
            | Self::IdentityInUse { .. }
            | Self::NotOffline { .. }
            | Self::PartTooLarge { .. } => self.about_intent(f),
            _ => self.about_numbers(f),
        }
    }
}

impl Refusal {
    fn about_payment(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Illegal { kind, item, state, event } => {
                let (event, advice) = (event.name(), advice(state));
                write!(f, "the {kind} {item} is already {state}, the {event} is refused: {advice}")
            }
            Self::NotOpen { item } => {
                write!(f, "payment {item} is not open: look its end up in the journal")
            }
            Self::AlreadyOpen { item } => {
                write!(f, "payment {item} is open: record the late answer instead")
            }
            Self::BookDiffers { item, expected } => {
                write!(f, "payment {item} is in book {expected}: name that book")
            }
            Self::AttemptNumber { item, expected } => {
                write!(f, "the next attempt for payment {item} has number {expected}")
            }
            Self::ReasonDiffers { item, expected } => {
                let de39 = expected.de39();
                write!(f, "the reversal of payment {item} carries DE39 {de39}: repeat it as it was")
            }
            Self::NothingSent { item } => {
                write!(f, "no attempt for payment {item} awaits an answer: record one first")
            }
            Self::ApprovedExceeds { item, requested } => {
                write!(f, "more than the {requested} of payment {item} approved: it is no answer")
            }
            Self::TooLate { item, state } => {
                write!(f, "payment {item} is {state} since before the start: record a late answer")
            }
            Self::AlreadyUnresolved { item } => {
                write!(
                    f,
                    "payment {item} is unresolved already: retry it or let an operator decide"
                )
            }
            Self::NotUnresolved { item } => {
                write!(f, "payment {item} is not given up: it is tried without a decision")
            }
            Self::AlreadySent { item } => {
                write!(f, "an attempt for payment {item} is recorded: wait for its answer")
            }
            Self::OutOfOrder { seq, newest } => {
                write!(f, "intent {seq} does not come after payment {newest}: append it anew")
            }
            _ => Ok(()),
        }
    }

    fn about_original(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::OriginalMissing { kind } => {
                write!(f, "a {kind} names its original: give its record, or its RRN and date")
            }
            Self::OriginalNotAllowed { kind } => {
                write!(f, "a {kind} has no original: leave it out")
            }
            Self::OriginalBusy { original, by } => {
                write!(f, "payment {by} on payment {original} is still open: resolve it first")
            }
            Self::OriginalNotCompleted { original, state } => {
                write!(f, "payment {original} is {state}, not completed: there is nothing to undo")
            }
            Self::OriginalWrongKind { kind, original, found } => {
                write!(f, "payment {original} is a {found}: a {kind} cannot follow it")
            }
            Self::OriginalCompleted { original } => {
                write!(f, "the hold {original} is completed: void its completion first")
            }
            Self::CompletionExceeds { original, most } => {
                write!(f, "the hold {original} covers {most} at most: complete less")
            }
            Self::OriginalVoided { original } => {
                write!(f, "payment {original} is voided, or may be: nothing is left of it")
            }
            Self::OriginalRefunded { original } => {
                write!(f, "the sale {original} has a refund: refund the rest instead")
            }
            Self::OriginalSettled { original, batch } => {
                write!(f, "the sale {original} lies in batch {batch}, closed: refund it instead")
            }
            Self::OriginalAmountDiffers { original, expected } => {
                write!(f, "payment {original} is of {expected}: void the whole, or refund a part")
            }
            Self::OriginalElsewhere { original } => {
                write!(
                    f,
                    "payment {original} is of another book, currency or class of cards: use its own"
                )
            }
            Self::OriginalNotHere { kind } => {
                write!(f, "the original of the {kind} is not in this journal: refund it instead")
            }
            Self::RefundExceeds { original, left } => {
                write!(f, "of the sale {original} only {left} is left to refund: ask for less")
            }
            _ => Ok(()),
        }
    }

    fn about_settlement(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::IllegalStep { book, phase, step } => {
                write!(f, "the settlement of book {book} is {phase}: {step:?} cannot follow")
            }
            Self::OpenItem { book, item, state } => {
                write!(f, "book {book} cannot settle, payment {item} is {state}: resolve it first")
            }
            Self::TotalsDiffer { book } => {
                write!(f, "the totals are not those of book {book}: take them from the ledger")
            }
            Self::SettleNumber { book, expected } => {
                write!(f, "the next 0500 of book {book} is attempt {expected}")
            }
            Self::NextBatchOpen { book } => {
                write!(f, "the next batch of book {book} is open: finish the old one")
            }
            Self::UploadBackwards { book, uploaded } => {
                write!(f, "book {book} is uploaded up to payment {uploaded}: go on after it")
            }
            _ => Ok(()),
        }
    }

    fn about_intent(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::PartTooLarge { amount, part } => {
                write!(
                    f,
                    "tip and cash-back are {part} of an amount of {amount}: include them in it"
                )
            }
            Self::OrderMissing { kind } => {
                write!(f, "a {kind} has an order number: give the merchant's")
            }
            Self::IdentityDiffers { book, expected, found } => {
                let (expected, found) = (Index(expected), Index(found));
                write!(f, "the identity of book {book} is {expected}, not {found}")
            }
            Self::IdentityIndex { book, current } => {
                let current = Index(current);
                write!(
                    f,
                    "the identity of book {book} is {current}: record the next one, up to 255"
                )
            }
            Self::IdentityInUse { book } => {
                write!(f, "book {book} owes something under its identity: settle it, or force it")
            }
            Self::NotOffline { kind } => {
                write!(f, "a {kind} was not approved by the chip: record an offline sale")
            }
            _ => Ok(()),
        }
    }

    fn about_numbers(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NoSuchBook { book } => {
                write!(f, "there is no book {book}: build the ledger with more books")
            }
            Self::ItemsFull => f.write_str("too many payments are open: resolve one first"),
            Self::SettlementUnfinished { book, phase } => {
                write!(f, "the settlement of book {book} is {phase}: finish it first")
            }
            Self::BatchDiffers { book, expected, found } => {
                write!(f, "the batch of book {book} is {expected}, not {found}")
            }
            Self::StanDiffers { book, expected, found } => {
                write!(f, "the next STAN of book {book} is {expected}, not {found}")
            }
            Self::InvoiceDiffers { book, expected, found } => {
                write!(f, "the next invoice number of book {book} is {expected}, not {found}")
            }
            Self::StanExhausted { book } => {
                write!(f, "the batch of book {book} has used up its STANs: settle it first")
            }
            Self::AmountTooLarge { amount } => {
                write!(f, "{amount} does not fit the twelve digits of DE4")
            }
            Self::TooManyCurrencies { book } => {
                write!(f, "book {book} has {ROWS} currencies and classes of cards: settle it first")
            }
            Self::TotalsFull { book } => {
                write!(f, "a sum of book {book} would outgrow its sixteen digits: settle it first")
            }
            Self::NumbersUsed { book } => {
                write!(f, "the batch of book {book} has used these numbers: set higher ones")
            }
            Self::BookNotEmpty { book } => {
                write!(f, "book {book} has payments: settle it before its counters are set")
            }
            _ => f.write_str("refused"),
        }
    }
}

/// The index of an identity, as an operator reads it.
struct Index(Option<u8>);

impl fmt::Display for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(index) => index.fmt(f),
            None => f.write_str("none"),
        }
    }
}
