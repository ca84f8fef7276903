//! What nobody should send: the dissector complains about it, says the same as `slsk decode`, and has no errors itself.

use super::Bench;
use super::pcap::Packet;
use super::talk::{Talk, deflated, frame, hidden, init, login, number, text};

/// The body of a search reply without files.
fn reply() -> Vec<u8> {
    [
        &text(b"ada")[..],
        &number(7),
        &number(0),
        &[1],
        &number(0),
        &number(0),
    ]
    .concat()
}

fn hostile() -> Vec<Packet> {
    let mut talk = Talk::default();
    talk.connects().says(&login());
    talk.says(&frame(
        26,
        &[&number(7)[..], &number(u32::MAX), b"words"].concat(),
    ));
    talk.says(&frame(
        149,
        &[&number(u32::MAX)[..], &text(b"ada")].concat(),
    ));
    talk.says(&frame(35, &[1, 0, 0, 0, 2]));
    talk.says(&frame(71, &[2]));
    talk.says(&frame(71, &[1, 9, 9]));
    talk.says(&frame(9_999, b"?"));
    talk.says(&frame(
        26,
        &[&number(7)[..], &text(b"\xe9t\xe9"), b"\0"].concat(),
    ));
    talk.says(&frame(
        13,
        &[text(b"a\0b"), text(b"\x1b[31m\xe2\x80\xae<&>")].concat(),
    ));
    talk.says(&[2, 0, 0, 0, 1, 0, 0, 0, 1, 2, 3])
        .says(b"and more of it");
    talk.connects().says(&login()).hears(&[0xff; 40]);

    let packed = deflated(&reply());
    talk.connects().says(&init(b"P")).says(&frame(9, &packed));
    talk.hears(&frame(9, &packed[..packed.len() - 3]));
    let mut damaged = packed.clone();
    *damaged.last_mut().expect("a stream") ^= 1;
    talk.hears(&frame(9, &damaged)).hears(&frame(9, b"no zlib"));
    talk.hears(&frame(9, &[&packed[..], b"behind"].concat()));
    talk.hears(&frame(
        9,
        &deflated(&[&reply()[..], &number(0), &number(u32::MAX)].concat()),
    ));
    talk.hears(&frame(9, &deflated(&vec![0; (64 << 20) + 1])));
    talk.hears(&frame(9, &[]));

    talk.connects()
        .says(&hidden(&init(b"P")))
        .hears(&hidden(&frame(9, b"x\x9cno")));
    talk.hears(&hidden(&frame(50, &number(50))))
        .hears(&hidden(&frame(4, &[])));
    talk.connects()
        .says(&init(b"F"))
        .says(&number(7))
        .hears(&[0; 8])
        .hears(b"more");
    talk.says(b"all of the file");
    talk.connects()
        .says(&text(&[0, 1, 2, 3, 4]))
        .says(&[&number(u32::MAX)[..], b"abc"].concat());
    talk.connects()
        .says(&init(b"D"))
        .hears(&[1, 0, 0, 0, 4])
        .hears(&[0; 30]);
    talk.packets
}

#[test]
fn hostile_messages_are_complained_about() {
    let bench = Bench::new();
    let capture = bench.capture(&hostile());
    bench.compare_with(&capture, "hostile", true);
    let rows = bench.rows(&capture, &[]);
    let notes: Vec<&str> = rows
        .iter()
        .flat_map(|row| row["notes"].as_array().expect("notes"))
        .filter_map(|note| note.as_str())
        .collect();
    let expected = [
        "length_beyond_end",
        "count_beyond_end",
        "unexpected_end",
        "not_canonical",
        "trailing",
        "unknown_code",
        "frame_too_short",
        "frame_too_long",
        "truncated_zlib",
        "bad_zlib",
        "inflated_too_large",
        "after_offset",
    ];
    for name in expected {
        assert!(notes.contains(&name), "{name}: {notes:?}");
    }
    assert!(!notes.contains(&"internal"), "{notes:?}");
}
