//! Messages of the distributed network, on connections of type D.

mod embedded;

pub use embedded::DistributedEmbeddedMessage;

use slsk_derive::{Family, Wire};

use crate::family::Unknown;
use crate::types::Text;

/// Between a parent and a child of the distributed network.
#[derive(Clone, Debug, PartialEq, Family)]
#[slsk(id = Distributed, code = u8, named = NAMED_CODES)]
#[expect(missing_docs, reason = "each variant holds the message of its name")]
pub enum DistributedMessage {
    Ping(DistributedPing),
    Init(DistributedInit),
    Search(DistributedSearch),
    BranchLevel(DistributedBranchLevel),
    BranchRoot(DistributedBranchRoot),
    ChildDepth(DistributedChildDepth),
    Embedded(DistributedEmbeddedMessage),
    #[slsk(unknown)]
    Unknown(Unknown),
}

named_codes! {
    DistributedMessage as NAMED_CODES {
        /// A number without a meaning in Soulseek.NET.
        UNKNOWN_6 = 6, "Unknown", Unverified;
    }
}

/// A sign of life, which needs no answer. Soulseek NS sends it once a minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
#[slsk(code = 0, guide = "distributed", status = Deprecated, sender = Either)]
#[doc(alias = "DistribPing")]
#[doc(alias = "Ping")]
pub struct DistributedPing {
    /// Only in the answer of Soulseek.NET.
    #[slsk(optional)]
    pub token: Option<u32>,
}

/// What very old clients begin with. Only aioslsk knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 1, guide = "distributed", status = Obsolete, sender = Either)]
pub struct DistributedInit {
    /// Nobody knows.
    pub unknown1: u32,
    /// Nobody knows.
    pub unknown2: u32,
    /// Nobody knows.
    pub unknown3: u8,
    /// The sender's port.
    pub port: u32,
}

/// A search, from parent to child. It is relayed as the bytes that came, not encoded anew.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 3, guide = "distributed")]
#[doc(alias = "DistributedSearchRequest")]
#[doc(alias = "DistribSearch")]
#[doc(alias = "SearchRequest")]
pub struct DistributedSearch {
    /// Always 49; Nicotine+ drops any other.
    pub identifier: u32,
    /// Who searches, and to whom results go.
    pub username: Text,
    /// The number of the search, to be put into the results.
    pub token: u32,
    /// What is searched for.
    pub query: Text,
}

impl DistributedSearch {
    /// What `identifier` must be.
    pub const IDENTIFIER: u32 = 49;

    /// A search with the right identifier.
    #[must_use]
    pub fn new(username: impl Into<Text>, token: u32, query: impl Into<Text>) -> Self {
        Self {
            identifier: Self::IDENTIFIER,
            username: username.into(),
            token,
            query: query.into(),
        }
    }
}

/// How far the sender is from the root of its branch, from parent to child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 4, guide = "distributed")]
#[doc(alias = "DistribBranchLevel")]
#[doc(alias = "BranchLevel")]
pub struct DistributedBranchLevel {
    /// 0 for the root itself. Below 0 the sender is broken: close.
    pub level: i32,
}

/// Who is the root of the sender's branch, from parent to child.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 5, guide = "distributed")]
#[doc(alias = "DistribBranchRoot")]
#[doc(alias = "BranchRoot")]
pub struct DistributedBranchRoot {
    /// The root. Some senders at level 0 leave this message out.
    pub username: Text,
}

/// How deep the tree below the sender is, from child to parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 7, guide = "distributed", status = Obsolete, sender = Child)]
#[doc(alias = "DistribChildDepth")]
#[doc(alias = "ChildDepth")]
pub struct DistributedChildDepth {
    /// Levels.
    pub depth: u32,
}
