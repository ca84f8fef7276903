//! Who may log in, and what is known of him while he is offline.

use std::collections::BTreeMap;

use slsk_wire::server::{LoginRefusal, LoginRequest, UserStats};
use slsk_wire::{Secret, Text};

/// How long a name may be, in bytes.
const MAX_NAME: usize = 30;
/// How long a password may be, in bytes.
const MAX_PASSWORD: usize = 256;
/// The name that the server itself has towards clients.
pub(super) const SERVER_NAME: &str = "server";

/// Names and passwords, in memory.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    accounts: BTreeMap<Text, Account>,
}

#[derive(Debug)]
struct Account {
    password: Secret,
    stats: UserStats,
    banned: bool,
}

/// What becomes of a login.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is the password of the account.
    Known,
    /// There was no account, and now there is.
    New,
    /// He gets no answer.
    Banned,
    /// He is told why not, perhaps with an explanation.
    Refused(LoginRefusal, Option<&'static str>),
}

impl Accounts {
    /// Whether there is such a user, or it is the server.
    pub(super) fn exists(&self, name: &Text) -> bool {
        self.knows(name) || *name == SERVER_NAME
    }

    pub(super) fn knows(&self, name: &Text) -> bool {
        self.accounts.contains_key(name)
    }

    /// Whether this login may open a session. An unknown name becomes an account where `room` says that one more may.
    pub(super) fn check(
        &mut self,
        login: &LoginRequest,
        room: impl FnOnce(usize) -> Result<(), LoginRefusal>,
    ) -> Verdict {
        if let Some((reason, detail)) = problem(&login.username, &login.password) {
            return Verdict::Refused(reason, detail);
        }
        if login.major_version == 0 || login.minor_version == Some(0) {
            return Verdict::Refused(LoginRefusal::InvalidVersion, None);
        }
        match self.accounts.get(&login.username) {
            Some(account) if account.banned => Verdict::Banned,
            Some(account) if account.password == login.password => Verdict::Known,
            Some(_) => Verdict::Refused(LoginRefusal::InvalidPassword, None),
            None => match room(self.accounts.len()) {
                Ok(()) => {
                    self.add(&login.username, &login.password);
                    Verdict::New
                }
                Err(reason) => Verdict::Refused(reason, None),
            },
        }
    }

    /// Makes an account.
    pub(super) fn add(&mut self, name: &Text, password: &Secret) {
        let account = Account {
            password: detached(password),
            stats: UserStats::default(),
            banned: false,
        };
        self.accounts.insert(name.detach(), account);
    }

    /// Changes a password; false when it can't be one.
    pub(super) fn set_password(&mut self, name: &Text, password: &Secret) -> bool {
        let account = self.accounts.get_mut(name);
        match account.filter(|_| problem(name, password).is_none()) {
            Some(account) => {
                account.password = detached(password);
                true
            }
            None => false,
        }
    }

    /// Bans a user or ends it; false when there is none.
    pub(super) fn set_banned(&mut self, name: &Text, banned: bool) -> bool {
        let account = self.accounts.get_mut(name);
        account.map(|account| account.banned = banned).is_some()
    }

    pub(super) fn stats(&self, name: &Text) -> UserStats {
        self.accounts
            .get(name)
            .map(|account| account.stats)
            .unwrap_or_default()
    }

    /// Changes the statistics of a user; false when nothing changed.
    pub(super) fn update_stats(
        &mut self,
        name: &Text,
        change: impl FnOnce(&mut UserStats),
    ) -> bool {
        let Some(account) = self.accounts.get_mut(name) else {
            return false;
        };
        let before = account.stats;
        change(&mut account.stats);
        account.stats != before
    }
}

/// Why a login with that name and password is refused at once, with an explanation for people.
pub(super) fn problem(
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

/// A copy that does not keep the frame that it came in.
fn detached(password: &Secret) -> Secret {
    Secret::from(password.reveal().detach())
}
