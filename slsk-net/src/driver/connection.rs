//! One connection: a task that reads and a task that writes.
//!
//! The end of a connection always goes through the writer, behind whatever it was told to write, so that
//! the machine hears of a finished file before it hears of the close. Dropping the [`Link`] closes: the
//! writer writes what it has been given and sends an end, the reader throws away what still comes.

mod reader;
mod writer;

use std::cell::OnceCell;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use slsk_wire::{DecodeError, Encoder, FamilyId, Limits, Text};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio::task::{AbortHandle, JoinSet};
use tracing::{Instrument, Span};

use super::faults::{Faults, FrameFaults};
use super::{Happening, Tap, Tapped, stream};
use crate::machine::{CloseReason, ConnId, Expect, Inbound, Input, OpenSearches, Packet};
use reader::Reader;
use writer::{BATCH, Writer};

/// How much may wait for a slow connection, in bytes; one packet more is always taken.
const OUTBOX: usize = 8 * 1024 * 1024;
/// The same for a child of the distributed network: half a minute of searches, about.
const CHILD_OUTBOX: usize = 1024 * 1024;
/// What a packet takes up besides its texts, about.
const PACKET: usize = 256;
/// How much of a large message or packet is reported at once, in bytes, while it comes or goes.
const MOVED: usize = 64 * 1024;
/// How long a closed connection may take to end, so that what we have written still arrives.
const LINGER: Duration = Duration::from_secs(5);
/// How long a frame waits for the next one to go first, where faults want that.
const HELD: Duration = Duration::from_millis(500);

/// What both tasks of a connection need.
#[derive(Debug)]
pub(super) struct Shared<C> {
    pub(super) conn: ConnId,
    pub(super) remote: SocketAddr,
    /// Whose it is, once the machine knows.
    pub(super) user: Arc<OnceLock<Text>>,
    pub(super) span: Span,
    pub(super) tap: Option<Tap>,
    pub(super) happenings: mpsc::Sender<Happening<C>>,
    pub(super) searches: watch::Receiver<OpenSearches>,
}

impl<C> Clone for Shared<C> {
    fn clone(&self) -> Self {
        Self {
            conn: self.conn,
            remote: self.remote,
            user: Arc::clone(&self.user),
            span: self.span.clone(),
            tap: self.tap.clone(),
            happenings: self.happenings.clone(),
            searches: self.searches.clone(),
        }
    }
}

impl<C> Shared<C> {
    /// Reports to the driver; false when it is gone.
    pub(super) async fn report(&self, input: Input<C>) -> bool {
        let happening = Happening::Input(input);
        self.happenings.send(happening).await.is_ok()
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
        if let Some(tap) = &self.tap {
            tap.see(&Tapped {
                conn: self.conn,
                remote: self.remote,
                user: self.user.get(),
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
    reader: mpsc::UnboundedSender<ReadOrder>,
    writer: mpsc::UnboundedSender<WriteOrder>,
    /// How many bytes wait for the writer.
    waiting: Arc<AtomicUsize>,
    user: Arc<OnceLock<Text>>,
    kind: OnceCell<&'static str>,
    span: Span,
    tasks: [AbortHandle; 2],
    /// Dropped with the link: so the tasks know, whatever they are at.
    _alive: watch::Sender<()>,
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
    pub(super) stream: TcpStream,
    pub(super) limits: Limits,
    pub(super) obfuscated: bool,
    pub(super) faults: Option<Faults>,
}

impl<C: Send + 'static> Start<C> {
    pub(super) fn spawn(self, tasks: &mut JoinSet<()>) -> Link {
        let faults = self.faults.as_ref();
        let (incoming, outgoing) = stream::split(self.stream, faults);
        let (reader, read_orders) = mpsc::unbounded_channel();
        let (writer, write_orders) = mpsc::unbounded_channel();
        let (alive, dropped) = watch::channel(());
        let waiting = Arc::new(AtomicUsize::new(0));
        let (user, span) = (Arc::clone(&self.shared.user), self.shared.span.clone());
        let mut inbound = Inbound::new(self.limits);
        inbound.set_obfuscated(self.obfuscated);
        let reader_task = Reader {
            shared: self.shared.clone(),
            stream: incoming,
            inbound,
            obfuscated: self.obfuscated,
            faults: faults.and_then(|f| FrameFaults::new(&f.received, f.seed)),
            reported: 0,
            orders: read_orders,
            writer: writer.downgrade(),
        };
        let writer_task = Writer {
            shared: self.shared,
            stream: outgoing,
            orders: write_orders,
            waiting: Arc::clone(&waiting),
            encoder: Encoder::default(),
            obfuscated: self.obfuscated,
            faults: faults.and_then(|f| FrameFaults::new(&f.sent, !f.seed)),
            dropped,
        };
        let tasks = [
            tasks.spawn(reader_task.run().instrument(span.clone())),
            tasks.spawn(writer_task.run().instrument(span.clone())),
        ];
        Link {
            reader,
            writer,
            waiting,
            user,
            kind: OnceCell::new(),
            span,
            tasks,
            _alive: alive,
        }
    }
}

impl Link {
    pub(super) fn expect(&self, expect: Expect) {
        // Recorded twice, it would be there twice.
        if let Some(kind) = kind(expect)
            && self.kind.set(kind).is_ok()
        {
            self.span.record("kind", kind);
        }
        self.read(ReadOrder::Expect(expect));
    }

    /// Says whose connection it is.
    pub(super) fn identify(&self, user: Text) {
        let shown = user.to_str().escape_debug().to_string();
        if self.user.set(user).is_ok() {
            self.span.record("user", shown);
        }
    }

    /// From the next frame on the connection is plain, both ways.
    pub(super) fn reveal(&self) {
        self.read(ReadOrder::Reveal);
        self.write(WriteOrder::Reveal);
    }

    pub(super) fn receive_file(&self, path: PathBuf, size: u64) {
        self.read(ReadOrder::File(path, size));
    }

    /// Writes a packet, unless too much waits already. One that is followed by another goes out together with it.
    pub(super) fn send(&self, packet: Packet, is_followed: bool) -> Result<(), CloseReason> {
        let most = match packet.family() {
            Some(FamilyId::Distributed) => CHILD_OUTBOX,
            _ => OUTBOX,
        };
        if self.waiting.load(Ordering::Relaxed) > most {
            return Err(CloseReason::Stalled);
        }
        self.waiting.fetch_add(weight(&packet), Ordering::Relaxed);
        self.write(WriteOrder::Packet {
            packet,
            is_followed,
        });
        Ok(())
    }

    pub(super) fn send_file(&self, path: PathBuf, offset: u64, size: u64) {
        self.write(WriteOrder::File { path, offset, size });
    }

    /// Ends both tasks at once.
    pub(super) fn abort(&self) {
        for task in &self.tasks {
            task.abort();
        }
    }

    /// A task that has ended reports by itself why.
    fn read(&self, order: ReadOrder) {
        let _ = self.reader.send(order);
    }

    fn write(&self, order: WriteOrder) {
        let _ = self.writer.send(order);
    }
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

/// How much memory a packet holds while it waits, about.
fn weight(packet: &Packet) -> usize {
    match packet {
        Packet::Message(message) => PACKET + message.encoded_len(),
        // The body of a large frame is shared, as that of a share list with all who have asked for it.
        Packet::Distributed(_, frame) | Packet::Frame(_, frame) => {
            PACKET + frame.body.len().min(BATCH)
        }
        Packet::Ticket(_) | Packet::Offset(_) => PACKET,
    }
}
