//! Structs whose optional fields cost nothing when absent.
//!
//! Stored form: a word of presence bits (a varint), the fields that are always there, then
//! the optional ones that are present, in the order written. With a `tag`, the word's three
//! low bits hold that field. A later version appends optional fields with the next bits:
//! this reader ignores those bits and leaves the bytes behind as trailing ones.

use serde::de::{Error, SeqAccess};
use serde::{Deserialize, Serialize};

/// An upper bound of the number of elements; the stored form does not contain it.
pub(crate) const ELEMENTS: usize = 32;
/// How many low bits of the word a tag takes.
pub(crate) const TAG_BITS: u32 = 3;

/// The next element, which must be there.
pub(crate) fn need<'de, A: SeqAccess<'de>, T: Deserialize<'de>>(
    seq: &mut A,
) -> Result<T, A::Error> {
    seq.next_element()?.ok_or_else(|| A::Error::custom("ends early"))
}

/// Writes an optional element if it is there.
pub(crate) fn give<S: serde::ser::SerializeTuple, T: Serialize>(
    out: &mut S,
    value: Option<&T>,
) -> Result<(), S::Error> {
    value.map_or(Ok(()), |value| out.serialize_element(value))
}

/// See the module's description.
macro_rules! sparse {
    ($name:ident { $(tag { $tag:ident },)? always { $($a:ident),* $(,)? }, maybe { $($m:ident),* $(,)? } $(,)? }) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeTuple;
                #[allow(unused_mut, reason = "the bit moves only where optional fields follow")]
                let mut bits = 0u16;
                let mut bit = 1u16;
                $(
                    bits |= if self.$m.is_some() { bit } else { 0 };
                    bit <<= 1;
                )*
                let _ = bit;
                $( bits = bits << $crate::record::sparse::TAG_BITS | u16::from(u8::from(self.$tag)); )?
                let mut out = s.serialize_tuple($crate::record::sparse::ELEMENTS)?;
                out.serialize_element(&bits)?;
                $( out.serialize_element(&self.$a)?; )*
                $( $crate::record::sparse::give(&mut out, self.$m.as_ref())?; )*
                out.end()
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                struct Fields;
                impl<'de> serde::de::Visitor<'de> for Fields {
                    type Value = $name;
                    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                        f.write_str(stringify!($name))
                    }
                    fn visit_seq<A: serde::de::SeqAccess<'de>>(
                        self,
                        mut seq: A,
                    ) -> Result<$name, A::Error> {
                        use $crate::record::sparse::need;
                        let mut bits: u16 = need(&mut seq)?;
                        $(
                            let low = bits & ((1 << $crate::record::sparse::TAG_BITS) - 1);
                            let $tag = TryFrom::try_from(low as u8)
                                .map_err(<A::Error as serde::de::Error>::custom)?;
                            bits >>= $crate::record::sparse::TAG_BITS;
                        )?
                        $( let $a = need(&mut seq)?; )*
                        $(
                            let $m = if bits & 1 == 1 { Some(need(&mut seq)?) } else { None };
                            bits >>= 1;
                        )*
                        let _ = bits;
                        Ok($name { $($tag,)? $($a,)* $($m,)* })
                    }
                }
                d.deserialize_tuple($crate::record::sparse::ELEMENTS, Fields)
            }
        }
    };
}
pub(crate) use sparse;
