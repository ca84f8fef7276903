//! Reading values from a compressed body, inflated only as far as they go: [`Stream`].

use bytes::Bytes;

use super::{parse_body, stream_error};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::inflate::Inflating;
use crate::wire::Wire;

/// A compressed body that is read value by value.
#[derive(Debug)]
pub(super) struct Stream<'d> {
    message: &'static str,
    inflating: Inflating<'d>,
    /// What is inflated.
    chunk: Bytes,
    /// How much is inflated at once, at least.
    step: usize,
}

impl<'d> Stream<'d> {
    /// The beginning of the body of `message`.
    pub(super) fn new(message: &'static str, inflating: Inflating<'d>, step: usize) -> Self {
        Self {
            message,
            inflating,
            chunk: Bytes::new(),
            step,
        }
    }

    /// Reads a value of at most `limit` bytes, and stays before it. The second value is its length.
    ///
    /// # Errors
    /// When the body holds no such value, or more than `limit` bytes are needed to tell.
    pub(super) fn peek<T: Wire>(&mut self, limit: usize) -> Result<(T, usize), DecodeError> {
        loop {
            match parse_body::<T>(&self.chunk, self.message) {
                Ok((value, rest)) => return Ok((value, self.chunk.len() - rest.len())),
                Err(error) => self.inflate_for(error, limit)?,
            }
        }
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
    fn inflate_for(&mut self, error: DecodeError, limit: usize) -> Result<(), DecodeError> {
        let have = self.chunk.len();
        let needed = match error.kind {
            DecodeErrorKind::UnexpectedEnd => have + 1,
            DecodeErrorKind::LengthBeyondEnd { length: count, .. }
            | DecodeErrorKind::CountBeyondEnd { count, .. } => {
                error.offset.saturating_add(count as usize).max(have + 1)
            }
            _ => usize::MAX,
        };
        if self.inflating.has_ended() || needed == usize::MAX {
            return Err(error);
        }
        if needed > limit {
            let kind = DecodeErrorKind::PartTooLarge { limit };
            return Err(DecodeError { kind, ..error });
        }
        // Twice as much each time, so that a long value is not read again and again.
        let wanted = needed.max(self.step).max(2 * have).min(limit);
        if self.inflate(wanted)? {
            Ok(())
        } else {
            Err(error)
        }
    }

    /// Inflates until `wanted` bytes wait to be read. False when nothing more has come.
    fn inflate(&mut self, wanted: usize) -> Result<bool, DecodeError> {
        let have = self.chunk.len();
        // Takes the memory back where no text shares it, and copies the rest where one does.
        self.inflating
            .put_back(std::mem::take(&mut self.chunk).into());
        let inflated = self.inflating.at_least(wanted).map(<[u8]>::len);
        self.chunk = self.inflating.take().into();
        match inflated {
            Ok(length) => Ok(length > have),
            Err(kind) => Err(stream_error(self.message, kind)),
        }
    }
}
