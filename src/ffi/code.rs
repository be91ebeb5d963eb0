//! What negative results mean.
//!
//! The numbers never change their meaning; new ones are added behind.

use core::ffi::{CStr, c_char};

/// It is done.
pub const PJ_OK: i32 = 0;

// ---- the call itself
/// A pointer is null that must not be.
pub const PJ_ERR_NULL: i32 = -1;
/// An argument has a value that it cannot have.
pub const PJ_ERR_VALUE: i32 = -2;
/// The memory is smaller than PJ_JOURNAL_SIZE.
pub const PJ_ERR_MEMORY: i32 = -3;
/// The memory is not aligned to PJ_JOURNAL_ALIGN.
pub const PJ_ERR_ALIGN: i32 = -4;
/// Not a mounted journal.
pub const PJ_ERR_HANDLE: i32 = -5;
/// Called from a callback of the same journal.
pub const PJ_ERR_BUSY: i32 = -6;
/// The callback stopped it.
pub const PJ_ERR_STOPPED: i32 = -7;
/// Header and library do not go together.
pub const PJ_ERR_ABI: i32 = -8;
/// A text is too long, empty, or not printable ASCII.
pub const PJ_ERR_TEXT: i32 = -9;
/// It holds a card number, which is never stored.
pub const PJ_ERR_CARD_NUMBER: i32 = -10;
/// Chip data is too long, malformed, or has a tag that is never stored.
pub const PJ_ERR_EMV: i32 = -11;
/// A card number has 13 to 19 digits.
pub const PJ_ERR_PAN: i32 = -12;
/// The operating system refused the file.
pub const PJ_ERR_FILE: i32 = -13;
/// Another process holds the file.
pub const PJ_ERR_LOCKED: i32 = -14;

// ---- the log: see value and limit
/// The flash driver failed.
pub const PJ_ERR_FLASH: i32 = -20;
/// The flash does not hold what was written to it.
pub const PJ_ERR_READ_BACK: i32 = -21;
/// Region, chip and settings do not go together.
pub const PJ_ERR_SHAPE: i32 = -22;
/// The region is erased and holds no journal: format it.
pub const PJ_ERR_BLANK: i32 = -23;
/// The region holds something that is not a journal: check its address.
pub const PJ_ERR_FOREIGN: i32 = -24;
/// A format was interrupted: format again.
pub const PJ_ERR_FORMAT_INTERRUPTED: i32 = -25;
/// The journal was made with other settings.
pub const PJ_ERR_OTHER_SHAPE: i32 = -26;
/// The journal has a newer format: update the firmware.
pub const PJ_ERR_VERSION: i32 = -27;
/// No checkpoint can be read: dump the region and salvage it.
pub const PJ_ERR_NO_CHECKPOINT: i32 = -28;
/// Read-only: it holds a critical record of newer firmware.
pub const PJ_ERR_UNKNOWN_RECORD: i32 = -29;
/// Read-only: its checkpoint is of newer firmware.
pub const PJ_ERR_UNKNOWN_CHECKPOINT: i32 = -30;
/// Read-only: fewer than two sectors work: export, then replace the flash.
pub const PJ_ERR_WORN_OUT: i32 = -31;
/// Read-only: all sequence numbers are used: export, then format.
pub const PJ_ERR_SEQUENCE_END: i32 = -32;
/// Everything in the journal is still needed: settle the batch.
pub const PJ_ERR_NO_ROOM: i32 = -33;
/// The checkpoint does not fit: make the sectors larger.
pub const PJ_ERR_CHECKPOINT_TOO_LARGE: i32 = -34;
/// A record does not fit: an error of the library.
pub const PJ_ERR_INTERNAL: i32 = -35;
/// Read-only: records can be read now that could not be read at the mount: mount again.
pub const PJ_ERR_MOUNT_AGAIN: i32 = -36;

// ---- the journal
/// The journal is full: settle the batch.
pub const PJ_ERR_FULL: i32 = -40;
/// A settlement is under way: finish it first.
pub const PJ_ERR_SETTLEMENT: i32 = -41;
/// A payment has to be reversed first.
pub const PJ_ERR_REVERSAL: i32 = -42;
/// A payment is unresolved: an operator decides first.
pub const PJ_ERR_UNRESOLVED: i32 = -43;
/// A figure of the settlement would not fit its field: settle first.
pub const PJ_ERR_DIGITS: i32 = -44;
/// The batch holds as many payments as the host takes: settle it.
pub const PJ_ERR_BATCH_FULL: i32 = -45;
/// The refund may not be sent twice: ask the host about it.
pub const PJ_ERR_NOT_REPEATABLE: i32 = -46;
/// The reference belongs to another payment.
pub const PJ_ERR_REFERENCE_REUSED: i32 = -47;
/// Unknown, and records are lost: look whether it was paid, then begin all the same.
pub const PJ_ERR_MAY_BE_LOST: i32 = -48;
/// A payment is not uploaded yet.
pub const PJ_ERR_NOT_UPLOADED: i32 = -49;
/// The payment is not in the journal (any more).
pub const PJ_ERR_NO_SUCH_PAYMENT: i32 = -50;
/// The old journal still owes: do that first.
pub const PJ_ERR_STILL_OWING: i32 = -51;
/// A cancel may still be under way: ask again later.
pub const PJ_ERR_TOO_EARLY: i32 = -52;

// ---- illegal now; nothing was written

/// The rules refuse it: this code and those below. Nothing was written.
pub const PJ_REFUSALS: i32 = -100;
/// There is no such book.
pub const PJ_ERR_NO_SUCH_BOOK: i32 = -100;
/// As many payments are open as there is room for.
pub const PJ_ERR_ITEMS_FULL: i32 = -101;
/// A settlement of the book is not closed.
pub const PJ_ERR_SETTLEMENT_UNFINISHED: i32 = -102;
/// The record names another batch.
pub const PJ_ERR_BATCH_DIFFERS: i32 = -103;
/// The STAN is not the next one.
pub const PJ_ERR_STAN_DIFFERS: i32 = -104;
/// The invoice number is not the next one.
pub const PJ_ERR_INVOICE_DIFFERS: i32 = -105;
/// The batch has used every STAN: settle it.
pub const PJ_ERR_STAN_EXHAUSTED: i32 = -106;
/// The amount does not fit DE4.
pub const PJ_ERR_AMOUNT_TOO_LARGE: i32 = -107;
/// Tip and cash-back are more than the amount.
pub const PJ_ERR_PART_TOO_LARGE: i32 = -108;
/// The batch has no room for another currency or class of cards.
pub const PJ_ERR_TOO_MANY_CURRENCIES: i32 = -109;
/// A sum of the batch could outgrow sixteen digits: settle first.
pub const PJ_ERR_TOTALS_FULL: i32 = -110;
/// A QR payment needs an order number.
pub const PJ_ERR_ORDER_MISSING: i32 = -111;
/// Another identity than the present one.
pub const PJ_ERR_IDENTITY_DIFFERS: i32 = -112;
/// No identity is left.
pub const PJ_ERR_IDENTITY_INDEX: i32 = -113;
/// The book owes something under its identity: finish that first.
pub const PJ_ERR_IDENTITY_IN_USE: i32 = -114;
/// Not an offline sale.
pub const PJ_ERR_NOT_OFFLINE: i32 = -115;
/// The kind names its original: give it.
pub const PJ_ERR_ORIGINAL_MISSING: i32 = -116;
/// The kind has no original: leave it out.
pub const PJ_ERR_ORIGINAL_NOT_ALLOWED: i32 = -117;
/// A payment on the same original is open: resolve it first.
pub const PJ_ERR_ORIGINAL_BUSY: i32 = -118;
/// The original is not completed.
pub const PJ_ERR_ORIGINAL_NOT_COMPLETED: i32 = -119;
/// The kind cannot follow that original.
pub const PJ_ERR_ORIGINAL_WRONG_KIND: i32 = -120;
/// The original is voided, or may be.
pub const PJ_ERR_ORIGINAL_VOIDED: i32 = -121;
/// The hold is completed: void its completion first.
pub const PJ_ERR_ORIGINAL_COMPLETED: i32 = -122;
/// The hold covers less.
pub const PJ_ERR_COMPLETION_EXCEEDS: i32 = -123;
/// The original has a refund: refund the rest.
pub const PJ_ERR_ORIGINAL_REFUNDED: i32 = -124;
/// The original's batch is closed: refund it instead.
pub const PJ_ERR_ORIGINAL_SETTLED: i32 = -125;
/// A void has the amount of its original.
pub const PJ_ERR_ORIGINAL_AMOUNT_DIFFERS: i32 = -126;
/// The original is of another book, currency or class of cards.
pub const PJ_ERR_ORIGINAL_ELSEWHERE: i32 = -127;
/// The original is not in this journal: refund it instead.
pub const PJ_ERR_ORIGINAL_NOT_HERE: i32 = -128;
/// Less is left to refund.
pub const PJ_ERR_REFUND_EXCEEDS: i32 = -129;
/// An intent comes after the newest payment.
pub const PJ_ERR_OUT_OF_ORDER: i32 = -130;
/// The payment is not open.
pub const PJ_ERR_NOT_OPEN: i32 = -131;
/// The payment is open.
pub const PJ_ERR_ALREADY_OPEN: i32 = -132;
/// The payment is of another book.
pub const PJ_ERR_BOOK_DIFFERS: i32 = -133;
/// The payment stands where this cannot happen.
pub const PJ_ERR_ILLEGAL: i32 = -134;
/// The attempt has another number.
pub const PJ_ERR_ATTEMPT_NUMBER: i32 = -135;
/// A repeat carries the first reason.
pub const PJ_ERR_REASON_DIFFERS: i32 = -136;
/// More is approved than was asked for: it is no answer.
pub const PJ_ERR_APPROVED_EXCEEDS: i32 = -137;
/// Begun before the last start: use pj_late.
pub const PJ_ERR_TOO_LATE: i32 = -138;
/// No attempt awaits an answer.
pub const PJ_ERR_NOTHING_SENT: i32 = -139;
/// It is unresolved already.
pub const PJ_ERR_ALREADY_UNRESOLVED: i32 = -140;
/// It is not given up: it is tried without a decision.
pub const PJ_ERR_NOT_UNRESOLVED: i32 = -141;
/// An attempt is recorded: wait for its answer.
pub const PJ_ERR_ALREADY_SENT: i32 = -142;
/// A payment of the batch is open: resolve it first.
pub const PJ_ERR_OPEN_ITEM: i32 = -143;
/// Other totals than the ledger's.
pub const PJ_ERR_TOTALS_DIFFER: i32 = -144;
/// The settlement stands where this cannot follow.
pub const PJ_ERR_ILLEGAL_STEP: i32 = -145;
/// The 0500 has another number.
pub const PJ_ERR_SETTLE_NUMBER: i32 = -146;
/// Uploads were acknowledged further already.
pub const PJ_ERR_UPLOAD_BACKWARDS: i32 = -147;
/// The next batch is open: finish the old one.
pub const PJ_ERR_NEXT_BATCH_OPEN: i32 = -148;
/// The book is not empty.
pub const PJ_ERR_BOOK_NOT_EMPTY: i32 = -149;
/// The batch has used these numbers.
pub const PJ_ERR_NUMBERS_USED: i32 = -150;

/// The codes and their texts.
const TEXTS: &[(i32, &CStr)] = &[
    (PJ_OK, c"done"),
    (PJ_ERR_NULL, c"a pointer is null that must not be"),
    (PJ_ERR_VALUE, c"an argument has a value that it cannot have"),
    (PJ_ERR_MEMORY, c"the memory is smaller than PJ_JOURNAL_SIZE"),
    (PJ_ERR_ALIGN, c"the memory is not aligned to PJ_JOURNAL_ALIGN"),
    (PJ_ERR_HANDLE, c"not a mounted journal"),
    (PJ_ERR_BUSY, c"called from a callback of the same journal"),
    (PJ_ERR_STOPPED, c"the callback stopped it"),
    (PJ_ERR_ABI, c"header and library do not go together"),
    (PJ_ERR_TEXT, c"a text is too long, empty, or not printable ASCII"),
    (PJ_ERR_CARD_NUMBER, c"it holds a card number, which is never stored"),
    (PJ_ERR_EMV, c"chip data is too long, malformed, or has a tag that is never stored"),
    (PJ_ERR_PAN, c"a card number has 13 to 19 digits"),
    (PJ_ERR_FILE, c"the operating system refused the file"),
    (PJ_ERR_LOCKED, c"another process holds the file"),
    (PJ_ERR_FLASH, c"the flash driver failed"),
    (PJ_ERR_READ_BACK, c"the flash does not hold what was written to it"),
    (PJ_ERR_SHAPE, c"region, chip and settings do not go together"),
    (PJ_ERR_BLANK, c"the region is erased and holds no journal: format it"),
    (PJ_ERR_FOREIGN, c"the region holds something that is not a journal: check its address"),
    (PJ_ERR_FORMAT_INTERRUPTED, c"a format was interrupted: format again"),
    (PJ_ERR_OTHER_SHAPE, c"the journal was made with other settings"),
    (PJ_ERR_VERSION, c"the journal has a newer format: update the firmware"),
    (PJ_ERR_NO_CHECKPOINT, c"no checkpoint can be read: dump the region and salvage it"),
    (PJ_ERR_UNKNOWN_RECORD, c"read-only: it holds a critical record of newer firmware"),
    (PJ_ERR_UNKNOWN_CHECKPOINT, c"read-only: its checkpoint is of newer firmware"),
    (PJ_ERR_WORN_OUT, c"read-only: fewer than two sectors work: export, then replace the flash"),
    (PJ_ERR_SEQUENCE_END, c"read-only: all sequence numbers are used: export, then format"),
    (PJ_ERR_NO_ROOM, c"everything in the journal is still needed: settle the batch"),
    (PJ_ERR_CHECKPOINT_TOO_LARGE, c"the checkpoint does not fit: make the sectors larger"),
    (PJ_ERR_INTERNAL, c"a record does not fit: an error of the library"),
    (
        PJ_ERR_MOUNT_AGAIN,
        c"read-only: records can be read now that could not be read at the mount: mount again",
    ),
    (PJ_ERR_FULL, c"the journal is full: settle the batch"),
    (PJ_ERR_SETTLEMENT, c"a settlement is under way: finish it first"),
    (PJ_ERR_REVERSAL, c"a payment has to be reversed first"),
    (PJ_ERR_UNRESOLVED, c"a payment is unresolved: an operator decides first"),
    (PJ_ERR_DIGITS, c"a figure of the settlement would not fit its field: settle first"),
    (PJ_ERR_BATCH_FULL, c"the batch holds as many payments as the host takes: settle it"),
    (PJ_ERR_NOT_REPEATABLE, c"the refund may not be sent twice: ask the host about it"),
    (PJ_ERR_REFERENCE_REUSED, c"the reference belongs to another payment"),
    (
        PJ_ERR_MAY_BE_LOST,
        c"unknown, and records are lost: look whether it was paid, then begin all the same",
    ),
    (PJ_ERR_NOT_UPLOADED, c"a payment is not uploaded yet"),
    (PJ_ERR_NO_SUCH_PAYMENT, c"the payment is not in the journal (any more)"),
    (PJ_ERR_STILL_OWING, c"the old journal still owes: do that first"),
    (PJ_ERR_TOO_EARLY, c"a cancel may still be under way: ask again later"),
    (PJ_ERR_NO_SUCH_BOOK, c"there is no such book"),
    (PJ_ERR_ITEMS_FULL, c"as many payments are open as there is room for"),
    (PJ_ERR_SETTLEMENT_UNFINISHED, c"a settlement of the book is not closed"),
    (PJ_ERR_BATCH_DIFFERS, c"the record names another batch"),
    (PJ_ERR_STAN_DIFFERS, c"the STAN is not the next one"),
    (PJ_ERR_INVOICE_DIFFERS, c"the invoice number is not the next one"),
    (PJ_ERR_STAN_EXHAUSTED, c"the batch has used every STAN: settle it"),
    (PJ_ERR_AMOUNT_TOO_LARGE, c"the amount does not fit DE4"),
    (PJ_ERR_PART_TOO_LARGE, c"tip and cash-back are more than the amount"),
    (PJ_ERR_TOO_MANY_CURRENCIES, c"the batch has no room for another currency or class of cards"),
    (PJ_ERR_TOTALS_FULL, c"a sum of the batch could outgrow sixteen digits: settle first"),
    (PJ_ERR_ORDER_MISSING, c"a QR payment needs an order number"),
    (PJ_ERR_IDENTITY_DIFFERS, c"another identity than the present one"),
    (PJ_ERR_IDENTITY_INDEX, c"no identity is left"),
    (PJ_ERR_IDENTITY_IN_USE, c"the book owes something under its identity: finish that first"),
    (PJ_ERR_NOT_OFFLINE, c"not an offline sale"),
    (PJ_ERR_ORIGINAL_MISSING, c"the kind names its original: give it"),
    (PJ_ERR_ORIGINAL_NOT_ALLOWED, c"the kind has no original: leave it out"),
    (PJ_ERR_ORIGINAL_BUSY, c"a payment on the same original is open: resolve it first"),
    (PJ_ERR_ORIGINAL_NOT_COMPLETED, c"the original is not completed"),
    (PJ_ERR_ORIGINAL_WRONG_KIND, c"the kind cannot follow that original"),
    (PJ_ERR_ORIGINAL_VOIDED, c"the original is voided, or may be"),
    (PJ_ERR_ORIGINAL_COMPLETED, c"the hold is completed: void its completion first"),
    (PJ_ERR_COMPLETION_EXCEEDS, c"the hold covers less"),
    (PJ_ERR_ORIGINAL_REFUNDED, c"the original has a refund: refund the rest"),
    (PJ_ERR_ORIGINAL_SETTLED, c"the original's batch is closed: refund it instead"),
    (PJ_ERR_ORIGINAL_AMOUNT_DIFFERS, c"a void has the amount of its original"),
    (PJ_ERR_ORIGINAL_ELSEWHERE, c"the original is of another book, currency or class of cards"),
    (PJ_ERR_ORIGINAL_NOT_HERE, c"the original is not in this journal: refund it instead"),
    (PJ_ERR_REFUND_EXCEEDS, c"less is left to refund"),
    (PJ_ERR_OUT_OF_ORDER, c"an intent comes after the newest payment"),
    (PJ_ERR_NOT_OPEN, c"the payment is not open"),
    (PJ_ERR_ALREADY_OPEN, c"the payment is open"),
    (PJ_ERR_BOOK_DIFFERS, c"the payment is of another book"),
    (PJ_ERR_ILLEGAL, c"the payment stands where this cannot happen"),
    (PJ_ERR_ATTEMPT_NUMBER, c"the attempt has another number"),
    (PJ_ERR_REASON_DIFFERS, c"a repeat carries the first reason"),
    (PJ_ERR_APPROVED_EXCEEDS, c"more is approved than was asked for: it is no answer"),
    (PJ_ERR_TOO_LATE, c"begun before the last start: use pj_late"),
    (PJ_ERR_NOTHING_SENT, c"no attempt awaits an answer"),
    (PJ_ERR_ALREADY_UNRESOLVED, c"it is unresolved already"),
    (PJ_ERR_NOT_UNRESOLVED, c"it is not given up: it is tried without a decision"),
    (PJ_ERR_ALREADY_SENT, c"an attempt is recorded: wait for its answer"),
    (PJ_ERR_OPEN_ITEM, c"a payment of the batch is open: resolve it first"),
    (PJ_ERR_TOTALS_DIFFER, c"other totals than the ledger's"),
    (PJ_ERR_ILLEGAL_STEP, c"the settlement stands where this cannot follow"),
    (PJ_ERR_SETTLE_NUMBER, c"the 0500 has another number"),
    (PJ_ERR_UPLOAD_BACKWARDS, c"uploads were acknowledged further already"),
    (PJ_ERR_NEXT_BATCH_OPEN, c"the next batch is open: finish the old one"),
    (PJ_ERR_BOOK_NOT_EMPTY, c"the book is not empty"),
    (PJ_ERR_NUMBERS_USED, c"the batch has used these numbers"),
];

/// What a code says, in English; never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn pj_error_text(code: i32) -> *const c_char {
    let known = TEXTS.iter().find(|(known, _)| *known == code);
    known.map_or(c"no such code", |(_, text)| text).as_ptr()
}
