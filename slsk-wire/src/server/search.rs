//! Searching the network.

use slsk_derive::Wire;

use crate::types::Text;

/// Searches the whole network. Results come from the peers that have them.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 26, guide = "searching")]
pub struct FileSearch {
    /// Our number for this search, which stands in the results.
    pub token: u32,
    /// Words; the guide says what they mean. At most 256 bytes.
    pub query: Text,
}

/// Somebody's search, to be answered if we have what he looks for.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 26, guide = "searching")]
#[doc(alias = "FileSearch")]
pub struct IncomingFileSearch {
    /// Who searches.
    pub username: Text,
    /// His number for this search.
    pub token: u32,
    /// What he looks for.
    pub query: Text,
}

/// Searches one user's files. He gets an [`IncomingFileSearch`].
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 42, guide = "searching")]
pub struct UserSearch {
    /// The user.
    pub username: Text,
    /// Our number for this search.
    pub token: u32,
    /// As in [`FileSearch`].
    pub query: Text,
}

/// Searches the files of all users of a room. They get an [`IncomingFileSearch`].
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 120, guide = "searching")]
pub struct RoomSearch {
    /// The room.
    pub room: Text,
    /// Our number for this search.
    pub token: u32,
    /// As in [`FileSearch`].
    pub query: Text,
}

/// Searches the network for a wish, once in a [`WishlistInterval`].
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 103, guide = "searching")]
pub struct WishlistSearch {
    /// Our number for this search.
    pub token: u32,
    /// As in [`FileSearch`].
    pub query: Text,
}

/// How often a wish may be searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 104, guide = "searching")]
pub struct WishlistInterval {
    /// Seconds between two wishes: 720, or 120 with privileges.
    #[slsk(unit = Seconds)]
    pub seconds: u32,
}

/// Phrases that must not be in any result: paths that contain one are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[slsk(code = 160, guide = "searching")]
pub struct ExcludedSearchPhrases {
    /// Compared without regard to case.
    pub phrases: Vec<Text>,
}
