use std::time::Instant;

use slsk_wire::peer::{Attributes, File, PeerMessage};

use super::*;
use crate::share::Entry;

#[expect(clippy::disallowed_methods, reason = "a point to count from")]
fn outbox() -> Outbox {
    Outbox::new(Instant::now(), 1)
}

fn index() -> Arc<Index> {
    let mut builder = Index::builder();
    builder
        .add(Entry::new(r"Music\snow.flac", 3, "/snow.flac"))
        .unwrap();
    Arc::new(builder.build().unwrap())
}

fn search(user: &str, token: u32) -> IncomingFileSearch {
    IncomingFileSearch {
        username: user.into(),
        token,
        query: "snow".into(),
    }
}

/// The queries that are wanted.
fn queries(out: &mut Outbox) -> Vec<(QueryId, ShareQuery)> {
    let wanted = out.queue.drain(..);
    wanted
        .map(|out| match out {
            Out::Effect(Effect::Query(id, query)) => (id, query),
            other => panic!("no query: {other:?}"),
        })
        .collect()
}

/// The user and the results that are sent to him.
fn sent(out: &mut Outbox) -> Option<(Text, FileSearchResponse)> {
    match out.queue.pop_front()? {
        Out::Deliver(user, PeerMessage::FileSearchResponse(response)) => Some((user, response)),
        other => panic!("no result: {other:?}"),
    }
}

fn found(count: usize) -> Found {
    Found {
        files: vec![File::new("song", 1, Attributes::default()); count],
        matched: count,
    }
}

#[test]
fn what_is_found_goes_to_who_searches() {
    let (mut part, mut out) = (IncomingSearches::default(), outbox());
    part.share(index());
    part.own_speed(9000);
    part.asked(&search("ada", 7), Some("me"), &mut out);
    let [(id, query)] = &queries(&mut out)[..] else {
        panic!("one query");
    };
    assert_eq!((&query.user, &query.text), (&"ada".into(), &"snow".into()));
    let answer = query.answer();
    assert_eq!(answer.matched, 1);
    part.answer(*id, answer, Some("me"), true, 5, &mut out);
    let (user, response) = sent(&mut out).unwrap();
    assert_eq!(user, "ada");
    let expected = FileSearchResponse {
        slot_free: true,
        average_speed: 9000,
        queue_length: 5,
        ..FileSearchResponse::new("me", 7, response.results.clone())
    };
    assert_eq!(response, expected);
    assert_eq!(response.results[0].name, r"Music\snow.flac");
}

#[test]
fn nothing_found_is_not_sent_and_no_more_than_a_thousand_files_are() {
    let (mut part, mut out) = (IncomingSearches::default(), outbox());
    part.share(index());
    for (files, expected) in [(0, None), (1000, Some(1000)), (1001, Some(1000))] {
        part.asked(&search("ada", 7), Some("me"), &mut out);
        let (id, _) = queries(&mut out).remove(0);
        part.answer(id, found(files), Some("me"), true, 0, &mut out);
        assert_eq!(sent(&mut out).map(|(_, sent)| sent.results.len()), expected);
    }
}

#[test]
fn own_nameless_and_overlong_searches_are_not_answered_nor_any_while_nothing_is_shared() {
    let (mut part, mut out) = (IncomingSearches::default(), outbox());
    part.asked(&search("ada", 7), Some("me"), &mut out);
    part.share(Arc::new(Index::builder().build().unwrap()));
    part.asked(&search("ada", 7), Some("me"), &mut out);
    part.share(index());
    part.asked(&search("me", 7), Some("me"), &mut out);
    part.asked(&search("", 7), Some("me"), &mut out);
    part.asked(&search(&"x".repeat(257), 7), Some("me"), &mut out);
    let query = "x".repeat(Query::MAX_BYTES + 1).into();
    let long = IncomingFileSearch {
        query,
        ..search("ada", 7)
    };
    part.asked(&long, Some("me"), &mut out);
    assert_eq!(queries(&mut out).len(), 0);
}

#[test]
fn a_handler_is_asked_also_while_nothing_is_shared() {
    let policy = Policy {
        always_ask: true,
        report: false,
    };
    let (mut part, mut out) = (IncomingSearches::new(policy), outbox());
    part.asked(&search("ada", 7), Some("me"), &mut out);
    let (id, query) = queries(&mut out).remove(0);
    assert_eq!(query.answer(), Found::default());
    part.answer(id, found(2), Some("me"), true, 0, &mut out);
    assert_eq!(sent(&mut out).unwrap().1.results.len(), 2);
}

#[test]
fn searches_that_too_many_wait_before_are_dropped_and_counted() {
    let policy = Policy {
        always_ask: false,
        report: true,
    };
    let (mut part, mut out) = (IncomingSearches::new(policy), outbox());
    part.share(index());
    for token in 0..300 {
        part.asked(&search("ada", token), Some("me"), &mut out);
    }
    let waiting = queries(&mut out);
    assert_eq!(waiting.len(), MAX_QUERIES);
    for ((id, _), dropped) in waiting.into_iter().zip([300 - 256, 0]) {
        let nothing = Found {
            files: Vec::new(),
            matched: 9,
        };
        part.answer(id, nothing, Some("me"), true, 0, &mut out);
        let Some(Out::Effect(Effect::Emit(Event::SearchAnswered(report)))) = out.queue.pop_front()
        else {
            panic!("a report");
        };
        let expected = AnsweredSearch {
            user: "ada".into(),
            query: "snow".into(),
            matched: 9,
            dropped,
        };
        assert_eq!(*report, expected);
    }
    part.asked(&search("ada", 300), Some("me"), &mut out);
    assert_eq!(queries(&mut out).len(), 1);
}

#[test]
fn an_answer_after_the_session_goes_to_nobody() {
    let (mut part, mut out) = (IncomingSearches::default(), outbox());
    part.share(index());
    part.asked(&search("ada", 7), Some("me"), &mut out);
    let (id, query) = queries(&mut out).remove(0);
    part.answer(id, query.answer(), None, true, 0, &mut out);
    assert!(sent(&mut out).is_none());
    // And nobody asked for this one.
    part.answer(QueryId(99), found(1), Some("me"), true, 0, &mut out);
    assert!(sent(&mut out).is_none());
}
