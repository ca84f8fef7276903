//! What the parts of the client hand to each other and to the world.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use slsk_wire::Text;
use slsk_wire::peer::PeerMessage;
use slsk_wire::server::{IncomingFileSearch, ServerRequest};

use super::api::{Event, Reply, SearchError, SearchId};
use super::{Account, CommandId, ConnId, Effect, Expect, Packet, Route, SearchRequest};

/// How long the server may take for an answer, unless the owner says otherwise.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
/// Why a user can't be reached of whom the server tells no address.
pub(super) const NOT_ONLINE: &str = "he is not online";

/// What a part wants done: by the world, or by a sibling. The client routes it; parts never call each other.
#[derive(Debug)]
pub(super) enum Out {
    /// To the world.
    Effect(Effect<Reply, Event>),
    /// To the session: send this to the server.
    ToServer(ServerRequest),
    /// To the pace: send this search to the server when its turn comes.
    PacedToServer(ServerRequest, SearchId),
    /// From the pace: a search has gone out now. Its time begins.
    SearchSent(SearchId),
    /// From the pace: a search can't be sent.
    SearchRefused(SearchId, SearchError),
    /// To the pace: a search is over, sent or not.
    SearchOver(SearchId),
    /// To the pace: an account wants to log in.
    AwaitLogin(Account),
    /// From the pace: the login may go out now.
    LoginGranted,
    /// From the users: how fast we upload as the server knows it, in bytes a second.
    OwnSpeed(u32),
    /// From the users: a user is offline, and with him his address.
    UserOffline(Text),
    /// To the peers: send this to a user, connecting first if need be.
    ToPeer(Text, PeerMessage),
    /// To the peers: answer a question on the connection that it came over, if it is still there.
    Answer(ConnId, Packet),
    /// To the peers: send this to a user with one attempt, tell nobody when it fails, and close the connection behind it
    /// unless something else waits. For search results, of which there are many.
    Deliver(Text, PeerMessage),
    /// To the peers: whether a share list or user info of this user is awaited. Unasked ones close the connection.
    AwaitBulk(Text, bool),
    /// To the peers: whether a file of this user is awaited, so that it is worth a question who he is.
    AwaitFiles(Text, bool),
    /// To the peers: whether there is room below us in the distributed network.
    TakeChildren(bool),
    /// To the peers: connect to a user of the distributed network, at this address where it is known.
    OpenDistributed(Text, Option<SocketAddr>),
    /// From the peers: a connection that [`Out::OpenDistributed`] asked for is open. It is the distributed part's now.
    DistributedOpened(ConnId, Text),
    /// From the peers: a user has opened a connection of the distributed network to us. It is the distributed part's now.
    DistributedOffered(ConnId, Text),
    /// From the peers: there will be no connection that [`Out::OpenDistributed`] asked for.
    DistributedUnreachable(Text),
    /// From the distributed part: somebody searches.
    Searched(IncomingFileSearch),
    /// From the wishlist: the time of this wish has come.
    Wish(CommandId, SearchRequest),
    /// To the peers: connect to a user for the upload with this token.
    OpenFile(Text, u32),
    /// From the peers: a message of a user. Where it matters to a transfer or a request of ours, it is known to be his;
    /// whoever asks is only said to be he, and is to be [answered](Self::Answer) where he has asked.
    FromPeer(ConnId, Text, PeerMessage),
    /// From the peers: a file connection of ours is open, its ticket sent.
    FileOpened(ConnId, Text, u32),
    /// From the peers: a user has opened a file connection with this token.
    FileOffered(ConnId, Text, u32),
    /// From the peers: what waited for a user is on its way.
    Reached(Text),
    /// From the peers: a user can't be reached, so what was to be sent to him is lost.
    Unreachable(Text, String),
    /// From the peers: a user can't be reached with the file of this token.
    FileUnreachable(Text, u32, String),
    /// From the peers: the message connection to a user is gone.
    PeerGone(Text),
}

/// Collects what the parts want, and makes what they make: connections.
#[derive(Debug)]
pub(super) struct Outbox {
    pub(super) now: Instant,
    /// How long the server may take for an answer.
    pub(super) patience: Duration,
    pub(super) queue: VecDeque<Out>,
    dialled: u64,
    random: fastrand::Rng,
}

impl Outbox {
    pub(super) fn new(now: Instant, seed: u64) -> Self {
        Self {
            now,
            patience: PATIENCE,
            queue: VecDeque::new(),
            dialled: 0,
            random: fastrand::Rng::with_seed(seed),
        }
    }

    pub(super) fn push(&mut self, out: Out) {
        self.queue.push_back(out);
    }

    pub(super) fn effect(&mut self, effect: Effect<Reply, Event>) {
        self.push(Out::Effect(effect));
    }

    pub(super) fn reply(&mut self, id: CommandId, reply: Reply) {
        self.effect(Effect::Reply(id, reply));
    }

    pub(super) fn emit(&mut self, event: Event) {
        self.effect(Effect::Emit(event));
    }

    pub(super) fn dial(&mut self, route: Route) -> ConnId {
        self.dialled += 1;
        let conn = ConnId::dialled(self.dialled);
        self.effect(Effect::Dial(conn, route));
        conn
    }

    /// The one source of chance.
    pub(super) fn random(&mut self) -> &mut fastrand::Rng {
        &mut self.random
    }

    pub(super) fn send(&mut self, conn: ConnId, packet: impl Into<Packet>) {
        self.effect(Effect::Send(conn, packet.into()));
    }

    pub(super) fn expect(&mut self, conn: ConnId, expect: Expect) {
        self.effect(Effect::Expect(conn, expect));
    }

    /// Says whose connection it is, for logs and taps.
    pub(super) fn identify(&mut self, conn: ConnId, user: &Text) {
        self.effect(Effect::Identify(conn, user.clone()));
    }

    pub(super) fn close(&mut self, conn: ConnId) {
        self.effect(Effect::Close(conn));
    }
}

#[cfg(test)]
impl Outbox {
    /// An outbox for the tests of a part.
    pub(super) fn for_tests() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "an origin; only differences matter"
        )]
        Self::new(Instant::now(), 1)
    }

    /// Takes all that waits, sorted by kind.
    pub(super) fn take(&mut self) -> Taken {
        let mut taken = Taken::default();
        for out in self.queue.drain(..) {
            match out {
                Out::ToServer(request) => taken.requests.push(request),
                Out::Effect(Effect::Reply(id, reply)) => taken.replies.push((id.0, reply)),
                Out::Effect(Effect::Emit(event)) => taken.events.push(event),
                other => taken.others.push(other),
            }
        }
        taken
    }
}

/// What a part wanted, in a test.
#[cfg(test)]
#[derive(Debug, Default)]
pub(super) struct Taken {
    pub(super) requests: Vec<ServerRequest>,
    pub(super) replies: Vec<(u64, Reply)>,
    pub(super) events: Vec<Event>,
    pub(super) others: Vec<Out>,
}
