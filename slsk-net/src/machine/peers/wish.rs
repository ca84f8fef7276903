//! Connections that we want: the direct way, the indirect one, and which of them counts.

use std::time::{Duration, Instant};

use slsk_wire::Text;
use slsk_wire::file::FileTicket;
use slsk_wire::init::{ConnectionKind, InitMessage, PeerInit};
use slsk_wire::server::{ConnectToPeer, IncomingCantConnectToPeer};

use super::address::{Address, Routes};
use super::link::{Line, Link};
use super::queue::{Dial, Lane};
use super::table::Timed;
use super::{Peers, QUEUE_TIME};
use crate::machine::api::ConnectMode;
use crate::machine::outbox::{Out, Outbox};
use crate::machine::{ConnId, Effect, Expect, Packet};

/// How long anybody may have to wait for a connection or the news that there is none.
const WISH_TIME: Duration = Duration::from_mins(1);
/// How long a user may take to connect to us.
const INDIRECT_TIME: Duration = Duration::from_secs(20);
/// How many connections may be wanted at a time.
const MAX_WISHES: usize = 4096;
/// How many of them to deliver what others have searched for.
const MAX_DELIVERIES: usize = 512;

/// A connection that we want. Its token is what the user brings when he connects to us.
#[derive(Debug)]
pub(super) struct Wish {
    pub(super) user: Text,
    pub(super) purpose: Purpose,
    pub(super) lane: Lane,
    pub(super) direct: Direct,
    pub(super) indirect: Indirect,
    /// Whether the address was told a while ago, so that it is worth to ask again.
    is_remembered: bool,
    /// When it is over, whatever is still tried.
    until: Instant,
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Whatever waits to be sent to the user.
    Messages,
    /// The file of the transfer with this token.
    File(u32),
    /// The distributed network.
    Distributed,
}

/// How far we are on the way to him.
#[derive(Debug)]
pub(super) enum Direct {
    AwaitingAddress,
    /// Too many connections are open.
    Queued {
        routes: Routes,
        until: Instant,
    },
    Dialling(ConnId),
    Failed(String),
}

/// How far he is on the way to us.
#[derive(Debug)]
pub(super) enum Indirect {
    Unasked,
    Asked { until: Instant },
    Failed(String),
}

impl Timed for Wish {
    /// The dial and the question for the address have deadlines of their own.
    fn deadline(&self) -> Option<Instant> {
        let queued = match self.direct {
            Direct::Queued { until, .. } => Some(until),
            _ => None,
        };
        let asked = match self.indirect {
            Indirect::Asked { until } => Some(until),
            _ => None,
        };
        [Some(self.until), queued, asked]
            .into_iter()
            .flatten()
            .min()
    }
}

/// A token of a wish that is over. The user may still be on his way.
#[derive(Debug)]
pub(super) struct Late {
    user: Text,
    /// Whether he may stay if he comes.
    is_welcome: bool,
    until: Instant,
}

impl Timed for Late {
    fn deadline(&self) -> Option<Instant> {
        Some(self.until)
    }
}

impl Peers {
    /// Wants a connection, at this address where it is known.
    pub(super) fn want(
        &mut self,
        name: &Text,
        purpose: Purpose,
        lane: Lane,
        address: Option<Routes>,
        out: &mut Outbox,
    ) {
        let is_delivery = lane == Lane::Answers;
        let too_many = is_delivery && self.deliveries >= MAX_DELIVERIES;
        let token = self.new_token(out);
        let wish = Wish {
            user: name.clone(),
            purpose,
            lane,
            direct: Direct::AwaitingAddress,
            indirect: Indirect::Unasked,
            is_remembered: address.is_none() && self.addresses.recent(name, out.now).is_none(),
            until: out.now + WISH_TIME,
        };
        self.deliveries += usize::from(is_delivery);
        self.wishes.insert(token, wish);
        self.user(name).wishes.insert(token);
        if too_many || self.wishes.len() > MAX_WISHES {
            return self.fail(token, "too many connections are wanted", out);
        }
        let routes = address.or_else(|| {
            let known = self.addresses.fresh(name, out.now)?;
            known.routes(self.config.obfuscation)
        });
        // Somebody who is here already may turn out to be him.
        let may_be_here = purpose == Purpose::Messages && !self.user(name).links.is_empty();
        let is_race = self.config.connect_mode == ConnectMode::Race;
        if is_race && (routes.is_some() || !may_be_here) {
            self.ask_to_connect(token, out);
        }
        match routes {
            Some(routes) => self.queue_dial(token, routes, out),
            None if self.is_online => self.addresses.ask(name, out),
            None => self.direct_failed(token, "we are not online", out),
        }
    }

    /// The server has told where the user is.
    pub(super) fn wish_address(&mut self, token: u32, address: Address, out: &mut Outbox) {
        if self.config.connect_mode == ConnectMode::Race {
            self.ask_to_connect(token, out);
        }
        self.wishes
            .change(&token, |wish| wish.is_remembered = false);
        match address.routes(self.config.obfuscation) {
            Some(routes) => self.queue_dial(token, routes, out),
            None => self.direct_failed(token, "he has not said on which port", out),
        }
    }

    /// Asks the user to connect to us, once.
    fn ask_to_connect(&mut self, token: u32, out: &mut Outbox) {
        let problem = match (self.is_online, self.config.listen_port) {
            (false, _) => Some("we are not online"),
            (true, None) => Some("we do not listen"),
            (true, Some(_)) => None,
        };
        let until = out.now + INDIRECT_TIME;
        let asked = self.wishes.change(&token, |wish| {
            if !matches!(wish.indirect, Indirect::Unasked) {
                return None;
            }
            if let Some(problem) = problem {
                wish.indirect = Indirect::Failed(problem.to_owned());
                return None;
            }
            wish.indirect = Indirect::Asked { until };
            Some(ConnectToPeer {
                token,
                username: wish.user.clone(),
                kind: wish.purpose.kind(),
            })
        });
        if let Some(request) = asked.flatten() {
            out.push(Out::ToServer(request.into()));
        }
    }

    fn queue_dial(&mut self, token: u32, routes: Routes, out: &mut Outbox) {
        let until = out.now + QUEUE_TIME;
        let queued = self.wishes.change(&token, |wish| {
            wish.direct = Direct::Queued { routes, until };
            (wish.lane, wish.user.clone())
        });
        let Some((lane, user)) = queued else { return };
        if self.queue.push(lane, &user, Dial::Wish(token)) {
            self.serve(out);
        } else {
            self.direct_failed(token, "too many connections are wanted", out);
        }
    }

    /// There is room for the dial now.
    pub(super) fn dial_wish(&mut self, token: u32, out: &mut Outbox) {
        let queued = self.wishes.get(&token).map(|wish| &wish.direct);
        if let Some(&Direct::Queued { routes, .. }) = queued {
            let conn = self.dial(Dial::Wish(token), routes, out);
            self.wish_dialled(token, conn);
        }
    }

    /// The direct way has got this connection, perhaps after another.
    pub(super) fn wish_dialled(&mut self, token: u32, conn: ConnId) {
        let dialling = Direct::Dialling(conn);
        self.wishes.change(&token, |wish| wish.direct = dialling);
    }

    /// The direct way leads nowhere; the indirect one may still.
    pub(super) fn direct_failed(&mut self, token: u32, reason: &str, out: &mut Outbox) {
        let failed = Direct::Failed(reason.to_owned());
        let is_online = self.is_online;
        let user = self.wishes.change(&token, |wish| {
            let was_dialled = !matches!(wish.direct, Direct::AwaitingAddress);
            let asks_again = std::mem::take(&mut wish.is_remembered) && was_dialled && is_online;
            wish.direct = if asks_again {
                Direct::AwaitingAddress
            } else {
                failed
            };
            (wish.user.clone(), asks_again)
        });
        let Some((user, asks_again)) = user else {
            return;
        };
        self.addresses.forget(&user);
        if asks_again {
            self.addresses.ask(&user, out);
        } else {
            self.ask_to_connect(token, out);
            self.fail_if_hopeless(token, out);
        }
    }

    fn indirect_failed(&mut self, token: u32, reason: &str, out: &mut Outbox) {
        let failed = Indirect::Failed(reason.to_owned());
        self.wishes.change(&token, |wish| wish.indirect = failed);
        self.fail_if_hopeless(token, out);
    }

    /// The server says that the user does not reach us.
    pub(in crate::machine) fn cant_connect(
        &mut self,
        failure: &IncomingCantConnectToPeer,
        out: &mut Outbox,
    ) {
        let wish = self.wishes.get(&failure.token);
        if wish.is_some_and(|wish| matches!(wish.indirect, Indirect::Asked { .. })) {
            self.indirect_failed(failure.token, "he can't connect to us", out);
        }
    }

    fn fail_if_hopeless(&mut self, token: u32, out: &mut Outbox) {
        let wish = self.wishes.get(&token);
        if let Some(Wish {
            direct: Direct::Failed(direct),
            indirect: Indirect::Failed(indirect),
            ..
        }) = wish
        {
            let reason = if direct == indirect {
                direct.clone()
            } else {
                format!("{direct}, and {indirect}")
            };
            self.fail(token, &reason, out);
        }
    }

    /// The deadline of a wish has come.
    pub(super) fn wish_due(&mut self, token: u32, out: &mut Outbox) {
        let Some(wish) = self.wishes.get(&token) else {
            return;
        };
        if wish.until <= out.now {
            return self.fail(token, "it takes too long", out);
        }
        if matches!(wish.indirect, Indirect::Asked { until } if until <= out.now) {
            return self.indirect_failed(token, "he does not connect to us", out);
        }
        let (lane, user) = (wish.lane, wish.user.clone());
        self.queue.remove(lane, &user, Dial::Wish(token));
        self.direct_failed(token, "too many connections are open", out);
    }

    /// There will be no connection.
    pub(super) fn fail(&mut self, token: u32, reason: &str, out: &mut Outbox) {
        let Some(Wish { user, purpose, .. }) = self.finish(token, out) else {
            return;
        };
        let problem = reason.to_owned();
        match purpose {
            Purpose::Messages => self.give_up_messages(&user, problem, out),
            Purpose::File(token) => out.push(Out::FileUnreachable(user.clone(), token, problem)),
            Purpose::Distributed => out.push(Out::DistributedUnreachable(user.clone())),
        }
        self.forget_if_idle(&user);
    }

    /// The server is gone: what needs it fails.
    pub(super) fn wishes_offline(&mut self, out: &mut Outbox) {
        for token in self.wishes.keys().copied().collect::<Vec<_>>() {
            let reason = "we are not online";
            self.indirect_failed(token, reason, out);
            let wish = self.wishes.get(&token);
            if wish.is_some_and(|wish| matches!(wish.direct, Direct::AwaitingAddress)) {
                self.direct_failed(token, reason, out);
            }
        }
    }

    /// A dial of ours has succeeded: say who we are. Only now, so that no other connection has been announced.
    pub(super) fn direct_won(&mut self, conn: ConnId, token: u32, out: &mut Outbox) {
        // Taken out first, so that the end of the wish does not close it.
        let Some(Link { line, .. }) = self.links.remove(conn) else {
            return;
        };
        let Some(own_name) = self.own_name.clone() else {
            out.close(conn);
            return self.direct_failed(token, "we are not online", out);
        };
        let Some(wish) = self.finish(token, out) else {
            return out.close(conn);
        };
        let init = PeerInit::new(own_name, wish.purpose.kind());
        out.send(conn, InitMessage::from(init));
        self.established(line, &wish.user, wish.purpose, out);
    }

    /// Somebody has connected with a token. It is one of ours, or he goes.
    pub(super) fn pierced(&mut self, line: Line, token: u32, out: &mut Outbox) {
        let wish = self.wishes.get(&token);
        if wish.is_some_and(|wish| !matches!(wish.indirect, Indirect::Unasked))
            && let Some(wish) = self.finish(token, out)
        {
            self.late.remove(&token);
            return self.established(line, &wish.user, wish.purpose, out);
        }
        match self.late.remove(&token) {
            Some(late) if late.is_welcome => self.open_second(line, &late.user, out),
            _ => self.drop_link(line.conn, out),
        }
    }

    /// Hands a connection to whoever has wanted it.
    fn established(&mut self, line: Line, name: &Text, purpose: Purpose, out: &mut Outbox) {
        let conn = line.conn;
        out.effect(Effect::Identify(conn, name.clone()));
        match purpose {
            Purpose::Messages => return self.open_wanted(line, name, out),
            Purpose::File(token) => {
                self.lend(line, name, ConnectionKind::File, out);
                out.send(conn, Packet::Ticket(FileTicket { token }));
                out.expect(conn, Expect::Offset);
                out.push(Out::FileOpened(conn, name.clone(), token));
            }
            Purpose::Distributed => {
                self.lend(line, name, ConnectionKind::Distributed, out);
                out.push(Out::DistributedOpened(conn, name.clone()));
            }
        }
        self.forget_if_idle(name);
    }

    /// Ends a wish, whatever came of it: no other way is tried any more.
    pub(super) fn finish(&mut self, token: u32, out: &mut Outbox) -> Option<Wish> {
        let wish = self.wishes.remove(&token)?;
        self.deliveries -= usize::from(wish.lane == Lane::Answers);
        self.user(&wish.user).wishes.remove(&token);
        match wish.direct {
            Direct::Queued { .. } => self.queue.remove(wish.lane, &wish.user, Dial::Wish(token)),
            Direct::Dialling(conn) => self.abandon(conn, out),
            Direct::AwaitingAddress | Direct::Failed(_) => {}
        }
        if let Indirect::Asked { until } = wish.indirect
            && self.late.len() < MAX_WISHES
        {
            let late = Late {
                user: wish.user.clone(),
                is_welcome: wish.purpose == Purpose::Messages && wish.lane == Lane::Own,
                until,
            };
            self.late.insert(token, late);
        }
        Some(wish)
    }

    /// A wish that began for an answer is one of our own now.
    pub(super) fn make_own(&mut self, token: u32) {
        let changed = self.wishes.change(&token, |wish| {
            let before = std::mem::replace(&mut wish.lane, Lane::Own);
            let is_queued = matches!(wish.direct, Direct::Queued { .. });
            (before == Lane::Answers).then(|| (is_queued, wish.user.clone()))
        });
        let Some((is_queued, user)) = changed.flatten() else {
            return;
        };
        self.deliveries -= 1;
        let dial = Dial::Wish(token);
        // Where the other lane is full it stays in this one.
        if is_queued && self.queue.push(Lane::Own, &user, dial) {
            self.queue.remove(Lane::Answers, &user, dial);
        }
    }

    /// A token that we have not given out. By chance, so that nobody can guess it from another.
    fn new_token(&self, out: &mut Outbox) -> u32 {
        loop {
            let token = out.random().u32(1..);
            if !self.wishes.contains(&token) && !self.late.contains(&token) {
                return token;
            }
        }
    }
}

impl Purpose {
    pub(super) fn kind(self) -> ConnectionKind {
        match self {
            Self::Messages => ConnectionKind::Peer,
            Self::File(_) => ConnectionKind::File,
            Self::Distributed => ConnectionKind::Distributed,
        }
    }
}
