//! Who is at the other end: names in init frames prove nothing, addresses do.
//!
//! Strangers deliver search results by the thousand, and nobody asks the server where they are. It is asked only when
//! somebody says what matters to a transfer or a request of ours.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use slsk_wire::peer::{PeerMessage, TransferDirection};
use slsk_wire::{Family as _, Text};

use super::Peers;
use super::link::{Link, LinkState};
use super::queue::Lane;
use crate::machine::outbox::{Out, Outbox};
use crate::machine::{ConnId, Expect};

/// How many connections may wait for the address of their user.
const MAX_CHECKED: usize = 64;
/// How many messages of one connection may wait for it.
const MAX_HELD: usize = 256;
/// What they may take up together, in bytes.
const MAX_HELD_BYTES: usize = 1 << 20;
/// How often strangers may make us ask the server where a user is. Each name in an init frame would cost a message to it
/// otherwise, and who sends too many is banned. In honest company it is a few a second, on a busy day.
const MAX_STRANGERS: u32 = 100;
pub(super) const STRANGERS_TIME: Duration = Duration::from_secs(10);
/// How long a connection stays that waits for it.
pub(super) const CHECK_TIME: Duration = Duration::from_secs(20);

impl Peers {
    /// Keeps a message until it is known who has sent it.
    pub(super) fn hold(&mut self, conn: ConnId, message: PeerMessage, out: &mut Outbox) {
        let deadline = out.now + CHECK_TIME;
        let held = self.links.change(conn, |link| {
            let open = link.open_mut()?;
            open.held_bytes += message.encoded_len();
            open.held.push(message);
            let is_too_much = open.held.len() > MAX_HELD || open.held_bytes > MAX_HELD_BYTES;
            let is_first = open.held.len() == 1;
            link.deadline = deadline;
            Some((is_first, is_too_much))
        });
        match held.flatten() {
            None | Some((false, false)) => {}
            Some((_, true)) => self.drop_link(conn, out),
            Some((true, false)) => {
                out.expect(conn, Expect::Nothing);
                self.check(conn, out);
            }
        }
    }

    /// Finds out whether somebody is who he says he is.
    pub(super) fn check(&mut self, conn: ConnId, out: &mut Outbox) {
        let caller = self.links.get(conn).and_then(Link::caller);
        let Some(name) = caller.map(|caller| caller.user.clone()) else {
            return;
        };
        if let Some(address) = self.addresses.recent(&name, out.now) {
            self.check_link(conn, Some(address.ip()), out);
        } else if self.is_online
            && self.links.checked().len() <= MAX_CHECKED
            && self.may_ask(&name, out.now)
        {
            self.addresses.ask(&name, out);
        } else {
            self.drop_link(conn, out);
        }
    }

    /// Finds out whether somebody who wants to be below us is who he says he is, unless he would be refused anyway. A
    /// child that was cut off has a place still.
    pub(super) fn check_child(&mut self, conn: ConnId, out: &mut Outbox) {
        let caller = self.links.get(conn).and_then(Link::caller);
        let user = caller.and_then(|caller| self.users.get(&caller.user));
        let has_place = user.is_some_and(|user| user.distributed.is_some());
        if self.takes_children || has_place {
            self.check(conn, out);
        } else {
            self.drop_link(conn, out);
        }
    }

    /// Whether a question where a user is costs nothing, is the owner's, or is within the limit.
    fn may_ask(&mut self, name: &Text, now: Instant) -> bool {
        if self.addresses.is_asked(name) || self.is_ours(name) {
            return true;
        }
        self.strangers.allows(now, MAX_STRANGERS)
    }

    /// Whether the owner has to do with a user: he waits for something of his, or is connected to him.
    fn is_ours(&self, name: &Text) -> bool {
        let is_own = |token| {
            self.wishes
                .get(token)
                .is_some_and(|it| it.lane == Lane::Own)
        };
        self.awaited.contains(name)
            || self.users.get(name).is_some_and(|user| {
                user.awaits_bulk || user.messages.is_some() || user.wishes.iter().any(is_own)
            })
    }

    /// The server has told where a user is, or does not: whoever has come in his name is he or not.
    pub(super) fn check_links(&mut self, name: &Text, ip: Option<IpAddr>, out: &mut Outbox) {
        let links = self.users.get(name).map(|user| user.links.clone());
        for conn in links.unwrap_or_default() {
            self.check_link(conn, ip, out);
        }
    }

    fn check_link(&mut self, conn: ConnId, ip: Option<IpAddr>, out: &mut Outbox) {
        let Some(link) = self.links.get(conn).filter(|link| !link.is_proven()) else {
            return;
        };
        if ip.is_some() && link.line.remote == ip {
            return self.prove(conn, out);
        }
        if link.is_checked() {
            self.drop_link(conn, out);
        }
    }

    /// It is he.
    fn prove(&mut self, conn: ConnId, out: &mut Outbox) {
        self.links.change(conn, Link::set_proven);
        match self.links.get(conn).map(|link| &link.state) {
            Some(LinkState::Open(_)) => {
                self.release_held(conn, out);
                self.open_proven(conn, out);
            }
            Some(LinkState::CheckingTicket(..)) => self.offer_file(conn, out),
            Some(LinkState::CheckingChild(_)) => self.offer_child(conn, out),
            _ => {}
        }
    }

    fn release_held(&mut self, conn: ConnId, out: &mut Outbox) {
        let held = self.links.change(conn, |link| {
            let open = link.open_mut()?;
            open.held_bytes = 0;
            Some((open.caller.user.clone(), std::mem::take(&mut open.held)))
        });
        if let Some((name, held)) = held.flatten() {
            for message in held {
                out.push(Out::FromPeer(conn, name.clone(), message));
            }
        }
    }
}

/// Whether a message matters to a transfer or a request of ours. The rest are questions, whose answers go back to
/// whoever has asked, and search results, which say whose they are.
pub(super) fn needs_proof(message: &PeerMessage) -> bool {
    match message {
        PeerMessage::TransferRequest(request) => request.direction != TransferDirection::Download,
        PeerMessage::SharesResponse(_)
        | PeerMessage::UserInfoResponse(_)
        | PeerMessage::FolderContentsResponse(_)
        | PeerMessage::TransferResponse(_)
        | PeerMessage::UploadDenied(_)
        | PeerMessage::UploadFailed(_)
        | PeerMessage::PlaceInQueueResponse(_) => true,
        _ => false,
    }
}
