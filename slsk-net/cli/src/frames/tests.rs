use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use serde_json::{Value, json};

use super::*;

type Filter = fn(&[u8], &mut Vec<u8>) -> Result<(), FilterError>;

fn run(filter: Filter, input: &str) -> Vec<Value> {
    let mut output = Vec::new();
    filter(input.as_bytes(), &mut output).unwrap();
    let output = String::from_utf8(output).unwrap();
    assert!(output.is_empty() || output.ends_with('\n'));
    let lines = output.lines();
    lines.map(|l| serde_json::from_str(l).unwrap()).collect()
}

fn decoded(line: &str) -> Value {
    let [value] = run(|i, o| decode(i, o), line).try_into().unwrap();
    value
}

fn encoded(line: &str) -> Value {
    let [value] = run(|i, o| encode(i, o), line).try_into().unwrap();
    value
}

#[test]
fn a_frame_becomes_a_message_in_wire_order_and_goes_back() {
    let line =
        r#"{"family":"server_response","hex":"1a0000000700000006000000c3a9ff0041410200000001"}"#;
    // The name is no UTF-8, so it stands there as bytes.
    let mut output = Vec::new();
    decode(line.replace("1a", "13").as_bytes(), &mut output).unwrap();
    assert_eq!(
        String::from_utf8(output).unwrap(),
        r#"{"family":"server_response","code":7,"name":"GetUserStatusResponse","#.to_owned()
            + r#""fields":{"username":{"$hex":"c3a9ff004141"},"status":2,"privileged":true},"#
            + r#""trailing":"","reencoded":"130000000700000006000000c3a9ff0041410200000001"}"#
            + "\n"
    );
}

#[test]
fn trailing_bytes_are_shown_and_not_written_again() {
    let line = r#"{"hex":"0500000020000000ff","family":"server_request"}"#;
    let value = decoded(line);
    assert_eq!(value["trailing"], "ff");
    assert_eq!(value["reencoded"], "0400000020000000");
    assert_eq!(
        encoded(&value.to_string()),
        json!({"hex": "0400000020000000"})
    );
}

#[test]
fn an_unknown_code_keeps_its_payload() {
    for (family, frame) in [
        ("peer", "06000000390500000102"),
        ("distributed", "03000000fe0102"),
        ("peer_init", "03000000070102"),
    ] {
        let value = decoded(&json!({"family": family, "hex": frame}).to_string());
        assert_eq!(value["name"], "Unknown");
        assert_eq!(
            (&value["fields"], &value["payload"]),
            (&json!({}), &json!("0102"))
        );
        assert_eq!(
            (&value["trailing"], &value["reencoded"]),
            (&json!(""), &json!(frame))
        );
        assert_eq!(encoded(&value.to_string()), json!({"hex": frame}));
        let code_alone = json!({"family": family, "code": value["code"], "payload": "0102"});
        assert_eq!(encoded(&code_alone.to_string()), json!({"hex": frame}));
    }
}

#[test]
fn no_payload_can_be_written_behind_a_known_code() {
    let line = r#"{"family":"server_request","code":1,"name":"Unknown","payload":"FF"}"#;
    let error = encoded(line)["error"].take();
    assert_eq!(error["kind"], "known_code", "{error}");
    let unknown = line.replace(":1,", ":9999,");
    assert_eq!(encoded(&unknown), json!({"hex": "050000000f270000ff"}));
}

#[test]
fn a_compressed_message_shows_its_inflated_body() {
    let line = r#"{"family":"peer","name":"SharesResponse","fields":{"directories":[]}}"#;
    let frame = encoded(line)["hex"].take();
    let value = decoded(&json!({"family": "peer", "hex": frame}).to_string());
    assert_eq!(value["inflated"], "00000000");
    assert_eq!(value["reencoded"], frame);
    assert_eq!(value["fields"]["unknown"], Value::Null);
}

#[test]
fn a_frame_that_inflates_to_too_much_is_an_error() {
    let hex = const_hex::encode(crate::limits::tests::folder(64 << 20));
    let value = decoded(&json!({"family": "peer", "hex": hex}).to_string());
    assert_eq!(value["error"]["kind"], "inflated_too_large");
}

#[test]
fn what_a_terminal_obeys_is_escaped_in_json() {
    let harmful = "\u{7f}\u{80}\u{9b}\u{9f}\u{202a}\u{202e}\u{2066}\u{2069}";
    let name = format!("é\u{a0}{harmful}日\u{2029}{harmful}\u{1f3b5}\n");
    let line = json!({"family": "peer", "code": 43, "fields": {"filename": name}});
    let line = json!({"family": "peer", "hex": encoded(&line.to_string())["hex"]});
    let wrong = json!({"family": name, "hex": ""});
    let mut output = Vec::new();
    decode(format!("{line}\n{wrong}\n").as_bytes(), &mut output).unwrap();
    let output = String::from_utf8(output).unwrap();
    assert!(
        !output
            .chars()
            .any(|c| c != '\n' && crate::render::harmful(c))
    );
    let escaped = r"\u007f\u0080\u009b\u009f\u202a\u202e\u2066\u2069";
    let expected = format!("\"é\u{a0}{escaped}日\u{2029}{escaped}\u{1f3b5}\\n\"");
    assert!(output.contains(&expected), "{output}");
    let [value, error] = [0, 1].map(|n| output.lines().nth(n).unwrap());
    let value: Value = serde_json::from_str(value).unwrap();
    assert_eq!(value["fields"]["filename"], name);
    let error: Value = serde_json::from_str(error).unwrap();
    assert_eq!(error["error"]["kind"], "unknown_family");
    assert_eq!(output.lines().count(), 2);
}

#[test]
fn name_or_code_is_enough() {
    let frame = json!({"hex": "040000000f000000"});
    for what in [
        r#""name":"UserInfoRequest""#,
        r#""code":15"#,
        r#""code":15,"name":"UserInfoRequest","fields":{}"#,
        r#""fields":{},"name":"UserInfoRequest","code":null,"reencoded":7"#,
    ] {
        assert_eq!(encoded(&format!(r#"{{"family":"peer",{what}}}"#)), frame);
    }
}

#[test]
fn every_wrong_frame_is_an_error_in_its_place() {
    let cases = [
        ("", "bad_json", "the line is empty"),
        ("[", "bad_json", "EOF while parsing"),
        (
            r#"{"family":"peer"}"#,
            "bad_json",
            "missing field `hex` (column 17)",
        ),
        (
            r#"{"family":"peer","hex":7}"#,
            "bad_json",
            "invalid type: integer `7`",
        ),
        ("\"\u{0}\"", "bad_json", "control character"),
        (
            r#"{"family":"Peer","hex":""}"#,
            "unknown_family",
            "no family \"Peer\": it is",
        ),
        (
            r#"{"family":"peer","hex":"000"}"#,
            "bad_hex",
            "`hex` is no hex: odd",
        ),
        (
            r#"{"family":"peer","hex":"0g"}"#,
            "bad_hex",
            "`hex` is no hex: invalid character 'g'",
        ),
        (
            r#"{"family":"peer","hex":"0x040000000f000000"}"#,
            "bad_hex",
            "`hex` is no hex: invalid character 'x'",
        ),
        (
            r#"{"family":"peer","hex":""}"#,
            "frame_incomplete",
            "0 bytes of 8",
        ),
        (
            r#"{"family":"peer","hex":"0300000004"}"#,
            "frame_too_short",
            "3 bytes",
        ),
        (
            r#"{"family":"peer","hex":"04000000040000"}"#,
            "frame_incomplete",
            "7 bytes of 8",
        ),
        (
            r#"{"family":"peer","hex":"040000000400000000"}"#,
            "frame_excess",
            "1 bytes after",
        ),
        (
            r#"{"family":"peer","hex":"ffffffff04000000"}"#,
            "frame_incomplete",
            "8 bytes of",
        ),
    ];
    let input: Vec<_> = cases.iter().map(|(line, ..)| *line).collect();
    let output = run(|i, o| decode(i, o), &(input.join("\n") + "\r\n"));
    assert_eq!(output.len(), cases.len());
    for (number, (value, (line, kind, text))) in output.iter().zip(cases).enumerate() {
        let error = &value["error"];
        let message = error["message"].as_str().unwrap();
        assert_eq!(error["kind"], kind, "{line}: {message}");
        assert!(
            message.starts_with(&format!("line {}: ", number + 1)),
            "{message}"
        );
        assert!(message.contains(text), "{message}");
        assert_eq!(
            (&error["path"], &error["offset"]),
            (&json!(""), &Value::Null)
        );
    }
}

#[test]
fn a_wrong_body_names_its_field_and_offset() {
    let value = decoded(r#"{"family":"peer","hex":"080000002b00000009000000"}"#);
    let text = "line 1: QueueUpload: a length of 9 with 0 bytes left at byte 4 in `filename`";
    let expected = json!({
        "kind": "length_beyond_end",
        "message": text,
        "path": "filename",
        "offset": 4,
    });
    assert_eq!(value, json!({"error": expected}));
}

/// Encodes the rest of a line that begins with the family `peer`.
fn refused(line: &str, kind: &str, path: &str, text: &str) {
    let separator = if line.is_empty() { "" } else { "," };
    let error = encoded(&format!(r#"{{"family":"peer"{separator}{line}}}"#))["error"].take();
    let message = error["message"].as_str().unwrap();
    assert_eq!(error["kind"], kind, "{line}: {message}");
    assert_eq!(error["path"], path, "{line}: {message}");
    assert!(message.starts_with("line 1: "), "{message}");
    assert!(message.contains(text), "{message}");
    assert_eq!(error["offset"], Value::Null);
}

#[test]
fn a_message_that_does_not_exist_is_an_error() {
    let none = "unknown_message";
    let cases = [
        ("", "neither `name` nor `code`"),
        (r#""name":"No""#, "no peer message has the name \"No\""),
        (r#""code":9999"#, "no peer message has the code 9999"),
        (r#""name":"Unknown","payload":"00""#, "needs its `code`"),
        (
            r#""name":"QueueUpload","code":44"#,
            "QueueUpload has the code 43, not 44",
        ),
    ];
    for (line, text) in cases {
        refused(line, none, "", text);
    }
    refused(
        r#""code":-1"#,
        "bad_json",
        "",
        "invalid value: integer `-1`",
    );
    refused(
        r#""code":9999,"payload":"0""#,
        "bad_hex",
        "",
        "`payload` is no hex",
    );
    refused(
        r#""code":9999,"payload":"0x00""#,
        "bad_hex",
        "",
        "`payload` is no hex",
    );
    let wide = encoded(r#"{"family":"distributed","name":"Unknown","code":256,"payload":""}"#);
    assert_eq!(wide["error"]["kind"], "code_too_wide");
}

#[test]
fn wrong_fields_are_named() {
    let file = r#"{"code":1,"name":"a","raw_size":1,"extension":"","attributes":[{"kind":0}]}"#;
    let shares = format!(
        r#""name":"SharesResponse","fields":{{"directories":[{{"name":"x","files":[{file}]}}]}}"#
    );
    let place = "directories[0].files[0].attributes[0]";
    let cases = [
        (r#""name":"Unknown","code":9"#, "", "needs its `payload`"),
        (r#""code":43"#, "", "QueueUpload: missing field `filename`"),
        (r#""code":43,"fields":7"#, "", "QueueUpload: invalid type"),
        (
            r#""code":43,"fields":{"filename":7}"#,
            "filename",
            "in `filename`",
        ),
        (
            r#""code":43,"fields":{"filename":{"$hex":"0"}}"#,
            "filename",
            "bad hex",
        ),
        (
            r#""code":43,"fields":{"filename":"","more":1}"#,
            "more",
            "unknown field `more`",
        ),
        (&shares, place, "missing field `value`"),
    ];
    for (line, path, text) in cases {
        refused(line, "bad_fields", path, text);
    }
    let fields = r#"{"token":1,"allowed":true,"reason":"Queued"}"#;
    let line = format!(r#""name":"TransferResponse","fields":{fields}"#);
    refused(
        &line,
        "contradiction",
        "reason",
        "a value where none can be",
    );
}

#[test]
fn a_line_that_is_no_utf8_is_an_error() {
    let mut output = Vec::new();
    decode(
        &b"{\"family\":\"peer\xff\",\"hex\":\"\"}\n"[..],
        &mut output,
    )
    .unwrap();
    let value: Value = serde_json::from_slice(&output).unwrap();
    assert_eq!(value["error"]["kind"], "bad_json");
}

/// Hands out one chunk a call, and counts the lines that had been answered by then.
struct Conversation {
    chunks: VecDeque<&'static [u8]>,
    output: Rc<RefCell<Vec<u8>>>,
    answered: Vec<usize>,
}

impl Read for &mut Conversation {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let lines = self.output.borrow().split(|b| *b == b'\n').count() - 1;
        self.answered.push(lines);
        let chunk = self.chunks.pop_front().unwrap_or_default();
        buffer[..chunk.len()].copy_from_slice(chunk);
        Ok(chunk.len())
    }
}

struct Shared(Rc<RefCell<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn an_answer_is_out_before_the_next_line_is_waited_for() {
    let output = Rc::default();
    let mut conversation = Conversation {
        chunks: [&b"1\n2\n"[..], b"3", b"\n4\n5"].into(),
        output: Rc::clone(&output),
        answered: Vec::new(),
    };
    decode(&mut conversation, Shared(output)).unwrap();
    assert_eq!(conversation.answered, [0, 2, 2, 4, 5]);
}

#[test]
fn a_reader_that_has_left_is_an_error_of_the_output() {
    struct Left;
    impl Write for Left {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let result = encode(&b"\n"[..], Left);
    assert!(
        matches!(result, Err(FilterError::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe)
    );
}

#[test]
fn a_strict_filter_says_what_is_written_otherwise() {
    let strict = |line: &str| {
        let filter: Filter = |i, o| decode_with(Strictness::Strict, i, o);
        let [value] = run(filter, line).try_into().unwrap();
        assert_eq!(decoded(line).get("error"), None);
        value["error"].clone()
    };
    let frame = |hex: &str| format!(r#"{{"family":"server_request","hex":"{hex}"}}"#);
    assert_eq!(strict(&frame("050000004700000001")), Value::Null);
    let cases = [
        ("050000004700000002", "not_canonical", 0),
        ("06000000470000000163", "trailing", 1),
        ("05000000efbeadde01", "unknown_code", 0),
    ];
    for (hex, kind, offset) in cases {
        let error = strict(&frame(hex));
        assert_eq!(
            (&error["kind"], &error["offset"]),
            (&json!(kind), &json!(offset))
        );
    }
}
