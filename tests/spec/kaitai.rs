//! `soulseek.ksy`, compiled to Python by Kaitai Struct's own compiler, reads what `slsk decode --frames` reads.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use flate2::{Compression, write::ZlibEncoder};
use proptest::collection::vec;
use proptest::num::u8::ANY as BYTE;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde_json::{Value, json};
use slsk_tests::captures::{Row, rows};
use slsk_wire::{Family, FamilyId, Message, MessageVisitor, visit_all};
use tempfile::TempDir;

use super::tools;

/// The definition as it is.
static PARSER: LazyLock<Parser> = LazyLock::new(|| Parser::new(&definition()));

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

/// A parser in Python that was made of a definition.
struct Parser(TempDir);

impl Parser {
    fn new(definition: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        compile(definition, "python", folder.path());
        Self(folder)
    }

    /// What it reads of each line.
    fn read(&self, mode: &str, lines: &[Value]) -> Vec<Value> {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        for line in lines {
            writeln!(file, "{line}").expect("room for it");
        }
        let protocol = tools::checkout().join("spec/generated/protocol.json");
        let arguments = [self.0.path(), &protocol, mode.as_ref(), file.path()];
        let output = tools::python("kaitai_values.py", arguments);
        let answers: Vec<Value> = output.lines().map(parse).collect();
        assert_eq!(answers.len(), lines.len());
        answers
    }

    /// Where it reads something else than we do, of frames.
    fn differences(&self, lines: &[Value]) -> Vec<String> {
        let ours = decode(lines);
        let theirs = self.read("frames", lines);
        let both = ours.iter().zip(&theirs).zip(lines);
        both.filter(|((ours, theirs), _)| {
            // The reason of a refusal has other words.
            ours.get("error").is_none() || theirs.get("error").is_none()
        })
        .filter(|((ours, theirs), _)| ours != theirs)
        .map(|((ours, theirs), line)| format!("{line}\n  slsk:   {ours}\n  Kaitai: {theirs}"))
        .collect()
    }
}

fn parse(line: &str) -> Value {
    serde_json::from_str(line).expect("a line of JSON")
}

/// What `slsk decode --frames` says, but for the frames that it would write itself.
fn decode(lines: &[Value]) -> Vec<Value> {
    let input: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let mut output = Vec::new();
    slsk::decode_frames(input.as_bytes(), &mut output).expect("memory takes it");
    let output = String::from_utf8(output).expect("UTF-8");
    let mut answers: Vec<Value> = output.lines().map(parse).collect();
    for answer in &mut answers {
        let answer = answer.as_object_mut().expect("an object");
        answer.remove("reencoded");
    }
    answers
}

fn line(family: FamilyId, frame: &[u8]) -> Value {
    json!({"family": family.name(), "hex": const_hex::encode(frame)})
}

fn assert_none(differences: &[String]) {
    let (count, first) = (differences.len(), differences.first());
    assert_eq!(count, 0, "{}", first.map_or("", String::as_str));
}

#[test]
fn every_captured_frame_is_read_alike() {
    let rows = rows();
    let lines: Vec<Value> = rows
        .iter()
        .filter_map(|row| Some(line(row.family()?, &row.frame)))
        .collect();
    assert_eq!(lines.len(), 4029);
    assert!(decode(&lines).iter().all(|answer| answer["trailing"] == ""));
    assert_none(&PARSER.differences(&lines));
}

/// Frames of every message: sound ones, and some with a damaged body.
struct Samples {
    runner: TestRunner,
    sound: Vec<Value>,
    damaged: Vec<Value>,
}

/// How many of each kind.
const SAMPLES: usize = 200;

impl Samples {
    fn new() -> Self {
        let mut config = Config::default();
        if config.rng_seed == RngSeed::Random {
            config.rng_seed = RngSeed::Fixed(2242);
        }
        let mut samples = Self {
            runner: TestRunner::new(config),
            sound: Vec::new(),
            damaged: Vec::new(),
        };
        visit_all(&mut samples);
        samples
    }

    fn draw<S: Strategy>(&mut self, strategy: &S) -> S::Value {
        strategy.new_tree(&mut self.runner).expect("a sample").current()
    }
}

impl MessageVisitor for Samples {
    fn visit<F: Family + From<M>, M: Message>(&mut self) {
        let messages = M::strategy();
        for _ in 0..SAMPLES {
            let message = self.draw(&messages);
            let mut body = Vec::new();
            message.encode(&mut body).expect("it has an encoding");
            self.sound.push(line(F::ID, &frame::<F, M>(&body)));
            let noise = self.draw(&vec(BYTE, 4));
            damage(&mut body, &noise);
            self.damaged.push(line(F::ID, &frame::<F, M>(&body)));
        }
    }
}

/// Changes a byte, cuts the end off, or puts more behind it.
fn damage(body: &mut Vec<u8>, noise: &[u8]) {
    let place = usize::from(noise[1]) * body.len() / 256;
    match noise[0] % 4 {
        0 => body.truncate(place),
        1 => body.extend(&noise[1..]),
        _ if body.is_empty() => {}
        2 => body[place] = noise[2],
        _ => body[place] ^= 1 << (noise[2] % 8),
    }
}

/// A body as a frame.
fn frame<F: Family, M: Message>(body: &[u8]) -> Vec<u8> {
    let body = if M::COMPRESSED { deflate(body) } else { body.to_vec() };
    let code = M::CODE.to_le_bytes();
    let content = [&code[..F::SCHEMA.code_width], &body].concat();
    let length = u32::try_from(content.len()).expect("a short sample");
    [&length.to_le_bytes()[..], &content].concat()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

#[test]
fn frames_of_every_message_are_read_alike() {
    let samples = Samples::new();
    let messages = FamilyId::ALL.map(|family| family.schema().messages.len());
    let count = messages.iter().sum::<usize>() * SAMPLES;
    assert_eq!(samples.sound.len(), count);
    let ours = decode(&samples.sound);
    assert!(ours.iter().all(|answer| answer.get("error").is_none()));
    assert_none(&PARSER.differences(&samples.sound));

    let ours = decode(&samples.damaged);
    let refused = ours.iter().filter(|answer| answer.get("error").is_some()).count();
    assert!(refused > count / 10 && refused < count / 2, "{refused} of {count}");
    let trailing = |answer: &&Value| answer["trailing"].as_str().is_some_and(|hex| !hex.is_empty());
    assert!(ours.iter().filter(trailing).count() > count / 10);
    assert_none(&PARSER.differences(&samples.damaged));
}

/// Unknown codes, lists that lie about their length, lists that have one of two forms.
#[test]
fn special_frames_are_read_alike() {
    let frames = [
        ("server_request", "08000000ffffff7f00010203"),
        ("distributed", "0100000006"),
        ("peer", "0600000003310000abcd"),
        // A million texts in four bytes.
        ("server_response", "0c000000450000000000100000000000"),
        ("server_response", "0c00000045000000ffffffff00000000"),
        // Related terms: none, ["a"], [("a", 2)], and what is neither.
        ("server_response", "0c000000990000000000000000000000"),
        ("server_response", "11000000990000000000000001000000010000 0061"),
        ("server_response", "1500000099000000000000000100000001000000610200 0000"),
        ("server_response", "12000000990000000000000001000000010000006105"),
        ("server_response", "10000000990000000000000001000000ffffffff"),
        ("server_response", "0c0000009900000000000000ffffffff"),
        // A depth of one byte and of four.
        ("server_request", "050000008100000007"),
        ("server_request", "080000008100000007000000"),
        ("server_request", "06000000810000000700"),
        // The padding of an embedded message.
        ("distributed", "040000005d000000"),
        ("distributed", "050000005d00000003"),
        ("distributed", "050000005d03000000"),
        // A length that is too short for the code, and one that is too long for the frame.
        ("peer", "0300000004000000"),
        ("peer", "0500000004000000"),
    ];
    let lines: Vec<Value> = frames
        .iter()
        .map(|(family, hex)| json!({"family": family, "hex": hex.replace(' ', "")}))
        .collect();
    let ours = decode(&lines);
    let refused = ours.iter().filter(|answer| answer.get("error").is_some());
    assert_eq!(refused.count(), 6, "{ours:#?}");
    assert_none(&PARSER.differences(&lines));
}

#[test]
fn a_changed_definition_is_noticed() {
    let samples = Samples::new();
    for (right, wrong) in [
        ("type: s4\n", "type: u4\n"),
        ("value: success_raw != 0", "value: success_raw == 1"),
        ("value: has_token and _io", "value: _io"),
        ("second_probe.fits and not first_probe.fits", "false"),
        ("_io.size - _io.pos == 1", "false"),
    ] {
        let changed = definition().replace(right, wrong);
        assert_ne!(changed, definition(), "{right}");
        let lines = [&samples.sound[..], &samples.damaged].concat();
        let differences = Parser::new(&changed).differences(&lines);
        assert_ne!(differences.len(), 0, "{right}");
    }
}

/// What one side has sent on a captured connection.
#[derive(Default)]
struct Direction {
    bytes: Vec<u8>,
    /// What its first frame tells.
    beginning: &'static str,
    /// What it is, without the frame that opens it.
    stream: String,
    /// What is in it, as `slsk` says.
    messages: Vec<Value>,
}

impl Direction {
    fn push(&mut self, row: &Row) {
        let Some(message) = message(row) else { return };
        if self.bytes.is_empty() {
            self.beginning = match message["name"].as_str() {
                Some("LoginRequest") => "login_request",
                Some("LoginResponse") => "login_response",
                Some("PeerInit") => "peer_init",
                Some("PierceFirewall") => "pierce_firewall",
                _ => "unidentified",
            };
        }
        self.stream = match (message["family"].as_str(), message["name"].as_str()) {
            (Some("file"), Some("FileOffset")) => "file_downloader_stream".to_owned(),
            (Some("file"), _) => "file_uploader_stream".to_owned(),
            (Some(family), _) => format!("{family}_stream"),
            (None, _) => panic!("{message}"),
        };
        self.bytes.extend(&row.frame);
        self.messages.push(message);
    }

    fn line(&self) -> Value {
        json!({"as": self.stream, "hex": const_hex::encode(&self.bytes)})
    }
}

/// A row as `slsk` says it; nothing for events.
fn message(row: &Row) -> Option<Value> {
    if let Some(family) = row.family() {
        return decode(&[line(family, &row.frame)]).pop();
    }
    let number = |bytes: &[u8]| {
        let mut all = [0; 8];
        all[..bytes.len()].copy_from_slice(bytes);
        u64::from_le_bytes(all)
    };
    let (name, fields) = match &*row.name {
        "FileTransferInit" => ("FileTicket", json!({"token": number(&row.frame)})),
        "FileOffset" => ("FileOffset", json!({"offset": number(&row.frame)})),
        "FileData" if !row.frame.is_empty() => {
            let data = json!({"$hex": const_hex::encode(&row.frame)});
            ("FileData", json!({"data": data}))
        }
        _ => return None,
    };
    Some(json!({"family": "file", "name": name, "fields": fields}))
}

#[test]
fn dumps_of_captured_connections_are_recognized_and_read_alike() {
    let mut directions = BTreeMap::<_, Direction>::new();
    for row in rows() {
        let key = (row.scenario.clone(), row.conn_id, row.dir.clone());
        directions.entry(key).or_default().push(&row);
    }
    directions.retain(|_, direction| !direction.messages.is_empty());
    let lines: Vec<Value> = directions.values().map(Direction::line).collect();
    let mut seen = BTreeMap::<_, usize>::new();
    for ((key, direction), read) in directions.iter().zip(PARSER.read("dumps", &lines)) {
        assert_eq!(read["beginning"], direction.beginning, "{key:?}: {read}");
        assert_eq!(read["messages"], Value::from(&*direction.messages), "{key:?}");
        *seen.entry((direction.beginning, &*direction.stream)).or_default() += 1;
    }
    for opened in ["peer_stream", "distributed_stream"] {
        assert!(seen[&("peer_init", opened)] > 5, "{seen:?}");
        assert!(seen[&("unidentified", opened)] > 5, "{seen:?}");
    }
    for expected in [
        ("login_request", "server_request_stream"),
        ("login_response", "server_response_stream"),
        ("peer_init", "file_uploader_stream"),
        ("pierce_firewall", "file_downloader_stream"),
    ] {
        assert!(seen.contains_key(&expected), "{expected:?}: {seen:?}");
    }
}

#[test]
fn no_dump_makes_the_first_look_fail() {
    let mut dumps: Vec<Vec<u8>> = (0..20).map(|length| vec![0; length]).collect();
    for length in 0..20 {
        dumps.push(vec![0xff; length]);
        dumps.push([&[16, 0, 0, 0, 1][..], &vec![0; length]].concat());
        dumps.push([&[5, 0, 0, 0, 1, 0, 0, 0][..], &vec![0xff; length]].concat());
        dumps.push([&[16, 0, 0, 0, 1, 6, 0, 0, 0][..], &vec![b'P'; length]].concat());
    }
    let lines: Vec<Value> = dumps
        .iter()
        .map(|dump| json!({"as": "nothing", "hex": const_hex::encode(dump)}))
        .collect();
    let answers = PARSER.read("beginnings", &lines);
    let unidentified = answers.iter().filter(|answer| answer["beginning"] == "unidentified");
    assert_eq!(unidentified.count(), answers.len(), "{answers:?}");
}

#[test]
fn it_compiles_to_other_languages() {
    for language in ["javascript", "java", "cpp_stl", "csharp", "go", "lua", "perl", "php", "ruby", "rust"] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        compile(&definition(), language, folder.path());
    }
}
