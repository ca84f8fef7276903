//! Connections of ours that go through a SOCKS5 proxy on loopback.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use fast_socks5::server::Socks5ServerProtocol;
use fast_socks5::util::target_addr::TargetAddr;
use fast_socks5::{ReplyError, Socks5Command};
use slsk_net::client::{ConnectError, Network};
use slsk_net::machine::SessionError;
use slsk_net::{Client, ClientOptions};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::{REMOTE, index, log_in, server};

/// A proxy that knows one user, or lets in everybody.
struct Proxy {
    address: SocketAddr,
    /// Where it was told to connect to.
    targets: Arc<Mutex<Vec<SocketAddr>>>,
    _tasks: JoinSet<()>,
}

const USER: (&str, &str) = ("user", "hunter2");

impl Proxy {
    async fn start(asks: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let targets = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&targets);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                connections.spawn(serve(stream, asks, Arc::clone(&seen)));
            }
        });
        Self {
            address,
            targets,
            _tasks: tasks,
        }
    }

    fn targets(&self) -> Vec<SocketAddr> {
        self.targets.lock().expect("no panic").clone()
    }
}

async fn serve(stream: TcpStream, asks: bool, targets: Arc<Mutex<Vec<SocketAddr>>>) {
    let opened = if asks {
        let is_user = |name: String, password: String| (&*name, &*password) == USER;
        let accepted = Socks5ServerProtocol::accept_password_auth(stream, is_user);
        accepted.await.map(|(opened, _)| opened)
    } else {
        Socks5ServerProtocol::accept_no_auth(stream).await
    };
    // Whoever is not let in has been told so.
    let Ok(opened) = opened else { return };
    let (opened, command, target) = opened.read_command().await.expect("a command");
    assert_eq!(command, Socks5Command::TCPConnect);
    let TargetAddr::Ip(target) = target else {
        panic!("a name");
    };
    targets.lock().expect("no panic").push(target);
    match TcpStream::connect(target).await {
        Ok(mut there) => {
            let bound = there.local_addr().expect("an address");
            let mut here = opened.reply_success(bound).await.expect("open");
            // Either side may end it in any way.
            let _ = tokio::io::copy_bidirectional(&mut here, &mut there).await;
        }
        Err(_) => opened
            .reply_error(&ReplyError::ConnectionRefused)
            .await
            .expect("open"),
    }
}

fn options(
    server: SocketAddr,
    proxy: SocketAddr,
    credentials: Option<(&str, &str)>,
) -> ClientOptions {
    let credentials = credentials.map(|(name, password)| (name.to_owned(), password.into()));
    let proxy = slsk_net::client::Proxy {
        address: proxy,
        credentials,
    };
    ClientOptions {
        network: Network {
            proxy: Some(proxy),
            ..Network::default()
        },
        ..ClientOptions::new(server)
    }
}

#[tokio::test]
async fn the_server_and_other_users_are_reached_through_the_proxy_alone() {
    for asks in [false, true] {
        let proxy = Proxy::start(asks).await;
        let server = server().await;
        let folder = tempfile::tempdir().expect("a folder");
        let song = folder.path().join("snow.flac");
        std::fs::write(&song, b"snow").expect("a file");
        let sharer = log_in(&server, "sharer").await;
        sharer.share(index(&song, 4)).await.expect("running");
        let options = options(server.address(), proxy.address, asks.then_some(USER));
        let client = Client::connect(options).await.expect("a connection");
        client.login("ada", "pw").await.expect("a login");
        let local = folder.path().join("local");
        let download = client.download("sharer", REMOTE, 4, &local);
        download.finish().await.expect("the file");
        let targets = proxy.targets();
        assert_eq!(targets[0], server.address());
        assert!(targets.contains(&sharer.listening()), "{targets:?}");
    }
}

/// What the client says when it does not get through.
async fn refused(server: SocketAddr, proxy: SocketAddr, user: Option<(&str, &str)>) -> String {
    match Client::connect(options(server, proxy, user)).await {
        Err(ConnectError::Session {
            error: SessionError::Unreachable(problem),
            ..
        }) => problem,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn without_the_proxy_there_is_no_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let server = listener.local_addr().expect("an address");
    let proxy = Proxy::start(true).await;
    let wrong = refused(server, proxy.address, Some(("user", "wrong"))).await;
    let none = refused(server, proxy.address, None).await;
    let long = "x".repeat(256);
    let too_long = refused(server, proxy.address, Some(("user", &long))).await;
    for problem in [wrong, none, too_long] {
        assert!(
            problem.starts_with(&format!("the proxy {}: ", proxy.address)),
            "{problem}"
        );
    }
    // One that is not there, and one that can't reach the server.
    let nobody = "127.0.0.1:9".parse().expect("an address");
    refused(server, nobody, None).await;
    refused(nobody, proxy.address, Some(USER)).await;
    // One outside of this machine, while the server is on it.
    let outside = "192.0.2.1:1080".parse().expect("an address");
    let problem = refused(server, outside, None).await;
    assert!(problem.contains("outside of this machine"), "{problem}");
    assert_eq!(proxy.targets(), [nobody]);
    // Nobody has come to the server directly.
    let accepted =
        std::future::poll_fn(|context| std::task::Poll::Ready(listener.poll_accept(context))).await;
    assert!(accepted.is_pending());
}

#[test]
fn the_password_for_a_proxy_is_not_shown() {
    let address = "127.0.0.1:1080".parse().expect("an address");
    let shown = format!("{:?}", options(address, address, Some(USER)));
    assert!(
        shown.contains("user") && !shown.contains("hunter2"),
        "{shown}"
    );
}
