//! From messages to frames: [`Encoder`].

use flate2::{Compress, Compression, FlushCompress, Status};

use crate::error::{EncodeError, EncodeErrorKind};
use crate::wire::{Family, Message};

/// Turns messages into frames. It keeps its zlib state and scratch space from one message to the next.
///
/// Texts and lists come out exactly as the official client writes them, bools as 0 and 1. Compressed
/// bodies depend on the zlib library: compare them inflated.
#[derive(Debug)]
pub struct Encoder {
    state: Compress,
    scratch: Vec<u8>,
}

impl Default for Encoder {
    fn default() -> Self {
        Self {
            state: Compress::new(Compression::default(), true),
            scratch: Vec::new(),
        }
    }
}

impl Encoder {
    /// Appends a frame: length, code, body. On an error `out` is as it was.
    ///
    /// # Errors
    /// As [`Wire::encode`](crate::Wire::encode).
    pub fn frame<F: Family>(&mut self, message: &F, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let start = out.len();
        let result = self.append(message, start, out);
        if result.is_err() {
            out.truncate(start);
        }
        result
    }

    fn append<F: Family>(
        &mut self,
        message: &F,
        start: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        let code = message.code();
        let width = F::SCHEMA.code_width;
        out.extend_from_slice(&[0; 4]);
        out.extend_from_slice(&code.to_le_bytes()[..width]);
        let named = |kind: EncodeErrorKind| EncodeError {
            message: message.name(),
            ..kind.into()
        };
        if width < 4 && code >> (8 * width) != 0 {
            return Err(named(EncodeErrorKind::CodeTooWide { code, width }));
        }
        message.encode_with(self, out)?;
        let length =
            u32::try_from(out.len() - start - 4).map_err(|_| named(EncodeErrorKind::TooLong))?;
        out[start..start + 4].copy_from_slice(&length.to_le_bytes());
        Ok(())
    }

    /// Appends the body of a message, compressed where it is a compressed one.
    ///
    /// # Errors
    /// As [`Wire::encode`](crate::Wire::encode).
    pub fn encode_message<M: Message>(
        &mut self,
        message: &M,
        out: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        let named = |error| EncodeError {
            message: M::SCHEMA.record.name,
            ..error
        };
        if !M::COMPRESSED {
            out.reserve(message.encoded_len());
            return message.encode(out).map_err(named);
        }
        self.scratch.clear();
        self.scratch.reserve(message.encoded_len());
        message.encode(&mut self.scratch).map_err(named)?;
        self.deflate(out);
        Ok(())
    }

    /// Appends the scratch space, deflated.
    fn deflate(&mut self, out: &mut Vec<u8>) {
        self.state.reset();
        let mut input = &self.scratch[..];
        loop {
            out.reserve((input.len() / 2).max(1024));
            let before = self.state.total_in();
            let status = self.state.compress_vec(input, out, FlushCompress::Finish);
            let consumed = usize::try_from(self.state.total_in() - before).unwrap_or(usize::MAX);
            input = input.get(consumed..).unwrap_or_default();
            // An error means a state that can't be: there is a stream and there is room.
            if !matches!(status, Ok(Status::Ok | Status::BufError)) {
                return;
            }
        }
    }
}
