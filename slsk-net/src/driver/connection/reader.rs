//! What is read from a connection.

use std::io::{self, ErrorKind};

use tokio::sync::mpsc;

use super::{HELD, LINGER, MOVED, ReadOrder, Shared, WriteOrder, family};
use crate::driver::faults::FrameFaults;
use crate::driver::file;
use crate::driver::stream::Incoming;
use crate::machine::{CloseReason, Fault, Inbound, Input, Packet};

/// How much is read at once, in bytes.
const CHUNK: usize = 16 * 1024;
/// How much that comes after the close is read, in bytes.
const MAX_DISCARDED: usize = 64 * 1024;

pub(super) struct Reader<C> {
    pub(super) shared: Shared<C>,
    pub(super) stream: Incoming,
    pub(super) inbound: Inbound,
    pub(super) obfuscated: bool,
    pub(super) faults: Option<FrameFaults>,
    /// How much of a large message has been reported.
    pub(super) reported: usize,
    pub(super) orders: mpsc::UnboundedReceiver<ReadOrder>,
    pub(super) writer: mpsc::WeakUnboundedSender<WriteOrder>,
}

impl<C> Reader<C> {
    pub(super) async fn run(mut self) {
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
                    ReadOrder::Expect(expect) => {
                        self.inbound.expect(expect);
                        self.pass(&[]);
                    }
                    ReadOrder::Reveal => {
                        self.obfuscated = false;
                        self.inbound.set_obfuscated(false);
                    }
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
                () = tokio::time::sleep(HELD), if self.holds() => self.release(),
                ready = self.stream.readable(), if self.inbound.wants_bytes() => {
                    match ready.and_then(|()| self.fill()) {
                        Ok(0) if self.holds() => self.release(),
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
        self.pass(&buffer[..count]);
        Ok(count)
    }

    /// Hands over what has come, or what faults have made of it.
    fn pass(&mut self, bytes: &[u8]) {
        match (&mut self.faults, family(self.inbound.expected())) {
            (Some(faults), Some(family)) if !self.obfuscated => {
                for frame in faults.pass(family, bytes) {
                    self.inbound.push(&frame);
                }
            }
            (Some(faults), _) => {
                self.inbound.push(&faults.rest());
                self.inbound.push(bytes);
            }
            (None, _) => self.inbound.push(bytes),
        }
    }

    /// Whether a frame waits for another one.
    fn holds(&self) -> bool {
        self.faults.as_ref().is_some_and(FrameFaults::holds)
    }

    /// Hands over the frame that has waited for another one.
    fn release(&mut self) {
        if let Some(frame) = self.faults.as_mut().and_then(FrameFaults::release) {
            self.inbound.push(&frame);
        }
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
                Ok(None) => return self.tell_arriving().await,
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

    /// Reports that more of a large message has come.
    async fn tell_arriving(&mut self) -> Result<(), CloseReason> {
        let buffered = self.inbound.buffered();
        if buffered < self.reported {
            self.reported = 0;
        }
        if buffered < self.reported + MOVED {
            return Ok(());
        }
        self.reported = buffered;
        if self.shared.report(Input::Arriving(self.shared.conn)).await {
            Ok(())
        } else {
            Err(CloseReason::Remote)
        }
    }

    /// Throws away what is still on its way, if it is little: unread bytes would make the system reset the
    /// connection, and what we have written might not arrive. A sender of more deserves the reset.
    async fn discard(&mut self) {
        let mut left = MAX_DISCARDED;
        while left > 0 && self.stream.readable().await.is_ok() {
            let mut buffer = [0; CHUNK];
            match self.stream.try_read(&mut buffer) {
                Ok(0) => return,
                Ok(count) => left = left.saturating_sub(count),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(_) => return,
            }
        }
    }
}
