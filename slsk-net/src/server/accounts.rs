//! Who may log in, and what is known of him while he is offline.

mod rules;

use std::collections::BTreeMap;

use slsk_wire::server::{LoginRefusal, LoginRequest, UserStats};
use slsk_wire::{Secret, Text};

use super::store::StoredAccount;

pub(super) use rules::{SERVER_NAME, problem};

/// The accounts. With a store their passwords are hashed, otherwise they are as they came.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    by_name: BTreeMap<Text, Account>,
}

#[derive(Debug)]
struct Account {
    password: Password,
    stats: UserStats,
    banned: bool,
}

/// The password of an account.
#[derive(Clone, Debug)]
pub(super) enum Password {
    /// As it came.
    Plain(Secret),
    /// What it has become.
    Hashed(Secret),
}

/// What becomes of a login.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is the password of the account.
    Right,
    /// It is if it compares with this.
    Compare(Secret),
    /// There is no such account.
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
        self.by_name.contains_key(name)
    }

    pub(super) fn count(&self) -> usize {
        self.by_name.len()
    }

    /// Whether this login may open a session.
    pub(super) fn judge(&self, login: &LoginRequest) -> Verdict {
        if let Some((reason, detail)) = problem(&login.username, &login.password) {
            return Verdict::Refused(reason, detail);
        }
        if login.major_version == 0 || login.minor_version == Some(0) {
            return Verdict::Refused(LoginRefusal::InvalidVersion, None);
        }
        match self.by_name.get(&login.username) {
            None => Verdict::New,
            Some(account) if account.banned => Verdict::Banned,
            Some(account) => match &account.password {
                Password::Hashed(hash) => Verdict::Compare(hash.clone()),
                Password::Plain(password) if *password == login.password => Verdict::Right,
                Password::Plain(_) => Verdict::Refused(LoginRefusal::InvalidPassword, None),
            },
        }
    }

    /// Makes an account.
    pub(super) fn add(&mut self, name: &Text, password: Password) {
        let account = Account {
            password,
            stats: UserStats::default(),
            banned: false,
        };
        self.by_name.insert(name.detach(), account);
    }

    /// An account that was kept.
    pub(super) fn restore(&mut self, stored: StoredAccount) {
        let account = Account {
            password: Password::Hashed(stored.password_hash),
            stats: stored.stats,
            banned: stored.banned,
        };
        self.by_name.insert(stored.username, account);
    }

    /// An account as it is kept, if it has a hashed password.
    pub(super) fn stored(&self, name: &Text, privileged_until: u64) -> Option<StoredAccount> {
        let account = self.by_name.get(name)?;
        let Password::Hashed(hash) = &account.password else {
            return None;
        };
        Some(StoredAccount {
            username: name.clone(),
            password_hash: hash.clone(),
            stats: account.stats,
            privileged_until,
            banned: account.banned,
        })
    }

    pub(super) fn remove(&mut self, name: &Text) {
        self.by_name.remove(name);
    }

    pub(super) fn set_password(&mut self, name: &Text, password: Password) {
        if let Some(account) = self.by_name.get_mut(name) {
            account.password = password;
        }
    }

    /// Bans a user or ends it; false when there is none.
    pub(super) fn set_banned(&mut self, name: &Text, banned: bool) -> bool {
        let account = self.by_name.get_mut(name);
        account.map(|account| account.banned = banned).is_some()
    }

    pub(super) fn stats(&self, name: &Text) -> UserStats {
        self.by_name
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
        let Some(account) = self.by_name.get_mut(name) else {
            return false;
        };
        let before = account.stats;
        change(&mut account.stats);
        account.stats != before
    }
}

impl Password {
    /// A password as it came, which does not keep the frame that it came in.
    pub(super) fn plain(password: &Secret) -> Self {
        Self::Plain(Secret::from(password.reveal().detach()))
    }
}
