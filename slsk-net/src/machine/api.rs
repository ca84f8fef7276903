//! What the owner of a client says to it and hears from it.

mod rooms;
mod session;
mod users;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use slsk_wire::peer::{
    FileSearchResponse, FolderContentsResponse, PeerMessage, RefusalReason, SharesResponse,
    UserInfoResponse,
};
use slsk_wire::server::{
    IncomingPrivateMessage, LoginRefusal, OwnStatus, ServerRequest, Status, UserStats,
};
use slsk_wire::{Secret, Text};
use thiserror::Error;

use crate::machine::outbox::PATIENCE;
use crate::machine::{
    AnsweredSearch, Branch, CommandId, FileError, Profile, RequestError, SearchRequest, SendError,
};
use crate::share::Index;

pub use rooms::{RoomEntry, RoomError, RoomMember};
pub use session::{PasswordError, ReconnectError, ReconnectPolicy};
pub use users::{UserInfo, WatchError};

/// What a client machine is made with.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// The port that others can connect to, as the server shall tell them. `None` tells it nothing.
    pub listen_port: Option<u16>,
    /// The port for obfuscated connections. The server hears of it only together with the other one.
    pub obfuscated_port: Option<u16>,
    /// Major and minor version for the login. 177 is free for experiments; others belong to a client each.
    pub version: (u32, u32),
    /// The source of all tokens.
    pub seed: u64,
    /// How long the server may take to be connected to, and for each answer; a day at most.
    pub patience: Duration,
    /// In which order a user is connected to and asked to connect to us.
    pub connect_mode: ConnectMode,
    /// What becomes of the obfuscated ports of others.
    pub obfuscation: Obfuscation,
    /// How many connections to other users there may be, those that are being made included.
    pub max_connections: usize,
    /// How to come back when the session is lost. `None` leaves that to the owner.
    pub reconnect: Option<ReconnectPolicy>,
    /// How many children of the distributed network we take at most; our speed may allow fewer.
    pub max_children: u32,
    /// Whether searches of others are queries to the world also while nothing is shared, for worlds that answer them in
    /// their own way.
    pub always_query: bool,
    /// Whether there is an [`Event::SearchAnswered`] for each search of others.
    pub report_searches: bool,
    /// Whether the server is told that private messages have come. It sends them again after the next login otherwise.
    pub acknowledge_messages: bool,
}

impl Default for ClientConfig {
    fn default() -> Self {
        Self {
            listen_port: None,
            obfuscated_port: None,
            version: (177, 1),
            seed: 0,
            patience: PATIENCE,
            connect_mode: ConnectMode::default(),
            obfuscation: Obfuscation::default(),
            max_connections: 1024,
            reconnect: Some(ReconnectPolicy::default()),
            max_children: 10,
            always_query: false,
            report_searches: false,
            acknowledge_messages: true,
        }
    }
}

/// How a connection to a user is made (guide: connections).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConnectMode {
    /// We connect to him and ask him to connect to us, both at once; the first connection counts.
    #[default]
    Race,
    /// We ask him to connect to us only once we could not connect to him.
    Fallback,
}

/// What is done with obfuscated ports (guide: framing).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Obfuscation {
    /// Nothing.
    Off,
    /// Others may come to ours; we take theirs only where there is no plain one.
    #[default]
    Accept,
    /// We take theirs first, and the plain one when that fails.
    Prefer,
}

/// Names a search: the command that began it.
pub type SearchId = CommandId;

/// Names a download: the command that began it.
pub type DownloadId = CommandId;

/// What a client can be asked for.
#[derive(Clone, Debug)]
pub enum Command {
    /// Connect to a server. Answered by [`Reply::Connected`].
    Connect(SocketAddr),
    /// Log in. Answered by [`Reply::LoggedIn`].
    Login {
        /// The name.
        username: String,
        /// The password.
        password: Secret,
    },
    /// End the session, or the attempts to come back to one. Answered by [`Reply::Done`].
    Disconnect,
    /// Change the password of the account. Answered by [`Reply::PasswordChanged`].
    ChangePassword(Secret),
    /// Be online or away, in the sessions to come too. Answered by [`Reply::Done`].
    SetStatus(OwnStatus),
    /// Tell how a user is, and whenever that changes. Answered by [`Reply::Watched`].
    Watch(Text),
    /// Tell no more about a user. Answered by [`Reply::Done`].
    Unwatch(Text),
    /// List the users with privileges. Answered by [`Reply::PrivilegedUsers`].
    PrivilegedUsers,
    /// List the rooms. Answered by [`Reply::Rooms`].
    ListRooms,
    /// Join a public room, now and after each reconnect; a name that there is not makes one. Answered by [`Reply::JoinedRoom`].
    JoinRoom(Text),
    /// Leave a room. Answered by [`Reply::Room`].
    LeaveRoom(Text),
    /// Say something in a room. Answered by [`Reply::Room`].
    SayInRoom {
        /// The room, which we have joined.
        room: Text,
        /// Up to 2048 bytes. Line breaks become spaces.
        message: String,
    },
    /// Tell the server that others find us at these ports, now and in the sessions to come. Answered by [`Reply::Done`].
    SetPorts {
        /// The plain one.
        plain: Option<u16>,
        /// The obfuscated one.
        obfuscated: Option<u16>,
    },
    /// Send this to the server. Answered by [`Reply::Sent`].
    SendToServer(ServerRequest),
    /// Send this to a user. Answered by [`Reply::Sent`], once it is on its way.
    SendToPeer(Text, PeerMessage),
    /// Share these files from now on, and no others. Answered by [`Reply::Done`].
    Share(Arc<Index>),
    /// Search. Answered by [`Reply::Searched`], when no more results are taken.
    Search(SearchRequest),
    /// Take no more results of a search, or give up a wish. Answered by [`Reply::Done`].
    StopSearch(SearchId),
    /// Search the network for this once in each of the server's intervals, whatever the scope. Answered by
    /// [`Reply::Searched`], when the wish has been given up.
    Wish(SearchRequest),
    /// List the wishes. Answered by [`Reply::Wishes`].
    Wishes,
    /// Say this about ourselves to whoever asks. Answered by [`Reply::Done`].
    SetProfile(Profile),
    /// Ask a user what he shares. Answered by [`Reply::Browsed`].
    Browse(Text),
    /// Ask a user what is in a folder. Answered by [`Reply::Folder`].
    Folder {
        /// Who.
        user: Text,
        /// The full remote path, byte for byte.
        path: Text,
    },
    /// Ask a user about himself. Answered by [`Reply::Info`].
    Info(Text),
    /// Fetch a file. Answered by [`Reply::Downloaded`], at the end.
    Download {
        /// Who has it.
        user: Text,
        /// The full remote path, byte for byte.
        remote: Text,
        /// The size in bytes, as he has announced it.
        size: u64,
        /// Where it shall go. The file must not exist.
        local: PathBuf,
    },
    /// Say where we are in the distributed network. Answered by [`Reply::Branch`].
    Branch,
    /// Give up a download. Answered by [`Reply::Done`], and the download as failed.
    CancelDownload(DownloadId),
}

/// The answer to a [`Command`].
#[derive(Clone, Debug)]
pub enum Reply {
    /// To [`Command::Connect`].
    Connected(Result<(), SessionError>),
    /// To [`Command::Login`].
    LoggedIn(Result<LoginInfo, LoginError>),
    /// To [`Command::ChangePassword`].
    PasswordChanged(Result<(), PasswordError>),
    /// To [`Command::Watch`].
    Watched(Result<UserInfo, WatchError>),
    /// To [`Command::PrivilegedUsers`]: their names, sorted.
    PrivilegedUsers(Result<Vec<Text>, SessionError>),
    /// To [`Command::ListRooms`].
    Rooms(Result<Vec<RoomEntry>, RoomError>),
    /// To [`Command::JoinRoom`]: who is in it.
    JoinedRoom(Result<Arc<[RoomMember]>, RoomError>),
    /// To [`Command::LeaveRoom`] and [`Command::SayInRoom`].
    Room(Result<(), RoomError>),
    /// To [`Command::Search`] and [`Command::Wish`].
    Searched(Result<(), SearchError>),
    /// To [`Command::Wishes`]: the next one first.
    Wishes(Vec<(SearchId, SearchRequest)>),
    /// To [`Command::Browse`].
    Browsed(Result<Arc<SharesResponse>, RequestError>),
    /// To [`Command::Folder`]: the folder, or none where the user shares nothing of this name.
    Folder(Result<Arc<FolderContentsResponse>, RequestError>),
    /// To [`Command::Info`].
    Info(Result<Arc<UserInfoResponse>, RequestError>),
    /// To [`Command::Download`].
    Downloaded(Result<PathBuf, DownloadError>),
    /// To [`Command::Branch`].
    Branch(Result<Branch, SessionError>),
    /// To [`Command::SendToServer`] and [`Command::SendToPeer`].
    Sent(Result<(), SendError>),
    /// To commands that can't fail.
    Done,
}

/// What the server says to a login that it accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginInfo {
    /// The message of the day; may be empty.
    pub greeting: String,
    /// Our address as the server sees it.
    pub ip: Option<Ipv4Addr>,
}

/// Something that the owner should know.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// The session is over. If the client tries to come back, [`Event::Reconnecting`] follows.
    Disconnected(SessionError),
    /// The client will try to come back.
    Reconnecting {
        /// How long it waits before that.
        after: Duration,
    },
    /// The client is back, and has told the server again all that it should know.
    Reconnected(LoginInfo),
    /// The client does not try any more to come back.
    ReconnectFailed(ReconnectError),
    /// A login waits for its turn: there were many.
    LoginDelayed {
        /// How long, at least.
        after: Duration,
    },
    /// A search waits for its turn: there were many. Told again when it turns out to be longer.
    SearchDelayed {
        /// Which.
        search: SearchId,
        /// How long, at least.
        after: Duration,
    },
    /// For how long we have privileges, zero without; after each login.
    OwnPrivileges(Duration),
    /// How a user is: one that is watched, or that is in a room of ours.
    UserStatus {
        /// Who.
        user: Text,
        /// Whether he is there.
        status: Status,
        /// Whether he has privileges.
        privileged: bool,
    },
    /// How fast such a user uploads and how much he shares.
    UserStats {
        /// Who.
        user: Text,
        /// The numbers.
        stats: UserStats,
    },
    /// We are in a room, after a reconnect again.
    RoomJoined {
        /// The room.
        room: Text,
        /// Who is in it.
        members: Arc<[RoomMember]>,
    },
    /// We are in a room no longer, or could not come back to it.
    RoomLeft {
        /// The room.
        room: Text,
    },
    /// Somebody has come into a room of ours.
    UserJoinedRoom {
        /// The room.
        room: Text,
        /// Who.
        member: RoomMember,
    },
    /// Somebody has left a room of ours.
    UserLeftRoom {
        /// The room.
        room: Text,
        /// Who.
        user: Text,
    },
    /// Somebody has said something in a room of ours. What we say comes back too.
    RoomMessage {
        /// The room.
        room: Text,
        /// Who.
        user: Text,
        /// What.
        message: Text,
    },
    /// A private message to us, which the server has been told of.
    PrivateMessage(Arc<IncomingPrivateMessage>),
    /// A user has found something for a search or a wish.
    SearchResult(SearchId, Arc<FileSearchResponse>),
    /// Somebody's search was answered. Only if [`ClientConfig::report_searches`] is set: there are many.
    SearchAnswered(Arc<AnsweredSearch>),
    /// We are elsewhere in the distributed network.
    Branch(Branch),
    /// A download has moved on.
    Download(DownloadId, DownloadEvent),
    /// An upload has moved on: to whom, of what, and how.
    Upload(Text, Text, UploadEvent),
}

/// How a download moves on, until its command is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DownloadEvent {
    /// It waits in the queue of the other side.
    Queued {
        /// Our place, from 1.
        place: u32,
    },
    /// The bytes begin to come.
    Started {
        /// How many there will be.
        size: u64,
    },
    /// More has come.
    Progress {
        /// The bytes so far.
        bytes: u64,
    },
}

/// How an upload moves on. The last one is `Finished` or `Failed`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UploadEvent {
    /// The bytes begin to go.
    Started {
        /// The size of the file.
        size: u64,
    },
    /// The other side has it all.
    Finished,
    /// The other side does not have it all.
    Failed {
        /// Why.
        problem: String,
    },
}

/// Why there is no session.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SessionError {
    /// There is one already.
    #[error("there is a connection to a server already")]
    AlreadyConnected,
    /// We are not logged in.
    #[error("not logged in")]
    NotLoggedIn,
    /// The server can't be connected to.
    #[error("the server can't be reached: {0}")]
    Unreachable(String),
    /// The server does not answer; it does so to an address that it has banned.
    #[error(
        "the server does not answer; perhaps this address is banned, so wait before the next try"
    )]
    NoAnswer,
    /// Somebody has logged in with the same name. Do not reconnect, or the two kick each other in turn.
    #[error("somebody has logged in elsewhere with this name")]
    Relogged,
    /// The connection broke.
    #[error("the connection to the server was lost: {0}")]
    Lost(String),
    /// The owner has ended it.
    #[error("the session was ended on request")]
    Ended,
    /// The client has been stopped.
    #[error("the client has been stopped")]
    Stopped,
}

/// Why a login failed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LoginError {
    /// There is no connection to a server.
    #[error("not connected to a server")]
    NotConnected,
    /// One login for each connection.
    #[error("already logged in")]
    AlreadyLoggedIn,
    /// The server refuses. Do not try the same again.
    #[error("the server refuses the login: {}", session::refusal(reason, detail.as_deref()))]
    Refused {
        /// What the server says.
        reason: LoginRefusal,
        /// An explanation for people.
        detail: Option<String>,
    },
    /// There were so many logins of this account that this one would have to wait for more than 30 seconds.
    #[error("too many logins of this account; wait before the next one")]
    TooMany,
    /// The session ended before the server had answered.
    #[error(transparent)]
    Session(#[from] SessionError),
}

/// Why a search can't begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SearchError {
    /// We are not logged in.
    #[error("not logged in")]
    NotLoggedIn,
    /// There is nothing to search for.
    #[error("an empty query")]
    Empty,
    /// Too many searches wait for their turn.
    #[error("too many searches wait for their turn")]
    TooMany,
    /// The query has more than 256 bytes, which servers drop.
    #[error("a query of more than 256 bytes")]
    TooLong,
    /// There is no user to search.
    #[error("no user to search")]
    Nobody,
    /// The session is over, and with it all results to come.
    #[error("the session is over")]
    Disconnected,
    /// The client has been stopped.
    #[error("the client has been stopped")]
    Stopped,
}

/// Why a download failed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DownloadError {
    /// We are not logged in.
    #[error("not logged in")]
    NotLoggedIn,
    /// The same file of the same user is being fetched.
    #[error("this file is being downloaded already")]
    AlreadyRunning,
    /// The user can't be connected to.
    #[error("the user can't be reached: {reason}")]
    Unreachable {
        /// What went wrong.
        reason: String,
    },
    /// The user refuses.
    #[error("the user refuses: {}", .0.raw())]
    Refused(RefusalReason),
    /// The file has another size now than when it was found; search again.
    #[error("the file has {announced} bytes now instead of {expected}; search again")]
    SizeChanged {
        /// What the user offers, in bytes.
        announced: u64,
        /// What was asked for, in bytes.
        expected: u64,
    },
    /// The user could not go on.
    #[error("the upload failed on the other side")]
    UploadFailed,
    /// No bytes came for too long.
    #[error("the transfer stands still")]
    Stalled,
    /// The bytes did not get through.
    #[error(transparent)]
    File(#[from] FileError),
    /// The owner has given it up.
    #[error("cancelled")]
    Cancelled,
    /// The client has been stopped.
    #[error("the client has been stopped")]
    Stopped,
}
