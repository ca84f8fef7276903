//! `spec/guide/searching.md`

use slsk_wire::peer::{FileSearchResponse, PeerMessage};
use slsk_wire::server::{
    ExactFileSearch, IncomingExactFileSearch, RelatedSearchesResponse, RelatedTerm, RelatedTerms,
    ServerResponse,
};
use slsk_wire::{EncodeErrorKind, Wire};

use super::{bytes, holds, read, unframe, written};

#[test]
fn d17_an_exact_search_has_the_user_first_when_it_arrives() {
    let file = "08000000 'snow.mp3' 04000000 'song' 0000000002000000 efbeadde";
    let sent: ExactFileSearch = read(65, &format!("2a000000 {file} 00"));
    assert_eq!(
        (sent.token, sent.size, sent.checksum),
        (42, 1 << 33, 0xDEAD_BEEF)
    );
    assert_eq!(
        (&*sent.filename.to_str(), &*sent.folder.to_str()),
        ("snow.mp3", "song")
    );
    assert_eq!(sent.unknown, 0);
    let arrived: IncomingExactFileSearch = read(65, &format!("05000000 'alice' 2a000000 {file}"));
    assert_eq!((&*arrived.username.to_str(), arrived.token), ("alice", 42));
    assert_eq!((arrived.size, arrived.checksum), (1 << 33, 0xDEAD_BEEF));
}

fn scored(term: &str, score: u32) -> RelatedTerm {
    let term = term.into();
    RelatedTerm { term, score }
}

#[test]
fn d29_related_terms_come_with_scores_or_without() {
    let terms = |terms: &str| {
        let response: RelatedSearchesResponse = read(153, &format!("04000000 'snow' {terms}"));
        assert_eq!(response.query, "snow");
        response.terms
    };
    let with = terms("02000000 03000000 'ice' 05000000 04000000 'hail' 00000000");
    assert_eq!(
        with,
        RelatedTerms::Scored(vec![scored("ice", 5), scored("hail", 0)])
    );
    let without = terms("02000000 03000000 'ice' 04000000 'hail'");
    assert_eq!(
        without,
        RelatedTerms::Plain(vec!["ice".into(), "hail".into()])
    );
    assert_eq!(terms("00000000"), RelatedTerms::default());

    // As recorded in `i_distributed`, from the mock server of aioslsk.
    let recorded: ServerResponse = unframe(
        "2f000000 99000000 05000000 'query' 02000000 0b000000 'related one' 0b000000 'related two'",
    );
    let expected = RelatedSearchesResponse {
        query: "query".into(),
        terms: RelatedTerms::Plain(vec!["related one".into(), "related two".into()]),
    };
    assert_eq!(recorded, expected.into());

    // Two readings: an empty text and one of eight zeros, or two empty terms with scores.
    let both = terms("02000000 00000000 08000000 00000000 00000000");
    assert_eq!(
        both,
        RelatedTerms::Scored(vec![scored("", 8), scored("", 0)])
    );
    let lost = RelatedTerms::Plain(vec!["".into(), "\0\0\0\0\0\0\0\0".into()]);
    let error = lost
        .encode(&mut Vec::new())
        .expect_err("it would be another value");
    assert_eq!(error.kind, EncodeErrorKind::Contradiction);
}

#[test]
fn d34_a_search_reply_ends_with_a_zero_and_locked_files() {
    let start = "05000000 'alice' 2a000000 00000000 01 e8030000 03000000";
    let reply = |tail: &str| {
        let reply: FileSearchResponse = read(9, &format!("{start} {tail}"));
        assert_eq!((reply.token, reply.slot_free), (42, true));
        assert_eq!((reply.average_speed, reply.queue_length), (1000, 3));
        (reply.unknown, reply.locked_results)
    };
    assert_eq!(reply(""), (None, None));
    // Also what Museek writes: a queue length of eight bytes.
    assert_eq!(reply("00000000"), (Some(0), None));
    assert_eq!(reply("00000000 00000000"), (Some(0), Some(Vec::new())));
    let file = "01 03000000 'a.b' 0500000000000000 00000000 00000000";
    let (_, locked) = reply(&format!("00000000 01000000 {file}"));
    assert_eq!(locked.expect("a list")[0].name, "a.b");

    let ours = FileSearchResponse::new("alice", 42, Vec::new());
    let body = "05000000 'alice' 2a000000 00000000 01 00000000 00000000 00000000 00000000";
    assert_eq!(written(9, &ours), bytes(body));
    assert!(holds(&PeerMessage::from(ours), body));
}
