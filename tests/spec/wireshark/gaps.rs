//! Bytes that are missing, come late, or can't be understood.

use super::Bench;
use super::talk::{Talk, frame, init, login, number, text};

fn search(token: u32, words: &str) -> Vec<u8> {
    frame(26, &[&number(token)[..], &text(words.as_bytes())].concat())
}

#[test]
fn frames_are_not_found_again_where_nothing_is_missing() {
    let mut talk = Talk::default();
    talk.connects().says(&login());
    talk.says(&[2, 0, 0, 0, 1, 0, 0, 0]);
    talk.says(&search(7, "hello")).says(&search(8, "world"));
    let bench = Bench::new();
    let capture = bench.capture(&talk.packets);
    assert_eq!(bench.compare(&capture, "behind a bad frame"), 2);
}

#[test]
fn a_segment_that_is_missing_is_complained_about() {
    let mut talk = Talk::default();
    talk.connects().says(&login());
    for word in ["one", "two", "three", "four"] {
        talk.says(&search(7, word));
    }
    let whole = talk.packets.clone();
    talk.packets.remove(4);
    let bench = Bench::new();
    for (packets, missing) in [(whole, 0), (talk.packets, 1)] {
        let rows = bench.rows(&bench.capture(&packets), &[]);
        let gaps = rows
            .iter()
            .filter(|row| row["notes"] == serde_json::json!(["gap"]));
        assert_eq!(gaps.count(), missing, "{rows:?}");
        let searches = rows.iter().filter(|row| row["name"] == "FileSearch");
        assert_eq!(searches.count(), 4 - missing, "{rows:?}");
    }
}

#[test]
fn segments_are_put_in_order_where_wireshark_is_told_to() {
    let mut talk = Talk::default();
    talk.connects().says(&login());
    let searches: Vec<u8> = (0..40)
        .flat_map(|token| search(token, "some words to look for"))
        .collect();
    searches.chunks(100).for_each(|piece| {
        talk.says(piece);
    });
    let bench = Bench::new();
    let ordered = ["-o", "tcp.reassemble_out_of_order:TRUE"];
    for first in [4, 5, 8] {
        let mut packets = talk.packets.clone();
        let times = (packets[first].time, packets[first + 1].time);
        packets.swap(first, first + 1);
        (packets[first].time, packets[first + 1].time) = times;
        let capture = bench.capture(&packets);
        let name = format!("segment {first} behind the next");
        assert_eq!(bench.compare_by(&capture, &name, false, &ordered), 41);
    }
}

#[test]
fn a_segment_that_is_sent_again_is_no_other_message() {
    let mut talk = Talk::default();
    talk.connects().says(&init(b"P"));
    talk.hears(&frame(15, &[])).says(&frame(15, &[]));
    let mut again = talk.packets[2].clone();
    again.time = talk.packets[4].time + 500;
    talk.packets.push(again);
    talk.hears(&frame(15, &[]));
    let bench = Bench::new();
    let capture = bench.capture(&talk.packets);
    for more in [&[][..], &["-o", "tcp.reassemble_out_of_order:TRUE"]] {
        let name = format!("sent again {more:?}");
        assert_eq!(bench.compare_by(&capture, &name, false, more), 4);
    }
}

#[test]
fn an_answer_can_stand_before_the_init_frame() {
    let mut talk = Talk::default();
    talk.connects().hears(&frame(15, &[])).says(&init(b"P"));
    talk.says(&frame(15, &[])).hears(&frame(15, &[]));
    let bench = Bench::new();
    let capture = bench.capture(&talk.packets);
    assert_eq!(bench.compare(&capture, "answer first"), 4);
}
