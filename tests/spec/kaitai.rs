//! `soulseek.ksy`, compiled by Kaitai Struct's own compiler, reads what `slsk decode --frames` reads: in Python, and
//! in JavaScript.

mod dumps;
mod samples;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use serde_json::{Value, json};
use slsk_tests::captures::rows;
use slsk_wire::FamilyId;
use tempfile::TempDir;

use super::tools;
use samples::Samples;

/// The definition as it is, in Python.
static PARSER: LazyLock<Parser> = LazyLock::new(|| Parser::new(&definition(), Language::Python));

fn definition() -> String {
    let path = tools::checkout().join("spec/generated/soulseek.ksy");
    fs::read_to_string(path).expect("the definition")
}

/// Compiles a definition to a language, into a folder.
fn compile(definition: &str, language: &str, folder: &Path) {
    let file = folder.join("soulseek.ksy");
    fs::write(&file, definition).expect("a temporary file");
    let script = tools::checkout().join("spec/tests/kaitai-compile.js");
    let mut command = Command::new("node");
    command.arg(script).arg(tools::installed("node_modules"));
    let output = tools::run(command.arg(file).arg(language).arg(folder));
    assert_eq!(output, "", "{language}");
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    Python,
    JavaScript,
}

/// A parser that was made of a definition.
struct Parser {
    folder: TempDir,
    language: Language,
}

impl Parser {
    fn new(definition: &str, language: Language) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let name = match language {
            Language::Python => "python",
            Language::JavaScript => "javascript",
        };
        compile(definition, name, folder.path());
        Self { folder, language }
    }

    /// What it reads of each line; the mode is one of `kaitai_values.py`.
    fn read(&self, mode: &str, lines: &[Value]) -> Vec<Value> {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        for line in lines {
            writeln!(file, "{line}").expect("room for it");
        }
        let protocol = tools::checkout().join("spec/generated/protocol.json");
        let folder = self.folder.path();
        let output = match self.language {
            Language::Python => {
                let arguments = [folder, &protocol, mode.as_ref(), file.path()];
                tools::python("kaitai_values.py", arguments)
            }
            Language::JavaScript => {
                assert_eq!(mode, "frames");
                let mut command = Command::new("node");
                command.arg(tools::checkout().join("spec/tests/kaitai-values.js"));
                command.arg(tools::installed("node_modules"));
                tools::run(command.args([folder, &protocol, file.path()]))
            }
        };
        let answers: Vec<Value> = output.lines().map(parse).collect();
        assert_eq!(answers.len(), lines.len());
        answers
    }

    /// Where it reads something else of frames than we do.
    fn differences(&self, lines: &[Value]) -> Vec<String> {
        let ours = decode(lines);
        let mut theirs = self.read("frames", lines);
        let mut differences = Vec::new();
        for ((line, mut ours), theirs) in lines.iter().zip(ours).zip(&mut theirs) {
            let refused = |answer: &Value| answer.get("error").is_some();
            // Reasons have other words.
            let alike = match (refused(&ours), refused(theirs)) {
                (false, false) => {
                    if self.language == Language::JavaScript {
                        round(&mut ours);
                        round(theirs);
                    }
                    ours == *theirs
                }
                (ours, theirs) => ours && theirs,
            };
            if !alike {
                differences.push(format!("{line}\n  slsk:   {ours}\n  Kaitai: {theirs}"));
            }
        }
        differences
    }

    fn assert_alike(&self, lines: &[Value]) {
        let differences = self.differences(lines);
        let first = differences.first().map_or("", String::as_str);
        assert_eq!(differences.len(), 0, "{first}");
    }
}

/// Numbers as JavaScript has them.
fn round(value: &mut Value) {
    match value {
        Value::Number(number) => *value = number.as_f64().into(),
        Value::Array(items) => items.iter_mut().for_each(round),
        Value::Object(object) => object.values_mut().for_each(round),
        _ => {}
    }
}

fn parse(line: &str) -> Value {
    serde_json::from_str(line).expect("a line of JSON")
}

/// What `slsk decode --frames` says, but for the frames that it would write itself.
fn decode(lines: &[Value]) -> Vec<Value> {
    let mut input = Vec::new();
    for line in lines {
        writeln!(input, "{line}").expect("memory takes it");
    }
    let mut output = Vec::new();
    slsk::decode_frames(&*input, &mut output).expect("memory takes it");
    let output = String::from_utf8(output).expect("UTF-8");
    let mut answers: Vec<Value> = output.lines().map(parse).collect();
    for answer in &mut answers {
        let answer = answer.as_object_mut().expect("an object");
        answer.remove("reencoded");
    }
    answers
}

/// A frame for [`decode`] and [`Parser::read`].
fn line(family: FamilyId, frame: &[u8]) -> Value {
    json!({"family": family.name(), "hex": const_hex::encode(frame)})
}

fn captured() -> Vec<Value> {
    let rows = rows();
    let lines: Vec<Value> = rows
        .iter()
        .filter_map(|row| Some(line(row.family()?, &row.frame)))
        .collect();
    assert_eq!(lines.len(), 4029);
    lines
}

#[test]
fn every_captured_frame_is_read_alike() {
    let lines = captured();
    assert!(decode(&lines).iter().all(|answer| answer["trailing"] == ""));
    PARSER.assert_alike(&lines);
}

#[test]
fn frames_of_every_message_are_read_alike() {
    let samples = Samples::new(200);
    let ours = decode(&samples.sound);
    assert!(ours.iter().all(|answer| answer.get("error").is_none()));
    PARSER.assert_alike(&samples.sound);

    let ours = decode(&samples.damaged);
    let count = ours.len();
    let refused = ours.iter().filter(|answer| answer.get("error").is_some());
    let refused = refused.count();
    assert!(refused > count / 10 && refused < count / 2, "{refused}");
    let trailing = |answer: &&Value| {
        answer["trailing"]
            .as_str()
            .is_some_and(|hex| !hex.is_empty())
    };
    assert!(ours.iter().filter(trailing).count() > count / 10);
    PARSER.assert_alike(&samples.damaged);
}

#[test]
fn javascript_reads_alike() {
    let parser = Parser::new(&definition(), Language::JavaScript);
    parser.assert_alike(&captured());
    let samples = Samples::new(50);
    parser.assert_alike(&samples.sound);
    parser.assert_alike(&samples.damaged);
    parser.assert_alike(&special().map(|(line, _)| line));
}

/// Unknown codes, unusual bools, lists that lie about their length, lists that have one of two forms; and whether they can be read.
fn special() -> [(Value, bool); 21] {
    let frames = [
        ("server_request", "08000000ffffff7f00010203", true),
        ("distributed", "0100000006", true),
        ("peer", "0600000003310000abcd", true),
        // A bool that is neither 0 nor 1.
        ("server_request", "050000004700000002", true),
        // A million texts in four bytes, and four billion.
        ("server_response", "0c000000450000000000100000000000", false),
        ("server_response", "0c00000045000000ffffffff00000000", false),
        // Related terms: none, "a", "a" with 2, two in both forms, and what has none of them.
        ("server_response", "0c000000990000000000000000000000", true),
        (
            "server_response",
            "11000000990000000000000001000000010000 0061",
            true,
        ),
        (
            "server_response",
            "1500000099000000000000000100000001000000610200 0000",
            true,
        ),
        (
            "server_response",
            "1c00000099000000000000000200000000000000000000000000000000000000",
            true,
        ),
        (
            "server_response",
            "12000000990000000000000001000000010000006105",
            false,
        ),
        (
            "server_response",
            "10000000990000000000000001000000ffffffff",
            false,
        ),
        ("server_response", "0c0000009900000000000000ffffffff", false),
        // A depth of one byte, of four and of two.
        ("server_request", "050000008100000007", true),
        ("server_request", "080000008100000007000000", true),
        ("server_request", "06000000810000000700", false),
        // The padding of an embedded message: there is none where nothing follows.
        ("distributed", "040000005d000000", true),
        ("distributed", "050000005d00000003", true),
        ("distributed", "050000005d03000000", true),
        // A length that is too short for the code, and one that is too long for the frame.
        ("peer", "0300000004000000", false),
        ("peer", "0500000004000000", false),
    ];
    frames.map(|(family, hex, sound)| {
        let hex = hex.replace(' ', "");
        (json!({"family": family, "hex": hex}), sound)
    })
}

#[test]
fn special_frames_are_read_alike() {
    let (lines, sound): (Vec<Value>, Vec<bool>) = special().into_iter().unzip();
    for (answer, sound) in decode(&lines).iter().zip(sound) {
        assert_eq!(answer.get("error").is_none(), sound, "{answer}");
    }
    PARSER.assert_alike(&lines);
}

#[test]
fn a_changed_definition_is_noticed() {
    let samples = Samples::new(20);
    let mut lines = [&samples.sound[..], &samples.damaged].concat();
    lines.extend(special().map(|(line, _)| line));
    PARSER.assert_alike(&lines);
    for (right, wrong) in [
        ("type: s4\n", "type: u4\n"),
        ("_raw != 0\n", "_raw == 1\n"),
        (
            "value: has_token and _io.size - _io.pos >= 4",
            "value: not _io.eof",
        ),
        (
            "value: second_probe.fits and not first_probe.fits",
            "value: false",
        ),
        ("value: _io.size - _io.pos == 1", "value: false"),
    ] {
        let changed = definition().replace(right, wrong);
        assert_ne!(changed, definition(), "{right}");
        let differences = Parser::new(&changed, Language::Python).differences(&lines);
        assert_ne!(differences.len(), 0, "{right}");
    }
}

#[test]
fn it_compiles_to_other_languages() {
    for language in [
        "java", "cpp_stl", "csharp", "go", "lua", "perl", "php", "ruby", "rust",
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        compile(&definition(), language, folder.path());
    }
}
