//! The server's logic: a pure machine, like the client's. Here its parts come together; none knows another one's state.

mod commands;
mod login;
mod requests;

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use slsk_wire::server::{ServerRequest, WishlistInterval};
use slsk_wire::{AnyMessage, FamilyId, Text};

use super::addresses::Addresses;
use super::base::Base;
use super::distributed::Tree;
use super::keeper::Keeper;
use super::lobby::{Lobby, Said};
use super::messages::Messages;
use super::outbox::Outbox;
use super::passwords::Passwords;
use super::rooms::Rooms;
use super::{AccountStore, ServerCommand, ServerConfig, ServerEvent, ServerReply, Stored};
use crate::machine::{ConnId, Effect, Expect, Input, Machine, Packet, WorkDone, WorkId};

/// A whole server without a clock, a socket or a disk.
#[derive(Debug, Default)]
pub struct ServerMachine {
    base: Base,
    addresses: Addresses,
    lobby: Lobby,
    rooms: Rooms,
    messages: Messages,
    tree: Tree,
    passwords: Passwords,
    keeper: Keeper,
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

    /// Keeps accounts and private messages in a store, of which this is the content. Without one they last as long as the
    /// machine.
    #[must_use]
    pub fn kept_in(mut self, store: Arc<dyn AccountStore>, content: Stored) -> Self {
        for account in content.accounts {
            let (name, end) = (&account.username, account.privileged_until);
            self.base.privileges.set_end(name, end, self.unix_time);
            self.base.accounts.restore(account);
        }
        for message in content.messages {
            self.messages.restore(message);
        }
        self.keeper = Keeper::new(store);
        self
    }

    fn received(&mut self, conn: ConnId, request: ServerRequest, out: &mut Outbox<'_>) {
        if let Some(user) = self.base.users.at(conn) {
            let name = user.name.clone();
            return self.request(conn, &name, request, out);
        }
        match self.lobby.says(conn, request) {
            Said::First(ServerRequest::Login(login)) => self.login(conn, login, out),
            Said::First(_) | Said::TooMuch => self.close(conn, out),
            Said::Nothing => {}
        }
    }

    /// Closes a connection and forgets its user.
    fn close(&mut self, conn: ConnId, out: &mut Outbox<'_>) {
        out.close(conn);
        self.gone(conn, out);
    }

    /// Whether somebody from this address may come in. Where all places are taken, a stranger goes for him.
    fn make_room_for(&mut self, ip: IpAddr, out: &mut Outbox<'_>) -> bool {
        let limits = &self.base.config.limits;
        if !self.addresses.may_enter(ip, limits.connections_per_address) {
            return false;
        }
        if limits
            .connections
            .is_none_or(|most| self.addresses.count() < most)
        {
            return true;
        }
        let oldest = self.lobby.oldest();
        oldest.map(|oldest| self.close(oldest, out)).is_some()
    }

    /// Forgets a connection and its user.
    fn gone(&mut self, conn: ConnId, out: &mut Outbox<'_>) {
        self.passwords.forget(self.addresses.lane(conn), conn);
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

    /// What a piece of work has come to.
    fn work_done(&mut self, id: WorkId, done: WorkDone, out: &mut Outbox<'_>) {
        if id == Keeper::WORK {
            let (then, error) = self.keeper.saved(done, out.now);
            for then in then {
                self.then(then, error.as_ref(), out);
            }
            if let Some(error) = error {
                out.emit(ServerEvent::StoreFailed(error));
            }
        } else if let Some((purpose, answer)) = self.passwords.done(id, done) {
            self.worked_on(purpose, answer, out);
        }
    }

    /// Hands out the work that there is.
    fn give_work(&mut self, out: &mut Outbox<'_>) {
        self.passwords.work(self.keeper.store(), out);
        let (accounts, privileges) = (&self.base.accounts, &self.base.privileges);
        self.keeper
            .save(|name| accounts.stored(name, privileges.end(name)), out);
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
        let began = *self.began.get_or_insert(now);
        let time = self.unix_time + (now - began).as_secs();
        let out = &mut Outbox::new(now, time, effects);
        match input {
            Input::Command(id, command) => self.command(id, command, out),
            Input::Accepted { conn, remote, .. } => {
                if self.make_room_for(remote.ip(), out) {
                    self.addresses.enter(conn, remote.ip());
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
                for name in self.base.privileges.ended(time) {
                    self.keeper.account(&name);
                    self.privileges_changed(&name, out);
                }
                self.tree.tick(&self.base, out);
            }
            Input::WorkDone(id, done) => self.work_done(id, done, out),
            // A frame that makes no sense is skipped. A server dials nobody and moves no files.
            _ => {}
        }
        self.give_work(out);
    }

    fn deadline(&self) -> Option<Instant> {
        let privileges = self.base.privileges.next_end().zip(self.began);
        let privileges = privileges.and_then(|(end, began)| {
            began.checked_add(Duration::from_secs(end.saturating_sub(self.unix_time)))
        });
        let deadlines = [
            privileges,
            self.lobby.deadline(),
            self.tree.deadline(),
            self.keeper.deadline(),
        ];
        deadlines.into_iter().flatten().min()
    }
}
