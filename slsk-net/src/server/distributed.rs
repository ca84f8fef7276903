//! The distributed network, as far as a server sees it: who is in which branch, and who may take children.
//!
//! Users announce level and root of their branch, not their parent. So that no circle comes about, a user is only sent
//! to users above him in one order of all users, fastest first, and never into a branch that may be below him.

mod node;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use slsk_wire::Text;
use slsk_wire::server::{PossibleParent, PossibleParents, ResetDistributed};

use super::base::Base;
use super::outbox::Outbox;
use crate::machine::ConnId;
use node::{Node, Place};

/// How many possible parents a user is told of at once.
const MAX_PARENTS: usize = 10;
/// How many users are looked at for that.
const MAX_LOOKED_AT: usize = 300;
/// How often a user has to be named to be as unattractive as one a level below him.
const NAMED_FOR_A_LEVEL: u32 = 4;
/// How many users are told of parents before everybody else has a turn.
const AT_ONCE: usize = 100;
/// How soon a user may ask for parents again.
const ASK_AGAIN: Duration = Duration::from_secs(5);

/// The users in it, and outside of it.
#[derive(Debug, Default)]
pub(super) struct Tree {
    nodes: BTreeMap<ConnId, Node>,
    /// Who gets searches from us, to pass them on.
    roots: BTreeSet<ConnId>,
    /// Who has not said anything about the distributed network.
    outside: BTreeSet<ConnId>,
    /// Who takes children, the most attractive first.
    candidates: BTreeSet<Attraction>,
    /// Who looks for a parent, and when he is told of some.
    asking: BTreeSet<(Instant, ConnId)>,
    /// When everybody is as attractive again as if he had not been named.
    forget: Option<Instant>,
}

/// Less is more attractive: near to the root, not named often, fast.
type Attraction = (u32, Reverse<u32>, ConnId);

impl Tree {
    pub(super) fn log_in(&mut self, conn: ConnId, name: Text, speed: u32) {
        self.outside.insert(conn);
        self.nodes.insert(conn, Node::new(name, speed));
    }

    pub(super) fn log_out(&mut self, conn: ConnId) {
        self.unfile(conn);
        self.nodes.remove(&conn);
    }

    /// Who gets searches from the server to pass them on.
    pub(super) fn roots(&self) -> impl Iterator<Item = ConnId> + '_ {
        self.roots.iter().copied()
    }

    /// Who has said nothing about the distributed network since his login.
    pub(super) fn outside(&self) -> impl Iterator<Item = ConnId> + '_ {
        self.outside.iter().copied()
    }

    /// A user looks for a parent, or has one.
    pub(super) fn have_no_parent(
        &mut self,
        conn: ConnId,
        no_parent: bool,
        base: &Base,
        out: &mut Outbox<'_>,
    ) {
        self.change(conn, |node| {
            let soon = match node.told {
                Some(told) => out.now.max(told + ASK_AGAIN),
                None => out.now + base.config.parents_delay,
            };
            let due = node.due.map_or(soon, |due| due.min(soon));
            node.due = no_parent.then_some(due);
            node.no_parent = Some(no_parent);
        });
        self.tell_parents(base, out);
    }

    /// A user takes children, or no more of them.
    pub(super) fn accept_children(&mut self, conn: ConnId, accept: bool) {
        self.change(conn, |node| node.accepts = accept);
    }

    pub(super) fn branch_level(&mut self, conn: ConnId, level: u32) {
        self.change(conn, |node| node.level = level);
    }

    /// A user says who is the root of his branch. A root that is not there resets him.
    pub(super) fn branch_root(
        &mut self,
        conn: ConnId,
        root: &Text,
        base: &Base,
        out: &mut Outbox<'_>,
    ) {
        let there = base.users.get(root).is_some();
        self.change(conn, |node| {
            node.root = (node.name != *root).then(|| root.detach());
        });
        if !there {
            out.send(conn, ResetDistributed);
        }
    }

    pub(super) fn speed(&mut self, conn: ConnId, speed: u32) {
        self.change(conn, |node| node.speed = speed);
    }

    pub(super) fn tick(&mut self, base: &Base, out: &mut Outbox<'_>) {
        if self.forget.is_some_and(|forget| forget <= out.now) {
            self.forget = None;
            let named: Vec<_> = self.candidates.iter().map(|(.., conn)| *conn).collect();
            for conn in named {
                self.change(conn, |node| node.named = 0);
            }
        }
        self.tell_parents(base, out);
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let asking = self.asking.first().map(|(due, _)| *due);
        asking.into_iter().chain(self.forget).min()
    }

    /// Changes what is known of a user.
    fn change(&mut self, conn: ConnId, change: impl FnOnce(&mut Node)) {
        self.unfile(conn);
        if let Some(node) = self.nodes.get_mut(&conn) {
            change(node);
            node.settle();
            match node.place() {
                Place::Outside => self.outside.insert(conn),
                Place::Root => self.roots.insert(conn),
                Place::Child => true,
            };
            if node.accepts {
                self.candidates.insert(attraction(conn, node));
            }
            if let Some(due) = node.due {
                self.asking.insert((due, conn));
            }
        }
    }

    fn unfile(&mut self, conn: ConnId) {
        self.outside.remove(&conn);
        self.roots.remove(&conn);
        if let Some(node) = self.nodes.get(&conn) {
            self.candidates.remove(&attraction(conn, node));
            if let Some(due) = node.due {
                self.asking.remove(&(due, conn));
            }
        }
    }

    /// Tells possible parents to those whose time has come.
    fn tell_parents(&mut self, base: &Base, out: &mut Outbox<'_>) {
        for _ in 0..AT_ONCE {
            let Some((due, conn)) = self.asking.first().copied() else {
                return;
            };
            if due > out.now {
                return;
            }
            let found = self.parents_for(conn, base);
            let told = !found.is_empty();
            self.change(conn, |node| {
                node.due = Some(out.now + base.config.parents_interval);
                if told {
                    node.told = Some(out.now);
                }
            });
            if !told {
                continue;
            }
            for (parent, _) in &found {
                self.change(*parent, |node| node.named = node.named.saturating_add(1));
            }
            let forget = out.now + base.config.parents_interval;
            self.forget.get_or_insert(forget);
            let parents = found.into_iter().map(|(_, parent)| parent).collect();
            out.send(conn, PossibleParents { parents });
        }
    }

    fn parents_for(&self, asker: ConnId, base: &Base) -> Vec<(ConnId, PossibleParent)> {
        let Some(node) = self.nodes.get(&asker) else {
            return Vec::new();
        };
        let candidates = self.candidates.iter().take(MAX_LOOKED_AT);
        let fitting = candidates.filter_map(|(.., conn)| {
            let user = base.users.at(*conn)?;
            let candidate = self.nodes.get(conn)?;
            let root = candidate.root.as_ref();
            let fits = user.port != 0
                && candidate.is_above(*conn, node, asker)
                && !candidate.may_be_below(node)
                && root.is_none_or(|root| base.users.get(root).is_some());
            fits.then(|| {
                let parent = PossibleParent {
                    username: user.name.clone(),
                    ip: user.ip,
                    port: user.port.into(),
                };
                (*conn, parent)
            })
        });
        fitting.take(MAX_PARENTS).collect()
    }
}

fn attraction(conn: ConnId, node: &Node) -> Attraction {
    let distance = node.level.saturating_add(node.named / NAMED_FOR_A_LEVEL);
    (distance, Reverse(node.speed), conn)
}
