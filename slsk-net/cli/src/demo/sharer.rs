//! The sharing client of the demo, in a process of its own: both ends.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::Stdio;

use slsk_net::client::{ConnectError, Stopped};
use slsk_net::machine::LoginError;
use slsk_net::share::{Root, ScanError, scan};
use slsk_net::{Client, ClientOptions};
use thiserror::Error;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};

use super::SHARE;

/// What the child prints when others can find its files; the number of files follows.
const READY: &str = "ready ";

/// Why nothing is shared.
#[derive(Debug, Error)]
pub(crate) enum SharerError {
    /// The process can't be started.
    #[error("the sharing client can't be started: {0}")]
    Start(#[from] io::Error),
    /// The process has ended before it was ready; it has said why.
    #[error("the sharing client has ended{0}")]
    Ended(String),
    /// There is nothing to share.
    #[error("{0}: no files in it that could be shared")]
    Empty(String),
    /// The folder can't be read.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// The server can't be reached.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The server refuses.
    #[error(transparent)]
    Login(#[from] LoginError),
    /// The client has been stopped.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// The parent's end: the process and what it has said.
#[derive(Debug)]
pub(super) struct Sharer {
    child: Child,
    /// The process lives as long as this is open. Apart from the child, whose `wait` would close it.
    stdin: Option<ChildStdin>,
    process: u32,
    files: usize,
}

impl Sharer {
    /// Starts the process and waits until its files can be found.
    pub(super) async fn start(server: SocketAddr, folder: &Path) -> Result<Self, SharerError> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("demo-sharer")
            .arg(server.to_string())
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let stdin = child.stdin.take();
        let process = child.id().unwrap_or_default();
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line).await?;
        }
        let files = line.strip_prefix(READY).and_then(|n| n.trim().parse().ok());
        match files {
            Some(0) => Err(SharerError::Empty(folder.display().to_string())),
            Some(files) => Ok(Self {
                child,
                stdin,
                process,
                files,
            }),
            None => Err(SharerError::Ended(last_words(&mut child).await)),
        }
    }

    pub(super) fn process(&self) -> u32 {
        self.process
    }

    pub(super) fn files(&self) -> usize {
        self.files
    }

    /// Waits for the process to end, which it should not.
    pub(super) async fn ended(&mut self) {
        // An error means that there is no such process any more.
        let _ = self.child.wait().await;
    }

    /// Lets the process end.
    pub(super) async fn stop(mut self) {
        drop(self.stdin.take());
        // It has nothing to lose: `kill_on_drop` does for one that does not listen.
        let _ = tokio::time::timeout(std::time::Duration::from_secs(2), self.child.wait()).await;
    }
}

/// What a process that has ended wrote to standard error.
async fn last_words(child: &mut Child) -> String {
    let mut words = String::new();
    if let Some(stderr) = &mut child.stderr {
        let _ = stderr.read_to_string(&mut words).await;
    }
    match words.trim() {
        "" => String::new(),
        words => format!(": {}", words.trim_start_matches("slsk: ")),
    }
}

/// The child's end: shares a folder until standard input ends.
pub(crate) fn run(
    server: SocketAddr,
    folder: &Path,
    out: &mut impl Write,
) -> Result<(), SharerError> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let root = Root::new(SHARE, folder);
        let (index, _) = scan(&[root], |_| ControlFlow::Continue(()))?;
        let files = index.files();
        let client = Client::connect(ClientOptions::new(server)).await?;
        client.login("sharer", "of the demo").await?;
        client.share(index).await?;
        writeln!(out, "{READY}{files}")?;
        out.flush()?;
        tokio::io::copy(&mut tokio::io::stdin(), &mut tokio::io::sink()).await?;
        client.stop().await;
        Ok(())
    })
}
