//! Writing a share list folder by folder.

use flate2::FlushCompress;

use super::Encoder;
use crate::error::{EncodeError, EncodeErrorKind};
use crate::frame::Frame;
use crate::peer::{Directory, SharesResponse};
use crate::wire::{Message, Wire};

/// How much is deflated at once, in bytes.
const CHUNK: usize = 64 * 1024;

impl Encoder {
    /// The frame of a [`SharesResponse`], of which one folder at a time is there. Its inflated body is that of the same
    /// message encoded as a whole. The counterpart of [`Decoder::directories`](crate::Decoder::directories).
    ///
    /// # Errors
    /// When there are 2^32 folders or more, or one of them can't be encoded.
    pub fn directories<D, L>(&mut self, directories: D, locked: L) -> Result<Frame, EncodeError>
    where
        D: IntoIterator<Item = Directory, IntoIter: ExactSizeIterator>,
        L: IntoIterator<Item = Directory, IntoIter: ExactSizeIterator>,
    {
        let mut body = Vec::new();
        self.scratch.clear();
        self.begin_deflate();
        let result = self
            .list(directories.into_iter(), &mut body)
            .and_then(|()| 0_u32.encode(&mut self.scratch))
            .and_then(|()| self.list(locked.into_iter(), &mut body))
            .and_then(|()| Ok(self.deflate_part(FlushCompress::Finish, &mut body)?));
        self.scratch = Vec::new();
        result.map_err(|error| EncodeError {
            message: SharesResponse::SCHEMA.record.name,
            ..error
        })?;
        body.shrink_to_fit();
        Ok(Frame {
            code: SharesResponse::CODE,
            body: body.into(),
        })
    }

    fn list(
        &mut self,
        directories: impl ExactSizeIterator<Item = Directory>,
        body: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        let count = u32::try_from(directories.len()).map_err(|_| EncodeErrorKind::TooLong)?;
        count.encode(&mut self.scratch)?;
        for directory in directories {
            directory.encode(&mut self.scratch)?;
            if self.scratch.len() >= CHUNK {
                self.deflate_part(FlushCompress::None, body)?;
                self.scratch.clear();
            }
        }
        Ok(())
    }
}
