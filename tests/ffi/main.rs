//! The interface for C, called from Rust: what it does, and that nothing that C can do wrong without
//! lying about its pointers is more than an error. What says something about memory runs under Miri too
//! (`.ci/miri`).

#![allow(unsafe_code, reason = "it is C that is tested")]
#![allow(
    clippy::undocumented_unsafe_blocks,
    reason = "each call is one, and all keep the promises"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::inconsistent_digit_grouping,
    reason = "helpers of tests; amounts are grouped as money is"
)]

mod chip;
#[cfg(not(miri))]
mod codes;
mod duties;
#[cfg(not(miri))]
mod file;
#[cfg(not(miri))]
mod geometry;
mod memory;
mod payment;
mod wrong;
