//! Files of other users, as they are shown.

use indicatif::HumanBytes;
use serde::Serialize;
use slsk_wire::Text;
use slsk_wire::peer::{Attributes, File};

/// What JSON says about a file besides its name. What it does not tell is null.
#[derive(Debug, Serialize)]
pub(super) struct Facts {
    /// In bytes.
    size: u64,
    /// In kilobits a second.
    bitrate: Option<u32>,
    /// In seconds.
    duration: Option<u32>,
    /// Whether the bitrate varies.
    variable_bitrate: Option<bool>,
    /// In samples a second.
    sample_rate: Option<u32>,
    /// In bits a sample.
    bit_depth: Option<u32>,
}

impl Facts {
    pub(super) fn new(file: &File) -> Self {
        let attributes = &file.attributes;
        Self {
            size: file.size(),
            bitrate: attributes.bitrate(),
            duration: attributes.duration(),
            variable_bitrate: attributes.is_variable_bitrate(),
            sample_rate: attributes.sample_rate(),
            bit_depth: attributes.bit_depth(),
        }
    }
}

/// A text of a stranger's for the terminal.
pub(super) fn shown(text: &Text) -> String {
    crate::render::printable(&text.to_str())
}

/// A size for people.
pub(super) fn size(file: &File) -> String {
    HumanBytes(file.size()).to_string()
}

/// A length such as `3:05`; empty where it is unknown.
pub(super) fn length(attributes: &Attributes) -> String {
    let Some(seconds) = attributes.duration() else {
        return String::new();
    };
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

/// What is known of the sound; empty where nothing is.
pub(super) fn quality(attributes: &Attributes) -> String {
    let rate = attributes
        .sample_rate()
        .map(|rate| f64::from(rate) / 1000.0);
    match (attributes.bit_depth(), rate, attributes.bitrate()) {
        (Some(bits), Some(rate), _) => format!("{bits} bit {rate} kHz"),
        (_, _, Some(bitrate)) => format!("{bitrate} kbit/s"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_qualities_are_short() {
        let lossy = Attributes::lossy(320, 185, None);
        assert_eq!(
            (length(&lossy), quality(&lossy)),
            ("3:05".into(), "320 kbit/s".into())
        );
        let lossless = Attributes::lossless(3723, 44_100, 16);
        assert_eq!(length(&lossless), "1:02:03");
        assert_eq!(quality(&lossless), "16 bit 44.1 kHz");
        let none = Attributes::default();
        assert_eq!(
            (length(&none), quality(&none)),
            (String::new(), String::new())
        );
    }
}
