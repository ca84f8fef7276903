//! `spec/guide/chat.md`

use slsk_wire::server::{IncomingPrivateMessage, MessageUsers, ServerRequest};

use super::{read, unframe};

#[test]
fn d10_a_private_message_is_live_unless_it_says_otherwise() {
    let body = "07000000 78563412 05000000 'alice' 02000000 'hi'";
    let message = |tail: &str| read::<IncomingPrivateMessage>(22, &format!("{body} {tail}"));
    let old = message("");
    assert_eq!((old.message_id, old.timestamp), (7, 0x1234_5678));
    assert_eq!((old.is_new, old.is_live()), (None, true));
    let live = message("01");
    assert_eq!((live.is_new, live.is_live()), (Some(true), true));
    let waited = message("00");
    assert_eq!((waited.is_new, waited.is_live()), (Some(false), false));
}

/// Open: to whom of them it is delivered, and when.
#[test]
fn d28_one_message_goes_to_many_users() {
    let frame = "1e000000 95000000 02000000 03000000 'bob' 05000000 'carol' 02000000 'hi'";
    let sent: ServerRequest = unframe(frame);
    let expected = MessageUsers {
        usernames: vec!["bob".into(), "carol".into()],
        message: "hi".into(),
    };
    assert_eq!(sent, expected.into());
}

/// Open: our client compares no text of the server yet.
#[test]
fn d51_an_apostrophe_comes_in_two_forms() {
    let body = "01000000 00000000 06000000 'server'";
    let curly: IncomingPrivateMessage = read(22, &format!("{body} 08000000 'hasn’t' 01"));
    let straight: IncomingPrivateMessage = read(22, &format!("{body} 06000000 'hasn' 27 't' 01"));
    assert_eq!(curly.message.as_bytes(), b"hasn\xE2\x80\x99t");
    assert_eq!(straight.message.as_bytes(), b"hasn't");
    assert_eq!(
        (curly.message.to_str(), straight.message.to_str()),
        ("hasn’t".into(), "hasn't".into())
    );
}
