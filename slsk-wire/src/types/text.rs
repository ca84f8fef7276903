//! [`Text`]: a string that keeps the bytes it came with.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;

use crate::error::EncodeError;
use crate::input::{Input, Parsed};
use crate::schema::Shape;
use crate::wire::Wire;

/// A string as it came over the wire: UTF-8 from today's clients, Latin-1 from some old ones.
///
/// It compares, hashes and encodes by its bytes, so that a path goes back to its owner exactly as it
/// came. It shows as UTF-8 where the bytes are valid UTF-8 and as Latin-1 where they are not.
///
/// A decoded text shares the memory of its frame. [`detach`](Self::detach) a text that is kept for long.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Bytes);

impl Text {
    /// An empty text.
    #[must_use]
    pub const fn new() -> Self {
        Self(Bytes::new())
    }

    /// A text of bytes in any encoding.
    #[must_use]
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Self {
        Self(bytes.into())
    }

    /// The bytes on the wire.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text, if it is UTF-8.
    #[must_use]
    pub fn as_utf8(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The text for showing: UTF-8, else Latin-1.
    #[must_use]
    pub fn to_str(&self) -> Cow<'_, str> {
        match self.as_utf8() {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(self.0.iter().copied().map(char::from).collect()),
        }
    }

    /// The length on the wire, in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A copy with memory of its own, which does not keep the frame alive.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(Bytes::copy_from_slice(&self.0))
    }
}

impl Wire for Text {
    const MIN_LEN: usize = 4;
    const SHAPE: Shape = Shape::Text;

    #[inline]
    fn parse(input: Input<'_>) -> Parsed<'_, Self> {
        let (input, bytes) = super::parse_bytes(input)?;
        Ok((input, Self(bytes)))
    }

    fn encoded_len(&self) -> usize {
        4 + self.0.len()
    }

    fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        super::encode_bytes(&self.0, out)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_str())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_str(), f)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(Bytes::copy_from_slice(text.as_bytes()))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Text {
    fn arbitrary(source: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        Vec::<u8>::arbitrary(source).map(Self::from_bytes)
    }
}
