//! Searches: who may make them, and how they reach those who are asked.

use slsk_wire::Text;
use slsk_wire::distributed::DistributedSearch;
use slsk_wire::server::{
    EmbeddedMessage, FileSearch, IncomingFileSearch, RoomSearch, UserSearch, WishlistSearch,
};
use slsk_wire::{Rest, Wire};

use super::base::Base;
use super::distributed::Tree;
use super::outbox::Outbox;
use super::rooms::Rooms;
use super::{SearchDelivery, SearchScope, ServerEvent};
use crate::machine::ConnId;

/// How long a query may be, in bytes.
const MAX_QUERY: usize = 256;

/// The code of [`DistributedSearch`], in the eight bits that it has there.
const SEARCH_CODE: u8 = 3;

/// A search of any kind.
#[derive(Debug)]
pub(super) struct Search {
    token: u32,
    query: Text,
    scope: SearchScope,
}

impl From<FileSearch> for Search {
    fn from(search: FileSearch) -> Self {
        Self {
            token: search.token,
            query: search.query,
            scope: SearchScope::Network,
        }
    }
}

impl From<WishlistSearch> for Search {
    fn from(search: WishlistSearch) -> Self {
        Self {
            token: search.token,
            query: search.query,
            scope: SearchScope::Wish,
        }
    }
}

impl From<UserSearch> for Search {
    fn from(search: UserSearch) -> Self {
        Self {
            token: search.token,
            query: search.query,
            scope: SearchScope::User(search.username.detach()),
        }
    }
}

impl From<RoomSearch> for Search {
    fn from(search: RoomSearch) -> Self {
        Self {
            token: search.token,
            query: search.query,
            scope: SearchScope::Room(search.room.detach()),
        }
    }
}

/// Delivers a search, unless its user makes too many or it can't be one.
pub(super) fn deliver(
    base: &mut Base,
    tree: &Tree,
    rooms: &Rooms,
    conn: ConnId,
    search: Search,
    out: &mut Outbox<'_>,
) {
    let Some(user) = base.users.at_mut(conn) else {
        return;
    };
    let allowed = user.searches.allows(out.now, base.config.limits.searches);
    if !allowed || search.query.is_empty() || search.query.len() > MAX_QUERY {
        return;
    }
    let Search {
        token,
        query,
        scope,
    } = search;
    let user = user.name.clone();
    let direct = IncomingFileSearch {
        username: user.clone(),
        token,
        query: query.clone(),
    };
    let others = |other: &ConnId| *other != conn;
    match &scope {
        SearchScope::User(name) => {
            if let Some(target) = base.users.conn_of(name) {
                out.send(target, direct);
            }
        }
        SearchScope::Room(room) => {
            if rooms.has(room, conn) {
                out.send_all(rooms.users(room).filter(others), direct);
            }
        }
        SearchScope::Network | SearchScope::Wish => match base.config.search_delivery {
            SearchDelivery::Direct => out.send_all(base.users.conns().filter(others), direct),
            SearchDelivery::Distributed => {
                out.send_all(tree.outside().filter(others), direct.clone());
                // A root gets its own searches too: its children hear of them from nobody else.
                out.send_all(tree.roots(), embedded(direct));
            }
        },
    }
    let query = query.detach();
    out.emit(ServerEvent::Searched { user, query, scope });
}

/// A search for the root of a branch.
fn embedded(search: IncomingFileSearch) -> EmbeddedMessage {
    let search = DistributedSearch::new(search.username, search.token, search.query);
    let mut payload = Vec::with_capacity(search.encoded_len());
    // Texts of a frame that was read have a length that can be written.
    let _ = search.encode(&mut payload);
    EmbeddedMessage {
        distributed_code: SEARCH_CODE,
        payload: Rest(payload.into()),
    }
}
