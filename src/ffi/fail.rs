//! The errors of the journal as codes.

use super::chip::Failed;
use super::code::*;
use crate::journal::Error;
use crate::ledger::{Block, Refusal};
use crate::log::{self, ReadOnly};
use crate::record::Seq;

/// What the last call with a journal that failed had to say beside its code. What is not said is 0.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct pj_error {
    /// The code.
    pub code: i32,
    /// With PJ_ERR_FLASH: what the driver returned.
    pub driver: i32,
    /// The payment that it is about.
    pub item: u32,
    /// Where that payment (PJ_STATE_...) or the settlement (PJ_PHASE_...) stands.
    pub state: i32,
    /// What was asked for: bytes, an amount, a number.
    pub value: u64,
    /// What would be possible: bytes, an amount, a number, a time.
    pub limit: u64,
}

pub(super) type Fail = pj_error;
pub(super) type Done<T> = Result<T, Fail>;

impl pj_error {
    pub(super) const fn of(code: i32) -> Fail {
        pj_error { code, driver: 0, item: 0, state: 0, value: 0, limit: 0 }
    }

    pub(super) const fn with(code: i32, value: u64) -> Fail {
        pj_error { value, ..Fail::of(code) }
    }

    const fn limited(code: i32, value: u64, limit: u64) -> Fail {
        pj_error { value, limit, ..Fail::of(code) }
    }

    const fn about(code: i32, item: Seq) -> Fail {
        pj_error { item: item.0, ..Fail::of(code) }
    }

    fn standing(self, state: impl Into<u8>) -> Fail {
        pj_error { state: state.into().into(), ..self }
    }

    fn most(self, limit: impl Into<u64>) -> Fail {
        pj_error { limit: limit.into(), ..self }
    }
}

impl From<Error<Failed>> for Fail {
    #[inline(never)]
    fn from(error: Error<Failed>) -> Fail {
        match error {
            Error::Log(error) => error.into(),
            Error::Refused(refusal) => refusal.into(),
            Error::Blocked(Block::Settlement { phase }) => {
                Fail::of(PJ_ERR_SETTLEMENT).standing(phase)
            }
            Error::Blocked(Block::Reversal { item }) => Fail::about(PJ_ERR_REVERSAL, item),
            Error::Blocked(Block::ItemsFull) => Fail::of(PJ_ERR_ITEMS_FULL),
            Error::Blocked(Block::Refused(refusal)) => refusal.into(),
            Error::Full { needed, free } => Fail::limited(PJ_ERR_FULL, needed.into(), free.into()),
            Error::Unresolved { item, state } => {
                Fail::about(PJ_ERR_UNRESOLVED, item).standing(state)
            }
            Error::Digits(digits) => {
                Fail::limited(PJ_ERR_DIGITS, digits.value, digits.digits.into())
            }
            Error::BatchFull { limit } => Fail::of(PJ_ERR_BATCH_FULL).most(limit),
            Error::NotRepeatable { item } => Fail::about(PJ_ERR_NOT_REPEATABLE, item),
            Error::ReferenceReused { item, amount } => {
                Fail::about(PJ_ERR_REFERENCE_REUSED, item).most(amount.minor())
            }
            Error::MayBeLost { places } => Fail::with(PJ_ERR_MAY_BE_LOST, places.into()),
            Error::NotUploaded { item } => Fail::about(PJ_ERR_NOT_UPLOADED, item),
            Error::NotFound { item } => Fail::about(PJ_ERR_NO_SUCH_PAYMENT, item),
            Error::TooEarly { item, from } => Fail::about(PJ_ERR_TOO_EARLY, item).most(from.0),
            Error::TooLarge => Fail::of(PJ_ERR_INTERNAL),
            Error::StillOwing { open_items, unsettled } => {
                Fail::limited(PJ_ERR_STILL_OWING, open_items as u64, unsettled.into())
            }
        }
    }
}

impl From<log::Error<Failed>> for Fail {
    fn from(error: log::Error<Failed>) -> Fail {
        use log::Error as E;
        match error {
            E::Flash(Failed(driver)) => pj_error { driver, ..Fail::of(PJ_ERR_FLASH) },
            E::ReadBack => Fail::of(PJ_ERR_READ_BACK),
            E::Shape(_) => Fail::of(PJ_ERR_SHAPE),
            E::Blank => Fail::of(PJ_ERR_BLANK),
            E::Foreign => Fail::of(PJ_ERR_FOREIGN),
            E::FormatInterrupted => Fail::of(PJ_ERR_FORMAT_INTERRUPTED),
            E::OtherShape { recorded, configured } => {
                let (there, here) = (recorded.sector_bytes, configured.sector_bytes);
                Fail::limited(PJ_ERR_OTHER_SHAPE, here.into(), there.into())
            }
            E::Version(version) => Fail::with(PJ_ERR_VERSION, version.into()),
            E::NoCheckpoint => Fail::of(PJ_ERR_NO_CHECKPOINT),
            E::ReadOnly(why) => read_only(why),
            E::TooLarge { .. } | E::Kind(_) => Fail::of(PJ_ERR_INTERNAL),
            E::NoRoom => Fail::of(PJ_ERR_NO_ROOM),
            E::CheckpointTooLarge => Fail::of(PJ_ERR_CHECKPOINT_TOO_LARGE),
            // No call from C can be cancelled.
            #[cfg(feature = "async")]
            E::Cancelled => Fail::of(PJ_ERR_INTERNAL),
            E::NotFound { at } => Fail::with(PJ_ERR_NO_SUCH_PAYMENT, at.into()),
        }
    }
}

/// Why a journal can be read and not written.
pub(super) fn read_only(why: ReadOnly) -> Fail {
    match why {
        ReadOnly::UnknownCritical(kind) => Fail::with(PJ_ERR_UNKNOWN_RECORD, kind.into()),
        ReadOnly::UnknownCheckpoint => Fail::of(PJ_ERR_UNKNOWN_CHECKPOINT),
        ReadOnly::WornOut => Fail::of(PJ_ERR_WORN_OUT),
        ReadOnly::SequenceEnd => Fail::of(PJ_ERR_SEQUENCE_END),
        ReadOnly::MountAgain => Fail::of(PJ_ERR_MOUNT_AGAIN),
    }
}

/// A book, or a kind of transaction, that a refusal is about.
fn of(code: i32, value: impl Into<u8>) -> Fail {
    Fail::with(code, u64::from(value.into()))
}

impl From<Refusal> for Fail {
    fn from(refusal: Refusal) -> Fail {
        use Refusal as R;
        let about = Fail::about;
        match refusal {
            R::NoSuchBook { book } => of(PJ_ERR_NO_SUCH_BOOK, book),
            R::ItemsFull => Fail::of(PJ_ERR_ITEMS_FULL),
            R::SettlementUnfinished { book, phase } => {
                of(PJ_ERR_SETTLEMENT_UNFINISHED, book).standing(phase)
            }
            R::BatchDiffers { expected, found, .. } => {
                Fail::limited(PJ_ERR_BATCH_DIFFERS, found.get().into(), expected.get().into())
            }
            R::StanDiffers { expected, found, .. } => {
                Fail::limited(PJ_ERR_STAN_DIFFERS, found.get().into(), expected.get().into())
            }
            R::InvoiceDiffers { expected, found, .. } => {
                Fail::limited(PJ_ERR_INVOICE_DIFFERS, found.get().into(), expected.get().into())
            }
            R::StanExhausted { book } => of(PJ_ERR_STAN_EXHAUSTED, book),
            R::AmountTooLarge { amount } => Fail::with(PJ_ERR_AMOUNT_TOO_LARGE, amount.minor()),
            R::PartTooLarge { amount, part } => {
                Fail::limited(PJ_ERR_PART_TOO_LARGE, part.minor(), amount.minor())
            }
            R::TooManyCurrencies { book } => of(PJ_ERR_TOO_MANY_CURRENCIES, book),
            R::TotalsFull { book } => of(PJ_ERR_TOTALS_FULL, book),
            R::OrderMissing { kind } => of(PJ_ERR_ORDER_MISSING, kind),
            R::IdentityDiffers { book, .. } => of(PJ_ERR_IDENTITY_DIFFERS, book),
            R::IdentityIndex { book, .. } => of(PJ_ERR_IDENTITY_INDEX, book),
            R::IdentityInUse { book } => of(PJ_ERR_IDENTITY_IN_USE, book),
            R::NotOffline { kind } => of(PJ_ERR_NOT_OFFLINE, kind),
            R::OriginalMissing { kind } => of(PJ_ERR_ORIGINAL_MISSING, kind),
            R::OriginalNotAllowed { kind } => of(PJ_ERR_ORIGINAL_NOT_ALLOWED, kind),
            R::OriginalBusy { by, .. } => about(PJ_ERR_ORIGINAL_BUSY, by),
            R::OriginalNotCompleted { original, state } => {
                about(PJ_ERR_ORIGINAL_NOT_COMPLETED, original).standing(state)
            }
            R::OriginalWrongKind { original, .. } => about(PJ_ERR_ORIGINAL_WRONG_KIND, original),
            R::OriginalVoided { original } => about(PJ_ERR_ORIGINAL_VOIDED, original),
            R::OriginalCompleted { original } => about(PJ_ERR_ORIGINAL_COMPLETED, original),
            R::CompletionExceeds { original, most } => {
                about(PJ_ERR_COMPLETION_EXCEEDS, original).most(most.minor())
            }
            R::OriginalRefunded { original } => about(PJ_ERR_ORIGINAL_REFUNDED, original),
            R::OriginalSettled { original, batch } => {
                about(PJ_ERR_ORIGINAL_SETTLED, original).most(batch.get())
            }
            R::OriginalAmountDiffers { original, expected } => {
                about(PJ_ERR_ORIGINAL_AMOUNT_DIFFERS, original).most(expected.minor())
            }
            R::OriginalElsewhere { original } => about(PJ_ERR_ORIGINAL_ELSEWHERE, original),
            R::OriginalNotHere { kind } => of(PJ_ERR_ORIGINAL_NOT_HERE, kind),
            R::RefundExceeds { original, left } => {
                about(PJ_ERR_REFUND_EXCEEDS, original).most(left.minor())
            }
            R::OutOfOrder { seq, newest } => about(PJ_ERR_OUT_OF_ORDER, seq).most(newest.0),
            R::NotOpen { item } => about(PJ_ERR_NOT_OPEN, item),
            R::AlreadyOpen { item } => about(PJ_ERR_ALREADY_OPEN, item),
            R::BookDiffers { item, expected } => about(PJ_ERR_BOOK_DIFFERS, item).most(expected),
            R::Illegal { item, state, .. } => about(PJ_ERR_ILLEGAL, item).standing(state),
            R::AttemptNumber { item, expected } => {
                about(PJ_ERR_ATTEMPT_NUMBER, item).most(expected)
            }
            R::ReasonDiffers { item, expected } => {
                about(PJ_ERR_REASON_DIFFERS, item).most(u8::from(expected))
            }
            R::ApprovedExceeds { item, requested } => {
                about(PJ_ERR_APPROVED_EXCEEDS, item).most(requested.minor())
            }
            R::TooLate { item, state } => about(PJ_ERR_TOO_LATE, item).standing(state),
            R::NothingSent { item } => about(PJ_ERR_NOTHING_SENT, item),
            R::AlreadyUnresolved { item } => about(PJ_ERR_ALREADY_UNRESOLVED, item),
            R::NotUnresolved { item } => about(PJ_ERR_NOT_UNRESOLVED, item),
            R::AlreadySent { item } => about(PJ_ERR_ALREADY_SENT, item),
            R::OpenItem { item, state, .. } => about(PJ_ERR_OPEN_ITEM, item).standing(state),
            R::TotalsDiffer { book } => of(PJ_ERR_TOTALS_DIFFER, book),
            R::IllegalStep { book, phase, .. } => of(PJ_ERR_ILLEGAL_STEP, book).standing(phase),
            R::SettleNumber { book, expected } => of(PJ_ERR_SETTLE_NUMBER, book).most(expected),
            R::UploadBackwards { uploaded, .. } => about(PJ_ERR_UPLOAD_BACKWARDS, uploaded),
            R::NextBatchOpen { book } => of(PJ_ERR_NEXT_BATCH_OPEN, book),
            R::BookNotEmpty { book } => of(PJ_ERR_BOOK_NOT_EMPTY, book),
            R::NumbersUsed { book } => of(PJ_ERR_NUMBERS_USED, book),
        }
    }
}
