//! Somebody who logs in and lies about his place in the tree.

use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use slsk_net::machine::{ConnId, Route};
use slsk_tests::world::{Hands, Happened, Stranger};
use slsk_wire::Text;
use slsk_wire::init::ConnectionKind;
use slsk_wire::server::{
    AcceptChildren, BranchLevel, BranchRoot, ConnectToPeer, HaveNoParent, LoginRequest,
    SendUploadSpeed, ServerRequest, SetListenPort,
};

use super::Targets;
use super::payload::{frame, place, search};

/// How often he does something.
const PAUSE: Duration = Duration::from_secs(5);

/// What he tells whoever takes him for a parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    /// Nothing at all.
    Silence,
    /// A level below zero.
    NegativeLevel,
    /// That somebody else is the root, now this one, now that one, so that it goes round.
    Circle,
    /// A level that rises without end.
    Depth,
    /// One made-up search after the other.
    Searches,
}

impl Lie {
    pub const ALL: [Self; 5] = [
        Self::Silence,
        Self::NegativeLevel,
        Self::Circle,
        Self::Depth,
        Self::Searches,
    ];
}

/// A user who takes children and lies to them, and asks everybody to connect.
#[derive(Debug)]
pub struct FalseUser {
    lie: Lie,
    name: Text,
    server: SocketAddr,
    port: u16,
    targets: Rc<Targets>,
    session: Option<ConnId>,
    children: Vec<ConnId>,
    level: i32,
    next: Option<Instant>,
}

impl FalseUser {
    pub fn new(lie: Lie, name: Text, server: SocketAddr, port: u16, targets: Rc<Targets>) -> Self {
        Self {
            lie,
            name,
            server,
            port,
            targets,
            session: None,
            children: Vec::new(),
            level: 1,
            next: None,
        }
    }

    fn log_in(&self, conn: ConnId, hands: &mut Hands<'_>) {
        let someone = self.someone(hands);
        let messages: [ServerRequest; 7] = [
            LoginRequest::new(&self.name.to_str(), "pw", 177, 1).into(),
            SetListenPort::new(self.port).into(),
            SendUploadSpeed { speed: 50_000_000 }.into(),
            HaveNoParent { no_parent: false }.into(),
            BranchLevel { level: 1 }.into(),
            BranchRoot { username: someone }.into(),
            AcceptChildren { accept: true }.into(),
        ];
        for message in messages {
            hands.write(conn, frame(&message));
        }
    }

    fn someone(&self, hands: &mut Hands<'_>) -> Text {
        let someone = hands.random.choice(&self.targets.names).cloned();
        someone.unwrap_or_else(|| self.name.clone())
    }

    fn lie(&mut self, hands: &mut Hands<'_>) -> Vec<u8> {
        let someone = self.someone(hands);
        match self.lie {
            Lie::Silence => Vec::new(),
            Lie::NegativeLevel => place(-1, &someone),
            Lie::Circle => {
                let mut all = place(hands.random.i32(1..5), &someone);
                all.extend(search(hands.random));
                all
            }
            Lie::Depth => {
                self.level = self.level.saturating_mul(2);
                let mut all = place(self.level, &someone);
                all.extend(search(hands.random));
                all
            }
            Lie::Searches => {
                let mut all = place(1, &someone);
                for _ in 0..50 {
                    all.extend(search(hands.random));
                }
                all
            }
        }
    }

    fn alarm(&mut self, hands: &mut Hands<'_>) {
        self.next = Some(hands.now + PAUSE);
        for child in self.children.clone() {
            let lie = self.lie(hands);
            hands.write(child, lie);
        }
        match self.session {
            Some(session) => {
                let kinds = [ConnectionKind::Peer, ConnectionKind::Distributed];
                let wish = ConnectToPeer {
                    token: hands.random.u32(..),
                    username: self.someone(hands),
                    kind: kinds[hands.random.usize(..2)].clone(),
                };
                hands.write(session, frame(&ServerRequest::from(wish)));
            }
            None => _ = hands.dial(Route::plain(self.server)),
        }
    }
}

impl Stranger for FalseUser {
    fn happened(&mut self, what: Happened<'_>, hands: &mut Hands<'_>) {
        match what {
            Happened::Begun => self.next = Some(hands.now),
            Happened::Alarm => self.alarm(hands),
            Happened::Connected(conn) => {
                self.session = Some(conn);
                self.log_in(conn, hands);
            }
            Happened::Accepted(conn) => {
                let lie = self.lie(hands);
                hands.write(conn, lie);
                self.children.push(conn);
                if self.children.len() > 50 {
                    hands.close(self.children.remove(0));
                }
            }
            Happened::Closed(conn) => {
                self.children.retain(|child| *child != conn);
                self.session = self.session.filter(|session| *session != conn);
            }
            Happened::Failed(_) | Happened::Bytes(..) => {}
        }
    }

    fn deadline(&self) -> Option<Instant> {
        self.next
    }
}
