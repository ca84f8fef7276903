//! Connections for messages: what is sent to a user, and what comes from him.

use std::time::Duration;

use slsk_wire::init::ConnectionKind;
use slsk_wire::peer::PeerMessage;
use slsk_wire::{FamilyId, Text};

use super::Peers;
use super::link::{Caller, Line, Link, LinkState, Open};
use super::proof::needs_proof;
use super::queue::Lane;
use super::wish::Purpose;
use crate::machine::outbox::{Out, Outbox};
use crate::machine::{ConnId, Effect, Expect, Packet};

/// How long a connection may be idle.
const IDLE_TIME: Duration = Duration::from_mins(1);
/// How long a connection stays on which nothing follows the init frame.
const GHOST_TIME: Duration = Duration::from_secs(10);
/// How long it stays after a search result, if it has brought nothing else. More may come, and a sharer with Nicotine+
/// who is asked to connect again follows only after twenty seconds: a download soon after uses this connection.
const RESULT_TIME: Duration = Duration::from_secs(10);
/// How many connections may be open in one name that others have opened.
const MAX_LINKS: usize = 8;

impl Peers {
    /// Sends a message to a user, over the connection there is or a new one.
    pub(in crate::machine) fn send(&mut self, name: Text, message: PeerMessage, out: &mut Outbox) {
        self.post(name, message, Lane::Own, out);
    }

    /// Sends a search result to a user with one attempt, and closes a connection that was made for it.
    pub(in crate::machine) fn deliver(
        &mut self,
        name: Text,
        message: PeerMessage,
        out: &mut Outbox,
    ) {
        self.post(name, message, Lane::Answers, out);
    }

    /// Answers a question on the connection that it came over, if that is still there.
    pub(in crate::machine) fn answer(&mut self, conn: ConnId, answer: Packet, out: &mut Outbox) {
        if self
            .links
            .get(conn)
            .is_some_and(|link| link.open().is_some())
        {
            self.write(conn, answer, out);
        }
    }

    /// Bytes of a large message move, so a connection is not idle. Returns whose it is.
    pub(in crate::machine) fn moving(&mut self, conn: ConnId, out: &Outbox) -> Option<Text> {
        self.links.get(conn)?.open()?;
        self.touch(conn, out);
        self.name_of(conn)
    }

    /// Whether a share list or user info of a user is awaited, which is taken from nobody else.
    pub(in crate::machine) fn await_bulk(
        &mut self,
        name: &Text,
        is_awaited: bool,
        out: &mut Outbox,
    ) {
        self.user(name).awaits_bulk = is_awaited;
        for conn in self.user(name).links.clone() {
            if self.links.get(conn).is_some_and(Link::is_proven) {
                self.expect_messages(conn, out);
            }
        }
        self.forget_if_idle(name);
    }

    fn post(&mut self, name: Text, message: PeerMessage, lane: Lane, out: &mut Outbox) {
        let is_delivery = lane == Lane::Answers;
        let messages = self.users.get(&name).and_then(|user| user.messages);
        if let Some(conn) = messages {
            if !is_delivery {
                out.push(Out::Reached(name));
            }
            return self.write(conn, message, out);
        }
        if let Err(reason) = self.put_pending(&name, message.into(), lane) {
            self.forget_if_idle(&name);
            if !is_delivery {
                out.push(Out::Unreachable(name, reason.to_owned()));
            }
            return;
        }
        match self.wish_for(&name, Purpose::Messages) {
            Some(token) if !is_delivery => self.make_own(token),
            Some(_) => {}
            None => self.want(&name, Purpose::Messages, lane, None, out),
        }
    }

    fn write(&mut self, conn: ConnId, packet: impl Into<Packet>, out: &mut Outbox) {
        self.touch(conn, out);
        out.send(conn, packet);
    }

    /// There is no connection for what waits.
    pub(super) fn give_up_messages(&mut self, name: &Text, reason: String, out: &mut Outbox) {
        if !self.take_pending(name).is_only_results() {
            out.push(Out::Unreachable(name.clone(), reason));
        }
    }

    /// The connection that we wanted is there.
    pub(super) fn open_wanted(&mut self, line: Line, name: &Text, out: &mut Outbox) {
        if self.user(name).pending.is_only_results() {
            for packet in self.take_pending(name).into_packets() {
                out.send(line.conn, packet);
            }
            self.links.remove(line.conn);
            out.close(line.conn);
            return self.forget_if_idle(name);
        }
        let user = name.clone();
        let is_proven = true;
        self.open(line, Caller { user, is_proven }, false, out);
        self.open_proven(line.conn, out);
    }

    /// The connection that we wanted is there, but another one was faster: it stays, and only listens.
    pub(super) fn open_second(&mut self, line: Line, name: &Text, out: &mut Outbox) {
        out.effect(Effect::Identify(line.conn, name.clone()));
        let is_first = self.user(name).messages.is_none();
        let user = name.clone();
        let is_proven = true;
        self.open(line, Caller { user, is_proven }, false, out);
        if is_first {
            self.open_proven(line.conn, out);
        }
    }

    /// A connection for messages is open.
    pub(super) fn open(&mut self, line: Line, caller: Caller, is_far_end: bool, out: &mut Outbox) {
        let name = caller.user.clone();
        let open = Open {
            caller,
            is_far_end,
            is_used: false,
            held: Vec::new(),
            held_bytes: 0,
        };
        self.admit(line, LinkState::Open(open), GHOST_TIME, out);
        out.identify(line.conn, &name);
        self.expect_messages(line.conn, out);
    }

    /// Keeps the connection of a user for so long, unless something happens. If there are many in his name, the one that
    /// is idle for longest is closed for it; who is not known to be he goes first.
    pub(super) fn admit(&mut self, line: Line, state: LinkState, time: Duration, out: &mut Outbox) {
        let kept = Link {
            line,
            state,
            deadline: out.now + time,
        };
        if let Some(name) = kept.caller().map(|caller| caller.user.clone()) {
            self.make_room_for(&name, out);
            self.user(&name).links.insert(line.conn);
        }
        self.links.insert(kept);
    }

    fn make_room_for(&mut self, name: &Text, out: &mut Outbox) {
        let links = self.links_of(name);
        let theirs: Vec<_> = links
            .filter(|link| link.line.conn.is_accepted())
            .map(|link| (link.is_proven(), link.deadline, link.line.conn))
            .collect();
        if theirs.len() >= MAX_LINKS
            && let Some((.., conn)) = theirs.into_iter().min()
        {
            self.drop_link(conn, out);
        }
    }

    /// An open connection is known to be the user's: the newest one is written to, and all that waits goes over it.
    pub(super) fn open_proven(&mut self, conn: ConnId, out: &mut Outbox) {
        self.expect_messages(conn, out);
        if !self.may_be_written_to(conn) {
            return;
        }
        let Some(name) = self.name_of(conn) else {
            return;
        };
        self.user(&name).messages = Some(conn);
        self.cancel_invitation(&name, &ConnectionKind::Peer, out);
        if let Some(token) = self.wish_for(&name, Purpose::Messages) {
            self.finish(token, out);
        }
        let packets = self.take_pending(&name).into_packets();
        if !packets.is_empty() {
            out.push(Out::Reached(name));
        }
        for packet in packets {
            self.write(conn, packet, out);
        }
    }

    /// Something has come over an open connection.
    pub(super) fn message(&mut self, conn: ConnId, message: PeerMessage, out: &mut Outbox) {
        let Some(open) = self.links.get(conn).and_then(Link::open) else {
            return;
        };
        let name = open.caller.user.clone();
        let is_result = match &message {
            // Nobody who is honest says so, and what it costs could be charged to nobody.
            PeerMessage::FileSearchResponse(reply) if reply.username != name => {
                return self.drop_link(conn, out);
            }
            PeerMessage::FileSearchResponse(_) => true,
            _ => false,
        };
        let is_held = !open.held.is_empty() && !is_result;
        if is_held || (!open.caller.is_proven && needs_proof(&message)) {
            return self.hold(conn, message, out);
        }
        match (is_result, open.is_used || !open.held.is_empty()) {
            (false, _) => self.touch(conn, out),
            (true, false) => {
                let until = out.now + RESULT_TIME;
                self.links.change(conn, |link| link.deadline = until);
            }
            (true, true) => {}
        }
        // Whichever connection last carried a message is the one he reads from.
        if self.may_be_written_to(conn) {
            self.user(&name).messages = Some(conn);
        }
        out.push(Out::FromPeer(conn, name, message));
    }

    /// An open connection is gone; another one may take its place.
    pub(super) fn open_closed(&mut self, conn: ConnId, name: &Text, out: &mut Outbox) {
        if self.user(name).messages != Some(conn) {
            return;
        }
        let others = self.links_of(name).filter(|link| link.may_be_written_to());
        let next = others.max_by_key(|link| link.deadline);
        let next = next.map(|link| link.line.conn);
        self.user(name).messages = next;
        if next.is_none() {
            out.push(Out::PeerGone(name.clone()));
        }
    }

    /// Something has happened on an open connection.
    fn touch(&mut self, conn: ConnId, out: &Outbox) {
        let deadline = out.now + IDLE_TIME;
        self.links.change(conn, |link| {
            link.deadline = deadline;
            if let Some(open) = link.open_mut() {
                open.is_used = true;
            }
        });
    }

    fn expect_messages(&mut self, conn: ConnId, out: &mut Outbox) {
        let Some(open) = self.links.get(conn).and_then(Link::open) else {
            return;
        };
        let user = self.users.get(&open.caller.user);
        let awaits_bulk = open.caller.is_proven && user.is_some_and(|user| user.awaits_bulk);
        out.expect(
            conn,
            if awaits_bulk {
                Expect::Bulk
            } else {
                Expect::Messages(FamilyId::Peer)
            },
        );
    }

    fn may_be_written_to(&self, conn: ConnId) -> bool {
        self.links.get(conn).is_some_and(Link::may_be_written_to)
    }

    fn links_of(&self, name: &Text) -> impl Iterator<Item = &Link> {
        let conns = self.users.get(name).into_iter().flat_map(|u| &u.links);
        conns.filter_map(|conn| self.links.get(*conn))
    }

    fn name_of(&self, conn: ConnId) -> Option<Text> {
        let caller = self.links.get(conn)?.caller()?;
        Some(caller.user.clone())
    }
}
