//! The music that the demo shares: a small library of real WAV and FLAC files, made on the spot.

mod catalogue;
mod sound;

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use flacenc::component::BitRepr;
use flacenc::error::Verify;
use lofty::config::WriteOptions;
use lofty::tag::{Accessor, Tag, TagExt, TagType};
use thiserror::Error;

use catalogue::{ALBUMS, Album, Format, Track};
use sound::Sound;

/// Why there is no library.
#[derive(Debug, Error)]
pub(crate) enum LibraryError {
    /// The folder or a file cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The folder or file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// A WAV file could not be made.
    #[error("cannot make a WAV file")]
    Wav(#[from] hound::Error),
    /// A FLAC file could not be made.
    #[error("cannot make a FLAC file: {0}")]
    Flac(String),
    /// Title, artist and album could not be put into a FLAC file.
    #[error("cannot tag a FLAC file: {0}")]
    Tag(String),
}

/// Makes the library in `folder`, which is created where it is missing: a folder for each album, about 6 MB
/// together. Returns the paths of all files. Files of the same names are replaced. Nothing is left to chance: every run
/// makes the same music.
pub(crate) fn create(folder: &Path) -> Result<Vec<PathBuf>, LibraryError> {
    let mut paths = Vec::new();
    for album in ALBUMS {
        let folder = folder.join(album.artist).join(album.title);
        fs::create_dir_all(&folder).map_err(|source| write_error(&folder, source))?;
        for (number, track) in (1..).zip(album.tracks) {
            let path = folder.join(track.file_name(number));
            let bytes = bytes(album, number, track)?;
            fs::write(&path, bytes).map_err(|source| write_error(&path, source))?;
            paths.push(path);
        }
    }
    Ok(paths)
}

fn bytes(album: &Album, number: u32, track: &Track) -> Result<Vec<u8>, LibraryError> {
    let sound = sound::play(&track.score(), track.rate, track.format.bits());
    match track.format {
        Format::Wav => wav(&sound),
        Format::Flac | Format::Flac24 => {
            let mut tag = Tag::new(TagType::VorbisComments);
            tag.set_artist(album.artist.to_owned());
            tag.set_album(album.title.to_owned());
            tag.set_title(track.title.to_owned());
            tag.set_track(number);
            let mut file = Cursor::new(flac(&sound)?);
            tag.save_to(&mut file, WriteOptions::default())
                .map_err(|error| LibraryError::Tag(error.to_string()))?;
            Ok(file.into_inner())
        }
    }
}

fn wav(sound: &Sound) -> Result<Vec<u8>, LibraryError> {
    let spec = hound::WavSpec {
        channels: sound::CHANNELS,
        sample_rate: sound.rate,
        bits_per_sample: sound.bits,
        sample_format: hound::SampleFormat::Int,
    };
    let mut bytes = Vec::new();
    let mut writer = hound::WavWriter::new(Cursor::new(&mut bytes), spec)?;
    for &sample in &sound.samples {
        writer.write_sample(sample)?;
    }
    writer.finalize()?;
    Ok(bytes)
}

fn flac(sound: &Sound) -> Result<Vec<u8>, LibraryError> {
    let error = |error: &dyn std::fmt::Display| LibraryError::Flac(error.to_string());
    let config = flacenc::config::Encoder::default()
        .into_verified()
        .map_err(|(_, e)| error(&e))?;
    let source = flacenc::source::MemSource::from_samples(
        &sound.samples,
        sound::CHANNELS.into(),
        sound.bits.into(),
        sound.rate as usize,
    );
    let stream = flacenc::encode_with_fixed_block_size(&config, source, config.block_size)
        .map_err(|e| error(&e))?;
    let mut sink = flacenc::bitsink::ByteSink::new();
    stream.write(&mut sink).map_err(|e| error(&e))?;
    Ok(sink.into_inner())
}

fn write_error(path: &Path, source: std::io::Error) -> LibraryError {
    let path = path.to_owned();
    LibraryError::Write { path, source }
}

#[cfg(test)]
mod tests {
    use lofty::file::{AudioFile, TaggedFileExt};

    use super::*;

    /// Every album, track and file of a library.
    fn library(check: impl Fn(&Album, u32, &Track, &Path)) {
        let folder = tempfile::tempdir().expect("a folder");
        let paths = create(folder.path()).expect("a library");
        let tracks = ALBUMS.iter().flat_map(|album| {
            (1..)
                .zip(album.tracks)
                .map(move |(n, track)| (album, n, track))
        });
        assert_eq!(tracks.clone().count(), paths.len());
        for ((album, number, track), path) in tracks.zip(&paths) {
            check(album, number, track, path);
        }
        let sizes = paths
            .iter()
            .map(|path| fs::metadata(path).expect("there").len());
        let (total, largest) = (sizes.clone().sum::<u64>(), sizes.max());
        assert!((5_000_000..10_000_000).contains(&total), "{total} bytes");
        assert!(largest > Some(2_000_000));
    }

    #[test]
    fn every_file_decodes_to_the_sound_it_was_made_of() {
        library(|_, _, track, path| {
            let sound = sound::play(&track.score(), track.rate, track.format.bits());
            let samples: Vec<i32> = match track.format {
                Format::Wav => {
                    let reader = hound::WavReader::open(path).expect("a WAV file");
                    let read = reader.into_samples().map(|s| s.expect("a sample"));
                    read.collect()
                }
                Format::Flac | Format::Flac24 => {
                    let mut reader = claxon::FlacReader::open(path).expect("a FLAC file");
                    reader.samples().map(|s| s.expect("a sample")).collect()
                }
            };
            assert!(samples == sound.samples, "{}", path.display());
            let loudest = samples.iter().map(|s| s.abs()).max();
            assert!(loudest > Some(1 << (track.format.bits() - 2)), "not silent");
        });
    }

    #[test]
    fn every_file_says_what_it_is() {
        library(|album, number, track, path| {
            let file = lofty::read_from_path(path).expect("an audio file");
            let properties = file.properties();
            assert_eq!(properties.sample_rate(), Some(track.rate));
            let bits = u16::from(properties.bit_depth().expect("lossless"));
            assert_eq!(bits, track.format.bits());
            assert_eq!(properties.duration().as_secs(), u64::from(track.seconds));
            if let Some(tag) = file.primary_tag() {
                assert_eq!(tag.title().as_deref(), Some(track.title));
                assert_eq!(tag.artist().as_deref(), Some(album.artist));
                assert_eq!(tag.album().as_deref(), Some(album.title));
                assert_eq!(tag.track(), Some(number));
            } else {
                assert!(
                    matches!(track.format, Format::Wav),
                    "{} has tags",
                    track.title
                );
            }
        });
    }
}
