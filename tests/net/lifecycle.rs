//! The beginning and the end of clients and servers.

use std::path::Path;
use std::time::Duration;

use slsk_net::client::{ConnectError, Stopped};
use slsk_net::machine::{DownloadError, LoginError, Profile, SearchError, SessionError};
use slsk_net::share::Index;
use slsk_net::{Client, ClientOptions};
use slsk_wire::Family;
use slsk_wire::peer::SharesRequest;
use slsk_wire::server::{LoginRefusal, OwnStatus, PingRequest};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::time::Instant;

use super::peer::read_until;
use super::{Scene, log_in, server};

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
async fn a_timeout_without_end_is_one() {
    let server = server().await;
    let options = ClientOptions {
        timeout: Duration::MAX,
        ..ClientOptions::new(server.address())
    };
    let client = Client::connect(options).await.expect("a connection");
    client.login("ada", "pw").await.expect("a login");
    client.join_room("room").await.expect("a room");
    client.watch("ada").await.expect("a user");
    client.stop().await;
}

/// What each of these commands says, with its name.
macro_rules! refusals {
    ($client:ident: $($command:ident($($argument:expr),*)),* $(,)?) => {
        [$((
            stringify!($command),
            $client.$command($($argument),*).await.expect_err("stopped").to_string(),
        )),*]
    };
}

#[tokio::test]
async fn a_stopped_client_refuses_every_command() {
    let server = server().await;
    let client = log_in(&server, "ada").await;
    let search = client.search("snow");
    client.stop().await;
    let refusals = refusals!(client:
        branch(),
        browse("bob"),
        change_password("new"),
        connect_again(),
        disconnect(),
        folder("bob", "Music"),
        join_room("trees"),
        leave_room("trees"),
        login("ada", "pw"),
        privileged_users(),
        rooms(),
        say("trees", "hello"),
        send_to_peer("bob", SharesRequest::default()),
        send_to_server(PingRequest),
        set_profile(Profile::default()),
        set_status(OwnStatus::Away),
        share(Index::builder().build().expect("an index")),
        stop_search(search.id()),
        unwatch("bob"),
        user_info("bob"),
        watch("bob"),
        wishes(),
    );
    for (command, error) in &refusals {
        assert_eq!(error, "the client has been stopped", "{command}");
    }
    assert_eq!(client.disconnect().await, Err(Stopped));
    assert_eq!(client.wish("x").next().await, Err(SearchError::Stopped));
    let mut tried: Vec<_> = refusals.iter().map(|(command, _)| *command).collect();
    tried.push("stop");
    tried.sort_unstable();
    assert_eq!(tried, commands());
}

/// The names of all async methods of a client, as its source has them.
fn commands() -> Vec<String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../slsk-net/src");
    let parts = std::fs::read_dir(source.join("client")).expect("a folder");
    let mut files: Vec<_> = parts.map(|part| part.expect("a file").path()).collect();
    files.push(source.join("client.rs"));
    let mut names = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file).expect("source");
        let methods = text.split("    pub async fn ").skip(1);
        let signatures = methods.filter_map(|method| method.split_once('('));
        let commands = signatures.filter(|(_, rest)| rest.trim_start().starts_with("&self"));
        names.extend(commands.map(|(name, _)| name.to_owned()));
    }
    names.sort_unstable();
    names
}

#[tokio::test]
async fn what_the_session_knows_is_an_error_without_one() {
    let server = server().await;
    let client = Client::connect(ClientOptions::new(server.address()))
        .await
        .expect("a connection");
    let error = SessionError::NotLoggedIn;
    assert_eq!(client.privileged_users().await, Err(error.clone()));
    assert_eq!(client.branch().await, Err(error));
    client.login("ada", "pw").await.expect("a login");
    assert_eq!(client.privileged_users().await, Ok(Vec::new()));
    assert_eq!(client.branch().await.expect("a session").level, 0);
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

#[tokio::test(start_paused = true)]
async fn a_server_that_says_nothing_is_given_up_in_the_time_that_is_set() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let options = ClientOptions {
        timeout: Duration::from_secs(3),
        ..ClientOptions::new(address)
    };
    let client = Client::connect(options).await.expect("a connection");
    let before = Instant::now();
    let error = client.login("name", "pw").await.expect_err("no answer");
    assert_eq!(error, LoginError::Session(SessionError::NoAnswer));
    let waited = before.elapsed().as_secs_f64();
    assert!((3.0..3.1).contains(&waited), "{waited}");
}
