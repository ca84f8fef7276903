//! Connections to other users: finding them, shaking hands, one connection for messages with each.
//!
//! A message connection stays here. A file connection is handed to the transfers once both sides know
//! which file it is for, one of the distributed network to the part of that name. The rules are in the guide
//! (connections).
//!
//! | file | what is in it |
//! |---|---|
//! | `handshake` | the first frames of a connection |
//! | `wish` | connections that we want, the direct way and the indirect one |
//! | `invitation` | users who want us to connect to them |
//! | `messages` | the connections for messages |
//! | `pending` | what waits for one |
//! | `proof` | who is at the other end |
//! | `address` | where users are |
//! | `queue` | dials that wait for a free place |
//! | `link` | all connections and how far they are |

mod address;
mod handshake;
mod invitation;
mod link;
mod messages;
mod pending;
mod proof;
mod queue;
mod table;
#[cfg(test)]
mod tests;
mod wish;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use slsk_wire::init::ConnectionKind;
use slsk_wire::server::GetPeerAddressResponse;
use slsk_wire::{FamilyId, Text};

use super::api::ClientConfig;
use super::outbox::{NOT_ONLINE, Outbox};
use super::rate::RateLimit;
use super::{ConnId, Effect, Expect, Route};
use address::{Address, Addresses, Routes};
use invitation::Invitation;
use link::{Line, Link, LinkState, Links};
use pending::{AllPending, Pending};
use queue::{Dial, Lane, Queue};
use table::Table;
use wish::{Direct, Indirect, Late, Purpose, Wish};

/// How long a dial may take.
const DIAL_TIME: Duration = Duration::from_secs(10);
/// How long a dial may wait for a free place.
const QUEUE_TIME: Duration = Duration::from_secs(20);
/// How long whoever has connected may take to say who he is, and which file he means.
const INIT_TIME: Duration = Duration::from_secs(10);

/// Every connection to a peer, and whatever waits for one.
#[derive(Debug)]
pub(super) struct Peers {
    config: ClientConfig,
    is_online: bool,
    /// Our name, in this session or the last one.
    own_name: Option<Text>,
    links: Links,
    users: BTreeMap<Text, User>,
    /// What waits for message connections to them.
    all_pending: AllPending,
    /// By token.
    wishes: Table<u32, Wish>,
    /// How many of them are to deliver something.
    deliveries: usize,
    late: Table<u32, Late>,
    invitations: Table<u64, Invitation>,
    next_invitation: u64,
    addresses: Addresses,
    queue: Queue,
    /// Whose files are awaited.
    awaited: BTreeSet<Text>,
    takes_children: bool,
    /// Questions to the server about those whom only strangers have named.
    strangers: RateLimit,
}

/// What we have to do with one user.
#[derive(Debug, Default)]
struct User {
    /// The message connection to write to; it is proven to be his.
    messages: Option<ConnId>,
    /// The connection of the distributed network.
    distributed: Option<ConnId>,
    /// All connections that have come to an introduction in his name.
    links: BTreeSet<ConnId>,
    wishes: BTreeSet<u32>,
    invitations: BTreeSet<u64>,
    /// What waits for a message connection.
    pending: Pending,
    awaits_bulk: bool,
}

impl User {
    fn is_idle(&self) -> bool {
        self.distributed.is_none()
            && self.links.is_empty()
            && self.wishes.is_empty()
            && self.invitations.is_empty()
            && !self.awaits_bulk
    }
}

impl Peers {
    pub(super) fn new(config: ClientConfig) -> Self {
        Self {
            config,
            is_online: false,
            own_name: None,
            links: Links::default(),
            users: BTreeMap::new(),
            all_pending: AllPending::default(),
            wishes: Table::default(),
            deliveries: 0,
            late: Table::default(),
            invitations: Table::default(),
            next_invitation: 0,
            addresses: Addresses::default(),
            queue: Queue::default(),
            awaited: BTreeSet::new(),
            takes_children: false,
            strangers: RateLimit::new(proof::STRANGERS_TIME),
        }
    }

    pub(super) fn owns(&self, conn: ConnId) -> bool {
        self.links.contains(conn)
    }

    /// How many connections there are, those of other parts included.
    pub(super) fn links(&self) -> usize {
        self.links.count().0
    }

    /// How many connections are wanted, by us or by others.
    pub(super) fn wishes(&self) -> usize {
        self.wishes.len() + self.invitations.len()
    }

    /// How many users we have to do with.
    pub(super) fn users(&self) -> usize {
        self.users.len()
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let deadlines = [
            self.links.deadline(),
            self.wishes.deadline(),
            self.late.deadline(),
            self.invitations.deadline(),
            self.addresses.deadline(),
        ];
        deadlines.into_iter().flatten().min()
    }

    /// A session has begun, under this name. Who knows us by another one is not to hear of this.
    pub(super) fn online(&mut self, own_name: &str, out: &mut Outbox) {
        self.is_online = true;
        let own_name = Text::from(own_name);
        let before = self.own_name.replace(own_name.clone());
        if before.is_some_and(|before| before != own_name) {
            self.shed_name(out);
        }
    }

    /// Ends what others have begun with us under another name. Our own dials tell the new one.
    fn shed_name(&mut self, out: &mut Outbox) {
        for id in self.invitations.keys().copied().collect::<Vec<_>>() {
            self.drop_invitation(id, out);
        }
        self.late.clear();
        for token in self.wishes.keys().copied().collect::<Vec<_>>() {
            // Whoever was asked to connect was asked by somebody else.
            self.wishes
                .change(&token, |wish| wish.indirect = Indirect::Unasked);
        }
        for conn in self.links.come_so_far() {
            out.close(conn);
            self.closed(conn, "we have another name now", out);
        }
    }

    /// Whether there is room below us in the distributed network.
    pub(super) fn take_children(&mut self, take: bool) {
        self.takes_children = take;
    }

    /// Whether a file of this user is awaited.
    pub(super) fn await_files(&mut self, name: Text, is_awaited: bool) {
        if is_awaited {
            self.awaited.insert(name);
        } else {
            self.awaited.remove(&name);
        }
    }

    /// The server is gone, and with it all answers to come. Open connections stay.
    pub(super) fn offline(&mut self, out: &mut Outbox) {
        self.is_online = false;
        self.addresses.offline();
        for conn in self.links.checked().clone() {
            self.drop_link(conn, out);
        }
        self.wishes_offline(out);
    }

    /// A user is gone from the server; when he comes back he may be elsewhere.
    pub(super) fn user_offline(&mut self, name: &Text) {
        self.addresses.forget(name);
    }

    /// Opens a file connection to a user.
    pub(super) fn open_file(&mut self, name: &Text, token: u32, out: &mut Outbox) {
        self.want(name, Purpose::File(token), Lane::Own, None, out);
    }

    /// Opens a connection of the distributed network to a user, unless one is being opened.
    pub(super) fn open_distributed(
        &mut self,
        name: &Text,
        address: Option<SocketAddr>,
        out: &mut Outbox,
    ) {
        if self.wish_for(name, Purpose::Distributed).is_none() {
            let routes = address.map(|address| Route::plain(address).into());
            self.want(name, Purpose::Distributed, Lane::Own, routes, out);
        }
    }

    /// The server has told where a user is.
    pub(super) fn address(&mut self, answer: &GetPeerAddressResponse, out: &mut Outbox) {
        let name = answer.username.detach();
        if !self.addresses.settle(&name) {
            return;
        }
        let address = Address::of_answer(answer);
        if let Some(address) = address {
            self.addresses.learn(&name, address, out.now);
        }
        self.check_links(&name, address.map(Address::ip), out);
        for token in self.awaiting_address(&name) {
            match address {
                Some(address) => self.wish_address(token, address, out),
                None => self.fail(token, NOT_ONLINE, out),
            }
        }
    }

    /// Somebody has connected. When there are too many, one who says nothing makes room.
    pub(super) fn accepted(
        &mut self,
        conn: ConnId,
        remote: SocketAddr,
        obfuscated: bool,
        out: &mut Outbox,
    ) {
        let (count, accepted) = self.links.count();
        let is_full = count >= self.config.max_connections || accepted >= self.share();
        let other = self.links.most_expendable();
        if is_full && other.is_none() {
            return out.close(conn);
        }
        self.links.insert(Link {
            line: Line {
                conn,
                obfuscated,
                remote: Some(remote.ip().to_canonical()),
            },
            state: LinkState::Silent,
            deadline: out.now + INIT_TIME,
        });
        out.expect(conn, Expect::One(FamilyId::PeerInit));
        if let Some(other) = other.filter(|_| is_full) {
            self.drop_link(other, out);
        }
    }

    /// A dial has succeeded.
    pub(super) fn connected(&mut self, conn: ConnId, out: &mut Outbox) {
        match self.links.get(conn).map(|link| &link.state) {
            Some(&LinkState::Dialling(Dial::Wish(token), _)) => self.direct_won(conn, token, out),
            Some(&LinkState::Dialling(Dial::Invitation(id), _)) => {
                self.invitation_followed(conn, id, out);
            }
            _ => out.close(conn),
        }
        self.serve(out);
    }

    /// Gives a connection to another part, plain from here on.
    fn lend(&mut self, line: Line, name: &Text, kind: ConnectionKind, out: &mut Outbox) {
        reveal(line, out);
        out.identify(line.conn, name);
        if kind == ConnectionKind::Distributed {
            out.expect(line.conn, Expect::Messages(FamilyId::Distributed));
            self.user(name).distributed = Some(line.conn);
        }
        self.links.lend(line.conn, name.clone(), kind);
    }

    /// A connection that another part has taken over is gone.
    pub(super) fn released(&mut self, conn: ConnId, out: &mut Outbox) {
        let Some((name, _)) = self.links.released(conn) else {
            return;
        };
        let distributed = self.users.get(&name).and_then(|user| user.distributed);
        if distributed == Some(conn) {
            self.user(&name).distributed = None;
            self.forget_if_idle(&name);
        }
        self.serve(out);
    }

    /// What comes over this connection makes no sense, or there is no more room for it.
    pub(super) fn drop_link(&mut self, conn: ConnId, out: &mut Outbox) {
        out.close(conn);
        self.closed(conn, "what he sends makes no sense", out);
    }

    /// The connection is gone, or was never made.
    pub(super) fn closed(&mut self, conn: ConnId, reason: &str, out: &mut Outbox) {
        let Some(link) = self.links.remove(conn) else {
            return;
        };
        if let Some(caller) = link.caller() {
            self.user(&caller.user).links.remove(&conn);
        }
        match link.state {
            LinkState::Silent => {}
            LinkState::Dialling(dial, Some(other)) => self.dial_again(dial, other, out),
            LinkState::Dialling(Dial::Wish(token), None) => {
                self.direct_failed(token, reason, out);
            }
            LinkState::Dialling(Dial::Invitation(id), None) => self.invitation_failed(id, out),
            LinkState::AwaitingTicket(caller)
            | LinkState::CheckingTicket(caller, _)
            | LinkState::CheckingChild(caller) => self.forget_if_idle(&caller.user),
            LinkState::Open(open) => {
                self.open_closed(conn, &open.caller.user, out);
                self.forget_if_idle(&open.caller.user);
            }
        }
        self.serve(out);
    }

    pub(super) fn tick(&mut self, out: &mut Outbox) {
        let now = out.now;
        while let Some(conn) = self.links.due(now) {
            out.close(conn);
            self.closed(conn, "he does not answer", out);
        }
        while let Some(name) = self.addresses.due(now) {
            self.addresses.settle(&name);
            self.check_links(&name, None, out);
            for token in self.awaiting_address(&name) {
                self.direct_failed(token, "the server does not tell his address", out);
            }
        }
        while let Some(token) = self.wishes.due(now) {
            self.wish_due(token, out);
        }
        while let Some(id) = self.invitations.due(now) {
            self.invitation_failed(id, out);
        }
        while let Some(token) = self.late.due(now) {
            self.late.remove(&token);
        }
    }

    /// Makes the dials that wait, as long as there is room.
    fn serve(&mut self, out: &mut Outbox) {
        loop {
            let (count, accepted) = self.links.count();
            let is_full = count >= self.config.max_connections || count - accepted >= self.share();
            if is_full {
                return;
            }
            match self.queue.pop() {
                Some(Dial::Wish(token)) => self.dial_wish(token, out),
                Some(Dial::Invitation(id)) => self.dial_invitation(id, out),
                None => return,
            }
        }
    }

    /// How many connections either side may open, so that neither shuts out the other.
    fn share(&self) -> usize {
        (self.config.max_connections * 3 / 4).max(1)
    }

    fn dial(&mut self, dial: Dial, routes: Routes, out: &mut Outbox) -> ConnId {
        let Routes { first, second } = routes;
        let conn = out.dial(first);
        self.links.insert(Link {
            line: Line {
                conn,
                obfuscated: first.obfuscated,
                remote: None,
            },
            state: LinkState::Dialling(dial, second),
            deadline: out.now + DIAL_TIME,
        });
        conn
    }

    fn dial_again(&mut self, dial: Dial, route: Route, out: &mut Outbox) {
        let conn = self.dial(dial, route.into(), out);
        match dial {
            Dial::Wish(token) => self.wish_dialled(token, conn),
            Dial::Invitation(id) => self.invitation_dialled(id, conn),
        }
    }

    /// Closes a dial that need not succeed any more.
    fn abandon(&mut self, conn: ConnId, out: &mut Outbox) {
        if self.links.remove(conn).is_some() {
            out.close(conn);
        }
    }

    fn wish_for(&self, name: &Text, purpose: Purpose) -> Option<u32> {
        let mut tokens = self.users.get(name)?.wishes.iter().copied();
        tokens.find(|token| {
            self.wishes
                .get(token)
                .is_some_and(|it| it.purpose == purpose)
        })
    }

    fn awaiting_address(&self, name: &Text) -> Vec<u32> {
        let wishes = self.users.get(name).into_iter().flat_map(|u| &u.wishes);
        let awaiting = wishes.filter(|token| {
            let wish = self.wishes.get(token);
            wish.is_some_and(|wish| matches!(wish.direct, Direct::AwaitingAddress))
        });
        awaiting.copied().collect()
    }

    fn user(&mut self, name: &Text) -> &mut User {
        self.users.entry(name.clone()).or_default()
    }

    fn forget_if_idle(&mut self, name: &Text) {
        if self.users.get(name).is_some_and(User::is_idle) {
            self.users.remove(name);
        }
    }
}

/// From here on the connection is plain.
fn reveal(line: Line, out: &mut Outbox) {
    if line.obfuscated {
        out.effect(Effect::Reveal(line.conn));
    }
}
