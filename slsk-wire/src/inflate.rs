//! Inflating zlib streams step by step and never beyond a limit.

use flate2::{Decompress, FlushDecompress, Status};

use crate::error::DecodeErrorKind;

/// A zlib decoder that is used again for each message.
///
/// Its state has one size, some 50 KiB, whatever was inflated before; what it inflates belongs to the
/// caller, so that nothing huge stays behind.
#[derive(Debug, Default)]
pub struct Inflater {
    /// Made for the first compressed message: most connections never get one.
    state: Option<Decompress>,
}

impl Inflater {
    /// Begins to inflate `compressed`, to at most `limit` bytes.
    pub fn start<'a>(&'a mut self, compressed: &'a [u8], limit: usize) -> Inflating<'a> {
        let state = self.state.get_or_insert_with(|| Decompress::new(true));
        state.reset(true);
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
#[derive(Debug)]
pub struct Inflating<'a> {
    state: &'a mut Decompress,
    compressed: &'a [u8],
    inflated: Vec<u8>,
    /// How many bytes were taken out before; the limit counts them.
    taken: usize,
    limit: usize,
    /// Set at the end, well or not.
    ended: Option<Result<(), DecodeErrorKind>>,
}

impl<'a> Inflating<'a> {
    /// Inflates until `count` bytes are there or the stream ends, and shows all that is there.
    ///
    /// # Errors
    /// When the stream is damaged or cut short, or holds more than the limit.
    pub fn at_least(&mut self, count: usize) -> Result<&[u8], DecodeErrorKind> {
        while self.inflated.len() < count && self.ended.is_none() {
            if let Err(error) = self.grow(count).and_then(|()| self.step()) {
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
        if self.ended.is_none() {
            let guess = self.compressed.len().saturating_mul(4).min(self.limit);
            self.inflated
                .reserve_exact(guess.saturating_sub(self.inflated.len()));
        }
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

    /// Makes room for at least one byte, and at most one byte beyond the limit.
    fn grow(&mut self, count: usize) -> Result<(), DecodeErrorKind> {
        let (length, total) = (self.inflated.len(), self.total());
        if total > self.limit {
            return Err(DecodeErrorKind::InflatedTooLarge { limit: self.limit });
        }
        if length == self.inflated.capacity() {
            let most = self.limit.saturating_add(1) - total;
            let wanted = length.max(1024).min(count - length).max(64);
            self.inflated.reserve_exact(wanted.min(most));
        }
        Ok(())
    }

    /// How much was inflated, with what was taken out.
    fn total(&self) -> usize {
        self.taken + self.inflated.len()
    }

    fn step(&mut self) -> Result<(), DecodeErrorKind> {
        let (before_in, before_out) = (self.state.total_in(), self.inflated.len());
        let status = self
            .state
            .decompress_vec(self.compressed, &mut self.inflated, FlushDecompress::None)
            .map_err(|_| DecodeErrorKind::BadZlib)?;
        let consumed = usize::try_from(self.state.total_in() - before_in).unwrap_or(usize::MAX);
        self.compressed = self.compressed.get(consumed..).unwrap_or_default();
        if status == Status::StreamEnd {
            self.ended = Some(Ok(()));
        }
        if self.total() > self.limit {
            return Err(DecodeErrorKind::InflatedTooLarge { limit: self.limit });
        }
        let stalled = consumed == 0 && self.inflated.len() == before_out;
        if self.ended.is_none() && stalled && self.inflated.len() < self.inflated.capacity() {
            return Err(DecodeErrorKind::TruncatedZlib);
        }
        Ok(())
    }
}
