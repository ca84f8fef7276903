use slsk_wire::peer::{Attributes, File, FileSearchResponse, PeerMessage};
use slsk_wire::server::{
    EmbeddedMessage, GetUserStatusResponse, LoginRequest, PrivilegedUsers, ServerRequest,
    ServerResponse, Status,
};
use slsk_wire::{Decoder, Family, Frame, Limits, Text};

use super::*;

fn shown<F: Family + Into<AnyMessage>>(value: impl Into<F>) -> String {
    let bytes = value.into().to_frame().unwrap();
    let frame = Frame::from_bytes(bytes, F::ID, &Limits::default()).unwrap();
    let decoded = AnyMessage::decode(&mut Decoder::default(), F::ID, &frame).unwrap();
    message(&decoded, false)
}

#[test]
fn secrets_are_hidden_and_absent_fields_left_out() {
    let mut login = LoginRequest::new("me", "pass word", 160, 3);
    assert_eq!(
        shown::<ServerRequest>(login.clone()),
        "server_request/LoginRequest(1) username=\"me\" password=<hidden> major_version=160 \
         hash=<hidden> minor_version=3"
    );
    (login.hash, login.minor_version) = (None, None);
    assert_eq!(
        shown::<ServerRequest>(login),
        "server_request/LoginRequest(1) username=\"me\" password=<hidden> major_version=160"
    );
}

#[test]
fn known_values_have_their_name() {
    let status = |status| {
        shown::<ServerResponse>(GetUserStatusResponse {
            username: Text::new(),
            status,
            privileged: false,
        })
    };
    assert!(status(Status::Online).contains(" status=2 Online "));
    assert!(status(Status::Other(9)).contains(" status=9 "));
}

#[test]
fn nothing_reaches_the_terminal_raw() {
    let users = |name: &[u8]| {
        let users = vec![Text::from_bytes(name.to_vec())];
        shown::<ServerResponse>(PrivilegedUsers { users })
    };
    let line = users("a\u{1b}[31m\r\n\u{9b}\u{202e}\"\\ é".as_bytes());
    assert!(
        line.ends_with(r#"users=["a\u{1b}[31m\r\n\u{9b}\u{202e}\"\\ é"]"#),
        "{line}"
    );
    // Latin-1 has control characters of its own.
    let line = users(b"\xe9\x9b31m");
    assert!(line.ends_with(r#"users=["é\u{9b}31m"]"#), "{line}");
    let line = users(&[b'x'; 1_000]);
    assert!(
        line.ends_with("xx\"… (1000 bytes)]") && line.len() < 200,
        "{line}"
    );
}

#[test]
fn long_lists_are_told_by_their_number() {
    let file = |name| File::new(name, 1, Attributes::default());
    let mut reply = FileSearchResponse::new("u", 7, vec![file("a"), file("b")]);
    let tail = " slot_free=true average_speed=0 queue_length=0 unknown=0 locked_results=[]";
    assert_eq!(
        shown::<PeerMessage>(reply.clone()),
        "peer/FileSearchResponse(9) username=\"u\" token=7 \
         results=[{code=1 name=\"a\" raw_size=1 extension=\"\" attributes=[]}, \
         {code=1 name=\"b\" raw_size=1 extension=\"\" attributes=[]}]"
            .to_owned()
            + tail
    );
    reply.results = vec![file("a"); 1_600];
    assert_eq!(
        shown::<PeerMessage>(reply),
        "peer/FileSearchResponse(9) username=\"u\" token=7 results=[… 1600 items]".to_owned()
            + tail
    );
}

#[test]
fn bytes_are_hex_while_they_are_few() {
    let embedded = |length| {
        shown::<ServerResponse>(EmbeddedMessage {
            distributed_code: 3,
            payload: vec![0xab; length].into(),
        })
    };
    assert!(embedded(0).ends_with(" payload=<0 bytes>"));
    assert!(embedded(1).ends_with(" payload=<1 byte: ab>"));
    assert!(embedded(17).ends_with(&format!(" payload=<17 bytes: {}…>", "ab".repeat(16))));
}

#[test]
fn unknown_codes_and_trailing_bytes_are_shown() {
    let mut decoder = Decoder::default();
    let mut show = |hex: &str| {
        let bytes = const_hex::decode(hex).unwrap();
        let family = slsk_wire::FamilyId::Peer;
        let frame = Frame::from_bytes(bytes, family, &Limits::default()).unwrap();
        message(
            &AnyMessage::decode(&mut decoder, family, &frame).unwrap(),
            true,
        )
    };
    assert_eq!(
        show("05000000e7030000ff"),
        "peer/Unknown(999) (obfuscated) <1 byte>"
    );
    assert_eq!(
        show("050000000e000000ff"),
        "peer/Unknown(14, CancelledQueuedTransfer) (obfuscated) <1 byte>"
    );
    assert_eq!(
        show("060000000f000000ffee"),
        "peer/UserInfoRequest(15) (obfuscated) trailing=<2 bytes: ffee>"
    );
}

#[test]
fn plain_names_stand_without_quotes() {
    for (name, plain) in [
        ("nic1", true),
        ("a b", false),
        ("", false),
        ("server", false),
        ("127.0.0.1:5", false),
    ] {
        assert_eq!(is_plain(name), plain, "{name}");
    }
}
