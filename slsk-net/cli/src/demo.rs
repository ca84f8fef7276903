//! `slsk demo`: a server and two clients on loopback, a search, a download.
//!
//! The server and the searching client run in this process, the sharing client in one of its own, so that
//! it can be killed to see what happens. Everything between them crosses real sockets.

mod library;
mod results;
mod sharer;
mod tally;

#[cfg(unix)]
use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use slsk_net::client::{ConnectError, Download};
use slsk_net::disk::{Rules, file_name};
use slsk_net::machine::{DownloadError, DownloadEvent, LoginError, SearchError};
use slsk_net::server::{Server, ServerConfig};
use slsk_net::{Client, ClientOptions};
use tempfile::TempDir;
use thiserror::Error;

use crate::ending::ending;
use crate::render::Count;
use results::Found;
use sharer::{Sharer, SharerError};
use tally::Tally;

pub(crate) use sharer::run as run_sharer;

/// The name of the share, which is the first word of every remote path and so finds every file.
const SHARE: &str = "Demo";
/// How long the answer to the search may take.
const SEARCH_TIME: Duration = Duration::from_secs(10);

/// Why the demo did not come to its end.
#[derive(Debug, Error)]
pub(crate) enum DemoError {
    /// The temporary folder, or the output.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The music could not be made.
    #[error("the demo's music: {0}")]
    Library(#[from] library::LibraryError),
    /// The sharing client did not start.
    #[error(transparent)]
    Sharer(#[from] SharerError),
    /// The searching client did not connect.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The searching client could not log in.
    #[error(transparent)]
    Login(#[from] LoginError),
    /// The search failed.
    #[error("the search failed: {0}")]
    Search(#[from] SearchError),
    /// Nobody has answered the search.
    #[error("nobody has answered the search within {} seconds", SEARCH_TIME.as_secs())]
    NothingFound,
    /// The download failed.
    #[error("the download failed: {0}")]
    Download(#[from] DownloadError),
    /// The sharing client is gone, and with it the file.
    #[error("the download failed: the sharing client has ended")]
    SharerGone,
    /// What came is not what was sent.
    #[error("{} differs from the shared file {}", .0.display(), .1.display())]
    Different(PathBuf, PathBuf),
    /// Somebody has pressed Ctrl-C.
    #[error("interrupted")]
    Interrupted,
}

/// Runs the demo: shares `share`, or music of its own; keeps all files if told to.
pub(crate) fn run(share: Option<&Path>, keep: bool, out: &mut impl Write) -> Result<(), DemoError> {
    let mut work = tempfile::Builder::new().prefix("slsk-demo-").tempdir()?;
    work.disable_cleanup(keep);
    let result = tokio::runtime::Runtime::new()?.block_on(async {
        tokio::select! {
            result = scene(share, &work, out) => result,
            ended = ending() => match ended {
                Ok(_) => Err(DemoError::Interrupted),
                Err(error) => Err(error.into()),
            },
        }
    });
    if keep {
        writeln!(out, "All files are kept in {}.", work.path().display())?;
    }
    result
}

async fn scene(
    share: Option<&Path>,
    work: &TempDir,
    out: &mut impl Write,
) -> Result<(), DemoError> {
    let folder = share.map_or_else(|| work.path().join("library"), Path::to_owned);
    if share.is_none() {
        let files = library::create(&folder)?;
        writeln!(out, "Music      {} files, made for this demo", files.len())?;
    }
    let tally = Tally::default();
    let config = ServerConfig {
        greeting: "Welcome to the demo.".to_owned(),
        ..ServerConfig::default()
    };
    let server = Server::bind(
        "127.0.0.1:0".parse().map_err(io::Error::other)?,
        config,
        Some(tally.tap_all()),
    )
    .await?;
    writeln!(out, "Server     {}", server.address())?;

    let mut sharer = Sharer::start(server.address(), &folder).await?;
    writeln!(
        out,
        "Sharer     process {} shares {}",
        sharer.process(),
        Count(sharer.files() as u64, "file")
    )?;

    let options = ClientOptions {
        tap: Some(tally.tap_peers()),
        ..ClientOptions::new(server.address())
    };
    let client = Client::connect(options).await?;
    let login = client.login("searcher", "of the demo").await?;
    writeln!(
        out,
        "Searcher   logged in; the server says: {}",
        login.greeting
    )?;

    let found = search(&client).await?;
    writeln!(
        out,
        "\nSearch for \"{SHARE}\": {}\n{}\n",
        Count(found.len() as u64, "file"),
        results::table(&found)
    )?;
    let Some(best) = results::best(&found) else {
        return Err(DemoError::NothingFound);
    };

    let local = work
        .path()
        .join("downloads")
        .join(file_name(&best.file.name, Rules::of_this_system()));
    let download = client.download(
        best.user.clone(),
        best.file.name.clone(),
        best.file.size(),
        local,
    );
    let path = tokio::select! {
        path = fetch(download, best) => path?,
        () = sharer.ended() => return Err(DemoError::SharerGone),
    };
    let origin = original(&folder, best);
    if !same_bytes(&path, &origin)? {
        return Err(DemoError::Different(path, origin));
    }
    writeln!(
        out,
        "Downloaded {}: {} bytes, identical to the shared file",
        best.title(),
        best.file.size()
    )?;

    client.stop().await;
    sharer.stop().await;
    server.stop().await;
    writeln!(out, "\nMessages exchanged\n{}", tally.table())?;
    Ok(())
}

/// Searches for everything that is shared; one user answers.
async fn search(client: &Client) -> Result<Vec<Found>, DemoError> {
    let mut search = client.search(SHARE);
    let response = tokio::time::timeout(SEARCH_TIME, search.next())
        .await
        .map_err(|_| DemoError::NothingFound)??;
    Ok(response
        .map(|response| Found::all(&response))
        .unwrap_or_default())
}

/// Waits for a download, with a progress bar where there is a terminal.
async fn fetch(mut download: Download, best: &Found) -> Result<PathBuf, DemoError> {
    const TEMPLATE: &str = "{msg} [{bar:30}] {bytes}/{total_bytes} {bytes_per_sec}";
    let style =
        ProgressStyle::with_template(TEMPLATE).unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::new(best.file.size()).with_style(style.progress_chars("=> "));
    bar.set_message(best.title());
    while let Some(event) = download.next().await {
        if let DownloadEvent::Progress { bytes } = event {
            bar.set_position(bytes);
        }
    }
    let result = download.finish().await;
    match &result {
        Ok(_) => bar.finish(),
        Err(_) => bar.abandon(),
    }
    Ok(result?)
}

/// Where the sharing client has the file.
fn original(folder: &Path, found: &Found) -> PathBuf {
    let remote = found.file.name.as_bytes();
    let inside = remote.split(|byte| *byte == b'\\').skip(1);
    inside.fold(folder.to_owned(), |path, name| path.join(local(name)))
}

/// A name as the system has it: the share has kept its bytes.
#[cfg(unix)]
fn local(name: &[u8]) -> &OsStr {
    std::os::unix::ffi::OsStrExt::from_bytes(name)
}

/// A name as the system has it: here they all are UTF-8.
#[cfg(not(unix))]
fn local(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

/// Whether two files have the same bytes.
fn same_bytes(a: &Path, b: &Path) -> io::Result<bool> {
    use std::io::{BufRead, BufReader};

    let (mut a, mut b) = (
        BufReader::new(std::fs::File::open(a)?),
        BufReader::new(std::fs::File::open(b)?),
    );
    loop {
        let (left, right) = (a.fill_buf()?, b.fill_buf()?);
        let count = left.len().min(right.len());
        if left[..count] != right[..count] || (count == 0 && left.len() != right.len()) {
            return Ok(false);
        }
        if count == 0 {
            return Ok(true);
        }
        a.consume(count);
        b.consume(count);
    }
}
