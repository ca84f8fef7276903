//! What waits for a connection is bounded, in number and in bytes, and results take no room from our own messages.

use slsk_wire::peer::{Attributes, File};

use super::*;
use crate::machine::peers::pending::{OWN, RESULTS};

/// A result about as large as one with as many files as we send.
fn large_result() -> PeerMessage {
    let path =
        r"Music\A name as long as they mostly are\An album as many there are (2003) [flac]\01 - ";
    let file = |number| File::new(format!("{path}{number}.flac"), 1, Attributes::default());
    FileSearchResponse::new("me", 1, (0..300).map(file).collect()).into()
}

fn large_question(bytes: usize) -> PeerMessage {
    let filename = "n".repeat(bytes).as_str().into();
    QueueUpload { filename }.into()
}

fn deliver(bench: &mut Bench, user: &str, result: PeerMessage) {
    bench.peers.deliver(user.into(), result, &mut bench.out);
}

/// How many messages wait for a user.
fn waiting_for(bench: &Bench, user: &str) -> usize {
    let user = bench.peers.users.get(&Text::from(user));
    user.map_or(0, |user| user.pending.len())
}

/// Why something can't be sent.
fn refusals(bench: &mut Bench) -> Vec<String> {
    bench.picked(|did| match did {
        Did::Unreachable(_, reason) => Some(reason),
        _ => None,
    })
}

#[test]
fn few_results_wait_for_one_user_and_none_take_the_room_of_our_own_messages() {
    let mut bench = Bench::new();
    for _ in 0..2000 {
        deliver(&mut bench, "ada", result());
    }
    assert_eq!(waiting_for(&bench, "ada"), RESULTS.messages);
    for number in 0..OWN.messages {
        bench.send("ada", question(u32::try_from(number).unwrap()));
    }
    assert_eq!(refusals(&mut bench), [""; 0]);
    assert_eq!(waiting_for(&bench, "ada"), RESULTS.messages + OWN.messages);
    bench.send("ada", question(0));
    assert_eq!(refusals(&mut bench), ["too much waits for him"]);
    bench.assert_nothing_leaks();
}

#[test]
fn what_waits_for_one_user_is_bounded_in_bytes() {
    let mut bench = Bench::new();
    let one = Packet::from(large_result()).weight();
    for _ in 0..RESULTS.messages {
        deliver(&mut bench, "ada", large_result());
    }
    let results = waiting_for(&bench, "ada");
    assert!(
        results * one <= RESULTS.bytes + one,
        "{results} of {one} bytes"
    );
    let part = OWN.bytes / 4;
    for _ in 0..4 {
        bench.send("ada", large_question(part));
    }
    assert_eq!(refusals(&mut bench), [""; 0]);
    bench.send("ada", question(1));
    assert_eq!(refusals(&mut bench), ["too much waits for him"]);
    // One message more than there is room for is always taken.
    bench.send("bob", large_question(2 * OWN.bytes));
    assert_eq!(refusals(&mut bench), [""; 0]);
    bench.assert_nothing_leaks();
}

#[test]
fn results_for_many_who_cannot_be_reached_are_bounded_in_bytes() {
    let mut bench = Bench::new();
    let one = Packet::from(large_result()).weight();
    for number in 0..400 {
        for _ in 0..RESULTS.messages {
            deliver(&mut bench, &format!("user {number}"), large_result());
        }
    }
    let waiting: usize = bench
        .peers
        .users
        .values()
        .map(|user| user.pending.len())
        .sum();
    assert!(
        waiting * one <= RESULTS.all_bytes + one,
        "{waiting} of {one} bytes"
    );
    // Nobody is looked for in whose name nothing waits.
    assert!(
        bench
            .peers
            .users
            .values()
            .all(|user| user.pending.len() > 0)
    );
    bench.send("ada", question(1));
    assert_eq!(refusals(&mut bench), [""; 0]);
    assert_eq!(waiting_for(&bench, "ada"), 1);
    bench.assert_nothing_leaks();
    // There is room again.
    deliver(&mut bench, "ada", large_result());
    assert_eq!(waiting_for(&bench, "ada"), 1);
}

#[test]
fn our_own_messages_are_bounded_in_bytes_for_all_users_together() {
    let mut bench = Bench::new();
    for number in 0..OWN.all_bytes / OWN.bytes {
        bench.send(&format!("user {number}"), large_question(OWN.bytes));
    }
    assert_eq!(refusals(&mut bench), [""; 0]);
    bench.send("ada", question(1));
    assert_eq!(
        refusals(&mut bench),
        ["too much waits for users who are not connected"]
    );
    assert_eq!(waiting_for(&bench, "ada"), 0);
    bench.assert_nothing_leaks();
}
