//! A payment, from the card to its end.

use core::ffi::c_char;
use core::mem::MaybeUninit;

use super::chars;
use super::fail::{Done, Fail};
use super::handle::{book_number, coded, give, need, pj_journal, with};
use super::intent::{auth_code, pan, pj_begin, pj_intent, pj_moment, rrn};
use super::reply::{code, code_at, pj_reply, status};
use super::{Inner, PJ_ERR_VALUE};
use crate::journal::{Begun, DuplicateAdvice, LateAnswer, LateResult, Sent};
use crate::ledger::PaymentStatus;
use crate::record::{Amount, Seq, Stan, Uptime, Verdict};

/// A payment may begin. What to tell the cashier all the same.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pj_start {
    /// The oldest unresolved payment of the book: someone has to look at it. 0: none.
    pub unresolved: u32,
    /// 1: settle soon.
    pub nearly_full: i32,
    /// Payments that the batch still takes.
    pub batch_left: u32,
}

/// Whether a payment of this kind may begin in this book now: asked before the card is read. PJ_OK, or
/// what has to be done first. Writes nothing. `start` may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_may_start(
    journal: *mut pj_journal,
    book: u32,
    kind: i32,
    start: Option<&mut MaybeUninit<pj_start>>,
) -> i32 {
    with!(journal, |j| {
        let may = j.may_start(book_number(book)?, coded(kind)?)?;
        if let Some(start) = start {
            start.write(pj_start {
                unresolved: may.unresolved.map_or(0, |item| item.0),
                nearly_full: may.nearly_full.into(),
                batch_left: may.batch_left,
            });
        }
        Ok(0)
    })
}

/// Nothing like it.
pub const PJ_DUPLICATE_NONE: i32 = 0;
/// It was approved: ask whether this one is for other goods, and pj_confirmed the yes.
pub const PJ_DUPLICATE_ASK: i32 = 1;
/// Nobody knows yet whether the customer was charged: settle that first.
pub const PJ_DUPLICATE_LOOK: i32 = 2;
/// It is being reversed: a second payment is right.
pub const PJ_DUPLICATE_REVERSING: i32 = 3;

/// A payment that the one to begin looks like.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pj_duplicate {
    /// The first payment.
    pub item: u32,
    /// PJ_STATUS_...
    pub status: i32,
    /// PJ_DUPLICATE_...
    pub advice: i32,
    /// How many seconds ago; -1: no clock can tell.
    pub age_s: i64,
}

/// The payment that one of this card and amount may be a second charge for; asked when the card is read.
/// Returns PJ_DUPLICATE_..., and fills `duplicate` where it is not NONE. It never blocks.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_duplicate_of(
    journal: *mut pj_journal,
    book: u32,
    card: *const c_char,
    amount: u64,
    moment: Option<&pj_moment>,
    duplicate: Option<&mut MaybeUninit<pj_duplicate>>,
) -> i32 {
    with!(journal, |j| {
        // SAFETY: promise 4 of the module's head.
        let card = unsafe { pan(card) }?;
        let moment = need(moment)?.moment()?;
        let found =
            j.duplicate_of(book_number(book)?, need(card)?, Amount::new(amount), &moment)?;
        let Some(found) = found else { return Ok(PJ_DUPLICATE_NONE) };
        let advice = match found.advice {
            DuplicateAdvice::Ask => PJ_DUPLICATE_ASK,
            DuplicateAdvice::Look => PJ_DUPLICATE_LOOK,
            DuplicateAdvice::Reversing => PJ_DUPLICATE_REVERSING,
        };
        let age_s = found.age_s.map_or(-1, i64::from);
        let (item, status) = (found.first.0, status(found.status));
        give(duplicate, pj_duplicate { item, status, advice, age_s })?;
        Ok(advice)
    })
}

/// The cashier was warned of a duplicate of `first` and said yes: evidence, durable when this returns.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_confirmed(journal: *mut pj_journal, first: u32) -> i32 {
    with!(journal, |j| Ok(j.confirmed(Seq(first)).map(|_| 0)?))
}

/// The intent is durable: send it.
pub const PJ_BEGUN_NEW: i32 = 0;
/// The cash register asked for this payment before. Send nothing; tell it the status.
pub const PJ_BEGUN_BEFORE: i32 = 1;

/// A payment that was begun now or before.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pj_begun {
    /// PJ_BEGUN_BEFORE: PJ_STATUS_...
    pub status: i32,
    /// The payment: its name from here on.
    pub item: u32,
    /// PJ_BEGUN_NEW: what was written, with STAN, batch and invoice number.
    pub intent: pj_intent,
}

/// Begins a payment. When it returns PJ_BEGUN_NEW its intent is durable, and all that it can still need
/// has room: now the first byte may leave. PJ_BEGUN_BEFORE: see there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_begin(
    journal: *mut pj_journal,
    begin: Option<&pj_begin>,
    begun: Option<&mut MaybeUninit<pj_begun>>,
) -> i32 {
    with!(journal, |j| {
        let begun = need(begun)?;
        // SAFETY: promise 4 of the module's head.
        let begin = unsafe { need(begin)?.begin() }?;
        match j.begin(&begin)? {
            Begun::New { item, intent } => {
                let intent = pj_intent::new(item, &intent);
                begun.write(pj_begun {
                    status: status(PaymentStatus::Unknown),
                    item: item.0,
                    intent,
                });
                Ok(PJ_BEGUN_NEW)
            }
            Begun::Existing { item, status: known } => {
                let intent = pj_intent::new(item, &j.receipt(item)?.intent);
                begun.write(pj_begun { status: status(known), item: item.0, intent });
                Ok(PJ_BEGUN_BEFORE)
            }
        }
    })
}

/// What a DE39 means by the usual reading: PJ_VERDICT_... NULL: no usable DE39. `completed`: nothing more
/// is needed after an approval (0 for a contact chip).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_verdict(de39: *const c_char, completed: i32) -> i32 {
    // SAFETY: promise 4 of the module's head.
    match unsafe { code_at(de39) } {
        Ok(code) => u8::from(Verdict::from_code(code, completed != 0)).into(),
        Err(_) => u8::from(Verdict::Doubtful).into(),
    }
}

fn told(result: Result<PaymentStatus, crate::journal::Error<super::chip::Failed>>) -> Done<i32> {
    Ok(status(result?))
}

/// The payment was answered (a refund or QR order: its query). Only when this has returned may the answer
/// be shown, printed or reported. Returns PJ_STATUS_...
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_outcome(
    journal: *mut pj_journal,
    item: u32,
    verdict: i32,
    reply: Option<&pj_reply>,
) -> i32 {
    with!(journal, |j| {
        // SAFETY: promise 4 of the module's head.
        let of = unsafe { need(reply)?.of() }?;
        told(j.outcome(Seq(item), coded(verdict)?, &of))
    })
}

/// No usable answer came in time: from now on the payment owes its reversal (a refund, a query). Returns
/// PJ_STATUS_...
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_no_answer(
    journal: *mut pj_journal,
    item: u32,
    elapsed_ms: u32,
    uptime: u64,
) -> i32 {
    with!(journal, |j| told(j.no_answer(Seq(item), elapsed_ms, Uptime(uptime))))
}

/// The transport proved that it took not one byte of the request: nothing is owed. Returns PJ_STATUS_...
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_not_sent(journal: *mut pj_journal, item: u32) -> i32 {
    with!(journal, |j| told(j.not_sent(Seq(item))))
}

/// The chip confirmed (TC): logged and disarmed. `emv` (or NULL): chip data of after that. Returns
/// PJ_STATUS_...
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_complete(
    journal: *mut pj_journal,
    item: u32,
    emv: *const u8,
    emv_size: u32,
) -> i32 {
    with!(journal, |j| {
        // SAFETY: promise 4 of the module's head.
        let emv = unsafe { chars::emv(emv, emv_size) }?;
        told(j.complete(Seq(item), emv))
    })
}

/// No usable answer: DE39 of the reversal is 98.
pub const PJ_REASON_NO_ANSWER: i32 = 0;
/// The answer is known, yet the payment did not go through: 06.
pub const PJ_REASON_OTHER: i32 = 1;
/// The answer's MAC is wrong: A0.
pub const PJ_REASON_MAC_ERROR: i32 = 2;

/// A reversal is owed although an answer may be known: AAC, card removed, MAC wrong. Returns
/// PJ_STATUS_...
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_reverse(journal: *mut pj_journal, item: u32, reason: i32) -> i32 {
    with!(journal, |j| told(j.reverse(Seq(item), coded(reason)?)))
}

/// No answer came, and then the chip approved offline (Y3). What was sent owes a reversal (`sent` 1; 0: it
/// is proven that not a byte was), and the sale is stored as an offline one: both in one record, durable
/// when this returns. `begin` is the offline sale; `*sale` what was written of it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_offline_approved(
    journal: *mut pj_journal,
    item: u32,
    sent: i32,
    begin: Option<&pj_begin>,
    sale: Option<&mut MaybeUninit<pj_intent>>,
) -> i32 {
    with!(journal, |j| {
        let sale = need(sale)?;
        // SAFETY: promise 4 of the module's head.
        let begin = unsafe { need(begin)?.begin() }?;
        let sent = if sent == 0 { Sent::Nothing } else { Sent::Perhaps };
        let (seq, intent) = j.offline_approved(Seq(item), sent, &begin)?;
        sale.write(pj_intent::new(seq, &intent));
        Ok(0)
    })
}

/// An answer for a payment that does not wait for one any more, as the message names it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pj_late_answer {
    /// Milliseconds since the start of the terminal.
    pub uptime: u64,
    /// The book.
    pub book: u32,
    /// DE11 of the answer.
    pub stan: u32,
    /// 1: it approves.
    pub approved: i32,
    /// DE39, or empty.
    pub code: [c_char; 3],
    /// DE37, or empty.
    pub rrn: [c_char; 13],
    /// DE38, or empty.
    pub auth_code: [c_char; 7],
}

/// No payment in the journal has this number. Nothing was written.
pub const PJ_LATE_STRAY: i32 = 0;
/// It is recorded as evidence and changes nothing.
pub const PJ_LATE_EVIDENCE: i32 = 1;
/// The host approved what was taken for never sent, not found or abandoned: its reversal (of a QR order,
/// its refund) is owed again.
pub const PJ_LATE_REOPENED: i32 = 2;
/// No payment with this number can be read, and it may be among what is lost or was not read: keep the
/// answer and come back, or show it to a person. Nothing was written.
pub const PJ_LATE_UNREAD: i32 = 3;

/// An answer that nobody waits for. Returns PJ_LATE_...; `item` (or NULL) is the payment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_late(
    journal: *mut pj_journal,
    answer: Option<&pj_late_answer>,
    item: Option<&mut MaybeUninit<u32>>,
) -> i32 {
    with!(journal, |j| late(j, need(answer)?, item))
}

fn late(
    journal: &mut Inner,
    answer: &pj_late_answer,
    item: Option<&mut MaybeUninit<u32>>,
) -> Done<i32> {
    let answer = LateAnswer {
        book: book_number(answer.book)?,
        stan: Stan::new(answer.stan).ok_or(Fail::of(PJ_ERR_VALUE))?,
        approved: answer.approved != 0,
        code: code(&answer.code)?,
        rrn: rrn(&answer.rrn)?,
        auth_code: auth_code(&answer.auth_code)?,
        uptime: Uptime(answer.uptime),
    };
    let (result, seq) = match journal.late(&answer)? {
        LateResult::Stray => (PJ_LATE_STRAY, Seq(0)),
        LateResult::Unread { .. } => (PJ_LATE_UNREAD, Seq(0)),
        LateResult::Evidence(seq) => (PJ_LATE_EVIDENCE, seq),
        LateResult::Reopened(seq) => (PJ_LATE_REOPENED, seq),
    };
    if let Some(item) = item {
        item.write(seq.0);
    }
    Ok(result)
}

/// Keeps a sealed card number or chip data beside a payment (either may be NULL), until both the payment
/// and its batch are closed. The newest of each counts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_attach(
    journal: *mut pj_journal,
    item: u32,
    sealed: *const u8,
    sealed_size: u32,
    emv: *const u8,
    emv_size: u32,
) -> i32 {
    with!(journal, |j| {
        // SAFETY: promise 4 of the module's head.
        let (sealed, emv) =
            unsafe { (chars::sealed(sealed, sealed_size)?, chars::emv(emv, emv_size)?) };
        Ok(j.attach(Seq(item), sealed, emv).map(|()| 0)?)
    })
}

/// A slip of this payment is about to be printed: from here on its receipt is a duplicate.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_printed(journal: *mut pj_journal, item: u32) -> i32 {
    with!(journal, |j| Ok(j.printed(Seq(item)).map(|()| 0)?))
}
