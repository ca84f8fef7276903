//! Texts that Wireshark can't show as they are.

use super::Bench;
use super::talk::{Talk, deflated, frame, init, number, text};

/// A search reply with a file of each of these paths.
fn reply(paths: &[Vec<u8>]) -> Vec<u8> {
    let count = u32::try_from(paths.len()).expect("a few paths");
    let mut body = [&text(b"ada")[..], &number(7), &number(count)].concat();
    for path in paths {
        body.push(1);
        body.extend(text(path));
        body.extend([0; 8]);
        body.extend(text(b"ogg"));
        body.extend(number(0));
    }
    body.push(1);
    body.extend([number(0), number(0), number(0)].concat());
    frame(9, &deflated(&body))
}

#[test]
fn a_label_is_not_cut_within_a_character() {
    let mut paths = Vec::new();
    for letter in ["\u{434}", "\u{6c34}", "\u{1f3b5}"] {
        for shift in 0..4 {
            paths.push(
                ["a".repeat(shift), letter.repeat(135)]
                    .concat()
                    .into_bytes(),
            );
        }
    }
    let mut talk = Talk::default();
    talk.connects().says(&init(b"P"));
    talk.hears(&reply(&paths));
    for path in &paths {
        // In the info column and in the label of the message.
        talk.says(&frame(43, &text(path)));
    }
    let bench = Bench::new();
    let capture = bench.capture(&talk.packets);
    assert_eq!(bench.compare(&capture, "long paths"), 2 + paths.len());
}

#[test]
fn what_xml_has_no_character_for_is_compared_by_its_bytes() {
    let mut paths: Vec<Vec<u8>> = ["\u{fffe}", "\u{ffff}", "\u{1ffff}", "\u{85}", "\u{fdd0}"]
        .iter()
        .map(|text| text.as_bytes().to_vec())
        .collect();
    paths.extend((0..=32).chain([127]).map(|code| vec![code]));
    let all = paths.concat();
    paths.push(all);
    paths.push(b"\xff\xfe\xed\xa0\x80".to_vec());
    let mut talk = Talk::default();
    talk.connects().says(&init(b"P"));
    talk.hears(&reply(&paths));
    for path in &paths {
        talk.says(&frame(43, &text(path)));
    }
    let bench = Bench::new();
    let capture = bench.capture(&talk.packets);
    assert_eq!(bench.compare(&capture, "odd characters"), 2 + paths.len());
}
