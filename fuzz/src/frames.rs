//! Runs JSON lines through the filters `decode --frames` and `encode --frames`.

use serde::Deserialize;
use serde_json::{Value, json};
use slsk::{decode_frames, encode_frames};

/// Runs `data` through each filter, and what comes out through the other one.
///
/// # Panics
/// When a line has no answer, or what one filter says the other does not understand.
pub fn check(data: &[u8]) {
    let lines = lines(data);
    let decoded = answers(data, lines.len(), true);
    let encoded = answers(&joined(&decoded), decoded.len(), false);
    for (decoded, encoded) in decoded.iter().zip(&encoded) {
        match decoded.get("error") {
            None => assert_eq!(encoded["hex"], decoded["reencoded"], "{decoded}"),
            Some(_) => assert!(encoded.get("error").is_some(), "{decoded} {encoded}"),
        }
    }

    let encoded = answers(data, lines.len(), false);
    let made = lines.iter().zip(&encoded).filter_map(|(line, answer)| {
        let hex = answer.get("hex")?;
        let request: Request = serde_json::from_slice(line).expect("a line with an answer");
        Some(json!({"family": request.family, "hex": hex}))
    });
    let made: Vec<Value> = made.collect();
    for decoded in answers(&joined(&made), made.len(), true) {
        assert!(decoded.get("error").is_none(), "{decoded}");
        assert_eq!(decoded["trailing"], "", "{decoded}");
    }
}

/// What has to be JSON in a line that is encoded, besides the message.
#[derive(Deserialize)]
struct Request {
    family: String,
}

/// The lines of the input; the last one needs no end.
fn lines(data: &[u8]) -> Vec<&[u8]> {
    let mut lines: Vec<_> = data.split(|byte| *byte == b'\n').collect();
    lines.pop_if(|last| last.is_empty());
    lines
}

/// One answer for each line.
fn answers(input: &[u8], count: usize, decode: bool) -> Vec<Value> {
    let mut output = Vec::new();
    let result = if decode {
        decode_frames(input, &mut output)
    } else {
        encode_frames(input, &mut output)
    };
    result.expect("memory");
    let answers = serde_json::Deserializer::from_slice(&output).into_iter();
    let answers: Vec<Value> = answers.collect::<Result<_, _>>().expect("JSON");
    assert_eq!(answers.len(), count);
    answers
}

fn joined(values: &[Value]) -> Vec<u8> {
    let lines = values.iter().map(|value| format!("{value}\n"));
    lines.collect::<String>().into_bytes()
}
