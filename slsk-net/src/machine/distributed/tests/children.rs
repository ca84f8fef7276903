use slsk_wire::distributed::{DistributedChildDepth, DistributedPing};

use super::*;

#[test]
fn a_child_is_told_level_and_root_at_once() {
    let mut part = Part::root();
    part.offered(1, "kid");
    assert_eq!(part.wanted(), ["read 1", "1: level 0", "1: root me"]);
    let mut part = Part::below(0);
    part.offered(5, "kid");
    assert_eq!(part.wanted(), ["read 5", "5: level 1", "5: root ada"]);
    assert_eq!(part.children(), ["kid"]);
}

#[test]
fn who_has_no_place_in_a_tree_takes_nobody() {
    let mut part = Part::online();
    part.offered(1, "kid");
    assert_eq!(part.wanted(), ["close 1"]);
    part.server(embedded(&search("somebody", 1)));
    assert_eq!(part.wanted(), ["server: accept true", "answer somebody 1"]);
    part.offered(2, "kid");
    assert_eq!(part.children(), ["kid"]);
}

#[test]
fn neither_ourselves_nor_a_candidate_nor_the_parent_becomes_a_child() {
    let mut part = Part::root();
    part.candidates(&["ada"]);
    part.wanted();
    part.offered(1, "me");
    part.offered(2, "ada");
    assert_eq!(part.wanted(), ["close 1", "close 2"]);

    let mut part = Part::below(0);
    part.offered(5, "ada");
    assert_eq!(part.wanted(), ["close 5"]);
}

#[test]
fn the_server_hears_only_when_the_last_place_is_taken_or_free_again() {
    let mut part = Part::root();
    part.part.own_speed(2 * 5120, &mut part.out);
    part.offered(1, "kid1");
    assert!(!part.wanted().iter().any(|line| line.starts_with("server")));
    part.offered(2, "kid2");
    assert_eq!(part.wanted().last().unwrap(), "server: accept false");
    part.offered(3, "kid3");
    assert_eq!(part.wanted(), ["close 3"]);
    part.closed(1);
    assert_eq!(part.wanted(), ["server: accept true"]);
    part.closed(2);
    assert_eq!(part.wanted(), [""; 0]);
}

/// Who would be refused anyway is not worth a question to the server who he is.
#[test]
fn the_peers_know_whether_there_is_room_below_us() {
    let takes = |part: &mut Part| {
        part.wanted();
        part.takes_children
    };
    let mut part = Part::online();
    assert!(!takes(&mut part));
    part.server(embedded(&search("somebody", 1)));
    assert!(takes(&mut part), "a root");
    part.part.own_speed(5120, &mut part.out);
    part.offered(1, "kid");
    assert!(!takes(&mut part), "full");
    part.closed(1);
    assert!(takes(&mut part));
    part.part.offline(&mut part.out);
    assert!(!takes(&mut part), "no session");
    let mut part = Part::below(1);
    assert!(takes(&mut part), "a parent");
    part.closed(1);
    assert!(!takes(&mut part), "none any more");
}

#[test]
fn our_own_limit_counts_too() {
    for (max, expected) in [(0, 0), (3, 3), (10, 10)] {
        let mut part = Part::offline(max);
        part.part.online("me", &mut part.out);
        part.part.own_speed(FAST, &mut part.out);
        part.server(embedded(&search("somebody", 1)));
        for conn in 1..20 {
            part.offered(conn, &format!("kid{conn}"));
        }
        assert_eq!(part.children().len(), expected);
    }
}

#[test]
fn the_number_follows_the_speed_and_what_the_server_says() {
    let mut part = Part::root();
    part.part.own_speed(5119, &mut part.out);
    assert_eq!(part.wanted(), ["server: accept false"]);
    part.server(speed_ratio(49));
    assert_eq!(part.wanted(), ["server: accept true"]);
    part.server(min_speed(5));
    assert_eq!(part.wanted(), ["server: accept false"]);
    part.part.own_speed(5120, &mut part.out);
    assert_eq!(part.wanted(), ["server: accept true"]);
}

#[test]
fn children_stay_when_there_is_less_room() {
    let mut part = Part::root();
    part.offered(1, "kid1");
    part.offered(2, "kid2");
    part.wanted();
    part.part.own_speed(0, &mut part.out);
    assert_eq!(part.wanted(), ["server: accept false"]);
    assert_eq!(part.children().len(), 2);
}

#[test]
fn a_second_connection_is_refused_for_half_a_minute_and_replaces_the_first_later() {
    let mut part = Part::root();
    part.offered(1, "kid");
    part.wanted();
    part.later(Duration::from_secs(29));
    part.offered(2, "kid");
    assert_eq!(part.wanted(), ["close 2"]);
    part.later(Duration::from_secs(1));
    part.offered(3, "kid");
    assert_eq!(
        part.wanted(),
        ["close 1", "read 3", "3: level 0", "3: root me"]
    );
    assert_eq!(part.children(), ["kid"]);
}

#[test]
fn a_second_connection_replaces_the_first_also_when_all_places_are_taken() {
    let mut part = Part::root();
    part.part.own_speed(5120, &mut part.out);
    part.offered(1, "kid");
    part.later(Duration::from_secs(30));
    part.wanted();
    part.offered(2, "kid");
    assert_eq!(part.wanted()[..2], ["close 1", "read 2"]);
    assert_eq!(part.children(), ["kid"]);
}

#[test]
fn a_child_that_talks_like_a_parent_is_closed() {
    let mut lines: Vec<fn(&mut Part)> = Vec::new();
    lines.push(|part| part.search(5, "somebody", 2));
    lines.push(|part| part.level(5, 1));
    lines.push(|part| part.root_is(5, "root"));
    for say in lines {
        for mut part in [Part::below(0), Part::root()] {
            part.offered(5, "kid");
            part.wanted();
            say(&mut part);
            assert_eq!(part.wanted(), ["close 5"]);
            assert_eq!(part.children(), [""; 0]);
        }
    }
}

#[test]
fn pings_and_depths_of_children_are_ignored() {
    let mut part = Part::root();
    part.offered(1, "kid");
    part.wanted();
    part.message(1, DistributedPing::default());
    part.message(1, DistributedChildDepth { depth: 3 });
    let unknown = Frame {
        code: 200,
        body: vec![1, 2].into(),
    };
    part.frame(1, &unknown);
    assert_eq!(part.wanted(), [""; 0]);
    assert_eq!(part.children(), ["kid"]);
    part.part.malformed(ConnId::dialled(1), &mut part.out);
    assert_eq!(part.wanted(), ["close 1"]);
}
