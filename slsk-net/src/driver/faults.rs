//! [`Faults`]: what goes wrong on a connection, on purpose.

mod bytes;
mod frames;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

pub(super) use bytes::ByteFaults;
pub(super) use frames::FrameFaults;

/// Says for each new connection what will go wrong on it.
///
/// ```
/// use slsk_net::faults::{FaultPlan, Faults, Lane};
///
/// // Every second connection ends in the middle of the answer to the login.
/// let plan = FaultPlan::new(|connection| match connection.number % 2 {
///     0 => Faults::none(),
///     _ => Faults {
///         sent: Lane { cut_after: Some(10), ..Lane::default() },
///         ..Faults::none()
///     },
/// });
/// # let _ = plan;
/// ```
#[derive(Clone)]
pub struct FaultPlan(Arc<dyn Fn(NewConnection) -> Faults + Send + Sync>);

/// A connection that a [`FaultPlan`] is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewConnection {
    /// How many there were before it.
    pub number: u64,
    /// The other end.
    pub remote: SocketAddr,
    /// Whether we have dialled.
    pub ours: bool,
}

/// What goes wrong on one connection. The same faults and the same bytes give the same result, in whatever pieces
/// they come.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Faults {
    /// The source of all chance.
    pub seed: u64,
    /// Whether the connection is closed at once.
    pub close: bool,
    /// With what we send.
    pub sent: Lane,
    /// With what we receive.
    pub received: Lane,
}

/// What goes wrong with one direction of a connection. All chances are between 0 and 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Lane {
    /// How late bytes may be; each piece is late by a random part of it.
    pub delay: Duration,
    /// After how many bytes the connection is closed, the bytes of files included.
    pub cut_after: Option<u64>,
    /// The chance of each byte to have one bit turned.
    pub corrupt: f64,
    /// The chance of each frame to change places with the next one. What is obfuscated keeps its order when received.
    pub reorder: f64,
    /// The chance of each frame to have a wrong count: of a list, of the bytes of a text, or of the frame if it has neither.
    /// What is obfuscated keeps its counts when received.
    pub wrong_count: f64,
}

impl Faults {
    /// All goes well.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }
}

impl FaultPlan {
    /// A plan that asks `faults` about each connection.
    pub fn new(faults: impl Fn(NewConnection) -> Faults + Send + Sync + 'static) -> Self {
        Self(Arc::new(faults))
    }

    pub(super) fn of(&self, connection: NewConnection) -> Faults {
        (self.0)(connection)
    }
}

impl From<Faults> for FaultPlan {
    /// The same on every connection, each with a seed of its own.
    fn from(faults: Faults) -> Self {
        Self::new(move |connection| Faults {
            seed: faults.seed.wrapping_add(connection.number),
            ..faults
        })
    }
}

impl fmt::Debug for FaultPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FaultPlan")
    }
}

/// Whether something with this chance happens.
fn happens(random: &mut fastrand::Rng, chance: f64) -> bool {
    chance > 0.0 && random.f64() < chance
}
