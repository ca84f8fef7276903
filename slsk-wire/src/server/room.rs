//! Chat rooms.

use slsk_derive::Wire;

use crate::types::Text;

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
