//! An append-only, crash-safe journal for payment terminals.
#![cfg_attr(not(any(feature = "std", test)), no_std)]
#![forbid(unsafe_code)]

#[cfg(feature = "std")]
pub mod dump;
pub mod flash;
#[cfg(feature = "cli")]
pub mod host;
pub mod journal;
pub mod ledger;
pub mod log;
pub mod record;
