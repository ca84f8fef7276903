//! How good the network is: what gets through, when, and in which pieces.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use super::node::NodeId;

/// How good the network is.
#[derive(Clone, Debug)]
pub struct Network {
    /// How long bytes are on their way.
    pub latency: Latency,
    /// Whether bytes come in pieces of any size, or as they were sent.
    pub in_pieces: bool,
    /// The share of connections that fail some time; those to the server too.
    pub loss: f64,
    /// The share of these that fail without telling anybody.
    pub silent_loss: f64,
    /// The share of dials that get no answer, though the other side is there.
    pub hanging_dials: f64,
    /// The share of dials that are refused, though the other side is there.
    pub refused_dials: f64,
    /// After how long a connection that carries nothing any more is found to be dead: the driver asks for keepalive.
    pub keepalive: Duration,
    /// Whose packets get damaged on their way, and what share of them.
    pub damage: BTreeMap<NodeId, f64>,
    pub(super) partitions: Vec<Partition>,
}

/// How long bytes are on their way.
#[derive(Clone, Copy, Debug)]
pub enum Latency {
    /// Always so long.
    Fixed(Duration),
    /// Anything up to this.
    UpTo(Duration),
    /// Mostly about as long as the first, sometimes much longer, never longer than the second.
    LongTail(Duration, Duration),
}

/// A group of nodes that can't reach the others, nor be reached by them.
#[derive(Clone, Debug)]
pub(super) struct Partition {
    pub(super) group: BTreeSet<NodeId>,
    pub(super) until: Instant,
}

impl Default for Network {
    /// A network that delays and cuts into pieces, and loses nothing.
    fn default() -> Self {
        Self {
            latency: Latency::UpTo(Duration::from_millis(200)),
            in_pieces: true,
            loss: 0.0,
            silent_loss: 0.0,
            hanging_dials: 0.0,
            refused_dials: 0.0,
            keepalive: Duration::from_mins(2),
            damage: BTreeMap::new(),
            partitions: Vec::new(),
        }
    }
}

impl Network {
    /// From now on nothing gets lost or damaged any more, also not what was to fail later.
    pub fn heal(&mut self) {
        let latency = self.latency;
        *self = Self {
            latency,
            in_pieces: self.in_pieces,
            ..Self::default()
        };
    }

    /// Until when two nodes can't reach each other, if they can't.
    pub(super) fn separated_until(
        &self,
        now: Instant,
        one: usize,
        other: usize,
    ) -> Option<Instant> {
        let separates = |partition: &&Partition| {
            let within = |node| partition.group.contains(&NodeId(node));
            partition.until > now && within(one) != within(other)
        };
        let separating = self.partitions.iter().filter(separates);
        separating.map(|partition| partition.until).max()
    }
}

impl Latency {
    /// How long it takes this time.
    pub fn draw(self, random: &mut fastrand::Rng) -> Duration {
        match self {
            Self::Fixed(time) => time,
            Self::UpTo(longest) => longest.mul_f64(random.f64()),
            Self::LongTail(usual, longest) => {
                let spread = 0.5 + random.f64();
                // About one in a hundred takes ten times as long.
                let factor = spread / random.f64().max(1e-4).sqrt();
                usual.mul_f64(factor).min(longest)
            }
        }
    }
}
