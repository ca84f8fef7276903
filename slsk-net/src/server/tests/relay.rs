//! How users find each other.

use std::net::Ipv4Addr;

use slsk_wire::init::ConnectionKind;
use slsk_wire::server::{
    CantConnectToPeer, ConnectToPeer, GetPeerAddressRequest, GetPeerAddressResponse,
    IncomingCantConnectToPeer, IncomingConnectToPeer, ObfuscationType, PlaceInLineRequest,
    PlaceInLineResponse, SendConnectToken,
};

use super::*;

/// What goes to one other user.
#[test]
fn who_wants_too_many_connections_is_not_passed_on() {
    let mut hall = Hall::limited(ServerLimits {
        relays: 3,
        ..ServerLimits::default()
    });
    let [ada, bob] = hall.users(["ada", "bob"]);
    let passed_on = |hall: &mut Hall| {
        for token in 0..9 {
            hall.ask(
                ada,
                ConnectToPeer {
                    token,
                    username: "bob".into(),
                    kind: ConnectionKind::Peer,
                },
            );
        }
        hall.heard(bob).len()
    };
    assert_eq!(passed_on(&mut hall), 3);
    hall.wait(Duration::from_secs(10));
    assert_eq!(passed_on(&mut hall), 3);
}

fn obfuscated() -> SetListenPort {
    SetListenPort {
        obfuscation_type: Some(ObfuscationType::Rotated),
        obfuscated_port: Some(2235),
        ..SetListenPort::new(2234)
    }
}

fn address(hall: &mut Hall, asker: ConnId, name: &str) -> GetPeerAddressResponse {
    let username = name.into();
    hall.ask(asker, GetPeerAddressRequest { username });
    match hall.answer(asker) {
        ServerResponse::GetPeerAddress(address) => address,
        other => panic!("another answer: {other:?}"),
    }
}

#[test]
fn an_address_has_both_ports() {
    let mut hall = Hall::new(ServerConfig::default());
    let [ada, bob] = hall.users(["ada", "bob"]);
    let found = address(&mut hall, ada, "bob");
    assert_eq!((found.port, found.ip), (2234, hall.ip(bob)));
    assert_eq!(found.obfuscation_type, Some(ObfuscationType::Plain));
    assert_eq!(found.obfuscated_port, Some(0));

    hall.ask(bob, obfuscated());
    let found = address(&mut hall, ada, "bob");
    assert_eq!(found.obfuscation_type, Some(ObfuscationType::Rotated));
    assert_eq!(found.obfuscated_port, Some(2235));

    // The short form takes it back.
    hall.ask(bob, SetListenPort::new(7));
    let found = address(&mut hall, ada, "bob");
    assert_eq!((found.port, found.obfuscated_port), (7, Some(0)));
}

#[test]
fn who_is_not_there_has_no_address() {
    let mut hall = Hall::new(ServerConfig::default());
    let ada = hall.user("ada");
    let found = address(&mut hall, ada, "nobody");
    assert_eq!((found.ip, found.port), (Ipv4Addr::UNSPECIFIED, 0));
    // A port that is none is not told.
    let port = 70_000;
    hall.ask(
        ada,
        SetListenPort {
            port,
            ..SetListenPort::new(1)
        },
    );
    assert_eq!(address(&mut hall, ada, "ada").port, 0);
}

#[test]
fn a_wish_for_a_connection_arrives_with_the_address_of_its_user() {
    let mut hall = Hall::new(ServerConfig::default());
    let [ada, bob] = hall.users(["ada", "bob"]);
    hall.ask(ada, obfuscated());
    hall.ask(
        ada,
        ConnectToPeer {
            token: 9,
            username: "bob".into(),
            kind: ConnectionKind::File,
        },
    );
    let expected = IncomingConnectToPeer {
        username: "ada".into(),
        kind: ConnectionKind::File,
        ip: hall.ip(ada),
        port: 2234,
        token: 9,
        privileged: false,
        obfuscation_type: Some(ObfuscationType::Rotated),
        obfuscated_port: Some(2235),
    };
    assert_eq!(hall.answer(bob), expected.into());
    assert_eq!(hall.heard(ada), []);
}

#[test]
fn a_wish_for_nobody_fails_at_once() {
    let mut hall = Hall::new(ServerConfig::default());
    let ada = hall.user("ada");
    hall.ask(
        ada,
        ConnectToPeer {
            token: 9,
            username: "bob".into(),
            kind: ConnectionKind::Peer,
        },
    );
    let failure = IncomingCantConnectToPeer {
        token: 9,
        username: None,
    };
    assert_eq!(hall.answer(ada), failure.into());
}

#[test]
fn a_failure_arrives() {
    let mut hall = Hall::new(ServerConfig::default());
    let [ada, bob] = hall.users(["ada", "bob"]);
    for (username, heard) in [("ada", 1), ("nobody", 0)] {
        let username = username.into();
        hall.ask(bob, CantConnectToPeer { token: 9, username });
        assert_eq!(hall.heard(ada).len(), heard);
        assert_eq!(hall.heard(bob), []);
    }
}

#[test]
fn what_only_old_clients_send_arrives_with_the_name_of_its_sender() {
    let mut hall = Hall::new(ServerConfig::default());
    let [ada, bob] = hall.users(["ada", "bob"]);
    let (to, from) = (|| "bob".into(), || "ada".into());
    let token = 3;
    hall.ask(
        ada,
        SendConnectToken {
            username: to(),
            token,
        },
    );
    hall.ask(
        ada,
        PlaceInLineRequest {
            username: to(),
            token,
        },
    );
    let place = 5;
    hall.ask(
        ada,
        PlaceInLineResponse {
            username: to(),
            token,
            place,
        },
    );
    let expected = [
        SendConnectToken {
            username: from(),
            token,
        }
        .into(),
        PlaceInLineRequest {
            username: from(),
            token,
        }
        .into(),
        PlaceInLineResponse {
            username: from(),
            token,
            place,
        }
        .into(),
    ];
    assert_eq!(hall.heard(bob), expected);
}
