//! Walks a value before it is canonicalised and refuses every number that would change.
//!
//! The canonicalising serialiser turns integers into doubles and a nested infinity into `null`,
//! both without a word.

use std::fmt::Display;

use serde::ser::{
    Error, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
    SerializeTuple, SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::CanonicalError;

/// The largest magnitude up to which every integer is an exact double: 2^53.
pub(super) const EXACT_MAX: u128 = 1 << 53;

pub(super) fn check_numbers<T: Serialize + ?Sized>(value: &T) -> Result<(), CanonicalError> {
    value.serialize(Check)
}

#[derive(Clone, Copy)]
struct Check;

impl Check {
    fn integer(magnitude: u128, value: impl Display) -> Result<(), CanonicalError> {
        if magnitude > EXACT_MAX {
            return Err(CanonicalError::NumberTooLarge(value.to_string()));
        }
        Ok(())
    }
}

impl Error for CanonicalError {
    fn custom<T: Display>(message: T) -> Self {
        Self::Unserializable(message.to_string())
    }
}

type Outcome = Result<(), CanonicalError>;

impl Serializer for Check {
    type Ok = ();
    type Error = CanonicalError;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    fn serialize_bool(self, _: bool) -> Outcome {
        Ok(())
    }
    fn serialize_i8(self, _: i8) -> Outcome {
        Ok(())
    }
    fn serialize_i16(self, _: i16) -> Outcome {
        Ok(())
    }
    fn serialize_i32(self, _: i32) -> Outcome {
        Ok(())
    }
    fn serialize_i64(self, value: i64) -> Outcome {
        Self::integer(u128::from(value.unsigned_abs()), value)
    }
    fn serialize_i128(self, value: i128) -> Outcome {
        Self::integer(value.unsigned_abs(), value)
    }
    fn serialize_u8(self, _: u8) -> Outcome {
        Ok(())
    }
    fn serialize_u16(self, _: u16) -> Outcome {
        Ok(())
    }
    fn serialize_u32(self, _: u32) -> Outcome {
        Ok(())
    }
    fn serialize_u64(self, value: u64) -> Outcome {
        Self::integer(u128::from(value), value)
    }
    fn serialize_u128(self, value: u128) -> Outcome {
        Self::integer(value, value)
    }
    fn serialize_f32(self, value: f32) -> Outcome {
        self.serialize_f64(f64::from(value))
    }
    fn serialize_f64(self, value: f64) -> Outcome {
        if !value.is_finite() {
            return Err(CanonicalError::NotFinite);
        }
        Ok(())
    }
    fn serialize_char(self, _: char) -> Outcome {
        Ok(())
    }
    fn serialize_str(self, _: &str) -> Outcome {
        Ok(())
    }
    fn serialize_bytes(self, _: &[u8]) -> Outcome {
        Ok(())
    }
    fn serialize_none(self) -> Outcome {
        Ok(())
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Outcome {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Outcome {
        Ok(())
    }
    fn serialize_unit_struct(self, _: &'static str) -> Outcome {
        Ok(())
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Outcome {
        Ok(())
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Outcome {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Outcome {
        value.serialize(self)
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<Self, CanonicalError> {
        Ok(self)
    }
    fn serialize_tuple(self, _: usize) -> Result<Self, CanonicalError> {
        Ok(self)
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, CanonicalError> {
        Ok(self)
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, CanonicalError> {
        Ok(self)
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Self, CanonicalError> {
        Ok(self)
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, CanonicalError> {
        Ok(self)
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, CanonicalError> {
        Ok(self)
    }
    fn collect_str<T: Display + ?Sized>(self, _: &T) -> Outcome {
        Ok(())
    }
}

impl SerializeSeq for Check {
    type Ok = ();
    type Error = CanonicalError;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Outcome {
        value.serialize(*self)
    }
    fn end(self) -> Outcome {
        Ok(())
    }
}

impl SerializeTuple for Check {
    type Ok = ();
    type Error = CanonicalError;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Outcome {
        value.serialize(*self)
    }
    fn end(self) -> Outcome {
        Ok(())
    }
}

impl SerializeTupleStruct for Check {
    type Ok = ();
    type Error = CanonicalError;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Outcome {
        value.serialize(*self)
    }
    fn end(self) -> Outcome {
        Ok(())
    }
}

impl SerializeTupleVariant for Check {
    type Ok = ();
    type Error = CanonicalError;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Outcome {
        value.serialize(*self)
    }
    fn end(self) -> Outcome {
        Ok(())
    }
}

impl SerializeMap for Check {
    type Ok = ();
    type Error = CanonicalError;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Outcome {
        key.serialize(*self)
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Outcome {
        value.serialize(*self)
    }
    fn end(self) -> Outcome {
        Ok(())
    }
}

impl SerializeStruct for Check {
    type Ok = ();
    type Error = CanonicalError;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Outcome {
        value.serialize(*self)
    }
    fn end(self) -> Outcome {
        Ok(())
    }
}

impl SerializeStructVariant for Check {
    type Ok = ();
    type Error = CanonicalError;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Outcome {
        value.serialize(*self)
    }
    fn end(self) -> Outcome {
        Ok(())
    }
}
