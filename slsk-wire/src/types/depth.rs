//! [`Depth`]: a number that some clients send in four bytes and some in one.

use crate::error::EncodeError;
use crate::input::{Input, Parsed};
use crate::schema::Shape;
use crate::wire::Wire;

/// A number of levels: four bytes, or one where a single byte is left of the frame.
///
/// In JSON a number, and `{"$u8": 5}` for a single byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(
        untagged,
        deny_unknown_fields,
        expecting = "a number up to 4294967295, or {\"$u8\": 5} for a single byte"
    )
)]
pub enum Depth {
    /// Four bytes, as it should be.
    U32(u32),
    /// A single byte, as `SoulseekQt` sent it.
    U8 {
        /// The number.
        #[cfg_attr(feature = "serde", serde(rename = "$u8"))]
        depth: u8,
    },
}

impl Depth {
    /// The number.
    #[must_use]
    pub fn get(self) -> u32 {
        match self {
            Self::U32(depth) => depth,
            Self::U8 { depth } => depth.into(),
        }
    }
}

impl From<u32> for Depth {
    fn from(depth: u32) -> Self {
        Self::U32(depth)
    }
}

impl Wire for Depth {
    const MIN_LEN: usize = 1;
    const SHAPE: Shape = Shape::U32OrU8;

    fn parse(input: Input<'_>) -> Parsed<'_, Self> {
        if input.len() == u8::MIN_LEN {
            let (input, depth) = u8::parse(input)?;
            return Ok((input, Self::U8 { depth }));
        }
        let (input, depth) = u32::parse(input)?;
        Ok((input, Self::U32(depth)))
    }

    fn encoded_len(&self) -> usize {
        match self {
            Self::U32(_) => u32::MIN_LEN,
            Self::U8 { .. } => u8::MIN_LEN,
        }
    }

    fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        match self {
            Self::U32(depth) => depth.encode(out),
            Self::U8 { depth } => depth.encode(out),
        }
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Depth {
    fn arbitrary(source: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        Ok(if source.arbitrary()? {
            Self::U32(source.arbitrary()?)
        } else {
            let depth = source.arbitrary()?;
            Self::U8 { depth }
        })
    }
}

#[cfg(feature = "proptest")]
impl crate::Sample for Depth {
    fn strategy() -> proptest::strategy::BoxedStrategy<Self> {
        use proptest::strategy::Strategy;
        let byte = u8::strategy().prop_map(|depth| Self::U8 { depth });
        proptest::prop_oneof![u32::strategy().prop_map(Self::U32), byte].boxed()
    }
}
