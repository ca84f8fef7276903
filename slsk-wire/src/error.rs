//! What can go wrong: [`DecodeError`], [`EncodeError`], [`FrameError`].

use std::fmt;

use nom::error::ErrorKind;
use thiserror::Error;

use crate::family::FamilyId;
use crate::input::Input;

/// The way from a message to the field that is wrong, such as `directories[3].files[7].name`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    /// Innermost first: the path is built while the parsers return.
    inner_first: Vec<Segment>,
}

/// One step of a [`Path`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment {
    /// A field of a record.
    Field(&'static str),
    /// An element of a list, counted from 0.
    Index(usize),
}

impl Path {
    /// The steps from the message inwards.
    pub fn segments(&self) -> impl Iterator<Item = Segment> + '_ {
        self.inner_first.iter().rev().copied()
    }

    pub(crate) fn wrap(&mut self, segment: Segment) {
        self.inner_first.push(segment);
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (depth, segment) in self.segments().enumerate() {
            match segment {
                Segment::Field(name) if depth == 0 => f.write_str(name)?,
                Segment::Field(name) => write!(f, ".{name}")?,
                Segment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// A frame that is not what its code promises: the sender misbehaved, or the code means something else.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}: {kind} at byte {offset}{}", InField(path))]
pub struct DecodeError {
    /// The message, such as `LoginResponse`.
    pub message: &'static str,
    /// The field, empty when the body as a whole is wrong.
    pub path: Path,
    /// Bytes from the start of the body: after length and code, and after inflating.
    pub offset: usize,
    /// What is wrong there.
    pub kind: DecodeErrorKind,
}

/// What is wrong with a frame.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The body ends inside of a number.
    #[error("the body ends too early")]
    UnexpectedEnd,
    /// A text or byte string is longer than the rest of the body.
    #[error("a length of {length} with {left} bytes left")]
    LengthBeyondEnd {
        /// The length it claims, in bytes.
        length: u32,
        /// The bytes left after the length field.
        left: usize,
    },
    /// A list has more elements than fit into the rest of the body.
    #[error("a count of {count} with {left} bytes left")]
    CountBeyondEnd {
        /// The number of elements it claims.
        count: u32,
        /// The bytes left after the count field.
        left: usize,
    },
    /// The compressed body is not a zlib stream or is damaged.
    #[error("the compressed body is damaged")]
    BadZlib,
    /// The zlib stream does not end within the frame.
    #[error("the compressed body is cut short")]
    TruncatedZlib,
    /// The compressed body inflates to more than [`crate::Limits`] allow.
    #[error("the compressed body inflates to more than the limit of {limit} bytes")]
    InflatedTooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// Bytes behind the last known field, which only a strict decoder minds.
    #[error("{count} bytes behind the last known field")]
    Trailing {
        /// How many.
        count: usize,
    },
    /// A code that is in no table, which only a strict decoder minds.
    #[error("the code {code} is unknown")]
    UnknownCode {
        /// The code.
        code: u32,
    },
    /// A byte that we would have written otherwise, such as a bool of 2; only a strict decoder minds.
    #[error("not as we would write it")]
    NotCanonical,
    /// What is read by itself, the head of a message or one folder, is longer than [`crate::Limits`] allow.
    #[error("a part that is longer than the limit of {limit} bytes")]
    PartTooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
}

impl DecodeErrorKind {
    /// A short machine-readable name, as `slsk decode --frames` prints it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::UnexpectedEnd => "unexpected_end",
            Self::LengthBeyondEnd { .. } => "length_beyond_end",
            Self::CountBeyondEnd { .. } => "count_beyond_end",
            Self::BadZlib => "bad_zlib",
            Self::TruncatedZlib => "truncated_zlib",
            Self::InflatedTooLarge { .. } => "inflated_too_large",
            Self::PartTooLarge { .. } => "part_too_large",
            Self::Trailing { .. } => "trailing",
            Self::UnknownCode { .. } => "unknown_code",
            Self::NotCanonical => "not_canonical",
        }
    }
}

impl DecodeError {
    pub(crate) fn new(offset: usize, kind: DecodeErrorKind) -> Self {
        Self {
            message: "",
            path: Path::default(),
            offset,
            kind,
        }
    }
}

/// nom's own parsers fail in one way only: at the end of the body.
impl nom::error::ParseError<Input<'_>> for Box<DecodeError> {
    fn from_error_kind(input: Input<'_>, _: ErrorKind) -> Self {
        Box::new(DecodeError::new(
            input.offset(),
            DecodeErrorKind::UnexpectedEnd,
        ))
    }

    fn append(_: Input<'_>, _: ErrorKind, other: Self) -> Self {
        other
    }
}

/// A value that has no encoding: we misused it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}: {kind}{}", InField(path))]
pub struct EncodeError {
    /// The message, such as `LoginResponse`.
    pub message: &'static str,
    /// The field.
    pub path: Path,
    /// Why it can't be encoded.
    pub kind: EncodeErrorKind,
}

/// Why a value has no encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EncodeErrorKind {
    /// `None`, though the condition of the field holds.
    #[error("the value is missing")]
    Missing,
    /// `Some`, though the condition of the field does not hold.
    #[error("a value where none can be")]
    Contradiction,
    /// `Some` after an optional field that is `None`: on the wire it would take that field's place.
    #[error("a value after the absent `{absent}`")]
    AfterAbsent {
        /// The optional field that is `None`.
        absent: &'static str,
    },
    /// A text, list or frame of 4 GiB or more.
    #[error("too long for a length of 32 bits")]
    TooLong,
    /// The zlib library failed, which it never should.
    #[error("the zlib library failed")]
    Zlib,
    /// An unknown message with a code that belongs to a known one: it would be read as that.
    #[error("the code {code} is not unknown")]
    KnownCode {
        /// The code.
        code: u32,
    },
    /// An unknown message with a code that the family has no room for.
    #[error("the code {code} does not fit in {width} bytes")]
    CodeTooWide {
        /// The code.
        code: u32,
        /// The width of a code in this family.
        width: usize,
    },
}

impl EncodeErrorKind {
    /// A short machine-readable name, as `slsk encode --frames` prints it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Contradiction => "contradiction",
            Self::AfterAbsent { .. } => "after_absent",
            Self::TooLong => "too_long",
            Self::Zlib => "zlib",
            Self::KnownCode { .. } => "known_code",
            Self::CodeTooWide { .. } => "code_too_wide",
        }
    }
}

impl From<EncodeErrorKind> for EncodeError {
    fn from(kind: EncodeErrorKind) -> Self {
        Self {
            message: "",
            path: Path::default(),
            kind,
        }
    }
}

/// A stream of bytes that can't be cut into frames; the connection is of no more use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FrameError {
    /// A frame too short to hold its code.
    #[error("a {family} frame of {length} bytes has no room for its code")]
    TooShort {
        /// The family that was expected.
        family: FamilyId,
        /// The length it claims, in bytes.
        length: u32,
    },
    /// A frame longer than [`crate::Limits`] allow.
    #[error("a {family} frame of {length} bytes is over the limit of {limit}")]
    TooLong {
        /// The family that was expected.
        family: FamilyId,
        /// The length it claims, in bytes.
        length: u32,
        /// The limit, in bytes.
        limit: usize,
    },
    /// Fewer bytes than the length promises, where no more can come.
    #[error("a {family} frame is cut short: {have} bytes of {need}")]
    Incomplete {
        /// The family that was expected.
        family: FamilyId,
        /// The bytes that are there, with the length field.
        have: usize,
        /// The bytes that the frame needs, with the length field.
        need: usize,
    },
    /// Bytes after the end of what should be one frame.
    #[error("{count} bytes after the end of a {family} frame")]
    Excess {
        /// The family that was expected.
        family: FamilyId,
        /// How many bytes.
        count: usize,
    },
}

impl FrameError {
    /// A short machine-readable name, as `slsk decode --frames` prints it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::TooShort { .. } => "frame_too_short",
            Self::TooLong { .. } => "frame_too_long",
            Self::Incomplete { .. } => "frame_incomplete",
            Self::Excess { .. } => "frame_excess",
        }
    }
}

/// Shows ` in path`, or nothing for an empty path.
struct InField<'a>(&'a Path);

impl fmt::Display for InField<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.inner_first.is_empty() {
            return Ok(());
        }
        write!(f, " in `{}`", self.0)
    }
}
