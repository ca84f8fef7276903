//! `spec/tests/slsk.py`, which knows nothing but `protocol.json`, beside `slsk decode --frames` and
//! `slsk encode --frames`: every captured frame, and samples of every message, whole and damaged.

mod fields;
mod frames;
mod mutants;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use slsk_wire::FamilyId;

use self::frames::inflate;
use super::tools::{checkout, installed, run};

/// The specification as it is in the checkout.
fn protocol() -> PathBuf {
    checkout().join("spec/generated/protocol.json")
}

/// A direction of the filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Filter {
    Decode,
    Encode,
}

impl Filter {
    /// What `slsk` answers to these lines.
    fn ours(self, lines: &[String]) -> Vec<String> {
        let (input, mut output) = (lines.join("\n") + "\n", Vec::new());
        let result = match self {
            Self::Decode => slsk::decode_frames(input.as_bytes(), &mut output),
            Self::Encode => slsk::encode_frames(input.as_bytes(), &mut output),
        };
        result.expect("memory takes it");
        answers(&String::from_utf8(output).expect("UTF-8"), lines)
    }

    /// What the interpreter of `protocol` answers to these lines.
    fn theirs(self, protocol: &Path, lines: &[String]) -> Vec<String> {
        let folder = tempfile::tempdir().expect("a folder");
        let input = folder.path().join("lines");
        fs::write(&input, lines.join("\n") + "\n").expect("a file");
        let mut command = Command::new(installed("venv/bin/python"));
        command.arg("-B").arg(checkout().join("spec/tests/slsk.py"));
        command.arg(match self {
            Self::Decode => "decode",
            Self::Encode => "encode",
        });
        command
            .arg(protocol)
            .stdin(File::open(input).expect("the file"));
        answers(&run(&mut command), lines)
    }
}

fn answers(output: &str, lines: &[String]) -> Vec<String> {
    let answers: Vec<String> = output.lines().map(str::to_owned).collect();
    assert_eq!(answers.len(), lines.len(), "a line for each line");
    answers
}

/// A line for `slsk decode --frames`.
fn frame_line(family: FamilyId, frame: &[u8]) -> String {
    json!({"family": family.name(), "hex": const_hex::encode(frame)}).to_string()
}

/// What of two answers must be the same, in a form that can be compared: of an error its place, of a compressed
/// frame what it inflates to, of everything else the line as it is.
fn essence(filter: Filter, request: &Value, answer: &str) -> String {
    let value: Value = serde_json::from_str(answer).expect("JSON");
    if let Some(error) = value.get("error") {
        return json!({
            "kind": error["kind"],
            "path": field(error["path"].as_str().expect("a path")),
            "offset": error["offset"],
        })
        .to_string();
    }
    let (key, compressed) = match filter {
        Filter::Decode => ("reencoded", value.get("inflated").is_some()),
        Filter::Encode => ("hex", is_compressed(request)),
    };
    if !compressed {
        return answer.to_owned();
    }
    let packed = value[key].as_str().expect("hex");
    let frame = const_hex::decode(packed).expect("hex");
    let (head, body) = frame.split_at(8);
    let length = head.first_chunk().map(|length| u32::from_le_bytes(*length));
    assert_eq!(length.map(|length| length as usize), Some(frame.len() - 4));
    let inflated = const_hex::encode(inflate(body).expect("a zlib stream"));
    let code = const_hex::encode(&head[4..]);
    answer.replace(packed, &format!("{code} {inflated}"))
}

/// The field that a path leads to, without what is wrong inside of its `{"$hex": ".."}`.
fn field(path: &str) -> &str {
    path.split_once(".$").map_or(path, |(field, _)| field)
}

/// Whether a line for `slsk encode --frames` names a compressed message.
fn is_compressed(request: &Value) -> bool {
    let family: FamilyId = match request["family"].as_str().map(str::parse) {
        Some(Ok(family)) => family,
        _ => return false,
    };
    let schema = family.schema();
    let name = request["name"]
        .as_str()
        .and_then(|name| schema.by_name(name));
    let code = request["code"]
        .as_u64()
        .and_then(|code| u32::try_from(code).ok());
    let message = name.or_else(|| code.and_then(|code| schema.by_code(code)));
    message.is_some_and(|message| message.compressed)
}

/// A line that the two answer in different ways.
#[derive(Debug)]
struct Difference {
    /// The number of the line.
    line: usize,
    /// What both say.
    text: String,
}

/// Where the interpreter of `protocol` differs from what `slsk` says.
fn differences(
    filter: Filter,
    protocol: &Path,
    lines: &[String],
    ours: &[String],
) -> Vec<Difference> {
    let theirs = filter.theirs(protocol, lines);
    let mut differences = Vec::new();
    for (line, (request, (our, their))) in lines.iter().zip(ours.iter().zip(&theirs)).enumerate() {
        let value: Value = serde_json::from_str(request).unwrap_or_default();
        if essence(filter, &value, our) != essence(filter, &value, their) {
            let text = format!("{request}\n  slsk:   {our}\n  python: {their}");
            differences.push(Difference { line, text });
        }
    }
    differences
}

/// Asserts that both say the same, and tells what `slsk` says.
fn same(filter: Filter, lines: &[String]) -> Vec<String> {
    let ours = filter.ours(lines);
    let differences = differences(filter, &protocol(), lines, &ours);
    let shown: Vec<&str> = differences.iter().map(|d| &*d.text).take(20).collect();
    let (count, shown) = (differences.len(), shown.join("\n"));
    assert!(differences.is_empty(), "{count} lines differ:\n{shown}");
    ours
}

/// The answers that are messages or frames.
fn sound(answers: &[String]) -> impl Iterator<Item = &String> {
    answers
        .iter()
        .filter(|answer| !answer.starts_with("{\"error\""))
}

#[test]
fn captured_frames_are_read_and_written_the_same() {
    let lines = frames::captured();
    let decoded = same(Filter::Decode, &lines);
    assert_eq!(sound(&decoded).count(), 4029);
    let encoded = same(Filter::Encode, &decoded);
    assert_eq!(sound(&encoded).count(), 4029);
}

#[test]
fn generated_frames_are_read_and_written_the_same() {
    let lines = frames::generated();
    let decoded = same(Filter::Decode, &lines);
    let sound: Vec<String> = sound(&decoded).cloned().collect();
    let refused = decoded.len() - sound.len();
    assert!(
        sound.len() > 4000 && refused > 3000,
        "{} {refused}",
        sound.len()
    );
    for family in FamilyId::ALL {
        let messages = family
            .schema()
            .messages
            .iter()
            .map(|message| message.record.name);
        for name in messages.chain(["Unknown"]) {
            let start = format!("{{\"family\":\"{family}\",");
            let name = format!("\"name\":\"{name}\",");
            let of_it = |line: &&String| line.starts_with(&start) && line.contains(&name);
            let count = sound.iter().filter(of_it).count();
            assert!(count >= 4, "{count} lines of {name} of {family}");
        }
    }
    for kind in frames::KINDS {
        let kind = format!("{{\"error\":{{\"kind\":\"{kind}\"");
        assert!(decoded.iter().any(|line| line.starts_with(&kind)), "{kind}");
    }
    same(Filter::Encode, &sound);
}

#[test]
fn wrong_lines_are_refused_the_same() {
    let lines: Vec<String> = frames::WRONG_LINES
        .iter()
        .map(|line| (*line).to_owned())
        .collect();
    for filter in [Filter::Decode, Filter::Encode] {
        let answers = same(filter, &lines);
        assert_eq!(sound(&answers).count(), 0);
    }
}

/// Runs what no filter shows: frames cut from streams, obfuscation, file connections. Tells whether it went well.
fn library_test(protocol: &Path) -> bool {
    let mut command = Command::new(installed("venv/bin/python"));
    command
        .arg("-B")
        .arg(checkout().join("spec/tests/slsk_test.py"));
    command.args([protocol, &slsk_tests::captures::folder()]);
    let output = command.output().expect("Python");
    // unittest tells there how many tests it has run.
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("Ran 5 tests"), "{told}");
    output.status.success()
}

#[test]
fn the_library_cuts_and_reveals_what_was_captured() {
    assert!(library_test(&protocol()));
}

#[test]
fn another_obfuscation_is_found() {
    let mut changed = mutants::read();
    changed["framing"]["obfuscation"]["rotate_left"] = json!(31);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("protocol.json");
    fs::write(&path, changed.to_string()).expect("a file");
    assert!(!library_test(&path));
}
