//! Connections to other users: finding them, shaking hands, one connection for messages with each.
//!
//! A message connection stays here. A file connection is handed to the transfers once both sides know
//! which file it is for.

mod link;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use slsk_wire::file::FileTicket;
use slsk_wire::init::{ConnectionKind, InitMessage, PeerInit};
use slsk_wire::peer::PeerMessage;
use slsk_wire::server::{GetPeerAddressRequest, GetPeerAddressResponse};
use slsk_wire::{FamilyId, Text};

use super::outbox::{Out, Outbox};
use super::{ConnId, Expect, Packet, Route};
use link::{Link, LinkState, Purpose};

/// How long the server may take to tell an address.
const ADDRESS_TIME: Duration = Duration::from_secs(10);
/// How long a dial may take.
const DIAL_TIME: Duration = Duration::from_secs(10);
/// How long whoever has connected may take to say who he is.
const INIT_TIME: Duration = Duration::from_secs(10);
/// How long a message connection may be idle.
const IDLE_TIME: Duration = Duration::from_mins(1);
/// How many connections others may have opened to us.
const MAX_ACCEPTED: usize = 1024;
/// How much may wait for a connection to one user.
const MAX_PENDING: usize = 1024;

/// Every connection to a peer, and whatever waits for one.
#[derive(Debug, Default)]
pub(super) struct Peers {
    links: BTreeMap<ConnId, Link>,
    users: BTreeMap<Text, User>,
}

/// What we have to do with one user.
#[derive(Debug, Default)]
struct User {
    /// The newest message connection.
    messages: Option<ConnId>,
    /// What waits for a connection.
    pending: Vec<Purpose>,
    /// When we give up waiting for his address.
    asked_until: Option<Instant>,
}

impl User {
    fn is_idle(&self) -> bool {
        self.messages.is_none() && self.pending.is_empty() && self.asked_until.is_none()
    }
}

impl Peers {
    pub(super) fn owns(&self, conn: ConnId) -> bool {
        self.links.contains_key(&conn)
    }

    /// How many connections there are.
    pub(super) fn links(&self) -> usize {
        self.links.len()
    }

    /// How many users something waits for, or have a connection for messages.
    pub(super) fn users(&self) -> usize {
        self.users.len()
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let links = self.links.values().map(Link::deadline);
        let users = self.users.values().filter_map(|user| user.asked_until);
        links.chain(users).min()
    }

    /// Sends a message to a user, over the connection there is or a new one.
    pub(super) fn send(&mut self, name: Text, message: PeerMessage, out: &mut Outbox) {
        let open = self.users.get(&name).and_then(|user| user.messages);
        if let Some((conn, link)) = open.and_then(|conn| Some((conn, self.links.get_mut(&conn)?))) {
            link.touch(out.now + IDLE_TIME);
            out.send(conn, message);
            return;
        }
        self.want(name, Purpose::Messages(vec![message]), out);
    }

    /// Answers a question on the connection that it came over, if that is still there.
    pub(super) fn answer(&mut self, conn: ConnId, packet: Packet, out: &mut Outbox) {
        if let Some(link) = self.links.get_mut(&conn) {
            link.touch(out.now + IDLE_TIME);
            out.send(conn, packet);
        }
    }

    /// Opens a file connection to a user.
    pub(super) fn open_file(&mut self, name: Text, token: u32, out: &mut Outbox) {
        self.want(name, Purpose::File(token), out);
    }

    fn want(&mut self, name: Text, purpose: Purpose, out: &mut Outbox) {
        let dialled = self
            .links
            .values_mut()
            .find_map(|link| link.waiting_for(&name));
        let user = self.users.entry(name.clone()).or_default();
        if user.pending.len() >= MAX_PENDING {
            out.push(Out::Unreachable(name, "too much waits for him".to_owned()));
            return;
        }
        let pending = user.pending.iter_mut().find_map(Purpose::messages);
        match (dialled.or(pending), purpose) {
            (Some(waiting), Purpose::Messages(_)) if waiting.len() >= MAX_PENDING => {
                out.push(Out::Unreachable(name, "too much waits for him".to_owned()));
                return;
            }
            (Some(waiting), Purpose::Messages(more)) => waiting.extend(more),
            (_, purpose) => user.pending.push(purpose),
        }
        if user.asked_until.is_none() && !user.pending.is_empty() {
            user.asked_until = Some(out.now + ADDRESS_TIME);
            let request = GetPeerAddressRequest { username: name };
            out.push(Out::ToServer(request.into()));
        }
    }

    /// The server has told where a user is.
    pub(super) fn address(&mut self, answer: &GetPeerAddressResponse, out: &mut Outbox) {
        let Some(user) = self.users.get_mut(&answer.username) else {
            return;
        };
        user.asked_until = None;
        let name = answer.username.detach();
        let port = u16::try_from(answer.port).ok().filter(|port| *port != 0);
        let Some(port) = port.filter(|_| !answer.ip.is_unspecified()) else {
            let reason = if answer.ip.is_unspecified() {
                "he is not online"
            } else {
                "he has not said on which port"
            };
            return self.give_up(&name, reason, out);
        };
        let address = SocketAddr::new(IpAddr::V4(answer.ip), port);
        for purpose in std::mem::take(&mut user.pending) {
            let conn = out.dial(Route::plain(address));
            let deadline = out.now + DIAL_TIME;
            self.links
                .insert(conn, Link::dialling(name.clone(), purpose, deadline));
        }
    }

    pub(super) fn accepted(&mut self, conn: ConnId, out: &mut Outbox) {
        if self.links.len() >= MAX_ACCEPTED {
            return out.close(conn);
        }
        self.links.insert(conn, Link::accepted(out.now + INIT_TIME));
        out.expect(conn, Expect::One(FamilyId::PeerInit));
    }

    /// A dial has succeeded: say who we are and what for.
    pub(super) fn connected(&mut self, conn: ConnId, own_name: Option<&str>, out: &mut Outbox) {
        let Some(link) = self.links.remove(&conn) else {
            return;
        };
        let LinkState::Dialling(name, purpose) = link.state else {
            return out.close(conn);
        };
        let Some(own_name) = own_name else {
            out.close(conn);
            unreachable(&name, &purpose, "we are not online", out);
            return self.forget_if_idle(&name);
        };
        let kind = match purpose {
            Purpose::Messages(_) => ConnectionKind::Peer,
            Purpose::File(_) => ConnectionKind::File,
        };
        out.send(conn, InitMessage::from(PeerInit::new(own_name, kind)));
        match purpose {
            Purpose::Messages(messages) => {
                self.open(conn, name, out);
                for message in messages {
                    out.send(conn, message);
                }
            }
            Purpose::File(token) => {
                out.send(conn, Packet::Ticket(FileTicket { token }));
                out.expect(conn, Expect::Offset);
                out.push(Out::FileOpened(conn, name.clone(), token));
                self.forget_if_idle(&name);
            }
        }
    }

    /// Bytes of a large message move, so a connection is not idle. Returns whose it is.
    pub(super) fn moving(&mut self, conn: ConnId, out: &Outbox) -> Option<Text> {
        let link = self.links.get_mut(&conn)?;
        let LinkState::Open(name) = &link.state else {
            return None;
        };
        let name = name.clone();
        link.touch(out.now + IDLE_TIME);
        Some(name)
    }

    /// Something has come before the connection was anybody's. Returns a message that is somebody else's to handle.
    pub(super) fn received(
        &mut self,
        conn: ConnId,
        packet: Packet,
        out: &mut Outbox,
    ) -> Option<(Text, PeerMessage)> {
        use slsk_wire::AnyMessage::{InitMessage as Init, PeerMessage as Peer};

        let link = self.links.get_mut(&conn)?;
        match (&mut link.state, packet) {
            (LinkState::Open(name), Packet::Message(Peer(message))) => {
                let name = name.clone();
                link.touch(out.now + IDLE_TIME);
                // Whichever connection last carried a message is the one he reads from.
                if let Some(user) = self.users.get_mut(&name) {
                    user.messages = Some(conn);
                }
                return Some((name, message));
            }
            (LinkState::AwaitingInit, Packet::Message(Init(InitMessage::PeerInit(init)))) => {
                self.introduced(conn, &init, out);
            }
            (LinkState::AwaitingTicket(name), Packet::Ticket(ticket)) => {
                let offered = Out::FileOffered(conn, name.clone(), ticket.token);
                self.links.remove(&conn);
                out.push(offered);
            }
            // A token to pierce with is one that we have given out, and we give out none.
            _ => self.drop_link(conn, out),
        }
        None
    }

    fn introduced(&mut self, conn: ConnId, init: &PeerInit, out: &mut Outbox) {
        let name = init.username.detach();
        if !is_plausible_name(&name) {
            return self.drop_link(conn, out);
        }
        match init.kind {
            ConnectionKind::Peer => self.open(conn, name, out),
            ConnectionKind::File => {
                let link = Link::awaiting_ticket(name, out.now + INIT_TIME);
                self.links.insert(conn, link);
                out.expect(conn, Expect::Ticket);
            }
            ConnectionKind::Distributed | ConnectionKind::Other(_) => self.drop_link(conn, out),
        }
    }

    /// A message connection is open: the newest one is written to, older ones are read until they idle out.
    fn open(&mut self, conn: ConnId, name: Text, out: &mut Outbox) {
        out.expect(conn, Expect::Messages(FamilyId::Peer));
        self.users.entry(name.clone()).or_default().messages = Some(conn);
        self.links
            .insert(conn, Link::open(name, out.now + IDLE_TIME));
    }

    /// What comes over this connection makes no sense.
    pub(super) fn drop_link(&mut self, conn: ConnId, out: &mut Outbox) {
        out.close(conn);
        self.closed(conn, "what he sends makes no sense", out);
    }

    /// The connection is gone, or was never made.
    pub(super) fn closed(&mut self, conn: ConnId, reason: &str, out: &mut Outbox) {
        let Some(link) = self.links.remove(&conn) else {
            return;
        };
        match link.state {
            LinkState::AwaitingInit | LinkState::AwaitingTicket(_) => {}
            LinkState::Dialling(name, purpose) => {
                unreachable(&name, &purpose, reason, out);
                self.forget_if_idle(&name);
            }
            LinkState::Open(name) => {
                let older = self
                    .links
                    .iter()
                    .rfind(|(_, link)| matches!(&link.state, LinkState::Open(n) if *n == name));
                let older = older.map(|(conn, _)| *conn);
                let Some(user) = self.users.get_mut(&name) else {
                    return;
                };
                if user.messages == Some(conn) {
                    user.messages = older;
                    if older.is_none() {
                        out.push(Out::PeerGone(name.clone()));
                    }
                }
                self.forget_if_idle(&name);
            }
        }
    }

    /// The server is gone, and with it all answers to come.
    pub(super) fn offline(&mut self, out: &mut Outbox) {
        let asked = self
            .users
            .iter()
            .filter(|(_, user)| user.asked_until.is_some());
        for name in asked.map(|(name, _)| name.clone()).collect::<Vec<_>>() {
            self.give_up(&name, "we are not online", out);
        }
    }

    pub(super) fn tick(&mut self, out: &mut Outbox) {
        let now = out.now;
        let late = self.links.iter().filter(|(_, link)| link.deadline() <= now);
        for conn in late.map(|(conn, _)| *conn).collect::<Vec<_>>() {
            out.close(conn);
            self.closed(conn, "he does not answer", out);
        }
        let silent = self
            .users
            .iter()
            .filter(|(_, user)| user.asked_until.is_some_and(|t| t <= now));
        for name in silent.map(|(name, _)| name.clone()).collect::<Vec<_>>() {
            self.give_up(&name, "the server does not tell his address", out);
        }
    }

    fn give_up(&mut self, name: &Text, reason: &str, out: &mut Outbox) {
        if let Some(user) = self.users.get_mut(name) {
            user.asked_until = None;
            for purpose in std::mem::take(&mut user.pending) {
                unreachable(name, &purpose, reason, out);
            }
        }
        self.forget_if_idle(name);
    }

    fn forget_if_idle(&mut self, name: &Text) {
        if self.users.get(name).is_some_and(User::is_idle) {
            self.users.remove(name);
        }
    }
}

/// Tells whoever waits for a connection that there will be none.
fn unreachable(name: &Text, purpose: &Purpose, reason: &str, out: &mut Outbox) {
    let (name, reason) = (name.clone(), reason.to_owned());
    out.push(match purpose {
        Purpose::Messages(_) => Out::Unreachable(name, reason),
        Purpose::File(token) => Out::FileUnreachable(name, *token, reason),
    });
}

/// Whether a stranger may call himself this: 1 to 256 bytes, printable, and not the server.
fn is_plausible_name(name: &Text) -> bool {
    let text = name.to_str();
    (1..=256).contains(&name.len()) && *name != "server" && !text.chars().any(char::is_control)
}
