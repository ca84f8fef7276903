//! `fixtures/messages.json`: what every message looks like, collected from nine implementations by people who
//! did not know this one.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use slsk_wire::FamilyId;
use slsk_wire::file::EXCHANGES;
use slsk_wire::schema::{MessageSchema, RecordSchema};

/// A message in one direction.
#[derive(Debug, Deserialize)]
pub struct Entry {
    /// `server`, `peer_init`, `peer`, `distributed` or `file`.
    pub family: String,
    /// Absent on file connections.
    pub code: Option<u32>,
    /// How wide the code is, such as `u32`; `none` on file connections.
    pub code_type: String,
    /// Who sends it to whom, such as `client->server`.
    pub direction: String,
    /// What most call it.
    pub name: String,
    /// What each implementation calls it.
    pub names: Names,
    /// `used`, `deprecated`, `obsolete` or `unverified`.
    pub status: String,
    /// Whether the body is a zlib stream.
    pub compressed: bool,
    /// Whether anybody knows the fields.
    pub layout_known: bool,
    /// The fields in wire order.
    pub fields: Vec<Field>,
    /// The disagreements between implementations about it, such as `D1`.
    pub disagreements: Vec<String>,
}

/// What each implementation calls a message.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "one for each implementation")]
pub struct Names {
    pub aioslsk: Option<String>,
    pub nicotine: Option<String>,
    pub soulseeknet: Option<String>,
}

impl Names {
    /// The names that are names, and not explanations in brackets.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        [&self.aioslsk, &self.nicotine, &self.soulseeknet]
            .into_iter()
            .filter_map(|name| name.as_deref())
            .filter(|name| !name.starts_with('('))
    }
}

/// A field of a message or record.
#[derive(Debug, Deserialize)]
pub struct Field {
    /// The name.
    pub name: String,
    /// Such as `u32`, `array<string>` or the name of a record.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether it may be missing at the end.
    #[serde(default)]
    pub optional: bool,
    /// The bool that has to be true for it to be there.
    #[serde(default)]
    pub if_true: Option<String>,
    /// The bool that has to be false for it to be there.
    #[serde(default)]
    pub if_false: Option<String>,
    /// The fields of the record, where it is one or a list of them.
    #[serde(default)]
    pub element: Vec<Field>,
}

impl Field {
    /// The type of the elements of a list.
    #[must_use]
    pub fn element_kind(&self) -> Option<&str> {
        self.kind.strip_prefix("array<")?.strip_suffix('>')
    }
}

/// All entries.
///
/// # Panics
/// When the file is not what it was.
#[must_use]
pub fn entries() -> Vec<Entry> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/messages.json");
    let text = fs::read_to_string(path).expect("the file is there");
    serde_json::from_str(&text).expect("JSON of the right form")
}

impl Entry {
    /// Our family; none for file connections.
    #[must_use]
    pub fn family(&self) -> Option<FamilyId> {
        match (self.family.as_str(), self.direction.as_str()) {
            ("server", "client->server") => Some(FamilyId::ServerRequest),
            ("server", _) => Some(FamilyId::ServerResponse),
            (name, _) => name.parse().ok(),
        }
    }

    /// Our declaration of it; none on file connections and without a layout.
    #[must_use]
    pub fn schema(&self) -> Option<&'static MessageSchema> {
        self.family()?.schema().by_code(self.code?)
    }

    /// Our record with its fields; none without a layout.
    #[must_use]
    pub fn record(&self) -> Option<&'static RecordSchema> {
        let exchanged = || {
            let name = &self.fields.first()?.name;
            let mut records = EXCHANGES.iter().map(|exchange| exchange.record);
            records.find(|record| record.fields[0].name == name)
        };
        match self.code {
            Some(_) => self.schema().map(|schema| schema.record),
            None => exchanged(),
        }
    }

    /// Family, code and direction, for people.
    #[must_use]
    pub fn place(&self) -> String {
        let code = self.code.map(|code| format!(" {code}")).unwrap_or_default();
        format!("{}{code} {}", self.family, self.direction)
    }
}
