//! The days of `tests/cancel`.

// What goes wrong in them is caught, and told as a violation.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../../tests/cancel/chip.rs"]
pub mod chip;
#[path = "../../tests/cancel/day.rs"]
pub mod day;
#[path = "../../tests/cancel/waiting.rs"]
pub mod waiting;
