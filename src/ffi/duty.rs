//! Paying what is owed.

use core::ffi::{c_char, c_void};
use core::mem::MaybeUninit;

use super::PJ_ERR_NULL;
use super::chars::{Chars, blob, chars, chars_or_none};
use super::fail::{Done, Fail};
use super::handle::{coded, give, need, pj_journal, with};
use super::intent::pj_intent;
use super::reply::{auth_code_out, code_at, emv_out, pj_outcome, status};
use super::terminal::pj_identity;
use crate::journal::{Attempted, Next};
use crate::ledger::{Duty, SettleStep};
use crate::record::{Seq, Text, Uptime};

/// Nothing is owed, or what is waits for an operator.
pub const PJ_NEXT_NOTHING: i32 = 0;
/// Do this.
pub const PJ_NEXT_NOW: i32 = 1;
/// Something is owed, and nothing of it may be tried before `at`.
pub const PJ_NEXT_AT: i32 = 2;

/// A settlement goes on with `step`.
pub const PJ_DUTY_SETTLE: i32 = 1;
/// The results of an issuer script have to be sent.
pub const PJ_DUTY_NOTICE: i32 = 2;
/// A reversal has to be sent.
pub const PJ_DUTY_REVERSAL: i32 = 3;
/// A QR order has to be cancelled.
pub const PJ_DUTY_CANCEL: i32 = 4;
/// A QR order that was told as failed is paid: it has to be refunded.
pub const PJ_DUTY_REFUND_ORDER: i32 = 5;
/// A stored advice has to be sent.
pub const PJ_DUTY_ADVICE: i32 = 6;
/// A refund or a QR order has to be asked about.
pub const PJ_DUTY_QUERY: i32 = 7;

/// Send the first 0500, or call it off.
pub const PJ_STEP_SEND: i32 = 1;
/// Send the 0500 again, with the same figures.
pub const PJ_STEP_REPEAT: i32 = 2;
/// Upload the records after `after`, then the end message.
pub const PJ_STEP_UPLOAD: i32 = 3;
/// Close the batch.
pub const PJ_STEP_CLOSE: i32 = 4;

/// Something that the terminal owes to a host.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pj_duty {
    /// PJ_DUTY_...
    pub duty: i32,
    /// Of a settlement: the book.
    pub book: u32,
    /// Of a settlement: PJ_STEP_...
    pub step: i32,
    /// Of PJ_STEP_UPLOAD: the last payment that was acknowledged.
    pub after: u32,
    /// The payment.
    pub item: u32,
    /// Of a reversal: PJ_REASON_...
    pub reason: i32,
    /// Of an advice: PJ_KIND_...
    pub kind: i32,
    /// Attempts made so far.
    pub attempts: u32,
    /// 1: it was sent before.
    pub repeat: i32,
    /// 1: the host said once that there is nothing to do; ask again.
    pub confirm: i32,
    /// 1: the limit was reached, or the host refused it.
    pub unresolved: i32,
}

/// What is owed next, and when.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pj_next {
    /// PJ_NEXT_AT: not before this up-time.
    pub at: u64,
    /// PJ_NEXT_...
    pub when: i32,
    /// What.
    pub duty: pj_duty,
}

const NO_DUTY: pj_duty = pj_duty {
    duty: 0,
    book: 0,
    step: 0,
    after: 0,
    item: 0,
    reason: 0,
    kind: 0,
    attempts: 0,
    repeat: 0,
    confirm: 0,
    unresolved: 0,
};

impl From<Duty> for pj_duty {
    fn from(duty: Duty) -> Self {
        let about = |duty, item: Seq, attempts: u16, unresolved: bool| pj_duty {
            duty,
            item: item.0,
            attempts: attempts.into(),
            unresolved: unresolved.into(),
            ..NO_DUTY
        };
        match duty {
            Duty::Settle { book, step } => {
                let (step, after) = match step {
                    SettleStep::Send => (PJ_STEP_SEND, Seq(0)),
                    SettleStep::Repeat => (PJ_STEP_REPEAT, Seq(0)),
                    SettleStep::Upload { after } => (PJ_STEP_UPLOAD, after),
                    SettleStep::Close => (PJ_STEP_CLOSE, Seq(0)),
                };
                let (book, after) = (book.into(), after.0);
                pj_duty { duty: PJ_DUTY_SETTLE, book, step, after, ..NO_DUTY }
            }
            Duty::Notice { item, attempts, repeat, unresolved } => pj_duty {
                repeat: repeat.into(),
                ..about(PJ_DUTY_NOTICE, item, attempts, unresolved)
            },
            Duty::Reversal { item, reason, attempts, repeat, confirm, unresolved } => pj_duty {
                reason: u8::from(reason).into(),
                repeat: repeat.into(),
                confirm: confirm.into(),
                ..about(PJ_DUTY_REVERSAL, item, attempts, unresolved)
            },
            Duty::Cancel { item, attempts, confirm, unresolved } => pj_duty {
                confirm: confirm.into(),
                ..about(PJ_DUTY_CANCEL, item, attempts, unresolved)
            },
            Duty::RefundOrder { item, attempts, unresolved } => {
                about(PJ_DUTY_REFUND_ORDER, item, attempts, unresolved)
            }
            Duty::Advice { item, kind, attempts, repeat, unresolved } => pj_duty {
                kind: u8::from(kind).into(),
                repeat: repeat.into(),
                ..about(PJ_DUTY_ADVICE, item, attempts, unresolved)
            },
            Duty::Query { item, attempts, unresolved } => {
                about(PJ_DUTY_QUERY, item, attempts, unresolved)
            }
        }
    }
}

impl From<Next> for pj_next {
    fn from(next: Next) -> Self {
        match next {
            Next::Nothing => pj_next { at: 0, when: PJ_NEXT_NOTHING, duty: NO_DUTY },
            Next::Now(duty) => pj_next { at: 0, when: PJ_NEXT_NOW, duty: duty.into() },
            Next::At(at, duty) => pj_next { at: at.0, when: PJ_NEXT_AT, duty: duty.into() },
        }
    }
}

/// What is to be done next: ask again after each duty, and after every start, until it says
/// PJ_NEXT_NOTHING. `uptime` is in milliseconds since the terminal started.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_due(
    journal: *mut pj_journal,
    uptime: u64,
    next: Option<&mut MaybeUninit<pj_next>>,
) -> i32 {
    with!(journal, |j| give(next, j.due(Uptime(uptime))?))
}

/// Told of a duty; anything but 0 ends it.
pub type pj_tell_duty =
    Option<unsafe extern "C" fn(context: *mut c_void, duty: *const pj_duty) -> i32>;

/// Everything that is owed, in order and without its times: for showing. Act on pj_due.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_duties(
    journal: *mut pj_journal,
    tell: pj_tell_duty,
    context: *mut c_void,
) -> i32 {
    with!(journal, |j| {
        let tell = need(tell)?;
        for duty in j.duties() {
            let duty = pj_duty::from(duty);
            // SAFETY: promise 5 of the module's head; the duty outlives the call.
            if unsafe { tell(context, &duty) } != 0 {
                break;
            }
        }
        Ok(0)
    })
}

/// An attempt that is durable: what to send.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pj_attempted {
    /// 1 for the first.
    pub number: u32,
    /// PJ_REASON_... of a reversal.
    pub reason: i32,
    /// The message type, such as 0400; empty for QR.
    pub mti: [c_char; 5],
    /// DE39 of a reversal.
    pub de39: [c_char; 3],
    /// DE38, if one was received.
    pub auth_code: [c_char; 7],
    /// The number under which a QR order that was told as failed is refunded.
    pub refund_number: [c_char; 65],
    /// The original, exactly as first sent.
    pub intent: pj_intent,
    /// Its answer, if one came; else item is 0.
    pub outcome: pj_outcome,
    /// Terminal and merchant id under which it was first sent; index -1: not recorded.
    pub identity: pj_identity,
    /// Bytes in sealed.
    pub sealed_size: u32,
    /// The sealed card number, where it was attached.
    pub sealed: [u8; 48],
    /// Bytes in emv.
    pub emv_size: u32,
    /// The chip data, where it was attached.
    pub emv: [u8; 145],
}

impl pj_attempted {
    fn new(item: Seq, attempted: &Attempted) -> Self {
        let sealed = attempted.attached.as_ref().and_then(|attach| attach.sealed.as_ref());
        let sealed = sealed.map(|sealed| sealed.as_bytes()).unwrap_or_default();
        let (emv, emv_size) =
            emv_out(attempted.attached.as_ref().and_then(|attach| attach.emv.as_ref()));
        pj_attempted {
            number: attempted.number.into(),
            reason: u8::from(attempted.reason).into(),
            mti: chars_or_none(attempted.mti),
            de39: chars(attempted.reason.de39()),
            auth_code: auth_code_out(attempted.auth_code),
            refund_number: chars_or_none(attempted.refund_number.as_deref()),
            intent: pj_intent::new(item, &attempted.intent),
            outcome: attempted.outcome.as_ref().into(),
            identity: attempted.identity.as_ref().into(),
            sealed_size: sealed.len() as u32,
            sealed: blob(sealed),
            emv_size,
            emv,
        }
    }
}

/// Makes an attempt durable, before its first byte leaves, and says what to send: a reversal, an advice,
/// the cancel of a QR order or its refund.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_attempt(
    journal: *mut pj_journal,
    item: u32,
    uptime: u64,
    attempted: Option<&mut MaybeUninit<pj_attempted>>,
) -> i32 {
    with!(journal, |j| {
        let attempted = need(attempted)?;
        let made = j.attempt(Seq(item), Uptime(uptime))?;
        attempted.write(pj_attempted::new(Seq(item), &made));
        Ok(0)
    })
}

/// Done.
pub const PJ_ANSWER_DONE: i32 = 0;
/// The host knows no such payment: final when repeated.
pub const PJ_ANSWER_NOTHING_TO_REVERSE: i32 = 1;
/// The host refuses it: still owed.
pub const PJ_ANSWER_REFUSED: i32 = 2;
/// The host cannot do it now: still owed.
pub const PJ_ANSWER_BUSY: i32 = 3;
/// No answer, or none that can be used.
pub const PJ_ANSWER_NOTHING: i32 = 4;
/// It is proven that not a byte of the attempt was sent.
pub const PJ_ANSWER_UNSENT: i32 = 5;
/// A QR order cannot be cancelled: its payer has just paid.
pub const PJ_ANSWER_PAID: i32 = 6;

/// The answer to an attempt, with what it means (PJ_ANSWER_...). `de39` may be NULL. Returns
/// PJ_STATUS_...
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_answer(
    journal: *mut pj_journal,
    item: u32,
    class: i32,
    de39: *const c_char,
) -> i32 {
    with!(journal, |j| {
        // SAFETY: promise 4 of the module's head.
        let code = unsafe { code_at(de39) }?;
        Ok(status(j.answer(Seq(item), coded(class)?, code)?))
    })
}

/// The answer to an attempt, read by the profile of its book. NULL: no answer came, or none that can be
/// used. Returns PJ_STATUS_...
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_answered(
    journal: *mut pj_journal,
    item: u32,
    de39: *const c_char,
) -> i32 {
    with!(journal, |j| {
        // SAFETY: promise 4 of the module's head.
        let code = unsafe { code_at(de39) }?;
        Ok(status(j.answered(Seq(item), code)?))
    })
}

/// It is proven that not a byte of the newest attempt was sent: it does not count. Returns PJ_STATUS_...
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_unsent(journal: *mut pj_journal, item: u32) -> i32 {
    with!(journal, |j| Ok(status(j.unsent(Seq(item))?)))
}

/// A refund or a QR order was asked about now and no final answer came, or a connection for any duty
/// failed: it waits from here on. Nothing is written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_asked(journal: *mut pj_journal, item: u32, uptime: u64) -> i32 {
    with!(journal, |j| Ok(j.asked(Seq(item), Uptime(uptime)).map(|()| 0)?))
}

/// The firmware gives up before the limit of the profile: unresolved. Returns PJ_STATUS_...
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_give_up(journal: *mut pj_journal, item: u32) -> i32 {
    with!(journal, |j| Ok(status(j.give_up(Seq(item))?)))
}

/// An operator decides that a payment is not pursued any more: who (at most 16 characters), and why (40).
/// Returns PJ_STATUS_...
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_abandon(
    journal: *mut pj_journal,
    item: u32,
    who: *const c_char,
    why: *const c_char,
) -> i32 {
    with!(journal, |j| {
        // SAFETY: promise 4 of the module's head.
        let (who, why) = unsafe { (text::<16, 17>(who)?, text::<40, 41>(why)?) };
        Ok(status(j.abandon(Seq(item), who, why)?))
    })
}

/// An operator decides that a payment which is unresolved or was refused is tried again. Returns
/// PJ_STATUS_...
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_retry(
    journal: *mut pj_journal,
    item: u32,
    who: *const c_char,
    why: *const c_char,
) -> i32 {
    with!(journal, |j| {
        // SAFETY: promise 4 of the module's head.
        let (who, why) = unsafe { (text::<16, 17>(who)?, text::<40, 41>(why)?) };
        Ok(status(j.retry(Seq(item), who, why)?))
    })
}

/// A text of at most `N` characters, with its zero in `FIELD`.
///
/// # Safety
/// Promise 4 of the module's head.
pub(super) unsafe fn text<const N: usize, const FIELD: usize>(
    pointer: *const c_char,
) -> Done<Text<N>> {
    if pointer.is_null() {
        return Err(Fail::of(PJ_ERR_NULL));
    }
    // SAFETY: the caller's promise.
    let chars = unsafe { Chars::<FIELD>::at(pointer) }?;
    Ok(Text::new(chars.text()?)?)
}
