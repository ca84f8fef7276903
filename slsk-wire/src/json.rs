//! serde for the types that JSON has no word for, and [`FamilyJson`].
//!
//! A text is a string where it is UTF-8 and `{"$hex": ".."}` where it is not; bytes are always
//! `{"$hex": ".."}`. Everything else is serde's usual form: numbers, bools, arrays, objects, and `null`
//! for an absent field.

use std::fmt;

use bytes::Bytes;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

use crate::family::Unknown;
use crate::types::{Blob, Rest, Text};

const HEX: &str = "$hex";

/// The fields of a message of this family, without its name. Derived.
pub trait FamilyJson: Sized {
    /// Writes the fields as a map, in wire order.
    ///
    /// # Errors
    /// Those of the serializer.
    fn serialize_fields<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    /// Reads the fields of the message with `code`.
    ///
    /// # Errors
    /// When a field is missing, unknown or of another type.
    fn deserialize_fields<'de, D: Deserializer<'de>>(
        code: u32,
        deserializer: D,
    ) -> Result<Self, D::Error>;
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.as_utf8() {
            Some(text) => serializer.serialize_str(text),
            None => serialize_hex(self.as_bytes(), serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(Hex { or_text: true })
            .map(Self::from_bytes)
    }
}

/// `{"payload": {"$hex": ".."}}`.
impl Serialize for Unknown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("payload", &Rest(self.payload.clone()))?;
        map.end()
    }
}

impl Unknown {
    /// Reads what [`Serialize`] writes.
    #[doc(hidden)]
    pub fn deserialize_payload<'de, D: Deserializer<'de>>(
        code: u32,
        deserializer: D,
    ) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Fields {
            payload: Rest,
        }
        let payload = Fields::deserialize(deserializer)?.payload.0;
        Ok(Self { code, payload })
    }
}

macro_rules! as_hex {
    ($($ty:ident),*) => {$(
        impl Serialize for $ty {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serialize_hex(self, serializer)
            }
        }

        impl<'de> Deserialize<'de> for $ty {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(Hex { or_text: false }).map(Self)
            }
        }
    )*};
}

as_hex!(Blob, Rest);

fn serialize_hex<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(HEX, &const_hex::encode(bytes))?;
    map.end()
}

/// Reads `{"$hex": ".."}` and, for a text, a string.
struct Hex {
    or_text: bool,
}

impl<'de> Visitor<'de> for Hex {
    type Value = Bytes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.or_text {
            f.write_str("a string or ")?;
        }
        f.write_str("{\"$hex\": \"..\"}")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Bytes, E> {
        if self.or_text {
            Ok(Bytes::copy_from_slice(text.as_bytes()))
        } else {
            Err(E::invalid_type(serde::de::Unexpected::Str(text), &self))
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Bytes, A::Error> {
        let Some((key, digits)) = map.next_entry::<String, String>()? else {
            return Err(A::Error::missing_field(HEX));
        };
        if key != HEX {
            return Err(A::Error::unknown_field(&key, &[HEX]));
        }
        if map.next_key::<String>()?.is_some() {
            return Err(A::Error::custom(format_args!("`{HEX}` stands alone")));
        }
        if digits.starts_with("0x") {
            return Err(A::Error::custom("bad hex: it begins without 0x"));
        }
        const_hex::decode(&digits)
            .map(Bytes::from)
            .map_err(|error| A::Error::custom(format_args!("bad hex: {error}")))
    }
}
