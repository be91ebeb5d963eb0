//! Writes postcard with one function for each kind of number: see `take`.

use postcard::ser_flavors::{Flavor, Slice};
use serde::Serialize;
use serde::ser::{
    self, Error as _, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

use super::take::Malformed;

impl ser::Error for Malformed {
    fn custom<T: core::fmt::Display>(_: T) -> Self {
        Malformed
    }
}

type Done = Result<(), Malformed>;

/// Writes a value to the front of `out`; how many bytes.
pub(crate) fn put(value: &impl Serialize, out: &mut [u8]) -> Result<usize, Malformed> {
    let mut putter = Putter(postcard::Serializer { output: Slice::new(out) });
    value.serialize(&mut putter)?;
    putter.0.output.finalize().map(|written| written.len()).map_err(|_| Malformed)
}

pub(crate) struct Putter<'o>(postcard::Serializer<Slice<'o>>);

impl Putter<'_> {
    #[inline(always)]
    fn own(&mut self, value: impl Serialize) -> Done {
        value.serialize(&mut self.0).map_err(|_| Malformed)
    }

    #[inline(never)]
    fn byte(&mut self, value: u8) -> Done {
        self.own(value)
    }

    #[inline(never)]
    fn word(&mut self, value: u32) -> Done {
        match value {
            // One byte is itself, and most words are one: postcard would lay it out elsewhere first.
            0..0x80 => self.byte(value as u8),
            _ => self.own(value),
        }
    }

    #[inline(never)]
    fn long(&mut self, value: u64) -> Done {
        self.own(value)
    }

    #[inline(never)]
    fn text(&mut self, value: &str) -> Done {
        self.own(value)
    }
}

/// Calls with values of which none of the functions above knows.
macro_rules! absent {
    ($($call:ident $type:ty)*) => { $(
        fn $call(self, _: $type) -> Done {
            Err(Malformed::custom("no record has this"))
        }
    )* };
}

impl ser::Serializer for &mut Putter<'_> {
    type Ok = ();
    type Error = Malformed;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = ser::Impossible<(), Malformed>;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    absent! {
        serialize_i16 i16 serialize_i32 i32 serialize_i64 i64 serialize_f32 f32 serialize_f64 f64
        serialize_char char serialize_bytes &[u8] serialize_unit_struct &'static str
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_bool(self, value: bool) -> Done {
        self.byte(value.into())
    }

    fn serialize_i8(self, value: i8) -> Done {
        self.byte(value as u8)
    }

    fn serialize_u8(self, value: u8) -> Done {
        self.byte(value)
    }

    fn serialize_u16(self, value: u16) -> Done {
        // A number is as long as it needs, whatever its type.
        self.word(value.into())
    }

    fn serialize_u32(self, value: u32) -> Done {
        self.word(value)
    }

    fn serialize_u64(self, value: u64) -> Done {
        self.long(value)
    }

    fn serialize_str(self, value: &str) -> Done {
        self.text(value)
    }

    fn serialize_none(self) -> Done {
        self.byte(0)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        self.byte(1)?;
        value.serialize(self)
    }

    fn serialize_unit(self) -> Done {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, index: u32, _: &'static str) -> Done {
        self.word(index)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        value: &T,
    ) -> Done {
        self.word(index)?;
        value.serialize(self)
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Self, Malformed> {
        let len = len.and_then(|len| len.try_into().ok()).ok_or(Malformed)?;
        self.word(len)?;
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Malformed> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Malformed> {
        Ok(self)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Malformed> {
        self.word(index)?;
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Malformed> {
        Err(Malformed::custom("no record has this"))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Malformed> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Malformed> {
        self.word(index)?;
        Ok(self)
    }

    fn collect_str<T: core::fmt::Display + ?Sized>(self, _: &T) -> Done {
        Err(Malformed::custom("no record has this"))
    }
}

/// Parts of something that has no bytes of its own around them.
macro_rules! parts {
    ($($trait:ident $call:ident)*) => { $(
        impl $trait for &mut Putter<'_> {
            type Ok = ();
            type Error = Malformed;

            fn $call<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
                value.serialize(&mut **self)
            }

            fn end(self) -> Done {
                Ok(())
            }
        }
    )* };
}

/// The same, of parts that have names.
macro_rules! named {
    ($($trait:ident)*) => { $(
        impl $trait for &mut Putter<'_> {
            type Ok = ();
            type Error = Malformed;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Done {
                value.serialize(&mut **self)
            }

            fn end(self) -> Done {
                Ok(())
            }
        }
    )* };
}

parts! {
    SerializeSeq serialize_element
    SerializeTuple serialize_element
    SerializeTupleStruct serialize_field
    SerializeTupleVariant serialize_field
}
named! { SerializeStruct SerializeStructVariant }
