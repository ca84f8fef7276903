//! `slsk decode FILE`, as somebody in front of a terminal sees it.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod recordings;
mod run;

use std::fmt::Write;
use std::fs;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use recordings::{capture, scenarios};
use run::slsk;
use serde_json::Value;
use slsk_wire::Family;
use slsk_wire::init::{ConnectionKind, InitMessage, PeerInit};
use slsk_wire::peer::{FolderContentsResponse, PeerMessage};

/// A server connection left over from the scenario before; the JSON lines leave it out.
const LEFT_OVER: &str = r#"{"privileged":false,"status":0,"username":"aio1"}"#;

fn rows(file: &str) -> Vec<Value> {
    let output = slsk(&["decode", "--json", file], b"");
    assert_eq!((&*output.stderr, output.code), ("", Some(0)), "{file}");
    let lines = output.stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// What has to be the same for a message, however it was recorded.
fn essence(row: &Value) -> String {
    let mut fields = row["fields"].clone();
    if let Some(fields) = fields.as_object_mut().filter(|_| row["family"] == "file") {
        // The JSON lines hold the beginning of a file only.
        fields.remove("missing");
        fields.remove("began");
    }
    let keys = [
        "from", "to", "kind", "family", "code", "name", "trailing", "payload", "error",
    ];
    let values: Vec<_> = keys.iter().map(|key| row[*key].to_string()).collect();
    values.join(" ") + &fields.to_string()
}

#[test]
fn packets_and_json_lines_tell_the_same() {
    let mut left_over = 0;
    for name in scenarios() {
        let of_packets = rows(&capture(&format!("{name}.pcap")));
        let of_lines = rows(&capture(&format!("{name}.jsonl")));
        let mut lines = of_lines.iter().map(essence);
        for row in &of_packets {
            let essence = essence(row);
            if essence.contains(LEFT_OVER) && row["connection"] == 1 {
                left_over += 1;
                continue;
            }
            assert_eq!(Some(essence), lines.next(), "{name}");
        }
        assert_eq!(lines.next(), None, "{name}");
    }
    assert_eq!(left_over, 2);
}

#[test]
fn every_byte_of_the_captures_is_explained() {
    for name in scenarios() {
        for file in [format!("{name}.pcap"), format!("{name}.jsonl")] {
            let output = slsk(&["decode", &capture(&file)], b"");
            assert_eq!((&*output.stderr, output.code), ("", Some(0)), "{file}");
            let summary = output.stdout.lines().last().unwrap();
            assert!(
                summary.ends_with(", 0 bytes not understood"),
                "{file}: {summary}"
            );
            assert!(!summary.contains("incomplete"), "{file}: {summary}");
        }
    }
}

#[test]
fn connections_are_told_apart_as_the_recording_did() {
    for name in scenarios() {
        let file = capture(&format!("{name}.jsonl"));
        // The data of a file is shown at its end and recorded at its beginning.
        let data = |row: &Value| row["name"] == "FileData";
        let rows = rows(&file).into_iter().filter(|row| !data(row));
        let recorded = fs::read_to_string(&file).unwrap();
        let recorded = recorded
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap())
            .filter(|row| !row["name"].as_str().unwrap().starts_with("TCP-") && !data(row));
        for (row, recorded) in rows.zip(recorded) {
            let kind = match recorded["conn_type"].as_str().unwrap() {
                "server" => "server",
                "P" => "peer",
                "D" => "distributed",
                "F" => "file",
                "peer-init" => match recorded["init_type"].as_str() {
                    Some("P") => "peer",
                    Some("D") => "distributed",
                    Some("F") => "file",
                    _ => continue,
                },
                _ => "unknown",
            };
            assert_eq!(row["kind"], kind, "{row} {recorded}");
            assert_eq!(
                row["code"].as_u64(),
                recorded["code"].as_u64(),
                "{recorded}"
            );
        }
    }
}

#[test]
fn people_see_no_password_and_programs_do() {
    for name in scenarios() {
        let file = capture(&format!("{name}.pcap"));
        for arguments in [&["decode", &file][..], &["decode", "--verbose", &file]] {
            let output = slsk(arguments, b"");
            assert!(output.stdout.contains("<hidden>"), "{arguments:?}");
            assert!(!output.stdout.contains("pw-"), "{arguments:?}");
        }
    }
    let output = slsk(&["decode", "--json", &capture("a_login.pcap")], b"");
    assert!(output.stdout.contains(r#""password":"pw-nic1""#));
}

#[test]
fn a_line_has_time_connection_users_message_and_fields() {
    let output = slsk(&["decode", &capture("a_login.pcap")], b"");
    let first: Vec<_> = output.stdout.lines().take(2).collect();
    let expected = [
        "   0.000000 #1   nic1 > server  server_request/LoginRequest(1) username=\"nic1\" \
         password=<hidden> major_version=160 hash=<hidden> minor_version=3",
        "   0.000000 #1   nic1 > server  server_request/SetListenPort(2) port=22341",
    ];
    assert_eq!(first, expected);
}

#[test]
fn a_tree_has_offsets_types_and_values() {
    let output = slsk(&["decode", "--verbose", &capture("a_login.pcap")], b"");
    let first: Vec<_> = output.stdout.lines().take(6).collect();
    let expected = [
        "   0.000000 #1   nic1 (127.0.0.11:53683) > server (127.0.0.1:2242)  \
         server_request/LoginRequest(1)",
        "         0  username  text  \"nic1\"",
        "         8  password  secret  <hidden>",
        "        19  major_version  u32  160",
        "        23  hash  secret  <hidden>",
        "        59  minor_version  u32  3",
    ];
    assert_eq!(first, expected);
}

#[test]
fn file_connections_show_no_contents() {
    let rows = rows(&capture("g_transfer.pcap"));
    let files: Vec<_> = rows.iter().filter(|row| row["family"] == "file").collect();
    assert_eq!(files[0]["name"], "FileTicket");
    assert!(files[0]["fields"]["token"].is_u64());
    assert_eq!(files[1]["name"], "FileOffset");
    assert_eq!(files[1]["fields"]["offset"], 0);
    assert_eq!(files[2]["name"], "FileData");
    assert_eq!(files[2]["fields"]["length"], 33_062);
    assert_eq!(files[2]["fields"]["missing"], 0);
}

/// A file in the temporary directory, removed at the end.
struct Temporary(PathBuf);

impl Temporary {
    fn new(name: &str, content: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("slsk-{}-{name}", std::process::id()));
        fs::write(&path, content).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn a_wrong_file_is_explained_in_one_line() {
    let whole = fs::read(capture("a_login.pcap")).unwrap();
    let cases = [
        ("empty", Vec::new(), "empty file; "),
        ("text", b"hello world\n".to_vec(), "not a capture: "),
        (
            "header",
            whole[..24].to_vec(),
            "no TCP connection in this capture; ",
        ),
        (
            "half-header",
            whole[..9].to_vec(),
            "truncated: the file ends inside a header, ",
        ),
        ("zeros", vec![0; 4096], "not a capture: "),
        (
            "rows",
            b"{\"conn_id\": 1}\n".to_vec(),
            "line 1: missing field ",
        ),
    ];
    for (name, content, problem) in cases {
        let file = Temporary::new(name, &content);
        for style in [None, Some("--json"), Some("--verbose")] {
            let arguments: Vec<_> = ["decode", file.path()].into_iter().chain(style).collect();
            let output = slsk(&arguments, b"");
            assert_eq!((&*output.stdout, output.code), ("", Some(1)), "{name}");
            let expected = format!("slsk: {}: {problem}", file.path());
            assert!(output.stderr.starts_with(&expected), "{}", output.stderr);
            assert_eq!(output.stderr.lines().count(), 1, "{}", output.stderr);
            assert!(output.stderr.contains("; "), "{}", output.stderr);
        }
    }
    let output = slsk(&["decode", "no/such/file"], b"");
    assert!(
        output
            .stderr
            .starts_with("slsk: no/such/file: cannot be read: ")
    );
    assert_eq!((output.stderr.lines().count(), output.code), (1, Some(1)));
}

#[test]
fn a_strange_text_in_an_error_does_nothing_to_the_terminal() {
    let row = r#"{"conn_id":1,"t":1.0,"dir":"\u001b[31m\n\u009b\u202e","src":"127.0.0.1:1","dst":"127.0.0.1:80","frame":""}"#;
    let file = Temporary::new("escape.jsonl", row.as_bytes());
    let output = slsk(&["decode", file.path()], b"");
    let problem = "line 1: unknown variant `\u{fffd}[31m\u{fffd}\u{fffd}\u{fffd}`";
    assert!(output.stderr.contains(problem), "{}", output.stderr);
    assert!(!output.stderr.trim_end().contains(char::is_control));
    assert_eq!((output.stderr.lines().count(), output.code), (1, Some(1)));
}

#[test]
fn a_frame_that_inflates_to_too_much_is_a_line() {
    let init = PeerInit::new("peer", ConnectionKind::Peer);
    let folder = FolderContentsResponse {
        token: 1,
        directory: "a".repeat(64 << 20).into(),
        directories: Vec::new(),
    };
    let frames = [
        InitMessage::from(init).to_frame().unwrap(),
        PeerMessage::from(folder).to_frame().unwrap(),
    ];
    let mut rows = String::new();
    for frame in frames {
        let address = r#""src":"127.0.0.1:1","dst":"127.0.0.1:2""#;
        let start = r#"{"conn_id":1,"t":1.0,"dir":"client->server","#;
        let frame = const_hex::encode(frame);
        writeln!(rows, r#"{start}{address},"frame":"{frame}"}}"#).unwrap();
    }
    let file = Temporary::new("bomb.jsonl", rows.as_bytes());
    let output = slsk(&["decode", file.path()], b"");
    assert_eq!((&*output.stderr, output.code), ("", Some(0)));
    let problem = "inflates to more than the limit of 67108864 bytes";
    let line = output.stdout.lines().nth(1).unwrap();
    assert!(line.contains(problem), "{line}");
}

#[test]
fn a_strict_run_shows_what_is_written_otherwise_as_undecodable() {
    let init = PeerInit::new("peer", ConnectionKind::Peer);
    let init = const_hex::encode(InitMessage::from(init).to_frame().unwrap());
    let mut rows = String::new();
    // Two requests for user info; the second has a byte too many.
    for frame in [&*init, "040000000f000000", "050000000f00000007"] {
        let address = r#""src":"127.0.0.1:1","dst":"127.0.0.1:2""#;
        let start = r#"{"conn_id":1,"t":1.0,"dir":"client->server","#;
        writeln!(rows, r#"{start}{address},"frame":"{frame}"}}"#).unwrap();
    }
    let file = Temporary::new("strict.jsonl", rows.as_bytes());
    let kinds = |arguments: &[&str]| {
        let output = slsk(arguments, b"");
        assert_eq!((&*output.stderr, output.code), ("", Some(0)));
        let rows = output.stdout.lines();
        let rows = rows.map(|line| serde_json::from_str::<Value>(line).unwrap());
        rows.map(|row| row["error"]["kind"].clone())
            .collect::<Vec<_>>()
    };
    let lenient = kinds(&["decode", "--json", file.path()]);
    assert_eq!(lenient, [Value::Null, Value::Null, Value::Null]);
    let strict = kinds(&["decode", "--strict", "--json", file.path()]);
    assert_eq!(strict, [Value::Null, Value::Null, "trailing".into()]);
}

#[test]
fn a_truncated_capture_is_shown_up_to_its_end() {
    let whole = fs::read(capture("a_login.pcap")).unwrap();
    let file = Temporary::new("truncated.pcap", &whole[..whole.len() - 30]);
    let output = slsk(&["decode", file.path()], b"");
    assert!(output.stdout.contains("LoginRequest"));
    assert!(
        output
            .stdout
            .lines()
            .last()
            .unwrap()
            .ends_with("bytes not understood")
    );
    assert_eq!((output.stderr.lines().count(), output.code), (1, Some(1)));
    assert!(
        output
            .stderr
            .contains(": truncated: the file ends inside packet ")
    );
}

#[test]
fn something_else_than_soulseek_is_said_so() {
    let row = r#"{"conn_id":1,"t":1.0,"dir":"client->server","src":"127.0.0.1:1","dst":"127.0.0.1:80","frame":"474554202f0d0a"}"#;
    let file = Temporary::new("web.jsonl", row.as_bytes());
    let output = slsk(&["decode", file.path()], b"");
    assert_eq!((&*output.stdout, output.code), ("", Some(1)));
    assert!(
        output
            .stderr
            .contains(": nothing in this capture is Soulseek; ")
    );
    assert_eq!(output.stderr.lines().count(), 1);
}

#[test]
fn a_reader_may_leave_early() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_slsk"))
        .args(["decode", "--verbose", &capture("f_browse_big.pcap")])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut [0; 10]).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!((&*output.stderr, output.status.code()), (&b""[..], Some(0)));
}

#[test]
fn wrong_usage_exits_with_2() {
    for arguments in [
        &["decode"][..],
        &["decode", "--json", "--frames"],
        &["decode", "a", "--frames"],
        &["encode"],
        &["nonsense"],
        &[],
    ] {
        let output = slsk(arguments, b"");
        assert_eq!(
            (&*output.stdout, output.code),
            ("", Some(2)),
            "{arguments:?}"
        );
    }
}

#[test]
fn the_help_has_examples_and_exit_codes() {
    for arguments in [
        &["--help"][..],
        &["decode", "--help"],
        &["encode", "--help"],
    ] {
        let output = slsk(arguments, b"");
        assert_eq!(output.code, Some(0));
        for word in ["Examples:", "Exit codes: 0", "--frames"] {
            assert!(output.stdout.contains(word), "{arguments:?} {word}");
        }
        assert!(
            output
                .stdout
                .lines()
                .all(|line| line.chars().count() <= 100),
            "{arguments:?}"
        );
    }
    let help = slsk(&["decode", "--help"], b"").stdout;
    assert!(help.contains("<hidden>") && help.contains("passwords included"));
}
