//! `slsk watch`.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::SystemTime;

use serde::Serialize;
use slsk_net::Client;
use slsk_net::client::{Events, Notice};
use slsk_net::machine::{Event, SessionError, WatchError};
use slsk_wire::Text;
use slsk_wire::server::{Status, UserStats};

use super::OnlineError;
use super::file::shown;
use crate::args::Watch;
use crate::json::write_json;

/// A line of JSON.
#[derive(Debug, Serialize)]
struct Line<'a> {
    /// Seconds since 1970.
    time: f64,
    #[serde(flatten)]
    told: &'a Told,
}

/// What is told.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Told {
    /// How a user is now.
    Status {
        user: Text,
        status: &'static str,
        privileged: bool,
    },
    /// How fast a user uploads, in bytes a second, and how much there is to have.
    Stats {
        user: Text,
        speed: u32,
        uploads: u32,
        files: u32,
        folders: u32,
    },
    /// Nobody has this name.
    Unknown { user: Text },
    /// So many events were lost, because standard output was too slow.
    Missed { count: u64 },
    /// The session is lost.
    Disconnected { problem: String },
    /// The client tries to come back after so many seconds.
    Reconnecting { after: f64 },
    /// It is back.
    Reconnected,
    /// A private message.
    PrivateMessage {
        user: Text,
        message: Text,
        live: bool,
    },
    /// Somebody has said something in a room.
    RoomMessage {
        room: Text,
        user: Text,
        message: Text,
    },
    /// A user has come into a room.
    UserJoinedRoom { room: Text, user: Text },
    /// A user has left a room.
    UserLeftRoom { room: Text, user: Text },
    /// For how many seconds we have privileges.
    Privileges { seconds: u64 },
}

pub(super) async fn run(
    client: &Client,
    events: Events,
    args: &Watch,
    out: &mut impl Write,
) -> Result<(), OnlineError> {
    let mut watcher = Watcher {
        names: args
            .names
            .iter()
            .map(|name| Text::from(name.as_str()))
            .collect(),
        all: args.all,
        json: args.json,
        known: BTreeMap::new(),
        out,
    };
    watcher.begin(client).await?;
    watcher.follow(events).await
}

/// The name of a status.
pub(super) fn status_name(status: &Status) -> &'static str {
    match status {
        Status::Offline => "offline",
        Status::Away => "away",
        Status::Online => "online",
        Status::Other(_) => "other",
    }
}

/// What was told of a user: whether he is there, whether he has privileges, how much he shares.
type Known = (Option<(Status, bool)>, Option<UserStats>);

struct Watcher<'o, W> {
    names: Vec<Text>,
    all: bool,
    json: bool,
    /// What was told last of each user.
    known: BTreeMap<Text, Known>,
    out: &'o mut W,
}

impl<W: Write> Watcher<'_, W> {
    /// Tells how everybody is at the beginning.
    async fn begin(&mut self, client: &Client) -> Result<(), OnlineError> {
        let mut any = self.all;
        for user in self.names.clone() {
            match client.watch(user.clone()).await {
                Ok(info) => {
                    any = true;
                    self.status(user.clone(), info.status, info.privileged)?;
                    self.stats(user, info.stats)?;
                }
                Err(WatchError::NoSuchUser) => {
                    self.names.retain(|name| *name != user);
                    self.tell(&Told::Unknown { user })?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        if any {
            Ok(())
        } else {
            Err(WatchError::NoSuchUser.into())
        }
    }

    /// Tells what changes, for as long as there is a session or hope for one.
    async fn follow(&mut self, mut events: Events) -> Result<(), OnlineError> {
        loop {
            match events.next().await {
                Some(Notice::Event(event)) => self.event(event)?,
                Some(Notice::Missed(count)) => self.tell(&Told::Missed { count })?,
                None => return Err(SessionError::Stopped.into()),
            }
        }
    }

    fn event(&mut self, event: Event) -> Result<(), OnlineError> {
        let told = match event {
            Event::UserStatus {
                user,
                status,
                privileged,
            } => return Ok(self.status(user, status, privileged)?),
            Event::UserStats { user, stats } => return Ok(self.stats(user, stats)?),
            Event::ReconnectFailed(error) => return Err(error.into()),
            // After this one the client does not come back.
            Event::Disconnected(error @ SessionError::Relogged) => return Err(error.into()),
            Event::Disconnected(error) => Told::Disconnected {
                problem: error.to_string(),
            },
            Event::Reconnecting { after } => Told::Reconnecting {
                after: after.as_secs_f64(),
            },
            Event::Reconnected(_) => Told::Reconnected,
            other => match self.all.then(|| rest(other)).flatten() {
                Some(told) => told,
                None => return Ok(()),
            },
        };
        Ok(self.tell(&told)?)
    }

    fn status(&mut self, user: Text, status: Status, privileged: bool) -> io::Result<()> {
        if !self.is_wanted(&user) {
            return Ok(());
        }
        let name = status_name(&status);
        let known = &mut self.known.entry(user.clone()).or_default().0;
        if known.replace((status.clone(), privileged)) == Some((status, privileged)) {
            return Ok(());
        }
        self.tell(&Told::Status {
            user,
            status: name,
            privileged,
        })
    }

    fn stats(&mut self, user: Text, stats: UserStats) -> io::Result<()> {
        if !self.is_wanted(&user) {
            return Ok(());
        }
        let known = &mut self.known.entry(user.clone()).or_default().1;
        if known.replace(stats) == Some(stats) {
            return Ok(());
        }
        self.tell(&Told::Stats {
            user,
            speed: stats.average_speed,
            uploads: stats.uploads,
            files: stats.files,
            folders: stats.directories,
        })
    }

    fn is_wanted(&self, user: &Text) -> bool {
        self.all || self.names.contains(user)
    }

    fn tell(&mut self, told: &Told) -> io::Result<()> {
        if self.json {
            let time = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
            let time = time.map_or(0.0, |time| time.as_secs_f64());
            write_json(self.out, &Line { time, told })?;
            writeln!(self.out)?;
        } else {
            writeln!(self.out, "{}", told.sentence())?;
        }
        self.out.flush()
    }
}

/// What only `--all` tells.
fn rest(event: Event) -> Option<Told> {
    Some(match event {
        Event::PrivateMessage(message) => Told::PrivateMessage {
            user: message.username.clone(),
            message: message.message.clone(),
            live: message.is_live(),
        },
        Event::RoomMessage {
            room,
            user,
            message,
        } => Told::RoomMessage {
            room,
            user,
            message,
        },
        Event::UserJoinedRoom { room, member } => Told::UserJoinedRoom {
            room,
            user: member.user,
        },
        Event::UserLeftRoom { room, user } => Told::UserLeftRoom { room, user },
        Event::OwnPrivileges(time) => Told::Privileges {
            seconds: time.as_secs(),
        },
        _ => return None,
    })
}

impl Told {
    fn sentence(&self) -> String {
        match self {
            Self::Status {
                user,
                status,
                privileged,
            } => {
                let privileges = if *privileged { ", with privileges" } else { "" };
                format!("{} is {status}{privileges}", shown(user))
            }
            Self::Stats {
                user,
                speed,
                uploads,
                files,
                folders,
            } => {
                let user = shown(user);
                format!(
                    "{user} shares {files} files in {folders} folders; {uploads} uploads, {speed} bytes/s"
                )
            }
            Self::Unknown { user } => format!("{} does not exist", shown(user)),
            Self::Missed { count } => format!("{count} events are missing"),
            Self::Disconnected { problem } => format!("The session is lost: {problem}"),
            Self::Reconnecting { after } => format!("The next attempt is in {after:.0} s"),
            Self::Reconnected => "The session is back".to_owned(),
            Self::PrivateMessage { user, message, .. } => {
                format!("{} says to us: {}", shown(user), shown(message))
            }
            Self::RoomMessage {
                room,
                user,
                message,
            } => format!("[{}] {}: {}", shown(room), shown(user), shown(message)),
            Self::UserJoinedRoom { room, user } => {
                format!("[{}] {} has come", shown(room), shown(user))
            }
            Self::UserLeftRoom { room, user } => {
                format!("[{}] {} has left", shown(room), shown(user))
            }
            Self::Privileges { seconds } => format!("Privileges for {seconds} s"),
        }
    }
}
