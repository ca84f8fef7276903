//! One connection: a task that reads and a task that writes.
//!
//! The end of a connection always goes through the writer, behind whatever it was told to write, so that
//! the machine hears of a finished file before it hears of the close. Dropping the [`Link`] closes: the
//! writer writes what it has been given and sends an end, the reader throws away what still comes.

use std::cell::OnceCell;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use slsk_wire::{DecodeError, Encoder, FamilyId, Text, obfuscation};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{mpsc, watch};
use tokio::task::{AbortHandle, JoinSet};
use tracing::{Instrument, Span};

use super::{Happening, Tap, Tapped, file};
use crate::machine::{
    CloseReason, ConnId, Expect, Fault, FileError, Inbound, Input, OpenSearches, Packet,
};

/// How much may wait for a slow connection, in bytes; one packet more is always taken.
const OUTBOX: usize = 8 * 1024 * 1024;
/// The same for a child of the distributed network: half a minute of searches, about.
const CHILD_OUTBOX: usize = 1024 * 1024;
/// What a packet takes up besides its texts, about.
const PACKET: usize = 256;
/// How much is written at once, in bytes, where so much waits.
const BATCH: usize = 64 * 1024;
/// How long the other side may take none of it.
const WRITE_TIME: Duration = Duration::from_mins(1);
/// How much is read at once, in bytes.
const CHUNK: usize = 16 * 1024;
/// How much that comes after the close is read, in bytes.
const MAX_DISCARDED: usize = 64 * 1024;
/// How long a closed connection may take to end, so that what we have written still arrives.
const LINGER: Duration = Duration::from_secs(5);

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
    Packet(Packet),
    /// What comes next goes plain.
    Reveal,
    File {
        path: PathBuf,
        offset: u64,
        size: u64,
    },
    /// The reader has come to the end.
    Ended(CloseReason),
}

impl Link {
    pub(super) fn start<C: Send + 'static>(
        shared: Shared<C>,
        stream: TcpStream,
        inbound: Inbound,
        obfuscated: bool,
        tasks: &mut JoinSet<()>,
    ) -> Self {
        let (read, write) = stream.into_split();
        let (reader, read_orders) = mpsc::unbounded_channel();
        let (writer, write_orders) = mpsc::unbounded_channel();
        let (alive, dropped) = watch::channel(());
        let waiting = Arc::new(AtomicUsize::new(0));
        let (user, span) = (Arc::clone(&shared.user), shared.span.clone());
        let reader_task = Reader {
            shared: shared.clone(),
            stream: read,
            inbound,
            orders: read_orders,
            writer: writer.downgrade(),
        };
        let writer_task = Writer {
            shared,
            stream: write,
            orders: write_orders,
            waiting: Arc::clone(&waiting),
            encoder: Encoder::default(),
            obfuscated,
            dropped,
        };
        let tasks = [
            tasks.spawn(reader_task.run().instrument(span.clone())),
            tasks.spawn(writer_task.run().instrument(span.clone())),
        ];
        Self {
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

    /// Writes a packet, unless too much waits already.
    pub(super) fn send(&self, packet: Packet) -> Result<(), CloseReason> {
        let most = match packet.family() {
            Some(FamilyId::Distributed) => CHILD_OUTBOX,
            _ => OUTBOX,
        };
        if self.waiting.load(Ordering::Relaxed) > most {
            return Err(CloseReason::Stalled);
        }
        self.waiting.fetch_add(weight(&packet), Ordering::Relaxed);
        self.write(WriteOrder::Packet(packet));
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
    match expect {
        Expect::One(family) | Expect::Messages(family) => match family {
            FamilyId::ServerRequest | FamilyId::ServerResponse => Some("server"),
            FamilyId::PeerInit => None,
            FamilyId::Peer => Some("peer"),
            FamilyId::Distributed => Some("distributed"),
        },
        Expect::Ticket | Expect::Offset => Some("file"),
        Expect::Nothing | Expect::End => None,
    }
}

/// How much memory a packet holds while it waits, about.
fn weight(packet: &Packet) -> usize {
    match packet {
        Packet::Message(message) => PACKET + message.encoded_len(),
        Packet::Distributed(_, frame) | Packet::Frame(_, frame) => PACKET + frame.body.len(),
        Packet::Ticket(_) | Packet::Offset(_) => PACKET,
    }
}

struct Reader<C> {
    shared: Shared<C>,
    stream: OwnedReadHalf,
    inbound: Inbound,
    orders: mpsc::UnboundedReceiver<ReadOrder>,
    writer: mpsc::WeakUnboundedSender<WriteOrder>,
}

impl<C> Reader<C> {
    async fn run(mut self) {
        let Some(reason) = self.read().await else {
            // Closed from our side: let what we have written arrive.
            let _ = tokio::time::timeout(LINGER, self.discard()).await;
            return;
        };
        if let Some(writer) = self.writer.upgrade() {
            let _ = writer.send(WriteOrder::Ended(reason));
        }
    }

    /// Reads until the connection ends, which gives the reason, or the link is dropped.
    async fn read(&mut self) -> Option<CloseReason> {
        loop {
            if let Err(error) = self.deliver().await {
                return Some(error);
            }
            tokio::select! {
                biased;
                order = self.orders.recv() => match order? {
                    ReadOrder::Expect(expect) => self.inbound.expect(expect),
                    ReadOrder::Reveal => self.inbound.set_obfuscated(false),
                    ReadOrder::File(path, size) => {
                        let rest = self.inbound.take_rest();
                        let result = tokio::select! {
                            result = file::receive(&self.shared, &mut self.stream, rest, path, size) => result,
                            // Only the end of the link can come meanwhile.
                            _ = self.orders.recv() => return None,
                        };
                        self.shared.report(Input::FileDone(self.shared.conn, result)).await;
                    }
                },
                ready = self.stream.readable(), if self.inbound.wants_bytes() => {
                    match ready.and_then(|()| self.fill()) {
                        Ok(0) => return Some(CloseReason::Remote),
                        Err(error) if error.kind() != ErrorKind::WouldBlock => {
                            return Some(CloseReason::Network(error.to_string()));
                        }
                        // A flood of what nobody wants must not keep the others of this thread waiting.
                        _ => tokio::task::yield_now().await,
                    }
                }
            }
        }
    }

    /// Takes what has come. The buffer is on the stack, so that an idle connection holds none.
    fn fill(&mut self) -> io::Result<usize> {
        let mut buffer = [0; CHUNK];
        let count = self.stream.try_read(&mut buffer)?;
        self.inbound.push(&buffer[..count]);
        Ok(count)
    }

    /// Reports all packets that are whole.
    async fn deliver(&mut self) -> Result<(), CloseReason> {
        let conn = self.shared.conn;
        loop {
            let searches = self.shared.searches.borrow().clone();
            let input = match self.inbound.next_packet(&searches) {
                Ok(Some(packet)) => {
                    self.shared.tap(false, &packet, None);
                    Input::Received(conn, packet)
                }
                Ok(None) => return Ok(()),
                Err(Fault::Decode(error, family, frame)) => {
                    let packet = Packet::Frame(family, frame);
                    self.shared.tap(false, &packet, Some(&error));
                    Input::Malformed(conn, error)
                }
                Err(Fault::Frame(error)) => return Err(CloseReason::Frame(error)),
            };
            if !self.shared.report(input).await {
                return Err(CloseReason::Remote);
            }
        }
    }

    /// Throws away what is still on its way, if it is little: unread bytes would make the system reset the
    /// connection, and what we have written might not arrive. A sender of more deserves the reset.
    async fn discard(&mut self) {
        let mut buffer = [0; 1024];
        for _ in 0..MAX_DISCARDED / buffer.len() {
            if !matches!(self.stream.read(&mut buffer).await, Ok(1..)) {
                return;
            }
        }
    }
}

struct Writer<C> {
    shared: Shared<C>,
    stream: OwnedWriteHalf,
    orders: mpsc::UnboundedReceiver<WriteOrder>,
    waiting: Arc<AtomicUsize>,
    encoder: Encoder,
    obfuscated: bool,
    dropped: watch::Receiver<()>,
}

impl<C> Writer<C> {
    async fn run(mut self) {
        let mut dropped = self.dropped.clone();
        let late = async {
            while dropped.changed().await.is_ok() {}
            tokio::time::sleep(LINGER).await;
        };
        let conn = self.shared.conn;
        let reason = tokio::select! {
            reason = self.write() => reason,
            () = late => None,
        };
        match reason {
            Some(reason) => {
                tracing::debug!(%reason, "lost");
                self.shared.report(Input::Closed(conn, reason)).await;
            }
            None => _ = self.stream.shutdown().await,
        }
    }

    /// Writes until the reader has ended or the network fails, which gives the reason, or the link is
    /// dropped and all is written.
    async fn write(&mut self) -> Option<CloseReason> {
        let mut bytes = Vec::new();
        let mut next = None;
        loop {
            let order = match next.take() {
                Some(order) => order,
                None => self.orders.recv().await?,
            };
            match order {
                WriteOrder::Packet(packet) => {
                    next = self.batch(&packet, &mut bytes);
                    if let Err(reason) = self.write_bytes(&bytes).await {
                        return Some(reason);
                    }
                    bytes.clear();
                    bytes.shrink_to(BATCH);
                }
                WriteOrder::Reveal => self.obfuscated = false,
                WriteOrder::File { path, offset, size } => {
                    let result = tokio::select! {
                        result = file::send(&self.shared, &mut self.stream, path, offset, size) => result,
                        // Nobody changes it, so this is the end of the link.
                        _ = self.dropped.changed() => return None,
                    };
                    let lost = matches!(result, Err(FileError::Connection(_)));
                    let done = Input::FileDone(self.shared.conn, result);
                    self.shared.report(done).await;
                    if lost {
                        return Some(CloseReason::Remote);
                    }
                }
                WriteOrder::Ended(reason) => return Some(reason),
            }
        }
    }

    /// Encodes a packet and those that wait behind it. Returns the first order that is none.
    fn batch(&mut self, first: &Packet, bytes: &mut Vec<u8>) -> Option<WriteOrder> {
        self.encode(first, bytes);
        while bytes.len() < BATCH {
            match self.orders.try_recv().ok()? {
                WriteOrder::Packet(packet) => self.encode(&packet, bytes),
                other => return Some(other),
            }
        }
        None
    }

    fn encode(&mut self, packet: &Packet, bytes: &mut Vec<u8>) {
        self.waiting.fetch_sub(weight(packet), Ordering::Relaxed);
        let start = bytes.len();
        match packet.encode(&mut self.encoder, bytes) {
            Ok(()) => {
                if self.obfuscated {
                    let frame = bytes.split_off(start);
                    obfuscation::obfuscate(&frame, fastrand::u32(..).to_le_bytes(), bytes);
                }
                self.shared.tap(true, packet, None);
            }
            Err(error) => tracing::error!(%error, "a message of our own can't be encoded"),
        }
    }

    /// Writes all, as long as the other side takes some of it now and then.
    async fn write_bytes(&mut self, mut bytes: &[u8]) -> Result<(), CloseReason> {
        while !bytes.is_empty() {
            let written = tokio::time::timeout(WRITE_TIME, self.stream.write(bytes))
                .await
                .map_err(|_| CloseReason::Stalled)?;
            let count = written.map_err(|error| CloseReason::Network(error.to_string()))?;
            bytes = &bytes[count..];
        }
        Ok(())
    }
}
