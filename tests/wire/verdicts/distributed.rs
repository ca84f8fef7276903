//! `spec/guide/distributed.md`

use slsk_wire::distributed::{
    DistributedBranchLevel, DistributedBranchRoot, DistributedChildDepth,
    DistributedEmbeddedMessage, DistributedMessage, DistributedPing, DistributedSearch,
};
use slsk_wire::server::{
    BranchLevel, ChildDepth, EmbeddedMessage, ParentMinSpeed, ParentSpeedRatio,
};
use slsk_wire::{Depth, EncodeErrorKind, Wire};

use super::{bytes, read, refuse, unframe, written};

/// A search of alice's without its code.
const SEARCH: &str = "31000000 05000000 'alice' 2a000000 04000000 'snow'";

/// Open: how the two numbers become a number of children.
#[test]
fn d20_speed_and_ratio_of_parents_are_kept_without_a_unit() {
    assert_eq!(read::<ParentMinSpeed>(83, "01000000").speed, 1);
    assert_eq!(read::<ParentSpeedRatio>(84, "32000000").ratio, 50);
    assert_eq!(read::<ParentSpeedRatio>(84, "00000000").ratio, 0);
}

#[test]
fn d21_an_embedded_message_is_a_code_and_bytes() {
    let search: EmbeddedMessage = read(93, &format!("03 {SEARCH}"));
    assert_eq!(search.distributed_code, 3);
    assert_eq!(search.payload[..], bytes(SEARCH));
    let other: EmbeddedMessage = read(93, "07 0102");
    assert_eq!(
        (other.distributed_code, &other.payload[..]),
        (7, &[1, 2][..])
    );
    let empty: EmbeddedMessage = read(93, "03");
    assert!(empty.payload.is_empty());
}

/// Open: that a peer below level 0 is left, as our client has no part in the tree yet.
#[test]
fn d25_a_branch_level_may_be_below_0() {
    assert_eq!(read::<DistributedBranchLevel>(4, "ffffffff").level, -1);
    assert_eq!(read::<DistributedBranchLevel>(4, "02000000").level, 2);
    // To the server the same bytes, which ours never are.
    assert_eq!(read::<BranchLevel>(126, "ffffffff").level, u32::MAX);
    assert_eq!(read::<BranchLevel>(126, "02000000").level, 2);
}

#[test]
fn d26_child_depth_is_four_bytes_or_one() {
    let four: ChildDepth = read(129, "05000000");
    assert_eq!((&four.depth, four.depth.get()), (&Depth::U32(5), 5));
    let one: ChildDepth = read(129, "05");
    assert_eq!((&one.depth, one.depth.get()), (&Depth::U8 { depth: 5 }, 5));
    refuse::<ChildDepth>(129, "");
    let depth = Depth::from(5);
    assert_eq!(written(129, &ChildDepth { depth }), bytes("05000000"));
    // Between peers it has always had four.
    assert_eq!(read::<DistributedChildDepth>(7, "05000000").depth, 5);
    refuse::<DistributedChildDepth>(7, "05");
}

#[test]
fn d41_a_distributed_ping_may_have_a_token() {
    assert_eq!(read::<DistributedPing>(0, "2a000000").token, Some(42));
    let ping: DistributedMessage = unframe("01000000 00");
    assert_eq!(ping, DistributedPing::default().into());
    assert_eq!(written(0, &DistributedPing::default()), b"");
}

#[test]
fn d42_the_identifier_of_a_search_is_49_and_any_other_is_kept() {
    let search: DistributedSearch = read(3, SEARCH);
    assert_eq!(search.identifier, 49);
    assert_eq!(search, DistributedSearch::new("alice", 42, "snow"));
    let strange: DistributedSearch = read(3, "00000000 05000000 'alice' 2a000000 04000000 'snow'");
    assert_eq!(strange.identifier, 0);

    let ours = DistributedSearch::new("alice", 42, "snow");
    assert_eq!(written(3, &ours), bytes(SEARCH));
}

/// Open: that a child gets both, level first, as our client has no children yet.
#[test]
fn d43_level_is_4_and_root_is_5() {
    let level: DistributedMessage = unframe("05000000 04 00000000");
    assert_eq!(level, DistributedBranchLevel { level: 0 }.into());
    let root: DistributedMessage = unframe("0a000000 05 05000000 'alice'");
    let username = "alice".into();
    assert_eq!(root, DistributedBranchRoot { username }.into());
}

#[test]
fn d44_an_embedded_message_between_peers_has_a_code_of_one_byte_or_four() {
    let embedded = |frame: String| match unframe(&frame) {
        DistributedMessage::Embedded(message) => message,
        other => panic!("another message: {other:?}"),
    };
    let short = embedded(format!("1b000000 5d 03 {SEARCH}"));
    assert_eq!((short.padded, short.distributed_code), (false, 3));
    let long = embedded(format!("1e000000 5d 000000 03 {SEARCH}"));
    assert_eq!((long.padded, long.distributed_code), (true, 3));
    assert_eq!(short.payload[..], bytes(SEARCH));
    assert_eq!(short.payload, long.payload);

    // Code 0 and two more zeros would be read as a code of four bytes.
    let lost = DistributedEmbeddedMessage {
        padded: false,
        distributed_code: 0,
        payload: vec![0, 0, 3].into(),
    };
    let error = lost
        .encode(&mut Vec::new())
        .expect_err("it would be another value");
    assert_eq!(
        (error.path.to_string(), error.kind),
        ("padded".into(), EncodeErrorKind::Contradiction)
    );
    let zero = embedded("04000000 5d 00 0000".into());
    assert_eq!(
        (zero.padded, zero.distributed_code, zero.payload.len()),
        (false, 0, 2)
    );
}
