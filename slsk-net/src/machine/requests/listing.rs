//! [`ListQuery`]: what of the own shares takes time to tell.

use std::sync::Arc;

use slsk_wire::peer::{FolderContentsRequest, FolderContentsResponse, PeerMessage};
use slsk_wire::{Encoder, FamilyId};

use crate::machine::Packet;
use crate::share::Index;

/// A question of another user about what we share.
#[derive(Clone, Debug)]
pub struct ListQuery {
    /// What is shared; `None` for nothing.
    pub index: Option<Arc<Index>>,
    /// One folder; `None` for all of it.
    pub folder: Option<FolderContentsRequest>,
}

impl ListQuery {
    /// What to send. It may take seconds; nothing is to be sent for more folders than any list can have.
    #[must_use]
    pub fn answer(&self) -> Option<Packet> {
        match &self.folder {
            Some(request) => Some(self.folder(request)),
            None => self.list(),
        }
    }

    /// All folders, made into a frame one by one.
    fn list(&self) -> Option<Packet> {
        let mut encoder = Encoder::default();
        let frame = match &self.index {
            Some(index) => encoder.directories(index.directories(), []),
            None => encoder.directories([], []),
        };
        Some(Packet::Frame(FamilyId::Peer, frame.ok()?))
    }

    /// Exactly the folder that is asked for, or none.
    fn folder(&self, request: &FolderContentsRequest) -> Packet {
        let index = self.index.as_ref();
        let found = index.and_then(|index| index.directory(&request.directory));
        let response = FolderContentsResponse {
            token: request.token,
            directory: request.directory.clone(),
            directories: found.into_iter().collect(),
        };
        Packet::from(PeerMessage::from(response))
    }
}
