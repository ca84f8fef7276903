//! One user's place in the distributed network, as he has announced it.

use std::cmp::Reverse;
use std::time::Instant;

use slsk_wire::Text;

use crate::machine::ConnId;

/// What a user has said of himself.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) name: Text,
    pub(super) speed: u32,
    /// Absent until he has said it.
    pub(super) no_parent: Option<bool>,
    pub(super) level: u32,
    /// The root of his branch, when it is somebody else.
    pub(super) root: Option<Text>,
    pub(super) accepts: bool,
    /// The branch where he last had a parent, and his level in it. Those who are said to be deeper in it may be below him.
    branch: Option<(Text, u32)>,
    /// When he is told of possible parents, if he looks for one.
    pub(super) due: Option<Instant>,
    /// When he was last told of some.
    pub(super) told: Option<Instant>,
    /// How often he was named to others of late.
    pub(super) named: u32,
}

/// Where a user is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// He has said nothing about it.
    Outside,
    /// He has no parent.
    Root,
    /// He has one.
    Child,
}

impl Node {
    pub(super) fn new(name: Text, speed: u32) -> Self {
        Self {
            name,
            speed,
            no_parent: None,
            level: 0,
            root: None,
            accepts: false,
            branch: None,
            due: None,
            told: None,
            named: 0,
        }
    }

    pub(super) fn place(&self) -> Place {
        match (self.no_parent, &self.root) {
            (None, _) => Place::Outside,
            (Some(false), Some(_)) if self.level > 0 => Place::Child,
            (Some(_), _) => Place::Root,
        }
    }

    /// Remembers the branch that he is in.
    pub(super) fn settle(&mut self) {
        if self.place() == Place::Child
            && let Some(root) = &self.root
        {
            self.branch = Some((root.clone(), self.level));
        }
    }

    /// Whether he comes before another one in the order that keeps circles out: the faster, then who was here first.
    pub(super) fn is_above(&self, own: ConnId, other: &Self, others: ConnId) -> bool {
        (self.speed, Reverse(own)) > (other.speed, Reverse(others))
    }

    /// Whether another one, who has no parent, may be his parent, or his parent's parent, and so on.
    pub(super) fn may_be_below(&self, other: &Self) -> bool {
        let Some(root) = &self.root else {
            return false;
        };
        let branch = other.branch.as_ref();
        *root == other.name
            || branch.is_some_and(|(name, level)| name == root && self.level > *level)
    }
}
