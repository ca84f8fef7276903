//! Where connections come from, and who may not come at all.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::machine::ConnId;

/// The address of every connection. One of IPv4 that is dressed as IPv6 is one of IPv4.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    by_conn: BTreeMap<ConnId, IpAddr>,
    conns: BTreeMap<IpAddr, BTreeSet<ConnId>>,
    banned: BTreeSet<IpAddr>,
}

impl Addresses {
    /// Lets a connection in.
    pub(super) fn enter(&mut self, conn: ConnId, ip: IpAddr) {
        let ip = ip.to_canonical();
        self.by_conn.insert(conn, ip);
        self.conns.entry(ip).or_default().insert(conn);
    }

    /// Whether one more from this address may come in: it is not banned and has not `most` already.
    pub(super) fn may_enter(&self, ip: IpAddr, most: Option<usize>) -> bool {
        let ip = ip.to_canonical();
        let conns = self.conns.get(&ip).map_or(0, BTreeSet::len);
        !self.banned.contains(&ip) && most.is_none_or(|most| conns < most)
    }

    /// How many connections there are.
    pub(super) fn count(&self) -> usize {
        self.by_conn.len()
    }

    pub(super) fn leave(&mut self, conn: ConnId) {
        if let Some(ip) = self.by_conn.remove(&conn)
            && let Some(conns) = self.conns.get_mut(&ip)
        {
            conns.remove(&conn);
            if conns.is_empty() {
                self.conns.remove(&ip);
            }
        }
    }

    /// The address as messages have it; unspecified where it is no IPv4.
    pub(super) fn of(&self, conn: ConnId) -> Ipv4Addr {
        match self.by_conn.get(&conn) {
            Some(IpAddr::V4(ip)) => *ip,
            Some(IpAddr::V6(_)) | None => Ipv4Addr::UNSPECIFIED,
        }
    }

    /// Who shares a turn with a connection: its address, and of IPv6 the half that one customer has.
    pub(super) fn lane(&self, conn: ConnId) -> Option<IpAddr> {
        Some(match *self.by_conn.get(&conn)? {
            IpAddr::V4(ip) => ip.into(),
            IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64).into(),
        })
    }

    /// Bans an address; returns its connections, which are to be closed.
    pub(super) fn ban(&mut self, ip: IpAddr) -> Vec<ConnId> {
        let ip = ip.to_canonical();
        self.banned.insert(ip);
        self.conns.get(&ip).into_iter().flatten().copied().collect()
    }

    pub(super) fn unban(&mut self, ip: IpAddr) {
        self.banned.remove(&ip.to_canonical());
    }
}
