//! What a tap sees.

use std::sync::{Arc, Mutex};

use slsk_net::machine::Packet;
use slsk_net::{Client, ClientOptions, LinkKind, Tap, TapFilter};
use slsk_wire::peer::{PeerMessage, QueueUpload};
use slsk_wire::{FamilyId, Frame};
use tokio::sync::mpsc;

use super::peer::Peer;
use super::server;

/// Whether a message went out, its family and its name.
type Seen = Vec<(bool, FamilyId, &'static str)>;

#[tokio::test]
async fn a_tap_sees_every_message_both_ways() {
    let server = server().await;
    let seen: Arc<Mutex<Seen>> = Arc::default();
    let sink = Arc::clone(&seen);
    let tap = Tap::new(move |tapped| {
        if let Packet::Message(message) = tapped.packet {
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

/// A frame that is not what its code promises ends the connection; a tap sees it nevertheless.
#[tokio::test]
async fn a_tap_sees_nonsense_and_what_is_wrong_with_it() {
    let server = server().await;
    let (sender, mut seen) = mpsc::unbounded_channel();
    let filter = TapFilter::default().incoming().only_kinds([LinkKind::Peer]);
    let tap = Tap::filtered(filter, move |tapped| {
        let error = tapped.error.map(|error| error.kind.name());
        // The test may be over.
        let _ = sender.send((tapped.packet.clone(), error));
    });
    let options = ClientOptions {
        tap: Some(tap),
        ..ClientOptions::new(server.address())
    };
    let client = Client::connect(options).await.expect("a connection");
    client.login("name", "pw").await.expect("a login");
    let mut peer = Peer::connect(&client, "somebody").await;
    let filename = "wanted".into();
    peer.send(&PeerMessage::from(QueueUpload { filename }))
        .await;
    // A file name that is longer than its frame.
    let nonsense = [8, 0, 0, 0, 43, 0, 0, 0, 9, 0, 0, 0];
    peer.write(&nonsense).await.expect("open");
    let (packet, error) = seen.recv().await.expect("a message");
    assert_eq!((packet.name(), error), ("QueueUpload", None));
    let (packet, error) = seen.recv().await.expect("a frame");
    let body = bytes::Bytes::from_static(&[9, 0, 0, 0]);
    let frame = Frame { code: 43, body };
    assert_eq!(packet, Packet::Frame(FamilyId::Peer, frame));
    assert!(error.is_some());
}

/// Collects what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic").extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// On one thread, so that the log of this test has nothing of others.
#[tokio::test]
async fn a_log_tells_connections_apart_and_tells_no_password() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing_subscriber::util::SubscriberInitExt::set_default(subscriber);
    let server = server().await;
    let client = Client::connect(ClientOptions::new(server.address())).await;
    let client = client.expect("a connection");
    client.login("ada", "lovelace!").await.expect("a login");
    client.stop().await;
    server.stop().await;
    drop(guard);
    let log = String::from_utf8(log.0.lock().expect("no panic").clone()).expect("text");
    let span = format!(
        "connection{{remote={} ours=true kind=\"server\"}}",
        server.address()
    );
    for expected in [
        &span,
        "sent name=\"LoginRequest\"",
        "received name=\"LoginResponse\"",
    ] {
        assert!(log.contains(expected), "{expected} is not in\n{log}");
    }
    // The password, its MD5, and that of name and password.
    for secret in ["lovelace", "59bba64f73c0", "af275e7d2fa2"] {
        assert!(!log.contains(secret), "{log}");
    }
}
