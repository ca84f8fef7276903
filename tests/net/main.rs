//! The client and the server on real sockets, on loopback.

#![allow(missing_docs, clippy::expect_used, clippy::panic, reason = "tests")]

mod flood;
mod peer;
mod verdicts;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use slsk_net::client::{ConnectError, Notice};
use slsk_net::machine::{
    DownloadError, DownloadEvent, Event, LoginError, SearchError, SessionError,
};
use slsk_net::server::{Server, ServerConfig};
use slsk_net::share::{Entry, Index};
use slsk_net::{Client, ClientOptions, Tap};
use slsk_wire::peer::{
    PeerMessage, QueueUpload, RefusalReason, TransferDirection, TransferRequest, TransferResponse,
};
use slsk_wire::server::LoginRefusal;
use slsk_wire::{Family, FamilyId};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use peer::{Peer, read_until};

const REMOTE: &str = r"Music\雪\01 - snow.flac";

struct Scene {
    server: Server,
    sharer: Client,
    searcher: Client,
    folder: tempfile::TempDir,
    song: Vec<u8>,
}

impl Scene {
    async fn new(size: usize) -> Self {
        let server = server().await;
        let folder = tempfile::tempdir().expect("a folder");
        let song: Vec<u8> = (0..size)
            .map(|i| (i.wrapping_mul(i) >> 7).to_le_bytes()[0])
            .collect();
        let local = folder.path().join("snow.flac");
        std::fs::write(&local, &song).expect("a file");
        let sharer = log_in(&server, "sharer").await;
        sharer.share(index(&local, size as u64)).await;
        let searcher = log_in(&server, "searcher").await;
        Self {
            server,
            sharer,
            searcher,
            folder,
            song,
        }
    }

    fn local(&self) -> PathBuf {
        self.folder.path().join("downloads").join("snow.flac")
    }

    async fn download(&self) -> Result<PathBuf, DownloadError> {
        let size = self.song.len() as u64;
        let download = self.searcher.download("sharer", REMOTE, size, self.local());
        download.finish().await
    }
}

async fn server() -> Server {
    let address = "127.0.0.1:0".parse().expect("an address");
    Server::bind(address, ServerConfig::default(), None)
        .await
        .expect("a free port")
}

async fn log_in(server: &Server, name: &str) -> Client {
    let client = Client::connect(ClientOptions::new(server.address()))
        .await
        .expect("a connection");
    client.login(name, "pw").await.expect("a login");
    client
}

fn index(local: &Path, size: u64) -> Index {
    let mut builder = Index::builder();
    builder
        .add(Entry::new(REMOTE, size, local))
        .expect("a valid entry");
    builder.build().expect("an index")
}

#[tokio::test]
async fn a_file_is_found_and_arrives_byte_for_byte() {
    let scene = Scene::new(3_000_000).await;
    let mut search = scene.searcher.search("SNOW 雪");
    let response = search.next().await.expect("an open search");
    let response = response.expect("a result");
    assert_eq!(response.username, "sharer");
    assert_eq!(response.results[0].name, REMOTE);
    assert_eq!(response.results[0].size(), 3_000_000);

    let mut download = scene
        .searcher
        .download("sharer", REMOTE, 3_000_000, scene.local());
    let mut last = 0;
    while let Some(event) = download.next().await {
        if let DownloadEvent::Progress { bytes } = event {
            assert!(bytes > last && bytes <= 3_000_000);
            last = bytes;
        }
    }
    let path = download.finish().await.expect("the file");
    assert!(std::fs::read(&path).expect("the file") == scene.song);
    // Nothing else is left behind.
    assert_eq!(
        std::fs::read_dir(path.parent().expect("a folder"))
            .expect("a folder")
            .count(),
        1
    );
}

#[tokio::test]
async fn an_empty_file_arrives() {
    let scene = Scene::new(0).await;
    let path = scene.download().await.expect("the file");
    assert_eq!(std::fs::metadata(path).expect("the file").len(), 0);
}

#[tokio::test]
async fn a_file_that_is_there_is_not_overwritten() {
    let scene = Scene::new(1000).await;
    let path = scene.download().await.expect("the file");
    std::fs::write(&path, "mine").expect("a file");
    let error = scene.download().await.expect_err("no file");
    assert!(matches!(error, DownloadError::File(_)), "{error}");
    assert_eq!(std::fs::read(&path).expect("the file"), b"mine");
}

#[tokio::test]
async fn a_file_that_is_not_shared_is_refused() {
    let scene = Scene::new(10).await;
    let download = scene
        .searcher
        .download("sharer", "other", 10, scene.local());
    let error = download.finish().await.expect_err("no file");
    assert_eq!(error, DownloadError::Refused(RefusalReason::FileNotShared));
}

#[tokio::test]
async fn a_sharer_that_stops_in_the_middle_is_a_clear_error() {
    let scene = Scene::new(64 << 20).await;
    let size = scene.song.len() as u64;
    let mut download = scene
        .searcher
        .download("sharer", REMOTE, size, scene.local());
    while let Some(event) = download.next().await {
        if matches!(event, DownloadEvent::Progress { .. }) {
            scene.sharer.stop().await;
            break;
        }
    }
    let error = download.finish().await.expect_err("no file");
    assert!(matches!(error, DownloadError::File(_)), "{error}");
    assert!(
        error.to_string().starts_with("the connection was lost"),
        "{error}"
    );
    // What had come is gone.
    let folder = scene.local();
    let folder = folder.parent().expect("a folder");
    assert_eq!(std::fs::read_dir(folder).expect("a folder").count(), 0);
}

#[tokio::test]
async fn a_dropped_download_ends_the_upload() {
    let scene = Scene::new(64 << 20).await;
    let mut events = scene.sharer.events();
    let size = scene.song.len() as u64;
    let mut download = scene
        .searcher
        .download("sharer", REMOTE, size, scene.local());
    while let Some(event) = download.next().await {
        if matches!(event, DownloadEvent::Progress { .. }) {
            break;
        }
    }
    drop(download);
    loop {
        match events.next().await.expect("a running client") {
            Notice::Event(Event::Upload(_, _, slsk_net::machine::UploadEvent::Failed { .. })) => {
                break;
            }
            Notice::Event(_) | Notice::Missed(_) => {}
        }
    }
}

#[tokio::test]
async fn stopping_ends_everything() {
    let scene = Scene::new(10).await;
    let mut events = scene.searcher.events();
    let mut search = scene.searcher.search("snow");
    scene.searcher.stop().await;
    assert_eq!(
        scene.searcher.login("a", "b").await,
        Err(LoginError::Session(SessionError::Stopped))
    );
    while events.next().await.is_some() {}
    while let Ok(Some(_)) = search.next().await {}
    assert_eq!(
        scene.searcher.search("x").next().await,
        Err(SearchError::Stopped)
    );
    assert_eq!(scene.download().await, Err(DownloadError::Stopped));
    scene.server.stop().await;
    assert!(scene.server.online_users().await.is_empty());
    TcpListener::bind(scene.server.address())
        .await
        .expect("the port is free again");
}

#[tokio::test]
async fn the_server_knows_who_is_online() {
    let server = server().await;
    let mut events = server.events();
    let first = log_in(&server, "first").await;
    let _second = log_in(&server, "second").await;
    assert_eq!(server.online_users().await, ["first", "second"]);
    first.stop().await;
    while events.recv().await.expect("a running server")
        != slsk_net::server::ServerEvent::LoggedOut("first".into())
    {}
    assert_eq!(server.online_users().await, ["second"]);
}

#[tokio::test]
async fn a_wrong_password_is_refused() {
    let server = server().await;
    let _first = log_in(&server, "name").await;
    let client = Client::connect(ClientOptions::new(server.address()))
        .await
        .expect("a connection");
    match client.login("name", "wrong").await {
        Err(LoginError::Refused { reason, .. }) => {
            assert_eq!(reason, LoginRefusal::InvalidPassword);
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn no_server_and_a_taken_port_are_clear_errors() {
    let taken = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let taken_address = taken.local_addr().expect("an address");
    let free = {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        listener.local_addr().expect("an address")
    };
    let error = Client::connect(ClientOptions::new(free))
        .await
        .expect_err("no server");
    assert!(matches!(error, ConnectError::Session { .. }), "{error}");
    assert!(error.to_string().contains(&free.to_string()), "{error}");
    let options = ClientOptions {
        listen: taken_address,
        ..ClientOptions::new(free)
    };
    let error = Client::connect(options).await.expect_err("a taken port");
    assert!(matches!(error, ConnectError::Listen { .. }), "{error}");
}

/// A client of a server on this machine must not be led elsewhere by what the server says.
#[tokio::test]
async fn a_local_client_dials_nothing_outside() {
    use slsk_wire::server::{GetPeerAddressResponse, LoginResponse, ServerResponse};

    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a client");
        let login = LoginResponse::accepted("", [127, 0, 0, 1].into(), "pw");
        let answer = GetPeerAddressResponse {
            username: "elsewhere".into(),
            ip: [192, 0, 2, 1].into(),
            port: 2234,
            obfuscation_type: None,
            obfuscated_port: None,
        };
        for (question, answer) in [
            (&b"name"[..], ServerResponse::from(login)),
            (b"elsewhere", answer.into()),
        ] {
            read_until(&mut stream, question).await;
            let bytes = answer.to_frame().expect("a frame");
            stream.write_all(&bytes).await.expect("a client");
        }
        stream
    });
    let client = Client::connect(ClientOptions::new(address))
        .await
        .expect("a connection");
    client.login("name", "pw").await.expect("a login");
    let folder = tempfile::tempdir().expect("a folder");
    let download = client.download("elsewhere", "x", 1, folder.path().join("x"));
    let error = download.finish().await.expect_err("no file");
    assert!(
        error.to_string().contains("outside of this machine"),
        "{error}"
    );
    drop(server.await.expect("the server"));
}

/// What all clients built on Soulseek.NET do: they ask with a request, and want an answer at once.
#[tokio::test]
async fn the_old_way_of_asking_is_answered_queued_and_then_offered() {
    let scene = Scene::new(10).await;
    let mut peer = Peer::connect(&scene.sharer, "somebody").await;
    let request = TransferRequest {
        direction: TransferDirection::Download,
        token: 5,
        filename: REMOTE.into(),
        size: None,
    };
    peer.send(&PeerMessage::from(request)).await;
    let queued = TransferResponse::refused(5, RefusalReason::Queued);
    assert_eq!(peer.receive().await, queued.into());
    match peer.receive().await {
        PeerMessage::TransferRequest(offer) => {
            assert_eq!(offer.direction, TransferDirection::Upload);
            assert_eq!((offer.filename, offer.size), (REMOTE.into(), Some(10)));
        }
        other => panic!("{other:?}"),
    }
}

/// An answer of any kind would turn what waits there into something that has failed.
#[tokio::test]
async fn a_file_that_is_queued_twice_is_offered_once() {
    let scene = Scene::new(10).await;
    let mut peer = Peer::connect(&scene.sharer, "somebody").await;
    let filename = slsk_wire::Text::from(REMOTE);
    for _ in 0..3 {
        let filename = filename.clone();
        peer.send(&PeerMessage::from(QueueUpload { filename }))
            .await;
    }
    let unknown = QueueUpload {
        filename: "other".into(),
    };
    peer.send(&PeerMessage::from(unknown)).await;
    assert!(matches!(
        peer.receive().await,
        PeerMessage::TransferRequest(_)
    ));
    match peer.receive().await {
        PeerMessage::UploadDenied(denied) => {
            assert_eq!(denied.filename, "other");
            assert_eq!(denied.reason, RefusalReason::FileNotShared);
        }
        other => panic!("{other:?}"),
    }
}

/// What one user sends must not cost another his connection, as long as he reads.
#[tokio::test]
async fn a_flood_of_searches_disconnects_nobody() {
    use slsk_wire::server::{FileSearch, GetPeerAddressRequest, LoginRequest, ServerRequest};

    let scene = Scene::new(10).await;
    let mut stream = TcpStream::connect(scene.server.address())
        .await
        .expect("a connection");
    let login = LoginRequest::new("flooder", "pw", 177, 1);
    let mut bytes = ServerRequest::from(login).to_frame().expect("a frame");
    for token in 0..20_000 {
        let query = "snow".into();
        let search = ServerRequest::from(FileSearch { token, query });
        bytes.extend(search.to_frame().expect("a frame"));
    }
    let username = "flooder-is-done".into();
    let question = ServerRequest::from(GetPeerAddressRequest { username });
    bytes.extend(question.to_frame().expect("a frame"));
    stream.write_all(&bytes).await.expect("open");
    read_until(&mut stream, b"flooder-is-done").await;
    let online = scene.server.online_users().await;
    assert_eq!(online, ["flooder", "searcher", "sharer"]);
    assert!(scene.download().await.is_ok());
}

/// Answers pile up only so far; then the connection ends.
#[tokio::test]
async fn a_peer_that_never_reads_is_closed() {
    let scene = Scene::new(10).await;
    let mut peer = Peer::connect(&scene.sharer, "somebody").await;
    let filename = slsk_wire::Text::from("n".repeat(1000));
    let message = PeerMessage::from(QueueUpload { filename });
    let bytes = message.to_frame().expect("a frame");
    while peer.stream.write_all(&bytes).await.is_ok() {}
    assert!(scene.download().await.is_ok());
}

#[tokio::test]
async fn a_client_can_be_stopped_in_a_flood() {
    use slsk_wire::server::{IncomingFileSearch, LoginResponse, ServerResponse};

    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a client");
        read_until(&mut stream, b"name").await;
        let login = LoginResponse::accepted("", [127, 0, 0, 1].into(), "pw");
        let mut bytes = ServerResponse::from(login).to_frame().expect("a frame");
        let search = IncomingFileSearch {
            username: "somebody".into(),
            token: 1,
            query: "snow".into(),
        };
        let search = ServerResponse::from(search).to_frame().expect("a frame");
        for _ in 0..500 {
            bytes.extend(&search);
        }
        while stream.write_all(&bytes).await.is_ok() {
            bytes.clone_from(&search.repeat(500));
        }
    });
    let client = Client::connect(ClientOptions::new(address))
        .await
        .expect("a connection");
    let folder = tempfile::tempdir().expect("a folder");
    let local = folder.path().join("snow.flac");
    client.share(index(&local, 1)).await;
    client.login("name", "pw").await.expect("a login");
    client.stop().await;
    server.await.expect("the server");
}

/// What strangers send to a client and to a server must not end either.
#[tokio::test]
async fn strangers_are_sent_away() {
    let scene = Scene::new(10).await;
    let nonsense: [&[u8]; 5] = [
        b"GET / HTTP/1.1\r\n\r\n",
        &[0xFF; 64],
        &[0, 0, 0, 0],
        &[5, 0, 0, 0, 0, 1, 2, 3, 4],
        &[1, 0, 0, 0, 9],
    ];
    for bytes in nonsense {
        for address in [scene.server.address(), scene.sharer.listening()] {
            closes_after(address, bytes).await;
        }
    }
    assert!(scene.download().await.is_ok());
}

/// Asserts that the other side closes after `bytes`, though this side does not.
async fn closes_after(address: SocketAddr, bytes: &[u8]) {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(bytes).await.expect("open");
    let mut rest = Vec::new();
    // A reset is as good as an end.
    let _ = stream.read_to_end(&mut rest).await;
    assert!(rest.is_empty());
}

/// Whether a message went out, its family and its name.
type Seen = Vec<(bool, FamilyId, &'static str)>;

#[tokio::test]
async fn a_tap_sees_every_message_both_ways() {
    let server = server().await;
    let seen: Arc<Mutex<Seen>> = Arc::default();
    let sink = Arc::clone(&seen);
    let tap = Tap::new(move |tapped| {
        if let slsk_net::machine::Packet::Message(message) = tapped.packet {
            let entry = (tapped.outgoing, message.family(), message.name());
            sink.lock().expect("no panic").push(entry);
        }
    });
    let options = ClientOptions {
        tap: Some(tap),
        ..ClientOptions::new(server.address())
    };
    let client = Client::connect(options).await.expect("a connection");
    client.login("name", "pw").await.expect("a login");
    client.stop().await;
    let seen = seen.lock().expect("no panic");
    assert!(seen.contains(&(true, FamilyId::ServerRequest, "LoginRequest")));
    assert!(seen.contains(&(false, FamilyId::ServerResponse, "LoginResponse")));
}
