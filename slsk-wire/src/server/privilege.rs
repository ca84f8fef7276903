//! Privileges: what donors have, such as to be served first.

use slsk_derive::Wire;

use crate::types::Text;

/// Asks for all users with privileges. Known from 2003 only; the list comes by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
#[slsk(code = 69, guide = "users", status = Obsolete)]
pub struct PrivilegedUsersRequest;

/// All users with privileges, after the login.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[slsk(code = 69, guide = "users")]
pub struct PrivilegedUsers {
    /// Their names.
    pub users: Vec<Text>,
}

/// Asks for how long we have privileges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
#[slsk(code = 92, guide = "users")]
#[doc(alias = "CheckPrivileges")]
pub struct CheckPrivilegesRequest;

/// For how long we have privileges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 92, guide = "users")]
#[doc(alias = "CheckPrivileges")]
pub struct CheckPrivilegesResponse {
    /// Seconds, not days; 0 without privileges.
    #[slsk(unit = Seconds)]
    pub seconds: u32,
}

/// Asks whether a user has privileges. [`GetUserStatusRequest`](super::GetUserStatusRequest) tells it too.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 122, guide = "users", status = Deprecated)]
#[doc(alias = "GetUserPrivileges")]
#[doc(alias = "UserPrivileged")]
#[doc(alias = "UserPrivileges")]
pub struct UserPrivilegesRequest {
    /// The user.
    pub username: Text,
}

/// Whether a user has privileges.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 122, guide = "users", status = Deprecated)]
#[doc(alias = "GetUserPrivileges")]
#[doc(alias = "UserPrivileged")]
#[doc(alias = "UserPrivileges")]
pub struct UserPrivilegesResponse {
    /// The user.
    pub username: Text,
    /// Whether he has.
    pub privileged: bool,
}

/// Gives some of our privileges to a user.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 123, guide = "users")]
#[doc(alias = "GiveUserPrivileges")]
pub struct GivePrivileges {
    /// The user.
    pub username: Text,
    /// Days, taken from ours.
    #[slsk(unit = Days)]
    pub days: u32,
}

/// Says that privileges were given, in either direction.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 124, guide = "users", status = Deprecated)]
#[doc(alias = "PrivilegesNotification")]
pub struct NotifyPrivileges {
    /// A number for [`AcknowledgeNotifyPrivileges`].
    pub token: u32,
    /// The user.
    pub username: Text,
}

/// Answers [`NotifyPrivileges`], in either direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 125, guide = "users", status = Deprecated)]
#[doc(alias = "PrivilegesNotificationAck")]
#[doc(alias = "AckNotifyPrivileges")]
pub struct AcknowledgeNotifyPrivileges {
    /// Its number.
    pub token: u32,
}
