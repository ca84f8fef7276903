//! Messages with a history: tails that differ between clients, and values that we compute.

use std::net::Ipv4Addr;

use bytes::Bytes;
use slsk_wire::init::{ConnectionKind, PeerInit};
use slsk_wire::peer::{FileSearchResponse, PeerMessage, UploadPermission, UserInfoResponse};
use slsk_wire::server::{ChangePassword, LoginRequest, LoginResponse, ServerRequest};
use slsk_wire::{Decoder, Family, FamilyId, Frame, Framer, Limits, Unknown};

use super::{encode, parse};

#[test]
fn a_peer_init_has_a_token_of_no_four_or_eight_bytes() {
    let init = encode(&PeerInit {
        token: None,
        ..PeerInit::new("somebody", ConnectionKind::File)
    });
    let tail = [1, 0, 0, 0, 2, 0, 0, 0];
    for length in 0..=tail.len() {
        let (message, trailing) = parse::<PeerInit>(&[&init, &tail[..length]].concat());
        assert_eq!(message.kind, ConnectionKind::File);
        assert_eq!(message.token, (length >= 4).then_some(1), "{length}");
        assert_eq!(message.second_token, (length >= 8).then_some(2), "{length}");
        assert_eq!(trailing, tail[length / 4 * 4..length], "{length}");
    }
    let (_, trailing) = parse::<PeerInit>(&[&init, &tail[..], b"more"].concat());
    assert_eq!(trailing, "more");
}

#[test]
fn one_to_three_stray_bytes_are_no_upload_permission() {
    let info = UserInfoResponse {
        description: "hello".into(),
        has_picture: true,
        picture: Some(b"png"[..].into()),
        upload_slots: 2,
        queue_size: 3,
        slots_free: true,
        upload_permission: None,
    };
    let body = encode(&info);
    for stray in [&[][..], &[1], &[1, 0], &[1, 0, 0]] {
        let (message, trailing) = parse::<UserInfoResponse>(&[&body, stray].concat());
        assert_eq!(message, info);
        assert_eq!(trailing, stray);
    }
    let (message, _) = parse::<UserInfoResponse>(&[&body[..], &[1, 0, 0, 0]].concat());
    assert_eq!(message.upload_permission, Some(UploadPermission::Everyone));
}

#[test]
fn a_login_request_hides_the_password_and_its_hash() {
    let request = LoginRequest::new("nic1", "pw-nic1", 160, 3);
    let shown = format!("{request:?}");
    assert!(shown.contains("nic1\"") && shown.contains("160"), "{shown}");
    assert!(!shown.contains("pw-nic1"), "{shown}");
    let hash = request.hash.expect("it has a hash");
    assert!(!shown.contains(hash.reveal().as_utf8().unwrap()), "{shown}");
}

/// The bytes are the first message that Nicotine+ sends in `a_login`.
#[test]
fn a_login_request_has_the_hash_of_name_and_password() {
    let recorded = "040000006e6963310700000070772d6e696331a000000020000000333065616336623065\
                    633830393531313962313939313438343234643763356603000000";
    let request = LoginRequest::new("nic1", "pw-nic1", 160, 3);
    assert_eq!(const_hex::encode(encode(&request)), recorded);
}

#[test]
fn a_login_response_has_the_hash_of_the_password_alone() {
    let response = LoginResponse::accepted("", Ipv4Addr::LOCALHOST, "password");
    let hash = response.password_md5.expect("it has a hash");
    assert_eq!(hash.reveal(), &"5f4dcc3b5aa765d61d8327deb882cf99");
}

#[test]
fn an_old_server_sends_no_hash() {
    let body = Bytes::from_static(b"\x01\x02\0\0\0hi\x01\0\0\x7F");
    let decoded = Decoder::new(Limits::default()).decode_message::<LoginResponse>(&body);
    let response = decoded.expect("it decodes").message;
    assert_eq!(response.greeting.expect("it greets"), "hi");
    assert_eq!((response.password_md5, response.is_supporter), (None, None));
}

#[test]
fn what_is_around_a_password_does_not_show_it_either() {
    let messages = [
        ServerRequest::from(LoginRequest::new("ada", "pw-ada-7", 160, 3)),
        ChangePassword {
            password: "pw-ada-7".into(),
        }
        .into(),
    ];
    for message in messages {
        let bytes = message.to_frame().unwrap();
        let mut framer = Framer::new(Limits::default());
        framer.push(&bytes[..bytes.len() - 1]);
        let frame = Frame::from_bytes(bytes, FamilyId::ServerRequest, &Limits::default()).unwrap();
        let decoded = Decoder::default().decode::<ServerRequest>(&frame).unwrap();
        let unknown = Unknown::decoded(&frame);
        for shown in [
            format!("{frame:?}"),
            format!("{framer:?}"),
            format!("{decoded:?}"),
            format!("{unknown:?}"),
        ] {
            // As text, and as the numbers of its bytes.
            assert!(
                !shown.contains("pw-ada") && !shown.contains("112, 119"),
                "{shown}"
            );
        }
    }
}

#[test]
fn a_decoder_does_not_show_what_it_has_inflated() {
    let reply = PeerMessage::from(FileSearchResponse::new("somebody", 7, Vec::new()));
    let frame = Frame::from_bytes(
        reply.to_frame().unwrap(),
        FamilyId::Peer,
        &Limits::default(),
    );
    let frame = frame.unwrap();
    let mut decoder = Decoder::default();
    decoder.decode::<PeerMessage>(&frame).unwrap();
    assert!(format!("{decoder:?}").len() < 1000, "{decoder:?}");
    let peeked = decoder.peek::<FileSearchResponse>(&frame.body).unwrap();
    assert!(format!("{peeked:?}").len() < 200, "{peeked:?}");
}
