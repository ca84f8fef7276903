//! Connections without a login, and how long they may stay.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use slsk_wire::server::ServerRequest;

use crate::machine::ConnId;

/// How long a connection may stay without a login.
const LOGIN_TIME: Duration = Duration::from_mins(1);
/// How many requests may wait behind a login.
const MAX_BEHIND: usize = 100;

/// The connections without a login.
#[derive(Debug, Default)]
pub(super) struct Lobby {
    strangers: BTreeMap<ConnId, Stranger>,
    by_deadline: BTreeSet<(Instant, ConnId)>,
}

#[derive(Debug)]
struct Stranger {
    state: State,
    until: Instant,
}

/// How far somebody without a login is.
#[derive(Debug)]
enum State {
    /// He has not said anything.
    Silent,
    /// His password is being worked on; this is what he has said behind his login.
    Waiting(Vec<ServerRequest>),
    /// He has had his one try.
    Refused,
}

/// What to do with what a stranger says.
#[derive(Debug)]
pub(super) enum Said {
    /// It is his first word.
    First(ServerRequest),
    /// It can wait, or is for nobody.
    Nothing,
    /// He does not belong here.
    TooMuch,
}

impl Lobby {
    pub(super) fn enter(&mut self, conn: ConnId, now: Instant) {
        let until = now + LOGIN_TIME;
        self.by_deadline.insert((until, conn));
        let state = State::Silent;
        self.strangers.insert(conn, Stranger { state, until });
    }

    pub(super) fn says(&mut self, conn: ConnId, request: ServerRequest) -> Said {
        match self.strangers.get_mut(&conn).map(|it| &mut it.state) {
            Some(State::Silent) => Said::First(request),
            Some(State::Waiting(behind)) if behind.len() < MAX_BEHIND => {
                behind.push(request);
                Said::Nothing
            }
            // What clients send in one breath with a login that was refused.
            Some(State::Refused) => Said::Nothing,
            Some(State::Waiting(_)) | None => Said::TooMuch,
        }
    }

    /// His password is being worked on.
    pub(super) fn wait(&mut self, conn: ConnId) {
        if let Some(stranger) = self.strangers.get_mut(&conn)
            && !matches!(stranger.state, State::Waiting(_))
        {
            stranger.state = State::Waiting(Vec::new());
        }
    }

    /// He has been refused; he closes, or his deadline does. False when he is gone.
    pub(super) fn refuse(&mut self, conn: ConnId) -> bool {
        let stranger = self.strangers.get_mut(&conn);
        stranger
            .map(|stranger| stranger.state = State::Refused)
            .is_some()
    }

    pub(super) fn has(&self, conn: ConnId) -> bool {
        self.strangers.contains_key(&conn)
    }

    /// He goes, by whatever door. Returns what he has said behind his login.
    pub(super) fn leave(&mut self, conn: ConnId) -> Vec<ServerRequest> {
        let Some(stranger) = self.strangers.remove(&conn) else {
            return Vec::new();
        };
        self.by_deadline.remove(&(stranger.until, conn));
        match stranger.state {
            State::Waiting(behind) => behind,
            State::Silent | State::Refused => Vec::new(),
        }
    }

    /// Who has been here for longest; of those whose password is being worked on only if there is nobody else.
    pub(super) fn oldest(&self) -> Option<ConnId> {
        let is_idle = |conn| {
            let stranger = self.strangers.get(conn);
            stranger.is_some_and(|it| !matches!(it.state, State::Waiting(_)))
        };
        let mut conns = self.by_deadline.iter().map(|(_, conn)| conn);
        let idle = conns.clone().find(|conn| is_idle(conn));
        idle.or_else(|| conns.next()).copied()
    }

    /// Who has been here for too long.
    pub(super) fn late(&mut self, now: Instant) -> Vec<ConnId> {
        let mut late = Vec::new();
        while let Some((until, conn)) = self.by_deadline.first().copied()
            && until <= now
        {
            self.leave(conn);
            late.push(conn);
        }
        late
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.by_deadline.first().map(|(until, _)| *until)
    }
}
