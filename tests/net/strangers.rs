//! What strangers and floods do to a client and a server.

use std::net::SocketAddr;

use slsk_net::{Client, ClientOptions};
use slsk_wire::Family;
use slsk_wire::peer::{PeerMessage, QueueUpload};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::peer::{Peer, read_until};
use super::{Scene, index};

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
    while peer.write(&bytes).await.is_ok() {}
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
    client.share(index(&local, 1)).await.expect("running");
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
