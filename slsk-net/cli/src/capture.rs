//! Reads the TCP connections out of a capture file: pcap, pcapng, or JSON lines of messages.
//!
//! Nothing here knows a Soulseek message. The format is told by the first bytes of the file, never by its name.
//! Memory is bounded by a small multiple of the file's size, whatever the file claims about itself.

mod error;
mod jsonl;
mod packet;
mod pcap;
mod pcapng;
mod tcp;
#[cfg(test)]
mod testing;

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;

pub use error::{CaptureError, Part};

/// What a file holds, as far as it could be read.
#[derive(Debug)]
pub(crate) struct Capture {
    /// The connections, in the order of their first packet or row.
    pub(crate) connections: Vec<Connection>,
    /// Why something is missing: the first fault met. `connections` holds what could be read nevertheless.
    pub(crate) damage: Option<CaptureError>,
}

/// One TCP connection, both directions reassembled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Connection {
    /// Who opened it: the sender of the SYN, else of the first packet seen.
    pub(crate) initiator: SocketAddr,
    /// The other end.
    pub(crate) acceptor: SocketAddr,
    /// Whether the opening is known, so that the streams begin at their first byte and `initiator` is no guess.
    pub(crate) opened: bool,
    /// The bytes of both directions, in the order in which they became readable.
    pub(crate) segments: Vec<Segment>,
}

/// A run of bytes of one direction; the runs of a direction follow each other without gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    /// When the packet arrived that made it readable, since the Unix epoch.
    pub(crate) time: Duration,
    /// Who sent it.
    pub(crate) from: Side,
    /// The bytes, or how many of them are unknown.
    pub(crate) content: Content,
}

/// An end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Side {
    /// The one who opened the connection.
    Initiator,
    /// The one who was listening.
    Acceptor,
}

impl Side {
    /// The opposite end.
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Initiator => Self::Acceptor,
            Self::Acceptor => Self::Initiator,
        }
    }
}

/// What is known of a run of bytes. Never of length zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// The bytes.
    Data(Bytes),
    /// So many bytes were sent that the file does not hold. Only a number: it may be huge in a hostile file.
    Missing(u64),
}

impl Content {
    /// The number of bytes in the stream.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Data(bytes) => bytes.len() as u64,
            Self::Missing(length) => *length,
        }
    }
}

/// Reads the capture at `path`.
///
/// # Errors
/// When nothing could be read; a fault that leaves connections to show is in [`Capture::damage`] instead.
pub(crate) fn read(path: &Path) -> Result<Capture, CaptureError> {
    read_bytes(std::fs::read(path)?)
}

/// Reads a capture from memory; the segments share the buffer.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_bytes(file: impl Into<Bytes>) -> Result<Capture, CaptureError> {
    let file = file.into();
    let (connections, damage) = match Format::of(&file)? {
        Format::Pcap => read_packets(&file, pcap::walk),
        Format::PcapNg => read_packets(&file, pcapng::walk),
        Format::JsonLines => jsonl::read(&file),
    };
    match damage {
        Some(error) if connections.is_empty() => Err(error),
        damage => Ok(Capture {
            connections,
            damage,
        }),
    }
}

/// A stored packet with its link header. `data` is a part of the file.
#[derive(Clone, Copy, Debug)]
struct Frame<'a> {
    /// Since the Unix epoch.
    time: Duration,
    /// LINKTYPE number.
    link: u32,
    /// What was stored.
    data: &'a [u8],
    /// Length on the wire, not less than that of `data` unless the file is wrong.
    wire_len: u32,
}

/// Hands every packet of a file to the function, up to the first fault.
type Walk = fn(&[u8], &mut dyn FnMut(Frame<'_>)) -> Result<(), CaptureError>;

/// Reassembles what `walk` finds in `file`.
fn read_packets(file: &Bytes, walk: Walk) -> (Vec<Connection>, Option<CaptureError>) {
    let mut streams = tcp::Streams::new(file.clone());
    let mut unsupported = None;
    let walked = walk(file, &mut |frame| match packet::dissect(&frame) {
        Ok(Some(packet)) => streams.push(frame.time, &packet),
        Ok(None) => {}
        Err(error) => unsupported = unsupported.take().or(Some(error)),
    });
    (streams.finish(), walked.err().or(unsupported))
}

/// The formats, by their first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// libpcap's first format, of either byte order and time unit.
    Pcap,
    /// Its successor.
    PcapNg,
    /// One JSON object a line.
    JsonLines,
}

impl Format {
    /// The magic of pcapng's section header, the same in both byte orders.
    const SECTION: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];
    /// Those of pcap: microseconds, nanoseconds, Kuznetzov's longer record header.
    const PCAP: [u32; 3] = [0xa1b2_c3d4, 0xa1b2_3c4d, 0xa1b2_cd34];

    /// Tells the format of a file.
    fn of(file: &[u8]) -> Result<Self, CaptureError> {
        let magic = file.first_chunk();
        let pcap = |magic: &[u8; 4]| {
            // The parser knows the longer record header in little-endian files only.
            Self::PCAP.contains(&u32::from_le_bytes(*magic))
                || Self::PCAP[..2].contains(&u32::from_be_bytes(*magic))
        };
        match file.trim_ascii_start().first() {
            _ if magic == Some(&Self::SECTION) => Ok(Self::PcapNg),
            _ if magic.is_some_and(pcap) => Ok(Self::Pcap),
            Some(b'{') => Ok(Self::JsonLines),
            _ if file.is_empty() => Err(CaptureError::Empty),
            _ => Err(CaptureError::Unrecognized),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{Packet, PcapFile, PcapNgFile, jsonl_row};
    use super::*;

    /// Two packets in a little-endian pcap file.
    fn small() -> Vec<u8> {
        PcapFile::new()
            .packet(&Packet::up(1, b"ab"))
            .packet(&Packet::down(7, b"cde"))
            .build()
    }

    #[test]
    fn tells_the_format_by_the_first_bytes() {
        assert_eq!(Format::of(&small()).unwrap(), Format::Pcap);
        assert_eq!(Format::of(b"\n\r\r\n").unwrap(), Format::PcapNg);
        assert_eq!(Format::of(b"\n  {").unwrap(), Format::JsonLines);
        let empty = Format::of(b"").unwrap_err().to_string();
        assert!(empty.starts_with("empty file; "), "{empty}");
        let wrong = "not a capture: expected pcap, pcapng or JSON lines; if it is compressed, unpack it first";
        for text in [&b"\n\r\r"[..], b" ", b"[]", b"\x1f\x8b", b"hello world"] {
            assert_eq!(Format::of(text).unwrap_err().to_string(), wrong);
        }
    }

    #[test]
    fn reads_from_a_path() {
        let path = std::env::temp_dir().join(format!("slsk-capture-{}.pcap", std::process::id()));
        std::fs::write(&path, small()).unwrap();
        let read_back = read(&path);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(read_back.unwrap().connections.len(), 1);
        assert!(
            read(&path)
                .unwrap_err()
                .to_string()
                .starts_with("cannot be read: ")
        );
    }

    #[test]
    fn keeps_what_precedes_a_truncation() {
        let file = small();
        let capture = read_bytes(file[..file.len() - 1].to_vec()).unwrap();
        assert_eq!(capture.connections[0].segments.len(), 1);
        assert_eq!(
            capture.damage.unwrap().to_string(),
            "truncated: the file ends inside packet 2, which begins at byte 96 and lacks 1 byte; copy or capture it again"
        );
    }

    #[test]
    fn every_truncation_is_an_error_or_ends_between_packets() {
        let ng =
            PcapNgFile::new(true)
                .interface(1, &[])
                .enhanced(0, 1, &Packet::up(1, b"ab").build());
        let rows = format!("{}\n{}\n", jsonl_row(1, "aabb", ""), jsonl_row(1, "cc", ""));
        for file in [small(), ng.build(), rows.into_bytes()] {
            let mut whole = 0;
            for end in 0..=file.len() {
                whole += usize::from(
                    read_bytes(file[..end].to_vec()).is_ok_and(|capture| capture.damage.is_none()),
                );
            }
            // After the header and each packet or block; after each row, with and without the line's end.
            assert!((3..=4).contains(&whole), "{whole}");
        }
    }

    #[test]
    fn an_unsupported_link_type_is_reported_once() {
        let error = read_bytes(
            PcapFile::new()
                .link(105)
                .packet(&Packet::up(1, b"ab"))
                .build(),
        )
        .unwrap_err();
        assert!(
            error.to_string().starts_with("unsupported link type 105"),
            "{error}"
        );
    }

    #[test]
    fn no_bytes_make_it_panic() {
        let ng = PcapNgFile::new(false)
            .interface(1, &[(9, vec![9])])
            .enhanced(0, 1, &Packet::up(1, b"ab").build())
            .simple(&Packet::down(1, b"ab").build())
            .obsolete(0, 1, &Packet::up(3, b"ab").build());
        let row = jsonl_row(1, "aabb", r#","data_len":9"#);
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut random = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        for file in [small(), ng.build(), row.into_bytes()] {
            for _ in 0..20_000 {
                let mut broken = file.clone();
                for _ in 0..=random() % 4 {
                    let at = usize::try_from(random()).unwrap() % broken.len();
                    broken[at] = random().to_le_bytes()[0];
                }
                let _ = read_bytes(broken);
            }
            for length in 0..500 {
                let mut noise = file[..8].to_vec();
                noise.extend((0..length).map(|_| random().to_le_bytes()[0]));
                let _ = read_bytes(noise.clone());
                let _ = read_bytes(noise.split_off(8));
            }
        }
    }
}
