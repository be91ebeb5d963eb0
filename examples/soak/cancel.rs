//! The days of `tests/cancel`.

#[path = "../../tests/cancel/chip.rs"]
pub mod chip;
#[path = "../../tests/cancel/day.rs"]
pub mod day;
#[path = "../../tests/cancel/waiting.rs"]
pub mod waiting;
