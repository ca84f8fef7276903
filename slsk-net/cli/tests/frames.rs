//! The filters, as a tool in another language uses them.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod recordings;
mod run;

use std::fmt::Write;
use std::fs;

use recordings::{capture, scenarios};
use run::slsk;
use serde_json::Value;

/// Every recorded frame as a line for the decoder.
fn recorded() -> Vec<(String, String)> {
    let mut frames = Vec::new();
    for name in scenarios() {
        let rows = fs::read_to_string(capture(&format!("{name}.jsonl"))).unwrap();
        for row in rows.lines() {
            let row: Value = serde_json::from_str(row).unwrap();
            let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
            let family = match (&*text("conn_type"), &*text("dir")) {
                _ if row["code"].is_null() => continue,
                ("server", "client->server") => "server_request",
                ("server", _) => "server_response",
                ("peer-init" | "?", _) => "peer_init",
                ("P", _) => "peer",
                ("D", _) => "distributed",
                _ => continue,
            };
            frames.push((family.to_owned(), text("frame")));
        }
    }
    assert!(frames.len() > 4_000, "{}", frames.len());
    frames
}

fn lines(command: &str, input: &str) -> Vec<Value> {
    let output = slsk(&[command, "--frames"], input.as_bytes());
    assert_eq!((&*output.stderr, output.code), ("", Some(0)));
    let lines = output.stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn every_recorded_frame_goes_there_and_back() {
    let frames = recorded();
    let mut input = String::new();
    for (family, hex) in &frames {
        writeln!(input, r#"{{"family": "{family}", "hex": "{hex}"}}"#).unwrap();
    }
    let decoded = lines("decode", &input);
    let mut again = String::new();
    for line in &decoded {
        writeln!(again, "{line}").unwrap();
    }
    let encoded = lines("encode", &again);
    assert_eq!((decoded.len(), encoded.len()), (frames.len(), frames.len()));

    let mut inflated_again = String::new();
    let mut inflated = Vec::new();
    for ((decoded, encoded), (family, hex)) in decoded.iter().zip(&encoded).zip(&frames) {
        assert_eq!(decoded["family"], **family);
        assert_eq!(decoded["trailing"], "", "{decoded}");
        let hex = if let Some(body) = decoded.get("inflated") {
            // Other zlib libraries pack otherwise; what they pack is the same.
            writeln!(
                inflated_again,
                r#"{{"family":"{family}","hex":{}}}"#,
                encoded["hex"]
            )
            .unwrap();
            inflated.push(body.clone());
            decoded["reencoded"].as_str().unwrap()
        } else {
            assert_eq!(decoded["reencoded"], **hex, "{decoded}");
            hex
        };
        assert_eq!(encoded["hex"], hex, "{decoded}");
    }
    let bodies = lines("decode", &inflated_again);
    let bodies: Vec<_> = bodies.iter().map(|line| line["inflated"].clone()).collect();
    assert_eq!(bodies, inflated);
    assert!(bodies.len() > 20, "{}", bodies.len());
}

#[test]
fn a_wrong_line_is_answered_in_its_place() {
    let good = r#"{"family":"peer","hex":"040000000f000000"}"#;
    let input = format!("{good}\nnonsense\n\n{good}");
    let output = lines("decode", &input);
    let kinds: Vec<_> = output.iter().map(|line| &line["error"]["kind"]).collect();
    assert_eq!(
        kinds,
        [
            &Value::Null,
            &"bad_json".into(),
            &"bad_json".into(),
            &Value::Null
        ]
    );
    let messages: Vec<_> = output
        .iter()
        .map(|line| line["error"]["message"].as_str())
        .collect();
    assert_eq!(messages[2], Some("line 3: the line is empty"));
    assert!(messages[1].unwrap().starts_with("line 2: expected "));
    assert_eq!(output[3]["name"], "UserInfoRequest");
}

#[test]
fn no_input_is_no_output() {
    for command in ["decode", "encode"] {
        assert_eq!(lines(command, ""), [] as [Value; 0]);
    }
}
