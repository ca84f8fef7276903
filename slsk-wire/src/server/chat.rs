//! Private messages, what is said in rooms, announcements.

use slsk_derive::Wire;

use crate::types::Text;

/// Says something in a room.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 13, guide = "rooms")]
#[doc(alias = "RoomChatMessage")]
#[doc(alias = "SayChatroom")]
#[doc(alias = "SayInChatRoom")]
pub struct SayInRoom {
    /// A room that we have joined.
    pub room: Text,
    /// Up to 2048 bytes in one line.
    pub message: Text,
}

/// Somebody said something in a room of ours. What we say comes back too.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 13, guide = "rooms")]
#[doc(alias = "RoomChatMessage")]
#[doc(alias = "SayChatroom")]
#[doc(alias = "SayInChatRoom")]
pub struct RoomMessage {
    /// The room.
    pub room: Text,
    /// Who said it.
    pub username: Text,
    /// What was said.
    pub message: Text,
}

/// Sends a private message, which waits on the server while the user is away.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 22, guide = "chat")]
#[doc(alias = "PrivateChatMessage")]
#[doc(alias = "MessageUser")]
pub struct PrivateMessage {
    /// To whom.
    pub username: Text,
    /// Up to 2048 bytes. The server drops it when it has a CR or LF.
    pub message: Text,
}

/// A private message to us, to be answered with [`AcknowledgePrivateMessage`].
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 22, guide = "chat")]
#[doc(alias = "PrivateChatMessage")]
#[doc(alias = "MessageUser")]
#[doc(alias = "PrivateMessage")]
pub struct IncomingPrivateMessage {
    /// The server's number for it.
    pub message_id: u32,
    /// When it was sent, in seconds since 1970.
    #[slsk(unit = UnixTime)]
    pub timestamp: u32,
    /// Who sent it; `server` for the server itself.
    pub username: Text,
    /// What it says.
    pub message: Text,
    /// Whether it was sent just now, and not while we were away. Absent from old servers,
    /// which means that it was.
    #[slsk(optional)]
    pub is_new: Option<bool>,
}

impl IncomingPrivateMessage {
    /// Whether it was sent just now; a server that does not say means yes.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.is_new.unwrap_or(true)
    }
}

/// Says that a private message has arrived. Without it, it comes again at the next login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 23, guide = "chat")]
#[doc(alias = "PrivateChatMessageAck")]
#[doc(alias = "MessageAcked")]
pub struct AcknowledgePrivateMessage {
    /// Its number.
    pub message_id: u32,
}

/// An announcement to everybody.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 66, guide = "chat")]
#[doc(alias = "GlobalAdminMessage")]
pub struct AdminMessage {
    /// What it says.
    pub message: Text,
}

/// Sends one private message to several users. Do not rely on delivery.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 149, guide = "chat")]
#[doc(alias = "PrivateChatMessageUsers")]
pub struct MessageUsers {
    /// To whom. The whole frame must stay below 8 KiB.
    pub usernames: Vec<Text>,
    /// As in [`PrivateMessage`].
    pub message: Text,
}

/// Asks for everything that is said in public rooms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
#[slsk(code = 150, guide = "rooms")]
#[doc(alias = "EnablePublicChat")]
#[doc(alias = "AskPublicChat")]
pub struct JoinGlobalRoom;

/// Ends [`JoinGlobalRoom`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
#[slsk(code = 151, guide = "rooms")]
#[doc(alias = "DisablePublicChat")]
#[doc(alias = "StopPublicChat")]
pub struct LeaveGlobalRoom;

/// Somebody said something in any public room.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 152, guide = "rooms")]
#[doc(alias = "PublicChatMessage")]
#[doc(alias = "PublicChat")]
pub struct GlobalRoomMessage {
    /// The room.
    pub room: Text,
    /// Who said it.
    pub username: Text,
    /// What was said.
    pub message: Text,
}
