//! How a host wants to be spoken to.

use core::ffi::{CStr, c_char};
use core::mem::MaybeUninit;

use super::code::{PJ_ERR_NULL, PJ_ERR_TEXT, PJ_ERR_VALUE, PJ_OK};
use super::fail::{Done, Fail};
use super::handle::{book_number, need, pj_journal, with};
use super::intent::fits;
use crate::ledger::figures::{Layout, VoidedCount};
use crate::ledger::profile::{Profile, Retry, Unresolved};

/// ISO 8583:1987 without anybody's additions.
pub const PJ_STYLE_PLAIN: i32 = 0;
/// Terminals in mainland China.
pub const PJ_STYLE_UNIONPAY: i32 = 1;
/// The host-reconciled batches of South-East Asia.
pub const PJ_STYLE_ASIAN: i32 = 2;
/// QR orders of a wallet.
pub const PJ_STYLE_QR: i32 = 3;

/// A voided sale counts among the debits, its void among the credits.
pub const PJ_VOIDED_BOTH_SIDES: i32 = 0;
/// A voided sale counts nowhere.
pub const PJ_VOIDED_NEITHER: i32 = 1;

/// DE48 with three-digit counts.
pub const PJ_LAYOUT_UNIONPAY: i32 = 0;
/// DE63 with three-digit counts.
pub const PJ_LAYOUT_ASIAN: i32 = 1;
/// DE74 to 97 with ten-digit counts.
pub const PJ_LAYOUT_ISO: i32 = 2;

/// Attempts: the first wait, doubled each time up to the longest, and how many there are.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct pj_retry {
    /// Wait after the first attempt, in ms.
    pub first_ms: u32,
    /// The longest wait, in ms.
    pub longest_ms: u32,
    /// Attempts after which it is unresolved, and still tried once per longest wait.
    pub limit: u32,
}

/// How one host wants to be spoken to: take a style with pj_profile_style, then change what differs.
///
/// Codes are strings of two characters each, such as "0011", that have to live as long as the journal:
/// constants. NULL: as the style has them.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pj_profile {
    /// PJ_STYLE_...: what the codes are taken from.
    pub style: i32,
    /// Reversals, and cancels of QR orders.
    pub reversal: pj_retry,
    /// Stored advices.
    pub advice: pj_retry,
    /// Queries about a QR order or a refund.
    pub query: pj_retry,
    /// 0500.
    pub settle: pj_retry,
    /// How long after the first 'nothing to reverse' it is sent once more, in ms.
    pub hold_off_ms: u32,
    /// 1: a repeat has a message type of its own.
    pub repeat_mti: i32,
    /// 1: a lower approved amount can be used; otherwise it is reversed.
    pub partial_approval: i32,
    /// 1: the host takes the same refund twice for one.
    pub refunds_idempotent: i32,
    /// 1: nothing online begins while a payment is unresolved.
    pub unresolved_blocks: i32,
    /// A completion may be so many per cent of its hold.
    pub completion_percent: u32,
    /// How long a second payment of the same card and amount is named, in s.
    pub duplicate_window_s: u32,
    /// Payments that a batch may hold; 0: as many as its figures have digits for.
    pub batch_limit: u32,
    /// PJ_VOIDED_...
    pub voided: i32,
    /// PJ_LAYOUT_...
    pub layout: i32,
    /// Reversal: it is done.
    pub reversal_done: *const c_char,
    /// Reversal: there is nothing to reverse.
    pub reversal_nothing: *const c_char,
    /// Reversal: not now.
    pub reversal_busy: *const c_char,
    /// Advice: it is done.
    pub advice_done: *const c_char,
    /// Advice: not now.
    pub advice_busy: *const c_char,
    /// 0500: the totals agree.
    pub balanced: *const c_char,
    /// 0500: they do not.
    pub unbalanced: *const c_char,
}

/// Room for a profile of pj_set_profile. It has to live, unmoved, as long as the journal.
#[repr(C)]
pub struct pj_profile_memory {
    /// The library's.
    pub opaque: [u64; 40],
}

const _: () = assert!(size_of::<Profile>() <= size_of::<pj_profile_memory>());
const _: () = assert!(align_of::<Profile>() <= align_of::<pj_profile_memory>());

fn of_style(style: i32) -> Done<&'static Profile> {
    Ok(match style {
        PJ_STYLE_PLAIN => &Profile::PLAIN,
        PJ_STYLE_UNIONPAY => &Profile::UNIONPAY,
        PJ_STYLE_ASIAN => &Profile::ASIAN,
        PJ_STYLE_QR => &Profile::QR,
        _ => return Err(Fail::of(PJ_ERR_VALUE)),
    })
}

impl From<Retry> for pj_retry {
    fn from(retry: Retry) -> Self {
        let Retry { first_ms, longest_ms, limit } = retry;
        pj_retry { first_ms, longest_ms, limit: limit.into() }
    }
}

impl pj_retry {
    fn retry(self) -> Done<Retry> {
        let pj_retry { first_ms, longest_ms, limit } = self;
        Ok(Retry { first_ms, longest_ms, limit: fits(limit)? })
    }
}

/// Fills in a style, to be changed.
#[unsafe(no_mangle)]
pub extern "C" fn pj_profile_style(
    style: i32,
    profile: Option<&mut MaybeUninit<pj_profile>>,
) -> i32 {
    let (Ok(base), Some(profile)) = (of_style(style), profile) else { return PJ_ERR_VALUE };
    let none = core::ptr::null();
    profile.write(pj_profile {
        style,
        reversal: base.reversal.into(),
        advice: base.advice.into(),
        query: base.query.into(),
        settle: base.settle.into(),
        hold_off_ms: base.hold_off_ms,
        repeat_mti: base.repeat_mti.into(),
        partial_approval: base.partial_approval.into(),
        refunds_idempotent: base.refunds_idempotent.into(),
        unresolved_blocks: (base.unresolved == Unresolved::Block).into(),
        completion_percent: base.completion_percent.into(),
        duplicate_window_s: base.duplicate_window_s,
        batch_limit: base.batch_limit,
        voided: match base.voided {
            VoidedCount::BothSides => PJ_VOIDED_BOTH_SIDES,
            VoidedCount::Neither => PJ_VOIDED_NEITHER,
        },
        layout: match base.layout {
            Layout::UnionPay => PJ_LAYOUT_UNIONPAY,
            Layout::Asian => PJ_LAYOUT_ASIAN,
            Layout::Iso => PJ_LAYOUT_ISO,
        },
        reversal_done: none,
        reversal_nothing: none,
        reversal_busy: none,
        advice_done: none,
        advice_busy: none,
        balanced: none,
        unbalanced: none,
    });
    PJ_OK
}

/// The codes at a pointer, or those of the style.
///
/// # Safety
/// Promise 4 of the module's head, and they live as long as the journal.
unsafe fn codes(pointer: *const c_char, style: &'static [[u8; 2]]) -> Done<&'static [[u8; 2]]> {
    if pointer.is_null() {
        return Ok(style);
    }
    // SAFETY: the caller's promise.
    let (codes, rest) = unsafe { CStr::from_ptr(pointer) }.to_bytes().as_chunks();
    if rest.is_empty() { Ok(codes) } else { Err(Fail::of(PJ_ERR_TEXT)) }
}

impl pj_profile {
    /// # Safety
    /// As [`codes`].
    unsafe fn profile(&self) -> Done<Profile> {
        let base = of_style(self.style)?;
        let mut all = base.codes;
        // SAFETY: the caller's promise.
        unsafe {
            all.reversal.done = codes(self.reversal_done, all.reversal.done)?;
            all.reversal.nothing = codes(self.reversal_nothing, all.reversal.nothing)?;
            all.reversal.busy = codes(self.reversal_busy, all.reversal.busy)?;
            all.advice.done = codes(self.advice_done, all.advice.done)?;
            all.advice.busy = codes(self.advice_busy, all.advice.busy)?;
            all.balanced = codes(self.balanced, all.balanced)?;
            all.unbalanced = codes(self.unbalanced, all.unbalanced)?;
        }
        Ok(Profile {
            name: base.name,
            codes: all,
            reversal: self.reversal.retry()?,
            advice: self.advice.retry()?,
            query: self.query.retry()?,
            settle: self.settle.retry()?,
            hold_off_ms: self.hold_off_ms,
            repeat_mti: self.repeat_mti != 0,
            partial_approval: self.partial_approval != 0,
            refunds_idempotent: self.refunds_idempotent != 0,
            unresolved: match self.unresolved_blocks {
                0 => Unresolved::Warn,
                _ => Unresolved::Block,
            },
            completion_percent: fits(self.completion_percent)?,
            duplicate_window_s: self.duplicate_window_s,
            batch_limit: self.batch_limit,
            voided: match self.voided {
                PJ_VOIDED_BOTH_SIDES => VoidedCount::BothSides,
                PJ_VOIDED_NEITHER => VoidedCount::Neither,
                _ => return Err(Fail::of(PJ_ERR_VALUE)),
            },
            layout: match self.layout {
                PJ_LAYOUT_UNIONPAY => Layout::UnionPay,
                PJ_LAYOUT_ASIAN => Layout::Asian,
                PJ_LAYOUT_ISO => Layout::Iso,
                _ => return Err(Fail::of(PJ_ERR_VALUE)),
            },
        })
    }
}

/// Sets how the host of a book wants to be spoken to: a style as it is (PJ_STYLE_...). After every start;
/// until then it is PJ_STYLE_PLAIN.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_set_style(journal: *mut pj_journal, book: u32, style: i32) -> i32 {
    with!(journal, |j| Ok(j.set_profile(book_number(book)?, of_style(style)?).map(|()| PJ_OK)?))
}

/// As pj_set_style, with a profile of the firmware's own. `memory` is the journal's until pj_close, for
/// this book alone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_set_profile(
    journal: *mut pj_journal,
    book: u32,
    profile: Option<&pj_profile>,
    memory: *mut pj_profile_memory,
) -> i32 {
    with!(journal, |j| {
        let book = book_number(book)?;
        // SAFETY: promise 4 of the module's head, and what the structure's documentation asks for.
        let profile = unsafe { need(profile)?.profile() }?;
        if memory.is_null() || !memory.is_aligned() {
            return Err(Fail::of(PJ_ERR_NULL));
        }
        // An older profile in the same memory must not be in use while it changes.
        j.set_profile(book, &Profile::PLAIN)?;
        let place = memory.cast::<Profile>();
        // SAFETY: promise 1, and the memory stays as it is as long as the journal, which is as long as this
        // reference is used.
        let kept: &'static Profile = unsafe {
            place.write(profile);
            &*place
        };
        Ok(j.set_profile(book, kept).map(|()| PJ_OK)?)
    })
}
