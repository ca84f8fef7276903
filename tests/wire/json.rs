//! What the JSON looks like, and what is no JSON of a message.

use serde::de::DeserializeOwned;
use slsk_wire::peer::{SharesRequest, TransferRequest};
use slsk_wire::server::{LoginRefusal, LoginRequest, LoginResponse, PingRequest};
use slsk_wire::{Blob, Rest, Text};

fn error<T: DeserializeOwned + std::fmt::Debug>(json: &str) -> String {
    serde_json::from_str::<T>(json)
        .expect_err("no such value")
        .to_string()
}

#[test]
fn json_of_texts_and_bytes_is_strict() {
    let text = |json| serde_json::from_str::<Text>(json).unwrap();
    assert_eq!(text(r#""plain""#), "plain");
    assert_eq!(text(r#"{"$hex": "e9"}"#).as_bytes(), b"\xE9");
    assert_eq!(text(r#"{"$hex": ""}"#), Text::new());
    for (json, expected) in [
        ("7", "expected a string or {\"$hex\": \"..\"}"),
        ("{}", "missing field `$hex`"),
        (r#"{"hex": "e9"}"#, "unknown field `hex`"),
        (r#"{"$hex": "e"}"#, "bad hex"),
        (r#"{"$hex": "e9", "more": "1"}"#, "`$hex` stands alone"),
    ] {
        let error = error::<Text>(json);
        assert!(error.contains(expected), "{json}: {error}");
    }
    assert_eq!(
        serde_json::to_string(&Blob::from("a")).unwrap(),
        r#"{"$hex":"61"}"#
    );
    assert_eq!(
        serde_json::to_string(&Rest::default()).unwrap(),
        r#"{"$hex":""}"#
    );
    assert!(error::<Blob>(r#""61""#).contains("expected {\"$hex\": \"..\"}"));
}

#[test]
fn fields_stand_in_wire_order_and_absent_ones_are_null() {
    let rejected = LoginResponse::rejected(LoginRefusal::ServerFull);
    assert_eq!(
        serde_json::to_string(&rejected).unwrap(),
        r#"{"success":false,"greeting":null,"ip":null,"password_md5":null,"is_supporter":null,"reason":"SVRFULL","detail":null}"#
    );
    assert_eq!(serde_json::to_string(&PingRequest).unwrap(), "{}");
    let request = LoginRequest::new("name", "word", 160, 1);
    let value = serde_json::to_value(&request).unwrap();
    assert_eq!(value["password"], "word");
}

#[test]
fn an_absent_field_can_be_left_out_and_no_other() {
    let request: TransferRequest =
        serde_json::from_str(r#"{"direction": 0, "token": 1, "filename": "f"}"#).unwrap();
    assert_eq!(request.size, None);
    assert_eq!(
        serde_json::from_str::<SharesRequest>("{}").unwrap(),
        SharesRequest::default()
    );
    let missing = error::<TransferRequest>(r#"{"direction": 0, "token": 1}"#);
    assert!(missing.contains("missing field `filename`"), "{missing}");
    let unknown = error::<SharesRequest>(r#"{"tocket": 1}"#);
    assert!(
        unknown.contains("unknown field `tocket`, expected `ticket`"),
        "{unknown}"
    );
    let large = error::<SharesRequest>(r#"{"ticket": 4294967296}"#);
    assert!(large.contains("expected u32"), "{large}");
}
