//! Shows capture files.

use serde_json::Value;
use slsk::{Style, decode_capture};

/// Shows `data`, a capture in any format, in every style.
///
/// # Panics
/// When something is shown that a terminal obeys, or that is not the JSON it should be.
pub fn check(data: &[u8]) {
    let styles = [Style::Lines, Style::Trees, Style::Json];
    let shown = styles.map(|style| {
        let mut output = Vec::new();
        let error = decode_capture(data.to_vec(), style, &mut output).err();
        let output = String::from_utf8(output).expect("UTF-8");
        assert!(output.is_empty() || output.ends_with('\n'));
        let harmful = output.chars().find(|&c| harmful(c));
        assert_eq!(harmful, None, "{output}");
        (output, error.map(|error| error.to_string()))
    });
    let [(lines, error), trees, (json, json_error)] = shown;
    assert_eq!(trees.1, error);
    assert_eq!(json_error, error);
    assert_eq!(lines.is_empty(), trees.0.is_empty());
    let mut encoded = Vec::new();
    slsk::encode_frames(json.as_bytes(), &mut encoded).expect("memory");
    let encoded = String::from_utf8(encoded).expect("UTF-8");
    assert_eq!(encoded.lines().count(), json.lines().count());
    for (row, encoded) in json.lines().zip(encoded.lines()) {
        let message: Value = serde_json::from_str(row).expect(row);
        assert!(message.is_object());
        // The messages, and they alone, can be encoded.
        let is_message = message.get("trailing").is_some();
        assert_eq!(
            encoded.starts_with(r#"{"hex":"#),
            is_message,
            "{row} {encoded}"
        );
    }
}

/// Whether a terminal obeys it: control characters, and those that turn the direction of writing.
fn harmful(c: char) -> bool {
    (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
