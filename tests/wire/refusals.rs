//! What the coders refuse, where they say it is, and in which words.

use std::net::Ipv4Addr;

use bytes::Bytes;
use slsk_wire::init::InitMessage;
use slsk_wire::peer::{
    Attributes, Directory, File, RefusalReason, SharesResponse, TransferResponse, UserInfoResponse,
};
use slsk_wire::server::{
    LoginRefusal, LoginResponse, PossibleParents, RoomListResponse, ServerRequest,
    WatchUserResponse,
};
use slsk_wire::{
    Blob, DecodeError, DecodeErrorKind, Decoder, EncodeErrorKind, Encoder, Family, Message, Text,
    Unknown,
};

use super::{encode, packed};

/// Path, kind and text of the error.
fn refused<M: Message>(message: &M) -> (String, EncodeErrorKind, String) {
    let mut out = Vec::new();
    let error = Encoder::default()
        .encode_message(message, &mut out)
        .expect_err("it has no encoding");
    assert_eq!(error.message, M::SCHEMA.record.name);
    (error.path.to_string(), error.kind, error.to_string())
}

fn damaged<M: Message>(body: &[u8]) -> DecodeError {
    let error = Decoder::default()
        .decode_message::<M>(&packed::<M>(body))
        .expect_err("it is damaged");
    assert_eq!(error.message, M::SCHEMA.record.name);
    error
}

#[test]
fn a_login_response_is_yes_or_no() {
    let accepted = LoginResponse::accepted("hello", Ipv4Addr::LOCALHOST, "pw");
    let rejected = LoginResponse::rejected(LoginRefusal::ServerFull);

    let both = LoginResponse {
        reason: rejected.reason.clone(),
        ..accepted.clone()
    };
    let text = "LoginResponse: a value where none can be in `reason`";
    assert_eq!(
        refused(&both),
        (
            "reason".to_owned(),
            EncodeErrorKind::Contradiction,
            text.to_owned()
        )
    );
    let neither = LoginResponse {
        ip: None,
        ..accepted.clone()
    };
    let text = "LoginResponse: the value is missing in `ip`";
    assert_eq!(
        refused(&neither),
        ("ip".to_owned(), EncodeErrorKind::Missing, text.to_owned())
    );
    let hole = LoginResponse {
        password_md5: None,
        ..accepted.clone()
    };
    let text = "LoginResponse: a value after the absent `password_md5` in `is_supporter`";
    let kind = EncodeErrorKind::AfterAbsent {
        absent: "password_md5",
    };
    assert_eq!(
        refused(&hole),
        ("is_supporter".to_owned(), kind, text.to_owned())
    );
    let stray = LoginResponse {
        detail: Some("why".into()),
        ..accepted
    };
    assert_eq!(refused(&stray).1, EncodeErrorKind::Contradiction);
    let unsaid = LoginResponse {
        reason: None,
        ..rejected
    };
    assert_eq!(refused(&unsaid).0, "reason");
}

#[test]
fn other_contradictions() {
    let info = UserInfoResponse {
        description: Text::new(),
        has_picture: false,
        picture: Some(Blob::default()),
        upload_slots: 0,
        queue_size: 0,
        slots_free: false,
        upload_permission: None,
    };
    assert_eq!(refused(&info).0, "picture");
    let user = WatchUserResponse {
        username: "u".into(),
        exists: true,
        status: None,
        stats: None,
        country: None,
    };
    assert_eq!(refused(&user).0, "status");
    let response = TransferResponse {
        reason: Some(RefusalReason::Queued),
        ..TransferResponse::accepted(1, 2)
    };
    assert_eq!(refused(&response).0, "reason");
    let shares = SharesResponse {
        directories: Vec::new(),
        unknown: None,
        locked_directories: Some(Vec::new()),
    };
    assert_eq!(refused(&shares).0, "locked_directories");
}

#[test]
fn an_error_leaves_the_output_as_it_was() {
    let neither = LoginResponse {
        ip: None,
        ..LoginResponse::accepted("hello", Ipv4Addr::LOCALHOST, "pw")
    };
    let mut out = b"before".to_vec();
    let message = slsk_wire::server::ServerResponse::from(neither);
    assert!(Encoder::default().frame(&message, &mut out).is_err());
    assert_eq!(out, b"before");
}

#[test]
fn a_code_must_fit_its_family() {
    let unknown = |code| Unknown {
        code,
        payload: Bytes::new(),
    };
    let error = InitMessage::Unknown(unknown(256)).to_frame().unwrap_err();
    assert_eq!(
        error.to_string(),
        "Unknown: the code 256 does not fit in 1 bytes"
    );
    assert_eq!(error.kind.name(), "code_too_wide");
    assert!(InitMessage::Unknown(unknown(255)).to_frame().is_ok());
    assert!(ServerRequest::Unknown(unknown(u32::MAX)).to_frame().is_ok());
}

#[test]
fn an_error_names_the_way_to_the_field() {
    let file = |name| File::new(name, 1, Attributes::default());
    let directory = |files| Directory {
        name: "d".into(),
        files,
    };
    let files = (0..8).map(|_| file("f")).collect();
    let mut directories: Vec<_> = (0..3).map(|_| directory(Vec::new())).collect();
    directories.push(directory(files));
    let mut body = encode(&SharesResponse {
        directories,
        unknown: None,
        locked_directories: None,
    });
    // The last file ends with its name, size, extension and the count of its attributes.
    let length = body.len() - 4 - 4 - 8 - 1 - 4;
    body[length] = 200;
    let error = damaged::<SharesResponse>(&body);
    assert_eq!(error.path.to_string(), "directories[3].files[7].name");
    assert_eq!(error.offset, length + 4);
    assert_eq!(
        error.to_string(),
        format!(
            "SharesResponse: a length of 200 with 17 bytes left at byte {} in \
             `directories[3].files[7].name`",
            length + 4
        )
    );
    assert_eq!(error.kind.name(), "length_beyond_end");
}

#[test]
fn a_body_that_ends_too_early_says_where() {
    let error = damaged::<LoginResponse>(&[1, 0, 0, 0, 0, 1, 2]);
    assert_eq!(
        error.to_string(),
        "LoginResponse: the body ends too early at byte 5 in `ip`"
    );
    let error = damaged::<LoginResponse>(&[]);
    assert_eq!(error.path.to_string(), "success");
    let error = Decoder::default()
        .decode_message::<SharesResponse>(&Bytes::new())
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "SharesResponse: the compressed body is cut short at byte 0"
    );
}

#[test]
fn a_count_of_four_billion_fails_at_once() {
    let count = u32::MAX;
    let kind = DecodeErrorKind::CountBeyondEnd { count, left: 3 };
    let body = [255, 255, 255, 255, 1, 2, 3];
    let error = damaged::<RoomListResponse>(&body);
    assert_eq!(
        (error.path.to_string(), error.offset),
        ("rooms".to_owned(), 4)
    );
    assert_eq!(error.kind, kind);
    assert_eq!(damaged::<PossibleParents>(&body).kind, kind);
    assert_eq!(damaged::<SharesResponse>(&body).kind, kind);
    assert_eq!(
        error.to_string(),
        "RoomListResponse: a count of 4294967295 with 3 bytes left at byte 4 in `rooms`"
    );
}

#[test]
fn a_count_is_held_against_the_least_size_of_an_element() {
    // A possible parent occupies twelve bytes at least.
    let body = |count: u8, bytes| [vec![count, 0, 0, 0], vec![0; bytes]].concat();
    let decoded = Decoder::default().decode_message::<PossibleParents>(&body(2, 24).into());
    assert_eq!(decoded.unwrap().message.parents.len(), 2);
    assert_eq!(
        damaged::<PossibleParents>(&body(2, 23)).kind,
        DecodeErrorKind::CountBeyondEnd { count: 2, left: 23 }
    );
}
