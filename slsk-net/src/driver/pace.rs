//! Who may go next: a ledger in memory, or in a small file that programs share.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use crate::machine::{Account, Ledger, Paced, Turn};

/// How often another program may be found to have the file before this one goes on without it.
const TRIES: u32 = 200;
const PAUSE: Duration = Duration::from_millis(10);
/// How much of a file is read; a larger one is not ours. An account takes less than a kilobyte.
const MAX_FILE: u64 = 1 << 20;

/// Where a client writes down what it has sent, to keep the pace: 34 searches in 220 seconds, six logins in a minute
/// and then one every ten seconds. Each account has its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Pacing {
    /// Nowhere: all goes out at once. The official server bans for that.
    Off,
    /// In memory, for this client alone.
    Memory,
    /// In [the file](Self::shared_file) that all programs of this user of the machine share, or in memory if the server
    /// is on this machine, as in tests, or if the system has no place for files.
    #[default]
    Shared,
    /// In this file, for all clients of all programs that name it. It is made when missing, with its folder, and begun
    /// anew when damaged. While it can't be written, the pace is kept in memory.
    File(PathBuf),
}

impl Pacing {
    /// The file that [`Pacing::Shared`] and the program `slsk` use. `None` where the system has no place for it.
    #[must_use]
    pub fn shared_file() -> Option<PathBuf> {
        let folders = directories::ProjectDirs::from("", "", "slsk")?;
        let folder = folders.state_dir().unwrap_or(folders.data_local_dir());
        Some(folder.join("pace.json"))
    }

    /// The file for a server there.
    fn file(&self, server: SocketAddr) -> Option<PathBuf> {
        match self {
            Self::File(path) => Some(path.clone()),
            Self::Shared if !is_here(server) => Self::shared_file(),
            Self::Off | Self::Memory | Self::Shared => None,
        }
    }
}

/// Whether a server is on this machine.
fn is_here(server: SocketAddr) -> bool {
    server.ip().to_canonical().is_loopback()
}

/// Answers questions for a turn.
#[derive(Debug)]
pub(super) struct Keeper {
    pacing: Pacing,
    start: Instant,
    memory: Mutex<Ledger>,
}

impl Keeper {
    pub(super) fn new(pacing: Pacing, start: Instant) -> Self {
        Self {
            pacing,
            start,
            memory: Mutex::default(),
        }
    }

    /// How long to wait; zero takes the turn.
    pub(super) async fn take(&self, mut turn: Turn) -> Duration {
        if self.pacing == Pacing::Off {
            return Duration::ZERO;
        }
        let server = &mut turn.account.server;
        let file = self.pacing.file(*server);
        if !is_here(*server) {
            // The official server has several ports, and one pace for all.
            server.set_port(0);
        }
        let Some(path) = file else {
            return self.take_in_memory(&turn);
        };
        match take_in_file(&path, &turn).await {
            Ok(wait) => wait,
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "the pace is not shared");
                self.take_in_memory(&turn)
            }
        }
    }

    fn take_in_memory(&self, turn: &Turn) -> Duration {
        let now = super::now().saturating_duration_since(self.start);
        let mut ledger = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        ledger.take(now, turn)
    }
}

/// Takes a turn in the file, when nobody else has it.
async fn take_in_file(path: &Path, turn: &Turn) -> io::Result<Duration> {
    let (path, turn): (Arc<Path>, _) = (path.into(), Arc::new(turn.clone()));
    for _ in 0..TRIES {
        let (path, turn) = (Arc::clone(&path), Arc::clone(&turn));
        let tried = tokio::task::spawn_blocking(move || try_file(&path, &turn));
        if let Some(wait) = tried.await.map_err(io::Error::other)?? {
            return Ok(wait);
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(io::Error::new(
        io::ErrorKind::WouldBlock,
        "another program keeps the file locked",
    ))
}

/// Takes a turn in the file; `None` while somebody else has it.
fn try_file(path: &Path, turn: &Turn) -> io::Result<Option<Duration>> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    // To open a pipe would wait for somebody at its other end.
    if path.metadata().is_ok_and(|it| !it.is_file()) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is no regular file",
        ));
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    let mut file = options.open(path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    // The wall clock is the one that programs share.
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let now = now.map_err(io::Error::other)?;
    let mut ledger = read(&mut file)?;
    let wait = ledger.take(now, turn);
    let text = write(&ledger)?;
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(text.as_bytes())?;
    Ok(Some(wait))
}

/// What the file holds: server, name, kind, and times in milliseconds since 1970.
type Stored = BTreeMap<SocketAddr, BTreeMap<String, BTreeMap<String, Vec<u64>>>>;

fn read(file: &mut File) -> io::Result<Ledger> {
    let mut text = Vec::new();
    file.take(MAX_FILE).read_to_end(&mut text)?;
    // A damaged file, or none of ours, is as good as an empty one.
    let stored: Stored = serde_json::from_slice(&text).unwrap_or_default();
    let mut ledger = Ledger::default();
    for (server, users) in stored {
        for (username, kinds) in users {
            for (kind, times) in kinds {
                let Some(paced) = paced(&kind) else { continue };
                for time in times {
                    let username = username.clone();
                    let account = Account { server, username };
                    ledger.record(account, paced, Duration::from_millis(time));
                }
            }
        }
    }
    Ok(ledger)
}

fn write(ledger: &Ledger) -> io::Result<String> {
    let mut stored = Stored::new();
    for (account, paced, time) in ledger.entries() {
        let users = stored.entry(account.server).or_default();
        let kinds = users.entry(account.username.clone()).or_default();
        let times = kinds.entry(name(paced).to_owned()).or_default();
        times.push(u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
    }
    Ok(serde_json::to_string(&stored)?)
}

const fn name(paced: Paced) -> &'static str {
    match paced {
        Paced::Search => "searches",
        Paced::Login => "logins",
    }
}

fn paced(name: &str) -> Option<Paced> {
    [Paced::Search, Paced::Login]
        .into_iter()
        .find(|paced| self::name(*paced) == name)
}

#[cfg(test)]
mod tests;
