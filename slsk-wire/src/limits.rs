//! [`Limits`]: how much a peer may make us hold.

use crate::family::FamilyId;
use crate::peer::{FileSearchResponse, FolderContentsResponse, SharesResponse, UserInfoResponse};
use crate::wire::Message;

/// Upper bounds, in bytes, that travel with the [`Framer`](crate::Framer) and the
/// [`Decoder`](crate::Decoder).
///
/// A decoded message takes at most eight times the memory of its inflated body, as a list of empty texts does,
/// and the body itself, whose memory the texts share: list counts are checked against the bytes left. While
/// it is being inflated a body takes at most twice its limit; a [strict](crate::Strictness) decoder holds it once
/// more. All this is counted in `tests/alloc`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Frames that a server receives. The official clients send well below 8 KiB.
    pub server_request: usize,
    /// Frames that a client receives from its server, the largest being room and user lists.
    pub server_response: usize,
    /// The first frame of a connection between peers.
    pub peer_init: usize,
    /// Frames of the distributed network.
    pub distributed: usize,
    /// Peer frames without a bound of their own.
    pub peer: usize,
    /// Search replies and folder contents, compressed, and peer codes that we don't know.
    pub peer_results: usize,
    /// Share lists and user info with its picture, compressed.
    pub peer_bulk: usize,
    /// What a search reply or folder contents inflate to.
    pub inflated_results: usize,
    /// What a share list inflates to.
    pub inflated_bulk: usize,
    /// The head of a compressed message, inflated, where it is [read first](crate::Decoder::peek).
    pub head: usize,
    /// One folder of a share list, inflated, where they are [read one by one](crate::Decoder::directories).
    pub directory: usize,
}

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

impl Default for Limits {
    fn default() -> Self {
        Self {
            server_request: 8 * KIB,
            server_response: 16 * MIB,
            peer_init: 16 * KIB,
            distributed: 16 * KIB,
            peer: 64 * KIB,
            peer_results: 16 * MIB,
            peer_bulk: 448 * MIB,
            inflated_results: 128 * MIB,
            inflated_bulk: 512 * MIB,
            head: 64 * KIB,
            directory: 32 * MIB,
        }
    }
}

impl Limits {
    /// No bounds but those of the format: for files of captures, not for the network.
    #[must_use]
    pub const fn unbounded() -> Self {
        Self {
            server_request: usize::MAX,
            server_response: usize::MAX,
            peer_init: usize::MAX,
            distributed: usize::MAX,
            peer: usize::MAX,
            peer_results: usize::MAX,
            peer_bulk: usize::MAX,
            inflated_results: usize::MAX,
            inflated_bulk: usize::MAX,
            head: usize::MAX,
            directory: usize::MAX,
        }
    }

    /// The longest frame of a family, whatever its code; without the length field.
    #[must_use]
    pub fn longest_frame(&self, family: FamilyId) -> usize {
        match family {
            FamilyId::ServerRequest => self.server_request,
            FamilyId::ServerResponse => self.server_response,
            FamilyId::PeerInit => self.peer_init,
            FamilyId::Distributed => self.distributed,
            FamilyId::Peer => self.peer.max(self.peer_results).max(self.peer_bulk),
        }
    }

    /// The longest frame with this code; without the length field.
    #[must_use]
    pub fn frame(&self, family: FamilyId, code: u32) -> usize {
        match (family, code) {
            (FamilyId::Peer, SHARES_RESPONSE | USER_INFO_RESPONSE) => self.peer_bulk,
            (FamilyId::Peer, SEARCH_RESPONSE | FOLDER_CONTENTS_RESPONSE) => self.peer_results,
            (FamilyId::Peer, code) => match family.schema().by_code(code) {
                Some(_) => self.peer,
                None => self.peer_results,
            },
            (family, _) => self.longest_frame(family),
        }
    }

    /// The longest inflated body of the peer message with this code.
    #[must_use]
    pub fn inflated(&self, code: u32) -> usize {
        match code {
            SHARES_RESPONSE => self.inflated_bulk,
            _ => self.inflated_results,
        }
    }
}

const SHARES_RESPONSE: u32 = SharesResponse::CODE;
const USER_INFO_RESPONSE: u32 = UserInfoResponse::CODE;
const SEARCH_RESPONSE: u32 = FileSearchResponse::CODE;
const FOLDER_CONTENTS_RESPONSE: u32 = FolderContentsResponse::CODE;
