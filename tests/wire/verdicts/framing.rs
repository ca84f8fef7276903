//! `spec/guide/framing.md`

use std::net::Ipv4Addr;

use slsk_wire::peer::QueueUpload;
use slsk_wire::schema::MessageStatus::{self, Deprecated, Obsolete, Used};
use slsk_wire::server::{AdminMessage, HaveNoParent, ParentIp, WishlistInterval};
use slsk_wire::{Decoder, FamilyId, Text};

use super::{bytes, read, read_some, written};

#[test]
fn d45_a_text_that_is_not_utf_8_is_latin_1() {
    let utf_8: QueueUpload = read(43, "05000000 'café'");
    let latin_1: QueueUpload = read(43, "04000000 'caf' e9");
    assert_eq!(utf_8.filename.to_str(), latin_1.filename.to_str());
    assert_ne!(utf_8.filename, latin_1.filename);
    assert_eq!(
        (utf_8.filename.as_utf8(), latin_1.filename.as_utf8()),
        (Some("café"), None)
    );
    // These five have no character in Windows-1252.
    let holes: AdminMessage = read(66, "05000000 818d8f909d");
    assert_eq!(holes.message.to_str(), "\u{81}\u{8D}\u{8F}\u{90}\u{9D}");
    // What we make of a string is UTF-8.
    let filename = Text::from("café");
    assert_eq!(
        written(43, &QueueUpload { filename }),
        bytes("05000000 'caf' c3a9")
    );
}

#[test]
fn d46_anything_but_0_is_true() {
    assert!(!read::<HaveNoParent>(71, "00").no_parent);
    assert!(read::<HaveNoParent>(71, "01").no_parent);
    for byte in [2, 0x7F, 0xFF] {
        let body = bytes::Bytes::from(vec![byte]);
        let read = Decoder::default().decode_message::<HaveNoParent>(&body);
        assert!(read.expect("a bool").message.no_parent);
    }
    assert_eq!(written(71, &HaveNoParent { no_parent: true }), [1]);
    assert_eq!(written(71, &HaveNoParent { no_parent: false }), [0]);
}

#[test]
fn d47_an_address_goes_last_octet_first() {
    let parent: ParentIp = read(73, "04030201");
    assert_eq!(parent.ip, Some(Ipv4Addr::new(1, 2, 3, 4)));
    assert_eq!(read::<ParentIp>(73, "").ip, None);
    let ip = Some(Ipv4Addr::new(1, 2, 3, 4));
    assert_eq!(written(73, &ParentIp { ip }), bytes("04030201"));
}

#[test]
fn d48_bytes_behind_the_last_field_are_kept_apart() {
    let (interval, left) = read_some::<WishlistInterval>(104, "d0020000 0badf00d");
    assert_eq!(
        (interval.seconds, &left[..]),
        (720, &[0x0B, 0xAD, 0xF0, 0x0D][..])
    );
    assert_eq!(written(104, &interval), bytes("d0020000"));
}

#[test]
fn d49_what_is_in_use_follows_the_newest_observations() {
    let status = |code| -> Vec<MessageStatus> {
        let families = [FamilyId::ServerRequest, FamilyId::ServerResponse];
        let messages = families.iter().filter_map(|f| f.schema().by_code(code));
        messages.map(|message| message.status).collect()
    };
    assert_eq!(status(57), [Used, Used]);
    assert_eq!(status(122), [Deprecated, Deprecated]);
    assert_eq!(status(153), [Obsolete, Obsolete]);
    for code in [86, 87, 88, 89, 90, 91] {
        assert_eq!(status(code), [Obsolete], "{code}");
    }
}
