//! The terminal itself: starts and remarks.

use super::Text;
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
