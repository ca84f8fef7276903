//! What no client or server needs today, but some still send: to be read, and not to be sent.

use std::net::Ipv4Addr;

use slsk_derive::Wire;

use super::{Status, UserStats};
use crate::types::Text;

/// Ignores a user on the server. The official server does nothing.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 11, guide = "users", status = Obsolete)]
pub struct IgnoreUser {
    /// The user.
    pub username: Text,
}

/// Ends [`IgnoreUser`].
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 12, guide = "users", status = Obsolete)]
pub struct UnignoreUser {
    /// The user.
    pub username: Text,
}

/// Searches the users of a room by its number. [`RoomSearch`](super::RoomSearch) has replaced it.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 25, guide = "searching", status = Obsolete)]
pub struct FileSearchRoom {
    /// Our number for this search.
    pub token: u32,
    /// A number of the room; nobody knows where from.
    pub room_id: u32,
    /// Words.
    pub query: Text,
}

/// Tells a user which token our [`PeerInit`](crate::init::PeerInit) will have; the server passes it on.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 33, guide = "connections", status = Obsolete)]
#[doc(alias = "SendConnectTicket")]
pub struct SendConnectToken {
    /// The other user.
    pub username: Text,
    /// The token.
    pub token: u32,
}

/// Says how fast a download was. [`SendUploadSpeed`](super::SendUploadSpeed) has replaced it.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 34, guide = "users", status = Obsolete)]
#[doc(alias = "SendSpeed")]
pub struct SendDownloadSpeed {
    /// From whom.
    pub username: Text,
    /// Bytes a second.
    #[slsk(unit = BytesPerSecond)]
    pub speed: u32,
}

/// Says whether our upload slots are full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 40, guide = "users", status = Obsolete)]
#[doc(alias = "QueuedDownloads")]
pub struct UploadSlotsFull {
    /// Not 0 when they are.
    pub slots_full: u32,
}

/// Whether the upload slots of somebody in a room of ours are full.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 40, guide = "users", status = Obsolete)]
#[doc(alias = "UploadSlotsFull")]
#[doc(alias = "QueuedDownloads")]
pub struct IncomingUploadSlotsFull {
    /// The user.
    pub username: Text,
    /// Not 0 when they are.
    pub slots_full: u32,
}

/// Asks what is similar to something.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 50, guide = "users", status = Obsolete)]
#[doc(alias = "DeprecatedGetItemRecommendations")]
#[doc(alias = "SimilarRecommendations")]
pub struct SimilarRecommendationsRequest {
    /// What it should be similar to.
    pub item: Text,
}

/// What is similar to something; empty today.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 50, guide = "users", status = Obsolete)]
#[doc(alias = "DeprecatedGetItemRecommendations")]
#[doc(alias = "SimilarRecommendations")]
pub struct SimilarRecommendationsResponse {
    /// What it is similar to.
    pub item: Text,
    /// What is similar.
    pub similar: Vec<Text>,
}

/// Asks for our own interests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
#[slsk(code = 55, guide = "users", status = Obsolete)]
#[doc(alias = "GetInterests")]
#[doc(alias = "MyRecommendations")]
pub struct MyInterestsRequest;

/// Our own interests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[slsk(code = 55, guide = "users", status = Obsolete)]
#[doc(alias = "GetInterests")]
#[doc(alias = "MyRecommendations")]
pub struct MyInterestsResponse {
    /// What we like.
    pub items: Vec<Text>,
}

/// Tells the server to do something; for its administrators.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 58, guide = "login", status = Obsolete)]
#[doc(alias = "ExecuteCommand")]
pub struct AdminCommand {
    /// What to do.
    pub command: Text,
    /// With what.
    pub args: Vec<Text>,
}

/// Asks a user for our place in his queue, by way of the server.
/// [`PlaceInQueueRequest`](crate::peer::PlaceInQueueRequest) has replaced it.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 59, guide = "transfers", status = Obsolete)]
pub struct PlaceInLineRequest {
    /// The other user.
    pub username: Text,
    /// The number of the download.
    pub token: u32,
}

/// Answers [`PlaceInLineRequest`], by way of the server.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 60, guide = "transfers", status = Obsolete)]
pub struct PlaceInLineResponse {
    /// The other user.
    pub username: Text,
    /// The number of the download.
    pub token: u32,
    /// How many are before it.
    pub place: u32,
}

/// There is a new room.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 62, guide = "rooms", status = Obsolete)]
pub struct RoomAdded {
    /// The room.
    pub room: Text,
}

/// A room is no more.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 63, guide = "rooms", status = Obsolete)]
pub struct RoomRemoved {
    /// The room.
    pub room: Text,
}

/// Searches for one file.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 65, guide = "searching", status = Obsolete)]
pub struct ExactFileSearch {
    /// Our number for this search.
    pub token: u32,
    /// The bare name.
    pub filename: Text,
    /// The folder that it is in.
    pub folder: Text,
    /// Its size in bytes.
    #[slsk(unit = Bytes)]
    pub size: u64,
    /// Its checksum; nobody knows of which kind.
    pub checksum: u32,
    /// Nobody knows.
    pub unknown: u8,
}

/// Somebody searches for one file.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 65, guide = "searching", status = Obsolete)]
#[doc(alias = "ExactFileSearch")]
pub struct IncomingExactFileSearch {
    /// Who searches.
    pub username: Text,
    /// His number for this search.
    pub token: u32,
    /// The bare name.
    pub filename: Text,
    /// The folder that it is in.
    pub folder: Text,
    /// Its size in bytes.
    #[slsk(unit = Bytes)]
    pub size: u64,
    /// Its checksum; nobody knows of which kind.
    pub checksum: u32,
}

/// Asks for all users. The official server closes the connection: never send it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
#[slsk(code = 67, guide = "users", status = Obsolete)]
#[doc(alias = "GetUserList")]
#[doc(alias = "GlobalUserList")]
pub struct UserListRequest;

/// All users. The lists go together; each has a count of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[slsk(code = 67, guide = "users", status = Obsolete)]
#[doc(alias = "GetUserList")]
#[doc(alias = "GlobalUserList")]
pub struct UserListResponse {
    /// Their names.
    pub users: Vec<Text>,
    /// Whether they are there.
    pub statuses: Vec<Status>,
    /// How much they share.
    pub stats: Vec<UserStats>,
    /// Whether their upload slots are full, not free.
    pub slots_full: Vec<u32>,
    /// Where they are.
    pub countries: Vec<Text>,
}

/// Sends a peer message by way of the server.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 68, guide = "connections", status = Obsolete)]
pub struct TunneledMessage {
    /// To whom.
    pub username: Text,
    /// A number of ours.
    pub token: u32,
    /// The code of the peer message.
    pub code: u32,
    /// Its body.
    pub message: Text,
}

/// A peer message that came by way of the server. Unlike ours, it has the code before the token.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 68, guide = "connections", status = Obsolete)]
#[doc(alias = "TunneledMessage")]
pub struct IncomingTunneledMessage {
    /// From whom.
    pub username: Text,
    /// The code of the peer message.
    pub code: u32,
    /// A number of his.
    pub token: u32,
    /// His address.
    pub ip: Ipv4Addr,
    /// His port.
    pub port: u32,
    /// The body of the peer message.
    pub message: Text,
}

/// What very old clients send on a second connection to the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
#[slsk(code = 80, guide = "login", status = Obsolete)]
pub struct Unknown80;

/// Somebody has privileges now. [`GetUserStatusResponse`](super::GetUserStatusResponse) tells it too.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 91, guide = "users", status = Obsolete)]
#[doc(alias = "AddToPrivileged")]
pub struct AddPrivilegedUser {
    /// The user.
    pub username: Text,
}

/// Something about a private room, in either direction. Nobody knows what.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 138, guide = "rooms", status = Obsolete)]
#[doc(alias = "RoomSomething")]
pub struct PrivateRoomUnknown {
    /// The room.
    pub room: Text,
}

/// A room can't be created. Known by its number only; servers send
/// [`CantJoinRoom`](super::CantJoinRoom).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 1002, guide = "rooms", status = Unverified)]
#[doc(alias = "CannotCreateRoom")]
pub struct CantCreateRoom {
    /// The room.
    pub room: Text,
}
