//! How much a client holds, at one moment.

use super::ClientMachine;
use crate::machine::Branch;

/// How much a client holds. For tests that see to it that nothing grows without bound or stays behind, and for
/// whoever looks for what does; what is counted may change with the parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Whether there is a session.
    pub online: bool,
    /// Connections to peers, in a handshake or open, whatever they are for.
    pub links: usize,
    /// Connections that we want, or that others want of us, and that there are not yet.
    pub wishes: usize,
    /// Users that we have to do with.
    pub users: usize,
    /// Where we are in the distributed network. `None` without a session.
    pub branch: Option<Branch>,
    /// Those who could become our parent.
    pub candidates: usize,
    /// What was asked about users and rooms and has no answer.
    pub questions: usize,
    /// Users who are watched.
    pub watched: usize,
    /// Rooms that we are in, or shall be in again.
    pub rooms: usize,
    /// Our searches that are open.
    pub searches: usize,
    /// Those of them that wait for their turn.
    pub paced: usize,
    /// Searches of others that wait for the index.
    pub queries: usize,
    /// Questions to other users about themselves and their files.
    pub requests: usize,
    /// Downloads that are not over.
    pub downloads: usize,
    /// Uploads that are not over.
    pub uploads: usize,
}

impl ClientMachine {
    /// How much it holds now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            online: self.session.username().is_some(),
            links: self.peers.links(),
            wishes: self.peers.wishes(),
            users: self.peers.users(),
            branch: self.distributed.branch(),
            candidates: self.distributed.candidate_count(),
            questions: self.users.questions() + self.rooms.questions(),
            watched: self.users.watched_count(),
            rooms: self.rooms.joined_count(),
            searches: self.searches.count(),
            paced: self.pace.waiting(),
            queries: self.incoming.count(),
            requests: self.requests.count(),
            downloads: self.downloads.count(),
            uploads: self.uploads.count(),
        }
    }
}
