//! The connections to peers: how far the handshake of each is, and which can be spared.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::Instant;

use slsk_wire::Text;
use slsk_wire::init::ConnectionKind;
use slsk_wire::peer::PeerMessage;

use super::queue::Dial;
use super::table::{Table, Timed};
use crate::machine::{ConnId, Route};

/// A connection to a peer.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) line: Line,
    pub(super) state: LinkState,
    /// When it is closed unless something happens.
    pub(super) deadline: Instant,
}

/// What a connection is, however far its handshake.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) conn: ConnId,
    pub(super) obfuscated: bool,
    /// Where it came from; `None` where we have dialled.
    pub(super) remote: Option<IpAddr>,
}

/// How far the handshake is. Every state ends at the link's deadline.
#[derive(Debug)]
pub(super) enum LinkState {
    /// We dial, and then perhaps the other route.
    Dialling(Dial, Option<Route>),
    /// Somebody has connected and has not said who he is.
    Silent,
    /// A user has connected for a file and has not said which.
    AwaitingTicket(Caller),
    /// He has said which, and his address will show whether it is he.
    CheckingTicket(Caller, u32),
    /// A user wants to be below us in the distributed network, and his address will show whether it is he.
    CheckingChild(Caller),
    /// Messages go both ways.
    Open(Open),
}

/// Who is at the other end.
#[derive(Debug)]
pub(super) struct Caller {
    pub(super) user: Text,
    /// Whether we know so: he was dialled, brought a token of ours, or has the address that the server tells.
    pub(super) is_proven: bool,
}

/// A connection for messages.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) caller: Caller,
    /// Whether it is the far end of a connection that we have made to ourselves, as for browsing the own shares. It has
    /// the same name, and must not take the place of the near end.
    pub(super) is_far_end: bool,
    /// Whether anything but a search result followed the init frame.
    pub(super) is_used: bool,
    /// What waits until it is proven who has sent it. Nothing more is read meanwhile.
    pub(super) held: Vec<PeerMessage>,
    pub(super) held_bytes: usize,
}

impl Link {
    /// Who is at the other end, if he has said so.
    pub(super) fn caller(&self) -> Option<&Caller> {
        match &self.state {
            LinkState::Dialling(..) | LinkState::Silent => None,
            LinkState::AwaitingTicket(caller)
            | LinkState::CheckingTicket(caller, _)
            | LinkState::CheckingChild(caller) => Some(caller),
            LinkState::Open(open) => Some(&open.caller),
        }
    }

    fn caller_mut(&mut self) -> Option<&mut Caller> {
        match &mut self.state {
            LinkState::Dialling(..) | LinkState::Silent => None,
            LinkState::AwaitingTicket(caller)
            | LinkState::CheckingTicket(caller, _)
            | LinkState::CheckingChild(caller) => Some(caller),
            LinkState::Open(open) => Some(&mut open.caller),
        }
    }

    pub(super) fn set_proven(&mut self) {
        if let Some(caller) = self.caller_mut() {
            caller.is_proven = true;
        }
    }

    pub(super) fn is_proven(&self) -> bool {
        self.caller().is_some_and(|caller| caller.is_proven)
    }

    /// Whether what we have to say to the user may go over it.
    pub(super) fn may_be_written_to(&self) -> bool {
        self.open()
            .is_some_and(|open| open.caller.is_proven && !open.is_far_end)
    }

    pub(super) fn open(&self) -> Option<&Open> {
        match &self.state {
            LinkState::Open(open) => Some(open),
            _ => None,
        }
    }

    pub(super) fn open_mut(&mut self) -> Option<&mut Open> {
        match &mut self.state {
            LinkState::Open(open) => Some(open),
            _ => None,
        }
    }

    /// Whether it waits for the address of its user.
    pub(super) fn is_checked(&self) -> bool {
        match &self.state {
            LinkState::CheckingTicket(..) | LinkState::CheckingChild(_) => true,
            LinkState::Open(open) => !open.held.is_empty(),
            _ => false,
        }
    }

    /// Whether it was accepted and nobody is known to be at the other end.
    fn is_expendable(&self) -> bool {
        self.line.remote.is_some() && !self.is_proven()
    }
}

impl Timed for Link {
    fn deadline(&self) -> Option<Instant> {
        Some(self.deadline)
    }
}

/// All connections, those included that other parts have taken over.
#[derive(Debug, Default)]
pub(super) struct Links {
    table: Table<ConnId, Link>,
    /// What is closed when somebody else connects, the one first that would be closed first anyway.
    expendable: BTreeSet<(Instant, ConnId)>,
    checked: BTreeSet<ConnId>,
    /// Whom those of the other parts belong to, and what they are for.
    lent: BTreeMap<ConnId, (Text, ConnectionKind)>,
    accepted: usize,
}

impl Links {
    /// How many there are, and how many of them others have opened.
    pub(super) fn count(&self) -> (usize, usize) {
        (self.table.len() + self.lent.len(), self.accepted)
    }

    pub(super) fn get(&self, conn: ConnId) -> Option<&Link> {
        self.table.get(&conn)
    }

    pub(super) fn contains(&self, conn: ConnId) -> bool {
        self.table.contains(&conn)
    }

    pub(super) fn insert(&mut self, link: Link) {
        let conn = link.line.conn;
        self.remove(conn);
        if link.is_expendable() {
            self.expendable.insert((link.deadline, conn));
        }
        if link.is_checked() {
            self.checked.insert(conn);
        }
        self.accepted += usize::from(conn.is_accepted());
        self.table.insert(conn, link);
    }

    pub(super) fn remove(&mut self, conn: ConnId) -> Option<Link> {
        let link = self.table.remove(&conn)?;
        self.expendable.remove(&(link.deadline, conn));
        self.checked.remove(&conn);
        self.accepted -= usize::from(conn.is_accepted());
        Some(link)
    }

    pub(super) fn change<T>(
        &mut self,
        conn: ConnId,
        change: impl FnOnce(&mut Link) -> T,
    ) -> Option<T> {
        let Self {
            table,
            expendable,
            checked,
            ..
        } = self;
        table.change(&conn, |link| {
            expendable.remove(&(link.deadline, conn));
            let result = change(link);
            if link.is_expendable() {
                expendable.insert((link.deadline, conn));
            }
            if link.is_checked() {
                checked.insert(conn);
            } else {
                checked.remove(&conn);
            }
            result
        })
    }

    /// Gives a connection to another part.
    pub(super) fn lend(&mut self, conn: ConnId, user: Text, kind: ConnectionKind) {
        self.remove(conn);
        self.accepted += usize::from(conn.is_accepted());
        self.lent.insert(conn, (user, kind));
    }

    /// Another part's connection is gone: whose it was, and what for.
    pub(super) fn released(&mut self, conn: ConnId) -> Option<(Text, ConnectionKind)> {
        let lent = self.lent.remove(&conn)?;
        self.accepted -= usize::from(conn.is_accepted());
        Some(lent)
    }

    /// What can be closed best, for somebody else.
    pub(super) fn most_expendable(&self) -> Option<ConnId> {
        self.expendable.first().map(|(.., conn)| *conn)
    }

    /// Those over which something may have come: all but our dials and what other parts have.
    pub(super) fn come_so_far(&self) -> Vec<ConnId> {
        let all = self.table.keys().copied();
        all.filter(|conn| {
            let link = self.table.get(conn);
            link.is_some_and(|link| !matches!(link.state, LinkState::Dialling(..)))
        })
        .collect()
    }

    /// Those that wait for the address of their user.
    pub(super) fn checked(&self) -> &BTreeSet<ConnId> {
        &self.checked
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.table.deadline()
    }

    pub(super) fn due(&self, now: Instant) -> Option<ConnId> {
        self.table.due(now)
    }
}
