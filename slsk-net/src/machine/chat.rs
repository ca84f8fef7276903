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

    /// Acknowledges a message if it is to be, or it comes again after each login, and tells of it once.
    pub(super) fn heard(
        &mut self,
        message: IncomingPrivateMessage,
        acknowledge: bool,
        out: &mut Outbox,
    ) {
        let message_id = message.message_id;
        if acknowledge {
            let acknowledgement = AcknowledgePrivateMessage { message_id };
            out.push(Out::ToServer(acknowledgement.into()));
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_message_is_acknowledged_each_time_and_told_once() {
        let (mut chat, mut out) = (Chat::default(), Outbox::for_tests());
        let message = |message_id| IncomingPrivateMessage {
            message_id,
            timestamp: 1,
            username: "bob".into(),
            message: "hello".into(),
            is_new: Some(false),
        };
        for message_id in [7, 8, 7] {
            chat.heard(message(message_id), true, &mut out);
        }
        let taken = out.take();
        let acknowledged = [7, 8, 7].map(|message_id| AcknowledgePrivateMessage { message_id });
        assert_eq!(taken.requests, acknowledged.map(Into::into));
        assert_eq!(taken.events.len(), 2);
        chat.heard(message(9), false, &mut out);
        let taken = out.take();
        assert_eq!((taken.requests.len(), taken.events.len()), (0, 1));
        // A server that was started anew counts anew.
        chat.offline();
        chat.heard(message(7), true, &mut out);
        assert_eq!(out.take().events.len(), 1);
        // What is remembered is bounded.
        for message_id in 0..10_000 {
            chat.heard(message(message_id), true, &mut out);
        }
        assert_eq!((chat.heard.len(), chat.order.len()), (MAX_HEARD, MAX_HEARD));
    }
}
