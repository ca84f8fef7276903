//! One host of the world, and the machine on it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use slsk_net::machine::{
    ClientMachine, CommandId, ConnId, Event, Ledger, Machine, OpenSearches, Reply,
};
use slsk_net::server::{ServerEvent, ServerMachine};
use slsk_wire::Text;

use super::disk::Disk;
use super::stranger::Stranger;

/// Names a host of the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeId(pub(super) usize);

/// What happens to whoever dials a host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Firewall {
    /// He gets through.
    #[default]
    Open,
    /// He is refused.
    Refuses,
    /// He gets no answer.
    Drops,
}

#[derive(Debug)]
pub(super) struct Node {
    pub(super) actor: Actor,
    pub(super) power: Power,
    /// How often it has been started: what was meant for an earlier life is for nobody.
    pub(super) life: u32,
    pub(super) address: SocketAddr,
    pub(super) firewall: Firewall,
    /// The time for which the earliest alarm is set.
    pub(super) alarm: Option<Instant>,
    pub(super) ticks: u64,
    pub(super) accepted: u64,
    /// How often a stranger has dialled; machines count for themselves.
    pub(super) dialled: u64,
    pub(super) outgoing_ports: u16,
    pub(super) commands: u64,
    pub(super) searches: OpenSearches,
    /// Dials that have not got through.
    pub(super) dials: BTreeSet<ConnId>,
    /// Connections, and which end of which line each is.
    pub(super) conns: BTreeMap<ConnId, (usize, usize)>,
    pub(super) disk: Disk,
    /// What its clients have searched for and when they logged in.
    pub(super) ledger: Ledger,
    /// Commands without a reply, and since when.
    pub(super) unanswered: BTreeMap<CommandId, Instant>,
    pub(super) replies: BTreeMap<CommandId, Reply>,
    pub(super) events: VecDeque<Event>,
    pub(super) server_events: VecDeque<ServerEvent>,
    /// How often its shares were searched for each text.
    pub(super) queries: BTreeMap<Text, u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Power {
    On,
    /// The program has ended, the host has not.
    Off,
    /// The host is away: nothing comes there and nobody is told.
    Dark,
}

#[derive(Debug)]
pub(super) enum Actor {
    Client(Box<ClientMachine>),
    Server(Box<ServerMachine>),
    Stranger(Box<dyn Stranger>),
}

impl Node {
    pub(super) fn new(actor: Actor, address: SocketAddr) -> Self {
        Self {
            actor,
            power: Power::On,
            life: 0,
            address,
            firewall: Firewall::Open,
            alarm: None,
            ticks: 0,
            accepted: 0,
            dialled: 0,
            outgoing_ports: 0,
            commands: 0,
            searches: OpenSearches::default(),
            dials: BTreeSet::new(),
            conns: BTreeMap::new(),
            disk: Disk::default(),
            ledger: Ledger::default(),
            unanswered: BTreeMap::new(),
            replies: BTreeMap::new(),
            events: VecDeque::new(),
            server_events: VecDeque::new(),
            queries: BTreeMap::new(),
        }
    }

    pub(super) fn ip(&self) -> IpAddr {
        self.address.ip()
    }

    pub(super) fn is_on(&self) -> bool {
        self.power == Power::On
    }

    /// The address from which it dials next.
    pub(super) fn outgoing_address(&mut self) -> SocketAddr {
        const FIRST: u16 = 49_152;
        self.outgoing_ports = self.outgoing_ports.wrapping_add(1);
        SocketAddr::new(self.ip(), FIRST + self.outgoing_ports % (u16::MAX - FIRST))
    }

    pub(super) fn next_accepted(&mut self) -> ConnId {
        self.accepted += 1;
        ConnId::accepted(self.accepted - 1)
    }

    /// Ends what the machine had.
    pub(super) fn end_life(&mut self) -> BTreeMap<ConnId, (usize, usize)> {
        self.life += 1;
        self.alarm = None;
        self.searches = OpenSearches::default();
        self.dials.clear();
        self.unanswered.clear();
        self.replies.clear();
        std::mem::take(&mut self.conns)
    }
}

impl Actor {
    pub(super) fn deadline(&self) -> Option<Instant> {
        match self {
            Self::Client(machine) => machine.deadline(),
            Self::Server(machine) => machine.deadline(),
            Self::Stranger(stranger) => stranger.deadline(),
        }
    }

    pub(super) fn is_machine(&self) -> bool {
        !matches!(self, Self::Stranger(_))
    }
}
