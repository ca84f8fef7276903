//! That stopping leaves no task behind, whatever goes on, and that nobody who listens slowly is in the way.

use slsk_net::client::Notice;
use slsk_net::machine::{DownloadEvent, Event};
use slsk_net::server::Server;
use slsk_net::{Client, ClientOptions};
use slsk_wire::Family;
use slsk_wire::server::{
    GetUserStatusResponse, LoginRequest, ServerRequest, ServerResponse, SetListenPort, Status,
    UserStats, WatchUserResponse,
};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};

use super::peer::{HandMadeServer, Peer};
use super::{REMOTE, index, log_in, server};

pub(crate) fn alive() -> usize {
    tokio::runtime::Handle::current()
        .metrics()
        .num_alive_tasks()
}

/// A port that takes no connection and refuses none: its queue is full.
struct Silent {
    address: std::net::SocketAddr,
    _listener: tokio::net::TcpListener,
    _waiting: Vec<TcpStream>,
}

impl Silent {
    async fn new() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        let any = "127.0.0.1:0".parse().expect("an address");
        socket.bind(any).expect("a free port");
        let listener = socket.listen(1).expect("a queue");
        let address = listener.local_addr().expect("an address");
        // The queue takes one more than it says.
        let waiting = [
            TcpStream::connect(address).await,
            TcpStream::connect(address).await,
        ];
        Self {
            address,
            _listener: listener,
            _waiting: waiting
                .map(|stream| stream.expect("a place in the queue"))
                .into(),
        }
    }
}

/// Somebody who is online at a port that does not answer.
async fn unreachable(server: &Server, silent: &Silent) -> TcpStream {
    let mut stream = TcpStream::connect(server.address())
        .await
        .expect("a server");
    for request in [
        ServerRequest::from(LoginRequest::new("silent", "pw", 177, 1)),
        SetListenPort::new(silent.address.port()).into(),
    ] {
        let frame = request.to_frame().expect("a frame");
        stream.write_all(&frame).await.expect("open");
    }
    stream
}

/// On one thread, so that a task that has ended is not counted any more.
#[tokio::test]
async fn stopping_leaves_no_task_behind() {
    let silent = Silent::new().await;
    let before = alive();
    let folder = tempfile::tempdir().expect("a folder");
    let song = folder.path().join("snow.flac");
    let size: u64 = 256 << 20;
    std::fs::File::create(&song)
        .and_then(|file| file.set_len(size))
        .expect("a file");

    let server = server().await;
    let sharer = log_in(&server, "sharer").await;
    sharer.share(index(&song, size)).await.expect("running");
    let client = log_in(&server, "client").await;
    // In the middle of a file, on both sides.
    let mut running = client.download("sharer", REMOTE, size, folder.path().join("a"));
    while !matches!(running.next().await, Some(DownloadEvent::Progress { .. })) {}
    // In the middle of a dial.
    let _online = unreachable(&server, &silent).await;
    while !server.online_users().await.contains(&"silent".into()) {
        tokio::task::yield_now().await;
    }
    let _dialling = client.download("silent", "x", 1, folder.path().join("b"));
    let _search = client.search("snow");
    // Connected and silent, in the middle of an init frame, and open.
    let mut strangers = Vec::new();
    for address in [client.listening(), server.address()] {
        strangers.push(TcpStream::connect(address).await.expect("an open port"));
        let mut stream = TcpStream::connect(address).await.expect("an open port");
        stream.write_all(&[20, 0, 0]).await.expect("open");
        strangers.push(stream);
    }
    let _peer = Peer::connect(&client, "somebody").await;
    // In the middle of a login.
    let waiting = Client::connect(ClientOptions::new(server.address())).await;
    let waiting = waiting.expect("a connection");
    // In the middle of connecting.
    let connecting = tokio::spawn(Client::connect(ClientOptions::new(silent.address)));
    tokio::task::yield_now().await;
    connecting.abort();
    assert!(connecting.await.is_err_and(|error| error.is_cancelled()));

    for client in [&client, &sharer, &waiting] {
        client.stop().await;
        // Once more, to no effect.
        client.stop().await;
    }
    server.stop().await;
    assert_eq!(alive(), before);
}

/// A client that is dropped is gone as well, a little later.
#[tokio::test]
async fn dropping_leaves_no_task_behind() {
    let before = alive();
    let server = server().await;
    let client = log_in(&server, "client").await;
    let peer = Peer::connect(&client, "somebody").await;
    drop((client, peer));
    drop(server);
    while alive() > before {
        tokio::task::yield_now().await;
    }
}

/// How many events there are.
const EVENTS: usize = 6000;

#[tokio::test]
async fn a_slow_listener_is_told_what_it_missed() {
    let server = HandMadeServer::bind().await;
    let (client, mut stream) = server.log_in(ClientOptions::new(server.address())).await;
    let watched = WatchUserResponse {
        username: "bob".into(),
        exists: true,
        status: Some(Status::Online),
        stats: Some(UserStats::default()),
        country: None,
    };
    let answer = ServerResponse::from(watched).to_frame().expect("a frame");
    let watching = client.watch("bob");
    let (info, written) = tokio::join!(watching, stream.write_all(&answer));
    info.expect("an answer");
    written.expect("open");

    let (mut slow, mut fast) = (client.events(), client.events());
    let frames: Vec<u8> = [Status::Away, Status::Online]
        .into_iter()
        .flat_map(|status| {
            let username = "bob".into();
            let pushed = GetUserStatusResponse {
                username,
                status,
                privileged: false,
            };
            ServerResponse::from(pushed).to_frame().expect("a frame")
        })
        .collect();
    let listening = async {
        let mut count = 0;
        while count < EVENTS {
            match fast.next().await {
                Some(Notice::Event(Event::UserStatus { .. })) => count += 1,
                Some(Notice::Event(_)) => {}
                other => panic!("{other:?}"),
            }
        }
    };
    let pushing = async {
        for _ in 0..EVENTS / 2 {
            stream.write_all(&frames).await.expect("open");
        }
    };
    tokio::join!(listening, pushing);
    // The listener that did not listen has kept nobody waiting, and hears of its loss.
    let Some(Notice::Missed(missed)) = slow.next().await else {
        panic!("nothing is missed");
    };
    client.stop().await;
    let mut kept = 0;
    while let Some(notice) = slow.next().await {
        assert!(matches!(notice, Notice::Event(_)));
        kept += 1;
    }
    assert_eq!(missed + kept, EVENTS as u64);
    assert!(kept >= 4000, "{kept}");
}
