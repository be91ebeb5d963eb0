//! Answers, in and out.

use core::ffi::c_char;

use super::chars::{self, Chars, blob, chars, chars_or_none};
use super::code::*;
use super::fail::{Done, Fail};
use super::intent::{auth_code, fits, rrn};
use crate::journal::OutcomeOf;
use crate::ledger::PaymentStatus;
use crate::record::{
    Amount, AuthCode, Emv, HostDate, HostTime, Outcome, ResponseCode, Rrn, Uptime,
};

/// No usable answer: a time-out, a bad MAC, fields that do not match.
pub const PJ_VERDICT_NO_ANSWER: i32 = 0;
/// Refused: no money moves.
pub const PJ_VERDICT_DECLINED: i32 = 1;
/// A code that proves nothing.
pub const PJ_VERDICT_DOUBTFUL: i32 = 2;
/// Approved; a contact chip has yet to confirm it: pj_complete or pj_reverse.
pub const PJ_VERDICT_TO_CONFIRM: i32 = 3;
/// Approved, and nothing more is needed.
pub const PJ_VERDICT_APPROVED: i32 = 4;

/// Approved and confirmed: hand out the goods.
pub const PJ_STATUS_APPROVED: i32 = 1;
/// Declined: no money moves.
pub const PJ_STATUS_DECLINED: i32 = 2;
/// It did not go through and is being reversed: take another payment.
pub const PJ_STATUS_REVERSING: i32 = 3;
/// Nobody can say yet: do not repeat it.
pub const PJ_STATUS_UNKNOWN: i32 = 4;
/// Nothing was ever sent.
pub const PJ_STATUS_NEVER_STARTED: i32 = 5;
/// It was reversed, or the host confirmed that it never knew it.
pub const PJ_STATUS_REVERSED: i32 = 6;
/// An operator decided not to pursue it.
pub const PJ_STATUS_ABANDONED: i32 = 7;
/// Accepted without the host, which has yet to be told: hand out the goods.
pub const PJ_STATUS_ACCEPTED: i32 = 8;
/// An inquiry: no money was to move.
pub const PJ_STATUS_INQUIRED: i32 = 9;

pub(super) const fn status(status: PaymentStatus) -> i32 {
    match status {
        PaymentStatus::Approved => PJ_STATUS_APPROVED,
        PaymentStatus::Declined => PJ_STATUS_DECLINED,
        PaymentStatus::Reversing => PJ_STATUS_REVERSING,
        PaymentStatus::Unknown => PJ_STATUS_UNKNOWN,
        PaymentStatus::NeverStarted => PJ_STATUS_NEVER_STARTED,
        PaymentStatus::Reversed => PJ_STATUS_REVERSED,
        PaymentStatus::Abandoned => PJ_STATUS_ABANDONED,
        PaymentStatus::Accepted => PJ_STATUS_ACCEPTED,
        PaymentStatus::Inquired => PJ_STATUS_INQUIRED,
    }
}

/// An answer as the firmware read it. Zero all of it, then fill in; what is 0, empty or NULL is not there.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pj_reply {
    /// Milliseconds since the start of the terminal.
    pub uptime: u64,
    /// From the first byte sent to the answer or the time-out, in milliseconds.
    pub elapsed_ms: u32,
    /// DE39: two characters.
    pub code: [c_char; 3],
    /// DE37: twelve characters.
    pub rrn: [c_char; 13],
    /// DE38: six characters.
    pub auth_code: [c_char; 7],
    /// 1: approved_amount is there.
    pub has_approved_amount: i32,
    /// DE4 of the answer, where it differs from the amount requested.
    pub approved_amount: u64,
    /// DE13 as received, MMDD.
    pub host_date: u32,
    /// DE12 as received, hhmmss.
    pub host_time: u32,
    /// DE15 as received, MMDD.
    pub settlement_date: u32,
    /// Bytes at emv.
    pub emv_size: u32,
    /// Chip data (DE55), at most 145 bytes.
    pub emv: *const u8,
}

/// An answer as it is recorded. What is 0 or empty is not there.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pj_outcome {
    /// The payment; 0: it was not answered.
    pub item: u32,
    /// PJ_VERDICT_...
    pub verdict: i32,
    /// Milliseconds since the start of the terminal.
    pub uptime: u64,
    /// From the first byte sent to the answer or the time-out.
    pub elapsed_ms: u32,
    /// DE39.
    pub code: [c_char; 3],
    /// DE37.
    pub rrn: [c_char; 13],
    /// DE38.
    pub auth_code: [c_char; 7],
    /// 1: approved_amount is there.
    pub has_approved_amount: i32,
    /// DE4 of the answer, where it differs from the amount requested.
    pub approved_amount: u64,
    /// DE13, MMDD.
    pub host_date: u32,
    /// DE12, hhmmss.
    pub host_time: u32,
    /// DE15, MMDD.
    pub settlement_date: u32,
    /// Bytes in emv.
    pub emv_size: u32,
    /// Chip data.
    pub emv: [u8; 145],
}

/// A DE39 in a field; none where it is empty.
pub(super) fn code(field: &[c_char; 3]) -> Done<Option<ResponseCode>> {
    let chars = Chars::of(field)?;
    let code = chars.optional()?.map(|code| ResponseCode::new(code.as_bytes()));
    code.transpose().map_err(|_| Fail::of(PJ_ERR_TEXT))
}

/// A DE39 at a pointer; none where that is null or the text empty.
///
/// # Safety
/// Promise 4 of the module's head.
pub(super) unsafe fn code_at(pointer: *const c_char) -> Done<Option<ResponseCode>> {
    if pointer.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller's promise.
    let chars = unsafe { Chars::<3>::at(pointer) }?;
    let code = chars.optional()?.map(|code| ResponseCode::new(code.as_bytes()));
    code.transpose().map_err(|_| Fail::of(PJ_ERR_TEXT))
}

pub(super) fn code_out(code: Option<ResponseCode>) -> [c_char; 3] {
    chars_or_none(code.as_ref().map(ResponseCode::as_str))
}

/// A date of which 0 says 'none'.
fn date(mmdd: u32) -> Done<Option<HostDate>> {
    match mmdd {
        0 => Ok(None),
        mmdd => HostDate::new(fits(mmdd)?).map(Some).ok_or(Fail::of(PJ_ERR_VALUE)),
    }
}

impl pj_reply {
    /// # Safety
    /// Promise 4 of the module's head, for `emv`.
    pub(super) unsafe fn of(&self) -> Done<OutcomeOf> {
        let host_time = match (self.host_date, self.host_time) {
            (0, 0) => None,
            (de13, de12) => Some(HostTime::new(fits(de13)?, de12).ok_or(Fail::of(PJ_ERR_VALUE))?),
        };
        Ok(OutcomeOf {
            code: code(&self.code)?,
            rrn: rrn(&self.rrn)?,
            auth_code: auth_code(&self.auth_code)?,
            approved_amount: (self.has_approved_amount != 0)
                .then_some(Amount::new(self.approved_amount)),
            host_time,
            settlement_date: date(self.settlement_date)?,
            // SAFETY: the caller's promise.
            emv: unsafe { chars::emv(self.emv, self.emv_size) }?,
            elapsed_ms: self.elapsed_ms,
            uptime: Uptime(self.uptime),
        })
    }
}

/// Chip data and its size, for C.
pub(super) fn emv_out(emv: Option<&Emv>) -> ([u8; 145], u32) {
    let bytes = emv.map(Emv::as_bytes).unwrap_or_default();
    (blob(bytes), bytes.len() as u32)
}

impl From<Option<&Outcome>> for pj_outcome {
    fn from(outcome: Option<&Outcome>) -> Self {
        let (emv, emv_size) = emv_out(outcome.and_then(|outcome| outcome.emv.as_ref()));
        let none = pj_outcome {
            item: 0,
            verdict: PJ_VERDICT_NO_ANSWER,
            uptime: 0,
            elapsed_ms: 0,
            code: [0; 3],
            rrn: [0; 13],
            auth_code: [0; 7],
            has_approved_amount: 0,
            approved_amount: 0,
            host_date: 0,
            host_time: 0,
            settlement_date: 0,
            emv_size,
            emv,
        };
        let Some(outcome) = outcome else { return none };
        pj_outcome {
            item: outcome.item.0,
            verdict: u8::from(outcome.verdict).into(),
            uptime: outcome.uptime.0,
            elapsed_ms: outcome.elapsed_ms,
            code: code_out(outcome.code),
            rrn: chars_or_none(outcome.rrn.as_ref().map(Rrn::as_str)),
            auth_code: auth_code_out(outcome.auth_code),
            has_approved_amount: outcome.approved_amount.is_some().into(),
            approved_amount: outcome.approved_amount.map_or(0, Amount::minor),
            host_date: outcome.host_time.map_or(0, |time| time.mmdd().into()),
            host_time: outcome.host_time.map_or(0, HostTime::hhmmss),
            settlement_date: outcome.settlement_date.map_or(0, |date| date.mmdd().into()),
            ..none
        }
    }
}

pub(super) fn auth_code_out(code: Option<AuthCode>) -> [c_char; 7] {
    match code {
        Some(code) => chars(code.as_str()),
        None => [0; 7],
    }
}
