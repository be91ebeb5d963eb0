//! Enumerations that are stored as one byte with a number that never changes.

use core::fmt;

/// A byte that stands for no value of its enumeration: written by a newer version, or rotten.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownValue(pub u8);

impl fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the byte {:#04x} stands for no known value", self.0)
    }
}

impl core::error::Error for UnknownValue {}

/// An enumeration whose numbers are written down and frozen, with serde as that one byte.
macro_rules! coded {
    (
        $(#[$doc:meta])*
        $name:ident { $( $(#[$vdoc:meta])* $variant:ident = $id:literal, )* }
    ) => {
        $(#[$doc])*
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "u8", into = "u8")]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum $name { $( $(#[$vdoc])* $variant = $id, )* }

        impl $name {
            /// Every value, in the order of the stored numbers.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )* ];
        }

        impl TryFrom<u8> for $name {
            type Error = $crate::record::UnknownValue;
            fn try_from(id: u8) -> Result<Self, Self::Error> {
                match id {
                    $( $id => Ok(Self::$variant), )*
                    other => Err($crate::record::UnknownValue(other)),
                }
            }
        }

        impl From<$name> for u8 {
            fn from(value: $name) -> u8 {
                value as u8
            }
        }
    };
}
pub(crate) use coded;
