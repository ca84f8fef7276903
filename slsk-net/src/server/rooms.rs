//! Public rooms: who is in them, what is said there, tickers. There are no private ones.

mod name;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use slsk_wire::Text;
use slsk_wire::server::{
    GlobalRoomMessage, JoinRoomRequest, JoinRoomResponse, LeaveRoom, RoomListResponse, RoomMessage,
    RoomTicker, RoomTickerAdded, RoomTickerRemoved, RoomTickers, SayInRoom, SetRoomTicker,
    UserJoinedRoom, UserLeftRoom,
};

use super::base::Base;
use super::messages::is_sayable;
use super::outbox::{Outbox, encoded};
use super::{ServerEvent, ServerLimits};
use crate::machine::{ConnId, Packet};

/// How long a ticker may be, in bytes.
const MAX_TICKER: usize = 1024;
/// How many tickers a room keeps.
const MAX_TICKERS: usize = 200;
/// How old the list may be that comes with a login.
const LOGIN_LIST_TIME: Duration = Duration::from_secs(1);

/// The rooms that somebody is in.
#[derive(Debug, Default)]
pub(super) struct Rooms {
    by_name: BTreeMap<Text, Room>,
    /// The rooms of each user.
    by_user: BTreeMap<ConnId, BTreeSet<Text>>,
    /// Who hears everything that is said in rooms.
    listeners: BTreeSet<ConnId>,
    /// The list of all rooms, until it changes.
    list: Option<Packet>,
    /// The list for those who log in, and until when it is good enough.
    login_list: Option<(Packet, Instant)>,
}

#[derive(Debug, Default)]
struct Room {
    users: BTreeSet<ConnId>,
    tickers: BTreeMap<Text, Text>,
}

/// Why a room can't be joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum JoinError {
    /// It is the name; this is what to say about it.
    Name(String),
    /// It would be a private one.
    Private,
    /// There are too many.
    TooMany,
    /// The user is in it.
    Joined,
}

impl Rooms {
    pub(super) fn has(&self, room: &Text, conn: ConnId) -> bool {
        self.by_name
            .get(room)
            .is_some_and(|room| room.users.contains(&conn))
    }

    /// Who is in a room.
    pub(super) fn users(&self, room: &Text) -> impl Iterator<Item = ConnId> + '_ {
        let room = self.by_name.get(room);
        room.into_iter().flat_map(|room| room.users.iter().copied())
    }

    /// Who is in a room with this user, he himself too.
    pub(super) fn mates(&self, conn: ConnId) -> impl Iterator<Item = ConnId> + '_ {
        let rooms = self.by_user.get(&conn).into_iter().flatten();
        rooms.flat_map(|room| self.users(room))
    }

    /// Lets a user into a room and tells everybody. Returns whether it is public although he asked for a private one.
    pub(super) fn join(
        &mut self,
        base: &Base,
        conn: ConnId,
        request: &JoinRoomRequest,
        out: &mut Outbox<'_>,
    ) -> Result<bool, JoinError> {
        let (name, private) = (&request.room, request.private.unwrap_or(0) != 0);
        self.may_join(conn, name, private, &base.config.limits)?;
        let Some(user) = base.users.at(conn) else {
            return Ok(false);
        };
        let name = name.detach();
        let room = self.by_name.entry(name.clone()).or_default();
        room.users.insert(conn);
        self.by_user.entry(conn).or_default().insert(name.clone());
        let joined = UserJoinedRoom {
            room: name.clone(),
            username: user.name.clone(),
            status: user.status.clone(),
            stats: base.accounts.stats(&user.name),
            slots_full: user.slots_full,
            country: Text::new(),
        };
        out.send_all(room.users.iter().copied(), joined);
        out.send(conn, room.everybody(name.clone(), base));
        let tickers = room.tickers.iter().map(|(username, ticker)| RoomTicker {
            username: username.clone(),
            ticker: ticker.clone(),
        });
        let tickers = tickers.collect();
        out.send(
            conn,
            RoomTickers {
                room: name.clone(),
                tickers,
            },
        );
        self.list = None;
        let user = user.name.clone();
        out.emit(ServerEvent::Joined { user, room: name });
        Ok(private)
    }

    fn may_join(
        &self,
        conn: ConnId,
        name: &Text,
        private: bool,
        limits: &ServerLimits,
    ) -> Result<(), JoinError> {
        if let Some(problem) = name::problem(name) {
            return Err(JoinError::Name(problem));
        }
        let room = self.by_name.get(name);
        match room {
            Some(room) if room.users.contains(&conn) => return Err(JoinError::Joined),
            None if private => return Err(JoinError::Private),
            None if self.by_name.len() >= limits.rooms => return Err(JoinError::TooMany),
            _ => {}
        }
        let joined = self.by_user.get(&conn).map_or(0, BTreeSet::len);
        if joined >= limits.rooms_per_user {
            return Err(JoinError::TooMany);
        }
        Ok(())
    }

    /// Lets a user out of a room and tells everybody. To leave a room that one is not in does nothing.
    pub(super) fn leave(
        &mut self,
        conn: ConnId,
        user: &Text,
        request: LeaveRoom,
        out: &mut Outbox<'_>,
    ) {
        let rooms = self.by_user.get_mut(&conn);
        if rooms.is_some_and(|rooms| rooms.remove(&request.room)) {
            if self.by_user.get(&conn).is_some_and(BTreeSet::is_empty) {
                self.by_user.remove(&conn);
            }
            self.left(conn, user, &request.room, out);
            out.send(conn, request);
        }
    }

    /// Lets a user out of all rooms, as his session has ended.
    pub(super) fn log_out(&mut self, conn: ConnId, user: &Text, out: &mut Outbox<'_>) {
        self.listeners.remove(&conn);
        for room in self.by_user.remove(&conn).unwrap_or_default() {
            self.left(conn, user, &room, out);
        }
    }

    fn left(&mut self, conn: ConnId, user: &Text, name: &Text, out: &mut Outbox<'_>) {
        let Some(room) = self.by_name.get_mut(name) else {
            return;
        };
        room.users.remove(&conn);
        let (username, room_name) = (user.clone(), name.detach());
        let left = UserLeftRoom {
            room: room_name.clone(),
            username: username.clone(),
        };
        out.send_all(room.users.iter().copied(), left);
        if room.users.is_empty() {
            self.by_name.remove(name);
        }
        self.list = None;
        out.emit(ServerEvent::Left {
            user: username,
            room: room_name,
        });
    }

    /// Says something in a room. Who is not in it is not heard.
    pub(super) fn say(&self, conn: ConnId, user: &Text, said: SayInRoom, out: &mut Outbox<'_>) {
        if !self.has(&said.room, conn) || !is_sayable(&said.message) {
            return;
        }
        let global = GlobalRoomMessage {
            room: said.room.clone(),
            username: user.clone(),
            message: said.message.clone(),
        };
        let message = RoomMessage {
            room: said.room.clone(),
            username: user.clone(),
            message: said.message,
        };
        out.send_all(self.users(&said.room), message);
        out.send_all(self.listeners.iter().copied(), global);
    }

    /// Whether a user hears everything that is said in rooms.
    pub(super) fn listen(&mut self, conn: ConnId, on: bool) {
        if on {
            self.listeners.insert(conn);
        } else {
            self.listeners.remove(&conn);
        }
    }

    /// Sets a user's ticker in a room that he is in.
    pub(super) fn set_ticker(
        &mut self,
        conn: ConnId,
        user: &Text,
        set: SetRoomTicker,
        out: &mut Outbox<'_>,
    ) {
        let Some(room) = self.by_name.get_mut(&set.room) else {
            return;
        };
        let full = room.tickers.len() >= MAX_TICKERS && !room.tickers.contains_key(user);
        let too_much = set.ticker.len() > MAX_TICKER || full;
        if !room.users.contains(&conn) || (too_much && !set.ticker.is_empty()) {
            return;
        }
        if room.tickers.remove(user).is_some() {
            let removed = RoomTickerRemoved {
                room: set.room.clone(),
                username: user.clone(),
            };
            out.send_all(room.users.iter().copied(), removed);
        }
        if !set.ticker.is_empty() {
            room.tickers.insert(user.clone(), set.ticker.detach());
            let added = RoomTickerAdded {
                room: set.room,
                username: user.clone(),
                ticker: set.ticker,
            };
            out.send_all(room.users.iter().copied(), added);
        }
    }

    /// The list of all rooms, encoded once.
    pub(super) fn list(&mut self) -> Packet {
        let rooms = &self.by_name;
        self.list.get_or_insert_with(|| list(rooms, 0)).clone()
    }

    /// The list for who logs in: without small rooms, and perhaps a second old.
    pub(super) fn login_list(&mut self, least: u32, now: Instant) -> Packet {
        match &self.login_list {
            Some((packet, until)) if now < *until => packet.clone(),
            _ => {
                let packet = list(&self.by_name, least);
                self.login_list = Some((packet.clone(), now + LOGIN_LIST_TIME));
                packet
            }
        }
    }
}

impl Room {
    /// What who joins is told.
    fn everybody(&self, room: Text, base: &Base) -> JoinRoomResponse {
        let mut response = JoinRoomResponse {
            room,
            ..JoinRoomResponse::default()
        };
        for user in self.users.iter().filter_map(|conn| base.users.at(*conn)) {
            response.users.push(user.name.clone());
            response.statuses.push(user.status.clone());
            response.stats.push(base.accounts.stats(&user.name));
            response.slots_full.push(user.slots_full);
            response.countries.push(Text::new());
        }
        response
    }
}

fn list(rooms: &BTreeMap<Text, Room>, least: u32) -> Packet {
    let mut response = RoomListResponse::default();
    for (name, room) in rooms {
        let users = u32::try_from(room.users.len()).unwrap_or(u32::MAX);
        if users >= least {
            response.rooms.push(name.clone());
            response.room_users.push(users);
        }
    }
    encoded(response.into())
}
