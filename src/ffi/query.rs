//! Questions: what became of a payment.

use core::ffi::c_char;
use core::mem::MaybeUninit;

use super::chars::{self, Chars};
use super::fail::Fail;
use super::handle::{give, need, pj_journal, with};
use super::intent::{cards_out, pj_intent};
use super::reply::{emv_out, pj_outcome, status};
use super::terminal::pj_identity;
use super::{PJ_ERR_EMV, PJ_ERR_NULL, PJ_OK};
use crate::journal::Asked;
use crate::record::{Emv, Reference, Seq};

/// A payment that the journal knows.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct pj_known {
    /// The payment; 0: none.
    pub item: u32,
    /// PJ_STATUS_...; NEVER_STARTED or UNKNOWN where there is none.
    pub status: i32,
    /// Places in the log at which something is missing or unreadable, where it is not found.
    pub places: u32,
}

/// What became of the payment with this cash-register reference. Returns PJ_STATUS_...; `known` may be
/// NULL. Reads the whole log.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_status(
    journal: *mut pj_journal,
    reference: *const c_char,
    known: Option<&mut MaybeUninit<pj_known>>,
) -> i32 {
    with!(journal, |j| {
        // SAFETY: promise 4 of the module's head.
        let chars = unsafe { Chars::<33>::at(reference) }?;
        let asked = j.status(&Reference::new(chars.text()?)?)?;
        let (item, places) = match asked {
            Asked::Known(known) => (known.item.0, 0),
            Asked::Never => (0, 0),
            Asked::Unknown { places } => (0, places),
        };
        let status = status(asked.status());
        if let Some(known) = known {
            known.write(pj_known { item, status, places });
        }
        Ok(status)
    })
}

/// The newest payment; item 0: there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_last(
    journal: *mut pj_journal,
    known: Option<&mut MaybeUninit<pj_known>>,
) -> i32 {
    with!(journal, |j| {
        let out = need(known)?;
        out.write(match j.last()? {
            Some(last) => pj_known { item: last.item.0, status: status(last.status), places: 0 },
            None => pj_known { item: 0, status: super::PJ_STATUS_NEVER_STARTED, places: 0 },
        });
        Ok(0)
    })
}

/// Everything that a slip of a payment needs.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pj_receipt {
    /// The payment.
    pub item: u32,
    /// PJ_STATUS_...
    pub status: i32,
    /// The amount that was approved.
    pub approved: u64,
    /// 1: a slip was printed before.
    pub duplicate: i32,
    /// Bytes in emv.
    pub emv_size: u32,
    /// What was sent.
    pub intent: pj_intent,
    /// What was answered; item 0: nothing.
    pub outcome: pj_outcome,
    /// Terminal and merchant id; index -1: not recorded.
    pub identity: pj_identity,
    /// Chip data; pj_emv_tag takes it apart.
    pub emv: [u8; 145],
}

/// Everything that a slip of this payment needs. Reads the whole log. Call pj_printed before printing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_receipt(
    journal: *mut pj_journal,
    item: u32,
    receipt: Option<&mut MaybeUninit<pj_receipt>>,
) -> i32 {
    with!(journal, |j| {
        let out = need(receipt)?;
        let receipt = j.receipt(Seq(item))?;
        let (emv, emv_size) = emv_out(receipt.emv.as_ref());
        out.write(pj_receipt {
            item: receipt.item.0,
            status: status(receipt.status),
            approved: receipt.approved.minor(),
            duplicate: receipt.duplicate.into(),
            emv_size,
            intent: pj_intent::new(receipt.item, &receipt.intent),
            outcome: receipt.outcome.as_ref().into(),
            identity: receipt.identity.as_ref().into(),
            emv,
        });
        Ok(0)
    })
}

/// The value of a tag in chip data: `*value` points into `emv`, and is NULL where the tag is not there.
/// Returns its size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_emv_tag(
    emv: *const u8,
    emv_size: u32,
    tag: u32,
    value: Option<&mut MaybeUninit<*const u8>>,
) -> i32 {
    // SAFETY: promise 4 of the module's head.
    let bytes = unsafe { chars::bytes(emv, emv_size) };
    let (Ok(bytes), Some(value)) = (bytes, value) else { return PJ_ERR_NULL };
    value.write(core::ptr::null());
    let Some(bytes) = bytes else { return PJ_OK };
    let Ok(data) = Emv::new(bytes) else { return PJ_ERR_EMV };
    let Some(found) = data.tag(tag) else { return PJ_OK };
    let at = found.as_ptr().addr().wrapping_sub(data.as_bytes().as_ptr().addr());
    let here = bytes.get(at..).unwrap_or_default();
    value.write(here.as_ptr());
    found.len() as i32
}

/// Sent or about to be; no answer yet.
pub const PJ_STATE_UNANSWERED: i32 = 0;
/// Approved; the chip has to confirm: pj_complete or pj_reverse.
pub const PJ_STATE_APPROVED: i32 = 1;
/// A reversal is owed.
pub const PJ_STATE_REVERSING: i32 = 2;
/// The host said once that there is nothing to reverse.
pub const PJ_STATE_NOTHING_ONCE: i32 = 3;
/// It has to be asked about.
pub const PJ_STATE_QUERYING: i32 = 4;
/// The attempt limit is reached; still owed.
pub const PJ_STATE_UNRESOLVED: i32 = 5;
/// An advice that is stored.
pub const PJ_STATE_STORED: i32 = 6;
/// An advice that was sent; no answer yet.
pub const PJ_STATE_SENDING: i32 = 7;
/// An advice that the host refused.
pub const PJ_STATE_REFUSED: i32 = 8;
/// A QR order that is being cancelled.
pub const PJ_STATE_CANCELLING: i32 = 9;
/// A QR order that has to be refunded.
pub const PJ_STATE_REFUND_DUE: i32 = 10;
/// Final: approved and confirmed. From here on all are final.
pub const PJ_STATE_COMPLETED: i32 = 16;
/// Final: declined.
pub const PJ_STATE_DECLINED: i32 = 17;
/// Final: not a byte was sent.
pub const PJ_STATE_NEVER_SENT: i32 = 18;
/// Final: reversed.
pub const PJ_STATE_REVERSED: i32 = 19;
/// Final: the host said twice that there is nothing to reverse.
pub const PJ_STATE_NOT_FOUND: i32 = 20;
/// Final: an operator decided.
pub const PJ_STATE_ABANDONED: i32 = 21;
/// Final: an inquiry.
pub const PJ_STATE_INQUIRED: i32 = 22;
/// Final: an advice that was cancelled before it was sent.
pub const PJ_STATE_CANCELLED: i32 = 23;
/// Final: a QR order that was refunded.
pub const PJ_STATE_REFUNDED: i32 = 24;

/// An open payment, from memory.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pj_item {
    /// The payment.
    pub item: u32,
    /// Its book.
    pub book: u32,
    /// PJ_KIND_...
    pub kind: i32,
    /// PJ_STATE_...
    pub state: i32,
    /// DE11.
    pub stan: u32,
    /// Its batch.
    pub batch: u32,
    /// DE4 as requested.
    pub amount: u64,
    /// What was approved.
    pub approved: u64,
    /// DE49.
    pub currency: u32,
    /// PJ_CARDS_...
    pub cards: i32,
    /// Attempts so far.
    pub attempts: u32,
    /// PJ_REASON_...
    pub reason: i32,
    /// 1: someone has to look at it.
    pub unresolved: i32,
    /// 1: this run of the terminal is busy with it.
    pub in_flight: i32,
}

impl From<&crate::ledger::Item> for pj_item {
    fn from(item: &crate::ledger::Item) -> Self {
        pj_item {
            item: item.seq().0,
            book: item.book().into(),
            kind: u8::from(item.kind()).into(),
            state: u8::from(item.state()).into(),
            stan: item.stan().get(),
            batch: item.batch().get(),
            amount: item.amount().minor(),
            approved: item.approved_amount().minor(),
            currency: item.currency().numeric().into(),
            cards: cards_out(Some(item.cards())),
            attempts: item.attempts().into(),
            reason: u8::from(item.reason()).into(),
            unresolved: item.is_unresolved().into(),
            in_flight: item.is_in_flight().into(),
        }
    }
}

/// An open payment, from memory: PJ_ERR_NOT_OPEN where it is closed. Act on pj_due.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_item(
    journal: *mut pj_journal,
    item: u32,
    out: Option<&mut MaybeUninit<pj_item>>,
) -> i32 {
    with!(journal, |j| {
        let open = j.ledger().item(Seq(item)).ok_or(Fail::of(super::PJ_ERR_NOT_OPEN))?;
        give(out, open)
    })
}

/// The oldest open payment after another: 0 after the last. From 0 on, all of them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_next_item(
    journal: *mut pj_journal,
    after: u32,
    item: Option<&mut MaybeUninit<u32>>,
) -> i32 {
    with!(journal, |j| {
        let next = j.ledger().items().find(|item| item.seq().0 > after);
        give(item, next.map_or(0, |item| item.seq().0))
    })
}
