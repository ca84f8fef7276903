//! From the bytes of one connection to packets: what a world feeds and a machine steers.

use bytes::Bytes;
use slsk_wire::file::{FileOffset, FileTicket};
use slsk_wire::peer::{FileSearchResponse, PeerMessage};
use slsk_wire::{
    AnyMessage, DecodeError, Decoder, FamilyId, Frame, FrameError, Framer, Limits, Message,
};

use super::{OpenSearches, Packet};

/// What is to be read from a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Nothing for now: leave the bytes where they are.
    Nothing,
    /// One message of this family, then nothing.
    One(FamilyId),
    /// Messages of this family; share lists and user info, which are large and unasked, end the connection.
    Messages(FamilyId),
    /// Messages of a peer, share lists and user info included.
    Bulk,
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
    limits: Limits,
    decoder: Decoder,
    expect: Expect,
    /// How much of a message that is not whole yet was [said](Self::has_moved) to have come.
    told: usize,
}

/// What [`Inbound::next_packet`] found wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// One frame is not what its code promises; the next one may be.
    Decode(DecodeError, FamilyId, Frame),
    /// The bytes are no sequence of frames: close.
    Frame(FrameError),
}

impl Inbound {
    /// How much of a large message counts as progress, in bytes, on either way.
    pub(crate) const PROGRESS: usize = 64 * 1024;

    /// A new connection, of which nothing is expected yet.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            framer: Framer::new(unasked(limits)),
            limits,
            decoder: Decoder::new(limits),
            expect: Expect::Nothing,
            told: 0,
        }
    }

    /// Whether each frame comes behind a key of its own.
    pub fn set_obfuscated(&mut self, obfuscated: bool) {
        self.framer.set_obfuscated(obfuscated);
    }

    /// Says what comes next. It holds for bytes that were pushed but not yet read, too.
    pub fn expect(&mut self, expect: Expect) {
        self.framer.set_limits(match expect {
            Expect::Bulk => self.limits,
            _ => unasked(self.limits),
        });
        self.expect = expect;
    }

    /// What is to be read now.
    #[must_use]
    pub fn expected(&self) -> Expect {
        self.expect
    }

    /// Whether to read from the connection.
    #[must_use]
    pub fn wants_bytes(&self) -> bool {
        self.expect != Expect::Nothing
    }

    /// Whether another 64 KiB of a message have come that is not whole yet, since this was last so.
    pub fn has_moved(&mut self) -> bool {
        let buffered = self.framer.buffered().len();
        if buffered < self.told {
            self.told = 0;
        }
        let moved = buffered >= self.told + Self::PROGRESS;
        if moved {
            self.told = buffered;
        }
        moved
    }

    /// Appends bytes as they came.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.expect != Expect::End {
            self.framer.push(bytes);
        }
    }

    /// The next packet, or `None` until there are more bytes or another expectation.
    ///
    /// Replies to other searches than those in `open`, and of users who have brought enough, are passed over; no more of
    /// them is inflated than it takes to see that.
    ///
    /// # Errors
    /// When the bytes are not what is expected.
    pub fn next_packet(&mut self, open: &OpenSearches) -> Result<Option<Packet>, Fault> {
        let packet = match self.expect {
            Expect::Nothing | Expect::End => None,
            Expect::One(family) | Expect::Messages(family) => self.message(family, open)?,
            Expect::Bulk => self.message(FamilyId::Peer, open)?,
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
        if packet.is_some() && !matches!(self.expect, Expect::Messages(_) | Expect::Bulk) {
            self.expect = Expect::Nothing;
        }
        Ok(packet)
    }

    /// The bytes that no packet has taken, such as the beginning of a file.
    #[must_use]
    pub fn take_rest(&mut self) -> Bytes {
        let count = self.framer.buffered().len();
        self.framer.take(count).unwrap_or_default()
    }

    fn message(&mut self, family: FamilyId, open: &OpenSearches) -> Result<Option<Packet>, Fault> {
        while let Some(mut frame) = self.framer.next(family).map_err(Fault::Frame)? {
            let decoded = self.decode(family, &mut frame, open);
            let decoded = decoded.map_err(|error| Fault::Decode(error, family, frame.clone()))?;
            if let Some(message) = decoded {
                return Ok(Some(match message {
                    AnyMessage::DistributedMessage(message) => Packet::Distributed(message, frame),
                    other => Packet::Message(other),
                }));
            }
        }
        Ok(None)
    }

    /// The message in a frame, unless nobody wants it.
    fn decode(
        &mut self,
        family: FamilyId,
        frame: &mut Frame,
        open: &OpenSearches,
    ) -> Result<Option<AnyMessage>, DecodeError> {
        if (family, frame.code) == (FamilyId::Peer, FileSearchResponse::CODE) {
            let peeked = self.decoder.peek::<FileSearchResponse>(&frame.body)?;
            let head = peeked.head();
            let enough = open.get(&head.token);
            if enough.is_none_or(|enough| enough.contains(&head.username)) {
                return Ok(None);
            }
            return Ok(Some(PeerMessage::from(peeked.decode()?.message).into()));
        }
        // What a machine keeps of a message, such as a name in an answer, must not keep the bytes of others alive.
        if frame.body.len() < Framer::LARGE {
            frame.body = Bytes::copy_from_slice(&frame.body);
        }
        let decoded = AnyMessage::decode(&mut self.decoder, family, frame)?;
        let is_padded =
            !decoded.trailing.is_empty() && decoded.body.as_ptr() == frame.body.as_ptr();
        if is_padded && family != FamilyId::Distributed {
            // Nor those that mean nothing.
            let end = frame.body.len() - decoded.trailing.len();
            frame.body = Bytes::copy_from_slice(&frame.body[..end]);
            return Ok(Some(
                AnyMessage::decode(&mut self.decoder, family, frame)?.message,
            ));
        }
        Ok(Some(decoded.message))
    }

    fn number<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.framer.take(N)?.as_ref().try_into().ok()
    }
}

/// The limits while no share list and no user info is awaited: such a frame is refused at its head.
fn unasked(limits: Limits) -> Limits {
    Limits {
        peer_bulk: 0,
        ..limits
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use slsk_wire::Family;
    use slsk_wire::peer::{Attributes, File, SharesResponse, UserInfoRequest, UserInfoResponse};

    use super::*;

    fn reply(token: u32, files: usize) -> PeerMessage {
        reply_of("somebody", token, files)
    }

    fn reply_of(user: &str, token: u32, files: usize) -> PeerMessage {
        let file = File::new("song", 1, Attributes::default());
        FileSearchResponse::new(user, token, vec![file; files]).into()
    }

    /// What comes of these messages while the searches 7 and 8 are open.
    fn read(messages: &[PeerMessage]) -> Vec<Result<Packet, Fault>> {
        let mut inbound = Inbound::new(Limits {
            inflated_results: 1000,
            ..Limits::default()
        });
        inbound.expect(Expect::Messages(FamilyId::Peer));
        for message in messages {
            inbound.push(&message.to_frame().unwrap());
        }
        let greedy = BTreeSet::from(["greedy".into()]);
        let open = Arc::new([(7, BTreeSet::new()), (8, greedy)].into());
        std::iter::from_fn(|| inbound.next_packet(&open).transpose()).collect()
    }

    #[test]
    fn replies_to_other_searches_are_passed_over() {
        let other = PeerMessage::from(UserInfoRequest);
        let messages = [
            reply(6, 1),
            reply(7, 1),
            other.clone(),
            reply(9, 1),
            reply(8, 2),
        ];
        let expected = [reply(7, 1), other, reply(8, 2)];
        assert_eq!(read(&messages), expected.map(|message| Ok(message.into())));
        assert_eq!(read(&[reply(6, 1), reply(9, 1)]), []);
    }

    #[test]
    fn who_has_brought_enough_for_a_search_is_passed_over_before_his_reply_is_inflated() {
        let other = reply_of("greedy", 7, 1);
        let messages = [reply_of("greedy", 8, 100_000), other.clone(), reply(8, 1)];
        let expected = [other, reply(8, 1)];
        assert_eq!(read(&messages), expected.map(|message| Ok(message.into())));
    }

    #[test]
    fn an_unasked_share_list_is_refused_at_its_head() {
        let mut inbound = Inbound::new(Limits::default());
        let open = OpenSearches::default();
        for code in [SharesResponse::CODE, UserInfoResponse::CODE] {
            let head = [1000_u32, code].map(u32::to_le_bytes).concat();
            for expect in [Expect::Messages(FamilyId::Peer), Expect::Nothing] {
                inbound.expect(expect);
                inbound.expect(Expect::Messages(FamilyId::Peer));
                inbound.push(&head);
                let refused = inbound.next_packet(&open);
                assert!(matches!(refused, Err(Fault::Frame(_))), "{refused:?}");
                let _ = inbound.take_rest();
            }
            inbound.expect(Expect::Bulk);
            inbound.push(&head);
            assert_eq!(inbound.next_packet(&open), Ok(None));
            let _ = inbound.take_rest();
        }
    }

    #[test]
    fn an_awaited_share_list_is_read_and_more_may_follow() {
        let mut inbound = Inbound::new(Limits::default());
        let open = OpenSearches::default();
        let list = PeerMessage::from(SharesResponse::new(Vec::new(), Vec::new()));
        inbound.expect(Expect::Bulk);
        for message in [&list, &UserInfoRequest.into(), &list] {
            inbound.push(&message.to_frame().unwrap());
            let packet = Packet::from(message.clone());
            assert_eq!(inbound.next_packet(&open), Ok(Some(packet)));
        }
    }

    #[test]
    fn what_is_passed_over_is_not_inflated() {
        assert_eq!(read(&[reply(6, 100_000)]), []);
        let [Err(Fault::Decode(error, ..))] = &read(&[reply(7, 100_000)])[..] else {
            panic!("it is over the limit");
        };
        assert_eq!(error.kind.name(), "inflated_too_large");
    }
}
