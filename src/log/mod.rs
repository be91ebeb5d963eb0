//! Bytes only: sectors, frames, append, recovery, reclaim. Knows nothing of payments.
//!
//! | question | room |
//! |---|---|
//! | How many bytes is a frame, what does the CRC cover? | `format` |
//! | How is the CRC computed? | `crc` |
//! | Where may a frame lie? | `layout` |
//! | What is read back, what happens on a read error? | `medium` |
//! | Which frames live, which never happened? | `walk` |
//! | How is a region made a log, how is one found in it? | `mount` |
//! | Which sector is the newest? | `newest` |
//! | What is replayed of it? | `replay` |
//! | What does an append write? | `append` |
//! | What does the tenant hear of a sector? | `reader` |
//! | How is a sector opened, what is retired? | `reclaim` |
//! | What of a sector is still needed, and where does it go? | `carry` |
//! | How is a checkpoint packed? | `checkpoint` |
//! | When does an opening count as never begun? | `void` |
//! | What does a dropped future leave? | `cancel` |
//! | How far back does it reach? | `history` |
//! | What does `maintain` do, what does `space` count? | `idle` |
//!
//! What lives in the log is its [`Tenant`]: the log asks it for a checkpoint, replays records into
//! it and asks which records must be kept.

/// Whom a reading tells. One piece of code for all of them here; with `nonblocking`, one for each, for
/// there is no `dyn AsyncFnMut`.
macro_rules! listener {
    ($($told:ty),+ $(=> $out:ty)?) => { dyn FnMut($($told),+) $(-> $out)? };
}

mod answers;
mod append;
#[cfg(any(test, feature = "sim"))]
pub mod broken;
#[cfg(not(any(test, feature = "sim")))]
mod broken;
mod cancel;
mod carry;
mod checkpoint;
mod crc;
mod error;
mod event;
mod format;
mod handle;
mod history;
mod idle;
mod layout;
mod medium;
mod mount;
mod newest;
#[cfg(feature = "async")]
pub(crate) mod nonblocking;
mod reader;
mod reclaim;
mod replay;
mod report;
mod settings;
mod tenant;
mod void;
mod walk;

#[cfg(test)]
mod tests;

use bisync_macros::{
    internal_delete as only_async, internal_noop as only_sync, internal_strip_async as bisync,
};
use embedded_storage::nor_flash;

pub use answers::{Maintained, Placed, Reach, Space};
pub use error::Error;
pub use format::{
    CommitHead, ERASED, HEADER_BYTES, Loss, MAGIC, Mode, NoHeader, SectorHeader, Seed, Shape,
    VERSION, kind, max_payload,
};
pub use handle::Log;
pub use layout::{BadShape, Layout};
pub use report::{Lost, MountReport, ReadOnly};
pub use settings::{Chip, FormatAs, Settings};
pub use tenant::{Entry, Tenant};

pub(crate) use self::crc::{CRC, CrcDigest};
pub(crate) use broken::{Broken, is as is_broken};

/// What the reading of a dump needs of these rooms.
#[cfg(feature = "std")]
pub(crate) mod parts {
    pub(crate) use super::event::{Event, Held, event, next_seq};
    pub(crate) use super::format::{Draft, decode_boot, decode_copy, frame_bytes};
    pub(crate) use super::medium::{FrameInfo, Medium, Raw};
    pub(crate) use super::walk::Walk;
}

/// A sector that holds nothing needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Spare {
    sector: u32,
    /// The epoch in its header, if it was erased and headed in this boot. What an earlier boot
    /// headed is not trusted: an opening may have begun in it and left no visible trace.
    ready: Option<u32>,
}
