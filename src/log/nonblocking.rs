//! The same log over `embedded_storage_async`: the files of [`log`](super) once more, with their `async` and
//! `.await` left in.
//!
//! What has no flash in it is shared: the format, the layout, the settings, the errors and the reports.

// Each file is compiled twice: that is the point.
#![allow(clippy::duplicate_mod)]

use bisync_macros::{
    internal_delete as only_sync, internal_noop as bisync, internal_noop as only_async,
};
use embedded_storage_async::nor_flash;

use super::{
    Broken, Entry, Error, Loss, Maintained, Mode, MountReport, Placed, Reach, ReadOnly, Seed,
    Space, Spare, Tenant, event, format, is_broken, layout, reader, report, settings, tenant,
};

macro_rules! listener {
    ($($told:ty),+ $(=> $out:ty)?) => { impl AsyncFnMut($($told),+) $(-> $out)? };
}

#[path = "append.rs"]
mod append;
#[path = "cancel.rs"]
mod cancel;
#[path = "carry.rs"]
mod carry;
#[path = "checkpoint.rs"]
mod checkpoint;
#[path = "handle.rs"]
mod handle;
#[path = "history.rs"]
mod history;
#[path = "idle.rs"]
mod idle;
#[path = "medium.rs"]
mod medium;
#[path = "mount.rs"]
mod mount;
#[path = "newest.rs"]
mod newest;
#[path = "reclaim.rs"]
mod reclaim;
#[path = "replay.rs"]
mod replay;
#[path = "void.rs"]
mod void;
#[path = "walk.rs"]
mod walk;

pub use handle::Log;
