//! Reads compressed messages in part: the head first, or folder by folder.

use std::fmt::Debug;

use bytes::Bytes;
use slsk_wire::peer::{FileSearchResponse, FolderContentsResponse, SharesResponse};
use slsk_wire::{DecodeErrorKind, Decoded, Decoder, Limits, Peek};

use crate::{limits, zlib};

/// Takes `data` for a zlib stream, for what is in one, and for what is in one that is cut short.
///
/// # Panics
/// When what is read in part is not what is read at once.
pub fn check(data: &[u8]) {
    // What is at most a head or a folder; the whole has its own limit.
    let limits = Limits {
        head: limits().inflated_results,
        directory: limits().inflated_bulk,
        ..limits()
    };
    let mut decoder = Decoder::new(limits);
    let stored = zlib::store(data);
    let deflated = zlib::deflate(data);
    let half = &deflated[..deflated.len() / 2];
    for body in [data, &stored, &deflated, half] {
        let body = Bytes::copy_from_slice(body);
        head::<FileSearchResponse>(&mut decoder, &body);
        head::<FolderContentsResponse>(&mut decoder, &body);
        folders(&mut decoder, &body);
    }
}

fn head<M: Peek>(decoder: &mut Decoder, body: &Bytes)
where
    M::Head: Debug,
{
    let whole = decoder.decode_message::<M>(body);
    let in_part = decoder.peek::<M>(body).and_then(|peeked| {
        assert!(!format!("{:?}", peeked.head()).is_empty());
        peeked.decode()
    });
    match (in_part, whole) {
        (Ok(in_part), Ok(whole)) => assert_eq!(in_part, whole),
        (Err(_), Err(_)) => {}
        (in_part, whole) => panic!("{in_part:?} in part, {whole:?} at once"),
    }
}

fn folders(decoder: &mut Decoder, body: &Bytes) {
    let whole = decoder.decode_message::<SharesResponse>(body);
    let mut listed = decoder.directories(body);
    let (mut open, mut locked) = (Vec::new(), Vec::new());
    let mut error = None;
    for item in &mut listed {
        match item {
            Ok(listed) if listed.is_locked => locked.push(listed.directory),
            Ok(listed) => open.push(listed.directory),
            Err(fault) => error = Some(fault),
        }
    }
    assert_eq!(listed.tail().is_none(), error.is_some());
    assert!(listed.next().is_none());
    match (listed.tail(), whole) {
        (
            Some(tail),
            Ok(Decoded {
                message, trailing, ..
            }),
        ) => {
            assert_eq!(open, message.directories);
            assert_eq!(tail.unknown, message.unknown);
            assert_eq!(tail.locked.is_some(), message.locked_directories.is_some());
            assert_eq!(locked, message.locked_directories.unwrap_or_default());
            assert_eq!(tail.trailing, trailing.len());
        }
        (None, Err(whole)) => {
            // Counts of folders are held against the limit, so that the end comes later.
            let early = matches!(whole.kind, DecodeErrorKind::CountBeyondEnd { .. });
            let error = error.expect("a reason for the end");
            assert!(early || error.message == whole.message, "{error} {whole}");
        }
        (tail, whole) => panic!("{tail:?} {error:?} in part, {whole:?} at once"),
    }
}
