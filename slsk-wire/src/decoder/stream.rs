//! Reading values from a compressed body, inflated only as far as they go: [`Stream`].

use std::fmt;

use bytes::{Buf, Bytes};

use super::{parse_body, stream_error};
use crate::error::{DecodeError, DecodeErrorKind, Segment};
use crate::inflate::Inflating;
use crate::wire::Wire;

/// A compressed body that is read value by value.
pub(super) struct Stream<'d> {
    message: &'static str,
    inflating: Inflating<'d>,
    /// What is inflated and not read yet.
    chunk: Bytes,
    /// How many bytes were read before.
    offset: usize,
    /// How much is inflated at once, at least.
    step: usize,
}

/// Shows only how far it has come.
impl fmt::Debug for Stream<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream")
            .field("message", &self.message)
            .field("offset", &self.offset)
            .finish_non_exhaustive()
    }
}

impl<'d> Stream<'d> {
    /// The beginning of the body of `message`.
    pub(super) fn new(message: &'static str, inflating: Inflating<'d>, step: usize) -> Self {
        Self {
            message,
            inflating,
            chunk: Bytes::new(),
            offset: 0,
            step,
        }
    }

    /// The number of bytes before this place.
    pub(super) fn offset(&self) -> usize {
        self.offset
    }

    /// Reads a value of at most `limit` bytes, and goes on behind it.
    ///
    /// # Errors
    /// As [`peek`](Self::peek).
    pub(super) fn read<T: Wire>(
        &mut self,
        limit: usize,
        path: &[Segment],
    ) -> Result<T, DecodeError> {
        let (value, length) = self.peek(limit, path)?;
        self.chunk.advance(length);
        self.offset += length;
        Ok(value)
    }

    /// Reads a value of at most `limit` bytes, and stays before it. The second value is its length;
    /// `path` says where it stands, innermost first.
    ///
    /// # Errors
    /// When the body holds no such value, or more than `limit` bytes are needed to tell.
    pub(super) fn peek<T: Wire>(
        &mut self,
        limit: usize,
        path: &[Segment],
    ) -> Result<(T, usize), DecodeError> {
        loop {
            match parse_body::<T>(&self.chunk, self.message) {
                Ok((value, rest)) => {
                    let length = self.chunk.len() - rest.len();
                    return if length > limit {
                        Err(self.error(DecodeErrorKind::PartTooLarge { limit }, path))
                    } else {
                        Ok((value, length))
                    };
                }
                Err(error) => self.inflate_for(error, limit, path)?,
            }
        }
    }

    /// An error at this place.
    pub(super) fn error(&self, kind: DecodeErrorKind, path: &[Segment]) -> DecodeError {
        let error = DecodeError {
            message: self.message,
            ..DecodeError::new(self.offset, kind)
        };
        within(error, path)
    }

    /// Whether nothing is left.
    ///
    /// # Errors
    /// When the stream is damaged or too large.
    pub(super) fn is_empty(&mut self) -> Result<bool, DecodeError> {
        Ok(self.chunk.is_empty() && !self.inflate(self.step)?)
    }

    /// Counts what is left, in the stream and behind it, without holding it.
    ///
    /// # Errors
    /// When the stream is damaged or too large.
    pub(super) fn skip_rest(&mut self) -> Result<usize, DecodeError> {
        let mut count = 0;
        while !self.is_empty()? {
            count += self.chunk.len();
            self.chunk.clear();
        }
        Ok(count + self.inflating.behind().len())
    }

    /// Inflates all that is left. The second value is what follows the stream in the frame.
    ///
    /// # Errors
    /// When the stream is damaged or too large.
    pub(super) fn finish(mut self) -> Result<(Vec<u8>, &'d [u8]), DecodeError> {
        self.inflating.put_back(self.chunk.into());
        let finished = self.inflating.finish();
        finished.map_err(|kind| stream_error(self.message, kind))
    }

    /// Inflates what may cure `error`; if nothing can, returns it.
    fn inflate_for(
        &mut self,
        error: DecodeError,
        limit: usize,
        path: &[Segment],
    ) -> Result<(), DecodeError> {
        let have = self.chunk.len();
        let needed = match error.kind {
            DecodeErrorKind::UnexpectedEnd => Some(have + 1),
            DecodeErrorKind::LengthBeyondEnd { length: count, .. }
            | DecodeErrorKind::CountBeyondEnd { count, .. } => {
                Some(error.offset.saturating_add(count as usize).max(have + 1))
            }
            _ => None,
        };
        if let Some(needed) = needed.filter(|_| !self.inflating.has_ended()) {
            if needed > limit {
                return Err(self.error(DecodeErrorKind::PartTooLarge { limit }, path));
            }
            // Twice as much each time, so that a long value is not read again and again.
            let wanted = needed.max(self.step).max(2 * have).min(limit);
            if self.inflate(wanted)? {
                return Ok(());
            }
        }
        let error = DecodeError {
            offset: self.offset + error.offset,
            ..error
        };
        Err(within(error, path))
    }

    /// Inflates until `wanted` bytes wait to be read. False when nothing more has come.
    fn inflate(&mut self, wanted: usize) -> Result<bool, DecodeError> {
        let have = self.chunk.len();
        // Takes the memory back where no text shares it, and copies the rest where one does.
        let mut rest = Vec::from(std::mem::take(&mut self.chunk));
        // Room that a large value has left would stay with the next one.
        rest.shrink_to(have.max(4 * self.step));
        rest.reserve_exact(self.step.saturating_sub(have));
        self.inflating.put_back(rest);
        let inflated = self.inflating.at_least(wanted).map(<[u8]>::len);
        self.chunk = self.inflating.take().into();
        match inflated {
            Ok(length) => Ok(length > have),
            Err(kind) => Err(stream_error(self.message, kind)),
        }
    }
}

fn within(mut error: DecodeError, path: &[Segment]) -> DecodeError {
    for segment in path {
        error.path.wrap(*segment);
    }
    error
}
