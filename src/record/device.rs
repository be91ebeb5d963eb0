//! The terminal itself: starts, remarks, and what its flash lost.

use super::{Seq, Text};
use serde::{Deserialize, Serialize};

/// The terminal started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Boot {
    /// How many times it has started.
    pub count: u16,
    /// The firmware's version, as it numbers itself.
    pub firmware: u32,
    /// The processor's reset reason, as the firmware numbers it.
    pub reset_reason: u8,
}

/// A remark, such as an operator's yes to a warning of a duplicate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The remark.
    pub text: Text<48>,
}

/// Records that the log once held and no longer can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    /// The first one lost.
    pub from: Seq,
    /// The last one lost; not before `from`.
    pub to: Seq,
}

impl Loss {
    /// How many records were lost; 0 where `to` lies before `from`.
    #[must_use]
    pub const fn records(self) -> u32 {
        match self.to.0.checked_sub(self.from.0) {
            Some(beyond) => beyond.saturating_add(1),
            None => 0,
        }
    }
}
