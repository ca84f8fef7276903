//! A virtual network: machines, connections, disks and time, all from one seed.
//!
//! Packets become bytes, arrive late and in pieces of any size, and are parsed again at the other end: what a
//! machine can't encode or parse shows here too. Two runs with the same seed are the same. A world does what the
//! driver does on real sockets: an end of a connection that nobody reads does not hear that it is over, and a
//! dial to a host that is away gets no answer.

#![allow(
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "for tests: a panic is a failed one"
)]

mod arrivals;
mod damage;
mod disk;
mod effects;
mod line;
mod network;
mod node;
mod queue;
mod stranger;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Display;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use slsk_net::machine::{
    ClientMachine, CloseReason, Command, CommandId, Effect, Event, Input, Reply,
};
use slsk_net::server::{ServerCommand, ServerEvent, ServerMachine};
use slsk_wire::{Encoder, Text};

pub use damage::any_message;
pub use disk::Disk;
pub use network::{Latency, Network};
pub use node::{Firewall, NodeId};
pub use stranger::{Hands, Happened, Stranger};

use line::{EndState, Line};
use network::Partition;
use node::{Actor, Node, Power};
use queue::{Happening, Queue};

/// How long a test waits for anything; pings go on for ever.
const PATIENCE: Duration = Duration::from_hours(2);

/// A virtual network, and all that are on it.
#[derive(Debug)]
pub struct World {
    start: Instant,
    now: Instant,
    random: fastrand::Rng,
    network: Network,
    nodes: Vec<Node>,
    /// Who listens where, and whether it is a port for obfuscated connections.
    ports: BTreeMap<SocketAddr, (usize, bool)>,
    /// Connections that are over leave an empty place.
    lines: Vec<Option<Box<Line>>>,
    queue: Queue,
    encoder: Encoder,
    effects: Vec<Effect<Reply, Event>>,
    /// How many packets of each name were sent.
    sent: BTreeMap<&'static str, u64>,
    obfuscated: u64,
    logs: bool,
    prints: bool,
    /// Every packet that was sent and what happened to connections and hosts, one line each.
    pub log: Vec<String>,
}

impl World {
    /// An empty world that loses nothing and keeps a log.
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
            network: Network::default(),
            nodes: Vec::new(),
            ports: BTreeMap::new(),
            lines: Vec::new(),
            queue: Queue::default(),
            encoder: Encoder::default(),
            effects: Vec::new(),
            sent: BTreeMap::new(),
            obfuscated: 0,
            logs: true,
            prints: false,
            log: Vec::new(),
        }
    }

    /// Whether it keeps a log.
    pub fn keep_log(&mut self, logs: bool) {
        self.logs = logs;
    }

    /// Whether it prints what would be in the log.
    pub fn print_log(&mut self, prints: bool) {
        self.prints = prints;
    }

    /// The time of the world.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// The time since the beginning.
    pub fn elapsed(&self) -> Duration {
        self.now - self.start
    }

    /// How good the network is.
    pub fn network(&mut self) -> &mut Network {
        &mut self.network
    }

    /// Adds a server that listens at `address`.
    pub fn add_server(&mut self, machine: ServerMachine, address: &str) -> NodeId {
        self.add(Actor::Server(Box::new(machine)), address)
    }

    /// Adds a client that listens at `address`.
    pub fn add_client(
        &mut self,
        make: impl FnOnce(Instant) -> ClientMachine,
        address: &str,
    ) -> NodeId {
        let machine = make(self.now);
        self.add(Actor::Client(Box::new(machine)), address)
    }

    /// Adds somebody who listens at `address` and speaks in raw bytes.
    pub fn add_stranger(&mut self, stranger: impl Stranger + 'static, address: &str) -> NodeId {
        let id = self.add(Actor::Stranger(Box::new(stranger)), address);
        self.stranger_input(id.0, Happened::Begun);
        id
    }

    fn add(&mut self, actor: Actor, address: &str) -> NodeId {
        let address = address.parse().expect("an address");
        let node = self.nodes.len();
        self.nodes.push(Node::new(actor, address));
        self.ports.insert(address, (node, false));
        self.set_alarm(node);
        NodeId(node)
    }

    /// Lets a node listen on one more port, for obfuscated connections.
    pub fn listen_obfuscated(&mut self, node: NodeId, port: u16) {
        let address = SocketAddr::new(self.nodes[node.0].ip(), port);
        self.ports.insert(address, (node.0, true));
    }

    /// What happens to whoever dials a node from now on.
    pub fn set_firewall(&mut self, node: NodeId, firewall: Firewall) {
        self.nodes[node.0].firewall = firewall;
    }

    /// Where a node listens.
    pub fn address(&self, node: NodeId) -> SocketAddr {
        self.nodes[node.0].address
    }

    /// The files of a node.
    pub fn disk(&mut self, node: NodeId) -> &mut Disk {
        &mut self.nodes[node.0].disk
    }

    /// The machine of a client.
    pub fn client(&self, node: NodeId) -> Option<&ClientMachine> {
        match &self.nodes[node.0].actor {
            Actor::Client(machine) => Some(machine),
            Actor::Server(_) | Actor::Stranger(_) => None,
        }
    }

    /// Whether a node runs.
    pub fn is_on(&self, node: NodeId) -> bool {
        self.nodes[node.0].is_on()
    }

    /// How many connections a node has, those that it dials included.
    pub fn connections(&self, node: NodeId) -> usize {
        let node = &self.nodes[node.0];
        node.conns.len() + node.dials.len()
    }

    /// How many packets of this name all machines have sent; see [`Packet::name`](slsk_net::machine::Packet::name).
    pub fn sent(&self, name: &str) -> u64 {
        self.sent.get(name).copied().unwrap_or(0)
    }

    /// How many connections have come to a port for obfuscated ones.
    pub fn obfuscated(&self) -> u64 {
        self.obfuscated
    }

    /// How often the deadline of a node has come.
    pub fn ticks(&self, node: NodeId) -> u64 {
        self.nodes[node.0].ticks
    }

    /// The commands that a client has not answered, and when they were given.
    pub fn unanswered(&self, node: NodeId) -> &BTreeMap<CommandId, Instant> {
        &self.nodes[node.0].unanswered
    }

    /// Takes what a client has told and nobody has taken yet.
    pub fn take_events(&mut self, node: NodeId) -> VecDeque<Event> {
        std::mem::take(&mut self.nodes[node.0].events)
    }

    /// Takes what a server has told and nobody has taken yet.
    pub fn take_server_events(&mut self, node: NodeId) -> VecDeque<ServerEvent> {
        std::mem::take(&mut self.nodes[node.0].server_events)
    }

    /// Takes the replies that nobody has taken yet.
    pub fn take_replies(&mut self, node: NodeId) -> BTreeMap<CommandId, Reply> {
        std::mem::take(&mut self.nodes[node.0].replies)
    }

    /// Takes how often the shares of a client were searched for each text.
    pub fn take_queries(&mut self, node: NodeId) -> BTreeMap<Text, u32> {
        std::mem::take(&mut self.nodes[node.0].queries)
    }

    /// Gives a client a command.
    pub fn tell(&mut self, node: NodeId, command: Command) -> CommandId {
        let now = self.now;
        let asked = &mut self.nodes[node.0];
        let id = CommandId(asked.commands);
        asked.commands += 1;
        asked.unanswered.insert(id, now);
        self.client_input(node.0, Input::Command(id, command));
        id
    }

    /// Gives a server a command. Its reply is dropped.
    pub fn tell_server(&mut self, node: NodeId, command: ServerCommand) {
        let asked = &mut self.nodes[node.0];
        let id = CommandId(asked.commands);
        asked.commands += 1;
        self.server_input(node.0, Input::Command(id, command));
    }

    /// Gives a client a command and runs until it is answered.
    pub fn ask(&mut self, node: NodeId, command: Command) -> Reply {
        let id = self.tell(node, command);
        self.answer(node, id)
    }

    /// Runs until a command is answered.
    pub fn answer(&mut self, node: NodeId, id: CommandId) -> Reply {
        let give_up = self.now + PATIENCE;
        loop {
            if let Some(reply) = self.nodes[node.0].replies.remove(&id) {
                return reply;
            }
            self.step_before(give_up, &"an answer");
        }
    }

    /// Runs until a client tells something that `wanted` takes.
    pub fn event<T>(&mut self, node: NodeId, mut wanted: impl FnMut(Event) -> Option<T>) -> T {
        let give_up = self.now + PATIENCE;
        loop {
            while let Some(event) = self.nodes[node.0].events.pop_front() {
                if let Some(found) = wanted(event) {
                    return found;
                }
            }
            self.step_before(give_up, &"an event");
        }
    }

    /// Runs for so long.
    pub fn run_for(&mut self, time: Duration) {
        let end = self.now + time;
        while self.queue.next_time().is_some_and(|next| next <= end) && self.step() {}
        self.now = end;
    }

    /// Ends a machine as a crash does: its connections break, and who dials is refused.
    pub fn kill(&mut self, node: NodeId) {
        self.note(|| format!("{} is killed", node.0));
        self.nodes[node.0].power = Power::Off;
        for (line, end) in self.nodes[node.0].end_life().into_values() {
            self.hang_up(line, end, CloseReason::Remote);
        }
    }

    /// Cuts a host off: nothing arrives there, nothing arrives from there, and nobody is told.
    pub fn cut_off(&mut self, node: NodeId) {
        self.note(|| format!("{} is cut off", node.0));
        self.nodes[node.0].power = Power::Dark;
        self.nodes[node.0].alarm = None;
        for (line, end) in self.nodes[node.0].conns.clone().into_values() {
            self.expire(line, 1 - end);
        }
    }

    /// Brings back a host that was cut off, its machine as it was: it wakes up late, and its connections are gone.
    pub fn bring_back(&mut self, node: NodeId) {
        self.note(|| format!("{} is back", node.0));
        self.nodes[node.0].power = Power::On;
        for (line, to) in self.nodes[node.0].conns.clone().into_values() {
            self.fail(line, false);
            // What it should have heard meanwhile it has not heard.
            let reason = CloseReason::Network("connection reset".to_owned());
            let time = self.now + self.latency();
            self.queue
                .push(time, Happening::Hangup { line, to, reason });
        }
        self.set_alarm(node.0);
    }

    /// Starts a node with a new client; what the old one had is lost, but for its disk.
    pub fn restart_client(&mut self, node: NodeId, make: impl FnOnce(Instant) -> ClientMachine) {
        let machine = make(self.now);
        self.restart(node, Actor::Client(Box::new(machine)));
    }

    /// Starts a node with a new server; what the old one had is lost.
    pub fn restart_server(&mut self, node: NodeId, machine: ServerMachine) {
        self.restart(node, Actor::Server(Box::new(machine)));
    }

    fn restart(&mut self, node: NodeId, actor: Actor) {
        if self.is_on(node) {
            self.kill(node);
        }
        self.note(|| format!("{} is restarted", node.0));
        for (line, end) in self.nodes[node.0].end_life().into_values() {
            if let Some(line) = &mut self.lines[line] {
                line.ends[end].state = EndState::Unknown;
            }
            self.forget_if_over(line);
        }
        self.nodes[node.0].actor = actor;
        self.nodes[node.0].power = Power::On;
        self.set_alarm(node.0);
    }

    /// Lets no dial and no byte through between these nodes and the others, for so long. What is sent over open
    /// connections comes afterwards, unless it lasts so long that they are found to be dead.
    pub fn part(&mut self, group: BTreeSet<NodeId>, lasting: Duration) {
        self.note(|| format!("{group:?} are apart for {lasting:?}"));
        let now = self.now;
        self.network.partitions.retain(|p| p.until > now);
        if lasting > self.network.keepalive {
            let apart: Vec<usize> = group
                .iter()
                .flat_map(|node| self.nodes[node.0].conns.values())
                .map(|(line, _)| *line)
                .filter(|line| self.crosses(*line, &group))
                .collect();
            for line in apart {
                self.expire(line, 0);
                self.expire(line, 1);
            }
        }
        let until = now + lasting;
        self.network.partitions.push(Partition { group, until });
    }

    fn crosses(&self, line: usize, group: &BTreeSet<NodeId>) -> bool {
        let within = |end: &line::End| group.contains(&NodeId(end.node));
        let line = self.lines[line].as_ref();
        line.is_some_and(|line| within(&line.ends[0]) != within(&line.ends[1]))
    }

    /// Lets the next thing happen; false when nothing is left.
    fn step(&mut self) -> bool {
        let Some((time, happening)) = self.queue.pop() else {
            return false;
        };
        self.now = self.now.max(time);
        self.happen(happening);
        true
    }

    fn step_before(&mut self, give_up: Instant, awaited: &dyn Display) {
        let goes_on = self.now < give_up && self.step();
        assert!(
            goes_on,
            "{awaited} does not come; what has happened so far:\n{}",
            self.log.join("\n")
        );
    }

    /// Writes a line of the log.
    pub fn note(&mut self, line: impl FnOnce() -> String) {
        if self.logs || self.prints {
            let line = format!("{:?} {}", self.elapsed(), line());
            if self.prints {
                print(&line);
            }
            if self.logs {
                self.log.push(line);
            }
        }
    }
}

#[expect(clippy::print_stdout, reason = "whoever runs it again wants to see it")]
fn print(line: &str) {
    println!("{line}");
}
