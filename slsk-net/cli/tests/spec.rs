//! `slsk spec`, as somebody in front of a terminal sees it.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod run;

use std::fs;
use std::path::Path;

use run::slsk;

#[test]
fn json_is_the_generated_file() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/generated");
    let file = fs::read_to_string(folder.join("protocol.json")).unwrap();
    let output = slsk(&["spec", "--json"], b"");
    assert_eq!((&*output.stderr, output.code), ("", Some(0)));
    assert!(output.stdout == file, "run `cargo run -p slsk-spec`");
}

#[test]
fn several_messages_are_several_lines_of_json() {
    let output = slsk(&["spec", "93", "--json"], b"");
    assert_eq!((&*output.stderr, output.code), ("", Some(0)));
    let names: Vec<String> = output
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|message| format!("{} {}", message["family"], message["name"]))
        .collect();
    assert_eq!(
        names,
        [
            "\"server_response\" \"EmbeddedMessage\"",
            "\"distributed\" \"DistributedEmbeddedMessage\""
        ]
    );
}

#[test]
fn what_nobody_knows_is_one_line_and_a_failure() {
    let output = slsk(&["spec", "Watchuserr"], b"");
    assert_eq!((&*output.stdout, output.code), ("", Some(1)));
    assert!(
        output
            .stderr
            .starts_with("slsk: spec: no message is called")
    );
    assert!(output.stderr.contains("WatchUser"), "{}", output.stderr);
    assert_eq!(output.stderr.lines().count(), 1);
}
