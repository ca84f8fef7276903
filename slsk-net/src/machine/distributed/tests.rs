//! The rules of the distributed network, one by one, against messages made by hand.

mod children;
mod parent;
mod relay;

use std::time::{Duration, Instant};

use slsk_wire::distributed::{
    DistributedBranchLevel, DistributedBranchRoot, DistributedMessage, DistributedSearch,
};
use slsk_wire::server::{
    EmbeddedMessage, ParentMinSpeed, ParentSpeedRatio, PossibleParent, PossibleParents,
    ServerRequest, ServerResponse,
};
use slsk_wire::{AnyMessage, Family as _, FamilyId, Frame, Rest, Text, Wire as _};

use super::Distributed;
use crate::machine::outbox::{Out, Outbox};
use crate::machine::{ConnId, Effect, Event, Expect, Packet};

/// A speed for ten children and more, with the usual numbers of the server.
const FAST: u32 = 1_000_000;
/// What is told after the parent is lost or with the first login.
const ALONE: [&str; 3] = [
    "server: no parent true",
    "server: root me",
    "server: level 0",
];

#[expect(clippy::disallowed_methods, reason = "a point to count from")]
pub(super) fn start() -> Instant {
    Instant::now()
}

/// The distributed part of the user `me`, and what it wants done, as lines of text.
#[expect(clippy::struct_field_names, reason = "the part itself is one of them")]
struct Part {
    part: Distributed,
    out: Outbox,
    /// What the peers were told.
    takes_children: bool,
}

impl Part {
    fn offline(max_children: u32) -> Self {
        Self {
            part: Distributed::new(max_children),
            out: Outbox::new(start(), 1),
            takes_children: false,
        }
    }

    /// Logged in, fast, and nothing said yet about parents.
    fn online() -> Self {
        let mut part = Self::offline(10);
        part.part.online("me", &mut part.out);
        part.part.own_speed(FAST, &mut part.out);
        part.wanted();
        part
    }

    /// The root of a branch.
    fn root() -> Self {
        let mut part = Self::online();
        part.server(embedded(&search("somebody", 1)));
        part.wanted();
        part
    }

    /// Below the user `ada`, on connection 1, who is at this level.
    fn below(level: i32) -> Self {
        let mut part = Self::online();
        part.candidates(&["ada"]);
        part.opened(1, "ada");
        part.level(1, level);
        part.root_is(1, "root");
        part.search(1, "somebody", 1);
        part.wanted();
        assert_eq!(part.parent(), Some("ada".into()));
        part
    }

    fn parent(&self) -> Option<Text> {
        self.part.branch().and_then(|branch| branch.parent)
    }

    fn children(&self) -> Vec<String> {
        let branch = self.part.branch().unwrap();
        branch.children.iter().map(Text::to_string).collect()
    }

    fn later(&mut self, time: Duration) {
        self.out.now += time;
        self.part.tick(&mut self.out);
    }

    fn server(&mut self, message: impl Into<ServerResponse>) {
        self.part.server_message(message.into(), &mut self.out);
    }

    fn candidates(&mut self, names: &[&str]) {
        let parents = names.iter().map(|&name| possible(name, 2234)).collect();
        self.server(PossibleParents { parents });
    }

    fn opened(&mut self, conn: u64, user: &str) {
        let conn = ConnId::dialled(conn);
        self.part.opened(conn, &user.into(), &mut self.out);
    }

    fn offered(&mut self, conn: u64, user: &str) {
        let conn = ConnId::dialled(conn);
        self.part.offered(conn, &user.into(), &mut self.out);
    }

    fn closed(&mut self, conn: u64) {
        self.part.closed(ConnId::dialled(conn), &mut self.out);
    }

    /// Frames as they come over the wire.
    fn frame(&mut self, conn: u64, frame: &Frame) {
        let message = DistributedMessage::decode_with(&mut slsk_wire::Decoder::default(), frame);
        let message = message.unwrap().message;
        let conn = ConnId::dialled(conn);
        self.part.received(conn, message, frame, &mut self.out);
    }

    fn message(&mut self, conn: u64, message: impl Into<DistributedMessage>) {
        let mut bytes = Vec::new();
        let message: DistributedMessage = message.into();
        let mut encoder = slsk_wire::Encoder::default();
        AnyMessage::from(message)
            .encode(&mut encoder, &mut bytes)
            .unwrap();
        let limits = slsk_wire::Limits::default();
        let frame = Frame::from_bytes(bytes, FamilyId::Distributed, &limits).unwrap();
        self.frame(conn, &frame);
    }

    fn level(&mut self, conn: u64, level: i32) {
        self.message(conn, DistributedBranchLevel { level });
    }

    fn root_is(&mut self, conn: u64, root: &str) {
        let username = root.into();
        self.message(conn, DistributedBranchRoot { username });
    }

    fn search(&mut self, conn: u64, user: &str, token: u32) {
        self.message(conn, search(user, token));
    }

    /// What was wanted since the last call.
    fn wanted(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        for out in self.out.queue.drain(..) {
            if let Out::TakeChildren(take) = out {
                self.takes_children = take;
            } else {
                lines.push(show(&out));
            }
        }
        lines
    }
}

fn show(out: &Out) -> String {
    match out {
        Out::ToServer(ServerRequest::HaveNoParent(m)) => {
            format!("server: no parent {}", m.no_parent)
        }
        Out::ToServer(ServerRequest::BranchRoot(m)) => format!("server: root {}", m.username),
        Out::ToServer(ServerRequest::BranchLevel(m)) => format!("server: level {}", m.level),
        Out::ToServer(ServerRequest::AcceptChildren(m)) => format!("server: accept {}", m.accept),
        Out::OpenDistributed(user, None) => format!("open {user}"),
        Out::OpenDistributed(user, Some(address)) => format!("open {user} {address}"),
        Out::Searched(search) => format!("answer {} {}", search.username, search.token),
        Out::Effect(Effect::Emit(Event::Branch(branch))) => match &branch.parent {
            Some(parent) => format!("event: {} {} {parent}", branch.level, branch.root),
            None => format!("event: {} {}", branch.level, branch.root),
        },
        Out::Effect(Effect::Close(conn)) => format!("close {}", conn.0),
        Out::Effect(Effect::Expect(conn, Expect::Messages(FamilyId::Distributed))) => {
            format!("read {}", conn.0)
        }
        Out::Effect(Effect::Send(conn, packet)) => format!("{}: {}", conn.0, sent(packet)),
        other => panic!("not a thing of the distributed part: {other:?}"),
    }
}

fn sent(packet: &Packet) -> String {
    match packet {
        Packet::Message(AnyMessage::DistributedMessage(DistributedMessage::BranchLevel(m))) => {
            format!("level {}", m.level)
        }
        Packet::Message(AnyMessage::DistributedMessage(DistributedMessage::BranchRoot(m))) => {
            format!("root {}", m.username)
        }
        Packet::Frame(FamilyId::Distributed, frame) => {
            format!("{} {}", frame.code, frame.body.escape_ascii())
        }
        other => panic!("not a message to a child: {other:?}"),
    }
}

fn possible(name: &str, port: u32) -> PossibleParent {
    PossibleParent {
        username: name.into(),
        ip: [127, 0, 0, 9].into(),
        port,
    }
}

fn search(user: &str, token: u32) -> DistributedSearch {
    DistributedSearch::new(user, token, "snow")
}

fn body(search: &DistributedSearch) -> Vec<u8> {
    let mut body = Vec::new();
    search.encode(&mut body).unwrap();
    body
}

/// A search as the server hands it to a root.
fn embedded(search: &DistributedSearch) -> EmbeddedMessage {
    EmbeddedMessage {
        distributed_code: 3,
        payload: Rest(body(search).into()),
    }
}

/// A search as it is passed on to a child.
fn relayed(conn: u64, search: &DistributedSearch) -> String {
    format!("{conn}: 3 {}", body(search).escape_ascii())
}

fn min_speed(speed: u32) -> ServerResponse {
    ParentMinSpeed { speed }.into()
}

fn speed_ratio(ratio: u32) -> ServerResponse {
    ParentSpeedRatio { ratio }.into()
}
