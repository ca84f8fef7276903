//! The types that fields are made of.

mod blob;
mod depth;
mod list;
#[macro_use]
mod open_enum;
mod primitives;
mod secret;
mod text;

pub use blob::{Blob, Rest};
pub use depth::Depth;
pub(crate) use list::{encode_list, list_len};
pub use secret::Secret;
pub use text::Text;

use bytes::Bytes;

use crate::error::{DecodeErrorKind, EncodeError, EncodeErrorKind};
use crate::input::{Input, Parsed};
use crate::wire::Wire;

/// Reads a `u32` length and as many bytes.
#[inline]
fn parse_bytes(input: Input<'_>) -> Parsed<'_, Bytes> {
    let (input, length) = u32::parse(input)?;
    if let Some((rest, bytes)) = input.split(length as usize) {
        return Ok((rest, input.share(bytes)));
    }
    let left = input.len();
    Err(input.error(DecodeErrorKind::LengthBeyondEnd { length, left }))
}

/// Writes a `u32` length and the bytes.
fn encode_bytes(bytes: &[u8], out: &mut Vec<u8>) -> Result<(), EncodeError> {
    encode_length(bytes.len(), out)?;
    out.extend_from_slice(bytes);
    Ok(())
}

fn encode_length(length: usize, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    let length = u32::try_from(length).map_err(|_| EncodeErrorKind::TooLong)?;
    out.extend_from_slice(&length.to_le_bytes());
    Ok(())
}
