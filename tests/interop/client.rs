//! A client of a test, ours or another, and what all of them can be asked for.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::agent::Agent;
use crate::lab::song;
use crate::ours::Ours;

/// Whose program it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Ours,
    Nicotine,
    Aioslsk,
}

/// What is searched.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Among<'a> {
    Network,
    Room(&'a str),
    User(&'a str),
    Wishes,
}

/// The answer to a login.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct LoggedIn {
    /// Why not.
    pub(crate) refused: Option<String>,
}

/// A search result.
#[derive(Debug, Deserialize)]
pub(crate) struct Found {
    pub(crate) user: String,
    pub(crate) files: Vec<FoundFile>,
    pub(crate) free: bool,
}

/// A file of a search result.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct FoundFile {
    /// The whole remote path.
    pub(crate) path: String,
    pub(crate) size: u64,
}

/// A shared folder.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) struct Folder {
    pub(crate) path: String,
    pub(crate) files: Vec<FolderFile>,
}

/// A file of a shared folder.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) struct FolderFile {
    pub(crate) name: String,
    pub(crate) size: u64,
}

/// What a user shares.
#[derive(Debug, Deserialize)]
pub(crate) struct Shares {
    pub(crate) folders: Vec<Folder>,
}

/// What a user says of himself.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Info {
    pub(crate) description: String,
    /// Hexadecimal.
    pub(crate) picture: Option<String>,
    pub(crate) queue: u32,
    pub(crate) free: bool,
}

/// The answer to the wish to watch somebody.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Watched {
    pub(crate) exists: bool,
    /// As on the wire.
    pub(crate) status: Option<u32>,
}

/// The end of a download.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Downloaded {
    Path(PathBuf),
    Failed(String),
}

/// A place in the distributed network.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) parent: Option<String>,
    pub(crate) level: u32,
    pub(crate) root: String,
    pub(crate) children: Vec<String>,
}

impl Place {
    /// Whether all fields of `wanted`, an object, are so.
    pub(crate) fn is(&self, wanted: &Value) -> bool {
        let place = serde_json::to_value(self).expect("JSON");
        let wanted = wanted.as_object().expect("an object");
        wanted.iter().all(|(field, value)| place[field] == *value)
    }
}

/// How long anything may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// A client. What it is asked for has happened when the answer is there; the error says what was late or failed.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) name: String,
    program: Program,
}

#[derive(Debug)]
enum Program {
    Ours(Box<Ours>),
    Agent(Box<Agent>),
}

impl Client {
    pub(crate) fn ours(name: &str, ours: Ours) -> Self {
        Self {
            name: name.to_owned(),
            program: Program::Ours(Box::new(ours)),
        }
    }

    pub(crate) fn agent(name: &str, agent: Agent) -> Self {
        Self {
            name: name.to_owned(),
            program: Program::Agent(Box::new(agent)),
        }
    }

    /// Connects and logs in.
    pub(crate) async fn try_login(&self) -> LoggedIn {
        match &self.program {
            Program::Ours(ours) => self.soon(ours.login()).await,
            Program::Agent(agent) => agent.get("login", json!({})).await,
        }
    }

    /// Connects and logs in, which must succeed.
    pub(crate) async fn login(&self) {
        assert_eq!(self.try_login().await.refused, None, "{}", self.name);
    }

    /// What it shares, by remote path.
    pub(crate) async fn shared(&self) -> Vec<FoundFile> {
        match &self.program {
            Program::Ours(ours) => ours.shared(),
            Program::Agent(agent) => agent.get("shared", json!({})).await,
        }
    }

    /// Its own song.
    pub(crate) async fn song(&self) -> FoundFile {
        let name = song(&self.name);
        let shared = self.shared().await;
        let song = shared.into_iter().find(|file| file.path.ends_with(&name));
        song.expect("a song in the own shares")
    }

    /// Waits until somebody else has logged in with this name, and has ended the session.
    pub(crate) async fn await_kick(&self) {
        match &self.program {
            Program::Ours(ours) => self.soon(ours.await_kick()).await,
            Program::Agent(agent) => agent.get("await_kick", json!({})).await,
        }
    }

    /// Searches, and waits for results from all of `users`, which come in their order.
    pub(crate) async fn search(&self, among: Among<'_>, query: &str, users: &[&str]) -> Vec<Found> {
        match &self.program {
            Program::Ours(ours) => self.soon(ours.search(among, query, users)).await,
            Program::Agent(agent) => {
                let (kind, target) = match among {
                    Among::Network => ("network", ""),
                    Among::Room(room) => ("room", room),
                    Among::User(user) => ("user", user),
                    Among::Wishes => ("wish", ""),
                };
                let arguments =
                    json!({"query": query, "kind": kind, "target": target, "users": users});
                agent.get("search", arguments).await
            }
        }
    }

    /// Fetches a file.
    pub(crate) async fn download(&self, user: &str, file: &FoundFile) -> Downloaded {
        match &self.program {
            Program::Ours(ours) => self.soon(ours.download(user, file)).await,
            Program::Agent(agent) => {
                let arguments = json!({"user": user, "path": file.path, "size": file.size});
                agent.get("download", arguments).await
            }
        }
    }

    /// Asks a user for all that he shares.
    pub(crate) async fn browse(&self, user: &str) -> Result<Shares, String> {
        match &self.program {
            Program::Ours(ours) => self.soon(ours.browse(user)).await,
            Program::Agent(agent) => agent.ask("browse", json!({"user": user})).await,
        }
    }

    /// Asks a user for what is in a folder.
    pub(crate) async fn folder(&self, user: &str, folder: &str) -> Result<Vec<Folder>, String> {
        match &self.program {
            Program::Ours(ours) => self.soon(ours.folder(user, folder)).await,
            Program::Agent(agent) => {
                agent
                    .ask("folder", json!({"user": user, "folder": folder}))
                    .await
            }
        }
    }

    /// Asks a user about himself.
    pub(crate) async fn user_info(&self, user: &str) -> Result<Info, String> {
        match &self.program {
            Program::Ours(ours) => self.soon(ours.user_info(user)).await,
            Program::Agent(agent) => agent.ask("user_info", json!({"user": user})).await,
        }
    }

    /// Wishes to be told of a user's status.
    pub(crate) async fn watch(&self, user: &str) -> Watched {
        match &self.program {
            Program::Ours(ours) => self.soon(ours.watch(user)).await,
            Program::Agent(agent) => agent.get("watch", json!({"user": user})).await,
        }
    }

    /// Waits until a watched user has a status.
    pub(crate) async fn await_status(&self, user: &str, status: u32) {
        match &self.program {
            Program::Ours(ours) => self.soon(ours.await_status(user, status)).await,
            Program::Agent(agent) => {
                let wanted = json!({"user": user, "status": status});
                let () = agent.get("await_status", wanted).await;
            }
        }
    }

    /// Is away, or no longer so.
    pub(crate) async fn set_away(&self, away: bool) {
        match &self.program {
            Program::Ours(ours) => ours.set_away(away).await,
            Program::Agent(agent) => agent.get("set_away", json!({"away": away})).await,
        }
    }

    /// Joins a room, and learns who is there.
    pub(crate) async fn join(&self, room: &str) -> Vec<String> {
        match &self.program {
            Program::Ours(ours) => self.soon(ours.join(room)).await,
            Program::Agent(agent) => agent.get("join", json!({"room": room})).await,
        }
    }

    /// Waits until its place in the distributed network is as `wanted`.
    pub(crate) async fn tree(&self, wanted: Value) -> Place {
        match &self.program {
            Program::Ours(ours) => self.soon(ours.tree(&wanted)).await,
            Program::Agent(agent) => agent.get("tree", wanted).await,
        }
    }

    /// Tries to connect, as anything in the process of an agent could; what it is told if it must not.
    pub(crate) async fn connect(&self, host: &str) -> Option<String> {
        match &self.program {
            Program::Ours(_) => panic!("ours is no agent"),
            Program::Agent(agent) => agent.get("connect", json!({"host": host, "port": 9})).await,
        }
    }

    /// Ends as it does by itself.
    pub(crate) async fn quit(&self) {
        match &self.program {
            Program::Ours(ours) => ours.stop().await,
            Program::Agent(agent) => agent.quit().await,
        }
    }

    async fn soon<T>(&self, what: impl Future<Output = T>) -> T {
        let Ok(value) = timeout(PATIENCE, what).await else {
            panic!("{}: not within {PATIENCE:?}", self.name);
        };
        value
    }
}
