//! What a seed decides before its run begins.

use std::time::Duration;

use slsk_tests::world::Latency;

use crate::hostile::{Attack, Lie};

/// What happens in a run.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) clients: usize,
    /// The share of clients that can't be dialled.
    pub(super) firewalled: f64,
    /// The share of clients that listen for obfuscated connections too.
    pub(super) obfuscated: f64,
    /// Whether the server itself sends searches to everybody.
    pub(super) direct_searches: bool,
    pub(super) latency: Latency,
    pub(super) in_pieces: bool,
    /// The shares of connections and dials that fail; see [`slsk_tests::world::Network`].
    pub(super) loss: f64,
    pub(super) silent_loss: f64,
    pub(super) hanging_dials: f64,
    pub(super) refused_dials: f64,
    /// The share of the server's messages that are damaged.
    pub(super) damaged_server: f64,
    /// The share of clients that damage what they send.
    pub(super) damaging_clients: f64,
    pub(super) attackers: Vec<Attack>,
    pub(super) liars: Vec<Lie>,
    pub(super) attack_pause: Duration,
    /// How long the turmoil lasts.
    pub(super) turmoil: Duration,
    /// The longest time from one deed of a client to the next.
    pub(super) pause: Duration,
    /// How often hosts crash, come back and are cut off from each other, compared with searches and downloads.
    pub(super) unrest: f64,
    pub(super) server_restarts: bool,
}

impl Plan {
    pub(super) fn new(random: &mut fastrand::Rng) -> Self {
        // Most runs are small, some are large.
        let clients = match random.u8(..100) {
            0..60 => random.usize(2..12),
            60..90 => random.usize(12..40),
            90..99 => random.usize(40..100),
            _ => random.usize(100..250),
        };
        let large = clients >= 40;
        let mut sometimes = |share: f64, most: f64| {
            if random.f64() < share {
                most * random.f64()
            } else {
                0.0
            }
        };
        let firewalled = sometimes(0.6, 0.6);
        let obfuscated = sometimes(0.5, 1.0);
        let loss = sometimes(0.6, 0.3);
        let silent_loss = sometimes(0.5, 0.5);
        let hanging_dials = sometimes(0.4, 0.2);
        let refused_dials = sometimes(0.4, 0.2);
        let damaged_server = sometimes(0.15, 0.1);
        let damaging_clients = sometimes(0.15, 0.3);
        let unrest = sometimes(0.6, 0.5);
        let latency = match random.u8(..3) {
            0 => Latency::Fixed(Duration::from_millis(random.u64(1..100))),
            1 => Latency::UpTo(Duration::from_millis(random.u64(1..400))),
            _ => Latency::LongTail(
                Duration::from_millis(random.u64(10..100)),
                Duration::from_secs(3),
            ),
        };
        let hostile = if random.f64() < 0.4 {
            random.usize(1..4)
        } else {
            0
        };
        let lying = if random.f64() < 0.3 {
            random.usize(1..3)
        } else {
            0
        };
        let minutes = if large { 4 } else { 12 };
        Self {
            clients,
            firewalled,
            obfuscated,
            direct_searches: random.u8(..8) == 0,
            latency,
            in_pieces: !large && random.bool(),
            loss,
            silent_loss,
            hanging_dials,
            refused_dials,
            damaged_server,
            damaging_clients,
            attackers: (0..hostile)
                .map(|_| Attack::ALL[random.usize(..Attack::ALL.len())])
                .collect(),
            liars: (0..lying)
                .map(|_| Lie::ALL[random.usize(..Lie::ALL.len())])
                .collect(),
            attack_pause: Duration::from_millis(random.u64(100..5000)),
            turmoil: Duration::from_secs(60 * random.u64(1..minutes)),
            pause: Duration::from_secs(random.u64(5..40)),
            unrest,
            server_restarts: random.f64() < 0.3,
        }
    }
}
