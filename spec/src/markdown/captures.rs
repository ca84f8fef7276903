//! The recorded packets of `tests/fixtures/captures`: for each message the one that shows it best.

use std::cmp::Reverse;
use std::collections::btree_map::{BTreeMap, Entry};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use slsk_wire::file::EXCHANGES;
use slsk_wire::{AnyMessage, Decoded, Decoder, FamilyId, Frame, Limits};

use super::example;

/// A recorded frame, or a part of what is sent on a file connection.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Captured {
    /// The file it is in.
    pub(super) scenario: String,
    /// The line of the file.
    pub(super) seq: u32,
    /// The program that sent it.
    pub(super) sender: String,
    /// Whether the program did so by itself; see the README there.
    pub(super) origin: String,
    /// Whether it was obfuscated on the wire; it no longer is.
    pub(super) obfuscated: bool,
    /// The bytes, with their length field where they have one.
    #[serde(rename = "frame", deserialize_with = "from_hex")]
    pub(super) bytes: Vec<u8>,
    /// How many bytes there were, where only the first were kept.
    #[serde(default, rename = "data_len")]
    pub(super) of: Option<usize>,
    code: Option<u32>,
    name: String,
    conn_type: String,
    dir: String,
}

impl Captured {
    fn family(&self) -> Option<FamilyId> {
        Some(match (&*self.conn_type, &*self.dir) {
            ("server", "client->server") => FamilyId::ServerRequest,
            ("server", "server->client") => FamilyId::ServerResponse,
            ("peer-init", _) => FamilyId::PeerInit,
            ("P", _) => FamilyId::Peer,
            ("D", _) => FamilyId::Distributed,
            _ => return None,
        })
    }

    /// Where it comes from, for people. The parts of a file connection have no family.
    pub(super) fn source(&self) -> String {
        let Self {
            scenario,
            seq,
            sender,
            ..
        } = self;
        let by = match &*self.origin {
            "real" | "soulfind" => format!("Captured from {sender}"),
            "mixed" => format!("Captured from {sender}, perhaps pushed by a script"),
            "scripted" => "Captured from a script".to_owned(),
            "pushed" => format!("Captured from {sender}, but pushed by a script"),
            _ => format!("Captured from {sender}, an imitation of the server"),
        };
        let obfuscated = if self.obfuscated {
            ", obfuscated on the wire"
        } else {
            ""
        };
        format!("{by}{obfuscated}: `{scenario}.jsonl`, seq {seq}.")
    }

    /// The less, the more it says about practice.
    fn doubt(&self) -> u8 {
        match &*self.origin {
            "real" | "soulfind" => 0,
            "mixed" | "scripted" => 1,
            _ => 2,
        }
    }
}

/// The best of each kind.
#[derive(Debug, Default)]
pub(super) struct Captures {
    frames: BTreeMap<(&'static str, u32), Best>,
    parts: BTreeMap<&'static str, Best>,
}

/// A row, and by what it is chosen: the least is the best.
#[derive(Debug)]
struct Best {
    rank: (u8, Reverse<usize>, usize),
    row: Captured,
}

impl Captures {
    /// Reads all recordings. There are none outside of a checkout.
    ///
    /// # Panics
    /// When a recording can't be read or decoded.
    pub(super) fn read() -> Self {
        let mut best = Self::default();
        let mut decoder = Decoder::default();
        for path in recordings() {
            let text = fs::read_to_string(&path);
            let text = text.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            for line in text.lines() {
                let row: Captured = serde_json::from_str(line)
                    .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                best.take(row, &mut decoder);
            }
        }
        best
    }

    /// The frame to show of a message.
    pub(super) fn of_message(&self, family: FamilyId, code: u32) -> Option<&Captured> {
        self.frames
            .get(&(family.name(), code))
            .map(|best| &best.row)
    }

    /// What to show of a part of a file connection.
    pub(super) fn of_part(&self, name: &str) -> Option<&Captured> {
        self.parts.get(name).map(|best| &best.row)
    }

    fn take(&mut self, row: Captured, decoder: &mut Decoder) {
        let Some(code) = row.code else {
            let part = EXCHANGES
                .iter()
                .map(|exchange| exchange.record)
                .find(|record| record.name == row.name || record.aliases.contains(&&*row.name));
            if let Some(part) = part.filter(|_| !row.bytes.is_empty()) {
                let rank = (row.doubt(), Reverse(1), row.of.unwrap_or(row.bytes.len()));
                keep_best(self.parts.entry(part.name), Best { rank, row });
            }
            return;
        };
        let Some(family) = row.family() else {
            return;
        };
        let (frame, read) = decode(decoder, family, &row.bytes)
            .unwrap_or_else(|error| panic!("{} seq {}: {error}", row.scenario, row.seq));
        assert_eq!(frame.code, code, "{} seq {}", row.scenario, row.seq);
        let Some(schema) = read.message.schema() else {
            return;
        };
        let shown = example::kinds_of_fields(schema.record, &read.body);
        let rank = (row.doubt(), Reverse(shown), row.bytes.len());
        keep_best(
            self.frames.entry((family.name(), schema.code)),
            Best { rank, row },
        );
    }
}

/// Of equals the first is kept.
fn keep_best<K: Ord>(entry: Entry<'_, K, Best>, new: Best) {
    match entry {
        Entry::Vacant(entry) => {
            entry.insert(new);
        }
        Entry::Occupied(mut entry) if new.rank < entry.get().rank => {
            entry.insert(new);
        }
        Entry::Occupied(_) => {}
    }
}

/// A frame and its message.
///
/// # Errors
/// When the bytes are not one whole frame of the family with a body that its code promises.
pub(super) fn decode(
    decoder: &mut Decoder,
    family: FamilyId,
    bytes: &[u8],
) -> Result<(Frame, Decoded<AnyMessage>), Box<dyn std::error::Error>> {
    let frame = Frame::from_bytes(bytes.to_vec(), family, &Limits::default())?;
    let read = AnyMessage::decode(decoder, family, &frame)?;
    Ok((frame, read))
}

/// The files, by name.
fn recordings() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/captures");
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.retain(|file| {
        file.extension()
            .is_some_and(|extension| extension == "jsonl")
    });
    files.sort();
    files
}

fn from_hex<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let digits = String::deserialize(deserializer)?;
    const_hex::decode(digits).map_err(serde::de::Error::custom)
}
