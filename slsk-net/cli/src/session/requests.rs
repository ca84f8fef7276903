//! Requests to be connected to, as the server connections of a capture show them.
//!
//! The side that answers such a request says nothing but its token, so that what the connection is for, and
//! who is at its ends, must be looked up.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use slsk_wire::init::ConnectionKind;
use slsk_wire::server::{ConnectToPeer, IncomingConnectToPeer, ServerRequest, ServerResponse};

use super::names::{client_of, messages};
use super::plan::Plan;
use super::{Event, Name};
use crate::capture::Connection;

/// All requests of a capture, by token.
#[derive(Debug, Default)]
pub(super) struct Requests {
    by_token: BTreeMap<u32, Vec<Request>>,
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
            self.by_token.entry(token).or_default().push(request);
        }
    }

    /// The request that `connection`, which begins with this token, answers.
    ///
    /// Tokens are small numbers of each client's own, so others may have the same: addresses decide, then the
    /// time.
    pub(super) fn find(&self, connection: &Connection, token: u32) -> Option<&Request> {
        let began = connection.segments.first()?.time;
        self.by_token.get(&token)?.iter().max_by_key(|request| {
            let from_there = request.asker_place.is(connection.acceptor);
            let from_him = request.asked_ip == Some(connection.initiator.ip());
            let before = request.time <= began;
            let distance = request.time.abs_diff(began);
            (from_there, from_him, before, std::cmp::Reverse(distance))
        })
    }
}
