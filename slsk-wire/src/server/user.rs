//! Other users: whether they are there and how much they share.

use slsk_derive::Wire;

use crate::types::Text;

open_enum! {
    /// Whether a user is there.
    pub enum Status: u32 {
        /// Not connected.
        Offline = 0,
        /// Connected and away.
        Away = 1,
        /// Connected.
        Online = 2,
    }
}

open_enum! {
    /// What a client says about itself: a signed number here, unlike [`Status`].
    pub enum OwnStatus: i32 {
        /// Connected and away.
        Away = 1,
        /// Connected.
        Online = 2,
    }
}

/// How fast a user uploads and how much he shares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
pub struct UserStats {
    /// The average upload speed, in bytes a second.
    #[slsk(unit = BytesPerSecond)]
    pub average_speed: u32,
    /// How many uploads the average is made of.
    pub uploads: u32,
    /// Always 0.
    pub unknown: u32,
    /// Shared files.
    pub files: u32,
    /// Shared folders.
    pub directories: u32,
}

/// Asks to be told about a user from now on.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 5, guide = "users")]
#[doc(alias = "AddUser")]
#[doc(alias = "WatchUser")]
pub struct WatchUserRequest {
    /// The user.
    pub username: Text,
}

/// Whether the user exists, and how he is now.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 5, guide = "users")]
#[doc(alias = "AddUser")]
#[doc(alias = "WatchUser")]
pub struct WatchUserResponse {
    /// The user.
    pub username: Text,
    /// Whether there is such a user. If not, he is not watched.
    pub exists: bool,
    /// Whether he is there.
    #[slsk(if_true = exists)]
    pub status: Option<Status>,
    /// How much he shares.
    #[slsk(if_true = exists)]
    pub stats: Option<UserStats>,
    /// An empty text today. Absent when he is not online.
    #[slsk(if_true = exists, optional)]
    pub country: Option<Text>,
}

/// Ends [`WatchUserRequest`]. News about users in a common room go on.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 6, guide = "users")]
#[doc(alias = "RemoveUser")]
pub struct UnwatchUser {
    /// The user.
    pub username: Text,
}

/// Asks whether a user is there.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 7, guide = "users")]
#[doc(alias = "GetUserStatus")]
#[doc(alias = "GetStatus")]
pub struct GetUserStatusRequest {
    /// The user.
    pub username: Text,
}

/// Whether a user is there: an answer, or news about a watched user.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 7, guide = "users")]
#[doc(alias = "GetUserStatus")]
#[doc(alias = "GetStatus")]
pub struct GetUserStatusResponse {
    /// The user.
    pub username: Text,
    /// Whether he is there.
    pub status: Status,
    /// Whether he has privileges.
    pub privileged: bool,
}

/// Says whether we are online or away.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 28, guide = "users")]
#[doc(alias = "SetOnlineStatus")]
pub struct SetStatus {
    /// Online or away; the server ignores other values.
    pub status: OwnStatus,
}

/// Asks how fast a user uploads and how much he shares.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 36, guide = "users")]
#[doc(alias = "GetUserStats")]
pub struct GetUserStatsRequest {
    /// The user.
    pub username: Text,
}

/// How fast a user uploads and how much he shares: an answer, or news about somebody in a common room.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 36, guide = "users")]
#[doc(alias = "GetUserStats")]
pub struct GetUserStatsResponse {
    /// The user.
    pub username: Text,
    /// The numbers.
    pub stats: UserStats,
}

/// Says how much we share. It goes out after the login and after each scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 35, guide = "users")]
#[doc(alias = "SharedFoldersAndFiles")]
pub struct SharedFoldersFiles {
    /// Shared folders.
    pub directories: u32,
    /// Shared files.
    pub files: u32,
}

/// Says how fast an upload was, after each one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 121, guide = "users")]
pub struct SendUploadSpeed {
    /// Its average, in bytes a second.
    #[slsk(unit = BytesPerSecond)]
    pub speed: u32,
}
