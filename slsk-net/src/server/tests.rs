//! The server machine against hand-made inputs, concern by concern.

#[cfg(feature = "db")]
mod accounts;
mod distributed;
mod login;
mod messages;
mod owner;
mod relay;
mod rooms;
mod searches;
mod users;

use std::collections::{BTreeMap, VecDeque};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::{Duration, Instant};

use slsk_wire::server::{LoginRequest, ServerRequest, ServerResponse, SetListenPort};
use slsk_wire::{AnyMessage, Decoder, FamilyId, Text};

use super::{
    ServerCommand, ServerConfig, ServerError, ServerEvent, ServerLimits, ServerMachine, ServerReply,
};
use crate::machine::{
    CloseReason, CommandId, ConnId, Effect, Input, Machine, Packet, Work, WorkId,
};

/// A server, and what it has said to whom and not been asked about yet.
struct Hall {
    machine: ServerMachine,
    now: Instant,
    conns: u64,
    ips: BTreeMap<ConnId, Ipv4Addr>,
    said: Vec<(ConnId, ServerResponse)>,
    closed: Vec<ConnId>,
    events: Vec<ServerEvent>,
    reply: Option<ServerReply>,
    work: VecDeque<(WorkId, Work)>,
}

impl Hall {
    fn new(config: ServerConfig) -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "an origin; only differences matter"
        )]
        let now = Instant::now();
        Self {
            machine: ServerMachine::new(config).at(1_000_000),
            now,
            conns: 0,
            ips: BTreeMap::new(),
            said: Vec::new(),
            closed: Vec::new(),
            events: Vec::new(),
            reply: None,
            work: VecDeque::new(),
        }
    }

    fn limited(limits: ServerLimits) -> Self {
        Self::new(ServerConfig {
            limits,
            ..ServerConfig::default()
        })
    }

    /// Somebody connects from 127.0.0.n, where n is the number of the connection.
    fn connect(&mut self) -> ConnId {
        self.conns += 1;
        self.connect_from(&format!("127.0.0.{}:9999", self.conns % 250 + 1))
    }

    fn connect_from(&mut self, address: &str) -> ConnId {
        self.conns += 1;
        let conn = ConnId::accepted(self.conns);
        let remote: SocketAddrV4 = address.parse().unwrap();
        self.ips.insert(conn, *remote.ip());
        self.input(Input::Accepted {
            conn,
            remote: remote.into(),
            obfuscated: false,
        });
        conn
    }

    /// A user logs in and listens; what the server says to that is not kept.
    fn user(&mut self, name: &str) -> ConnId {
        let conn = self.connect();
        self.ask(conn, LoginRequest::new(name, "pw", 177, 1));
        self.ask(conn, SetListenPort::new(2234));
        assert!(self.online().contains(&name.to_owned()), "{name} is in");
        self.said.clear();
        self.events.clear();
        conn
    }

    fn users<const N: usize>(&mut self, names: [&str; N]) -> [ConnId; N] {
        let users = names.map(|name| self.user(name));
        self.said.clear();
        users
    }

    fn ask(&mut self, conn: ConnId, request: impl Into<ServerRequest>) {
        let message = AnyMessage::from(request.into());
        self.input(Input::Received(conn, Packet::Message(message)));
    }

    fn ip(&self, conn: ConnId) -> Ipv4Addr {
        self.ips[&conn]
    }

    fn online(&mut self) -> Vec<String> {
        self.input(Input::Command(CommandId(1), ServerCommand::OnlineUsers));
        match self.reply.take() {
            Some(ServerReply::OnlineUsers(users)) => users.iter().map(Text::to_string).collect(),
            other => panic!("another reply: {other:?}"),
        }
    }

    fn hang_up(&mut self, conn: ConnId) {
        self.input(Input::Closed(conn, CloseReason::Remote));
    }

    fn command(&mut self, command: ServerCommand) -> Result<(), ServerError> {
        self.input(Input::Command(CommandId(1), command));
        match self.reply.take() {
            Some(ServerReply::Done(result)) => result,
            other => panic!("another reply: {other:?}"),
        }
    }

    /// Lets time pass, with the ticks that the machine wants.
    fn wait(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(deadline) = self.machine.deadline().filter(|deadline| *deadline <= end) {
            self.now = deadline.max(self.now);
            self.input(Input::Tick);
        }
        self.now = end;
    }

    /// What has been said to a connection since the last question.
    fn heard(&mut self, conn: ConnId) -> Vec<ServerResponse> {
        let said = self.said.extract_if(.., |(to, _)| *to == conn);
        said.map(|(_, message)| message).collect()
    }

    /// The one thing that has been said to a connection.
    fn answer(&mut self, conn: ConnId) -> ServerResponse {
        let mut heard = self.heard(conn);
        assert_eq!(heard.len(), 1, "{heard:?}");
        heard.remove(0)
    }

    fn input(&mut self, input: Input<ServerCommand>) {
        let mut effects = Vec::new();
        self.machine.handle(self.now, input, &mut effects);
        for effect in effects {
            match effect {
                Effect::Send(conn, packet) => {
                    assert!(!self.closed.contains(&conn), "a send behind a close");
                    self.said.push((conn, response(packet)));
                }
                Effect::Close(conn) => self.closed.push(conn),
                Effect::Emit(event) => self.events.push(event),
                Effect::Reply(_, reply) => self.reply = Some(reply),
                Effect::Expect(..) => {}
                Effect::Work(id, work) => self.work.push_back((id, work)),
                other => panic!("a server does not do this: {other:?}"),
            }
        }
    }
}

/// The message in a packet, whether it is encoded or not.
fn response(packet: Packet) -> ServerResponse {
    match packet {
        Packet::Message(AnyMessage::ServerResponse(message)) => message,
        Packet::Frame(FamilyId::ServerResponse, frame) => {
            Decoder::default().decode(&frame).unwrap().message
        }
        other => panic!("no message of a server: {other:?}"),
    }
}
