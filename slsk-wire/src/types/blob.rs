//! Bytes without a meaning of their own: [`Blob`] with a length in front, [`Rest`] without.

use std::fmt;
use std::ops::Deref;

use bytes::Bytes;

use crate::error::EncodeError;
use crate::input::{Input, Parsed};
use crate::schema::Shape;
use crate::wire::Wire;

/// A `u32` length and as many bytes, such as a picture.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Blob(pub Bytes);

/// All the bytes up to the end of the frame.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Rest(pub Bytes);

impl Wire for Blob {
    const MIN_LEN: usize = 4;
    const SHAPE: Shape = Shape::Blob;

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

impl Wire for Rest {
    const MIN_LEN: usize = 0;
    const SHAPE: Shape = Shape::Rest;
    const GREEDY: bool = true;

    fn parse(input: Input<'_>) -> Parsed<'_, Self> {
        let (input, rest) = nom::combinator::rest(input)?;
        Ok((input, Self(rest.to_bytes())))
    }

    fn encoded_len(&self) -> usize {
        self.0.len()
    }

    fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        out.extend_from_slice(&self.0);
        Ok(())
    }
}

macro_rules! bytes_like {
    ($ty:ident) => {
        impl Deref for $ty {
            type Target = [u8];

            fn deref(&self) -> &[u8] {
                &self.0
            }
        }

        impl<T: Into<Bytes>> From<T> for $ty {
            fn from(bytes: T) -> Self {
                Self(bytes.into())
            }
        }

        /// Shows the length only: the bytes may be megabytes.
        impl fmt::Debug for $ty {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($ty), "({} bytes)"), self.0.len())
            }
        }

        #[cfg(feature = "arbitrary")]
        impl<'a> arbitrary::Arbitrary<'a> for $ty {
            fn arbitrary(source: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
                Vec::<u8>::arbitrary(source).map(Self::from)
            }
        }
    };
}

bytes_like!(Blob);
bytes_like!(Rest);
