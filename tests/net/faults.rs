//! Faults on purpose, each on a real connection to a server.

use slsk_net::faults::{Faults, Lane};
use slsk_net::machine::{LoginError, SessionError};
use slsk_net::server::{Server, ServerOptions};
use slsk_net::{Client, ClientOptions};
use slsk_wire::Family;
use slsk_wire::server::{GetUserStatusRequest, LoginRequest, ServerRequest};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn server(faults: Faults) -> Server {
    let options = ServerOptions {
        faults: Some(faults.into()),
        ..ServerOptions::default()
    };
    let address = "127.0.0.1:0".parse().expect("an address");
    Server::start(address, options).await.expect("a free port")
}

fn sending(sent: Lane) -> Faults {
    Faults {
        sent,
        ..Faults::none()
    }
}

/// Whom nobody knows.
const END: &str = "the end";

/// A login, and a question behind it.
fn login() -> Vec<u8> {
    let username = END.into();
    let requests = [
        ServerRequest::from(LoginRequest::new("ada", "pw", 177, 1)),
        GetUserStatusRequest { username }.into(),
    ];
    let frames = requests.map(|request| request.to_frame().expect("a frame"));
    frames.concat()
}

/// What the server says to a login, until it closes or has said so much.
async fn said(faults: Faults, most: usize) -> Vec<u8> {
    let server = server(faults).await;
    let stream = TcpStream::connect(server.address()).await;
    let mut stream = stream.expect("a server");
    // A server that cuts the connection may do so meanwhile.
    let _ = stream.write_all(&login()).await;
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    while bytes.len() < most {
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => break,
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
        }
    }
    server.stop().await;
    bytes
}

/// The frames that a server without faults says to a login, the last one being the answer to a question behind it.
async fn right() -> Vec<Vec<u8>> {
    let server = server(Faults::none()).await;
    let stream = TcpStream::connect(server.address()).await;
    let mut stream = stream.expect("a server");
    stream.write_all(&login()).await.expect("open");
    let mut frames = Vec::new();
    while !frames.last().is_some_and(|frame: &Vec<u8>| ends(frame)) {
        let length = stream.read_u32_le().await.expect("an answer");
        let mut frame = vec![0; 4 + length as usize];
        frame[..4].copy_from_slice(&length.to_le_bytes());
        stream.read_exact(&mut frame[4..]).await.expect("an answer");
        frames.push(frame);
    }
    frames
}

/// Whether it is the answer to the question of [`login`].
fn ends(frame: &[u8]) -> bool {
    frame
        .windows(END.len())
        .any(|window| window == END.as_bytes())
}

#[tokio::test]
async fn a_connection_is_closed_at_once() {
    let close = Faults {
        close: true,
        ..Faults::none()
    };
    assert!(said(close, 1).await.is_empty());
    let server = server(close).await;
    let client = Client::connect(ClientOptions::new(server.address())).await;
    // The connection was there, and perhaps it is still thought to be.
    if let Ok(client) = client {
        match client.login("ada", "pw").await {
            Err(LoginError::Session(SessionError::Lost(_)) | LoginError::NotConnected) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_connection_is_cut_behind_a_byte() {
    let right = right().await.concat();
    for count in [1, 53, 54, 55, 100] {
        let sent = Lane {
            cut_after: Some(count),
            ..Lane::default()
        };
        let bytes = said(sending(sent), right.len()).await;
        assert_eq!(bytes, right[..usize::try_from(count).expect("small")]);
    }
    // One byte of the login is missing, so there is no answer.
    let question = 4 + 4 + 4 + END.len();
    let received = Lane {
        cut_after: Some((login().len() - question) as u64 - 1),
        ..Lane::default()
    };
    let faults = Faults {
        received,
        ..Faults::none()
    };
    assert!(said(faults, 1).await.is_empty());
}

#[tokio::test]
async fn frames_change_places() {
    let right = right().await;
    let sent = Lane {
        reorder: 1.0,
        ..Lane::default()
    };
    let bytes = said(sending(sent), right.concat().len()).await;
    // The last one has nobody to change places with where the number is odd.
    let pairs = right.chunks(2).flat_map(|pair| pair.iter().rev());
    let expected: Vec<u8> = pairs.flatten().copied().collect();
    assert_eq!(bytes, expected);
}

#[tokio::test]
async fn every_byte_has_one_bit_turned() {
    let right = right().await.concat();
    let corrupt = Lane {
        corrupt: 1.0,
        ..Lane::default()
    };
    let bytes = said(sending(corrupt), right.len()).await;
    assert_eq!(bytes.len(), right.len());
    for (wrong, right) in bytes.iter().zip(&right) {
        assert_eq!((wrong ^ right).count_ones(), 1);
    }
    // The same seed, the same bits.
    assert_eq!(said(sending(corrupt), right.len()).await, bytes);
    let other = Faults {
        seed: 1,
        ..sending(corrupt)
    };
    assert_ne!(said(other, right.len()).await, bytes);
    // A login with a wrong bit in each byte is none.
    let faults = Faults {
        received: corrupt,
        ..Faults::none()
    };
    assert!(said(faults, 1).await.is_empty());
}

#[tokio::test]
async fn every_frame_has_one_wrong_count() {
    let right = right().await;
    let sent = Lane {
        wrong_count: 1.0,
        ..Lane::default()
    };
    let bytes = said(sending(sent), right.concat().len()).await;
    let mut start = 0;
    for frame in right {
        let wrong = &bytes[start..start + frame.len()];
        let mut differing = frame.iter().zip(wrong).enumerate();
        let first = differing.find(|(_, (right, wrong))| right != wrong);
        let (first, _) = first.expect("a wrong count");
        let last = differing.rfind(|(_, (right, wrong))| right != wrong);
        assert!(last.is_none_or(|(last, _)| last < first + 4));
        start += frame.len();
    }
}

/// Late bytes are bytes all the same.
#[tokio::test(start_paused = true)]
async fn what_is_late_arrives() {
    let late = Lane {
        delay: std::time::Duration::from_secs(5),
        ..Lane::default()
    };
    let faults = Faults {
        sent: late,
        received: late,
        ..Faults::none()
    };
    let before = tokio::time::Instant::now();
    let server = server(faults).await;
    let client = Client::connect(ClientOptions::new(server.address())).await;
    let client = client.expect("a server");
    client.login("ada", "pw").await.expect("a login");
    assert!(before.elapsed() > std::time::Duration::from_millis(100));
}
