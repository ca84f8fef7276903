//! The recorded packets of `fixtures/captures`, message by message.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use slsk_wire::FamilyId;

/// One line of a `.jsonl`: a message, or an event of a connection.
#[derive(Clone, Debug, Deserialize)]
pub struct Row {
    /// The file it comes from.
    pub scenario: String,
    /// The line in the file.
    pub seq: u32,
    /// The connection, unique in the scenario.
    pub conn_id: u32,
    /// `server`, `peer-init`, `P`, `D`, `F` or `?`.
    pub conn_type: String,
    /// Such as `client->server`.
    pub dir: String,
    /// Nicotine+'s name of the message.
    pub name: String,
    /// The code, where there is one.
    pub code: Option<u32>,
    /// The bytes with their length field, revealed; of the data of a file only the beginning.
    #[serde(deserialize_with = "from_hex")]
    pub frame: Vec<u8>,
    /// The bytes on the wire, where they were obfuscated.
    #[serde(default, deserialize_with = "from_hex")]
    pub raw: Vec<u8>,
}

impl Row {
    /// The family of the message, or `None` for a file connection or an event.
    #[must_use]
    pub fn family(&self) -> Option<FamilyId> {
        self.code?;
        Some(match (&*self.conn_type, &*self.dir) {
            ("server", "client->server") => FamilyId::ServerRequest,
            ("server", "server->client") => FamilyId::ServerResponse,
            ("peer-init", _) => FamilyId::PeerInit,
            ("P", _) => FamilyId::Peer,
            ("D", _) => FamilyId::Distributed,
            _ => return None,
        })
    }

    /// Where to find it, for messages of failed tests.
    #[must_use]
    pub fn place(&self) -> String {
        let Self {
            scenario,
            seq,
            name,
            ..
        } = self;
        format!("{scenario}.jsonl seq {seq}, {name}")
    }
}

/// The folder of the recordings.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/captures")
}

/// All rows of all scenarios, in the order in which they were sent.
///
/// # Panics
/// When a recording can't be read: there is no test without it.
#[must_use]
pub fn rows() -> Vec<Row> {
    let entries = fs::read_dir(folder()).expect("the folder of recordings");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a file").path()).collect();
    files.retain(|file| {
        file.extension()
            .is_some_and(|extension| extension == "jsonl")
    });
    files.sort();
    let texts = files
        .iter()
        .map(|file| fs::read_to_string(file).expect("a recording"));
    texts
        .flat_map(|text| text.lines().map(parse).collect::<Vec<_>>())
        .collect()
}

fn parse(line: &str) -> Row {
    serde_json::from_str(line).expect("a row")
}

fn from_hex<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let digits = String::deserialize(deserializer)?;
    const_hex::decode(digits).map_err(serde::de::Error::custom)
}
