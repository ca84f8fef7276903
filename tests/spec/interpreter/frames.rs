//! What is fed to both: captured frames, samples of every message, and what is wrong with some of them.

use std::io::Read;

use flate2::Compression;
use flate2::read::{ZlibDecoder, ZlibEncoder};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngSeed, TestRunner};
use slsk_tests::captures;
use slsk_wire::peer::{
    Attributes, Directory, File, FileSearchResponse, FolderContentsResponse, PeerMessage,
    SharesResponse,
};
use slsk_wire::{Family, FamilyId, Message, MessageVisitor, Text, visit_all};

use super::frame_line;

/// What can be wrong with a frame, of which each has to occur.
pub(super) const KINDS: [&str; 9] = [
    "unexpected_end",
    "length_beyond_end",
    "count_beyond_end",
    "bad_zlib",
    "truncated_zlib",
    "inflated_too_large",
    "frame_too_short",
    "frame_incomplete",
    "frame_excess",
];

/// What neither filter takes.
pub(super) const WRONG_LINES: &[&str] = &[
    "",
    " ",
    "[",
    "{}",
    "7",
    "null",
    "\"peer\"",
    r#"{"family":"peer"}"#,
    r#"{"family":"Peer","hex":"","name":"QueueUpload"}"#,
    r#"{"family":"file","hex":"","name":"FileTicket"}"#,
    r#"{"family":7,"hex":"","name":"QueueUpload"}"#,
    r#"{"family":null,"hex":"","name":"QueueUpload"}"#,
    r#"{"family":"peer","hex":"","name":"Queue\u0007Upload\u009b"}"#,
    r#"{"family":"peer\ud800","hex":"","name":"QueueUpload"}"#,
    r#"{"family":"peer","family":"peer","hex":"","name":"Unknown"}"#,
    r#"{"family":"peer","hex":"","name":"Unknown"} more"#,
    r#"{"family":"peer","hex":"","code":NaN}"#,
    r#"{"family":"peer","hex":"0","code":9999,"payload":"0"}"#,
    r#"{"family":"peer","hex":"0g","code":9999,"payload":"0g"}"#,
    r#"{"family":"peer","hex":" 00","code":9999,"payload":" 00"}"#,
    r#"{"family":"peer","hex":"0x","code":9999,"payload":"0x"}"#,
    r#"{"family":"peer","hex":"0x00","code":9999,"payload":"0x00"}"#,
    r#"{"family":"peer","hex":"é","code":9999,"payload":"é"}"#,
];

/// Every captured frame.
pub(super) fn captured() -> Vec<String> {
    let rows = captures::rows().into_iter();
    let lines = rows.filter_map(|row| Some(frame_line(row.family()?, &row.frame)));
    lines.collect()
}

/// Samples of every message and of unknown ones, whole and damaged, the same in each run.
pub(super) fn generated() -> Vec<String> {
    let mut samples = Samples {
        runner: runner(),
        lines: Vec::new(),
    };
    visit_all(&mut samples);
    let Samples { mut lines, .. } = samples;
    lines.extend(unknown());
    lines.extend(special());
    lines
}

/// A source of samples. `PROPTEST_RNG_SEED=7` draws others.
pub(super) fn runner() -> TestRunner {
    let mut config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(2242);
    }
    TestRunner::new(config)
}

/// A sample.
pub(super) fn draw<T: std::fmt::Debug>(
    runner: &mut TestRunner,
    strategy: impl Strategy<Value = T>,
) -> T {
    strategy.new_tree(runner).expect("a sample").current()
}

/// How many samples there are of each message.
const SAMPLES: usize = 6;

struct Samples {
    runner: TestRunner,
    lines: Vec<String>,
}

impl MessageVisitor for Samples {
    fn visit<F: Family + From<M>, M: Message>(&mut self) {
        let wrap = |body: &[u8]| frame(F::SCHEMA.code_width, M::CODE, body);
        let packed = |body: &[u8]| {
            if M::COMPRESSED {
                deflate(body)
            } else {
                body.to_vec()
            }
        };
        for _ in 0..SAMPLES {
            let sample = draw(&mut self.runner, M::strategy());
            let noise = draw(
                &mut self.runner,
                proptest::collection::vec(proptest::num::u8::ANY, 3..24),
            );
            let mut body = Vec::new();
            sample.encode(&mut body).expect("an encoding");
            let whole = F::from(sample).to_frame().expect("an encoding");
            let mut frames = vec![whole];
            for body in damaged(&body, &noise) {
                frames.push(wrap(&packed(&body)));
            }
            if M::COMPRESSED {
                for stream in damaged(&deflate(&body), &noise) {
                    frames.push(wrap(&stream));
                }
            }
            let lines = frames.iter().map(|frame| frame_line(F::ID, frame));
            self.lines.extend(lines);
        }
    }
}

/// A body with one thing changed, in several ways; `noise` says where and how.
fn damaged(body: &[u8], noise: &[u8]) -> Vec<Vec<u8>> {
    let place = |byte: u8| usize::from(byte) * body.len() / 256;
    let mut changed = body.to_vec();
    if let Some(byte) = changed.get_mut(place(noise[0])) {
        *byte ^= noise[1];
    }
    let mut cut = body.to_vec();
    cut.truncate(place(noise[2]));
    let last = &body[..body.len().saturating_sub(1)];
    // A length or count of the first field beyond any frame.
    let mut huge = body.to_vec();
    huge.iter_mut().take(4).for_each(|byte| *byte = 0xFF);
    vec![
        changed,
        cut,
        last.to_vec(),
        huge,
        [body, noise].concat(),
        [body, &noise[..1]].concat(),
        noise.to_vec(),
    ]
}

/// Frames with codes that no message has.
fn unknown() -> Vec<String> {
    let mut lines = Vec::new();
    for family in FamilyId::ALL {
        let schema = family.schema();
        let unused = (0..=255_u32).filter(|code| schema.by_code(*code).is_none());
        let named = schema.named.iter().map(|named| named.code);
        let wide = [256, 9999, u32::MAX]
            .into_iter()
            .filter(|_| schema.code_width == 4);
        for code in named.chain(wide).chain(unused.take(8)) {
            for payload in [&b""[..], b"\x01", b"\xFF\xFE\x00abcdefgh"] {
                let frame = frame(schema.code_width, code, payload);
                lines.push(frame_line(family, &frame));
            }
        }
    }
    lines
}

/// Frames that no sample is like: what is long, what is not cut right, what inflates to too much.
fn special() -> Vec<String> {
    let long = [
        FileSearchResponse::new("user", 7, files(2000)).into(),
        SharesResponse::new((0..200).map(directory).collect(), vec![directory(0)]).into(),
        SharesResponse::new(Vec::new(), Vec::new()).into(),
    ];
    let long = long.iter().map(|message: &PeerMessage| message.to_frame());
    let mut frames: Vec<_> = long
        .map(|frame| (FamilyId::Peer, frame.expect("an encoding")))
        .collect();
    let bomb = deflate(&vec![0; (64 << 20) + 1]);
    frames.push((
        FamilyId::Peer,
        frame(4, FolderContentsResponse::CODE, &bomb),
    ));
    for family in FamilyId::ALL {
        let whole = frame(family.code_width(), 0, b"");
        let longer = [&whole[..], b"\0"].concat();
        let shorter = whole[..whole.len() - 1].to_vec();
        let others = [&b""[..], b"\x04", &[0; 4], &[0; 8], &[0xFF; 12]].map(<[u8]>::to_vec);
        let all = [longer, shorter].into_iter().chain(others);
        frames.extend(all.map(|frame| (family, frame)));
    }
    let lines = frames
        .iter()
        .map(|(family, frame)| frame_line(*family, frame));
    lines.collect()
}

/// So many files, whose names would do harm in a terminal.
fn files(count: u32) -> Vec<File> {
    let file = |number: u32| {
        let attributes = Attributes::lossy(number, 2, Some(number.is_multiple_of(2)));
        let name = format!("\u{65e5} {number} \u{7f}\u{202e}\n");
        File::new(name, number.into(), attributes)
    };
    (0..count).map(file).collect()
}

/// A folder whose name is not UTF-8.
fn directory(count: u32) -> Directory {
    Directory {
        name: Text::from_bytes(&b"caf\xE9"[..]),
        files: files(count % 7),
    }
}

/// A frame with its length field.
fn frame(width: usize, code: u32, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(width + body.len()).expect("a small frame");
    [&length.to_le_bytes(), &code.to_le_bytes()[..width], body].concat()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut stream = Vec::new();
    let mut encoder = ZlibEncoder::new(bytes, Compression::default());
    encoder.read_to_end(&mut stream).expect("memory takes it");
    stream
}

/// What is in a zlib stream, if it is one.
pub(super) fn inflate(stream: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    ZlibDecoder::new(stream).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}
