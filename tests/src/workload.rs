//! Made-up traffic for the benches: the same bytes each time, in the shapes and sizes of real traffic.
//!
//! Every name is put together from syllables. How often a format, an attribute or an encoding occurs is
//! a guess at what clients send; a test holds sizes and compressibility.

mod library;
mod names;

use fastrand::Rng;
use slsk_wire::distributed::DistributedSearch;
use slsk_wire::peer::{Directory, File, FileSearchResponse, SharesResponse};
use slsk_wire::{Encoder, Family, Text};

use library::Library;
use names::Names;

const SEED: u64 = 0x736C_736B;

/// The token of the search that [`replies`] answer.
pub const TOKEN: u32 = 0x1357_9BDF;

/// `count` replies to one search with `files` files in all: mostly a few each, seldom hundreds.
#[must_use]
pub fn replies(count: usize, files: usize) -> Vec<FileSearchResponse> {
    let rng = &mut Rng::with_seed(SEED);
    let names = Names::new(rng);
    let counts = split(files, count, |_| skewed(rng, 8));
    let reply = |count| FileSearchResponse {
        slot_free: rng.u8(..4) > 0,
        average_speed: rng.u32(50_000..20_000_000),
        queue_length: rng.u32(..40),
        ..FileSearchResponse::new(names.user(rng), TOKEN, found(&names, rng, count))
    };
    counts.into_iter().map(reply).collect()
}

/// The share list of one user: `count` folders, an eighth of them without files, and `files` files in all.
#[must_use]
pub fn shares(count: usize, files: usize) -> SharesResponse {
    let rng = &mut Rng::with_seed(SEED + 1);
    let names = Names::new(rng);
    let mut library = Library::new(&names, rng);
    let counts = split(files, count - count / 8, |_| rng.usize(5..22));
    let mut directories = Vec::with_capacity(count);
    for (index, count) in counts.into_iter().enumerate() {
        if index % 7 == 0 {
            directories.push(Directory {
                name: library.next_artist(rng),
                files: Vec::new(),
            });
        }
        let album = library.album(rng, count);
        directories.push(Directory {
            name: album.path,
            files: album.files,
        });
    }
    SharesResponse::new(directories, Vec::new())
}

/// `count` searches as they come down the distributed network, each by somebody else.
pub fn searches(count: usize) -> impl Iterator<Item = DistributedSearch> {
    let mut rng = Rng::with_seed(SEED + 2);
    let names = Names::new(&mut rng);
    (0..count).map(move |_| {
        let (user, query) = (names.user(&mut rng), names.query(&mut rng));
        DistributedSearch::new(user, rng.u32(..), query)
    })
}

/// The messages as frames, one after the other.
///
/// # Panics
/// When one of them has no encoding.
pub fn stream<F: Family>(messages: impl IntoIterator<Item = impl Into<F>>) -> Vec<u8> {
    let mut encoder = Encoder::default();
    let mut stream = Vec::new();
    for message in messages {
        let message: F = message.into();
        encoder.frame(&message, &mut stream).expect("an encoding");
    }
    stream
}

/// What one user has for a search: albums, and a song or two of others.
fn found(names: &Names, rng: &mut Rng, count: usize) -> Vec<File> {
    let mut library = Library::new(names, rng);
    let mut files: Vec<File> = Vec::with_capacity(count);
    while files.len() < count {
        let wanted = match rng.u8(..3) {
            0 => rng.usize(1..4),
            _ => rng.usize(8..20),
        };
        library.next_artist(rng);
        let album = library.album(rng, wanted.min(count - files.len()));
        files.extend(album.files.into_iter().map(|file| {
            let path = [album.path.as_bytes(), file.name.as_bytes()].join(&b'\\');
            File {
                name: Text::from_bytes(path),
                ..file
            }
        }));
    }
    files
}

/// A number below 2 to the power of `bits`; small ones are as frequent as large ones.
fn skewed(rng: &mut Rng, bits: u32) -> usize {
    let bits = rng.u32(2..=bits);
    rng.usize(..1 << bits)
}

/// `count` numbers, of which none is 0 and the sum is `total`, in about the proportions that `draw` gives.
fn split(total: usize, count: usize, draw: impl FnMut(usize) -> usize) -> Vec<usize> {
    let drawn: Vec<usize> = (0..count).map(draw).collect();
    let sum: usize = drawn.iter().sum();
    let spare = total.checked_sub(count).expect("one for each");
    let mut parts: Vec<usize> = drawn.iter().map(|part| 1 + part * spare / sum).collect();
    let missing = total - parts.iter().sum::<usize>();
    parts.iter_mut().take(missing).for_each(|part| *part += 1);
    parts
}
