//! The page that `report` writes: what stands in it, that nothing of an image has power there, and
//! how a browser shows it.
#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests are tests"
)]

mod browser;
mod shop;
mod shown;
#[path = "../explain/till.rs"]
#[allow(dead_code, reason = "the tests of explain say more with it")]
mod till;
mod written;
