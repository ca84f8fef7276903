use slsk_wire::distributed::DistributedPing;
use slsk_wire::server::ResetDistributed;

use super::*;

const TWO_MINUTES: Duration = Duration::from_mins(2);
const QUARTER: Duration = Duration::from_mins(15);
const ALMOST: Duration = Duration::from_secs(15 * 60 - 1);

#[test]
fn a_login_announces_a_node_without_a_parent() {
    let mut part = Part::offline(10);
    assert_eq!(part.part.deadline(), None);
    assert_eq!(part.part.branch(), None);
    part.part.online("me", &mut part.out);
    let mut expected = ALONE.to_vec();
    expected.extend(["server: accept false", "event: 0 me"]);
    assert_eq!(part.wanted(), expected);
}

#[test]
fn candidates_are_connected_to_and_the_first_search_makes_one_the_parent() {
    let mut part = Part::online();
    part.candidates(&["ada", "bob", "cyd"]);
    assert_eq!(
        part.wanted(),
        [
            "open ada 127.0.0.9:2234",
            "open bob 127.0.0.9:2234",
            "open cyd 127.0.0.9:2234"
        ]
    );
    part.opened(1, "ada");
    part.opened(2, "bob");
    assert_eq!(part.wanted(), ["read 1", "read 2"]);
    part.part.unreachable(&"cyd".into());
    for (conn, level) in [(1, 4), (2, 2)] {
        part.level(conn, level);
        part.root_is(conn, "root");
    }
    assert_eq!(part.wanted(), [""; 0]);
    part.search(2, "somebody", 7);
    assert_eq!(
        part.wanted(),
        [
            "close 1",
            "server: no parent false",
            "server: root root",
            "server: level 3",
            "server: accept true",
            "event: 3 root bob",
            "answer somebody 7",
        ]
    );
    assert!(part.part.owns(ConnId::dialled(2)) && !part.part.owns(ConnId::dialled(1)));
}

#[test]
fn a_candidate_at_level_0_is_the_root_whatever_it_says() {
    for root in [None, Some("ada"), Some("liar")] {
        let mut part = Part::online();
        part.candidates(&["ada"]);
        part.opened(1, "ada");
        part.level(1, 0);
        if let Some(root) = root {
            part.root_is(1, root);
        }
        part.search(1, "somebody", 1);
        let branch = part.part.branch().unwrap();
        assert_eq!((branch.level, branch.root), (1, "ada".into()));
    }
}

#[test]
fn a_search_before_level_and_root_makes_nobody_the_parent() {
    let mut part = Part::online();
    part.candidates(&["ada"]);
    part.opened(1, "ada");
    part.search(1, "somebody", 1);
    part.level(1, 3);
    part.search(1, "somebody", 2);
    part.wanted();
    assert_eq!(part.parent(), None);
    part.root_is(1, "root");
    part.message(
        1,
        DistributedSearch {
            identifier: 0,
            ..search("somebody", 3)
        },
    );
    assert_eq!(part.wanted(), [""; 0]);
    part.search(1, "somebody", 4);
    assert_eq!(part.parent(), Some("ada".into()));
}

#[test]
fn a_new_list_replaces_the_old_one() {
    let mut part = Part::online();
    part.candidates(&["ada", "bob", "cyd"]);
    part.opened(1, "ada");
    part.opened(2, "bob");
    part.wanted();
    part.candidates(&["bob", "dan"]);
    assert_eq!(part.wanted(), ["close 1", "open dan 127.0.0.9:2234"]);
    // He was a candidate when we began to connect.
    part.opened(3, "cyd");
    assert_eq!(part.wanted(), ["close 3"]);
    part.candidates(&[]);
    assert_eq!(part.wanted(), ["close 2"]);
}

#[test]
fn ten_candidates_are_enough_and_nobody_is_one_twice() {
    let mut part = Part::online();
    let names: Vec<String> = (0..100)
        .map(|number| format!("user{}", number / 2))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    part.candidates(&names);
    let wanted = part.wanted();
    assert_eq!(wanted.len(), 10);
    assert_eq!(wanted[9], "open user9 127.0.0.9:2234");
}

#[test]
fn we_and_our_children_are_no_candidates_and_an_address_may_be_missing() {
    let mut part = Part::root();
    part.offered(1, "kid");
    part.wanted();
    let long = "x".repeat(257);
    let mut parents = vec![possible("me", 1), possible("kid", 1), possible("", 1)];
    parents.extend([
        possible(&long, 1),
        possible("ada", 0),
        possible("bob", 70_000),
    ]);
    parents.push(PossibleParent {
        ip: [0; 4].into(),
        ..possible("cyd", 1)
    });
    part.server(PossibleParents { parents });
    assert_eq!(part.wanted(), ["open ada", "open bob", "open cyd"]);
}

#[test]
fn with_a_parent_candidates_are_ignored() {
    let mut part = Part::below(1);
    part.candidates(&["bob"]);
    part.opened(5, "bob");
    assert_eq!(part.wanted(), ["close 5"]);
}

#[test]
fn both_ways_to_a_candidate_may_succeed_and_either_may_be_used() {
    for (used, other) in [(1, 2), (2, 1)] {
        let mut part = Part::online();
        part.candidates(&["ada"]);
        part.opened(1, "ada");
        part.opened(2, "ada");
        part.opened(3, "ada");
        assert!(part.wanted().contains(&"close 3".to_owned()));
        part.level(used, 0);
        part.search(used, "somebody", 1);
        assert_eq!(part.wanted()[0], format!("close {other}"));
        assert_eq!(part.parent(), Some("ada".into()));
    }
}

#[test]
fn a_candidate_who_is_gone_can_be_named_again() {
    let mut part = Part::online();
    part.candidates(&["ada"]);
    part.opened(1, "ada");
    part.closed(1);
    part.wanted();
    part.candidates(&["ada"]);
    assert_eq!(part.wanted(), ["open ada 127.0.0.9:2234"]);
}

#[test]
fn a_candidate_without_a_search_is_dropped_after_two_minutes() {
    let mut part = Part::online();
    part.candidates(&["ada", "bob"]);
    part.opened(1, "ada");
    part.wanted();
    assert_eq!(part.part.deadline(), Some(part.out.now + TWO_MINUTES));
    part.later(TWO_MINUTES);
    assert_eq!(part.wanted(), ["close 1"]);
    part.opened(2, "bob");
    assert_eq!(part.wanted(), ["close 2"]);
}

#[test]
fn absurd_levels_and_roots_close_a_candidate() {
    let long = "x".repeat(257);
    for (level, root) in [
        (-1, None),
        (i32::MIN, None),
        (251, None),
        (i32::MAX, None),
        (3, Some("")),
        (3, Some("me")),
        (0, Some("me")),
        (3, Some(&long[..])),
    ] {
        let mut part = Part::online();
        part.candidates(&["ada"]);
        part.opened(1, "ada");
        part.wanted();
        part.level(1, level);
        if let Some(root) = root {
            part.root_is(1, root);
        }
        assert_eq!(part.wanted(), ["close 1"], "{level} {root:?}");
        assert!(!part.part.owns(ConnId::dialled(1)));
    }
}

#[test]
fn a_parent_that_moves_is_followed_and_children_hear_level_and_root() {
    let mut part = Part::below(1);
    part.offered(5, "kid");
    assert_eq!(part.wanted(), ["read 5", "5: level 2", "5: root root"]);
    part.level(1, 7);
    let moved = ["server: level 8", "5: level 8", "event: 8 root ada"];
    assert_eq!(part.wanted(), moved);
    part.root_is(1, "other");
    let moved = ["server: root other", "5: root other", "event: 8 other ada"];
    assert_eq!(part.wanted(), moved);
    // Nothing new is nothing to tell: it would double at each step down the branch.
    part.level(1, 7);
    part.root_is(1, "other");
    assert_eq!(part.wanted(), [""; 0]);
    part.level(1, 0);
    let moved = [
        "server: root ada",
        "server: level 1",
        "5: level 1",
        "5: root ada",
        "event: 1 ada ada",
    ];
    assert_eq!(part.wanted(), moved);
}

/// The server resets who names a root that is gone, and all below him with him.
#[test]
fn a_root_that_is_gone_is_named_to_nobody_when_only_the_level_is_new() {
    let mut part = Part::below(2);
    part.offered(5, "kid");
    part.wanted();
    // The root is gone, and our grandparent is the root now. We hear the level first.
    part.level(1, 1);
    part.root_is(1, "grandparent");
    let moved = [
        "server: level 2",
        "5: level 2",
        "event: 2 root ada",
        "server: root grandparent",
        "5: root grandparent",
        "event: 2 grandparent ada",
    ];
    assert_eq!(part.wanted(), moved);
}

#[test]
fn a_parent_that_was_the_root_names_a_new_one_before_it_counts() {
    let mut part = Part::below(1);
    part.level(1, 0);
    part.wanted();
    part.level(1, 1);
    assert_eq!(part.wanted(), [""; 0]);
    part.root_is(1, "new");
    assert_eq!(part.wanted()[..2], ["server: root new", "server: level 2"]);
    // He has named himself.
    part.level(1, 0);
    part.root_is(1, "ada");
    part.wanted();
    part.level(1, 3);
    assert_eq!(part.wanted()[0], "server: level 4");
}

#[test]
fn a_parent_from_level_0_without_a_root_has_a_place_when_it_names_one() {
    let mut part = Part::online();
    part.candidates(&["ada"]);
    part.opened(1, "ada");
    part.level(1, 0);
    part.search(1, "somebody", 1);
    part.wanted();
    part.level(1, 2);
    assert_eq!(part.wanted(), [""; 0]);
    part.root_is(1, "root");
    assert_eq!(part.wanted()[..2], ["server: root root", "server: level 3"]);
}

#[test]
fn a_lost_parent_is_announced_and_children_hear_that_we_are_the_root_now() {
    let mut part = Part::below(1);
    part.offered(5, "kid");
    part.wanted();
    part.closed(1);
    let mut expected = ALONE.to_vec();
    let children = ["5: level 0", "5: root me", "event: 0 me"];
    expected.push("server: accept false");
    expected.extend(children);
    assert_eq!(part.wanted(), expected);
    assert_eq!(part.children(), ["kid"]);
}

#[test]
fn a_parent_below_ourselves_or_out_of_its_mind_is_closed() {
    let mut absurd: Vec<fn(&mut Part)> = Vec::new();
    absurd.push(|part| part.root_is(1, "me"));
    absurd.push(|part| part.root_is(1, ""));
    absurd.push(|part| part.level(1, -1));
    absurd.push(|part| part.level(1, 251));
    for say in absurd {
        let mut part = Part::below(1);
        say(&mut part);
        let wanted = part.wanted();
        assert_eq!(wanted[0], "close 1");
        assert_eq!(wanted[1..4], ALONE);
        assert_eq!(part.parent(), None);
    }
}

/// The server and all below us hear of each move.
#[test]
fn a_parent_that_moves_all_the_time_is_closed() {
    for (pause, moves) in [(0, 60), (1, 1000)] {
        let mut part = Part::below(1);
        for number in 0..1000 {
            part.later(Duration::from_secs(pause));
            if part.parent().is_none() {
                assert_eq!(number, moves + 1);
                break;
            }
            part.level(1, 2 + number % 2);
            assert_eq!(part.parent().is_some(), number < moves, "{number}");
        }
    }
}

#[test]
fn a_parent_is_given_up_after_a_quarter_of_an_hour_of_silence() {
    let mut part = Part::below(1);
    part.later(QUARTER / 2);
    part.message(1, DistributedPing::default());
    part.later(ALMOST);
    assert_eq!(part.parent(), Some("ada".into()));
    part.later(Duration::from_secs(1));
    let wanted = part.wanted();
    assert_eq!(wanted[0], "close 1");
    assert_eq!(wanted[1..4], ALONE);
}

#[test]
fn who_finds_no_parent_says_so_again_each_quarter_of_an_hour() {
    let mut part = Part::online();
    for _ in 0..3 {
        part.later(ALMOST);
        assert_eq!(part.wanted(), [""; 0]);
        part.later(Duration::from_secs(1));
        let wanted = part.wanted();
        assert_eq!(wanted[..3], ALONE);
        assert_eq!(wanted[3..], ["server: accept false"]);
    }
}

#[test]
fn a_reset_closes_everything_and_begins_again() {
    let mut part = Part::below(1);
    part.offered(5, "kid");
    part.wanted();
    part.server(ResetDistributed);
    let wanted = part.wanted();
    assert_eq!(wanted[..2], ["close 1", "close 5"]);
    assert_eq!(wanted[2..5], ALONE);
    assert_eq!(wanted[5..], ["server: accept false", "event: 0 me"]);

    let mut part = Part::online();
    part.candidates(&["ada"]);
    part.opened(1, "ada");
    part.wanted();
    part.server(ResetDistributed);
    assert_eq!(part.wanted()[0], "close 1");
}

#[test]
fn the_end_of_the_session_closes_everything() {
    let mut part = Part::below(1);
    part.offered(5, "kid");
    part.wanted();
    part.part.offline(&mut part.out);
    assert_eq!(part.wanted(), ["close 1", "close 5"]);
    assert_eq!(part.part.deadline(), None);
    part.offered(6, "kid");
    part.opened(7, "ada");
    part.candidates(&["ada"]);
    assert_eq!(part.wanted(), ["close 6", "close 7"]);
    // What the last server said of speeds is forgotten.
    part.part.online("me", &mut part.out);
    part.server(embedded(&search("somebody", 1)));
    part.offered(8, "kid");
    assert_eq!(part.wanted().last().unwrap(), "close 8");
}

#[test]
fn what_is_no_message_closes_a_candidate_and_not_the_parent() {
    let mut part = Part::online();
    part.candidates(&["ada"]);
    part.opened(1, "ada");
    part.wanted();
    part.part.malformed(ConnId::dialled(1), &mut part.out);
    assert_eq!(part.wanted(), ["close 1"]);

    let mut part = Part::below(1);
    part.part.malformed(ConnId::dialled(1), &mut part.out);
    assert_eq!(part.wanted(), [""; 0]);
}
