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
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

use super::{Happening, Tap, Tapped, file};
use crate::machine::{CloseReason, ConnId, Expect, Fault, FileError, Inbound, Input, Packet};

/// How many packets may wait for a slow connection.
const OUTBOX: usize = 1024;
/// How much is read at once, in bytes.
const CHUNK: usize = 16 * 1024;
/// How long a closed connection may take to end, so that what we have written still arrives.
const LINGER: Duration = Duration::from_secs(5);

/// What both tasks of a connection need.
#[derive(Debug)]
pub(super) struct Line<C> {
    pub(super) conn: ConnId,
    pub(super) remote: SocketAddr,
    pub(super) tap: Option<Tap>,
    pub(super) happenings: mpsc::Sender<Happening<C>>,
}

impl<C> Clone for Line<C> {
    fn clone(&self) -> Self {
        Self {
            conn: self.conn,
            remote: self.remote,
            tap: self.tap.clone(),
            happenings: self.happenings.clone(),
        }
    }
}

impl<C> Line<C> {
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
        line: Line<C>,
        stream: TcpStream,
        limits: Limits,
        tasks: &mut JoinSet<()>,
    ) -> Self {
        // Without it small messages wait for the answer to earlier ones.
        let _ = stream.set_nodelay(true);
        let (read, write) = stream.into_split();
        let (reader, read_orders) = mpsc::unbounded_channel();
        let (writer, write_orders) = mpsc::channel(OUTBOX);
        let reading = Reader {
            line: line.clone(),
            stream: read,
            inbound: Inbound::new(limits),
            orders: read_orders,
            writer: writer.downgrade(),
        };
        let tasks = [
            tasks.spawn(reading.run()),
            tasks.spawn(write_all(line, write, write_orders)),
        ];
        Self {
            reader,
            writer,
            tasks,
        }
    }

    pub(super) fn expect(&self, expect: Expect) -> Result<(), CloseReason> {
        self.read(ReadOrder::Expect(expect))
    }

    pub(super) fn receive_file(&self, path: PathBuf, size: u64) -> Result<(), CloseReason> {
        self.read(ReadOrder::File(path, size))
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
    fn read(&self, order: ReadOrder) -> Result<(), CloseReason> {
        let _ = self.reader.send(order);
        Ok(())
    }

    fn write(&self, order: WriteOrder) -> Result<(), CloseReason> {
        match self.writer.try_send(order) {
            Err(mpsc::error::TrySendError::Full(_)) => Err(CloseReason::Stalled),
            _ => Ok(()),
        }
    }
}

struct Reader<C> {
    line: Line<C>,
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
                        let result = file::receive(&self.line, &mut self.stream, rest, path, size).await;
                        self.line.report(Input::FileDone(self.line.conn, result)).await;
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
        let conn = self.line.conn;
        loop {
            let input = match self.inbound.next() {
                Ok(Some(packet)) => {
                    self.line.tap(false, &packet);
                    Input::Received(conn, packet)
                }
                Ok(None) => return Ok(()),
                Err(Fault::Decode(error)) => Input::Malformed(conn, error),
                Err(Fault::Frame(error)) => return Err(CloseReason::Frame(error)),
            };
            self.line.report(input).await;
        }
    }

    async fn discard(&mut self) {
        let mut buffer = [0; 1024];
        while matches!(self.stream.read(&mut buffer).await, Ok(1..)) {}
    }
}

/// Writes until the link is dropped, the reader has ended or the network fails.
async fn write_all<C>(
    line: Line<C>,
    mut stream: OwnedWriteHalf,
    mut orders: mpsc::Receiver<WriteOrder>,
) {
    let conn = line.conn;
    let mut encoder = Encoder::default();
    let mut bytes = Vec::new();
    let reason = loop {
        let Some(order) = orders.recv().await else {
            let _ = stream.shutdown().await;
            return;
        };
        match order {
            WriteOrder::Packet(packet) => {
                bytes.clear();
                if let Err(error) = packet.encode(&mut encoder, &mut bytes) {
                    tracing::error!(%error, "a message of our own can't be encoded");
                    continue;
                }
                line.tap(true, &packet);
                if let Err(error) = stream.write_all(&bytes).await {
                    break CloseReason::Network(error.to_string());
                }
            }
            WriteOrder::File { path, offset, size } => {
                let result = file::send(&line, &mut stream, path, offset, size).await;
                let lost = matches!(result, Err(FileError::Connection(_)));
                line.report(Input::FileDone(conn, result)).await;
                if lost {
                    break CloseReason::Remote;
                }
            }
            WriteOrder::Ended(reason) => break reason,
        }
    };
    line.report(Input::Closed(conn, reason)).await;
}
