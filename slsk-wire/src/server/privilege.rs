//! Privileges: what donors have, such as to be served first.

use slsk_derive::Wire;

use crate::types::Text;

/// All users with privileges, after the login.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[slsk(code = 69, guide = "users")]
pub struct PrivilegedUsers {
    /// Their names.
    pub users: Vec<Text>,
}
