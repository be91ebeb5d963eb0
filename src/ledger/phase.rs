//! The settlement of a batch as a table.
//!
//! | from | event | to |
//! |---|---|---|
//! | Open | Freeze | Frozen |
//! | Frozen | Unfreeze | Open |
//! | Frozen, Sent | SettleAttempt | Sent |
//! | Sent | Balanced | Ended |
//! | Sent | Unbalanced | Uploading |
//! | Sent | NoResult | Sent |
//! | Uploading | Uploaded | Uploading |
//! | Uploading | UploadEnd | Ended |
//! | Ended | BatchClosed | Open |

use crate::record::{Record, SettleClass, coded};

coded! {
    /// How far the settlement of a book's batch has come. The numbers are frozen.
    Phase {
        /// Payments are taken.
        Open = 0,
        /// Locked, totals fixed, no 0500 sent: can still be called off.
        Frozen = 1,
        /// A 0500 was sent or was about to be; repeats carry the same figures.
        Sent = 2,
        /// The host's totals differ: each record is uploaded.
        Uploading = 3,
        /// The host is done; the batch has to be closed here.
        Ended = 4,
    }
}

impl core::fmt::Display for Phase {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(match self {
            Self::Open => "open",
            Self::Frozen => "frozen",
            Self::Sent => "sent",
            Self::Uploading => "uploading",
            Self::Ended => "ended",
        })
    }
}

/// A step of a settlement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PhaseEvent {
    /// Lock and fix the totals.
    Freeze,
    /// Call it off.
    Unfreeze,
    /// A 0500 is about to be sent.
    SettleAttempt,
    /// The host agrees.
    Balanced,
    /// The host has other totals.
    Unbalanced,
    /// Busy, refused, or no usable answer.
    NoResult,
    /// Uploads were acknowledged.
    Uploaded,
    /// The end of the upload was acknowledged.
    UploadEnd,
    /// Close the batch, open the next.
    BatchClosed,
}

impl PhaseEvent {
    /// Every event.
    pub const ALL: &'static [Self] = &[
        Self::Freeze,
        Self::Unfreeze,
        Self::SettleAttempt,
        Self::Balanced,
        Self::Unbalanced,
        Self::NoResult,
        Self::Uploaded,
        Self::UploadEnd,
        Self::BatchClosed,
    ];

    /// The step that a record takes; `None` for one that is no part of a settlement.
    #[must_use]
    pub fn of(record: &Record) -> Option<Self> {
        Some(match record {
            Record::Freeze(_) => Self::Freeze,
            Record::Unfreeze(_) => Self::Unfreeze,
            Record::SettleAttempt(_) => Self::SettleAttempt,
            Record::SettleAnswer(answer) => match answer.class {
                SettleClass::Balanced => Self::Balanced,
                SettleClass::Unbalanced => Self::Unbalanced,
                SettleClass::Busy | SettleClass::Refused | SettleClass::Nothing => Self::NoResult,
            },
            Record::Uploaded(_) => Self::Uploaded,
            Record::UploadEnd(_) => Self::UploadEnd,
            Record::BatchClosed(_) => Self::BatchClosed,
            _ => return None,
        })
    }
}

use Phase::{Ended, Frozen, Open, Sent, Uploading};
use PhaseEvent as E;

pub(super) const TABLE: &[(&[Phase], PhaseEvent, Phase)] = &[
    (&[Open], E::Freeze, Frozen),
    (&[Frozen], E::Unfreeze, Open),
    (&[Frozen, Sent], E::SettleAttempt, Sent),
    (&[Sent], E::Balanced, Ended),
    (&[Sent], E::Unbalanced, Uploading),
    (&[Sent], E::NoResult, Sent),
    (&[Uploading], E::Uploaded, Uploading),
    (&[Uploading], E::UploadEnd, Ended),
    (&[Ended], E::BatchClosed, Open),
];

/// The phase after a step, or `None` where the step is illegal.
#[must_use]
pub fn settle_transition(from: Phase, event: PhaseEvent) -> Option<Phase> {
    TABLE.iter().find(|(states, on, _)| *on == event && states.contains(&from)).map(|row| row.2)
}
