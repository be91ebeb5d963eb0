//! The terminal itself: who it is, starts and remarks.

use core::ffi::c_char;
use core::mem::MaybeUninit;

use super::chars::chars;
use super::duty::text;
use super::fail::{Done, Fail};
use super::handle::{book_number, give, need, pj_journal, with};
use super::intent::{currency, fits, name};
use super::{PJ_ERR_TEXT, PJ_OK};
use crate::journal::{IdentityChange, Who};
use crate::record::{Boot, Device, Identity, Uptime};

/// Who a book is to its host.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pj_identity {
    /// Counts up with every change; -1: not recorded. Not read by pj_set_identity.
    pub index: i32,
    /// DE41, without blanks at its end.
    pub terminal: [c_char; 9],
    /// DE42, without blanks at its end.
    pub merchant: [c_char; 16],
    /// The currency that the merchant is paid in, ISO 4217 numeric.
    pub currency: u32,
    /// Its decimal places.
    pub decimals: u32,
    /// The number of the key that seals card numbers.
    pub key: u32,
}

impl From<Option<&Identity>> for pj_identity {
    fn from(identity: Option<&Identity>) -> Self {
        match identity {
            None => pj_identity {
                index: -1,
                terminal: [0; 9],
                merchant: [0; 16],
                currency: 0,
                decimals: 0,
                key: 0,
            },
            Some(identity) => pj_identity {
                index: identity.index.into(),
                terminal: chars(identity.terminal.as_str()),
                merchant: chars(identity.merchant.as_str()),
                currency: identity.currency.numeric().into(),
                decimals: identity.currency.exponent().into(),
                key: identity.key.into(),
            },
        }
    }
}

impl pj_identity {
    fn who(&self) -> Done<Who> {
        let empty = Fail::of(PJ_ERR_TEXT);
        Ok(Who {
            terminal: name(&self.terminal)?.ok_or(empty)?,
            merchant: name(&self.merchant)?.ok_or(empty)?,
            currency: currency(self.currency, self.decimals)?,
            key: fits(self.key)?,
        })
    }
}

/// Says who a book is to its host from here on. The same again writes nothing, so it may be called at every
/// start. Refused while the book owes anything, unless `forced`: then open payments become unresolved.
/// Returns the index.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_set_identity(
    journal: *mut pj_journal,
    book: u32,
    identity: Option<&pj_identity>,
    forced: i32,
) -> i32 {
    with!(journal, |j| {
        let who = need(identity)?.who()?;
        let change = if forced == 0 { IdentityChange::WhenEmpty } else { IdentityChange::Forced };
        Ok(j.set_identity(book_number(book)?, &who, change)?.into())
    })
}

/// Who a book is to its host; index -1: nobody said. Reads the whole log.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_identity(
    journal: *mut pj_journal,
    book: u32,
    identity: Option<&mut MaybeUninit<pj_identity>>,
) -> i32 {
    with!(journal, |j| give(identity, j.identity(book_number(book)?)?.as_ref()))
}

/// Records what runs on the terminal: the firmware's version (at most 24 characters), and a number or hash
/// of its configuration. The same again writes nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_device(
    journal: *mut pj_journal,
    firmware: *const c_char,
    config: u32,
) -> i32 {
    with!(journal, |j| {
        // SAFETY: promise 4 of the module's head.
        let firmware = unsafe { text::<24, 25>(firmware) }?;
        Ok(j.device(&Device { firmware, config }).map(|()| PJ_OK)?)
    })
}

/// The terminal started.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pj_boot {
    /// How long the run before this one lasted, in milliseconds; 0: nobody knows.
    pub ran: u64,
    /// How many times it has started.
    pub count: u32,
    /// The firmware's version, as it numbers itself.
    pub firmware: u32,
    /// The processor's reset reason, as the firmware numbers it.
    pub reset_reason: u32,
}

/// Records that the terminal has started. Not done by itself.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_started(journal: *mut pj_journal, boot: Option<&pj_boot>) -> i32 {
    with!(journal, |j| {
        let boot = need(boot)?;
        let boot = Boot {
            count: fits(boot.count)?,
            firmware: boot.firmware,
            reset_reason: fits(boot.reset_reason)?,
            ran: (boot.ran > 0).then_some(Uptime(boot.ran)),
        };
        Ok(j.started(boot).map(|_| PJ_OK)?)
    })
}

/// Records a remark of at most 48 characters.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_note(journal: *mut pj_journal, remark: *const c_char) -> i32 {
    with!(journal, |j| {
        // SAFETY: promise 4 of the module's head.
        let remark = unsafe { text::<48, 49>(remark) }?;
        Ok(j.note(remark).map(|_| PJ_OK)?)
    })
}
