//! What waits for a connection to a user: bounded in number and in bytes, for each user and in all.
//!
//! Strangers decide how many results wait and for whom, so these are counted apart and never take the room of our own
//! messages.

use slsk_wire::Text;

use super::Peers;
use super::queue::Lane;
use crate::machine::Packet;

/// How much may wait of what we want to send.
pub(super) const OWN: Room = Room {
    messages: 1024,
    bytes: 4 << 20,
    all_bytes: 64 << 20,
};
/// How much of what others have searched for.
pub(super) const RESULTS: Room = Room {
    messages: 32,
    bytes: 1 << 20,
    all_bytes: 32 << 20,
};

/// How much may wait. Where so many bytes are not reached yet, one message more is taken, however large.
#[derive(Debug)]
pub(super) struct Room {
    /// For one user.
    pub(super) messages: usize,
    /// For one user.
    pub(super) bytes: usize,
    /// For all users.
    pub(super) all_bytes: usize,
}

/// What waits for one user.
#[derive(Debug, Default)]
pub(super) struct Pending {
    packets: Vec<Packet>,
    own: Load,
    results: Load,
}

/// How much waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Load {
    messages: usize,
    bytes: usize,
}

/// How much waits for all users, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct AllPending {
    own: usize,
    results: usize,
}

impl Pending {
    /// How many messages wait.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.packets.len()
    }

    /// Whether nobody minds if all of it is lost.
    pub(super) fn is_only_results(&self) -> bool {
        self.own.messages == 0
    }

    /// The messages, in the order in which they came.
    pub(super) fn into_packets(self) -> Vec<Packet> {
        self.packets
    }
}

impl Peers {
    /// Lets a message wait, or says why not.
    pub(super) fn put_pending(
        &mut self,
        name: &Text,
        packet: Packet,
        lane: Lane,
    ) -> Result<(), &'static str> {
        let pending = &mut self.users.entry(name.clone()).or_default().pending;
        let all = &mut self.all_pending;
        let (room, load, all) = match lane {
            Lane::Own => (OWN, &mut pending.own, &mut all.own),
            Lane::Answers => (RESULTS, &mut pending.results, &mut all.results),
        };
        if load.messages >= room.messages || load.bytes >= room.bytes {
            return Err("too much waits for him");
        }
        if *all >= room.all_bytes {
            return Err("too much waits for users who are not connected");
        }
        let weight = packet.weight();
        load.messages += 1;
        load.bytes += weight;
        *all += weight;
        pending.packets.push(packet);
        Ok(())
    }

    /// Takes out all that waits for a user.
    pub(super) fn take_pending(&mut self, name: &Text) -> Pending {
        let user = self.users.get_mut(name);
        let pending = user.map(|user| std::mem::take(&mut user.pending));
        let pending = pending.unwrap_or_default();
        self.all_pending.own -= pending.own.bytes;
        self.all_pending.results -= pending.results.bytes;
        pending
    }
}
