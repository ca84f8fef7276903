//! From messages to frames: [`Encoder`].

mod directories;

use flate2::{Compress, Compression, FlushCompress, Status};

use crate::error::{EncodeError, EncodeErrorKind};
use crate::wire::{Family, Message};

/// Turns messages into frames. It keeps its zlib state and scratch space from one message to the next.
///
/// Texts and lists come out exactly as the official client writes them, bools as 0 and 1. Compressed
/// bodies depend on the zlib library: compare them inflated.
#[derive(Debug, Default)]
pub struct Encoder {
    /// Made for the first compressed message: most connections never send one.
    state: Option<Compress>,
    scratch: Vec<u8>,
}

/// How much scratch space is kept for the next message, in bytes.
const KEPT_SCRATCH: usize = 1 << 20;

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
        if message.schema().is_none() && F::SCHEMA.by_code(code).is_some() {
            return Err(named(EncodeErrorKind::KnownCode { code }));
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
        let result = self.deflate(out);
        if self.scratch.capacity() > KEPT_SCRATCH {
            self.scratch = Vec::new();
        }
        result.map_err(|kind| named(kind.into()))
    }

    /// Appends the scratch space, deflated.
    fn deflate(&mut self, out: &mut Vec<u8>) -> Result<(), EncodeErrorKind> {
        self.begin_deflate();
        self.deflate_part(FlushCompress::Finish, out)
    }

    fn begin_deflate(&mut self) {
        self.state
            .get_or_insert_with(|| Compress::new(Compression::default(), true))
            .reset();
    }

    /// Appends the scratch space, deflated, to what was deflated before. Some of it may come out with the next part.
    fn deflate_part(
        &mut self,
        flush: FlushCompress,
        out: &mut Vec<u8>,
    ) -> Result<(), EncodeErrorKind> {
        let state = self.state.as_mut().ok_or(EncodeErrorKind::Zlib)?;
        let is_last = matches!(flush, FlushCompress::Finish);
        let mut input = &self.scratch[..];
        while is_last || !input.is_empty() {
            out.reserve((input.len() / 2).max(1024));
            let (before_in, before_out) = (state.total_in(), out.len());
            let status = state
                .compress_vec(input, out, flush)
                .map_err(|_| EncodeErrorKind::Zlib)?;
            let consumed = usize::try_from(state.total_in() - before_in).unwrap_or(usize::MAX);
            input = input.get(consumed..).unwrap_or_default();
            if status == Status::StreamEnd {
                return Ok(());
            }
            if consumed == 0 && out.len() == before_out {
                return Err(EncodeErrorKind::Zlib);
            }
        }
        Ok(())
    }
}
