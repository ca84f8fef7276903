//! The types that fields are made of.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use bytes::Bytes;
use slsk_wire::init::ConnectionKind;
use slsk_wire::peer::{AttributeKind, Attributes, File, UploadPermission};
use slsk_wire::server::{LoginRefusal, Status};
use slsk_wire::{Blob, Input, Rest, Secret, Text, Wire};

use super::{encode, parse};

const LATIN_1: &[u8] = b"caf\xE9";

#[test]
fn a_text_keeps_its_bytes_and_shows_latin_1_where_it_is_not_utf_8() {
    let text = Text::from_bytes(LATIN_1);
    assert_eq!(text.to_str(), "café");
    assert_eq!(text.to_string(), "café");
    assert_eq!(format!("{text:?}"), "\"café\"");
    assert_eq!(format!("{text:>6}"), "  café");
    assert_eq!((text.as_utf8(), text.len()), (None, 4));
    assert_eq!(parse::<Text>(&encode(&text)), (text.clone(), Bytes::new()));

    let utf_8 = Text::from("café");
    assert_eq!((utf_8.as_utf8(), utf_8.len()), (Some("café"), 5));
    assert_ne!(text, utf_8);
    assert_eq!(
        BTreeSet::from([text.clone(), utf_8, text.detach()]).len(),
        2
    );
    assert_eq!(
        serde_json::to_string(&text).unwrap(),
        r#"{"$hex":"636166e9"}"#
    );
}

#[test]
fn a_text_shares_the_memory_of_its_frame_until_it_is_detached() {
    let body = Bytes::from_static(b"\x02\0\0\0hi");
    let (_, text) = Text::parse(Input::new(&body)).unwrap();
    assert_eq!(text.as_bytes().as_ptr(), body[4..].as_ptr());
    assert_eq!(text.detach(), text);
    assert_ne!(text.detach().as_bytes().as_ptr(), text.as_bytes().as_ptr());
}

#[test]
fn a_secret_does_not_show_itself() {
    let secret = Secret::from("hunter2");
    assert_eq!(format!("{secret:?} {secret:#?}"), "Secret(..) Secret(..)");
    assert_eq!(secret.reveal(), &"hunter2");
}

#[test]
fn bytes_show_only_their_length() {
    assert_eq!(format!("{:?}", Blob::from(vec![1, 2, 3])), "Blob(3 bytes)");
    assert_eq!(format!("{:?}", Rest::from("rest")), "Rest(4 bytes)");
}

#[test]
fn an_address_goes_last_octet_first() {
    let ip = Ipv4Addr::new(127, 0, 0, 11);
    assert_eq!(encode(&ip), [11, 0, 0, 127]);
    assert_eq!(parse::<Ipv4Addr>(&[11, 0, 0, 127]).0, ip);
}

#[test]
fn numbers_are_little_endian() {
    assert_eq!(encode(&0x0102_u16), [2, 1]);
    assert_eq!(encode(&0x0102_0304_u32), [4, 3, 2, 1]);
    assert_eq!(encode(&-2_i32), [0xFE, 0xFF, 0xFF, 0xFF]);
    assert_eq!(encode(&0x0102_0304_0506_0708_u64), [8, 7, 6, 5, 4, 3, 2, 1]);
    assert_eq!((encode(&true), encode(&false)), (vec![1], vec![0]));
}

#[test]
fn only_a_file_with_the_mark_of_soulseek_ns_has_another_size() {
    let size = |raw| File::new("f", raw, Attributes::default()).size();
    assert_eq!(size(0xFFFF_FFFF_9000_0000), 0x9000_0000);
    assert_eq!(size(0xFFFF_FFFF_FFFF_FFFF), 0xFFFF_FFFF);
    assert_eq!(size(0xFFFF_FFFE_0000_0001), 0xFFFF_FFFE_0000_0001);
    assert_eq!(size(0x1_0000_0000), 0x1_0000_0000);
    assert_eq!(size(0x9000_0000), 0x9000_0000);
    assert_eq!(size(0), 0);
}

#[test]
fn a_value_without_a_name_is_kept() {
    assert_eq!(parse::<Status>(&[2, 0, 0, 0]).0, Status::Online);
    let seven = parse::<Status>(&[7, 0, 0, 0]).0;
    assert!(matches!(seven, Status::Other(7)));
    assert_eq!(encode(&seven), [7, 0, 0, 0]);
    assert_eq!(serde_json::to_string(&seven).unwrap(), "7");

    let stranger = parse::<ConnectionKind>(b"\x01\0\0\0X").0;
    assert_eq!(stranger, ConnectionKind::Other("X".into()));
    assert_eq!(
        serde_json::to_string(&ConnectionKind::Peer).unwrap(),
        r#""P""#
    );
}

#[test]
fn values_are_equal_when_they_are_on_the_wire() {
    assert_eq!(Status::Other(1), Status::Away);
    assert_ne!(Status::Other(3), Status::Away);
    assert_eq!(
        LoginRefusal::Other("INVALIDPASS".into()),
        LoginRefusal::InvalidPassword
    );
    assert_eq!(UploadPermission::from(3), UploadPermission::Permitted);
    assert_eq!(encode(&Status::Other(1)), encode(&Status::Away));
}

#[test]
fn attributes_are_found_by_their_kind() {
    let attributes: Attributes = [
        (AttributeKind::Bitrate, 320),
        (AttributeKind::Duration, 61),
        (AttributeKind::VariableBitrate, 0),
        (AttributeKind::Encoder, 9),
        (AttributeKind::Bitrate, 128),
    ]
    .into_iter()
    .collect();
    assert_eq!(attributes.bitrate(), Some(320));
    assert_eq!(attributes.duration(), Some(61));
    assert_eq!(attributes.is_variable_bitrate(), Some(false));
    assert_eq!(attributes.get(&AttributeKind::Encoder), Some(9));
    assert_eq!(
        (attributes.sample_rate(), attributes.bit_depth()),
        (None, None)
    );
    assert_eq!(parse::<Attributes>(&encode(&attributes)).0, attributes);
}
