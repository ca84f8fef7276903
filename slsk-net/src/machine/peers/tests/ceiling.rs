//! Rule 12: only so many connections at a time, and nobody is shut out.

use super::*;

fn bench(max_connections: usize) -> Bench {
    Bench::with(ClientConfig {
        max_connections,
        ..ClientConfig::default()
    })
}

/// Wants a connection to a user whose address is told at once. Returns the dial, if there is room for it.
fn want(bench: &mut Bench, user: &str) -> Option<ConnId> {
    bench.send(user, question(1));
    bench.tell(user, HERE, 2234);
    bench.dials().pop().map(|(conn, _)| conn)
}

#[test]
fn rule_12_dials_wait_for_a_free_place() {
    let mut bench = bench(4);
    let dials = ["a", "b", "c"].map(|user| want(&mut bench, user).expect("room"));
    assert_eq!(want(&mut bench, "d"), None);
    assert_eq!(want(&mut bench, "e"), None);
    bench.lost(dials[0]);
    let next = bench.dials();
    assert_eq!(next.len(), 1);
    // A connection that came to something goes on taking a place.
    bench.connected(dials[1]);
    assert_eq!(bench.dials(), []);
    bench.lost(dials[1]);
    assert_eq!(bench.dials().len(), 1);
    bench.assert_nothing_leaks();
}

#[test]
fn rule_12_whoever_waits_too_long_is_told() {
    let mut bench = bench(1);
    let dial = want(&mut bench, "a").expect("room");
    bench.connected(dial);
    bench.send("a", question(2));
    want(&mut bench, "b");
    let mut did = Vec::new();
    for number in 0..3 {
        did.extend(bench.wait(seconds(7)));
        bench.send("a", question(number));
    }
    let reason = "too many connections are open, and he does not connect to us".to_owned();
    assert!(
        did.contains(&Did::Unreachable("b".into(), reason)),
        "{did:?}"
    );
    bench.assert_nothing_leaks();
}

#[test]
fn rule_12_others_answers_and_own_wishes_are_served_in_turn() {
    let mut bench = bench(1);
    let first = want(&mut bench, "first").expect("room");
    for user in ["x", "y"] {
        bench.invite(user, ConnectionKind::Peer, 1);
    }
    for user in ["a", "b"] {
        want(&mut bench, user);
    }
    let mut order = Vec::new();
    let mut last = first;
    for _ in 0..4 {
        bench.lost(last);
        last = bench.dials()[0].0;
        let link = bench.peers.links.get(last).expect("a link");
        order.push(matches!(link.state, LinkState::Dialling(Dial::Wish(_), _)));
    }
    assert_eq!(order.iter().filter(|is_own| **is_own).count(), 2);
    assert_ne!(order[0], order[1]);
    assert_ne!(order[2], order[3]);
}

#[test]
fn rule_12_connections_of_the_other_parts_count_until_they_are_gone() {
    let mut bench = bench(1);
    bench.peers.open_file(&"a".into(), 5, &mut bench.out);
    bench.tell("a", HERE, 2234);
    let (conn, _) = bench.dials()[0];
    bench.connected(conn);
    bench.did();
    assert_eq!(want(&mut bench, "b"), None);
    bench.out.close(conn);
    assert_eq!(bench.dials().len(), 1);
    bench.assert_nothing_leaks();
}

#[test]
fn rule_12_ten_thousand_silent_strangers_shut_nobody_out() {
    let mut bench = bench(1024);
    for _ in 0..10_000 {
        bench.accept([127, 0, 0, 9]);
    }
    assert_eq!(bench.peers.links.count(), (768, 768));
    assert_eq!(bench.closed().len(), 10_000 - 768);
    let conn = bench.come(HERE, init("ada", ConnectionKind::Peer));
    bench.receive(conn, question(1));
    assert_eq!(bench.received(), [question(1)]);
    for _ in 0..10_000 {
        bench.accept([127, 0, 0, 9]);
    }
    assert!(bench.peers.owns(conn), "he has said more than they");
    assert!(want(&mut bench, "bob").is_some());
    bench.assert_nothing_leaks();
}

#[test]
fn rule_12_nor_do_strangers_with_names() {
    let mut bench = bench(8);
    let proven = bench.open("ada");
    for number in 0..100 {
        bench.wait(Duration::from_millis(1));
        let name = format!("user {number}");
        let conn = bench.come(ELSEWHERE, init(&name, ConnectionKind::Peer));
        assert!(bench.peers.owns(conn));
        assert!(bench.peers.links.count().0 <= 8);
    }
    assert!(bench.peers.owns(proven));
    bench.assert_nothing_leaks();
}

/// Ghosts must not push out who is about to say who he is.
#[test]
fn rule_12_nor_are_newcomers_pushed_out_by_older_ghosts() {
    let mut bench = bench(8);
    for number in 0..6 {
        let name = format!("ghost {number}");
        bench.come(ELSEWHERE, init(&name, ConnectionKind::Peer));
    }
    bench.wait(seconds(1));
    let newcomers = [(); 5].map(|()| bench.accept(HERE));
    assert_eq!(bench.peers.links.count(), (6, 6));
    assert!(newcomers.iter().all(|conn| bench.peers.owns(*conn)));
    bench.assert_nothing_leaks();
}

#[test]
fn rule_12_a_full_house_of_known_users_takes_no_more() {
    let mut bench = bench(4);
    bench.open("ada");
    bench.wait(Duration::from_mins(2));
    let conns = [(); 3].map(|()| bench.come(HERE, init("ada", ConnectionKind::Peer)));
    bench.did();
    let conn = bench.accept(ELSEWHERE);
    assert_eq!(bench.closed(), [conn]);
    assert!(conns.iter().all(|conn| bench.peers.owns(*conn)));
    assert!(want(&mut bench, "bob").is_some(), "the rest is for dials");
}

#[test]
fn rule_12_one_user_does_not_keep_the_others_waiting() {
    let mut bench = bench(1);
    let mut last = want(&mut bench, "first").expect("room");
    for token in 0..3 {
        bench.peers.open_file(&"ada".into(), token, &mut bench.out);
    }
    bench.tell("ada", HERE, 2234);
    bench.peers.open_file(&"bob".into(), 9, &mut bench.out);
    bench.tell("bob", ELSEWHERE, 2234);
    let mut order = Vec::new();
    for _ in 0..4 {
        bench.lost(last);
        let (conn, route) = bench.dials()[0];
        last = conn;
        order.push(route.address.ip() == IpAddr::from(HERE));
    }
    assert_eq!(order, [true, false, true, true]);
}

#[test]
fn rule_12_no_more_results_are_delivered_at_a_time_than_so_many() {
    let mut bench = bench(1024);
    for number in 0..2000 {
        let name = format!("user {number}").as_str().into();
        bench.peers.deliver(name, result(), &mut bench.out);
    }
    assert_eq!(bench.peers.wishes.len(), 512);
    assert_eq!(bench.peers.users.len(), 512);
    bench.assert_nothing_leaks();
}
