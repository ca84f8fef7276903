//! Messages of the distributed network, on connections of type D.

use slsk_derive::{Family, Wire};

use crate::family::Unknown;
use crate::types::Text;

/// Between a parent and a child of the distributed network.
#[derive(Clone, Debug, PartialEq, Family)]
#[slsk(id = Distributed, code = u8)]
#[expect(missing_docs, reason = "each variant holds the message of its name")]
pub enum DistributedMessage {
    Search(DistributedSearch),
    BranchLevel(DistributedBranchLevel),
    BranchRoot(DistributedBranchRoot),
    #[slsk(unknown)]
    Unknown(Unknown),
}

/// A search, from parent to child. It is relayed as the bytes that came, not encoded anew.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 3, guide = "distributed")]
#[doc(alias = "DistributedSearchRequest")]
#[doc(alias = "DistribSearch")]
pub struct DistributedSearch {
    /// Always [`IDENTIFIER`](Self::IDENTIFIER); Nicotine+ drops any other.
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
pub struct DistributedBranchLevel {
    /// 0 for the root itself. Below 0 the sender is broken: close.
    pub level: i32,
}

/// Who is the root of the sender's branch, from parent to child.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 5, guide = "distributed")]
#[doc(alias = "DistribBranchRoot")]
pub struct DistributedBranchRoot {
    /// The root. Some senders at level 0 leave this message out.
    pub username: Text,
}
