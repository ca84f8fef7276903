//! Private messages: to those who are online, and kept for those who are not.

use std::collections::BTreeMap;

use slsk_wire::Text;
use slsk_wire::server::{IncomingPrivateMessage, MessageUsers, PrivateMessage};

use super::accounts::SERVER_NAME;
use super::base::Base;
use super::keeper::Keeper;
use super::outbox::Outbox;
use super::store::StoredMessage;
use crate::machine::ConnId;

/// How long a text may be, in bytes.
const MAX_MESSAGE: usize = 2048;
/// How many receivers one text may have.
const MAX_RECEIVERS: usize = 100;

/// Whether a text is one line of what can be said.
pub(super) fn is_sayable(text: &Text) -> bool {
    let bytes = text.as_bytes();
    bytes.len() <= MAX_MESSAGE && !bytes.iter().any(|byte| matches!(byte, b'\r' | b'\n'))
}

/// Messages that have not been acknowledged.
#[derive(Debug, Default)]
pub(super) struct Messages {
    last_id: u32,
    /// By receiver and number.
    waiting: BTreeMap<Text, BTreeMap<u32, Message>>,
    count: usize,
}

/// A message that has not been acknowledged.
#[derive(Clone, Debug)]
struct Message {
    /// Seconds since 1970.
    time: u32,
    sender: Text,
    text: Text,
}

impl Messages {
    /// A message that was kept.
    pub(super) fn restore(&mut self, stored: StoredMessage) {
        self.last_id = self.last_id.max(stored.id);
        let message = Message {
            time: stored.time,
            sender: stored.sender,
            text: stored.text,
        };
        self.wait(stored.id, &stored.receiver, message);
    }

    /// Passes on what a user writes to another one, and keeps it until it is acknowledged.
    pub(super) fn send(
        &mut self,
        base: &mut Base,
        conn: ConnId,
        written: &PrivateMessage,
        keeper: &mut Keeper,
        out: &mut Outbox<'_>,
    ) {
        let most = base.config.limits.messages;
        let Some(user) = base.users.at_mut(conn) else {
            return;
        };
        if user.messages.allows(out.now, most) && is_sayable(&written.message) {
            let message = Message {
                time: seconds(out),
                sender: user.name.clone(),
                text: written.message.detach(),
            };
            self.deliver(base, &written.username, &message, keeper, out);
        }
    }

    /// Passes on what a user writes to several who are online.
    pub(super) fn send_to_many(
        &mut self,
        base: &mut Base,
        conn: ConnId,
        written: &MessageUsers,
        keeper: &mut Keeper,
        out: &mut Outbox<'_>,
    ) {
        for username in written.usernames.iter().take(MAX_RECEIVERS) {
            if base.users.get(username).is_some() {
                let message = PrivateMessage {
                    username: username.clone(),
                    message: written.message.clone(),
                };
                self.send(base, conn, &message, keeper, out);
            }
        }
    }

    /// A text of the server itself, which is not kept.
    pub(super) fn tell(&mut self, conn: ConnId, text: impl Into<Text>, out: &mut Outbox<'_>) {
        let message_id = self.next_id();
        let message = IncomingPrivateMessage {
            message_id,
            timestamp: seconds(out),
            username: SERVER_NAME.into(),
            message: text.into(),
            is_new: Some(true),
        };
        out.send(conn, message);
    }

    /// Sends what has waited for a user, oldest first.
    pub(super) fn log_in(&self, conn: ConnId, name: &Text, out: &mut Outbox<'_>) {
        for (id, message) in self.waiting.get(name).into_iter().flatten() {
            out.send(conn, message.incoming(*id, false));
        }
    }

    pub(super) fn acknowledge(&mut self, name: &Text, id: u32, keeper: &mut Keeper) {
        if let Some(messages) = self.waiting.get_mut(name)
            && messages.remove(&id).is_some()
        {
            keeper.message_gone(id);
            self.count -= 1;
            if messages.is_empty() {
                self.waiting.remove(name);
            }
        }
    }

    fn deliver(
        &mut self,
        base: &Base,
        to: &Text,
        message: &Message,
        keeper: &mut Keeper,
        out: &mut Outbox<'_>,
    ) {
        let limits = &base.config.limits;
        if !base.accounts.exists(to) || *to == SERVER_NAME {
            return;
        }
        let id = self.next_id();
        if let Some(conn) = base.users.conn_of(to) {
            out.send(conn, message.incoming(id, true));
        }
        let waiting = self.waiting.get(to).map_or(0, BTreeMap::len);
        if waiting < limits.waiting_messages_per_user && self.count < limits.waiting_messages {
            keeper.message(StoredMessage {
                id,
                time: message.time,
                receiver: to.detach(),
                sender: message.sender.clone(),
                text: message.text.clone(),
            });
            self.wait(id, to, message.clone());
        }
    }

    fn wait(&mut self, id: u32, to: &Text, message: Message) {
        let waiting = self.waiting.entry(to.detach()).or_default();
        if waiting.insert(id, message).is_none() {
            self.count += 1;
        }
    }

    fn next_id(&mut self) -> u32 {
        self.last_id = self.last_id.wrapping_add(1);
        self.last_id
    }
}

/// The time of day as messages have it.
fn seconds(out: &Outbox<'_>) -> u32 {
    u32::try_from(out.time).unwrap_or(u32::MAX)
}

impl Message {
    fn incoming(&self, message_id: u32, is_new: bool) -> IncomingPrivateMessage {
        IncomingPrivateMessage {
            message_id,
            timestamp: self.time,
            username: self.sender.clone(),
            message: self.text.clone(),
            is_new: Some(is_new),
        }
    }
}
