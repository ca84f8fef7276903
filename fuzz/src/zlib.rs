//! zlib streams in one go.

use std::cell::RefCell;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

/// A byte inflates to at most so many.
const MOST: usize = 1032;

/// The longest block that is not compressed.
const BLOCK: usize = 0xFFFF;

// The states are too large to be made for each input.
thread_local! {
    static COMPRESS: RefCell<Compress> = RefCell::new(Compress::new(Compression::default(), true));
    static DECOMPRESS: RefCell<Decompress> = RefCell::new(Decompress::new(true));
}

/// A zlib stream in which `bytes` stand as they are.
pub(crate) fn store(bytes: &[u8]) -> Vec<u8> {
    const PRIME: u32 = 65_521;
    let mut stream = vec![0x78, 0x01];
    let mut blocks = bytes.chunks(BLOCK).peekable();
    if bytes.is_empty() {
        stream.extend([1, 0, 0, 0xFF, 0xFF]);
    }
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).expect("a short block");
        stream.push(blocks.peek().is_none().into());
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(block);
    }
    let (low, high) = bytes.iter().fold((1, 0), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % PRIME;
        (low, (high + low) % PRIME)
    });
    stream.extend((high << 16 | low).to_be_bytes());
    stream
}

/// A zlib stream of `bytes`.
pub(crate) fn deflate(bytes: &[u8]) -> Vec<u8> {
    COMPRESS.with_borrow_mut(|state| {
        state.reset();
        let mut stream = Vec::with_capacity(bytes.len() + bytes.len() / 8 + 64);
        let status = state.compress_vec(bytes, &mut stream, FlushCompress::Finish);
        assert_eq!(status.ok(), Some(Status::StreamEnd));
        stream
    })
}

/// What a stream inflates to, up to one byte more than `limit`, and what follows the stream if it ends well.
pub(crate) fn inflate(stream: &[u8], limit: usize) -> (Vec<u8>, Option<&[u8]>) {
    let most = limit.min(stream.len() * MOST).saturating_add(1);
    let mut inflated = Vec::with_capacity(most);
    let (status, consumed) = DECOMPRESS.with_borrow_mut(|state| {
        state.reset(true);
        let status = state.decompress_vec(stream, &mut inflated, FlushDecompress::Finish);
        (status, state.total_in())
    });
    let consumed = usize::try_from(consumed).expect("a part of the stream");
    let ended = matches!(status, Ok(Status::StreamEnd)) && inflated.len() <= limit;
    (inflated, ended.then(|| &stream[consumed..]))
}
