//! What only a host does: the commands of the `pos-journal` program.
//!
//! | command | file |
//! |---|---|
//! | `show IMAGE` | `show` |
//! | `verify IMAGE` | `verify` |
//! | `plan` | `plan` |
//! | `demo` | [`demo`] |
//! | `bill FILE...` | `bill`, which reads them with [`bills`] |
//!
//! Both readers of an image print a table for people or JSON (see `json`), and end with one of the
//! codes of [`Exit`].

mod bill;
pub mod bills;
pub mod calendar;
pub mod codes;
pub mod demo;
mod exit;
mod input;
mod json;
mod lang;
mod plain;
mod plan;
mod show;
mod table;
mod verify;
mod words;

pub use bill::{BillArgs, BillFormat, Failed as BillFailed, report as bill_report, run as bill};
pub use exit::Exit;
pub use input::{Format, ReadArgs};
pub use json::not_readable;
pub use lang::Lang;
pub use plain::{Out, plain};
pub use plan::{PlanArgs, run as plan};
pub use show::{run as show, text as shown};
pub use verify::{run as verify, text as verified};
