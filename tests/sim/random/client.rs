//! One client of a run, and what it is asked for.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use slsk_net::machine::{ClientConfig, CommandId};
use slsk_net::share::Index;
use slsk_tests::world::NodeId;

/// How many files each client shares.
pub(super) const FILES: usize = 3;
pub(super) const PASSWORD: &str = "pw";

pub(super) struct Client {
    pub(super) node: NodeId,
    pub(super) name: String,
    pub(super) firewalled: bool,
    /// How fast the server thinks that it uploads, in bytes a second.
    pub(super) speed: u32,
    pub(super) config: ClientConfig,
    /// What its unanswered commands are about, and since when they wait.
    pub(super) asked: BTreeMap<CommandId, (Asked, Instant)>,
    /// When it is told to connect, if it has no session by then.
    pub(super) connect_at: Option<Instant>,
    /// When it is back, if it is away.
    pub(super) back_at: Option<Instant>,
    pub(super) index: Arc<Index>,
}

/// What a command is about.
pub(super) enum Asked {
    Connect,
    Login,
    Search,
    Wish,
    /// Something about the server, a room or another user.
    Question,
    Download(Wanted),
}

impl Asked {
    /// How long it may take, if there is a bound.
    pub(super) fn patience(&self) -> Option<Duration> {
        match self {
            Self::Connect | Self::Login => Some(Duration::from_mins(2)),
            Self::Question => Some(Duration::from_mins(3)),
            // It may wait for its turn first.
            Self::Search => Some(Duration::from_mins(10)),
            // A queue may be long.
            Self::Wish | Self::Download(_) => None,
        }
    }
}

/// A download, and what must come of it.
pub(super) struct Wanted {
    pub(super) local: PathBuf,
    pub(super) contents: Vec<u8>,
}

pub(super) fn remote(client: usize, file: usize) -> String {
    format!(r"Music\user {client}\{file} - snow.flac")
}

pub(super) fn local(file: usize) -> PathBuf {
    PathBuf::from(format!("/music/{file}.flac"))
}

pub(super) fn contents(client: usize, file: usize) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed((client * FILES + file) as u64);
    let size = random.usize(1..60_000);
    let mut bytes = vec![0; size];
    random.fill(&mut bytes);
    bytes
}
