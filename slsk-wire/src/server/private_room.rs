//! Private rooms: members, operators, owners.
//!
//! Several messages look the same in both directions: as a request they do something, from the server they
//! say that it was done.

use slsk_derive::Wire;

use crate::types::Text;

/// Who may enter a private room of ours, but for its owner.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 133, guide = "rooms")]
#[doc(alias = "PrivateRoomMembers")]
#[doc(alias = "PrivateRoomUsers")]
pub struct RoomMembers {
    /// The room.
    pub room: Text,
    /// Its members.
    pub members: Vec<Text>,
}

/// Makes a user a member. For owners and operators; the user has to allow it.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 134, guide = "rooms")]
#[doc(alias = "PrivateRoomGrantMembership")]
#[doc(alias = "PrivateRoomAddUser")]
pub struct AddRoomMember {
    /// The room.
    pub room: Text,
    /// The user.
    pub username: Text,
}

/// Ends a user's membership. For owners, and for operators if he is no operator.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 135, guide = "rooms")]
#[doc(alias = "PrivateRoomRevokeMembership")]
#[doc(alias = "PrivateRoomRemoveUser")]
pub struct RemoveRoomMember {
    /// The room.
    pub room: Text,
    /// The user.
    pub username: Text,
}

/// Gives up our membership.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 136, guide = "rooms")]
#[doc(alias = "PrivateRoomDropMembership")]
pub struct CancelRoomMembership {
    /// The room.
    pub room: Text,
}

/// Gives up a room of ours, which ends it.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 137, guide = "rooms")]
#[doc(alias = "PrivateRoomDropOwnership")]
pub struct CancelRoomOwnership {
    /// The room.
    pub room: Text,
}

/// We are now a member.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 139, guide = "rooms")]
#[doc(alias = "PrivateRoomMembershipGranted")]
#[doc(alias = "PrivateRoomAdded")]
pub struct RoomMembershipGranted {
    /// The room.
    pub room: Text,
}

/// We are no longer a member.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 140, guide = "rooms")]
#[doc(alias = "PrivateRoomMembershipRevoked")]
#[doc(alias = "PrivateRoomRemoved")]
pub struct RoomMembershipRevoked {
    /// The room.
    pub room: Text,
}

/// Says whether others may make us a member of their rooms; the server repeats it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 141, guide = "rooms")]
#[doc(alias = "TogglePrivateRoomInvites")]
#[doc(alias = "PrivateRoomToggle")]
pub struct EnableRoomInvitations {
    /// Whether they may.
    pub enabled: bool,
}

/// Makes a member an operator. For the owner; the user has to be online.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 143, guide = "rooms")]
#[doc(alias = "PrivateRoomGrantOperator")]
#[doc(alias = "PrivateRoomAddOperator")]
pub struct AddRoomOperator {
    /// The room.
    pub room: Text,
    /// The user.
    pub username: Text,
}

/// Makes an operator a member again. For the owner.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 144, guide = "rooms")]
#[doc(alias = "PrivateRoomRevokeOperator")]
#[doc(alias = "PrivateRoomRemoveOperator")]
pub struct RemoveRoomOperator {
    /// The room.
    pub room: Text,
    /// The user.
    pub username: Text,
}

/// We are now an operator.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 145, guide = "rooms")]
#[doc(alias = "PrivateRoomOperatorGranted")]
#[doc(alias = "PrivateRoomOperatorAdded")]
pub struct RoomOperatorshipGranted {
    /// The room.
    pub room: Text,
}

/// We are no longer an operator.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 146, guide = "rooms")]
#[doc(alias = "PrivateRoomOperatorRevoked")]
#[doc(alias = "PrivateRoomOperatorRemoved")]
pub struct RoomOperatorshipRevoked {
    /// The room.
    pub room: Text,
}

/// Gives up being an operator. Only soulfind knows it, and no client sends it.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 147, guide = "rooms", status = Unverified)]
pub struct CancelRoomOperatorship {
    /// The room.
    pub room: Text,
}

/// Who helps the owner of a private room of ours.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 148, guide = "rooms")]
#[doc(alias = "PrivateRoomOperators")]
#[doc(alias = "PrivateRoomOwned")]
pub struct RoomOperators {
    /// The room.
    pub room: Text,
    /// Its operators.
    pub operators: Vec<Text>,
}
