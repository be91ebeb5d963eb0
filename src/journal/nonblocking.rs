//! The same journal over `embedded_storage_async`: the files of [`journal`](super) once more, with their
//! `async` and `.await` left in. What firmware passes in and gets back is shared.

// Each file is compiled twice: that is the point.
#![allow(clippy::duplicate_mod)]

use bisync_macros::{
    internal_delete as only_sync, internal_noop as bisync, internal_noop as only_async,
};
use core::ops::AsyncFnMut as CallMut;
use embedded_storage_async::nor_flash;

use super::{
    Asked, Attempted, Begin, Begun, Duplicate, DuplicateAdvice, Error, Exported, IdentityChange,
    Known, LateAnswer, LateResult, OutcomeOf, Pace, Receipt, Retention, Room, Sent, SettleRequest,
    Start, State, Who, XTotals, mti, pace,
};
use crate::log::{self, nonblocking as logs};

#[path = "attach.rs"]
mod attach;
#[path = "begin.rs"]
mod begin;
#[path = "cancel.rs"]
mod cancel;
#[path = "duplicate.rs"]
mod duplicate;
#[path = "duty.rs"]
mod duty;
#[path = "export.rs"]
mod export;
#[path = "handle.rs"]
mod handle;
#[path = "identity.rs"]
mod identity;
#[path = "next.rs"]
mod next;
#[path = "offline.rs"]
mod offline;
#[path = "outcome.rs"]
mod outcome;
#[path = "profile.rs"]
mod profile;
#[path = "query.rs"]
mod query;
#[path = "remark.rs"]
mod remark;
#[path = "retention.rs"]
mod retention;
#[path = "room.rs"]
mod room;
#[path = "settle.rs"]
mod settle;
#[path = "start.rs"]
mod start;
#[path = "story.rs"]
mod story;
#[path = "totals.rs"]
mod totals;

pub use export::export;
pub use handle::Journal;
