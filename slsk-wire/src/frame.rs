//! Cutting a stream of bytes into frames: [`Framer`].

use std::fmt;

use bytes::{Buf, Bytes, BytesMut};

use crate::error::{EncodeError, EncodeErrorKind, FrameError};
use crate::family::FamilyId;
use crate::limits::Limits;
use crate::obfuscation;

/// The size of the length field.
const LENGTH: usize = 4;

/// A frame without its length field: a code and a body.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    /// The code, `u8` or `u32` on the wire.
    pub code: u32,
    /// What follows the code.
    pub body: Bytes,
}

/// Shows only the length of the body, in which there may be a password.
impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame")
            .field("code", &self.code)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

impl Frame {
    /// Reads exactly one frame with its length field.
    ///
    /// # Errors
    /// When `bytes` is not one whole frame.
    pub fn from_bytes(
        bytes: impl Into<Bytes>,
        family: FamilyId,
        limits: &Limits,
    ) -> Result<Self, FrameError> {
        let mut bytes: Bytes = bytes.into();
        let have = bytes.len();
        let end = match measure(&bytes, family, limits)? {
            Measure::Whole { end } if end <= have => end,
            Measure::Whole { end } | Measure::Unknown { needs: end } => {
                return Err(FrameError::Incomplete {
                    family,
                    have,
                    need: end,
                });
            }
        };
        if end < have {
            let count = have - end;
            return Err(FrameError::Excess { family, count });
        }
        bytes.advance(LENGTH);
        Ok(Self::split(bytes, family))
    }

    /// Appends the frame with its length field.
    ///
    /// # Errors
    /// When the code is too wide for the family, or the body too long for any frame.
    pub fn write(&self, family: FamilyId, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.write_head(family, out)?;
        out.extend_from_slice(&self.body);
        Ok(())
    }

    /// Appends what precedes the body: the length field and the code. So a large body need not be copied.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn write_head(&self, family: FamilyId, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let width = family.code_width();
        let code = self.code;
        if width < 4 && code >> (8 * width) != 0 {
            return Err(EncodeErrorKind::CodeTooWide { code, width }.into());
        }
        let length = u32::try_from(width + self.body.len());
        let length = length.map_err(|_| EncodeErrorKind::TooLong)?;
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&code.to_le_bytes()[..width]);
        Ok(())
    }

    fn split(mut bytes: Bytes, family: FamilyId) -> Self {
        let code = match family.code_width() {
            1 => u32::from(bytes.get_u8()),
            _ => bytes.get_u32_le(),
        };
        Self { code, body: bytes }
    }
}

/// Takes bytes in any chunks and yields frames.
///
/// A connection can change its family after any frame, so the family is named at each call. Memory is
/// bounded by three times the longest frame that [`Limits`] allow plus one chunk, as long as the frames are taken
/// out between the chunks; a large frame takes its memory with it.
///
/// ```
/// use slsk_wire::{FamilyId, Framer, Limits};
///
/// let mut framer = Framer::new(Limits::default());
/// framer.push(&[4, 0, 0, 0, 32]); // half of a server ping
/// assert_eq!(framer.next(FamilyId::ServerRequest), Ok(None));
/// framer.push(&[0, 0, 0]);
/// let frame = framer.next(FamilyId::ServerRequest)?.expect("a whole frame");
/// assert_eq!(frame.code, 32);
/// # Ok::<(), slsk_wire::FrameError>(())
/// ```
pub struct Framer {
    buffer: BytesMut,
    limits: Limits,
    obfuscated: bool,
}

/// Shows only how much has come, in which there may be a password.
impl fmt::Debug for Framer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Framer")
            .field("buffer", &format_args!("{} bytes", self.buffer.len()))
            .field("limits", &self.limits)
            .field("obfuscated", &self.obfuscated)
            .finish()
    }
}

impl Framer {
    /// From this size on a frame has memory of its own, in bytes. A smaller one, and whatever is kept of it, keeps alive
    /// what came in the same bytes.
    pub const LARGE: usize = 256 << 10;

    /// A framer of a plain stream.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            buffer: BytesMut::new(),
            limits,
            obfuscated: false,
        }
    }

    /// Whether each frame comes behind a key of its own; see [`obfuscation`].
    pub fn set_obfuscated(&mut self, obfuscated: bool) {
        self.obfuscated = obfuscated;
    }

    /// Bounds the frames from the next one on.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// Appends bytes as they came.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next frame, or `None` while it is not whole.
    ///
    /// # Errors
    /// When the bytes can't be a frame of this family. The same error comes again: the place of the
    /// next frame is not known.
    pub fn next(&mut self, family: FamilyId) -> Result<Option<Frame>, FrameError> {
        let key_length = if self.obfuscated {
            obfuscation::KEY_LENGTH
        } else {
            0
        };
        let Some(measured) = self.measure(family)? else {
            return Ok(None);
        };
        let end = key_length + measured;
        if self.buffer.len() < end {
            return Ok(None);
        }
        let mut bytes = self.buffer.split_to(end);
        if end >= Self::LARGE {
            // What comes next must not keep the memory of this frame alive.
            self.buffer = BytesMut::from(&self.buffer[..]);
        }
        if self.obfuscated {
            let key = obfuscation::Key::from_bytes(bytes.get_u32_le().to_le_bytes());
            key.apply(&mut bytes);
        }
        bytes.advance(LENGTH);
        Ok(Some(Frame::split(bytes.freeze(), family)))
    }

    /// The next `count` bytes outside of any frame, or `None` while there are fewer.
    pub fn take(&mut self, count: usize) -> Option<Bytes> {
        (self.buffer.len() >= count).then(|| self.buffer.split_to(count).freeze())
    }

    /// The bytes that no frame has taken yet.
    #[must_use]
    pub fn buffered(&self) -> &[u8] {
        &self.buffer
    }

    /// The length of the next frame with its length field, once its beginning is there.
    fn measure(&self, family: FamilyId) -> Result<Option<usize>, FrameError> {
        let mut head = [0; LENGTH + 4];
        let start = &self.buffer[..];
        let head = if self.obfuscated {
            let Some((key, rest)) = start.split_first_chunk() else {
                return Ok(None);
            };
            let count = rest.len().min(LENGTH + family.code_width());
            head[..count].copy_from_slice(&rest[..count]);
            obfuscation::Key::from_bytes(*key).apply(&mut head[..count]);
            &head[..count]
        } else {
            start
        };
        Ok(match measure(head, family, &self.limits)? {
            Measure::Whole { end } => Some(end),
            Measure::Unknown { .. } => None,
        })
    }
}

/// What the beginning of a frame tells.
enum Measure {
    /// Where the frame ends, counted from its length field.
    Whole { end: usize },
    /// Too little to tell; `needs` is the least that must be there.
    Unknown { needs: usize },
}

fn measure(start: &[u8], family: FamilyId, limits: &Limits) -> Result<Measure, FrameError> {
    let width = family.code_width();
    let Some((length, rest)) = start.split_first_chunk::<LENGTH>() else {
        return Ok(Measure::Unknown {
            needs: LENGTH + width,
        });
    };
    let length = u32::from_le_bytes(*length);
    if (length as usize) < width {
        return Err(FrameError::TooShort { family, length });
    }
    let too_long = |limit| FrameError::TooLong {
        family,
        length,
        limit,
    };
    let longest = limits.longest_frame(family);
    if length as usize > longest {
        return Err(too_long(longest));
    }
    let end = LENGTH.saturating_add(length as usize);
    let code = match (width, rest) {
        (1, [code, ..]) => u32::from(*code),
        (_, [a, b, c, d, ..]) => u32::from_le_bytes([*a, *b, *c, *d]),
        _ => return Ok(Measure::Unknown { needs: end }),
    };
    let limit = limits.frame(family, code);
    if length as usize > limit {
        return Err(too_long(limit));
    }
    Ok(Measure::Whole { end })
}
