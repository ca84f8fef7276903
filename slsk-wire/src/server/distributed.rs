//! A client's place in the distributed network.

use std::net::Ipv4Addr;

use slsk_derive::Wire;

use crate::types::{Depth, Rest, Text};

/// Says whether we look for a parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 71, guide = "distributed")]
#[doc(alias = "ToggleParentSearch")]
#[doc(alias = "HaveNoParents")]
pub struct HaveNoParent {
    /// Whether the server should send [`PossibleParents`].
    pub no_parent: bool,
}

/// The speed that a client needs to have children.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 83, guide = "distributed")]
pub struct ParentMinSpeed {
    /// Implementations disagree on the unit; see the guide.
    pub speed: u32,
}

/// How many children a client may have for its speed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 84, guide = "distributed")]
pub struct ParentSpeedRatio {
    /// Implementations disagree on the unit; see the guide.
    pub ratio: u32,
}

/// A search from the server, for the root of a branch to pass on to the distributed network.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 93, guide = "distributed")]
#[doc(alias = "ServerSearchRequest")]
pub struct EmbeddedMessage {
    /// The code of the distributed message inside: always 3, a
    /// [`DistributedSearch`](crate::distributed::DistributedSearch).
    pub distributed_code: u8,
    /// The body of that message.
    pub payload: Rest,
}

/// Says whether others may become our children.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 100, guide = "distributed")]
pub struct AcceptChildren {
    /// Whether they may.
    pub accept: bool,
}

/// Users that could become our parent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[slsk(code = 102, guide = "distributed")]
#[doc(alias = "PotentialParents")]
#[doc(alias = "NetInfo")]
pub struct PossibleParents {
    /// At most ten.
    pub parents: Vec<PossibleParent>,
}

/// A user that could become our parent.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
pub struct PossibleParent {
    /// The user.
    pub username: Text,
    /// His address.
    pub ip: Ipv4Addr,
    /// His port.
    pub port: u32,
}

/// Says how far we are from the root of our branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 126, guide = "distributed")]
pub struct BranchLevel {
    /// 0 without a parent.
    pub level: u32,
}

/// Says who is the root of our branch.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 127, guide = "distributed")]
pub struct BranchRoot {
    /// The root; our own name without a parent.
    pub username: Text,
}

/// Says what the address of our parent is.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 73, guide = "distributed", status = Deprecated)]
#[doc(alias = "ParentIP")]
#[doc(alias = "ParentsIP")]
pub struct ParentIp {
    /// The address. Absent from some clients.
    #[slsk(optional)]
    pub ip: Option<Ipv4Addr>,
}

/// After how long without a word a parent is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 86, guide = "distributed", status = Obsolete)]
pub struct ParentInactivityTimeout {
    /// Seconds.
    #[slsk(unit = Seconds)]
    pub seconds: u32,
}

/// After how long without a search a parent is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 87, guide = "distributed", status = Obsolete)]
pub struct SearchInactivityTimeout {
    /// Seconds.
    #[slsk(unit = Seconds)]
    pub seconds: u32,
}

/// How many possible parents a client should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 88, guide = "distributed", status = Obsolete)]
#[doc(alias = "MinimumParentsInCache")]
pub struct MinParentsInCache {
    /// How many.
    pub amount: u32,
}

/// How often something is passed on. Only aioslsk knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 89, guide = "distributed", status = Obsolete)]
#[doc(alias = "DistributedDistributeInterval")]
pub struct DistributeInterval {
    /// Seconds.
    #[slsk(unit = Seconds)]
    pub seconds: u32,
}

/// How often a client pings its children.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 90, guide = "distributed", status = Obsolete)]
#[doc(alias = "DistribPingInterval")]
pub struct DistributedAliveInterval {
    /// Seconds.
    #[slsk(unit = Seconds)]
    pub seconds: u32,
}

/// Says how deep the tree below us is.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 129, guide = "distributed", status = Obsolete)]
pub struct ChildDepth {
    /// Levels. `SoulseekQt` was seen to send a single byte.
    pub depth: Depth,
}

/// Give up parent and children, and begin again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
#[slsk(code = 130, guide = "distributed")]
#[doc(alias = "DistributedReset")]
pub struct ResetDistributed;
