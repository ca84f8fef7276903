//! What the server wants done by the world.

use std::time::Instant;

use slsk_wire::server::ServerResponse;
use slsk_wire::{Family, FamilyId, Frame, Limits};

use super::{ServerEvent, ServerReply};
use crate::machine::{CommandId, ConnId, Effect, Packet};

/// Collects effects.
#[derive(Debug)]
pub(super) struct Outbox<'a> {
    pub(super) now: Instant,
    /// The time of day, in seconds since 1970.
    pub(super) time: u64,
    effects: &'a mut Vec<Effect<ServerReply, ServerEvent>>,
}

impl<'a> Outbox<'a> {
    pub(super) fn new(
        now: Instant,
        time: u64,
        effects: &'a mut Vec<Effect<ServerReply, ServerEvent>>,
    ) -> Self {
        Self { now, time, effects }
    }

    pub(super) fn effect(&mut self, effect: Effect<ServerReply, ServerEvent>) {
        self.effects.push(effect);
    }

    pub(super) fn emit(&mut self, event: ServerEvent) {
        self.effect(Effect::Emit(event));
    }

    pub(super) fn reply(&mut self, id: CommandId, reply: ServerReply) {
        self.effect(Effect::Reply(id, reply));
    }

    pub(super) fn close(&mut self, conn: ConnId) {
        self.effect(Effect::Close(conn));
    }

    pub(super) fn send(&mut self, conn: ConnId, message: impl Into<ServerResponse>) {
        self.effect(Effect::Send(conn, message.into().into()));
    }

    pub(super) fn send_packet(&mut self, conn: ConnId, packet: Packet) {
        self.effect(Effect::Send(conn, packet));
    }

    /// Sends the same to many; it is encoded once.
    pub(super) fn send_all(
        &mut self,
        conns: impl IntoIterator<Item = ConnId>,
        message: impl Into<ServerResponse>,
    ) {
        let mut conns = conns.into_iter();
        let Some(first) = conns.next() else {
            return;
        };
        let message = message.into();
        let Some(second) = conns.next() else {
            return self.send(first, message);
        };
        let packet = encoded(message);
        for conn in [first, second].into_iter().chain(conns) {
            self.send_packet(conn, packet.clone());
        }
    }
}

/// A message as a frame whose bytes its copies share.
pub(super) fn encoded(message: ServerResponse) -> Packet {
    let bytes = message.to_frame().ok();
    let frame = bytes.and_then(|bytes| {
        Frame::from_bytes(bytes, FamilyId::ServerResponse, &Limits::unbounded()).ok()
    });
    match frame {
        Some(frame) => Packet::Frame(FamilyId::ServerResponse, frame),
        // The driver will say what is wrong with it.
        None => message.into(),
    }
}
