//! From frames to messages: [`Decoder`].

mod directories;
mod peek;
mod stream;
mod strictness;

pub use directories::{Directories, ListedDirectory, SharesTail};
pub use peek::{Peek, Peeked};
pub use strictness::Strictness;

use std::fmt;

use bytes::Bytes;

use crate::error::{DecodeError, DecodeErrorKind};
use crate::frame::Frame;
use crate::inflate::Inflater;
use crate::input::{Input, Parsed};
use crate::limits::Limits;
use crate::wire::{Family, Message, Wire};

/// Turns frames into messages. It keeps its zlib state from one message to the next, and nothing else: a
/// body belongs to the message that was read from it.
#[derive(Debug, Default)]
pub struct Decoder {
    limits: Limits,
    strictness: Strictness,
    inflater: Inflater,
}

/// A message and what came with it.
#[derive(Clone, PartialEq, Eq)]
pub struct Decoded<M> {
    /// The message.
    pub message: M,
    /// The bytes that the fields were read from: after the code, and inflated where compressed.
    pub body: Bytes,
    /// What stands behind the last known field, then what stands behind the zlib stream. Usually
    /// empty: the sender knows a field that we don't.
    pub trailing: Bytes,
}

/// Shows only the lengths of the bytes, in which there may be a password.
impl<M: fmt::Debug> fmt::Debug for Decoded<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoded")
            .field("message", &self.message)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .field("trailing", &format_args!("{} bytes", self.trailing.len()))
            .finish()
    }
}

impl<M> Decoded<M> {
    /// The same with another message, such as a family around it.
    pub fn map<N>(self, f: impl FnOnce(M) -> N) -> Decoded<N> {
        Decoded {
            message: f(self.message),
            body: self.body,
            trailing: self.trailing,
        }
    }
}

impl Decoder {
    /// A lenient decoder with limits of its own.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }

    /// Decodes a frame of the family `F`. An unknown code is an error only to a [strict](Strictness)
    /// decoder.
    ///
    /// # Errors
    /// When the body is not what the code promises.
    pub fn decode<F: Family>(&mut self, frame: &Frame) -> Result<Decoded<F>, DecodeError> {
        let decoded = F::decode_with(self, frame)?;
        self.strictness.check_code(&decoded.message)?;
        Ok(decoded)
    }

    /// Decodes the body of a frame whose code is that of `M`. Nothing in a body tells its code: with that of
    /// another message the result means nothing.
    ///
    /// # Errors
    /// When the body is no `M`.
    pub fn decode_message<M: Message>(&mut self, body: &Bytes) -> Result<Decoded<M>, DecodeError> {
        let name = M::SCHEMA.record.name;
        if !M::COMPRESSED {
            let (message, trailing) = parse_body(body, name)?;
            return self.strictness.check(Decoded {
                message,
                body: body.clone(),
                trailing,
            });
        }
        let inflating = self.inflater.start(body, self.limits.inflated(M::CODE));
        let (inflated, behind) = inflating
            .finish()
            .map_err(|kind| stream_error(name, kind))?;
        let behind = body.slice_ref(behind);
        self.strictness.check(read_inflated(inflated, behind)?)
    }
}

/// Reads an `M` from an inflated body; `behind` is what follows the zlib stream.
fn read_inflated<M: Message>(inflated: Vec<u8>, behind: Bytes) -> Result<Decoded<M>, DecodeError> {
    let body = Bytes::from(inflated);
    let (message, mut trailing) = parse_body(&body, M::SCHEMA.record.name)?;
    if trailing.is_empty() {
        trailing = behind;
    } else if !behind.is_empty() {
        trailing = [&trailing[..], &behind].concat().into();
    }
    Ok(Decoded {
        message,
        body,
        trailing,
    })
}

/// A fault of the zlib stream of a message, not of what is in it.
fn stream_error(message: &'static str, kind: DecodeErrorKind) -> DecodeError {
    DecodeError {
        message,
        ..DecodeError::new(0, kind)
    }
}

/// Reads a value from the start of `body`; the second value is what it leaves.
fn parse_body<T: Wire>(body: &Bytes, message: &'static str) -> Result<(T, Bytes), DecodeError> {
    let parsed: Parsed<'_, T> = T::parse(Input::new(body));
    match parsed {
        Ok((rest, value)) => Ok((value, rest.to_bytes())),
        Err(nom::Err::Error(error) | nom::Err::Failure(error)) => {
            Err(DecodeError { message, ..*error })
        }
        // Only nom's streaming parsers say this, and we use none.
        Err(nom::Err::Incomplete(_)) => Err(DecodeError {
            message,
            ..DecodeError::new(body.len(), DecodeErrorKind::UnexpectedEnd)
        }),
    }
}
