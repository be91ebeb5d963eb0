//! The journal for C: the same calls, in plain C99. The only room with `unsafe` in it.
//!
//! | question | file |
//! |---|---|
//! | where does the journal live, who may call it when? | `handle` |
//! | how does it reach the chip, whose geometry is known at run time only? | `chip` |
//! | what do negative results mean? | `code`, `fail` |
//! | how do characters and bytes cross? | `chars` |
//! | how does a payment cross? | `intent`, `reply` |
//! | which calls are there? | `payment`, `duty`, `settle`, `query`, `report`, `terminal`, `profile`, `scan`, `export` |
//! | what if the flash is a file? | `file` (feature `std`) |
//! | what if it panics? | `panic`: it cannot, which `.ci/capi` proves of the static library |
//!
//! `examples/c/pos_journal.h` is made from these files by cbindgen; `.ci/capi` sees that it is not stale.
//! What the header says of a function stands here as its documentation.
//!
//! # What C promises
//!
//! Rust cannot see these, and each `unsafe` here stands on one of them:
//!
//! 1. A pointer is null or points to a value of its type, aligned for it, that nobody else changes during
//!    the call; an *out* pointer to memory for one. Null where something is needed is an error, not a
//!    fault.
//! 2. A `struct pj_journal *` is null, or memory of at least `PJ_JOURNAL_SIZE` bytes that `pj_mount`,
//!    `pj_format` or `pj_open_file` filled. One that `pj_close` emptied, or that lies askew, is noticed.
//! 3. That memory stays where it is until `pj_close`, and two threads do not call with it at a time.
//! 4. Characters end in a zero, or the field's length ends them; bytes are as many as the size says.
//! 5. A callback returns: it neither jumps out nor throws. It may not call with the same journal, which is
//!    noticed.
//!
//! Nothing here allocates or keeps anything outside the caller's memory. A `pj_open_file` does: it is for
//! an operating system.

#![allow(unsafe_code, reason = "a C interface has no other way; each block says what it stands on")]
#![allow(non_camel_case_types, reason = "the names are C's")]
#![allow(clippy::missing_safety_doc, reason = "one contract for all, at the head of the module")]
#![deny(unsafe_op_in_unsafe_fn, clippy::undocumented_unsafe_blocks)]

mod chars;
mod chip;
mod code;
mod duty;
mod export;
mod fail;
#[cfg(feature = "std")]
mod file;
mod handle;
mod intent;
#[cfg(all(target_os = "none", not(feature = "std")))]
mod panic;
mod payment;
mod profile;
mod query;
mod reply;
mod report;
mod scan;
mod settle;
mod terminal;
mod version;

pub use chip::{pj_config, pj_erase, pj_program, pj_read};
pub use code::*;
pub use duty::*;
pub use export::*;
pub use fail::pj_error;
#[cfg(feature = "std")]
pub use file::pj_open_file;
pub use handle::{
    PJ_JOURNAL_ALIGN, PJ_JOURNAL_SIZE, PJ_MODE_LIVE, PJ_MODE_TEST, PJ_MODE_TRAINING, pj_close,
    pj_format, pj_format_as, pj_journal, pj_journal_align, pj_journal_size, pj_last_error,
    pj_mount,
};
pub use intent::*;
pub use payment::*;
pub use profile::*;
pub use query::*;
pub use reply::*;
pub use report::*;
pub use scan::*;
pub use settle::*;
pub use terminal::*;
pub use version::*;

use crate::journal::Journal;

/// Payments that can be open at a time.
pub const PJ_ITEMS: usize = 16;
/// Books: hosts, merchants or terminal ids that one journal serves.
pub const PJ_BOOKS: usize = 4;
/// Bytes of the largest frame.
const FRAME: usize = 256;

/// The one journal that is built for C.
type Inner = Journal<chip::Port, PJ_ITEMS, PJ_BOOKS, FRAME>;
