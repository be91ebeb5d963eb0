//! Reads postcard with one function for each kind of number.
//!
//! postcard's own deserializer is meant to be inlined, and was: a loop for each number of each record.
//! Here postcard still says what the bytes mean, in functions that are there once, and an error is
//! nothing but an error, so that what they return fits into registers. The code for all records is
//! half as large so (DESIGN.md 6).

use postcard::de_flavors::Slice;
use serde::Deserialize;
use serde::de::{self, DeserializeSeed, Error as _, IntoDeserializer, Visitor};

/// The bytes are not what they should be; nobody asks in which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

impl core::fmt::Display for Malformed {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("malformed")
    }
}

impl core::error::Error for Malformed {}

impl de::Error for Malformed {
    fn custom<T: core::fmt::Display>(_: T) -> Self {
        Malformed
    }
}

/// Reads a value; bytes behind it are left alone.
pub(crate) fn take<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, Malformed> {
    T::deserialize(&mut Taker(postcard::Deserializer::from_bytes(bytes)))
}

pub(crate) struct Taker<'de>(postcard::Deserializer<'de, Slice<'de>>);

type Took<T> = Result<T, Malformed>;

impl<'de> Taker<'de> {
    #[inline(always)]
    fn own<T: Deserialize<'de>>(&mut self) -> Took<T> {
        T::deserialize(&mut self.0).map_err(|_| Malformed)
    }

    #[cfg_attr(not(feature = "std"), inline(never))]
    fn byte(&mut self) -> Took<u8> {
        self.own()
    }

    #[cfg_attr(not(feature = "std"), inline(never))]
    fn short(&mut self) -> Took<u16> {
        self.own()
    }

    #[cfg_attr(not(feature = "std"), inline(never))]
    fn word(&mut self) -> Took<u32> {
        self.own()
    }

    #[cfg_attr(not(feature = "std"), inline(never))]
    fn long(&mut self) -> Took<u64> {
        self.own()
    }

    #[cfg_attr(not(feature = "std"), inline(never))]
    fn text(&mut self) -> Took<&'de str> {
        self.own()
    }

    #[cfg_attr(not(feature = "std"), inline(never))]
    fn flag(&mut self) -> Took<bool> {
        self.own()
    }
}

/// Elements of which the number is known.
struct Elements<'t, 'de>(&'t mut Taker<'de>, usize);

impl<'de> de::SeqAccess<'de> for Elements<'_, 'de> {
    type Error = Malformed;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Took<Option<T::Value>> {
        if self.1 == 0 {
            return Ok(None);
        }
        self.1 -= 1;
        seed.deserialize(&mut *self.0).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.1)
    }
}

impl<'de> de::EnumAccess<'de> for &mut Taker<'de> {
    type Error = Malformed;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Took<(V::Value, Self)> {
        let index = self.word()?;
        Ok((seed.deserialize(index.into_deserializer())?, self))
    }
}

impl<'de> de::VariantAccess<'de> for &mut Taker<'de> {
    type Error = Malformed;

    fn unit_variant(self) -> Took<()> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Took<T::Value> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Took<V::Value> {
        visitor.visit_seq(Elements(self, len))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Took<V::Value> {
        visitor.visit_seq(Elements(self, fields.len()))
    }
}

/// Calls that hand the visitor what one of the functions above took.
macro_rules! numbers {
    ($($call:ident $visit:ident $take:ident)*) => { $(
        fn $call<V: Visitor<'de>>(self, visitor: V) -> Took<V::Value> {
            visitor.$visit(self.$take()?)
        }
    )* };
}

/// Calls for what no record has.
macro_rules! absent {
    ($($call:ident)*) => { $(
        fn $call<V: Visitor<'de>>(self, _: V) -> Took<V::Value> {
            Err(Malformed::custom("no record has this"))
        }
    )* };
}

impl<'de> de::Deserializer<'de> for &mut Taker<'de> {
    type Error = Malformed;

    numbers! {
        deserialize_bool visit_bool flag
        deserialize_u8 visit_u8 byte
        deserialize_u16 visit_u16 short
        deserialize_u32 visit_u32 word
        deserialize_u64 visit_u64 long
        deserialize_str visit_borrowed_str text
        deserialize_string visit_borrowed_str text
    }

    absent! {
        deserialize_any deserialize_i16 deserialize_i32 deserialize_i64 deserialize_f32 deserialize_f64
        deserialize_char deserialize_bytes deserialize_byte_buf deserialize_map deserialize_identifier
        deserialize_ignored_any
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    fn deserialize_i8<V: Visitor<'de>>(self, visitor: V) -> Took<V::Value> {
        visitor.visit_i8(self.byte()? as i8)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Took<V::Value> {
        // As postcard has it: one byte, 0 or 1.
        if self.flag()? { visitor.visit_some(self) } else { visitor.visit_none() }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Took<V::Value> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Took<V::Value> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Took<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Took<V::Value> {
        let len = self.word()? as usize;
        visitor.visit_seq(Elements(self, len))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Took<V::Value> {
        visitor.visit_seq(Elements(self, len))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Took<V::Value> {
        visitor.visit_seq(Elements(self, len))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Took<V::Value> {
        visitor.visit_seq(Elements(self, fields.len()))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Took<V::Value> {
        visitor.visit_enum(self)
    }
}
