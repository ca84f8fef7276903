//! `soulseek-rs-lib`, another client in Rust, with ours on our server. It leaves from 127.0.0.1, whatever we say.

use std::fs;
use std::path::Path;
use std::time::Duration;

use soulseek_rs::{Client, ClientSettings, DownloadStatus, PeerAddress, SoulseekRs};
use tokio::task::spawn_blocking;

use crate::client::{Among, Downloaded, FoundFile, Kind};
use crate::lab::{Lab, Setup, assert_song, share, sound};

/// How long it collects the results of a search.
const COLLECT: Duration = Duration::from_secs(1);
/// How often it searches, at most.
const SEARCHES: usize = 30;

/// What to connect it with.
fn settings(lab: &Lab, user: &str, password: &str) -> ClientSettings {
    let server = lab.server();
    let shared = lab.folder().join(user).join("shared");
    share(&shared, user);
    ClientSettings {
        server_address: PeerAddress::new(server.ip().to_string(), server.port()),
        listen_port: 0,
        shared_directories: vec![shared.to_string_lossy().into_owned()],
        ..ClientSettings::new(user, password)
    }
}

/// Connects it. Everything that it does blocks.
fn connect(settings: ClientSettings) -> Client {
    let mut client = Client::with_settings(settings);
    client.connect().expect("a connection");
    client
}

fn log_in(settings: ClientSettings) -> Client {
    let client = connect(settings);
    assert!(client.login().expect("an answer"));
    client
}

fn find(client: &Client, query: &str) -> FoundFile {
    for _ in 0..SEARCHES {
        let results = client.search(query, COLLECT).expect("a search");
        if let Some(file) = results.iter().flat_map(|result| &result.files).next() {
            let path = file.name.clone();
            return FoundFile {
                path,
                size: file.size,
            };
        }
    }
    panic!("no results");
}

fn download(client: &Client, user: &str, file: &FoundFile, folder: &Path) -> Vec<u8> {
    let folder = folder.to_string_lossy().into_owned();
    let (path, user) = (file.path.clone(), user.to_owned());
    let begun = client.download(path, user, file.size, folder.clone());
    let (_, news) = begun.expect("a download");
    let end = news.iter().find(DownloadStatus::is_terminal);
    assert!(matches!(end, Some(DownloadStatus::Completed)), "{end:?}");
    let name = file.path.rsplit('\\').next().expect("a name");
    fs::read(Path::new(&folder).join(name)).expect("the file")
}

/// Runs what blocks.
async fn block<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    spawn_blocking(work).await.expect("no panic")
}

#[tokio::test]
async fn logs_in_and_downloads_from_ours() {
    let lab = Lab::new("soulseek_rs-ours").await;
    let bob = lab.user(Kind::Ours, "bob", Setup::default()).await;
    let settings = settings(&lab, "ada", "secret");
    let folder = lab.folder().join("ada");
    let (song, bytes) = block(move || {
        let ada = log_in(settings);
        let song = find(&ada, "first snow bob");
        let bytes = download(&ada, "bob", &song, &folder);
        (song, bytes)
    })
    .await;
    assert_song(&song, "bob");
    assert!(bytes == sound("bob"));
    bob.quit().await;
    lab.finish().await;
}

#[tokio::test]
async fn is_found_and_downloaded_from_by_ours() {
    let lab = Lab::new("ours-soulseek_rs").await;
    let settings = settings(&lab, "bob", "secret");
    let bob = block(|| log_in(settings)).await;
    let ada = lab.user(Kind::Ours, "ada", Setup::default()).await;
    let found = ada.search(Among::Network, "first snow bob", &["bob"]).await;
    let song = &found[0].files[0];
    assert_song(song, "bob");
    match ada.download("bob", song).await {
        Downloaded::Path(path) => assert!(fs::read(path).expect("the file") == sound("bob")),
        Downloaded::Failed(problem) => panic!("{problem}"),
    }
    ada.quit().await;
    block(move || drop(bob)).await;
    lab.finish().await;
}

#[tokio::test]
async fn is_refused_with_a_wrong_password() {
    let lab = Lab::new("soulseek_rs-refused").await;
    lab.account("ada", 1).await;
    let settings = settings(&lab, "ada", "guess");
    let refused = block(|| connect(settings).login()).await;
    assert!(
        matches!(refused, Ok(false) | Err(SoulseekRs::AuthenticationFailed)),
        "{refused:?}"
    );
    lab.finish().await;
}
