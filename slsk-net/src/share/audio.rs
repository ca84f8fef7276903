//! Audio attributes, as the official client describes files.

use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use lofty::config::ParseOptions;
use lofty::file::{AudioFile, FileType};
use lofty::probe::Probe;
use lofty::properties::FileProperties;
use slsk_wire::peer::{AttributeKind, Attributes};

/// What a file turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Audio {
    /// No audio file, by its name.
    None,
    /// Named like an audio file, but not readable as one.
    Broken,
    /// An audio file.
    Attributes(Attributes),
}

/// Reads the attributes of a file; the name decides whether it is looked into.
pub(super) fn read(path: &Path, file: File) -> Audio {
    if FileType::from_path(path).is_none() {
        return Audio::None;
    }
    // One odd file must not end the scan of a million others, whatever it does to the parser.
    let properties = catch_unwind(AssertUnwindSafe(|| properties(file)));
    match properties.ok().flatten().map(|p| attributes(&p)) {
        Some(attributes) if !attributes.is_empty() => Audio::Attributes(attributes),
        _ => Audio::Broken,
    }
}

fn properties(file: File) -> Option<FileProperties> {
    let mut options = ParseOptions::new();
    options.read_tags(false).read_cover_art(false);
    let probe = Probe::new(BufReader::new(file)).options(options);
    let audio = probe.guess_file_type().ok()?.read().ok()?;
    Some(audio.properties().clone())
}

/// Bitrate and duration for lossy files; duration, sample rate and bit depth for lossless ones, which are those
/// with a bit depth.
///
/// Whether a bitrate varies is not known here, so it is not said.
fn attributes(properties: &FileProperties) -> Attributes {
    let known = |value: Option<u32>| value.filter(|&value| value > 0);
    let duration = u32::try_from(properties.duration().as_secs()).unwrap_or(u32::MAX);
    let bit_depth = known(properties.bit_depth().map(u32::from));
    let sample_rate = known(properties.sample_rate());
    let bitrate = known(properties.audio_bitrate().or(properties.overall_bitrate()));

    let lossless = bit_depth.is_some();
    let all = [
        (AttributeKind::Bitrate, bitrate.filter(|_| !lossless)),
        (AttributeKind::Duration, sample_rate.map(|_| duration)),
        (AttributeKind::SampleRate, sample_rate.filter(|_| lossless)),
        (AttributeKind::BitDepth, bit_depth),
    ];
    all.into_iter()
        .filter_map(|(kind, value)| Some((kind, value?)))
        .collect()
}
