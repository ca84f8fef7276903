//! What happens, and what the machines hear of it.

use std::net::SocketAddr;
use std::time::Duration;

use slsk_net::machine::{CloseReason, Command, ConnId, Fault, FileError, Input, Packet, Route};
use slsk_wire::{DecodeError, FrameError};

use super::World;
use super::line::{End, EndState, Line};
use super::node::{Actor, Firewall, Power};
use super::queue::Happening;
use super::stranger::Happened;

/// How much of a file is written at once, in bytes.
const FILE_PART: usize = 16 * 1024;
/// The longest time from one part to the next.
const FILE_PART_TIME: Duration = Duration::from_millis(10);
/// Within which time a connection that shall fail does so.
const LIFETIME: Duration = Duration::from_mins(10);
/// Within how many bytes.
const LIFETIME_BYTES: u64 = 20_000;

/// The inputs that do not depend on the machine.
enum Net {
    Accepted(ConnId, SocketAddr, bool),
    Connected(ConnId),
    Failed(ConnId, String),
    Received(ConnId, Packet),
    Malformed(ConnId, DecodeError),
    Arriving(ConnId),
    Closed(ConnId, CloseReason),
    FileProgress(ConnId, u64),
    FileDone(ConnId, Result<(), FileError>),
}

/// What one end has come to.
enum Step {
    Input(Net),
    Write(std::path::PathBuf, Vec<u8>),
    /// What comes is no sequence of frames.
    Nonsense(CloseReason),
    /// The other side has ended it and all is read.
    End(CloseReason),
}

impl World {
    pub(super) fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Alarm { node } => self.alarm(node),
            Happening::Knock {
                node,
                life,
                conn,
                route,
            } => {
                let it = &self.nodes[node];
                if it.life == life && it.is_on() && it.dials.contains(&conn) {
                    self.knock(node, conn, route);
                }
            }
            Happening::Connected { line } => self.connected(line),
            Happening::Failed {
                node,
                life,
                conn,
                problem,
            } => {
                let it = &mut self.nodes[node];
                if it.life == life && it.is_on() && it.dials.remove(&conn) {
                    self.net_input(node, Net::Failed(conn, problem.to_owned()));
                }
            }
            Happening::Bytes { line, to, bytes } => self.arrive(line, to, &bytes),
            Happening::Pump { line, at } => self.pump(line, at),
            Happening::Hangup { line, to, reason } => self.ended(line, to, reason),
            Happening::FilePart { line, from } => self.file_part(line, from),
            Happening::Break { line, silently } => {
                if self.network.loss > 0.0 {
                    self.fail(line, silently);
                }
            }
            Happening::Done { node, life, input } => self.done(node, life, *input),
        }
    }

    /// Sets the alarm of a node to its deadline.
    pub(super) fn set_alarm(&mut self, node: usize) {
        let it = &mut self.nodes[node];
        let Some(deadline) = it.actor.deadline().filter(|_| it.power == Power::On) else {
            return;
        };
        let time = deadline.max(self.now);
        if it.alarm.is_none_or(|alarm| alarm > time) {
            it.alarm = Some(time);
            self.queue.push(time, Happening::Alarm { node });
        }
    }

    fn alarm(&mut self, node: usize) {
        let now = self.now;
        let it = &mut self.nodes[node];
        if it.alarm != Some(now) || !it.is_on() {
            return;
        }
        it.alarm = None;
        if it.actor.deadline().is_some_and(|deadline| deadline <= now) {
            it.ticks += 1;
            match it.actor {
                Actor::Client(_) => self.client_input(node, Input::Tick),
                Actor::Server(_) => self.server_input(node, Input::Tick),
                Actor::Stranger(_) => self.stranger_input(node, Happened::Alarm),
            }
            let next = self.nodes[node].actor.deadline();
            assert!(
                next.is_none_or(|next| next > now),
                "machine {node} ticks without end: {:?}",
                self.nodes[node].actor
            );
        }
        self.set_alarm(node);
    }

    /// A dial comes to where it goes.
    fn knock(&mut self, node: usize, conn: ConnId, route: Route) {
        let refused = match self.ports.get(&route.address) {
            None => true,
            Some(&(other, obfuscated)) => {
                let it = &self.nodes[other];
                let separated = self.network.separated_until(self.now, node, other);
                let chance = self.random.f64() < self.network.hanging_dials;
                if it.power == Power::Dark || separated.is_some() || chance {
                    return;
                }
                let firewall = if node == other {
                    Firewall::Open
                } else {
                    it.firewall
                };
                match firewall {
                    Firewall::Drops => return,
                    Firewall::Refuses => true,
                    Firewall::Open if it.power == Power::Off => true,
                    Firewall::Open if self.random.f64() < self.network.refused_dials => true,
                    Firewall::Open => {
                        self.meet(node, conn, route, other, obfuscated);
                        false
                    }
                }
            }
        };
        if refused {
            let time = self.now + self.latency();
            let failed = Happening::Failed {
                node,
                life: self.nodes[node].life,
                conn,
                problem: "connection refused",
            };
            self.queue.push(time, failed);
        }
    }

    /// Makes the line of a dial that has got through.
    fn meet(&mut self, node: usize, conn: ConnId, route: Route, other: usize, obfuscated: bool) {
        let connected = self.now + self.latency();
        let accepted = self.nodes[other].next_accepted();
        let mut ends = [
            End::new(node, conn, EndState::Dialling, connected),
            End::new(other, accepted, EndState::Open, connected),
        ];
        for (end, obfuscated) in ends.iter_mut().zip([route.obfuscated, obfuscated]) {
            if self.nodes[end.node].actor.is_machine() {
                end.parse(obfuscated);
            }
        }
        let honest = ends.iter().all(|end| end.inbound.is_some()) && route.obfuscated == obfuscated;
        let line = self.lines.len();
        let mut bytes_left = None;
        let fails_silently = self.random.f64() < self.network.silent_loss;
        if self.random.f64() < self.network.loss {
            if self.random.bool() {
                bytes_left = Some(self.random.u64(0..LIFETIME_BYTES));
            } else {
                let time = self.now + LIFETIME.mul_f64(self.random.f64());
                let silently = fails_silently;
                self.queue.push(time, Happening::Break { line, silently });
            }
        }
        self.lines.push(Some(Box::new(Line {
            ends,
            bytes_left,
            fails_silently,
            failed: false,
            honest,
        })));
        self.note(|| format!("{node} {conn:?} reaches {other} {accepted:?}, line {line}"));
        self.obfuscated += u64::from(honest && obfuscated);
        self.nodes[node].dials.remove(&conn);
        self.nodes[node].conns.insert(conn, (line, 0));
        self.nodes[other].conns.insert(accepted, (line, 1));
        self.queue.push(connected, Happening::Connected { line });
        let remote = self.nodes[node].outgoing_address();
        self.net_input(other, Net::Accepted(accepted, remote, obfuscated));
    }

    fn connected(&mut self, line: usize) {
        let Some(it) = &mut self.lines[line] else {
            return;
        };
        let end = &mut it.ends[0];
        if end.state == EndState::Dialling {
            end.state = EndState::Open;
            let (node, conn) = (end.node, end.conn);
            self.net_input(node, Net::Connected(conn));
        }
    }

    fn arrive(&mut self, line: usize, to: usize, bytes: &[u8]) {
        let Some(it) = &mut self.lines[line] else {
            return;
        };
        let end = &mut it.ends[to];
        let (node, conn) = (end.node, end.conn);
        if end.state == EndState::Unknown {
            let reason = CloseReason::Network("connection reset".to_owned());
            return self.hang_up(line, to, reason);
        }
        if !end.is_open() || self.nodes[node].power == Power::Dark {
            return;
        }
        end.has_received = true;
        match (&mut end.inbound, &mut end.receiving) {
            (None, _) => self.stranger_input(node, Happened::Bytes(conn, bytes)),
            (Some(_), Some(receiving)) => {
                receiving.bytes.extend_from_slice(bytes);
                self.pump(line, to);
            }
            (Some(inbound), None) => {
                inbound.push(bytes);
                self.pump(line, to);
            }
        }
    }

    /// Hands in whatever has become whole at one end.
    fn pump(&mut self, line: usize, at: usize) {
        while let Some(step) = self.next_step(line, at) {
            let Some(it) = &mut self.lines[line] else {
                return;
            };
            let (node, conn) = (it.ends[at].node, it.ends[at].conn);
            match step {
                Step::Input(input) => self.net_input(node, input),
                Step::Write(path, bytes) => {
                    let result = self.nodes[node].disk.write(path, bytes);
                    self.net_input(node, Net::FileDone(conn, result));
                }
                Step::Nonsense(reason) => {
                    self.nodes[node].conns.remove(&conn);
                    self.hang_up(line, at, CloseReason::Remote);
                    self.net_input(node, Net::Closed(conn, reason));
                }
                Step::End(reason) => self.close_end(line, at, reason),
            }
        }
    }

    fn next_step(&mut self, line: usize, at: usize) -> Option<Step> {
        let it = self.lines[line].as_mut()?;
        let honest = it.honest;
        let end = &mut it.ends[at];
        if !end.is_open() || !self.nodes[end.node].is_on() {
            return None;
        }
        let conn = end.conn;
        let inbound = end.inbound.as_mut()?;
        if let Some(receiving) = &mut end.receiving {
            receiving.bytes.extend_from_slice(&inbound.take_rest());
            let size = usize::try_from(receiving.size).unwrap_or(usize::MAX);
            if receiving.bytes.len() >= size {
                receiving.bytes.truncate(size);
                let whole = end.receiving.take()?;
                return Some(Step::Write(whole.path, whole.bytes));
            }
            let have = receiving.bytes.len() as u64;
            if end.ended.is_some() {
                end.receiving = None;
                let lost = FileError::Connection("the other side closed it".to_owned());
                return Some(Step::Input(Net::FileDone(conn, Err(lost))));
            }
            let news = have > receiving.reported;
            receiving.reported = have;
            return news.then_some(Step::Input(Net::FileProgress(conn, have)));
        }
        match inbound.next_packet(&self.nodes[end.node].searches) {
            Ok(Some(packet)) => Some(Step::Input(Net::Received(conn, packet))),
            Ok(None) if inbound.has_moved() => Some(Step::Input(Net::Arriving(conn))),
            Ok(None) if inbound.wants_bytes() => end.ended.take().map(Step::End),
            Ok(None) => None,
            Err(fault) => {
                // A share list that is not awaited any more is refused by its length.
                let refused = matches!(fault, Fault::Frame(FrameError::TooLong { limit: 0, .. }));
                assert!(!honest || refused, "our own bytes do not parse: {fault:?}");
                Some(match fault {
                    Fault::Decode(error, ..) => Step::Input(Net::Malformed(conn, error)),
                    Fault::Frame(error) => Step::Nonsense(CloseReason::Frame(error)),
                })
            }
        }
    }

    /// The other side has ended a line, or it has failed: whoever reads or writes at this end hears of it.
    fn ended(&mut self, line: usize, to: usize, reason: CloseReason) {
        let Some(it) = &mut self.lines[line] else {
            return;
        };
        let end = &mut it.ends[to];
        if !self.nodes[end.node].is_on() {
            return;
        }
        let (node, conn) = (end.node, end.conn);
        match end.state {
            EndState::Closed | EndState::Unknown => {}
            EndState::Dialling => {
                end.state = EndState::Closed;
                self.nodes[node].conns.remove(&conn);
                self.forget_if_over(line);
                self.net_input(node, Net::Failed(conn, reason.to_string()));
            }
            EndState::Open if end.sending.take().is_some() => {
                let lost = FileError::Connection(reason.to_string());
                self.net_input(node, Net::FileDone(conn, Err(lost)));
                self.close_end(line, to, reason);
            }
            EndState::Open if end.inbound.is_none() => self.close_end(line, to, reason),
            EndState::Open => {
                end.ended = Some(reason);
                self.pump(line, to);
            }
        }
    }

    /// One end hears that the line is over.
    fn close_end(&mut self, line: usize, at: usize, reason: CloseReason) {
        let Some(end) = self.lines[line].as_mut().map(|line| &mut line.ends[at]) else {
            return;
        };
        if end.is_open() {
            end.state = EndState::Closed;
            let (node, conn) = (end.node, end.conn);
            self.nodes[node].conns.remove(&conn);
            self.forget_if_over(line);
            self.net_input(node, Net::Closed(conn, reason));
        }
    }

    fn file_part(&mut self, line: usize, from: usize) {
        let Some(end) = self.lines[line].as_mut().map(|line| &mut line.ends[from]) else {
            return;
        };
        let (node, conn) = (end.node, end.conn);
        if !end.is_open() || !self.nodes[node].is_on() {
            return;
        }
        let Some(sending) = &mut end.sending else {
            return;
        };
        if sending.rest.is_empty() {
            end.sending = None;
            return self.net_input(node, Net::FileDone(conn, Ok(())));
        }
        let count = sending.rest.len().min(FILE_PART);
        let part = sending.rest.split_to(count).to_vec();
        sending.sent += count as u64;
        let sent = sending.sent;
        self.transmit(line, from, part);
        self.net_input(node, Net::FileProgress(conn, sent));
        let next = self.now + FILE_PART_TIME.mul_f64(self.random.f64());
        self.queue.push(next, Happening::FilePart { line, from });
    }

    /// What a client has had done elsewhere is done.
    fn done(&mut self, node: usize, life: u32, input: Input<Command>) {
        let it = &self.nodes[node];
        let is_for_somebody = match &input {
            Input::FileDone(conn, _) => it.conns.contains_key(conn),
            _ => true,
        };
        if it.life == life && it.is_on() && is_for_somebody {
            self.client_input(node, input);
        }
    }

    fn net_input(&mut self, node: usize, net: Net) {
        let it = &self.nodes[node];
        if !it.is_on() {
            return;
        }
        match it.actor {
            Actor::Client(_) => self.client_input(node, net.into_input()),
            Actor::Server(_) => self.server_input(node, net.into_input()),
            Actor::Stranger(_) => {
                let happened = match net {
                    Net::Accepted(conn, ..) => Happened::Accepted(conn),
                    Net::Connected(conn) => Happened::Connected(conn),
                    Net::Failed(conn, _) => Happened::Failed(conn),
                    Net::Closed(conn, _) => Happened::Closed(conn),
                    _ => return,
                };
                self.stranger_input(node, happened);
            }
        }
    }
}

impl Net {
    fn into_input<C>(self) -> Input<C> {
        match self {
            Self::Accepted(conn, remote, obfuscated) => Input::Accepted {
                conn,
                remote,
                obfuscated,
            },
            Self::Connected(conn) => Input::Connected(conn),
            Self::Failed(conn, problem) => Input::DialFailed(conn, problem),
            Self::Received(conn, packet) => Input::Received(conn, packet),
            Self::Malformed(conn, error) => Input::Malformed(conn, error),
            Self::Arriving(conn) => Input::Arriving(conn),
            Self::Closed(conn, reason) => Input::Closed(conn, reason),
            Self::FileProgress(conn, bytes) => Input::FileProgress(conn, bytes),
            Self::FileDone(conn, result) => Input::FileDone(conn, result),
        }
    }
}
