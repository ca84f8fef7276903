//! From the bytes of one connection to packets: what a world feeds and a machine steers.

use slsk_wire::file::{FileOffset, FileTicket};
use slsk_wire::{AnyMessage, DecodeError, Decoder, FamilyId, FrameError, Framer, Limits};

use super::Packet;

/// What is to be read from a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Nothing for now: leave the bytes where they are.
    Nothing,
    /// One message of this family, then nothing.
    One(FamilyId),
    /// Messages of this family.
    Messages(FamilyId),
    /// The ticket of a file connection, then nothing.
    Ticket,
    /// The offset of a file connection, then nothing.
    Offset,
    /// Only the end: whatever comes is thrown away.
    End,
}

/// The reading half of a connection.
#[derive(Debug)]
pub struct Inbound {
    framer: Framer,
    decoder: Decoder,
    expect: Expect,
}

/// What [`Inbound::next_packet`] found wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// One frame is not what its code promises; the next one may be.
    Decode(DecodeError),
    /// The bytes are no sequence of frames: close.
    Frame(FrameError),
}

impl Inbound {
    /// A new connection, of which nothing is expected yet.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            framer: Framer::new(limits),
            decoder: Decoder::new(limits),
            expect: Expect::Nothing,
        }
    }

    /// Says what comes next. It holds for bytes that were pushed but not yet read, too.
    pub fn expect(&mut self, expect: Expect) {
        self.expect = expect;
    }

    /// Whether to read from the connection.
    #[must_use]
    pub fn wants_bytes(&self) -> bool {
        self.expect != Expect::Nothing
    }

    /// Appends bytes as they came.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.expect != Expect::End {
            self.framer.push(bytes);
        }
    }

    /// The next packet, or `None` until there are more bytes or another expectation.
    ///
    /// # Errors
    /// When the bytes are not what is expected.
    pub fn next_packet(&mut self) -> Result<Option<Packet>, Fault> {
        let packet = match self.expect {
            Expect::Nothing | Expect::End => None,
            Expect::One(family) | Expect::Messages(family) => self.message(family)?,
            Expect::Ticket => self.number().map(|bytes| {
                Packet::Ticket(FileTicket {
                    token: u32::from_le_bytes(bytes),
                })
            }),
            Expect::Offset => self.number().map(|bytes| {
                Packet::Offset(FileOffset {
                    offset: u64::from_le_bytes(bytes),
                })
            }),
        };
        if packet.is_some() && !matches!(self.expect, Expect::Messages(_)) {
            self.expect = Expect::Nothing;
        }
        Ok(packet)
    }

    /// The bytes that no packet has taken, such as the beginning of a file.
    #[must_use]
    pub fn take_rest(&mut self) -> bytes::Bytes {
        let count = self.framer.buffered().len();
        self.framer.take(count).unwrap_or_default()
    }

    fn message(&mut self, family: FamilyId) -> Result<Option<Packet>, Fault> {
        let Some(frame) = self.framer.next(family).map_err(Fault::Frame)? else {
            return Ok(None);
        };
        let decoded =
            AnyMessage::decode(&mut self.decoder, family, &frame).map_err(Fault::Decode)?;
        Ok(Some(decoded.message.into()))
    }

    fn number<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.framer.take(N)?.as_ref().try_into().ok()
    }
}
