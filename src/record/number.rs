//! The numbers that name a record, a payment and a batch.

use core::fmt;
use core::num::NonZeroU32;
use serde::{Deserialize, Serialize};

/// A number outside the range that its field of the message can carry.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfRange {
    /// The number that was given.
    pub value: u32,
    /// The smallest number allowed.
    pub min: u32,
    /// The largest number allowed.
    pub max: u32,
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is outside {} to {}", self.value, self.min, self.max)
    }
}

impl core::error::Error for OutOfRange {}

/// The sequence number of a record in the journal. It is never used twice.
///
/// A payment is named by the sequence number of its intent.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Seq(pub u32);

impl Seq {
    /// The next number; stays at the last one instead of starting over.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where a record lies. Only the log can read it; to the ledger it is a word to keep.
///
/// [`u32::MAX`] is no place.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Place(pub u32);

/// A number of six decimal digits that is never zero and starts over at one.
macro_rules! six_digits {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(Serialize, Deserialize)]
        #[serde(try_from = "u32", into = "u32")]
        pub struct $name(NonZeroU32);

        impl $name {
            /// The number a new terminal starts with.
            pub const FIRST: Self = Self::held(1);
            /// The largest number, 999 999.
            pub const MAX: Self = Self::held(999_999);

            /// `None` unless `number` is 1 to 999 999.
            #[must_use]
            pub const fn new(number: u32) -> Option<Self> {
                if number >= 1 && number <= Self::MAX.get() { Some(Self::held(number)) } else { None }
            }

            /// The number, 1 to 999 999.
            #[must_use]
            pub const fn get(self) -> u32 {
                self.0.get()
            }

            /// A number that is in range. That none is zero leaves zero for `None`.
            const fn held(number: u32) -> Self {
                match NonZeroU32::new(number) {
                    Some(number) => Self(number),
                    None => Self(NonZeroU32::MIN),
                }
            }

            /// The number after this one; 999 999 is followed by 1.
            #[must_use]
            pub const fn next(self) -> Self {
                self.ahead(1)
            }

            /// The number `steps` after this one, counted round the wrap.
            #[must_use]
            pub const fn ahead(self, steps: u32) -> Self {
                // Both terms are below 1 000 000: the sum fits.
                Self::held((self.get() - 1 + steps % Self::MAX.get()) % Self::MAX.get() + 1)
            }

            /// How many steps lead from this number to `other`, 0 to 999 998.
            #[must_use]
            pub const fn steps_to(self, other: Self) -> u32 {
                (other.get() + Self::MAX.get() - self.get()) % Self::MAX.get()
            }
        }

        impl TryFrom<u32> for $name {
            type Error = OutOfRange;
            fn try_from(value: u32) -> Result<Self, OutOfRange> {
                Self::new(value).ok_or(OutOfRange { value, min: 1, max: Self::MAX.get() })
            }
        }

        impl From<$name> for u32 {
            fn from(number: $name) -> u32 {
                number.get()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:06}", self.get())
            }
        }
    };
}

six_digits! {
    /// Systems trace audit number (DE11), 1 to 999 999; zero is skipped at the wrap.
    Stan
}
six_digits! {
    /// Batch number (part of DE60), 1 to 999 999; one more when a close is complete.
    Batch
}
six_digits! {
    /// Invoice or receipt number (DE62), 1 to 999 999: a counter apart from the STAN.
    Invoice
}
