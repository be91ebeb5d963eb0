//! What the terminal says about itself, one JSON line each on its standard output.
//!
//! The supervisor aims its kills by it and counts from it. The terminal never reads it back:
//! after a start it knows what its journal knows.

use serde::{Deserialize, Serialize};
use std::io::Write;

/// Something that happened in the terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Event {
    /// The program runs; the journal is not mounted yet.
    Started,
    /// The journal is mounted.
    Mounted {
        /// The tail was torn.
        torn: bool,
        /// Records that are gone.
        lost: u32,
    },
    /// Found after a start: sent or about to be, with no answer, and nothing done about it yet.
    Orphan { item: u32 },
    /// The next payment may start.
    Recovered,
    /// A payment is about to be sent.
    Sent,
    /// A payment of the script has come to an end, or goes on by itself.
    Payment { number: u32 },
    /// A batch is about to be closed, or a step of that is about to be taken.
    Settling,
    /// A batch is closed.
    Settled,
    /// Every payment of the script was taken.
    ScriptDone,
    /// Nothing is owed and every batch is closed.
    Finished,
    /// Something to be counted and no more.
    Seen(Seen),
}

/// Something that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Seen {
    /// An answer to something that was answered before, or to an earlier attempt: ignored.
    Repeated,
    /// An answer after its time was up: kept as evidence.
    Late,
    /// An order that was told as failed is paid: its refund is owed.
    Reopened,
    /// A cancel failed because the payer had just paid.
    JustPaid,
    /// The chip approved offline when no answer came.
    ChipDecided,
    /// The line was gone before an attempt's first byte.
    Unsent,
    /// The same card and amount again, and the cashier said yes.
    SwipedAgain,
    /// Payments were uploaded.
    Upload,
    /// The next batch was opened before the old one was closed.
    NextBatch,
    /// An operator had something refused sent once more.
    OperatorRetry,
    /// An operator gave something up that was refused again.
    OperatorAbandon,
}

impl Event {
    /// Says it. A supervisor that is gone is not worth an error: the terminal ends by itself.
    pub(super) fn say(&self) {
        if let Ok(mut line) = serde_json::to_vec(self) {
            line.push(b'\n');
            let mut out = std::io::stdout().lock();
            let _ = out.write_all(&line).and_then(|()| out.flush());
        }
    }
}

impl Seen {
    pub(super) fn say(self) {
        Event::Seen(self).say();
    }
}
