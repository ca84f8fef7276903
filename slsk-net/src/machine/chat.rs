//! Private messages to us.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use slsk_wire::server::{AcknowledgePrivateMessage, IncomingPrivateMessage};

use super::api::Event;
use super::outbox::{Out, Outbox};

/// How many messages of a session are remembered, so that one that comes twice is told once.
const MAX_HEARD: usize = 4096;

#[derive(Debug, Default)]
pub(super) struct Chat {
    heard: BTreeSet<u32>,
    /// The same, in the order in which they came.
    order: VecDeque<u32>,
}

impl Chat {
    /// The session is over; the numbers of the next one are its own.
    pub(super) fn offline(&mut self) {
        *self = Self::default();
    }

    /// Acknowledges a message, or it comes again after each login, and tells of it once.
    pub(super) fn heard(&mut self, message: IncomingPrivateMessage, out: &mut Outbox) {
        let message_id = message.message_id;
        let acknowledgement = AcknowledgePrivateMessage { message_id };
        out.push(Out::ToServer(acknowledgement.into()));
        if !self.heard.insert(message_id) {
            return;
        }
        self.order.push_back(message_id);
        if self.order.len() > MAX_HEARD {
            let oldest = self.order.pop_front();
            oldest.map(|oldest| self.heard.remove(&oldest));
        }
        out.emit(Event::PrivateMessage(Arc::new(message)));
    }
}
