//! What there is to say about chat rooms.

use slsk_wire::Text;
use slsk_wire::server::{Status, UserStats};
use thiserror::Error;

/// A room in the list of all rooms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomEntry {
    /// Its name.
    pub room: Text,
    /// How many users are in it.
    pub users: u32,
    /// Whether it is private, and we are its owner or a member.
    pub private: bool,
}

/// A user in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomMember {
    /// His name.
    pub user: Text,
    /// Whether he is there.
    pub status: Status,
    /// How fast he uploads and how much he shares.
    pub stats: UserStats,
}

/// Why something with a room can't be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RoomError {
    /// We are not logged in.
    #[error("not logged in")]
    NotLoggedIn,
    /// A name has 1 to 24 printable ASCII characters, no spaces at its ends and no two in a row.
    #[error("no room can have that name")]
    InvalidName,
    /// The room is private, and we are no member.
    #[error("the room is private")]
    Private,
    /// We are in the room.
    #[error("already in the room")]
    AlreadyJoined,
    /// We are not in the room.
    #[error("not in the room")]
    NotJoined,
    /// We are in 200 rooms.
    #[error("in too many rooms")]
    TooMany,
    /// There is nothing to say.
    #[error("an empty message")]
    Empty,
    /// The server drops what has more than 2048 bytes.
    #[error("the message has more than 2048 bytes")]
    TooLong,
    /// The server has not answered in time, 30 seconds by default. Perhaps it has said why in a private message.
    #[error("the server does not answer")]
    NoAnswer,
    /// The session ended before the answer.
    #[error("the session is over")]
    Disconnected,
    /// The client has been stopped.
    #[error("the client has been stopped")]
    Stopped,
}
