//! What can be wrong with a capture file.

use std::fmt;
use std::io;

/// Why a capture could not be read, or not all of it. Displays as one line without the file's name.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// The operating system refused.
    #[error("cannot be read: {0}; check its name and permissions")]
    Read(#[from] io::Error),
    /// There is not a single byte.
    #[error("empty file; capture again, and end the capture before reading it")]
    Empty,
    /// None of the known beginnings.
    #[error(
        "not a capture: expected pcap, pcapng or JSON lines; if it is compressed, unpack it first"
    )]
    Unrecognized,
    /// The file ends too early.
    #[error(
        "truncated: the file ends inside {part}, which begins at byte {offset} and lacks {}; copy or capture it again",
        Count(*.missing)
    )]
    Truncated {
        /// What is incomplete.
        part: Part,
        /// Where it begins in the file.
        offset: u64,
        /// How many bytes are known to be missing; there may be more.
        missing: u64,
    },
    /// A part contradicts itself, and what follows it cannot be found.
    #[error("damaged: {part} at byte {offset} {problem}; copy or capture it again")]
    Malformed {
        /// What is wrong.
        part: Part,
        /// Where it begins in the file.
        offset: u64,
        /// How it is wrong, as the rest of a sentence.
        problem: &'static str,
    },
    /// Packets of a link layer that carries no IP, or is not known here.
    #[error(
        "unsupported link type {0}: expected Ethernet, Linux cooked, raw IP or BSD loopback; capture on another interface"
    )]
    UnsupportedLink(u32),
    /// A line of a JSON lines file.
    #[error("line {line}: {problem}; correct or remove it")]
    Line {
        /// Its number, from 1.
        line: usize,
        /// How it is wrong.
        problem: String,
    },
}

/// A part of a capture file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The header of the whole file or of a section.
    Header,
    /// A packet, numbered from 1 over the whole file.
    Packet(u64),
    /// A block which is no packet.
    Block,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header => f.write_str("a header"),
            Self::Packet(number) => write!(f, "packet {number}"),
            Self::Block => f.write_str("a block"),
        }
    }
}

/// A number of bytes with its noun.
struct Count(u64);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = if self.0 == 1 { "byte" } else { "bytes" };
        write!(f, "{} {noun}", self.0)
    }
}
