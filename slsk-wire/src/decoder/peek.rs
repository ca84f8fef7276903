//! Reading the head of a compressed message before the rest: [`Peek`], [`Peeked`].

use std::fmt;

use bytes::Bytes;

use super::stream::Stream;
use super::{Decoded, Decoder, Strictness, read_inflated};
use crate::error::DecodeError;
use crate::wire::{Message, Wire};

/// How much is inflated at first, in bytes: enough for a name and a token.
const FIRST: usize = 64;

/// A compressed message whose first fields say whether the rest is wanted.
pub trait Peek: Message {
    /// The first fields of the message.
    type Head: Wire;
}

/// The head of a message, and the way on to the rest. Dropping it costs nothing.
pub struct Peeked<'d, M: Peek> {
    head: M::Head,
    body: &'d Bytes,
    stream: Stream<'d>,
    strictness: Strictness,
}

/// Shows the head only.
impl<M: Peek> fmt::Debug for Peeked<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Peeked")
            .field("head", &self.head)
            .finish_non_exhaustive()
    }
}

impl Decoder {
    /// Reads the head of the body of a frame whose code is that of `M`; with another code it means nothing. No
    /// more is inflated than the head takes.
    ///
    /// ```
    /// use slsk_wire::peer::{FileSearchResponse, PeerMessage};
    /// use slsk_wire::{Decoder, Family, Frame, Limits};
    ///
    /// # let reply = PeerMessage::from(FileSearchResponse::new("ada", 7, Vec::new())).to_frame()?;
    /// # let frame = Frame::from_bytes(reply, PeerMessage::ID, &Limits::default())?;
    /// let mut decoder = Decoder::default();
    /// let peeked = decoder.peek::<FileSearchResponse>(&frame.body)?;
    /// if peeked.head().token == 7 {
    ///     let reply = peeked.decode()?.message;
    ///     assert_eq!(reply.username, "ada");
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the head is damaged or longer than [`Limits::head`](crate::Limits::head).
    pub fn peek<'d, M: Peek>(&'d mut self, body: &'d Bytes) -> Result<Peeked<'d, M>, DecodeError> {
        const {
            assert!(
                M::COMPRESSED,
                "a head is of use where the rest is compressed"
            );
        };
        let inflating = self.inflater.start(body, self.limits.inflated(M::CODE));
        let mut stream = Stream::new(M::SCHEMA.record.name, inflating, FIRST);
        let (head, _) = stream.peek(self.limits.head, &[])?;
        Ok(Peeked {
            head,
            body,
            stream,
            strictness: self.strictness,
        })
    }
}

impl<M: Peek> Peeked<'_, M> {
    /// The first fields.
    #[must_use]
    pub fn head(&self) -> &M::Head {
        &self.head
    }

    /// Inflates the rest and decodes all, as [`Decoder::decode_message`] does.
    ///
    /// # Errors
    /// When the body is no `M`.
    pub fn decode(self) -> Result<Decoded<M>, DecodeError> {
        // The head shares the memory that is to grow.
        drop(self.head);
        let (inflated, behind) = self.stream.finish()?;
        let behind = self.body.slice_ref(behind);
        self.strictness.check(read_inflated(inflated, behind)?)
    }
}
