//! Other users as the server knows them: who is there, how fast, and with what privileges.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use slsk_wire::Text;
use slsk_wire::server::{
    CheckPrivilegesResponse, GetUserStatsRequest, GetUserStatsResponse, GetUserStatusRequest,
    GetUserStatusResponse, Status, UnwatchUser, UserStats, WatchUserRequest, WatchUserResponse,
};

use super::CommandId;
use super::api::{Event, Reply, SessionError, UserInfo, WatchError};
use super::outbox::{Out, Outbox};

/// How many users may be watched. All of them are watched again after each login.
const MAX_WATCHED: usize = 1000;
/// How many users with privileges are remembered.
const MAX_PRIVILEGED: usize = 100_000;

#[derive(Debug, Default)]
pub(super) struct Users {
    /// Our name, while there is a session.
    own: Option<Text>,
    /// Who is watched, in every session, and how he was last.
    watched: BTreeMap<Text, Status>,
    asked: Vec<Asked>,
    privileged: BTreeSet<Text>,
}

/// A command that waits for the server.
#[derive(Debug)]
struct Asked {
    command: CommandId,
    user: Text,
    deadline: Instant,
    /// Whether he is still to be watched when the answer comes.
    is_wanted: bool,
    /// The first half of the answer; privileges are in the second.
    known: Option<(Status, UserStats)>,
}

impl Users {
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.asked.iter().map(|asked| asked.deadline).min()
    }

    /// How many commands wait for the server.
    pub(super) fn questions(&self) -> usize {
        self.asked.len()
    }

    /// How many users are watched.
    pub(super) fn watched_count(&self) -> usize {
        self.watched.len()
    }

    /// A session has begun: watch everybody again, and ourselves for the sake of our speed.
    pub(super) fn online(&mut self, username: &str, out: &mut Outbox) {
        let own = Text::from(username);
        send_watch(&own, out);
        for user in self.watched.keys().filter(|user| **user != own) {
            send_watch(user, out);
        }
        self.own = Some(own);
    }

    /// The session is over.
    pub(super) fn offline(&mut self, out: &mut Outbox) {
        self.own = None;
        self.privileged.clear();
        for asked in self.asked.drain(..) {
            let error = WatchError::Disconnected;
            out.reply(asked.command, Reply::Watched(Err(error)));
        }
    }

    pub(super) fn tick(&mut self, out: &mut Outbox) {
        let now = out.now;
        let late = self.asked.extract_if(.., |asked| asked.deadline <= now);
        for asked in late {
            let privileged = self.privileged.contains(&asked.user);
            let info = asked.known.map(|known| info(known, privileged));
            let result = info.ok_or(WatchError::NoAnswer);
            out.reply(asked.command, Reply::Watched(result));
        }
    }

    pub(super) fn watch(&mut self, command: CommandId, user: Text, out: &mut Outbox) {
        let is_full = self.watched.len() + self.asked.len() >= MAX_WATCHED;
        let error = if self.own.is_none() {
            WatchError::NotLoggedIn
        } else if is_full && !self.watched.contains_key(&user) {
            WatchError::TooMany
        } else {
            send_watch(&user, out);
            self.asked.push(Asked {
                command,
                user,
                deadline: out.now + out.patience,
                is_wanted: true,
                known: None,
            });
            return;
        };
        out.reply(command, Reply::Watched(Err(error)));
    }

    /// Ends watching a user. Who waits for the answer to an earlier command still gets it.
    pub(super) fn unwatch(&mut self, user: &Text, out: &mut Outbox) {
        let mut was_watched = self.watched.remove(user).is_some();
        for asked in self.asked.iter_mut().filter(|asked| asked.user == *user) {
            was_watched |= std::mem::take(&mut asked.is_wanted);
        }
        if was_watched && self.own.as_ref().is_some_and(|own| own != user) {
            let username = user.clone();
            out.push(Out::ToServer(UnwatchUser { username }.into()));
        }
    }

    /// The server says whether a user exists, and how he is.
    pub(super) fn watch_answered(&mut self, answer: WatchUserResponse, out: &mut Outbox) {
        let user = answer.username.detach();
        let Some((now, stats)) = answer.status.zip(answer.stats) else {
            return self.does_not_exist(&user, out);
        };
        if self.own.as_ref() == Some(&user) {
            out.push(Out::OwnSpeed(stats.average_speed));
        }
        if now == Status::Offline {
            out.push(Out::UserOffline(user.clone()));
        }
        let mut is_wanted = false;
        for asked in self.asked.iter_mut().filter(|asked| asked.user == user) {
            asked.known = Some((now.clone(), stats));
            is_wanted |= asked.is_wanted;
        }
        if is_wanted {
            self.watched.insert(user, now);
        } else if let Some(last) = self.watched.get_mut(&user) {
            *last = now;
            out.emit(Event::UserStats { user, stats });
        }
    }

    /// The server says how a user is, asked or not.
    pub(super) fn status(&mut self, answer: GetUserStatusResponse, out: &mut Outbox) {
        let GetUserStatusResponse {
            username,
            status,
            privileged,
        } = answer;
        let user = username.detach();
        self.set_privileged(&user, privileged);
        let mut answered = Vec::new();
        self.asked.retain(|asked| match &asked.known {
            Some(known) if asked.user == user => {
                answered.push((asked.command, known.clone()));
                false
            }
            _ => true,
        });
        for (command, (_, stats)) in answered {
            let info = info((status.clone(), stats), privileged);
            out.reply(command, Reply::Watched(Ok(info)));
        }
        // What the server says about ourselves is what we have told it, or late.
        if self.own.as_ref() == Some(&user) {
            return;
        }
        if status == Status::Offline {
            out.push(Out::UserOffline(user.clone()));
        }
        if let Some(last) = self.watched.get_mut(&user) {
            let is_back = *last == Status::Offline && status != Status::Offline;
            *last = status.clone();
            if is_back {
                let username = user.clone();
                out.push(Out::ToServer(GetUserStatsRequest { username }.into()));
            }
        }
        out.emit(Event::UserStatus {
            user,
            status,
            privileged,
        });
    }

    /// The server says how much a user shares, asked or not.
    pub(super) fn stats(&mut self, answer: GetUserStatsResponse, out: &mut Outbox) {
        let GetUserStatsResponse { username, stats } = answer;
        if self.own.as_ref() == Some(&username) {
            out.push(Out::OwnSpeed(stats.average_speed));
            return;
        }
        let user = username.detach();
        out.emit(Event::UserStats { user, stats });
    }

    /// All users with privileges, as the server lists them after the login.
    pub(super) fn all_privileged(&mut self, users: &[Text]) {
        let users = users.iter().take(MAX_PRIVILEGED);
        self.privileged = users.map(Text::detach).collect();
    }

    /// A user has privileges now, or none.
    pub(super) fn set_privileged(&mut self, user: &Text, privileged: bool) {
        if !privileged {
            self.privileged.remove(user);
        } else if self.privileged.len() < MAX_PRIVILEGED {
            self.privileged.insert(user.detach());
        }
    }

    /// For how long we have privileges ourselves.
    pub(super) fn own_privileges(answer: CheckPrivilegesResponse, out: &mut Outbox) {
        let left = Duration::from_secs(answer.seconds.into());
        out.emit(Event::OwnPrivileges(left));
    }

    pub(super) fn list_privileged(&self, command: CommandId, out: &mut Outbox) {
        let users = match self.own {
            Some(_) => Ok(self.privileged.iter().cloned().collect()),
            None => Err(SessionError::NotLoggedIn),
        };
        out.reply(command, Reply::PrivilegedUsers(users));
    }

    /// Nobody has that name, so nobody is watched by it. Who asked for it before stays on the list for the next session.
    fn does_not_exist(&mut self, user: &Text, out: &mut Outbox) {
        for asked in self.asked.extract_if(.., |asked| asked.user == *user) {
            let error = WatchError::NoSuchUser;
            out.reply(asked.command, Reply::Watched(Err(error)));
        }
        out.push(Out::UserOffline(user.clone()));
    }
}

/// Subscribes to a user, and asks for what the answer leaves out: his privileges.
fn send_watch(user: &Text, out: &mut Outbox) {
    let username = user.clone();
    out.push(Out::ToServer(WatchUserRequest { username }.into()));
    let username = user.clone();
    out.push(Out::ToServer(GetUserStatusRequest { username }.into()));
}

fn info(known: (Status, UserStats), privileged: bool) -> UserInfo {
    UserInfo {
        status: known.0,
        stats: known.1,
        privileged,
    }
}

#[cfg(test)]
mod tests;
