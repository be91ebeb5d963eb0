//! Identifiers that the host gives: RRN and authorization code, packed when all digits.

use super::text::TextError;
use core::fmt;
use serde::de::{Error, SeqAccess, Visitor};
use serde::ser::SerializeTuple;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The first byte of an identifier that is stored as text. The top byte of no number of
/// 12 digits in 5 bytes, or of 6 digits in 3, reaches it.
const AS_TEXT: u8 = 0xFF;

/// Writes a number of at most 12 digits, zeros in front.
fn digits(number: u64, chars: &mut [u8]) {
    // Firmware has no instruction that divides eight bytes: once, and then four.
    let halves = [number % HALF, number / HALF].map(|half| half as u32);
    for (chars, mut half) in chars.rchunks_mut(6).zip(halves) {
        for c in chars.iter_mut().rev() {
            *c = b'0' + (half % 10) as u8;
            half /= 10;
        }
    }
}

/// Six digits.
const HALF: u64 = 1_000_000;

/// A field of fixed length that is nearly always all digits.
macro_rules! host_id {
    ($(#[$doc:meta])* $name:ident, $chars:literal characters, $packed:literal bytes) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $chars]);

        impl $name {
            /// Takes the field as received, blanks included.
            ///
            /// # Errors
            /// Another length than the field's, or a byte that is not printable ASCII.
            pub fn new(field: &str) -> Result<Self, TextError> {
                let bytes: [u8; $chars] = field
                    .as_bytes()
                    .try_into()
                    .map_err(|_| TextError::Length { len: field.len(), max: $chars })?;
                if bytes.iter().all(|b| matches!(b, b' '..=b'~')) {
                    Ok(Self(bytes))
                } else {
                    Err(TextError::NotPrintable)
                }
            }

            /// The characters, as received.
            #[must_use]
            pub fn as_str(&self) -> &str {
                core::str::from_utf8(&self.0).unwrap_or_default()
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                let mut out = s.serialize_tuple($chars + 1)?;
                if self.0.iter().all(u8::is_ascii_digit) {
                    let digits = self.0.iter().map(|b| u64::from(b - b'0'));
                    let number = digits.fold(0, |number, digit| number * 10 + digit);
                    let bytes = number.to_be_bytes();
                    let skipped = bytes.len() - $packed;
                    bytes.iter().skip(skipped).try_for_each(|b| out.serialize_element(b))?;
                } else {
                    out.serialize_element(&AS_TEXT)?;
                    self.0.iter().try_for_each(|b| out.serialize_element(b))?;
                }
                out.end()
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                struct Bytes;
                impl<'de> Visitor<'de> for Bytes {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str(stringify!($name))
                    }
                    fn visit_seq<A: SeqAccess<'de>>(self, mut a: A) -> Result<$name, A::Error> {
                        let mut byte =
                            || a.next_element::<u8>()?.ok_or_else(|| A::Error::custom("short"));
                        let first = byte()?;
                        let mut chars = [0; $chars];
                        if first == AS_TEXT {
                            for c in &mut chars {
                                *c = byte()?;
                            }
                            let text = core::str::from_utf8(&chars).map_err(A::Error::custom)?;
                            return $name::new(text).map_err(A::Error::custom);
                        }
                        let mut number = u64::from(first);
                        for _ in 1..$packed {
                            number = number << 8 | u64::from(byte()?);
                        }
                        if number >= 10u64.pow($chars) {
                            return Err(A::Error::custom("too many digits"));
                        }
                        digits(number, &mut chars);
                        Ok($name(chars))
                    }
                }
                d.deserialize_tuple($chars + 1, Bytes)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.as_str())
            }
        }
    };
}

host_id! {
    /// Retrieval reference number (DE37), 12 characters; all digits take 5 bytes.
    Rrn, 12 characters, 5 bytes
}
host_id! {
    /// Authorization code (DE38), 6 characters; all digits take 3 bytes.
    AuthCode, 6 characters, 3 bytes
}
