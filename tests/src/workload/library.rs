//! Somebody's music: artists, albums and their files.

use fastrand::Rng;
use slsk_wire::Text;
use slsk_wire::peer::AttributeKind::{BitDepth, Bitrate, Duration, SampleRate, VariableBitrate};
use slsk_wire::peer::{Attributes, File};

use super::names::{Names, latin1};

/// A folder of songs and what usually lies beside them.
pub(super) struct Album {
    /// The full remote path.
    pub(super) path: Text,
    /// The files, with bare names.
    pub(super) files: Vec<File>,
}

/// The habits of one user, and the artist at hand.
pub(super) struct Library<'a> {
    names: &'a Names,
    root: String,
    artist: String,
    /// Whether the client of the artist's folders wrote Latin-1.
    latin1: bool,
    has_extensions: bool,
    names_have_artist: bool,
}

#[derive(Clone, Copy)]
enum Format {
    Constant(u32),
    Variable,
    Lossless,
    Wordy,
}

impl<'a> Library<'a> {
    pub(super) fn new(names: &'a Names, rng: &mut Rng) -> Self {
        let letters: String = (0..5).map(|_| rng.lowercase()).collect();
        let root = ["Music", "music\\Albums", "Shared\\FLAC", "mp3"][rng.usize(..4)];
        let mut library = Self {
            names,
            root: format!("@@{letters}\\{root}"),
            artist: String::new(),
            latin1: false,
            has_extensions: rng.u8(..5) < 2,
            names_have_artist: rng.u8(..4) == 0,
        };
        library.next_artist(rng);
        library
    }

    /// Goes on to another artist; the path of the artist's folder.
    pub(super) fn next_artist(&mut self, rng: &mut Rng) -> Text {
        self.artist = self.names.title(rng, 1, 4);
        self.latin1 = rng.u8(..12) == 0;
        self.text(&format!("{}\\{}", self.root, self.artist))
    }

    /// An album of the artist at hand with so many files.
    pub(super) fn album(&self, rng: &mut Rng, count: usize) -> Album {
        let format = match rng.u8(..20) {
            0..7 => Format::Constant([128, 192, 256, 320, 320, 320][rng.usize(..6)]),
            7..11 => Format::Variable,
            11..19 => Format::Lossless,
            _ => Format::Wordy,
        };
        let year = rng.u16(1965..2025);
        let title = self.names.title(rng, 1, 5);
        let tag = match format {
            Format::Lossless => " [FLAC]",
            _ => "",
        };
        let path = format!("{}\\{}\\{year} - {title}{tag}", self.root, self.artist);
        let beside = match count {
            0..8 => 0,
            _ => rng.usize(1..4),
        };
        let mut files: Vec<File> = (1..=count - beside)
            .map(|track| self.song(rng, format, track))
            .collect();
        let others = ["cover.jpg", "folder.jpg", "album.nfo"];
        files.extend(
            others[..beside]
                .iter()
                .map(|name| self.file(name, rng.u64(2_000..900_000), Attributes::default())),
        );
        Album {
            path: self.text(&path),
            files,
        }
    }

    fn song(&self, rng: &mut Rng, format: Format, track: usize) -> File {
        let seconds = rng.u32(90..540);
        let title = self.names.title(rng, 1, 6);
        let (extension, bitrate) = match format {
            Format::Constant(bitrate) => ("mp3", bitrate),
            Format::Variable => ("mp3", rng.u32(190..270)),
            Format::Lossless | Format::Wordy => ("flac", rng.u32(600..1100)),
        };
        let name = if self.names_have_artist {
            format!("{track:02} - {} - {title}.{extension}", self.artist)
        } else {
            format!("{track:02} - {title}.{extension}")
        };
        let all = [
            (Bitrate, bitrate),
            (Duration, seconds),
            (
                VariableBitrate,
                u32::from(matches!(format, Format::Variable)),
            ),
            (SampleRate, 44_100),
            (BitDepth, 16),
        ];
        let told: &[usize] = match format {
            Format::Constant(_) => &[0, 1],
            Format::Variable => &[0, 1, 2],
            Format::Lossless => &[1, 3, 4],
            Format::Wordy => &[0, 1, 2, 3, 4],
        };
        let attributes = told.iter().map(|index| all[*index].clone()).collect();
        let size = u64::from(bitrate) * u64::from(seconds) * 125 + rng.u64(..9_000);
        self.file(&name, size, attributes)
    }

    fn file(&self, name: &str, size: u64, attributes: Attributes) -> File {
        let extension = match name.rsplit_once('.') {
            Some((_, extension)) if self.has_extensions => extension.into(),
            _ => Text::new(),
        };
        File {
            extension,
            ..File::new(self.text(name), size, attributes)
        }
    }

    fn text(&self, text: &str) -> Text {
        if self.latin1 {
            Text::from_bytes(latin1(text))
        } else {
            text.into()
        }
    }
}
