//! The first frames of a connection: who has come, and what for.

use slsk_wire::Text;
use slsk_wire::init::{ConnectionKind, InitMessage, PeerInit};

use super::link::{Caller, Line, Link, LinkState};
use super::proof::CHECK_TIME;
use super::wish::Purpose;
use super::{INIT_TIME, Peers, reveal};
use crate::machine::outbox::{Out, Outbox};
use crate::machine::{ConnId, Effect, Expect, Packet};

impl Peers {
    /// Something has come over a connection of ours.
    pub(in crate::machine) fn received(&mut self, conn: ConnId, packet: Packet, out: &mut Outbox) {
        use slsk_wire::AnyMessage::{InitMessage as Init, PeerMessage as Peer};

        let Some(Link { line, state, .. }) = self.links.get(conn) else {
            return;
        };
        let line = *line;
        match (state, packet) {
            (LinkState::Open(_), Packet::Message(Peer(message))) => {
                self.message(conn, message, out);
            }
            (LinkState::Silent, Packet::Message(Init(InitMessage::PeerInit(init)))) => {
                self.named(line, &init, out);
            }
            (LinkState::Silent, Packet::Message(Init(InitMessage::PierceFirewall(init)))) => {
                self.pierced(line, init.token, out);
            }
            (LinkState::AwaitingTicket(_), Packet::Ticket(ticket)) => {
                self.ticket(conn, ticket.token, out);
            }
            _ => self.drop_link(conn, out),
        }
        self.serve(out);
    }

    fn named(&mut self, line: Line, init: &PeerInit, out: &mut Outbox) {
        let user = init.username.detach();
        if !is_plausible_name(&user) {
            return self.drop_link(line.conn, out);
        }
        let address = self.addresses.fresh(&user, out.now);
        let is_proven = address.is_some_and(|address| line.remote == Some(address.ip()));
        self.introduced(line, Caller { user, is_proven }, &init.kind, out);
    }

    /// A connection that others have wanted has its first frame.
    pub(super) fn introduced(
        &mut self,
        line: Line,
        caller: Caller,
        kind: &ConnectionKind,
        out: &mut Outbox,
    ) {
        let (conn, is_proven, name) = (line.conn, caller.is_proven, caller.user.clone());
        out.effect(Effect::Identify(conn, name.clone()));
        match kind {
            ConnectionKind::Peer => {
                let is_far_end = conn.is_accepted() && self.own_name.as_ref() == Some(&name);
                self.open(line, caller, is_far_end, out);
                if is_proven {
                    self.open_proven(conn, out);
                } else if self.wish_for(&name, Purpose::Messages).is_some() {
                    // It may be he, and then he has seen no need to come with our token.
                    self.check(conn, out);
                }
            }
            ConnectionKind::File => {
                reveal(line, out);
                self.admit(line, LinkState::AwaitingTicket(caller), INIT_TIME, out);
                out.expect(conn, Expect::Ticket);
            }
            ConnectionKind::Distributed => {
                self.admit(line, LinkState::CheckingChild(caller), CHECK_TIME, out);
                if is_proven {
                    self.offer_child(conn, out);
                } else {
                    self.check_child(conn, out);
                }
            }
            ConnectionKind::Other(_) => self.drop_link(conn, out),
        }
    }

    /// A user has said which file he has connected for. Nobody else may bring it.
    fn ticket(&mut self, conn: ConnId, token: u32, out: &mut Outbox) {
        let deadline = out.now + INIT_TIME + INIT_TIME;
        let is_proven = self.links.change(conn, |link| {
            link.deadline = deadline;
            let LinkState::AwaitingTicket(caller) = &mut link.state else {
                return false;
            };
            let (user, is_proven) = (caller.user.clone(), caller.is_proven);
            link.state = LinkState::CheckingTicket(Caller { user, is_proven }, token);
            is_proven
        });
        if is_proven == Some(true) {
            self.offer_file(conn, out);
        } else {
            self.check(conn, out);
        }
    }

    /// Hands the connection of somebody who wants to be below us to the distributed part.
    pub(super) fn offer_child(&mut self, conn: ConnId, out: &mut Outbox) {
        let Some(Link { line, state, .. }) = self.links.remove(conn) else {
            return;
        };
        if let LinkState::CheckingChild(Caller { user, .. }) = state {
            self.user(&user).links.remove(&conn);
            self.lend(line, &user, ConnectionKind::Distributed, out);
            out.push(Out::DistributedOffered(conn, user));
        }
    }

    /// Hands a file connection to the transfers.
    pub(super) fn offer_file(&mut self, conn: ConnId, out: &mut Outbox) {
        let Some(Link { line, state, .. }) = self.links.remove(conn) else {
            return;
        };
        if let LinkState::CheckingTicket(caller, token) = state {
            self.user(&caller.user).links.remove(&conn);
            self.links
                .lend(conn, caller.user.clone(), ConnectionKind::File);
            self.forget_if_idle(&caller.user);
            out.push(Out::FileOffered(line.conn, caller.user, token));
        }
    }
}

/// Whether a stranger may call himself this: 1 to 256 bytes, printable, and not the server.
pub(super) fn is_plausible_name(name: &Text) -> bool {
    let text = name.to_str();
    (1..=256).contains(&name.len()) && *name != "server" && !text.chars().any(char::is_control)
}
