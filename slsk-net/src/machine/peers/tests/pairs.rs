//! Rules 6 to 9: which of two connections counts, and how long each stays.

use super::*;

#[test]
fn rule_6_what_waits_moves_to_a_connection_that_he_has_opened() {
    let mut bench = Bench::new();
    bench.wish("ada", question(1));
    bench.tell("ada", HERE, 2234);
    let (dial, _) = bench.dials()[0];
    let conn = bench.come(HERE, init("ada", ConnectionKind::Peer));
    let did = bench.did();
    assert!(did.contains(&Did::Closed(dial)), "{did:?}");
    assert!(
        did.contains(&Did::Sent(conn, question(1).into())),
        "{did:?}"
    );
    bench.assert_nothing_leaks();
}

#[test]
fn rule_6_also_before_the_server_has_told_that_it_is_he() {
    let mut bench = Bench::new();
    bench.wish("ada", question(1));
    let conn = bench.come(HERE, init("ada", ConnectionKind::Peer));
    assert!(!bench.did().contains(&Did::Sent(conn, question(1).into())));
    bench.tell("ada", HERE, 2234);
    let did = bench.did();
    assert!(
        did.contains(&Did::Sent(conn, question(1).into())),
        "{did:?}"
    );
    assert!(
        !did.iter().any(|did| matches!(did, Did::Dialled(..))),
        "{did:?}"
    );
}

/// Both dial, he can't be reached, and he has no need to follow our invitation: he is there already.
#[test]
fn rule_6_also_when_his_address_was_forgotten_because_nobody_answered_there() {
    let mut bench = Bench::new();
    bench.wish("ada", question(1));
    bench.tell("ada", HERE, 2234);
    let (dial, _) = bench.dials()[0];
    bench.lost(dial);
    let conn = bench.come(HERE, init("ada", ConnectionKind::Peer));
    let did = bench.did();
    assert!(did.contains(&Did::AskedAddress("ada".into())), "{did:?}");
    bench.tell("ada", HERE, 2234);
    let did = bench.did();
    assert!(
        did.contains(&Did::Sent(conn, question(1).into())),
        "{did:?}"
    );
    bench.assert_nothing_leaks();
}

#[test]
fn rule_6_who_comes_himself_is_not_dialled_for_his_invitation() {
    let mut bench = Bench::new();
    bench.invite("ada", ConnectionKind::Peer, 77);
    let (dial, _) = bench.dials()[0];
    bench.come(HERE, init("ada", ConnectionKind::Peer));
    let did = bench.did();
    assert!(did.contains(&Did::Closed(dial)), "{did:?}");
    assert!(
        !did.contains(&Did::ToldFailure(77, "ada".into())),
        "{did:?}"
    );
}

#[test]
fn rule_6_both_ends_of_a_connection_to_oneself_stay() {
    let mut bench = Bench::new();
    bench.send("me", question(1));
    bench.tell("me", HERE, 2234);
    let (near, _) = bench.dials()[0];
    let far = bench.come(HERE, init("me", ConnectionKind::Peer));
    assert!(!bench.closed().contains(&near));
    bench.connected(near);
    assert!(bench.did().contains(&Did::Sent(near, question(1).into())));
    bench.receive(far, question(1));
    bench.did();
    bench.peers.answer(far, question(2).into(), &mut bench.out);
    bench.send("me", question(3));
    let expected = [
        Did::Sent(far, question(2).into()),
        Did::Sent(near, question(3).into()),
    ];
    assert_eq!(bench.did(), expected);
}

#[test]
fn rule_7_the_newest_is_written_to_and_all_are_read_until_they_are_idle() {
    let mut bench = Bench::new();
    let first = bench.open("ada");
    let second = bench.come(HERE, init("ada", ConnectionKind::Peer));
    bench.did();
    bench.send("ada", question(1));
    assert_eq!(bench.did(), [Did::Sent(second, question(1).into())]);
    bench.receive(first, question(2));
    assert_eq!(bench.received(), [question(2)]);
    // Whichever has last brought something is the one that he uses.
    bench.send("ada", question(3));
    assert_eq!(bench.did(), [Did::Sent(first, question(3).into())]);
    bench.lost(first);
    assert_eq!(bench.did(), [], "there is another");
    bench.send("ada", question(4));
    assert_eq!(bench.did(), [Did::Sent(second, question(4).into())]);
    let expected = [Did::Closed(second), Did::PeerGone("ada".into())];
    assert_eq!(bench.wait(seconds(60)), expected);
    bench.assert_nothing_leaks();
}

#[test]
fn rule_8_a_late_connection_stays_for_ten_seconds() {
    let mut bench = Bench::new();
    let token = bench.wish("ada", question(1));
    bench.tell("ada", HERE, 2234);
    let (conn, _) = bench.dials()[0];
    bench.connected(conn);
    let late = bench.come(ELSEWHERE, pierce(token));
    bench.did();
    // The first one stays the one to write to, and this one is read.
    bench.send("ada", question(2));
    assert_eq!(bench.did(), [Did::Sent(conn, question(2).into())]);
    assert_eq!(bench.wait(seconds(10)), [Did::Closed(late)]);
    assert!(bench.peers.owns(conn));
}

#[test]
fn rule_8_so_does_a_direct_one_after_the_indirect_one() {
    let mut bench = Bench::new();
    let token = bench.wish("ada", question(1));
    let conn = bench.come(HERE, pierce(token));
    let ghost = bench.come(HERE, init("ada", ConnectionKind::Peer));
    bench.did();
    assert_eq!(bench.wait(seconds(10)), [Did::Closed(ghost)]);
    assert!(bench.peers.owns(conn));
}

#[test]
fn rule_8_what_follows_on_a_late_connection_is_taken() {
    let mut bench = Bench::new();
    let token = bench.wish("ada", question(1));
    bench.tell("ada", HERE, 2234);
    let (conn, _) = bench.dials()[0];
    bench.connected(conn);
    let late = bench.come(ELSEWHERE, pierce(token));
    bench.did();
    bench.receive(late, claim());
    assert_eq!(bench.received(), [claim()]);
    assert_eq!(bench.wait(seconds(59)), []);
}

#[test]
fn rule_8_a_late_connection_for_a_file_is_closed() {
    let mut bench = Bench::new();
    bench.peers.open_file(&"ada".into(), 5, &mut bench.out);
    let token = bench.asked_token().expect("a token");
    bench.tell("ada", HERE, 2234);
    let (conn, _) = bench.dials()[0];
    bench.connected(conn);
    bench.did();
    let late = bench.come(HERE, pierce(token));
    assert_eq!(bench.closed(), [late]);
    bench.lost(conn);
    bench.assert_nothing_leaks();
}

#[test]
fn rule_9_a_connection_made_for_a_search_result_is_closed_behind_it() {
    let mut bench = Bench::new();
    bench.peers.deliver("ada".into(), result(), &mut bench.out);
    bench.peers.deliver("ada".into(), result(), &mut bench.out);
    bench.tell("ada", HERE, 2234);
    let (conn, _) = bench.dials()[0];
    bench.connected(conn);
    let expected = [
        Did::Sent(conn, init("me", ConnectionKind::Peer).into()),
        Did::Sent(conn, result().into()),
        Did::Sent(conn, result().into()),
        Did::Closed(conn),
    ];
    assert_eq!(bench.did(), expected);
    bench.assert_nothing_leaks();
}

#[test]
fn rule_9_not_when_something_else_waits() {
    let mut bench = Bench::new();
    bench.peers.deliver("ada".into(), result(), &mut bench.out);
    bench.send("ada", question(1));
    bench.tell("ada", HERE, 2234);
    let (conn, _) = bench.dials()[0];
    bench.connected(conn);
    assert_eq!(bench.closed(), []);
    // Nor one that was there before.
    bench.peers.deliver("ada".into(), result(), &mut bench.out);
    assert_eq!(bench.did(), [Did::Sent(conn, result().into())]);
}

#[test]
fn rule_9_nobody_is_told_of_a_result_that_does_not_arrive() {
    let mut bench = Bench::new();
    bench.peers.deliver("ada".into(), result(), &mut bench.out);
    let token = bench.asked_token().expect("a token");
    bench.tell("ada", HERE, 2234);
    let (dial, _) = bench.dials()[0];
    bench.lost(dial);
    bench.cant_connect(token);
    assert_eq!(bench.did(), []);
    bench.assert_nothing_leaks();
}

#[test]
fn rule_9_a_connection_that_has_brought_a_result_is_not_kept() {
    let mut bench = Bench::new();
    let conn = bench.come(HERE, init("ada", ConnectionKind::Peer));
    bench.receive(conn, result());
    bench.receive(conn, result());
    assert_eq!(bench.received(), [result(), result()]);
    assert_eq!(bench.wait(seconds(10)), [Did::Closed(conn)]);
    // One on which something else goes on is.
    let conn = bench.come(HERE, init("ada", ConnectionKind::Peer));
    bench.receive(conn, question(1));
    bench.receive(conn, result());
    bench.did();
    assert_eq!(bench.wait(seconds(59)), []);
    bench.assert_nothing_leaks();
}

#[test]
fn who_brings_a_result_in_another_name_goes() {
    let mut bench = Bench::new();
    let conn = bench.come(HERE, init("bob", ConnectionKind::Peer));
    bench.did();
    bench.receive(conn, result());
    assert_eq!(bench.did(), [Did::Closed(conn)]);
    bench.assert_nothing_leaks();
}
