//! An append-only, crash-safe journal for payment terminals: what was promised is never forgotten.
//!
//! | you want to | room |
//! |---|---|
//! | put a terminal's payments through the journal | [`journal`] |
//! | know what a record means, and what is owed | [`ledger`] |
//! | see what is stored, field by field | [`record`] |
//! | know how it survives a power cut | [`log`] |
//! | bring your flash chip, or use a file | [`flash`] |
#![cfg_attr(feature = "async", doc = "| the same on an executor | [`nonblocking`] |")]
#![cfg_attr(feature = "std", doc = "| read an image on a host | [`dump`] |")]
//!
//! No allocation, and no unsafe code but in the interface for C. Without features the crate is `no_std`.
//!
//! | feature | adds |
//! |---|---|
//! | `std` | the file-backed flash and the reading of images |
//! | `cli` | the `pos-journal` program |
//! | `capi` | the interface for C, `ffi` |
//! | `async` | the log and the journal over `embedded_storage_async`, `nonblocking` |
//! | `defmt` | `defmt::Format` for errors, reports, numbers and states |
//! | `sim` | `flash::sim`: flash that fails on purpose, for tests of firmware too; semver does not cover it |
// A C library for an operating system brings std's panic handler; one for a bare machine its own.
#![cfg_attr(
    not(any(feature = "std", test, all(feature = "capi", not(target_os = "none")))),
    no_std
)]
#![cfg_attr(not(feature = "capi"), forbid(unsafe_code))]

#[cfg(test)]
mod cases;
#[cfg(feature = "std")]
pub mod dump;
#[cfg(feature = "capi")]
pub mod ffi;
pub mod flash;
#[cfg(feature = "cli")]
pub mod host;
pub mod journal;
pub mod ledger;
pub mod log;
#[cfg(feature = "async")]
pub mod nonblocking;
pub mod record;
