//! `spec/guide/connections.md`

use std::net::Ipv4Addr;

use slsk_wire::init::{ConnectionKind, InitMessage, PeerInit};
use slsk_wire::server::{
    CantConnectToPeer, GetPeerAddressResponse, IncomingCantConnectToPeer, IncomingConnectToPeer,
    IncomingTunneledMessage, ObfuscationType, TunneledMessage,
};

use super::{bytes, read, read_some, refuse, unframe, written};

const HOST: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 11);

#[test]
fn d4_the_obfuscated_port_of_an_address_has_two_bytes() {
    let start = "05000000 'alice' 0b00007f ba080000";
    let whole: GetPeerAddressResponse = read(3, &format!("{start} 01000000 bb08"));
    assert_eq!((whole.ip, whole.port), (HOST, 2234));
    assert_eq!(whole.obfuscation_type, Some(ObfuscationType::Rotated));
    assert_eq!(whole.obfuscated_port, Some(2235));
    let old: GetPeerAddressResponse = read(3, start);
    assert_eq!((old.obfuscation_type, old.obfuscated_port), (None, None));
    let half: GetPeerAddressResponse = read(3, &format!("{start} 00000000"));
    assert_eq!(half.obfuscated_port, None);
    // Two bytes more would be behind the message.
    let (long, left) =
        read_some::<GetPeerAddressResponse>(3, &format!("{start} 01000000 bb080000"));
    assert_eq!((long, &left[..]), (whole, &[0, 0][..]));
}

#[test]
fn d5_the_obfuscated_port_of_a_wish_to_connect_has_four_bytes() {
    let start = "05000000 'alice' 01000000 'P' 0b00007f ba080000 2a000000 00";
    let whole: IncomingConnectToPeer = read(18, &format!("{start} 01000000 bb080000"));
    assert_eq!((whole.ip, whole.port, whole.token), (HOST, 2234, 42));
    assert_eq!(whole.kind, ConnectionKind::Peer);
    assert_eq!(whole.obfuscated_port, Some(2235));
    let old: IncomingConnectToPeer = read(18, start);
    assert_eq!((old.obfuscation_type, old.obfuscated_port), (None, None));
    let short = refuse::<IncomingConnectToPeer>(18, &format!("{start} 01000000 bb08"));
    assert_eq!(short.path.to_string(), "obfuscated_port");
}

#[test]
fn d18_a_tunneled_message_has_its_code_first_when_it_arrives() {
    let sent: TunneledMessage = read(68, "05000000 'alice' 2a000000 0f000000 02000000 'hi'");
    assert_eq!((sent.token, sent.code), (42, 15));
    let body = "05000000 'alice' 0f000000 2a000000 0b00007f ba080000 02000000 'hi'";
    let arrived: IncomingTunneledMessage = read(68, body);
    assert_eq!((arrived.code, arrived.token), (15, 42));
    assert_eq!((arrived.ip, arrived.port), (HOST, 2234));
    assert_eq!(arrived.message, "hi");
}

#[test]
fn d30_a_failure_to_connect_may_come_with_a_name() {
    let short: IncomingCantConnectToPeer = read(1001, "2a000000");
    assert_eq!((short.token, short.username), (42, None));
    let empty: IncomingCantConnectToPeer = read(1001, "2a000000 00000000");
    assert_eq!(empty.username, Some("".into()));
    let long: IncomingCantConnectToPeer = read(1001, "2a000000 05000000 'alice'");
    assert_eq!(long.username, Some("alice".into()));
    // To the server it always has one.
    let sent: CantConnectToPeer = read(1001, "2a000000 05000000 'alice'");
    assert_eq!(sent.username, "alice");
    refuse::<CantConnectToPeer>(1001, "2a000000");
}

#[test]
fn d32_a_peer_init_has_a_token_of_no_four_or_eight_bytes() {
    let start = "05000000 'alice' 01000000 'F'";
    let tokens = |tail: &str| {
        let (init, left) = read_some::<PeerInit>(1, &format!("{start} {tail}"));
        assert_eq!(
            (&*init.username.to_str(), init.kind),
            ("alice", ConnectionKind::File)
        );
        (init.token, init.second_token, left.len())
    };
    assert_eq!(tokens(""), (None, None, 0));
    assert_eq!(tokens("2a000000"), (Some(42), None, 0));
    assert_eq!(tokens("2c010000 2a000000"), (Some(300), Some(42), 0));
    assert_eq!(tokens("2a0000"), (None, None, 3));
    assert_eq!(tokens("2a000000 0000"), (Some(42), None, 2));
    assert_eq!(tokens("2a000000 00000000 00"), (Some(42), Some(0), 1));

    let ours = PeerInit::new("alice", ConnectionKind::File);
    assert_eq!(written(1, &ours), bytes(&format!("{start} 00000000")));
    let frame = format!("13000000 01 {start} 00000000");
    assert_eq!(unframe::<InitMessage>(&frame), ours.into());
}
