//! The attributes of an audio file.

use std::fmt;
use std::ops::Deref;

use slsk_derive::Wire;
use smallvec::SmallVec;

use crate::error::{DecodeErrorKind, EncodeError};
use crate::input::{Input, Parsed};
use crate::schema::Shape;
use crate::types::{encode_list, list_len};
use crate::wire::Wire;

open_enum! {
    /// What an [`Attribute`] says.
    pub enum AttributeKind: u32 {
        /// Kilobits a second.
        Bitrate = 0,
        /// The length in seconds.
        Duration = 1,
        /// 1 for a variable bitrate.
        VariableBitrate = 2,
        /// The encoder, as an old description has it; unused.
        Encoder = 3,
        /// Samples a second.
        SampleRate = 4,
        /// Bits a sample.
        BitDepth = 5,
    }
}

/// One attribute of an audio file.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
pub struct Attribute {
    /// What it says.
    pub kind: AttributeKind,
    /// The number.
    pub value: u32,
}

/// The attributes of a file, inline: most files have three.
///
/// Lossy files carry bitrate and duration, perhaps whether the bitrate varies; lossless ones duration,
/// sample rate and bit depth.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Attributes(SmallVec<[Attribute; 3]>);

impl Attributes {
    /// Those of a lossy file: kilobits a second, seconds and, where it is known, whether the bitrate varies.
    #[must_use]
    pub fn lossy(bitrate: u32, duration: u32, variable: Option<bool>) -> Self {
        let variable = variable.map(|varies| (AttributeKind::VariableBitrate, varies.into()));
        [
            (AttributeKind::Bitrate, bitrate),
            (AttributeKind::Duration, duration),
        ]
        .into_iter()
        .chain(variable)
        .collect()
    }

    /// Those of a lossless file: seconds, samples a second, bits a sample.
    #[must_use]
    pub fn lossless(duration: u32, sample_rate: u32, bit_depth: u32) -> Self {
        [
            (AttributeKind::Duration, duration),
            (AttributeKind::SampleRate, sample_rate),
            (AttributeKind::BitDepth, bit_depth),
        ]
        .into_iter()
        .collect()
    }

    /// The value of the first attribute of this kind.
    #[must_use]
    pub fn get(&self, kind: &AttributeKind) -> Option<u32> {
        self.iter().find(|a| a.kind == *kind).map(|a| a.value)
    }

    /// Kilobits a second.
    #[must_use]
    pub fn bitrate(&self) -> Option<u32> {
        self.get(&AttributeKind::Bitrate)
    }

    /// The length in seconds.
    #[must_use]
    pub fn duration(&self) -> Option<u32> {
        self.get(&AttributeKind::Duration)
    }

    /// Whether the bitrate varies; `None` when the file does not say.
    #[must_use]
    pub fn is_variable_bitrate(&self) -> Option<bool> {
        self.get(&AttributeKind::VariableBitrate).map(|v| v != 0)
    }

    /// Samples a second.
    #[must_use]
    pub fn sample_rate(&self) -> Option<u32> {
        self.get(&AttributeKind::SampleRate)
    }

    /// Bits a sample.
    #[must_use]
    pub fn bit_depth(&self) -> Option<u32> {
        self.get(&AttributeKind::BitDepth)
    }

    /// Whether they say that the file is lossless, which is by a bit depth.
    #[must_use]
    pub fn is_lossless(&self) -> bool {
        self.bit_depth().is_some()
    }
}

impl Deref for Attributes {
    type Target = [Attribute];

    fn deref(&self) -> &[Attribute] {
        &self.0
    }
}

impl FromIterator<(AttributeKind, u32)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (AttributeKind, u32)>>(pairs: I) -> Self {
        let pairs = pairs.into_iter();
        Self(
            pairs
                .map(|(kind, value)| Attribute { kind, value })
                .collect(),
        )
    }
}

impl FromIterator<Attribute> for Attributes {
    fn from_iter<I: IntoIterator<Item = Attribute>>(attributes: I) -> Self {
        Self(attributes.into_iter().collect())
    }
}

impl fmt::Debug for Attributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.iter().map(|a| (&a.kind, a.value)))
            .finish()
    }
}

impl Wire for Attributes {
    const MIN_LEN: usize = 4;
    const SHAPE: Shape = Shape::List(&Attribute::SHAPE);

    #[inline]
    fn parse(input: Input<'_>) -> Parsed<'_, Self> {
        let (input, count) = u32::parse(input)?;
        let length = (count as usize).saturating_mul(Attribute::MIN_LEN);
        let Some((rest, bytes)) = input.split(length) else {
            let left = input.len();
            return Err(input.error(DecodeErrorKind::CountBeyondEnd { count, left }));
        };
        let (pairs, _) = bytes.as_chunks::<8>();
        let attribute = |[a, b, c, d, value @ ..]: &[u8; 8]| Attribute {
            kind: u32::from_le_bytes([*a, *b, *c, *d]).into(),
            value: u32::from_le_bytes(*value),
        };
        Ok((rest, Self(pairs.iter().map(attribute).collect())))
    }

    fn encoded_len(&self) -> usize {
        list_len(self)
    }

    fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        encode_list(self, out)
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Attributes {
    fn arbitrary(source: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        Vec::<Attribute>::arbitrary(source).map(|attributes| attributes.into_iter().collect())
    }
}

#[cfg(feature = "proptest")]
impl crate::Sample for Attributes {
    fn strategy() -> proptest::strategy::BoxedStrategy<Self> {
        use proptest::strategy::Strategy;
        Vec::<Attribute>::strategy()
            .prop_map(Self::from_iter)
            .boxed()
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Attributes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.as_slice().serialize(serializer)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Attributes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<Attribute>::deserialize(deserializer).map(Self::from_iter)
    }
}
