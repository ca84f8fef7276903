//! What the parsers read: a place in a frame.

use std::iter::{Copied, Enumerate};
use std::slice::Iter;

use bytes::Bytes;
use nom::{IResult, Needed};

use crate::error::{DecodeError, DecodeErrorKind, Segment};

/// The result of a parser.
pub type Parsed<'a, T> = IResult<Input<'a>, T, Box<DecodeError>>;

/// A place in the body of a frame, with the body at hand, so that a text can share its memory.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    body: &'a Bytes,
    rest: &'a [u8],
}

impl<'a> Input<'a> {
    /// The beginning of `body`.
    #[must_use]
    pub fn new(body: &'a Bytes) -> Self {
        Self { body, rest: body }
    }

    /// The number of bytes left.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rest.len()
    }

    /// Whether nothing is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The number of bytes before this place.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.body.len() - self.rest.len()
    }

    /// What is left, sharing the memory of the body.
    #[must_use]
    pub fn to_bytes(&self) -> Bytes {
        self.body.slice_ref(self.rest)
    }

    /// What is left.
    #[must_use]
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next `N` bytes.
    #[inline]
    pub(crate) fn array<const N: usize>(self) -> Parsed<'a, [u8; N]> {
        match self.rest.split_first_chunk() {
            Some((array, rest)) => Ok((Self { rest, ..self }, *array)),
            None => Err(self.error(DecodeErrorKind::UnexpectedEnd)),
        }
    }

    /// The next `count` bytes, if they are there.
    #[inline]
    pub(crate) fn split(self, count: usize) -> Option<(Self, &'a [u8])> {
        let (bytes, rest) = self.rest.split_at_checked(count)?;
        Some((Self { rest, ..self }, bytes))
    }

    /// Bytes that [`split`](Self::split) gave, sharing the memory of the body.
    #[inline]
    pub(crate) fn share(self, bytes: &'a [u8]) -> Bytes {
        self.body.slice_ref(bytes)
    }

    /// An error at this place.
    #[cold]
    #[must_use]
    pub fn error(&self, kind: DecodeErrorKind) -> nom::Err<Box<DecodeError>> {
        nom::Err::Error(Box::new(DecodeError::new(self.offset(), kind)))
    }
}

/// The error with the step that led to it.
#[cold]
pub(crate) fn inside(
    error: nom::Err<Box<DecodeError>>,
    segment: Segment,
) -> nom::Err<Box<DecodeError>> {
    error.map(|mut error| {
        error.path.wrap(segment);
        error
    })
}

impl<'a> nom::Input for Input<'a> {
    type Item = u8;
    type Iter = Copied<Iter<'a, u8>>;
    type IterIndices = Enumerate<Self::Iter>;

    fn input_len(&self) -> usize {
        self.rest.len()
    }

    fn take(&self, count: usize) -> Self {
        Self {
            rest: &self.rest[..count],
            ..*self
        }
    }

    fn take_from(&self, count: usize) -> Self {
        Self {
            rest: &self.rest[count..],
            ..*self
        }
    }

    fn take_split(&self, count: usize) -> (Self, Self) {
        (self.take_from(count), self.take(count))
    }

    fn position<P: Fn(u8) -> bool>(&self, predicate: P) -> Option<usize> {
        self.rest.iter().position(|byte| predicate(*byte))
    }

    fn iter_elements(&self) -> Self::Iter {
        self.rest.iter().copied()
    }

    fn iter_indices(&self) -> Self::IterIndices {
        self.iter_elements().enumerate()
    }

    fn slice_index(&self, count: usize) -> Result<usize, Needed> {
        match count.checked_sub(self.rest.len()) {
            None | Some(0) => Ok(count),
            Some(missing) => Err(Needed::new(missing)),
        }
    }
}
