//! A node of the tree: what happens above it, below it, and goes through it.

use std::time::Instant;

use slsk_wire::distributed::{DistributedMessage, DistributedSearch};
use slsk_wire::server::{
    AcceptChildren, BranchLevel, BranchRoot, EmbeddedMessage, HaveNoParent, IncomingFileSearch,
    PossibleParent,
};
use slsk_wire::{FamilyId, Frame, Text};

use super::branch::Branch;
use super::children::{self, Capacity, Children};
use super::parent::{Above, Absurd, Alone, Claim, News, Place};
use super::relay::{self, Repetitions};
use crate::machine::api::Event;
use crate::machine::outbox::{Out, Outbox};
use crate::machine::{ConnId, Expect};

/// What we are in the distributed network.
#[derive(Debug)]
pub(super) struct Node {
    me: Text,
    above: Above,
    children: Children,
    /// What [`AcceptChildren`] told the server last.
    accepting: bool,
    last_search: Repetitions,
}

impl Node {
    /// A node without parent and children, which the server is told of.
    pub(super) fn begin(me: Text, max_children: u32, out: &mut Outbox) -> Self {
        let node = Self {
            me,
            above: Above::Nobody(Alone::new(out.now)),
            children: Children::new(max_children),
            accepting: false,
            last_search: Repetitions::default(),
        };
        node.announce(out);
        out.emit(Event::Branch(node.branch()));
        node
    }

    /// Closes all connections.
    pub(super) fn end(mut self, out: &mut Outbox) {
        self.close_all(out);
        out.push(Out::TakeChildren(false));
    }

    pub(super) fn owns(&self, conn: ConnId) -> bool {
        self.children.owns(conn)
            || match &self.above {
                Above::Nobody(alone) => alone.owns(conn),
                Above::Parent(parent) => parent.conn == conn,
            }
    }

    pub(super) fn deadline(&self) -> Instant {
        match &self.above {
            Above::Nobody(alone) => alone.deadline(),
            Above::Parent(parent) => parent.silent_at,
        }
    }

    pub(super) fn branch(&self) -> Branch {
        let Place { level, root } = self.place();
        let parent = match &self.above {
            Above::Nobody(_) => None,
            Above::Parent(parent) => Some(parent.user.clone()),
        };
        Branch {
            level,
            root,
            parent,
            children: self.children.names().cloned().collect(),
        }
    }

    /// How many could become our parent.
    pub(super) fn candidate_count(&self) -> usize {
        match &self.above {
            Above::Nobody(alone) => alone.count(),
            Above::Parent(_) => 0,
        }
    }

    pub(super) fn tick(&mut self, out: &mut Outbox) {
        let now = out.now;
        match &mut self.above {
            Above::Nobody(alone) => {
                alone.drop_late(out);
                if alone.announce_at <= now {
                    alone.announced(now);
                    self.announce(out);
                }
            }
            Above::Parent(parent) if parent.silent_at <= now => self.drop_parent(out),
            Above::Parent(_) => {}
        }
    }

    /// The server names users that could be our parent.
    pub(super) fn candidates(&mut self, parents: &[PossibleParent], out: &mut Outbox) {
        if let Above::Nobody(alone) = &mut self.above {
            // Who is below us can't be above us.
            let (me, children) = (&self.me, &self.children);
            let named = parents
                .iter()
                .filter(|parent| parent.username != *me && !children.contain(&parent.username));
            alone.replace(named, out);
        }
    }

    pub(super) fn opened(&mut self, conn: ConnId, user: &Text, out: &mut Outbox) {
        let wanted = match &mut self.above {
            Above::Nobody(alone) => alone.opened(conn, user, out.now),
            Above::Parent(_) => false,
        };
        if wanted {
            out.expect(conn, Expect::Messages(FamilyId::Distributed));
        } else {
            out.close(conn);
        }
    }

    pub(super) fn unreachable(&mut self, user: &Text) {
        if let Above::Nobody(alone) = &mut self.above {
            alone.unreachable(user);
        }
    }

    pub(super) fn offered(&mut self, conn: ConnId, user: &Text, out: &mut Outbox) {
        let free = *user != self.me
            && match &self.above {
                Above::Nobody(alone) => alone.is_root && !alone.names(user),
                Above::Parent(parent) => parent.user != *user,
            };
        if !free || !self.children.take(conn, user, out) {
            return out.close(conn);
        }
        out.expect(conn, Expect::Messages(FamilyId::Distributed));
        let Place { level, root } = self.place();
        children::tell(conn, Some(level), Some(&root), out);
        self.update_accepting(out);
    }

    /// Changes what the number of children depends on. Those that are there stay.
    pub(super) fn resize(&mut self, change: impl FnOnce(&mut Capacity), out: &mut Outbox) {
        change(&mut self.children.capacity);
        self.update_accepting(out);
    }

    /// The server wants us to begin again.
    pub(super) fn reset(&mut self, out: &mut Outbox) {
        self.close_all(out);
        self.alone(out);
    }

    /// A search from the server: we are a root, unless there is a parent that it should come from.
    pub(super) fn embedded(&mut self, message: &EmbeddedMessage, out: &mut Outbox) {
        let Above::Nobody(alone) = &mut self.above else {
            return;
        };
        let Some((search, frame)) = relay::unwrap(message.distributed_code, &message.payload)
        else {
            return;
        };
        alone.is_root = true;
        self.update_accepting(out);
        self.search(search, &frame, out);
    }

    pub(super) fn received(
        &mut self,
        conn: ConnId,
        message: DistributedMessage,
        frame: &Frame,
        out: &mut Outbox,
    ) {
        let is_parent = self.heard(conn, out.now);
        match message {
            DistributedMessage::Search(search) => {
                self.came_from(conn, is_parent, search, frame, out);
            }
            DistributedMessage::Embedded(message) => {
                let inside = relay::unwrap(message.distributed_code, &message.payload);
                if let Some((search, frame)) = inside {
                    self.came_from(conn, is_parent, search, &frame, out);
                }
            }
            DistributedMessage::BranchLevel(branch) => {
                self.claims(conn, |claim, _| claim.level(branch.level), out);
            }
            DistributedMessage::BranchRoot(branch) => {
                self.claims(conn, |claim, me| claim.root(&branch.username, me), out);
            }
            // Obsolete or unknown.
            DistributedMessage::Ping(_)
            | DistributedMessage::Init(_)
            | DistributedMessage::ChildDepth(_)
            | DistributedMessage::Unknown(_) => {}
        }
    }

    /// A parent passes on what others have sent, so it is not his fault.
    pub(super) fn malformed(&mut self, conn: ConnId, out: &mut Outbox) {
        match &self.above {
            Above::Parent(parent) if parent.conn == conn => {}
            _ => self.close(conn, out),
        }
    }

    pub(super) fn closed(&mut self, conn: ConnId, out: &mut Outbox) {
        match &mut self.above {
            Above::Parent(parent) if parent.conn == conn => return self.alone(out),
            Above::Parent(_) => {}
            Above::Nobody(alone) => alone.closed(conn),
        }
        self.children.closed(conn);
        self.update_accepting(out);
    }

    /// Notes a sign of life. Returns whether it is one of the parent.
    fn heard(&mut self, conn: ConnId, now: Instant) -> bool {
        match &mut self.above {
            Above::Parent(parent) if parent.conn == conn => {
                parent.heard(now);
                true
            }
            _ => false,
        }
    }

    /// A search has come over a connection: from the parent, or from a candidate that becomes it.
    fn came_from(
        &mut self,
        conn: ConnId,
        is_parent: bool,
        search: DistributedSearch,
        frame: &Frame,
        out: &mut Outbox,
    ) {
        if is_parent {
            return self.search(search, frame, out);
        }
        let alone = match &mut self.above {
            Above::Nobody(alone) if alone.owns(conn) => alone,
            _ => return self.close(conn, out),
        };
        if search.identifier != DistributedSearch::IDENTIFIER {
            return;
        }
        let Some(parent) = alone.adopt(conn, out) else {
            return;
        };
        self.children.close_user(&parent.user, out);
        self.above = Above::Parent(parent);
        let no_parent = false;
        out.push(Out::ToServer(HaveNoParent { no_parent }.into()));
        self.moved(News::ALL, out);
        self.search(search, frame, out);
    }

    /// Somebody says something about his place.
    fn claims(
        &mut self,
        conn: ConnId,
        say: impl FnOnce(&mut Claim, &Text) -> Result<(), Absurd>,
        out: &mut Outbox,
    ) {
        let me = &self.me;
        let said = match &mut self.above {
            Above::Parent(parent) if parent.conn == conn => {
                return match parent.moves(out.now, |claim| say(claim, me)) {
                    Ok(news) if news == News::NONE => {}
                    Ok(news) => self.moved(news, out),
                    Err(Absurd) => self.drop_parent(out),
                };
            }
            Above::Parent(_) => Err(Absurd),
            Above::Nobody(alone) => alone
                .claim(conn)
                .map_or(Err(Absurd), |claim| say(claim, me)),
        };
        if said.is_err() {
            self.close(conn, out);
        }
    }

    /// Passes a search on and has it answered.
    fn search(&mut self, search: DistributedSearch, frame: &Frame, out: &mut Outbox) {
        let valid = search.identifier == DistributedSearch::IDENTIFIER;
        if !valid || self.last_search.repeats(frame, out.now) {
            return;
        }
        self.children.relay(frame, out);
        if search.username != self.me {
            out.push(Out::Searched(IncomingFileSearch {
                username: search.username,
                token: search.token,
                query: search.query,
            }));
        }
    }

    fn place(&self) -> Place {
        match &self.above {
            Above::Nobody(_) => Place {
                level: 0,
                root: self.me.clone(),
            },
            Above::Parent(parent) => Place {
                level: parent.place.level + 1,
                root: parent.place.root.clone(),
            },
        }
    }

    fn drop_parent(&mut self, out: &mut Outbox) {
        if let Above::Parent(parent) = &self.above {
            out.close(parent.conn);
            self.alone(out);
        }
    }

    /// There is no parent any more.
    fn alone(&mut self, out: &mut Outbox) {
        self.above = Above::Nobody(Alone::new(out.now));
        out.push(Out::ToServer(HaveNoParent { no_parent: true }.into()));
        self.moved(News::ALL, out);
    }

    /// Tells everybody what is new about our place, and nothing else: a root named again may be gone by now, and the
    /// server resets who names such a one.
    fn moved(&mut self, news: News, out: &mut Outbox) {
        let (level, root) = news.of(self.place());
        tell_server(level, root.as_ref(), out);
        self.update_accepting(out);
        self.children.tell(level, root.as_ref(), out);
        out.emit(Event::Branch(self.branch()));
    }

    /// Tells the server all that it may have to know of a node without a parent.
    fn announce(&self, out: &mut Outbox) {
        out.push(Out::ToServer(HaveNoParent { no_parent: true }.into()));
        let Place { level, root } = self.place();
        tell_server(Some(level), Some(&root), out);
        let accept = self.accepting;
        out.push(Out::ToServer(AcceptChildren { accept }.into()));
    }

    /// Tells the server whether there is room for children, if that has changed.
    fn update_accepting(&mut self, out: &mut Outbox) {
        let in_branch = match &self.above {
            Above::Nobody(alone) => alone.is_root,
            Above::Parent(_) => true,
        };
        let accept = in_branch && self.children.has_room();
        if std::mem::replace(&mut self.accepting, accept) != accept {
            out.push(Out::TakeChildren(accept));
            out.push(Out::ToServer(AcceptChildren { accept }.into()));
        }
    }

    /// Closes the connection of a candidate or a child.
    fn close(&mut self, conn: ConnId, out: &mut Outbox) {
        out.close(conn);
        self.closed(conn, out);
    }

    fn close_all(&mut self, out: &mut Outbox) {
        match &mut self.above {
            Above::Nobody(alone) => alone.drop_all(out),
            Above::Parent(parent) => out.close(parent.conn),
        }
        self.children.close_all(out);
    }
}

/// Tells the server where we are, the root first.
fn tell_server(level: Option<u32>, root: Option<&Text>, out: &mut Outbox) {
    if let Some(username) = root.cloned() {
        out.push(Out::ToServer(BranchRoot { username }.into()));
    }
    if let Some(level) = level {
        out.push(Out::ToServer(BranchLevel { level }.into()));
    }
}
