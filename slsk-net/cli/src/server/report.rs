//! What is shown of a server: a line for each event, for people or for programs.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::thread;

use serde::Serialize;
use slsk_net::server::{SearchScope, ServerEvent};
use slsk_wire::Text;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, oneshot};

use crate::render;

/// How events are shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Report {
    json: bool,
}

/// An event as a JSON object.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Line<'a> {
    Listening {
        address: SocketAddr,
    },
    Registered {
        user: &'a Text,
    },
    LoggedIn {
        user: &'a Text,
    },
    Refused {
        user: &'a Text,
        reason: Text,
    },
    LoggedOut {
        user: &'a Text,
    },
    Searched {
        user: &'a Text,
        query: &'a Text,
        scope: &'static str,
        /// The user or the room that is searched.
        #[serde(skip_serializing_if = "Option::is_none")]
        target: Option<&'a Text>,
    },
    Joined {
        user: &'a Text,
        room: &'a Text,
    },
    Left {
        user: &'a Text,
        room: &'a Text,
    },
    StoreFailed {
        problem: String,
    },
    /// There were more events than could be written.
    Missed {
        count: u64,
    },
}

impl Report {
    pub(super) fn new(json: bool) -> Self {
        Self { json }
    }

    /// Shows where the server listens and then each event, in a thread of its own: a reader who is slow, or has left, does not
    /// hold up the server. The receiver hears when all is shown.
    pub(super) fn start(
        self,
        address: SocketAddr,
        is_kept: bool,
        events: broadcast::Receiver<ServerEvent>,
    ) -> oneshot::Receiver<()> {
        let (done, wait) = oneshot::channel();
        thread::spawn(move || {
            // Who has left does not want to know.
            let _ = self.show_all(address, is_kept, events);
            let _ = done.send(());
        });
        wait
    }

    fn show_all(
        self,
        address: SocketAddr,
        is_kept: bool,
        mut events: broadcast::Receiver<ServerEvent>,
    ) -> io::Result<()> {
        let first = Line::Listening { address };
        self.show(&first)?;
        if !self.json && !is_kept {
            let note = "Accounts last as long as this server; --db keeps them in a file.";
            writeln!(io::stdout(), "{note}")?;
        }
        loop {
            match events.blocking_recv() {
                Ok(event) => self.show_event(&event)?,
                Err(RecvError::Lagged(count)) => self.show(&Line::Missed { count })?,
                Err(RecvError::Closed) => return Ok(()),
            }
        }
    }

    fn show_event(self, event: &ServerEvent) -> io::Result<()> {
        match line(event) {
            Some(line) => self.show(&line),
            // An event of tomorrow.
            None => Ok(()),
        }
    }

    fn show(self, line: &Line<'_>) -> io::Result<()> {
        let mut out = io::stdout().lock();
        if self.json {
            serde_json::to_writer(&mut out, line)?;
        } else {
            write!(out, "{}", render::printable(&sentence(line)))?;
        }
        out.write_all(b"\n")?;
        out.flush()
    }
}

fn line(event: &ServerEvent) -> Option<Line<'_>> {
    Some(match event {
        ServerEvent::Registered(user) => Line::Registered { user },
        ServerEvent::LoggedIn(user) => Line::LoggedIn { user },
        ServerEvent::Refused { user, reason } => Line::Refused {
            user,
            reason: reason.raw(),
        },
        ServerEvent::LoggedOut(user) => Line::LoggedOut { user },
        ServerEvent::Searched { user, query, scope } => {
            let (scope, target) = match scope {
                SearchScope::Network => ("network", None),
                SearchScope::Wish => ("wish", None),
                SearchScope::User(name) => ("user", Some(name)),
                SearchScope::Room(room) => ("room", Some(room)),
                _ => ("other", None),
            };
            Line::Searched {
                user,
                query,
                scope,
                target,
            }
        }
        ServerEvent::Joined { user, room } => Line::Joined { user, room },
        ServerEvent::Left { user, room } => Line::Left { user, room },
        ServerEvent::StoreFailed(error) => Line::StoreFailed {
            problem: error.to_string(),
        },
        _ => return None,
    })
}

/// The event for people.
fn sentence(line: &Line<'_>) -> String {
    match line {
        Line::Listening { address } => format!("Listening on {address}. Ctrl-C ends it."),
        Line::Registered { user } => format!("{user} has an account now"),
        Line::LoggedIn { user } => format!("{user} has logged in"),
        Line::Refused { user, reason } => format!("{user} was refused: {reason}"),
        Line::LoggedOut { user } => format!("{user} is gone"),
        Line::Searched {
            user,
            query,
            scope,
            target,
        } => match target {
            Some(target) => format!("{user} searches {scope} {target} for {query}"),
            None if *scope == "wish" => format!("{user} searches for {query}, a wish"),
            None => format!("{user} searches for {query}"),
        },
        Line::Joined { user, room } => format!("{user} joins the room {room}"),
        Line::Left { user, room } => format!("{user} leaves the room {room}"),
        Line::StoreFailed { problem } => format!("The accounts can't be kept: {problem}"),
        Line::Missed { count } => format!("{count} events were too many to show"),
    }
}
