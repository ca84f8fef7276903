//! Messages that the owner sends by hand.

use slsk_net::machine::{Packet, SendError};
use slsk_net::{Client, ClientOptions, LinkKind, Tap, TapFilter};
use slsk_wire::peer::{PeerMessage, PlaceInQueueRequest};
use slsk_wire::server::{ConnectToPeer, ServerRequest, SetListenPort};
use slsk_wire::{AnyMessage, Unknown};
use tokio::sync::mpsc;

use super::peer::{HandMadeServer, read_until};
use super::{log_in, server};

#[tokio::test]
async fn any_frame_reaches_the_server() {
    let server = HandMadeServer::bind().await;
    let (client, mut stream) = server.log_in(ClientOptions::new(server.address())).await;
    let unknown = Unknown {
        code: 9999,
        payload: bytes::Bytes::from_static(b"as it is"),
    };
    let sent = client.send_to_server(ServerRequest::Unknown(unknown)).await;
    assert_eq!(sent, Ok(()));
    read_until(&mut stream, b"\x0C\0\0\0\x0F\x27\0\0as it is").await;
    let token = 0x0102_0304;
    let wanted = ConnectToPeer {
        token,
        username: "bob".into(),
        kind: slsk_wire::init::ConnectionKind::Peer,
    };
    assert_eq!(client.send_to_server(wanted).await, Ok(()));
    read_until(&mut stream, b"\x12\0\0\0\x04\x03\x02\x01\x03\0\0\0bob").await;
    // A port without the type that would announce it.
    let contradiction = SetListenPort {
        obfuscated_port: Some(1),
        ..SetListenPort::new(2)
    };
    match client.send_to_server(contradiction).await {
        Err(SendError::Invalid(_)) => {}
        other => panic!("{other:?}"),
    }
    client.stop().await;
    let sent = client.send_to_server(slsk_wire::server::PingRequest).await;
    assert_eq!(sent, Err(SendError::Stopped));
}

#[tokio::test]
async fn nothing_is_sent_without_a_session() {
    let server = server().await;
    let client = Client::connect(ClientOptions::new(server.address())).await;
    let client = client.expect("a connection");
    let filename = slsk_wire::Text::from("x");
    let question = PlaceInQueueRequest { filename };
    let sent = client.send_to_server(slsk_wire::server::PingRequest).await;
    assert_eq!(sent, Err(SendError::NotLoggedIn));
    let sent = client.send_to_peer("bob", question.clone()).await;
    assert_eq!(sent, Err(SendError::NotLoggedIn));
    client.login("ada", "pw").await.expect("a login");
    match client.send_to_peer("bob", question).await {
        Err(SendError::Unreachable { .. }) => {}
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn any_message_reaches_a_user_and_a_tap_knows_who_has_sent_it() {
    let server = server().await;
    let (sender, mut seen) = mpsc::unbounded_channel();
    let filter = TapFilter::default().incoming().only_kinds([LinkKind::Peer]);
    let tap = Tap::filtered(filter, move |tapped| {
        let user = tapped.user.map(|user| user.to_str().into_owned());
        // The test may be over.
        let _ = sender.send((user, tapped.packet.clone()));
    });
    let options = ClientOptions {
        tap: Some(tap),
        ..ClientOptions::new(server.address())
    };
    let receiver = Client::connect(options).await.expect("a connection");
    receiver.login("receiver", "pw").await.expect("a login");
    let client = log_in(&server, "sender").await;
    for code in [7777, 7778] {
        let payload = bytes::Bytes::from_static(b"as it is");
        let message = PeerMessage::Unknown(Unknown { code, payload });
        let sent = client.send_to_peer("receiver", message.clone()).await;
        assert_eq!(sent, Ok(()));
        let (user, packet) = seen.recv().await.expect("a message");
        assert_eq!(user.as_deref(), Some("sender"));
        assert_eq!(packet, Packet::Message(AnyMessage::PeerMessage(message)));
    }
}
