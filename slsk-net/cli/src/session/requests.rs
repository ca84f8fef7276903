//! Requests to be connected to, as the server connections of a capture show them.
//!
//! The side that answers such a request says nothing but its token, so that what the connection is for, and
//! who is at its ends, must be looked up.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use slsk_wire::init::ConnectionKind;
use slsk_wire::server::{ConnectToPeer, IncomingConnectToPeer, ServerRequest, ServerResponse};

use super::names::{client_of, messages};
use super::plan::Plan;
use super::{Event, Name};
use crate::capture::Connection;

/// All requests of a capture.
#[derive(Debug, Default)]
pub(super) struct Requests {
    list: Vec<Request>,
    /// Where in the list the last one is, by what is asked for and the time.
    places: BTreeMap<(Key, Duration), usize>,
}

/// What a request is looked up by; `None` stands for any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    token: u32,
    /// Where the one who asks can be reached: the address, and the port where known.
    asker: Option<(IpAddr, Option<u16>)>,
    /// From where the one who was asked talks to the server.
    asked: Option<IpAddr>,
}

/// A request, as it left one client or as it reached the other.
#[derive(Clone, Debug)]
pub(super) struct Request {
    /// What the connection is for.
    pub(super) kind: ConnectionKind,
    /// Who wants to be connected to.
    pub(super) asker: Name,
    /// Who shall connect.
    pub(super) asked: Name,
    time: Duration,
    /// Where the one who asks can be reached, as far as known.
    asker_place: Place,
    /// From where the one who was asked talks to the server, where known.
    asked_ip: Option<IpAddr>,
}

/// What is known of the address where somebody listens.
#[derive(Clone, Debug)]
enum Place {
    /// From where he talks to the server.
    Ip(IpAddr),
    /// What the server told: the address, the port, the obfuscated port.
    Ports(Ipv4Addr, u32, Option<u32>),
}

impl Place {
    fn is(&self, address: SocketAddr) -> bool {
        match self {
            Self::Ip(ip) => *ip == address.ip(),
            Self::Ports(ip, plain, obfuscated) => {
                let port = u32::from(address.port());
                *ip == address.ip() && (*plain == port || *obfuscated == Some(port))
            }
        }
    }

    /// The addresses that [`is`](Self::is) is true for; without a port for all ports.
    fn addresses(&self) -> impl Iterator<Item = (IpAddr, Option<u16>)> {
        let (ip, ports) = match *self {
            Self::Ip(ip) => (ip, [Some(None), None]),
            Self::Ports(ip, plain, obfuscated) => {
                let port = |port: u32| u16::try_from(port).ok().map(Some);
                (ip.into(), [port(plain), obfuscated.and_then(port)])
            }
        };
        ports.into_iter().flatten().map(move |port| (ip, port))
    }
}

impl Requests {
    /// Takes in the requests on a server connection.
    pub(super) fn learn(&mut self, connection: &Connection, plan: &Plan, events: &[Event]) {
        let mut us = Name::Unknown;
        let Some(client) = client_of(connection, plan) else {
            return;
        };
        for (time, message) in messages(events) {
            let (token, request) = match message {
                Ok(ServerRequest::Login(login)) => {
                    us = Name::User(login.username);
                    continue;
                }
                Ok(ServerRequest::ConnectToPeer(ConnectToPeer {
                    token,
                    username,
                    kind,
                })) => {
                    let request = Request {
                        kind,
                        asker: us.clone(),
                        asked: Name::User(username),
                        time,
                        asker_place: Place::Ip(client.ip()),
                        asked_ip: None,
                    };
                    (token, request)
                }
                Err(ServerResponse::ConnectToPeer(message)) => {
                    let IncomingConnectToPeer {
                        username,
                        kind,
                        ip,
                        port,
                        token,
                        obfuscated_port,
                        ..
                    } = message;
                    let request = Request {
                        kind,
                        asker: Name::User(username),
                        asked: us.clone(),
                        time,
                        asker_place: Place::Ports(ip, port, obfuscated_port),
                        asked_ip: Some(client.ip()),
                    };
                    (token, request)
                }
                _ => continue,
            };
            self.add(token, request);
        }
    }

    fn add(&mut self, token: u32, request: Request) {
        let askers = request.asker_place.addresses().map(Some).chain([None]);
        let mut add = |asker, asked| {
            let key = Key {
                token,
                asker,
                asked,
            };
            self.places.insert((key, request.time), self.list.len());
        };
        for asker in askers {
            add(asker, None);
            if request.asked_ip.is_some() {
                add(asker, request.asked_ip);
            }
        }
        self.list.push(request);
    }

    /// The request that `connection`, which begins with this token, answers.
    ///
    /// Tokens are small numbers of each client's own, so others may have the same: addresses decide, then the
    /// time.
    pub(super) fn find(&self, connection: &Connection, token: u32) -> Option<&Request> {
        let began = connection.segments.first()?.time;
        let (acceptor, initiator) = (connection.acceptor, connection.initiator.ip());
        let ip = acceptor.ip();
        // The best of all is the nearest with one of these keys.
        let askers = [Some((ip, Some(acceptor.port()))), Some((ip, None)), None];
        let keys = askers.into_iter().flat_map(|asker| {
            [Some(initiator), None].map(|asked| Key {
                token,
                asker,
                asked,
            })
        });
        let nearest = keys.filter_map(|key| self.nearest(key, began));
        let best = nearest.max_by_key(|&place| {
            let request = self.list.get(place)?;
            let from_there = request.asker_place.is(acceptor);
            let from_him = request.asked_ip == Some(initiator);
            let before = request.time <= began;
            let distance = request.time.abs_diff(began);
            Some((from_there, from_him, before, Reverse(distance), place))
        });
        self.list.get(best?)
    }

    /// The place of the last request up to this time, else of the next one.
    fn nearest(&self, key: Key, time: Duration) -> Option<usize> {
        let mut before = self.places.range((key, Duration::ZERO)..=(key, time));
        let after = || self.places.range((key, time)..=(key, Duration::MAX)).next();
        before.next_back().or_else(after).map(|(_, place)| *place)
    }
}

#[cfg(test)]
mod tests;
