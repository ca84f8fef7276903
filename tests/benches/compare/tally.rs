//! What a decoder found, in numbers that every decoder can tell.

use serde::Deserialize;

/// Sums over all messages. Two decoders with the same sums have read the same things.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Tally {
    pub(crate) messages: u64,
    pub(crate) directories: u64,
    pub(crate) files: u64,
    /// The sizes of the files, in bytes.
    pub(crate) bytes: u64,
    /// The letters in the names of folders and files, or in users and queries. The user of a search reply
    /// is left out: Nicotine+ does not read it.
    pub(crate) letters: u64,
    /// Attribute values and tokens.
    pub(crate) values: u64,
}

impl Tally {
    pub(crate) fn text(&mut self, text: &str) {
        self.letters += text.chars().count() as u64;
    }

    pub(crate) fn file(&mut self, name: &str, size: u64, values: impl Iterator<Item = u32>) {
        self.text(name);
        self.files += 1;
        self.bytes += size;
        self.values += values.map(u64::from).sum::<u64>();
    }
}
