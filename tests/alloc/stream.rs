//! Messages that are read in part, or part by part.

use slsk_wire::peer::{
    Attributes, Directory, File, FileSearchResponse, SearchHead, SharesResponse,
};
use slsk_wire::{DecodeErrorKind, Encoder, Limits};

use super::{ALLOCATOR, KIB, LITTLE, decoder, deflate, encode, peak};

const MIB: usize = 1024 * KIB;

pub(crate) fn an_unwanted_bomb_takes_next_to_nothing() {
    let head = SearchHead {
        username: "somebody".into(),
        token: 7,
    };
    let bomb = deflate(&[encode(&head), vec![0; 64 * MIB]].concat());
    let mut decoder = decoder(Limits::default());
    let (taken, read) = peak(|| {
        let peeked = decoder.peek::<FileSearchResponse>(&bomb);
        peeked.map(|peeked| peeked.head().token)
    });
    assert_eq!(read, Ok(7));
    println!("the head of a bomb takes {taken} bytes");
    assert!(taken < LITTLE, "{taken} bytes");
}

pub(crate) fn a_name_that_claims_to_be_long_takes_next_to_nothing() {
    let bomb = deflate(&vec![0xFF; 64 * MIB]);
    let mut decoder = decoder(Limits::default());
    let (taken, result) = peak(|| decoder.peek::<FileSearchResponse>(&bomb).map(|_| ()));
    let limit = Limits::default().head;
    let kind = DecodeErrorKind::PartTooLarge { limit };
    assert_eq!(result.expect_err("too long").kind, kind);
    assert!(taken < LITTLE, "{taken} bytes");
}

fn file(name: String) -> File {
    let attributes = Attributes::from_iter([(0.into(), 320), (1.into(), 200), (2.into(), 0)]);
    File::new(name, 10_000_000, attributes)
}

/// The folders of a share list with 200,000 files.
fn directories() -> impl ExactSizeIterator<Item = Directory> {
    let file = |number: u32| file(format!("{number:02} - Some song of theirs.mp3"));
    (0..20_000_u32).map(move |number| Directory {
        name: format!(r"Music\Artist {}\Album {number}", number / 10).into(),
        files: (0..10).map(file).collect(),
    })
}

fn shares() -> SharesResponse {
    SharesResponse::new(directories().collect(), Vec::new())
}

pub(crate) fn folder_by_folder_a_share_list_is_written_in_little() {
    let mut encoder = Encoder::default();
    let (taken, frame) = peak(|| encoder.directories(directories(), []));
    let length = frame.expect("a frame").body.len();
    println!("a share list of {length} bytes takes {taken} to be written");
    // The frame grows, and is copied once more.
    assert!(taken < 4 * length + 512 * KIB, "{taken} bytes");
}

pub(crate) fn folder_by_folder_a_share_list_takes_little() {
    let body = encode(&shares());
    let stream = deflate(&body);
    let mut decoder = decoder(Limits::default());
    let (whole, result) = peak(|| decoder.decode_message::<SharesResponse>(&stream));
    assert!(result.is_ok());
    drop(result);
    let (by_folder, files) = peak(|| {
        let listed = decoder.directories(&stream);
        listed
            .map(|listed| listed.expect("a folder").directory.files.len())
            .sum::<usize>()
    });
    assert_eq!(files, 200_000);
    let length = body.len();
    println!("a share list of {length} bytes takes {whole}, folder by folder {by_folder}");
    assert!(by_folder < 128 * KIB, "{by_folder} bytes");
    assert!(by_folder * 100 < length);
}

pub(crate) fn a_folder_that_is_kept_keeps_one_chunk() {
    let stream = deflate(&encode(&shares()));
    let mut decoder = decoder(Limits::default());
    let before = ALLOCATOR.current_usage();
    let listed = decoder.directories(&stream).step_by(1000);
    let kept: Vec<_> = listed.map(|listed| listed.expect("a folder")).collect();
    let taken = ALLOCATOR.current_usage() - before;
    println!(
        "{} folders far from each other keep {taken} bytes",
        kept.len()
    );
    assert_eq!(kept.len(), 20);
    assert!(taken < 20 * 50 * KIB, "{taken} bytes");
}

pub(crate) fn a_folder_takes_what_its_limit_allows() {
    const LIMIT: usize = 256 * KIB;
    // Room is made for all the files before it shows that they are too long.
    let folder = Directory {
        name: "".into(),
        files: vec![File::new("too long", 1, Attributes::default()); LIMIT / 22],
    };
    let bomb = deflate(&encode(&SharesResponse::new(vec![folder], Vec::new())));
    let limits = Limits {
        directory: LIMIT,
        ..Limits::default()
    };
    let mut decoder = decoder(limits);
    let (taken, error) = peak(|| decoder.directories(&bomb).find_map(Result::err));
    let kind = DecodeErrorKind::PartTooLarge { limit: LIMIT };
    assert_eq!(error.expect("too large").kind, kind);
    println!("a folder that is too large takes {taken} bytes, with a limit of {LIMIT}");
    assert!(taken < 10 * LIMIT, "{taken} bytes");
}
