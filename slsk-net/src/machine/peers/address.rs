//! Where users are, as the server tells.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use slsk_wire::Text;
use slsk_wire::server::{
    GetPeerAddressRequest, GetPeerAddressResponse, IncomingConnectToPeer, ObfuscationType,
};

use super::table::{Table, Timed};
use crate::machine::outbox::{Out, Outbox};
use crate::machine::{Obfuscation, Route};

/// How long the server may take to tell an address.
const ANSWER_TIME: Duration = Duration::from_secs(10);
/// How long an address is good for a dial.
const FRESH_TIME: Duration = Duration::from_mins(30);
/// How long an address that somebody does not have shows that he is not who he says.
const RECENT_TIME: Duration = Duration::from_mins(1);
/// How many addresses are kept.
const MAX_KNOWN: usize = 4096;

/// Where a user can be connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Address {
    ip: Ipv4Addr,
    /// 0 where he has not said it.
    port: u16,
    /// 0 where there is none.
    obfuscated_port: u16,
}

impl Address {
    /// `None` for a user who is not online.
    fn new(
        ip: Ipv4Addr,
        port: u32,
        kind: Option<&ObfuscationType>,
        obfuscated: u32,
    ) -> Option<Self> {
        let is_known = kind == Some(&ObfuscationType::Rotated);
        let obfuscated = if is_known { obfuscated } else { 0 };
        (!ip.is_unspecified()).then(|| Self {
            ip,
            port: u16::try_from(port).unwrap_or(0),
            obfuscated_port: u16::try_from(obfuscated).unwrap_or(0),
        })
    }

    pub(super) fn of_answer(answer: &GetPeerAddressResponse) -> Option<Self> {
        let kind = answer.obfuscation_type.as_ref();
        let obfuscated = answer.obfuscated_port.unwrap_or(0);
        Self::new(answer.ip, answer.port, kind, obfuscated.into())
    }

    pub(super) fn of_invitation(wish: &IncomingConnectToPeer) -> Option<Self> {
        let kind = wish.obfuscation_type.as_ref();
        Self::new(wish.ip, wish.port, kind, wish.obfuscated_port.unwrap_or(0))
    }

    pub(super) fn ip(self) -> IpAddr {
        IpAddr::V4(self.ip)
    }

    /// What to dial, and what then.
    pub(super) fn routes(self, obfuscation: Obfuscation) -> Option<Routes> {
        let route = |port, obfuscated| {
            (port != 0).then(|| Route {
                address: (self.ip, port).into(),
                obfuscated,
            })
        };
        let plain = route(self.port, false);
        let hidden = route(self.obfuscated_port, true);
        match obfuscation {
            Obfuscation::Off => Routes::new(plain, None),
            Obfuscation::Accept => Routes::new(plain.or(hidden), None),
            Obfuscation::Prefer => Routes::new(hidden, plain),
        }
    }
}

/// What to dial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Routes {
    pub(super) first: Route,
    /// When that fails.
    pub(super) second: Option<Route>,
}

impl Routes {
    fn new(first: Option<Route>, second: Option<Route>) -> Option<Self> {
        match (first, second) {
            (Some(first), second) => Some(Self { first, second }),
            (None, Some(first)) => Some(first.into()),
            (None, None) => None,
        }
    }
}

impl From<Route> for Routes {
    fn from(first: Route) -> Self {
        Self {
            first,
            second: None,
        }
    }
}

/// The addresses that we know, and those that we have asked for.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    known: BTreeMap<Text, (Address, Instant)>,
    by_age: BTreeSet<(Instant, Text)>,
    asked: Table<Text, Asked>,
}

/// A question that the server has not answered yet.
#[derive(Debug)]
struct Asked {
    until: Instant,
}

impl Timed for Asked {
    fn deadline(&self) -> Option<Instant> {
        Some(self.until)
    }
}

impl Addresses {
    /// An address that can be dialled.
    pub(super) fn fresh(&self, user: &Text, now: Instant) -> Option<Address> {
        self.younger(user, now, FRESH_TIME)
    }

    /// An address that tells who is there, and who is not.
    pub(super) fn recent(&self, user: &Text, now: Instant) -> Option<Address> {
        self.younger(user, now, RECENT_TIME)
    }

    fn younger(&self, user: &Text, now: Instant, age: Duration) -> Option<Address> {
        let (address, since) = self.known.get(user)?;
        (*since + age > now).then_some(*address)
    }

    /// Asks the server, unless it is asked already.
    pub(super) fn ask(&mut self, user: &Text, out: &mut Outbox) {
        if !self.asked.contains(user) {
            let until = out.now + ANSWER_TIME;
            self.asked.insert(user.clone(), Asked { until });
            let username = user.clone();
            out.push(Out::ToServer(GetPeerAddressRequest { username }.into()));
        }
    }

    /// Whether the server has been asked and has not answered.
    pub(super) fn is_asked(&self, user: &Text) -> bool {
        self.asked.contains(user)
    }

    /// The server has answered, or never will; false when it was not asked.
    pub(super) fn settle(&mut self, user: &Text) -> bool {
        self.asked.remove(user).is_some()
    }

    pub(super) fn learn(&mut self, user: &Text, address: Address, now: Instant) {
        self.forget(user);
        self.known.insert(user.clone(), (address, now));
        self.by_age.insert((now, user.clone()));
        if self.known.len() > MAX_KNOWN
            && let Some((_, oldest)) = self.by_age.pop_first()
        {
            self.known.remove(&oldest);
        }
    }

    pub(super) fn forget(&mut self, user: &Text) {
        if let Some((_, since)) = self.known.remove(user) {
            self.by_age.remove(&(since, user.clone()));
        }
    }

    /// The server will answer nothing any more.
    pub(super) fn offline(&mut self) {
        self.asked.clear();
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.asked.deadline()
    }

    /// Somebody whose address the server does not tell.
    pub(super) fn due(&self, now: Instant) -> Option<Text> {
        self.asked.due(now)
    }
}
