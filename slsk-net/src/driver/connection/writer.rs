//! What is written to a connection.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use slsk_wire::{Encoder, obfuscation};

use super::{LINGER, Shared, WriteOrder, held, weight};
use crate::driver::faults::FrameFaults;
use crate::driver::file;
use crate::driver::stream::Outgoing;
use crate::machine::{CloseReason, FileError, Inbound, Input, Packet};

/// How much is written at once, in bytes, where so much waits.
pub(super) const BATCH: usize = 64 * 1024;
/// How long the other side may take none of it.
const WRITE_TIME: Duration = Duration::from_mins(1);

pub(super) struct Writer<C> {
    pub(super) shared: Shared<C>,
    pub(super) stream: Outgoing,
    pub(super) encoder: Encoder,
    pub(super) obfuscated: bool,
    pub(super) faults: Option<FrameFaults>,
}

impl<C> Writer<C> {
    pub(super) async fn run(mut self: Box<Self>) {
        let line = Arc::clone(&self.shared.line);
        let late = async {
            line.writing.closed().await;
            Box::pin(tokio::time::sleep(LINGER)).await;
        };
        let reason = tokio::select! {
            reason = self.write() => reason,
            () = late => None,
        };
        match reason {
            Some(reason) => {
                tracing::debug!(%reason, "lost");
                let closed = |conn| Input::Closed(conn, reason);
                self.shared.report(closed).await;
            }
            None => _ = self.stream.shutdown().await,
        }
    }

    /// Writes until the reader has ended or the network fails, which gives the reason, or the link is
    /// dropped and all is written.
    async fn write(&mut self) -> Option<CloseReason> {
        let mut bytes = Vec::new();
        let mut next = None;
        if let Err(error) = self.stream.check() {
            return Some(CloseReason::Network(error.to_string()));
        }
        loop {
            let order = match next.take() {
                Some(order) => Some(order),
                None => self.next_order().await,
            };
            let is_end = order.is_none();
            match order {
                Some(WriteOrder::Packet {
                    packet,
                    is_followed,
                }) => match self.large(&packet) {
                    Some(body) => {
                        let written = Box::pin(self.write_large(&packet, &body));
                        if let Err(reason) = written.await {
                            return Some(reason);
                        }
                    }
                    None => next = self.batch(&packet, is_followed, &mut bytes).await,
                },
                Some(WriteOrder::Reveal) => {
                    self.release(&mut bytes);
                    self.obfuscated = false;
                }
                Some(WriteOrder::File { path, offset, size }) => {
                    // In a box, as few connections carry files.
                    let file = file::send(&self.shared, &mut self.stream, path, offset, size);
                    let result = tokio::select! {
                        result = Box::pin(file) => result,
                        () = self.shared.line.writing.closed() => return None,
                    };
                    let lost = matches!(result, Err(FileError::Connection(_)));
                    let done = |conn| Input::FileDone(conn, result);
                    self.shared.report(done).await;
                    if lost {
                        return Some(CloseReason::Remote);
                    }
                }
                Some(WriteOrder::Ended(reason)) => return Some(reason),
                Some(WriteOrder::Hurry) | None => self.release(&mut bytes),
            }
            if let Err(reason) = self.write_bytes(&bytes).await {
                return Some(reason);
            }
            bytes.clear();
            bytes.shrink_to(BATCH);
            if is_end {
                return None;
            }
        }
    }

    /// The next order, or [`WriteOrder::Hurry`] when a frame has waited for it for too long.
    async fn next_order(&mut self) -> Option<WriteOrder> {
        let is_held = self.faults.as_ref().is_some_and(FrameFaults::holds);
        tokio::select! {
            biased;
            order = self.shared.line.writing.next() => order,
            () = held(), if is_held => Some(WriteOrder::Hurry),
        }
    }

    /// Encodes a packet and those that wait or are to come right behind it. Returns the first order that is none.
    async fn batch(
        &mut self,
        first: &Packet,
        mut is_followed: bool,
        bytes: &mut Vec<u8>,
    ) -> Option<WriteOrder> {
        self.encode(first, bytes);
        while bytes.len() < BATCH {
            let next = if is_followed {
                self.shared.line.writing.next().await
            } else {
                self.shared.line.writing.try_next()
            };
            match next? {
                WriteOrder::Packet {
                    packet,
                    is_followed: more,
                } if self.large(&packet).is_none() => {
                    self.encode(&packet, bytes);
                    is_followed = more;
                }
                other => return Some(other),
            }
        }
        None
    }

    /// The body of a packet that goes out as it stands and is too large to be copied.
    fn large(&self, packet: &Packet) -> Option<Bytes> {
        match packet {
            Packet::Frame(_, frame) if frame.body.len() > BATCH => {
                (self.faults.is_none() && !self.obfuscated).then(|| frame.body.clone())
            }
            _ => None,
        }
    }

    async fn write_large(&mut self, packet: &Packet, body: &[u8]) -> Result<(), CloseReason> {
        self.shared.line.had_turn(weight(packet));
        let mut head = Vec::new();
        if let Packet::Frame(family, frame) = packet
            && let Err(error) = frame.write_head(*family, &mut head)
        {
            tracing::error!(%error, "a frame of our own can't be encoded");
            return Ok(());
        }
        self.shared.tap(true, packet, None);
        self.write_bytes(&head).await?;
        self.write_bytes(body).await
    }

    fn encode(&mut self, packet: &Packet, bytes: &mut Vec<u8>) {
        self.shared.line.had_turn(weight(packet));
        let start = bytes.len();
        if let Err(error) = packet.encode(&mut self.encoder, bytes) {
            return tracing::error!(%error, "a message of our own can't be encoded");
        }
        self.shared.tap(true, packet, None);
        if self.faults.is_some() {
            let frame = bytes.split_off(start);
            self.pass(packet, &frame, bytes);
        } else if self.obfuscated {
            let frame = bytes.split_off(start);
            self.finish(&frame, bytes);
        }
    }

    /// Appends a frame, or what faults make of it.
    fn pass(&mut self, packet: &Packet, frame: &[u8], bytes: &mut Vec<u8>) {
        if let (Some(faults), Some(family)) = (&mut self.faults, packet.family()) {
            for frame in faults.pass(family, frame) {
                self.finish(&frame, bytes);
            }
            return;
        }
        self.release(bytes);
        self.finish(frame, bytes);
    }

    /// Appends the frame that has waited for another one.
    fn release(&mut self, bytes: &mut Vec<u8>) {
        if let Some(frame) = self.faults.as_mut().and_then(FrameFaults::release) {
            self.finish(&frame, bytes);
        }
    }

    /// Appends a frame as it goes over the wire.
    fn finish(&self, frame: &[u8], bytes: &mut Vec<u8>) {
        if self.obfuscated {
            obfuscation::obfuscate(frame, fastrand::u32(..).to_le_bytes(), bytes);
        } else {
            bytes.extend_from_slice(frame);
        }
    }

    /// Writes all, as long as the other side takes some of it now and then.
    async fn write_bytes(&mut self, mut bytes: &[u8]) -> Result<(), CloseReason> {
        let mut unreported = 0;
        while !bytes.is_empty() {
            let written = tokio::time::timeout(WRITE_TIME, self.stream.write(bytes))
                .await
                .map_err(|_| CloseReason::Stalled)?;
            let count = written.map_err(|error| CloseReason::Network(error.to_string()))?;
            bytes = &bytes[count..];
            unreported += count;
            if unreported >= Inbound::PROGRESS && !bytes.is_empty() {
                unreported = 0;
                self.shared.report(Input::Leaving).await;
            }
        }
        Ok(())
    }
}
