//! Who may log in.

use std::collections::BTreeMap;

use slsk_wire::server::{LoginRefusal, LoginRequest};
use slsk_wire::{Secret, Text};

/// How long a name may be, in bytes.
const MAX_NAME: usize = 30;
/// How long a password may be, in bytes.
const MAX_PASSWORD: usize = 256;

/// Names and passwords, in memory. The first login with a name makes the account.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    passwords: BTreeMap<Text, Secret>,
}

impl Accounts {
    pub(super) fn exists(&self, name: &Text) -> bool {
        self.passwords.contains_key(name)
    }

    /// Whether this login may open a session; if not, why, and perhaps an explanation.
    ///
    /// An unknown name becomes an account, of which there are at most `most`.
    pub(super) fn check(
        &mut self,
        login: &LoginRequest,
        most: usize,
    ) -> Result<(), (LoginRefusal, Option<&'static str>)> {
        if let Some(problem) = name_problem(&login.username) {
            return Err((LoginRefusal::InvalidUsername, Some(problem)));
        }
        match login.password.reveal().len() {
            0 => return Err((LoginRefusal::EmptyPassword, None)),
            1..=MAX_PASSWORD => {}
            _ => return Err((LoginRefusal::InvalidPassword, None)),
        }
        if login.major_version == 0 || login.minor_version == Some(0) {
            return Err((LoginRefusal::InvalidVersion, None));
        }
        match self.passwords.get(&login.username) {
            Some(password) if *password != login.password => {
                Err((LoginRefusal::InvalidPassword, None))
            }
            Some(_) => Ok(()),
            None if self.passwords.len() >= most => Err((LoginRefusal::ServerFull, None)),
            None => {
                let password = Secret::from(login.password.reveal().detach());
                self.passwords.insert(login.username.detach(), password);
                Ok(())
            }
        }
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
    } else {
        None
    }
}
