//! One connection: a task that reads and a task that writes.
//!
//! The end of a connection always goes through the writer, behind whatever it was told to write, so that
//! the machine hears of a finished file before it hears of the close. Dropping the [`Link`] closes: the
//! writer writes what it has been given and sends an end, the reader throws away what still comes.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use slsk_wire::{Encoder, Limits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{mpsc, watch};
use tokio::task::{AbortHandle, JoinSet};

use super::{Happening, Tap, Tapped, file};
use crate::machine::{CloseReason, ConnId, Expect, Fault, FileError, Inbound, Input, Packet};

/// How many packets may wait for a slow connection.
const OUTBOX: usize = 1024;
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
    pub(super) tap: Option<Tap>,
    pub(super) happenings: mpsc::Sender<Happening<C>>,
}

impl<C> Clone for Shared<C> {
    fn clone(&self) -> Self {
        Self {
            conn: self.conn,
            remote: self.remote,
            tap: self.tap.clone(),
            happenings: self.happenings.clone(),
        }
    }
}

impl<C> Shared<C> {
    /// Reports to the driver. A driver that is gone takes its tasks with it.
    pub(super) async fn report(&self, input: Input<C>) {
        let _ = self.happenings.send(Happening::Input(input)).await;
    }

    fn tap(&self, outgoing: bool, packet: &Packet) {
        if let Some(tap) = &self.tap {
            tap.0(&Tapped {
                conn: self.conn,
                remote: self.remote,
                outgoing,
                packet,
            });
        }
    }
}

/// The driver's end of a connection.
#[derive(Debug)]
pub(super) struct Link {
    reader: mpsc::UnboundedSender<ReadOrder>,
    writer: mpsc::Sender<WriteOrder>,
    tasks: [AbortHandle; 2],
    /// Dropped with the link: so the tasks know, whatever they are at.
    _alive: watch::Sender<()>,
}

#[derive(Debug)]
enum ReadOrder {
    Expect(Expect),
    File(PathBuf, u64),
}

#[derive(Debug)]
enum WriteOrder {
    Packet(Packet),
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
        limits: Limits,
        tasks: &mut JoinSet<()>,
    ) -> Self {
        // Without it small messages wait for the answer to earlier ones.
        let _ = stream.set_nodelay(true);
        let (read, write) = stream.into_split();
        let (reader, read_orders) = mpsc::unbounded_channel();
        let (writer, write_orders) = mpsc::channel(OUTBOX);
        let (alive, dropped) = watch::channel(());
        let reading = Reader {
            shared: shared.clone(),
            stream: read,
            inbound: Inbound::new(limits),
            orders: read_orders,
            writer: writer.downgrade(),
        };
        let writing = Writer {
            shared,
            stream: write,
            orders: write_orders,
            dropped,
        };
        let tasks = [tasks.spawn(reading.run()), tasks.spawn(writing.run())];
        Self {
            reader,
            writer,
            tasks,
            _alive: alive,
        }
    }

    pub(super) fn expect(&self, expect: Expect) {
        self.read(ReadOrder::Expect(expect));
    }

    pub(super) fn receive_file(&self, path: PathBuf, size: u64) {
        self.read(ReadOrder::File(path, size));
    }

    pub(super) fn send(&self, packet: Packet) -> Result<(), CloseReason> {
        self.write(WriteOrder::Packet(packet))
    }

    pub(super) fn send_file(
        &self,
        path: PathBuf,
        offset: u64,
        size: u64,
    ) -> Result<(), CloseReason> {
        self.write(WriteOrder::File { path, offset, size })
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

    fn write(&self, order: WriteOrder) -> Result<(), CloseReason> {
        match self.writer.try_send(order) {
            Err(mpsc::error::TrySendError::Full(_)) => Err(CloseReason::Stalled),
            _ => Ok(()),
        }
    }
}

struct Reader<C> {
    shared: Shared<C>,
    stream: OwnedReadHalf,
    inbound: Inbound,
    orders: mpsc::UnboundedReceiver<ReadOrder>,
    writer: mpsc::WeakSender<WriteOrder>,
}

impl<C> Reader<C> {
    async fn run(mut self) {
        let Some(reason) = self.read().await else {
            // Closed from our side: let what we have written arrive.
            let _ = tokio::time::timeout(LINGER, self.discard()).await;
            return;
        };
        if let Some(writer) = self.writer.upgrade() {
            let _ = writer.send(WriteOrder::Ended(reason)).await;
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
                        _ => {}
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
            let input = match self.inbound.next_packet() {
                Ok(Some(packet)) => {
                    self.shared.tap(false, &packet);
                    Input::Received(conn, packet)
                }
                Ok(None) => return Ok(()),
                Err(Fault::Decode(error)) => Input::Malformed(conn, error),
                Err(Fault::Frame(error)) => return Err(CloseReason::Frame(error)),
            };
            self.shared.report(input).await;
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
    orders: mpsc::Receiver<WriteOrder>,
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
            Some(reason) => self.shared.report(Input::Closed(conn, reason)).await,
            None => _ = self.stream.shutdown().await,
        }
    }

    /// Writes until the reader has ended or the network fails, which gives the reason, or the link is
    /// dropped and all is written.
    async fn write(&mut self) -> Option<CloseReason> {
        let mut encoder = Encoder::default();
        let mut bytes = Vec::new();
        loop {
            match self.orders.recv().await? {
                WriteOrder::Packet(packet) => {
                    bytes.clear();
                    if let Err(error) = packet.encode(&mut encoder, &mut bytes) {
                        tracing::error!(%error, "a message of our own can't be encoded");
                        continue;
                    }
                    self.shared.tap(true, &packet);
                    if let Err(error) = self.stream.write_all(&bytes).await {
                        return Some(CloseReason::Network(error.to_string()));
                    }
                }
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
}
