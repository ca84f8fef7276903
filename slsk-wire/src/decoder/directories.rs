//! Reading a share list folder by folder: [`Directories`].

use std::iter::FusedIterator;

use bytes::Bytes;

use super::stream::Stream;
use super::{Decoder, Strictness};
use crate::error::{DecodeError, DecodeErrorKind, Segment};
use crate::limits::Limits;
use crate::peer::{Directory, SharesResponse};
use crate::wire::{Message, Wire};

/// How much is inflated at once, in bytes. A folder that is kept keeps so much alive.
const CHUNK: usize = 32 * 1024;

/// A folder of a share list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedDirectory {
    /// The folder and its files.
    pub directory: Directory,
    /// Whether it is shown but not for everybody.
    pub is_locked: bool,
}

/// What a share list says besides its folders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SharesTail {
    /// Always 0; absent from some clients.
    pub unknown: Option<u32>,
    /// How many locked folders there are; absent from some clients that have none.
    pub locked: Option<u32>,
    /// How many bytes follow the last known field, in the zlib stream and behind it.
    pub trailing: usize,
}

/// The folders of a [`SharesResponse`], first those for everybody, then the locked ones.
///
/// It ends after an error. Until the end nobody knows that all is well: only [`tail`](Self::tail) tells.
/// It holds one folder at a time, so [`Limits::inflated_bulk`] may be larger than memory allows for whole
/// lists. A count is held against what that limit leaves, as the bytes left are not known.
#[derive(Debug)]
pub struct Directories<'d> {
    stream: Stream<'d>,
    limits: Limits,
    strictness: Strictness,
    next: Next,
    tail: SharesTail,
}

/// What comes next.
#[derive(Clone, Copy, Debug)]
enum Next {
    /// The number of the folders of a list.
    Count(List),
    /// A folder, or the end of the list.
    Directory {
        list: List,
        index: usize,
        count: u32,
    },
    /// The number between the lists.
    Unknown,
    /// What we don't know.
    Rest,
    /// Nothing: all was well.
    End,
    /// Nothing after an error.
    Failed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum List {
    Open,
    Locked,
}

impl Decoder {
    /// Reads the body of a [`SharesResponse`] folder by folder, inflating it on the way.
    ///
    /// ```
    /// use slsk_wire::Decoder;
    /// # use slsk_wire::peer::{Directory, PeerMessage, SharesResponse};
    /// # use slsk_wire::{Family, Frame, Limits};
    ///
    /// # let directory = Directory { name: r"Music\Ada".into(), files: Vec::new() };
    /// # let list = SharesResponse::new(vec![directory], Vec::new());
    /// # let bytes = PeerMessage::from(list).to_frame()?;
    /// # let frame = Frame::from_bytes(bytes, PeerMessage::ID, &Limits::default())?;
    /// let mut decoder = Decoder::default();
    /// let mut directories = decoder.directories(&frame.body);
    /// for listed in &mut directories {
    ///     let listed = listed?;
    ///     println!("{} {}", listed.directory.name, listed.directory.files.len());
    /// }
    /// let tail = directories.tail().expect("no error");
    /// assert_eq!(tail.trailing, 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// The iterator's errors are those of [`decode_message`](Self::decode_message), though a wrong count of
    /// folders may show later and as another one, and
    /// [`PartTooLarge`](DecodeErrorKind::PartTooLarge) for a folder above
    /// [`Limits::directory`](crate::Limits::directory).
    pub fn directories<'d>(&'d mut self, body: &'d Bytes) -> Directories<'d> {
        let limit = self.limits.inflated(SharesResponse::CODE);
        let inflating = self.inflater.start(body, limit);
        Directories {
            stream: Stream::new(SharesResponse::SCHEMA.record.name, inflating, CHUNK),
            limits: self.limits,
            strictness: self.strictness,
            next: Next::Count(List::Open),
            tail: SharesTail::default(),
        }
    }
}

impl Directories<'_> {
    /// What the list says besides, once the iterator has ended without an error.
    #[must_use]
    pub fn tail(&self) -> Option<SharesTail> {
        matches!(self.next, Next::End).then_some(self.tail)
    }

    fn advance(&mut self) -> Result<Option<ListedDirectory>, DecodeError> {
        loop {
            self.next = match self.next {
                Next::Count(list) => {
                    let count = self.count(list)?;
                    if list == List::Locked {
                        self.tail.locked = Some(count);
                    }
                    let index = 0;
                    Next::Directory { list, index, count }
                }
                Next::Directory { list, index, count } if index < count as usize => {
                    let directory = self.directory(list, index)?;
                    let index = index + 1;
                    self.next = Next::Directory { list, index, count };
                    return Ok(Some(ListedDirectory {
                        directory,
                        is_locked: list == List::Locked,
                    }));
                }
                Next::Directory { list, .. } => match list {
                    List::Open => self.unless_ended(Next::Unknown)?,
                    List::Locked => Next::Rest,
                },
                Next::Unknown => {
                    let path = [Segment::Field("unknown")];
                    self.tail.unknown = Some(self.stream.read(u32::MIN_LEN, &path)?);
                    self.unless_ended(Next::Count(List::Locked))?
                }
                Next::Rest => {
                    self.rest()?;
                    Next::End
                }
                Next::End | Next::Failed => return Ok(None),
            };
        }
    }

    /// `next`, which may be missing at the end.
    fn unless_ended(&mut self, next: Next) -> Result<Next, DecodeError> {
        let ended = self.stream.is_empty()?;
        Ok(if ended { Next::Rest } else { next })
    }

    fn count(&mut self, list: List) -> Result<u32, DecodeError> {
        let path = [Segment::Field(list.field())];
        let count: u32 = self.stream.read(u32::MIN_LEN, &path)?;
        let limit = self.limits.inflated(SharesResponse::CODE);
        let left = limit.saturating_sub(self.stream.offset());
        if count as usize > left / Directory::MIN_LEN {
            let kind = DecodeErrorKind::CountBeyondEnd { count, left };
            return Err(self.stream.error(kind, &path));
        }
        Ok(count)
    }

    fn directory(&mut self, list: List, index: usize) -> Result<Directory, DecodeError> {
        let path = [Segment::Index(index), Segment::Field(list.field())];
        self.stream.read(self.limits.directory, &path)
    }

    /// What a strict decoder could mind besides is not in folders: their values determine all bytes.
    fn rest(&mut self) -> Result<(), DecodeError> {
        let count = self.stream.skip_rest()?;
        if count > 0 && self.strictness == Strictness::Strict {
            let kind = DecodeErrorKind::Trailing { count };
            return Err(self.stream.error(kind, &[]));
        }
        self.tail.trailing = count;
        Ok(())
    }
}

impl List {
    /// The field of [`SharesResponse`].
    fn field(self) -> &'static str {
        match self {
            Self::Open => "directories",
            Self::Locked => "locked_directories",
        }
    }
}

impl Iterator for Directories<'_> {
    type Item = Result<ListedDirectory, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        let result = self.advance();
        if result.is_err() {
            self.next = Next::Failed;
        }
        result.transpose()
    }
}

impl FusedIterator for Directories<'_> {}
