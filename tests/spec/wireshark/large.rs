//! Messages that are long, or say that they are.

use std::path::Path;

use super::talk::{Talk, deflated, frame, init, number, text};
use super::{Bench, tshark};

/// The body of a search reply with so many files of two attributes each.
fn reply(files: u32) -> Vec<u8> {
    let mut body = [&text(b"ada")[..], &number(7), &number(files)].concat();
    for file in 0..files {
        body.push(1);
        body.extend(text(format!("music\\{file}.ogg").as_bytes()));
        body.extend([0; 8]);
        body.extend(text(b"ogg"));
        body.extend([2, 0, 320, 1, 200].map(number).concat());
    }
    body.push(1);
    body.extend([4_321, 0, 0, 0].map(number).concat());
    body
}

/// These fields of the packets with messages.
fn shown(capture: &Path, fields: &[&str], options: &[&str]) -> Vec<String> {
    let path = capture.to_str().expect("a path");
    let mut arguments = vec!["-r", path, "-Y", "slsk.message", "-T", "fields"];
    for field in fields {
        arguments.extend(["-e", field]);
    }
    arguments.extend(options);
    let shown = String::from_utf8(tshark(arguments)).expect("UTF-8");
    shown.lines().map(str::to_owned).collect()
}

#[test]
fn a_list_of_sixty_thousand_files_is_shown_as_a_whole() {
    let mut talk = Talk::default();
    talk.connects().says(&init(b"P"));
    talk.hears(&frame(9, &deflated(&reply(60_000))));
    let bench = Bench::new();
    let capture = bench.capture(&talk.packets);
    let fields = [
        "slsk.message",
        "slsk.peer.name",
        "slsk.peer.average_speed",
        "slsk.expert.too_many_items",
    ];
    let rows = shown(&capture, &fields, &["-E", "occurrence=l"]);
    assert_eq!(
        rows.last().expect("a row"),
        "FileSearchResponse\tmusic\\59999.ogg\t4321\t"
    );
}

#[test]
fn what_follows_a_list_that_is_cut_is_shown() {
    let mut talk = Talk::default();
    talk.connects().says(&init(b"P"));
    let frames = [frame(9, &deflated(&reply(100))), frame(15, &[])].concat();
    talk.hears(&frames);
    let bench = Bench::new();
    let capture = bench.capture(&talk.packets);
    let rows = bench.rows(&capture, &["-o", "soulseek.max_items:300"]);
    assert_eq!(rows.len(), 3, "{rows:?}");
    let (reply, other) = (&rows[1], &rows[2]);
    assert_eq!(reply["fields"]["average_speed"], 4_321, "{reply}");
    let files = &reply["fields"]["results"];
    assert_eq!(files["$cut"], 100, "{reply}");
    let some = files["shown"].as_array().expect("files");
    assert!(some.len() > 10 && some.len() < 30, "{}", some.len());
    assert_eq!(some[10]["name"], "music\\10.ogg");
    // That of the files, and perhaps that of the attributes of the last file that is shown.
    let notes = reply["notes"].as_array().expect("notes");
    assert!(!notes.is_empty() && notes.len() < 3, "{notes:?}");
    assert!(
        notes.iter().all(|note| note == "too_many_items"),
        "{notes:?}"
    );
    assert_eq!(other["name"], "UserInfoRequest", "{other}");
}

#[test]
fn a_message_of_very_many_fields_does_not_reach_the_limit_of_wireshark() {
    let attributes = 300_000;
    let mut body = [
        &number(1)[..],
        &text(b"a"),
        &number(1),
        &text(b"a"),
        &number(1),
        &[1],
        &text(b"f"),
    ]
    .concat();
    body.extend([0; 8]);
    body.extend(text(b""));
    body.extend(number(attributes));
    body.resize(body.len() + attributes as usize * 8, 0);
    // The heads of what follows in the same packet are shown all the same.
    let rest = frame(15, &[]).repeat(6_000);
    let mut talk = Talk::default();
    talk.connects().says(&init(b"P"));
    talk.hears(&[frame(37, &deflated(&body)), rest].concat());
    let bench = Bench::new();
    let capture = bench.capture(&talk.packets);
    let rows = shown(
        &capture,
        &["slsk.message", "slsk.expert.too_many_items"],
        &[],
    );
    let all = rows.join(",");
    assert!(!rows[1].ends_with('\t'), "{}", rows[1].len());
    assert!(all.contains("FolderContentsResponse,"), "{}", all.len());
    assert_eq!(all.matches("UserInfoRequest").count(), 6_000);
}

#[test]
fn a_body_that_inflates_to_very_much_is_not_inflated() {
    let zeros = |mebibytes: usize| frame(5, &deflated(&vec![0; mebibytes << 20]));
    // A name that can't be compressed makes the second as long as it must be.
    let mut noise = 1_u32;
    let mut name = Vec::new();
    while name.len() < 400_000 {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        name.push(noise.to_be_bytes()[0]);
    }
    let mut fair = [&number(1)[..], &text(&name), &number(0), &number(0)].concat();
    fair.resize(fair.len() + (17 << 20), 0);
    let mut talk = Talk::default();
    talk.connects().says(&init(b"P"));
    talk.hears(&zeros(17)).hears(&zeros(15));
    talk.hears(&frame(5, &deflated(&fair)));
    let bench = Bench::new();
    let capture = bench.capture(&talk.packets);
    let fields = [
        "slsk.message",
        "slsk.expert.inflated_too_large",
        "slsk.expert.trailing",
    ];
    let rows = shown(&capture, &fields, &[]);
    let said: Vec<Vec<bool>> = rows[1..]
        .iter()
        .map(|row| row.split('\t').map(|value| !value.is_empty()).collect())
        .collect();
    assert_eq!(
        said,
        [
            [true, true, false],
            [true, false, true],
            [true, false, true]
        ],
    );
}
