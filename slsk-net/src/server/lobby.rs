//! Connections without a login, and how long they may stay.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use crate::machine::ConnId;

/// How long a connection may stay without a login.
const LOGIN_TIME: Duration = Duration::from_mins(1);

/// The connections without a login.
#[derive(Debug, Default)]
pub(super) struct Lobby {
    strangers: BTreeMap<ConnId, Stranger>,
    by_deadline: BTreeSet<(Instant, ConnId)>,
}

/// Somebody without a login.
#[derive(Debug)]
pub(super) struct Stranger {
    /// Whether he has had his one try.
    pub(super) refused: bool,
    until: Instant,
}

impl Lobby {
    pub(super) fn enter(&mut self, conn: ConnId, now: Instant) {
        let until = now + LOGIN_TIME;
        self.by_deadline.insert((until, conn));
        let stranger = Stranger {
            refused: false,
            until,
        };
        self.strangers.insert(conn, stranger);
    }

    pub(super) fn get(&self, conn: ConnId) -> Option<&Stranger> {
        self.strangers.get(&conn)
    }

    /// He has been refused; he closes, or his deadline does.
    pub(super) fn refuse(&mut self, conn: ConnId) {
        if let Some(stranger) = self.strangers.get_mut(&conn) {
            stranger.refused = true;
        }
    }

    pub(super) fn leave(&mut self, conn: ConnId) -> Option<Stranger> {
        let stranger = self.strangers.remove(&conn)?;
        self.by_deadline.remove(&(stranger.until, conn));
        Some(stranger)
    }

    /// Lets those go who have been here for too long.
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
