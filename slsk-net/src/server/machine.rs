//! The server's logic: a pure machine, like the client's. Here its parts come together; none knows another one's state.

mod commands;
mod login;
mod requests;

use std::collections::BTreeSet;
use std::time::Instant;

use slsk_wire::server::{ServerRequest, WishlistInterval};
use slsk_wire::{AnyMessage, FamilyId, Text};

use super::addresses::Addresses;
use super::base::Base;
use super::distributed::Tree;
use super::lobby::Lobby;
use super::messages::Messages;
use super::outbox::Outbox;
use super::rooms::Rooms;
use super::{ServerCommand, ServerConfig, ServerEvent, ServerReply};
use crate::machine::{ConnId, Effect, Expect, Input, Machine, Packet};

/// A whole server without a clock, a socket or a disk.
#[derive(Debug, Default)]
pub struct ServerMachine {
    base: Base,
    addresses: Addresses,
    lobby: Lobby,
    rooms: Rooms,
    messages: Messages,
    tree: Tree,
    /// The time of day when the machine began, in seconds since 1970, and the time of its first input.
    unix_time: u64,
    began: Option<Instant>,
}

impl ServerMachine {
    /// A server without accounts.
    #[must_use]
    pub fn new(config: ServerConfig) -> Self {
        Self {
            base: Base {
                config,
                ..Base::default()
            },
            ..Self::default()
        }
    }

    /// Tells the machine the time of day, in seconds since 1970. Private messages carry it; it is 1970 otherwise.
    #[must_use]
    pub fn at(mut self, unix_time: u64) -> Self {
        self.unix_time = unix_time;
        self
    }

    fn received(&mut self, conn: ConnId, request: ServerRequest, out: &mut Outbox<'_>) {
        if let Some(user) = self.base.users.at(conn) {
            let name = user.name.clone();
            return self.request(conn, &name, request, out);
        }
        match (self.lobby.get(conn), request) {
            // What clients send in one breath with a login that was refused.
            (Some(stranger), _) if stranger.refused => {}
            (Some(_), ServerRequest::Login(login)) => self.login(conn, &login, out),
            _ => self.close(conn, out),
        }
    }

    /// Closes a connection and forgets its user.
    fn close(&mut self, conn: ConnId, out: &mut Outbox<'_>) {
        out.close(conn);
        self.gone(conn, out);
    }

    /// Forgets a connection and its user.
    fn gone(&mut self, conn: ConnId, out: &mut Outbox<'_>) {
        self.addresses.leave(conn);
        self.lobby.leave(conn);
        let Some(user) = self.base.users.log_out(conn) else {
            return;
        };
        self.tree.log_out(conn);
        self.rooms.log_out(conn, &user.name, out);
        self.tell_status(&user.name, out);
        out.emit(ServerEvent::LoggedOut(user.name));
    }

    /// Tells everybody who watches a user, or is in a room with him, how he is now.
    fn tell_status(&self, name: &Text, out: &mut Outbox<'_>) {
        out.send_all(self.audience(name), self.base.status(name.clone()));
    }

    /// The same for his statistics.
    fn tell_stats(&self, name: &Text, out: &mut Outbox<'_>) {
        out.send_all(self.audience(name), self.base.stats(name.clone()));
    }

    fn audience(&self, name: &Text) -> BTreeSet<ConnId> {
        let conn = self.base.users.conn_of(name);
        let mates = conn.into_iter().flat_map(|conn| self.rooms.mates(conn));
        self.base.users.watchers(name).chain(mates).collect()
    }

    /// A user has privileges now, or no longer.
    fn privileges_changed(&self, name: &Text, out: &mut Outbox<'_>) {
        self.tell_status(name, out);
        if let Some(conn) = self.base.users.conn_of(name) {
            let seconds = self.base.wishlist_interval(name);
            out.send(conn, WishlistInterval { seconds });
        }
    }

    /// The time of day, in seconds since 1970.
    fn time(&self, now: Instant) -> u32 {
        let elapsed = self.began.map_or(0, |began| (now - began).as_secs());
        u32::try_from(self.unix_time.saturating_add(elapsed)).unwrap_or(u32::MAX)
    }
}

impl Machine for ServerMachine {
    type Command = ServerCommand;
    type Reply = ServerReply;
    type Event = ServerEvent;

    fn handle(
        &mut self,
        now: Instant,
        input: Input<ServerCommand>,
        effects: &mut Vec<Effect<ServerReply, ServerEvent>>,
    ) {
        self.began.get_or_insert(now);
        let out = &mut Outbox::new(now, effects);
        match input {
            Input::Command(id, command) => self.command(id, command, out),
            Input::Accepted { conn, remote, .. } => {
                let most = self.base.config.limits.connections_per_address;
                if self.addresses.enter(conn, remote.ip(), most) {
                    self.lobby.enter(conn, now);
                    let requests = Expect::Messages(FamilyId::ServerRequest);
                    out.effect(Effect::Expect(conn, requests));
                } else {
                    out.close(conn);
                }
            }
            Input::Received(conn, Packet::Message(AnyMessage::ServerRequest(request))) => {
                self.received(conn, request, out);
            }
            Input::Closed(conn, _) => self.gone(conn, out),
            Input::Tick => {
                for conn in self.lobby.late(now) {
                    self.close(conn, out);
                }
                for name in self.base.privileges.ended(now) {
                    self.privileges_changed(&name, out);
                }
                self.tree.tick(&self.base, out);
            }
            // A frame that makes no sense is skipped. A server dials nobody and moves no files.
            _ => {}
        }
    }

    fn deadline(&self) -> Option<Instant> {
        let deadlines = [
            self.lobby.deadline(),
            self.base.privileges.deadline(),
            self.tree.deadline(),
        ];
        deadlines.into_iter().flatten().min()
    }
}
