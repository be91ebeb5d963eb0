//! The till of `common::script`, compiled for the async journal.

pub use bisync_macros::internal_noop as bisync;
pub use embedded_storage_async::nor_flash::NorFlash;
pub use pos_journal::nonblocking::journal::Journal;

pub use crate::common::{Dice, promises};

// Compiled twice: that is the point. The oracle of the power cuts makes steps that these tests do not.
#[allow(dead_code, clippy::duplicate_mod)]
#[path = "../common/script.rs"]
pub mod script;
