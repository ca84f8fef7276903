//! `spec/guide/browsing.md`

use slsk_wire::peer::{
    AttributeKind, Attributes, File, FolderContentsRequest, FolderContentsResponse, PeerMessage,
    SharesRequest, SharesResponse,
};
use slsk_wire::{Message, Wire};

use super::{bytes, holds, read, unframe, written};
use crate::{encode, parse};

#[test]
fn d33_a_share_list_ends_with_a_zero_and_locked_folders() {
    assert_eq!(read::<SharesRequest>(4, "").ticket, None);
    assert_eq!(read::<SharesRequest>(4, "2a000000").ticket, Some(42));
    let ours: PeerMessage = unframe("04000000 04000000");
    assert_eq!(ours, SharesRequest::default().into());

    let start = "01000000 05000000 'Music' 00000000";
    let tail = |tail: &str| {
        let shares: SharesResponse = read(5, &format!("{start} {tail}"));
        assert_eq!(shares.directories[0].name, "Music");
        (shares.unknown, shares.locked_directories.map(|d| d.len()))
    };
    assert_eq!(tail(""), (None, None));
    assert_eq!(tail("00000000"), (Some(0), None));
    assert_eq!(tail("00000000 00000000"), (Some(0), Some(0)));
    assert_eq!(tail(&format!("00000000 {start}")), (Some(0), Some(1)));

    let ours = SharesResponse::new(Vec::new(), Vec::new());
    let body = "00000000 00000000 00000000";
    assert_eq!(written(5, &ours), bytes(body));
    assert!(holds(&PeerMessage::from(ours), body));
}

fn file(body: &str) -> File {
    let body = bytes(body);
    let (file, left) = parse::<File>(&body);
    assert_eq!(left, "");
    assert_eq!(encode(&file), body);
    file
}

#[test]
fn d35_the_size_of_a_file_is_repaired_and_its_bytes_are_kept() {
    let sized = |size: &str| file(&format!("01 05000000 'a.mp3' {size} 00000000 00000000"));
    // Soulseek NS, with 3,000,000,000 bytes: four bytes that were taken for signed.
    let broken = sized("005ed0b2 ffffffff");
    assert_eq!(broken.raw_size, 0xFFFF_FFFF_B2D0_5E00);
    assert_eq!(broken.size(), 3_000_000_000);
    assert_eq!(sized("005ed0b2 00000000").size(), 3_000_000_000);
    // Not all of the high word.
    assert_eq!(sized("00000000 fffffffe").size(), 0xFEFF_FFFF_0000_0000);
    assert_eq!(sized("00000000 000000ff").size(), 0xFF00_0000_0000_0000);
    assert_eq!(sized("01000000 01000000").size(), 0x1_0000_0001);
}

#[test]
fn d35_an_extension_is_there_or_not() {
    let extended = |extension: &str| {
        let start = "01 05000000 'a.mp3' 0500000000000000";
        file(&format!("{start} {extension} 00000000")).extension
    };
    assert_eq!(extended("00000000"), "");
    assert_eq!(extended("03000000 'mp3'"), "mp3");
    assert_eq!(extended("04000000 '.mp3'"), ".mp3");

    let ours = File::new("a.mp3", 5, Attributes::default());
    let body = "01 05000000 'a.mp3' 0500000000000000 00000000 00000000";
    assert_eq!(encode(&ours), bytes(body));
}

#[test]
fn d35_2_is_a_variable_bitrate_and_5_a_bit_depth() {
    let attributes = "02000000 02000000 01000000 05000000 18000000";
    let file = file(&format!(
        "01 01000000 'a' 0500000000000000 00000000 {attributes}"
    ));
    assert_eq!(file.attributes.is_variable_bitrate(), Some(true));
    assert_eq!(file.attributes.bit_depth(), Some(24));
}

/// Bitrate, duration, whether it varies, sample rate, bit depth.
type Values = (
    Option<u32>,
    Option<u32>,
    Option<bool>,
    Option<u32>,
    Option<u32>,
);

/// The attributes in these bytes, which go back as they came.
fn attributes(body: &str) -> (Attributes, Values) {
    let body = bytes(body);
    let (read, left) = parse::<Attributes>(&body);
    assert_eq!((&left[..], encode(&read)), (&[][..], body));
    let values = (
        read.bitrate(),
        read.duration(),
        read.is_variable_bitrate(),
        read.sample_rate(),
        read.bit_depth(),
    );
    (read, values)
}

const BITRATE: &str = "00000000 40010000";
const DURATION: &str = "01000000 3d000000";
const VARIABLE: &str = "02000000 01000000";
const SAMPLE_RATE: &str = "04000000 44ac0000";
const BIT_DEPTH: &str = "05000000 10000000";

#[test]
fn lossy_files_have_bitrate_duration_and_perhaps_whether_it_varies() {
    let (two, values) = attributes(&format!("02000000 {BITRATE} {DURATION}"));
    assert_eq!(values, (Some(320), Some(61), None, None, None));
    assert_eq!(two, Attributes::lossy(320, 61, None));
    let (three, values) = attributes(&format!("03000000 {BITRATE} {DURATION} {VARIABLE}"));
    assert_eq!(values, (Some(320), Some(61), Some(true), None, None));
    assert_eq!(three, Attributes::lossy(320, 61, Some(true)));
    assert_ne!(three, Attributes::lossy(320, 61, Some(false)));
    assert!(!two.is_lossless() && !three.is_lossless());
}

#[test]
fn lossless_files_have_duration_sample_rate_and_bit_depth() {
    let (three, values) = attributes(&format!("03000000 {DURATION} {SAMPLE_RATE} {BIT_DEPTH}"));
    assert_eq!(values, (None, Some(61), None, Some(44_100), Some(16)));
    assert_eq!(three, Attributes::lossless(61, 44_100, 16));
    // WavPack files of SoulseekQt have a bitrate too.
    let (four, values) = attributes(&format!(
        "04000000 {BITRATE} {DURATION} {SAMPLE_RATE} {BIT_DEPTH}"
    ));
    assert_eq!(values, (Some(320), Some(61), None, Some(44_100), Some(16)));
    assert!(three.is_lossless() && four.is_lossless());
}

#[test]
fn other_files_have_any_attributes_or_none() {
    let (none, values) = attributes("00000000");
    assert_eq!(values, (None, None, None, None, None));
    assert_eq!(none, Attributes::default());
    assert!(!none.is_lossless());
    let (strange, _) = attributes("03000000 09000000 07000000 03000000 08000000 01000000 00000000");
    assert_eq!(strange.get(&AttributeKind::Other(9)), Some(7));
    assert_eq!(strange.get(&AttributeKind::Encoder), Some(8));
    assert_eq!(strange.duration(), Some(0));
}

/// Open: our client does not ask for folders yet. One that does needs a timeout, as some never answer.
#[test]
fn d37_a_folder_is_asked_for_in_plain_and_answered_with_one_or_none() {
    assert_eq!(
        (
            FolderContentsRequest::COMPRESSED,
            FolderContentsResponse::COMPRESSED
        ),
        (false, true)
    );
    let asked: PeerMessage = unframe("11000000 24000000 2a000000 05000000 'Music'");
    let (token, directory) = (42, "Music".into());
    assert_eq!(asked, FolderContentsRequest { token, directory }.into());

    let start = "2a000000 05000000 'Music'";
    let none: FolderContentsResponse = read(37, &format!("{start} 00000000"));
    assert_eq!((none.token, none.directories.len()), (42, 0));
    assert!(holds(
        &PeerMessage::from(none),
        &format!("{start} 00000000")
    ));
    let one: FolderContentsResponse =
        read(37, &format!("{start} 01000000 05000000 'Music' 00000000"));
    assert_eq!(one.directories[0].name, one.directory);
    assert_eq!(one.encoded_len(), 4 + 9 + 4 + 9 + 4);
}
