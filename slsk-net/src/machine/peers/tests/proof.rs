//! Rule 11: a name in an init frame proves nothing.

use super::*;

fn asked(name: &str) -> Did {
    Did::AskedAddress(name.into())
}

/// Somebody who calls himself ada and says what matters to us.
fn claimant(bench: &mut Bench) -> ConnId {
    let conn = bench.come(HERE, init("ada", ConnectionKind::Peer));
    bench.did();
    bench.receive(conn, claim());
    let expected = [Did::Expected(conn, Expect::Nothing), asked("ada")];
    assert_eq!(bench.did(), expected);
    conn
}

#[test]
fn rule_11_what_matters_is_held_until_the_address_is_known_to_be_his() {
    let mut bench = Bench::new();
    let conn = claimant(&mut bench);
    bench.tell("ada", HERE, 2234);
    let expected = [
        Did::Received(conn, "ada".into(), claim()),
        Did::Expected(conn, Expect::Messages(FamilyId::Peer)),
    ];
    assert_eq!(bench.did(), expected);
    bench.send("ada", question(1));
    assert_eq!(bench.did(), [Did::Sent(conn, question(1).into())]);
    bench.assert_nothing_leaks();
}

#[test]
fn rule_11_a_liar_is_sent_away_and_not_heard() {
    for ip in [ELSEWHERE, [0; 4]] {
        let mut bench = Bench::new();
        let conn = claimant(&mut bench);
        bench.tell("ada", ip, 2234);
        assert_eq!(bench.did(), [Did::Closed(conn)]);
        bench.assert_nothing_leaks();
    }
}

#[test]
fn rule_11_without_an_answer_he_is_sent_away_too() {
    let mut bench = Bench::new();
    let conn = claimant(&mut bench);
    assert_eq!(bench.wait(seconds(10)), [Did::Closed(conn)]);
    let conn = claimant(&mut bench);
    bench.peers.offline(&mut bench.out);
    assert_eq!(bench.did(), [Did::Closed(conn)]);
    bench.assert_nothing_leaks();
}

#[test]
fn rule_11_the_order_of_what_is_held_stays() {
    let mut bench = Bench::new();
    let conn = claimant(&mut bench);
    bench.receive(conn, question(1));
    bench.receive(conn, claim());
    assert_eq!(bench.did(), []);
    bench.tell("ada", HERE, 2234);
    assert_eq!(bench.received(), [claim(), question(1), claim()]);
}

#[test]
fn rule_11_what_is_held_is_bounded() {
    let mut bench = Bench::new();
    let conn = claimant(&mut bench);
    for _ in 0..255 {
        bench.receive(conn, question(1));
    }
    assert_eq!(bench.did(), []);
    bench.receive(conn, question(1));
    assert_eq!(bench.closed(), [conn]);

    let mut bench = Bench::new();
    let conn = claimant(&mut bench);
    let filename = "n".repeat(1 << 20).into();
    bench.receive(conn, PeerMessage::from(QueueUpload { filename }));
    assert_eq!(bench.closed(), [conn]);

    let mut bench = Bench::new();
    for number in 0..64 {
        let conn = bench.come(HERE, init(&format!("user {number}"), ConnectionKind::Peer));
        bench.receive(conn, claim());
    }
    assert_eq!(bench.closed(), []);
    let conn = bench.come(HERE, init("one more", ConnectionKind::Peer));
    bench.receive(conn, claim());
    assert_eq!(bench.closed(), [conn]);
}

#[test]
fn rule_11_questions_and_results_of_strangers_cost_no_question_to_the_server() {
    let mut bench = Bench::new();
    let conn = bench.come(HERE, init("ada", ConnectionKind::Peer));
    bench.did();
    for message in [question(1), result()] {
        bench.receive(conn, message.clone());
        assert_eq!(bench.did(), [Did::Received(conn, "ada".into(), message)]);
    }
    bench.peers.answer(conn, claim().into(), &mut bench.out);
    assert_eq!(bench.did(), [Did::Sent(conn, claim().into())]);
}

#[test]
fn rule_11_nothing_of_ours_goes_to_somebody_who_only_says_to_be_him() {
    let mut bench = Bench::new();
    let liar = bench.come(HERE, init("ada", ConnectionKind::Peer));
    bench.did();
    bench.send("ada", question(1));
    assert_eq!(bench.did(), [asked("ada")]);
    bench.tell("ada", ELSEWHERE, 2234);
    let did = bench.did();
    let [Did::AskedToConnect(..), Did::Dialled(dial, route)] = did[..] else {
        panic!("{did:?}");
    };
    assert_eq!(route, Route::plain((ELSEWHERE, 2234).into()));
    bench.connected(dial);
    assert!(bench.did().contains(&Did::Sent(dial, question(1).into())));
    bench.receive(liar, question(2));
    bench.did();
    bench.send("ada", question(3));
    assert_eq!(bench.did(), [Did::Sent(dial, question(3).into())]);
}

#[test]
fn rule_11_a_known_address_proves_at_once() {
    let mut bench = Bench::new();
    bench.open("ada");
    let conn = bench.come(HERE, init("ada", ConnectionKind::Peer));
    bench.did();
    bench.receive(conn, claim());
    assert_eq!(bench.did(), [Did::Received(conn, "ada".into(), claim())]);
    // And shows a liar at once while it is new.
    let liar = bench.come(ELSEWHERE, init("ada", ConnectionKind::Peer));
    bench.receive(liar, claim());
    assert_eq!(bench.closed(), [liar]);
    // Later the user may have moved.
    bench.wait(seconds(61));
    let conn = bench.come(ELSEWHERE, init("ada", ConnectionKind::Peer));
    bench.receive(conn, claim());
    assert!(bench.did().contains(&asked("ada")));
}

#[test]
fn rule_11_an_invitation_proves_who_is_here_already() {
    let mut bench = Bench::new();
    let conn = bench.come(HERE, init("ada", ConnectionKind::Peer));
    bench.did();
    bench.invite("ada", ConnectionKind::Peer, 77);
    assert!(bench.dials().is_empty());
    bench.send("ada", question(1));
    assert_eq!(bench.did(), [Did::Sent(conn, question(1).into())]);
}

#[test]
fn rule_11_a_file_comes_only_from_the_user_himself() {
    for (ip, is_he) in [(HERE, true), (ELSEWHERE, false)] {
        let mut bench = Bench::new();
        let conn = bench.come(HERE, init("ada", ConnectionKind::File));
        bench.did();
        bench.ticket(conn, 5);
        assert_eq!(bench.did(), [asked("ada")]);
        bench.tell("ada", ip, 2234);
        let expected = if is_he {
            Did::FileOffered(conn, "ada".into(), 5)
        } else {
            Did::Closed(conn)
        };
        assert_eq!(bench.did(), [expected]);
        bench.lost(conn);
        bench.assert_nothing_leaks();
    }
}

#[test]
fn rule_11_nobody_is_below_us_in_the_name_of_another() {
    for (ip, is_he) in [(HERE, true), (ELSEWHERE, false), ([0; 4], false)] {
        let mut bench = Bench::new();
        let conn = bench.come(HERE, init("ada", ConnectionKind::Distributed));
        assert!(bench.did().contains(&asked("ada")));
        bench.tell("ada", ip, 2234);
        let did = bench.did();
        let offered = did.contains(&Did::DistributedOffered(conn, "ada".into()));
        assert_eq!(offered, is_he, "{did:?}");
        assert_eq!(did.contains(&Did::Closed(conn)), !is_he, "{did:?}");
        if is_he {
            bench.peers.released(conn, &mut bench.out);
        }
        bench.assert_nothing_leaks();
    }
}

/// A stranger who asks for a file by a ticket. Returns whether the server was asked where he is.
fn costs_a_question(bench: &mut Bench, name: &str) -> bool {
    let conn = bench.come(HERE, init(name, ConnectionKind::File));
    bench.did();
    bench.ticket(conn, 5);
    let did = bench.did();
    let is_asked = did == [asked(name)];
    assert!(is_asked || did == [Did::Closed(conn)], "{did:?}");
    // He is a liar, and makes room for the next.
    bench.tell(name, ELSEWHERE, 2234);
    bench.did();
    is_asked
}

/// Each name in an init frame would cost a message to the server otherwise.
#[test]
fn rule_11_strangers_make_us_ask_the_server_only_so_often() {
    let mut bench = Bench::new();
    for number in 0..150 {
        let is_asked = costs_a_question(&mut bench, &format!("user {number}"));
        assert_eq!(is_asked, number < 100, "{number}");
    }
    // What the owner wants is asked for, also when it is strangers who ask next.
    bench.send("ada", question(1));
    assert!(bench.did().contains(&asked("ada")));
    bench.tell("ada", [0; 4], 0);
    bench.did();
    bench.peers.await_bulk(&"eve".into(), true, &mut bench.out);
    assert!(costs_a_question(&mut bench, "eve"));
    bench.peers.await_files("kim".into(), true);
    assert!(costs_a_question(&mut bench, "kim"));
    bench.peers.await_files("kim".into(), false);
    bench.wait(seconds(10));
    assert!(costs_a_question(&mut bench, "another"));
}

#[test]
fn rule_11_who_would_be_refused_as_a_child_anyway_costs_no_question() {
    let mut bench = Bench::new();
    bench.peers.take_children(false);
    let conn = bench.come(HERE, init("ada", ConnectionKind::Distributed));
    let init_frame = Did::Expected(conn, Expect::One(FamilyId::PeerInit));
    assert_eq!(bench.did(), [init_frame, Did::Closed(conn)]);
    // But a child that was cut off, and has the last place.
    bench.peers.take_children(true);
    let first = bench.come(HERE, init("ada", ConnectionKind::Distributed));
    bench.tell("ada", HERE, 2234);
    bench.did();
    bench.peers.take_children(false);
    bench.wait(Duration::from_mins(31));
    let second = bench.come(HERE, init("ada", ConnectionKind::Distributed));
    assert!(bench.did().contains(&asked("ada")));
    bench.tell("ada", HERE, 2234);
    let offered = Did::DistributedOffered(second, "ada".into());
    assert!(bench.did().contains(&offered));
    for conn in [first, second] {
        bench.lost(conn);
    }
    bench.assert_nothing_leaks();
}

#[test]
fn rule_11_names_that_many_use_make_room_for_the_newest() {
    let mut bench = Bench::new();
    let conns: Vec<ConnId> = (0..9)
        .map(|_| {
            bench.wait(seconds(1));
            bench.come(HERE, init("ada", ConnectionKind::Peer))
        })
        .collect();
    assert_eq!(bench.closed(), [conns[0]]);
}

/// Otherwise one user could take all places there are for those who connect to us.
#[test]
fn rule_11_who_is_known_to_be_himself_has_a_few_connections_only() {
    let mut bench = Bench::new();
    bench.open("ada");
    let conns: Vec<ConnId> = (0..20)
        .map(|_| {
            let conn = bench.come(HERE, init("ada", ConnectionKind::Peer));
            bench.receive(conn, question(1));
            conn
        })
        .collect();
    assert_eq!(bench.closed(), conns[..12]);
    assert_eq!(bench.peers.links(), 9);
}

#[test]
fn share_lists_and_user_info_are_read_from_those_only_from_whom_they_are_awaited() {
    let mut bench = Bench::new();
    let conn = bench.open("ada");
    let liar = bench.come(ELSEWHERE, init("ada", ConnectionKind::Peer));
    bench.did();
    let ada = Text::from("ada");
    bench.peers.await_bulk(&ada, true, &mut bench.out);
    assert_eq!(bench.did(), [Did::Expected(conn, Expect::Bulk)]);
    // It may take long, and shows only at the end.
    for _ in 0..9 {
        bench.wait(seconds(59));
        bench.peers.moving(conn, &bench.out);
    }
    assert!(bench.peers.owns(conn) && !bench.peers.owns(liar));
    let next = bench.come(HERE, init("ada", ConnectionKind::Peer));
    assert!(bench.did().contains(&Did::Expected(next, Expect::Bulk)));
    bench.peers.await_bulk(&ada, false, &mut bench.out);
    let plain = Expect::Messages(FamilyId::Peer);
    let expected = [conn, next].map(|conn| Did::Expected(conn, plain));
    assert_eq!(bench.did(), expected);
    bench.assert_nothing_leaks();
}
