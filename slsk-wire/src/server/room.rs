//! Chat rooms: the list of them, joining and leaving.

use slsk_derive::Wire;

use super::{Status, UserStats};
use crate::types::Text;

/// Joins a room, and creates it if there is none.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 14, guide = "rooms")]
#[doc(alias = "JoinRoom")]
pub struct JoinRoomRequest {
    /// 1 to 24 printable ASCII characters, without spaces at the ends or two in a row.
    pub room: Text,
    /// 1 for a private room, 0 for a public one. Absent from old clients.
    #[slsk(optional)]
    pub private: Option<u32>,
}

impl JoinRoomRequest {
    /// What today's clients send.
    #[must_use]
    pub fn new(room: impl Into<Text>, private: bool) -> Self {
        Self {
            room: room.into(),
            private: Some(private.into()),
        }
    }
}

/// We are in the room, with these users. The lists go together; each has a count of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[slsk(code = 14, guide = "rooms")]
#[doc(alias = "JoinRoom")]
pub struct JoinRoomResponse {
    /// The room.
    pub room: Text,
    /// Who is in it.
    pub users: Vec<Text>,
    /// Whether they are there.
    pub statuses: Vec<Status>,
    /// How much they share.
    pub stats: Vec<UserStats>,
    /// Whether their upload slots are full, not free.
    pub slots_full: Vec<u32>,
    /// Empty texts today.
    pub countries: Vec<Text>,
    /// Who owns the room. For private rooms only.
    #[slsk(optional)]
    pub owner: Option<Text>,
    /// Who helps the owner, without him. For private rooms only.
    #[slsk(optional)]
    pub operators: Option<Vec<Text>>,
}

/// A user in a room, put together from the lists of a [`JoinRoomResponse`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoomUser<'a> {
    /// The user.
    pub username: &'a Text,
    /// Whether he is there.
    pub status: &'a Status,
    /// How much he shares.
    pub stats: &'a UserStats,
    /// Whether his upload slots are full, not free.
    pub slots_full: u32,
    /// An empty text today.
    pub country: &'a Text,
}

impl JoinRoomResponse {
    /// The users whom all lists have.
    pub fn members(&self) -> impl Iterator<Item = RoomUser<'_>> {
        let users = self.users.iter().zip(&self.statuses).zip(&self.stats);
        let users = users.zip(&self.slots_full).zip(&self.countries);
        users.map(
            |((((username, status), stats), slots_full), country)| RoomUser {
                username,
                status,
                stats,
                slots_full: *slots_full,
                country,
            },
        )
    }
}

/// Leaves a room; comes back when it is done.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 15, guide = "rooms")]
pub struct LeaveRoom {
    /// The room.
    pub room: Text,
}

/// Somebody came into a room of ours; we too.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 16, guide = "rooms")]
pub struct UserJoinedRoom {
    /// The room.
    pub room: Text,
    /// Who came.
    pub username: Text,
    /// Whether he is there.
    pub status: Status,
    /// How much he shares.
    pub stats: UserStats,
    /// Whether his upload slots are full, not free.
    pub slots_full: u32,
    /// An empty text today.
    pub country: Text,
}

/// Somebody left a room of ours.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 17, guide = "rooms")]
pub struct UserLeftRoom {
    /// The room.
    pub room: Text,
    /// Who left.
    pub username: Text,
}

/// Asks for all rooms. The list after the login leaves out small ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
#[slsk(code = 64, guide = "rooms")]
#[doc(alias = "RoomList")]
pub struct RoomListRequest;

/// The rooms that there are. Names and counts stand in lists of their own, with the same order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[slsk(code = 64, guide = "rooms")]
#[doc(alias = "RoomList")]
pub struct RoomListResponse {
    /// Public rooms.
    pub rooms: Vec<Text>,
    /// How many users are in each.
    pub room_users: Vec<u32>,
    /// Private rooms of ours.
    pub owned: Vec<Text>,
    /// How many users are in each.
    pub owned_users: Vec<u32>,
    /// Private rooms of others where we are a member.
    pub member_of: Vec<Text>,
    /// How many users are in each.
    pub member_of_users: Vec<u32>,
    /// Private rooms where we are an operator.
    pub operated: Vec<Text>,
}

/// The room is private and we are no member.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 1003, guide = "rooms")]
#[doc(alias = "CannotCreateRoom")]
#[doc(alias = "CantCreateRoom")]
#[doc(alias = "CannotJoinRoom")]
pub struct CantJoinRoom {
    /// The room.
    pub room: Text,
}
