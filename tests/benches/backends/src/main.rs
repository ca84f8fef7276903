//! Times the zlib backend that flate2 was built with, beside libdeflate, on frames from files.
//!
//! flate2 has one backend in each build, so this is built once for each; what libdeflate takes in the
//! same process is the yardstick between them. See `tests/benches/README.md`.

use std::path::Path;
use std::time::Duration;

use cpu_time::ThreadTime;
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use libdeflater::{CompressionLvl, Compressor, Decompressor};

const ROUNDS: usize = 15;
const BACKEND: &str = if cfg!(feature = "zlib-ng") {
    "zlib-ng"
} else if cfg!(feature = "zlib-rs") {
    "zlib-rs"
} else {
    "miniz_oxide"
};

fn main() {
    let folder = std::env::args().nth(1).expect("a folder with frames");
    for name in ["replies", "shares"] {
        let path = Path::new(&folder).join(name).with_extension("frames");
        let stream = std::fs::read(path).expect("a file with frames");
        compare(name, &bodies(&stream));
    }
}

/// What follows length and code in each frame of a stream between peers.
fn bodies(mut stream: &[u8]) -> Vec<&[u8]> {
    let mut bodies = Vec::new();
    while let Some((length, rest)) = stream.split_first_chunk() {
        let (frame, behind) = rest.split_at(u32::from_le_bytes(*length) as usize);
        bodies.push(&frame[4..]);
        stream = behind;
    }
    bodies
}

fn compare(name: &str, bodies: &[&[u8]]) {
    let plain: Vec<Vec<u8>> = bodies.iter().map(|body| inflated(body)).collect();
    let largest = plain.iter().map(Vec::len).max().unwrap_or(0);
    let mut room = vec![0; 2 * largest + 1024];

    let mut state = Decompress::new(true);
    let mut yardstick = Decompressor::new();
    let mut best = [Duration::MAX; 4];
    let mut sizes = [0; 4];
    let mut deflate = Compress::new(Compression::default(), true);
    let mut libdeflate = Compressor::new(CompressionLvl::default());
    for _ in 0..ROUNDS {
        let mut measure = |index: usize, run: &mut dyn FnMut(&mut [u8]) -> usize| {
            let start = ThreadTime::now();
            sizes[index] = run(&mut room);
            best[index] = best[index].min(start.elapsed());
        };
        measure(0, &mut |room| {
            let inflate = |body: &&[u8]| {
                state.reset(true);
                let status = state.decompress(body, room, FlushDecompress::Finish);
                assert_eq!(status.expect("a zlib stream"), Status::StreamEnd);
                state.total_out() as usize
            };
            bodies.iter().map(inflate).sum()
        });
        measure(1, &mut |room| {
            let inflate = |body: &&[u8]| yardstick.zlib_decompress(body, room).expect("zlib");
            bodies.iter().map(inflate).sum()
        });
        measure(2, &mut |room| {
            let deflate = |body: &Vec<u8>| {
                deflate.reset();
                let status = deflate.compress(body, room, FlushCompress::Finish);
                assert_eq!(status.expect("room"), Status::StreamEnd);
                deflate.total_out() as usize
            };
            plain.iter().map(deflate).sum()
        });
        measure(3, &mut |room| {
            let deflate = |body: &Vec<u8>| libdeflate.zlib_compress(body, room).expect("room");
            plain.iter().map(deflate).sum()
        });
    }
    assert_eq!(sizes[0], sizes[1], "both inflate to the same size");
    let total: usize = plain.iter().map(Vec::len).sum();
    let line = |what: &str, index: usize| {
        let milliseconds = best[index].as_secs_f64() * 1000.0;
        let ratio = best[index].as_secs_f64() / best[index + 1].as_secs_f64();
        println!("| {name} | {what} | {BACKEND} | {milliseconds:.0} ms | {ratio:.2} |");
    };
    line("inflate", 0);
    line("deflate, level 6", 2);
    let left = |index: usize| sizes[index] as f64 * 100.0 / total as f64;
    println!(
        "| {name} | deflated to | {BACKEND} | {:.1} % | libdeflate {:.1} % |",
        left(2),
        left(3)
    );
}

fn inflated(body: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    let mut reader = flate2::bufread::ZlibDecoder::new(body);
    std::io::Read::read_to_end(&mut reader, &mut plain).expect("a zlib stream");
    plain
}
