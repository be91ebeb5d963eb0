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
//! | Sent, Uploading, Ended | NextBatch | same |
//!
//! The last row opens the next batch for business while the old one stays owed.

// What `defmt` derives names the variants in full, and here they are imported.
#![cfg_attr(feature = "defmt", allow(unused_qualifications))]

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
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
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
    /// Open the next batch before this one is closed.
    NextBatch,
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
        Self::NextBatch,
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
            Record::NextBatch(_) => Self::NextBatch,
            _ => return None,
        })
    }
}

use Phase::{Ended, Frozen, Open, Sent, Uploading};
use PhaseEvent as E;

/// From, on, to; `None`: the phase stays.
pub(super) const TABLE: &[(&[Phase], PhaseEvent, Option<Phase>)] = &[
    (&[Open], E::Freeze, Some(Frozen)),
    (&[Frozen], E::Unfreeze, Some(Open)),
    (&[Frozen, Sent], E::SettleAttempt, Some(Sent)),
    (&[Sent], E::Balanced, Some(Ended)),
    (&[Sent], E::Unbalanced, Some(Uploading)),
    (&[Sent], E::NoResult, Some(Sent)),
    (&[Uploading], E::Uploaded, Some(Uploading)),
    (&[Uploading], E::UploadEnd, Some(Ended)),
    (&[Ended], E::BatchClosed, Some(Open)),
    (&[Sent, Uploading, Ended], E::NextBatch, None),
];

/// The phase after a step, or `None` where the step is illegal.
#[must_use]
pub fn settle_transition(from: Phase, event: PhaseEvent) -> Option<Phase> {
    let row = TABLE.iter().find(|(states, on, _)| *on == event && states.contains(&from));
    row.map(|(.., to)| to.unwrap_or(from))
}
