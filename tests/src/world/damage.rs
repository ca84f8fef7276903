//! What a faulty program or a hostile one makes of a packet.

use arbitrary::{Arbitrary as _, Unstructured};
use slsk_net::machine::Packet;
use slsk_wire::distributed::DistributedMessage;
use slsk_wire::init::InitMessage;
use slsk_wire::peer::PeerMessage;
use slsk_wire::server::{ServerRequest, ServerResponse};
use slsk_wire::{AnyMessage, FamilyId};

use super::World;

/// The length of a frame, in front of it.
const LENGTH: usize = 4;

/// Any message of a family. `None` when chance makes none.
pub fn any_message(family: FamilyId, random: &mut fastrand::Rng) -> Option<AnyMessage> {
    let mut entropy = [0; 512];
    random.fill(&mut entropy);
    let source = &mut Unstructured::new(&entropy);
    let message = match family {
        FamilyId::ServerRequest => ServerRequest::arbitrary(source).map(Into::into),
        FamilyId::ServerResponse => ServerResponse::arbitrary(source).map(Into::into),
        FamilyId::PeerInit => InitMessage::arbitrary(source).map(Into::into),
        FamilyId::Peer => PeerMessage::arbitrary(source).map(Into::into),
        FamilyId::Distributed => DistributedMessage::arbitrary(source).map(Into::into),
    };
    message.ok()
}

impl World {
    /// Damages the bytes of a packet; from then on nothing that comes over this line surprises.
    pub(super) fn damage(&mut self, line: usize, packet: &Packet, bytes: &mut Vec<u8>) {
        if let Some(line) = &mut self.lines[line] {
            line.honest = false;
        }
        let Some(family) = packet.family().filter(|_| bytes.len() > LENGTH) else {
            return;
        };
        let random = &mut self.random;
        match random.u8(..10) {
            // Some byte is another.
            0 | 1 => {
                let at = random.usize(LENGTH..bytes.len());
                bytes[at] = random.u8(..);
            }
            // Some count or number claims a lot.
            2 | 3 => {
                let at = random.usize(LENGTH..bytes.len());
                let number = [u32::MAX, 1 << 31, 1 << 16, 0][random.usize(..4)].to_le_bytes();
                for (byte, new) in bytes[at..].iter_mut().zip(number) {
                    *byte = new;
                }
            }
            // The frame ends too early, or goes on.
            4 => {
                let length = random.usize(..bytes.len() - LENGTH);
                bytes.truncate(LENGTH + length);
                set_length(bytes);
            }
            5 => {
                let more = random.usize(1..64);
                bytes.extend(std::iter::repeat_with(|| random.u8(..)).take(more));
                set_length(bytes);
            }
            // It comes twice, or not at all.
            6 => bytes.extend_from_within(..),
            // Another one comes behind it.
            7 | 8 => {
                let message = any_message(family, random);
                let length = bytes.len();
                let encoded = message.map(|message| message.encode(&mut self.encoder, bytes));
                if !matches!(encoded, Some(Ok(()))) {
                    bytes.truncate(length);
                }
            }
            _ => {
                if random.bool() {
                    bytes.clear();
                } else {
                    // The next frame begins where nobody expects it.
                    let at = random.usize(..LENGTH);
                    bytes[at] ^= 1 << random.u8(..8);
                }
            }
        }
    }
}

fn set_length(frame: &mut [u8]) {
    let length = u32::try_from(frame.len() - LENGTH).unwrap_or(u32::MAX);
    frame[..LENGTH].copy_from_slice(&length.to_le_bytes());
}
