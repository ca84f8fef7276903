//! Those below us: who may come, and passing on to them.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use slsk_wire::distributed::{DistributedBranchLevel, DistributedBranchRoot, DistributedMessage};
use slsk_wire::{FamilyId, Frame, Text};

use crate::machine::outbox::Outbox;
use crate::machine::{ConnId, Packet};

/// How long a second connection of a child is refused: both ways of connecting may have succeeded. Later the first one is
/// dead, and he has come back.
const SECOND_CONNECTION: Duration = Duration::from_secs(30);

/// The children, and how many there may be.
#[derive(Debug)]
pub(super) struct Children {
    links: BTreeMap<ConnId, Child>,
    pub(super) capacity: Capacity,
}

#[derive(Debug)]
struct Child {
    user: Text,
    since: Instant,
}

impl Children {
    pub(super) fn new(max: u32) -> Self {
        Self {
            links: BTreeMap::new(),
            capacity: Capacity::new(max),
        }
    }

    pub(super) fn owns(&self, conn: ConnId) -> bool {
        self.links.contains_key(&conn)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &Text> {
        self.links.values().map(|child| &child.user)
    }

    pub(super) fn contain(&self, user: &Text) -> bool {
        self.names().any(|name| name == user)
    }

    pub(super) fn has_room(&self) -> bool {
        self.links.len() < self.capacity.children()
    }

    /// Takes a child, unless there is no room or he is there already.
    pub(super) fn take(&mut self, conn: ConnId, user: &Text, out: &mut Outbox) -> bool {
        let known = self.links.iter().find(|(_, child)| child.user == *user);
        match known.map(|(&old, child)| (old, child.since + SECOND_CONNECTION)) {
            Some((_, until)) if out.now < until => return false,
            Some((old, _)) => self.close(old, out),
            None => {}
        }
        if !self.has_room() {
            return false;
        }
        let child = Child {
            user: user.detach(),
            since: out.now,
        };
        self.links.insert(conn, child);
        true
    }

    /// The connection of a child is gone.
    pub(super) fn closed(&mut self, conn: ConnId) {
        self.links.remove(&conn);
    }

    pub(super) fn close(&mut self, conn: ConnId, out: &mut Outbox) {
        self.links.remove(&conn);
        out.close(conn);
    }

    pub(super) fn close_user(&mut self, user: &Text, out: &mut Outbox) {
        for (conn, _) in self.links.extract_if(.., |_, child| child.user == *user) {
            out.close(conn);
        }
    }

    pub(super) fn close_all(&mut self, out: &mut Outbox) {
        for conn in std::mem::take(&mut self.links).into_keys() {
            out.close(conn);
        }
    }

    /// Tells all children what is new about where they are.
    pub(super) fn tell(&self, level: Option<u32>, root: Option<&Text>, out: &mut Outbox) {
        for &conn in self.links.keys() {
            tell(conn, level, root, out);
        }
    }

    /// Passes a search on, as it came.
    pub(super) fn relay(&self, frame: &Frame, out: &mut Outbox) {
        for &conn in self.links.keys() {
            out.send(conn, Packet::Frame(FamilyId::Distributed, frame.clone()));
        }
    }
}

/// Tells a child where he is, the level first.
pub(super) fn tell(conn: ConnId, level: Option<u32>, root: Option<&Text>, out: &mut Outbox) {
    if let Some(level) = level {
        // A parent is at most a few hundred levels down.
        let level = i32::try_from(level).unwrap_or(i32::MAX);
        out.send(
            conn,
            DistributedMessage::from(DistributedBranchLevel { level }),
        );
    }
    if let Some(username) = root.cloned() {
        out.send(
            conn,
            DistributedMessage::from(DistributedBranchRoot { username }),
        );
    }
}

/// How many children we may have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Capacity {
    /// Our own limit.
    max: u32,
    /// Our upload speed as the server knows it, in bytes a second.
    pub(super) speed: u32,
    /// What [`ParentMinSpeed`](slsk_wire::server::ParentMinSpeed) says.
    pub(super) min_speed: u32,
    /// What [`ParentSpeedRatio`](slsk_wire::server::ParentSpeedRatio) says.
    pub(super) ratio: u32,
}

impl Capacity {
    /// With the numbers of the official server, which may not tell them, and no speed yet.
    pub(super) fn new(max: u32) -> Self {
        Self {
            max,
            speed: 0,
            min_speed: 1,
            ratio: 50,
        }
    }

    fn children(self) -> usize {
        let [speed, min_speed, ratio] = [self.speed, self.min_speed, self.ratio].map(u64::from);
        if speed < 1024 * min_speed {
            return 0;
        }
        // A ratio of 0 says nothing about how many, so there are none, as in Nicotine+.
        let by_speed = (10 * speed).checked_div(ratio * 1024).unwrap_or(0);
        usize::try_from(by_speed.min(u64::from(self.max))).unwrap_or(usize::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speed_and_ratio_give_the_number_of_children() {
        let children = |speed, min_speed, ratio, max| {
            Capacity {
                max,
                speed,
                min_speed,
                ratio,
            }
            .children()
        };
        assert_eq!(children(20_480, 1, 50, 10), 4);
        assert_eq!(children(20_480, 1, 30, 10), 6);
        assert_eq!(children(20_479, 1, 50, 10), 3);
        assert_eq!(children(20_480, 20, 50, 10), 4);
        assert_eq!(children(20_480, 21, 50, 10), 0);
        assert_eq!(children(1024, 1, 50, 10), 0);
        assert_eq!(children(5120, 1, 50, 10), 1);
        assert_eq!(children(1_000_000, 1, 50, 10), 10);
        assert_eq!(children(1_000_000, 1, 50, 0), 0);
        assert_eq!(children(1_000_000, 1, 0, 10), 0);
        assert_eq!(children(0, 0, 50, 10), 0);
        assert_eq!(children(u32::MAX, u32::MAX, u32::MAX, 10), 0);
        assert_eq!(children(u32::MAX, 0, 1, u32::MAX), 41_943_039);
    }

    #[test]
    fn without_a_speed_there_are_no_children() {
        assert_eq!(Capacity::new(10).children(), 0);
    }
}
