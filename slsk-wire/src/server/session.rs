//! Logging in, staying connected, being kicked.

use std::net::Ipv4Addr;

use md5::{Digest, Md5};
use slsk_derive::Wire;

use crate::types::{Secret, Text};

open_enum! {
    /// Why a login was refused.
    pub enum LoginRefusal: Text {
        /// The name is empty, too long, or has characters that it can't have.
        InvalidUsername = "INVALIDUSERNAME",
        /// There is no password.
        EmptyPassword = "EMPTYPASSWORD",
        /// The password is not that of the account.
        InvalidPassword = "INVALIDPASS",
        /// The server does not serve this version of a client.
        InvalidVersion = "INVALIDVERSION",
        /// The server is full.
        ServerFull = "SVRFULL",
        /// The server is not for everybody.
        ServerPrivate = "SVRPRIVATE",
    }
}

open_enum! {
    /// How the frames on a port are hidden; see `spec/guide/framing.md`.
    pub enum ObfuscationType: u32 {
        /// Not at all: there is no such port.
        Plain = 0,
        /// Each frame with a key of its own, which rotates.
        Rotated = 1,
    }
}

/// Opens the session. It is the first message on the connection.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 1, guide = "login")]
#[doc(alias = "Login")]
pub struct LoginRequest {
    /// Up to 30 printable ASCII characters.
    pub username: Text,
    /// In clear.
    pub password: Secret,
    /// Which client this is: 157 the official one, 160 Nicotine+, 177 for experiments.
    pub major_version: u32,
    /// Lowercase hex MD5 of name and password together. Absent from old clients.
    #[slsk(optional)]
    pub hash: Option<Secret>,
    /// Which release of the client; not 0. Absent from old clients.
    #[slsk(optional)]
    pub minor_version: Option<u32>,
}

impl LoginRequest {
    /// What today's clients send, with the hash computed.
    #[must_use]
    pub fn new(username: &str, password: &str, major_version: u32, minor_version: u32) -> Self {
        Self {
            username: username.into(),
            password: password.into(),
            major_version,
            hash: Some(md5_hex(&[username, password]).into()),
            minor_version: Some(minor_version),
        }
    }
}

/// The server's verdict on a [`LoginRequest`]. A banned address gets none.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 1, guide = "login")]
#[doc(alias = "Login")]
pub struct LoginResponse {
    /// Whether the session is open.
    pub success: bool,
    /// The message of the day; may be empty.
    #[slsk(if_true = success)]
    pub greeting: Option<Text>,
    /// Our address as the server sees it.
    #[slsk(if_true = success)]
    pub ip: Option<Ipv4Addr>,
    /// Lowercase hex MD5 of the password. Absent from old servers.
    #[slsk(if_true = success, optional)]
    pub password_md5: Option<Secret>,
    /// Whether the account ever donated.
    #[slsk(if_true = success, optional)]
    pub is_supporter: Option<bool>,
    /// The refusal, such as `INVALIDPASS`.
    #[slsk(if_false = success)]
    pub reason: Option<LoginRefusal>,
    /// An explanation for people. Only for `INVALIDUSERNAME`.
    #[slsk(if_false = success, optional)]
    pub detail: Option<Text>,
}

impl LoginResponse {
    /// The session is open.
    #[must_use]
    pub fn accepted(greeting: impl Into<Text>, ip: Ipv4Addr, password: &str) -> Self {
        Self {
            success: true,
            greeting: Some(greeting.into()),
            ip: Some(ip),
            password_md5: Some(md5_hex(&[password]).into()),
            is_supporter: Some(false),
            reason: None,
            detail: None,
        }
    }

    /// The session stays closed.
    #[must_use]
    pub fn rejected(reason: LoginRefusal) -> Self {
        Self {
            success: false,
            greeting: None,
            ip: None,
            password_md5: None,
            is_supporter: None,
            reason: Some(reason),
            detail: None,
        }
    }
}

/// Says where other peers can connect to us. It goes out with the login, and again after it.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 2, guide = "login")]
#[doc(alias = "SetWaitPort")]
pub struct SetListenPort {
    /// The TCP port.
    pub port: u32,
    /// What the obfuscated port takes. Absent from clients without one.
    #[slsk(optional)]
    pub obfuscation_type: Option<ObfuscationType>,
    /// The TCP port for obfuscated connections.
    #[slsk(optional)]
    pub obfuscated_port: Option<u32>,
}

impl SetListenPort {
    /// A plain port.
    #[must_use]
    pub fn new(port: u16) -> Self {
        Self {
            port: port.into(),
            obfuscation_type: None,
            obfuscated_port: None,
        }
    }
}

/// Keeps the connection alive; at most once a minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
#[slsk(code = 32, guide = "login")]
#[doc(alias = "Ping")]
#[doc(alias = "ServerPing")]
pub struct PingRequest;

/// What old servers answered to a [`PingRequest`]. Do not wait for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
#[slsk(code = 32, guide = "login", status = Obsolete)]
#[doc(alias = "Ping")]
#[doc(alias = "ServerPing")]
pub struct PingResponse;

/// Somebody has logged in with our name elsewhere; the server closes. Do not reconnect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
#[slsk(code = 41, guide = "login")]
#[doc(alias = "Kicked")]
#[doc(alias = "KickedFromServer")]
pub struct Relogged;

/// Changes our password; the server repeats it when it is done.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 142, guide = "login")]
#[doc(alias = "NewPassword")]
pub struct ChangePassword {
    /// The new one, in clear.
    pub password: Secret,
}

/// Lowercase hex MD5 of the parts together.
fn md5_hex(parts: &[&str]) -> String {
    use std::fmt::Write;

    let mut digest = Md5::new();
    for part in parts {
        digest.update(part);
    }
    let mut hex = String::new();
    for byte in digest.finalize() {
        // Writing to a String does not fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}
