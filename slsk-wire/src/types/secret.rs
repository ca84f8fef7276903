//! [`Secret`]: a text that does not show itself.

use std::fmt;

use crate::error::EncodeError;
use crate::input::{Input, Parsed};
use crate::schema::Shape;
use crate::types::Text;
use crate::wire::Wire;

/// A password, or a hash of one: a text that `Debug` hides and that has no `Display`.
#[derive(Clone, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(transparent)
)]
pub struct Secret(Text);

impl Secret {
    /// The text, to be used and not to be shown.
    #[must_use]
    pub fn reveal(&self) -> &Text {
        &self.0
    }
}

impl<T: Into<Text>> From<T> for Secret {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Wire for Secret {
    const MIN_LEN: usize = Text::MIN_LEN;
    const SHAPE: Shape = Shape::Secret;

    fn parse(input: Input<'_>) -> Parsed<'_, Self> {
        let (input, text) = Text::parse(input)?;
        Ok((input, Self(text)))
    }

    fn encoded_len(&self) -> usize {
        self.0.encoded_len()
    }

    fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.0.encode(out)
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Secret {
    fn arbitrary(source: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        Text::arbitrary(source).map(Self)
    }
}
