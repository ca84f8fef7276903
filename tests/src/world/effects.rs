//! What machines and strangers want done.

use std::time::Duration;

use slsk_net::machine::{
    CloseReason, Command, ConnId, Effect, Expect, Input, Machine, Packet, Route,
};
use slsk_net::server::{ServerCommand, ServerEvent, ServerReply};
use slsk_wire::obfuscation;

use super::line::{EndState, Receiving, Sending};
use super::node::Actor;
use super::queue::Happening;
use super::stranger::{Hands, Happened, Order};
use super::{NodeId, World};

/// How long the index takes for a query, at most.
const QUERY_TIME: Duration = Duration::from_millis(20);

impl World {
    /// Hands an input to a client and performs what it wants.
    pub(super) fn client_input(&mut self, node: usize, input: Input<Command>) {
        let now = self.now;
        let Actor::Client(machine) = &mut self.nodes[node].actor else {
            return;
        };
        let mut effects = std::mem::take(&mut self.effects);
        machine.handle(now, input, &mut effects);
        for effect in effects.drain(..) {
            match effect {
                Effect::Reply(id, reply) => {
                    let asked = self.nodes[node].unanswered.remove(&id);
                    assert!(asked.is_some(), "a second answer: {reply:?}");
                    self.nodes[node].replies.insert(id, reply);
                }
                Effect::Emit(event) => self.nodes[node].events.push_back(event),
                other => self.perform(node, other),
            }
        }
        self.effects = effects;
        self.set_alarm(node);
    }

    /// Hands an input to a server and performs what it wants.
    pub(super) fn server_input(&mut self, node: usize, input: Input<ServerCommand>) {
        let now = self.now;
        let Actor::Server(machine) = &mut self.nodes[node].actor else {
            return;
        };
        let mut effects: Vec<Effect<ServerReply, ServerEvent>> = Vec::new();
        machine.handle(now, input, &mut effects);
        for effect in effects {
            match effect {
                Effect::Reply(..) => {}
                Effect::Emit(event) => self.nodes[node].server_events.push_back(event),
                other => self.perform(node, other),
            }
        }
        self.set_alarm(node);
    }

    /// Tells a stranger what has happened and does what he wants.
    pub(super) fn stranger_input(&mut self, node: usize, what: Happened<'_>) {
        let it = &mut self.nodes[node];
        let Actor::Stranger(stranger) = &mut it.actor else {
            return;
        };
        let mut hands = Hands {
            now: self.now,
            random: &mut self.random,
            dialled: &mut it.dialled,
            orders: Vec::new(),
        };
        stranger.happened(what, &mut hands);
        for order in hands.orders {
            match order {
                Order::Dial(conn, route) => self.dial(node, conn, route),
                Order::Write(conn, bytes) => {
                    if let Some(&(line, from)) = self.nodes[node].conns.get(&conn) {
                        self.write(line, from, bytes);
                    }
                }
                Order::Close(conn) => self.close(node, conn),
            }
        }
        self.set_alarm(node);
    }

    fn perform<R, E>(&mut self, node: usize, effect: Effect<R, E>) {
        match effect {
            // What is identified is for logs, of which there are none here.
            Effect::Reply(..) | Effect::Emit(_) | Effect::Identify(..) => {}
            Effect::Dial(conn, route) => self.dial(node, conn, route),
            Effect::Reveal(conn) => self.reveal(node, conn),
            Effect::Expect(conn, expect) => self.expect(node, conn, expect),
            Effect::TakeReplies(searches) => self.nodes[node].searches = searches,
            Effect::Send(conn, packet) => self.send(node, conn, &packet),
            Effect::Close(conn) => self.close(node, conn),
            Effect::SendFile {
                conn,
                path,
                offset,
                size,
            } => match self.nodes[node].disk.read(&path, offset, size) {
                Ok(rest) => self.send_file(node, conn, Sending { rest, sent: offset }),
                Err(error) => self.later(node, Input::FileDone(conn, Err(error))),
            },
            Effect::ReceiveFile { conn, path, size } => {
                let receiving = Receiving {
                    path,
                    size,
                    bytes: Vec::new(),
                    reported: 0,
                };
                self.receive_file(node, conn, receiving);
            }
            Effect::List(id, query) => {
                let answer = query.answer();
                self.later(node, Input::Listed(id, answer));
            }
            Effect::Query(id, query) => {
                let text = query.text.detach();
                *self.nodes[node].queries.entry(text).or_default() += 1;
                self.later(node, Input::QueryDone(id, query.answer()));
            }
            Effect::Pace(id, turn) => {
                let now = self.elapsed();
                let wait = self.nodes[node].ledger.take(now, &turn);
                self.later(node, Input::Paced(id, wait));
            }
            Effect::Work(id, work) => self.later(node, Input::WorkDone(id, work.run())),
        }
    }

    /// Hands in an input soon, unless the machine has ended by then.
    fn later(&mut self, node: usize, input: Input<Command>) {
        let time = self.now + QUERY_TIME.mul_f64(self.random.f64());
        let life = self.nodes[node].life;
        let input = Box::new(input);
        self.queue.push(time, Happening::Done { node, life, input });
    }

    fn dial(&mut self, node: usize, conn: ConnId, route: Route) {
        self.note(|| format!("{node} dials {} as {conn:?}", route.address));
        self.nodes[node].dials.insert(conn);
        let arrival = self.now + self.latency();
        let life = self.nodes[node].life;
        let knock = Happening::Knock {
            node,
            life,
            conn,
            route,
        };
        self.queue.push(arrival, knock);
    }

    fn reveal(&mut self, node: usize, conn: ConnId) {
        let Some(&(line, at)) = self.nodes[node].conns.get(&conn) else {
            return;
        };
        if let Some(line) = &mut self.lines[line] {
            let end = &mut line.ends[at];
            end.obfuscated = false;
            if let Some(inbound) = &mut end.inbound {
                inbound.set_obfuscated(false);
            }
        }
    }

    fn expect(&mut self, node: usize, conn: ConnId, expect: Expect) {
        let Some(&(line, at)) = self.nodes[node].conns.get(&conn) else {
            return;
        };
        if let Some(it) = &mut self.lines[line] {
            let end = &mut it.ends[at];
            if let Some(inbound) = &mut end.inbound {
                inbound.expect(expect);
            }
            if end.has_received || end.ended.is_some() {
                self.queue.push(self.now, Happening::Pump { line, at });
            }
        }
    }

    fn send(&mut self, node: usize, conn: ConnId, packet: &Packet) {
        let Some(&(line, from)) = self.nodes[node].conns.get(&conn) else {
            return;
        };
        self.note(|| format!("{node} {conn:?} {packet:?}"));
        *self.sent.entry(packet.name()).or_default() += 1;
        let mut bytes = Vec::new();
        packet
            .encode(&mut self.encoder, &mut bytes)
            .expect("our own packets can be encoded");
        let damage = self.network.damage.get(&NodeId(node)).copied();
        if damage.is_some_and(|share| self.random.f64() < share) {
            self.damage(line, packet, &mut bytes);
        }
        if self.is_obfuscated(line, from) {
            let frame = std::mem::take(&mut bytes);
            let key = self.random.u32(..).to_le_bytes();
            obfuscation::obfuscate(&frame, key, &mut bytes);
        }
        self.write(line, from, bytes);
    }

    fn is_obfuscated(&self, line: usize, from: usize) -> bool {
        let line = self.lines[line].as_ref();
        line.is_some_and(|line| line.ends[from].obfuscated)
    }

    fn close(&mut self, node: usize, conn: ConnId) {
        self.nodes[node].dials.remove(&conn);
        if let Some((line, end)) = self.nodes[node].conns.remove(&conn) {
            self.note(|| format!("{node} closes {conn:?}"));
            self.hang_up(line, end, CloseReason::Remote);
        }
    }

    fn send_file(&mut self, node: usize, conn: ConnId, sending: Sending) {
        let Some(&(line, from)) = self.nodes[node].conns.get(&conn) else {
            return;
        };
        if let Some(it) = &mut self.lines[line] {
            it.ends[from].sending = Some(sending);
            self.queue
                .push(self.now, Happening::FilePart { line, from });
        }
    }

    fn receive_file(&mut self, node: usize, conn: ConnId, receiving: Receiving) {
        let Some(&(line, at)) = self.nodes[node].conns.get(&conn) else {
            return;
        };
        if let Some(it) = &mut self.lines[line] {
            it.ends[at].receiving = Some(receiving);
            self.queue.push(self.now, Happening::Pump { line, at });
        }
    }

    /// Writes bytes to one end of a line, whole or in pieces.
    fn write(&mut self, line: usize, from: usize, bytes: Vec<u8>) {
        if !self.network.in_pieces {
            return self.transmit(line, from, bytes);
        }
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let (piece, more) = rest.split_at(self.random.usize(1..=rest.len()));
            self.transmit(line, from, piece.to_vec());
            rest = more;
        }
    }

    /// Sends bytes on their way.
    pub(super) fn transmit(&mut self, line: usize, from: usize, mut bytes: Vec<u8>) {
        let Some(arrival) = self.arrival(line, from) else {
            return;
        };
        let Some(it) = &mut self.lines[line] else {
            return;
        };
        let mut fails = false;
        if let Some(left) = &mut it.bytes_left
            && self.network.loss > 0.0
        {
            let most = usize::try_from(*left).unwrap_or(usize::MAX);
            fails = bytes.len() > most;
            bytes.truncate(most);
            *left -= bytes.len() as u64;
        }
        it.ends[from].arrival = arrival;
        let silently = it.fails_silently;
        let to = 1 - from;
        self.queue
            .push(arrival, Happening::Bytes { line, to, bytes });
        if fails {
            self.fail(line, silently);
        }
    }

    /// One end of a line is over; the other hears of it behind all that was sent.
    pub(super) fn hang_up(&mut self, line: usize, from: usize, reason: CloseReason) {
        let arrival = self.arrival(line, from);
        if let Some(it) = &mut self.lines[line] {
            let end = &mut it.ends[from];
            end.state = EndState::Closed;
            end.sending = None;
            end.receiving = None;
        }
        if let Some(arrival) = arrival {
            let to = 1 - from;
            self.queue
                .push(arrival, Happening::Hangup { line, to, reason });
        }
        self.forget_if_over(line);
    }

    /// When what is sent now arrives; `None` when it never does.
    fn arrival(&mut self, line: usize, from: usize) -> Option<std::time::Instant> {
        let it = self.lines[line].as_ref().filter(|line| !line.failed)?;
        let [one, other] = [&it.ends[from], &it.ends[1 - from]];
        let before = one.arrival;
        let separated = self.network.separated_until(self.now, one.node, other.node);
        let departure = separated.unwrap_or(self.now);
        Some(before.max(departure + self.latency()))
    }

    /// The line fails: both ends hear of it, or nobody does.
    pub(super) fn fail(&mut self, line: usize, silently: bool) {
        self.note(|| format!("line {line} fails, silently: {silently}"));
        for to in [0, 1] {
            let arrival = self.arrival(line, 1 - to);
            if silently {
                self.expire(line, to);
            } else if let Some(arrival) = arrival {
                let reason = CloseReason::Network("connection reset".to_owned());
                self.queue
                    .push(arrival, Happening::Hangup { line, to, reason });
            }
        }
        if let Some(line) = &mut self.lines[line] {
            line.failed = true;
        }
    }

    /// Nothing comes through a line any more: the machine at one end finds out after a while.
    pub(super) fn expire(&mut self, line: usize, to: usize) {
        let is_machine = self.lines[line]
            .as_ref()
            .is_some_and(|line| line.ends[to].inbound.is_some());
        if is_machine {
            let reason = CloseReason::Network("timed out".to_owned());
            let time = self.now + self.network.keepalive;
            self.queue
                .push(time, Happening::Hangup { line, to, reason });
        }
    }

    /// Drops a line that nobody holds any more.
    pub(super) fn forget_if_over(&mut self, line: usize) {
        if self.lines[line].as_ref().is_some_and(|line| line.is_over()) {
            self.lines[line] = None;
        }
    }

    pub(super) fn latency(&mut self) -> Duration {
        self.network.latency.draw(&mut self.random)
    }
}
