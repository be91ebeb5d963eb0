//! Time as payload. Order comes from sequence numbers, never from here.

use super::number::OutOfRange;
use core::fmt;
use serde::{Deserialize, Serialize};

/// Milliseconds since the processor started. Encoded short while it is small.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Uptime(pub u64);

/// What is known of the terminal's clock.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Clock {
    /// Never set since power-up: the local time means nothing.
    #[default]
    Unset,
    /// Set, and running since.
    Set,
    /// Moved by a leap since the last record: intervals across it mean nothing.
    Stepped,
}

/// When something happened, by all that the terminal can tell.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "Packed", into = "Packed")]
pub struct Moment {
    /// Local time in seconds since 1970-01-01 00:00 *local*; 0 where the clock is unset.
    /// DE12 and DE13 of a repeat are made from it, as first sent.
    pub local_seconds: u32,
    /// What to take from local time to get UTC, in quarters of an hour (China: 32).
    pub utc_offset_quarters: i8,
    /// What is known of the clock.
    pub clock: Clock,
    /// How many times the terminal has started.
    pub boot: u16,
    /// Milliseconds since that start.
    pub uptime: Uptime,
}

/// The stored form: seconds in 4 bytes (a varint would take 5), the boot count with the
/// clock's state in its two low bits.
#[derive(Serialize, Deserialize)]
struct Packed([u8; 4], i8, u32, Uptime);

const CLOCK_BITS: u32 = 2;
const CLOCKS: [Clock; 3] = [Clock::Unset, Clock::Set, Clock::Stepped];

impl From<Moment> for Packed {
    fn from(m: Moment) -> Self {
        let boot = u32::from(m.boot) << CLOCK_BITS | m.clock as u32;
        Self(m.local_seconds.to_le_bytes(), m.utc_offset_quarters, boot, m.uptime)
    }
}

impl TryFrom<Packed> for Moment {
    type Error = OutOfRange;
    fn try_from(
        Packed(seconds, utc_offset_quarters, word, uptime): Packed,
    ) -> Result<Self, OutOfRange> {
        let state = word & ((1 << CLOCK_BITS) - 1);
        let range = |value, max| OutOfRange { value, min: 0, max };
        let clock = CLOCKS.get(state as usize).copied().ok_or(range(state, 2))?;
        let count = word >> CLOCK_BITS;
        let boot = u16::try_from(count).map_err(|_| range(count, u32::from(u16::MAX)))?;
        let local_seconds = u32::from_le_bytes(seconds);
        Ok(Self { local_seconds, utc_offset_quarters, clock, boot, uptime })
    }
}

/// A date without a year, MMDD, as DE13 and DE15 carry it and as it was received.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct HostDate(u16);

const DATE_MAX: u16 = 1299;
const TIME_UNIT: u32 = 1_000_000;

impl HostDate {
    /// Takes MMDD as a decimal number; `None` where the month is above 12. A day that no
    /// calendar has is kept: it is evidence.
    #[must_use]
    pub const fn new(mmdd: u16) -> Option<Self> {
        if mmdd <= DATE_MAX { Some(Self(mmdd)) } else { None }
    }

    /// MMDD as a decimal number.
    #[must_use]
    pub const fn mmdd(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for HostDate {
    type Error = OutOfRange;
    fn try_from(mmdd: u16) -> Result<Self, OutOfRange> {
        let (value, max) = (u32::from(mmdd), u32::from(DATE_MAX));
        Self::new(mmdd).ok_or(OutOfRange { value, min: 0, max })
    }
}

impl From<HostDate> for u16 {
    fn from(date: HostDate) -> u16 {
        date.0
    }
}

impl fmt::Debug for HostDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

/// The host's date and time (DE13 and DE12) as received.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "[u8; 4]", into = "[u8; 4]")]
pub struct HostTime(u32);

impl HostTime {
    /// Takes DE13 (MMDD) and DE12 (hhmmss) as decimal numbers; `None` where the month is
    /// above 12 or DE12 has more than six digits.
    #[must_use]
    pub const fn new(de13: u16, de12: u32) -> Option<Self> {
        if de13 <= DATE_MAX && de12 < TIME_UNIT {
            Some(Self(de13 as u32 * TIME_UNIT + de12))
        } else {
            None
        }
    }

    /// DE13, MMDD.
    #[must_use]
    pub const fn mmdd(self) -> u16 {
        (self.0 / TIME_UNIT) as u16
    }

    /// DE12, hhmmss.
    #[must_use]
    pub const fn hhmmss(self) -> u32 {
        self.0 % TIME_UNIT
    }
}

impl TryFrom<[u8; 4]> for HostTime {
    type Error = OutOfRange;
    fn try_from(bytes: [u8; 4]) -> Result<Self, OutOfRange> {
        let value = u32::from_le_bytes(bytes);
        let max = u32::from(DATE_MAX) * TIME_UNIT + (TIME_UNIT - 1);
        if value <= max { Ok(Self(value)) } else { Err(OutOfRange { value, min: 0, max }) }
    }
}

impl From<HostTime> for [u8; 4] {
    fn from(time: HostTime) -> [u8; 4] {
        time.0.to_le_bytes()
    }
}

impl fmt::Debug for HostTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04} {:06}", self.mmdd(), self.hhmmss())
    }
}
