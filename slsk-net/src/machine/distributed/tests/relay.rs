use slsk_wire::distributed::DistributedEmbeddedMessage;

use super::*;

#[test]
fn a_search_of_the_parent_goes_to_all_children_as_it_came_and_is_answered() {
    let mut part = Part::below(0);
    part.offered(5, "kid1");
    part.offered(6, "kid2");
    part.wanted();
    let mut bytes = body(&search("somebody", 2));
    bytes.extend(b"\xffunknown");
    let frame = Frame {
        code: 3,
        body: bytes.into(),
    };
    part.frame(1, &frame);
    let line = format!("3 {}", frame.body.escape_ascii());
    let expected = [format!("5: {line}"), format!("6: {line}")];
    let wanted = part.wanted();
    assert_eq!(wanted[..2], expected);
    assert_eq!(wanted[2..], ["answer somebody 2"]);
}

#[test]
fn a_search_with_another_identifier_is_dropped() {
    let mut part = Part::below(0);
    part.offered(5, "kid");
    part.wanted();
    for identifier in [0, 48, 50, u32::MAX] {
        let search = DistributedSearch {
            identifier,
            ..search("somebody", 2)
        };
        part.message(1, search.clone());
        assert_eq!(part.wanted(), [""; 0]);
        let mut part = Part::root();
        part.server(embedded(&search));
        assert_eq!(part.wanted(), [""; 0]);
    }
}

#[test]
fn own_searches_are_passed_on_and_not_answered() {
    let own = search("me", 2);
    let mut part = Part::below(0);
    part.offered(5, "kid");
    part.wanted();
    part.message(1, own.clone());
    assert_eq!(part.wanted(), [relayed(5, &own)]);

    let mut part = Part::root();
    part.offered(1, "kid");
    part.wanted();
    part.server(embedded(&own));
    assert_eq!(part.wanted(), [relayed(1, &own)]);
}

#[test]
fn a_root_unwraps_what_the_server_sends() {
    let mut part = Part::root();
    part.offered(1, "kid");
    part.wanted();
    let search = search("somebody", 2);
    let mut message = embedded(&search);
    part.server(message.clone());
    assert_eq!(
        part.wanted(),
        [relayed(1, &search), "answer somebody 2".to_owned()]
    );
    for code in [0, 4, 5, 93] {
        message.distributed_code = code;
        part.server(message.clone());
        assert_eq!(part.wanted(), [""; 0]);
    }
}

#[test]
fn what_the_server_embeds_makes_a_root_only_if_it_is_a_search() {
    let mut part = Part::online();
    part.server(EmbeddedMessage {
        distributed_code: 4,
        payload: Rest(vec![0; 4].into()),
    });
    part.server(EmbeddedMessage {
        distributed_code: 3,
        payload: Rest(vec![0; 4].into()),
    });
    assert_eq!(part.wanted(), [""; 0]);
    part.offered(1, "kid");
    assert_eq!(part.wanted(), ["close 1"]);
}

#[test]
fn with_a_parent_the_server_is_not_listened_to() {
    let mut part = Part::below(0);
    part.offered(5, "kid");
    part.wanted();
    part.server(embedded(&search("somebody", 2)));
    assert_eq!(part.wanted(), [""; 0]);
}

#[test]
fn a_wrapped_search_of_the_parent_is_unwrapped_in_both_forms() {
    for padded in [false, true] {
        let mut part = Part::below(0);
        part.offered(5, "kid");
        part.wanted();
        let search = search("somebody", 2);
        part.message(
            1,
            DistributedEmbeddedMessage {
                padded,
                distributed_code: 3,
                payload: Rest(body(&search).into()),
            },
        );
        assert_eq!(
            part.wanted(),
            [relayed(5, &search), "answer somebody 2".to_owned()]
        );
    }
}

#[test]
fn a_wrapped_search_makes_a_candidate_the_parent_too() {
    let mut part = Part::online();
    part.candidates(&["ada"]);
    part.opened(1, "ada");
    part.level(1, 0);
    part.message(
        1,
        DistributedEmbeddedMessage {
            padded: true,
            distributed_code: 3,
            payload: Rest(body(&search("somebody", 2)).into()),
        },
    );
    assert_eq!(part.parent(), Some("ada".into()));
}

#[test]
fn the_same_search_twice_in_a_row_goes_on_once() {
    let mut part = Part::below(0);
    part.offered(5, "kid");
    part.wanted();
    part.search(1, "somebody", 2);
    assert_eq!(part.wanted().len(), 2);
    part.search(1, "somebody", 2);
    assert_eq!(part.wanted(), [""; 0]);
    part.search(1, "somebody", 3);
    part.search(1, "somebody", 2);
    assert_eq!(part.wanted().len(), 4);
    // A wish has the same number each time.
    part.later(Duration::from_mins(2));
    part.search(1, "somebody", 2);
    assert_eq!(part.wanted().len(), 2);
}

#[test]
fn a_root_that_finds_a_parent_does_not_pass_the_same_search_on_twice() {
    let mut part = Part::root();
    part.offered(5, "kid");
    part.candidates(&["ada"]);
    part.opened(1, "ada");
    part.level(1, 0);
    let search = search("somebody", 2);
    part.server(embedded(&search));
    part.wanted();
    part.message(1, search.clone());
    assert_eq!(part.parent(), Some("ada".into()));
    assert!(!part.wanted().contains(&relayed(5, &search)));
}
