//! How much a stranger's frame may make us hold.

use slsk_wire::{Decoder, Limits};

const MIB: usize = 1 << 20;

/// A decoder for frames that are here already, so only what they inflate to is limited.
///
/// It is far more than clients send, and a message takes several times as much.
pub(crate) fn decoder() -> Decoder {
    Decoder::new(Limits {
        inflated_results: 64 * MIB,
        inflated_bulk: 256 * MIB,
        ..Limits::unbounded()
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use slsk_wire::peer::{Directory, FolderContentsResponse, PeerMessage, SharesResponse};
    use slsk_wire::{DecodeErrorKind, Family, FamilyId, Frame};

    use super::*;

    /// A folder whose name has so many bytes, packed.
    pub(crate) fn folder(length: usize) -> Vec<u8> {
        let message = FolderContentsResponse {
            token: 1,
            directory: "a".repeat(length).into(),
            directories: Vec::new(),
        };
        PeerMessage::from(message).to_frame().unwrap()
    }

    /// A share list with such a folder, packed.
    fn shares(length: usize) -> Vec<u8> {
        let directory = Directory {
            name: "a".repeat(length).into(),
            files: Vec::new(),
        };
        let message = SharesResponse::new(vec![directory], Vec::new());
        PeerMessage::from(message).to_frame().unwrap()
    }

    #[test]
    fn what_a_frame_inflates_to_is_limited() {
        let cases = [
            (folder(64 * MIB - 12), None),
            (folder(64 * MIB - 11), Some(64 * MIB)),
            (shares(64 * MIB), None),
            (shares(256 * MIB), Some(256 * MIB)),
        ];
        for (bytes, expected) in cases {
            assert!(bytes.len() < MIB);
            let frame = Frame::from_bytes(bytes, FamilyId::Peer, &Limits::unbounded()).unwrap();
            let problem = decoder().decode::<PeerMessage>(&frame).err();
            let expected = expected.map(|limit| DecodeErrorKind::InflatedTooLarge { limit });
            assert_eq!(problem.map(|problem| problem.kind), expected);
        }
    }
}
