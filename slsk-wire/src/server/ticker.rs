//! Tickers: a short text of each user in a room.

use slsk_derive::Wire;

use crate::types::Text;

/// The tickers of a room, after we have joined it.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 113, guide = "rooms")]
pub struct RoomTickers {
    /// The room.
    pub room: Text,
    /// Its tickers.
    pub tickers: Vec<RoomTicker>,
}

/// A user's ticker.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
pub struct RoomTicker {
    /// The user.
    pub username: Text,
    /// His text.
    pub ticker: Text,
}

/// A user has a ticker now. One that he had before is removed first.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 114, guide = "rooms")]
#[doc(alias = "RoomTickerAdd")]
pub struct RoomTickerAdded {
    /// The room.
    pub room: Text,
    /// The user.
    pub username: Text,
    /// His text.
    pub ticker: Text,
}

/// A user has no ticker now.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 115, guide = "rooms")]
#[doc(alias = "RoomTickerRemove")]
pub struct RoomTickerRemoved {
    /// The room.
    pub room: Text,
    /// The user.
    pub username: Text,
}

/// Sets our ticker in a room.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 116, guide = "rooms")]
pub struct SetRoomTicker {
    /// The room.
    pub room: Text,
    /// Up to 1024 bytes; empty for none.
    pub ticker: Text,
}
