//! Connections that are cut at every byte, and that nothing of them is left.

use std::sync::atomic::{AtomicU64, Ordering};

use slsk_net::client::ConnectError;
use slsk_net::faults::{FaultPlan, Faults, Lane};
use slsk_net::machine::{DownloadError, LoginError, SessionError};
use slsk_net::server::{Server, ServerOptions};
use slsk_net::{Client, ClientOptions};

use super::stopping::alive;
use super::{REMOTE, index};

/// Faults that cut one direction behind so many bytes.
fn cut(sent: bool, count: u64) -> Faults {
    let lane = Lane {
        cut_after: Some(count),
        ..Lane::default()
    };
    let (sent, received) = if sent {
        (lane, Lane::default())
    } else {
        (Lane::default(), lane)
    };
    Faults {
        sent,
        received,
        ..Faults::none()
    }
}

/// More bytes than a login has in either direction.
const LOGIN: u64 = 150;

/// Time stands still unless everybody waits, so that deadlines cost none.
#[tokio::test(start_paused = true)]
async fn a_login_that_is_cut_at_any_byte_fails_or_works() {
    for sent in [false, true] {
        let mut worked = 0;
        for count in 0..LOGIN {
            let before = alive();
            let options = ServerOptions {
                faults: Some(cut(sent, count).into()),
                ..ServerOptions::default()
            };
            let address = "127.0.0.1:0".parse().expect("an address");
            let server = Server::start(address, options).await.expect("a free port");
            worked += u32::from(logs_in(&server).await);
            server.stop().await;
            assert_eq!(alive(), before, "behind byte {count}");
        }
        // The last ones have all that a login needs.
        assert!((10..LOGIN - 10).contains(&worked.into()), "{worked}");
    }
}

/// Whether a client gets in, or is told why not.
async fn logs_in(server: &Server) -> bool {
    let client = match Client::connect(ClientOptions::new(server.address())).await {
        Ok(client) => client,
        Err(ConnectError::Session { error, .. }) => {
            assert!(matches!(error, SessionError::Lost(_)), "{error}");
            return false;
        }
        Err(error) => panic!("{error}"),
    };
    let works = match client.login("ada", "pw").await {
        Ok(_) => true,
        Err(LoginError::Session(SessionError::Lost(_)) | LoginError::NotConnected) => false,
        Err(error) => panic!("{error}"),
    };
    client.stop().await;
    works
}

/// More bytes than two clients exchange on a connection, but for the bytes of a file.
const HANDSHAKE: u64 = 130;

/// A client with faults on one of its connections to others, and none later.
async fn log_in(server: &Server, name: &str, faults: Option<(u64, Faults)>) -> Client {
    let address = server.address();
    let others = AtomicU64::new(0);
    let plan = FaultPlan::new(move |connection| match faults {
        Some((number, faults))
            if connection.remote != address && others.fetch_add(1, Ordering::Relaxed) == number =>
        {
            faults
        }
        _ => Faults::none(),
    });
    let options = ClientOptions {
        faults: Some(plan),
        ..ClientOptions::new(address)
    };
    let client = Client::connect(options).await.expect("a connection");
    client.login(name, "pw").await.expect("a login");
    client
}

/// A download over connections of which one is cut: the first is for messages, the second for the file.
async fn download(number: u64, sent: bool, count: u64) -> Result<(), DownloadError> {
    let folder = tempfile::tempdir().expect("a folder");
    let song = folder.path().join("snow.flac");
    std::fs::write(&song, b"snow").expect("a file");
    let address = "127.0.0.1:0".parse().expect("an address");
    let server = Server::start(address, ServerOptions::default())
        .await
        .expect("a free port");
    let sharer = log_in(&server, "sharer", Some((number, cut(sent, count)))).await;
    sharer.share(index(&song, 4)).await.expect("running");
    let searcher = log_in(&server, "searcher", None).await;
    let local = folder.path().join("downloaded");
    let result = searcher
        .download("sharer", REMOTE, 4, &local)
        .finish()
        .await;
    assert_eq!(result.is_ok(), local.exists());
    if let Ok(path) = &result {
        assert_eq!(std::fs::read(path).expect("the file"), b"snow");
    }
    for client in [searcher, sharer] {
        client.stop().await;
    }
    server.stop().await;
    result.map(drop)
}

#[tokio::test(start_paused = true)]
async fn a_handshake_that_is_cut_at_any_byte_fails_or_works() {
    let mut failed = 0;
    for number in [0, 1] {
        for (sent, count) in (0..HANDSHAKE).flat_map(|count| [(true, count), (false, count)]) {
            let before = alive();
            match download(number, sent, count).await {
                Ok(()) => {}
                Err(
                    DownloadError::Unreachable { .. }
                    | DownloadError::File(_)
                    | DownloadError::UploadFailed
                    | DownloadError::Stalled,
                ) => failed += 1,
                Err(error) => panic!("{error}"),
            }
            assert_eq!(alive(), before, "behind byte {count}");
        }
    }
    // Whatever is cut in the middle is tried again.
    assert!(failed < HANDSHAKE, "{failed}");
}
