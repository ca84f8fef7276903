//! One connection: a task with a half that reads and a half that writes.
//!
//! The end of a connection always goes through the writer, behind whatever it was told to write, so that
//! the machine hears of a finished file before it hears of the close. Dropping the [`Link`] closes: the
//! writer writes what it has been given and sends an end, the reader throws away what still comes.

mod reader;
mod writer;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use slsk_wire::{DecodeError, Encoder, FamilyId, Limits, Text};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::{AbortHandle, JoinSet};
use tracing::field::Empty;
use tracing::{Instrument, Span};

use super::faults::{Faults, FrameFaults};
use super::orders::Orders;
use super::{Happening, Tap, Tapped, stream};
use crate::machine::{CloseReason, ConnId, Expect, Inbound, Input, OpenSearches, Packet};
use reader::Reader;
use writer::{BATCH, Writer};

/// How much may wait for a slow connection, in bytes; one packet more is always taken.
const OUTBOX: usize = 8 * 1024 * 1024;
/// The same for a child of the distributed network: half a minute of searches, about.
const CHILD_OUTBOX: usize = 1024 * 1024;
/// How much may wait for all connections together until each may have [`CROWDED`] bytes only.
const ALL_OUTBOXES: usize = 256 * 1024 * 1024;
const CROWDED: usize = 256 * 1024;
/// How many inputs that are large may wait for the machine. So much is also decoded at a time at most.
const LARGE_INPUTS: usize = 8;
/// From how many bytes on a packet is large.
const LARGE: usize = 16 * 1024;
/// How long a closed connection may take to end, so that what we have written still arrives.
const LINGER: Duration = Duration::from_secs(5);
/// How many may take that long at once; others that are closed meanwhile end at once, as each keeps a descriptor.
const MAX_LINGERING: usize = 64;
/// How long a frame waits for the next one to go first, where faults want that.
const HELD: Duration = Duration::from_millis(500);

/// What is known of a connection and what it is told, for the driver and for its task.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) conn: ConnId,
    pub(super) remote: SocketAddr,
    pub(super) tap: Option<Tap>,
    /// Whose it is, once the machine knows.
    user: OnceLock<Text>,
    kind: OnceLock<&'static str>,
    span: Span,
    /// How many bytes wait to be written.
    waiting: AtomicUsize,
    all: Arc<All>,
    /// Whether there was ever anything to write.
    is_written_to: AtomicBool,
    /// Whether it is closed and has something left to write.
    is_lingering: AtomicBool,
    reading: Orders<ReadOrder>,
    writing: Orders<WriteOrder>,
}

/// What all connections of a driver have in common.
#[derive(Debug)]
pub(super) struct All {
    /// How many bytes wait to be written.
    waiting: AtomicUsize,
    /// How many connections are closed and have something left to write.
    lingering: AtomicUsize,
    /// The places for large inputs.
    large: Arc<Semaphore>,
}

impl Default for All {
    fn default() -> Self {
        Self {
            waiting: AtomicUsize::new(0),
            lingering: AtomicUsize::new(0),
            large: Arc::new(Semaphore::new(LARGE_INPUTS)),
        }
    }
}

impl Line {
    pub(super) fn new(conn: ConnId, remote: SocketAddr, tap: Option<Tap>, all: Arc<All>) -> Self {
        Self {
            conn,
            remote,
            tap,
            user: OnceLock::new(),
            kind: OnceLock::new(),
            span: tracing::debug_span!(
                "connection",
                %remote,
                ours = !conn.is_accepted(),
                kind = Empty,
                user = Empty,
            ),
            waiting: AtomicUsize::new(0),
            all,
            is_written_to: AtomicBool::new(false),
            is_lingering: AtomicBool::new(false),
            reading: Orders::default(),
            writing: Orders::default(),
        }
    }

    /// Whether another packet may wait where no more than so much does.
    fn has_room(&self, most: usize, is_ours: bool) -> bool {
        let is_crowded = self.all.waiting.load(Ordering::Relaxed) > ALL_OUTBOXES;
        let most = if is_crowded && !is_ours {
            most.min(CROWDED)
        } else {
            most
        };
        self.waiting.load(Ordering::Relaxed) <= most
    }

    fn await_turn(&self, weight: usize) {
        self.is_written_to.store(true, Ordering::Relaxed);
        self.waiting.fetch_add(weight, Ordering::Relaxed);
        self.all.waiting.fetch_add(weight, Ordering::Relaxed);
    }

    fn had_turn(&self, weight: usize) {
        self.waiting.fetch_sub(weight, Ordering::Relaxed);
        self.all.waiting.fetch_sub(weight, Ordering::Relaxed);
    }

    /// Begins to write what is left, unless too many connections do that already.
    fn linger(&self) -> bool {
        self.is_lingering.store(true, Ordering::Relaxed);
        self.all.lingering.fetch_add(1, Ordering::Relaxed) < MAX_LINGERING
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.had_turn(self.waiting.load(Ordering::Relaxed));
        if self.is_lingering.load(Ordering::Relaxed) {
            self.all.lingering.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// What both halves of a connection need.
#[derive(Debug)]
pub(super) struct Shared<C> {
    pub(super) line: Arc<Line>,
    pub(super) happenings: mpsc::Sender<Happening<C>>,
}

impl<C> Clone for Shared<C> {
    fn clone(&self) -> Self {
        Self {
            line: Arc::clone(&self.line),
            happenings: self.happenings.clone(),
        }
    }
}

impl<C> Shared<C> {
    /// Reports to the driver; false when it is gone. What is reported is made once there is room for it: an idle
    /// connection must not hold room for the largest of all inputs.
    pub(super) async fn report(&self, input: impl FnOnce(ConnId) -> Input<C>) -> bool {
        let Ok(room) = self.happenings.reserve().await else {
            return false;
        };
        room.send(Happening::Input(input(self.line.conn)));
        true
    }

    fn tap(&self, outgoing: bool, packet: &Packet, error: Option<&DecodeError>) {
        let name = packet.name();
        match (outgoing, error) {
            (true, _) => tracing::trace!(name, "sent"),
            (false, None) => tracing::trace!(name, "received"),
            (false, Some(error)) => {
                tracing::debug!(code = packet.code(), %error, "received nonsense");
            }
        }
        if let Some(tap) = &self.line.tap {
            tap.see(&Tapped {
                conn: self.line.conn,
                remote: self.line.remote,
                user: self.line.user.get(),
                outgoing,
                packet,
                error,
            });
        }
    }
}

/// The driver's end of a connection.
#[derive(Debug)]
pub(super) struct Link {
    line: Arc<Line>,
    task: AbortHandle,
}

impl Drop for Link {
    fn drop(&mut self) {
        self.line.reading.close();
        self.line.writing.close();
    }
}

#[derive(Debug)]
enum ReadOrder {
    Expect(Expect),
    /// What comes next is plain.
    Reveal,
    File(PathBuf, u64),
}

#[derive(Debug)]
enum WriteOrder {
    Packet {
        packet: Packet,
        /// Whether another one comes at once, to go out in the same write.
        is_followed: bool,
    },
    /// What comes next goes plain.
    Reveal,
    File {
        path: PathBuf,
        offset: u64,
        size: u64,
    },
    /// The reader has come to the end.
    Ended(CloseReason),
    /// What waits on purpose has waited for long enough.
    Hurry,
}

/// What a connection begins with.
pub(super) struct Start<C> {
    pub(super) shared: Shared<C>,
    /// Which search replies are handed in.
    pub(super) searches: watch::Receiver<OpenSearches>,
    pub(super) stream: TcpStream,
    pub(super) limits: Limits,
    pub(super) obfuscated: bool,
    pub(super) faults: Option<Faults>,
}

impl<C: Send + 'static> Start<C> {
    /// Both halves run in one task: most connections have nothing to say most of the time.
    pub(super) fn spawn(self, tasks: &mut JoinSet<()>) -> Link {
        let line = Arc::clone(&self.shared.line);
        let (reader, writer) = self.halves();
        let both = async { _ = tokio::join!(reader.run(), writer.run()) };
        let task = tasks.spawn(both.instrument(line.span.clone()));
        Link { line, task }
    }

    /// The halves, in boxes, as a future holds twice what it begins with.
    fn halves(self) -> (Box<Reader<C>>, Box<Writer<C>>) {
        let faults = self.faults.as_ref();
        let (incoming, outgoing) = stream::split(self.stream, faults);
        let mut inbound = Inbound::new(self.limits);
        inbound.set_obfuscated(self.obfuscated);
        let reader = Reader {
            shared: self.shared.clone(),
            searches: self.searches,
            stream: incoming,
            inbound,
            obfuscated: self.obfuscated,
            faults: faults.and_then(|f| FrameFaults::new(&f.received, f.seed)),
        };
        let writer = Writer {
            shared: self.shared,
            stream: outgoing,
            encoder: Encoder::default(),
            obfuscated: self.obfuscated,
            faults: faults.and_then(|f| FrameFaults::new(&f.sent, !f.seed)),
        };
        (Box::new(reader), Box::new(writer))
    }
}

impl Link {
    pub(super) fn expect(&self, expect: Expect) {
        // Recorded twice, it would be there twice.
        if let Some(kind) = kind(expect)
            && self.line.kind.set(kind).is_ok()
        {
            self.line.span.record("kind", kind);
        }
        self.line.reading.push(ReadOrder::Expect(expect));
    }

    /// Says whose connection it is.
    pub(super) fn identify(&self, user: Text) {
        let shown = user.to_str().escape_debug().to_string();
        if self.line.user.set(user).is_ok() {
            self.line.span.record("user", shown);
        }
    }

    /// From the next frame on the connection is plain, both ways.
    pub(super) fn reveal(&self) {
        self.line.reading.push(ReadOrder::Reveal);
        self.line.writing.push(WriteOrder::Reveal);
    }

    pub(super) fn receive_file(&self, path: PathBuf, size: u64) {
        self.line.reading.push(ReadOrder::File(path, size));
    }

    /// Writes a packet, unless too much waits already. One that is followed by another goes out together with it.
    pub(super) fn send(&self, packet: Packet, is_followed: bool) -> Result<(), CloseReason> {
        let most = match packet.family() {
            Some(FamilyId::Distributed) => CHILD_OUTBOX,
            _ => OUTBOX,
        };
        // What others leave lying must not cost us our own session.
        let is_ours = packet.family() == Some(FamilyId::ServerRequest);
        if !self.line.has_room(most, is_ours) {
            return Err(CloseReason::Stalled);
        }
        self.line.await_turn(weight(&packet));
        self.line.writing.push(WriteOrder::Packet {
            packet,
            is_followed,
        });
        Ok(())
    }

    pub(super) fn send_file(&self, path: PathBuf, offset: u64, size: u64) {
        self.line.is_written_to.store(true, Ordering::Relaxed);
        let order = WriteOrder::File { path, offset, size };
        self.line.writing.push(order);
    }

    /// Ends it, once what was to be written has arrived.
    pub(super) fn close(self) {
        // Without anything to write it would keep its descriptor for a while, for nothing.
        if !self.line.is_written_to.load(Ordering::Relaxed) || !self.line.linger() {
            self.abort();
        }
    }

    /// Ends it at once.
    pub(super) fn abort(&self) {
        self.task.abort();
    }
}

/// Waits until a frame has waited for another one for long enough. In a box, as few connections have such faults.
async fn held() {
    Box::pin(tokio::time::sleep(HELD)).await;
}

/// What a connection carries, for logs; `None` as long as that is not settled.
fn kind(expect: Expect) -> Option<&'static str> {
    match family(expect) {
        Some(FamilyId::ServerRequest | FamilyId::ServerResponse) => Some("server"),
        Some(FamilyId::PeerInit) => None,
        Some(FamilyId::Peer) => Some("peer"),
        Some(FamilyId::Distributed) => Some("distributed"),
        None => matches!(expect, Expect::Ticket | Expect::Offset).then_some("file"),
    }
}

/// The family of the messages that are expected.
fn family(expect: Expect) -> Option<FamilyId> {
    match expect {
        Expect::One(family) | Expect::Messages(family) => Some(family),
        Expect::Bulk => Some(FamilyId::Peer),
        Expect::Ticket | Expect::Offset | Expect::Nothing | Expect::End => None,
    }
}

/// How much memory a packet holds while it waits to be written, about.
fn weight(packet: &Packet) -> usize {
    match packet {
        // The body of a large frame is shared, as that of a share list with all who have asked for it.
        Packet::Distributed(..) | Packet::Frame(..) => packet.weight().min(BATCH),
        _ => packet.weight(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use slsk_wire::Family as _;
    use slsk_wire::file::FileTicket;
    use slsk_wire::peer::{Attributes, File, FileSearchResponse, PeerMessage};
    use tokio::io::AsyncWriteExt;
    use tokio::net::TcpListener;

    use super::*;
    use crate::driver::INPUTS;

    /// A connection from somebody else, and his end of it.
    async fn start(
        happenings: mpsc::Sender<Happening<()>>,
        all: &Arc<All>,
        searches: OpenSearches,
    ) -> (Start<()>, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stream = TcpStream::connect(address).await.unwrap();
        let (other, _) = listener.accept().await.unwrap();
        let line = Line::new(ConnId::dialled(1), address, None, Arc::clone(all));
        let start = Start {
            shared: Shared {
                line: Arc::new(line),
                happenings,
            },
            searches: watch::channel(searches).1,
            stream,
            limits: Limits::default(),
            obfuscated: false,
            faults: None,
        };
        (start, other)
    }

    /// What is allocated for a connection, besides what tokio needs for a socket and a task.
    #[tokio::test]
    async fn a_connection_takes_little_memory() {
        let (happenings, _received) = mpsc::channel(1);
        let (start, _other) = start(happenings, &Arc::default(), Arc::default()).await;
        let (reader, writer) = start.halves();
        let parts = size_of::<Line>() + size_of_val(&*reader) + size_of_val(&*writer);
        let futures = size_of_val(&reader.run()) + size_of_val(&writer.run());
        assert!(parts < 1500, "{parts} bytes");
        // With optimization it is half of that.
        assert!(futures < 2000, "{futures} bytes");
    }

    /// A reply to search 7.
    fn reply(files: usize) -> PeerMessage {
        let file = File::new("song", 1, Attributes::default());
        FileSearchResponse::new("ada", 7, vec![file; files]).into()
    }

    #[tokio::test]
    async fn few_large_packets_wait_for_the_machine_however_many_connections_bring_them() {
        const CONNECTIONS: usize = 20;
        let (happenings, mut received) = mpsc::channel(INPUTS);
        let all = Arc::new(All::default());
        let searches = OpenSearches::new([(7, [].into())].into());
        let mut tasks = JoinSet::new();
        let mut open = Vec::new();
        for _ in 0..CONNECTIONS {
            let (start, mut other) = start(happenings.clone(), &all, searches.clone()).await;
            let link = start.spawn(&mut tasks);
            link.expect(Expect::Messages(FamilyId::Peer));
            for message in [reply(1), reply(10_000)] {
                let frame = message.to_frame().unwrap();
                other.write_all(&frame).await.unwrap();
            }
            open.push((link, other));
        }
        let (mut small, mut places) = (0, VecDeque::new());
        for _ in 0..2 * CONNECTIONS {
            if places.len() == LARGE_INPUTS {
                // Nobody decodes anything until the machine has taken one.
                assert_eq!(all.large.available_permits(), 0);
                assert!(received.try_recv().is_err());
                places.pop_front();
            }
            match received.recv().await.unwrap() {
                Happening::Input(_) => small += 1,
                Happening::Large(_, place) => places.push_back(place),
                Happening::Dialled(..) => panic!("nobody dials"),
            }
        }
        assert_eq!(small, CONNECTIONS);
    }

    #[tokio::test]
    async fn few_closed_connections_wait_for_their_last_words_to_arrive() {
        let (happenings, _received) = mpsc::channel(INPUTS);
        let all = Arc::new(All::default());
        let mut tasks = JoinSet::new();
        let mut open = Vec::new();
        for _ in 0..2 * MAX_LINGERING {
            let (start, other) = start(happenings.clone(), &all, Arc::default()).await;
            let driver_end = start.spawn(&mut tasks);
            let packet = Packet::Ticket(FileTicket { token: 7 });
            driver_end.send(packet, false).unwrap();
            open.push((driver_end, other));
        }
        let others: Vec<_> = open
            .into_iter()
            .map(|(link, other)| {
                link.close();
                other
            })
            .collect();
        for _ in 0..MAX_LINGERING {
            assert!(
                tasks
                    .join_next()
                    .await
                    .unwrap()
                    .is_err_and(|error| error.is_cancelled())
            );
        }
        assert!(tasks.try_join_next().is_none());
        assert_eq!(all.lingering.load(Ordering::Relaxed), MAX_LINGERING);
        drop(others);
        while let Some(ended) = tasks.join_next().await {
            ended.unwrap();
        }
        assert_eq!(all.lingering.load(Ordering::Relaxed), 0);
    }
}
