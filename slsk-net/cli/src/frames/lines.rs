//! Lines of bounded length out of a stream.

use std::io::{self, BufRead, BufReader, ErrorKind, Read};

/// The longest line that is read, in bytes.
pub(super) const LONGEST: usize = 64 << 20;

/// Cuts a stream into lines.
#[derive(Debug)]
pub(super) struct Lines<R> {
    reader: BufReader<R>,
}

/// What [`Lines::next`] has found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A line, without its end.
    Whole,
    /// A line over the limit, which was skipped.
    TooLong,
    /// There are no more lines.
    End,
}

impl<R: Read> Lines<R> {
    /// The lines of `input`.
    pub(super) fn new(input: R) -> Self {
        Self {
            reader: BufReader::with_capacity(1 << 16, input),
        }
    }

    /// Whether the next line is here already, so that reading it can't block.
    pub(super) fn has_whole_line(&self) -> bool {
        self.reader.buffer().contains(&b'\n')
    }

    /// Reads the next line into `line`; the last one needs no end.
    ///
    /// # Errors
    /// Those of the stream.
    pub(super) fn next(&mut self, line: &mut Vec<u8>) -> io::Result<Line> {
        line.clear();
        let mut found = Line::End;
        loop {
            let available = match self.reader.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if available.is_empty() {
                return Ok(found);
            }
            let end = available.iter().position(|&byte| byte == b'\n');
            let part = &available[..end.unwrap_or(available.len())];
            if found == Line::TooLong || part.len() > LONGEST - line.len() {
                found = Line::TooLong;
                *line = Vec::new();
            } else {
                found = Line::Whole;
                line.extend_from_slice(part);
            }
            let consumed = part.len() + usize::from(end.is_some());
            self.reader.consume(consumed);
            if end.is_some() {
                return Ok(found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(input: impl Read) -> Vec<(Line, usize)> {
        let mut lines = Lines::new(input);
        let mut line = Vec::new();
        let mut found = Vec::new();
        loop {
            match lines.next(&mut line).unwrap() {
                Line::End => return found,
                kind => found.push((kind, line.len())),
            }
        }
    }

    #[test]
    fn the_last_line_needs_no_end() {
        let whole = |length| (Line::Whole, length);
        assert_eq!(all(&b""[..]), []);
        assert_eq!(all(&b"\n"[..]), [whole(0)]);
        assert_eq!(all(&b"a\n\nbc"[..]), [whole(1), whole(0), whole(2)]);
        assert_eq!(all(&b"a\nb\n"[..]), [whole(1), whole(1)]);
    }

    #[test]
    fn a_long_line_is_skipped_and_not_held() {
        let long = LONGEST as u64;
        let input = io::repeat(b'x')
            .take(long)
            .chain(&b"\n"[..])
            .chain(io::repeat(b'y').take(long + 1))
            .chain(&b"\nz\n"[..])
            .chain(io::repeat(b'y').take(long * 2));
        let expected = [
            (Line::Whole, LONGEST),
            (Line::TooLong, 0),
            (Line::Whole, 1),
            (Line::TooLong, 0),
        ];
        assert_eq!(all(input), expected);
    }
}
