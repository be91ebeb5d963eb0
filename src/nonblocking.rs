//! The same log and journal over `embedded_storage_async`, for firmware that runs on an executor.
//!
//! | blocking | async |
//! |---|---|
//! | [`journal::Journal`](crate::journal::Journal) | [`journal::Journal`] |
//! | [`journal::export`](crate::journal::export) | [`journal::export`] |
//! | [`log::Log`](crate::log::Log) | [`log::Log`] |
//!
//! They are compiled from the same files, so each call has the same name, does the same to the flash and says
//! the same. What is passed in and given back (records, settings, errors, reports) is the same type.
//!
//! # A call that is cancelled
//!
//! A future may be dropped at any await, as `select` and time-outs do. The value is *poisoned* then
//! ([`Journal::is_poisoned`](journal::Journal::is_poisoned)), and the next call mounts it again before it does
//! anything else; it is as after a power cut:
//!
//! - What the cancelled call was to write is on record as a whole or not at all. Ask
//!   [`due`](journal::Journal::due), [`last`](journal::Journal::last) or
//!   [`status`](journal::Journal::status); do not call it again unseen.
//! - A payment that waited for its answer owes its reversal. So put time-outs around the network and not
//!   around the journal: a call that only waits its turn costs nothing, one that is cancelled may cost a sale.
//! - [`report`](journal::Journal::report) tells what that mount found.
//!
//! What does not read the flash says what was before the cancelled call until then;
//! [`may_start`](journal::Journal::may_start) refuses. A call that only reads, when it is cancelled, changes
//! and poisons nothing.
//!
//! # What the driver has to do
//!
//! A chip goes on programming or erasing when the future of that operation is dropped. The driver's *next*
//! operation must wait until the chip is idle, or its `Drop` must; the first operation after a cancelled one
//! is a read, the first of the mount. What the cancelled operation leaves may be torn in any way that a power
//! cut may tear it. A driver that reads while the chip is busy needs a wrapper that waits first.

/// The log.
pub mod log {
    pub use crate::log::nonblocking::Log;
}

/// The journal.
pub mod journal {
    pub use crate::journal::nonblocking::{Journal, export};
}
