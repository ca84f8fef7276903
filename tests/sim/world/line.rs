//! One virtual connection, and what the machines hear of it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Instant;

use slsk_net::machine::{CloseReason, ConnId, FileError, Inbound, Input, Packet};

/// A connection; its ends are numbered 0 (who dialled) and 1.
pub(super) struct Line {
    pub(super) ends: [End; 2],
}

pub(super) struct End {
    pub(super) node: usize,
    pub(super) conn: ConnId,
    pub(super) inbound: Inbound,
    pub(super) receiving: Option<Receiving>,
    pub(super) open: bool,
    /// When the last bytes sent from here arrive: a stream does not overtake itself.
    pub(super) arrival: Instant,
}

pub(super) struct Receiving {
    pub(super) path: PathBuf,
    pub(super) size: usize,
    pub(super) bytes: Vec<u8>,
}

/// The inputs that do not depend on the machine.
pub(super) enum Net {
    Accepted(ConnId, SocketAddr),
    Connected(ConnId),
    Refused(ConnId),
    Received(ConnId, Packet),
    Closed(ConnId, CloseReason),
    FileProgress(ConnId, u64),
    FileDone(ConnId, Result<(), FileError>),
}

impl Net {
    pub(super) fn into_input<C>(self) -> Input<C> {
        match self {
            Self::Accepted(conn, remote) => Input::Accepted {
                conn,
                remote,
                obfuscated: false,
            },
            Self::Connected(conn) => Input::Connected(conn),
            Self::Refused(conn) => Input::DialFailed(conn, "connection refused".to_owned()),
            Self::Received(conn, packet) => Input::Received(conn, packet),
            Self::Closed(conn, reason) => Input::Closed(conn, reason),
            Self::FileProgress(conn, bytes) => Input::FileProgress(conn, bytes),
            Self::FileDone(conn, result) => Input::FileDone(conn, result),
        }
    }
}
