//! The close of a batch, one durable step after the other.

use core::ffi::c_char;
use core::mem::MaybeUninit;

use super::chars::bytes;
use super::duty::text;
use super::fail::Fail;
use super::handle::{book_number, coded, give, need, pj_journal, with};
use super::intent::cards_out;
use super::reply::code_at;
use super::{PJ_ERR_DIGITS, PJ_ERR_NULL, PJ_ERR_VALUE};
use crate::ledger::figures::{
    DE48_BYTES, TooManyDigits, UnionPayEnd, asian_de63, iso_figures, unionpay_de48,
};
use crate::record::{
    Batch, Invoice, ROWS, Seq, SettleClass, Stan, Tally, Totals, TotalsRow, Uptime,
};

/// Rows that the totals of a batch can have.
pub const PJ_ROWS: usize = 2;
const _: () = assert!(PJ_ROWS == ROWS);

/// A number of payments and their sum in minor units.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct pj_tally {
    /// Their sum.
    pub amount: u64,
    /// How many.
    pub count: u32,
}

/// The completed payments of a batch in one currency and class of cards.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct pj_totals_row {
    /// ISO 4217 numeric.
    pub currency: u32,
    /// Its decimal places.
    pub decimals: u32,
    /// PJ_CARDS_...
    pub cards: i32,
    /// Completed sales, completions and tips, also those that were voided later.
    pub sales: pj_tally,
    /// Completed refunds, also those that were voided later.
    pub refunds: pj_tally,
    /// Sales and completions that a void cancelled.
    pub voided: pj_tally,
    /// Refunds that a void cancelled.
    pub refunds_voided: pj_tally,
    /// Tips that sales contains.
    pub tips: pj_tally,
}

/// What a batch adds up to.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct pj_totals {
    /// How many rows there are.
    pub rows: u32,
    /// In the order of first use.
    pub row: [pj_totals_row; PJ_ROWS],
}

impl From<Tally> for pj_tally {
    fn from(tally: Tally) -> Self {
        pj_tally { amount: tally.amount.minor(), count: tally.count }
    }
}

impl From<&TotalsRow> for pj_totals_row {
    fn from(row: &TotalsRow) -> Self {
        pj_totals_row {
            currency: row.currency.numeric().into(),
            decimals: row.currency.exponent().into(),
            cards: cards_out(Some(row.cards)),
            sales: row.sales.into(),
            refunds: row.refunds.into(),
            voided: row.voided.into(),
            refunds_voided: row.refunds_voided.into(),
            tips: row.tips.into(),
        }
    }
}

const NOTHING: pj_tally = pj_tally { amount: 0, count: 0 };
const EMPTY: pj_totals_row = pj_totals_row {
    currency: 0,
    decimals: 0,
    cards: 0,
    sales: NOTHING,
    refunds: NOTHING,
    voided: NOTHING,
    refunds_voided: NOTHING,
    tips: NOTHING,
};

impl From<&Totals> for pj_totals {
    fn from(totals: &Totals) -> Self {
        let mut row = [EMPTY; PJ_ROWS];
        for (to, from) in row.iter_mut().zip(totals.rows()) {
            *to = from.into();
        }
        pj_totals { rows: totals.rows().len() as u32, row }
    }
}

/// Locks a book for its settlement and freezes the figures. `totals` may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_close_batch(
    journal: *mut pj_journal,
    book: u32,
    totals: Option<&mut MaybeUninit<pj_totals>>,
) -> i32 {
    with!(journal, |j| {
        let frozen = j.close_batch(book_number(book)?)?;
        if let Some(totals) = totals {
            totals.write((&frozen).into());
        }
        Ok(0)
    })
}

/// Calls a settlement off; possible only before its first 0500.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_unlock_batch(journal: *mut pj_journal, book: u32) -> i32 {
    with!(journal, |j| Ok(j.unlock_batch(book_number(book)?).map(|()| 0)?))
}

/// A 0500 that is durable: what to send.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pj_settle_request {
    /// The batch.
    pub batch: u32,
    /// DE11.
    pub stan: u32,
    /// 1 for the first attempt.
    pub number: u32,
    /// The figures; the same at every attempt.
    pub totals: pj_totals,
}

/// Makes a 0500 durable, before its first byte leaves, and says what to send.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_settle_attempt(
    journal: *mut pj_journal,
    book: u32,
    uptime: u64,
    request: Option<&mut MaybeUninit<pj_settle_request>>,
) -> i32 {
    with!(journal, |j| {
        let out = need(request)?;
        let request = j.settle_attempt(book_number(book)?, Uptime(uptime))?;
        out.write(pj_settle_request {
            batch: request.batch.get(),
            stan: request.stan.get(),
            number: request.number.into(),
            totals: (&request.totals).into(),
        });
        Ok(0)
    })
}

/// The totals agree.
pub const PJ_SETTLE_BALANCED: i32 = 0;
/// They do not: each record has to be uploaded.
pub const PJ_SETTLE_UNBALANCED: i32 = 1;
/// The host cannot do it now.
pub const PJ_SETTLE_BUSY: i32 = 2;
/// The host refuses.
pub const PJ_SETTLE_REFUSED: i32 = 3;
/// No answer, or none that can be used.
pub const PJ_SETTLE_NOTHING: i32 = 4;

fn class(class: SettleClass) -> i32 {
    u8::from(class).into()
}

/// The answer to a 0500, with what it means (PJ_SETTLE_...). `de39` may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_settle_answer(
    journal: *mut pj_journal,
    book: u32,
    class: i32,
    de39: *const c_char,
) -> i32 {
    with!(journal, |j| {
        // SAFETY: promise 4 of the module's head.
        let code = unsafe { code_at(de39) }?;
        Ok(j.settle_answer(book_number(book)?, coded(class)?, code).map(|()| 0)?)
    })
}

/// The DE39 of the answer to a 0500, read by the profile; NULL: none. Returns PJ_SETTLE_...
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_settle_answer_de39(
    journal: *mut pj_journal,
    book: u32,
    de39: *const c_char,
) -> i32 {
    with!(journal, |j| {
        // SAFETY: promise 4 of the module's head.
        let code = unsafe { code_at(de39) }?;
        Ok(class(j.settle_answer_de39(book_number(book)?, code)?))
    })
}

/// DE48 of the answer to a UnionPay-style 0500; NULL: no answer. Returns PJ_SETTLE_...
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_settle_answer_de48(
    journal: *mut pj_journal,
    book: u32,
    de48: *const u8,
    size: u32,
) -> i32 {
    with!(journal, |j| {
        // SAFETY: promise 4 of the module's head.
        let de48 = unsafe { bytes(de48, size) }?.unwrap_or_default();
        Ok(class(j.settle_answer_de48(book_number(book)?, de48)?))
    })
}

/// An upload or the message that ends it was not answered, or a connection for any step failed: pj_due
/// waits from here on. Nothing is written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_settle_tried(journal: *mut pj_journal, book: u32, uptime: u64) -> i32 {
    with!(journal, |j| {
        j.settle_tried(book_number(book)?, Uptime(uptime));
        Ok(0)
    })
}

/// DE60.3 of the message that ends a UnionPay-style settlement: 207 where it balanced, 202 after an
/// upload.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_settle_end(journal: *mut pj_journal, book: u32) -> i32 {
    with!(journal, |j| {
        let end: UnionPayEnd = j.settle_end(book_number(book)?);
        Ok(end.code().into())
    })
}

/// The next payment to upload (0320) after one that was acknowledged; 0 after the last. pj_receipt says
/// the rest. Reads the whole log. PJ_ERR_MAY_BE_LOST: a payment may be among records that could not be
/// read; try again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_next_upload(
    journal: *mut pj_journal,
    book: u32,
    after: u32,
    item: Option<&mut MaybeUninit<u32>>,
) -> i32 {
    with!(journal, |j| {
        let next = j.next_upload(book_number(book)?, Seq(after))?;
        give(item, next.map_or(0, |receipt| receipt.item.0))
    })
}

/// As pj_next_upload, where records are lost for good and someone has looked: the next payment that can be
/// read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_next_upload_even_if_lost(
    journal: *mut pj_journal,
    book: u32,
    after: u32,
    item: Option<&mut MaybeUninit<u32>>,
) -> i32 {
    with!(journal, |j| {
        let next = j.next_upload_even_if_lost(book_number(book)?, Seq(after))?;
        give(item, next.map_or(0, |receipt| receipt.item.0))
    })
}

/// The host acknowledged the upload of every payment up to and with `through`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_uploaded(journal: *mut pj_journal, book: u32, through: u32) -> i32 {
    with!(journal, |j| Ok(j.uploaded(book_number(book)?, Seq(through)).map(|()| 0)?))
}

/// The host acknowledged the end of the upload, or the end message of a settlement that balanced.
/// PJ_ERR_MAY_BE_LOST: as pj_next_upload.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_upload_ended(journal: *mut pj_journal, book: u32) -> i32 {
    with!(journal, |j| Ok(j.upload_ended(book_number(book)?).map(|()| 0)?))
}

/// As pj_upload_ended, where records are lost for good and someone has looked which payments of the
/// batch were among them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_upload_ended_even_if_lost(journal: *mut pj_journal, book: u32) -> i32 {
    with!(journal, |j| Ok(j.upload_ended_even_if_lost(book_number(book)?).map(|()| 0)?))
}

/// Closes the settled batch; the next one, whose number is returned, is open when this returns.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_batch_closed(journal: *mut pj_journal, book: u32) -> i32 {
    // A batch has at most six digits.
    with!(journal, |j| Ok(j.batch_closed(book_number(book)?)?.get() as i32))
}

/// An operator (at most 16 characters) opens the next batch although the settlement of this one is not
/// finished. Its number is returned; the old one stays owed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_next_batch(
    journal: *mut pj_journal,
    book: u32,
    who: *const c_char,
) -> i32 {
    with!(journal, |j| {
        // SAFETY: promise 4 of the module's head.
        let who = unsafe { text::<16, 17>(who) }?;
        Ok(j.next_batch(book_number(book)?, who)?.get() as i32)
    })
}

/// Sets the numbers of an empty book: the host did at sign-on, or this terminal replaces another. `stan`
/// and `invoice`: the next ones, or 0 where they stay.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_set_numbers(
    journal: *mut pj_journal,
    book: u32,
    batch: u32,
    stan: u32,
    invoice: u32,
) -> i32 {
    with!(journal, |j| {
        let wrong = Fail::of(PJ_ERR_VALUE);
        let stan = (stan > 0).then(|| Stan::new(stan).ok_or(wrong)).transpose()?;
        let invoice = (invoice > 0).then(|| Invoice::new(invoice).ok_or(wrong)).transpose()?;
        let batch = Batch::new(batch).ok_or(wrong)?;
        Ok(j.set_numbers(book_number(book)?, batch, stan, invoice).map(|()| 0)?)
    })
}

/// Bytes of DE48 of a UnionPay-style 0500.
pub const PJ_DE48_SIZE: usize = 62;
/// Bytes of DE63 of a South-East Asian 0500.
pub const PJ_DE63_SIZE: usize = 30;
const _: () = assert!(PJ_DE48_SIZE == DE48_BYTES);

fn digits(error: TooManyDigits) -> Fail {
    Fail::with(PJ_ERR_DIGITS, error.value)
}

/// DE48 of the 0500 of a book's batch: domestic cards, then foreign ones. What pj_settle_attempt said.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_settle_de48(
    journal: *mut pj_journal,
    book: u32,
    de48: Option<&mut MaybeUninit<[u8; PJ_DE48_SIZE]>>,
) -> i32 {
    with!(journal, |j| {
        let book = book_number(book)?;
        let totals = j.settle_totals(book)?;
        give(de48, unionpay_de48(&totals, j.profile(book).voided).map_err(digits)?)
    })
}

/// DE63 of the 0500 of a book's batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_settle_de63(
    journal: *mut pj_journal,
    book: u32,
    de63: Option<&mut MaybeUninit<[u8; PJ_DE63_SIZE]>>,
) -> i32 {
    with!(journal, |j| {
        let book = book_number(book)?;
        let totals = j.settle_totals(book)?;
        give(de63, asian_de63(&totals, j.profile(book).voided).map_err(digits)?)
    })
}

/// The figures of plain ISO 8583:1987, as digits without a zero at their end.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pj_iso_figures {
    /// DE74, credits, number.
    pub de74: [u8; 10],
    /// DE75, credits, reversal number.
    pub de75: [u8; 10],
    /// DE76, debits, number.
    pub de76: [u8; 10],
    /// DE77, debits, reversal number.
    pub de77: [u8; 10],
    /// DE86, credits, amount.
    pub de86: [u8; 16],
    /// DE87, credits, reversal amount.
    pub de87: [u8; 16],
    /// DE88, debits, amount.
    pub de88: [u8; 16],
    /// DE89, debits, reversal amount.
    pub de89: [u8; 16],
    /// DE97, net: D or C and 16 digits.
    pub de97: [u8; 17],
}

/// DE74 to DE97 of the 0500 of a book's batch, of row `row` of its totals.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_settle_iso(
    journal: *mut pj_journal,
    book: u32,
    row: u32,
    figures: Option<&mut MaybeUninit<pj_iso_figures>>,
) -> i32 {
    with!(journal, |j| {
        let book = book_number(book)?;
        let totals = j.settle_totals(book)?;
        let row = totals.rows().get(row as usize).ok_or(Fail::of(PJ_ERR_VALUE))?;
        let iso = iso_figures(row, j.profile(book).voided).map_err(digits)?;
        figures.ok_or(Fail::of(PJ_ERR_NULL))?.write(pj_iso_figures {
            de74: iso.credits,
            de75: iso.credits_cancelled,
            de76: iso.debits,
            de77: iso.debits_cancelled,
            de86: iso.credits_amount,
            de87: iso.credits_cancelled_amount,
            de88: iso.debits_amount,
            de89: iso.debits_cancelled_amount,
            de97: iso.net,
        });
        Ok(0)
    })
}

impl super::Inner {
    fn settle_totals(&self, book: u8) -> super::fail::Done<Totals> {
        Ok(self.ledger().settle_totals(book)?)
    }
}
