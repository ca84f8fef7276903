//! Inflating zlib streams step by step and never beyond a limit.

use std::fmt;

use flate2::{Decompress, FlushDecompress, Status};

use crate::error::DecodeErrorKind;

/// A zlib decoder that is used again for each message.
///
/// Its state has one size, some 64 KiB, whatever was inflated before; what it inflates belongs to the
/// caller, so that nothing huge stays behind.
#[derive(Debug, Default)]
pub struct Inflater {
    /// Made for the first compressed message: most connections never get one.
    state: Option<State>,
}

struct State {
    zlib: Decompress,
    /// Where the beginning of a message is inflated, so that most get memory of exactly their size. flate2
    /// would fill spare room of a `Vec` with zeros first, all of it each time.
    scratch: Box<[u8]>,
}

/// Shows nothing: the scratch space has the last message in it.
impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State").finish_non_exhaustive()
    }
}

/// The size of the scratch space: most search replies fit in, and it fits in the cache.
const SCRATCH: usize = 16 << 10;
/// How much is inflated at once of what is larger than that. Between two pieces zlib copies its window
/// of 32 KiB.
const PIECE: usize = 256 << 10;
/// The least that a step asks zlib for, in bytes.
const LEAST: usize = 64;

impl Inflater {
    /// Begins to inflate `compressed`, to at most `limit` bytes.
    pub fn start<'a>(&'a mut self, compressed: &'a [u8], limit: usize) -> Inflating<'a> {
        let state = self.state.get_or_insert_with(|| State {
            zlib: Decompress::new(true),
            scratch: vec![0; SCRATCH].into(),
        });
        state.zlib.reset(true);
        Inflating {
            state,
            compressed,
            inflated: Vec::new(),
            taken: 0,
            limit,
            ended: None,
        }
    }
}

/// A zlib stream, inflated as far as somebody has asked.
pub struct Inflating<'a> {
    state: &'a mut State,
    compressed: &'a [u8],
    inflated: Vec<u8>,
    /// How many bytes were taken out before; the limit counts them.
    taken: usize,
    limit: usize,
    /// Set at the end, well or not.
    ended: Option<Result<(), DecodeErrorKind>>,
}

/// Shows only how much has come.
impl fmt::Debug for Inflating<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inflating")
            .field("inflated", &format_args!("{} bytes", self.inflated.len()))
            .field("limit", &self.limit)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

impl<'a> Inflating<'a> {
    /// Inflates until `count` bytes are there or the stream ends, and shows all that is there.
    ///
    /// # Errors
    /// When the stream is damaged or cut short, or holds more than the limit.
    pub fn at_least(&mut self, count: usize) -> Result<&[u8], DecodeErrorKind> {
        while self.inflated.len() < count && self.ended.is_none() {
            if let Err(error) = self.step(count) {
                self.ended = Some(Err(error));
            }
        }
        match &self.ended {
            Some(Err(error)) => Err(error.clone()),
            _ => Ok(&self.inflated),
        }
    }

    /// All that is there so far, whether the stream has ended well or not.
    #[must_use]
    pub fn so_far(&self) -> &[u8] {
        &self.inflated
    }

    /// Inflates all. The second value is what follows the stream in the frame.
    ///
    /// # Errors
    /// When the stream is damaged or cut short, or holds more than the limit.
    pub fn finish(mut self) -> Result<(Vec<u8>, &'a [u8]), DecodeErrorKind> {
        self.at_least(usize::MAX)?;
        // The texts of a message keep all of it alive, what was reserved in vain too.
        self.inflated.shrink_to_fit();
        Ok((self.inflated, self.compressed))
    }

    /// Whether the stream has come to its end, well or not.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended.is_some()
    }

    /// What follows in the frame: once the stream has ended, what does not belong to it.
    pub(crate) fn behind(&self) -> &'a [u8] {
        self.compressed
    }

    /// Takes out all that is there, so that only what comes from now on is held.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        self.taken += self.inflated.len();
        std::mem::take(&mut self.inflated)
    }

    /// Gives back the end of what was taken; what comes from now on follows it.
    pub(crate) fn put_back(&mut self, bytes: Vec<u8>) {
        self.taken -= bytes.len();
        self.inflated = bytes;
    }

    /// How much was inflated, with what was taken out.
    fn total(&self) -> usize {
        self.taken + self.inflated.len()
    }

    /// Inflates a piece, but no more than `count` bytes in all, and at most one byte beyond the limit.
    fn step(&mut self, count: usize) -> Result<(), DecodeErrorKind> {
        let length = self.inflated.len();
        let most = self.limit.saturating_add(1).saturating_sub(self.total());
        let wanted = (count - length).max(LEAST).min(most);
        let State { zlib, scratch } = &mut *self.state;
        let before = (zlib.total_in(), zlib.total_out());
        let small = length < SCRATCH;
        let room = if small {
            &mut scratch[..wanted.min(SCRATCH)]
        } else {
            let piece = wanted.min(PIECE);
            if self.inflated.capacity() - length < piece {
                // What the rest may inflate to. Room that stays empty is given back at the end.
                let guess = self.compressed.len().saturating_mul(6).max(length);
                // A message may end long before its frame does.
                let guess = guess.min(length.saturating_mul(4));
                self.inflated.reserve_exact(guess.clamp(piece, wanted));
            }
            self.inflated.resize(length + piece, 0);
            &mut self.inflated[length..]
        };
        let status = zlib.decompress(self.compressed, room, FlushDecompress::None);
        let consumed = usize::try_from(zlib.total_in() - before.0).unwrap_or(usize::MAX);
        let produced = usize::try_from(zlib.total_out() - before.1).unwrap_or(usize::MAX);
        if small {
            let produced = scratch.get(..produced).unwrap_or_default();
            self.inflated.extend_from_slice(produced);
        } else {
            self.inflated.truncate(length.saturating_add(produced));
        }
        let status = status.map_err(|_| DecodeErrorKind::BadZlib)?;
        self.compressed = self.compressed.get(consumed..).unwrap_or_default();
        if self.total() > self.limit {
            return Err(DecodeErrorKind::InflatedTooLarge { limit: self.limit });
        }
        if status == Status::StreamEnd {
            self.ended = Some(Ok(()));
        } else if consumed == 0 && produced == 0 {
            return Err(DecodeErrorKind::TruncatedZlib);
        }
        Ok(())
    }
}
