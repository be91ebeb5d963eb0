//! Every record, read back.

use core::ffi::{CStr, c_char, c_void};
use core::mem::MaybeUninit;

use super::chars::bytes;
use super::code::*;
use super::fail::{Done, Fail};
use super::handle::{give, need, pj_journal, with};
use super::intent::pj_intent;
use super::reply::pj_outcome;
use crate::record::{Record, Seq};

/// A record, as it lies in the log. FORMAT.md, section 6, says what the bytes are; pj_record_intent and
/// pj_record_outcome read the two most wanted.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pj_record {
    /// Its sequence number.
    pub seq: u32,
    /// Its kind byte: 0x81 is an intent, 0x82 an outcome.
    pub kind: u32,
    /// The name of the kind, such as "Intent"; "unknown" for one of newer firmware.
    pub name: *const c_char,
    /// The payment that it is about (of an intent: itself); 0: none.
    pub item: u32,
    /// Its book; -1: none.
    pub book: i32,
    /// Address in the region.
    pub at: u32,
    /// 1: it was carried here and is older than the records beside it.
    pub carried: i32,
    /// Bytes at payload.
    pub payload_size: u32,
    /// The bytes, valid during the callback.
    pub payload: *const u8,
}

/// Told of a record; anything but 0: no more of them.
pub type pj_tell_record =
    Option<unsafe extern "C" fn(context: *mut c_void, record: *const pj_record) -> i32>;

macro_rules! names {
    ($($name:ident),* $(,)?) => {
        fn name(record: &Record) -> &'static CStr {
            match record {
                $( Record::$name(_) => {
                    const NAME: &CStr = match CStr::from_bytes_with_nul(
                        concat!(stringify!($name), "\0").as_bytes(),
                    ) {
                        Ok(name) => name,
                        Err(_) => c"",
                    };
                    NAME
                } )*
            }
        }
    };
}

names! {
    Intent, Outcome, Completed, Reverse, NotSent, Attempt, Answer, Unresolved, Operator, Late, Reopen,
    Attach, OfflineApproved, Unfreeze, SettleAttempt, SettleAnswer, Uploaded, UploadEnd, BatchClosed,
    SetBatch, Freeze, NextBatch, Identity, Boot, Note, Printed, Confirmed, Device,
}

/// Tells every record that is still in the log and has at least the number `from` (0: all), oldest sector
/// first; a carried one where its copy lies. Returns at how many places records are lost or cannot be
/// read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_scan(
    journal: *mut pj_journal,
    from: u32,
    tell: pj_tell_record,
    context: *mut c_void,
) -> i32 {
    with!(journal, |j| {
        let tell = need(tell)?;
        let mut stopped = false;
        let places = j.scan_records(from, |entry| {
            if stopped {
                return;
            }
            let decoded = Record::decode(entry.kind, entry.payload);
            let (name, item, book) = match &decoded {
                Ok(record) => (name(record), record.item(), record.book()),
                Err(_) => (c"unknown", None, None),
            };
            let own = matches!(decoded, Ok(Record::Intent(_))).then_some(Seq(entry.seq));
            let record = pj_record {
                seq: entry.seq,
                kind: entry.kind.into(),
                name: name.as_ptr(),
                item: own.or(item).map_or(0, |item| item.0),
                book: book.map_or(-1, i32::from),
                at: entry.at,
                carried: entry.carried.into(),
                payload_size: entry.payload.len() as u32,
                payload: entry.payload.as_ptr(),
            };
            // SAFETY: promise 5 of the module's head; the record and its bytes outlive the call.
            stopped = unsafe { tell(context, &record) } != 0;
        });
        Ok(i32::try_from(places).unwrap_or(i32::MAX))
    })
}

/// # Safety
/// Promises 1 and 4 of the module's head.
unsafe fn decode(record: Option<&pj_record>) -> Done<(Seq, Record)> {
    let record = need(record)?;
    // SAFETY: the caller's promise.
    let payload = unsafe { bytes(record.payload, record.payload_size) }?.unwrap_or_default();
    let kind = u8::try_from(record.kind).map_err(|_| Fail::of(PJ_ERR_VALUE))?;
    let decoded = Record::decode(kind, payload).map_err(|_| Fail::of(PJ_ERR_VALUE))?;
    Ok((Seq(record.seq), decoded))
}

fn code(done: Done<i32>) -> i32 {
    done.unwrap_or_else(|fail| fail.code)
}

/// The payment in a record: of an intent, of an offline sale, of a record that opened one again.
/// PJ_ERR_VALUE: there is none in it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_record_intent(
    record: Option<&pj_record>,
    intent: Option<&mut MaybeUninit<pj_intent>>,
) -> i32 {
    // SAFETY: promises 1 and 4 of the module's head.
    let decoded = unsafe { decode(record) };
    code(decoded.and_then(|(seq, record)| match record {
        Record::Intent(found) => give(intent, pj_intent::new(seq, &found)),
        Record::OfflineApproved(found) => give(intent, pj_intent::new(seq, &found.intent)),
        Record::Reopen(found) => give(intent, pj_intent::new(found.item, &found.intent)),
        _ => Err(Fail::of(PJ_ERR_VALUE)),
    }))
}

/// The answer in a record of kind 0x82. PJ_ERR_VALUE: it is of another kind.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_record_outcome(
    record: Option<&pj_record>,
    outcome: Option<&mut MaybeUninit<pj_outcome>>,
) -> i32 {
    // SAFETY: promises 1 and 4 of the module's head.
    let decoded = unsafe { decode(record) };
    code(decoded.and_then(|(_, record)| match record {
        Record::Outcome(found) => give(outcome, Some(&found)),
        _ => Err(Fail::of(PJ_ERR_VALUE)),
    }))
}
