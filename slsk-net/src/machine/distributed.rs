//! Our place in the distributed network: a parent, children, and the searches that go from one to the others.
//!
//! The rules are in `spec/guide/distributed.md`.

mod branch;
mod children;
mod node;
mod parent;
mod relay;
#[cfg(test)]
mod tests;

use std::time::Instant;

use slsk_wire::Frame;
use slsk_wire::Text;
use slsk_wire::distributed::DistributedMessage;
use slsk_wire::server::ServerResponse;

use super::ConnId;
use super::outbox::Outbox;
pub use branch::Branch;
use node::Node;

/// Takes part in the distributed network while there is a session.
#[derive(Debug)]
pub(super) struct Distributed {
    max_children: u32,
    node: Option<Node>,
}

impl Distributed {
    /// A client that takes so many children at most.
    pub(super) fn new(max_children: u32) -> Self {
        Self {
            max_children,
            node: None,
        }
    }

    pub(super) fn owns(&self, conn: ConnId) -> bool {
        self.node.as_ref().is_some_and(|node| node.owns(conn))
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.node.as_ref().map(Node::deadline)
    }

    /// Where we are.
    pub(super) fn branch(&self) -> Option<Branch> {
        self.node.as_ref().map(Node::branch)
    }

    /// How many could become our parent.
    pub(super) fn candidate_count(&self) -> usize {
        self.node.as_ref().map_or(0, Node::candidate_count)
    }

    /// A session has begun.
    pub(super) fn online(&mut self, own_name: &str, out: &mut Outbox) {
        self.node = Some(Node::begin(own_name.into(), self.max_children, out));
    }

    /// The session is over: without the server nobody could be answered.
    pub(super) fn offline(&mut self, out: &mut Outbox) {
        if let Some(node) = self.node.take() {
            node.end(out);
        }
    }

    pub(super) fn tick(&mut self, out: &mut Outbox) {
        if let Some(node) = self.node.as_mut().filter(|node| node.deadline() <= out.now) {
            node.tick(out);
        }
    }

    /// The server has told how fast we upload, in bytes a second.
    pub(super) fn own_speed(&mut self, speed: u32, out: &mut Outbox) {
        if let Some(node) = &mut self.node {
            node.resize(|capacity| capacity.speed = speed, out);
        }
    }

    /// A message of the server. Those that are not about the distributed network are passed over.
    pub(super) fn server_message(&mut self, message: ServerResponse, out: &mut Outbox) {
        let Some(node) = &mut self.node else { return };
        match message {
            ServerResponse::PossibleParents(list) => node.candidates(&list.parents, out),
            ServerResponse::EmbeddedMessage(message) => node.embedded(&message, out),
            ServerResponse::ParentMinSpeed(min) => {
                node.resize(|capacity| capacity.min_speed = min.speed, out);
            }
            ServerResponse::ParentSpeedRatio(ratio) => {
                node.resize(|capacity| capacity.ratio = ratio.ratio, out);
            }
            ServerResponse::ResetDistributed(_) => node.reset(out),
            _ => {}
        }
    }

    /// A connection that we have asked for is open.
    pub(super) fn opened(&mut self, conn: ConnId, user: &Text, out: &mut Outbox) {
        match &mut self.node {
            Some(node) => node.opened(conn, user, out),
            None => out.close(conn),
        }
    }

    /// There will be no connection to a user that we have asked for.
    pub(super) fn unreachable(&mut self, user: &Text) {
        if let Some(node) = &mut self.node {
            node.unreachable(user);
        }
    }

    /// A user would like to be our child.
    pub(super) fn offered(&mut self, conn: ConnId, user: &Text, out: &mut Outbox) {
        match &mut self.node {
            Some(node) => node.offered(conn, user, out),
            None => out.close(conn),
        }
    }

    pub(super) fn received(
        &mut self,
        conn: ConnId,
        message: DistributedMessage,
        frame: &Frame,
        out: &mut Outbox,
    ) {
        if let Some(node) = &mut self.node {
            node.received(conn, message, frame, out);
        }
    }

    /// Something has come that is no message.
    pub(super) fn malformed(&mut self, conn: ConnId, out: &mut Outbox) {
        if let Some(node) = &mut self.node {
            node.malformed(conn, out);
        }
    }

    pub(super) fn closed(&mut self, conn: ConnId, out: &mut Outbox) {
        if let Some(node) = &mut self.node {
            node.closed(conn, out);
        }
    }
}
