//! What a decoder lets pass: [`Strictness`].

use super::{Decoded, Decoder};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::wire::{Family, Message, Wire};

/// What a [`Decoder`] lets pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strictness {
    /// Whatever can be understood: for the network, where clients of twenty years meet.
    #[default]
    Lenient,
    /// Only what an [`Encoder`](crate::Encoder) writes, so no unknown codes, no trailing bytes and no bools
    /// but 0 and 1: for validators and fuzzers. Compressed bodies are compared inflated. Values without a
    /// name pass, and optional fields may be absent.
    Strict,
}

impl Decoder {
    /// The same decoder, as lenient or strict as this.
    ///
    /// ```
    /// use slsk_wire::server::HaveNoParent;
    /// use slsk_wire::{DecodeErrorKind, Decoder, Strictness};
    ///
    /// let body = (&[2][..]).into(); // a bool
    /// let mut lenient = Decoder::default();
    /// assert!(lenient.decode_message::<HaveNoParent>(&body)?.message.no_parent);
    ///
    /// let mut strict = Decoder::default().with_strictness(Strictness::Strict);
    /// let error = strict.decode_message::<HaveNoParent>(&body).unwrap_err();
    /// assert_eq!((error.kind, error.offset), (DecodeErrorKind::NotCanonical, 0));
    /// # Ok::<(), slsk_wire::DecodeError>(())
    /// ```
    #[must_use]
    pub fn with_strictness(self, strictness: Strictness) -> Self {
        Self { strictness, ..self }
    }
}

impl Strictness {
    /// Holds a message against the bytes that it was read from.
    pub(super) fn check<M: Message>(self, decoded: Decoded<M>) -> Result<Decoded<M>, DecodeError> {
        if self == Self::Lenient {
            return Ok(decoded);
        }
        let Decoded {
            message,
            body,
            trailing,
        } = &decoded;
        let (known, count) = (message.encoded_len(), trailing.len());
        let (offset, kind) = match difference(message, &body[..known.min(body.len())]) {
            Some(offset) => (offset, DecodeErrorKind::NotCanonical),
            None if count > 0 => (known, DecodeErrorKind::Trailing { count }),
            None if known < body.len() => (known, DecodeErrorKind::NotCanonical),
            None => return Ok(decoded),
        };
        Err(DecodeError {
            message: M::SCHEMA.record.name,
            ..DecodeError::new(offset, kind)
        })
    }

    /// Refuses an unknown code.
    pub(super) fn check_code<F: Family>(self, message: &F) -> Result<(), DecodeError> {
        match (self, message.schema()) {
            (Self::Strict, None) => {
                let code = message.code();
                Err(DecodeError {
                    message: message.name(),
                    ..DecodeError::new(0, DecodeErrorKind::UnknownCode { code })
                })
            }
            _ => Ok(()),
        }
    }
}

/// Where the encoding of `value` and `bytes` differ first.
fn difference(value: &impl Wire, bytes: &[u8]) -> Option<usize> {
    let mut encoded = Vec::with_capacity(value.encoded_len());
    if value.encode(&mut encoded).is_err() {
        return Some(0);
    }
    let mut pairs = encoded.iter().zip(bytes);
    let different = pairs.position(|(ours, theirs)| ours != theirs);
    different.or_else(|| (encoded.len() != bytes.len()).then(|| encoded.len().min(bytes.len())))
}
