//! How the card was read (DE22, DE23, DE25).

use serde::{Deserialize, Serialize};

/// Point-of-service entry mode (DE22) as sent: the first two digits say how the card number
/// was read, the third whether a PIN can be entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EntryMode(pub u16);

impl EntryMode {
    /// Typed in, PIN possible.
    pub const MANUAL: Self = Self(11);
    /// Magnetic stripe, PIN possible.
    pub const SWIPED: Self = Self(21);
    /// Contact chip, PIN possible.
    pub const CHIP: Self = Self(51);
    /// Contactless chip, PIN possible.
    pub const CONTACTLESS: Self = Self(71);
}

/// Card sequence number (DE23), 0 to 999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CardSequence(pub u16);

/// Point-of-service condition code (DE25), 0 to 99; 0 is a normal presentment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Condition(pub u8);

impl Condition {
    /// 00, normal presentment.
    pub const NORMAL: Self = Self(0);
}
