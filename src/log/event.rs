//! What a sector says, frame by frame, to whoever reads it.

use super::format::{CommitHead, Loss, decode_copy, kind};

/// What the reader of a sector is told, in the order in which it happened.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Event<'a> {
    Record {
        seq: u32,
        kind: u8,
        payload: &'a [u8],
        at: u32,
    },
    /// A record carried from another sector.
    Copy {
        seq: u32,
        kind: u8,
        payload: &'a [u8],
        at: u32,
    },
    Part {
        payload: &'a [u8],
    },
    Commit {
        head: CommitHead,
        entries: &'a [u8],
    },
    Freed {
        sector: u32,
    },
    /// A loss that was noticed and written down.
    Loss(Loss),
    /// Sequence numbers that should stand before this offset and do not.
    Missing {
        from: u32,
        to: u32,
        off: u32,
    },
    /// Bytes that are no frame and that no boot frame accounts for.
    Damage {
        off: u32,
    },
    /// A frame of the log's own that this version does not know.
    Unknown {
        kind: u8,
    },
}

/// A frame that nothing has proven yet. Its payload is in the hold buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    pub kind: u8,
    pub seq: u32,
    /// Address of the frame that holds the payload: its own, or a boot frame with a copy.
    pub at: u32,
    /// Offset at which it ends, wherever the payload was read from.
    pub end: u32,
    pub len: usize,
    /// Sequence number of the record after it.
    pub next_seq: u32,
}

/// Sequence number of the record after a frame. A loss jumps past what may have been lost.
pub(crate) fn next_seq(kind: u8, seq: u32, payload: &[u8]) -> u32 {
    match Loss::decode(payload) {
        Some(Loss { from, to, .. }) if kind == kind::LOSS && (from..=to).contains(&seq) => {
            to.saturating_add(1)
        }
        _ if kind::is_record(kind) => seq.saturating_add(1),
        _ => seq,
    }
}

/// What a frame that lives says.
pub(crate) fn event<'a>(held: &Held, payload: &'a [u8]) -> Event<'a> {
    let &Held { kind, seq, at, .. } = held;
    let known = match kind {
        kind::PART => Some(Event::Part { payload }),
        kind::COMMIT => {
            CommitHead::decode(payload).map(|(head, entries)| Event::Commit { head, entries })
        }
        kind::COPY => {
            decode_copy(payload).map(|(seq, kind, payload)| Event::Copy { seq, kind, payload, at })
        }
        kind::FREED => payload
            .first_chunk()
            .map(|sector| Event::Freed { sector: u32::from(u16::from_le_bytes(*sector)) }),
        kind::LOSS => Loss::decode(payload).map(Event::Loss),
        kind if kind::is_record(kind) => Some(Event::Record { seq, kind, payload, at }),
        _ => None,
    };
    known.unwrap_or(Event::Unknown { kind })
}
