//! One connection to a peer and how far its handshake is.

use std::time::Instant;

use slsk_wire::Text;
use slsk_wire::peer::PeerMessage;

/// A connection to a peer.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) state: LinkState,
    deadline: Instant,
}

/// How far the handshake is. Every state ends at the link's deadline.
#[derive(Debug)]
pub(super) enum LinkState {
    /// We dial a user.
    Dialling(Text, Purpose),
    /// Somebody has connected and has not said who he is.
    AwaitingInit,
    /// A user has connected for a file and has not said which.
    AwaitingTicket(Text),
    /// Messages go both ways.
    Open(Text),
}

/// What a connection is opened for.
#[derive(Debug)]
pub(super) enum Purpose {
    /// To send these, and more later.
    Messages(Vec<PeerMessage>),
    /// To send the file of the transfer with this token.
    File(u32),
}

impl Purpose {
    /// The messages that wait, if it is for messages.
    pub(super) fn messages(&mut self) -> Option<&mut Vec<PeerMessage>> {
        match self {
            Self::Messages(messages) => Some(messages),
            Self::File(_) => None,
        }
    }
}

impl Link {
    pub(super) fn dialling(name: Text, purpose: Purpose, deadline: Instant) -> Self {
        Self::new(LinkState::Dialling(name, purpose), deadline)
    }

    pub(super) fn accepted(deadline: Instant) -> Self {
        Self::new(LinkState::AwaitingInit, deadline)
    }

    pub(super) fn awaiting_ticket(name: Text, deadline: Instant) -> Self {
        Self::new(LinkState::AwaitingTicket(name), deadline)
    }

    pub(super) fn open(name: Text, deadline: Instant) -> Self {
        Self::new(LinkState::Open(name), deadline)
    }

    fn new(state: LinkState, deadline: Instant) -> Self {
        Self { state, deadline }
    }

    /// When the connection is closed unless something happens.
    pub(super) fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Something has happened.
    pub(super) fn touch(&mut self, deadline: Instant) {
        self.deadline = deadline;
    }

    /// The messages that wait until the dial to `user` succeeds.
    pub(super) fn waiting_for(&mut self, user: &Text) -> Option<&mut Vec<PeerMessage>> {
        match &mut self.state {
            LinkState::Dialling(name, purpose) if name == user => purpose.messages(),
            _ => None,
        }
    }
}
