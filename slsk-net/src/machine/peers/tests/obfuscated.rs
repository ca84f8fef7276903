//! Obfuscated ports.

use slsk_wire::server::{IncomingConnectToPeer, ObfuscationType};

use super::*;

fn bench(obfuscation: Obfuscation) -> Bench {
    Bench::with(ClientConfig {
        obfuscation,
        ..ClientConfig::default()
    })
}

fn tell(bench: &mut Bench, port: u32, kind: ObfuscationType) {
    let answer = GetPeerAddressResponse {
        username: "ada".into(),
        ip: HERE.into(),
        port,
        obfuscation_type: Some(kind),
        obfuscated_port: Some(2235),
    };
    bench.peers.address(&answer, &mut bench.out);
}

fn route(port: u16, obfuscated: bool) -> Route {
    Route {
        address: (HERE, port).into(),
        obfuscated,
    }
}

#[test]
fn the_port_is_taken_that_the_owner_prefers() {
    use Obfuscation::{Accept, Off, Prefer};
    use ObfuscationType::{Other, Plain, Rotated};

    for (obfuscation, port, kind, expected) in [
        (Off, 2234, Rotated, Some(route(2234, false))),
        (Accept, 2234, Rotated, Some(route(2234, false))),
        (Prefer, 2234, Rotated, Some(route(2235, true))),
        (Prefer, 2234, Plain, Some(route(2234, false))),
        (Prefer, 2234, Other(2), Some(route(2234, false))),
        (Off, 0, Rotated, None),
        (Accept, 0, Rotated, Some(route(2235, true))),
        (Prefer, 0, Rotated, Some(route(2235, true))),
        (Prefer, 0, Plain, None),
    ] {
        let mut bench = bench(obfuscation);
        bench.wish("ada", question(1));
        tell(&mut bench, port, kind.clone());
        let dialled = bench.dials().first().map(|(_, route)| *route);
        assert_eq!(dialled, expected, "{obfuscation:?} {port} {kind:?}");
    }
}

#[test]
fn the_plain_port_is_next_when_the_obfuscated_one_fails() {
    let mut bench = bench(Obfuscation::Prefer);
    bench.wish("ada", question(1));
    tell(&mut bench, 2234, ObfuscationType::Rotated);
    let (dial, _) = bench.dials()[0];
    bench.lost(dial);
    let (dial, second) = bench.dials()[0];
    assert_eq!(second, route(2234, false));
    bench.connected(dial);
    assert!(bench.did().contains(&Did::Sent(dial, question(1).into())));
    bench.assert_nothing_leaks();
}

#[test]
fn messages_stay_obfuscated_and_the_rest_turns_plain_behind_the_init_frame() {
    let mut bench = bench(Obfuscation::Prefer);
    bench.wish("ada", question(1));
    bench.peers.open_file(&"ada".into(), 5, &mut bench.out);
    tell(&mut bench, 2234, ObfuscationType::Rotated);
    let dials = bench.dials();
    assert!(dials.iter().all(|(_, route)| route.obfuscated));
    for (dial, _) in dials {
        bench.connected(dial);
    }
    let did = bench.did();
    let revealed: Vec<usize> = (0..did.len())
        .filter(|at| matches!(did[*at], Did::Revealed(_)))
        .collect();
    let [at] = revealed[..] else {
        panic!("{did:?}");
    };
    let Did::Revealed(conn) = did[at] else {
        panic!("just seen")
    };
    let ticket = slsk_wire::file::FileTicket { token: 5 };
    let file = init("me", ConnectionKind::File);
    assert_eq!(did[at - 1], Did::Sent(conn, file.into()));
    assert_eq!(did[at + 1], Did::Sent(conn, Packet::Ticket(ticket)));
}

#[test]
fn so_do_connections_to_our_obfuscated_port() {
    let mut bench = Bench::new();
    for (kind, turns_plain) in [
        (ConnectionKind::Peer, false),
        (ConnectionKind::File, true),
        (ConnectionKind::Distributed, true),
    ] {
        let conn = bench.accept_obfuscated(HERE, true);
        bench.receive(conn, init("ada", kind.clone()));
        bench.tell("ada", HERE, 2234);
        let revealed = bench.did().contains(&Did::Revealed(conn));
        assert_eq!(revealed, turns_plain, "{kind:?}");
        let plain = bench.come(HERE, init("bob", kind));
        assert!(!bench.did().contains(&Did::Revealed(plain)));
    }
    bench.peers.open_file(&"eve".into(), 5, &mut bench.out);
    let token = bench.asked_token().expect("a token");
    let conn = bench.accept_obfuscated(HERE, true);
    bench.receive(conn, pierce(token));
    assert!(bench.did().contains(&Did::Revealed(conn)));
}

#[test]
fn who_asks_is_connected_to_on_his_obfuscated_port_where_that_is_preferred() {
    for (obfuscation, expected) in [
        (Obfuscation::Accept, route(2234, false)),
        (Obfuscation::Prefer, route(2235, true)),
    ] {
        let mut bench = bench(obfuscation);
        let wish = IncomingConnectToPeer {
            username: "ada".into(),
            kind: ConnectionKind::File,
            ip: HERE.into(),
            port: 2234,
            token: 77,
            privileged: false,
            obfuscation_type: Some(ObfuscationType::Rotated),
            obfuscated_port: Some(2235),
        };
        bench.peers.invited(&wish, &mut bench.out);
        let (conn, first) = bench.dials()[0];
        assert_eq!(first, expected);
        if expected.obfuscated {
            bench.lost(conn);
            let (conn, second) = bench.dials()[0];
            assert_eq!(second, route(2234, false));
            bench.lost(conn);
        } else {
            bench.lost(conn);
        }
        assert_eq!(bench.did(), [Did::ToldFailure(77, "ada".into())]);
        bench.assert_nothing_leaks();
    }
}
