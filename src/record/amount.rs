//! Money: an amount in minor units, and the currency that says how small those are.

use super::number::OutOfRange;
use core::fmt;
use serde::{Deserialize, Serialize};

/// An amount in minor units (cents, fen, satang), as in DE4.
// Aligned to four bytes: on a 32-bit machine, sums beside their counts have no holes.
#[repr(C, packed(4))]
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Amount(u64);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The most that DE4 carries: twelve digits.
    pub const DE4_MAX: Self = Self(999_999_999_999);

    /// An amount of `minor` minor units.
    #[must_use]
    pub const fn new(minor: u64) -> Self {
        Self(minor)
    }

    /// The amount in minor units.
    #[must_use]
    pub const fn minor(self) -> u64 {
        self.0
    }

    /// The sum, or `None` where it does not fit 64 bits.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// The difference, or `None` where `other` is larger.
    #[must_use]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(rest) => Some(Self(rest)),
            None => None,
        }
    }

    /// The sum, or the largest amount where it does not fit.
    #[must_use]
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference, or nothing where `other` is larger.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.minor().fmt(f)
    }
}

/// A currency: ISO 4217 numeric code (DE49) and the number of its decimal places.
///
/// ```
/// use pos_journal::record::Currency;
/// let yen = Currency::new(392, 0).unwrap();
/// assert_eq!((yen.numeric(), yen.exponent()), (392, 0));
/// assert_eq!(Currency::new(1000, 2), None);
/// ```
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct Currency(u16);

/// The exponent takes the low bits, so that code and exponent are two bytes together.
const EXPONENT_BITS: u32 = 3;
const EXPONENT_MAX: u16 = (1 << EXPONENT_BITS) - 1;
const NUMERIC_MAX: u16 = 999;

impl Currency {
    /// Renminbi, 156.
    pub const CNY: Self = Self(156 << EXPONENT_BITS | 2);
    /// Thai baht, 764.
    pub const THB: Self = Self(764 << EXPONENT_BITS | 2);
    /// Indonesian rupiah, 360.
    pub const IDR: Self = Self(360 << EXPONENT_BITS | 2);
    /// US dollar, 840.
    pub const USD: Self = Self(840 << EXPONENT_BITS | 2);
    /// Euro, 978.
    pub const EUR: Self = Self(978 << EXPONENT_BITS | 2);

    /// `None` unless `numeric` is 0 to 999 and `exponent` 0 to 7.
    #[must_use]
    pub const fn new(numeric: u16, exponent: u8) -> Option<Self> {
        if numeric <= NUMERIC_MAX && exponent as u16 <= EXPONENT_MAX {
            Some(Self(numeric << EXPONENT_BITS | exponent as u16))
        } else {
            None
        }
    }

    /// ISO 4217 numeric code, 0 to 999.
    #[must_use]
    pub const fn numeric(self) -> u16 {
        self.0 >> EXPONENT_BITS
    }

    /// Decimal places, 0 to 7.
    #[must_use]
    pub const fn exponent(self) -> u8 {
        (self.0 & EXPONENT_MAX) as u8
    }
}

impl TryFrom<u16> for Currency {
    type Error = OutOfRange;
    fn try_from(word: u16) -> Result<Self, OutOfRange> {
        let max = u32::from(NUMERIC_MAX);
        if word >> EXPONENT_BITS <= NUMERIC_MAX {
            Ok(Self(word))
        } else {
            Err(OutOfRange { value: u32::from(word >> EXPONENT_BITS), min: 0, max })
        }
    }
}

impl From<Currency> for u16 {
    fn from(currency: Currency) -> u16 {
        currency.0
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Currency({:03}, {})", self.numeric(), self.exponent())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03}", self.numeric())
    }
}

// The field is packed: it cannot be borrowed, as a derived one would.
#[cfg(feature = "defmt")]
impl defmt::Format for Amount {
    fn format(&self, to: defmt::Formatter<'_>) {
        defmt::write!(to, "{=u64}", self.minor());
    }
}
