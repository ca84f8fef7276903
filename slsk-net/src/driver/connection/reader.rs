//! What is read from a connection.

use std::io::{self, ErrorKind};
use std::sync::Arc;

use tokio::sync::watch;

use super::{LARGE, LINGER, ReadOrder, Shared, WriteOrder, family, held};
use crate::driver::Happening;
use crate::driver::faults::FrameFaults;
use crate::driver::file;
use crate::driver::stream::Incoming;
use crate::machine::{CloseReason, Fault, Inbound, Input, OpenSearches, Packet};

/// How much is read at once, in bytes.
const CHUNK: usize = 16 * 1024;
/// How much that comes after the close is read, in bytes.
const MAX_DISCARDED: usize = 64 * 1024;

pub(super) struct Reader<C> {
    pub(super) shared: Shared<C>,
    pub(super) searches: watch::Receiver<OpenSearches>,
    pub(super) stream: Incoming,
    pub(super) inbound: Inbound,
    pub(super) obfuscated: bool,
    pub(super) faults: Option<FrameFaults>,
}

impl<C> Reader<C> {
    pub(super) async fn run(mut self: Box<Self>) {
        let Some(reason) = self.read().await else {
            // Closed from our side: let what we have written arrive.
            let linger = tokio::time::timeout(LINGER, self.discard());
            let _ = Box::pin(linger).await;
            return;
        };
        self.shared.line.writing.push(WriteOrder::Ended(reason));
    }

    /// Reads until the connection ends, which gives the reason, or the link is dropped.
    async fn read(&mut self) -> Option<CloseReason> {
        loop {
            if let Err(error) = self.deliver().await {
                return Some(error);
            }
            tokio::select! {
                biased;
                order = self.shared.line.reading.next() => match order? {
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
                        // In a box, as few connections carry files.
                        let file = file::receive(&self.shared, &mut self.stream, rest, path, size);
                        let result = tokio::select! {
                            result = Box::pin(file) => result,
                            () = self.shared.line.reading.closed() => return None,
                        };
                        self.shared.report(|conn| Input::FileDone(conn, result)).await;
                    }
                },
                () = held(), if self.holds() => self.release(),
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
        let happenings = self.shared.happenings.clone();
        loop {
            // No packet is held while there is no room for it. How large it is shows only when it is decoded.
            let room = happenings.reserve().await;
            let room = room.map_err(|_| CloseReason::Remote)?;
            let place = Arc::clone(&self.shared.line.all.large)
                .acquire_owned()
                .await;
            let place = place.map_err(|_| CloseReason::Remote)?;
            let input = match self.next_input() {
                Some(input) => input?,
                None if self.inbound.has_moved() => Input::Arriving(self.shared.line.conn),
                None => return Ok(()),
            };
            room.send(match &input {
                Input::Received(_, packet) if packet.weight() >= LARGE => {
                    Happening::Large(input, place)
                }
                _ => Happening::Input(input),
            });
        }
    }

    /// What is to be reported of the bytes that have come; an error ends the connection.
    fn next_input(&mut self) -> Option<Result<Input<C>, CloseReason>> {
        let conn = self.shared.line.conn;
        let searches = self.searches.borrow().clone();
        Some(Ok(match self.inbound.next_packet(&searches) {
            Ok(Some(packet)) => {
                self.shared.tap(false, &packet, None);
                Input::Received(conn, packet)
            }
            Ok(None) => return None,
            Err(Fault::Decode(error, family, frame)) => {
                let packet = Packet::Frame(family, frame);
                self.shared.tap(false, &packet, Some(&error));
                Input::Malformed(conn, error)
            }
            Err(Fault::Frame(error)) => return Some(Err(CloseReason::Frame(error))),
        }))
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
