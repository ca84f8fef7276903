//! Sessions that are lost, and a pace that clients share.

use std::path::Path;
use std::time::Duration;

use slsk_net::client::{Events, Notice};
use slsk_net::machine::{Event, ReconnectPolicy, SessionError};
use slsk_net::server::{Server, ServerConfig};
use slsk_net::{Client, ClientOptions, Pacing};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use super::server;

/// The next event that `wanted` takes.
pub(crate) async fn event<T>(events: &mut Events, mut wanted: impl FnMut(Event) -> Option<T>) -> T {
    loop {
        match events.next().await.expect("a running client") {
            Notice::Event(event) => {
                if let Some(found) = wanted(event) {
                    return found;
                }
            }
            Notice::Missed(count) => panic!("{count} events were lost"),
        }
    }
}

/// Options of a client that comes back within milliseconds.
pub(crate) fn patient(server: &Server) -> ClientOptions {
    let first = Duration::from_millis(1);
    ClientOptions {
        reconnect: Some(ReconnectPolicy {
            first: first..=first,
            longest: Duration::from_millis(20),
            unanswered: 3,
        }),
        pacing: Pacing::Off,
        ..ClientOptions::new(server.address())
    }
}

#[tokio::test]
async fn a_client_comes_back_when_its_server_does() {
    let server = server().await;
    let client = Client::connect(patient(&server)).await.expect("a server");
    client.login("ada", "pw").await.expect("a login");
    let mut events = client.events();
    server.stop().await;
    let error = event(&mut events, |event| match event {
        Event::Disconnected(error) => Some(error),
        _ => None,
    });
    let error = error.await;
    assert!(matches!(error, SessionError::Lost(_)), "{error}");
    // Some attempts fail: there is no server.
    for _ in 0..5 {
        event(&mut events, |event| {
            matches!(event, Event::Reconnecting { .. }).then_some(())
        })
        .await;
    }
    let again = Server::bind(server.address(), ServerConfig::default(), None)
        .await
        .expect("the same port");
    event(&mut events, |event| {
        matches!(event, Event::Reconnected(_)).then_some(())
    })
    .await;
    assert_eq!(again.online_users().await, ["ada"]);
    client.disconnect().await.expect("running");
    let error = event(&mut events, |event| match event {
        Event::Disconnected(error) => Some(error),
        _ => None,
    });
    assert_eq!(error.await, SessionError::Ended);
    client.connect_again().await.expect("a connection");
    client.login("ada", "pw").await.expect("a login");
    assert_eq!(again.online_users().await, ["ada"]);
}

/// A name can't be online twice, but one program after the other can use it.
#[tokio::test]
async fn clients_of_an_account_share_a_pace_over_a_file() {
    let server = server().await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("pace.json");
    let first = log_in(&server, "ada", &path).await;
    let mut news = server.events();
    let searches: Vec<_> = (0..30).map(|_| first.search("trees")).collect();
    for _ in &searches {
        while !matches!(
            news.recv().await.expect("a running server"),
            slsk_net::server::ServerEvent::Searched { .. }
        ) {}
    }
    first.stop().await;

    let second = log_in(&server, "ada", &path).await;
    let mut events = second.events();
    let _searches: Vec<_> = (0..5).map(|_| second.search("trees")).collect();
    let after = event(&mut events, |event| match event {
        Event::SearchDelayed { after, .. } => Some(after),
        _ => None,
    });
    let after = after.await;
    assert!(after <= Duration::from_secs(220), "{after:?}");
    assert!(after > Duration::from_secs(100), "{after:?}");

    let other = log_in(&server, "bob", &path).await;
    let _search = other.search("trees");
    let bob = |event| match event {
        slsk_net::server::ServerEvent::Searched { user, .. } => user == "bob",
        _ => false,
    };
    while !bob(news.recv().await.expect("a running server")) {}
}

async fn log_in(server: &Server, name: &str, path: &Path) -> Client {
    let options = ClientOptions {
        pacing: Pacing::File(path.to_owned()),
        ..ClientOptions::new(server.address())
    };
    let client = Client::connect(options).await.expect("a connection");
    client.login(name, "pw").await.expect("a login");
    client
}

/// Whoever hears of the login may ask for the port at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_port_is_told_in_the_same_write_as_the_login() {
    use slsk_wire::Family;
    use slsk_wire::server::{LoginRequest, ServerRequest, SetListenPort};

    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let login = LoginRequest::new("ada", "pw", 177, 1);
    let login = ServerRequest::from(login).to_frame().expect("a frame");
    // Often, as it must not depend on who is faster.
    for _ in 0..100 {
        let options = ClientOptions::new(address);
        let client = Client::connect(options).await.expect("a connection");
        let (mut stream, _) = listener.accept().await.expect("a client");
        let port = SetListenPort::new(client.listening().port());
        let port = ServerRequest::from(port).to_frame().expect("a frame");
        let logging_in = tokio::spawn({
            let client = client.clone();
            async move { client.login("ada", "pw").await }
        });
        let mut first = vec![0; 4096];
        let count = stream.read(&mut first).await.expect("open");
        assert_eq!(first[..count], [login.clone(), port].concat());
        client.stop().await;
        logging_in.await.expect("no panic").expect_err("no login");
    }
}
