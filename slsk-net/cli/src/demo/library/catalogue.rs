//! What the library holds. No artist of these names is meant.

use super::sound::Score;

/// A folder of the library, within one for the artist.
pub(super) struct Album {
    pub(super) artist: &'static str,
    pub(super) title: &'static str,
    pub(super) tracks: &'static [Track],
}

/// A file of the library.
pub(super) struct Track {
    pub(super) title: &'static str,
    pub(super) format: Format,
    /// Samples a second.
    pub(super) rate: u32,
    pub(super) seconds: u32,
    /// The lowest note, in semitones above the lowest C of a piano's second octave.
    key: i32,
    mood: &'static [[i32; 4]],
}

/// How a file is encoded.
#[derive(Clone, Copy)]
pub(super) enum Format {
    Wav,
    Flac,
    /// With 24 bits a sample.
    Flac24,
}

impl Format {
    /// Bits a sample.
    pub(super) fn bits(self) -> u16 {
        match self {
            Self::Wav | Self::Flac => 16,
            Self::Flac24 => 24,
        }
    }
}

impl Track {
    pub(super) fn file_name(&self, number: u32) -> String {
        let extension = match self.format {
            Format::Wav => "wav",
            Format::Flac | Format::Flac24 => "flac",
        };
        format!("{number:02} - {}.{extension}", self.title)
    }

    pub(super) fn score(&self) -> Score {
        Score {
            seconds: self.seconds,
            key: self.key,
            chords: self.mood,
        }
    }
}

/// Chords as semitones above the key.
const BRIGHT: &[[i32; 4]] = &[[0, 4, 7, 12], [-3, 0, 4, 9], [-7, 5, 9, 12], [-5, 2, 7, 11]];
const CALM: &[[i32; 4]] = &[
    [0, 7, 11, 16],
    [-7, 5, 9, 16],
    [-3, 4, 7, 12],
    [-5, 2, 5, 11],
];
const WISTFUL: &[[i32; 4]] = &[
    [0, 3, 7, 10],
    [-4, 3, 8, 12],
    [3, 7, 10, 15],
    [-2, 2, 5, 10],
];
const SOUTHERN: &[[i32; 4]] = &[[0, 4, 7, 12], [1, 5, 8, 13], [-2, 3, 7, 10], [0, 4, 7, 10]];

const fn track(
    title: &'static str,
    format: Format,
    rate: u32,
    seconds: u32,
    key: i32,
    mood: &'static [[i32; 4]],
) -> Track {
    Track {
        title,
        format,
        rate,
        seconds,
        key,
        mood,
    }
}

pub(super) const ALBUMS: &[Album] = &[
    Album {
        artist: "Späte Fähre",
        title: "Märzlicht",
        tracks: &[
            track("Über die Dächer", Format::Flac, 44_100, 6, 24, BRIGHT),
            track("Crème brûlée à minuit", Format::Flac, 44_100, 5, 19, CALM),
            track("Świt nad rzeką", Format::Wav, 44_100, 14, 21, WISTFUL),
        ],
    },
    Album {
        artist: "Тихий Причал 9",
        title: "Северное сияние",
        tracks: &[
            track("Белая ночь", Format::Flac, 44_100, 6, 21, WISTFUL),
            track("Последний трамвай", Format::Flac24, 48_000, 4, 16, WISTFUL),
            track("Ёлка у моря", Format::Wav, 22_050, 8, 26, BRIGHT),
        ],
    },
    Album {
        artist: "Ηχώ από Χαρτί",
        title: "Αύγουστος",
        tracks: &[
            track("Θάλασσα", Format::Flac, 44_100, 5, 23, SOUTHERN),
            track("Μικρός δρόμος", Format::Wav, 22_050, 7, 18, SOUTHERN),
        ],
    },
    Album {
        artist: "紙の月工房",
        title: "夜の散歩",
        tracks: &[
            track("雨の庭", Format::Flac, 48_000, 5, 22, CALM),
            track("星を数える", Format::Flac, 44_100, 5, 27, BRIGHT),
        ],
    },
    Album {
        artist: "قافلة الورق",
        title: "حديقة الليل",
        tracks: &[
            track("ضوء القمر", Format::Flac, 44_100, 5, 20, SOUTHERN),
            track("طريق البحر", Format::Flac, 44_100, 4, 25, WISTFUL),
        ],
    },
    Album {
        artist: "Pocket Observatory",
        title: "Loops 🌙",
        tracks: &[track(
            "Night loop 🎹 (naïve café mix)",
            Format::Wav,
            22_050,
            6,
            24,
            CALM,
        )],
    },
];
