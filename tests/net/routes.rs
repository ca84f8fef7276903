//! The ways from one user to another: the direct one, the indirect one, and obfuscated ports.

use slsk_net::client::Network;
use slsk_net::machine::Obfuscation;
use slsk_net::{Client, ClientOptions};
use slsk_wire::init::{ConnectionKind, InitMessage, PierceFirewall};
use slsk_wire::peer::{PeerMessage, QueueUpload};
use slsk_wire::server::{
    ConnectToPeer, GetPeerAddressResponse, IncomingConnectToPeer, LoginRequest, ServerRequest,
    ServerResponse, SetListenPort,
};
use slsk_wire::{Family, FamilyId};
use tokio::net::{TcpListener, TcpStream};

use super::peer::Stream;
use super::{REMOTE, Scene, index};

/// Somebody by hand who has logged in and said to listen here. Returns his connection to the server.
async fn log_in(scene: &Scene, name: &str, port: u16) -> Stream {
    let server = TcpStream::connect(scene.server.address()).await;
    let mut server = Stream::new(server.expect("a connection"), false);
    for request in [
        ServerRequest::from(LoginRequest::new(name, "pw", 177, 1)),
        SetListenPort::new(port).into(),
    ] {
        server.send(&request).await;
    }
    server
}

/// The next wish to be connected to that the server passes on.
async fn wish(server: &mut Stream) -> IncomingConnectToPeer {
    loop {
        let message: ServerResponse = server.receive(FamilyId::ServerResponse).await;
        if let ServerResponse::ConnectToPeer(wish) = message {
            return wish;
        }
    }
}

/// A port that refuses.
async fn closed_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    listener.local_addr().expect("an address").port()
}

#[tokio::test]
async fn who_can_t_be_reached_is_asked_to_connect_to_us() {
    let scene = Scene::new(10).await;
    let mut server = log_in(&scene, "walled", closed_port().await).await;
    let download = scene.searcher.download("walled", REMOTE, 10, scene.local());
    let wish = wish(&mut server).await;
    assert_eq!(wish.username, "searcher");
    assert_eq!(wish.kind, ConnectionKind::Peer);
    assert_eq!(wish.port, u32::from(scene.searcher.listening().port()));
    let stream = TcpStream::connect(scene.searcher.listening()).await;
    let mut stream = Stream::new(stream.expect("a connection"), false);
    let token = wish.token;
    stream
        .send(&InitMessage::from(PierceFirewall { token }))
        .await;
    // What was waiting for a connection comes over this one.
    let message: PeerMessage = stream.receive(FamilyId::Peer).await;
    let filename = REMOTE.into();
    assert_eq!(message, QueueUpload { filename }.into());
    drop(download);
}

#[tokio::test]
async fn who_asks_is_connected_to() {
    let scene = Scene::new(10).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let mut server = log_in(&scene, "walled", port).await;
    let token = 4242;
    let request = ConnectToPeer {
        token,
        username: "sharer".into(),
        kind: ConnectionKind::Peer,
    };
    server.send(&ServerRequest::from(request.clone())).await;
    let (stream, _) = listener.accept().await.expect("the sharer");
    let mut stream = Stream::new(stream, false);
    let init: InitMessage = stream.receive(FamilyId::PeerInit).await;
    assert_eq!(init, PierceFirewall { token }.into());
    let filename = REMOTE.into();
    stream
        .send(&PeerMessage::from(QueueUpload { filename }))
        .await;
    let offer: PeerMessage = stream.receive(FamilyId::Peer).await;
    assert!(
        matches!(offer, PeerMessage::TransferRequest(_)),
        "{offer:?}"
    );
    drop((stream, listener));

    // When that does not go, he is told.
    let token = 4243;
    let request = ConnectToPeer {
        token,
        kind: ConnectionKind::File,
        ..request
    };
    server.send(&ServerRequest::from(request)).await;
    loop {
        let message: ServerResponse = server.receive(FamilyId::ServerResponse).await;
        if let ServerResponse::CantConnectToPeer(failure) = message
            && failure.token == token
        {
            break;
        }
    }
}

/// A client with an obfuscated port that takes those of others first.
async fn obfuscated(scene: &Scene, name: &str) -> Client {
    let options = ClientOptions {
        network: Network {
            obfuscated_port: Some(0),
            obfuscation: Obfuscation::Prefer,
            ..Network::default()
        },
        ..ClientOptions::new(scene.server.address())
    };
    let client = Client::connect(options).await.expect("a connection");
    client.login(name, "pw").await.expect("a login");
    client
}

#[tokio::test]
async fn a_file_arrives_over_obfuscated_ports() {
    let scene = Scene::new(300_000).await;
    let sharer = obfuscated(&scene, "hidden sharer").await;
    let source = scene.folder.path().join("snow.flac");
    sharer
        .share(index(&source, 300_000))
        .await
        .expect("running");
    let searcher = obfuscated(&scene, "hidden searcher").await;
    let local = scene.local();
    let download = searcher.download("hidden sharer", REMOTE, 300_000, &local);
    let path = download.finish().await.expect("the file");
    assert!(std::fs::read(path).expect("the file") == scene.song);
}

/// The other side by hand: every frame of a P connection has a key, both ways.
#[tokio::test]
async fn messages_stay_obfuscated() {
    let scene = Scene::new(10).await;
    let sharer = obfuscated(&scene, "hidden sharer").await;
    sharer
        .share(index(&scene.local(), 10))
        .await
        .expect("running");
    let address = sharer.listening_obfuscated().expect("a second port");
    let stream = TcpStream::connect(address).await.expect("a connection");
    let mut stream = Stream::new(stream, true);
    let init = slsk_wire::init::PeerInit::new("somebody", ConnectionKind::Peer);
    stream.send(&InitMessage::from(init)).await;
    let filename = "other".into();
    stream
        .send(&PeerMessage::from(QueueUpload { filename }))
        .await;
    let answer: PeerMessage = stream.receive(FamilyId::Peer).await;
    assert!(matches!(answer, PeerMessage::UploadDenied(_)), "{answer:?}");
}

/// The plain port is taken where the obfuscated one that the server tells is closed.
#[tokio::test]
async fn a_closed_obfuscated_port_is_no_end() {
    use super::peer::{HandMadeServer, read_until};

    let server = HandMadeServer::bind().await;
    let options = ClientOptions {
        network: Network {
            obfuscation: Obfuscation::Prefer,
            ..Network::default()
        },
        ..ClientOptions::new(server.address())
    };
    let (client, mut session) = server.log_in(options).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let folder = tempfile::tempdir().expect("a folder");
    let _download = client.download("ada", REMOTE, 10, folder.path().join("x"));
    read_until(&mut session, b"ada").await;
    let answer = GetPeerAddressResponse {
        username: "ada".into(),
        ip: [127, 0, 0, 1].into(),
        port: listener.local_addr().expect("an address").port().into(),
        obfuscation_type: Some(slsk_wire::server::ObfuscationType::Rotated),
        obfuscated_port: Some(closed_port().await),
    };
    // The name has come with the wish to be connected to, or with the question for the address: answer both.
    let bytes = ServerResponse::from(answer).to_frame().expect("a frame");
    read_until(&mut session, b"ada").await;
    tokio::io::AsyncWriteExt::write_all(&mut session, &bytes)
        .await
        .expect("open");
    let (stream, _) = listener.accept().await.expect("the client");
    let mut stream = Stream::new(stream, false);
    let init: InitMessage = stream.receive(FamilyId::PeerInit).await;
    assert!(matches!(init, InitMessage::PeerInit(_)), "{init:?}");
}
