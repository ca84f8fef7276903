//! [`SearchFilter`]: what of the results is wanted.

use std::convert::Infallible;
use std::ops::{RangeFrom, RangeInclusive, RangeToInclusive};
use std::str::FromStr;

use slsk_wire::peer::{File, FileSearchResponse};

use super::rewrite::{Rewritten, has_phrase, phrase_words};
use crate::share::fold;

/// What of the results of a search is wanted; all of it unless told otherwise.
///
/// What a file does not tell fails the bounds on it, unless [`keep_unknown`](Self::keep_unknown) is set. A bitrate that
/// is not told follows from size and duration, so lossless files have one too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchFilter {
    /// Files of one of these kinds; empty takes all.
    pub kinds: Vec<FileKind>,
    /// The size in bytes.
    pub size: Span<u64>,
    /// The bitrate in kilobits a second.
    pub bitrate: Span<u32>,
    /// The length in seconds.
    pub duration: Span<u32>,
    /// Whether bitrate and duration may be unknown where there are bounds for them.
    pub keep_unknown: bool,
    /// Only from users with whom an upload would begin at once.
    pub free_slot: bool,
    /// No files that are shown but not for us.
    pub without_locked: bool,
    /// No paths with one of these words, whole and in any case.
    pub exclude: Vec<String>,
}

/// Bounds for a number, both inclusive. Ranges such as `1..=9`, `1..` and `..=9` become one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span<T> {
    /// The least.
    pub min: Option<T>,
    /// The most.
    pub max: Option<T>,
}

/// A kind of files, told by the extension.
///
/// It is read from a text: `audio`, `lossless`, `video`, `image`, and everything else is an extension.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileKind {
    /// Music and other sound.
    Audio,
    /// Audio without loss: by its extension, or with a bit depth among its attributes.
    Lossless,
    /// Moving pictures.
    Video,
    /// Pictures.
    Image,
    /// Files with this extension, without its dot and in any case.
    Extension(String),
}

const LOSSLESS: &[&str] = &[
    "aif", "aiff", "alac", "ape", "dff", "dsf", "flac", "shn", "tak", "tta", "wav", "wv",
];
const LOSSY: &[&str] = &[
    "aac", "ac3", "m4a", "m4b", "mid", "mp2", "mp3", "mpc", "oga", "ogg", "opus", "ra", "wma",
];
const VIDEO: &[&str] = &[
    "avi", "flv", "m2ts", "m4v", "mkv", "mov", "mp4", "mpeg", "mpg", "ogv", "ts", "vob", "webm",
    "wmv",
];
const IMAGE: &[&str] = &[
    "avif", "bmp", "gif", "heic", "jpeg", "jpg", "jxl", "png", "svg", "tif", "tiff", "webp",
];

impl FileKind {
    /// Whether a file is of this kind.
    #[must_use]
    pub fn has(&self, file: &File) -> bool {
        let extension = extension(file);
        let is_in = |list: &[&str]| list.contains(&extension.as_str());
        match self {
            Self::Audio => is_in(LOSSLESS) || is_in(LOSSY),
            Self::Lossless => is_in(LOSSLESS) || is_in(LOSSY) && file.attributes.is_lossless(),
            Self::Video => is_in(VIDEO),
            Self::Image => is_in(IMAGE),
            Self::Extension(wanted) => extension.eq_ignore_ascii_case(wanted),
        }
    }
}

impl FromStr for FileKind {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Infallible> {
        let name = name.trim_start_matches('.').to_ascii_lowercase();
        Ok(match name.as_str() {
            "audio" => Self::Audio,
            "lossless" => Self::Lossless,
            "video" => Self::Video,
            "image" => Self::Image,
            _ => Self::Extension(name),
        })
    }
}

impl<T: PartialOrd> Span<T> {
    /// Whether there are no bounds.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.min.is_none() && self.max.is_none()
    }

    /// Whether a number is within the bounds.
    #[must_use]
    pub fn contains(&self, number: &T) -> bool {
        self.min.as_ref().is_none_or(|min| number >= min)
            && self.max.as_ref().is_none_or(|max| number <= max)
    }

    /// The same for a number that may be unknown.
    fn admits(&self, number: Option<T>, unknown: bool) -> bool {
        self.is_open() || number.map_or(unknown, |number| self.contains(&number))
    }
}

impl<T: Copy> From<RangeInclusive<T>> for Span<T> {
    fn from(range: RangeInclusive<T>) -> Self {
        Self {
            min: Some(*range.start()),
            max: Some(*range.end()),
        }
    }
}

impl<T> From<RangeFrom<T>> for Span<T> {
    fn from(range: RangeFrom<T>) -> Self {
        Self {
            min: Some(range.start),
            max: None,
        }
    }
}

impl<T> From<RangeToInclusive<T>> for Span<T> {
    fn from(range: RangeToInclusive<T>) -> Self {
        Self {
            min: None,
            max: Some(range.end),
        }
    }
}

impl SearchFilter {
    /// Whether a file is wanted; its name is the full remote path. What is said about its user is not looked at.
    #[must_use]
    pub fn admits(&self, file: &File) -> bool {
        let is_kind = self.kinds.is_empty() || self.kinds.iter().any(|kind| kind.has(file));
        is_kind
            && self.size.contains(&file.size())
            && self.bitrate.admits(bitrate(file), self.keep_unknown)
            && (self.duration).admits(file.attributes.duration(), self.keep_unknown)
            && !(self.exclude.iter()).any(|word| has_phrase(&path(file), &phrase_words(word)))
    }
}

/// A filter made ready, with what the query alone could not say.
#[derive(Clone, Debug, Default)]
pub(super) struct Sieve {
    filter: SearchFilter,
    /// Each of them has to be there.
    wanted: Vec<Vec<String>>,
    /// None of them may be there.
    unwanted: Vec<Vec<String>>,
}

impl Sieve {
    pub(super) fn new(mut filter: SearchFilter, query: &Rewritten) -> Self {
        let exclude = std::mem::take(&mut filter.exclude);
        let split = |phrases: &[String]| -> Vec<Vec<String>> {
            let words = phrases.iter().map(|phrase| phrase_words(phrase));
            words.filter(|words| !words.is_empty()).collect()
        };
        let mut unwanted = split(&exclude);
        unwanted.extend(split(&query.excluded_phrases));
        Self {
            filter,
            wanted: split(&query.phrases),
            unwanted,
        }
    }

    /// Leaves what is wanted, and no more than `limit` files. Returns how many are left.
    ///
    /// All files take of the `looks`, and when these are used up none is looked at any more. What is left of a reply that
    /// loses files does not keep the memory of the whole.
    pub(super) fn apply(
        &self,
        response: &mut FileSearchResponse,
        limit: usize,
        looks: &mut usize,
    ) -> usize {
        let mut room = limit;
        if self.filter.free_slot && !response.slot_free {
            room = 0;
        }
        let mut lost = self.keep(&mut response.results, &mut room, looks);
        if let Some(locked) = &mut response.locked_results {
            let mut no_room = 0;
            let room = if self.filter.without_locked {
                &mut no_room
            } else {
                &mut room
            };
            lost |= self.keep(locked, room, looks);
        }
        if lost {
            detach(response);
        }
        let locked = response.locked_results.as_ref().map_or(0, Vec::len);
        response.results.len() + locked
    }

    /// Leaves what is wanted while there is room. Returns whether a file was lost.
    fn keep(&self, files: &mut Vec<File>, room: &mut usize, looks: &mut usize) -> bool {
        let before = files.len();
        files.retain(|file| {
            let left = looks.checked_sub(cost(file));
            *looks = left.unwrap_or_default();
            let keep = *room > 0 && left.is_some() && self.admits(file);
            *room -= usize::from(keep);
            keep
        });
        files.len() < before
    }

    fn admits(&self, file: &File) -> bool {
        if !self.filter.admits(file) {
            return false;
        }
        if self.wanted.is_empty() && self.unwanted.is_empty() {
            return true;
        }
        let path = path(file);
        self.wanted.iter().all(|phrase| has_phrase(&path, phrase))
            && !self.unwanted.iter().any(|phrase| has_phrase(&path, phrase))
    }
}

/// How many looks a file takes: one, and more where its names are longer than they ever are.
fn cost(file: &File) -> usize {
    const LONG: usize = 256;
    1 + (file.name.len() + file.extension.len()) / LONG
}

/// Gives what is left memory of its own.
fn detach(response: &mut FileSearchResponse) {
    response.username = response.username.detach();
    response.results.shrink_to_fit();
    if let Some(locked) = &mut response.locked_results {
        locked.shrink_to_fit();
    }
    let locked = response.locked_results.iter_mut().flatten();
    for file in response.results.iter_mut().chain(locked) {
        file.name = file.name.detach();
        file.extension = file.extension.detach();
    }
}

fn path(file: &File) -> String {
    fold(file.name.as_bytes())
}

/// The extension of the name, in lower case and without its dot; where it has none, what the file itself says.
fn extension(file: &File) -> String {
    let path = file.name.as_bytes();
    let name = path.rsplit(|&byte| byte == b'\\').next().unwrap_or(path);
    let dot = name.iter().rposition(|&byte| byte == b'.');
    let extension = dot.map_or(file.extension.as_bytes(), |dot| &name[dot + 1..]);
    String::from_utf8_lossy(extension).to_lowercase()
}

/// Kilobits a second: as told, or what size and duration make.
fn bitrate(file: &File) -> Option<u32> {
    file.attributes.bitrate().or_else(|| {
        let seconds = file.attributes.duration().filter(|seconds| *seconds > 0)?;
        let kilobits = file.size() / 125 / u64::from(seconds);
        Some(u32::try_from(kilobits).unwrap_or(u32::MAX))
    })
}

#[cfg(test)]
mod tests {
    use slsk_wire::peer::Attributes;

    use super::*;

    fn file(path: &str) -> File {
        File::new(path, 1_000_000, Attributes::default())
    }

    fn mp3(bitrate: u32, duration: u32) -> File {
        File::new(r"M\a.mp3", 1, Attributes::lossy(bitrate, duration, None))
    }

    fn kind(name: &str) -> FileKind {
        name.parse().unwrap()
    }

    #[test]
    fn without_bounds_all_is_wanted() {
        let filter = SearchFilter::default();
        for path in ["", r"M\a", r"M\a.mp3", r"M\.hidden"] {
            assert!(filter.admits(&file(path)), "{path}");
        }
    }

    #[test]
    fn kinds_are_told_by_the_extension() {
        let of = |kinds: &str, path: &str| {
            let kinds = kinds.split(' ').map(kind).collect();
            let filter = SearchFilter {
                kinds,
                ..SearchFilter::default()
            };
            filter.admits(&file(path))
        };
        assert!(of("flac", r"M\a.FLAC"));
        assert!(of(".Flac", r"M\a.flac"));
        assert!(!of("flac", r"M\flac"));
        assert!(!of("flac", r"M.flac\a.mp3"));
        assert!(of("flac mp3", r"M\a.mp3"));
        assert!(of("audio", r"M\a.opus") && of("audio", r"M\a.wav"));
        assert!(!of("audio", r"M\a.jpg"));
        assert!(of("lossless", r"M\a.ape") && !of("lossless", r"M\a.mp3"));
        assert!(of("image audio", r"M\a.jpg"));
        assert!(of("video", r"M\a.mkv"));
    }

    #[test]
    fn a_name_without_extension_has_the_one_that_is_told() {
        let file = File {
            extension: "FLAC".into(),
            ..file(r"M\a")
        };
        assert!(kind("flac").has(&file) && kind("lossless").has(&file));
    }

    #[test]
    fn a_bit_depth_makes_an_audio_file_lossless() {
        let alac = File {
            attributes: Attributes::lossless(60, 44_100, 16),
            ..file(r"M\a.m4a")
        };
        assert!(kind("lossless").has(&alac));
        assert!(!kind("lossless").has(&file(r"M\a.m4a")));
    }

    #[test]
    fn bounds_are_inclusive() {
        let filter = SearchFilter {
            size: (10..=20).into(),
            ..SearchFilter::default()
        };
        let sized = |size| File::new("a", size, Attributes::default());
        for (size, wanted) in [(9, false), (10, true), (20, true), (21, false)] {
            assert_eq!(filter.admits(&sized(size)), wanted, "{size}");
        }
        let filter = SearchFilter {
            bitrate: (192..).into(),
            duration: (..=300).into(),
            ..SearchFilter::default()
        };
        assert!(filter.admits(&mp3(192, 300)));
        assert!(!filter.admits(&mp3(191, 300)));
        assert!(!filter.admits(&mp3(192, 301)));
    }

    #[test]
    fn what_is_unknown_fails_unless_it_may_be_unknown() {
        let mut filter = SearchFilter {
            duration: (1..).into(),
            ..SearchFilter::default()
        };
        assert!(!filter.admits(&file("a")));
        filter.keep_unknown = true;
        assert!(filter.admits(&file("a")));
        assert!(!filter.admits(&mp3(192, 0)));
    }

    #[test]
    fn a_bitrate_that_is_not_told_follows_from_size_and_duration() {
        let filter = SearchFilter {
            bitrate: (800..=1000).into(),
            ..SearchFilter::default()
        };
        let flac = |size| File::new("a.flac", size, Attributes::lossless(100, 44_100, 16));
        assert!(filter.admits(&flac(11_250_000)));
        assert!(!filter.admits(&flac(5_000_000)));
        let zero = File::new("a.flac", 1, Attributes::lossless(0, 44_100, 16));
        assert!(!filter.admits(&zero));
    }

    #[test]
    fn excluded_words_are_whole_words_of_the_path() {
        let filter = SearchFilter {
            exclude: vec!["LIVE".to_owned(), "don't".to_owned()],
            ..SearchFilter::default()
        };
        assert!(!filter.admits(&file(r"M\x (live)\a.mp3")));
        assert!(!filter.admits(&file(r"M\I Don't.mp3")));
        assert!(filter.admits(&file(r"M\alive.mp3")));
    }

    fn response(paths: &[&str], locked: &[&str]) -> FileSearchResponse {
        let files = |paths: &[&str]| paths.iter().map(|path| file(path)).collect();
        FileSearchResponse {
            locked_results: Some(files(locked)),
            ..FileSearchResponse::new("ada", 1, files(paths))
        }
    }

    fn names(response: &FileSearchResponse) -> Vec<String> {
        let locked = response.locked_results.iter().flatten();
        let files = response.results.iter().chain(locked);
        files.map(|file| file.name.to_string()).collect()
    }

    #[test]
    fn a_reply_keeps_what_is_wanted_up_to_the_limit() {
        let flac = SearchFilter {
            kinds: vec![kind("flac")],
            ..SearchFilter::default()
        };
        let sieve = Sieve::new(flac, &Rewritten::default());
        let full = response(&["a.flac", "b.mp3", "c.flac"], &["d.mp3", "e.flac"]);
        let mut reply = full.clone();
        assert_eq!(sieve.apply(&mut reply, 10, &mut 10), 3);
        assert_eq!(names(&reply), ["a.flac", "c.flac", "e.flac"]);
        let mut reply = full;
        assert_eq!(sieve.apply(&mut reply, 1, &mut 10), 1);
        assert_eq!(names(&reply), ["a.flac"]);
    }

    #[test]
    fn locked_files_and_users_without_a_slot_can_be_left_out() {
        let filter = SearchFilter {
            without_locked: true,
            free_slot: true,
            ..SearchFilter::default()
        };
        let sieve = Sieve::new(filter, &Rewritten::default());
        let mut reply = response(&["a"], &["b"]);
        assert_eq!(sieve.apply(&mut reply, 10, &mut 10), 1);
        assert_eq!(names(&reply), ["a"]);
        reply.slot_free = false;
        assert_eq!(sieve.apply(&mut reply, 10, &mut 10), 0);
    }

    #[test]
    fn phrases_of_the_query_are_looked_for_in_the_results() {
        let query = super::super::rewrite(r#""winter songs" -"on tape""#);
        let sieve = Sieve::new(SearchFilter::default(), &query);
        let mut reply = response(
            &[
                "Winter Songs\\a",
                "songs winter\\b",
                "winter songs on tape\\c",
            ],
            &[],
        );
        assert_eq!(sieve.apply(&mut reply, 10, &mut 10), 1);
        assert_eq!(names(&reply), ["Winter Songs\\a"]);
    }

    #[test]
    fn what_is_left_of_a_large_reply_does_not_hold_it() {
        let bytes = bytes::Bytes::from(vec![b'a'; 1000]);
        let mut reply = response(&["a", "b"], &[]);
        reply.results[0].name = slsk_wire::Text::from_bytes(bytes.slice(..10));
        let sieve = Sieve::new(SearchFilter::default(), &Rewritten::default());
        sieve.apply(&mut reply, 1, &mut 10);
        assert!(bytes.is_unique());
    }
}
