//! Finding other peers, and being found by them.

use std::net::Ipv4Addr;

use slsk_derive::Wire;

use super::ObfuscationType;
use crate::init::ConnectionKind;
use crate::types::Text;

/// Asks for the address of a user.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 3, guide = "connections")]
#[doc(alias = "GetPeerAddress")]
pub struct GetPeerAddressRequest {
    /// The user.
    pub username: Text,
}

/// The address of a user.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 3, guide = "connections")]
#[doc(alias = "GetPeerAddress")]
pub struct GetPeerAddressResponse {
    /// The user.
    pub username: Text,
    /// 0.0.0.0 when the user is not online.
    pub ip: Ipv4Addr,
    /// 0 when the user is not online or has not said it yet.
    pub port: u32,
    /// What the obfuscated port takes.
    #[slsk(optional)]
    pub obfuscation_type: Option<ObfuscationType>,
    /// The port for obfuscated connections: 16 bits here, 32 in [`IncomingConnectToPeer`].
    #[slsk(optional)]
    pub obfuscated_port: Option<u16>,
}

/// Asks the server to tell a user that he should connect to us.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 18, guide = "connections")]
pub struct ConnectToPeer {
    /// Our number for this request, which comes back in [`PierceFirewall`](crate::init::PierceFirewall).
    pub token: u32,
    /// The user.
    pub username: Text,
    /// What the connection is for.
    pub kind: ConnectionKind,
}

/// A user wants us to connect to him: another one's [`ConnectToPeer`].
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 18, guide = "connections")]
#[doc(alias = "ConnectToPeer")]
pub struct IncomingConnectToPeer {
    /// The user.
    pub username: Text,
    /// What the connection is for.
    pub kind: ConnectionKind,
    /// His address.
    pub ip: Ipv4Addr,
    /// His port.
    pub port: u32,
    /// His number for this request, for [`PierceFirewall`](crate::init::PierceFirewall).
    pub token: u32,
    /// Whether he has privileges.
    pub privileged: bool,
    /// What the obfuscated port takes.
    #[slsk(optional)]
    pub obfuscation_type: Option<ObfuscationType>,
    /// The port for obfuscated connections: 32 bits here, 16 in [`GetPeerAddressResponse`].
    #[slsk(optional)]
    pub obfuscated_port: Option<u32>,
}

/// We could not connect to a user who had asked for it.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 1001, guide = "connections")]
#[doc(alias = "CannotConnect")]
pub struct CantConnectToPeer {
    /// The number of his request.
    pub token: u32,
    /// The user.
    pub username: Text,
}

/// A user could not connect to us. Not every client says so; keep a timeout.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 1001, guide = "connections")]
#[doc(alias = "CannotConnect")]
#[doc(alias = "CantConnectToPeer")]
pub struct IncomingCantConnectToPeer {
    /// The number of our request.
    pub token: u32,
    /// Who it was. Absent from every server seen so far.
    #[slsk(optional)]
    pub username: Option<Text>,
}
