//! What names and passwords may be.

use slsk_wire::server::LoginRefusal;
use slsk_wire::{Secret, Text};

/// How long a name may be, in bytes.
const MAX_NAME: usize = 30;
/// How long a password may be, in bytes.
const MAX_PASSWORD: usize = 256;
/// The name that the server itself has towards clients.
pub(in crate::server) const SERVER_NAME: &str = "server";

/// Why a login with that name and password is refused at once, with an explanation for people.
pub(in crate::server) fn problem(
    name: &Text,
    password: &Secret,
) -> Option<(LoginRefusal, Option<&'static str>)> {
    if let Some(detail) = name_problem(name) {
        return Some((LoginRefusal::InvalidUsername, Some(detail)));
    }
    match password.reveal().len() {
        0 => Some((LoginRefusal::EmptyPassword, None)),
        1..=MAX_PASSWORD => None,
        _ => Some((LoginRefusal::InvalidPassword, None)),
    }
}

/// What is wrong with a name: 1 to 30 printable ASCII characters, without spaces at the ends.
fn name_problem(name: &Text) -> Option<&'static str> {
    let bytes = name.as_bytes();
    if bytes.is_empty() {
        Some("Nick empty.")
    } else if bytes.len() > MAX_NAME {
        Some("Nick too long.")
    } else if !bytes.iter().all(|b| b.is_ascii_graphic() || *b == b' ') {
        Some("Invalid characters in nick.")
    } else if bytes.starts_with(b" ") || bytes.ends_with(b" ") {
        Some("No leading and trailing spaces allowed in nick.")
    } else if *name == SERVER_NAME {
        Some("This nick is the server's own.")
    } else {
        None
    }
}
