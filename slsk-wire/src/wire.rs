//! The traits that a declaration implements: [`Wire`], [`Message`], [`Family`].

use std::fmt::Debug;

use crate::decoder::{Decoded, Decoder};
use crate::encoder::Encoder;
use crate::error::{DecodeError, EncodeError};
use crate::family::FamilyId;
use crate::frame::Frame;
use crate::input::{Input, Parsed};
use crate::schema::{FamilySchema, MessageSchema, Shape};
use crate::support;

/// A value with a place in a frame: a primitive, a record or a message body.
///
/// Derived for structs; written by hand only for primitives and for shapes that no attribute describes.
pub trait Wire:
    Clone + Debug + PartialEq + Sized + 'static + support::Arbitrary + support::Sample + support::Json
{
    /// The least number of bytes a value occupies. It bounds the element count of a list.
    const MIN_LEN: usize;
    /// The layout, for the specification and for tools.
    const SHAPE: Shape;
    /// Whether the value takes all the rest of the frame, whatever its length.
    const GREEDY: bool = false;
    /// Why no field can have this type. Derived code refuses such a field.
    #[doc(hidden)]
    const FLAW: Option<&'static str> = None;

    /// Reads a value: a nom parser.
    ///
    /// # Errors
    /// [`DecodeError`] without the name of the message, which [`Decoder`] adds.
    fn parse(input: Input<'_>) -> Parsed<'_, Self>;

    /// The exact number of bytes that [`encode`](Self::encode) appends, before compression.
    fn encoded_len(&self) -> usize;

    /// Appends the value to `out`.
    ///
    /// # Errors
    /// When the value contradicts itself, such as a success with a reason for refusal, or is too long
    /// for its length field. `out` may then hold a part of it.
    fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError>;
}

/// A message: a record with a code.
pub trait Message: Wire {
    /// The code in front of the body, unique in each family.
    const CODE: u32;
    /// Whether the body is one zlib stream.
    const COMPRESSED: bool;
    /// Name, layout and documentation.
    const SCHEMA: &'static MessageSchema;
}

/// The messages that can follow each other on one connection in one direction.
pub trait Family:
    Clone
    + Debug
    + PartialEq
    + Sized
    + 'static
    + support::Arbitrary
    + support::Sample
    + support::FamilyJson
{
    /// Which family this is.
    const ID: FamilyId;
    /// Name, code width and messages.
    const SCHEMA: &'static FamilySchema;

    /// The schema of the message, or `None` for an unknown code.
    fn schema(&self) -> Option<&'static MessageSchema>;

    /// The code of the message.
    fn code(&self) -> u32;

    /// The name of the message, `"Unknown"` for an unknown code.
    fn name(&self) -> &'static str {
        self.schema().map_or("Unknown", |schema| schema.record.name)
    }

    /// Decodes the body of `frame` by its code. [`Decoder::decode`] is the usual way in.
    ///
    /// # Errors
    /// When the body is not what the code promises.
    fn decode_with(decoder: &mut Decoder, frame: &Frame) -> Result<Decoded<Self>, DecodeError>;

    /// Appends the body, compressed where the message is. [`Encoder::frame`] is the usual way in.
    ///
    /// # Errors
    /// As [`Wire::encode`].
    fn encode_with(&self, encoder: &mut Encoder, out: &mut Vec<u8>) -> Result<(), EncodeError>;

    /// The exact size of the body before compression, in bytes.
    fn encoded_len(&self) -> usize;

    /// The message as a frame: length, code, body.
    ///
    /// # Errors
    /// As [`Wire::encode`].
    fn to_frame(&self) -> Result<Vec<u8>, EncodeError> {
        let mut out = Vec::new();
        Encoder::default().frame(self, &mut out)?;
        Ok(out)
    }

    /// Calls the visitor once for each message type of the family, in declaration order.
    fn visit(visitor: &mut impl MessageVisitor);
}

/// Something to be done with every message type.
///
/// Tests, fuzzers and the specification go through a visitor, so that a new message cannot be left out.
pub trait MessageVisitor {
    /// Called for each message type `M` of the family `F`.
    fn visit<F: Family + From<M>, M: Message>(&mut self);
}
