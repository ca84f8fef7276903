//! A virtual network: machines, connections, disks and time, all from one seed.
//!
//! Packets become bytes, arrive late and in random chunks, and are parsed again at the other end: what a
//! machine can't encode or parse shows here too. Two runs with the same seed are the same.

use std::cmp::Reverse;
mod line;

use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use slsk_net::machine::{
    ClientMachine, CloseReason, Command, CommandId, ConnId, Effect, Event, Expect, FileError,
    Inbound, Input, Machine, OpenSearches, Packet, Reply,
};
use slsk_net::server::{ServerEvent, ServerMachine, ServerReply};
use slsk_wire::{Encoder, Limits};

use line::{End, Line, Net, Receiving};

/// The longest way through the network.
const MAX_LATENCY: Duration = Duration::from_millis(200);
/// How long a test waits for anything; pings go on for ever.
const PATIENCE: Duration = Duration::from_hours(2);
/// How much of a file is on its way at once, in bytes.
const FILE_CHUNK: usize = 16 * 1024;

/// Names a machine of the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeId(usize);

pub struct World {
    start: Instant,
    now: Instant,
    random: fastrand::Rng,
    nodes: Vec<Node>,
    lines: Vec<Line>,
    future: BinaryHeap<Reverse<(Instant, u64, Happening)>>,
    scheduled: u64,
    /// Every packet that was sent, one line each.
    pub log: Vec<String>,
}

struct Node {
    machine: AnyMachine,
    address: SocketAddr,
    alive: bool,
    accepted: u64,
    commands: u64,
    searches: OpenSearches,
    conns: BTreeMap<ConnId, (usize, usize)>,
    disk: BTreeMap<PathBuf, Vec<u8>>,
    replies: BTreeMap<CommandId, Reply>,
    events: VecDeque<Event>,
}

enum AnyMachine {
    Client(Box<ClientMachine>),
    Server(Box<ServerMachine>),
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Happening {
    Dialled {
        line: usize,
    },
    Refused {
        node: usize,
        conn: ConnId,
    },
    Bytes {
        line: usize,
        to: usize,
        bytes: Vec<u8>,
    },
    FileSent {
        line: usize,
        from: usize,
    },
    Hangup {
        line: usize,
        to: usize,
    },
}

impl World {
    pub fn new(seed: u64) -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "an origin; only differences matter"
        )]
        let start = Instant::now();
        Self {
            start,
            now: start,
            random: fastrand::Rng::with_seed(seed),
            nodes: Vec::new(),
            lines: Vec::new(),
            future: BinaryHeap::new(),
            scheduled: 0,
            log: Vec::new(),
        }
    }

    pub fn now(&self) -> Instant {
        self.now
    }

    /// The time since the beginning.
    fn elapsed(&self) -> Duration {
        self.now - self.start
    }

    pub fn add_server(&mut self, machine: ServerMachine, address: &str) -> NodeId {
        self.add(AnyMachine::Server(Box::new(machine)), address)
    }

    pub fn add_client(
        &mut self,
        make: impl FnOnce(Instant) -> ClientMachine,
        address: &str,
    ) -> NodeId {
        let machine = make(self.now);
        self.add(AnyMachine::Client(Box::new(machine)), address)
    }

    fn add(&mut self, machine: AnyMachine, address: &str) -> NodeId {
        self.nodes.push(Node {
            machine,
            address: address.parse().expect("an address"),
            alive: true,
            accepted: 0,
            commands: 0,
            searches: OpenSearches::default(),
            conns: BTreeMap::new(),
            disk: BTreeMap::new(),
            replies: BTreeMap::new(),
            events: VecDeque::new(),
        });
        NodeId(self.nodes.len() - 1)
    }

    pub fn address(&self, node: NodeId) -> SocketAddr {
        self.nodes[node.0].address
    }

    pub fn disk(&mut self, node: NodeId) -> &mut BTreeMap<PathBuf, Vec<u8>> {
        &mut self.nodes[node.0].disk
    }

    /// How many connections a machine has.
    pub fn connections(&self, node: NodeId) -> usize {
        self.nodes[node.0].conns.len()
    }

    /// Gives a client a command.
    pub fn tell(&mut self, node: NodeId, command: Command) -> CommandId {
        let number = &mut self.nodes[node.0].commands;
        let id = CommandId(*number);
        *number += 1;
        self.client_input(node.0, Input::Command(id, command));
        id
    }

    /// Gives a client a command and runs until it is answered.
    pub fn ask(&mut self, node: NodeId, command: Command) -> Reply {
        let id = self.tell(node, command);
        self.answer(node, id)
    }

    /// Runs until a command is answered.
    pub fn answer(&mut self, node: NodeId, id: CommandId) -> Reply {
        loop {
            if let Some(reply) = self.nodes[node.0].replies.remove(&id) {
                return reply;
            }
            assert!(
                self.step(),
                "no answer will come: nothing is left to happen"
            );
        }
    }

    /// Runs until a client tells something that `wanted` takes.
    pub fn event<T>(&mut self, node: NodeId, mut wanted: impl FnMut(Event) -> Option<T>) -> T {
        loop {
            while let Some(event) = self.nodes[node.0].events.pop_front() {
                if let Some(found) = wanted(event) {
                    return found;
                }
            }
            assert!(
                self.step(),
                "no such event will come: nothing is left to happen"
            );
        }
    }

    /// Runs for so long.
    pub fn run_for(&mut self, time: Duration) {
        let end = self.now + time;
        while self.next_time().is_some_and(|next| next <= end) && self.step() {}
        self.now = end;
    }

    /// Ends a machine as a crash does: its connections break.
    pub fn kill(&mut self, node: NodeId) {
        self.nodes[node.0].alive = false;
        for (line, end) in std::mem::take(&mut self.nodes[node.0].conns).into_values() {
            self.hang_up(line, end);
        }
    }

    /// Cuts a machine off: nothing arrives there, nothing arrives from there, and nobody is told.
    pub fn cut_off(&mut self, node: NodeId) {
        self.nodes[node.0].alive = false;
    }

    /// Lets the next thing happen; false when nothing is left.
    fn step(&mut self) -> bool {
        assert!(
            self.elapsed() < PATIENCE,
            "what is waited for does not come; the packets so far:\n{}",
            self.log.join("\n")
        );
        let due = self.earliest_deadline();
        let arrival = self.future.peek().map(|Reverse((time, ..))| *time);
        match (due, arrival) {
            (None, None) => return false,
            (Some((deadline, node)), arrival) if arrival.is_none_or(|time| deadline < time) => {
                self.now = self.now.max(deadline);
                self.tick(node);
                let next = self.nodes[node].machine.deadline();
                assert!(
                    next.is_none_or(|next| next > self.now),
                    "a machine ticks without end"
                );
            }
            _ => {
                if let Some(Reverse((time, _, happening))) = self.future.pop() {
                    self.now = self.now.max(time);
                    self.happen(happening);
                }
            }
        }
        true
    }

    fn next_time(&self) -> Option<Instant> {
        let arrival = self.future.peek().map(|Reverse((time, ..))| *time);
        let deadline = self.earliest_deadline().map(|(deadline, _)| deadline);
        arrival.into_iter().chain(deadline).min()
    }

    fn earliest_deadline(&self) -> Option<(Instant, usize)> {
        let nodes = self.nodes.iter().enumerate().filter(|(_, node)| node.alive);
        nodes
            .filter_map(|(index, node)| Some((node.machine.deadline()?, index)))
            .min()
    }

    fn tick(&mut self, node: usize) {
        match self.nodes[node].machine {
            AnyMachine::Client(_) => self.client_input(node, Input::Tick),
            AnyMachine::Server(_) => self.server_input(node, Input::Tick),
        }
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Dialled { line } => {
                let [dialler, acceptor] = &self.lines[line].ends;
                let (conn, node) = (dialler.conn, dialler.node);
                let (remote, other) = (self.nodes[node].address, acceptor.node);
                let accepted = acceptor.conn;
                self.net_input(other, Net::Accepted(accepted, remote));
                self.net_input(node, Net::Connected(conn));
            }
            Happening::Refused { node, conn } => self.net_input(node, Net::Refused(conn)),
            Happening::Bytes { line, to, bytes } => self.arrive(line, to, &bytes),
            Happening::FileSent { line, from } => {
                let End {
                    node, conn, open, ..
                } = &self.lines[line].ends[from];
                if *open {
                    self.net_input(*node, Net::FileDone(*conn, Ok(())));
                }
            }
            Happening::Hangup { line, to } => {
                let end = &mut self.lines[line].ends[to];
                if std::mem::replace(&mut end.open, false) {
                    let (node, conn) = (end.node, end.conn);
                    if end.receiving.take().is_some() {
                        let lost = FileError::Connection("hung up".to_owned());
                        self.net_input(node, Net::FileDone(conn, Err(lost)));
                    }
                    self.nodes[node].conns.remove(&conn);
                    self.net_input(node, Net::Closed(conn, CloseReason::Remote));
                }
            }
        }
    }

    fn arrive(&mut self, line: usize, to: usize, bytes: &[u8]) {
        let end = &mut self.lines[line].ends[to];
        if !end.open {
            return;
        }
        match &mut end.receiving {
            Some(receiving) => receiving.bytes.extend_from_slice(bytes),
            None => end.inbound.push(bytes),
        }
        self.pump(line, to);
    }

    /// Hands in whatever has become whole at one end.
    fn pump(&mut self, line: usize, at: usize) {
        loop {
            let end = &mut self.lines[line].ends[at];
            if !end.open {
                return;
            }
            let (node, conn) = (end.node, end.conn);
            if let Some(receiving) = &mut end.receiving {
                receiving.bytes.extend_from_slice(&end.inbound.take_rest());
                let have = receiving.bytes.len();
                if have < receiving.size {
                    return self.net_input(node, Net::FileProgress(conn, have as u64));
                }
                let Receiving { path, bytes, .. } = end.receiving.take().expect("just seen");
                self.nodes[node].disk.insert(path, bytes);
                self.net_input(node, Net::FileDone(conn, Ok(())));
                continue;
            }
            match end.inbound.next_packet(&self.nodes[node].searches) {
                Ok(Some(packet)) => self.net_input(node, Net::Received(conn, packet)),
                Ok(None) => return,
                Err(fault) => panic!("our own bytes do not parse: {fault:?}"),
            }
        }
    }

    fn net_input(&mut self, node: usize, net: Net) {
        if !self.nodes[node].alive {
            return;
        }
        match self.nodes[node].machine {
            AnyMachine::Client(_) => self.client_input(node, net.into_input()),
            AnyMachine::Server(_) => self.server_input(node, net.into_input()),
        }
    }

    fn client_input(&mut self, node: usize, input: Input<Command>) {
        let mut effects = Vec::new();
        let now = self.now;
        if let AnyMachine::Client(machine) = &mut self.nodes[node].machine {
            machine.handle(now, input, &mut effects);
        }
        for effect in effects {
            match effect {
                Effect::Reply(id, reply) => _ = self.nodes[node].replies.insert(id, reply),
                Effect::Emit(event) => self.nodes[node].events.push_back(event),
                other => self.perform(node, other),
            }
        }
    }

    fn server_input(&mut self, node: usize, input: Input<slsk_net::server::ServerCommand>) {
        let mut effects: Vec<Effect<ServerReply, ServerEvent>> = Vec::new();
        let now = self.now;
        if let AnyMachine::Server(machine) = &mut self.nodes[node].machine {
            machine.handle(now, input, &mut effects);
        }
        for effect in effects {
            self.perform(node, effect);
        }
    }

    fn perform<R, E>(&mut self, node: usize, effect: Effect<R, E>) {
        match effect {
            Effect::Reply(..) | Effect::Emit(_) => {}
            Effect::Dial(conn, route) => self.dial(node, conn, route.address),
            // Nothing is obfuscated here.
            Effect::Reveal(_) => {}
            Effect::Expect(conn, expect) => self.expect(node, conn, expect),
            Effect::TakeReplies(searches) => self.nodes[node].searches = searches,
            Effect::Send(conn, packet) => self.send(node, conn, &packet),
            Effect::Close(conn) => {
                if let Some((line, end)) = self.nodes[node].conns.remove(&conn) {
                    self.hang_up(line, end);
                }
            }
            Effect::SendFile {
                conn,
                path,
                offset,
                size,
            } => {
                let Some(&(line, from)) = self.nodes[node].conns.get(&conn) else {
                    return;
                };
                let offset = usize::try_from(offset).expect("small files");
                let file = self.nodes[node].disk[&path][offset..].to_vec();
                assert_eq!((file.len() + offset) as u64, size);
                for chunk in file.chunks(FILE_CHUNK) {
                    self.transmit(line, from, chunk.to_vec());
                }
                let sent = self.lines[line].ends[from].arrival;
                self.schedule(sent, Happening::FileSent { line, from });
            }
            Effect::ReceiveFile { conn, path, size } => {
                let Some(&(line, at)) = self.nodes[node].conns.get(&conn) else {
                    return;
                };
                self.lines[line].ends[at].receiving = Some(Receiving {
                    path,
                    size: usize::try_from(size).expect("small files"),
                    bytes: Vec::new(),
                });
                self.pump(line, at);
            }
            Effect::Query(id, query) => {
                self.client_input(node, Input::QueryDone(id, query.answer()));
            }
        }
    }

    fn dial(&mut self, node: usize, conn: ConnId, address: SocketAddr) {
        let arrival = self.now + self.latency();
        let mut nodes = self.nodes.iter();
        let Some(other) = nodes.position(|n| n.alive && n.address == address) else {
            return self.schedule(arrival, Happening::Refused { node, conn });
        };
        let accepted = ConnId::accepted(self.nodes[other].accepted);
        self.nodes[other].accepted += 1;
        let end = |node, conn| End {
            node,
            conn,
            inbound: Inbound::new(Limits::default()),
            receiving: None,
            open: true,
            arrival,
        };
        let line = self.lines.len();
        self.lines.push(Line {
            ends: [end(node, conn), end(other, accepted)],
        });
        self.nodes[node].conns.insert(conn, (line, 0));
        self.nodes[other].conns.insert(accepted, (line, 1));
        self.schedule(arrival, Happening::Dialled { line });
    }

    fn expect(&mut self, node: usize, conn: ConnId, expect: Expect) {
        if let Some(&(line, at)) = self.nodes[node].conns.get(&conn) {
            self.lines[line].ends[at].inbound.expect(expect);
            self.pump(line, at);
        }
    }

    fn send(&mut self, node: usize, conn: ConnId, packet: &Packet) {
        let Some(&(line, from)) = self.nodes[node].conns.get(&conn) else {
            return;
        };
        self.log
            .push(format!("{:?} {node} {packet:?}", self.elapsed()));
        let mut bytes = Vec::new();
        packet
            .encode(&mut Encoder::default(), &mut bytes)
            .expect("our own packets can be encoded");
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let (chunk, more) = rest.split_at(self.random.usize(1..=rest.len()));
            self.transmit(line, from, chunk.to_vec());
            rest = more;
        }
    }

    fn transmit(&mut self, line: usize, from: usize, bytes: Vec<u8>) {
        let latency = self.latency();
        let end = &mut self.lines[line].ends[from];
        end.arrival = end.arrival.max(self.now + latency);
        let (arrival, to) = (end.arrival, 1 - from);
        self.schedule(arrival, Happening::Bytes { line, to, bytes });
    }

    fn hang_up(&mut self, line: usize, from: usize) {
        let end = &mut self.lines[line].ends[from];
        end.open = false;
        end.receiving = None;
        let (arrival, to) = (end.arrival.max(self.now), 1 - from);
        self.schedule(arrival, Happening::Hangup { line, to });
    }

    fn schedule(&mut self, time: Instant, happening: Happening) {
        self.scheduled += 1;
        self.future.push(Reverse((time, self.scheduled, happening)));
    }

    fn latency(&mut self) -> Duration {
        MAX_LATENCY.mul_f64(self.random.f64())
    }
}

impl AnyMachine {
    fn deadline(&self) -> Option<Instant> {
        match self {
            Self::Client(machine) => machine.deadline(),
            Self::Server(machine) => machine.deadline(),
        }
    }
}
