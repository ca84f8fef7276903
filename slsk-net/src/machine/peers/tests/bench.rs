//! The peers alone, with hands for everything that happens to them.

use std::collections::BTreeMap;

use slsk_wire::file::FileTicket;
use slsk_wire::server::{IncomingCantConnectToPeer, IncomingConnectToPeer, ServerRequest};
use slsk_wire::{AnyMessage, Limits};

use super::*;
use crate::machine::{Inbound, OpenSearches};

/// What the peers want done.
#[derive(Debug, PartialEq)]
pub(super) enum Did {
    AskedAddress(Text),
    /// With a token.
    AskedToConnect(u32, Text, ConnectionKind),
    ToldFailure(u32, Text),
    Dialled(ConnId, Route),
    Sent(ConnId, Packet),
    Revealed(ConnId),
    Closed(ConnId),
    Expected(ConnId, Expect),
    Received(ConnId, Text, PeerMessage),
    Unreachable(Text, String),
    FileOpened(ConnId, Text, u32),
    FileOffered(ConnId, Text, u32),
    FileUnreachable(Text, u32, String),
    DistributedOpened(ConnId, Text),
    DistributedOffered(ConnId, Text),
    DistributedUnreachable(Text),
    PeerGone(Text),
}

pub(super) struct Bench {
    pub(super) peers: Peers,
    pub(super) out: Outbox,
    start: Instant,
    accepted: u64,
    /// Whose connections are said to be.
    pub(super) identified: BTreeMap<ConnId, Text>,
    /// What has been accepted and is read.
    inbound: BTreeMap<ConnId, Inbound>,
}

impl Bench {
    /// Peers that are online as "me", with room for children.
    pub(super) fn new() -> Self {
        Self::with(ClientConfig::default())
    }

    pub(super) fn with(config: ClientConfig) -> Self {
        let config = ClientConfig {
            listen_port: Some(2234),
            ..config
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "an origin; only differences matter"
        )]
        let start = Instant::now();
        let mut peers = Peers::new(config);
        let mut out = Outbox::new(start, 7);
        peers.online("me", &mut out);
        peers.take_children(true);
        Self {
            peers,
            out,
            start,
            accepted: 0,
            identified: BTreeMap::new(),
            inbound: BTreeMap::new(),
        }
    }

    /// Everything since the last call, in order.
    pub(super) fn did(&mut self) -> Vec<Did> {
        let mut did = Vec::new();
        while let Some(out) = self.out.queue.pop_front() {
            did.push(match out {
                Out::Effect(Effect::Identify(conn, user)) => {
                    self.identified.insert(conn, user);
                    continue;
                }
                Out::Effect(effect) => self.perform(effect),
                Out::ToServer(request) => asked(request),
                Out::FromPeer(conn, user, message) => Did::Received(conn, user, message),
                Out::Unreachable(user, reason) => Did::Unreachable(user, reason),
                Out::FileOpened(conn, user, token) => Did::FileOpened(conn, user, token),
                Out::FileOffered(conn, user, token) => Did::FileOffered(conn, user, token),
                Out::FileUnreachable(user, token, reason) => {
                    Did::FileUnreachable(user, token, reason)
                }
                Out::DistributedOpened(conn, user) => Did::DistributedOpened(conn, user),
                Out::DistributedOffered(conn, user) => Did::DistributedOffered(conn, user),
                Out::DistributedUnreachable(user) => Did::DistributedUnreachable(user),
                Out::PeerGone(user) => Did::PeerGone(user),
                // Connections tell the same.
                Out::Reached(_) => continue,
                other => panic!("nothing of theirs: {other:?}"),
            });
        }
        did
    }

    fn perform(&mut self, effect: Effect<crate::machine::Reply, crate::machine::Event>) -> Did {
        match effect {
            Effect::Dial(conn, route) => Did::Dialled(conn, route),
            Effect::Send(conn, packet) => Did::Sent(conn, packet),
            Effect::Reveal(conn) => {
                if let Some(inbound) = self.inbound.get_mut(&conn) {
                    inbound.set_obfuscated(false);
                }
                Did::Revealed(conn)
            }
            Effect::Close(conn) => {
                self.inbound.remove(&conn);
                self.peers.released(conn, &mut self.out);
                Did::Closed(conn)
            }
            Effect::Expect(conn, expect) => {
                if let Some(inbound) = self.inbound.get_mut(&conn) {
                    inbound.expect(expect);
                }
                Did::Expected(conn, expect)
            }
            other => panic!("nothing of theirs: {other:?}"),
        }
    }

    /// Those of the things done that `pick` takes.
    pub(super) fn picked<T>(&mut self, pick: impl FnMut(Did) -> Option<T>) -> Vec<T> {
        self.did().into_iter().filter_map(pick).collect()
    }

    pub(super) fn dials(&mut self) -> Vec<(ConnId, Route)> {
        self.picked(|did| match did {
            Did::Dialled(conn, route) => Some((conn, route)),
            _ => None,
        })
    }

    pub(super) fn closed(&mut self) -> Vec<ConnId> {
        self.picked(|did| match did {
            Did::Closed(conn) => Some(conn),
            _ => None,
        })
    }

    /// What users are told to have sent.
    pub(super) fn received(&mut self) -> Vec<PeerMessage> {
        self.picked(|did| match did {
            Did::Received(_, _, message) => Some(message),
            _ => None,
        })
    }

    pub(super) fn send(&mut self, user: &str, message: PeerMessage) {
        self.peers.send(user.into(), message, &mut self.out);
    }

    /// The server tells an address.
    pub(super) fn tell(&mut self, user: &str, ip: [u8; 4], port: u32) {
        let answer = GetPeerAddressResponse {
            username: user.into(),
            ip: ip.into(),
            port,
            obfuscation_type: None,
            obfuscated_port: None,
        };
        self.peers.address(&answer, &mut self.out);
    }

    pub(super) fn invite(&mut self, user: &str, kind: ConnectionKind, token: u32) {
        let wish = IncomingConnectToPeer {
            username: user.into(),
            kind,
            ip: HERE.into(),
            port: 2234,
            token,
            privileged: false,
            obfuscation_type: None,
            obfuscated_port: None,
        };
        self.peers.invited(&wish, &mut self.out);
    }

    pub(super) fn cant_connect(&mut self, token: u32) {
        let username = None;
        let failure = IncomingCantConnectToPeer { token, username };
        self.peers.cant_connect(&failure, &mut self.out);
    }

    pub(super) fn connected(&mut self, conn: ConnId) {
        self.peers.connected(conn, &mut self.out);
    }

    /// A dial fails, or a connection is lost.
    pub(super) fn lost(&mut self, conn: ConnId) {
        self.inbound.remove(&conn);
        self.peers.released(conn, &mut self.out);
        self.peers.closed(conn, "refused", &mut self.out);
    }

    pub(super) fn accept(&mut self, ip: [u8; 4]) -> ConnId {
        self.accept_obfuscated(ip, false)
    }

    pub(super) fn accept_obfuscated(&mut self, ip: [u8; 4], obfuscated: bool) -> ConnId {
        let conn = ConnId::accepted(self.accepted);
        self.accepted += 1;
        let mut inbound = Inbound::new(Limits::default());
        inbound.set_obfuscated(obfuscated);
        self.inbound.insert(conn, inbound);
        self.peers
            .accepted(conn, (ip, 50_000).into(), obfuscated, &mut self.out);
        conn
    }

    pub(super) fn receive(&mut self, conn: ConnId, message: impl Into<AnyMessage>) {
        let packet = Packet::Message(message.into());
        self.peers.received(conn, packet, &mut self.out);
    }

    pub(super) fn ticket(&mut self, conn: ConnId, token: u32) {
        let packet = Packet::Ticket(FileTicket { token });
        self.peers.received(conn, packet, &mut self.out);
    }

    /// A connection that somebody else has opened, with its first frame.
    pub(super) fn come(&mut self, ip: [u8; 4], init: InitMessage) -> ConnId {
        let conn = self.accept(ip);
        self.receive(conn, init);
        conn
    }

    /// A connection for messages that we have made to this user.
    pub(super) fn open(&mut self, user: &str) -> ConnId {
        self.send(user, question(0));
        self.tell(user, HERE, 2234);
        let (conn, _) = self.dials().pop().expect("a dial");
        self.connected(conn);
        self.did();
        conn
    }

    /// Sends a message and returns the token that the user shall bring.
    pub(super) fn wish(&mut self, user: &str, message: PeerMessage) -> u32 {
        self.send(user, message);
        self.asked_token().expect("a token")
    }

    /// The token that somebody is asked to bring.
    pub(super) fn asked_token(&mut self) -> Option<u32> {
        self.picked(|did| match did {
            Did::AskedToConnect(token, ..) => Some(token),
            _ => None,
        })
        .pop()
    }

    /// Bytes arrive on an accepted connection. Returns all that is done.
    pub(super) fn feed(&mut self, conn: ConnId, bytes: &[u8]) -> Vec<Did> {
        let mut did = self.did();
        if let Some(inbound) = self.inbound.get_mut(&conn) {
            inbound.push(bytes);
        }
        let none = OpenSearches::default();
        loop {
            let next = self.inbound.get_mut(&conn).map(|i| i.next_packet(&none));
            match next {
                Some(Ok(Some(packet))) => self.peers.received(conn, packet, &mut self.out),
                Some(Err(_)) => self.peers.drop_link(conn, &mut self.out),
                Some(Ok(None)) | None => return did,
            }
            did.extend(self.did());
        }
    }

    /// Time passes, deadline by deadline. Returns all that is done.
    pub(super) fn wait(&mut self, time: Duration) -> Vec<Did> {
        let end = self.out.now + time;
        let mut did = self.did();
        while let Some(deadline) = self.peers.deadline().filter(|next| *next <= end) {
            assert!(deadline >= self.out.now, "a deadline that was passed over");
            self.out.now = deadline;
            self.peers.tick(&mut self.out);
            did.extend(self.did());
            let next = self.peers.deadline();
            assert!(
                next.is_none_or(|next| next > deadline),
                "a tick without end"
            );
        }
        self.out.now = end;
        did
    }

    /// Runs until nothing is left that ends by itself, and asserts that nothing at all is left.
    pub(super) fn assert_nothing_leaks(&mut self) -> Vec<Did> {
        let did = self.wait(Duration::from_hours(1));
        let peers = &self.peers;
        assert_eq!(peers.links.count(), (0, 0), "{peers:#?}");
        assert!(peers.links.most_expendable().is_none() && peers.links.checked().is_empty());
        assert!(peers.users.is_empty(), "{:#?}", peers.users);
        assert_eq!(peers.wishes.len() + peers.late.len() + peers.deliveries, 0);
        assert_eq!(peers.all_pending, AllPending::default());
        assert_eq!(peers.invitations.len(), 0);
        assert_eq!(self.peers.queue.pop(), None);
        assert_eq!(self.peers.deadline(), None);
        did
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.out.now - self.start
    }
}

fn asked(request: ServerRequest) -> Did {
    match request {
        ServerRequest::GetPeerAddress(asked) => Did::AskedAddress(asked.username),
        ServerRequest::ConnectToPeer(wish) => {
            Did::AskedToConnect(wish.token, wish.username, wish.kind)
        }
        ServerRequest::CantConnectToPeer(failure) => {
            Did::ToldFailure(failure.token, failure.username)
        }
        other => panic!("nothing of theirs: {other:?}"),
    }
}
