//! When money is due: working days, holidays, cut-off hours.
//!
//! A year that no calendar file lists is unknown, and so is every due date that needs it: the
//! holidays of a year are decided in the autumn before, and a guess would send people to their bank
//! too early. The year's notice may also move days of the December before it, so the last days of a
//! year are known only with the next year ([`Calendar::day`]).
//!
//! China's calendar (`cn.toml`) is built in; those of other countries, and later years, are files of
//! the same form.

mod due;
mod file;
#[cfg(test)]
mod tests;

pub use due::{Cycle, Due, Terms, TermsError, Window};
pub use file::{Calendar, CalendarError, Day, UnknownYear};
