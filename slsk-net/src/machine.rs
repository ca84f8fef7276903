//! The contract between a machine and the world that runs it.
//!
//! All logic of the client is one pure state machine ([`ClientMachine`]), all logic of the server another
//! (`ServerMachine`). A machine turns an [`Input`] into [`Effect`]s and waits for the next one. It never blocks, sleeps,
//! reads a clock or draws a random number that does not come from its seed. A world performs the effects:
//! the tokio driver on real sockets, or a simulator in virtual time. Nothing in this module knows either.

mod api;
mod chat;
mod client;
mod distributed;
pub(crate) mod fair;
mod inbound;
mod outbox;
mod pace;
mod peers;
pub(crate) mod rate;
mod raw;
mod requests;
mod rooms;
mod search;
mod session;
mod transfer;
mod users;
mod wishlist;
mod work;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use slsk_wire::distributed::DistributedMessage;
use slsk_wire::file::{FileOffset, FileTicket};
use slsk_wire::peer::PeerMessage;
use slsk_wire::{
    AnyMessage, DecodeError, EncodeError, Encoder, Family as _, FamilyId, Frame, FrameError, Text,
    Wire,
};

pub use api::{
    ClientConfig, Command, ConnectMode, DownloadError, DownloadEvent, DownloadId, Event,
    LoginError, LoginInfo, Obfuscation, PasswordError, ReconnectError, ReconnectPolicy, Reply,
    RoomEntry, RoomError, RoomMember, SearchError, SearchId, SessionError, UploadEvent, UserInfo,
    WatchError,
};
pub use client::{ClientMachine, Snapshot};
pub use distributed::Branch;
pub use inbound::{Expect, Fault, Inbound};
pub use pace::{Account, Ledger, PaceId, Paced, Turn};
pub use raw::SendError;
pub use requests::{ListQuery, Profile, RequestError};
pub use search::incoming::{AnsweredSearch, Found, ShareQuery};
pub use search::{
    FileKind, Rewrite, Rewritten, SearchFilter, SearchOptions, SearchRequest, SearchScope, Span,
    rewrite,
};
pub use work::{Work, WorkDone, WorkId};

/// How long anything may take at most, whatever the owner says: without an end it would be beyond that of time.
const MAX_TIME: Duration = Duration::from_hours(24);

/// A pure state machine.
///
/// The world calls [`handle`](Self::handle) for everything that happens, one input at a time, and performs the effects in
/// order. It hands in [`Input::Tick`] when [`deadline`](Self::deadline) has come.
pub trait Machine {
    /// What its owner can ask for.
    type Command;
    /// The answer to a command.
    type Reply;
    /// What it tells its owner unasked.
    type Event;

    /// Advances. `out` receives what is to be done, in order.
    fn handle(
        &mut self,
        now: Instant,
        input: Input<Self::Command>,
        out: &mut Vec<Effect<Self::Reply, Self::Event>>,
    );

    /// When a [`Input::Tick`] is next due.
    fn deadline(&self) -> Option<Instant>;

    /// The command that an event belongs to, and about how many bytes it holds. `None` for what is for everybody.
    fn addressee(_event: &Self::Event) -> Option<(CommandId, usize)> {
        None
    }
}

/// Names a connection, for as long as the machine lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnId(u64);

impl ConnId {
    const ACCEPTED: u64 = 1 << 63;

    /// A connection that the machine dials; it counts them.
    #[must_use]
    pub const fn dialled(number: u64) -> Self {
        Self(number)
    }

    /// A connection that the world accepts; the world counts them.
    #[must_use]
    pub const fn accepted(number: u64) -> Self {
        Self(number | Self::ACCEPTED)
    }

    /// Whether the world has accepted it, and not the machine dialled.
    #[must_use]
    pub const fn is_accepted(self) -> bool {
        self.0 & Self::ACCEPTED != 0
    }
}

/// Names a command until its reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId(pub u64);

/// Names a query of the own shares until its results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QueryId(pub u64);

/// What a connection carries, one at a time.
#[derive(Clone, Debug, PartialEq)]
pub enum Packet {
    /// A framed message.
    Message(AnyMessage),
    /// A message of the distributed network, received, and its frame, which is relayed as it came.
    Distributed(DistributedMessage, Frame),
    /// A frame to be sent as it stands; or, for a tap, one that could not be decoded.
    Frame(FamilyId, Frame),
    /// The beginning of a file connection, from the uploader.
    Ticket(FileTicket),
    /// The answer to it, from the downloader.
    Offset(FileOffset),
}

impl<M: Into<AnyMessage>> From<M> for Packet {
    fn from(message: M) -> Self {
        Self::Message(message.into())
    }
}

impl Packet {
    /// The family of messages that it belongs to; `None` on file connections.
    #[must_use]
    pub fn family(&self) -> Option<FamilyId> {
        match self {
            Self::Message(message) => Some(message.family()),
            Self::Distributed(..) => Some(FamilyId::Distributed),
            Self::Frame(family, _) => Some(*family),
            Self::Ticket(_) | Self::Offset(_) => None,
        }
    }

    /// The code of the message; `None` on file connections.
    #[must_use]
    pub fn code(&self) -> Option<u32> {
        match self {
            Self::Message(message) => Some(message.code()),
            Self::Distributed(_, frame) | Self::Frame(_, frame) => Some(frame.code),
            Self::Ticket(_) | Self::Offset(_) => None,
        }
    }

    /// The name of the message; `Frame` for a frame with a code that belongs to none.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Message(message) => message.name(),
            Self::Distributed(message, _) => message.name(),
            Self::Frame(family, frame) => {
                let schema = family.schema().by_code(frame.code);
                schema.map_or("Frame", |schema| schema.record.name)
            }
            Self::Ticket(_) => "FileTicket",
            Self::Offset(_) => "FileOffset",
        }
    }

    /// About how many bytes of memory it holds.
    pub(crate) fn weight(&self) -> usize {
        const PACKET: usize = 256;
        PACKET
            + match self {
                Self::Message(AnyMessage::PeerMessage(PeerMessage::FileSearchResponse(reply))) => {
                    search::weight(reply)
                }
                Self::Message(message) => message.encoded_len(),
                Self::Distributed(_, frame) | Self::Frame(_, frame) => frame.body.len(),
                Self::Ticket(_) | Self::Offset(_) => 0,
            }
    }

    /// Appends the packet as it goes over the wire.
    ///
    /// # Errors
    /// When the message contradicts itself; see [`slsk_wire::Wire::encode`].
    pub fn encode(&self, encoder: &mut Encoder, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        match self {
            Self::Message(message) => message.encode(encoder, out),
            Self::Distributed(_, frame) => frame.write(FamilyId::Distributed, out),
            Self::Frame(family, frame) => frame.write(*family, out),
            Self::Ticket(ticket) => ticket.encode(out),
            Self::Offset(offset) => offset.encode(out),
        }
    }
}

/// Where to dial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Route {
    /// The address.
    pub address: SocketAddr,
    /// Whether each frame goes behind a key of its own, both ways, until [`Effect::Reveal`].
    pub obfuscated: bool,
}

impl Route {
    /// A plain connection.
    #[must_use]
    pub const fn plain(address: SocketAddr) -> Self {
        Self {
            address,
            obfuscated: false,
        }
    }
}

/// The tokens of the searches that are open, each with users who have brought enough. Replies to others are late, or lies.
pub type OpenSearches = Arc<BTreeMap<u32, BTreeSet<Text>>>;

/// Something that has happened.
#[derive(Debug)]
pub enum Input<C> {
    /// The owner asks for something. There will be one [`Effect::Reply`].
    Command(CommandId, C),
    /// Somebody has connected.
    Accepted {
        /// The connection.
        conn: ConnId,
        /// Where from.
        remote: SocketAddr,
        /// Whether it came to the obfuscated port; then it stays obfuscated until [`Effect::Reveal`].
        obfuscated: bool,
    },
    /// A dial has succeeded.
    Connected(ConnId),
    /// A dial has failed; the connection is gone.
    DialFailed(ConnId, String),
    /// A packet that was [expected](Effect::Expect) has come.
    Received(ConnId, Packet),
    /// A frame has come that is not what its code promises. The connection goes on.
    Malformed(ConnId, DecodeError),
    /// The connection is gone, by the other side or by a fault.
    Closed(ConnId, CloseReason),
    /// The bytes of the file transferred so far on this connection.
    FileProgress(ConnId, u64),
    /// The file transfer on this connection has ended.
    FileDone(ConnId, Result<(), FileError>),
    /// The results of [`Effect::Query`].
    QueryDone(QueryId, Found),
    /// The answer to [`Effect::Pace`]: zero grants the turn, anything else is how long to wait before asking again.
    Paced(PaceId, Duration),
    /// What came of [`Effect::Work`].
    WorkDone(WorkId, WorkDone),
    /// What [`Effect::List`] has asked for; `None` if there is no answer.
    Listed(QueryId, Option<Packet>),
    /// Another part of a large message has come, which is not whole yet.
    Arriving(ConnId),
    /// Another part of a large packet has been written.
    Leaving(ConnId),
    /// The [`deadline`](Machine::deadline) has come.
    Tick,
}

/// Something to be done.
#[derive(Debug)]
pub enum Effect<R, E> {
    /// Answer a command.
    Reply(CommandId, R),
    /// Tell the owner.
    Emit(E),
    /// Connect.
    Dial(ConnId, Route),
    /// From the next frame on this connection is plain, both ways.
    Reveal(ConnId),
    /// Whose connection it is, as far as anybody knows: for logs and taps.
    Identify(ConnId, Text),
    /// Read this from now on.
    Expect(ConnId, Expect),
    /// From now on take replies to these searches only, from others than these users, on all connections.
    TakeReplies(OpenSearches),
    /// Write this, after what was to be written before.
    Send(ConnId, Packet),
    /// Write what is to be written, then close. There will be no more inputs from this connection.
    Close(ConnId),
    /// Write a file's bytes from `offset` to `size` to the connection.
    SendFile {
        /// The connection.
        conn: ConnId,
        /// The local file.
        path: PathBuf,
        /// Where to begin.
        offset: u64,
        /// How long the file is said to be. A file that has become shorter is an error.
        size: u64,
    },
    /// Read `size` bytes from the connection into a new file.
    ReceiveFile {
        /// The connection.
        conn: ConnId,
        /// The local file. It must not exist, and appears only once it is whole.
        path: PathBuf,
        /// How many bytes.
        size: u64,
    },
    /// Answer this, as by [`ShareQuery::answer`], somewhere else, and hand in [`Input::QueryDone`].
    Query(QueryId, ShareQuery),
    /// Ask a [`Ledger`] for a turn, and hand in [`Input::Paced`]. One ledger for all programs that use the account is
    /// best.
    Pace(PaceId, Turn),
    /// [Do](Work::run) this, somewhere else, and hand in [`Input::WorkDone`].
    Work(WorkId, Work),
    /// [Answer](ListQuery::answer) this, somewhere else, and hand in [`Input::Listed`].
    List(QueryId, ListQuery),
}

/// Why a connection is gone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CloseReason {
    /// The other side closed it.
    #[error("closed by the other side")]
    Remote,
    /// The network failed.
    #[error("{0}")]
    Network(String),
    /// What came is no sequence of frames.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The other side does not read what we write.
    #[error("the other side does not take what we send")]
    Stalled,
}

/// Why the bytes of a file did not get through.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// The connection ended too early.
    #[error("the connection was lost: {0}")]
    Connection(String),
    /// The local file can't be read or written.
    #[error("{path}: {problem}", path = .path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// What the system says.
        problem: String,
    },
}
