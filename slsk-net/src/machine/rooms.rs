//! Chat rooms: which there are, being in them, what is said.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use slsk_wire::Text;
use slsk_wire::server::{
    EnableRoomInvitations, JoinRoomRequest, JoinRoomResponse, LeaveRoom, RoomListRequest,
    RoomListResponse, RoomMessage, SayInRoom, UserJoinedRoom, UserLeftRoom,
};

use super::CommandId;
use super::api::{Event, Reply, RoomEntry, RoomError, RoomMember};
use super::outbox::{Out, Outbox};

/// How many rooms we may be in. All of them are joined again after each login.
const MAX_ROOMS: usize = 200;
/// The longest name of a room, in characters.
const MAX_NAME: usize = 24;
/// The longest message that the server passes on, in bytes.
const MAX_MESSAGE: usize = 2048;
/// How long a second list may take to come: the one that the server sends after the login leaves out small rooms.
const SECOND_LIST: Duration = Duration::from_secs(3);

#[derive(Debug, Default)]
pub(super) struct Rooms {
    /// Our name, while there is a session.
    own: Option<Text>,
    /// The rooms that we are in, or shall be in again after the next login.
    joined: BTreeSet<Text>,
    asked: Vec<Asked>,
    /// Rooms that we have asked to join in this session, and the server has not answered in time.
    unanswered: BTreeSet<Text>,
    /// Whether the server has sent a list of rooms in this session.
    listed: bool,
}

/// A command that waits for the server.
#[derive(Debug)]
struct Asked {
    command: CommandId,
    what: What,
    deadline: Instant,
}

#[derive(Debug)]
enum What {
    Join(Text),
    Leave(Text),
    /// Whether the list is to be the second one of the session, and the first one.
    List {
        second: bool,
        first: Option<Vec<RoomEntry>>,
    },
}

impl Rooms {
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.asked.iter().map(|asked| asked.deadline).min()
    }

    /// How many commands wait for the server.
    pub(super) fn questions(&self) -> usize {
        self.asked.len()
    }

    /// How many rooms we are in.
    pub(super) fn joined_count(&self) -> usize {
        self.joined.len()
    }

    /// A session has begun: join all rooms again.
    pub(super) fn online(&mut self, username: &str, out: &mut Outbox) {
        self.own = Some(username.into());
        self.listed = false;
        // Private rooms are not for us yet.
        let enabled = false;
        out.push(Out::ToServer(EnableRoomInvitations { enabled }.into()));
        for room in &self.joined {
            send_join(room, out);
        }
    }

    /// The session is over.
    pub(super) fn offline(&mut self, out: &mut Outbox) {
        self.own = None;
        self.unanswered.clear();
        for asked in std::mem::take(&mut self.asked) {
            asked.fail(RoomError::Disconnected, out);
        }
    }

    pub(super) fn tick(&mut self, out: &mut Outbox) {
        let now = out.now;
        for asked in self.asked.extract_if(.., |asked| asked.deadline <= now) {
            if let What::Join(room) = &asked.what
                && self.unanswered.len() < MAX_ROOMS
            {
                self.unanswered.insert(room.clone());
            }
            asked.fail(RoomError::NoAnswer, out);
        }
    }

    /// Lists all rooms.
    pub(super) fn list(&mut self, command: CommandId, out: &mut Outbox) {
        let second = !self.listed;
        let what = What::List {
            second,
            first: None,
        };
        if self.own.is_none() {
            return what.fail(command, RoomError::NotLoggedIn, out);
        }
        out.push(Out::ToServer(RoomListRequest.into()));
        self.ask(command, what, out);
    }

    /// Joins a public room.
    pub(super) fn join(&mut self, command: CommandId, room: Text, out: &mut Outbox) {
        let error = if self.own.is_none() {
            RoomError::NotLoggedIn
        } else if !is_name(&room) {
            RoomError::InvalidName
        } else if self.joined.contains(&room) {
            RoomError::AlreadyJoined
        } else if self.joined.len() + self.asked.len() >= MAX_ROOMS {
            RoomError::TooMany
        } else {
            send_join(&room, out);
            return self.ask(command, What::Join(room), out);
        };
        out.reply(command, Reply::JoinedRoom(Err(error)));
    }

    /// Leaves a room.
    pub(super) fn leave(&mut self, command: CommandId, room: Text, out: &mut Outbox) {
        if let Err(error) = self.is_in(&room) {
            return out.reply(command, Reply::Room(Err(error)));
        }
        let request = LeaveRoom { room: room.clone() };
        out.push(Out::ToServer(request.into()));
        self.ask(command, What::Leave(room), out);
    }

    /// Says something in a room.
    pub(super) fn say(&mut self, command: CommandId, room: Text, text: &str, out: &mut Outbox) {
        let text = text.replace("\r\n", " ").replace(['\r', '\n'], " ");
        let result = self.is_in(&room).and(match text.len() {
            0 => Err(RoomError::Empty),
            1..=MAX_MESSAGE => Ok(()),
            _ => Err(RoomError::TooLong),
        });
        if result.is_ok() {
            let message = Text::from(text);
            out.push(Out::ToServer(SayInRoom { room, message }.into()));
        }
        out.reply(command, Reply::Room(result));
    }

    /// The rooms that there are.
    pub(super) fn listed(&mut self, list: &RoomListResponse, out: &mut Outbox) {
        self.listed = true;
        let rooms = entries(list);
        let mut answered = Vec::new();
        for (at, asked) in self.asked.iter_mut().enumerate() {
            let What::List { second, first } = &mut asked.what else {
                continue;
            };
            if std::mem::take(second) {
                *first = Some(rooms.clone());
                asked.deadline = out.now + SECOND_LIST;
            } else {
                answered.push(at);
            }
        }
        for at in answered.into_iter().rev() {
            let command = self.asked.remove(at).command;
            out.reply(command, Reply::Rooms(Ok(rooms.clone())));
        }
    }

    /// We are in a room, perhaps later than we have waited for it.
    pub(super) fn joined(&mut self, answer: &JoinRoomResponse, out: &mut Outbox) {
        let is_wanted = |asked: &Asked| matches!(&asked.what, What::Join(r) if *r == answer.room);
        let is_late = self.unanswered.remove(&answer.room);
        if !self.joined.contains(&answer.room) && !self.asked.iter().any(is_wanted) {
            if !is_late {
                return;
            }
            if self.joined.len() >= MAX_ROOMS {
                let room = answer.room.detach();
                return out.push(Out::ToServer(LeaveRoom { room }.into()));
            }
        }
        let room = answer.room.detach();
        let members = answer.members().map(|member| RoomMember {
            user: member.username.clone(),
            status: member.status.clone(),
            stats: *member.stats,
        });
        let members: Arc<[RoomMember]> = members.collect();
        let is_asked =
            |asked: &mut Asked| matches!(&asked.what, What::Join(asked) if *asked == room);
        for asked in self.asked.extract_if(.., is_asked) {
            let members = Arc::clone(&members);
            out.reply(asked.command, Reply::JoinedRoom(Ok(members)));
        }
        self.joined.insert(room.clone());
        out.emit(Event::RoomJoined { room, members });
    }

    /// A room is private, and we are no member.
    pub(super) fn refused(&mut self, room: &Text, out: &mut Outbox) {
        self.unanswered.remove(room);
        let is_asked =
            |asked: &mut Asked| matches!(&asked.what, What::Join(asked) if asked == room);
        for asked in self.asked.extract_if(.., is_asked) {
            asked.fail(RoomError::Private, out);
        }
        self.gone(room, out);
    }

    /// We are out of a room.
    pub(super) fn left(&mut self, room: &Text, out: &mut Outbox) {
        let is_asked =
            |asked: &mut Asked| matches!(&asked.what, What::Leave(asked) if asked == room);
        for asked in self.asked.extract_if(.., is_asked) {
            out.reply(asked.command, Reply::Room(Ok(())));
        }
        self.gone(room, out);
    }

    /// Somebody has come into a room.
    pub(super) fn user_joined(&self, news: UserJoinedRoom, out: &mut Outbox) {
        if self.concerns_others(&news.room, &news.username) {
            let member = RoomMember {
                user: news.username,
                status: news.status,
                stats: news.stats,
            };
            let room = news.room;
            out.emit(Event::UserJoinedRoom { room, member });
        }
    }

    /// Somebody has left a room.
    pub(super) fn user_left(&self, news: UserLeftRoom, out: &mut Outbox) {
        let UserLeftRoom { room, username } = news;
        if self.concerns_others(&room, &username) {
            let user = username;
            out.emit(Event::UserLeftRoom { room, user });
        }
    }

    /// Somebody has said something in a room.
    pub(super) fn said(&self, news: RoomMessage, out: &mut Outbox) {
        if self.joined.contains(&news.room) {
            out.emit(Event::RoomMessage {
                room: news.room,
                user: news.username,
                message: news.message,
            });
        }
    }

    fn ask(&mut self, command: CommandId, what: What, out: &Outbox) {
        let deadline = out.now + out.patience;
        self.asked.push(Asked {
            command,
            what,
            deadline,
        });
    }

    fn is_in(&self, room: &Text) -> Result<(), RoomError> {
        if self.own.is_none() {
            Err(RoomError::NotLoggedIn)
        } else if self.joined.contains(room) {
            Ok(())
        } else {
            Err(RoomError::NotJoined)
        }
    }

    fn concerns_others(&self, room: &Text, user: &Text) -> bool {
        self.joined.contains(room) && self.own.as_ref() != Some(user)
    }

    fn gone(&mut self, room: &Text, out: &mut Outbox) {
        if self.joined.remove(room) {
            let room = room.clone();
            out.emit(Event::RoomLeft { room });
        }
    }
}

impl Asked {
    fn fail(self, error: RoomError, out: &mut Outbox) {
        self.what.fail(self.command, error, out);
    }
}

impl What {
    fn fail(self, command: CommandId, error: RoomError, out: &mut Outbox) {
        let reply = match self {
            Self::Join(_) => Reply::JoinedRoom(Err(error)),
            Self::Leave(_) => Reply::Room(Err(error)),
            // No second list came, so the first one was the answer.
            Self::List { first, .. } => Reply::Rooms(first.ok_or(error)),
        };
        out.reply(command, reply);
    }
}

fn send_join(room: &Text, out: &mut Outbox) {
    let request = JoinRoomRequest::new(room.clone(), false);
    out.push(Out::ToServer(request.into()));
}

/// Whether the server would take it for the name of a room.
fn is_name(room: &Text) -> bool {
    let name = room.as_bytes();
    let is_printable = name.iter().all(|byte| matches!(byte, b' '..=b'~'));
    let has_spaces = name.starts_with(b" ") || name.ends_with(b" ");
    let has_two_spaces = name.windows(2).any(|two| two == b"  ");
    (1..=MAX_NAME).contains(&name.len()) && is_printable && !has_spaces && !has_two_spaces
}

fn entries(list: &RoomListResponse) -> Vec<RoomEntry> {
    let public = list.rooms.iter().zip(&list.room_users);
    let owned = list.owned.iter().zip(&list.owned_users);
    let others = list.member_of.iter().zip(&list.member_of_users);
    let entry = |private| {
        move |(room, users): (&Text, &u32)| RoomEntry {
            room: room.clone(),
            users: *users,
            private,
        }
    };
    let public = public.map(entry(false));
    public.chain(owned.chain(others).map(entry(true))).collect()
}

#[cfg(test)]
mod tests;
