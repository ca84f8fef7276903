//! What only real sockets and files show of the server: accounts in a file, its owner's commands, its limits.

use std::path::Path;
use std::sync::Arc;

use slsk_net::client::ConnectError;
use slsk_net::machine::LoginError;
use slsk_net::server::{
    AccountFile, Server, ServerCommand, ServerError, ServerEvent, ServerOptions,
};
use slsk_net::{Client, ClientOptions};
use slsk_wire::server::{LoginRefusal, LoginRequest, ServerRequest};
use slsk_wire::{Family, Text};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::peer::read_until;

/// A server with its accounts in this file.
async fn server(path: &Path) -> Server {
    let file = AccountFile::open(path).expect("a file");
    // As little memory for each password as there can be: this is no test of the hash.
    let file = file.with_memory(8).expect("enough");
    let options = ServerOptions {
        store: Some(Arc::new(file)),
        ..ServerOptions::default()
    };
    let address = "127.0.0.1:0".parse().expect("an address");
    Server::start(address, options).await.expect("a free port")
}

async fn log_in(server: &Server, name: &str, password: &str) -> Result<Client, LoginError> {
    let options = ClientOptions::new(server.address());
    let client: Result<Client, ConnectError> = Client::connect(options).await;
    let client = client.expect("a connection");
    client.login(name, password).await.map(|_| client)
}

/// Logs in by hand, and reads the beginning of the answer.
async fn log_in_by_hand(server: &Server, name: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address())
        .await
        .expect("a server");
    let login = ServerRequest::from(LoginRequest::new(name, "pw", 177, 1));
    let bytes = login.to_frame().expect("a frame");
    stream.write_all(&bytes).await.expect("open");
    let mut head = [0; 9];
    stream.read_exact(&mut head).await.expect("an answer");
    assert_eq!(head[4..], [1, 0, 0, 0, 1], "{name} is refused");
    stream
}

#[tokio::test]
async fn accounts_in_a_file_outlive_the_server() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("accounts");
    let first = server(&path).await;
    let ada = log_in(&first, "ada", "one").await.expect("a login");
    ada.change_password("two").await.expect("a new password");
    let bob = log_in(&first, "bob", "pw").await.expect("a login");
    assert_eq!(
        first.command(ServerCommand::Ban("bob".into())).await,
        Ok(())
    );
    ada.stop().await;
    bob.stop().await;
    first.stop().await;

    let second = server(&path).await;
    let error = log_in(&second, "ada", "one").await.err();
    let refused = LoginError::Refused {
        reason: LoginRefusal::InvalidPassword,
        detail: None,
    };
    assert_eq!(error, Some(refused));
    let ada = log_in(&second, "ada", "two").await.expect("a login");
    let exists = second.add_account("bob", "pw").await;
    assert_eq!(exists, Err(ServerError::Exists("bob".into())));
    ada.stop().await;
    second.stop().await;
    assert_eq!(
        second.add_account("carol", "pw").await,
        Err(ServerError::Stopped)
    );
}

#[tokio::test]
async fn many_log_in_at_once_with_accounts_in_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("accounts");
    for _ in ["new", "known"] {
        let server = server(&path).await;
        let logins = (0..100).map(|number| {
            let server = server.clone();
            tokio::spawn(async move { log_in_by_hand(&server, &format!("user{number}")).await })
        });
        let mut streams = Vec::new();
        for login in logins.collect::<Vec<_>>() {
            streams.push(login.await.expect("a login"));
        }
        assert_eq!(server.online_users().await.len(), 100);
        server.stop().await;
    }
}

#[tokio::test]
async fn a_frame_above_eight_kib_closes_its_connection_alone() {
    let server = super::server().await;
    let mut events = server.events();
    let mut ada = log_in_by_hand(&server, "ada").await;
    let mut bob = log_in_by_hand(&server, "bob").await;
    let too_long = 8 * 1024 + 1_u32;
    ada.write_all(&too_long.to_le_bytes()).await.expect("open");
    while events.recv().await.expect("an event") != ServerEvent::LoggedOut("ada".into()) {}
    // What had been said still arrives, and then the end.
    let mut rest = Vec::new();
    let _ = ada.read_to_end(&mut rest).await;
    let online: Vec<Text> = server.online_users().await;
    assert_eq!(online, [Text::from("bob")]);
    // The longest that may be, of a code that nobody knows.
    let mut frame = (8 * 1024_u32).to_le_bytes().to_vec();
    frame.extend(60_000_u32.to_le_bytes());
    frame.resize(4 + 8 * 1024, 0);
    frame.extend(b"\x0B\0\0\0\x07\0\0\0\x03\0\0\0bob");
    bob.write_all(&frame).await.expect("open");
    read_until(&mut bob, b"\x03\0\0\0bob\x02\0\0\0\0").await;
}

#[tokio::test]
async fn who_is_kicked_is_closed_and_may_come_back() {
    let server = super::server().await;
    let mut ada = log_in_by_hand(&server, "ada").await;
    assert_eq!(server.kick("ada").await, Ok(()));
    let mut rest = Vec::new();
    ada.read_to_end(&mut rest).await.expect("an end");
    assert!(server.online_users().await.is_empty());
    let offline = Err(ServerError::NotOnline("ada".into()));
    assert_eq!(server.kick("ada").await, offline);
    log_in_by_hand(&server, "ada").await;
}

#[tokio::test]
async fn who_does_not_read_is_sent_away_and_keeps_nobody_waiting() {
    let server = super::server().await;
    let mut events = server.events();
    let deaf = log_in_by_hand(&server, "deaf").await;
    let mut ada = log_in_by_hand(&server, "ada").await;
    let text = "x".repeat(100_000);
    let (mut sent, mut is_there) = (0, true);
    while is_there {
        sent += 1;
        assert!(sent < 1000, "a hundred megabytes wait for somebody");
        let announce = ServerCommand::Announce(text.as_str().into());
        assert_eq!(server.command(announce).await, Ok(()));
        while let Ok(event) = events.try_recv() {
            is_there &= event != ServerEvent::LoggedOut("deaf".into());
        }
        // The other one gets each of them at once.
        let head = [text.len() + 8, 66, text.len()].map(|number| {
            let number = u32::try_from(number).expect("a short text");
            number.to_le_bytes()
        });
        if sent == 1 {
            read_until(&mut ada, &head.concat()).await;
        } else {
            let mut found = [0; 12];
            ada.read_exact(&mut found).await.expect("an announcement");
            assert_eq!(found[..], head.concat());
        }
        let mut found = vec![0; text.len()];
        ada.read_exact(&mut found).await.expect("an announcement");
    }
    assert_eq!(server.online_users().await, [Text::from("ada")]);
    drop(deaf);
}
