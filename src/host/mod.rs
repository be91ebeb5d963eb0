//! What only a host does: the commands of the `pos-journal` program.
//!
//! | command | file |
//! |---|---|
//! | `show IMAGE` | `show` |
//! | `verify IMAGE` | `verify` |
//! | `plan` | `plan` |
//! | `demo` | [`demo`] |
//!
//! Both readers of an image print a table for people or JSON (see `json`), and end with one of the
//! codes of [`Exit`].

pub mod demo;
mod exit;
mod input;
mod json;
mod plan;
mod show;
mod table;
mod verify;
mod words;

pub use exit::Exit;
pub use input::{Format, ReadArgs};
pub use json::not_readable;
pub use plan::{PlanArgs, run as plan};
pub use show::{run as show, text as shown};
pub use verify::{run as verify, text as verified};
