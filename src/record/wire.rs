//! A record as a kind byte and a payload.

use super::put::put;
use super::settlement::FreezeV1;
use super::take::take;
use super::*;
use core::fmt;

/// The kind byte's bit of a record that a reader must know to be allowed to write.
pub const CRITICAL: u8 = 0x80;
/// The kind byte's bit of the log's own frames; no record has it.
pub const LOG_FRAME: u8 = 0x40;
/// A freeze as version 0.1 wrote it: read for ever, and never written again.
const FREEZE_V1: u8 = 0x90;
/// The largest encoded record, in bytes.
pub const MAX_RECORD: usize = 241;

/// The record does not fit the buffer; one of [`MAX_RECORD`] bytes takes every record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EncodeError;

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the buffer is too small; {MAX_RECORD} bytes take every record")
    }
}

impl core::error::Error for EncodeError {}

/// Why a frame's content is no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// Written by a later version. With the critical bit set nothing more may be written.
    UnknownKind(u8),
    /// The payload ends early or holds a value that its field cannot have.
    Malformed {
        /// The kind byte.
        kind: u8,
    },
}

impl DecodeError {
    /// The kind byte.
    #[must_use]
    pub const fn kind(self) -> u8 {
        match self {
            Self::UnknownKind(kind) | Self::Malformed { kind } => kind,
        }
    }

    /// The record may matter to the books: a reader that cannot read it must not write.
    #[must_use]
    pub const fn is_critical(self) -> bool {
        self.kind() & CRITICAL != 0
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownKind(kind) => write!(f, "unknown record kind {kind:#04x}"),
            Self::Malformed { kind } => write!(f, "malformed record of kind {kind:#04x}"),
        }
    }
}

impl core::error::Error for DecodeError {}

/// A record of one kind. In a frame of its own, or the stack would hold one record of each kind.
#[inline(never)]
fn read<'p, T: serde::Deserialize<'p> + Into<Record>>(payload: &'p [u8]) -> Option<Record> {
    take::<T>(payload).ok().map(T::into)
}

#[inline(never)]
fn written(record: &impl serde::Serialize, buf: &mut [u8]) -> Option<usize> {
    put(record, buf).ok()
}

impl From<FreezeV1> for Record {
    fn from(record: FreezeV1) -> Self {
        Self::Freeze(record.into())
    }
}

/// One table: the records and their kind bytes, which are frozen.
macro_rules! records {
    ($( $(#[$doc:meta])* $name:ident = $kind:literal, )*) => {
        /// Any record of the journal.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[allow(clippy::large_enum_variant, reason = "there is no heap to put the large ones on")]
        #[non_exhaustive]
        pub enum Record { $( $(#[$doc])* $name($name), )* }

        /// The kind byte and the name of every record.
        pub const KINDS: &[(u8, &str)] = &[ $( ($kind, stringify!($name)), )* ];

        impl Record {
            /// The kind byte: bit 7 critical, bit 6 never set, low six bits the id.
            #[must_use]
            pub const fn kind(&self) -> u8 {
                match self { $( Self::$name(_) => $kind, )* }
            }

            /// The record's name, such as `Intent`.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self { $( Self::$name(_) => stringify!($name), )* }
            }

            /// Writes the payload to the front of `buf` and returns it.
            ///
            /// # Errors
            /// `buf` is too small; [`MAX_RECORD`] bytes always do.
            pub fn encode<'b>(&self, buf: &'b mut [u8]) -> Result<&'b [u8], EncodeError> {
                let written = match self { $( Self::$name(r) => written(r, buf), )* };
                written.and_then(|bytes| buf.get(..bytes)).ok_or(EncodeError)
            }

            /// Reads a payload. Bytes after a well-formed record are left alone: a later
            /// version may have appended fields.
            ///
            /// # Errors
            /// The kind is not known, or the payload is not one of that kind.
            pub fn decode(kind: u8, payload: &[u8]) -> Result<Self, DecodeError> {
                let record = match kind {
                    $( $kind => read::<$name>(payload), )*
                    FREEZE_V1 => read::<FreezeV1>(payload),
                    _ => return Err(DecodeError::UnknownKind(kind)),
                };
                record.ok_or(DecodeError::Malformed { kind })
            }
        }

        $( impl From<$name> for Record {
            fn from(record: $name) -> Self { Self::$name(record) }
        } )*
    };
}

records! {
    /// A payment is about to be sent.
    Intent = 0x81,
    /// Its answer, or that none came.
    Outcome = 0x82,
    /// The chip confirmed it.
    Completed = 0x83,
    /// A reversal is owed.
    Reverse = 0x84,
    /// Not a byte was sent.
    NotSent = 0x85,
    /// A reversal is about to be sent.
    Attempt = 0x86,
    /// The answer to a reversal.
    Answer = 0x87,
    /// The attempt limit is reached.
    Unresolved = 0x88,
    /// An operator decided.
    Operator = 0x89,
    /// An answer that came too late.
    Late = 0x8A,
    /// A closed payment owes a reversal again.
    Reopen = 0x8B,
    /// To keep beside a payment.
    Attach = 0x8C,
    /// Reversed, and stored as an offline sale.
    OfflineApproved = 0x8D,
    /// Settlement is called off.
    Unfreeze = 0x91,
    /// A 0500 is about to be sent.
    SettleAttempt = 0x92,
    /// The answer to a 0500.
    SettleAnswer = 0x93,
    /// Payments up to here are uploaded.
    Uploaded = 0x94,
    /// The upload is complete.
    UploadEnd = 0x95,
    /// The next batch is open.
    BatchClosed = 0x96,
    /// The counters were set.
    SetBatch = 0x97,
    /// Settlement begins.
    Freeze = 0x98,
    /// The next batch is open, and the old one still owed.
    NextBatch = 0x99,
    /// Who a book is from here on.
    Identity = 0x9A,
    // 0xA0 was a loss once and is never used again: the log has a frame of its own for it.
    /// The terminal started.
    Boot = 0x21,
    /// A remark.
    Note = 0x22,
    /// A slip was printed.
    Printed = 0x23,
    /// A warning of a duplicate was answered with yes.
    Confirmed = 0x24,
    /// What runs on the terminal.
    Device = 0x25,
}

impl Record {
    /// The payment that the record is about. An intent names itself by its own sequence
    /// number, which is not part of it; so does the offline sale of an [`OfflineApproved`].
    #[must_use]
    pub const fn item(&self) -> Option<Seq> {
        match self {
            Self::Outcome(Outcome { item, .. })
            | Self::Completed(Completed { item, .. })
            | Self::Reverse(Reverse { item, .. })
            | Self::NotSent(NotSent { item, .. })
            | Self::Attempt(Attempt { item, .. })
            | Self::Answer(Answer { item, .. })
            | Self::Unresolved(Unresolved { item, .. })
            | Self::Operator(Operator { item, .. })
            | Self::Late(Late { item, .. })
            | Self::Reopen(Reopen { item, .. })
            | Self::Attach(Attach { item, .. })
            | Self::OfflineApproved(OfflineApproved { item, .. })
            | Self::Printed(Printed { item, .. }) => Some(*item),
            _ => None,
        }
    }

    /// The book that the record is about.
    #[must_use]
    pub const fn book(&self) -> Option<u8> {
        match self {
            Self::Intent(Intent { book, .. })
            | Self::Reopen(Reopen { intent: Intent { book, .. }, .. })
            | Self::Outcome(Outcome { book, .. })
            | Self::Completed(Completed { book, .. })
            | Self::Reverse(Reverse { book, .. })
            | Self::NotSent(NotSent { book, .. })
            | Self::Attempt(Attempt { book, .. })
            | Self::Answer(Answer { book, .. })
            | Self::Unresolved(Unresolved { book, .. })
            | Self::Operator(Operator { book, .. })
            | Self::Late(Late { book, .. })
            | Self::Freeze(Freeze { book, .. })
            | Self::Unfreeze(Unfreeze { book, .. })
            | Self::SettleAttempt(SettleAttempt { book, .. })
            | Self::SettleAnswer(SettleAnswer { book, .. })
            | Self::Uploaded(Uploaded { book, .. })
            | Self::UploadEnd(UploadEnd { book, .. })
            | Self::BatchClosed(BatchClosed { book, .. })
            | Self::SetBatch(SetBatch { book, .. })
            | Self::NextBatch(NextBatch { book, .. })
            | Self::Identity(Identity { book, .. })
            | Self::Attach(Attach { book, .. })
            | Self::OfflineApproved(OfflineApproved { book, .. })
            | Self::Printed(Printed { book, .. }) => Some(*book),
            Self::Boot(_) | Self::Note(_) | Self::Confirmed(_) | Self::Device(_) => None,
        }
    }
}
