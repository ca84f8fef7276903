//! Messages that the owner sends by hand.

mod api;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use slsk_wire::Text;
use slsk_wire::peer::PeerMessage;

use super::CommandId;
use super::api::Reply;
use super::outbox::{Out, Outbox};

pub use api::SendError;

/// How long it may take until a message is on its way. The peers give up sooner, unless too many wait for a connection.
const PATIENCE: Duration = Duration::from_mins(2);

/// The messages to users that are not on their way yet.
#[derive(Debug, Default)]
pub(super) struct Raw {
    waiting: BTreeMap<CommandId, Waiting>,
}

#[derive(Debug)]
struct Waiting {
    user: Text,
    deadline: Instant,
}

impl Raw {
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.waiting.values().map(|waiting| waiting.deadline).min()
    }

    /// Sends a message to a user.
    pub(super) fn send(
        &mut self,
        command: CommandId,
        user: Text,
        message: PeerMessage,
        out: &mut Outbox,
    ) {
        let deadline = out.now + PATIENCE;
        out.push(Out::ToPeer(user.clone(), message));
        self.waiting.insert(command, Waiting { user, deadline });
    }

    /// What waited for a user is on its way.
    pub(super) fn reached(&mut self, user: &Text, out: &mut Outbox) {
        self.end(|waiting| waiting.user == *user, &Ok(()), out);
    }

    /// What waited for a user is lost.
    pub(super) fn unreachable(&mut self, user: &Text, reason: &str, out: &mut Outbox) {
        let reason = reason.to_owned();
        let error = SendError::Unreachable { reason };
        self.end(|waiting| waiting.user == *user, &Err(error), out);
    }

    pub(super) fn tick(&mut self, out: &mut Outbox) {
        let now = out.now;
        let reason = "it takes too long".to_owned();
        let error = SendError::Unreachable { reason };
        self.end(|waiting| waiting.deadline <= now, &Err(error), out);
    }

    /// Answers commands.
    fn end(
        &mut self,
        which: impl Fn(&Waiting) -> bool,
        result: &Result<(), SendError>,
        out: &mut Outbox,
    ) {
        self.waiting.retain(|command, waiting| {
            let ends = which(waiting);
            if ends {
                out.reply(*command, Reply::Sent(result.clone()));
            }
            !ends
        });
    }
}
