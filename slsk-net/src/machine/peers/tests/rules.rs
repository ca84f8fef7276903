//! Rules 1 to 5, 10 and 11; the others have files of their own.

use super::*;

fn here(obfuscated: bool, port: u16) -> Route {
    Route {
        address: (HERE, port).into(),
        obfuscated,
    }
}

#[test]
fn both_ways_are_tried_at_once_and_the_direct_one_may_win() {
    let mut bench = Bench::new();
    bench.send("ada", question(1));
    bench.send("ada", question(2));
    let token = match &bench.did()[..] {
        [
            Did::AskedToConnect(token, to, ConnectionKind::Peer),
            Did::AskedAddress(of),
        ] if to == of && *of == "ada" => *token,
        other => panic!("{other:?}"),
    };
    bench.tell("ada", HERE, 2234);
    let (conn, route) = bench.dials()[0];
    assert_eq!(route, here(false, 2234));
    bench.connected(conn);
    let expected = [
        Did::Sent(conn, init("me", ConnectionKind::Peer).into()),
        Did::Expected(conn, Expect::Messages(FamilyId::Peer)),
        Did::Expected(conn, Expect::Messages(FamilyId::Peer)),
        Did::Sent(conn, question(1).into()),
        Did::Sent(conn, question(2).into()),
    ];
    assert_eq!(bench.did(), expected);
    // News of the other way changes nothing.
    bench.cant_connect(token);
    assert_eq!(bench.did(), []);
    bench.assert_nothing_leaks();
}

#[test]
fn the_indirect_way_may_win_and_the_dial_is_cancelled() {
    let mut bench = Bench::new();
    let token = bench.wish("ada", question(1));
    bench.tell("ada", HERE, 2234);
    let (dial, _) = bench.dials()[0];
    let conn = bench.come(ELSEWHERE, pierce(token));
    let did = bench.did();
    assert!(did.contains(&Did::Closed(dial)), "{did:?}");
    assert!(
        did.contains(&Did::Sent(conn, question(1).into())),
        "{did:?}"
    );
    // No init frame went anywhere.
    let is_init = |did: &Did| matches!(did, Did::Sent(_, packet) if packet.family() == Some(FamilyId::PeerInit));
    assert!(!did.iter().any(is_init));
    bench.assert_nothing_leaks();
}

#[test]
fn when_both_ways_fail_there_is_one_error() {
    let mut bench = Bench::new();
    let token = bench.wish("ada", question(1));
    bench.send("ada", question(2));
    bench.tell("ada", HERE, 2234);
    let (dial, _) = bench.dials()[0];
    bench.lost(dial);
    assert_eq!(bench.did(), []);
    bench.cant_connect(token);
    let reason = "refused, and he can't connect to us".to_owned();
    assert_eq!(bench.did(), [Did::Unreachable("ada".into(), reason)]);
    bench.assert_nothing_leaks();
}

#[test]
fn each_way_has_its_time() {
    let mut bench = Bench::new();
    bench.wish("ada", question(1));
    bench.tell("ada", HERE, 2234);
    let (dial, _) = bench.dials()[0];
    assert_eq!(bench.wait(seconds(9)), []);
    assert_eq!(bench.wait(seconds(1)), [Did::Closed(dial)]);
    assert_eq!(bench.wait(seconds(9)), []);
    let reason = "he does not answer, and he does not connect to us".to_owned();
    let unreachable = Did::Unreachable("ada".into(), reason);
    assert_eq!(bench.wait(seconds(1)), [unreachable]);
    bench.assert_nothing_leaks();
}

#[test]
fn a_server_that_does_not_tell_an_address_leaves_the_indirect_way() {
    let mut bench = Bench::new();
    let token = bench.wish("ada", question(1));
    assert_eq!(bench.wait(seconds(11)), []);
    let conn = bench.come(HERE, pierce(token));
    assert!(bench.did().contains(&Did::Sent(conn, question(1).into())));
}

#[test]
fn a_known_address_is_not_asked_for_until_the_user_is_gone_or_half_an_hour_has_passed() {
    let mut bench = Bench::new();
    let asks = |bench: &mut Bench| {
        bench.send("ada", question(1));
        let did = bench.did();
        let asks = did.contains(&Did::AskedAddress("ada".into()));
        bench.tell("ada", HERE, 2234);
        let more = bench.did();
        let dialled = did.into_iter().chain(more).find_map(|did| match did {
            Did::Dialled(conn, _) => Some(conn),
            _ => None,
        });
        bench.connected(dialled.expect("a dial"));
        bench.wait(Duration::from_mins(2));
        asks
    };
    assert!(asks(&mut bench));
    assert!(!asks(&mut bench));
    bench.wait(Duration::from_mins(30));
    assert!(asks(&mut bench));
    bench.peers.user_offline(&"ada".into());
    assert!(asks(&mut bench));
}

#[test]
fn a_remembered_address_that_is_wrong_by_now_is_asked_for_again() {
    let mut bench = Bench::new();
    bench.open("ada");
    bench.wait(Duration::from_mins(2));
    bench.send("ada", question(1));
    let (dial, _) = bench.dials()[0];
    bench.lost(dial);
    assert_eq!(bench.did(), [Did::AskedAddress("ada".into())]);
    bench.tell("ada", ELSEWHERE, 2235);
    assert_eq!(bench.dials()[0].1, Route::plain((ELSEWHERE, 2235).into()));
}

#[test]
fn rule_1_a_user_who_is_not_online_is_an_error_at_once() {
    let mut bench = Bench::new();
    bench.wish("ada", question(1));
    bench.peers.open_file(&"ada".into(), 5, &mut bench.out);
    bench.did();
    bench.tell("ada", [0; 4], 0);
    let reason = || "he is not online".to_owned();
    let mut did = bench.did();
    did.sort_by_key(|did| matches!(did, Did::FileUnreachable(..)));
    let expected = [
        Did::Unreachable("ada".into(), reason()),
        Did::FileUnreachable("ada".into(), 5, reason()),
    ];
    assert_eq!(did, expected);
    bench.assert_nothing_leaks();
}

#[test]
fn rule_1_without_a_port_there_is_the_indirect_way_only() {
    let mut bench = Bench::new();
    let token = bench.wish("ada", question(1));
    bench.tell("ada", HERE, 0);
    assert_eq!(bench.did(), []);
    let conn = bench.come(HERE, pierce(token));
    assert!(bench.did().contains(&Did::Sent(conn, question(1).into())));
    // Later he may have said it.
    bench.wait(Duration::from_mins(2));
    bench.send("ada", question(2));
    assert!(bench.did().contains(&Did::AskedAddress("ada".into())));
}

#[test]
fn rule_2_who_asks_is_connected_to_with_his_token() {
    let mut bench = Bench::new();
    bench.invite("ada", ConnectionKind::Peer, 77);
    let (conn, route) = bench.dials()[0];
    assert_eq!(route, here(false, 2234));
    bench.connected(conn);
    let did = bench.did();
    assert_eq!(did[0], Did::Sent(conn, pierce(77).into()));
    // It is his: what is said to him goes there, and what he says counts.
    bench.send("ada", question(1));
    assert_eq!(bench.did(), [Did::Sent(conn, question(1).into())]);
    bench.receive(conn, claim());
    assert_eq!(bench.received(), [claim()]);
    bench.assert_nothing_leaks();
}

#[test]
fn rule_2_nothing_is_made_twice_but_connections_for_files() {
    let mut bench = Bench::new();
    bench.invite("ada", ConnectionKind::Peer, 1);
    assert_eq!(bench.dials().len(), 1);
    bench.invite("ada", ConnectionKind::Peer, 2);
    bench.invite("ada", ConnectionKind::Other("X".into()), 3);
    assert_eq!(bench.did(), [], "one is pending");
    bench.invite("ada", ConnectionKind::File, 4);
    bench.invite("ada", ConnectionKind::File, 5);
    bench.invite("ada", ConnectionKind::Distributed, 6);
    let dials = bench.dials();
    assert_eq!(dials.len(), 3);
    bench.invite("ada", ConnectionKind::Distributed, 7);
    assert_eq!(bench.did(), [], "one is pending");
    for (dial, _) in dials {
        bench.connected(dial);
    }
    bench.invite("ada", ConnectionKind::Distributed, 8);
    assert_eq!(bench.dials(), [], "one is open");

    bench.wish("bob", question(1));
    bench.invite("bob", ConnectionKind::Peer, 9);
    assert_eq!(bench.dials(), [], "one is wished for");
    bench.open("eve");
    bench.invite("eve", ConnectionKind::Peer, 10);
    assert_eq!(bench.did(), [], "one is open");
}

#[test]
fn rule_2_a_file_connection_that_was_asked_for_waits_for_its_ticket() {
    let mut bench = Bench::new();
    bench.invite("ada", ConnectionKind::File, 77);
    let (conn, _) = bench.dials()[0];
    bench.connected(conn);
    let expected = [
        Did::Sent(conn, pierce(77).into()),
        Did::Expected(conn, Expect::Ticket),
    ];
    assert_eq!(bench.did(), expected);
    bench.ticket(conn, 5);
    assert_eq!(bench.did(), [Did::FileOffered(conn, "ada".into(), 5)]);
    assert!(!bench.peers.owns(conn));
    bench.lost(conn);
    bench.assert_nothing_leaks();
}

#[test]
fn rule_3_who_can_t_be_reached_is_told() {
    let mut bench = Bench::new();
    bench.invite("ada", ConnectionKind::Peer, 77);
    let (conn, _) = bench.dials()[0];
    bench.lost(conn);
    assert_eq!(bench.did(), [Did::ToldFailure(77, "ada".into())]);
    // Also when nothing answers.
    bench.invite("ada", ConnectionKind::File, 78);
    let (conn, _) = bench.dials()[0];
    let expected = [Did::Closed(conn), Did::ToldFailure(78, "ada".into())];
    assert_eq!(bench.wait(seconds(10)), expected);
    bench.assert_nothing_leaks();
}

#[test]
fn rule_3_strangers_make_us_dial_only_so_often() {
    let mut bench = Bench::new();
    for token in 1..=5 {
        bench.invite("ada", ConnectionKind::File, token);
    }
    let did = bench.did();
    let dials = did.iter().filter(|did| matches!(did, Did::Dialled(..)));
    assert_eq!(dials.count(), 4);
    assert!(did.contains(&Did::ToldFailure(5, "ada".into())), "{did:?}");
    for number in 0..1000_u32 {
        bench.invite(&format!("user {number}"), ConnectionKind::Peer, number);
    }
    assert_eq!(bench.dials().len(), 256 - 4);
    bench.assert_nothing_leaks();
}

#[test]
fn rule_4_only_a_token_that_we_have_given_out_opens_a_connection() {
    let mut bench = Bench::new();
    let token = bench.wish("ada", question(1));
    let stranger = bench.come(HERE, pierce(token ^ 1));
    assert_eq!(bench.closed(), [stranger]);
    let conn = bench.come(HERE, pierce(token));
    assert_eq!(bench.closed(), []);
    let twice = bench.come(HERE, pierce(token));
    assert_eq!(bench.closed(), [twice]);
    assert!(bench.peers.owns(conn));

    let mut bench = Bench::with(ClientConfig {
        connect_mode: ConnectMode::Fallback,
        ..ClientConfig::default()
    });
    bench.send("ada", question(1));
    let token = *bench.peers.wishes.keys().next().expect("a wish");
    let guess = bench.come(HERE, pierce(token));
    assert!(bench.closed().contains(&guess), "nobody was told this one");
}

#[test]
fn rule_5_one_connection_for_messages_and_one_for_each_file() {
    let mut bench = Bench::new();
    for number in 0..3 {
        bench.send("ada", question(number));
    }
    bench.peers.open_file(&"ada".into(), 5, &mut bench.out);
    bench.peers.open_file(&"ada".into(), 6, &mut bench.out);
    bench.tell("ada", HERE, 2234);
    let dials = bench.dials();
    assert_eq!(dials.len(), 3);
    for (dial, _) in &dials {
        bench.connected(*dial);
    }
    let opened = bench.picked(|did| match did {
        Did::FileOpened(_, _, token) => Some(token),
        _ => None,
    });
    assert_eq!(BTreeSet::from_iter(opened), [5, 6].into());
    bench.send("ada", question(9));
    assert_eq!(bench.dials(), []);
}

#[test]
fn rule_5_a_file_connection_begins_with_its_ticket_both_ways() {
    let mut bench = Bench::new();
    bench.peers.open_file(&"ada".into(), 5, &mut bench.out);
    let token = bench.asked_token().expect("a token");
    let conn = bench.come(HERE, pierce(token));
    let ticket = Packet::Ticket(slsk_wire::file::FileTicket { token: 5 });
    let did = bench.did();
    let expected = [
        Did::Sent(conn, ticket),
        Did::Expected(conn, Expect::Offset),
        Did::FileOpened(conn, "ada".into(), 5),
    ];
    assert_eq!(did[did.len() - 3..], expected);
    bench.tell("ada", HERE, 2234);
    assert_eq!(bench.did(), [], "the direct way is over");
    bench.lost(conn);
    bench.assert_nothing_leaks();
}

#[test]
fn rule_10_in_the_old_order_the_indirect_way_comes_second() {
    let mut bench = Bench::with(ClientConfig {
        connect_mode: ConnectMode::Fallback,
        ..ClientConfig::default()
    });
    bench.send("ada", question(1));
    assert_eq!(bench.did(), [Did::AskedAddress("ada".into())]);
    bench.tell("ada", HERE, 2234);
    let (dial, _) = bench.dials()[0];
    let did = bench.wait(seconds(10));
    let [Did::Closed(closed), Did::AskedToConnect(token, ..)] = did[..] else {
        panic!("{did:?}");
    };
    assert_eq!(closed, dial);
    // A peer of the old order needs twenty seconds and more for his part.
    assert_eq!(bench.wait(seconds(19)), []);
    let conn = bench.come(HERE, pierce(token));
    assert!(bench.did().contains(&Did::Sent(conn, question(1).into())));
}

#[test]
fn rule_10_no_one_waits_for_longer_than_a_minute() {
    let mut bench = Bench::with(ClientConfig {
        connect_mode: ConnectMode::Fallback,
        max_connections: 1,
        obfuscation: Obfuscation::Prefer,
        ..ClientConfig::default()
    });
    bench.send("ada", question(1));
    bench.wait(seconds(9));
    bench.tell("ada", HERE, 2234);
    let did = bench.assert_nothing_leaks();
    let errors = did.iter().filter(|did| matches!(did, Did::Unreachable(..)));
    assert_eq!(errors.count(), 1);
    assert!(bench.elapsed() > Duration::from_mins(1));
}

#[test]
fn rule_11_the_name_in_an_init_frame_is_checked() {
    let mut bench = Bench::new();
    let long = "n".repeat(257);
    for name in ["", "server", "a\nb", &long] {
        let conn = bench.come(HERE, init(name, ConnectionKind::Peer));
        assert_eq!(bench.closed(), [conn], "{name:?}");
    }
    let conn = bench.come(HERE, init("ada", ConnectionKind::Other("p".into())));
    assert_eq!(bench.closed(), [conn]);
}

#[test]
fn without_a_session_open_connections_stay_and_known_addresses_are_good() {
    let mut bench = Bench::new();
    let conn = bench.open("ada");
    bench.wish("bob", question(1));
    bench.peers.open_file(&"ada".into(), 5, &mut bench.out);
    let (dial, _) = bench.dials()[0];
    bench.peers.offline(&mut bench.out);
    let reason = "we are not online".to_owned();
    assert_eq!(
        bench.did(),
        [Did::Unreachable("bob".into(), reason.clone())]
    );
    bench.send("ada", question(2));
    assert_eq!(bench.did(), [Did::Sent(conn, question(2).into())]);
    bench.connected(dial);
    let opened = Did::FileOpened(dial, "ada".into(), 5);
    assert!(bench.did().contains(&opened));
    bench.send("eve", question(3));
    assert_eq!(bench.did(), [Did::Unreachable("eve".into(), reason)]);
    bench.lost(dial);
    bench.assert_nothing_leaks();
}

/// Those at the other ends know us by the old name, and would hear from somebody else.
#[test]
fn another_name_ends_all_connections_of_the_old_one() {
    for name in ["me", "another"] {
        let mut bench = Bench::new();
        let token = bench.wish("eve", question(1));
        bench.cant_connect(token);
        bench.tell("eve", HERE, 2234);
        let (dial, _) = bench.dials()[0];
        let asked = bench.wish("kim", question(1));
        bench.tell("kim", HERE, 2235);
        let (other, _) = bench.dials()[0];
        bench.connected(other);
        let messages = bench.open("ada");
        let inbound = bench.come(HERE, init("bob", ConnectionKind::Peer));
        let file = bench.come(HERE, init("bob", ConnectionKind::File));
        bench.invite("joe", ConnectionKind::Peer, 7);
        let (invited, _) = bench.dials()[0];
        bench.peers.offline(&mut bench.out);
        bench.did();
        bench.peers.online(name, &mut bench.out);
        let did = bench.did();
        let is_same = name == "me";
        for conn in [other, messages, inbound, file, invited] {
            assert_eq!(
                did.contains(&Did::Closed(conn)),
                !is_same,
                "{conn:?} {did:?}"
            );
        }
        for user in ["ada", "kim"] {
            assert_eq!(did.contains(&Did::PeerGone(user.into())), !is_same);
        }
        // A dial of ours is on its way, and tells the new name.
        bench.connected(dial);
        let first = Did::Sent(dial, init(name, ConnectionKind::Peer).into());
        assert!(bench.did().contains(&first));
        bench.send("ada", question(2));
        let is_sent = bench
            .did()
            .contains(&Did::Sent(messages, question(2).into()));
        assert_eq!(is_sent, is_same);
        // Whoever still comes was asked by somebody else.
        let late = bench.come(HERE, pierce(asked));
        assert_eq!(bench.closed().contains(&late), !is_same);
        bench.assert_nothing_leaks();
    }
}

#[test]
fn the_log_learns_whose_each_connection_is() {
    let mut bench = Bench::new();
    let direct = bench.open("ada");
    let inbound = bench.come(HERE, init("bob", ConnectionKind::Peer));
    let token = bench.wish("eve", question(1));
    let indirect = bench.come(HERE, pierce(token));
    bench.invite("kim", ConnectionKind::File, 1);
    let (invited, _) = bench.dials()[0];
    bench.connected(invited);
    bench.did();
    let expected = [
        (direct, "ada".into()),
        (inbound, "bob".into()),
        (indirect, "eve".into()),
        (invited, "kim".into()),
    ];
    assert_eq!(bench.identified, expected.into());
}
