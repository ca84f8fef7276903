//! What a tap sees.

use std::sync::{Arc, Mutex};

use slsk_net::{Client, ClientOptions, Tap};
use slsk_wire::FamilyId;

use super::server;

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
