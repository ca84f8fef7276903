//! Reading a share list folder by folder.

use std::cell::RefCell;
use std::io::Write;

use bytes::Bytes;
use flate2::{Compression, write::ZlibEncoder};
use proptest::test_runner::{TestCaseError, TestCaseResult};
use proptest::{prop_assert, prop_assert_eq};
use slsk_wire::peer::{Attributes, Directory, File, SharesResponse};
use slsk_wire::{
    DecodeError, DecodeErrorKind, Decoded, Decoder, Encoder, Limits, ListedDirectory, Sample,
    SharesTail,
};

use super::{deflate, encode, packed, runner};

/// A list put together from its folders, and the number of trailing bytes.
fn collect(decoder: &mut Decoder, stream: &Bytes) -> Result<(SharesResponse, usize), DecodeError> {
    let mut listed = decoder.directories(stream);
    let all: Result<Vec<ListedDirectory>, _> = listed.by_ref().collect();
    let tail = listed.tail();
    assert!(listed.next().is_none(), "it has ended");
    let all = all.inspect_err(|_| assert_eq!(tail, None))?;
    let SharesTail {
        unknown,
        locked,
        trailing,
    } = tail.expect("no error");
    let (locked_directories, directories): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|listed| listed.is_locked);
    let bare = |listed: Vec<ListedDirectory>| listed.into_iter().map(|l| l.directory).collect();
    assert_eq!(locked.unwrap_or(0) as usize, locked_directories.len());
    let shares = SharesResponse {
        directories: bare(directories),
        unknown,
        locked_directories: locked.map(|_| bare(locked_directories)),
    };
    Ok((shares, trailing))
}

/// Whether the iterator says of a stream what decoding says.
fn same(stream: &Bytes) -> TestCaseResult {
    let whole = Decoder::default().decode_message::<SharesResponse>(stream);
    let one_by_one = collect(&mut Decoder::default(), stream);
    match whole {
        Ok(Decoded {
            message, trailing, ..
        }) => prop_assert_eq!(one_by_one, Ok((message, trailing.len()))),
        // Who reads on sees the fault only where the folders end.
        Err(error) if error.path.segments().count() == 1 => prop_assert!(one_by_one.is_err()),
        Err(error) => prop_assert_eq!(one_by_one, Err(error)),
    }
    Ok(())
}

/// Every folder of a list so many times.
fn repeated(shares: SharesResponse, times: usize) -> SharesResponse {
    let repeat = |list: Vec<Directory>| vec![list; times].concat();
    SharesResponse {
        directories: repeat(shares.directories),
        locked_directories: shares.locked_directories.map(repeat),
        ..shares
    }
}

/// A stream whose blocks end after every `block` bytes.
fn deflate_in_blocks(body: &[u8], level: u32, block: usize) -> Bytes {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(level));
    for block in body.chunks(block) {
        encoder.write_all(block).expect("memory takes it");
        encoder.flush().expect("memory takes it");
    }
    encoder.finish().expect("memory takes it").into()
}

#[test]
fn folders_one_by_one_are_the_whole_list() {
    let samples = (
        SharesResponse::strategy(),
        1_usize..400,
        0_u32..10,
        50_usize..100_000,
        0_usize..usize::MAX,
    );
    let result = runner(4).run(&samples, |(shares, times, level, block, cut)| {
        let shares = repeated(shares, times);
        let body = encode(&shares);
        let stream = deflate_in_blocks(&body, level, block);
        prop_assert_eq!(collect(&mut Decoder::default(), &stream), Ok((shares, 0)));
        let behind = [&stream[..], b"behind"].concat().into();
        same(&behind)?;
        let inside = [&body[..], b"inside"].concat();
        same(&deflate_in_blocks(&inside, level, block))?;
        same(&stream.slice(..cut % stream.len()))?;
        same(&deflate_in_blocks(&body[..cut % body.len()], level, block))
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn a_list_written_folder_by_folder_is_the_whole_list() {
    let samples = (SharesResponse::strategy(), 1_usize..400);
    let encoder = RefCell::new(Encoder::default());
    let result = runner(4).run(&samples, |(shares, times)| {
        let SharesResponse {
            directories,
            locked_directories,
            ..
        } = repeated(shares, times);
        let locked = locked_directories.unwrap_or_default();
        let mut encoder = encoder.borrow_mut();
        let frame = encoder.directories(directories.clone(), locked.clone());
        let frame = frame.map_err(|error| TestCaseError::fail(error.to_string()))?;
        let decoded = Decoder::default().decode_message::<SharesResponse>(&frame.body);
        let decoded = decoded.map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(decoded.message, SharesResponse::new(directories, locked));
        prop_assert!(decoded.trailing.is_empty());
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    let empty = encoder.borrow_mut().directories([], []);
    assert_eq!(empty.expect("a frame").code, 5);
}

#[test]
fn a_prefix_ends_as_decoding_does() {
    let result = runner(16).run(&SharesResponse::strategy(), |shares| {
        let body = encode(&shares);
        for end in 0..body.len() {
            same(&packed::<SharesResponse>(&body[..end]))?;
        }
        let stream = packed::<SharesResponse>(&body);
        for end in 0..stream.len() {
            same(&stream.slice(..end))?;
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

fn folder(files: usize) -> Directory {
    let file = |index| File::new(format!("{index:010}"), 1, Attributes::default());
    Directory {
        name: "folder".into(),
        files: (0..files).map(file).collect(),
    }
}

#[test]
fn a_folder_may_be_larger_than_what_is_inflated_at_once() {
    let shares = SharesResponse::new(vec![folder(1), folder(30_000), folder(2)], vec![folder(3)]);
    let stream = packed::<SharesResponse>(&encode(&shares));
    assert_eq!(collect(&mut Decoder::default(), &stream), Ok((shares, 0)));
}

#[test]
fn a_folder_is_limited_by_itself() {
    let shares = SharesResponse::new(vec![folder(10), folder(1000)], Vec::new());
    let [first, second] = [0, 1].map(|index| encode(&shares.directories[index]).len());
    let stream = packed::<SharesResponse>(&encode(&shares));
    let read = |directory| {
        let limits = Limits {
            directory,
            ..Limits::default()
        };
        collect(&mut Decoder::new(limits), &stream).map(|_| ())
    };
    assert_eq!(read(second), Ok(()));
    for limit in [0, 1, 3, 4, 8, first, second - 1] {
        let error = read(limit).unwrap_err();
        assert_eq!(error.kind, DecodeErrorKind::PartTooLarge { limit });
        let place = (&*error.path.to_string(), error.offset);
        if limit < first {
            assert_eq!(place, ("directories[0]", 4));
        } else {
            assert_eq!(place, ("directories[1]", 4 + first));
        }
    }
}

#[test]
fn counts_that_cannot_be_true_fail_at_once() {
    let read = |body: &[u8]| {
        let stream = deflate(body).into();
        let error = collect(&mut Decoder::default(), &stream).unwrap_err();
        assert_eq!(error.message, "SharesResponse");
        (error.path.to_string(), error.offset, error.kind)
    };
    let (count, limits) = (u32::MAX, Limits::default());
    let left = limits.inflated_bulk - 4;
    let kind = DecodeErrorKind::CountBeyondEnd { count, left };
    let zeros = vec![0; 100_000];
    let folders = [&[255; 4], &zeros[..]].concat();
    assert_eq!(read(&folders), ("directories".to_owned(), 4, kind));

    let left = limits.inflated_bulk - 12;
    let kind = DecodeErrorKind::CountBeyondEnd { count, left };
    let locked = [&[0; 8], &folders[..]].concat();
    assert_eq!(read(&locked), ("locked_directories".to_owned(), 12, kind));

    let limit = limits.directory;
    let kind = DecodeErrorKind::PartTooLarge { limit };
    let files = [&[9, 0, 0, 0, 0, 0, 0, 0], &folders[..]].concat();
    assert_eq!(read(&files), ("directories[0]".to_owned(), 4, kind));
}

#[test]
fn the_limit_counts_all_that_is_inflated() {
    let shares = SharesResponse::new(vec![folder(100); 100], Vec::new());
    let body = encode(&shares);
    let stream = packed::<SharesResponse>(&body);
    let read = |inflated_bulk| {
        let limits = Limits {
            inflated_bulk,
            ..Limits::default()
        };
        collect(&mut Decoder::new(limits), &stream)
    };
    assert_eq!(read(body.len()), Ok((shares, 0)));
    let limit = body.len() - 1;
    let kind = DecodeErrorKind::InflatedTooLarge { limit };
    assert_eq!(read(limit).unwrap_err().kind, kind);
}

#[test]
fn a_decoder_left_in_the_middle_begins_anew() {
    let shares = SharesResponse::new(vec![folder(1000); 10], Vec::new());
    let stream = packed::<SharesResponse>(&encode(&shares));
    let mut decoder = Decoder::default();
    for count in 0..3 {
        let begun = decoder.directories(&stream).take(count);
        assert_eq!(begun.flatten().count(), count);
    }
    assert_eq!(collect(&mut decoder, &stream), Ok((shares, 0)));
}
