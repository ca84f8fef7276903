//! Users who want us to connect to them, because they may not reach us themselves.

use std::time::Instant;

use slsk_wire::Text;
use slsk_wire::init::{ConnectionKind, InitMessage, PierceFirewall};
use slsk_wire::server::{CantConnectToPeer, IncomingConnectToPeer};

use super::address::{Address, Routes};
use super::handshake::is_plausible_name;
use super::link::{Caller, Link};
use super::queue::{Dial, Lane};
use super::table::Timed;
use super::wish::Purpose;
use super::{Peers, QUEUE_TIME};
use crate::machine::ConnId;
use crate::machine::outbox::{Out, Outbox};

/// How many invitations are followed at a time.
const MAX_INVITATIONS: usize = 256;
/// How many of one user.
const MAX_OF_USER: usize = 4;

/// A wish of another user's.
#[derive(Debug)]
pub(super) struct Invitation {
    pub(super) user: Text,
    kind: ConnectionKind,
    /// What we bring, so that he knows which wish of his it is.
    token: u32,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// Too many connections are open.
    Queued {
        routes: Routes,
        until: Instant,
    },
    Dialling(ConnId),
}

impl Timed for Invitation {
    /// The dial has a deadline of its own.
    fn deadline(&self) -> Option<Instant> {
        match self.stage {
            Stage::Queued { until, .. } => Some(until),
            Stage::Dialling(_) => None,
        }
    }
}

impl Peers {
    /// A user wants us to connect to him.
    pub(in crate::machine) fn invited(&mut self, wish: &IncomingConnectToPeer, out: &mut Outbox) {
        let name = wish.username.detach();
        if !is_plausible_name(&name) || matches!(wish.kind, ConnectionKind::Other(_)) {
            return;
        }
        let address = Address::of_invitation(wish);
        if let Some(address) = &address {
            // The server has just told where he is: perhaps he is here already.
            self.addresses.learn(&name, *address, out.now);
            self.check_links(&name, Some(address.ip()), out);
        }
        if self.has(&name, &wish.kind) {
            return self.forget_if_idle(&name);
        }
        let routes = address.and_then(|address| address.routes(self.config.obfuscation));
        let id = self.next_invitation;
        let is_full = self.invitations.len() >= MAX_INVITATIONS
            || self.user(&name).invitations.len() >= MAX_OF_USER;
        let queued = routes
            .filter(|_| !is_full && self.queue.push(Lane::Answers, &name, Dial::Invitation(id)));
        let Some(routes) = queued else {
            refuse(wish.token, &name, out);
            return self.forget_if_idle(&name);
        };
        self.next_invitation += 1;
        self.user(&name).invitations.insert(id);
        let invitation = Invitation {
            user: name,
            kind: wish.kind.clone(),
            token: wish.token,
            stage: Stage::Queued {
                routes,
                until: out.now + QUEUE_TIME,
            },
        };
        self.invitations.insert(id, invitation);
        self.serve(out);
    }

    /// Whether such a connection exists or is being made. Each file has one of its own.
    fn has(&mut self, name: &Text, kind: &ConnectionKind) -> bool {
        let (purpose, exists) = match (kind, self.users.get(name)) {
            (ConnectionKind::Peer, Some(user)) => (Purpose::Messages, user.messages.is_some()),
            (ConnectionKind::Distributed, Some(user)) => {
                (Purpose::Distributed, user.distributed.is_some())
            }
            _ => return false,
        };
        exists
            || self.wish_for(name, purpose).is_some()
            || self.invitation_for(name, kind).is_some()
    }

    /// There is room for the dial now.
    pub(super) fn dial_invitation(&mut self, id: u64, out: &mut Outbox) {
        let stage = self
            .invitations
            .get(&id)
            .map(|invitation| &invitation.stage);
        if let Some(&Stage::Queued { routes, .. }) = stage {
            let conn = self.dial(Dial::Invitation(id), routes, out);
            self.invitation_dialled(id, conn);
        }
    }

    /// The invitation is followed on this connection, perhaps after another.
    pub(super) fn invitation_dialled(&mut self, id: u64, conn: ConnId) {
        let dialling = Stage::Dialling(conn);
        self.invitations.change(&id, |it| it.stage = dialling);
    }

    /// We have reached him.
    pub(super) fn invitation_followed(&mut self, conn: ConnId, id: u64, out: &mut Outbox) {
        // Taken out first, so that the end of the invitation does not close it.
        let Some(Link { line, .. }) = self.links.remove(conn) else {
            return;
        };
        let Some(invitation) = self.end_invitation(id, out) else {
            return out.close(conn);
        };
        let Invitation {
            user, kind, token, ..
        } = invitation;
        out.send(conn, InitMessage::from(PierceFirewall { token }));
        let is_proven = true;
        self.introduced(line, Caller { user, is_proven }, &kind, out);
    }

    /// We don't reach him, and he should know.
    pub(super) fn invitation_failed(&mut self, id: u64, out: &mut Outbox) {
        if let Some(Invitation { user, token, .. }) = self.end_invitation(id, out) {
            refuse(token, &user, out);
            self.forget_if_idle(&user);
        }
    }

    /// He has invited whom we no longer are.
    pub(super) fn drop_invitation(&mut self, id: u64, out: &mut Outbox) {
        if let Some(Invitation { user, .. }) = self.end_invitation(id, out) {
            self.forget_if_idle(&user);
        }
    }

    /// He has come himself: cancels a pending invitation to such a connection.
    pub(super) fn cancel_invitation(
        &mut self,
        name: &Text,
        kind: &ConnectionKind,
        out: &mut Outbox,
    ) {
        if let Some(id) = self.invitation_for(name, kind) {
            self.end_invitation(id, out);
        }
    }

    fn end_invitation(&mut self, id: u64, out: &mut Outbox) -> Option<Invitation> {
        let invitation = self.invitations.remove(&id)?;
        self.user(&invitation.user).invitations.remove(&id);
        match invitation.stage {
            Stage::Queued { .. } => {
                let dial = Dial::Invitation(id);
                self.queue.remove(Lane::Answers, &invitation.user, dial);
            }
            Stage::Dialling(conn) => self.abandon(conn, out),
        }
        Some(invitation)
    }

    fn invitation_for(&self, name: &Text, kind: &ConnectionKind) -> Option<u64> {
        let mut ids = self.users.get(name)?.invitations.iter().copied();
        ids.find(|id| self.invitations.get(id).is_some_and(|it| it.kind == *kind))
    }
}

fn refuse(token: u32, name: &Text, out: &mut Outbox) {
    let username = name.clone();
    out.push(Out::ToServer(CantConnectToPeer { token, username }.into()));
}
