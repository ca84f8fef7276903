//! Those who mean no good: they write what they like to everybody, and lie to the server.

mod payload;
mod user;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use slsk_net::machine::{ConnId, Route};
use slsk_tests::world::{Hands, Happened, Stranger};
use slsk_wire::Text;

pub use user::{FalseUser, Lie};

/// How many connections an attacker holds at once; older ones are closed.
const MAX_OPEN: usize = 30;

/// Whom an attacker knows.
#[derive(Debug)]
pub struct Targets {
    /// Where they listen; the server may be among them.
    pub addresses: Vec<SocketAddr>,
    /// What they are called.
    pub names: Vec<Text>,
}

/// What an attacker does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attack {
    /// Writes random bytes.
    Noise,
    /// Introduces himself and sends damaged messages, with counts that lie.
    Lies,
    /// Introduces himself and sends more than anybody asked for.
    Flood,
    /// Guesses tokens to pierce firewalls with.
    Pierce,
    /// Claims to be another one.
    Impostor,
    /// Wants to be a parent or a child, and says absurd things.
    Tree,
    /// Opens file connections that nobody waits for.
    Files,
    /// Says nothing, or one byte at a time.
    Slow,
}

impl Attack {
    pub const ALL: [Self; 8] = [
        Self::Noise,
        Self::Lies,
        Self::Flood,
        Self::Pierce,
        Self::Impostor,
        Self::Tree,
        Self::Files,
        Self::Slow,
    ];
}

/// Dials one target after the other and attacks it.
#[derive(Debug)]
pub struct Attacker {
    attack: Attack,
    targets: Rc<Targets>,
    /// How long from one dial to the next.
    pause: Duration,
    next: Option<Instant>,
    /// What still goes to whom, a byte at a time.
    open: BTreeMap<ConnId, Vec<u8>>,
}

impl Attacker {
    pub fn new(attack: Attack, targets: Rc<Targets>, pause: Duration) -> Self {
        Self {
            attack,
            targets,
            pause,
            next: None,
            open: BTreeMap::new(),
        }
    }

    fn connected(&mut self, conn: ConnId, hands: &mut Hands<'_>) {
        let mut bytes = payload::of(self.attack, &self.targets, hands.random);
        if self.attack == Attack::Slow {
            bytes.reverse();
            self.open.insert(conn, bytes);
        } else {
            self.open.insert(conn, Vec::new());
            hands.write(conn, bytes);
            if hands.random.u8(..4) == 0 {
                self.close(conn, hands);
            }
        }
        if self.open.len() > MAX_OPEN
            && let Some(&oldest) = self.open.keys().next()
        {
            self.close(oldest, hands);
        }
    }

    fn close(&mut self, conn: ConnId, hands: &mut Hands<'_>) {
        self.open.remove(&conn);
        hands.close(conn);
    }

    fn alarm(&mut self, hands: &mut Hands<'_>) {
        self.next = Some(hands.now + self.pause.mul_f64(0.5 + hands.random.f64()));
        for (conn, rest) in &mut self.open {
            if let Some(byte) = rest.pop() {
                hands.write(*conn, [byte]);
            }
        }
        if let Some(&address) = hands.random.choice(&self.targets.addresses) {
            hands.dial(Route::plain(address));
        }
    }
}

impl Stranger for Attacker {
    fn happened(&mut self, what: Happened<'_>, hands: &mut Hands<'_>) {
        match what {
            Happened::Begun => self.next = Some(hands.now + self.pause),
            Happened::Alarm => self.alarm(hands),
            Happened::Connected(conn) => self.connected(conn, hands),
            Happened::Closed(conn) => _ = self.open.remove(&conn),
            Happened::Accepted(conn) => hands.close(conn),
            Happened::Failed(_) | Happened::Bytes(..) => {}
        }
    }

    fn deadline(&self) -> Option<Instant> {
        self.next
    }
}
