//! Who is who, as the server connections of a capture tell.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use slsk_wire::server::{ServerRequest, ServerResponse};
use slsk_wire::{Decoder, FamilyId, Text};

use super::plan::{Plan, Protocol};
use super::{Event, Name, What};
use crate::capture::{Connection, Side};

/// The users behind addresses.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// By the address where they listen.
    listening: BTreeMap<SocketAddr, Text>,
    /// By the address from where they have logged in; `None` for several users.
    logged_in: BTreeMap<IpAddr, Option<Text>>,
    /// By the address of their end of a server connection.
    clients: BTreeMap<SocketAddr, Text>,
}

impl Names {
    /// Takes in what a server connection tells.
    pub(super) fn learn(&mut self, connection: &Connection, plan: &Plan, events: &[Event]) {
        let Some(client) = client_of(connection, plan) else {
            return;
        };
        for (_, message) in messages(events) {
            match message {
                Ok(ServerRequest::Login(login)) => {
                    let name = login.username;
                    self.logged_in
                        .entry(client.ip())
                        .and_modify(|known| {
                            if known.as_ref() != Some(&name) {
                                *known = None;
                            }
                        })
                        .or_insert_with(|| Some(name.clone()));
                    self.clients.insert(client, name);
                }
                Err(ServerResponse::GetPeerAddress(answer)) => {
                    let obfuscated = answer.obfuscated_port.map(u32::from);
                    self.listens(&answer.username, answer.ip, [Some(answer.port), obfuscated]);
                }
                Err(ServerResponse::ConnectToPeer(request)) => {
                    let ports = [Some(request.port), request.obfuscated_port];
                    self.listens(&request.username, request.ip, ports);
                }
                Err(ServerResponse::PossibleParents(list)) => {
                    for parent in list.parents {
                        self.listens(&parent.username, parent.ip, [Some(parent.port), None]);
                    }
                }
                _ => {}
            }
        }
    }

    fn listens(&mut self, name: &Text, ip: Ipv4Addr, ports: [Option<u32>; 2]) {
        for port in ports.into_iter().flatten() {
            if let Ok(port @ 1..) = u16::try_from(port) {
                self.listening.insert((ip, port).into(), name.clone());
            }
        }
    }

    /// The user at an end of a connection between peers.
    pub(super) fn of(&self, address: SocketAddr) -> Name {
        let by_ip = || self.logged_in.get(&address.ip())?.as_ref();
        match self.listening.get(&address).or_else(by_ip) {
            Some(name) => Name::User(name.clone()),
            None => Name::Unknown,
        }
    }

    /// Initiator and acceptor of a server connection.
    pub(super) fn at_server(&self, connection: &Connection, plan: &Plan) -> (Name, Name) {
        let Protocol::Server { client } = plan.protocol else {
            return (Name::Unknown, Name::Unknown);
        };
        let user = |address| match self.clients.get(&address) {
            Some(name) => Name::User(name.clone()),
            None => Name::Unknown,
        };
        match client {
            Side::Initiator => (user(connection.initiator), Name::Server),
            Side::Acceptor => (Name::Server, user(connection.acceptor)),
        }
    }
}

/// The address of the client on a server connection.
pub(super) fn client_of(connection: &Connection, plan: &Plan) -> Option<SocketAddr> {
    match plan.protocol {
        Protocol::Server {
            client: Side::Initiator,
        } => Some(connection.initiator),
        Protocol::Server {
            client: Side::Acceptor,
        } => Some(connection.acceptor),
        _ => None,
    }
}

/// The messages on a server connection that can be decoded, with their times.
pub(super) fn messages(
    events: &[Event],
) -> impl Iterator<Item = (Duration, Result<ServerRequest, ServerResponse>)> {
    let mut decoder = Decoder::default();
    events.iter().filter_map(move |event| {
        let What::Frame { family, frame, .. } = &event.what else {
            return None;
        };
        let message = match family {
            FamilyId::ServerRequest => Ok(decoder.decode(frame).ok()?.message),
            FamilyId::ServerResponse => Err(decoder.decode(frame).ok()?.message),
            _ => return None,
        };
        Some((event.time, message))
    })
}
