//! The first frame of a connection between peers.

use slsk_derive::{Family, Wire};

use crate::family::Unknown;
use crate::types::Text;

/// The first frame on a connection between peers, from the side that connected.
#[derive(Clone, Debug, PartialEq, Family)]
#[slsk(id = PeerInit, code = u8)]
#[expect(missing_docs, reason = "each variant holds the message of its name")]
pub enum InitMessage {
    PierceFirewall(PierceFirewall),
    PeerInit(PeerInit),
    #[slsk(unknown)]
    Unknown(Unknown),
}

open_enum! {
    /// What a connection between peers is for.
    pub enum ConnectionKind: Text {
        /// Messages between peers: `P`.
        Peer = "P",
        /// One file: `F`.
        File = "F",
        /// The distributed network: `D`.
        Distributed = "D",
    }
}

/// Answers a request of ours to be connected to: the connection that the server relayed our
/// [`ConnectToPeer`](crate::server::ConnectToPeer) for.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 0, guide = "connections")]
#[doc(alias = "PeerPierceFirewall")]
#[doc(alias = "PierceFireWall")]
pub struct PierceFirewall {
    /// The token of that request. An unknown one closes the connection.
    pub token: u32,
}

/// Opens a direct connection.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 1, guide = "connections")]
pub struct PeerInit {
    /// Who connects. Nobody has checked it.
    pub username: Text,
    /// What the connection is for.
    pub kind: ConnectionKind,
    /// 0 or a number of the sender's; it has no use. Absent from some clients.
    #[slsk(optional, lenient)]
    pub token: Option<u32>,
    /// Four more bytes from some old clients.
    #[slsk(optional, lenient)]
    pub second_token: Option<u32>,
}

impl PeerInit {
    /// What today's clients send.
    #[must_use]
    pub fn new(username: impl Into<Text>, kind: ConnectionKind) -> Self {
        Self {
            username: username.into(),
            kind,
            token: Some(0),
            second_token: None,
        }
    }
}
