//! The explorer in Chromium: its decoder beside ours, and what a person does with the page.

mod variants;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use serde_json::json;
use slsk_tests::captures;
use slsk_wire::FamilyId;

use crate::tools::{checkout, decode_json, pcaps, python};

/// A frame for the page: its bytes as they came, and revealed.
struct Case {
    family: FamilyId,
    frame: Vec<u8>,
    /// As on the wire, if obfuscated.
    raw: Vec<u8>,
}

#[test]
fn the_page_reads_what_we_read_and_does_what_people_want() {
    let folder = tempfile::tempdir().expect("a folder");
    let captured = captured();
    assert!(captured.len() > 1000, "{}", captured.len());
    let damaged = damaged(&captured);
    assert!(damaged.len() > 1000, "{}", damaged.len());
    for (name, cases) in [("captured", &captured), ("damaged", &damaged)] {
        let (mut requests, mut input) = (String::new(), String::new());
        for case in cases {
            let (family, hex) = (case.family.name(), const_hex::encode(&case.frame));
            let raw = const_hex::encode(&case.raw);
            let _ = writeln!(input, "{}", json!({ "family": family, "hex": hex }));
            let _ = writeln!(
                requests,
                "{}",
                json!({ "family": family, "hex": hex, "raw": raw })
            );
        }
        let mut answers = Vec::new();
        slsk::decode_frames(input.as_bytes(), &mut answers).expect("lines for lines");
        fs::write(folder.path().join(format!("{name}.jsonl")), requests).expect("to be written");
        fs::write(folder.path().join(format!("{name}.ours.jsonl")), answers)
            .expect("to be written");
    }
    let mut recordings = 0;
    let mut random = fastrand::Rng::with_seed(93);
    for pcap in pcaps() {
        let file = fs::read(&pcap).expect("a recording");
        let name = pcap.file_stem().expect("a name").to_string_lossy();
        let mut files = vec![("whole.pcap", file.clone())];
        // The rest are large, and the same in more packets.
        if file.len() < 100_000 {
            files.extend(variants::of(&file, &mut random));
        }
        for (variant, file) in files {
            let path = folder.path().join(format!("{name}-{variant}"));
            fs::write(&path, file).expect("to be written");
            let ours = path.with_added_extension("ours.jsonl");
            fs::write(ours, decode_json(&path)).expect("to be written");
            recordings += 1;
        }
    }
    assert!(recordings > 100, "{recordings}");
    let page = checkout().join("spec/generated/explorer.html");
    let output = python(
        "explorer.py",
        [
            page.as_os_str(),
            folder.path().as_os_str(),
            captures::folder().as_os_str(),
        ],
    );
    let last = output.lines().last().unwrap_or_default();
    let counts: serde_json::Value = serde_json::from_str(last).expect("counts");
    assert_eq!(counts["captured"], captured.len());
    assert_eq!(counts["damaged"], damaged.len());
    assert_eq!(counts["captures"], recordings);
}

#[test]
fn its_examples_are_captured_frames() {
    let text = fs::read_to_string(checkout().join("spec/src/explorer/samples.json"));
    let samples: Vec<serde_json::Value> =
        serde_json::from_str(&text.expect("the examples")).expect("well-formed");
    let rows = captures::rows();
    for sample in &samples {
        let captured = rows.iter().any(|row| {
            let bytes = if sample["obfuscated"] == true {
                &row.raw
            } else {
                &row.frame
            };
            sample["from"] == format!("{}.jsonl, seq {}", row.scenario, row.seq)
                && sample["code"] == json!(row.code)
                && row
                    .family()
                    .is_some_and(|family| sample["family"] == family.name())
                && sample["hex"] == const_hex::encode(bytes)
        });
        assert!(captured, "{sample}");
    }
    assert!(samples.len() > 100, "{}", samples.len());
}

/// Every captured frame once.
fn captured() -> Vec<Case> {
    let mut seen = BTreeSet::new();
    let rows = captures::rows();
    let cases = rows.into_iter().filter_map(|row| {
        let family = row.family()?;
        let new = seen.insert((family, row.frame.clone(), row.raw.clone()));
        new.then_some(Case {
            family,
            frame: row.frame,
            raw: row.raw,
        })
    });
    cases.collect()
}

/// Frames with a byte changed, with their end cut off, and with bytes behind; their length field fits.
fn damaged(captured: &[Case]) -> Vec<Case> {
    let mut random = fastrand::Rng::with_seed(93);
    let mut cases = Vec::new();
    for case in captured
        .iter()
        .filter(|case| case.frame.len() < 2000)
        .step_by(3)
    {
        let head = 4 + case.family.code_width();
        let mut add = |mut frame: Vec<u8>| {
            let length = u32::try_from(frame.len() - 4).expect("a short frame");
            frame[..4].copy_from_slice(&length.to_le_bytes());
            cases.push(Case {
                family: case.family,
                frame,
                raw: Vec::new(),
            });
        };
        add([&case.frame[..], b"left"].concat());
        if case.frame.len() > head {
            add(case.frame[..random.usize(head..case.frame.len())].to_vec());
            let mut changed = case.frame.clone();
            changed[random.usize(head..case.frame.len())] ^= random.u8(1..);
            add(changed);
        }
    }
    cases
}
