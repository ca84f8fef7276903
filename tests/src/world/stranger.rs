//! Somebody who writes whatever bytes he likes.

use std::fmt::Debug;
use std::time::Instant;

use slsk_net::machine::{ConnId, Route};

/// Somebody who speaks in raw bytes: a hostile peer, or a program of another make.
pub trait Stranger: Debug {
    /// Something has happened to him.
    fn happened(&mut self, what: Happened<'_>, hands: &mut Hands<'_>);

    /// When [`Happened::Alarm`] is next due.
    fn deadline(&self) -> Option<Instant> {
        None
    }
}

/// What happens to a [`Stranger`].
#[derive(Clone, Copy, Debug)]
pub enum Happened<'a> {
    /// He is there.
    Begun,
    /// Somebody has connected.
    Accepted(ConnId),
    /// A dial of his has got through.
    Connected(ConnId),
    /// A dial of his has not.
    Failed(ConnId),
    /// Bytes have come.
    Bytes(ConnId, &'a [u8]),
    /// The other side has closed.
    Closed(ConnId),
    /// His [deadline](Stranger::deadline) has come.
    Alarm,
}

/// What a [`Stranger`] can do.
#[derive(Debug)]
pub struct Hands<'a> {
    /// The time.
    pub now: Instant,
    /// The chance of the world.
    pub random: &'a mut fastrand::Rng,
    pub(super) dialled: &'a mut u64,
    pub(super) orders: Vec<Order>,
}

#[derive(Debug)]
pub(super) enum Order {
    Dial(ConnId, Route),
    Write(ConnId, Vec<u8>),
    Close(ConnId),
}

impl Hands<'_> {
    /// Dials. What he writes is not obfuscated for him, whatever the route says.
    pub fn dial(&mut self, route: Route) -> ConnId {
        *self.dialled += 1;
        let conn = ConnId::dialled(*self.dialled);
        self.orders.push(Order::Dial(conn, route));
        conn
    }

    /// Writes.
    pub fn write(&mut self, conn: ConnId, bytes: impl Into<Vec<u8>>) {
        self.orders.push(Order::Write(conn, bytes.into()));
    }

    /// Closes, behind what was written.
    pub fn close(&mut self, conn: ConnId) {
        self.orders.push(Order::Close(conn));
    }
}
